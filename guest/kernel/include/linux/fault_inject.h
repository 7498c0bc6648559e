/* Makes chosen allocations fail, to walk the error paths. */
#ifndef _LINUX_FAULT_INJECT_H
#define _LINUX_FAULT_INJECT_H

#include <linux/types.h>

/* Called by each allocator. True: this allocation is to fail. Those of interrupt handlers
 * (GFP_ATOMIC) never do. */
bool should_fail(unsigned int gfp);
/* The nth allocation from now by the current task fails; 0 switches off. */
void fail_nth_set(unsigned int nth);
unsigned int fail_nth_get(void);

#endif

/* The load: how many tasks run or want to, averaged over 1, 5 and 15 minutes. */
#ifndef _LINUX_LOADAVG_H
#define _LINUX_LOADAVG_H

#define LOAD_SHIFT   11 /* fixed point: bits after it */
#define LOAD_FIXED_1 (1ul << LOAD_SHIFT)

extern unsigned long avenrun[3];

/* Every tick. */
void calc_load(void);

#endif

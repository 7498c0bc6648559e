/* Checks that the numbers in asm/asm_offsets.h are those of the structures. */
#include <asm/asm_offsets.h>
#include <linux/sched.h>

#define CHECK(constant, type, member)                                                              \
    _Static_assert((constant) == offsetof(struct type, member), #constant)

CHECK(PT_EBX, pt_regs, ebx);
CHECK(PT_EBP, pt_regs, ebp);
CHECK(PT_EAX, pt_regs, eax);
CHECK(PT_GS, pt_regs, gs);
CHECK(PT_ORIG_EAX, pt_regs, orig_eax);
CHECK(PT_EIP, pt_regs, eip);
CHECK(PT_CS, pt_regs, cs);
CHECK(PT_OLDSS, pt_regs, ss);
CHECK(TI_FLAGS, thread_info, flags);
CHECK(TASK_THREAD_ESP, task_struct, thread.esp);
CHECK(TASK_THREAD_EIP, task_struct, thread.eip);

/* The layouts that are always there. Each was compared with what compilers make of the kernel that
 * it is for (tests/golden/layout_kernels). */
#include "emu/guest/layout.h"

/* The frame that Linux 2.6's entry code leaves on the stack (i386, before 2.6.20's fs). */
#define LINUX_PT_REGS                                                                              \
    "sizeof pt_regs 60\n"                                                                          \
    "pt_regs.ebx 0\npt_regs.ecx 4\npt_regs.edx 8\npt_regs.esi 12\npt_regs.edi 16\n"                \
    "pt_regs.ebp 20\npt_regs.eax 24\npt_regs.xds 28\npt_regs.xes 32\npt_regs.orig_eax 36\n"        \
    "pt_regs.eip 40\npt_regs.xcs 44\npt_regs.eflags 48\npt_regs.esp 52\npt_regs.xss 56\n"

#define LINUX_STACKS(size)                                                                         \
    "tasks thread_info\n"                                                                          \
    "thread_info.task 0\n"                                                                         \
    "sizeof thread_union " size "\n"                                                               \
    "task_struct.stack 4\n"                                                                        \
    "fork copy_process task dup_task_struct\n"

const struct layout_builtin layout_builtins[] = {
    {"linux26", "Linux 2.6 up to 2.6.19 on i386, 8 KB stacks: stacks and frames, no pids",
     LINUX_STACKS("8192") LINUX_PT_REGS},
    {"linux26-4k", "the same with 4 KB stacks", LINUX_STACKS("4096") LINUX_PT_REGS},
    {"linux-2.6.11", "Linux 2.6.11 as i386's defconfig makes it: SMP, 4 KB stacks",
     LINUX_STACKS("4096") "task_struct.mm 108\n"
                          "task_struct.pid 144\n"
                          "task_struct.comm 428 16\n"
                          "task_struct.thread.esp0 488\n"
                          "task_struct.thread.esp 500\n" LINUX_PT_REGS},
    {"linux-2.6.11-up", "the same for one processor, with 8 KB stacks",
     LINUX_STACKS("8192") "task_struct.mm 108\n"
                          "task_struct.pid 144\n"
                          "task_struct.comm 420 16\n"
                          "task_struct.thread.esp0 472\n"
                          "task_struct.thread.esp 484\n" LINUX_PT_REGS},
    {"xv6", "xv6 for x86: struct proc in ptable, struct trapframe",
     "tasks table ptable.proc+52 64 124\n"
     "sizeof thread_union 4096\n"
     "task_struct.stack 8\n"
     "task_struct.pid 16\n"
     "task_struct.comm 108 16\n"
     "sizeof pt_regs 76\n"
     "pt_regs.edi 0\npt_regs.esi 4\npt_regs.ebp 8\npt_regs.oesp 12\npt_regs.ebx 16\n"
     "pt_regs.edx 20\npt_regs.ecx 24\npt_regs.eax 28\npt_regs.gs 32\npt_regs.fs 36\n"
     "pt_regs.es 40\npt_regs.ds 44\npt_regs.trapno 48\npt_regs.err 52\npt_regs.eip 56\n"
     "pt_regs.cs 60\npt_regs.eflags 64\npt_regs.esp 68\npt_regs.ss 72\n"
     "syscalls 0x40 xv6\n"
     "fork fork pid allocproc\n"
     "task_struct is proc\n"
     "task_struct.stack is kstack\n"
     "task_struct.comm is name\n"
     "pt_regs is trapframe\n"},
    {0},
};

/* The part of a task that is i386: saved registers, TLS, x87 state. */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#include <asm/desc.h>
#include <asm/page.h>
#include <asm/ptrace.h>

#define TASK_SIZE          PAGE_OFFSET
#define STACK_TOP          TASK_SIZE
#define TASK_UNMAPPED_BASE 0x40000000u /* where mmap() starts to look */

/* The image that fnsave writes: 108 bytes. */
struct i387_fsave_struct {
    u32 cwd, swd, twd, fip, fcs, foo, fos;
    u32 st_space[20]; /* eight registers of ten bytes */
    u32 status;       /* of the software: the status word kept for signal frames */
};

/* Saved by __switch_to and copy_thread. */
struct thread_struct {
    u32 esp0;    /* top of the kernel stack; goes into TSS.esp0 */
    u32 esp;     /* kernel stack pointer while not running */
    u32 eip;     /* where switch_to() goes on; ret_from_fork for a new task */
    u32 cr2;     /* faulting address of the last page fault, for SIGSEGV */
    u32 trap_no; /* vector and error code of the last exception, for sigcontext */
    u32 error_code;
    struct i387_fsave_struct i387;                       /* x87 state when not in the CPU */
    bool used_math;                                      /* has ever used the x87 */
    bool has_fpu;                                        /* its x87 state is in the CPU now */
    struct desc_struct tls_array[GDT_ENTRY_TLS_ENTRIES]; /* copied to GDT slots 6..8 */
    u8 *io_bitmap;                                       /* ioperm(): own bitmap, NULL without */
    u32 io_bitmap_max;                                   /* how many of its bytes matter */
    u32 debugreg[8]; /* hardware breakpoints asked for through ptrace */
};

/* The user's registers: the frame at the very top of the kernel stack. */
#define task_pt_regs(tsk) ((struct pt_regs *)(tsk)->thread.esp0 - 1)
#define current_pt_regs() task_pt_regs(current)

/* The new program starts at eip with stack esp, all other registers zero. */
void start_thread(struct pt_regs *regs, u32 eip, u32 esp);
/* Leaves the kernel through `regs`, which lie on the current kernel stack. */
void ret_to_user(struct pt_regs *regs) __attribute__((noreturn));

struct task_struct;
/* Saves `prev`, makes `next` run. Returns the task that ran before, when `prev` runs again. */
struct task_struct *switch_to(struct task_struct *prev, struct task_struct *next);
struct task_struct *__switch_to(struct task_struct *prev, struct task_struct *next);

int copy_thread(unsigned long clone_flags, u32 stack_start, struct task_struct *p,
                struct pt_regs *regs);
void exit_thread(void);
void flush_thread(void);
void free_thread(struct task_struct *p);
/* The breakpoints of the current task, into the processor. */
void load_debugreg(const struct thread_struct *t);
/* Runs fn(arg) in a new kernel task; its pid, or -errno. */
pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags);
void cpu_idle(void) __attribute__((noreturn));

/* Lazy x87: prepare_to_copy() saves the live state of a task that is about to be copied. */
void prepare_to_copy(struct task_struct *tsk);
void unlazy_fpu(struct task_struct *tsk);
void math_state_restore(void);
void math_error(void);
void clear_fpu(struct task_struct *tsk);
void fpu_init(void);

#endif

/*
 * The x87, lazily: its registers stay in the CPU when a task is switched out, and are saved only
 * when that is needed. CR0.TS is set while they are not those of the running task; its first x87
 * instruction then raises #NM and math_state_restore() loads them.
 */
#include <asm/processor.h>
#include <linux/init.h>
#include <linux/sched.h>

void fpu_init(void)
{
    write_cr0((read_cr0() & ~X86_CR0_EM) | X86_CR0_MP | X86_CR0_NE | X86_CR0_TS);
}

/* Saves the live x87 state of `tsk`, if it has any. */
void unlazy_fpu(struct task_struct *tsk)
{
    if (!tsk->thread.has_fpu)
        return;
    asm volatile("fnsave %0; fwait" : "=m"(tsk->thread.i387));
    tsk->thread.has_fpu = false;
    stts();
}

/* Before a task is copied its x87 state must be in memory, to be copied too. */
void prepare_to_copy(struct task_struct *tsk)
{
    unlazy_fpu(tsk);
}

/* #NM: the running task wants to use the x87. */
void math_state_restore(void)
{
    struct thread_struct *t = &current->thread;

    clts();
    if (t->used_math)
        asm volatile("frstor %0" ::"m"(t->i387));
    else
        asm volatile("fninit");
    t->used_math = true;
    t->has_fpu = true;
}

/* #MF: keep the status for the signal frame, clear the error so that it is raised once. */
void math_error(void)
{
    unlazy_fpu(current);
    current->thread.i387.status = current->thread.i387.swd;
}

/* Throws the live state away. */
void clear_fpu(struct task_struct *tsk)
{
    if (!tsk->thread.has_fpu)
        return;
    tsk->thread.has_fpu = false;
    stts();
}

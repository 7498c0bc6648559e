/*
 * Entering and leaving signal handlers: a frame on the user's stack keeps the registers that the
 * signal interrupted, and sigreturn takes them back.
 */
#include <asm/processor.h>
#include <asm/sigcontext.h>
#include <asm/uaccess.h>
#include <linux/linkage.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <uapi/unistd.h>

/* Flags that a handler's frame may change. */
#define FIX_EFLAGS 0x00040dd5u /* AC OF DF TF SF ZF AF PF CF */

/* popl %eax; movl $nr, %eax; int $0x80 - without the popl for the rt form. */
static const u8 retcode_old[8] = {0x58, 0xb8, __NR_sigreturn, 0, 0, 0, 0xcd, 0x80};
static const u8 retcode_rt[8] = {0xb8, __NR_rt_sigreturn, 0, 0, 0, 0xcd, 0x80, 0};

static bool on_sig_stack(u32 esp)
{
    return esp - current->sas_ss_sp < current->sas_ss_size;
}

int sas_ss_flags(u32 esp)
{
    if (!current->sas_ss_size)
        return SS_DISABLE;
    return on_sig_stack(esp) ? SS_ONSTACK : 0;
}

/* Where a frame of this size goes: below esp, or at the top of the alternate stack. A handler's
 * first argument is aligned as for a function call. */
static u32 get_sigframe(const struct sigaction *ka, const struct pt_regs *regs, u32 size)
{
    u32 esp = regs->esp;

    if ((ka->sa_flags & SA_ONSTACK) && sas_ss_flags(esp) == 0)
        esp = current->sas_ss_sp + current->sas_ss_size;
    return ((esp - size + 4) & ~15u) - 4;
}

/* The x87 state as memory; a task that never used the x87 has none. */
static void save_fpstate(struct fpstate *to)
{
    unlazy_fpu(current);
    to->fsave = current->thread.i387;
    to->fsave.status = to->fsave.swd;
}

static void setup_sigcontext(struct sigcontext *sc, const struct pt_regs *regs, u32 fpstate,
                             sigset_t mask)
{
    memset(sc, 0, sizeof(*sc));
    sc->gs = regs->gs;
    sc->fs = regs->fs;
    sc->es = regs->es;
    sc->ds = regs->ds;
    sc->edi = regs->edi;
    sc->esi = regs->esi;
    sc->ebp = regs->ebp;
    sc->esp = regs->esp;
    sc->ebx = regs->ebx;
    sc->edx = regs->edx;
    sc->ecx = regs->ecx;
    sc->eax = regs->eax;
    sc->trapno = current->thread.trap_no;
    sc->err = current->thread.error_code;
    sc->eip = regs->eip;
    sc->cs = regs->cs;
    sc->eflags = regs->eflags;
    sc->esp_at_signal = regs->esp;
    sc->ss = regs->ss;
    sc->fpstate = fpstate;
    sc->oldmask = (u32)mask;
    sc->cr2 = current->thread.cr2;
}

static void enter_handler(struct pt_regs *regs, const struct sigaction *ka, u32 frame)
{
    regs->esp = frame;
    regs->eip = ka->sa_handler;
    regs->cs = __USER_CS;
    regs->ss = regs->ds = regs->es = __USER_DS;
    regs->eflags &= ~(X86_EFLAGS_TF | X86_EFLAGS_DF);
}

/* The classic frame. 0 or -EFAULT. */
static int setup_frame(int sig, const struct sigaction *ka, sigset_t mask, struct pt_regs *regs)
{
    u32 at = get_sigframe(ka, regs, sizeof(struct sigframe));
    struct sigframe __user *user = (struct sigframe __user *)at;
    struct sigframe f;

    memset(&f, 0, sizeof(f));
    f.pretcode = ka->sa_flags & SA_RESTORER ? ka->sa_restorer : (u32)user->retcode;
    f.sig = sig;
    if (current->thread.used_math)
        save_fpstate(&f.fpstate);
    setup_sigcontext(&f.sc, regs, current->thread.used_math ? (u32)&user->fpstate : 0, mask);
    f.extramask = mask >> 32;
    memcpy(f.retcode, retcode_old, sizeof(f.retcode));
    if (copy_to_user(user, &f, sizeof(f)))
        return -EFAULT;
    enter_handler(regs, ka, at);
    regs->eax = sig;
    regs->edx = regs->ecx = 0;
    return 0;
}

/* The frame with siginfo and ucontext. 0 or -EFAULT. */
static int setup_rt_frame(int sig, const struct sigaction *ka, const siginfo_t *info, sigset_t mask,
                          struct pt_regs *regs)
{
    u32 at = get_sigframe(ka, regs, sizeof(struct rt_sigframe));
    struct rt_sigframe __user *user = (struct rt_sigframe __user *)at;
    struct rt_sigframe f;

    memset(&f, 0, sizeof(f));
    f.pretcode = ka->sa_flags & SA_RESTORER ? ka->sa_restorer : (u32)user->retcode;
    f.sig = sig;
    f.pinfo = (u32)&user->info;
    f.puc = (u32)&user->uc;
    f.info = *info;
    f.uc.uc_stack.ss_sp = current->sas_ss_sp;
    f.uc.uc_stack.ss_flags = sas_ss_flags(regs->esp);
    f.uc.uc_stack.ss_size = current->sas_ss_size;
    if (current->thread.used_math)
        save_fpstate(&f.fpstate);
    setup_sigcontext(&f.uc.uc_mcontext, regs, current->thread.used_math ? (u32)&user->fpstate : 0,
                     mask);
    f.uc.uc_sigmask = mask;
    memcpy(f.retcode, retcode_rt, sizeof(f.retcode));
    if (copy_to_user(user, &f, sizeof(f)))
        return -EFAULT;
    enter_handler(regs, ka, at);
    regs->eax = sig;
    regs->edx = f.pinfo;
    regs->ecx = f.puc;
    return 0;
}

/* The frame cannot be written: SIGSEGV, and no second try with the same handler. */
static void force_sigsegv(int sig)
{
    if (sig == SIGSEGV)
        current->sighand->action[SIGSEGV - 1].sa_handler = SIG_DFL;
    force_sig(SIGSEGV, current);
}

/* While the handler runs its mask is blocked, and its own signal unless SA_NODEFER. */
static void handle_signal(int sig, const siginfo_t *info, const struct sigaction *ka, sigset_t mask,
                          struct pt_regs *regs)
{
    int err = ka->sa_flags & SA_SIGINFO ? setup_rt_frame(sig, ka, info, mask, regs)
                                        : setup_frame(sig, ka, mask, regs);
    sigset_t blocked = current->blocked | ka->sa_mask;

    if (err) {
        force_sigsegv(sig);
        return;
    }
    if (!(ka->sa_flags & SA_NODEFER))
        blocked |= sigmask(sig);
    set_current_blocked(blocked);
    clear_thread_flag(TIF_RESTORE_SIGMASK);
}

/* Back to the int $0x80 (two bytes) with the number that was there. */
static void restart_call(struct pt_regs *regs, u32 nr)
{
    regs->eax = nr;
    regs->eip -= 2;
}

/* A system call was interrupted and a handler will run: EINTR, or once more after the handler. */
static void restart_or_eintr(struct pt_regs *regs, const struct sigaction *ka)
{
    switch (-(int)regs->eax) {
    case ERESTARTSYS:
        if (ka->sa_flags & SA_RESTART)
            restart_call(regs, regs->orig_eax);
        else
            regs->eax = -EINTR;
        break;
    case ERESTARTNOINTR:
        restart_call(regs, regs->orig_eax);
        break;
    case ERESTARTNOHAND:
    case ERESTART_RESTARTBLOCK:
        regs->eax = -EINTR;
        break;
    }
}

/* No handler after all: the call goes on as if nothing had been. */
static void restart_without_handler(struct pt_regs *regs)
{
    switch (-(int)regs->eax) {
    case ERESTARTSYS:
    case ERESTARTNOINTR:
    case ERESTARTNOHAND:
        restart_call(regs, regs->orig_eax);
        break;
    case ERESTART_RESTARTBLOCK:
        restart_call(regs, __NR_restart_syscall);
        break;
    }
}

/* Called before going back to user mode while TIF_SIGPENDING or TIF_RESTORE_SIGMASK is set. */
void do_signal(struct pt_regs *regs)
{
    struct sigaction ka;
    siginfo_t info;
    int sig;

    sig = get_signal_to_deliver(&info, &ka, regs);
    bool in_syscall = (int)regs->orig_eax >= 0;
    if (sig) {
        sigset_t mask =
            test_thread_flag(TIF_RESTORE_SIGMASK) ? current->saved_sigmask : current->blocked;
        if (in_syscall)
            restart_or_eintr(regs, &ka);
        handle_signal(sig, &info, &ka, mask, regs);
        return;
    }
    if (in_syscall) {
        restart_without_handler(regs);
        regs->orig_eax = -1; /* once is enough */
    }
    if (test_thread_flag(TIF_RESTORE_SIGMASK)) {
        clear_thread_flag(TIF_RESTORE_SIGMASK);
        set_current_blocked(current->saved_sigmask);
    }
}

static int restore_fpstate(u32 address)
{
    clear_fpu(current);
    current->thread.used_math = false;
    if (!address)
        return 0;
    if (copy_from_user(&current->thread.i387, (void __user *)address, sizeof(current->thread.i387)))
        return -EFAULT;
    current->thread.used_math = true;
    return 0;
}

/* Registers from a frame, which the program may have changed: nothing that ring 3 must not have.
 * Selectors get RPL 3 here and are checked by the CPU on the way out. */
static int restore_sigcontext(struct pt_regs *regs, const struct sigcontext __user *user)
{
    struct sigcontext sc;

    current_thread_info()->restart_block.fn = NULL;
    if (copy_from_user(&sc, user, sizeof(sc)))
        return -EFAULT;
    regs->gs = sc.gs;
    regs->fs = sc.fs;
    regs->es = sc.es;
    regs->ds = sc.ds;
    regs->edi = sc.edi;
    regs->esi = sc.esi;
    regs->ebp = sc.ebp;
    regs->esp = sc.esp;
    regs->ebx = sc.ebx;
    regs->edx = sc.edx;
    regs->ecx = sc.ecx;
    regs->eax = sc.eax;
    regs->eip = sc.eip;
    regs->cs = sc.cs | 3;
    regs->ss = sc.ss | 3;
    regs->eflags = (regs->eflags & ~FIX_EFLAGS) | (sc.eflags & FIX_EFLAGS);
    regs->orig_eax = -1;
    return restore_fpstate(sc.fpstate);
}

/* eax is a register like the others here: the "result" is what the frame says. */
asmlinkage long sys_sigreturn(void)
{
    struct pt_regs *regs = current_pt_regs();
    struct sigframe __user *frame = (struct sigframe __user *)(regs->esp - 8);
    u32 low, high;

    if (get_user(low, &frame->sc.oldmask) || get_user(high, &frame->extramask))
        goto bad;
    set_current_blocked((sigset_t)high << 32 | low);
    if (restore_sigcontext(regs, &frame->sc))
        goto bad;
    return regs->eax;
bad:
    force_sig(SIGSEGV, current);
    return 0;
}

asmlinkage long sys_rt_sigreturn(void)
{
    struct pt_regs *regs = current_pt_regs();
    struct rt_sigframe __user *frame = (struct rt_sigframe __user *)(regs->esp - 4);
    sigset_t mask;
    stack_t ss;

    if (copy_from_user(&mask, &frame->uc.uc_sigmask, sizeof(mask)) ||
        copy_from_user(&ss, &frame->uc.uc_stack, sizeof(ss)))
        goto bad;
    set_current_blocked(mask);
    if (restore_sigcontext(regs, &frame->uc.uc_mcontext))
        goto bad;
    do_sigaltstack(&ss, NULL, regs->esp);
    return regs->eax;
bad:
    force_sig(SIGSEGV, current);
    return 0;
}

/* Signals: queues, frames, the return from a handler, restarted calls (K-20, K-21). */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "conform.h"

enum { REALTIME = 40, SENT_MAX = 8 };

static volatile int caught, caught_value[SENT_MAX];
static siginfo_t last_info;

static void note(int signal, siginfo_t *info, void *context)
{
    (void)context;
    (void)signal;
    if (caught < SENT_MAX)
        caught_value[caught] = info->si_value.sival_int;
    last_info = *info;
    caught++;
}

static void catch_with(int signal, unsigned int flags)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = note;
    action.sa_flags = (int)(flags | SA_SIGINFO);
    EXPECT(sigaction(signal, &action, NULL) == 0);
    caught = 0;
}

static void block(int signal)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signal);
    EXPECT(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
}

static void unblock(int signal)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signal);
    EXPECT(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
}

static void standard_signals_merge(void)
{
    catch_with(SIGUSR1, 0);
    block(SIGUSR1);
    for (int i = 0; i < 3; i++)
        kill(getpid(), SIGUSR1);
    unblock(SIGUSR1);
    EXPECT(caught == 1);
}

static void realtime_signals_queue(void)
{
    catch_with(REALTIME, 0);
    block(REALTIME);
    for (int i = 0; i < 3; i++)
        EXPECT(sigqueue(getpid(), REALTIME, (union sigval){.sival_int = 10 + i}) == 0);
    unblock(REALTIME);
    EXPECT(caught == 3);
    EXPECT(caught_value[0] == 10 && caught_value[1] == 11 && caught_value[2] == 12);
    EXPECT(last_info.si_code == SI_QUEUE && last_info.si_pid == getpid());
}

static volatile int order[2];

static void note_order(int signal)
{
    order[caught++ & 1] = signal;
}

/* Of several pending signals the lowest number is delivered first, so its handler runs last. */
static void lowest_comes_first(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = note_order;
    sigfillset(&action.sa_mask);
    sigaction(REALTIME, &action, NULL);
    sigaction(REALTIME + 1, &action, NULL);
    block(REALTIME);
    block(REALTIME + 1);
    raise(REALTIME + 1);
    raise(REALTIME);
    caught = 0;
    sigprocmask(SIG_SETMASK, &(sigset_t){0}, NULL);
    EXPECT(caught == 2);
    EXPECT(order[0] == REALTIME && order[1] == REALTIME + 1);
}

static volatile int depth, deepest;

static void raise_again(int signal)
{
    depth++;
    deepest = depth > deepest ? depth : deepest;
    if (caught++ == 0)
        raise(signal);
    depth--;
}

static void handle_plainly(int signal, void (*handler)(int), unsigned int flags)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = (int)flags;
    EXPECT(sigaction(signal, &action, NULL) == 0);
    caught = deepest = 0;
}

static void signal_is_blocked_in_its_handler(void)
{
    handle_plainly(SIGUSR1, raise_again, 0);
    raise(SIGUSR1);
    EXPECT(caught == 2 && deepest == 1);
}

static void nodefer_nests(void)
{
    handle_plainly(SIGUSR1, raise_again, SA_NODEFER);
    raise(SIGUSR1);
    EXPECT(caught == 2 && deepest == 2);
}

static void resethand_is_once(void)
{
    struct sigaction now;

    catch_with(SIGUSR1, SA_RESETHAND);
    raise(SIGUSR1);
    EXPECT(caught == 1);
    EXPECT(sigaction(SIGUSR1, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
}

static char signal_stack[32768];
static volatile int on_signal_stack;

static void note_stack(int signal)
{
    char here;

    (void)signal;
    on_signal_stack = &here >= signal_stack && &here < signal_stack + sizeof signal_stack;
}

static void runs_on_alternate_stack(void)
{
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};

    EXPECT(sigaltstack(&stack, NULL) == 0);
    handle_plainly(SIGUSR1, note_stack, 0);
    raise(SIGUSR1);
    EXPECT(!on_signal_stack);
    handle_plainly(SIGUSR1, note_stack, SA_ONSTACK);
    raise(SIGUSR1);
    EXPECT(on_signal_stack);
}

static void spoil_registers(int signal)
{
    (void)signal;
    __asm__ volatile("movl $1, %%eax; movl $2, %%ecx; movl $3, %%edx; stc; std; cld; fninit"
                     :
                     :
                     : "eax", "ecx", "edx", "cc");
}

/* Sends itself a signal by a bare call and looks at every register behind it. */
static void registers_come_back(unsigned int flags)
{
    double pi = 3.14159265358979323846, got;
    long eax = SYS_kill, ebx = getpid(), ecx = SIGUSR1, edx = 3, esi = 4, edi = 5;
    long eflags;

    handle_plainly(SIGUSR1, spoil_registers, flags);
    __asm__ volatile("fldl %0" : : "m"(pi));
    __asm__ volatile("stc; int $0x80; pushf; popl %6"
                     : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi),
                       "=m"(eflags)
                     :
                     : "memory", "cc");
    __asm__ volatile("fstpl %0" : "=m"(got));
    EXPECT(eax == 0);
    EXPECT(ebx == getpid() && ecx == SIGUSR1 && edx == 3 && esi == 4 && edi == 5);
    EXPECT(eflags & 1);
    EXPECT(memcmp(&got, &pi, sizeof pi) == 0);
}

static void plain_frame_restores(void)
{
    registers_come_back(0);
}

static void siginfo_frame_restores(void)
{
    registers_come_back(SA_SIGINFO);
}

static void skip_instruction(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;

    (void)signal;
    last_info = *info;
    uc->uc_mcontext.gregs[REG_EIP] += 2;
    uc->uc_mcontext.gregs[REG_EAX] = 99;
}

/* A handler may change the registers it will return to: here over an ud2. */
static void handler_changes_context(void)
{
    struct sigaction action;
    long eax = 1;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = skip_instruction;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGILL, &action, NULL);
    __asm__ volatile("ud2" : "+a"(eax));
    EXPECT(eax == 99);
}

static sigjmp_buf escape;

static void note_and_escape(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    last_info = *info;
    siglongjmp(escape, 1);
}

static void catch_fault(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = note_and_escape;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, NULL);
}

static void fault_has_address(void)
{
    volatile char *nowhere = (char *)0x12345;
    volatile char *code = (char *)fault_has_address;

    catch_fault();
    if (sigsetjmp(escape, 1) == 0)
        *nowhere = 1;
    EXPECT(last_info.si_addr == (void *)0x12345);
    EXPECT(last_info.si_code == SEGV_MAPERR);
    if (sigsetjmp(escape, 1) == 0)
        *code = 1;
    EXPECT(last_info.si_addr == (void *)code);
    EXPECT(last_info.si_code == SEGV_ACCERR);
}

static void kernel_memory_is_closed(void)
{
    catch_fault();
    if (sigsetjmp(escape, 1) == 0) {
        *(volatile int *)0xfffff000 = 1;
        EXPECT(!"written");
    }
    EXPECT(last_info.si_signo == SIGSEGV);
}

static int pipe_fd[2];

/* After a while signals the parent, later writes a byte. */
static pid_t disturb(int signal)
{
    pid_t pid = fork();

    if (pid == 0) {
        sleep_ms(20);
        kill(getppid(), signal);
        sleep_ms(20);
        _exit(write(pipe_fd[1], "x", 1) == 1 ? 0 : 1);
    }
    return pid;
}

static ssize_t disturbed_read(unsigned int flags)
{
    char c;
    pid_t pid;
    ssize_t n;

    EXPECT(pipe(pipe_fd) == 0);
    catch_with(SIGUSR1, flags);
    pid = disturb(SIGUSR1);
    errno = 0;
    n = read(pipe_fd[0], &c, 1);
    EXPECT(n == 1 || errno == EINTR);
    EXPECT(caught == 1);
    EXPECT(finish(pid) == 0);
    return n;
}

static void read_is_interrupted(void)
{
    EXPECT(disturbed_read(0) == -1);
}

static void read_is_restarted(void)
{
    EXPECT(disturbed_read(SA_RESTART) == 1);
}

static void ignored_signal_does_not_interrupt(void)
{
    char c;
    pid_t pid;

    EXPECT(pipe(pipe_fd) == 0);
    signal(SIGUSR1, SIG_IGN);
    pid = disturb(SIGUSR1);
    EXPECT(read(pipe_fd[0], &c, 1) == 1);
    EXPECT(finish(pid) == 0);
}

static void sleeps_never_restart(void)
{
    struct timespec wanted = {5, 0}, rest = {0, 0};
    pid_t pid;

    EXPECT(pipe(pipe_fd) == 0);
    catch_with(SIGUSR1, SA_RESTART);
    pid = disturb(SIGUSR1);
    EXPECT(nanosleep(&wanted, &rest) == -1 && errno == EINTR);
    EXPECT(rest.tv_sec >= 1 && rest.tv_sec < 5);
    EXPECT(finish(pid) == 0);
    pid = disturb(SIGUSR1);
    EXPECT(poll(NULL, 0, 5000) == -1 && errno == EINTR);
    EXPECT(finish(pid) == 0);
    pid = disturb(SIGUSR1);
    EXPECT(pause() == -1 && errno == EINTR);
    EXPECT(finish(pid) == 0);
}

static void sleep_a_while(void *unused)
{
    struct timespec wanted = {0, 150000000};

    (void)unused;
    EXPECT(nanosleep(&wanted, NULL) == 0);
}

/* Stopped and continued, a sleep goes on with what is left of it. */
static void stopped_sleep_goes_on(void)
{
    pid_t pid = start(sleep_a_while, NULL);
    int status;

    sleep_ms(20);
    EXPECT(kill(pid, SIGSTOP) == 0);
    EXPECT(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    EXPECT(kill(pid, SIGCONT) == 0);
    EXPECT(finish(pid) == 0);
}

static void sigsuspend_swaps_mask(void)
{
    sigset_t none, mask;

    catch_with(SIGUSR1, 0);
    block(SIGUSR1);
    raise(SIGUSR1);
    EXPECT(caught == 0);
    sigemptyset(&none);
    EXPECT(sigsuspend(&none) == -1 && errno == EINTR);
    EXPECT(caught == 1);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    EXPECT(sigismember(&mask, SIGUSR1));
}

static void sigtimedwait_takes_one(void)
{
    struct timespec none = {0, 0}, some = {5, 0};
    siginfo_t info;
    sigset_t set;

    catch_with(SIGUSR1, 0);
    block(SIGUSR1);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    EXPECT(sigtimedwait(&set, &info, &none) == -1 && errno == EAGAIN);
    raise(SIGUSR1);
    EXPECT(sigtimedwait(&set, &info, &some) == SIGUSR1);
    EXPECT(info.si_signo == SIGUSR1);
    unblock(SIGUSR1);
    EXPECT(caught == 0);
}

static void exit_soon(void *unused)
{
    (void)unused;
    sleep_ms(30);
}

/* SIGCHLD does nothing by default, but who blocks it waits for it. */
static void sigtimedwait_takes_what_is_ignored(void)
{
    struct timespec some = {5, 0};
    pid_t pid = start(exit_soon, NULL);
    sigset_t set;

    block(SIGCHLD);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    EXPECT(sigtimedwait(&set, NULL, &some) == SIGCHLD);
    EXPECT(finish(pid) == 0);
}

static void two_signals_are_not_for_sale(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    EXPECT(sigaction(SIGKILL, &action, NULL) == -1 && errno == EINVAL);
    EXPECT(sigaction(SIGSTOP, &action, NULL) == -1 && errno == EINVAL);
    EXPECT(sigaction(0, &action, NULL) == -1 && errno == EINVAL);
    EXPECT(sigaction(65, &action, NULL) == -1 && errno == EINVAL);
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void signals_need_permission(void)
{
    pid_t pid = start(wait_for_signal, NULL);

    only_as_root();
    become_nobody();
    EXPECT(kill(pid, 0) == -1 && errno == EPERM);
    EXPECT(kill(pid, SIGTERM) == -1 && errno == EPERM);
}

static void cont_and_stop_cancel(void)
{
    sigset_t pending;

    block(SIGTSTP);
    block(SIGCONT);
    raise(SIGTSTP);
    raise(SIGCONT);
    sigpending(&pending);
    EXPECT(!sigismember(&pending, SIGTSTP));
    raise(SIGTSTP);
    sigpending(&pending);
    EXPECT(!sigismember(&pending, SIGCONT));
}

static const struct check checks[] = {
    {"K-20", "a standard signal is pending once", standard_signals_merge},
    {"K-20", "real-time signals queue with their values", realtime_signals_queue},
    {"K-20", "the lowest signal is delivered first", lowest_comes_first},
    {"K-20", "SIGKILL, SIGSTOP, 0 and 65 cannot be caught", two_signals_are_not_for_sale},
    {"K-20", "sigsuspend swaps the mask for its time", sigsuspend_swaps_mask},
    {"K-20", "sigtimedwait takes a signal from the queue", sigtimedwait_takes_one},
    {"K-20", "sigtimedwait takes a signal that would be ignored",
     sigtimedwait_takes_what_is_ignored},
    {"K-20", "a user may not signal another user's process", signals_need_permission},
    {"K-20", "stop and continue signals cancel each other", cont_and_stop_cancel},
    {"K-21", "a signal is blocked while its handler runs", signal_is_blocked_in_its_handler},
    {"K-21", "SA_NODEFER lets handlers nest", nodefer_nests},
    {"K-21", "SA_RESETHAND is good for one signal", resethand_is_once},
    {"K-21", "SA_ONSTACK runs the handler on the signal stack", runs_on_alternate_stack},
    {"K-21", "sigreturn restores registers, flags and x87", plain_frame_restores},
    {"K-21", "rt_sigreturn restores registers, flags and x87", siginfo_frame_restores},
    {"K-21", "a handler may change where it returns to", handler_changes_context},
    {"K-02", "SIGSEGV says the address and why", fault_has_address},
    {"K-02", "kernel memory is closed to programs", kernel_memory_is_closed},
    {"K-21", "without SA_RESTART a read is interrupted", read_is_interrupted},
    {"K-21", "with SA_RESTART a read goes on", read_is_restarted},
    {"K-21", "an ignored signal interrupts nothing", ignored_signal_does_not_interrupt},
    {"K-21", "nanosleep, poll and pause are interrupted in any case", sleeps_never_restart},
    {"K-21", "a stopped sleep goes on when continued", stopped_sleep_goes_on},
};

SECTION(signals);

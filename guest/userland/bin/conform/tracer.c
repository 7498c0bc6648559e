/* What a tracer may do with a process, beside what fork's own statements say of it. */
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { SYSCALL_STOP = SIGTRAP };

static volatile long word_of_both = 1;

static void be_traced(void *unused)
{
    (void)unused;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(1);
    raise(SIGSTOP);
    _exit(word_of_both == 77 ? 42 : 1);
}

static bool stopped_by(pid_t pid, int signal)
{
    int status;

    return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == signal;
}

static void words_can_be_read_and_written(void)
{
    pid_t pid = start(be_traced, NULL);
    void *at = (void *)&word_of_both;

    EXPECT(stopped_by(pid, SIGSTOP));
    errno = 0;
    EXPECT(ptrace(PTRACE_PEEKDATA, pid, at, NULL) == 1 && errno == 0);
    EXPECT(ptrace(PTRACE_POKEDATA, pid, at, (void *)77L) == 0);
    EXPECT(ptrace(PTRACE_PEEKDATA, pid, bad_pointer(), NULL) == -1 && errno == EIO);
    EXPECT(ptrace(PTRACE_CONT, pid, NULL, NULL) == 0);
    EXPECT(finish(pid) == 42);
    EXPECT(word_of_both == 1);
}

static void steps_are_single(void)
{
    struct user_regs_struct before, after;
    pid_t pid = start(be_traced, NULL);
    int moved = 0;

    EXPECT(stopped_by(pid, SIGSTOP));
    for (int i = 0; i < 10; i++) {
        EXPECT(ptrace(PTRACE_GETREGS, pid, NULL, &before) == 0);
        EXPECT(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == 0);
        EXPECT(stopped_by(pid, SIGTRAP));
        EXPECT(ptrace(PTRACE_GETREGS, pid, NULL, &after) == 0);
        moved += after.eip > before.eip && after.eip - before.eip <= 15;
    }
    EXPECT(moved >= 5);
    EXPECT(ptrace(PTRACE_KILL, pid, NULL, NULL) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
}

/* The child's _exit finds another status in ebx than the one it was called with. */
static void registers_can_be_changed(void)
{
    struct user_regs_struct regs;
    pid_t pid = start(be_traced, NULL);

    EXPECT(stopped_by(pid, SIGSTOP));
    for (;;) {
        EXPECT(ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0);
        EXPECT(stopped_by(pid, SYSCALL_STOP));
        EXPECT(ptrace(PTRACE_GETREGS, pid, NULL, &regs) == 0);
        if (regs.orig_eax == SYS_exit_group || regs.orig_eax == SYS_exit)
            break;
    }
    EXPECT(regs.eax == -ENOSYS);
    EXPECT(regs.ebx == 1);
    regs.ebx = 9;
    EXPECT(ptrace(PTRACE_SETREGS, pid, NULL, &regs) == 0);
    EXPECT(ptrace(PTRACE_CONT, pid, NULL, NULL) == 0);
    EXPECT(finish(pid) == 9);
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void a_running_process_can_be_traced(void)
{
    pid_t pid = start(wait_for_signal, NULL);
    int status;

    EXPECT(ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0);
    EXPECT(stopped_by(pid, SIGSTOP));
    EXPECT(ptrace(PTRACE_ATTACH, pid, NULL, NULL) == -1 && errno == EPERM);
    EXPECT(ptrace(PTRACE_DETACH, pid, NULL, NULL) == 0);
    EXPECT(ptrace(PTRACE_CONT, pid, NULL, NULL) == -1 && errno == ESRCH);
    EXPECT(waitpid(pid, &status, WNOHANG) == 0);
    kill(pid, SIGTERM);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGTERM);
}

static const struct check checks[] = {
    {"K-18", "a tracer reads and writes words", words_can_be_read_and_written},
    {"K-18", "a tracer steps over one instruction", steps_are_single},
    {"K-18", "a tracer changes registers at a system call", registers_can_be_changed},
    {"K-18", "a tracer attaches to a running process and lets it go",
     a_running_process_can_be_traced},
};

SECTION(tracer);

/* A small strace: runs a program and prints its system calls, those of its children too.
 *
 *      ptracedemo PROGRAM ARG…
 *
 * Pids are shown in the order of appearance, #1 for the program, so that the output is the same
 * every time.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TASKS_MAX = 64, SYSCALL_STOP = SIGTRAP | 0x80 };

/* Results from here on are shown as addresses. */
enum { ADDRESS_MIN = 0x08000000 };

static const struct {
    int number;
    const char *name;
    int arguments;
} calls[] = {
    {1, "exit", 1},
    {2, "fork", 0},
    {3, "read", 3},
    {4, "write", 3},
    {5, "open", 3},
    {6, "close", 1},
    {11, "execve", 3},
    {20, "getpid", 0},
    {42, "pipe", 1},
    {45, "brk", 1},
    {54, "ioctl", 3},
    {63, "dup2", 2},
    {64, "getppid", 0},
    {114, "wait4", 4},
    {120, "clone", 5},
    {140, "_llseek", 5},
    {162, "nanosleep", 2},
    {174, "rt_sigaction", 4},
    {175, "rt_sigprocmask", 4},
    {183, "getcwd", 2},
    {190, "vfork", 0},
    {192, "mmap2", 6},
    {195, "stat64", 2},
    {197, "fstat64", 2},
    {220, "getdents64", 3},
    {221, "fcntl64", 3},
    {252, "exit_group", 1},
};

static struct task {
    pid_t pid;
    int inside; /* between the stops at entry and at exit of a call */
    struct user_regs_struct entry;
} tasks[TASKS_MAX];
static int task_count;

static int number_of(pid_t pid)
{
    for (int i = 0; i < task_count; i++)
        if (tasks[i].pid == pid)
            return i;
    if (task_count == TASKS_MAX) {
        fprintf(stderr, "ptracedemo: more than %d processes\n", TASKS_MAX);
        exit(1);
    }
    tasks[task_count].pid = pid;
    return task_count++;
}

static void print_call(const struct user_regs_struct *regs)
{
    const long arguments[] = {regs->ebx, regs->ecx, regs->edx, regs->esi, regs->edi, regs->ebp};

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (calls[i].number != regs->orig_eax)
            continue;
        printf("%s(", calls[i].name);
        for (int a = 0; a < calls[i].arguments; a++)
            printf("%s0x%lx", a ? ", " : "", arguments[a]);
        printf(")");
        return;
    }
    printf("call %ld", regs->orig_eax);
}

static void print_result(const struct user_regs_struct *regs)
{
    if (regs->eax < 0 && regs->eax > -4096)
        printf(" = -%ld (%s)\n", -regs->eax, strerror((int)-regs->eax));
    else
        printf(regs->eax < ADDRESS_MIN && regs->eax >= 0 ? " = %ld\n" : " = 0x%lx\n", regs->eax);
}

static int never_returns(const struct user_regs_struct *regs)
{
    return regs->orig_eax == 1 || regs->orig_eax == 252;
}

/* A call is printed when it returns, with the arguments it was entered with. */
static void at_syscall(pid_t pid, int n)
{
    struct task *task = &tasks[n];
    struct user_regs_struct regs;

    ptrace(PTRACE_GETREGS, pid, NULL, &regs);
    task->inside = !task->inside;
    if (task->inside)
        task->entry = regs;
    if (task->inside && !never_returns(&regs))
        return;
    printf("#%d ", n + 1);
    print_call(&task->entry);
    if (task->inside)
        printf("\n");
    else
        print_result(&regs);
}

/* Prints what the stop means; the signal to go on with. */
static int at_stop(pid_t pid, int status)
{
    int n = number_of(pid);
    int signal = WSTOPSIG(status);

    if (signal == SYSCALL_STOP) {
        at_syscall(pid, n);
        return 0;
    }
    if (status >> 16 || signal == SIGSTOP || signal == SIGTRAP)
        return 0;
    printf("#%d gets %s\n", n + 1, strsignal(signal));
    return signal;
}

static void print_end(pid_t pid, int status)
{
    if (WIFEXITED(status))
        printf("#%d exited with %d\n", number_of(pid) + 1, WEXITSTATUS(status));
    else
        printf("#%d was ended by %s\n", number_of(pid) + 1, strsignal(WTERMSIG(status)));
}

static int trace(pid_t first)
{
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    int status, result = 0;
    pid_t pid;

    waitpid(first, &status, 0);
    number_of(first);
    if (ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)options) < 0) {
        perror("ptracedemo: PTRACE_SETOPTIONS");
        kill(first, SIGKILL);
        return 1;
    }
    ptrace(PTRACE_SYSCALL, first, NULL, NULL);
    while ((pid = waitpid(-1, &status, __WALL)) > 0) {
        if (WIFSTOPPED(status)) {
            ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)at_stop(pid, status));
            continue;
        }
        print_end(pid, status);
        if (pid == first)
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return result;
}

int main(int argc, char **argv)
{
    pid_t pid;

    if (argc < 2) {
        fprintf(stderr, "usage: ptracedemo PROGRAM ARG...\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    pid = fork();
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        execvp(argv[1], argv + 1);
        fprintf(stderr, "ptracedemo: %s: %s\n", argv[1], strerror(errno));
        _exit(127);
    }
    return pid < 0 ? 1 : trace(pid);
}

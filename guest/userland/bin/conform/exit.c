/* Section 16: ends of processes, zombies, waiting. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void exit_with_five(void *unused)
{
    (void)unused;
    _exit(5);
}

static void fault(void *unused)
{
    int *volatile nowhere = (int *)8;

    (void)unused;
    *nowhere = 1;
}

static void divide_by_zero(void *unused)
{
    (void)unused;
    __asm__ volatile("xorl %%ecx, %%ecx; xorl %%edx, %%edx; divl %%ecx" : : : "eax", "ecx", "edx");
}

static void illegal_instruction(void *unused)
{
    (void)unused;
    __asm__ volatile("ud2");
}

static void privileged_instruction(void *unused)
{
    (void)unused;
    __asm__ volatile("cli");
}

static void breakpoint(void *unused)
{
    (void)unused;
    __asm__ volatile("int3");
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void three_ways_to_end(void)
{
    pid_t pid;

    EXPECT(run(exit_with_five, NULL) == 5);
    EXPECT(run(fault, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
    pid = start(wait_for_signal, NULL);
    EXPECT(kill(pid, SIGTERM) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGTERM);
}

static void exceptions_become_signals(void)
{
    EXPECT(run(divide_by_zero, NULL) == EXIT_BY_SIGNAL + SIGFPE);
    EXPECT(run(illegal_instruction, NULL) == EXIT_BY_SIGNAL + SIGILL);
    EXPECT(run(privileged_instruction, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
    EXPECT(run(breakpoint, NULL) == EXIT_BY_SIGNAL + SIGTRAP);
}

static void zombie_keeps_its_pid(void)
{
    pid_t pid = start(exit_with_five, NULL);

    wait_for_state(pid, 'Z');
    EXPECT(kill(pid, 0) == 0);
    EXPECT(finish(pid) == 5);
    EXPECT(kill(pid, 0) == -1 && errno == ESRCH);
    EXPECT(waitpid(pid, NULL, 0) == -1 && errno == ECHILD);
}

static void wait_without_hanging(void)
{
    pid_t pid = start(wait_for_signal, NULL);
    int status = -1;

    EXPECT(waitpid(pid, &status, WNOHANG) == 0);
    kill(pid, SIGKILL);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
}

static void stops_are_reported(void)
{
    pid_t pid = start(wait_for_signal, NULL);
    int status;

    EXPECT(kill(pid, SIGSTOP) == 0);
    EXPECT(waitpid(pid, &status, WUNTRACED) == pid);
    EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    EXPECT(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0);
    EXPECT(kill(pid, SIGCONT) == 0);
    EXPECT(waitpid(pid, &status, WCONTINUED) == pid);
    EXPECT(WIFCONTINUED(status));
    kill(pid, SIGKILL);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
}

static void ignored_children_vanish(void)
{
    signal(SIGCHLD, SIG_IGN);
    start(exit_with_five, NULL);
    EXPECT(waitpid(-1, NULL, 0) == -1);
    EXPECT(errno == ECHILD);
}

static volatile sig_atomic_t child_signals;
static volatile int child_code, child_status;

static void note_child(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    child_signals++;
    child_code = info->si_code;
    child_status = info->si_status;
}

static void parent_gets_sigchld(void)
{
    struct sigaction action = {.sa_sigaction = note_child, .sa_flags = SA_SIGINFO};

    EXPECT(sigaction(SIGCHLD, &action, NULL) == 0);
    EXPECT(run(exit_with_five, NULL) == 5);
    EXPECT(child_signals == 1);
    EXPECT(child_code == CLD_EXITED && child_status == 5);
}

static void wait_by_group(void)
{
    pid_t pid = start(wait_for_signal, NULL);

    EXPECT(setpgid(pid, pid) == 0);
    EXPECT(waitpid(0, NULL, WNOHANG) == -1 && errno == ECHILD);
    kill(pid, SIGKILL);
    EXPECT(waitpid(-pid, NULL, 0) == pid);
}

static const struct check checks[] = {
    {"S-181", "a process ends by exit, by exception and by signal", three_ways_to_end},
    {"S-181", "exceptions become SIGFPE, SIGILL, SIGSEGV and SIGTRAP", exceptions_become_signals},
    {"S-183", "a zombie keeps its pid until it is waited for", zombie_keeps_its_pid},
    {"S-183", "WNOHANG returns 0 while the child lives", wait_without_hanging},
    {"S-183", "an ignored SIGCHLD leaves no zombie", ignored_children_vanish},
    {"S-182 S-183", "SIGCHLD says how the child ended", parent_gets_sigchld},
    {"S-160 S-183", "waitpid selects by process group", wait_by_group},
    {"S-183", "stops and continuations are reported", stops_are_reported},
};

SECTION(exit);

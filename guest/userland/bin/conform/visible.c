/* Sections 8 and 9: the first processes, and how a new one becomes visible. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { FIELD_PPID = 4, FIELD_PGRP = 5, FIELD_SESSION = 6 };

static void first_process(void)
{
    EXPECT(access("/proc/1/stat", F_OK) == 0);
    EXPECT(stat_field(1, FIELD_PPID) == 0);
    EXPECT(access("/proc/0", F_OK) == -1);
}

static void leave_orphan(void *arg)
{
    int *seen = arg;

    if (fork() == 0) {
        while (getppid() != 1 && *seen < 200) {
            sleep_ms(5);
            ++*seen;
        }
        *seen = getppid() == 1 ? -1 : 1000;
        _exit(0);
    }
}

static void orphans_go_to_init(void)
{
    volatile int *seen = shared_memory(sizeof *seen);

    EXPECT(run(leave_orphan, (void *)seen) == 0);
    while (*seen >= 0 && *seen < 1000)
        sleep_ms(5);
    EXPECT(*seen == -1);
}

static void note_nothing(int signal)
{
    (void)signal;
}

/* Signals that arrive while fork works make it start again, never fail. */
static void fork_is_not_interrupted(void)
{
    struct sigaction action = {.sa_handler = note_nothing};
    struct itimerval often = {{0, 1000}, {0, 1000}};

    sigaction(SIGALRM, &action, NULL);
    EXPECT(setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (int i = 0; i < 200; i++) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(0);
        EXPECT(pid > 0);
        EXPECT(finish(pid) == 0);
    }
}

static void clone_sibling(void *arg)
{
    pid_t *seen = arg;
    long pid = raw_clone(CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

    if (pid == 0)
        *seen = getppid();
    EXPECT(pid >= 0);
}

static void sibling_has_same_parent(void)
{
    pid_t *seen = shared_memory(sizeof *seen);

    start(clone_sibling, seen);
    EXPECT(wait(NULL) > 0);
    EXPECT(wait(NULL) > 0);
    EXPECT(*seen == getpid());
}

static void expect_parent(void *arg)
{
    EXPECT(getppid() == *(pid_t *)arg);
}

static void parent_is_the_caller(void)
{
    pid_t self = getpid();

    EXPECT(run(expect_parent, &self) == 0);
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void child_is_found(void)
{
    pid_t pid = start(wait_for_signal, NULL);

    EXPECT(kill(pid, 0) == 0);
    EXPECT(stat_field(pid, FIELD_PPID) == getpid());
    EXPECT(stat_field(pid, FIELD_PGRP) == getpgrp());
    EXPECT(stat_field(pid, FIELD_SESSION) == getsid(0));
    EXPECT(kill(pid, SIGKILL) == 0);
    finish(pid);
    EXPECT(kill(pid, 0) == -1 && errno == ESRCH);
}

static void exit_at_once(void *unused)
{
    (void)unused;
}

static void forks_are_counted(void)
{
    long before = proc_number("/proc/stat", "processes ");

    EXPECT(before > 0);
    for (int i = 0; i < 5; i++)
        EXPECT(run(exit_at_once, NULL) == 0);
    EXPECT(proc_number("/proc/stat", "processes ") >= before + 5);
}

static void only_five_are_counted(void)
{
    long before;

    only_on_guest();
    before = proc_number("/proc/stat", "processes ");
    for (int i = 0; i < 5; i++)
        EXPECT(run(exit_at_once, NULL) == 0);
    EXPECT(proc_number("/proc/stat", "processes ") == before + 5);
}

static const struct check checks[] = {
    {"S-131", "process 1 has parent 0, and there is no /proc/0", first_process},
    {"S-132", "an orphan's parent becomes process 1", orphans_go_to_init},
    {"S-137", "fork never fails with EINTR", fork_is_not_interrupted},
    {"S-138", "a CLONE_PARENT child has its maker's parent", sibling_has_same_parent},
    {"S-138", "any other child's parent is the caller", parent_is_the_caller},
    {"S-146 S-147", "a child is found by its pid until it is reaped", child_is_found},
    {"S-148", "/proc/stat counts forks", forks_are_counted},
    {"S-148", "/proc/stat counts nothing else", only_five_are_counted},
};

SECTION(visible);

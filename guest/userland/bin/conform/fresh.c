/* Section 4: what a child starts afresh instead of inheriting it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { FIELD_FLAGS = 9, FIELD_START_TIME = 22, PF_FORKNOEXEC = 0x40 };

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

/* Starts this program anew and returns when exec has happened: the pipe is closed by it. */
static pid_t start_exec(void)
{
    struct gate exec = gate_new();
    char byte;
    pid_t pid = fork();

    if (pid == 0) {
        fcntl(exec.fd[1], F_SETFD, FD_CLOEXEC);
        execl(self_path, "conform", "--pause", (char *)NULL);
        _exit(127);
    }
    close(exec.fd[1]);
    EXPECT(read(exec.fd[0], &byte, 1) == 0);
    close(exec.fd[0]);
    return pid;
}

static void end(pid_t pid)
{
    EXPECT(kill(pid, SIGKILL) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
}

static void setpgid_before_and_after_exec(void)
{
    pid_t before = start(wait_for_signal, NULL);
    pid_t after = start_exec();

    EXPECT(setpgid(before, before) == 0);
    EXPECT(getpgid(before) == before);
    errno = 0;
    EXPECT(setpgid(after, after) == -1);
    EXPECT(errno == EACCES);
    end(before);
    end(after);
}

static void forked_but_not_execed(void)
{
    pid_t before = start(wait_for_signal, NULL);
    pid_t after = start_exec();

    EXPECT(stat_field(before, FIELD_FLAGS) & PF_FORKNOEXEC);
    EXPECT((stat_field(after, FIELD_FLAGS) & PF_FORKNOEXEC) == 0);
    end(before);
    end(after);
}

static void expect_no_children(void *unused)
{
    (void)unused;
    EXPECT(waitpid(-1, NULL, WNOHANG) == -1);
    EXPECT(errno == ECHILD);
}

static void children_are_not_inherited(void)
{
    pid_t first = start(wait_for_signal, NULL);

    EXPECT(run(expect_no_children, NULL) == 0);
    end(first);
}

static void expect_masked_not_pending(void *unused)
{
    sigset_t pending, mask;

    (void)unused;
    EXPECT(sigpending(&pending) == 0);
    EXPECT(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
    EXPECT(!sigismember(&pending, SIGUSR1));
    EXPECT(sigismember(&mask, SIGUSR1));
}

static void pending_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    sigpending(&set);
    EXPECT(sigismember(&set, SIGUSR1));
    EXPECT(run(expect_masked_not_pending, NULL) == 0);
}

static void expect_no_alarm(void *unused)
{
    (void)unused;
    EXPECT(alarm(0) == 0);
}

static void alarms(void)
{
    alarm(100);
    EXPECT(run(expect_no_alarm, NULL) == 0);
    EXPECT(alarm(100) > 0);
}

static void expect_no_timers(void *unused)
{
    struct itimerval t;

    (void)unused;
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
        EXPECT(getitimer(which, &t) == 0);
        EXPECT(t.it_value.tv_sec == 0 && t.it_value.tv_usec == 0);
        EXPECT(t.it_interval.tv_sec == 0 && t.it_interval.tv_usec == 0);
    }
}

static void interval_timers(void)
{
    struct itimerval t = {{100, 0}, {100, 0}};

    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++)
        EXPECT(setitimer(which, &t, NULL) == 0);
    EXPECT(run(expect_no_timers, NULL) == 0);
}

static void expect_zero_times(void *unused)
{
    struct tms t;

    (void)unused;
    EXPECT(times(&t) != (clock_t)-1);
    EXPECT(t.tms_utime == 0 && t.tms_stime == 0);
    EXPECT(t.tms_cutime == 0 && t.tms_cstime == 0);
}

/* Uses the processor until the clock of the process has moved by some ticks. */
static void burn(void)
{
    struct tms t;

    do
        times(&t);
    while (t.tms_utime + t.tms_stime < 3);
}

static void burn_in_child(void *unused)
{
    (void)unused;
    burn();
}

static void process_times(void)
{
    struct tms t;

    burn();
    EXPECT(run(burn_in_child, NULL) == 0);
    times(&t);
    EXPECT(t.tms_utime + t.tms_stime >= 3);
    EXPECT(t.tms_cutime + t.tms_cstime >= 3);
    EXPECT(run(expect_zero_times, NULL) == 0);
}

static void start_time_grows(void)
{
    pid_t first = start(wait_for_signal, NULL);
    pid_t second;

    sleep_ms(60);
    second = start(wait_for_signal, NULL);
    EXPECT(stat_field(first, FIELD_START_TIME) >= 0);
    EXPECT(stat_field(second, FIELD_START_TIME) > stat_field(first, FIELD_START_TIME));
    end(first);
    end(second);
}

static void expect_no_parent_death_signal(void *unused)
{
    int signal = -1;

    (void)unused;
    EXPECT(prctl(PR_GET_PDEATHSIG, &signal) == 0);
    EXPECT(signal == 0);
}

static void parent_death_signal(void)
{
    EXPECT(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
    EXPECT(run(expect_no_parent_death_signal, NULL) == 0);
}

static const struct check checks[] = {
    {"S-064 S-160", "setpgid on a child works before its exec, EACCES after",
     setpgid_before_and_after_exec},
    {"S-065", "PF_FORKNOEXEC is set by fork and cleared by exec", forked_but_not_execed},
    {"S-067", "the child has no children", children_are_not_inherited},
    {"S-068 S-169", "pending signals are gone, the mask is kept", pending_signals},
    {"S-069 S-169", "a pending alarm is gone", alarms},
    {"S-070", "all interval timers are zero", interval_timers},
    {"S-071 S-169", "times are zero, also those of children", process_times},
    {"S-074", "the start time is the child's own", start_time_grows},
    {"S-098", "the parent death signal is zero", parent_death_signal},
};

SECTION(fresh);

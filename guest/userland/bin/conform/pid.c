/* Section 3: the allocation of pids. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { RESERVED_PIDS = 300, DEFAULT_PID_MAX = 32768 };

static const char pid_max_file[] = "/proc/sys/kernel/pid_max";

static void set_pid_max(int value)
{
    char text[16];
    int fd = open(pid_max_file, O_WRONLY);
    int n = snprintf(text, sizeof text, "%d\n", value);

    EXPECT(fd >= 0);
    EXPECT(write(fd, text, (size_t)n) == n);
    close(fd);
}

/* The pid of a process that has come and gone. */
static pid_t next_pid(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    EXPECT(pid > 0);
    EXPECT(finish(pid) == 0);
    return pid;
}

static void default_pid_max(void)
{
    EXPECT(proc_number(pid_max_file, "") == DEFAULT_PID_MAX);
}

static void pids_go_up(void)
{
    pid_t last = next_pid();

    only_on_guest();
    for (int i = 0; i < 20; i++) {
        pid_t pid = next_pid();

        EXPECT(pid == last + 1);
        last = pid;
    }
}

/* Lowers pid_max to just above the pids in use, so that a few forks reach it. */
static pid_t approach_the_end(int room)
{
    pid_t last = next_pid();

    while (last < RESERVED_PIDS) /* numbers below are given out once, and are still free */
        last = next_pid();
    set_pid_max(last + room);
    return last + room;
}

static void wrap_to_reserved(void)
{
    pid_t end, pid, last = 0;

    only_on_guest();
    end = approach_the_end(20);
    while ((pid = next_pid()) > last) {
        EXPECT(pid < end);
        last = pid;
    }
    EXPECT(last == end - 1);
    EXPECT(pid >= RESERVED_PIDS);
    set_pid_max(DEFAULT_PID_MAX);
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void taken_pids_are_skipped(void)
{
    pid_t sleeper, end, pid;

    only_on_guest();
    end = approach_the_end(10);
    sleeper = start(wait_for_signal, NULL);
    for (int i = 0; i < 2 * (end - RESERVED_PIDS) && (pid = next_pid()) != sleeper - 1; i++)
        EXPECT(pid != sleeper);
    EXPECT(next_pid() != sleeper);
    EXPECT(kill(sleeper, SIGKILL) == 0);
    finish(sleeper);
    set_pid_max(DEFAULT_PID_MAX);
}

static void no_pid_left(void)
{
    pid_t children[64];
    int count = 0;
    pid_t pid;

    only_on_guest();
    approach_the_end(20);
    while (count < 64 && (pid = fork()) > 0)
        children[count++] = pid;
    if (count < 64 && pid == 0)
        wait_for_signal(NULL);
    EXPECT(count < 64 && errno == EAGAIN);
    for (int i = 0; i < count; i++)
        kill(children[i], SIGKILL);
    for (int i = 0; i < count; i++)
        finish(children[i]);
    set_pid_max(DEFAULT_PID_MAX);
    EXPECT(next_pid() > 0);
}

static void fail_to_fork(void *unused)
{
    struct rlimit one = {1, 1};

    (void)unused;
    EXPECT(setrlimit(RLIMIT_NPROC, &one) == 0);
    become_nobody();
    EXPECT(fork() == -1);
}

static void failed_fork_uses_up_a_pid(void)
{
    pid_t failing;

    only_on_guest();
    failing = start(fail_to_fork, NULL);
    EXPECT(finish(failing) == 0);
    EXPECT(next_pid() == failing + 2);
}

static void kernel_threads_have_low_pids(void)
{
    char path[32], byte;
    int threads = 0;

    only_on_guest();
    for (int pid = 2; pid < RESERVED_PIDS; pid++) {
        int fd;

        snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
        fd = open(path, O_RDONLY);
        if (fd < 0)
            continue;
        threads += stat_field(pid, 3) != 'Z' && read(fd, &byte, 1) == 0;
        close(fd);
    }
    EXPECT(threads > 0);
}

static void pid_is_what_fork_said(void)
{
    pid_t *seen = shared_memory(sizeof *seen);
    pid_t pid = fork();

    if (pid == 0) {
        *seen = getpid();
        _exit(0);
    }
    EXPECT(finish(pid) == 0);
    EXPECT(*seen == pid);
}

static const struct check checks[] = {
    {"S-018 S-048 S-049", "when every pid is taken fork is EAGAIN", no_pid_left},
    {"S-042", "pids wrap to 300 at pid_max", wrap_to_reserved},
    {"S-043", "pid_max is 32768", default_pid_max},
    {"S-046", "the next pid is the last one plus one", pids_go_up},
    {"S-047", "a pid in use is skipped", taken_pids_are_skipped},
    {"S-050 S-129 S-130", "kernel threads have the low pids and no command line",
     kernel_threads_have_low_pids},
    {"S-051", "a failed fork uses up a pid", failed_fork_uses_up_a_pid},
    {"S-066", "getpid in the child is what fork returned", pid_is_what_fork_said},
};

SECTION(pid);

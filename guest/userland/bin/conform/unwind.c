/* Section 13: a fork that fails leaves everything as it was. Allocations are made to fail one after
 * the other through /proc/self/fail-nth. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/time.h>
#include <unistd.h>

#include "conform.h"

enum { SETTLE_TRIES = 100, ALLOCATIONS_MAX = 500, FAILURES_MIN = 10, INTERRUPTED_FORKS = 20000 };

/* What the kernel holds, as the text of its tables: objects of every slab cache, free pages, open
 * files, taken pids, processes of root. */
static char held_before[16384], held_now[16384];

static size_t read_table(const char *path, char *text, size_t size)
{
    size_t length = 0;
    int fd = open(path, O_RDONLY);
    ssize_t n;

    EXPECT(fd >= 0);
    while ((n = read(fd, text + length, size - 1 - length)) > 0)
        length += n;
    EXPECT(n == 0 && length < size - 1);
    close(fd);
    text[length] = 0;
    return length;
}

/* All but the number of forks that there ever were. */
static void read_held(char *text, size_t size)
{
    size_t length = read_table("/proc/slabinfo", text, size);
    char *forks, *end;

    read_table("/proc/forkscope/counters", text + length, size - length);
    forks = strstr(text + length, "forks ");
    EXPECT(forks && (end = strchr(forks, '\n')));
    memmove(forks, end, strlen(end) + 1);
}

/* The ends of earlier processes may take a moment to be complete. */
static void remember_held(void)
{
    int tries = 0;

    read_held(held_before, sizeof held_before);
    do {
        memcpy(held_now, held_before, sizeof held_now);
        sleep_ms(10);
        read_held(held_before, sizeof held_before);
    } while (strcmp(held_before, held_now) != 0 && ++tries < SETTLE_TRIES);
    EXPECT(tries < SETTLE_TRIES);
}

static bool held_is_same(void)
{
    read_held(held_now, sizeof held_now);
    return strcmp(held_before, held_now) == 0;
}

/* Prints the first line that differs; false. */
static bool show_difference(void)
{
    size_t at = 0, line = 0;

    for (; held_before[at] == held_now[at]; at++)
        if (held_now[at] == '\n')
            line = at + 1;
    printf("# before: %.*s\n# after:  %.*s\n", (int)strcspn(held_before + line, "\n"),
           held_before + line, (int)strcspn(held_now + line, "\n"), held_now + line);
    fflush(stdout);
    return false;
}

/* The last pid that was given out: the last word of /proc/loadavg. */
static long last_pid(void)
{
    char text[64];
    int fd = open("/proc/loadavg", O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);

    EXPECT(n > 0);
    close(fd);
    text[n] = 0;
    return strtol(strrchr(text, ' '), NULL, 10);
}

static int open_fail_nth(void)
{
    int fd;

    only_on_guest();
    only_as_root();
    fd = open("/proc/self/fail-nth", O_RDWR);
    EXPECT(fd >= 0);
    return fd;
}

/* A fork in which the n-th allocation fails. True: it had fewer, and succeeded. */
static bool fork_with_failure(int fd, int n, pid_t (*fork_fn)(void))
{
    char text[16];
    int length = snprintf(text, sizeof text, "%d", n);
    pid_t pid;

    EXPECT(write(fd, text, length) == length);
    pid = fork_fn();
    if (pid == 0)
        _exit(9);
    if (pid < 0) {
        EXPECT(errno == ENOMEM);
        return false;
    }
    EXPECT(write(fd, "0", 1) == 1);
    EXPECT(finish(pid) == 9);
    return true;
}

/* Lets every allocation of a fork fail in turn; each failure costs a pid and nothing else. */
static void fail_each_allocation(pid_t (*fork_fn)(void))
{
    int fd = open_fail_nth(), n = 1;
    bool succeeded = false;

    EXPECT(!fork_with_failure(fd, 1, fork_fn));
    while (!succeeded) {
        long pid = last_pid();

        remember_held();
        succeeded = fork_with_failure(fd, n, fork_fn);
        EXPECT(last_pid() == pid + 1);
        EXPECT(succeeded || held_is_same() || show_difference());
        EXPECT(++n < ALLOCATIONS_MAX);
    }
    EXPECT(n > FAILURES_MIN || fork_fn == vfork);
}

static void failures_of_fork(void)
{
    fail_each_allocation(fork);
}

static void failures_of_vfork(void)
{
    fail_each_allocation(vfork);
}

static void failures_with_ports(void)
{
    only_on_guest();
    only_as_root();
    EXPECT(ioperm(0x80, 1, 1) == 0);
    fail_each_allocation(fork);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
}

/* Forks until one is taken back because a signal came in its middle, behind copy_thread: fork
 * begins anew then, so a number is left out. The bare call: musl's fork blocks signals. */
static bool fork_is_interrupted(int tries)
{
    for (int i = 0; i < tries; i++) {
        long before = last_pid();
        pid_t pid = (pid_t)raw_clone(SIGCHLD, NULL, NULL, NULL, NULL);

        if (pid == 0)
            _exit(0);
        EXPECT(pid > 0 && finish(pid) == 0);
        if (pid > before + 1)
            return true;
    }
    return false;
}

static void interrupted_with_ports(void)
{
    const struct itimerval often = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};

    only_on_guest();
    only_as_root();
    EXPECT(ioperm(0x80, 1, 1) == 0);
    EXPECT(!fork_is_interrupted(1));
    remember_held();
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    EXPECT(fork_is_interrupted(INTERRUPTED_FORKS));
    setitimer(ITIMER_REAL, &never, NULL);
    for (int tries = 0; !held_is_same(); tries++) {
        EXPECT(tries < SETTLE_TRIES || show_difference());
        sleep_ms(10);
    }
}

static const struct check checks[] = {
    {"S-113 S-150 S-051", "each allocation of fork fails in turn and leaves nothing behind",
     failures_of_fork},
    {"S-150", "each allocation of vfork fails in turn and leaves nothing behind",
     failures_of_vfork},
    {"S-150 S-151", "the same with an I/O bitmap to copy", failures_with_ports},
    {"S-151", "a fork that a signal takes back releases its I/O bitmap", interrupted_with_ports},
};

SECTION(unwind);

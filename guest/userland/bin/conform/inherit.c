/* Section 13: what is the same on both sides, and what differs. */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conform.h"

enum { GROUPS_MAX = 64 };

/* Everything that both sides must find alike. Padding is zero, so it can be compared whole. */
struct portrait {
    uid_t uid, euid;
    gid_t gid, egid;
    int group_count;
    gid_t groups[GROUPS_MAX];
    pid_t pgid, sid;
    char cwd[128];
    mode_t umask;
    sigset_t mask;
    void (*usr1)(int);
    void (*usr2)(int);
    int close_on_exec;
    char environment[64];
    int mapped;
    int priority;
    struct rlimit nofile, stack;
};

static int *mapping;
static int descriptor;

static void handler(int signal)
{
    (void)signal;
}

static void (*handler_of(int signal))(int)
{
    struct sigaction action;

    EXPECT(sigaction(signal, NULL, &action) == 0);
    return action.sa_handler;
}

static void paint(struct portrait *p)
{
    memset(p, 0, sizeof *p);
    p->uid = getuid();
    p->euid = geteuid();
    p->gid = getgid();
    p->egid = getegid();
    p->group_count = getgroups(GROUPS_MAX, p->groups);
    p->pgid = getpgrp();
    p->sid = getsid(0);
    EXPECT(getcwd(p->cwd, sizeof p->cwd));
    p->umask = umask(0);
    umask(p->umask);
    sigprocmask(SIG_BLOCK, NULL, &p->mask);
    p->usr1 = handler_of(SIGUSR1);
    p->usr2 = handler_of(SIGUSR2);
    p->close_on_exec = fcntl(descriptor, F_GETFD);
    strncpy(p->environment, getenv("CONFORM"), sizeof p->environment - 1);
    p->mapped = *mapping;
    p->priority = getpriority(PRIO_PROCESS, 0);
    getrlimit(RLIMIT_NOFILE, &p->nofile);
    getrlimit(RLIMIT_STACK, &p->stack);
}

/* Makes every property differ from what a process starts with. */
static void prepare(void)
{
    gid_t groups[] = {7, 8};
    sigset_t set;
    struct rlimit limit = {99, 200};

    mapping = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(mapping != MAP_FAILED);
    *mapping = 4711;
    descriptor = dup(STDOUT_FILENO);
    EXPECT(fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0);
    EXPECT(chdir("/tmp") == 0);
    umask(035);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, handler);
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    EXPECT(setenv("CONFORM", "inherited", 1) == 0);
    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    EXPECT(setpriority(PRIO_PROCESS, 0, 5) == 0);
    if (getuid() == 0) {
        EXPECT(setgroups(2, groups) == 0);
        EXPECT(setresgid(11, 12, 13) == 0);
        EXPECT(setresuid(21, 22, 23) == 0);
    }
}

static void expect_same(void *arg)
{
    struct portrait mine;

    paint(&mine);
    EXPECT(memcmp(&mine, arg, sizeof mine) == 0);
}

static void everything_is_inherited(void)
{
    static struct portrait parents;

    prepare();
    paint(&parents);
    EXPECT(run(expect_same, &parents) == 0);
}

static void attached_memory(void *arg)
{
    *(int *)arg = 8;
}

static void shared_mappings_are_shared(void)
{
    int *shared = shared_memory(sizeof *shared);

    EXPECT(run(attached_memory, shared) == 0);
    EXPECT(*shared == 8);
}

static int set_lock(int fd, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};

    return fcntl(fd, F_SETLK, &lock);
}

static void expect_lock_taken(void *arg)
{
    errno = 0;
    EXPECT(set_lock(*(int *)arg, F_WRLCK) == -1);
    EXPECT(errno == EAGAIN || errno == EACCES);
}

static void expect_lock_free(void *arg)
{
    EXPECT(set_lock(*(int *)arg, F_WRLCK) == 0);
}

static void locks_are_not_inherited(void)
{
    int fd = open("/tmp/conform.lock", O_RDWR | O_CREAT, 0600);

    EXPECT(fd >= 0);
    EXPECT(unlink("/tmp/conform.lock") == 0);
    EXPECT(set_lock(fd, F_WRLCK) == 0);
    EXPECT(run(expect_lock_taken, &fd) == 0);
    EXPECT(set_lock(fd, F_UNLCK) == 0);
    EXPECT(run(expect_lock_free, &fd) == 0);
}

static void expect_other_ids(void *arg)
{
    pid_t parent = *(pid_t *)arg;

    EXPECT(getpid() != parent);
    EXPECT(getppid() == parent);
}

static void ids_differ(void)
{
    pid_t self = getpid();

    EXPECT(run(expect_other_ids, &self) == 0);
}

static void expect_lowest_descriptor(void *arg)
{
    EXPECT(open("/", O_RDONLY) == *(int *)arg);
}

static void child_searches_from_zero(void)
{
    int fds[4];

    for (int i = 0; i < 4; i++)
        fds[i] = dup(STDOUT_FILENO);
    EXPECT(close(fds[1]) == 0);
    EXPECT(run(expect_lowest_descriptor, &fds[1]) == 0);
}

static const struct check checks[] = {
    {"S-168", "ids, groups, directory, umask, signals, limits and more are the same",
     everything_is_inherited},
    {"S-168", "shared mappings stay shared", shared_mappings_are_shared},
    {"S-169", "pid and parent pid differ", ids_differ},
    {"S-169", "record locks are not inherited", locks_are_not_inherited},
    {"S-190", "the child takes the lowest free descriptor", child_searches_from_zero},
};

SECTION(inherit);

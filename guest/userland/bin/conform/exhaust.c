/* What happens when something runs out: calls fail or the offender is killed, and the system goes
 * on. For the guest alone; runs with any amount of memory. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { CHUNK = 1 << 20, PAGE = 4096, SETTLE_TRIES = 100, LOST_KB = 256, PIPES_MAX = 20000 };

static const int killed = EXIT_BY_SIGNAL + SIGKILL;

static long free_kb(void)
{
    return proc_number("/proc/meminfo", "MemFree:");
}

/* Memory is back, but for what caches may keep, and there can be new processes. */
static void expect_recovery(long free_before)
{
    for (int tries = 0; free_kb() < free_before - LOST_KB; tries++) {
        EXPECT(tries < SETTLE_TRIES);
        sleep_ms(10);
    }
    pid_t pid = fork();

    if (pid == 0)
        _exit(7);
    EXPECT(pid > 0 && finish(pid) == 7);
}

static void touch(char *memory, size_t size)
{
    for (size_t at = 0; at < size; at += PAGE)
        memory[at] = 1;
}

static void take_all_memory(void *unused)
{
    (void)unused;
    for (;;) {
        char *chunk = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (chunk == MAP_FAILED) {
            EXPECT(errno == ENOMEM);
            return;
        }
        touch(chunk, CHUNK);
    }
}

static void memory(void)
{
    long before;
    int status;

    only_on_guest();
    before = free_kb();
    status = run(take_all_memory, NULL);
    EXPECT(status == 0 || status == killed);
    expect_recovery(before);
}

/* Takes more than half of what is free, then needs all of it a second time for the copies. */
static void share_and_write(void *unused)
{
    size_t size = (size_t)free_kb() * 1024 / 8 * 5;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid_t pid;

    (void)unused;
    EXPECT(memory != MAP_FAILED);
    touch(memory, size);
    pid = fork();
    EXPECT(pid >= 0 || errno == ENOMEM);
    touch(memory, size);
    if (pid > 0)
        finish(pid);
}

static void copy_on_write(void)
{
    long before;
    int status;

    only_on_guest();
    before = free_kb();
    status = run(share_and_write, NULL);
    EXPECT(status == 0 || status == killed);
    expect_recovery(before);
}

/* Kernel memory: a pipe's buffer is no page of a process. */
static void fill_pipes(void *unused)
{
    static const char page[PAGE];
    const struct rlimit many = {PIPES_MAX, PIPES_MAX};
    int fd[2], pipes = 0;

    (void)unused;
    setrlimit(RLIMIT_NOFILE, &many);
    while (pipe(fd) == 0) {
        EXPECT(fcntl(fd[1], F_SETFL, O_NONBLOCK) == 0);
        while (write(fd[1], page, PAGE) == PAGE)
            continue;
        if (errno == ENOMEM)
            return;
        EXPECT(errno == EAGAIN && ++pipes < PIPES_MAX);
    }
    EXPECT(errno == ENOMEM || errno == ENFILE || errno == EMFILE);
}

static void kernel_memory(void)
{
    long before;
    int status;

    only_on_guest();
    before = free_kb();
    status = run(fill_pipes, NULL);
    EXPECT(status == 0 || status == killed);
    expect_recovery(before);
}

static void fill_file(void *unused)
{
    static const char page[PAGE];
    int fd = open("/tmp/conform.full", O_WRONLY | O_CREAT | O_TRUNC, 0600);

    (void)unused;
    EXPECT(fd >= 0);
    while (write(fd, page, PAGE) == PAGE)
        continue;
    EXPECT(errno == ENOSPC || errno == ENOMEM || errno == EFBIG);
}

static void file_system(void)
{
    long before;
    int status;

    only_on_guest();
    before = free_kb();
    status = run(fill_file, NULL);
    EXPECT(unlink("/tmp/conform.full") == 0);
    EXPECT(status == 0 || status == killed);
    expect_recovery(before);
}

/* Forks and forks, and so does every child, until all of them are refused. */
static void bomb(void *refused)
{
    signal(SIGTERM, SIG_DFL);
    while (fork() >= 0)
        continue;
    *(volatile int *)refused = errno;
    pause();
}

static void user_bomb(void *refused)
{
    become_nobody();
    bomb(refused);
}

/* A child that was just being made, by a libc that blocks signals meanwhile, is not reached by a
 * signal to the group: it is sent until memory is back. */
static void end_bomb(pid_t pid, long free_before)
{
    kill(0, SIGTERM);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGTERM);
    for (int tries = 0; tries < SETTLE_TRIES && free_kb() < free_before - LOST_KB; tries++) {
        kill(0, SIGTERM);
        sleep_ms(10);
    }
    expect_recovery(free_before);
}

/* While the bomb burns, root has room left. */
static void one_more(void *unused)
{
    (void)unused;
}

static void user_fork_bomb(void)
{
    volatile int *refused = shared_memory(sizeof *refused);
    const struct rlimit few = {20, 20};
    pid_t pid;
    long before;

    only_on_guest();
    only_as_root();
    before = free_kb();
    EXPECT(setrlimit(RLIMIT_NPROC, &few) == 0);
    signal(SIGTERM, SIG_IGN);
    pid = start(user_bomb, (void *)refused);
    while (!*refused)
        sleep_ms(10);
    EXPECT(*refused == EAGAIN);
    EXPECT(run(one_more, NULL) == 0);
    end_bomb(pid, before);
}

static void root_fork_bomb(void)
{
    volatile int *refused = shared_memory(sizeof *refused);
    pid_t pid;
    long before;

    only_on_guest();
    only_as_root();
    before = free_kb();
    signal(SIGTERM, SIG_IGN);
    pid = start(bomb, (void *)refused);
    while (!*refused)
        sleep_ms(10);
    EXPECT(*refused == EAGAIN || *refused == ENOMEM);
    EXPECT(fork() == -1 && (errno == EAGAIN || errno == ENOMEM));
    end_bomb(pid, before);
}

static const struct check checks[] = {
    {"S-059", "a fork bomb of a user ends in EAGAIN, and root can fork", user_fork_bomb},
    {"S-062", "a fork bomb of root whose children fork too ends, and the system goes on",
     root_fork_bomb},
    {"K-04", "a process that takes all memory is refused or killed", memory},
    {"K-07", "copies of shared pages that find no memory end the process only", copy_on_write},
    {"K-25", "pipes that take all memory are refused", kernel_memory},
    {"K-23", "a file that takes all memory is refused", file_system},
};

SECTION(exhaust);

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

bool on_guest(void)
{
    struct utsname name;

    return uname(&name) == 0 && strcmp(name.nodename, "forkscope") == 0;
}

void only_on_guest(void)
{
    if (!on_guest())
        SKIP("changes the whole machine, for the guest only");
}

void only_as_root(void)
{
    if (getuid() != 0)
        SKIP("needs root");
}

pid_t start(void (*fn)(void *), void *arg)
{
    pid_t pid = fork();

    if (pid == 0) {
        fn(arg);
        _exit(0);
    }
    EXPECT(pid > 0);
    return pid;
}

int finish(pid_t pid)
{
    int status;
    pid_t gone;

    do
        gone = waitpid(pid, &status, __WALL);
    while (gone < 0 && errno == EINTR);
    EXPECT(gone == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_BY_SIGNAL + WTERMSIG(status);
}

int run(void (*fn)(void *), void *arg)
{
    return finish(start(fn, arg));
}

long raw_clone(unsigned long flags, void *stack, void *parent_tid, void *tls, void *child_tid)
{
    return syscall(SYS_clone, flags, stack, parent_tid, tls, child_tid);
}

pid_t clone_vm(unsigned long flags, int (*fn)(void *), void *arg)
{
    enum { STACK = 65536 };
    char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid_t pid;

    EXPECT(stack != MAP_FAILED);
    pid = clone(fn, stack + STACK, (int)(flags | CLONE_VM), arg);
    EXPECT(pid > 0);
    return pid;
}

void *shared_memory(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    EXPECT(p != MAP_FAILED);
    return p;
}

void *bad_pointer(void)
{
    static void *volatile nowhere = (void *)4;

    return nowhere;
}

void become_nobody(void)
{
    EXPECT(setresgid(NOBODY, NOBODY, NOBODY) == 0);
    EXPECT(setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        continue;
}

struct gate gate_new(void)
{
    struct gate g;

    EXPECT(pipe(g.fd) == 0);
    return g;
}

void gate_open(struct gate g)
{
    EXPECT(write(g.fd[1], "", 1) == 1);
}

void gate_wait(struct gate g)
{
    char c;
    ssize_t n;

    do
        n = read(g.fd[0], &c, 1);
    while (n < 0 && errno == EINTR);
    EXPECT(n == 1);
}

static ssize_t read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
    return n;
}

/* The name in field 2 may hold blanks, so fields are counted from its closing parenthesis. */
long stat_field(pid_t pid, int n)
{
    char path[64], text[1024];
    char *p;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (read_text(path, text, sizeof text) <= 0)
        return -1;
    p = strrchr(text, ')');
    for (int field = 2; p && field < n; field++)
        p = strchr(p + 1, ' ');
    if (!p)
        return -1;
    return n == 3 ? p[1] : strtol(p, NULL, 10);
}

long proc_number(const char *path, const char *word)
{
    static char text[16384];
    char *p;

    if (read_text(path, text, sizeof text) <= 0)
        return -1;
    p = strstr(text, word);
    return p ? strtol(p + strlen(word), NULL, 10) : -1;
}

void wait_for_state(pid_t pid, char state)
{
    while (stat_field(pid, 3) != state) {
        EXPECT(stat_field(pid, 3) > 0);
        sleep_ms(5);
    }
}

struct tls_descriptor tls_at(unsigned int slot, const void *base)
{
    return (struct tls_descriptor){slot, (unsigned int)base, 0xfffff, TLS_FLAT_DATA};
}

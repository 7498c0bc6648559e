/* grind [SEED [CHILDREN]]: system calls with random numbers and arguments, for the guest's kernel.
 *
 * Every child makes a bounded number of calls from a generator that is seeded with its number, so
 * a run can be repeated, whole or from one child on. The kernel passes when grind gets to its last
 * line. It refuses to run anywhere but in the guest: it would do harm to a host.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 200, CHILDREN = 50, NUMBERS = 450, NOBODY = 65534, SECONDS = 2 };

/* Calls that end the child or the machine, or that reach other processes when root makes them. */
static const int excluded[] = {
    1,   /* exit */
    26,  /* ptrace */
    29,  /* pause */
    37,  /* kill */
    72,  /* sigsuspend */
    74,  /* sethostname */
    88,  /* reboot */
    111, /* vhangup */
    119, /* sigreturn */
    173, /* rt_sigreturn */
    178, /* rt_sigqueueinfo */
    179, /* rt_sigsuspend */
    190, /* vfork */
    238, /* tkill */
    252, /* exit_group */
    270, /* tgkill */
};

static char buffer[8192] = "/tmp/grind";
static uint32_t state;

static uint32_t next_random(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static const uint32_t interesting[] = {
    0,          1,          2,          3,          7,          17,         255,
    4095,       4096,       65536,      0x7fffffff, 0x80000000, 0xbfffffff, 0xc0000000,
    0xc0100000, 0xfffff000, 0xffffffff, 0x08048000, 0x100,      0x11,       0x5401,
};

static long random_argument(void)
{
    switch (next_random() % 4) {
    case 0:
        return (long)(uintptr_t)(buffer + next_random() % sizeof buffer);
    case 1:
        return (long)(next_random() % 8);
    case 2:
        return (long)interesting[next_random() % (sizeof interesting / sizeof interesting[0])];
    default:
        return (long)(next_random() << 8 | (next_random() & 0xff));
    }
}

static bool is_excluded(int number)
{
    for (size_t i = 0; i < sizeof excluded / sizeof excluded[0]; i++)
        if (excluded[i] == number)
            return true;
    return false;
}

static int random_call(void)
{
    int number;

    do
        number = (int)(next_random() % NUMBERS);
    while (is_excluded(number));
    return number;
}

/* Something harmless behind the descriptors that random calls find: the console stays readable. */
static void replace_descriptors(void)
{
    int fd[2];

    for (int n = 0; n < 3; n++)
        dup2(open("/dev/null", O_RDWR), n);
    if (pipe(fd) == 0)
        open("/tmp/grind", O_RDWR | O_CREAT, 0666);
}

/* A forked copy of the child ends at once, or there would be no end of them. */
static _Noreturn void grind(uint32_t seed)
{
    pid_t self = getpid();

    state = seed;
    setpgid(0, 0);
    replace_descriptors();
    if (seed % 2)
        setuid(NOBODY);
    alarm(SECONDS);
    for (int i = 0; i < CALLS; i++) {
        long a[6];
        int number = random_call();

        for (int n = 0; n < 6; n++)
            a[n] = random_argument();
        syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
        if (getpid() != self)
            break;
    }
    _exit(0);
}

static bool in_the_guest(void)
{
    struct utsname name;

    return uname(&name) == 0 && strcmp(name.nodename, "forkscope") == 0;
}

/* Waits for the child and for what it left behind in its group. */
static bool reap(pid_t pid)
{
    int status;

    alarm(2 * SECONDS);
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return false;
        kill(pid, SIGKILL); /* it got rid of its own alarm */
    }
    alarm(0);
    kill(-pid, SIGKILL);
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    return WIFEXITED(status);
}

/* Only to interrupt a wait. */
static void on_alarm(int signal)
{
    (void)signal;
}

int main(int argc, char **argv)
{
    uint32_t seed = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 1;
    int children = argc > 2 ? atoi(argv[2]) : CHILDREN;
    int finished = 0;

    if (!in_the_guest()) {
        fprintf(stderr, "grind: only for forkscope's guest, it would do harm here\n");
        return 1;
    }
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    for (int i = 0; i < children; i++) {
        pid_t pid = fork();

        if (pid == 0)
            grind(seed + (uint32_t)i);
        if (pid < 0) {
            perror("grind: fork");
            return 1;
        }
        finished += reap(pid);
    }
    printf("grind: %d children from seed %u, %d of them to the end of %d calls\n", children, seed,
           finished, CALLS);
    return 0;
}

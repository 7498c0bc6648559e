/* Section 12: the controlling terminal, on a pseudo terminal. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { FIELD_TTY = 7 };

/* Becomes a session leader whose first open terminal is t. */
static int take_terminal(const struct terminal *t)
{
    int fd;

    EXPECT(setsid() == getpid());
    EXPECT(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO);
    fd = open(t->name, O_RDWR);
    EXPECT(fd >= 0);
    return fd;
}

static void acquire(void *arg)
{
    take_terminal(arg);
    EXPECT(open("/dev/tty", O_RDWR) >= 0);
    EXPECT(stat_field(getpid(), FIELD_TTY) != 0);
}

static void leader_acquires_terminal(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(acquire, &t) == 0);
}

static void do_not_acquire(void *arg)
{
    const struct terminal *t = arg;

    EXPECT(setsid() == getpid());
    EXPECT(open(t->name, O_RDWR | O_NOCTTY) >= 0);
    EXPECT(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO);
}

static void noctty_does_not_acquire(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(do_not_acquire, &t) == 0);
}

static void expect_tty(void *arg)
{
    EXPECT(stat_field(getpid(), FIELD_TTY) == *(long *)arg);
}

static void inherit_terminal(void *arg)
{
    long tty;

    take_terminal(arg);
    tty = stat_field(getpid(), FIELD_TTY);
    EXPECT(tty != 0);
    EXPECT(run(expect_tty, &tty) == 0);
}

static void fork_keeps_terminal(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(inherit_terminal, &t) == 0);
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void move_foreground(void *arg)
{
    int fd = take_terminal(arg);
    pid_t other = start(wait_for_signal, NULL);

    EXPECT(tcgetpgrp(fd) == getpgrp());
    EXPECT(setpgid(other, other) == 0);
    EXPECT(tcsetpgrp(fd, other) == 0);
    EXPECT(tcgetpgrp(fd) == other);
    EXPECT(getsid(other) == getsid(0));
    kill(other, SIGKILL);
    finish(other);
}

static void one_foreground_group(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(move_foreground, &t) == 0);
}

static void read_terminal(void *arg)
{
    char byte;

    setpgid(0, 0);
    EXPECT(read(*(int *)arg, &byte, 1) == 1);
}

static void read_in_background(void *arg)
{
    int fd = take_terminal(arg);
    pid_t reader = start(read_terminal, &fd);
    int status;

    EXPECT(waitpid(reader, &status, WUNTRACED) == reader);
    EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
    kill(reader, SIGKILL);
    finish(reader);
}

static void background_read_stops(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(read_in_background, &t) == 0);
}

/* Two processes of the foreground group, one of another group. */
static void interrupt_foreground(void *arg)
{
    const struct terminal *t = arg;
    int fd = take_terminal(t);
    pid_t first = start(wait_for_signal, NULL);
    pid_t second = start(wait_for_signal, NULL);
    pid_t aside = start(wait_for_signal, NULL);

    EXPECT(setpgid(first, first) == 0);
    EXPECT(setpgid(second, first) == 0);
    EXPECT(setpgid(aside, aside) == 0);
    EXPECT(tcsetpgrp(fd, first) == 0);
    EXPECT(write(t->master, "\x03", 1) == 1);
    EXPECT(finish(first) == EXIT_BY_SIGNAL + SIGINT);
    EXPECT(finish(second) == EXIT_BY_SIGNAL + SIGINT);
    EXPECT(waitpid(aside, NULL, WNOHANG) == 0);
    kill(aside, SIGKILL);
    finish(aside);
}

static void interrupt_reaches_foreground(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(interrupt_foreground, &t) == 0);
}

struct hangup {
    struct terminal terminal;
    struct gate ready;
};

static void wait_for_hangup(void *arg)
{
    struct hangup *h = arg;

    take_terminal(&h->terminal);
    close(h->terminal.master);
    gate_open(h->ready);
    wait_for_signal(NULL);
}

static void hangup_reaches_leader(void)
{
    struct hangup h = {terminal_new(), gate_new()};
    pid_t pid = start(wait_for_hangup, &h);

    gate_wait(h.ready);
    close(h.terminal.master);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGHUP);
}

static const struct check checks[] = {
    {"S-161", "a background read stops with SIGTTIN", background_read_stops},
    {"S-162", "a session has one foreground group", one_foreground_group},
    {"S-163 S-164", "a session leader acquires the terminal it opens", leader_acquires_terminal},
    {"S-164", "with O_NOCTTY it does not", noctty_does_not_acquire},
    {"S-165", "^C reaches the whole foreground group and nobody else",
     interrupt_reaches_foreground},
    {"S-166", "a hangup reaches the session leader", hangup_reaches_leader},
    {"S-167", "fork keeps the controlling terminal", fork_keeps_terminal},
};

SECTION(terminal);

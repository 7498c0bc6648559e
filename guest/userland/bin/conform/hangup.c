/* Hang-ups: who is told that a terminal has gone, and what is left of it (S-166, K-29). */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "conform.h"

struct scene {
    struct terminal terminal;
    struct gate ready;
    int told[2]; /* a pipe: the letters of the signals that arrived */
    bool stop;   /* the foreground process is stopped when its leader ends */
};

static int tell;
static volatile sig_atomic_t hups, conts;

static void note(int sig)
{
    hups += sig == SIGHUP;
    conts += sig == SIGCONT;
    (void)!write(tell, sig == SIGHUP ? "H" : "C", 1);
}

/* In the foreground; ends when all has come that is to come. */
static void wait_in_foreground(void *arg)
{
    const struct scene *s = arg;

    tell = s->told[1];
    signal(SIGHUP, note);
    signal(SIGCONT, note);
    gate_open(s->ready);
    if (s->stop)
        raise(SIGSTOP);
    while (!hups || (s->stop && !conts))
        sleep_ms(1);
}

static int take_terminal(const char *name)
{
    int fd;

    EXPECT(setsid() == getpid());
    fd = open(name, O_RDWR);
    EXPECT(fd >= 0);
    return fd;
}

static void lead_and_end(void *arg)
{
    struct scene *s = arg;
    int fd = take_terminal(s->terminal.name);
    pid_t other = start(wait_in_foreground, s);

    EXPECT(setpgid(other, other) == 0);
    EXPECT(tcsetpgrp(fd, other) == 0);
    gate_wait(s->ready);
    if (s->stop)
        wait_for_state(other, 'T');
}

static void expect_told(bool stop, const char *letters)
{
    struct scene s = {terminal_new(), gate_new(), {-1, -1}, stop};
    char got[8] = "";
    ssize_t n, length = 0;

    EXPECT(pipe(s.told) == 0);
    EXPECT(run(lead_and_end, &s) == 0);
    close(s.told[1]);
    while ((n = read(s.told[0], got + length, sizeof got - 1 - length)) > 0)
        length += n;
    EXPECT(strspn(got, letters) == strlen(letters) && strlen(got) == strlen(letters));
}

static void leader_ends(void)
{
    expect_told(false, "H");
}

static void leader_of_stopped_ends(void)
{
    expect_told(true, "HC");
}

static int events_of(int fd)
{
    struct pollfd p = {fd, POLLIN | POLLOUT, 0};

    EXPECT(poll(&p, 1, 0) >= 0);
    return p.revents;
}

static void expect_hung_up(int fd)
{
    char byte;

    EXPECT(read(fd, &byte, 1) == 0);
    EXPECT(write(fd, "x", 1) == -1 && errno == EIO);
    EXPECT(events_of(fd) & POLLHUP);
    EXPECT(ioctl(fd, TIOCSCTTY, 0) == -1 && errno == EIO);
}

static void hang_up_own(void *arg)
{
    struct scene *s = arg;
    int fd = take_terminal(s->terminal.name);

    tell = s->told[1];
    signal(SIGHUP, note);
    if (vhangup() < 0)
        _exit(errno == EPERM ? 77 : 1);
    EXPECT(hups == 1);
    expect_hung_up(fd);
    EXPECT(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO);
    fd = open(s->terminal.name, O_RDWR);
    EXPECT(fd >= 0 && (events_of(fd) & POLLHUP) == 0);
    EXPECT(open("/dev/tty", O_RDWR) >= 0);
}

static void vhangup_takes_it_away(void)
{
    struct scene s = {terminal_new(), gate_new(), {-1, -1}, false};
    int status;

    EXPECT(pipe(s.told) == 0);
    status = run(hang_up_own, &s);
    if (status == 77)
        SKIP("no permission for vhangup");
    EXPECT(status == 0);
}

static void no_vhangup(void *unused)
{
    (void)unused;
    become_nobody();
    EXPECT(vhangup() == -1 && errno == EPERM);
}

static void vhangup_needs_permission(void)
{
    only_as_root();
    EXPECT(run(no_vhangup, NULL) == 0);
}

#define LINE "/dev/ttyS0"

/* Ends with 1 where the line belongs to another session. */
static void find_own_terminal(void *unused)
{
    (void)unused;
    take_terminal(LINE);
    _exit(open("/dev/tty", O_RDWR) < 0);
}

static void lead_line(void *arg)
{
    int fd = take_terminal(LINE);

    EXPECT(open("/dev/tty", O_RDWR) >= 0);
    EXPECT(events_of(fd) == POLLOUT);
    gate_wait(*(struct gate *)arg);
}

/* A reader that waits is let go, and the console goes on. */
static void read_line_to_end(void *arg)
{
    int fd = *(int *)arg;
    char byte;

    EXPECT(read(fd, &byte, 1) == 0);
    expect_hung_up(fd);
}

static void line_is_hung_up(void)
{
    struct gate end = gate_new();
    pid_t leader, reader;
    int line;

    only_on_guest();
    if (run(find_own_terminal, NULL) != 0)
        SKIP("the line is somebody's terminal");
    line = open(LINE, O_RDWR | O_NOCTTY);
    leader = start(lead_line, &end);
    reader = start(read_line_to_end, &line);
    wait_for_state(leader, 'S');
    wait_for_state(reader, 'S');
    gate_open(end);
    EXPECT(finish(leader) == 0);
    EXPECT(finish(reader) == 0);
    expect_hung_up(line);
    line = open(LINE, O_RDWR | O_NOCTTY);
    EXPECT(events_of(line) == POLLOUT);
}

static const struct check checks[] = {
    {"S-166 K-29", "the end of a session leader is told to the foreground group", leader_ends},
    {"S-166 K-29", "a stopped foreground group is also continued", leader_of_stopped_ends},
    {"K-29", "vhangup takes the terminal from all who have it open", vhangup_takes_it_away},
    {"K-29", "vhangup without permission is EPERM", vhangup_needs_permission},
    {"K-29", "the end of its session leader hangs up a line", line_is_hung_up},
};

SECTION(hangup);

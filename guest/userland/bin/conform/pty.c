/* Pseudo terminals: what passes between the two ends, and what is left when one is closed (K-26).
 *
 * Linux carries characters from one end to the other a moment later: the checks wait for what they
 * expect, and look at once only for what must not be there. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "conform.h"

#define LOCK_PTY   0x40045431
#define PTY_NUMBER 0x80045430

enum { LONG_TEXT = 20000, WAIT_MS = 5000 };

static void set_lock(int master, int locked)
{
    EXPECT(ioctl(master, LOCK_PTY, &locked) == 0);
}

static struct terminal locked_terminal(void)
{
    struct terminal t = {open("/dev/ptmx", O_RDWR | O_NOCTTY), ""};
    int number;

    if (t.master < 0)
        SKIP("no pseudo terminals");
    EXPECT(ioctl(t.master, PTY_NUMBER, &number) == 0);
    snprintf(t.name, sizeof t.name, "/dev/pts/%d", number);
    return t;
}

struct terminal terminal_new(void)
{
    struct terminal t = locked_terminal();

    set_lock(t.master, 0);
    return t;
}

struct ends {
    int master, slave;
};

static struct ends open_both(void)
{
    struct terminal t = terminal_new();
    struct ends ends = {t.master, open(t.name, O_RDWR | O_NOCTTY)};

    EXPECT(ends.slave >= 0);
    return ends;
}

/* Neither echo nor editing, and newlines as they are. */
static struct ends open_raw(void)
{
    struct ends ends = open_both();
    struct termios modes;

    EXPECT(tcgetattr(ends.slave, &modes) == 0);
    cfmakeraw(&modes);
    EXPECT(tcsetattr(ends.slave, TCSANOW, &modes) == 0);
    return ends;
}

static bool put(int fd, const char *text)
{
    ssize_t length = strlen(text);

    return write(fd, text, length) == length;
}

/* Does exactly this come next? */
static bool comes(int fd, const char *text)
{
    char got[64];
    size_t length = strlen(text), done = 0;

    while (done < length) {
        ssize_t n = read(fd, got + done, length - done);
        if (n <= 0)
            return false;
        done += n;
    }
    return memcmp(got, text, length) == 0;
}

static int events_of(int fd, short wanted, int timeout)
{
    struct pollfd p = {fd, wanted, 0};

    EXPECT(poll(&p, 1, timeout) >= 0);
    return p.revents;
}

static void both_ways(void)
{
    struct ends e = open_both();

    EXPECT(isatty(e.master) && isatty(e.slave));
    EXPECT(put(e.slave, "one\n"));
    EXPECT(comes(e.master, "one\r\n"));
    EXPECT(put(e.master, "twx\177o\r"));
    EXPECT(comes(e.slave, "two\n"));
    EXPECT(comes(e.master, "twx\b \bo\r\n"));
}

static void lock_holds(void)
{
    struct terminal t = locked_terminal();

    EXPECT(open(t.name, O_RDWR | O_NOCTTY) == -1 && errno == EIO);
    set_lock(t.master, 0);
    EXPECT(open(t.name, O_RDWR | O_NOCTTY) >= 0);
}

static char letter(int i)
{
    return 'a' + i % 26;
}

static void write_long(void *fd)
{
    char text[LONG_TEXT];

    for (int i = 0; i < LONG_TEXT; i++)
        text[i] = letter(i);
    EXPECT(write(*(int *)fd, text, sizeof text) == (ssize_t)sizeof text);
    pause();
}

static void read_long(int fd)
{
    char text[512];
    ssize_t n;

    for (int done = 0; done < LONG_TEXT; done += n) {
        n = read(fd, text, sizeof text);
        EXPECT(n > 0);
        for (ssize_t i = 0; i < n; i++)
            EXPECT(text[i] == letter(done + i));
    }
}

/* A writer gets ahead of the reader, has to wait, and loses nothing. */
static void pass_long(int from, int to)
{
    pid_t writer = start(write_long, &from);

    wait_for_state(writer, 'S');
    read_long(to);
    kill(writer, SIGKILL);
    finish(writer);
}

static void slave_waits(void)
{
    struct ends e = open_raw();

    pass_long(e.slave, e.master);
}

static void master_waits(void)
{
    struct ends e = open_raw();

    pass_long(e.master, e.slave);
}

static void ends_without_waiting(void)
{
    struct ends e = open_raw();
    char bytes[512] = "";
    long written = 0;
    ssize_t n;

    fcntl(e.master, F_SETFL, O_NONBLOCK);
    fcntl(e.slave, F_SETFL, O_NONBLOCK);
    EXPECT(read(e.master, bytes, 1) == -1 && errno == EAGAIN);
    EXPECT(read(e.slave, bytes, 1) == -1 && errno == EAGAIN);
    while ((n = write(e.slave, bytes, sizeof bytes)) > 0)
        written += n;
    EXPECT(n == -1 && errno == EAGAIN);
    EXPECT(events_of(e.slave, POLLOUT, 0) == 0);
    for (; written > 0; written -= n) {
        EXPECT(events_of(e.master, POLLIN, WAIT_MS) == POLLIN);
        n = read(e.master, bytes, sizeof bytes);
        EXPECT(n > 0);
    }
    EXPECT(written == 0);
    EXPECT(events_of(e.slave, POLLOUT, WAIT_MS) == POLLOUT);
}

static void polling(void)
{
    struct ends e = open_raw();

    EXPECT(events_of(e.master, POLLIN | POLLOUT, 0) == POLLOUT);
    EXPECT(events_of(e.slave, POLLIN | POLLOUT, 0) == POLLOUT);
    EXPECT(put(e.slave, "x"));
    EXPECT(events_of(e.master, POLLIN, WAIT_MS) == POLLIN);
    EXPECT(put(e.master, "y"));
    EXPECT(events_of(e.slave, POLLIN, WAIT_MS) == POLLIN);
    close(e.slave);
    EXPECT(comes(e.master, "x"));
    EXPECT(events_of(e.master, POLLIN, WAIT_MS) & POLLHUP);
}

static volatile sig_atomic_t resized;

static void note_resize(int sig)
{
    (void)sig;
    resized = 1;
}

static void watch_size(void *arg)
{
    const struct terminal *t = arg;
    struct winsize size = {50, 132, 0, 0};
    int fd;

    signal(SIGWINCH, note_resize);
    EXPECT(setsid() == getpid());
    fd = open(t->name, O_RDWR);
    EXPECT(ioctl(t->master, TIOCSWINSZ, &size) == 0);
    EXPECT(resized);
    memset(&size, 0, sizeof size);
    EXPECT(ioctl(fd, TIOCGWINSZ, &size) == 0);
    EXPECT(size.ws_row == 50 && size.ws_col == 132);
}

static void one_window_size(void)
{
    struct terminal t = terminal_new();

    EXPECT(run(watch_size, &t) == 0);
}

static void modes_are_the_slaves(void)
{
    struct ends e = open_both();
    struct termios modes;

    EXPECT(tcgetattr(e.master, &modes) == 0 && (modes.c_lflag & ECHO));
    modes.c_lflag &= ~ECHO;
    EXPECT(tcsetattr(e.master, TCSANOW, &modes) == 0);
    EXPECT(tcgetattr(e.slave, &modes) == 0 && !(modes.c_lflag & ECHO));
}

static void closed_master(void)
{
    struct terminal t = terminal_new();
    int slave = open(t.name, O_RDWR | O_NOCTTY);
    char byte;

    EXPECT(slave >= 0);
    close(t.master);
    EXPECT(read(slave, &byte, 1) == 0);
    EXPECT(write(slave, "x", 1) == -1 && errno == EIO);
    EXPECT(events_of(slave, POLLIN, 0) & POLLHUP);
    EXPECT(ioctl(slave, TIOCSCTTY, 0) == -1 && errno == EIO);
    EXPECT(open(t.name, O_RDWR | O_NOCTTY) == -1);
}

static void read_to_end(void *arg)
{
    const struct ends *e = arg;
    char byte;

    close(e->slave);
    EXPECT(read(e->master, &byte, 1) == -1 && errno == EIO);
}

static void closed_slave(void)
{
    struct terminal t = terminal_new();
    struct ends e = {t.master, open(t.name, O_RDWR | O_NOCTTY)};
    pid_t reader = start(read_to_end, &e);

    wait_for_state(reader, 'S');
    close(e.slave);
    EXPECT(finish(reader) == 0);
    e.slave = open(t.name, O_RDWR | O_NOCTTY);
    EXPECT(put(e.slave, "last words"));
    close(e.slave);
    EXPECT(comes(e.master, "last words"));
    EXPECT(read(e.master, t.name, 1) == -1 && errno == EIO);
}

/* The name is there as long as the master is open, and says whose terminal it is. */
static void names(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
    char name[32];
    struct stat st;

    EXPECT(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    snprintf(name, sizeof name, "%s", ptsname(master));
    slave = open(name, O_RDWR | O_NOCTTY);
    EXPECT(slave >= 0 && strcmp(ttyname(slave), name) == 0);
    EXPECT(stat(name, &st) == 0 && S_ISCHR(st.st_mode) && major(st.st_rdev) == 136);
    EXPECT(st.st_uid == getuid());
    EXPECT(minor(st.st_rdev) == (unsigned)atoi(strrchr(name, '/') + 1));
    close(master);
    EXPECT(stat(name, &st) == -1 && errno == ENOENT);
    close(slave);
    EXPECT(open("/dev/pts/new", O_CREAT | O_RDWR, 0600) == -1);
}

static void numbers_come_back(void)
{
    for (int i = 0; i < 40; i++) {
        struct ends e = open_both();
        close(i % 2 ? e.master : e.slave);
        close(i % 2 ? e.slave : e.master);
    }
}

static const struct check checks[] = {
    {"K-26", "a pseudo terminal carries characters both ways", both_ways},
    {"K-26", "a locked slave cannot be opened", lock_holds},
    {"K-26", "a slave waits until its master has read", slave_waits},
    {"K-26", "a master waits until its slave has read", master_waits},
    {"K-26", "with O_NONBLOCK neither end waits", ends_without_waiting},
    {"K-26", "poll at both ends", polling},
    {"K-26", "both ends have one window size", one_window_size},
    {"K-26", "the modes at the master are the slave's", modes_are_the_slaves},
    {"K-26", "without its master a slave is hung up", closed_master},
    {"K-26", "without its slave a master reads EIO", closed_slave},
    {"K-26", "a slave has a name while its master is open", names},
    {"K-26", "pseudo terminals can be made again and again", numbers_come_back},
};

SECTION(pty);

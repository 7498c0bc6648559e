#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { NAME_SIZE = 64 };

int tcgetattr(int fd, struct termios *settings)
{
    return ioctl(fd, TCGETS, settings);
}

int tcsetattr(int fd, int when, const struct termios *settings)
{
    return ioctl(fd, TCSETS + (unsigned long)when, settings);
}

int tcflush(int fd, int queue)
{
    return ioctl(fd, TCFLSH, queue);
}

int isatty(int fd)
{
    struct termios settings;

    return tcgetattr(fd, &settings) == 0;
}

pid_t tcgetpgrp(int fd)
{
    pid_t pgid;

    return ioctl(fd, TIOCGPGRP, &pgid) < 0 ? -1 : pgid;
}

int tcsetpgrp(int fd, pid_t pgid)
{
    return ioctl(fd, TIOCSPGRP, &pgid);
}

pid_t tcgetsid(int fd)
{
    pid_t sid;

    return ioctl(fd, TIOCGSID, &sid) < 0 ? -1 : sid;
}

void cfmakeraw(struct termios *settings)
{
    settings->c_iflag &= ~(tcflag_t)(BRKINT | INLCR | IGNCR | ICRNL | IXON);
    settings->c_oflag &= ~(tcflag_t)OPOST;
    settings->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    settings->c_cc[VMIN] = 1;
    settings->c_cc[VTIME] = 0;
}

char *ttyname(int fd)
{
    static char name[NAME_SIZE];
    char link[NAME_SIZE];
    ssize_t length;

    if (!isatty(fd))
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, name, sizeof name - 1);
    if (length < 0)
        return NULL;
    name[length] = 0;
    return name;
}

int posix_openpt(int flags)
{
    return open("/dev/ptmx", flags);
}

/* The kernel made the slave the caller's. */
int grantpt(int master)
{
    int number;

    return ioctl(master, TIOCGPTN, &number);
}

int unlockpt(int master)
{
    int locked = 0;

    return ioctl(master, TIOCSPTLCK, &locked);
}

char *ptsname(int master)
{
    static char name[NAME_SIZE];
    int number;

    if (ioctl(master, TIOCGPTN, &number) < 0)
        return NULL;
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    return name;
}

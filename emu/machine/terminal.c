#include "emu/machine/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* One terminal a program; read by signal handlers. */
static struct termios saved;
static int raw_fd = -1;

/* Async-signal-safe: tcsetattr() is on POSIX's list. */
void terminal_restore(void)
{
    if (raw_fd < 0)
        return;
    tcsetattr(raw_fd, TCSANOW, &saved);
    raw_fd = -1;
}

/* The handler is gone after the first call (SA_RESETHAND): raising again ends the program. */
static void restore_and_die(int signal_number)
{
    terminal_restore();
    raise(signal_number);
}

/* What is ignored (nohup) stays ignored. */
static void guard_signals(void)
{
    static const int deadly[] = {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    struct sigaction action = {.sa_handler = restore_and_die, .sa_flags = SA_RESETHAND};

    for (unsigned i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
        struct sigaction before;

        if (sigaction(deadly[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(deadly[i], &action, NULL);
    }
}

int terminal_guard(int fd)
{
    if (tcgetattr(fd, &saved) < 0)
        return -errno;
    raw_fd = fd;
    atexit(terminal_restore);
    guard_signals();
    return 0;
}

int terminal_make_raw(int fd, bool signals)
{
    struct termios raw;
    int error = terminal_guard(fd);

    if (error)
        return error;
    raw = saved;
    raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | (signals ? 0 : ISIG));
    raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    /* Ctrl-Z would leave the shell with a raw terminal. */
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    return tcsetattr(fd, TCSANOW, &raw) < 0 ? -errno : 0;
}

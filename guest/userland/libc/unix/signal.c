#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../libc.h"

enum { BITS = 32, MASK_SIZE = sizeof(sigset_t) };

int sigemptyset(sigset_t *set)
{
    memset(set, 0, sizeof *set);
    return 0;
}

int sigfillset(sigset_t *set)
{
    memset(set, 0xff, sizeof *set);
    return 0;
}

static bool valid(int signal)
{
    if (signal >= 1 && signal < NSIG)
        return true;
    errno = EINVAL;
    return false;
}

static unsigned long bit(int signal)
{
    return 1ul << (signal - 1) % BITS;
}

int sigaddset(sigset_t *set, int signal)
{
    if (!valid(signal))
        return -1;
    set->__bits[(signal - 1) / BITS] |= bit(signal);
    return 0;
}

int sigdelset(sigset_t *set, int signal)
{
    if (!valid(signal))
        return -1;
    set->__bits[(signal - 1) / BITS] &= ~bit(signal);
    return 0;
}

int sigismember(const sigset_t *set, int signal)
{
    return valid(signal) ? (set->__bits[(signal - 1) / BITS] & bit(signal)) != 0 : -1;
}

/* Every handler gets a restorer of the libc's own; its kind follows the frame's kind. */
int sigaction(int signal, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    struct sigaction copy;

    if (action) {
        copy = *action;
        copy.sa_flags |= SA_RESTORER;
        copy.sa_restorer = copy.sa_flags & SA_SIGINFO ? __rt_sigreturn : __sigreturn;
    }
    return __rt_sigaction(signal, action ? &copy : NULL, old, MASK_SIZE);
}

sighandler_t signal(int signal, sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction old;

    return sigaction(signal, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    return __rt_sigprocmask(how, set, old, MASK_SIZE);
}

int sigpending(sigset_t *set)
{
    return __rt_sigpending(set, MASK_SIZE);
}

int sigsuspend(const sigset_t *mask)
{
    return __rt_sigsuspend(mask, MASK_SIZE);
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout)
{
    return __rt_sigtimedwait(set, info, timeout, MASK_SIZE);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    struct timespec copy = timeout ? *timeout : (struct timespec){0};

    return __ppoll(fds, count, timeout ? &copy : NULL, mask, MASK_SIZE);
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    return sigtimedwait(set, info, NULL);
}

int sigqueue(pid_t pid, int signal, union sigval value)
{
    siginfo_t info = {.si_signo = signal, .si_code = SI_QUEUE};

    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value = value;
    return (int)syscall(SYS_rt_sigqueueinfo, pid, signal, &info);
}

int killpg(pid_t pgid, int signal)
{
    return kill(-pgid, signal);
}

int raise(int signal)
{
    return tkill(gettid(), signal);
}

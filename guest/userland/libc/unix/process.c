#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../libc.h"

pid_t wait(int *status)
{
    return wait4(-1, status, 0, NULL);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    return wait4(pid, status, options, NULL);
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

/* The kernel answers 20 − nice, so that no priority looks like an error. */
int getpriority(int which, id_t who)
{
    int result = __getpriority(which, who);

    return result < 0 ? -1 : 20 - result;
}

int nice(int increment)
{
    int now = getpriority(PRIO_PROCESS, 0) + increment;

    return setpriority(PRIO_PROCESS, 0, now) < 0 ? -1 : now;
}

int reboot(int command)
{
    return __reboot((int)0xfee1dead, 672274793, command, NULL);
}

static bool is_peek(int request)
{
    return request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER;
}

/* The kernel stores a peeked word at data instead of returning it. */
long ptrace(int request, ...)
{
    va_list args;
    pid_t pid;
    void *addr, *data;
    long word;

    va_start(args, request);
    pid = va_arg(args, pid_t);
    addr = va_arg(args, void *);
    data = va_arg(args, void *);
    va_end(args);
    if (!is_peek(request))
        return __ptrace(request, pid, addr, data);
    if (__ptrace(request, pid, addr, &word) < 0)
        return -1;
    errno = 0;
    return word;
}

int system(const char *command)
{
    int status = -1;
    pid_t pid;

    if (!command)
        return 1;
    pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

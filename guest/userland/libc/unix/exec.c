#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIST_MAX = 64 };

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

/* Tries one directory of PATH; returns only when that failed. */
static void try_directory(const char *directory, size_t length, const char *file,
                          char *const argv[], char *const envp[])
{
    char path[PATH_MAX];

    if (length + strlen(file) + 2 > sizeof path) {
        errno = ENAMETOOLONG;
        return;
    }
    memcpy(path, directory, length);
    if (length > 0)
        path[length++] = '/';
    strcpy(path + length, file);
    execve(path, argv, envp);
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
    const char *path = getenv("PATH");
    int denied = 0;

    if (strchr(file, '/'))
        return execve(file, argv, envp);
    if (!path)
        path = "/bin:/usr/bin";
    for (;;) {
        size_t length = strcspn(path, ":");

        try_directory(path, length, file, argv, envp);
        denied |= errno == EACCES;
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
            return -1;
        if (!path[length])
            break;
        path += length + 1;
    }
    errno = denied ? EACCES : ENOENT;
    return -1;
}

int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}

/* Collects the arguments of execl into an array; −1 when there are too many. */
static int collect(char *argv[], const char *arg0, va_list args)
{
    int n = 0;

    argv[n++] = (char *)arg0;
    while (argv[n - 1]) {
        if (n == LIST_MAX) {
            errno = E2BIG;
            return -1;
        }
        argv[n++] = va_arg(args, char *);
    }
    return 0;
}

int execl(const char *path, const char *arg0, ...)
{
    char *argv[LIST_MAX];
    va_list args;
    int failed;

    va_start(args, arg0);
    failed = collect(argv, arg0, args);
    va_end(args);
    return failed ? -1 : execv(path, argv);
}

int execlp(const char *file, const char *arg0, ...)
{
    char *argv[LIST_MAX];
    va_list args;
    int failed;

    va_start(args, arg0);
    failed = collect(argv, arg0, args);
    va_end(args);
    return failed ? -1 : execvp(file, argv);
}

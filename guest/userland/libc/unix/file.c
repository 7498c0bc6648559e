#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../libc.h"

int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return __open(path, flags | O_LARGEFILE, mode);
}

int creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int fcntl(int fd, int command, ...)
{
    va_list args;
    long argument;

    va_start(args, command);
    argument = va_arg(args, long);
    va_end(args);
    return __fcntl64(fd, command, argument);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list args;
    void *argument;

    va_start(args, request);
    argument = va_arg(args, void *);
    va_end(args);
    return __ioctl(fd, request, argument);
}

off_t lseek(int fd, off_t offset, int whence)
{
    off_t result;
    unsigned long long bits = (unsigned long long)offset;

    if (__llseek(fd, (unsigned long)(bits >> 32), (unsigned long)bits, &result, whence) < 0)
        return -1;
    return result;
}

int ftruncate(int fd, off_t length)
{
    unsigned long long bits = (unsigned long long)length;

    return __ftruncate64(fd, (unsigned long)bits, (unsigned long)(bits >> 32));
}

char *getcwd(char *buf, size_t size)
{
    return __getcwd(buf, size) < 0 ? NULL : buf;
}

int remove(const char *path)
{
    if (unlink(path) == 0)
        return 0;
    return errno == EISDIR ? rmdir(path) : -1;
}

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    if (offset & 4095) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    return __mmap2(addr, length, prot, flags, fd, (unsigned long)(offset >> 12));
}

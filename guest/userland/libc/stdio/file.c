#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../libc.h"

static struct __file standard[] = {
    {.fd = 0, .access = O_RDONLY, .buffering = UNDECIDED, .next = &standard[1]},
    {.fd = 1, .access = O_WRONLY, .buffering = UNDECIDED, .next = &standard[2]},
    {.fd = 2, .access = O_WRONLY, .buffering = NONE},
};

#undef stdin
#undef stdout
#undef stderr
FILE *const stdin = &standard[0];
FILE *const stdout = &standard[1];
FILE *const stderr = &standard[2];

struct __file *__stdio_streams = standard;

void __stdio_decide(FILE *f)
{
    if (f->buffering == UNDECIDED)
        f->buffering = isatty(f->fd) ? LINE : FULL;
    if (f->buffer || f->buffering == NONE)
        return;
    f->buffer = malloc(BUFSIZ);
    f->owns_buffer = f->buffer != NULL;
    f->size = BUFSIZ;
    if (!f->buffer)
        f->buffering = NONE;
}

/* Gives the descriptor's offset back what was read ahead but not taken. */
static void forget_input(FILE *f)
{
    if (f->direction == READING && f->pos < f->end)
        lseek(f->fd, (off_t)f->pos - (off_t)f->end, SEEK_CUR);
    f->pos = f->end = 0;
}

int __stdio_turn(FILE *f, enum direction direction)
{
    if (f->access != O_RDWR && f->access != (direction == READING ? O_RDONLY : O_WRONLY)) {
        errno = EBADF;
        f->error = true;
        return EOF;
    }
    if (f->direction == direction)
        return 0;
    __stdio_decide(f);
    if (fflush(f) == EOF)
        return EOF;
    f->direction = direction;
    return 0;
}

static int write_all(FILE *f)
{
    size_t done = 0;

    while (done < f->pos) {
        ssize_t n = write(f->fd, f->buffer + done, f->pos - done);

        if (n < 0) {
            memmove(f->buffer, f->buffer + done, f->pos - done);
            f->pos -= done;
            f->error = true;
            return EOF;
        }
        done += (size_t)n;
    }
    f->pos = 0;
    return 0;
}

static int flush_outputs(void)
{
    int result = 0;

    for (FILE *each = __stdio_streams; each; each = each->next)
        if (each->direction == WRITING && write_all(each) == EOF)
            result = EOF;
    return result;
}

int fflush(FILE *f)
{
    if (!f)
        return flush_outputs();
    if (f->direction == WRITING)
        return write_all(f);
    forget_input(f);
    return 0;
}

void __stdio_flush_all(void)
{
    for (FILE *f = __stdio_streams; f; f = f->next)
        fflush(f);
}

int setvbuf(FILE *restrict f, char *restrict buffer, int mode, size_t size)
{
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
        errno = EINVAL;
        return -1;
    }
    if (fflush(f) == EOF)
        return -1;
    if (f->owns_buffer)
        free(f->buffer);
    f->owns_buffer = false;
    f->buffering = (enum buffering)mode;
    f->buffer = mode == _IONBF || size == 0 ? NULL : (unsigned char *)buffer;
    f->size = f->buffer ? size : 0;
    f->direction = IDLE;
    return 0;
}

void setbuf(FILE *restrict f, char *restrict buffer)
{
    setvbuf(f, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ);
}

/* The open flags of a mode such as "r", "w+" or "a"; −1 for anything else. */
static int mode_flags(const char *mode)
{
    bool both = strchr(mode, '+') != NULL;
    int flags = both ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;

    if (strchr(mode, 'e'))
        flags |= O_CLOEXEC;
    switch (*mode) {
    case 'r':
        return flags;
    case 'w':
        return flags | O_CREAT | O_TRUNC;
    case 'a':
        return flags | O_CREAT | O_APPEND;
    default:
        errno = EINVAL;
        return -1;
    }
}

static FILE *stream_new(int fd, int flags)
{
    FILE *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->fd = fd;
    f->access = flags & O_ACCMODE;
    f->buffering = UNDECIDED;
    f->allocated = true;
    __libc_lock();
    f->next = __stdio_streams;
    __stdio_streams = f;
    __libc_unlock();
    return f;
}

FILE *fdopen(int fd, const char *mode)
{
    int flags = mode_flags(mode);

    return flags < 0 ? NULL : stream_new(fd, flags);
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    int flags = mode_flags(mode);
    int fd = flags < 0 ? -1 : open(path, flags, 0666);
    FILE *f = fd < 0 ? NULL : stream_new(fd, flags);

    if (fd >= 0 && !f)
        close(fd);
    return f;
}

static void unlink_stream(FILE *f)
{
    __libc_lock();
    for (FILE **p = &__stdio_streams; *p; p = &(*p)->next)
        if (*p == f) {
            *p = f->next;
            break;
        }
    __libc_unlock();
}

int fclose(FILE *f)
{
    int flushed = fflush(f);
    int closed = close(f->fd);

    unlink_stream(f);
    if (f->owns_buffer)
        free(f->buffer);
    if (f->allocated)
        free(f);
    return flushed == 0 && closed == 0 ? 0 : EOF;
}

int fileno(FILE *f)
{
    return f->fd;
}

int feof(FILE *f)
{
    return f->eof;
}

int ferror(FILE *f)
{
    return f->error;
}

void clearerr(FILE *f)
{
    f->eof = f->error = false;
}

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "format.h"

struct memory_sink {
    struct sink sink;
    char *to;
    size_t room; /* without the final 0 */
};

struct file_sink {
    struct sink sink;
    FILE *file;
};

static void put_memory(struct sink *sink, const char *text, size_t n)
{
    struct memory_sink *m = (struct memory_sink *)sink;

    if (n > m->room)
        n = m->room;
    memcpy(m->to, text, n);
    m->to += n;
    m->room -= n;
}

static void put_file(struct sink *sink, const char *text, size_t n)
{
    fwrite(text, 1, n, ((struct file_sink *)sink)->file);
}

/* An unbuffered stream borrows a buffer, so that one printf is one write. */
static int print_unbuffered(FILE *f, const char *format, va_list args)
{
    unsigned char borrowed[256];
    struct file_sink sink = {{put_file, 0}, f};

    f->buffer = borrowed;
    f->size = sizeof borrowed;
    f->buffering = FULL;
    __format(&sink.sink, format, args);
    fflush(f);
    f->buffering = NONE;
    f->buffer = NULL;
    return sink.sink.total;
}

int vfprintf(FILE *restrict f, const char *restrict format, va_list args)
{
    struct file_sink sink = {{put_file, 0}, f};
    bool had_error = f->error;

    if (__stdio_turn(f, WRITING) == EOF)
        return -1;
    f->error = false;
    if (f->buffering == NONE)
        sink.sink.total = print_unbuffered(f, format, args);
    else
        __format(&sink.sink, format, args);
    if (f->error)
        return -1;
    f->error = had_error;
    return sink.sink.total;
}

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list args)
{
    struct memory_sink sink = {{put_memory, 0}, to, size > 0 ? size - 1 : 0};

    __format(&sink.sink, format, args);
    if (size > 0)
        *sink.to = 0;
    return sink.sink.total;
}

int vsprintf(char *restrict to, const char *restrict format, va_list args)
{
    return vsnprintf(to, INT_MAX, format, args);
}

int vasprintf(char **to, const char *restrict format, va_list args)
{
    int n = vsnprintf(NULL, 0, format, args);

    *to = malloc((size_t)n + 1);
    return *to ? vsprintf(*to, format, args) : -1;
}

int vdprintf(int fd, const char *restrict format, va_list args)
{
    unsigned char buffer[256];
    FILE f = {.fd = fd, .access = 1, .buffering = FULL, .buffer = buffer, .size = sizeof buffer};
    int n = vfprintf(&f, format, args);

    return fflush(&f) == EOF ? -1 : n;
}

int vprintf(const char *restrict format, va_list args)
{
    return vfprintf(stdout, format, args);
}

int printf(const char *restrict format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vfprintf(stdout, format, args);
    va_end(args);
    return n;
}

int fprintf(FILE *restrict f, const char *restrict format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vfprintf(f, format, args);
    va_end(args);
    return n;
}

int dprintf(int fd, const char *restrict format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vdprintf(fd, format, args);
    va_end(args);
    return n;
}

int sprintf(char *restrict to, const char *restrict format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsprintf(to, format, args);
    va_end(args);
    return n;
}

int snprintf(char *restrict to, size_t size, const char *restrict format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(to, size, format, args);
    va_end(args);
    return n;
}

int asprintf(char **to, const char *restrict format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vasprintf(to, format, args);
    va_end(args);
    return n;
}

void perror(const char *what)
{
    int error = errno;

    if (what && *what)
        fprintf(stderr, "%s: %s\n", what, strerror(error));
    else
        fprintf(stderr, "%s\n", strerror(error));
}

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

/* Writes past the buffer; true when all of it went out. */
static size_t write_directly(FILE *f, const unsigned char *from, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t written = write(f->fd, from + done, n - done);

        if (written < 0) {
            f->error = true;
            break;
        }
        done += (size_t)written;
    }
    return done;
}

static size_t put_buffered(FILE *f, const unsigned char *from, size_t n)
{
    size_t done = 0;

    while (done < n) {
        size_t room = f->size - f->pos;
        size_t part = n - done < room ? n - done : room;

        memcpy(f->buffer + f->pos, from + done, part);
        f->pos += part;
        done += part;
        if (f->pos == f->size && fflush(f) == EOF)
            return done - part;
    }
    return done;
}

/* A line-buffered stream writes up to the last newline and keeps what follows it. */
static size_t put_lines(FILE *f, const unsigned char *from, size_t n)
{
    const unsigned char *newline = memrchr(from, '\n', n);
    size_t lines = newline ? (size_t)(newline - from) + 1 : 0;
    size_t done = put_buffered(f, from, lines);

    if (done < lines || (lines > 0 && fflush(f) == EOF))
        return done;
    return done + put_buffered(f, from + lines, n - lines);
}

static size_t put(FILE *f, const void *from, size_t n)
{
    if (__stdio_turn(f, WRITING) == EOF)
        return 0;
    switch (f->buffering) {
    case NONE:
        return write_directly(f, from, n);
    case LINE:
        return put_lines(f, from, n);
    default:
        return put_buffered(f, from, n);
    }
}

size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict f)
{
    size_t n = size * count;

    return n == 0 ? 0 : put(f, from, n) / size;
}

int fputc(int c, FILE *f)
{
    unsigned char byte = (unsigned char)c;

    return put(f, &byte, 1) == 1 ? byte : EOF;
}

int putc(int c, FILE *f)
{
    return fputc(c, f);
}

int putchar(int c)
{
    return fputc(c, stdout);
}

int fputs(const char *restrict s, FILE *restrict f)
{
    size_t n = strlen(s);

    return put(f, s, n) == n ? 0 : EOF;
}

int puts(const char *s)
{
    return printf("%s\n", s) < 0 ? EOF : 0;
}

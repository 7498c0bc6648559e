#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

/* Who is about to wait for a terminal's input should see the prompt before it. */
static void flush_prompts(FILE *f)
{
    if (f->buffering == FULL)
        return;
    for (FILE *each = __stdio_streams; each; each = each->next)
        if (each->direction == WRITING && each->buffering == LINE)
            fflush(each);
}

/* Reads at least one byte into the buffer. */
static int refill(FILE *f)
{
    static unsigned char one[1];
    ssize_t n;

    flush_prompts(f);
    if (f->buffering == NONE && !f->buffer) {
        f->buffer = one;
        f->size = sizeof one;
    }
    n = read(f->fd, f->buffer, f->size);
    f->pos = 0;
    f->end = n > 0 ? (size_t)n : 0;
    f->eof |= n == 0;
    f->error |= n < 0;
    return n > 0 ? 0 : EOF;
}

int fgetc(FILE *f)
{
    if (__stdio_turn(f, READING) == EOF)
        return EOF;
    if (f->pos == f->end && refill(f) == EOF)
        return EOF;
    return f->buffer[f->pos++];
}

int getc(FILE *f)
{
    return fgetc(f);
}

int getchar(void)
{
    return fgetc(stdin);
}

/* One byte after a read is what the standard promises and what there is room for. */
int ungetc(int c, FILE *f)
{
    if (c == EOF || f->direction != READING || f->pos == 0)
        return EOF;
    f->buffer[--f->pos] = (unsigned char)c;
    f->eof = false;
    return c;
}

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict f)
{
    unsigned char *bytes = to;
    size_t wanted = size * count;
    size_t done = 0;

    if (wanted == 0 || __stdio_turn(f, READING) == EOF)
        return 0;
    while (done < wanted) {
        size_t part;

        if (f->pos == f->end && refill(f) == EOF)
            break;
        part = f->end - f->pos < wanted - done ? f->end - f->pos : wanted - done;
        memcpy(bytes + done, f->buffer + f->pos, part);
        f->pos += part;
        done += part;
    }
    return done / size;
}

char *fgets(char *restrict to, int size, FILE *restrict f)
{
    int n = 0;
    int c = 0;

    while (n < size - 1 && c != '\n' && (c = fgetc(f)) != EOF)
        to[n++] = (char)c;
    if (n == 0 || (c == EOF && f->error))
        return NULL;
    to[n] = 0;
    return to;
}

static int make_room(char **line, size_t *size, size_t needed)
{
    size_t bigger = needed < 120 ? 120 : needed * 2;
    char *p;

    if (*line && needed <= *size)
        return 0;
    p = realloc(*line, bigger);
    if (!p)
        return -1;
    *line = p;
    *size = bigger;
    return 0;
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int end, FILE *restrict f)
{
    size_t n = 0;
    int c;

    do {
        c = fgetc(f);
        if (c == EOF)
            break;
        if (make_room(line, size, n + 2) < 0)
            return -1;
        (*line)[n++] = (char)c;
    } while (c != end);
    if (n == 0 || (c == EOF && f->error))
        return -1;
    (*line)[n] = 0;
    return (ssize_t)n;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f)
{
    return getdelim(line, size, '\n', f);
}

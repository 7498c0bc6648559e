#include "emu/trace/trace_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/support/byte_stream.h"

enum { BUFFER_SIZE = 1 << 16, PIECE_SIZE = 1 << 10 };

struct trace_out {
    int fd;
    bool is_stdout;
    char *path;
    void (*failed)(void *ctx);
    void *ctx;
    int error;      /* errno of the first failure */
    off_t written;  /* bytes that reached the file */
    off_t line_end; /* of them, up to the end of the last whole line or piece */
    bool in_memory;
    bool keep_open; /* not ours to close or to cut */
    struct byte_writer memory;
    bool pieces; /* trace_out_mark() says where pieces end */
    off_t mark;  /* end of the last whole piece, counted with what is still in the buffer */
    size_t used;
    char buffer[BUFFER_SIZE];
};

struct trace_out *trace_out_open(const char *path, void (*failed)(void *ctx), void *ctx, int *err,
                                 char *why, size_t why_size)
{
    struct trace_out *out = calloc(1, sizeof(*out));

    if (out == NULL || (out->path = strdup(path)) == NULL) {
        free(out);
        *err = -ENOMEM;
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    out->failed = failed;
    out->ctx = ctx;
    out->is_stdout = strcmp(path, "-") == 0;
    if (strcmp(path, "/dev/stderr") == 0) { /* as it is: opening it anew would cut a log off */
        out->keep_open = true;
        out->fd = STDERR_FILENO;
        return out;
    }
    out->fd =
        out->is_stdout ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out->fd >= 0)
        return out;
    *err = -errno;
    snprintf(why, why_size, "cannot write '%s': %s", path, strerror(errno));
    free(out->path);
    free(out);
    return NULL;
}

struct trace_out *trace_out_memory(void)
{
    struct trace_out *out = calloc(1, sizeof(*out));

    if (out != NULL) {
        out->in_memory = true;
        out->fd = -1;
    }
    return out;
}

static void flush(struct trace_out *out);

const char *trace_out_text(struct trace_out *out, size_t *size)
{
    flush(out);
    put_byte(&out->memory, '\0');
    *size = out->memory.used ? --out->memory.used : 0;
    return out->memory.bytes ? (const char *)out->memory.bytes : "";
}

void trace_out_clear(struct trace_out *out)
{
    out->used = 0;
    out->memory.used = 0;
}

/* Half a line helps nobody: cut a file back to the last whole one. */
static void drop_partial_line(struct trace_out *out)
{
    struct stat st;

    if (!out->is_stdout && !out->keep_open && fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode) &&
        ftruncate(out->fd, out->line_end) != 0)
        return; /* nothing more can be done, and the first error is the one to report */
}

static void fail(struct trace_out *out, int error)
{
    out->error = error;
    out->used = 0;
    drop_partial_line(out);
    if (out->failed != NULL)
        out->failed(out->ctx);
}

static void flush(struct trace_out *out)
{
    size_t done = 0;

    if (out->in_memory) {
        put_bytes(&out->memory, out->buffer, out->used);
        out->error = out->memory.failed ? ENOMEM : 0;
        out->used = 0;
        return;
    }

    while (done < out->used && out->error == 0) {
        const char *chunk = out->buffer + done, *line;
        ssize_t n = write(out->fd, chunk, out->used - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            fail(out, errno);
            return;
        }
        line = out->pieces ? NULL : memrchr(chunk, '\n', (size_t)n);
        if (line != NULL)
            out->line_end = out->written + (line - chunk) + 1;
        out->written += n;
        if (out->pieces && out->mark <= out->written)
            out->line_end = out->mark;
        done += (size_t)n;
    }
    out->used = 0;
}

static void put(struct trace_out *out, const char *text, size_t length)
{
    while (length > 0 && out->error == 0) {
        size_t room = sizeof(out->buffer) - out->used;
        size_t n = length < room ? length : room;

        memcpy(out->buffer + out->used, text, n);
        out->used += n;
        text += n;
        length -= n;
        if (out->used == sizeof(out->buffer))
            flush(out);
    }
}

void trace_out_puts(struct trace_out *out, const char *text)
{
    put(out, text, strlen(text));
}

void trace_out_text_of(struct trace_out *out, const char *text, size_t length)
{
    if (length >= sizeof(out->buffer) - out->used || out->error != 0) {
        put(out, text, length);
        return;
    }
    memcpy(out->buffer + out->used, text, length);
    out->used += length;
}

void trace_out_decimal(struct trace_out *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    trace_out_text_of(out, digits + at, sizeof(digits) - at);
}

void trace_out_write(struct trace_out *out, const void *bytes, size_t size)
{
    out->pieces = true;
    put(out, bytes, size);
}

/* Only one mark can wait for the disk, so what is buffered goes there first. */
void trace_out_mark(struct trace_out *out)
{
    out->mark = out->written + (off_t)out->used;
    flush(out);
}

void trace_out_printf(struct trace_out *out, const char *format, ...)
{
    char text[PIECE_SIZE];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    trace_out_puts(out, text);
}

bool trace_out_failed(const struct trace_out *out)
{
    return out->error != 0;
}

int trace_out_close(struct trace_out *out, char *why, size_t why_size)
{
    const char *quote;
    int error;

    if (out == NULL)
        return 0;
    out->failed = NULL; /* the run is over */
    flush(out);
    if (!out->in_memory && !out->keep_open && !out->is_stdout && close(out->fd) != 0 &&
        out->error == 0)
        out->error = errno;
    error = out->error;
    quote = out->is_stdout || out->in_memory ? "" : "'";
    if (error != 0)
        snprintf(why, why_size, "cannot write %s%s%s: %s", quote,
                 out->is_stdout   ? "to standard output"
                 : out->in_memory ? "to memory"
                                  : out->path,
                 quote, strerror(error));
    free(out->memory.bytes);
    free(out->path);
    free(out);
    return -error;
}

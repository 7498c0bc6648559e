#include "emu/trace/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/support/file.h"
#include "emu/support/log.h"

enum { PIPE_MAX = 1 << 30 }; /* bytes kept of what cannot be read twice */

struct trace_file {
    char *name;
    int fd; /* -1: all is in `kept` */
    struct file kept;
    uint64_t size;
};

/* A pipe is not opened here: that would be noticed at its other end. */
static int open_regular(struct trace_file *f, const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return -1;
    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    f->size = (uint64_t)st.st_size;
    return f->fd < 0 ? -1 : 0;
}

int trace_file_open(struct trace_file **out, const char *path, char *why, size_t why_size)
{
    struct trace_file *f = calloc(1, sizeof(*f));
    bool standard = strcmp(path, "-") == 0;
    int err = 0;

    *out = f;
    if (f == NULL || (f->name = strdup(standard ? "standard input" : path)) == NULL) {
        free(f);
        *out = NULL;
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    f->fd = -1;
    if (standard || open_regular(f, path) != 0) {
        err = file_read(standard ? "/dev/stdin" : path, PIPE_MAX, &f->kept, why, why_size);
        f->size = f->kept.size;
    }
    if (err != 0) {
        trace_file_close(f);
        *out = NULL;
    }
    return err;
}

void trace_file_close(struct trace_file *f)
{
    if (f == NULL)
        return;
    if (f->fd >= 0)
        close(f->fd);
    if (f->kept.bytes != NULL)
        file_release(&f->kept);
    free(f->name);
    free(f);
}

const char *trace_file_name(const struct trace_file *f)
{
    return f->name;
}

uint64_t trace_file_size(const struct trace_file *f)
{
    return f->size;
}

size_t trace_file_read(const struct trace_file *f, uint64_t offset, void *to, size_t size)
{
    size_t done = 0;

    if (offset >= f->size)
        return 0;
    if (size > f->size - offset)
        size = (size_t)(f->size - offset);
    if (f->fd < 0) {
        memcpy(to, f->kept.bytes + offset, size);
        return size;
    }
    while (done < size) {
        ssize_t n = pread(f->fd, (char *)to + done, size - done, (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done;
}

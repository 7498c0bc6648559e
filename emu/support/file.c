#include "emu/support/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/support/log.h"

enum { FIRST_CHUNK = 64 * 1024 };

/* Reads to the end; one byte over `limit` is enough to know that there is too much. */
static int read_all(int fd, size_t limit, struct file *out)
{
    size_t room = FIRST_CHUNK;

    out->size = 0;
    out->bytes = malloc(room);
    while (out->bytes) {
        ssize_t n = read(fd, out->bytes + out->size, room - out->size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return 0;
        out->size += (size_t)n;
        if (out->size > limit)
            return -EFBIG;
        if (out->size < room)
            continue;
        room *= 2;
        uint8_t *grown = realloc(out->bytes, room);
        if (!grown)
            return -ENOMEM;
        out->bytes = grown;
    }
    return -ENOMEM;
}

int file_read(const char *path, size_t limit, struct file *out, char *why, size_t why_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int error;

    *out = (struct file){0};
    if (fd < 0)
        return log_why(why, why_size, -errno, "cannot read '%s': %s", path, strerror(errno));
    error = read_all(fd, limit, out);
    close(fd);
    if (!error)
        return 0;
    file_release(out);
    if (error == -EFBIG)
        return log_why(why, why_size, error, "'%s' is larger than the %zu MB that fit", path,
                       limit >> 20);
    return log_why(why, why_size, error, "cannot read '%s': %s", path, strerror(-error));
}

void file_release(struct file *file)
{
    free(file->bytes);
    *file = (struct file){0};
}

bool file_is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int file_check_writable(const char *path, char *why, size_t why_size)
{
    int error = 0, fd;

    if (access(path, F_OK) == 0) {
        if (file_is_directory(path))
            error = -EISDIR;
        else if (access(path, W_OK) < 0)
            error = -errno;
    } else if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) >= 0) {
        close(fd);
        unlink(path);
    } else if (errno != EEXIST) { /* a link to what will be made */
        error = -errno;
    }
    return error ? log_why(why, why_size, error, "cannot write '%s': %s", path, strerror(-error))
                 : 0;
}

bool file_is_special(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

const char *file_basename(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

#include "emu/machine/chardev.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/machine/terminal.h"
#include "emu/support/log.h"

#define FILE_PREFIX "file:"

enum { OUT_SIZE = 4096, IN_SIZE = 4096, CTRL_A = 1 };

struct chardev {
    char *name;  /* for messages */
    int out, in; /* -1: none */
    int error;   /* the first write error */
    bool terminal;
    bool escape;  /* Ctrl-A is ours, and ... */
    bool escaped; /* ... was the last key */
    bool quit;
    size_t out_used;
    size_t in_used;
    uint8_t out_buf[OUT_SIZE];
    uint8_t in_buf[IN_SIZE];
};

bool chardev_spec_valid(const char *spec)
{
    size_t prefix = strlen(FILE_PREFIX);

    return strcmp(spec, "stdio") == 0 || strcmp(spec, "null") == 0 ||
           (strncmp(spec, FILE_PREFIX, prefix) == 0 && spec[prefix]);
}

/* ---- Opening and closing ----------------------------------------------------------------- */

/* /dev/null as input is a way to say "no input": the run is then headless and repeatable. */
static bool is_dev_null(int fd)
{
    struct stat st, null;

    return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && stat("/dev/null", &null) == 0 &&
           st.st_rdev == null.st_rdev;
}

static bool can_be_read(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && (flags & O_ACCMODE) != O_WRONLY && !is_dev_null(fd);
}

static int open_stdio(struct chardev *dev, enum chardev_keys keys, char *why, size_t why_size)
{
    dev->name = strdup("standard output");
    dev->out = STDOUT_FILENO;
    if (!can_be_read(STDIN_FILENO))
        return 0;
    dev->in = STDIN_FILENO;
    if (!isatty(STDIN_FILENO))
        return 0;
    dev->terminal = true;
    dev->escape = keys == CHARDEV_KEYS_GUEST;
    int error = terminal_make_raw(STDIN_FILENO, keys == CHARDEV_KEYS_HOST);
    if (error)
        return log_why(why, why_size, error, "cannot set up the terminal: %s", strerror(-error));
    return 0;
}

static int open_file(struct chardev *dev, const char *path, char *why, size_t why_size)
{
    dev->name = strdup(path);
    dev->out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (dev->out < 0)
        return log_why(why, why_size, -errno, "cannot write '%s': %s", path, strerror(errno));
    return 0;
}

int chardev_open(struct chardev **out, const char *spec, enum chardev_keys keys, char *why,
                 size_t why_size)
{
    struct chardev *dev = calloc(1, sizeof(*dev));
    int error = 0;

    if (!dev)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    dev->out = dev->in = -1;
    if (strcmp(spec, "stdio") == 0)
        error = open_stdio(dev, keys, why, why_size);
    else if (strcmp(spec, "null") != 0)
        error = open_file(dev, spec + strlen(FILE_PREFIX), why, why_size);
    if (error) {
        free(dev->name);
        free(dev);
        return error;
    }
    *out = dev;
    return 0;
}

int chardev_close(struct chardev *dev, char *why, size_t why_size)
{
    int error;

    if (!dev)
        return 0;
    error = chardev_flush(dev, why, why_size);
    if (dev->terminal)
        terminal_restore();
    if (dev->out > STDERR_FILENO && close(dev->out) < 0 && !error)
        error = log_why(why, why_size, -errno, "cannot write '%s': %s", dev->name, strerror(errno));
    free(dev->name);
    free(dev);
    return error;
}

/* ---- Output ------------------------------------------------------------------------------ */

static void write_out(struct chardev *dev)
{
    size_t done = 0;

    while (done < dev->out_used && !dev->error) {
        ssize_t n = write(dev->out, dev->out_buf + done, dev->out_used - done);

        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR && errno != EAGAIN)
            dev->error = errno;
        else if (errno == EAGAIN)
            poll(&(struct pollfd){dev->out, POLLOUT, 0}, 1, -1);
    }
    dev->out_used = 0;
}

static void put(void *ctx, uint8_t byte)
{
    struct chardev *dev = ctx;

    if (dev->out < 0)
        return;
    dev->out_buf[dev->out_used++] = byte;
    if (dev->out_used == OUT_SIZE)
        write_out(dev);
}

struct char_out chardev_out(struct chardev *dev)
{
    return (struct char_out){put, dev};
}

int chardev_flush(struct chardev *dev, char *why, size_t why_size)
{
    write_out(dev);
    if (!dev->error)
        return 0;
    return log_why(why, why_size, -dev->error, "cannot write to %s: %s", dev->name,
                   strerror(dev->error));
}

/* ---- Input ------------------------------------------------------------------------------- */

bool chardev_input_open(const struct chardev *dev)
{
    return dev->in >= 0;
}

bool chardev_is_terminal(const struct chardev *dev)
{
    return dev->terminal;
}

bool chardev_hung_up(const struct chardev *dev)
{
    return dev->terminal && dev->in < 0;
}

bool chardev_quit_requested(const struct chardev *dev)
{
    return dev->quit;
}

/* Takes the escape keys out of what was typed: Ctrl-A x quits, Ctrl-A Ctrl-A is one Ctrl-A. */
static void accept_keys(struct chardev *dev, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool was_escaped = dev->escaped;

        dev->escaped = dev->escape && bytes[i] == CTRL_A && !was_escaped;
        if (dev->escaped)
            continue;
        if (was_escaped && bytes[i] == 'x')
            dev->quit = true;
        else
            dev->in_buf[dev->in_used++] = bytes[i];
    }
}

static void read_in(struct chardev *dev)
{
    uint8_t bytes[IN_SIZE];
    ssize_t n = read(dev->in, bytes, IN_SIZE - dev->in_used);

    if (n > 0)
        accept_keys(dev, bytes, (size_t)n);
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        dev->in = -1;
}

void chardev_wait(struct chardev *dev, int timeout_ms)
{
    struct pollfd fd = {dev->in, POLLIN, 0};

    if (dev->in_used == IN_SIZE)
        return;
    if (poll(&fd, 1, timeout_ms) > 0 && dev->in >= 0)
        read_in(dev);
}

size_t chardev_pending(const struct chardev *dev, const uint8_t **bytes)
{
    *bytes = dev->in_buf;
    return dev->in_used;
}

void chardev_take(struct chardev *dev, size_t n)
{
    dev->in_used -= n;
    memmove(dev->in_buf, dev->in_buf + n, dev->in_used);
}

/* The connection: listening, letting in, reading, writing. */
#include "emu/gdb/gdbstub.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emu/gdb/gdb_state.h"
#include "emu/monitor/monitor.h"
#include "emu/support/log.h"

/* ---- Replies ----------------------------------------------------------------------------- */

void gdb_reply(struct gdbstub *g, const char *format, ...)
{
    static char text[RSP_PACKET_MAX + 1];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    rsp_put_text(&g->rsp, text);
}

void gdb_reply_ok(struct gdbstub *g)
{
    rsp_put_text(&g->rsp, "OK");
}

void gdb_reply_error(struct gdbstub *g)
{
    rsp_put_text(&g->rsp, "E01");
}

/* The empty packet: no such thing here. */
void gdb_reply_unknown(struct gdbstub *g)
{
    rsp_put_text(&g->rsp, "");
}

void gdb_reply_part(struct gdbstub *g, const char *document, const char *range)
{
    static char part[RSP_PACKET_MAX];
    size_t size = strlen(document), n;
    uint32_t offset, length;

    if (!gdb_number(&range, &offset) || !gdb_skip(&range, ',') || !gdb_number(&range, &length)) {
        gdb_reply_error(g);
        return;
    }
    if (offset > size)
        offset = (uint32_t)size;
    n = size - offset < length ? size - offset : length;
    if (n > RSP_PACKET_MAX / 2)
        n = RSP_PACKET_MAX / 2; /* escapes make it longer */
    part[0] = offset + n < size ? 'm' : 'l';
    memcpy(part + 1, document + offset, n);
    rsp_put(&g->rsp, part, n + 1);
}

/* ---- Reading arguments ------------------------------------------------------------------- */

bool gdb_number(const char **at, uint32_t *value)
{
    uint64_t wide = 0;
    const char *start = *at;

    for (; rsp_digit(**at) >= 0 && *at - start < 16; (*at)++)
        wide = wide << 4 | (unsigned)rsp_digit(**at);
    *value = (uint32_t)wide;
    return *at != start && wide <= UINT32_MAX;
}

bool gdb_skip(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

/* ---- The connection ---------------------------------------------------------------------- */

static void disconnect(struct gdbstub *g)
{
    close(g->client);
    g->client = -1;
    gdb_breakpoints_drop(g, 0);
    gdb_events_set(g);
    rsp_release(&g->rsp);
}

static void greet(struct gdbstub *g, int fd)
{
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    g->client = fd;
    rsp_init(&g->rsp);
    g->multiprocess = g->fork_events = g->vfork_events = g->exec_events = false;
    g->swbreak = g->hwbreak = g->waits = g->closing = g->physical = false;
    g->has_packet = g->range.active = g->goes_back = g->resumed = false;
    g->process_count = g->later_count = 0;
    g->selected = (struct gdb_thread){0, 0};
    gdb_threads_forget(g);
    gdb_events_set(g);
    control_pause(g->control);
}

/* A second client finds the door shut. */
static void accept_client(struct gdbstub *g)
{
    int fd = accept4(g->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0 && g->client >= 0)
        close(fd);
    else if (fd >= 0)
        greet(g, fd);
}

static void flush(struct gdbstub *g)
{
    while (g->client >= 0 && g->rsp.out_used) {
        ssize_t n = send(g->client, g->rsp.out, g->rsp.out_used, MSG_NOSIGNAL);

        if (n > 0)
            rsp_sent(&g->rsp, (size_t)n);
        else if (n < 0 && errno == EINTR)
            continue;
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        else
            disconnect(g);
    }
    if (g->client >= 0 && (g->rsp.full || (g->closing && !g->rsp.out_used)))
        disconnect(g);
}

/* A packet that comes while the machine runs stops it and waits until it stands. */
static void serve_packet(struct gdbstub *g)
{
    g->has_packet = control_running(g->control);
    if (g->has_packet)
        control_pause(g->control);
    else
        gdb_dispatch(g, g->rsp.packet, g->rsp.length);
}

static void take(struct gdbstub *g, uint8_t byte)
{
    switch (rsp_take(&g->rsp, byte)) {
    case RSP_PACKET:
        serve_packet(g);
        break;
    case RSP_INTERRUPT:
        gdb_resume_interrupt(g);
        break;
    case RSP_TOO_LONG:
        gdb_reply_error(g);
        break;
    case RSP_NOTHING:
        break;
    }
}

/* Takes some of what the kernel holds, and leaves what cannot be taken yet. False: there is nothing
 * to be had now. */
static bool read_some(struct gdbstub *g)
{
    uint8_t bytes[512];
    ssize_t n = recv(g->client, bytes, sizeof(bytes), MSG_PEEK), used = 0;

    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return false;
    if (n > 0) {
        while (used < n && !g->has_packet && !g->closing)
            take(g, bytes[used++]);
        n = recv(g->client, bytes, (size_t)used, 0);
    }
    if (n <= 0)
        disconnect(g);
    return n > 0;
}

/* So much that one who only talks does not keep others waiting. */
static void read_client(struct gdbstub *g)
{
    enum { READS = 4096 };

    for (unsigned i = 0; i < READS && g->client >= 0 && !g->has_packet && !g->closing &&
                         !g->rsp.full && read_some(g);
         i++)
        ;
}

bool gdbstub_is_impatient(struct gdbstub *g)
{
    uint8_t byte;
    ssize_t n;

    if (g->client < 0)
        return false;
    do
        n = recv(g->client, &byte, 1, MSG_PEEK);
    while (n == 1 && byte == '+' && recv(g->client, &byte, 1, 0) == 1);
    return n == 0 || (n == 1 && byte == 0x03 && recv(g->client, &byte, 1, 0) == 1);
}

void gdb_serve_held(struct gdbstub *g)
{
    if (g->client >= 0 && g->has_packet && !control_running(g->control)) {
        g->has_packet = false;
        gdb_dispatch(g, g->rsp.packet, g->rsp.length);
    }
    flush(g);
}

unsigned gdbstub_fds(const struct gdbstub *g, struct pollfd *fds)
{
    short out = g->rsp.out_used ? POLLOUT : 0, in = g->has_packet ? 0 : POLLIN;

    fds[0] = (struct pollfd){.fd = g->listener, .events = POLLIN};
    if (g->client < 0)
        return 1;
    fds[1] = (struct pollfd){.fd = g->client, .events = (short)(in | out)};
    return 2;
}

/* A client that has gone is noticed before the next is let in. */
void gdbstub_service(struct gdbstub *g)
{
    read_client(g);
    flush(g);
    accept_client(g);
}

bool gdbstub_connected(const struct gdbstub *g)
{
    return g->client >= 0;
}

bool gdbstub_holds(const struct gdbstub *g)
{
    return g->client >= 0 && !g->waits;
}

bool gdbstub_killed(const struct gdbstub *g)
{
    return g->killed;
}

/* ---- Listening --------------------------------------------------------------------------- */

/* "tcp:[HOST]:PORT" into its parts; false: it is not. */
static bool split_spec(const char *spec, char *host, size_t host_size, const char **port)
{
    const char *colon;
    size_t length;

    if (strncmp(spec, "tcp:", 4) != 0)
        return false;
    spec += 4;
    colon = strrchr(spec, ':');
    length = colon ? (size_t)(colon - spec) : host_size;
    if (length >= host_size || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strlen(colon + 1) > 5 || atoi(colon + 1) > UINT16_MAX)
        return false;
    memcpy(host, spec, length);
    host[length] = '\0';
    if (!*host)
        snprintf(host, host_size, "127.0.0.1");
    *port = colon + 1;
    return true;
}

bool gdbstub_spec_valid(const char *spec)
{
    char host[256];
    const char *port;

    return split_spec(spec, host, sizeof(host), &port);
}

static int listen_at(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 1) == 0)
        return fd;
    error = -errno;
    close(fd);
    return error;
}

static int listen_to(struct gdbstub *g, const char *spec, char *why, size_t why_size)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *at;
    char host[256];
    const char *port;
    int error;

    if (!split_spec(spec, host, sizeof(host), &port))
        return log_why(why, why_size, -EINVAL, "-gdb wants tcp:[HOST]:PORT, not '%s'", spec);
    error = getaddrinfo(host, port, &hints, &at);
    if (error)
        return log_why(why, why_size, -EINVAL, "-gdb %s: %s", spec, gai_strerror(error));
    g->listener = listen_at(at);
    freeaddrinfo(at);
    if (g->listener < 0)
        return log_why(why, why_size, g->listener, "-gdb %s: %s", spec, strerror(-g->listener));
    return 0;
}

static void say_where(const struct gdbstub *g)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof(at);
    char host[256], port[16];

    if (getsockname(g->listener, (struct sockaddr *)&at, &size) == 0 &&
        getnameinfo((struct sockaddr *)&at, size, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        log_note("gdb: target remote %s:%s", host, port);
}

int gdbstub_open(struct gdbstub **out, struct control *c, const char *spec, char *why,
                 size_t why_size)
{
    struct gdbstub *g = calloc(1, sizeof(*g));
    int error;

    *out = NULL;
    if (!g)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    g->control = c;
    g->client = -1;
    g->kernel_path = realpath(control_session(c)->o.kernel, NULL);
    g->kernel_base = tasks_kernel_base(control_tasks(c));
    g->monitor = monitor_create(c);
    error = listen_to(g, spec, why, why_size);
    if (error || !g->monitor) {
        gdbstub_close(g);
        return error ? error : log_why(why, why_size, -ENOMEM, "out of memory");
    }
    say_where(g);
    *out = g;
    return 0;
}

void gdbstub_close(struct gdbstub *g)
{
    if (!g)
        return;
    if (g->client >= 0) {
        flush(g);
        if (g->client >= 0)
            disconnect(g);
    }
    if (g->listener >= 0)
        close(g->listener);
    monitor_destroy(g->monitor);
    free(g->kernel_path);
    free(g);
}

/* The connection, and which packet means what. */
#include "emu/gdbstub.h"

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

#include "emu/gdb_state.h"
#include "emu/log.h"
#include "emu/monitor.h"

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

/* ---- Packets with names ------------------------------------------------------------------ */

static void supported(struct gdbstub *g, const char *args)
{
    g->multiprocess = strstr(args, "multiprocess+") && control_tasks(g->control)->first;
    g->fork_events = g->multiprocess && strstr(args, "fork-events+");
    g->vfork_events = g->multiprocess && strstr(args, "vfork-events+");
    g->exec_events = g->multiprocess && strstr(args, "exec-events+");
    g->swbreak = strstr(args, "swbreak+");
    g->hwbreak = strstr(args, "hwbreak+");
    gdb_events_set(g);
    gdb_reply(g,
              "PacketSize=%x;QStartNoAckMode+;vContSupported+;swbreak+;hwbreak+;"
              "qXfer:features:read+;qXfer:threads:read+%s%s%s%s%s",
              RSP_PACKET_MAX, g->kernel_path ? ";qXfer:exec-file:read+" : "",
              control_remembers(g->control) ? ";ReverseStep+;ReverseContinue+" : "",
              g->multiprocess ? ";multiprocess+" : "",
              g->fork_events ? ";fork-events+;vfork-events+" : "",
              g->exec_events ? ";exec-events+" : "");
}

static void no_acks(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_reply_ok(g);
    g->rsp.no_acks = true;
}

static void must_reply_empty(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_reply_unknown(g);
}

static void ok(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_reply_ok(g);
}

/* Detached from, not killed, when gdb quits. */
static void attached(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, "1");
}

static void current_thread(struct gdbstub *g, const char *args)
{
    char name[32];

    (void)args;
    gdb_reply(g, "QC%s", gdb_thread_name(g, gdb_thread_selected(g), name));
}

static void first_threads(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_threads_list(g);
}

static void more_threads(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, "l");
}

/* "PID:offset,length" */
static void exec_file(struct gdbstub *g, const char *args)
{
    const char *range = strchr(args, ':');

    if (range && g->kernel_path)
        gdb_reply_part(g, g->kernel_path, range + 1);
    else
        gdb_reply_error(g);
}

static void target_document(struct gdbstub *g, const char *args)
{
    gdb_registers_document(g, args);
}

static void say_to_gdb(void *ctx, const char *text)
{
    static char hex[2 * 4096 + 2];
    struct gdbstub *g = ctx;
    size_t left = strlen(text);

    while (left) {
        size_t n = left < 4096 ? left : 4096;

        hex[0] = 'O';
        rsp_to_hex(hex + 1, text, n);
        rsp_put_text(&g->rsp, hex);
        text += n;
        left -= n;
    }
}

/* Has the person behind gdb pressed Ctrl-C, or gone? Nothing is taken out of the stream but that.
 */
static bool is_impatient(const struct gdbstub *g)
{
    uint8_t byte;
    ssize_t n = recv(g->client, &byte, 1, MSG_PEEK);

    return n == 0 || (n == 1 && byte == 0x03 && recv(g->client, &byte, 1, 0) == 1);
}

/* gdb waits for what a command says, so an order of the monitor ends before the answer. */
static void finish_command(struct gdbstub *g, struct monitor_out out)
{
    enum { SLICE = 1000000 };

    while (control_work(g->control, SLICE))
        if (is_impatient(g))
            control_pause(g->control);
    monitor_tell_stop(g->monitor, out);
}

/* `monitor COMMAND`, in hexadecimal. */
static void command(struct gdbstub *g, const char *args)
{
    const struct monitor_out out = {say_to_gdb, g};
    char line[512];
    size_t n = strlen(args) / 2;

    if (n >= sizeof(line) || !rsp_from_hex(line, args, n)) {
        gdb_reply_error(g);
        return;
    }
    line[n] = '\0';
    monitor_execute(g->monitor, line, out);
    if (control_running(g->control))
        finish_command(g, out);
    gdb_threads_forget(g);
    gdb_reply_ok(g);
}

static void physical_mode(struct gdbstub *g, const char *args)
{
    g->physical = *args == '1';
    gdb_reply_ok(g);
}

static void is_physical(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, g->physical ? "1" : "0");
}

static void what_vcont(struct gdbstub *g, const char *args)
{
    (void)args;
    rsp_put_text(&g->rsp, "vCont;c;C;s;S;t;r");
}

static void ctrl_c(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_resume_interrupt(g);
    gdb_reply_ok(g);
}

typedef void packet_fn(struct gdbstub *g, const char *args);

/* By their whole beginning; of two that fit the first counts. */
static const struct {
    const char *name;
    packet_fn *fn;
} named[] = {
    {"qSupported", supported},
    {"QStartNoAckMode", no_acks},
    {"vMustReplyEmpty", must_reply_empty},
    {"qAttached", attached},
    {"qC", current_thread},
    {"qfThreadInfo", first_threads},
    {"qsThreadInfo", more_threads},
    {"qThreadExtraInfo,", gdb_threads_extra},
    {"qXfer:features:read:target.xml:", target_document},
    {"qXfer:threads:read::", gdb_threads_document},
    {"qXfer:exec-file:read:", exec_file},
    {"qRcmd,", command},
    {"qSymbol", ok},
    {"qqemu.PhyMemMode", is_physical},
    {"Qqemu.PhyMemMode:", physical_mode},
    {"vCont?", what_vcont},
    {"vCont", gdb_resume_vcont},
    {"vCtrlC", ctrl_c},
    {"vAttach;", gdb_resume_attach},
    {"vKill;", gdb_resume_kill},
};

enum { NAMED = sizeof(named) / sizeof(named[0]) };

static void dispatch_named(struct gdbstub *g, const char *packet)
{
    for (unsigned i = 0; i < NAMED; i++) {
        size_t n = strlen(named[i].name);

        /* qC is no prefix of other names. */
        if (strncmp(packet, named[i].name, n) == 0 &&
            (strcmp(named[i].name, "qC") != 0 || packet[n] == '\0')) {
            named[i].fn(g, packet + n);
            return;
        }
    }
    gdb_reply_unknown(g);
}

/* ---- Packets of one letter --------------------------------------------------------------- */

/* "gTHREAD": for registers and memory; "cTHREAD" says what vCont says better. */
static void select_thread(struct gdbstub *g, const char *args)
{
    bool registers = *args++ == 'g';
    struct gdb_thread thread;

    if (!gdb_thread_parse(g, &args, &thread)) {
        gdb_reply_error(g);
    } else if (registers && thread.tid > 0 && !gdb_thread_alive(g, thread)) {
        gdb_reply_error(g);
    } else {
        if (registers)
            g->selected = thread;
        gdb_reply_ok(g);
    }
}

static void is_alive(struct gdbstub *g, const char *args)
{
    struct gdb_thread thread;

    if (gdb_thread_parse(g, &args, &thread) && gdb_thread_alive(g, thread))
        gdb_reply_ok(g);
    else
        gdb_reply_error(g);
}

static void read_all_registers(struct gdbstub *g, const char *args)
{
    (void)args;
    gdb_registers_read_all(g);
}

static void kill_now(struct gdbstub *g, const char *args)
{
    (void)args;
    g->killed = g->closing = true;
}

static const struct {
    char letter;
    packet_fn *fn;
} letters[] = {
    {'?', gdb_resume_query},
    {'!', ok},
    {'H', select_thread},
    {'T', is_alive},
    {'g', read_all_registers},
    {'G', gdb_registers_write_all},
    {'p', gdb_registers_read},
    {'P', gdb_registers_write},
    {'m', gdb_memory_read},
    {'M', gdb_memory_write_hex},
    {'Z', gdb_breakpoint_insert},
    {'z', gdb_breakpoint_remove},
    {'c', gdb_resume_continue},
    {'C', gdb_resume_continue},
    {'s', gdb_resume_step},
    {'S', gdb_resume_step},
    {'b', gdb_resume_back},
    {'D', gdb_resume_detach},
    {'k', kill_now},
};

void gdb_dispatch(struct gdbstub *g, char *packet, size_t length)
{
    if (packet[0] == 'X') {
        gdb_memory_write_binary(g, packet + 1, length - 1);
        return;
    }
    for (unsigned i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (letters[i].letter == packet[0]) {
            letters[i].fn(g, packet + 1);
            return;
        }
    dispatch_named(g, packet);
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

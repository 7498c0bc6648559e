#include "emu/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "emu/gdb/gdbstub.h"
#include "emu/machine/terminal.h"
#include "emu/monitor/monitor_terminal.h"
#include "emu/run/runner.h"
#include "emu/support/log.h"
#include "emu/support/progress.h"

/* Steps between two looks at the clients; how long a guest that idles may sleep meanwhile. */
enum { SLICE = 1000000, PATIENCE_MS = 20 };

struct live {
    struct control *control;
    struct gdbstub *gdb;               /* NULL: none */
    struct monitor_terminal *terminal; /* NULL: none */
    bool waits;                        /* -S: nobody has come yet */
    bool frozen;                       /* --on-crash stop or gdb: the guest has died, */
    enum run_end end;                  /* of this */
    const struct live_death *death;
    struct progress progress; /* of a search backwards */
};

static bool freezes(const struct options *o)
{
    return o->on_crash == ON_CRASH_STOP || o->on_crash == ON_CRASH_GDB;
}

bool live_wanted(const struct options *o)
{
    return o->gdb || o->gdb_default || o->monitor || o->stopped || freezes(o);
}

static int open_gdb(struct live *l, char *why, size_t why_size)
{
    const struct options *o = &control_session(l->control)->o;

    return gdbstub_open(&l->gdb, l->control, o->gdb ? o->gdb : "tcp::1234", why, why_size);
}

static int open_clients(struct live *l, char *why, size_t why_size)
{
    const struct options *o = &control_session(l->control)->o;
    int error = 0;

    if (o->gdb_default || (o->gdb && o->on_crash != ON_CRASH_GDB))
        error = open_gdb(l, why, why_size);
    if (!error && o->monitor)
        error = monitor_terminal_open(&l->terminal, l->control, o->stopped, why, why_size);
    l->waits = o->stopped && !o->monitor;
    control_set_patience(l->control, PATIENCE_MS);
    return error;
}

static void close_clients(struct live *l)
{
    gdbstub_close(l->gdb);
    monitor_terminal_close(l->terminal);
}

/* The past is searched, and only those who want it to end are heard. */
static void watch_search(void *ctx, uint64_t done, uint64_t all)
{
    struct live *l = ctx;

    if (l->gdb && gdbstub_is_impatient(l->gdb))
        control_pause(l->control);
    if (all)
        progress_show(&l->progress, "searching the past (Ctrl-C: no more)", done, all);
    else
        progress_end(&l->progress);
}

/* A signal that comes just before is not slept through, and comes before what was typed behind it.
 */
static int wait_for(struct pollfd *fds, nfds_t n, bool sleep)
{
    static const struct timespec none;
    sigset_t held, before;
    int ready;

    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &before);
    ready = runner_interrupted(false) ? -1 : ppoll(fds, n, sleep ? NULL : &none, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready;
}

/* Serves the clients; `sleep`: waits until one wants something. */
static void serve(struct live *l, bool sleep)
{
    struct pollfd fds[4];
    nfds_t n = 0;

    if (l->gdb)
        n += gdbstub_fds(l->gdb, fds);
    if (l->terminal)
        n += monitor_terminal_fds(l->terminal, fds + n);
    if (wait_for(fds, n, sleep) < 0)
        return;
    if (l->gdb)
        gdbstub_service(l->gdb);
    if (l->terminal)
        monitor_terminal_service(l->terminal);
    if (l->gdb && gdbstub_connected(l->gdb))
        l->waits = false;
}

static bool is_held(const struct live *l)
{
    return l->waits || (l->gdb && gdbstub_holds(l->gdb)) ||
           (l->terminal && monitor_terminal_holds(l->terminal));
}

static bool is_left(const struct live *l)
{
    return (l->gdb && gdbstub_killed(l->gdb)) ||
           (l->terminal && monitor_terminal_quits(l->terminal));
}

static void tell_stopped(struct live *l)
{
    if (l->gdb)
        gdbstub_stopped(l->gdb);
    if (l->terminal)
        monitor_terminal_stopped(l->terminal);
}

/* Nobody wants it to stand: on, unless it is at its end. False: over. */
static bool run_on(struct live *l)
{
    char ignored[1];

    return control_go(l->control, &(struct control_order){.action = CONTROL_CONTINUE}, ignored,
                      sizeof(ignored)) == 0;
}

static bool has_died(const struct live *l)
{
    enum run_end end = control_end(l->control);

    return control_session(l->control)->panicked || end == RUN_TRIPLE || end == RUN_STUCK;
}

/* The machine stands where the guest died, and somebody may come to look at it. False: that is not
 * wanted, or has been. */
static bool freeze(struct live *l)
{
    const struct options *o = &control_session(l->control)->o;
    char why[256];
    int error = 0;

    if (l->frozen || !freezes(o) || !has_died(l))
        return false;
    l->frozen = true;
    l->end = control_end(l->control);
    l->death->tell(l->death->ctx);
    if (o->on_crash == ON_CRASH_STOP && !l->terminal) {
        terminal_restore(); /* it may have been the serial port's */
        error = monitor_terminal_open(&l->terminal, l->control, true, why, sizeof(why));
    } else if (o->on_crash == ON_CRASH_GDB && !l->gdb) {
        error = open_gdb(l, why, sizeof(why));
        l->waits = !error;
    }
    if (error)
        log_error("%s", why);
    return !error;
}

/* Has a signal come that ends the run? With a terminal Ctrl-C pauses a machine that runs, which
 * control_work() does, and at a prompt it is about the line there. A signal may come at any moment,
 * so it is looked at once. */
static bool is_killed(struct live *l)
{
    int number = runner_interrupted(false);

    if (number != SIGINT || !l->terminal)
        return number != 0;
    if (control_running(l->control))
        return false;
    if (!monitor_terminal_interrupt(l->terminal))
        return true;
    runner_interrupted(true);
    return false;
}

static void loop(struct live *l)
{
    for (;;) {
        if (is_left(l) || is_killed(l))
            return;
        serve(l, !control_running(l->control) && is_held(l));
        if (control_running(l->control)) {
            if (!control_work(l->control, SLICE))
                tell_stopped(l);
        } else if (!is_held(l) && !run_on(l) && !freeze(l)) {
            return;
        }
    }
}

/* A guest that has died stays dead, whoever looked at it and went back. */
static enum run_end end_of(const struct live *l)
{
    if (l->frozen)
        return l->end;
    return control_ended(l->control) && !is_left(l) && !runner_interrupted(false)
               ? control_end(l->control)
               : RUN_INTERRUPTED;
}

int live_run(struct control *c, const struct live_death *death, enum run_end *end, char *why,
             size_t why_size)
{
    struct live l = {.control = c, .death = death};
    int error = open_clients(&l, why, why_size);

    control_set_watcher(c, watch_search, &l);
    if (!error)
        loop(&l);
    control_set_watcher(c, NULL, NULL);
    *end = end_of(&l);
    close_clients(&l);
    return error;
}

#include "emu/run/runner.h"

#include <signal.h>

#include "emu/run/session_time.h"

/* Steps between two looks at the host: some tens of milliseconds. */
enum { SLICE = 1000000 };

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Input for a guest that has not set up its UART would be lost; see feed(). */
#define FEED_ANYWAY_AFTER (100 * NS_PER_MS)

/* Virtual time that a guest has left after its panic(). */
#define PANIC_GRACE (200 * NS_PER_MS)

/* ---- Between two slices -------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A closed pipe and a file size limit are write errors like others. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int runner_interrupted(bool clear)
{
    int was = interrupted;

    if (clear)
        interrupted = 0;
    return was;
}

static int64_t ns_since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * NS_PER_S + (now.tv_nsec - then->tv_nsec);
}

double runner_seconds(const struct runner *r)
{
    return (double)ns_since(&r->started) / 1e9;
}

/* Input that comes before the guest listens would be thrown away by its UART set-up. A person sees
 * that and types again; a pipe waits. */
static bool guest_listens(const struct runner *r)
{
    return chardev_is_terminal(r->s->serial) || machine_serial_listens(r->s->scope->machine) ||
           machine_now(r->s->scope->machine) > FEED_ANYWAY_AFTER;
}

/* As on a line that is cut: the carrier goes behind the last byte. */
static void hang_up(struct runner *r)
{
    if (!r->hung_up)
        history_set_carrier(r->s->scope->history, false);
    r->hung_up = true;
}

/* Returns how many bytes the guest got. In the past it gets none: they wait. */
static size_t feed(struct runner *r, int timeout_ms)
{
    const uint8_t *bytes;
    size_t n, taken = 0;

    if (history_in_past(r->s->scope->history))
        return 0;
    if (r->s->o.input || session_time_replays(r->s)) {
        machine_set_interactive(r->s->scope->machine, false);
        return 0;
    }
    if (chardev_input_open(r->s->serial))
        chardev_wait(r->s->serial, timeout_ms);
    n = chardev_pending(r->s->serial, &bytes);
    if (!n && chardev_hung_up(r->s->serial))
        hang_up(r);
    if (n && guest_listens(r)) {
        taken = history_serial_input(r->s->scope->history, bytes, n);
        chardev_take(r->s->serial, taken);
        r->s->active = true;
    }
    machine_set_interactive(r->s->scope->machine, chardev_input_open(r->s->serial));
    return taken;
}

/* A halted guest, and input may still come: time passes as on the host's clock. Less than a
 * millisecond is not waited for. */
static void wait_for_input(struct runner *r)
{
    int64_t left = machine_idle_left(r->s->scope->machine);

    if (!r->idles)
        clock_gettime(CLOCK_MONOTONIC, &r->idle_started);
    r->idles = true;
    if (left < 0 || left > RUNNER_WAIT_MS * NS_PER_MS)
        left = RUNNER_WAIT_MS * NS_PER_MS;
    left -= ns_since(&r->idle_started);
    int64_t ms = left < 0 ? 0 : left / NS_PER_MS;

    if (feed(r, ms < r->max_wait_ms ? (int)ms : r->max_wait_ms) || interrupted) {
        r->idles = false;
    } else if (ms <= r->max_wait_ms) {
        machine_skip_idle(r->s->scope->machine);
        r->idles = false;
    }
}

/* Something printed or read, or ring 3 entered, since it was asked last. */
static bool was_active(struct runner *r)
{
    uint64_t user_returns = cpu_stats(machine_cpu(r->s->scope->machine))->user_returns;
    bool active = r->s->active || user_returns != r->user_returns_before;

    r->s->active = false;
    r->user_returns_before = user_returns;
    return active;
}

/* Has the guest done nothing but idle for --idle-limit seconds of its time? */
static bool idles_for_ever(struct runner *r)
{
    int64_t now = machine_now(r->s->scope->machine), idle = machine_idle_time(r->s->scope->machine);
    int64_t quiet = now - r->active_since, busy = quiet - (idle - r->idle_before);

    if (was_active(r) || busy > quiet / 50) {
        r->active_since = now;
        r->idle_before = idle;
        return false;
    }
    return r->s->o.idle_limit && quiet > (int64_t)r->s->o.idle_limit * NS_PER_S;
}

/* A guest that panicked may still print and report; then it need not end by itself. */
static bool panic_is_over(struct runner *r)
{
    int64_t now = machine_now(r->s->scope->machine);

    if (r->panicked_at < 0)
        r->panicked_at = now;
    return now - r->panicked_at > PANIC_GRACE;
}

static bool may_get_input(const struct runner *r)
{
    return !r->s->o.input && chardev_input_open(r->s->serial);
}

/* RUN_ENDS: go on. */
static enum run_end look_around(struct runner *r)
{
    if (session_flush(r->s))
        return RUN_OUTPUT;
    if ((interrupted && !(r->sigint_pauses && interrupted == SIGINT)) ||
        chardev_quit_requested(r->s->serial))
        return RUN_INTERRUPTED;
    if (history_in_past(r->s->scope->history))
        return RUN_ENDS;
    if (session_time_end(r->s) != RUN_ENDS)
        return session_time_end(r->s);
    if (session_time_replays(r->s))
        return RUN_ENDS;
    if (cpu_state(machine_cpu(r->s->scope->machine))->icount >= r->s->o.max_insns)
        return RUN_BUDGET;
    if (r->s->o.wall_timeout && runner_seconds(r) > (double)r->s->o.wall_timeout)
        return RUN_WALL;
    if (r->s->panicked && panic_is_over(r))
        return RUN_PANIC;
    if (!may_get_input(r) && idles_for_ever(r))
        return RUN_IDLE;
    return RUN_ENDS;
}

/* ---- Running ----------------------------------------------------------------------------- */

/* Was it stopped for an input script? */
static bool take_wake(struct runner *r)
{
    bool woken = r->s->woken;

    r->s->woken = false;
    return woken;
}

/* What the machine's end means for the run; RUN_ENDS: go on. */
static enum run_end judge(struct runner *r, enum machine_end end)
{
    switch (end) {
    case MACHINE_EXIT:
        return RUN_GUEST_EXIT;
    case MACHINE_TRIPLE:
        return RUN_TRIPLE;
    case MACHINE_STUCK:
        return RUN_STUCK;
    case MACHINE_RESET:
        return RUN_RESET;
    case MACHINE_STOPPED:
        return r->may_stop || take_wake(r) ? RUN_ENDS : RUN_OUTPUT;
    case MACHINE_IDLE:
        if (session_flush(r->s) == 0)
            wait_for_input(r);
        return RUN_ENDS;
    case MACHINE_RUNNING:
        break;
    }
    return RUN_ENDS;
}

enum run_end runner_slice(struct runner *r, uint64_t until)
{
    uint64_t icount = cpu_state(machine_cpu(r->s->scope->machine))->icount;
    uint64_t left = r->s->o.max_insns - icount;
    enum run_end end, other;

    if (session_time_look(r->s))
        return RUN_OUTPUT;
    if (left > SLICE)
        left = SLICE;
    if (session_time_next(r->s, icount) - icount < left)
        left = session_time_next(r->s, icount) - icount;
    if (until - icount < left)
        left = until - icount;
    feed(r, 0);
    end = judge(r, handle_run(r->s->scope, icount + left));
    other = look_around(r);
    return other == RUN_OUTPUT || end == RUN_ENDS ? other : end;
}

enum run_end runner_run(struct runner *r)
{
    enum run_end end = RUN_ENDS;

    while (end == RUN_ENDS)
        end = runner_slice(r, UINT64_MAX);
    return end;
}

void runner_start(struct runner *r, struct session *s)
{
    *r = (struct runner){.s = s, .max_wait_ms = RUNNER_WAIT_MS, .panicked_at = -1};
    catch_signals();
    clock_gettime(CLOCK_MONOTONIC, &r->started);
}

/*
 * The `run` verb: builds the machine from the options, runs it in slices, and says how it ended.
 *
 * Between two slices, and only there, the host is looked at: input, signals, the wall clock, write
 * errors. Where slices end has no influence on the guest unless input comes.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu/boot.h"
#include "emu/chardev.h"
#include "emu/cpulog.h"
#include "emu/log.h"
#include "emu/options.h"
#include "emu/report.h"
#include "emu/symbols.h"
#include "emu/trace.h"
#include "emu/verbs.h"

/* Steps between two looks at the host: some tens of milliseconds. */
enum { SLICE = 1000000 };

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Input for a guest that has not set up its UART would be lost; see feed(). */
#define FEED_ANYWAY_AFTER (100 * NS_PER_MS)

enum { GO_ON = -1 }; /* beside the exit codes */

struct session {
    struct options o;
    struct boot boot;
    struct symbols *symbols;
    struct machine *machine;
    struct chardev *serial, *debugcon;
    bool shared;                 /* debugcon is serial */
    struct guestinfo *guestinfo; /* NULL: no trace, or no debug information */
    struct inspect inspect;
    struct trace *trace;
    struct cpulog *cpulog;
    struct cpu_hooks hooks;
    uint32_t panic; /* address of panic(), 0: none */

    bool panicked;
    bool active;          /* ring 3 ran or something was printed since the last look */
    int64_t active_since; /* virtual time at which that was last so, */
    int64_t idle_before;  /* and the idle time up to then */
    struct timespec started;
    char why[512];
};

#define WHY(s) (s)->why, sizeof((s)->why)

static int fail(const struct session *s, int exitcode)
{
    log_error("%s", s->why);
    return exitcode;
}

/* ---- Before the machine ------------------------------------------------------------------- */

static void print_help(void)
{
    printf("usage: forkscope [run] -kernel FILE [option...]\n\n"
           "Boots an i386 kernel and runs it until it ends. Standard output carries the serial\n"
           "port, or the trace with --trace -; everything else goes to standard error.\n");
    options_print(stdout);
    printf("\nExit codes: 0 success, 1 mismatch, 2 usage, 3 input, 4 emulator or output, 5 panic,\n"
           "6 triple fault, 7 instruction budget, 8 stuck, 9 wall-clock guard, 10 guest failed.\n");
}

static struct trace_options trace_options(const struct options *o)
{
    const char *no_color = getenv("NO_COLOR");

    return (struct trace_options){.path = o->trace,
                                  .filter = o->trace_filter,
                                  .level = o->trace_level,
                                  .story = o->story,
                                  .colour = isatty(STDOUT_FILENO) && !(no_color && *no_color)};
}

static int check_usage(struct session *s)
{
    struct options *o = &s->o;
    bool trace_stdout = o->trace && strcmp(o->trace, "-") == 0;
    struct trace_options trace = trace_options(o);
    struct cpu_model model;

    if (!o->kernel)
        log_why(WHY(s), 0, "no kernel: give one as -kernel FILE (see forkscope --help)");
    else if (o->log_items && cpulog_check(o->log_items, WHY(s)))
        ;
    else if (cpu_model_parse(o->cpu, &model, WHY(s)))
        ;
    else if (trace_options_check(&trace, WHY(s)))
        ;
    else if (trace_stdout && o->serial && strcmp(o->serial, "stdio") == 0)
        log_why(WHY(s), 0,
                "--trace - and -serial stdio both want standard output: give one a file");
    else
        return GO_ON;
    return fail(s, EXITCODE_USAGE);
}

/* The kernel's own symbols; one that is no ELF file has none. */
static int read_symbols(struct session *s)
{
    char ignored[1];

    s->symbols = symbols_create();
    if (!s->symbols)
        return log_why(WHY(s), -ENOMEM, "out of memory");
    symbols_add_elf(s->symbols, s->boot.kernel.bytes, s->boot.kernel.size, ignored, 1);
    for (unsigned i = 0; i < s->o.symbols_count; i++) {
        struct file file;
        char why[128];
        int error = file_read(s->o.symbols[i], SIZE_MAX, &file, WHY(s));

        if (error)
            return error;
        error = symbols_add_elf(s->symbols, file.bytes, file.size, why, sizeof(why));
        file_release(&file);
        if (error)
            return log_why(WHY(s), error, "--symbols '%s': %s", s->o.symbols[i], why);
    }
    return 0;
}

static int read_inputs(struct session *s)
{
    const struct options *o = &s->o;
    uint32_t ram_size = (uint32_t)o->ram_mb << 20;

    if (boot_read(&s->boot, o->kernel, o->initrd, o->append, ram_size, WHY(s)) || read_symbols(s))
        return fail(s, EXITCODE_INPUT);
    return GO_ON;
}

/* ---- Outputs ----------------------------------------------------------------------------- */

static const char *serial_spec(const struct options *o)
{
    if (o->serial)
        return o->serial;
    return o->trace && strcmp(o->trace, "-") == 0 ? "null" : "stdio";
}

/* Two devices on standard output share one buffer, so that their bytes keep their order. */
static int open_outputs(struct session *s)
{
    const struct options *o = &s->o;
    enum chardev_keys keys = o->nographic ? CHARDEV_KEYS_GUEST : CHARDEV_KEYS_HOST;
    const char *debugcon = o->debugcon ? o->debugcon : "null";

    if (chardev_open(&s->serial, serial_spec(o), keys, WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    s->shared = strcmp(debugcon, "stdio") == 0 && strcmp(serial_spec(o), "stdio") == 0;
    if (s->shared)
        s->debugcon = s->serial;
    else if (chardev_open(&s->debugcon, debugcon, CHARDEV_KEYS_HOST, WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    return GO_ON;
}

static void put_serial(void *ctx, uint8_t byte)
{
    struct session *s = ctx;
    struct char_out out = chardev_out(s->serial);

    s->active = true;
    char_out_put(&out, byte);
}

static void put_debugcon(void *ctx, uint8_t byte)
{
    struct session *s = ctx;
    struct char_out out = chardev_out(s->debugcon);

    s->active = true;
    char_out_put(&out, byte);
}

/* ---- The machine ------------------------------------------------------------------------- */

static int build_machine(struct session *s)
{
    struct machine_config config;

    machine_config_init(&config);
    cpu_model_parse(s->o.cpu, &config.cpu, WHY(s));
    config.ram_mb = (uint32_t)s->o.ram_mb;
    config.engine = s->o.engine;
    config.mips = (uint32_t)s->o.mips;
    config.serial = (struct char_out){put_serial, s};
    config.debugcon = (struct char_out){put_debugcon, s};
    s->machine = machine_create(&config, WHY(s));
    if (!s->machine)
        return fail(s, s->o.engine ? EXITCODE_USAGE : EXITCODE_EMULATOR);
    if (boot_load(&s->boot, s->machine, WHY(s)))
        return fail(s, EXITCODE_INPUT);
    return GO_ON;
}

static void on_exec(void *ctx, uint32_t linear)
{
    struct session *s = ctx;

    s->panicked |= linear == s->panic;
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct session *s = ctx;

    s->active |= event->cpl_to == 3;
}

/* What the run itself wants to know of the guest: that it panicked, and that it does something. */
static void attach_own_hooks(struct session *s)
{
    const struct symbol *panic = symbols_by_name(s->symbols, "panic");

    s->hooks = (struct cpu_hooks){.ctx = s, .exec = on_exec, .iret = on_iret};
    machine_attach(s->machine, &s->hooks);
    if (panic && panic->function) {
        s->panic = panic->addr;
        cpu_hook_exec_add(machine_cpu(s->machine), s->panic);
    }
}

/* A kernel without debug information can be traced, only with less. */
static int open_trace(struct session *s)
{
    struct trace_options options = trace_options(&s->o);
    char why[256];

    if (!trace_options_wanted(&options))
        return 0;
    s->guestinfo = guestinfo_create(s->boot.kernel.bytes, s->boot.kernel.size, why, sizeof(why));
    if (!s->guestinfo)
        log_note("processes are not named in the trace: %s", why);
    s->inspect = (struct inspect){s->machine, s->symbols, s->guestinfo};
    return trace_open(&s->trace, &s->inspect, &options, WHY(s));
}

static int attach(struct session *s)
{
    const struct options *o = &s->o;

    attach_own_hooks(s);
    if (o->log_items &&
        cpulog_open(&s->cpulog, s->machine, s->symbols, o->log_items, o->log_file, WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    int error = open_trace(s);
    if (error)
        return fail(s, error == -ENOTSUP ? EXITCODE_INPUT : EXITCODE_EMULATOR);
    return GO_ON;
}

/* ---- Between two slices -------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A closed pipe is a write error like others. */
    signal(SIGPIPE, SIG_IGN);
}

static double wall_seconds(const struct session *s)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - s->started.tv_sec) +
           (double)(now.tv_nsec - s->started.tv_nsec) / 1e9;
}

static bool flush_outputs(struct session *s)
{
    return chardev_flush(s->serial, WHY(s)) == 0 &&
           (s->shared || chardev_flush(s->debugcon, WHY(s)) == 0) &&
           cpulog_flush(s->cpulog, WHY(s)) == 0;
}

/* Input that comes before the guest listens would be thrown away by its UART set-up. A person sees
 * that and types again; a pipe waits. */
static bool guest_listens(const struct session *s)
{
    return chardev_is_terminal(s->serial) || machine_serial_listens(s->machine) ||
           machine_now(s->machine) > FEED_ANYWAY_AFTER;
}

static void feed(struct session *s, int timeout_ms)
{
    const uint8_t *bytes;
    size_t n;

    if (chardev_input_open(s->serial))
        chardev_wait(s->serial, timeout_ms);
    n = chardev_pending(s->serial, &bytes);
    if (n && guest_listens(s)) {
        chardev_take(s->serial, machine_serial_input(s->machine, bytes, n));
        s->active = true;
    }
    machine_set_interactive(s->machine, chardev_input_open(s->serial));
}

/* A halted guest, and input may still come: time passes as on the host's clock. */
static void wait_for_input(struct session *s)
{
    int64_t left = machine_idle_left(s->machine);
    int timeout = left < 0 || left > NS_PER_S ? 1000 : (int)((left + NS_PER_MS - 1) / NS_PER_MS);
    const uint8_t *bytes;

    feed(s, timeout);
    if (!chardev_pending(s->serial, &bytes) && !interrupted)
        machine_skip_idle(s->machine);
}

/* Has the guest done nothing but idle for --idle-limit seconds of its time? */
static bool idles_for_ever(struct session *s)
{
    int64_t now = machine_now(s->machine), idle = machine_idle_time(s->machine);
    int64_t quiet = now - s->active_since, busy = quiet - (idle - s->idle_before);

    if (s->active || busy > quiet / 50) {
        s->active = false;
        s->active_since = now;
        s->idle_before = idle;
        return false;
    }
    return s->o.idle_limit && quiet > (int64_t)s->o.idle_limit * NS_PER_S;
}

/* RUN_ENDS: go on. */
static enum run_end look_around(struct session *s)
{
    if (!flush_outputs(s))
        return RUN_OUTPUT;
    if (interrupted || chardev_quit_requested(s->serial))
        return RUN_INTERRUPTED;
    if (cpu_state(machine_cpu(s->machine))->icount >= s->o.max_insns)
        return RUN_BUDGET;
    if (s->o.wall_timeout && wall_seconds(s) > (double)s->o.wall_timeout)
        return RUN_WALL;
    if (!chardev_input_open(s->serial) && idles_for_ever(s))
        return RUN_IDLE;
    return RUN_ENDS;
}

/* ---- Running ----------------------------------------------------------------------------- */

static bool reboot(struct session *s)
{
    machine_reset(s->machine);
    return boot_load(&s->boot, s->machine, WHY(s)) == 0;
}

/* What the machine's end means for the run; RUN_ENDS: go on. */
static enum run_end judge(struct session *s, enum machine_end end)
{
    switch (end) {
    case MACHINE_EXIT:
        return RUN_GUEST_EXIT;
    case MACHINE_TRIPLE:
        return RUN_TRIPLE;
    case MACHINE_STUCK:
        return RUN_STUCK;
    case MACHINE_RESET:
        return s->o.no_reboot || !reboot(s) ? RUN_RESET : RUN_ENDS;
    case MACHINE_STOPPED:
        return RUN_OUTPUT;
    case MACHINE_IDLE:
        if (flush_outputs(s))
            wait_for_input(s);
        return RUN_ENDS;
    case MACHINE_RUNNING:
        break;
    }
    return RUN_ENDS;
}

static enum run_end run_to_end(struct session *s)
{
    enum run_end end = RUN_ENDS;

    while (end == RUN_ENDS) {
        uint64_t icount = cpu_state(machine_cpu(s->machine))->icount;
        uint64_t left = s->o.max_insns - icount;

        feed(s, 0);
        end = judge(s, machine_run(s->machine, icount + (left < SLICE ? left : SLICE)));
        enum run_end other = look_around(s);
        if (other == RUN_OUTPUT || end == RUN_ENDS)
            end = other;
    }
    return end;
}

/* ---- The end ----------------------------------------------------------------------------- */

/* Closing may be what tells that the disk is full: the first reason stays in `why`. The serial
 * port's bytes come before the stories that the trace prints. */
static bool close_outputs(struct session *s)
{
    char later[sizeof(s->why)];
    bool ok = !s->serial || chardev_flush(s->serial, WHY(s)) == 0;

    ok = trace_close(s->trace, ok ? s->why : later, sizeof(later)) == 0 && ok;
    ok = cpulog_close(s->cpulog, ok ? s->why : later, sizeof(later)) == 0 && ok;
    if (!s->shared)
        ok = chardev_close(s->debugcon, ok ? s->why : later, sizeof(later)) == 0 && ok;
    ok = chardev_close(s->serial, ok ? s->why : later, sizeof(later)) == 0 && ok;
    s->trace = NULL;
    s->cpulog = NULL;
    s->serial = s->debugcon = NULL;
    return ok;
}

static void fill_report(struct session *s, enum run_end end, struct report *r, char *where,
                        size_t where_size)
{
    const struct cpu_state *state = cpu_state(machine_cpu(s->machine));

    *r = (struct report){.end = end,
                         .panicked = s->panicked,
                         .guest_value = end == RUN_GUEST_EXIT ? machine_exit_value(s->machine) : 0,
                         .icount = state->icount,
                         .now = machine_now(s->machine),
                         .idle = machine_idle_time(s->machine),
                         .eip = state->eip,
                         .wall = wall_seconds(s)};
    r->where = symbols_format(s->symbols, state->seg[SEG_CS].base + state->eip, where, where_size);
}

static int finish(struct session *s, enum run_end end)
{
    char where[160], sentence[320];
    struct report r;
    int code;

    fill_report(s, end, &r, where, sizeof(where));
    bool written = close_outputs(s);
    if (!written || end == RUN_OUTPUT) {
        r.end = RUN_OUTPUT;
        log_error("%s", s->why);
    }
    code = report_exitcode(&r, (enum exit_mode)s->o.exit_mode);
    if (s->o.status_json && report_write_json(&r, code, s->o.status_json, WHY(s)))
        code = fail(s, EXITCODE_EMULATOR);
    if (code != EXITCODE_OK || s->o.stats)
        log_note("%s", report_sentence(&r, sentence, sizeof(sentence)));
    if (s->o.stats)
        report_stats(&r);
    return code;
}

static void release(struct session *s)
{
    close_outputs(s);
    machine_destroy(s->machine);
    guestinfo_destroy(s->guestinfo);
    symbols_destroy(s->symbols);
    boot_release(&s->boot);
}

int run_main(int argc, char **argv)
{
    static int (*const steps[])(struct session *) = {check_usage, read_inputs, build_machine,
                                                     open_outputs, attach};
    struct session s = {0};
    int code = GO_ON;

    if (options_parse(&s.o, argc, argv, WHY(&s)))
        return fail(&s, EXITCODE_USAGE);
    if (s.o.help) {
        print_help();
        return EXITCODE_OK;
    }
    for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]) && code == GO_ON; i++)
        code = steps[i](&s);
    if (code == GO_ON) {
        catch_signals();
        clock_gettime(CLOCK_MONOTONIC, &s.started);
        code = finish(&s, run_to_end(&s));
    }
    release(&s);
    return code;
}

#include "emu/run/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/engine.h"
#include "emu/exitcode.h"
#include "emu/run/session_time.h"
#include "emu/support/file.h"
#include "emu/support/log.h"

static int fail(const struct session *s, int exitcode)
{
    log_error("%s", s->why);
    return exitcode;
}

/* What the handle says. */
static int fail_of_handle(struct session *s, int exitcode)
{
    log_why(SESSION_WHY(s), 0, "%s", forkscope_why(s->scope));
    return fail(s, exitcode);
}

/* ---- Inputs ------------------------------------------------------------------------------ */

/* --trace FILE, or --strace[=FILE]: as strace does, to standard error where no file is named. */
static const char *trace_path(const struct options *o)
{
    if (o->strace == NULL)
        return o->trace;
    return *o->strace ? o->strace : "/dev/stderr";
}

static struct trace_options trace_options(struct session *s)
{
    const struct options *o = &s->o;
    const char *no_color = getenv("NO_COLOR");

    return (struct trace_options){.path = trace_path(o),
                                  .filter = o->trace_filter,
                                  .probe = o->probe,
                                  .graph = o->graph,
                                  .format = o->strace ? "strace" : o->trace_format,
                                  .level = o->trace_level,
                                  .story = o->story,
                                  .view = o->view,
                                  .check = s->check,
                                  .junit = s->o.junit,
                                  .broken = &s->broken,
                                  .colour = isatty(STDOUT_FILENO) && !(no_color && *no_color)};
}

/* 0, or -EINVAL with the engines that there are. */
static int check_engine(struct session *s)
{
    char known[128] = "";

    for (unsigned i = 0; cpu_engines[i]; i++) {
        if (strcmp(cpu_engines[i]->name, s->o.engine) == 0)
            return 0;
        size_t used = strlen(known);
        snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", cpu_engines[i]->name);
    }
    return log_why(SESSION_WHY(s), -EINVAL, "there is no engine '%s': this build has %s",
                   s->o.engine, known);
}

static int check_usage(struct session *s)
{
    struct options *o = &s->o;
    bool trace_stdout = trace_path(o) && strcmp(trace_path(o), "-") == 0;
    struct trace_options trace = trace_options(s);
    struct cpu_model model;

    if (!o->kernel)
        log_why(SESSION_WHY(s), 0, "no kernel: give one as -kernel FILE (see forkscope --help)");
    else if (o->log_items && cpulog_check(o->log_items, SESSION_WHY(s)))
        ;
    else if (cpu_model_parse(o->cpu, &model, SESSION_WHY(s)))
        ;
    else if (o->engine && check_engine(s))
        ;
    else if (o->replay && (o->input || o->record))
        log_why(SESSION_WHY(s), 0,
                "--replay has all its input: it goes with neither --input nor --record");
    else if (o->save_at && !o->save_state)
        log_why(SESSION_WHY(s), 0, "--save-at says when, --save-state FILE where to save");
    else if (trace_options_check(&trace, SESSION_WHY(s)))
        ;
    else if (o->strace && (o->trace || o->trace_format))
        log_why(SESSION_WHY(s), 0, "--strace is a --trace of its own form: give one of them");
    else if (trace_stdout && o->serial && strcmp(o->serial, "stdio") == 0)
        log_why(SESSION_WHY(s), 0,
                "--trace - and -serial stdio both want standard output: give one a file");
    else if (o->monitor && (trace_stdout || (o->serial && strcmp(o->serial, "stdio") == 0)))
        log_why(SESSION_WHY(s), 0,
                "--monitor stdio wants standard input and output for itself: "
                "give the serial port or the trace a file");
    else if (o->stopped && !o->monitor && !o->gdb && !o->gdb_default)
        log_why(SESSION_WHY(s), 0, "-S waits for somebody: add -s, -gdb or --monitor stdio");
    else
        return SESSION_GO_ON;
    return fail(s, EXITCODE_USAGE);
}

static int read_inputs(struct session *s)
{
    const struct options *o = &s->o;
    struct machine_config *machine = &s->config.machine;

    machine_config_init(machine);
    cpu_model_parse(o->cpu, &machine->cpu, SESSION_WHY(s));
    machine->ram_mb = (uint32_t)o->ram_mb;
    machine->mips = (uint32_t)o->mips;
    return session_time_read(s) ? fail(s, EXITCODE_INPUT) : SESSION_GO_ON;
}

/* ---- Outputs ----------------------------------------------------------------------------- */

static const char *serial_spec(const struct session *s)
{
    const struct options *o = &s->o;

    if (o->serial)
        return o->serial;
    return o->monitor || s->check || (trace_path(o) && strcmp(trace_path(o), "-") == 0) ? "null"
                                                                                        : "stdio";
}

/* What is written at the end is found out now. */
static int check_last_outputs(struct session *s)
{
    const char *const path[] = {s->o.status_json, s->o.junit};

    for (unsigned i = 0; i < 2; i++)
        if (path[i] && strcmp(path[i], "-") != 0 && file_check_writable(path[i], SESSION_WHY(s)))
            return fail(s, EXITCODE_EMULATOR);
    return SESSION_GO_ON;
}

/* Two devices on standard output share one buffer, so that their bytes keep their order. */
static int open_outputs(struct session *s)
{
    const struct options *o = &s->o;
    enum chardev_keys keys = o->nographic ? CHARDEV_KEYS_GUEST : CHARDEV_KEYS_HOST;
    const char *debugcon = o->debugcon ? o->debugcon : "null";

    if (chardev_open(&s->serial, serial_spec(s), keys, SESSION_WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    s->shared = strcmp(debugcon, "stdio") == 0 && strcmp(serial_spec(s), "stdio") == 0;
    if (s->shared)
        s->debugcon = s->serial;
    else if (chardev_open(&s->debugcon, debugcon, CHARDEV_KEYS_HOST, SESSION_WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    return SESSION_GO_ON;
}

static void put_serial(void *ctx, uint8_t byte)
{
    struct session *s = ctx;
    struct char_out out = chardev_out(s->serial);

    s->active = true;
    char_out_put(&out, byte);
    session_time_sent(s, byte);
}

/* At once: this is for a kernel's last words. The chardev remembers an error. */
static void put_debugcon(void *ctx, uint8_t byte)
{
    struct session *s = ctx;
    struct char_out out = chardev_out(s->debugcon);

    s->active = true;
    char_out_put(&out, byte);
    chardev_flush(s->debugcon, SESSION_WHY(s));
}

/* ---- The machine ------------------------------------------------------------------------- */

/* People go back; a run does only when asked to remember. */
static int open_machine(struct session *s)
{
    const struct options *o = &s->o;
    struct handle_config *config = &s->config;
    struct trace_options trace = trace_options(s);
    int error;

    config->machine.engine = o->engine;
    config->machine.serial = (struct char_out){put_serial, s};
    config->machine.debugcon = (struct char_out){put_debugcon, s};
    config->jitter_seed = o->jitter_seed;
    config->remembers = s->live || o->history_mb;
    config->history_bytes = (size_t)o->history_mb << 20;
    config->reboots = !o->no_reboot;
    config->nameless = !s->live && !trace_options_wanted(&trace);
    config->looks_beside = s->viewed && !trace_options_wanted(&trace);
    error = handle_open(&s->scope, config);
    config->state = NULL; /* the handle's now */
    return error ? fail_of_handle(s, EXITCODE_EMULATOR) : SESSION_GO_ON;
}

static int load(struct session *s)
{
    const struct options *o = &s->o;
    int error = o->layout ? forkscope_layout(s->scope, o->layout) : 0;

    if (!error)
        error = forkscope_load(s->scope, o->kernel, o->initrd, o->append);
    for (unsigned i = 0; i < o->symbols_count && !error; i++)
        error = forkscope_symbols(s->scope, o->symbols[i]);
    if (!error && *s->scope->unknown)
        log_note("processes are not named: %s", s->scope->unknown);
    if (!error)
        return SESSION_GO_ON;
    return fail_of_handle(s, error == -ENOMEM ? EXITCODE_EMULATOR : EXITCODE_INPUT);
}

static int begin_time(struct session *s)
{
    switch (session_time_begin(s)) {
    case 0:
        return SESSION_GO_ON;
    case -EINVAL: /* what was read does not fit */
        return fail(s, EXITCODE_INPUT);
    default:
        return fail(s, EXITCODE_EMULATOR);
    }
}

static void on_exec(void *ctx, uint32_t linear)
{
    struct session *s = ctx;

    s->panicked |= linear == s->panic;
}

/* What the run itself wants to know of the guest: that it panicked. */
static void attach_own_hooks(struct session *s)
{
    struct machine *machine = s->scope->machine;
    const struct symbol *panic = symbols_by_name(s->scope->symbols, "panic");

    s->hooks = (struct cpu_hooks){.ctx = s, .exec = on_exec};
    machine_attach(machine, &s->hooks);
    if (panic && panic->function) {
        s->panic = panic->addr;
        cpu_hook_exec_add(machine_cpu(machine), s->panic);
    }
}

static int open_trace(struct session *s)
{
    struct trace_options options = trace_options(s);

    return trace_options_wanted(&options) ? handle_trace(s->scope, &options) : 0;
}

static int attach(struct session *s)
{
    const struct options *o = &s->o;

    attach_own_hooks(s);
    if (o->log_items && cpulog_open(&s->cpulog, s->scope->machine, s->scope->symbols, o->log_items,
                                    o->log_file, SESSION_WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    switch (open_trace(s)) {
    case 0:
        return SESSION_GO_ON;
    case -EINVAL: /* the filter names what this kernel does not have */
        return fail_of_handle(s, EXITCODE_USAGE);
    case -ENOTSUP:
        return fail_of_handle(s, EXITCODE_INPUT);
    default:
        return fail_of_handle(s, EXITCODE_EMULATOR);
    }
}

int session_open(struct session *s)
{
    static int (*const steps[])(struct session *) = {
        check_usage, check_last_outputs, read_inputs,  open_machine,
        load,        begin_time,         open_outputs, attach};
    int code = SESSION_GO_ON;

    for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]) && code == SESSION_GO_ON; i++)
        code = steps[i](s);
    return code;
}

/* ---- The end ----------------------------------------------------------------------------- */

int session_flush(struct session *s)
{
    int error = chardev_flush(s->serial, SESSION_WHY(s));

    if (!error && !s->shared)
        error = chardev_flush(s->debugcon, SESSION_WHY(s));
    return error ? error : cpulog_flush(s->cpulog, SESSION_WHY(s));
}

static int close_trace(struct session *s)
{
    struct forkscope *f = s->scope;

    return f && f->trace ? forkscope_trace_end(f) : 0;
}

/* Closing may be what tells that the disk is full: the first reason stays in `why`. The serial
 * port's bytes come before the stories that the trace prints. */
int session_close_outputs(struct session *s)
{
    char later[sizeof(s->why)];
    bool ok = !s->serial || chardev_flush(s->serial, SESSION_WHY(s)) == 0;

    if (close_trace(s) && ok) {
        log_why(SESSION_WHY(s), 0, "%s", forkscope_why(s->scope));
        ok = false;
    }
    ok = cpulog_close(s->cpulog, ok ? s->why : later, sizeof(later)) == 0 && ok;
    if (!s->shared)
        ok = chardev_close(s->debugcon, ok ? s->why : later, sizeof(later)) == 0 && ok;
    ok = chardev_close(s->serial, ok ? s->why : later, sizeof(later)) == 0 && ok;
    s->cpulog = NULL;
    s->serial = s->debugcon = NULL;
    return ok ? 0 : -EIO;
}

void session_release(struct session *s)
{
    session_close_outputs(s);
    session_time_release(s);
    savefile_close(s->config.state);
    s->config.state = NULL;
    forkscope_close(s->scope);
    s->scope = NULL;
}

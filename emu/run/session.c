#include "emu/run/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/engine.h"
#include "emu/exitcode.h"
#include "emu/guest/programs.h"
#include "emu/run/session_time.h"
#include "emu/support/log.h"

static int fail(const struct session *s, int exitcode)
{
    log_error("%s", s->why);
    return exitcode;
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

/* The kernel's own symbols; one that is no ELF file has none. */
static int read_symbols(struct session *s)
{
    char ignored[1];

    s->symbols = symbols_create();
    if (!s->symbols)
        return log_why(SESSION_WHY(s), -ENOMEM, "out of memory");
    symbols_add_elf(s->symbols, s->boot.kernel.bytes, s->boot.kernel.size, ignored, 1);
    for (unsigned i = 0; i < s->o.symbols_count; i++) {
        struct file file;
        char why[128];

        if (file_is_directory(s->o.symbols[i]))
            continue; /* programs find their own there */
        int error = file_read(s->o.symbols[i], BOOT_FILE_MAX, &file, SESSION_WHY(s));

        if (error)
            return error;
        error = symbols_add_elf(s->symbols, file.bytes, file.size, why, sizeof(why));
        file_release(&file);
        if (error)
            return log_why(SESSION_WHY(s), error, "--symbols '%s': %s", s->o.symbols[i], why);
    }
    return 0;
}

static int read_layout(struct session *s)
{
    return s->o.layout ? layout_load(&s->layout, s->o.layout, SESSION_WHY(s)) : 0;
}

static int read_inputs(struct session *s)
{
    const struct options *o = &s->o;
    uint32_t ram_size = (uint32_t)o->ram_mb << 20;

    machine_config_init(&s->machine_config);
    cpu_model_parse(o->cpu, &s->machine_config.cpu, SESSION_WHY(s));
    s->machine_config.ram_mb = (uint32_t)o->ram_mb;
    s->machine_config.mips = (uint32_t)o->mips;
    if (boot_read(&s->boot, o->kernel, o->initrd, o->append, ram_size, SESSION_WHY(s)) ||
        read_symbols(s) || read_layout(s) || session_time_read(s))
        return fail(s, EXITCODE_INPUT);
    return SESSION_GO_ON;
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

static int build_machine(struct session *s)
{
    struct machine_config *config = &s->machine_config;

    config->engine = s->o.engine;
    config->serial = (struct char_out){put_serial, s};
    config->debugcon = (struct char_out){put_debugcon, s};
    s->machine = machine_create(config, SESSION_WHY(s));
    if (!s->machine)
        return fail(s, EXITCODE_EMULATOR);
    if (machine_set_jitter(s->machine, s->o.jitter_seed)) {
        log_why(SESSION_WHY(s), -ENOMEM, "out of memory");
        return fail(s, EXITCODE_EMULATOR);
    }
    if (!s->o.load_state && boot_load(&s->boot, s->machine, SESSION_WHY(s)))
        return fail(s, EXITCODE_INPUT);
    return SESSION_GO_ON;
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
    const struct symbol *panic = symbols_by_name(s->symbols, "panic");

    s->hooks = (struct cpu_hooks){.ctx = s, .exec = on_exec};
    machine_attach(s->machine, &s->hooks);
    if (panic && panic->function) {
        s->panic = panic->addr;
        cpu_hook_exec_add(machine_cpu(s->machine), s->panic);
    }
}

/* Where the layout says that the tasks are; 0: nowhere. */
static uint32_t layout_table(const struct session *s)
{
    const struct symbol *symbol = symbols_by_name(s->symbols, s->layout.table);

    return symbol ? symbol->addr : 0;
}

/* A kernel without debug information can be looked at, only with less. */
static void open_inspect(struct session *s)
{
    char why[256];

    if (s->layout.types > 0)
        s->guestinfo = guestinfo_create_from(&s->layout, layout_table(s), why, sizeof(why));
    else
        s->guestinfo =
            guestinfo_create(s->boot.kernel.bytes, s->boot.kernel.size, why, sizeof(why));
    if (!s->guestinfo)
        log_note("processes are not named: %s", why);
    programs_of_boot(s->symbols, &s->boot);
    for (unsigned i = 0; i < s->o.symbols_count; i++)
        programs_add_path(symbols_programs(s->symbols), s->o.symbols[i]);
    s->inspect = (struct inspect){s->machine, s->symbols, s->guestinfo};
}

static int open_trace(struct session *s)
{
    struct trace_options options = trace_options(s);

    if (s->live || trace_options_wanted(&options))
        open_inspect(s);
    if (!trace_options_wanted(&options))
        return 0;
    return trace_open(&s->trace, &s->inspect, &options, SESSION_WHY(s));
}

static int attach(struct session *s)
{
    const struct options *o = &s->o;

    attach_own_hooks(s);
    if (o->log_items &&
        cpulog_open(&s->cpulog, s->machine, s->symbols, o->log_items, o->log_file, SESSION_WHY(s)))
        return fail(s, EXITCODE_EMULATOR);
    switch (open_trace(s)) {
    case 0:
        return SESSION_GO_ON;
    case -EINVAL: /* the filter names what this kernel does not have */
        return fail(s, EXITCODE_USAGE);
    case -ENOTSUP:
        return fail(s, EXITCODE_INPUT);
    default:
        return fail(s, EXITCODE_EMULATOR);
    }
}

int session_open(struct session *s)
{
    static int (*const steps[])(struct session *) = {check_usage, read_inputs,  build_machine,
                                                     begin_time,  open_outputs, attach};
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

/* Closing may be what tells that the disk is full: the first reason stays in `why`. The serial
 * port's bytes come before the stories that the trace prints. */
int session_close_outputs(struct session *s)
{
    char later[sizeof(s->why)];
    bool ok = !s->serial || chardev_flush(s->serial, SESSION_WHY(s)) == 0;

    ok = trace_close(s->trace, ok ? s->why : later, sizeof(later)) == 0 && ok;
    ok = cpulog_close(s->cpulog, ok ? s->why : later, sizeof(later)) == 0 && ok;
    if (!s->shared)
        ok = chardev_close(s->debugcon, ok ? s->why : later, sizeof(later)) == 0 && ok;
    ok = chardev_close(s->serial, ok ? s->why : later, sizeof(later)) == 0 && ok;
    s->trace = NULL;
    s->cpulog = NULL;
    s->serial = s->debugcon = NULL;
    return ok ? 0 : -EIO;
}

void session_release(struct session *s)
{
    session_close_outputs(s);
    session_time_release(s);
    machine_destroy(s->machine);
    guestinfo_destroy(s->guestinfo);
    symbols_destroy(s->symbols);
    boot_release(&s->boot);
}

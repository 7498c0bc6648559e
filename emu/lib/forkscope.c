#include "emu/lib/forkscope.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boot/boot.h"
#include "emu/guest/programs.h"
#include "emu/lib/lib_state.h"
#include "emu/support/log.h"

#define WHY(f) (f)->why, sizeof((f)->why)

/* Deadlines that a halted guest passes without one step come in thousands a call. */
enum { IDLE_CALLS = 10 };

const char *forkscope_version(void)
{
    return FORKSCOPE_VERSION;
}

/* ---- Open and close ---------------------------------------------------------------------- */

static struct machine_config machine_config_of(const struct forkscope_config *c)
{
    struct machine_config config;

    machine_config_init(&config);
    if (c->memory_mb)
        config.ram_mb = c->memory_mb;
    if (c->mips)
        config.mips = c->mips;
    config.engine = c->engine;
    if (c->serial)
        config.serial = (struct char_out){c->serial, c->ctx};
    if (c->debugcon)
        config.debugcon = (struct char_out){c->debugcon, c->ctx};
    return config;
}

static int create(struct forkscope *f, const struct forkscope_config *c)
{
    struct machine_config config = machine_config_of(c);

    if (c->cpu && cpu_model_parse(c->cpu, &config.cpu, WHY(f)))
        return -EINVAL;
    f->symbols = symbols_create();
    if (!f->symbols)
        return log_why(WHY(f), -ENOMEM, "out of memory");
    f->machine = machine_create(&config, WHY(f));
    f->inspect = (struct inspect){f->machine, f->symbols, NULL};
    return f->machine ? 0 : -EINVAL;
}

int forkscope_open(struct forkscope **out, const struct forkscope_config *config)
{
    struct forkscope_config c = {0};

    *out = calloc(1, sizeof(**out));
    if (!*out)
        return -ENOMEM;
    if (config) /* an older caller knows fewer members */
        memcpy(&c, config, config->size < sizeof(c) ? config->size : sizeof(c));
    return create(*out, &c);
}

void forkscope_close(struct forkscope *f)
{
    if (!f)
        return;
    if (f->trace)
        forkscope_trace_end(f);
    lib_hooks_release(f);
    machine_destroy(f->machine);
    guestinfo_destroy(f->guestinfo);
    symbols_destroy(f->symbols);
    boot_release(&f->boot);
    free(f);
}

const char *forkscope_why(const struct forkscope *f)
{
    return f ? f->why : "out of memory";
}

static int need(struct forkscope *f, bool condition, const char *what)
{
    return condition ? 0 : log_why(WHY(f), -EINVAL, "%s", what);
}

static int need_machine(struct forkscope *f)
{
    return need(f, f->machine, "there is no machine: forkscope_open() failed");
}

static int need_kernel(struct forkscope *f)
{
    return need(f, f->loaded, "no kernel has been loaded");
}

/* ---- What is in the machine ---------------------------------------------------------------- */

int forkscope_map(struct forkscope *f, uint32_t paddr, const void *image, uint32_t size)
{
    int error = need_machine(f);

    if (!error)
        error = machine_map_rom(f->machine, paddr, image, size);
    if (error)
        log_why(WHY(f), error, "cannot map %" PRIu32 " bytes at %08" PRIx32 ": %s", size, paddr,
                strerror(-error));
    return error;
}

/* A kernel that is no ELF file has no names, one without debug information no structures. */
static void learn_names(struct forkscope *f)
{
    char ignored[256];

    symbols_add_elf(f->symbols, f->boot.kernel.bytes, f->boot.kernel.size, ignored,
                    sizeof(ignored));
    f->guestinfo =
        guestinfo_create(f->boot.kernel.bytes, f->boot.kernel.size, ignored, sizeof(ignored));
    f->inspect.guestinfo = f->guestinfo;
    programs_of_boot(f->symbols, &f->boot);
}

int forkscope_load(struct forkscope *f, const char *kernel, const char *initrd, const char *append)
{
    int error = need_machine(f);

    if (!error && f->loaded)
        error = log_why(WHY(f), -EBUSY, "a kernel has been loaded before");
    if (error)
        return error;
    error = boot_read(&f->boot, kernel, initrd, append ? append : "", machine_ram_size(f->machine),
                      WHY(f));
    if (!error)
        error = boot_load(&f->boot, f->machine, WHY(f));
    if (error) {
        boot_release(&f->boot);
        return error;
    }
    learn_names(f);
    f->loaded = true;
    return 0;
}

int forkscope_symbols(struct forkscope *f, const char *elf)
{
    struct file file;
    char sentence[128];
    int error = need_machine(f);

    if (!error)
        error = file_read(elf, BOOT_FILE_MAX, &file, WHY(f));
    if (error)
        return error;
    error = symbols_add_elf(f->symbols, file.bytes, file.size, sentence, sizeof(sentence));
    file_release(&file);
    return error ? log_why(WHY(f), error, "'%s': %s", elf, sentence) : 0;
}

/* ---- Running ----------------------------------------------------------------------------- */

/* FORKSCOPE_UNTIL also where the machine only paused. */
static enum forkscope_end end_of(enum machine_end end)
{
    switch (end) {
    case MACHINE_EXIT:
        return FORKSCOPE_EXIT;
    case MACHINE_TRIPLE:
        return FORKSCOPE_TRIPLE;
    case MACHINE_STUCK:
        return FORKSCOPE_STUCK;
    case MACHINE_STOPPED:
        return FORKSCOPE_STOPPED;
    case MACHINE_RESET:
        return FORKSCOPE_RESET;
    case MACHINE_IDLE:
    case MACHINE_RUNNING:
        break;
    }
    return FORKSCOPE_UNTIL;
}

int forkscope_run(struct forkscope *f, uint64_t until)
{
    enum forkscope_end end = FORKSCOPE_UNTIL;
    unsigned idle = 0;
    int error = need_kernel(f);

    if (error)
        return error;
    f->stopped = false;
    while (end == FORKSCOPE_UNTIL && machine_icount(f->machine) < until) {
        uint64_t before = machine_icount(f->machine);

        end = end_of(machine_run(f->machine, until));
        idle = machine_icount(f->machine) == before ? idle + 1 : 0;
        if (idle == IDLE_CALLS)
            end = FORKSCOPE_STUCK;
    }
    if (end != FORKSCOPE_STOPPED || f->stopped)
        return end;
    log_why(WHY(f), -EIO, "the trace could not be written: forkscope_trace_end() says why");
    return FORKSCOPE_OUTPUT;
}

void forkscope_stop(struct forkscope *f)
{
    f->stopped = true;
    machine_request_stop(f->machine);
}

uint32_t forkscope_exit_value(const struct forkscope *f)
{
    return machine_exit_value(f->machine);
}

int forkscope_reset(struct forkscope *f)
{
    int error = need_kernel(f);

    if (error)
        return error;
    machine_reset(f->machine);
    return boot_load(&f->boot, f->machine, WHY(f));
}

size_t forkscope_input(struct forkscope *f, const void *bytes, size_t size)
{
    return machine_serial_input(f->machine, bytes, size);
}

/* ---- Trace ------------------------------------------------------------------------------- */

int forkscope_trace(struct forkscope *f, const char *path, const char *level, const char *format,
                    const char *filter)
{
    const struct trace_options options = {
        .path = path, .level = level, .format = format, .filter = filter};
    int error = need_kernel(f);

    if (!error && f->trace)
        error = log_why(WHY(f), -EBUSY, "a trace is being written");
    return error ? error : trace_open(&f->trace, &f->inspect, &options, WHY(f));
}

int forkscope_trace_end(struct forkscope *f)
{
    struct trace *trace = f->trace;

    f->trace = NULL;
    return trace_close(trace, WHY(f));
}

int forkscope_explain_on(struct forkscope *f)
{
    int error = need_machine(f);

    if (error || f->explains)
        return error;
    error = explain_attach(&f->explain, f->machine, EXPLAIN_ALL);
    f->explains = !error;
    return error;
}

int forkscope_explain(const struct forkscope *f, char *buf, size_t size)
{
    FILE *out = f->explains && size ? fmemopen(buf, size, "w") : NULL;
    bool told;

    if (!out)
        return -EINVAL;
    setvbuf(out, NULL, _IOFBF, size);
    told = explain_crash(&f->explain, &f->inspect, out) ||
           explain_step(&f->explain, &f->inspect, machine_icount(f->machine) - 1, out);
    fclose(out);
    buf[size - 1] = '\0';
    return told ? 0 : -ENOENT;
}

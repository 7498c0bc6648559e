/* Opening, loading and closing a handle. */
#include "emu/lib/forkscope.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/programs.h"
#include "emu/lib/handle.h"
#include "emu/support/log.h"

const char *forkscope_version(void)
{
    return FORKSCOPE_VERSION;
}

const char *forkscope_why(const struct forkscope *f)
{
    return f ? f->why : "out of memory";
}

int handle_need_machine(struct forkscope *f)
{
    return f->machine
               ? 0
               : log_why(HANDLE_WHY(f), -EINVAL, "there is no machine: forkscope_open() failed");
}

int handle_need_kernel(struct forkscope *f)
{
    return f->loaded ? 0 : log_why(HANDLE_WHY(f), -EINVAL, "no kernel has been loaded");
}

/* ---- Open and close ---------------------------------------------------------------------- */

static int create(struct forkscope *f)
{
    f->symbols = symbols_create();
    if (!f->symbols)
        return log_why(HANDLE_WHY(f), -ENOMEM, "out of memory");
    f->machine = machine_create(&f->config.machine, HANDLE_WHY(f));
    if (!f->machine)
        return -EINVAL;
    f->inspect = (struct inspect){f->machine, f->symbols, NULL};
    if (machine_set_jitter(f->machine, f->config.jitter_seed))
        return log_why(HANDLE_WHY(f), -ENOMEM, "out of memory");
    return 0;
}

static void end_state(struct forkscope *f)
{
    savefile_close(f->config.state);
    f->config.state = NULL;
}

int handle_open(struct forkscope **out, const struct handle_config *config)
{
    struct forkscope *f = *out = calloc(1, sizeof(*f));

    if (!f) {
        savefile_close(config->state);
        return -ENOMEM;
    }
    f->config = *config;
    return create(f);
}

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

/* The machine is the one whose state it is. */
static int adopt_state(struct handle_config *out, const struct forkscope_config *c, char *why,
                       size_t why_size)
{
    int error;

    if (c->memory_mb || c->cpu || c->mips)
        return log_why(why, why_size, -EINVAL,
                       "memory, CPU and mips are those of '%s': leave them out", c->state);
    error = savefile_open(&out->state, c->state, why, why_size);
    if (error)
        return error;
    savefile_adopt(savefile_config(out->state), &out->machine);
    out->state_path = c->state;
    return 0;
}

static int read_config(struct handle_config *out, const struct forkscope_config *c, char *why,
                       size_t why_size)
{
    *out = (struct handle_config){.machine = machine_config_of(c),
                                  .jitter_seed = c->jitter,
                                  .remembers = c->history_mb != 0,
                                  .history_bytes = (size_t)c->history_mb << 20,
                                  .reboots = c->history_mb != 0};
    if (c->cpu && cpu_model_parse(c->cpu, &out->machine.cpu, why, why_size))
        return -EINVAL;
    return c->state ? adopt_state(out, c, why, why_size) : 0;
}

int forkscope_open(struct forkscope **out, const struct forkscope_config *config)
{
    struct forkscope_config c = {0};
    struct handle_config whole;
    char why[sizeof((*out)->why)];
    int error;

    if (config) /* an older caller knows fewer members */
        memcpy(&c, config, config->size < sizeof(c) ? config->size : sizeof(c));
    error = read_config(&whole, &c, why, sizeof(why));
    if (!error)
        return handle_open(out, &whole);
    *out = calloc(1, sizeof(**out));
    return *out ? log_why(HANDLE_WHY(*out), error, "%s", why) : -ENOMEM;
}

void forkscope_close(struct forkscope *f)
{
    if (!f)
        return;
    if (f->trace)
        forkscope_trace_end(f);
    handle_release_hooks(f);
    history_destroy(f->history);
    machine_destroy(f->machine);
    guestinfo_destroy(f->guestinfo);
    symbols_destroy(f->symbols);
    boot_release(&f->boot);
    end_state(f);
    for (unsigned i = 0; i < f->paths; i++)
        free(f->path[i]);
    free(f);
}

/* ---- What is in the machine ---------------------------------------------------------------- */

int forkscope_map(struct forkscope *f, uint32_t paddr, const void *image, uint32_t size)
{
    int error = handle_need_machine(f);

    if (!error)
        error = machine_map_rom(f->machine, paddr, image, size);
    if (error)
        log_why(HANDLE_WHY(f), error, "cannot map %" PRIu32 " bytes at %08" PRIx32 ": %s", size,
                paddr, strerror(-error));
    return error;
}

uint64_t handle_kernel(const struct forkscope *f)
{
    return savefile_fingerprint(f->boot.kernel.bytes, f->boot.kernel.size);
}

int handle_check_kernel(struct forkscope *f, const char *path, uint64_t kernel)
{
    if (kernel == handle_kernel(f))
        return 0;
    return log_why(HANDLE_WHY(f), -EINVAL, "'%s' was made with another kernel than '%s'", path,
                   f->boot.kernel_path);
}

/* To where the saved run stood. */
static int load_state(struct forkscope *f)
{
    const struct savefile *state = f->config.state;
    int error = handle_check_kernel(f, f->config.state_path, savefile_config(state)->kernel);

    if (!error)
        error = savefile_load(state, f->machine, HANDLE_WHY(f));
    end_state(f);
    if (!error && f->config.jitter_seed && machine_set_jitter(f->machine, f->config.jitter_seed))
        error = log_why(HANDLE_WHY(f), -ENOMEM, "out of memory");
    return error;
}

static int reboot(void *ctx)
{
    struct forkscope *f = ctx;

    machine_reset(f->machine);
    return boot_load(&f->boot, f->machine, HANDLE_WHY(f));
}

/* Somebody types in the past. */
static void on_forgotten(void *ctx)
{
    struct forkscope *f = ctx;

    if (f->trace)
        trace_rewind(&f->trace, f->history, HANDLE_WHY(f));
}

static int begin_history(struct forkscope *f)
{
    const struct history_config config = {.forgetful = !f->config.remembers,
                                          .budget = f->config.history_bytes,
                                          .reboot = f->config.reboots ? reboot : NULL,
                                          .ctx = f};

    f->history = history_create(f->machine, &config);
    if (!f->history)
        return log_why(HANDLE_WHY(f), -ENOMEM, "out of memory");
    history_set_forgetting(f->history, on_forgotten, f);
    return 0;
}

static int load(struct forkscope *f, const char *kernel, const char *initrd, const char *append)
{
    char ignored[1];
    int error = boot_read(&f->boot, kernel, initrd, append ? append : "",
                          machine_ram_size(f->machine), HANDLE_WHY(f));

    if (error)
        return error;
    /* A kernel that is no ELF file has no names. */
    symbols_add_elf(f->symbols, f->boot.kernel.bytes, f->boot.kernel.size, ignored, 1);
    error = f->config.state ? load_state(f) : boot_load(&f->boot, f->machine, HANDLE_WHY(f));
    return error ? error : begin_history(f);
}

/* Where the layout says that the tasks are; 0: nowhere. */
static uint32_t layout_table(const struct forkscope *f)
{
    const struct symbol *symbol = symbols_by_name(f->symbols, f->layout.table);

    return symbol ? symbol->addr : 0;
}

/* A kernel without debug information can be looked at, only with less. */
static void learn_structures(struct forkscope *f)
{
    const struct file *kernel = &f->boot.kernel;

    if (f->layout.types > 0)
        f->guestinfo = guestinfo_create_from(&f->layout, layout_table(f), kernel->bytes,
                                             kernel->size, f->unknown, sizeof(f->unknown));
    else
        f->guestinfo =
            guestinfo_create(kernel->bytes, kernel->size, f->unknown, sizeof(f->unknown));
    if (f->guestinfo)
        *f->unknown = '\0';
    f->inspect.guestinfo = f->guestinfo;
    if (f->config.looks_beside)
        programs_beside_boot(f->symbols, &f->boot);
    else
        programs_of_boot(f->symbols, &f->boot);
    for (unsigned i = 0; i < f->paths; i++)
        programs_add_path(symbols_programs(f->symbols), f->path[i]);
}

int forkscope_load(struct forkscope *f, const char *kernel, const char *initrd, const char *append)
{
    int error = handle_need_machine(f);

    if (!error && f->loaded)
        error = log_why(HANDLE_WHY(f), -EBUSY, "a kernel has been loaded before");
    if (error)
        return error;
    error = load(f, kernel, initrd, append);
    if (error) {
        boot_release(&f->boot);
        return error;
    }
    if (!f->config.nameless)
        learn_structures(f);
    f->loaded = true;
    return 0;
}

/* ---- Names ------------------------------------------------------------------------------- */

int forkscope_layout(struct forkscope *f, const char *layout)
{
    int error = handle_need_machine(f);

    if (!error && f->loaded)
        error = log_why(HANDLE_WHY(f), -EBUSY, "a layout comes before the kernel");
    return error ? error : layout_load(&f->layout, layout, HANDLE_WHY(f));
}

static int add_symbols(struct forkscope *f, const char *path)
{
    struct file file;
    char sentence[128];
    int error = file_read(path, BOOT_FILE_MAX, &file, HANDLE_WHY(f));

    if (error)
        return error;
    error = symbols_add_elf(f->symbols, file.bytes, file.size, sentence, sizeof(sentence));
    file_release(&file);
    return error ? log_why(HANDLE_WHY(f), error, "symbols of '%s': %s", path, sentence) : 0;
}

/* Programs look for their own names there, and find a folder's files themselves. */
int forkscope_symbols(struct forkscope *f, const char *path)
{
    int error = handle_need_machine(f);

    if (!error && f->paths == HANDLE_PATHS)
        error = log_why(HANDLE_WHY(f), -ENOSPC, "there are too many files of symbols");
    if (!error && !file_is_directory(path))
        error = add_symbols(f, path);
    if (error)
        return error;
    f->path[f->paths] = strdup(path);
    if (!f->path[f->paths])
        return log_why(HANDLE_WHY(f), -ENOMEM, "out of memory");
    programs_add_path(symbols_programs(f->symbols), f->path[f->paths++]);
    return 0;
}

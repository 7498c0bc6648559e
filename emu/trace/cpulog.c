#include "emu/trace/cpulog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"

enum { NAME_SIZE = 96 };

struct cpulog {
    struct machine *machine;
    const struct symbols *symbols;
    FILE *file;
    const char *path; /* NULL: stderr */
    struct cpu_hooks hooks;
};

static uint64_t icount(const struct cpulog *log)
{
    return cpu_state(machine_cpu(log->machine))->icount;
}

static void log_interrupt(void *ctx, const struct cpu_int_event *e)
{
    static const char *const kinds[] = {"soft", "fault", "trap", "abort", "irq", "nmi"};
    struct cpulog *log = ctx;
    char name[NAME_SIZE];

    fprintf(log->file, "%12" PRIu64 " int %02x %s cpl=%u->%u from=%04x:%08" PRIx32 " %s",
            icount(log), e->vector, kinds[e->kind], e->cpl_from, e->cpl_to, e->from_cs, e->from_eip,
            symbols_format(log->symbols, e->from_eip, name, sizeof(name)));
    if (e->has_error)
        fprintf(log->file, " error=%04" PRIx32, e->error);
    if (e->vector == VEC_PF && e->kind == CPU_INT_FAULT)
        fprintf(log->file, " cr2=%08" PRIx32, e->cr2);
    fputc('\n', log->file);
}

static void log_insn(void *ctx, uint32_t linear)
{
    struct cpulog *log = ctx;
    char name[NAME_SIZE];

    fprintf(log->file, "%12" PRIu64 " exec %08" PRIx32 " %s\n", icount(log), linear,
            symbols_format(log->symbols, linear, name, sizeof(name)));
}

static void arm_int(struct cpulog *log)
{
    log->hooks.interrupt = log_interrupt;
}

static void arm_exec(struct cpulog *log)
{
    log->hooks.insn = log_insn;
}

/* Each name of -d arms one hook. */
static const struct item {
    const char *name;
    void (*arm)(struct cpulog *log);
} items[] = {{"int", arm_int}, {"exec", arm_exec}};

enum { ITEMS = sizeof(items) / sizeof(items[0]) };

/* The item that a comma list begins with; *list goes on to the next. NULL: unknown. */
static const struct item *next_item(const char **list)
{
    size_t length = strcspn(*list, ",");
    const char *name = *list;

    *list += length + (name[length] == ',');
    for (unsigned i = 0; i < ITEMS; i++)
        if (strlen(items[i].name) == length && strncmp(items[i].name, name, length) == 0)
            return &items[i];
    return NULL;
}

int cpulog_check(const char *list, char *why, size_t why_size)
{
    do {
        const char *name = list;

        if (!next_item(&list))
            return log_why(why, why_size, -EINVAL, "-d knows int and exec, not '%.*s'",
                           (int)strcspn(name, ","), name);
    } while (*list);
    return 0;
}

int cpulog_open(struct cpulog **out, struct machine *m, const struct symbols *symbols,
                const char *list, const char *path, char *why, size_t why_size)
{
    struct cpulog *log = calloc(1, sizeof(*log));

    if (!log)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    *log = (struct cpulog){.machine = m, .symbols = symbols, .path = path, .hooks.ctx = log};
    log->file = path ? fopen(path, "we") : stderr;
    if (!log->file) {
        int error = -errno;

        free(log);
        return log_why(why, why_size, error, "cannot write '%s': %s", path, strerror(-error));
    }
    while (*list) {
        const struct item *item = next_item(&list);

        if (item)
            item->arm(log);
    }
    cpu_hook_every_insn(machine_cpu(m), log->hooks.insn != NULL);
    machine_attach(m, &log->hooks);
    *out = log;
    return 0;
}

int cpulog_flush(struct cpulog *log, char *why, size_t why_size)
{
    if (!log || (fflush(log->file) == 0 && !ferror(log->file)))
        return 0;
    return log_why(why, why_size, -EIO, "cannot write the log to %s: %s",
                   log->path ? log->path : "stderr", strerror(errno));
}

int cpulog_close(struct cpulog *log, char *why, size_t why_size)
{
    int error = cpulog_flush(log, why, why_size);

    if (!log)
        return 0;
    cpu_hook_every_insn(machine_cpu(log->machine), false);
    machine_detach(log->machine, &log->hooks);
    if (log->path && fclose(log->file) != 0 && !error)
        error = log_why(why, why_size, -errno, "cannot write the log to %s: %s", log->path,
                        strerror(errno));
    free(log);
    return error;
}

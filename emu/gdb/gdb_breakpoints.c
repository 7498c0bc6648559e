/* Z and z: breakpoints and watchpoints, each kept with the process that asked for it. */
#include <string.h>

#include "emu/gdb/gdb_state.h"

static const enum control_point_kind kinds[] = {
    ['0' - '0'] = CONTROL_EXECUTE, ['1' - '0'] = CONTROL_EXECUTE, ['2' - '0'] = CONTROL_WRITE,
    ['3' - '0'] = CONTROL_READ,    ['4' - '0'] = CONTROL_ACCESS,
};

enum { WATCH_MAX = 1 << 20 };

/* "type,addr,kind"; kind is the size of what is watched. */
static bool parse(struct gdbstub *g, const char *args, struct gdb_breakpoint *out)
{
    out->type = *args;
    if (*args < '0' || *args > '4')
        return false;
    args++;
    out->pid = gdb_thread_selected(g).pid;
    return gdb_skip(&args, ',') && gdb_number(&args, &out->addr) && gdb_skip(&args, ',') &&
           gdb_number(&args, &out->size) && out->size <= WATCH_MAX;
}

static struct gdb_breakpoint *find(struct gdbstub *g, const struct gdb_breakpoint *like)
{
    for (unsigned i = 0; i < g->breakpoint_count; i++) {
        struct gdb_breakpoint *b = &g->breakpoints[i];

        if (b->type == like->type && b->addr == like->addr && b->size == like->size &&
            b->pid == like->pid)
            return b;
    }
    return NULL;
}

/* The kernel is the same for all; below it each process has its own memory. */
static int32_t process_of(const struct gdbstub *g, const struct gdb_breakpoint *b)
{
    return g->multiprocess && b->addr < g->kernel_base && b->pid != GDB_KERNEL ? b->pid : -1;
}

static bool insert(struct gdbstub *g, struct gdb_breakpoint *b)
{
    const struct control_point point = {
        .kind = kinds[b->type - '0'], .linear = b->addr, .size = b->size, .pid = process_of(g, b)};

    if (g->breakpoint_count == GDB_BREAKPOINTS_MAX)
        return false;
    b->point = control_add(g->control, &point);
    if (b->point < 0)
        return false;
    g->breakpoints[g->breakpoint_count++] = *b;
    return true;
}

/* Inserting twice is inserting once. */
void gdb_breakpoint_insert(struct gdbstub *g, const char *args)
{
    struct gdb_breakpoint b = {0};

    if (*args > '4')
        gdb_reply_unknown(g);
    else if (parse(g, args, &b) && (find(g, &b) || insert(g, &b)))
        gdb_reply_ok(g);
    else
        gdb_reply_error(g);
}

static void drop(struct gdbstub *g, struct gdb_breakpoint *b)
{
    control_remove(g->control, b->point);
    *b = g->breakpoints[--g->breakpoint_count];
}

void gdb_breakpoint_remove(struct gdbstub *g, const char *args)
{
    struct gdb_breakpoint b = {0}, *found;

    if (!parse(g, args, &b)) {
        gdb_reply_error(g);
        return;
    }
    found = find(g, &b);
    if (found)
        drop(g, found);
    gdb_reply_ok(g);
}

void gdb_breakpoints_drop(struct gdbstub *g, int32_t pid)
{
    for (unsigned i = g->breakpoint_count; i-- > 0;)
        if (pid == 0 || g->breakpoints[i].pid == pid)
            drop(g, &g->breakpoints[i]);
}

const struct gdb_breakpoint *gdb_breakpoint_of(const struct gdbstub *g, int point)
{
    for (unsigned i = 0; i < g->breakpoint_count; i++)
        if (g->breakpoints[i].point == point)
            return &g->breakpoints[i];
    return NULL;
}

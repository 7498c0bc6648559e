#include "emu/guest/guestinfo.h"

#include <errno.h>
#include <stdlib.h>

#include "emu/guest/guestinfo_state.h"
#include "emu/support/log.h"

enum { COMM_MAX = 16 };

/* ---- Where tasks are ----------------------------------------------------------------------- */

static uint32_t member_or_none(const struct guestinfo *g, const char *path, uint32_t *size)
{
    uint32_t offset;

    return guestinfo_member(g, "task_struct", path, &offset, size) ? offset : GUESTINFO_NONE;
}

static enum guestinfo_how how(const struct layout *l)
{
    if (l == NULL || l->tasks == LAYOUT_THREAD_INFO)
        return GUEST_THREAD_INFO;
    return l->tasks == LAYOUT_STACK ? GUEST_TASK_ON_STACK : GUEST_TASK_TABLE;
}

/* The array that the layout says, as it is in this kernel. */
static void find_table(struct guestinfo *g, uint32_t symbol)
{
    struct guestinfo_task_layout *t = &g->tasks;
    const struct layout *l = g->layout;
    uint32_t offset;

    if (!guestinfo_array(g, l->table, l->table_member, &offset, &t->table_count,
                         &t->table_stride)) {
        offset = l->table_offset;
        t->table_count = l->table_count;
        t->table_stride = l->table_stride;
    }
    t->table = symbol + offset;
}

/* task_struct points back at its stack as `stack`, in older kernels as `thread_info`. */
static void find_members(struct guestinfo *g)
{
    struct guestinfo_task_layout *t = &g->tasks;
    uint32_t size;

    t->task_pid = member_or_none(g, "pid", &size);
    t->task_comm = member_or_none(g, "comm", &t->task_comm_size);
    if (t->task_comm_size > COMM_MAX)
        t->task_comm_size = COMM_MAX;
    t->task_stack = member_or_none(g, "stack", &size);
    if (t->task_stack == GUESTINFO_NONE)
        t->task_stack = member_or_none(g, "thread_info", &size);
    t->pt_regs_size = guestinfo_sizeof(g, "pt_regs");
    if (t->pt_regs_size > t->thread_size)
        t->pt_regs_size = 0;
}

/* How programs call this kernel, and what forks there. */
static void take_calls(struct guestinfo_task_layout *t, const struct layout *l)
{
    if (l->syscall_vector != 0)
        t->syscall_vector = l->syscall_vector;
    t->syscalls = l->syscalls;
    t->fork = l->fork[0] ? l->fork : NULL;
    t->fork_child = l->fork_child[0] ? l->fork_child : NULL;
    t->fork_gives_pid = l->fork_gives_pid;
}

/* What of it is needed is there? NULL, or what is not. */
static const char *missing(struct guestinfo *g)
{
    struct guestinfo_task_layout *t = &g->tasks;
    uint32_t size;

    if (t->thread_size == 0 || (t->thread_size & (t->thread_size - 1)) != 0)
        return "union thread_union of 2^n bytes";
    if (t->how == GUEST_THREAD_INFO &&
        !guestinfo_member(g, "thread_info", "task", &t->thread_info_task, &size))
        return "thread_info.task";
    if (t->how != GUEST_TASK_ON_STACK && t->task_stack == GUESTINFO_NONE)
        return "task_struct.stack or .thread_info";
    if (g->layout == NULL && (t->task_pid == GUESTINFO_NONE || t->task_comm == GUESTINFO_NONE))
        return "task_struct.pid and .comm";
    return NULL;
}

/* `table`: the address of the layout's symbol. */
static int find_tasks(struct guestinfo *g, uint32_t table, char *why, size_t why_size)
{
    const char *what;

    g->tasks.how = how(g->layout);
    g->tasks.syscall_vector = LINUX_SYSCALL;
    if (g->layout != NULL)
        take_calls(&g->tasks, g->layout);
    g->tasks.thread_size = guestinfo_sizeof(g, "thread_union");
    find_members(g);
    what = missing(g);
    if (what != NULL && g->layout != NULL)
        return log_why(why, why_size, -EINVAL, "neither the layout nor the kernel has %s", what);
    if (what != NULL)
        return log_why(why, why_size, -EINVAL,
                       "the kernel's DWARF has no %s (--layout can say where its tasks are)", what);
    if (g->tasks.how != GUEST_TASK_TABLE)
        return 0;
    if (table == 0)
        return log_why(why, why_size, -EINVAL,
                       "the kernel has no symbol '%s', where the layout has its tasks",
                       g->layout->table);
    find_table(g, table);
    return 0;
}

/* ---- Life ---------------------------------------------------------------------------------- */

/* NULL in place of one that failed. */
static struct guestinfo *finish(struct guestinfo *g, int error)
{
    if (error == 0)
        return g;
    guestinfo_destroy(g);
    return NULL;
}

struct guestinfo *guestinfo_create_lines(const void *elf_image, size_t size, char *why,
                                         size_t why_size)
{
    struct guestinfo *g = calloc(1, sizeof(*g));

    return finish(g, g ? guestinfo_open_dwarf(g, elf_image, size, why, why_size)
                       : log_why(why, why_size, -ENOMEM, "out of memory"));
}

struct guestinfo *guestinfo_create(const void *elf_image, size_t size, char *why, size_t why_size)
{
    struct guestinfo *g = calloc(1, sizeof(*g));
    int error = g ? guestinfo_open_dwarf(g, elf_image, size, why, why_size)
                  : log_why(why, why_size, -ENOMEM, "out of memory");

    if (error == 0)
        error = find_tasks(g, 0, why, why_size);
    return finish(g, error);
}

struct guestinfo *guestinfo_create_from(const struct layout *layout, uint32_t table,
                                        const void *elf_image, size_t size, char *why,
                                        size_t why_size)
{
    struct guestinfo *g = calloc(1, sizeof(*g));

    if (g == NULL || (g->layout = malloc(sizeof(*layout))) == NULL)
        return finish(g, log_why(why, why_size, -ENOMEM, "out of memory"));
    *g->layout = *layout;
    guestinfo_open_dwarf(g, elf_image, size, why, why_size); /* it need not have any */
    return finish(g, find_tasks(g, table, why, why_size));
}

void guestinfo_destroy(struct guestinfo *g)
{
    if (g == NULL)
        return;
    guestinfo_close_dwarf(g);
    free(g->layout);
    free(g);
}

const struct guestinfo_task_layout *guestinfo_tasks(const struct guestinfo *g)
{
    return &g->tasks;
}

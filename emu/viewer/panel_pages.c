/*
 * How one linear address becomes a physical one, step by step; beside it the same address in the
 * other process of the fork, so that one sees which pages the two share.
 */
#include <stdio.h>

#include "emu/guest/tasks.h"
#include "emu/support/bytes.h"
#include "emu/viewer/panels.h"

/* Entries of page directory and page table (SDM vol. 3, table 4-6). */
enum {
    ENTRY_P = 1u << 0,
    ENTRY_W = 1u << 1,
    ENTRY_U = 1u << 2,
    ENTRY_A = 1u << 5,
    ENTRY_D = 1u << 6,
    ENTRY_PS = 1u << 7,
    ENTRY_G = 1u << 8,
};
#define ENTRY_FRAME UINT32_C(0xfffff000)

struct walk {
    uint32_t cr3, linear;
    bool has_directory, has_table, large, mapped;
    uint32_t directory_at, directory, table_at, table, physical;
};

static bool physical_u32(const struct view *v, uint32_t at, uint32_t *out)
{
    uint8_t bytes[4];

    if (cpu_peek_phys(machine_cpu(v->in->machine), at, bytes, 4) != 4)
        return false;
    *out = get_le32(bytes);
    return true;
}

static void walk_pages(const struct view *v, struct walk *w)
{
    w->directory_at = (w->cr3 & ENTRY_FRAME) | w->linear >> 22 << 2;
    w->has_directory = physical_u32(v, w->directory_at, &w->directory);
    if (!w->has_directory || !(w->directory & ENTRY_P))
        return;
    w->large = w->directory & ENTRY_PS && view_cpu(v)->cr4 & CR4_PSE;
    if (w->large) {
        w->mapped = true;
        w->physical = (w->directory & 0xffc00000) | (w->linear & 0x003fffff);
        return;
    }
    w->table_at = (w->directory & ENTRY_FRAME) | (w->linear >> 12 & 0x3ff) << 2;
    w->has_table = physical_u32(v, w->table_at, &w->table);
    w->mapped = w->has_table && w->table & ENTRY_P;
    w->physical = (w->table & ENTRY_FRAME) | (w->linear & 0xfff);
}

static const char *entry_says(uint32_t entry, char *buf, size_t size)
{
    if (!(entry & ENTRY_P))
        snprintf(buf, size, "not present");
    else
        snprintf(buf, size, "%s %s%s%s%s%s", entry & ENTRY_W ? "writable" : "read-only",
                 entry & ENTRY_U ? "user" : "kernel", entry & ENTRY_A ? " accessed" : "",
                 entry & ENTRY_D ? " dirty" : "", entry & ENTRY_PS ? " 4 MB" : "",
                 entry & ENTRY_G ? " global" : "");
    return buf;
}

static int draw_entry(struct view_area area, int y, const char *name, uint32_t at, uint32_t entry)
{
    char says[64];

    view_put(area, 1, y, VIEW_DIM, name);
    view_printf(area, 12, y, VIEW_DIM, "%08x", at);
    view_printf(area, 21, y, VIEW_TEXT, "%08x", entry);
    view_put(area, 31, y, VIEW_TEXT, entry_says(entry, says, sizeof(says)));
    return y + 1;
}

static int draw_walk(const struct view *v, struct view_area area, int y, const char *who,
                     unsigned style, struct walk *w)
{
    walk_pages(v, w);
    view_put(area, 1, y, style | VIEW_BOLD, who);
    view_printf(area, 21, y++, VIEW_DIM, "cr3 %08x", w->cr3);
    if (w->has_directory)
        y = draw_entry(area, y, "directory", w->directory_at, w->directory);
    if (w->has_table)
        y = draw_entry(area, y, "table", w->table_at, w->table);
    if (w->mapped)
        view_printf(area, 1, y, VIEW_TEXT, "physical   %08x  page frame %05x", w->physical,
                    w->physical >> 12);
    else
        view_put(area, 1, y, VIEW_BAD, "not mapped: an access is a page fault");
    return y + 2;
}

/* The page directory of a side of the fork; 0: it has none now. */
static uint32_t directory_of(const struct view *v, const struct trace_who *who)
{
    struct tasks tasks;
    struct task_info info;

    tasks_init(&tasks, v->in);
    if (who->task == 0 || !tasks_at(&tasks, who->task, &info) || info.kernel ||
        info.who.pid != who->pid)
        return 0;
    return info.cr3;
}

static int draw_sides(const struct view *v, struct view_area area, int y, uint32_t linear)
{
    const struct view_fork *f = view_fork_shown(v);
    struct walk parent = {.linear = linear}, child = {.linear = linear};

    if (f == NULL)
        return y;
    parent.cr3 = directory_of(v, &f->parent);
    child.cr3 = directory_of(v, &f->child);
    if (parent.cr3)
        y = draw_walk(v, area, y, "parent", VIEW_PARENT, &parent);
    if (child.cr3 && child.cr3 != parent.cr3)
        y = draw_walk(v, area, y, "child", VIEW_CHILD, &child);
    if (parent.mapped && child.mapped)
        y = view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, y, 2, VIEW_NOTE,
                      parent.physical != child.physical ? "Two page frames: each has its own copy."
                      : (parent.table | child.table) & ENTRY_W
                          ? "One page frame, which a side may write."
                          : "One page frame, read-only for both: the first to write gets a copy.");
    return y;
}

/* The user's stack of the fork tells most about copy-on-write; else where the code is. */
static uint32_t choose_address(const struct view *v)
{
    const struct view_fork *f = view_fork_shown(v);

    if (v->page_chosen)
        return v->page;
    if (f != NULL && f->at[LANDMARK_PARENT_IRET] != VIEW_NEVER)
        return f->ret[0].esp;
    return view_eip(v);
}

void panel_pages(struct view *v, struct view_area area)
{
    uint32_t linear = choose_address(v);
    char about[64];
    struct walk now = {.cr3 = view_cpu(v)->cr3, .linear = linear};
    int y = 2;

    snprintf(about, sizeof(about), "address %08x", linear);
    panel_title(area, "page walk", about);
    if (!(view_cpu(v)->cr0 & CR0_PG)) {
        view_put(area, 1, 2, VIEW_DIM, "Paging is off: linear addresses are physical ones.");
        return;
    }
    view_printf(area, 1, 1, VIEW_DIM, "directory entry %u, table entry %u, offset %03x",
                linear >> 22, linear >> 12 & 0x3ff, linear & 0xfff);
    if (draw_sides(v, area, y, linear) == y)
        draw_walk(v, area, y, "current", VIEW_TEXT, &now);
}

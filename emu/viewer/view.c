#include "emu/viewer/view.h"

#include <stdio.h>
#include <string.h>

#include "emu/support/bytes.h"

enum { KERNEL_BASE = 0xc0000000u };

const struct cpu_state *view_cpu(const struct view *v)
{
    return inspect_cpu(v->in);
}

uint64_t view_position(const struct view *v)
{
    return view_cpu(v)->icount;
}

uint32_t view_eip(const struct view *v)
{
    const struct cpu_state *cpu = view_cpu(v);

    return cpu->seg[SEG_CS].base + cpu->eip;
}

/* ---- Tasks ----------------------------------------------------------------------------------- */

bool view_task_shown(const struct view *v, struct inspect_task *out)
{
    if (v->task != 0 && inspect_task_at(v->in, v->task, out))
        return true;
    return inspect_current(v->in, out);
}

bool view_task_is_current(const struct view *v, const struct inspect_task *task)
{
    struct inspect_task current;

    return inspect_current(v->in, &current) && current.task == task->task;
}

const struct view_fork *view_fork_shown(const struct view *v)
{
    const struct view_fork *chosen =
        v->fork_number ? view_journal_fork_number(v->journal, v->fork_number) : NULL;

    return chosen ? chosen : view_journal_fork(v->journal, view_position(v));
}

bool view_member(const struct view *v, const char *type, const char *name, const char *other,
                 uint32_t *offset)
{
    uint32_t size;

    return v->in->guestinfo != NULL &&
           (guestinfo_member(v->in->guestinfo, type, name, offset, &size) ||
            guestinfo_member(v->in->guestinfo, type, other, offset, &size));
}

bool view_task_word(const struct view *v, uint32_t task, const char *name, const char *other,
                    uint32_t *out)
{
    uint32_t offset;

    return view_member(v, "task_struct", name, other, &offset) &&
           inspect_u32(v->in, task + offset, out);
}

/* ---- Names ----------------------------------------------------------------------------------- */

bool view_in_kernel(const struct view *v, uint32_t address)
{
    const struct symbol *s = symbols_by_addr(v->in->symbols, address);

    return address >= KERNEL_BASE || (s != NULL && view_cpu(v)->cpl == 0);
}

const char *view_code(const struct view *v, uint32_t address, char *buf, size_t size)
{
    if (symbols_by_addr(v->in->symbols, address) != NULL)
        return symbols_format(v->in->symbols, address, buf, size);
    snprintf(buf, size, "%s%08x", view_in_kernel(v, address) ? "" : "user ", address);
    return buf;
}

const char *view_return(const struct view *v, uint32_t address, char *buf, size_t size)
{
    const struct symbol *s = symbols_by_addr(v->in->symbols, address - 1);

    if (s == NULL)
        return view_code(v, address, buf, size);
    snprintf(buf, size, "%s+0x%x", s->name, address - s->addr);
    return buf;
}

/* ---- What changed ---------------------------------------------------------------------------- */

void view_remember(struct view *v)
{
    struct view_before *b = &v->before;
    struct inspect_task task;

    b->known = true;
    b->cpu = *view_cpu(v);
    b->size = 0;
    if (!view_task_shown(v, &task))
        return;
    b->stack = task.stack;
    b->size = guestinfo_tasks(v->in->guestinfo)->thread_size;
    if (b->size > sizeof(b->bytes))
        b->size = sizeof(b->bytes);
    if (!inspect_read(v->in, b->stack, b->bytes, b->size))
        b->size = 0;
}

bool view_changed(const struct view *v, uint32_t address, uint32_t value)
{
    const struct view_before *b = &v->before;
    uint32_t offset = address - b->stack;

    return b->known && b->size >= 4 && offset <= b->size - 4 &&
           get_le32(b->bytes + offset) != value;
}

/* ---- Clicks ---------------------------------------------------------------------------------- */

void view_hit(struct view *v, struct view_area area, int x, int y, int cols, enum view_act act,
              uint64_t value)
{
    if (v->hit_count < VIEW_HITS && x < area.cols && y >= 0 && y < area.rows)
        v->hits[v->hit_count++] = (struct view_hit){area.x + x, area.y + y, cols, act, value};
}

/* What was drawn later lies on top. */
const struct view_hit *view_hit_at(const struct view *v, int x, int y)
{
    for (unsigned i = v->hit_count; i-- > 0;) {
        const struct view_hit *h = &v->hits[i];

        if (y == h->y && x >= h->x && x < h->x + h->cols)
            return h;
    }
    return NULL;
}

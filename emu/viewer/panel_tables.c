/* The processor's tables, decoded: segment descriptors, the task state segment, interrupt gates. */
#include <stdio.h>
#include <string.h>

#include "emu/support/bytes.h"
#include "emu/viewer/panels.h"

enum { GDT_MAX = 32, IDT_MAX = 256, DESCRIPTOR = 8, TASK_GATE = 5 /* type */ };

struct drawing {
    struct view *v;
    struct view_area area;
    int y, skip; /* rows still to be scrolled past */
};

static bool next_row(struct drawing *d)
{
    if (d->skip > 0) {
        d->skip--;
        return false;
    }
    return d->y < d->area.rows;
}

static void heading(struct drawing *d, const char *name, uint32_t base, uint32_t limit,
                    const char *order)
{
    if (!next_row(d))
        return;
    int x = view_put(d->area, 1, d->y, VIEW_TITLE | VIEW_BOLD, name);
    view_printf(d->area, x + 1, d->y++, VIEW_DIM, "at %08x, %u bytes%s", base, limit + 1, order);
}

static bool read_descriptor(const struct view *v, uint32_t at, uint32_t word[2])
{
    return inspect_u32(v->in, at, &word[0]) && inspect_u32(v->in, at + 4, &word[1]);
}

/* ---- Segments -------------------------------------------------------------------------------- */

/* SDM vol. 3, figure 3-8 and table 3-2. */
static const char *segment_kind(uint32_t high)
{
    static const char *const system[] = {
        "?", "TSS16", "LDT", "TSS16 busy", "call gate16", "task gate", "int16",    "trap16",
        "?", "TSS",   "?",   "TSS busy",   "call gate",   "?",         "int gate", "trap gate"};
    static const char *const memory[] = {"data ro", "data rw", "stack ro", "stack rw",
                                         "code x",  "code rx", "conf x",   "conf rx"};
    unsigned type = high >> 8 & 15;

    return high & 1 << 12 ? memory[type >> 1] : system[type];
}

/* The segment registers that hold this selector. */
static void users_of(const struct view *v, unsigned selector, char *text, size_t size)
{
    static const char *const names[SEG_COUNT] = {"es", "cs", "ss", "ds", "fs", "gs"};
    const struct cpu_state *cpu = view_cpu(v);
    size_t used = 0;

    text[0] = '\0';
    for (int i = 0; i < SEG_COUNT; i++)
        if ((cpu->seg[i].selector & ~3u) == selector && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "", names[i]);
    if ((cpu->tr.selector & ~3u) == selector && used < size)
        snprintf(text + used, size - used, "tr");
}

static void draw_segment(struct drawing *d, unsigned selector, const uint32_t w[2])
{
    uint32_t base = w[0] >> 16 | (w[1] & 0xff) << 16 | (w[1] & 0xff000000);
    uint32_t limit = (w[0] & 0xffff) | (w[1] & 0xf0000);
    char users[32];

    if (!next_row(d))
        return;
    users_of(d->v, selector, users, sizeof(users));
    if (w[1] & 1 << 23)
        limit = limit << 12 | 0xfff;
    view_printf(d->area, 1, d->y, VIEW_DIM, "%04x", selector);
    view_printf(d->area, 6, d->y, VIEW_TEXT, "%-9s dpl %u  %08x..%08x", segment_kind(w[1]),
                w[1] >> 13 & 3, base, base + limit);
    view_put(d->area, 44, d->y++, VIEW_CPU, users);
}

static void draw_gdt(struct drawing *d)
{
    const struct cpu_table_reg *gdt = &view_cpu(d->v)->gdtr;
    uint32_t w[2];

    heading(d, "GDT", gdt->base, gdt->limit, "");
    for (unsigned i = 0; i < GDT_MAX && i * DESCRIPTOR + 7 <= gdt->limit; i++)
        if (read_descriptor(d->v, gdt->base + i * DESCRIPTOR, w) && (w[1] & 1 << 15))
            draw_segment(d, i * DESCRIPTOR, w);
}

/* ---- The TSS --------------------------------------------------------------------------------- */

static void draw_tss(struct drawing *d)
{
    const struct cpu_segment *tr = &view_cpu(d->v)->tr;
    struct inspect_task owner;
    uint16_t ss0;
    uint32_t esp0;

    if (!inspect_tss_stack0(d->v->in, &ss0, &esp0))
        return;
    heading(d, "TSS", tr->base, tr->limit, "");
    if (!next_row(d))
        return;
    view_printf(d->area, 1, d->y, VIEW_CPU, "ss0:esp0 = %04x:%08x", ss0, esp0);
    if (inspect_stack_owner(d->v->in, esp0 - 1, &owner))
        view_printf(d->area, 31, d->y, VIEW_DIM, "top of the stack of %s (%d)", owner.comm,
                    owner.pid);
    d->y++;
}

/* ---- Gates ----------------------------------------------------------------------------------- */

static void draw_gate(struct drawing *d, unsigned vector, const uint32_t w[2])
{
    uint32_t offset = (w[0] & 0xffff) | (w[1] & 0xffff0000);
    const char *name = trace_name_vector((uint8_t)vector);
    char code[64];

    if (!next_row(d))
        return;
    view_printf(d->area, 1, d->y, VIEW_DIM, "%02x", vector);
    view_put(d->area, 6, d->y, VIEW_DIM, name ? name : "");
    view_printf(d->area, 11, d->y, w[1] >> 13 & 3 ? VIEW_CPU : VIEW_TEXT, "%-9s dpl %u",
                segment_kind(w[1]), w[1] >> 13 & 3);
    if ((w[1] >> 8 & 15) == TASK_GATE)
        view_printf(d->area, 28, d->y++, VIEW_TEXT, "the task of TSS %04x", w[0] >> 16);
    else
        view_printf(d->area, 28, d->y++, VIEW_TEXT, "%04x:%s", w[0] >> 16,
                    view_code(d->v, offset, code, sizeof(code)));
}

static void draw_idt(struct drawing *d)
{
    const struct cpu_table_reg *idt = &view_cpu(d->v)->idtr;
    uint32_t w[2];

    /* That is the gate of system calls. */
    heading(d, "IDT", idt->base, idt->limit, "; first what ring 3 may call: dpl 3");
    for (int for_user = 1; for_user >= 0; for_user--)
        for (unsigned i = 0; i < IDT_MAX && i * DESCRIPTOR + 7 <= idt->limit; i++)
            if (read_descriptor(d->v, idt->base + i * DESCRIPTOR, w) && (w[1] & 1 << 15) &&
                ((w[1] >> 13 & 3) == 3) == for_user)
                draw_gate(d, i, w);
}

void panel_tables(struct view *v, struct view_area area)
{
    struct drawing d = {v, area, 1, v->scroll[PANEL_TABLES]};

    panel_title(area, "GDT, TSS, IDT", "");
    draw_gdt(&d);
    draw_tss(&d);
    draw_idt(&d);
}

/* The registers: value, what changed since the last stop, what it means. */
#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"

enum { VALUE = 6, STAR = 14, SAYS = 16, SECOND = 31 };

struct drawing {
    struct view *v;
    struct view_area area;
    const struct cpu_state *cpu, *before;
    int y;
};

/* `reg` is an enum view_register. */
static void draw_register(struct drawing *d, unsigned reg, const char *name, uint32_t value,
                          uint32_t before, const char *says)
{
    bool changed = value != before;

    view_put(d->area, 1, d->y, VIEW_DIM, name);
    if (!view_knows(d->v, reg)) {
        view_put(d->area, VALUE, d->y++, VIEW_DIM, "········");
        return;
    }
    view_printf(d->area, VALUE, d->y, changed ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT, "%08x", value);
    if (changed)
        view_put(d->area, STAR, d->y, VIEW_TITLE | VIEW_BOLD, "*");
    view_put(view_area_part(d->area, SAYS, d->y, d->area.cols - SAYS, 1), 0, 0, VIEW_DIM, says);
    d->y++;
}

/* Small numbers as numbers, code and data of the kernel by name. */
static const char *says_value(const struct view *v, uint32_t value, char *buf, size_t size)
{
    struct trace_symbol symbol;
    int32_t owner;

    buf[0] = '\0';
    if (value < 100000 || value > 0xfffff000)
        snprintf(buf, size, "%d", (int32_t)value);
    else if (view_symbol(v, value, &symbol))
        view_code(v, value, buf, size);
    else if (v->facts->stack(v->facts->ctx, value, &owner))
        snprintf(buf, size, "stack of pid %d", owner);
    return buf;
}

static void draw_general(struct drawing *d)
{
    static const struct {
        const char *name;
        enum cpu_gpr gpr;
    } rows[] = {{"eax", GPR_EAX}, {"ebx", GPR_EBX}, {"ecx", GPR_ECX}, {"edx", GPR_EDX},
                {"esi", GPR_ESI}, {"edi", GPR_EDI}, {"ebp", GPR_EBP}, {"esp", GPR_ESP}};
    char says[64];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        draw_register(d, rows[i].gpr, rows[i].name, d->cpu->gpr[rows[i].gpr],
                      d->before->gpr[rows[i].gpr],
                      says_value(d->v, d->cpu->gpr[rows[i].gpr], says, sizeof(says)));
    draw_register(d, VIEW_REGISTER_EIP, "eip", d->cpu->eip, d->before->eip,
                  view_code_says(d->v, d->cpu->eip, says, sizeof(says)));
}

/* Each flag by name when it is set, as a dot when it is clear: they keep their places. */
static void draw_flags(struct drawing *d)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } flags[] = {{EFLAGS_OF, "OF"}, {EFLAGS_DF, "DF"}, {EFLAGS_IF, "IF"},
                 {EFLAGS_TF, "TF"}, {EFLAGS_SF, "SF"}, {EFLAGS_ZF, "ZF"},
                 {EFLAGS_AF, "AF"}, {EFLAGS_PF, "PF"}, {EFLAGS_CF, "CF"}};
    uint32_t differ = d->cpu->eflags ^ d->before->eflags;
    int x = SAYS, y = d->y;

    draw_register(d, VIEW_REGISTER_EFLAGS, "efl", d->cpu->eflags, d->before->eflags, "");
    for (size_t i = 0;
         view_knows(d->v, VIEW_REGISTER_EFLAGS) && i < sizeof(flags) / sizeof(flags[0]); i++) {
        bool set = d->cpu->eflags & flags[i].bit;
        unsigned look = differ & flags[i].bit ? VIEW_TITLE | VIEW_BOLD : set ? VIEW_TEXT : VIEW_DIM;

        x = view_put(d->area, x, y, look, set ? flags[i].name : "··") + 1;
    }
}

static void draw_segment(struct drawing *d, int x, const char *name, enum cpu_sreg index)
{
    uint16_t value = d->cpu->seg[index].selector;
    bool changed = value != d->before->seg[index].selector;
    unsigned reg = index == SEG_CS   ? VIEW_REGISTER_CS
                   : index == SEG_SS ? VIEW_REGISTER_SS
                                     : VIEW_REGISTER_DATA;

    x = view_put(d->area, x, d->y, VIEW_DIM, name) + 1;
    if (!view_knows(d->v, reg)) {
        view_put(d->area, x, d->y, VIEW_DIM, "····");
        return;
    }
    x = view_printf(d->area, x, d->y, changed ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT, "%04x", value);
    if (changed)
        view_put(d->area, x, d->y, VIEW_TITLE | VIEW_BOLD, "*");
}

static void draw_segments(struct drawing *d)
{
    static const char *const names[] = {"es", "cs", "ss", "ds", "fs", "gs"};
    static const enum cpu_sreg order[] = {SEG_CS, SEG_SS, SEG_DS, SEG_ES, SEG_FS, SEG_GS};

    for (int i = 0; i < 6; i++) {
        draw_segment(d, 1 + i % 3 * 10, names[order[i]], order[i]);
        if (i % 3 == 2)
            d->y++;
    }
    view_printf(d->area, SECOND, d->y - 2,
                d->cpu->cpl == d->before->cpl ? VIEW_TEXT : VIEW_TITLE | VIEW_BOLD, "ring %u%s",
                d->cpu->cpl, d->cpu->cpl == d->before->cpl ? "" : "*");
}

static void draw_control(struct drawing *d)
{
    char says[64];
    uint16_t ss0;
    uint32_t esp0;

    snprintf(says, sizeof(says), "%s%s%s", d->cpu->cr0 & CR0_PE ? "PE " : "real mode ",
             d->cpu->cr0 & CR0_PG ? "PG " : "", d->cpu->cr0 & CR0_WP ? "WP" : "");
    draw_register(d, VIEW_REGISTER_CR0, "cr0", d->cpu->cr0, d->before->cr0, says);
    draw_register(d, VIEW_REGISTER_CR2, "cr2", d->cpu->cr2, d->before->cr2, "last page fault");
    draw_register(d, VIEW_REGISTER_CR3, "cr3", d->cpu->cr3, d->before->cr3, "page directory");
    if (view_tss_stack0(d->v, &ss0, &esp0))
        draw_register(d, VIEW_REGISTER_CPL, "esp0", esp0, esp0, "TSS: stack of ring 0");
}

void panel_registers(struct view *v, struct view_area area)
{
    const struct cpu_state *cpu = view_cpu(v);
    struct drawing d = {v, area, cpu, v->before.known ? &v->before.cpu : cpu, 1};
    static const char *const doing[] = {"", "halted", "shut down"};

    panel_title(area, "registers", doing[cpu->activity % 3]);
    draw_general(&d);
    draw_flags(&d);
    draw_segments(&d);
    draw_control(&d);
}

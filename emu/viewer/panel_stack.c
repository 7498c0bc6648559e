/*
 * The kernel stack, the highest word in the first row, so that rows keep their words while the
 * stack grows and shrinks:
 *
 *   esp  address  value    *changed  name  what it means   bracket: who put it there
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_stack.h"

/* Columns. */
enum { ADDRESS = 1, VALUE = 10, STAR = 18, NAME = 20, BRACKET_FROM_RIGHT = 18 };
/* pt_regs stays in sight; of a deep stack the middle is left out, eight words at a time. */
enum { ALWAYS = 18, SKIP = 8 };

struct drawing {
    struct view *v;
    struct view_area area;
    const struct view_stack *s;
    unsigned skipped; /* words left out behind ALWAYS */
};

/* The row of word k; 0: not shown. */
static int row_of(const struct drawing *d, unsigned k)
{
    if (d->skipped == 0)
        return (int)k + 1;
    if (k < ALWAYS)
        return (int)k + 1;
    if (k < ALWAYS + d->skipped)
        return 0;
    return (int)(k - d->skipped) + 2;
}

static void choose_skip(struct drawing *d)
{
    unsigned rows = (unsigned)d->area.rows, needed = d->s->count + 2;

    d->skipped = 0;
    if (needed > rows && rows > ALWAYS + 4)
        d->skipped = (needed + 1 - rows + SKIP - 1) / SKIP * SKIP;
}

static void draw_slot(const struct drawing *d, unsigned k)
{
    const struct view_slot *slot = &d->s->slots[k];
    unsigned style = panel_owner_style(slot->owner);
    int y = row_of(d, k), room = d->area.cols - BRACKET_FROM_RIGHT, x;

    if (y == 0 || y >= d->area.rows)
        return;
    struct view_area left = view_area_part(d->area, 0, y, room - 1, 1);
    view_printf(left, ADDRESS, 0, VIEW_DIM, "%08x", slot->address);
    if (slot->known)
        view_printf(left, VALUE, 0, slot->changed ? style | VIEW_BOLD : style, "%08x", slot->value);
    else
        view_put(left, VALUE, 0, VIEW_DIM, "········");
    if (slot->changed)
        view_put(left, STAR, 0, VIEW_TITLE | VIEW_BOLD, "*");
    x = view_put(left, NAME, 0, slot->changed ? style | VIEW_BOLD : style, slot->name);
    view_put(left, x + 1, 0, VIEW_DIM, slot->says);
    view_hit(d->v, d->area, 0, y, d->area.cols, VIEW_ACT_MEMORY, slot->address);
}

/* A bracket along the rows of a part, with its label beside its middle. */
static void draw_part(const struct drawing *d, const struct view_part *part)
{
    unsigned style = panel_owner_style(part->owner);
    int x = d->area.cols - BRACKET_FROM_RIGHT, first = 0, last = 0;

    if (part->label[0] == '\0')
        return;
    for (unsigned k = part->first; k <= part->last; k++) {
        int y = row_of(d, k);

        if (y != 0 && y < d->area.rows) {
            first = first ? first : y;
            last = y;
        }
    }
    if (first == 0)
        return;
    for (int y = first; y <= last; y++)
        view_put(d->area, x, y, style,
                 first == last ? "─"
                 : y == first  ? "┐"
                 : y == last   ? "┘"
                               : "│");
    struct view_area label = view_area_part(d->area, x + 2, (first + last) / 2, d->area.cols, 1);
    view_put(label, 0, 0, style, part->label);
}

static void draw_gap(const struct drawing *d)
{
    if (d->skipped)
        view_printf(d->area, ADDRESS, ALWAYS + 1, VIEW_DIM, "… %u words are not shown …",
                    d->skipped);
}

/* Where esp points, also when the stack is empty. */
static void draw_pointer(const struct drawing *d)
{
    int y = row_of(d, d->s->count ? d->s->count - 1 : 0);

    if (!d->s->in_use || y == 0)
        return;
    view_put(d->area, 0, y, VIEW_TITLE | VIEW_BOLD, "▶");
    view_highlight(d->area, 0, y, d->area.cols, VIEW_MARK);
    if (y + 1 < d->area.rows)
        view_put(d->area, ADDRESS, y + 1, VIEW_DIM,
                 d->v->in != NULL ? "▲ esp: the next push goes here"
                                  : "▲ what lies below, events do not tell");
}

static void draw_empty(const struct drawing *d)
{
    char text[VIEW_LINE];
    struct view_area inner = view_area_part(d->area, 1, 0, d->area.cols - 2, d->area.rows);
    uint16_t ss0 = 0;
    uint32_t esp0 = 0;
    int y;

    for (int k = 0; k < 5; k++)
        view_printf(d->area, ADDRESS, k + 1, VIEW_DIM, "%08x  ········", d->s->top - 4 - 4 * k);
    y = view_wrap(inner, 0, 7, 4, VIEW_TEXT,
                  d->s->current ? "Empty: ring 3 is running, on its own stack."
                                : "Empty: this task has nothing on its kernel stack.");
    if (!d->s->current || !view_tss_stack0(d->v, &ss0, &esp0))
        return;
    snprintf(text, sizeof(text),
             "On the way into ring 0 the CPU takes ss0:esp0 from the TSS, %04x:%08x, and pushes "
             "its first word at %08x.",
             ss0, esp0, esp0 - 4);
    view_wrap(inner, 0, y + 1, 8, VIEW_DIM, text);
}

static void draw_stack(struct drawing *d)
{
    choose_skip(d);
    for (unsigned k = 0; k < d->s->count; k++)
        draw_slot(d, k);
    for (unsigned k = 0; k < d->s->part_count; k++)
        draw_part(d, &d->s->parts[k]);
    draw_gap(d);
    if (d->s->count == 0)
        draw_empty(d);
    else
        draw_pointer(d);
}

static const char *why_none(const struct view *v)
{
    if (!view_has_structures(v))
        return "This kernel has no debug information: its stacks are not known.";
    return v->in != NULL ? "No task yet: the kernel has not set up its stacks."
                         : "No event so far tells where the stack of this task lies.";
}

void panel_stack(struct view *v, struct view_area area)
{
    struct view_stack *s = malloc(sizeof(*s));
    struct drawing d = {.v = v, .area = area, .s = s};
    char who[40], title[64];

    if (s != NULL && view_stack_read(v, s)) {
        snprintf(title, sizeof(title), "kernel stack of %s",
                 panel_who(s->task.pid, s->task.comm, who, sizeof(who)));
        panel_title(area, title, s->in_use ? "in use" : s->current ? "" : "asleep");
        draw_stack(&d);
    } else {
        panel_title(area, "kernel stack", "");
        view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, 2, 4, VIEW_DIM,
                  why_none(v));
    }
    free(s);
}

#include "emu/diff/show.h"

#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_field.h"

/* ---- Before ------------------------------------------------------------------------------ */

static void note_state(struct diff *d, unsigned side, const struct trace_event *e)
{
    if (d->side[side].reader == NULL)
        return;
    diff_known_note(&d->known[side], e);
    if (e->kind == TRACE_INT || e->kind == TRACE_IRQ)
        d->frame[side] = *e;
    if (e->kind == TRACE_FORK && e->fork.user && e->fork.words > 0)
        d->regs[side] = *e;
}

void diff_remember(struct diff *d, struct diff_item a, struct diff_item b)
{
    unsigned at = d->same % DIFF_CONTEXT;

    note_state(d, 0, &a.event);
    note_state(d, 1, &b.event);
    free(d->before[at]);
    d->before[at] = a.text;
    free(b.text);
    d->same++;
}

void diff_forget(struct diff *d)
{
    for (unsigned i = 0; i < DIFF_CONTEXT; i++)
        free(d->before[i]);
}

/* ---- Lines ------------------------------------------------------------------------------- */

static void print_lines(char mark, const char *text)
{
    bool start = true;

    for (; *text != '\0'; text++) {
        if (start)
            printf("%c ", mark);
        putchar(*text);
        start = *text == '\n';
    }
}

static void print_side(struct diff *d, unsigned side, unsigned first, unsigned count, char mark)
{
    for (unsigned i = first; i < first + count; i++) {
        const struct diff_item *item = diff_side_peek(&d->side[side], i);

        if (item == NULL)
            return;
        print_lines(mark, item->text);
    }
}

static const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

static void print_events(struct diff *d)
{
    bool counts_only = d->aligned && d->only[0] + d->only[1] == 0;
    unsigned shown[2];

    for (uint64_t i = d->same < DIFF_CONTEXT ? 0 : d->same - DIFF_CONTEXT; i < d->same; i++)
        print_lines(' ', d->before[i % DIFF_CONTEXT]);
    for (unsigned s = 0; s < 2; s++) {
        shown[s] = d->aligned && d->only[s] < DIFF_CONTEXT ? d->only[s] : DIFF_CONTEXT;
        shown[s] += counts_only;
        print_side(d, s, 0, shown[s], s == 0 ? '-' : '+');
        if (diff_side_peek(&d->side[s], 0) == NULL)
            printf("%c (%s ends here)\n", s == 0 ? '-' : '+', d->side[s].path);
        else if (d->aligned && d->only[s] > shown[s])
            printf("%c (%u more)\n", s == 0 ? '-' : '+', d->only[s] - shown[s]);
    }
    if (d->aligned)
        print_side(d, 0, d->only[0] + counts_only, DIFF_CONTEXT, ' ');
}

/* ---- Fields ------------------------------------------------------------------------------ */

static void print_row(const char *name, uint64_t a, uint64_t b)
{
    printf("  %c %-16s %08llx  %08llx\n", a == b ? ' ' : '!', name, (unsigned long long)a,
           (unsigned long long)b);
}

static void print_field(const struct trace_field *f, const struct trace_event *a,
                        const struct trace_event *b)
{
    if (f->count != 1 || f->size > sizeof(uint64_t) || f->form == FIELD_PROBE)
        return;
    uint64_t x = trace_field_get(a, f->offset, f->size), y = trace_field_get(b, f->offset, f->size);
    if (x != y)
        print_row(f->key, x, y);
}

/* The numbers of two events of one kind that are not the same. */
static void print_fields(const struct trace_event *a, const struct trace_event *b)
{
    if (a->kind != b->kind)
        return;
    printf("\nin the event                %-8s  %-8s\n", "-", "+");
    if (a->icount != b->icount)
        printf("  ! %-16s %8llu  %8llu\n", "icount", (unsigned long long)a->icount,
               (unsigned long long)b->icount);
    for (const struct trace_field *const *f = trace_fields_of(a->kind); *f != NULL; f++)
        print_field(*f, a, b);
}

/* ---- Registers and stack ----------------------------------------------------------------- */

static uint32_t slot_value(const struct cpu_int_event *i, enum cpu_frame_word word)
{
    for (unsigned k = 0; k < i->slot_count && k < CPU_FRAME_MAX; k++)
        if (i->slot[k].word == word)
            return i->slot[k].value;
    return 0;
}

/* The words that the CPU pushed last, in push order. */
static void print_frames(const struct trace_event *a, const struct trace_event *b)
{
    const struct cpu_int_event *x = &a->interrupt, *y = &b->interrupt;

    if (a->seq == 0 || b->seq == 0)
        return;
    printf("\npushed by int 0x%02x before, at icount %llu\n", x->vector,
           (unsigned long long)a->icount);
    print_row("tss.esp0", x->tss_esp, y->tss_esp);
    for (unsigned k = 0; k < x->slot_count && k < CPU_FRAME_MAX; k++)
        print_row(trace_name_frame_word(x->slot[k].word), x->slot[k].value,
                  slot_value(y, x->slot[k].word));
}

static void print_saved(const struct trace_names *names, const char *whose, const uint32_t *a,
                        const uint32_t *b, unsigned words)
{
    printf("\nsaved registers of the %s of the last fork\n", whose);
    for (unsigned i = 0; i < words && i < TRACE_REGS_WORDS; i++)
        print_row(trace_name_member(names, 4 * i), a[i], b[i]);
}

static void print_state(struct diff *d)
{
    const struct diff_item *a = diff_side_peek(&d->side[0], 0);
    const struct diff_item *b = diff_side_peek(&d->side[1], 0);
    const struct trace_names *names;

    if (d->side[0].reader == NULL || d->side[1].reader == NULL)
        return;
    if (a != NULL && b != NULL) {
        print_fields(&a->event, &b->event);
        note_state(d, 0, &a->event);
        note_state(d, 1, &b->event);
    }
    print_frames(&d->frame[0], &d->frame[1]);
    diff_known_print(&d->known[0], &d->known[1]);
    if (d->regs[0].seq == 0 || d->regs[1].seq == 0)
        return;
    names = trace_reader_names(d->side[0].reader);
    print_saved(names, "parent", d->regs[0].fork.parent_regs, d->regs[1].fork.parent_regs,
                d->regs[0].fork.words);
    print_saved(names, "child", d->regs[0].fork.child_regs, d->regs[1].fork.child_regs,
                d->regs[0].fork.words);
}

void diff_show(struct diff *d)
{
    printf("--- %s\n+++ %s\n", d->side[0].path, d->side[1].path);
    printf("alike for %llu event%s, then not (level %s)\n\n", (unsigned long long)d->same,
           d->same == 1 ? "" : "s", trace_level_name(d->level));
    print_events(d);
    if (!d->aligned)
        printf("\nThey do not go on alike within %d events.\n", DIFF_WINDOW);
    else if (d->only[0] + d->only[1] == 0)
        printf("\nOnly the step differs; then they go on alike.\n");
    else
        printf("\nThey go on alike after %u event%s of - and %u of +.\n", d->only[0],
               plural(d->only[0]), d->only[1]);
    print_state(d);
}

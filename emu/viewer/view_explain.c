#include "emu/viewer/view_explain.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/view_fork.h"

struct teller {
    const struct view *v;
    char *to; /* VIEW_EXPLAIN_TEXT */
};

#define SAY(t, ...) snprintf((t)->to, VIEW_EXPLAIN_TEXT, __VA_ARGS__)

static const char *code(const struct teller *t, uint32_t address, char buf[64])
{
    return view_code(t->v, address, buf, 64);
}

/* ---- What just happened ---------------------------------------------------------------------- */

static const char *number_word(unsigned n)
{
    static const char *const words[] = {"no", "one", "two", "three", "four", "five", "six"};

    return n < sizeof(words) / sizeof(words[0]) ? words[n] : "many";
}

static void list_words(const struct cpu_frame_slot *slot, unsigned count, char *to, size_t size)
{
    size_t used = 0;

    to[0] = '\0';
    for (unsigned i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(to + used, size - used, "%s%s", i ? ", " : "",
                                 trace_name_frame_word(slot[i].word));
}

static void tell_int(const struct teller *t, const struct cpu_int_event *e)
{
    const char *exception = trace_name_vector(e->vector);
    char what[64], words[96], stack[96] = "", to[64];

    if (e->kind == CPU_INT_SOFTWARE)
        snprintf(what, sizeof(what), "int 0x%02x", e->vector);
    else if (e->kind == CPU_INT_IRQ)
        snprintf(what, sizeof(what), "A hardware interrupt, vector 0x%02x,", e->vector);
    else
        snprintf(what, sizeof(what), "%s (vector %u)", exception ? exception : "An exception",
                 e->vector);
    if (e->stack_switch)
        snprintf(stack, sizeof(stack), "SS:ESP came from TSS ss0:esp0, %04x:%08x; ", e->tss_ss,
                 e->tss_esp);
    list_words(e->slot, e->slot_count, words, sizeof(words));
    SAY(t, "%s went through its gate to %s. Ring %u→%u: %s%s words were pushed: %s.", what,
        code(t, e->gate_offset, to), e->cpl_from, e->cpl_to, stack, number_word(e->slot_count),
        words);
}

static void tell_iret(const struct teller *t, const struct cpu_iret_event *e)
{
    char words[96], to[64], eax[32] = "";

    list_words(e->slot, e->slot_count, words, sizeof(words));
    if (view_knows(t->v, GPR_EAX))
        snprintf(eax, sizeof(eax), " with eax = %d", (int32_t)view_cpu(t->v)->gpr[GPR_EAX]);
    SAY(t, "iret popped %s words: %s. Ring %u→%u: the CPU goes on at %s%s.",
        number_word(e->slot_count), words, e->cpl_from, e->cpl_to, code(t, view_eip(t->v), to),
        eax);
}

static void tell_frame(const struct teller *t, const struct trace_event *e)
{
    const struct trace_frame_write *f = &e->frame;
    const char *name = view_pt_regs_name(t->v, f->offset);
    char by[64];

    SAY(t, "%s wrote %s = %08x into the child's saved registers, at %08x%s.",
        f->by ? code(t, f->by, by) : "The kernel", name ? name : "a word", f->value, f->linear,
        f->value != f->old ? "" : ", where it was already");
}

static void tell_switch(const struct teller *t, const struct trace_switch *s)
{
    SAY(t,
        "The scheduler passes the CPU from %s (%d) to %s (%d), whose kernel stack pointer is "
        "%08x.",
        s->prev.comm, s->prev.pid, s->next.comm, s->next.pid, s->next_esp);
}

/* The event of the step before; of several, the one that says most. */
static const struct trace_event *last_event(const struct view *v)
{
    const struct view_journal *j = v->journal;
    uint64_t position = view_position(v);
    const struct trace_event *found = NULL;

    for (size_t k = view_journal_past(j, position); k-- > 0;) {
        const struct trace_event *e = view_journal_at(j, k);

        if (e->icount + 1 < position)
            break;
        if (e->kind == TRACE_INT || e->kind == TRACE_IRQ || e->kind == TRACE_IRET)
            return e->icount + 1 == position ? e : found;
        if ((e->kind == TRACE_FRAME && e->icount + 1 == position) ||
            (e->kind == TRACE_SWITCH && e->icount == position))
            found = e;
    }
    return found;
}

static void tell_now(const struct teller *t)
{
    const struct trace_event *e = last_event(t->v);

    if (e == NULL)
        return;
    if (e->kind == TRACE_INT || e->kind == TRACE_IRQ)
        tell_int(t, &e->interrupt);
    else if (e->kind == TRACE_IRET)
        tell_iret(t, &e->iret.cpu);
    else if (e->kind == TRACE_FRAME)
        tell_frame(t, e);
    else
        tell_switch(t, &e->sched);
}

void view_explain(const struct view *v, struct view_explain *out)
{
    const struct view_fork *f = view_fork_shown(v);
    enum view_landmark landmark = view_fork_landmark(f, view_position(v));
    struct teller now = {v, out->now}, story = {v, out->story};

    out->title[0] = out->now[0] = out->next[0] = out->story[0] = '\0';
    if (landmark != LANDMARK_COUNT) {
        snprintf(out->title, sizeof(out->title), "%d  %s", (int)landmark + 1,
                 view_landmark_title(landmark));
        snprintf(out->story, sizeof(out->story), "%s", view_landmark_sentence(landmark));
    }
    if (f != NULL && f->eax_written != VIEW_NEVER && view_position(v) == f->eax_written + 1) {
        snprintf(out->title, sizeof(out->title), "eax = 0");
        SAY(&story, "This is the line that makes fork return twice. copy_thread has copied the "
                    "parent's registers for the child; now it has written 0 over the child's eax. "
                    "In the parent's frame the slot still holds the number of the call.");
    }
    tell_now(&now);
    view_explain_next(v, out->next);
}

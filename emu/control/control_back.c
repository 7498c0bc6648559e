/*
 * The same backwards. The history finds where hooks noticed something last; here is what is looked
 * for, and what an instruction, a call or a function is when one goes back over it.
 */
#include <string.h>

#include "emu/control/control_state.h"

static struct history *history_of(const struct control *c)
{
    return c->scope->history;
}

static uint32_t stack_top(const struct cpu_state *cpu)
{
    return cpu->seg[SEG_SS].base + cpu->gpr[GPR_ESP];
}

static void beginning(struct control *c)
{
    control_finish(c, &(struct control_stop){.reason = CONTROL_BEGINNING});
}

/* False: there is nothing before, or the way was given up; `place` may be one less than 0. */
static bool to(struct control *c, uint64_t place)
{
    uint64_t first, last;
    bool known;

    control_span(c, &first, &last);
    known = place >= first && place <= last;
    if (history_goto(history_of(c), known ? place : first) == 0 && known)
        return true;
    beginning(c);
    return false;
}

/* ---- To what stops the machine ------------------------------------------------------------- */

/* Hooks note what they see in c->hit while c->scanning. They are a copy: the others stay attached.
 */
static void find_stop(struct control *c)
{
    const struct cpu_hooks hooks = c->hooks;
    uint64_t found, first, last;
    int error;

    c->scanning = true;
    error = history_find_back(history_of(c), &hooks, c->began, &found);
    c->scanning = false;
    if (error && !c->given_up) {
        control_span(c, &first, &last);
        history_goto(history_of(c), first);
        beginning(c);
        return;
    }
    if (c->given_up)
        return;
    if (c->hit.at != found)
        history_goto(history_of(c), c->hit.at);
    control_finish(c, &c->hit.stop);
}

/* ---- To one thing in particular ------------------------------------------------------------- */

/* What the hooks below look for, and what they found last. */
struct search {
    struct control *c;
    uint32_t slot; /* where a return address lies */
    uint32_t size;
    uint64_t before; /* places from here on do not count */
    enum cpu_int_kind kind;
    struct control_access access;
    struct history *history;
};

static void found_delivery(void *ctx, const struct cpu_int_event *event)
{
    struct search *s = ctx;

    for (unsigned i = 0; i < event->slot_count; i++)
        if (event->slot[i].word == FRAME_EIP && event->slot[i].linear == s->slot) {
            s->kind = event->kind;
            history_mark(s->history);
        }
}

static void found_write(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                        uint32_t value)
{
    struct search *s = ctx;

    if (kind != CPU_WATCH_WRITE || (linear - s->slot >= s->size && s->slot - linear >= size))
        return;
    s->access = (struct control_access){true, linear, old, value, size};
    history_mark(s->history);
}

/* The delivery that pushed the frame with its EIP at `slot`. */
static bool find_delivery(struct control *c, uint32_t slot, uint64_t before,
                          enum cpu_int_kind *kind)
{
    struct search s = {.slot = slot, .history = history_of(c)};
    const struct cpu_hooks hooks = {.ctx = &s, .interrupt = found_delivery};
    uint64_t found;
    bool ok = history_find_back(s.history, &hooks, before, &found) == 0;

    *kind = s.kind;
    return ok;
}

static bool find_write(struct control *c, uint32_t linear, uint32_t size, uint64_t before,
                       struct control_access *access)
{
    struct search s = {.slot = linear, .size = size, .history = history_of(c)};
    const struct cpu_hooks hooks = {.ctx = &s, .mem = found_write};
    uint32_t last = linear + size - 1;
    uint64_t found;
    int watch =
        cpu_watch_add(control_cpu(c), linear, last < linear ? UINT32_MAX : last, CPU_WATCH_WRITE);
    bool ok = watch > 0 && history_find_back(s.history, &hooks, before, &found) == 0;

    if (watch > 0)
        cpu_watch_remove(control_cpu(c), watch);
    *access = s.access;
    return ok;
}

/* ---- One instruction ----------------------------------------------------------------------- */

/* One stands before the step that led here. Did it return from what was delivered to this frame? */
static bool is_return(const struct control *c, enum insnkind kind, const struct cpu_state *after)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    uint32_t eip;

    return (kind == INSN_RET || kind == INSN_IRET) && after->icount == cpu->icount + 1 &&
           inspect_u32(&c->scope->inspect, stack_top(cpu), &eip) && eip == after->eip;
}

/* Behind an IRET: back to before the delivery. True: what was delivered interrupted the task (or
 * has to be done again), so that one is where one was. */
static bool before_delivery(struct control *c, bool faults_too)
{
    uint64_t here = control_icount(c);
    enum cpu_int_kind kind;

    if (!find_delivery(c, stack_top(cpu_state(control_cpu(c))), here, &kind))
        return false; /* made by software: a new task's first return */
    if (kind == CPU_INT_IRQ || kind == CPU_INT_NMI || (faults_too && kind == CPU_INT_FAULT))
        return true;
    if (!faults_too)
        history_goto(history_of(c), here);
    return false;
}

/* Behind a return: back to before the call. */
static void before_call(struct control *c)
{
    uint64_t here = control_icount(c);
    struct control_access access;
    uint32_t slot = stack_top(cpu_state(control_cpu(c)));

    if (!find_write(c, slot, 4, here, &access) || control_kind_here(c, &(unsigned){0}) != INSN_CALL)
        history_goto(history_of(c), here);
}

static void found_other(void *ctx, uint32_t linear)
{
    struct search *s = ctx;

    if (linear != s->slot)
        history_mark(s->history);
}

/* Behind the last iteration of a REP: back to before the first. */
static void before_repeats(struct control *c)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    struct search s = {.slot = cpu->seg[SEG_CS].base + cpu->eip, .history = history_of(c)};
    const struct cpu_hooks hooks = {.ctx = &s, .insn = found_other};
    uint64_t found;

    cpu_hook_every_insn(control_cpu(c), true);
    if (history_find_back(s.history, &hooks, control_icount(c), &found) == 0)
        history_goto(s.history, found + 1);
    cpu_hook_every_insn(control_cpu(c), false);
}

/* True: one came back to where one was, and there is another step to go. */
static bool insn_back(struct control *c, bool over)
{
    const struct cpu_state after = *cpu_state(control_cpu(c));
    enum insnkind kind;
    unsigned length;

    if (!to(c, after.icount - 1))
        return false;
    kind = control_kind_here(c, &length);
    if (kind == INSN_IRET && is_return(c, kind, &after))
        return before_delivery(c, over);
    if (over && kind == INSN_RET && is_return(c, kind, &after))
        before_call(c);
    else if (over && kind == INSN_REP && after.eip == cpu_state(control_cpu(c))->eip + length)
        before_repeats(c);
    return false;
}

/* ---- Out of a function, to its call ---------------------------------------------------------- */

/* Most functions were called less than so many steps ago. */
enum { CALLS_MAX = 256, STACK_SPAN = 1 << 16, CALLER_NEAR = 10000 };

/* The calls that are open at the end of a piece of the past, by the stack slots of their return
 * addresses: a slot below the stack pointer has been returned through. */
struct calls {
    struct control *c;
    uint32_t cr3, esp; /* of the task: others do not count */
    uint8_t cpl;
    uint64_t first;   /* of this piece; UINT64_MAX: nothing seen */
    uint32_t highest; /* stack pointer seen in it */
    struct {
        uint64_t icount;
        uint32_t slot;
    } open[CALLS_MAX];
    unsigned count;
};

static void close_calls(struct calls *k, uint32_t esp)
{
    while (k->count && k->open[k->count - 1].slot < esp)
        k->count--;
    if (esp > k->highest)
        k->highest = esp;
}

static void open_call(struct calls *k, uint64_t icount, uint32_t slot)
{
    if (k->count == CALLS_MAX)
        memmove(&k->open[0], &k->open[1], --k->count * sizeof(k->open[0]));
    k->open[k->count].icount = icount;
    k->open[k->count++].slot = slot;
}

/* The same stack: near it, in the same ring and address space. */
static bool is_same_stack(const struct calls *k, uint32_t esp)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(k->c));
    uint32_t size =
        k->c->scope->guestinfo ? guestinfo_tasks(k->c->scope->guestinfo)->thread_size : 0;

    if (cpu->cpl != k->cpl)
        return false;
    if (cpu->cpl == 0 && size)
        return ((esp - 1) & -size) == ((k->esp - 1) & -size);
    return cpu->cr3 == k->cr3 && esp - k->esp + STACK_SPAN < 2 * STACK_SPAN;
}

static void calls_insn(void *ctx, uint32_t linear)
{
    struct calls *k = ctx;
    const struct cpu_state *cpu = cpu_state(control_cpu(k->c));
    uint32_t esp = stack_top(cpu);

    (void)linear;
    if (k->first == UINT64_MAX)
        k->first = cpu->icount;
    history_mark(k->c->scope->history);
    if (!is_same_stack(k, esp))
        return;
    close_calls(k, esp);
    if (control_kind_here(k->c, &(unsigned){0}) == INSN_CALL)
        open_call(k, cpu->icount, esp - 4);
}

static void calls_delivery(void *ctx, const struct cpu_int_event *event)
{
    struct calls *k = ctx;

    for (unsigned i = 0; i < event->slot_count; i++)
        if (event->slot[i].word == FRAME_EIP && is_same_stack(k, event->slot[i].linear))
            open_call(k, control_icount(k->c), event->slot[i].linear);
}

/* The last piece before `before`. False: there is none. */
static bool scan_calls(struct calls *k, uint64_t before)
{
    const struct cpu_hooks hooks = {.ctx = k, .insn = calls_insn, .interrupt = calls_delivery};
    uint32_t highest = k->highest;
    uint64_t found;

    k->first = UINT64_MAX;
    k->count = 0;
    if (history_find_back(k->c->scope->history, &hooks, before, &found))
        return false;
    close_calls(k, highest);
    return true;
}

static void out_back(struct control *c)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    struct calls k = {.c = c, .cr3 = cpu->cr3, .cpl = cpu->cpl, .esp = stack_top(cpu)};
    uint64_t before = cpu->icount;
    bool any = true;

    k.highest = k.esp;
    if (history_draw_near(history_of(c), CALLER_NEAR))
        return;
    cpu_hook_every_insn(control_cpu(c), true);
    while (any && !k.count) {
        any = scan_calls(&k, before);
        before = k.first;
    }
    cpu_hook_every_insn(control_cpu(c), false);
    if (!k.count)
        beginning(c);
    else if (to(c, k.open[k.count - 1].icount))
        control_done(c);
}

/* ---- Orders ------------------------------------------------------------------------------ */

void control_back_begin(struct control *c)
{
    c->place = history_here(history_of(c));
    c->pause_wanted = c->given_up = false;
}

void control_back_end(struct control *c)
{
    if (c->watcher)
        c->watcher(c->watcher_ctx, 0, 0);
}

static void give_up(struct control *c, bool ended)
{
    history_return(history_of(c), &c->place);
    c->ended = ended;
    control_finish(c, &(struct control_stop){.reason = CONTROL_GIVEN_UP});
}

void control_back(struct control *c)
{
    bool ended = c->ended;

    c->ended = false;
    switch (c->order.action) {
    case CONTROL_STEP:
        if (to(c, c->began < c->order.count ? 0 : c->began - (c->order.count ? c->order.count : 1)))
            control_done(c);
        break;
    case CONTROL_GOTO:
        if (to(c, c->order.count))
            control_done(c);
        break;
    case CONTROL_INSN:
    case CONTROL_OVER:
        while (insn_back(c, c->order.action == CONTROL_OVER))
            ;
        if (c->running)
            control_done(c);
        break;
    case CONTROL_OUT:
        out_back(c);
        break;
    case CONTROL_CONTINUE:
    case CONTROL_UNTIL:
        find_stop(c);
        break;
    }
    if (c->given_up)
        give_up(c, ended);
    control_back_end(c);
}

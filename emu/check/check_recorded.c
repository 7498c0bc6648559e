/*
 * What a check sees of a recording: the words of interrupt frames, both saved frames as the fork
 * event holds them, and what a first return shows. Memory is not recorded, so page tables are not
 * judged.
 */
#include <errno.h>
#include <stdio.h>

#include "emu/check/check_recorded.h"
#include "emu/check/check_state.h"
#include "emu/support/log.h"
#include "emu/trace/trace_reader.h"

/* At the speed that a machine has by default. */
enum { NS_PER_STEP = 10 };

/* ---- Registers ------------------------------------------------------------------------------- */

static struct check_regs recorded_at_int(const struct check *c, const struct trace_event *e)
{
    struct check_regs r = {0};

    (void)c;
    check_take_frame(&r, e->interrupt.slot, e->interrupt.slot_count);
    return r;
}

/* A word of a saved frame that is not part of the interrupt frame. */
static bool is_saved_by_kernel(enum check_reg reg)
{
    return reg >= CHECK_EBX;
}

static void take_saved(const struct check *c, struct check_regs *r, const uint32_t *words,
                       unsigned count)
{
    for (int reg = 0; reg < CHECK_REGS; reg++) {
        int word = is_saved_by_kernel(reg) ? check_word_of(c, reg) : -1;

        if (word >= 0 && word < (int)count)
            r->value[reg] = words[word];
    }
}

static struct check_regs recorded_at_ret(const struct check *c, const struct check_fork *f,
                                         const struct trace_event *e)
{
    struct check_regs r = f->entry;

    if (e->ret.child)
        take_saved(c, &r, f->fork.child_regs, f->fork.words);
    check_take_frame(&r, c->last_iret.slot, c->last_iret.slot_count);
    r.value[CHECK_EAX] = e->ret.eax;
    r.value[CHECK_EIP] = e->ret.eip;
    r.value[CHECK_ESP] = e->ret.esp;
    r.cr3 = e->ret.cr3;
    return r;
}

/* ---- Forks ----------------------------------------------------------------------------------- */

static void not_recorded(struct check_fork *f, unsigned rule, const char *what)
{
    CHECK_SAY(f->verdict[rule].why, "%s", what);
}

static void recorded_fork(const struct check *c, struct check_fork *f)
{
    uint32_t frame = f->fork.child_frame;

    take_saved(c, &f->entry, f->fork.parent_regs, f->fork.words);
    if (c->thread_size != 0 && frame != 0)
        f->side[CHECK_CHILD].stack = frame & ~(c->thread_size - 1);
    if (f->fork.words == 0)
        not_recorded(f, 5, "the saved registers are not recorded");
    not_recorded(f, 8, "page tables are not recorded");
    not_recorded(f, 9, "page tables are not recorded");
}

/* CR3 alone can break rule 8. */
static void recorded_spaces(const struct check *c, struct check_fork *f, bool at_child)
{
    const struct check_side *p = &f->side[CHECK_PARENT], *h = &f->side[CHECK_CHILD];
    bool want_same = f->fork.flags & CHECK_CLONE_VM;
    struct check_verdict *v = &f->verdict[8];

    (void)at_child;
    if (!p->back || !h->back)
        return;
    if (want_same && p->regs.cr3 == h->regs.cr3)
        check_holds(v);
    if ((p->regs.cr3 == h->regs.cr3) == want_same)
        return;
    CHECK_SAY(v->expected, "%s", want_same ? "CLONE_VM: the same CR3" : "different CR3");
    CHECK_SAY(v->got, "%08x in the parent, %08x in the child", p->regs.cr3, h->regs.cr3);
    check_broken(v, c->icount, "see copy_mm");
}

/* There is no memory to look at. */
static bool recorded_lives(const struct check *c, const struct check_side *side)
{
    (void)c;
    (void)side;
    return false;
}

static int64_t recorded_now(const struct check *c)
{
    return (int64_t)c->icount * NS_PER_STEP;
}

/* ---- Rule 7 ---------------------------------------------------------------------------------- */

/* The stack of ring 0 is empty when ring 3 runs: the next interrupt must begin where the last
 * return ended. */
static void judge_entry(struct check *c, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;
    uint32_t top = i->slot_count ? i->slot[0].linear + i->slot_size : 0;
    char where[CHECK_TEXT];

    if (i->cpl_from != 3 || !i->stack_switch || c->left_at == 0)
        return;
    if (top == c->left_at) {
        check_holds(&c->stack0);
        return;
    }
    CHECK_SAY(c->stack0.expected, "TSS.esp0 = %08x, where the last return to ring 3 left the stack",
              c->left_at);
    CHECK_SAY(c->stack0.got, "%08x", top);
    CHECK_SAY(where, "the last switch was at step %llu: see __switch_to",
              (unsigned long long)c->switched);
    check_broken(&c->stack0, e->icount, where);
    c->blind = true;
}

/* The first switch to a child shows the stack that was made for it (rule 6). */
static void learn_stack(struct check *c, const struct trace_switch *e)
{
    for (struct check_fork *f = c->forks; f != NULL; f = f->next) {
        if (!f->forked || f->thread_esp != 0 || f->fork.child.task != e->next.task)
            continue;
        f->thread_esp = e->next_esp;
        check_rules[6].judge(c, f, &f->verdict[6]);
        c->blind |= f->verdict[6].result == CHECK_BROKEN;
    }
}

static void recorded_look(struct check *c, const struct trace_event *e)
{
    const struct cpu_iret_event *iret = &e->iret.cpu;

    if (e->kind == TRACE_SWITCH)
        learn_stack(c, &e->sched);
    else if (e->kind == TRACE_INT || e->kind == TRACE_IRQ)
        judge_entry(c, e);
    else if (e->kind == TRACE_IRET && iret->cpl_to == 3 && iret->cpl_from != 3 &&
             iret->slot_count != 0)
        c->left_at = iret->slot[iret->slot_count - 1].linear + iret->slot_size;
}

const struct check_eyes check_eyes_recorded = {
    .at_int = recorded_at_int,
    .at_ret = recorded_at_ret,
    .fork = recorded_fork,
    .look = recorded_look,
    .spaces = recorded_spaces,
    .lives = recorded_lives,
    .now = recorded_now,
};

struct check *check_create_recorded(const struct trace_facts *facts, unsigned what)
{
    return check_create_with(NULL, &check_eyes_recorded, facts, what);
}

/* ---- A whole recording ----------------------------------------------------------------------- */

static int judge_all(struct trace_reader *r, struct check *c, char *why, size_t why_size)
{
    struct trace_event e;
    int got;

    while ((got = trace_reader_next(r, &e, why, why_size)) > 0)
        if (trace_filter_wants(check_filter(c), &e))
            check_event(c, &e);
    return got;
}

static int print(struct check *c, const char *junit, bool *good, char *why, size_t why_size)
{
    int err = 0;
    struct trace_out *out = trace_out_open("-", NULL, NULL, &err, why, why_size);

    if (out == NULL)
        return err;
    *good = check_finish(c, out);
    err = trace_out_close(out, why, why_size);
    return err == 0 && junit != NULL ? check_write_junit(c, junit, why, why_size) : err;
}

static int check_opened(struct trace_reader *r, unsigned what, const char *junit, bool *good,
                        char *why, size_t why_size)
{
    struct check *c = check_create_recorded(&trace_reader_names(r)->facts, what);
    int err = c != NULL ? judge_all(r, c, why, why_size)
                        : log_why(why, why_size, -ENOMEM, "out of memory");

    if (err == 0)
        err = print(c, junit, good, why, why_size);
    check_destroy(c);
    return err;
}

int check_recording(const char *path, unsigned what, const char *junit, bool *good, char *why,
                    size_t why_size)
{
    struct trace_reader *r;
    int err = trace_reader_open(&r, path, why, why_size);

    if (err != 0)
        return err;
    if (trace_reader_level(r) == TRACE_EXACT)
        err = check_opened(r, what, junit, good, why, why_size);
    else
        err = log_why(why, why_size, -EINVAL,
                      "'%s' is not exact enough for a check: record it with --trace-level exact",
                      path);
    trace_reader_close(r);
    return err;
}

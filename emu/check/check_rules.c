/* The eleven rules of fork, in the order of their numbers. Each looks at one fork and says what it
 * found; what is known only while the guest runs (stacks, memory) was looked at then. */
#include <stdio.h>
#include <string.h>

#include "cpu/cpu.h"
#include "emu/check/check_state.h"

#define SECOND INT64_C(1000000000) /* of virtual time, ns */

void check_holds(struct check_verdict *v)
{
    if (v->result == CHECK_UNJUDGED)
        v->result = CHECK_HOLDS;
}

void check_unjudged(struct check_verdict *v, const char *why)
{
    v->result = CHECK_UNJUDGED;
    CHECK_SAY(v->why, "%s", why);
}

void check_broken(struct check_verdict *v, uint64_t icount, const char *where)
{
    v->result = CHECK_BROKEN;
    v->icount = icount;
    CHECK_SAY(v->where, "%s", where);
}

/* ---- Where a value comes from ---------------------------------------------------------------- */

/* "eax", "ax" or "xax". */
static bool names_register(const char *member, const char *reg)
{
    return strcmp(member, reg) == 0 || (*member == 'x' && strcmp(member + 1, reg) == 0) ||
           (*reg == 'e' && strcmp(member, reg + 1) == 0);
}

int check_word_of(const struct check *c, enum trace_user_reg reg)
{
    for (unsigned word = 0; word < TRACE_REGS_WORDS; word++) {
        const char *member = c->facts->member(c->facts->ctx, word * 4);

        if (member != NULL && names_register(member, trace_user_reg_names[reg]))
            return (int)word;
    }
    return -1;
}

static const char *place(const struct check *c, uint32_t eip, char text[CHECK_TEXT])
{
    struct trace_symbol symbol = {.name = "?"};
    const char *file;
    int line;

    c->facts->symbol(c->facts->ctx, 0, eip, &symbol);
    if (c->facts->line(c->facts->ctx, eip, &file, &line))
        CHECK_SAY(text, "%s, %s:%d", symbol.name, file, line);
    else
        CHECK_SAY(text, "%s", symbol.name);
    return text;
}

static void broken_by_write(const struct check *c, const struct check_fork *f,
                            struct check_verdict *v, const struct check_write *write)
{
    char at[CHECK_TEXT / 2 + CHECK_TEXT / 2], where[CHECK_TEXT];

    if (write->icount == 0) {
        check_broken(v, f->icount, "nothing wrote it");
        return;
    }
    place(c, write->eip, at);
    CHECK_SAY(where, "written at step %llu by pid %d: %.150s", (unsigned long long)write->icount,
              write->pid, at);
    check_broken(v, write->icount, where);
}

/* A register of one side is not what it should be: the child's was written into its frame. */
static void broken_register(const struct check *c, const struct check_fork *f,
                            struct check_verdict *v, enum check_side_name side,
                            enum trace_user_reg reg)
{
    const struct check_side *s = &f->side[side];
    char where[CHECK_TEXT];
    int word = check_word_of(c, reg);

    if (side == CHECK_CHILD && word >= 0 && f->write[word].icount != 0) {
        broken_by_write(c, f, v, &f->write[word]);
        return;
    }
    CHECK_SAY(where, "seen at the %s's return to ring 3, step %llu",
              side == CHECK_CHILD ? "child" : "parent", (unsigned long long)s->icount);
    check_broken(v, s->icount, where);
}

/* The side's register has the value, but for the bits in `but`. */
static void expect(const struct check *c, const struct check_fork *f, struct check_verdict *v,
                   enum check_side_name side, enum trace_user_reg reg, uint32_t value, uint32_t but)
{
    const char *who = side == CHECK_CHILD ? "the child" : "the parent";
    uint32_t got = f->side[side].regs[reg];

    if (v->result == CHECK_BROKEN)
        return;
    if (((got ^ value) & ~but) == 0) {
        check_holds(v);
        return;
    }
    CHECK_SAY(v->expected, "%s = %08x in %s", trace_user_reg_names[reg], value, who);
    CHECK_SAY(v->got, "%08x", got);
    broken_register(c, f, v, side, reg);
}

/* Sides whose registers show what the kernel did. */
static bool comparable(const struct check_fork *f, enum check_side_name side)
{
    return !f->failed && f->known && f->side[side].back && !f->side[side].diverted;
}

static void unless_comparable(const struct check_fork *f, struct check_verdict *v)
{
    if (f->failed)
        check_unjudged(v, "the fork failed");
    else if (!f->known && (f->side[CHECK_PARENT].back || f->side[CHECK_CHILD].back))
        check_unjudged(v, "the registers were not recorded");
    else if (!comparable(f, CHECK_PARENT) && !comparable(f, CHECK_CHILD))
        check_unjudged(v, "no side came back undisturbed");
}

static void each_equals_entry(const struct check *c, struct check_fork *f, struct check_verdict *v,
                              enum trace_user_reg first, enum trace_user_reg last, uint32_t but)
{
    unless_comparable(f, v);
    for (int side = CHECK_PARENT; side < CHECK_SIDES; side++)
        for (int reg = (int)first; comparable(f, side) && reg <= (int)last; reg++)
            expect(c, f, v, side, reg, f->entry[reg], but);
}

/* ---- The rules ------------------------------------------------------------------------------- */

static void failed_fork(const struct check_fork *f, struct check_verdict *v)
{
    int32_t result = (int32_t)f->side[CHECK_PARENT].regs[USER_EAX];

    if (!f->known) {
        check_unjudged(v, "the registers were not recorded");
        return;
    }
    if (f->side[CHECK_PARENT].diverted || (result < 0 && result >= -4095)) {
        check_holds(v);
        return;
    }
    CHECK_SAY(v->expected, "no child, so -errno in the parent's eax");
    CHECK_SAY(v->got, "%d", result);
    check_broken(v, f->side[CHECK_PARENT].icount, "seen at the parent's return to ring 3");
}

static void lost_side(const struct check *c, const struct check_fork *f, struct check_verdict *v)
{
    bool child = !f->side[CHECK_CHILD].back;

    if (check_now(c) - f->back_at < SECOND || c->blind) {
        check_unjudged(v, "the run ended before both sides were back");
        return;
    }
    CHECK_SAY(v->expected, "two returns to ring 3, one of each side");
    CHECK_SAY(v->got, "the %s did not come back within a second of the guest's time",
              child ? "child" : "parent");
    check_broken(v, f->icount, "the int 0x80 was at that step");
}

static void rule_returns(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    const struct check_side *p = &f->side[CHECK_PARENT], *h = &f->side[CHECK_CHILD];

    if (f->failed)
        failed_fork(f, v);
    else if (p->back && h->back)
        check_holds(v);
    else if ((!p->back && p->gone) || (!h->back && h->gone))
        check_unjudged(v, "a side was ended before it came back");
    else if (!p->back && !h->back)
        check_unjudged(v, "the run ended before a side was back");
    else
        lost_side(c, f, v);
}

static void rule_results(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    unless_comparable(f, v);
    if (comparable(f, CHECK_PARENT))
        expect(c, f, v, CHECK_PARENT, USER_EAX, (uint32_t)f->fork.child.pid, 0);
    if (comparable(f, CHECK_CHILD))
        expect(c, f, v, CHECK_CHILD, USER_EAX, 0, 0);
}

/* A tracer may have a side single-step; RF belongs to one instruction only. */
static void rule_resume(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    each_equals_entry(c, f, v, USER_EIP, USER_EIP, 0);
    each_equals_entry(c, f, v, USER_EFLAGS, USER_EFLAGS, EFLAGS_TF | EFLAGS_RF);
}

static void rule_stack(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    uint32_t child_esp = f->new_stack ? f->new_stack : f->entry[USER_ESP];

    unless_comparable(f, v);
    if (comparable(f, CHECK_PARENT))
        expect(c, f, v, CHECK_PARENT, USER_ESP, f->entry[USER_ESP], 0);
    if (comparable(f, CHECK_CHILD))
        expect(c, f, v, CHECK_CHILD, USER_ESP, child_esp, 0);
    each_equals_entry(c, f, v, USER_CS, USER_SS, 0);
}

static void rule_registers(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    each_equals_entry(c, f, v, USER_EBX, USER_GS, 0);
}

static bool lies_in(const struct check *c, uint32_t address, uint32_t stack)
{
    return address - stack < c->thread_size;
}

static void wrong_frame(struct check_verdict *v, const struct check *c, const struct check_side *h,
                        uint32_t frame, uint64_t icount, const char *what)
{
    CHECK_SAY(v->expected, "%s in the child's stack %08x..%08x", what, h->stack,
              h->stack + c->thread_size - 1);
    CHECK_SAY(v->got, "%08x", frame);
    check_broken(v, icount, "see copy_thread");
}

/* Asked when the child has been made, and again when it has returned. */
static void rule_own_stack(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    const struct check_side *p = &f->side[CHECK_PARENT], *h = &f->side[CHECK_CHILD];

    if (f->failed || !f->forked || h->stack == 0) {
        check_unjudged(v, f->failed ? "the fork failed" : "the child's stack is not known");
        return;
    }
    if (h->stack - p->stack < c->thread_size || p->stack - h->stack < c->thread_size) {
        CHECK_SAY(v->expected, "two kernel stacks of %u bytes", c->thread_size);
        CHECK_SAY(v->got, "the parent's at %08x, the child's at %08x", p->stack, h->stack);
        check_broken(v, f->icount, "see dup_task_struct");
    } else if (f->thread_esp != 0 && !lies_in(c, f->thread_esp, h->stack)) {
        wrong_frame(v, c, h, f->thread_esp, f->icount, "the child's saved esp");
    } else if (h->back && !lies_in(c, h->popped, h->stack)) {
        wrong_frame(v, c, h, h->popped, h->icount, "the frame that the child returns with");
    } else {
        check_holds(v);
    }
}

static void rule_stack0(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    (void)f;
    *v = c->stack0;
    if (v->result == CHECK_UNJUDGED)
        check_unjudged(v, "TSS.esp0 is not known when ring 3 runs");
}

static void rule_looked_at(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    (void)c;
    check_unjudged(v, f->failed ? "the fork failed" : "it did not come to that");
}

/* What the child gets is what its maker wrote, and it starts where new processes do. */
static void rule_first_steps(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    unless_comparable(f, v);
    if (!comparable(f, CHECK_CHILD) || !c->has_entry) {
        check_unjudged(v, c->has_entry ? "the child did not come back undisturbed"
                                       : "the kernel has no ret_from_fork");
        return;
    }
    if (f->child_entry == NULL || strcmp(f->child_entry, "ret_from_fork") != 0) {
        CHECK_SAY(v->expected, "the child's first steps in the kernel are ret_from_fork");
        CHECK_SAY(v->got, "%s", f->child_entry ? f->child_entry : "it never came there");
        check_broken(v, f->icount, "see copy_thread, thread.eip");
        return;
    }
    for (int reg = 0; reg < USER_REGS; reg++) {
        int word = check_word_of(c, reg);
        uint32_t but = reg == USER_EFLAGS                                   ? EFLAGS_TF | EFLAGS_RF
                       : reg >= USER_DS || reg == USER_CS || reg == USER_SS ? 0xffff0000
                                                                            : 0;

        if (word >= 0 && word < (int)f->fork.words)
            expect(c, f, v, CHECK_CHILD, reg, f->fork.child_regs[word], but);
    }
}

static void rule_nobody_else(const struct check *c, struct check_fork *f, struct check_verdict *v)
{
    if (f->failed)
        check_unjudged(v, "the fork failed");
    else if (!c->has_maker)
        check_unjudged(v, "the kernel has no copy_thread");
    else if (f->foreign.icount == 0)
        check_holds(v);
    else {
        CHECK_SAY(v->expected, "only copy_thread and the child itself write the child's frame");
        CHECK_SAY(v->got, "pid %d wrote it", f->foreign.pid);
        broken_by_write(c, f, v, &f->foreign);
    }
}

#define BIT(rule) (1u << (rule))

const struct check_rule check_rules[CHECK_RULES + 1] = {
    [1] = {"one int 0x80, two returns, or one with -errno", 0, rule_returns},
    [2] = {"eax is the child's pid in the parent and 0 in the child", BIT(6) | BIT(7),
           rule_results},
    [3] = {"both go on at the pushed eip with the pushed eflags", BIT(6) | BIT(7), rule_resume},
    [4] = {"same ss:esp and cs, unless clone gave a stack", BIT(6) | BIT(7), rule_stack},
    [5] = {"the other registers are the same", BIT(6) | BIT(7), rule_registers},
    [6] = {"the child's frame lies in a kernel stack of its own", 0, rule_own_stack},
    [7] = {"TSS.esp0 is the top of the running task's kernel stack", BIT(6), rule_stack0},
    [8] = {"two address spaces; what they share is read-only", BIT(6) | BIT(7), rule_looked_at},
    [9] = {"the first write to a shared page parts the two", BIT(6) | BIT(7) | BIT(8),
           rule_looked_at},
    [10] = {"the child starts at ret_from_fork and pops what copy_thread wrote",
            BIT(6) | BIT(7) | BIT(11), rule_first_steps},
    [11] = {"nobody else writes the child's frame", BIT(6) | BIT(7), rule_nobody_else},
};

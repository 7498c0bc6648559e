/* Follows forks from event to event; what it all means is judged in emu/check/check_rules.c. */
#include "emu/check/check_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/check/check_frames.h"
#include "emu/guest/syscalls.h"

enum { NR_CLONE = 120, SYSCALL_VECTOR = 0x80 };

static trace_kinds kinds_needed(void)
{
    return TRACE_BIT(TRACE_INT) | TRACE_BIT(TRACE_IRQ) | TRACE_BIT(TRACE_IRET) |
           TRACE_BIT(TRACE_SYSCALL) | TRACE_BIT(TRACE_CALL) | TRACE_BIT(TRACE_SWITCH) |
           TRACE_BIT(TRACE_FORK) | TRACE_BIT(TRACE_FRAME) | TRACE_BIT(TRACE_RET) |
           TRACE_BIT(TRACE_SPACE) | TRACE_BIT(TRACE_SHARE) | TRACE_BIT(TRACE_EXEC) |
           TRACE_BIT(TRACE_EXIT) | TRACE_BIT(TRACE_SIGNAL);
}

unsigned check_parse(const char *name)
{
    static const struct {
        const char *name;
        unsigned what;
    } names[] = {{"fork", CHECK_OF_FORK}, {"frames", CHECK_OF_FRAMES}, {"all", CHECK_OF_ALL}};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].what;
    return 0;
}

/* `facts` NULL: those of the running guest. */
static struct check *create(const struct inspect *in, const struct trace_facts *facts,
                            unsigned what)
{
    struct check *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return NULL;
    c->in = in;
    c->facts = facts ? facts : &c->live;
    c->what = what;
    if (facts == NULL)
        trace_facts_live(&c->live, in);
    if (what & CHECK_OF_FRAMES)
        c->frames = check_frames_create(c->facts);
    if ((what & CHECK_OF_FRAMES) && c->frames == NULL) {
        free(c);
        return NULL;
    }
    c->thread_size = c->facts->ground.thread_size;
    c->kernel_base = c->facts->ground.kernel_base;
    trace_filter_init(&c->filter, kinds_needed());
    return c;
}

struct check *check_create(const struct inspect *in, unsigned what)
{
    return create(in, NULL, what);
}

struct check *check_create_recorded(const struct trace_facts *facts, unsigned what)
{
    return create(NULL, facts, what);
}

int64_t check_now(const struct check *c)
{
    return c->in ? machine_now(c->in->machine) : (int64_t)(c->idle + c->icount * CHECK_NS_PER_STEP);
}

void check_destroy(struct check *c)
{
    if (c == NULL)
        return;
    while (c->forks != NULL) {
        struct check_fork *f = c->forks;

        c->forks = f->next;
        free(f);
    }
    check_frames_destroy(c->frames);
    free(c);
}

const struct trace_filter *check_filter(const struct check *c)
{
    return &c->filter;
}

/* ---- Forks --------------------------------------------------------------------------------- */

static bool needs_broken(const struct check_fork *f, unsigned rule)
{
    for (unsigned n = 1; n <= CHECK_RULES; n++)
        if ((check_rules[rule].needs & 1u << n) && f->verdict[n].result == CHECK_BROKEN)
            return true;
    return false;
}

static void count_verdict(struct check *c, const struct check_fork *f, unsigned rule)
{
    const struct check_verdict *v = &f->verdict[rule];
    struct check_total *total = &c->total[rule];
    struct check_failure *failure = &total->failure[total->broken];

    if (v->result == CHECK_UNJUDGED)
        memcpy(total->why, v->why, CHECK_TEXT);
    total->judged += v->result != CHECK_UNJUDGED;
    if (v->result != CHECK_BROKEN)
        return;
    if (total->broken++ < CHECK_FAILURES_MAX)
        *failure = (struct check_failure){f->fork.id, f->side[CHECK_PARENT].who.pid,
                                          f->forked ? f->side[CHECK_CHILD].who.pid : -1, *v};
}

static void judge(struct check *c, struct check_fork *f)
{
    /* Rules that others need come first. */
    static const uint8_t order[CHECK_RULES] = {6, 7, 11, 1, 2, 3, 4, 5, 8, 9, 10};

    for (unsigned i = 0; i < CHECK_RULES; i++) {
        unsigned rule = order[i];
        struct check_verdict *v = &f->verdict[rule];

        if (needs_broken(f, rule))
            check_unjudged(v, "what it rests on is broken");
        else if (v->result == CHECK_UNJUDGED && v->why[0] == '\0')
            check_rules[rule].judge(c, f, v);
        count_verdict(c, f, rule);
    }
}

/* Judges and forgets a fork. */
static void settle(struct check *c, struct check_fork *f)
{
    struct check_fork **at = &c->forks;

    if (f->forked || f->failed)
        judge(c, f);
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    c->fork_count--;
    free(f);
}

static void on_syscall(struct check *c, const struct trace_event *e)
{
    struct check_fork *f;

    if (!syscall_forks_linux(e->syscall.nr) || c->last_int.who.task != e->who.task ||
        c->fork_count == CHECK_FORKS_MAX || (f = calloc(1, sizeof(*f))) == NULL)
        return;
    f->icount = e->icount;
    f->nr = e->syscall.nr;
    f->new_stack = f->nr == NR_CLONE ? e->syscall.arg[1] : 0;
    f->side[CHECK_PARENT].who = e->who;
    f->side[CHECK_PARENT].stack = c->last_int.interrupt.tss_esp - c->thread_size;
    f->next = c->forks;
    c->forks = f;
    c->fork_count++;
    c->seen++;
}

/* A stack that is wrong makes all that follows a consequence. */
static void look_at_stacks(struct check *c, struct check_fork *f)
{
    check_rules[6].judge(c, f, &f->verdict[6]);
    c->blind = f->verdict[6].result == CHECK_BROKEN;
}

static void on_fork(struct check *c, struct check_fork *f, const struct trace_event *e)
{
    f->forked = true;
    f->fork = e->fork;
    f->side[CHECK_CHILD].who = e->fork.child;
    f->side[CHECK_CHILD].stack = e->fork.child_stack;
    f->thread_esp = e->fork.child_esp;
    c->has_entry |= e->fork.ret_from_fork != 0;
    c->has_maker |= e->fork.copy_thread != 0;
    look_at_stacks(c, f);
}

/* Is this the address of the function, in the kernel? */
static bool is_function(const struct check *c, uint32_t address, const char *name)
{
    struct trace_symbol symbol;

    return c->facts->symbol(c->facts->ctx, 0, address, &symbol) && symbol.offset == 0 &&
           strcmp(symbol.name, name) == 0;
}

static void on_frame(struct check *c, struct check_fork *f, const struct trace_event *e)
{
    unsigned first = e->frame.offset / 4, last = (e->frame.offset + e->frame.size - 1) / 4;
    struct check_write write = {e->icount, e->eip, e->frame.by, e->who.pid};
    bool by_maker = is_function(c, e->frame.by, "copy_thread");

    for (unsigned word = first; word <= last && word < TRACE_REGS_WORDS; word++)
        f->write[word] = write;
    if (!by_maker && e->who.task != e->frame.child.task && f->foreign.icount == 0)
        f->foreign = write;
}

static uint32_t popped_at(const struct cpu_iret_event *iret)
{
    for (unsigned i = 0; i < iret->slot_count; i++)
        if (iret->slot[i].word == FRAME_EIP)
            return iret->slot[i].linear;
    return 0;
}

static void on_ret(struct check *c, struct check_fork *f, const struct trace_event *e)
{
    struct check_side *side = &f->side[e->ret.child ? CHECK_CHILD : CHECK_PARENT];

    f->failed = e->ret.child_pid < 0;
    f->known = e->ret.words == USER_REGS;
    if (!f->side[CHECK_PARENT].back && !f->side[CHECK_CHILD].back)
        f->back_at = check_now(c);
    side->back = true;
    side->icount = e->icount;
    side->popped = popped_at(&c->last_iret);
    memcpy(f->entry, e->ret.entry, sizeof(f->entry));
    memcpy(side->regs, e->ret.regs, sizeof(side->regs));
    if (f->failed) {
        settle(c, f);
        return;
    }
    if (e->ret.child)
        look_at_stacks(c, f);
}

/* ---- Events -------------------------------------------------------------------------------- */

static enum check_side_name side_of(const struct check_fork *f, uint32_t task)
{
    if (f->side[CHECK_PARENT].who.task == task)
        return CHECK_PARENT;
    return f->forked && f->side[CHECK_CHILD].who.task == task ? CHECK_CHILD : CHECK_SIDES;
}

/* Is there nothing left that could be learned about this fork? */
static bool is_done(const struct check_fork *f)
{
    const struct check_side *p = &f->side[CHECK_PARENT], *h = &f->side[CHECK_CHILD];

    if (!(p->back || p->gone) || !(h->back || h->gone))
        return false;
    return p->gone || h->gone || (f->fork.flags & CHECK_CLONE_VM);
}

/* The events of one side of a fork. */
static void on_side(struct check_fork *f, enum check_side_name which, const struct trace_event *e)
{
    struct check_side *side = &f->side[which];

    switch (e->kind) {
    case TRACE_CALL:
        if (which == CHECK_CHILD && f->child_entry == NULL && e->call.probe->shape == TRACE_LABEL)
            f->child_entry = e->call.probe->name;
        break;
    case TRACE_SIGNAL:
        side->diverted |= !side->back;
        break;
    case TRACE_EXEC:
    case TRACE_EXIT:
        side->gone = true;
        break;
    default:
        break;
    }
}

static bool is_about(const struct check_fork *f, const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_FORK:
        return e->fork.user && !f->forked && f->side[CHECK_PARENT].who.task == e->who.task;
    case TRACE_RET:
        return f->forked ? f->fork.id == e->ret.id
                         : f->side[CHECK_PARENT].who.task == e->who.task && !e->ret.child;
    case TRACE_SPACE:
        return f->forked && f->fork.id == e->space.id;
    case TRACE_SHARE:
        return f->forked && f->fork.id == e->share.id && f->side[CHECK_CHILD].back;
    default:
        return false;
    }
}

/* Frame writes come before the fork event that names the child: they are the maker's then. */
static bool is_frame_of(const struct check_fork *f, const struct trace_event *e)
{
    return f->forked ? f->fork.id == e->frame.id : f->side[CHECK_PARENT].who.task == e->who.task;
}

static void on_fork_event(struct check *c, struct check_fork *f, const struct trace_event *e)
{
    enum check_side_name side = side_of(f, e->who.task);

    if (e->kind == TRACE_FRAME && is_frame_of(f, e))
        on_frame(c, f, e);
    else if (e->kind == TRACE_FORK && is_about(f, e))
        on_fork(c, f, e);
    else if (e->kind == TRACE_SPACE && is_about(f, e))
        check_judge_spaces(f, e);
    else if (e->kind == TRACE_SHARE && is_about(f, e))
        check_judge_write(f, e);
    else if (e->kind == TRACE_RET && is_about(f, e)) {
        on_ret(c, f, e);
        return;
    }
    if (side != CHECK_SIDES)
        on_side(f, side, e);
    if (is_done(f))
        settle(c, f);
}

/* Rule 7 holds for every task, also for those that do not fork. */
static void judge_stack0(struct check *c, const struct trace_event *e)
{
    const struct trace_iret *iret = &e->iret;
    struct check_verdict *v = &c->stack0;
    char where[CHECK_TEXT];
    uint32_t top;
    int32_t pid;

    if (v->result == CHECK_BROKEN || iret->esp0 == 0 || iret->cpu.slot_count == 0 ||
        c->thread_size == 0 || !c->facts->stack(c->facts->ctx, iret->cpu.slot[0].linear, &pid))
        return;
    top = (iret->cpu.slot[0].linear & ~(c->thread_size - 1)) + c->thread_size;
    if (iret->esp0 == top) {
        check_holds(v);
        return;
    }
    CHECK_SAY(v->expected, "TSS.esp0 = %08x when ring 3 runs, the top of the task's kernel stack",
              top);
    CHECK_SAY(v->got, "%08x", iret->esp0);
    CHECK_SAY(where, "the last switch was at step %llu: see __switch_to",
              (unsigned long long)c->switched);
    check_broken(v, e->icount, where);
    c->blind = true;
}

static void on_iret(struct check *c, const struct trace_event *e)
{
    c->last_iret = e->iret.cpu;
    if (e->iret.cpu.cpl_to == 3 && e->iret.cpu.cpl_from != 3)
        judge_stack0(c, e);
}

static void on_event(struct check *c, const struct trace_event *e)
{
    struct check_fork *next;

    if (e->kind == TRACE_INT && e->interrupt.vector == SYSCALL_VECTOR && e->interrupt.cpl_from == 3)
        c->last_int = *e;
    if (e->kind == TRACE_SWITCH)
        c->switched = e->icount;
    if (e->kind == TRACE_IRET)
        on_iret(c, e);
    if (c->blind)
        return;
    if (e->kind == TRACE_SYSCALL)
        on_syscall(c, e);
    for (struct check_fork *f = c->forks; f != NULL && !c->blind; f = next) {
        next = f->next;
        on_fork_event(c, f, e);
    }
}

void check_event(void *check, const struct trace_event *e)
{
    struct check *c = check;

    c->icount = e->icount;
    if (e->kind == TRACE_IRQ)
        c->idle = e->time;
    if (c->frames != NULL)
        check_frames_event(c->frames, e);
    if ((c->what & CHECK_OF_FORK) && !c->blind)
        on_event(c, e);
}

bool check_line_at(const struct check *c, unsigned n, struct check_line *line)
{
    unsigned forks = c->what & CHECK_OF_FORK ? CHECK_RULES : 0, rule = n + 1;

    if (rule <= forks) {
        *line = (struct check_line){rule, check_rules[rule].title, "fork", &c->total[rule]};
        return true;
    }
    rule -= forks;
    if (c->frames == NULL || rule > CHECK_FRAME_RULES)
        return false;
    *line = (struct check_line){n + 1, check_frame_titles[rule], "time",
                                check_frames_total(c->frames, rule)};
    return true;
}

bool check_finish(struct check *c, struct trace_out *out)
{
    c->over = true;
    while (c->forks != NULL)
        settle(c, c->forks);
    if (c->stack0.result == CHECK_BROKEN && c->total[7].broken == 0)
        c->total[7] = (struct check_total){1, 1, "", {{0, -1, -1, c->stack0}}};
    return check_print(c, out);
}

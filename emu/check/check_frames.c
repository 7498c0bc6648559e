#include "emu/check/check_frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"

enum {
    OPEN_MAX = 256,  /* interrupts that are followed to their return; the oldest is forgotten */
    TASKS_MAX = 256, /* whose address space is remembered; likewise */
    NR_PTRACE = 26,
};

const char *const check_frame_titles[CHECK_FRAME_RULES + 1] = {
    [1] = "ring 3 comes back to the place in the kernel stack that it left",
    [2] = "an interrupt frame lies in the running task's kernel stack",
    [3] = "ring 3 runs with interrupts on",
    [4] = "a hardware interrupt gives back what it took",
    [5] = "a task keeps its address space until it runs exec",
};

/* A hardware interrupt that has not returned yet. */
struct open_frame {
    uint32_t eip_at; /* address of its EIP word; 0: none */
    uint32_t task;
    bool touched; /* somebody may have changed what it goes back to */
    struct cpu_int_event event;
};

/* What a task had when it ran in ring 3 last. */
struct space {
    uint32_t task, cr3;
};

struct check_frames {
    const struct trace_facts *facts;
    uint32_t left_at; /* end of the kernel stack when ring 3 was entered last, 0: never */
    bool tasks_known; /* a current task was seen */
    bool blind;       /* a stack was wrong: nothing is judged from here on */
    struct open_frame open[OPEN_MAX];
    unsigned next_open;
    struct space space[TASKS_MAX];
    unsigned next_space;
    struct check_total total[CHECK_FRAME_RULES + 1];
};

static const char *why_not(const struct check_frames *c, unsigned rule)
{
    if ((rule == 2 || rule == 5) && c->facts->ground.thread_size == 0)
        return "the kernel's tasks are not known";
    return "it did not come to that";
}

struct check_frames *check_frames_create(const struct trace_facts *facts)
{
    struct check_frames *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return NULL;
    c->facts = facts;
    for (unsigned rule = 1; rule <= CHECK_FRAME_RULES; rule++)
        CHECK_SAY(c->total[rule].why, "%s", why_not(c, rule));
    return c;
}

void check_frames_destroy(struct check_frames *c)
{
    free(c);
}

const struct check_total *check_frames_total(const struct check_frames *c, unsigned rule)
{
    return &c->total[rule];
}

/* ---- Verdicts ------------------------------------------------------------------------------ */

/* The next failure to be filled in, NULL where it holds or enough are known. */
static struct check_verdict *judge(struct check_frames *c, unsigned rule, bool holds,
                                   const struct trace_event *e)
{
    struct check_total *total = &c->total[rule];
    struct check_failure *failure = &total->failure[total->broken];

    total->judged++;
    c->blind |= !holds && (rule == 1 || rule == 2);
    if (holds || total->broken++ >= CHECK_FAILURES_MAX)
        return NULL;
    *failure = (struct check_failure){.child = -1};
    check_broken(&failure->verdict, e->icount, "");
    CHECK_SAY(failure->verdict.where, "step %llu, pid %d, at %08x", (unsigned long long)e->icount,
              e->who.pid, e->eip);
    return &failure->verdict;
}

/* ---- Interrupts ---------------------------------------------------------------------------- */

static uint32_t address_of(const struct cpu_frame_slot *slot, unsigned count,
                           enum cpu_frame_word word)
{
    for (unsigned i = 0; i < count; i++)
        if (slot[i].word == word)
            return slot[i].linear;
    return 0;
}

static void judge_entry(struct check_frames *c, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;
    struct check_verdict *v;

    if (i->cpl_from != 3 || !i->stack_switch || c->left_at == 0)
        return;
    v = judge(c, 1, i->slot[0].linear + i->slot_size == c->left_at, e);
    if (v == NULL)
        return;
    CHECK_SAY(v->expected, "the frame ends at %08x, where the last return to ring 3 left the stack",
              c->left_at);
    CHECK_SAY(v->got, "at %08x, from TSS ss0:esp0", i->slot[0].linear + i->slot_size);
}

static void judge_stack(struct check_frames *c, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;
    uint32_t lowest = i->slot_count ? i->slot[i->slot_count - 1].linear : 0;
    uint32_t size = c->facts->ground.thread_size;
    struct check_verdict *v;
    int32_t pid;
    bool known;

    if (size == 0 || i->cpl_to != 0 || lowest == 0)
        return;
    known = c->facts->stack(c->facts->ctx, lowest, &pid);
    c->tasks_known |= known;
    if (!c->tasks_known) /* the kernel is still setting up */
        return;
    v = judge(c, 2, known && (lowest & (size - 1)) >= c->facts->ground.info_size, e);
    if (v == NULL)
        return;
    CHECK_SAY(v->expected, "the frame lies in a task's kernel stack, above its thread_info");
    if (known)
        CHECK_SAY(v->got, "it reaches down to %08x, into the thread_info of pid %d", lowest, pid);
    else
        CHECK_SAY(v->got, "it reaches down to %08x, which is in no task's stack", lowest);
}

static void judge_interrupt(struct check_frames *c, const struct trace_event *e)
{
    judge_entry(c, e);
    if (!c->blind)
        judge_stack(c, e);
}

static void open_frame(struct check_frames *c, const struct trace_event *e)
{
    uint32_t at = address_of(e->interrupt.slot, e->interrupt.slot_count, FRAME_EIP);

    if (at == 0)
        return;
    c->open[c->next_open] = (struct open_frame){at, e->who.task, false, e->interrupt};
    c->next_open = (c->next_open + 1) % OPEN_MAX;
}

/* ---- Returns ------------------------------------------------------------------------------- */

static const char *word_name(enum cpu_frame_word word)
{
    switch (word) {
    case FRAME_EIP:
        return "eip";
    case FRAME_CS:
        return "cs";
    case FRAME_EFLAGS:
        return "eflags";
    case FRAME_ESP:
        return "esp";
    default:
        return "ss";
    }
}

/* The word of the frame that is not what was pushed; NULL: all are. */
static const struct cpu_frame_slot *changed_word(const struct cpu_int_event *pushed,
                                                 const struct cpu_iret_event *popped, uint32_t *was)
{
    for (unsigned i = 0; i < popped->slot_count; i++)
        for (unsigned k = 0; k < pushed->slot_count; k++)
            if (pushed->slot[k].word == popped->slot[i].word &&
                pushed->slot[k].value != popped->slot[i].value) {
                *was = pushed->slot[k].value;
                return &popped->slot[i];
            }
    return NULL;
}

static void judge_gives_back(struct check_frames *c, const struct trace_event *e)
{
    const struct cpu_iret_event *iret = &e->iret.cpu;
    uint32_t at = address_of(iret->slot, iret->slot_count, FRAME_EIP), was = 0;

    for (unsigned i = 0; i < OPEN_MAX && at != 0; i++) {
        struct open_frame *f = &c->open[i];
        const struct cpu_frame_slot *word;
        struct check_verdict *v;

        if (f->eip_at != at)
            continue;
        f->eip_at = 0;
        if (f->touched)
            continue;
        word = changed_word(&f->event, iret, &was);
        v = judge(c, 4, word == NULL, e);
        if (v == NULL)
            continue;
        CHECK_SAY(v->expected, "%s = %08x, as interrupt 0x%02x pushed it at %08x",
                  word_name(word->word), was, f->event.vector, word->linear);
        CHECK_SAY(v->got, "%08x", word->value);
    }
}

static uint32_t popped_flags(const struct cpu_iret_event *iret)
{
    for (unsigned i = 0; i < iret->slot_count; i++)
        if (iret->slot[i].word == FRAME_EFLAGS)
            return iret->slot[i].value;
    return 0;
}

static void judge_flags(struct check_frames *c, const struct trace_event *e)
{
    uint32_t eflags = popped_flags(&e->iret.cpu);
    struct check_verdict *v = judge(c, 3, eflags & EFLAGS_IF, e);

    if (v == NULL)
        return;
    CHECK_SAY(v->expected, "IF = 1 in ring 3");
    CHECK_SAY(v->got, "eflags %08x", eflags);
}

static struct space *space_of(struct check_frames *c, uint32_t task)
{
    for (unsigned i = 0; i < TASKS_MAX; i++)
        if (c->space[i].task == task)
            return &c->space[i];
    return NULL;
}

static void forget_space(struct check_frames *c, uint32_t task)
{
    struct space *s = task ? space_of(c, task) : NULL;

    if (s != NULL)
        s->task = 0;
}

static void judge_space(struct check_frames *c, const struct trace_event *e)
{
    struct check_verdict *v;
    struct space *s;
    uint32_t cr3 = e->iret.cr3;

    if (e->who.task == 0 || cr3 == 0)
        return;
    s = space_of(c, e->who.task);
    if (s == NULL) {
        c->space[c->next_space] = (struct space){e->who.task, cr3};
        c->next_space = (c->next_space + 1) % TASKS_MAX;
        return;
    }
    v = judge(c, 5, s->cr3 == cr3, e);
    if (v != NULL) {
        CHECK_SAY(v->expected, "CR3 = %08x, as when this task ran in ring 3 last", s->cr3);
        CHECK_SAY(v->got, "%08x", cr3);
    }
    s->cr3 = cr3;
}

static void on_iret(struct check_frames *c, const struct trace_event *e)
{
    const struct cpu_iret_event *iret = &e->iret.cpu;

    if (iret->task_return || iret->slot_count == 0)
        return;
    judge_gives_back(c, e);
    if (iret->cpl_to != 3 || iret->cpl_from == 3 || (popped_flags(iret) & EFLAGS_VM))
        return;
    c->left_at = iret->slot[iret->slot_count - 1].linear + iret->slot_size;
    judge_flags(c, e);
    judge_space(c, e);
}

/* ---- Events -------------------------------------------------------------------------------- */

/* task 0: of everybody. */
static void touch(struct check_frames *c, uint32_t task)
{
    for (unsigned i = 0; i < OPEN_MAX; i++)
        if (task == 0 || c->open[i].task == task)
            c->open[i].touched = true;
}

void check_frames_event(struct check_frames *c, const struct trace_event *e)
{
    if (c->blind)
        return;
    switch (e->kind) {
    case TRACE_IRQ:
        open_frame(c, e);
        judge_interrupt(c, e);
        break;
    case TRACE_INT:
        judge_interrupt(c, e);
        break;
    case TRACE_IRET:
        on_iret(c, e);
        break;
    case TRACE_SIGNAL:
        touch(c, e->who.task);
        break;
    case TRACE_SYSCALL:
        if (e->syscall.nr == NR_PTRACE)
            touch(c, 0);
        break;
    case TRACE_EXEC:
    case TRACE_EXIT:
        touch(c, e->who.task);
        forget_space(c, e->who.task);
        break;
    case TRACE_FORK:
        forget_space(c, e->fork.child.task);
        break;
    default:
        break;
    }
}

/* What a check sees of a running guest: the CPU's registers, the kernel's structures, page tables.
 */
#include <stdio.h>

#include "emu/check/check_state.h"

static struct check_regs registers_now(const struct inspect *in)
{
    static const enum cpu_gpr general[] = {GPR_EAX, GPR_EBX, GPR_ECX, GPR_EDX,
                                           GPR_ESI, GPR_EDI, GPR_EBP};
    const struct cpu_state *cpu = inspect_cpu(in);
    struct check_regs r = {.cr3 = cpu->cr3};

    for (unsigned i = 0; i < sizeof(general) / sizeof(general[0]); i++)
        r.value[CHECK_EAX + i] = cpu->gpr[general[i]];
    r.value[CHECK_EIP] = cpu->eip;
    r.value[CHECK_EFLAGS] = cpu->eflags;
    r.value[CHECK_ESP] = cpu->gpr[GPR_ESP];
    r.value[CHECK_CS] = cpu->seg[SEG_CS].selector;
    r.value[CHECK_SS] = cpu->seg[SEG_SS].selector;
    r.value[CHECK_DS] = cpu->seg[SEG_DS].selector;
    r.value[CHECK_ES] = cpu->seg[SEG_ES].selector;
    r.value[CHECK_FS] = cpu->seg[SEG_FS].selector;
    r.value[CHECK_GS] = cpu->seg[SEG_GS].selector;
    return r;
}

/* The CPU is in the handler by now: what it pushed is what the program had. */
static struct check_regs live_at_int(const struct check *c, const struct trace_event *e)
{
    struct check_regs r = registers_now(c->in);

    check_take_frame(&r, e->interrupt.slot, e->interrupt.slot_count);
    return r;
}

static struct check_regs live_at_ret(const struct check *c, const struct check_fork *f,
                                     const struct trace_event *e)
{
    (void)f;
    (void)e;
    return registers_now(c->in);
}

/* ---- Structures ------------------------------------------------------------------------------ */

/* A word of a task_struct, 0: not known. */
static uint32_t task_word(const struct check *c, uint32_t task, const char *name, const char *other)
{
    uint32_t offset, size, value = 0;

    if (guestinfo_member(c->in->guestinfo, "task_struct", name, &offset, &size) ||
        guestinfo_member(c->in->guestinfo, "task_struct", other, &offset, &size))
        inspect_u32(c->in, task + offset, &value);
    return value;
}

static void live_fork(const struct check *c, struct check_fork *f)
{
    uint32_t task = f->fork.child.task;
    struct inspect_task child;

    if (inspect_task_at(c->in, task, &child))
        f->side[CHECK_CHILD].stack = child.stack;
    for (unsigned s = 0; s < CHECK_SIDES; s++)
        f->side[s].mm = task_word(c, f->side[s].who.task, "mm", "mm");
    f->thread_esp = task_word(c, task, "thread.esp", "thread.sp");
}

static bool live_lives(const struct check *c, const struct check_side *side)
{
    return side->mm == 0 || task_word(c, side->who.task, "mm", "mm") == side->mm;
}

/* ---- Rule 7 ---------------------------------------------------------------------------------- */

static void judge_stack0(const struct check *c, struct check_verdict *v, uint32_t stack)
{
    char where[CHECK_TEXT];
    uint32_t esp0;
    uint16_t ss0;

    if (v->result == CHECK_BROKEN || !inspect_tss_stack0(c->in, &ss0, &esp0))
        return;
    if (esp0 == stack + c->thread_size) {
        check_holds(v);
        return;
    }
    CHECK_SAY(v->expected, "TSS.esp0 = %08x when ring 3 runs, the top of the task's kernel stack",
              stack + c->thread_size);
    CHECK_SAY(v->got, "%08x", esp0);
    CHECK_SAY(where, "the last switch was at step %llu: see __switch_to",
              (unsigned long long)c->switched);
    check_broken(v, inspect_cpu(c->in)->icount, where);
}

/* It holds for every task, also for those that do not fork. */
static void live_look(struct check *c, const struct trace_event *e)
{
    const struct cpu_iret_event *iret = &e->iret.cpu;
    struct inspect_task owner;

    if (e->kind != TRACE_IRET || iret->cpl_to != 3 || iret->cpl_from == 3 ||
        iret->slot_count == 0 || !inspect_stack_owner(c->in, iret->slot[0].linear, &owner))
        return;
    judge_stack0(c, &c->stack0, owner.stack);
    c->blind = c->stack0.result == CHECK_BROKEN;
}

static int64_t live_now(const struct check *c)
{
    return machine_now(c->in->machine);
}

const struct check_eyes check_eyes_live = {
    .at_int = live_at_int,
    .at_ret = live_at_ret,
    .fork = live_fork,
    .look = live_look,
    .spaces = check_judge_spaces,
    .lives = live_lives,
    .now = live_now,
};

struct check *check_create(const struct inspect *in, unsigned what)
{
    struct check *c = check_create_with(in, &check_eyes_live, NULL, what);

    if (c == NULL)
        return NULL;
    c->has_entry = symbols_by_name(in->symbols, "ret_from_fork") != NULL;
    c->has_maker = symbols_by_name(in->symbols, "copy_thread") != NULL;
    return c;
}

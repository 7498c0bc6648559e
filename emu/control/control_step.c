/*
 * One instruction of a task, and what is passed over until it is done.
 *
 * What is passed over ends at a place of return: an address, a stack pointer and a task. A hook
 * waits there while everything before it runs at full speed. So a call, a system call with all that
 * the scheduler does meanwhile, and an interrupt that strikes between are one matter.
 */
#include <string.h>

#include "emu/control/control_state.h"

enum { LONGEST_INSN = 15 };

enum insnkind control_kind_here(const struct control *c, unsigned *length)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    uint8_t bytes[LONGEST_INSN];
    size_t n =
        cpu_peek(control_cpu(c), cpu->cr3, cpu->seg[SEG_CS].base + cpu->eip, bytes, sizeof(bytes));

    return insnkind_of(bytes, n, length);
}

static void drop_resume(struct control *c)
{
    if (c->stepper.resume.hooked)
        cpu_hook_exec_remove(control_cpu(c), c->stepper.resume.linear);
    c->stepper.resume = (struct resume){0};
}

/* Waits for `linear` with the stack as it was at `then`. */
static void resume_at(struct control *c, const struct cpu_state *then, uint32_t linear,
                      uint32_t task)
{
    if (cpu_hook_exec_add(control_cpu(c), linear))
        return;
    c->stepper.resume = (struct resume){.hooked = true,
                                        .active = true,
                                        .linear = linear,
                                        .esp = then->gpr[GPR_ESP],
                                        .task = task,
                                        .cpl = then->cpl};
}

/* A task that is not the current one is waited for until it goes on in user mode. */
static void wait_for_task(struct control *c, uint32_t address)
{
    struct task_info task;
    struct cpu_state user;

    if (!address || !tasks_at(&c->tasks, address, &task) || task.current ||
        !tasks_user_registers(&c->tasks, &task, &user))
        return;
    c->stepper.again = true;
    c->stepper.leaves = user.gpr[GPR_ESP];
    resume_at(c, &user, user.seg[SEG_CS].base + user.eip, address);
}

void control_stepper_begin(struct control *c)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));

    drop_resume(c);
    c->stepper = (struct stepper){.leaves = cpu->gpr[GPR_ESP]};
    wait_for_task(c, c->order.task);
}

/* The EIP on top of the stack: what a call or an interrupt without error code has just pushed. */
static bool top_of_stack(const struct control *c, bool wide, uint32_t *eip)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    bool wide_stack = cpu->seg[SEG_SS].attr & SEGATTR_DB;
    uint32_t esp = wide_stack ? cpu->gpr[GPR_ESP] : cpu->gpr[GPR_ESP] & 0xffff;

    if (!inspect_u32(&c->scope->inspect, cpu->seg[SEG_SS].base + esp, eip))
        return false;
    if (!wide)
        *eip &= 0xffff;
    return true;
}

/* After an interrupt that came instead of the instruction, or by it. */
static void pass_delivery(struct control *c, const struct cpu_state *before, unsigned length,
                          uint32_t task)
{
    uint32_t base = before->seg[SEG_CS].base;

    switch (c->stepper.delivery.kind) {
    case CPU_INT_IRQ:
    case CPU_INT_NMI:
        c->stepper.again = true;
        resume_at(c, before, base + before->eip, task);
        break;
    case CPU_INT_FAULT:
        c->stepper.again = true;
        if (c->order.action != CONTROL_INSN)
            resume_at(c, before, base + before->eip, task);
        break;
    case CPU_INT_SOFTWARE:
        if (c->order.action != CONTROL_INSN)
            resume_at(c, before, base + before->eip + length, task);
        break;
    default:
        break;
    }
}

/* After the instruction: does something have to be passed over? */
static void pass_over(struct control *c, const struct cpu_state *before, enum insnkind kind,
                      unsigned length, uint32_t task)
{
    uint32_t base = before->seg[SEG_CS].base, eip;

    if (c->order.action == CONTROL_INSN)
        return;
    if (kind == INSN_CALL && top_of_stack(c, before->seg[SEG_CS].attr & SEGATTR_DB, &eip))
        resume_at(c, before, base + eip, task);
    else if (kind == INSN_REP && cpu_state(control_cpu(c))->eip == before->eip)
        resume_at(c, before, base + before->eip + length, task);
}

static bool has_left(const struct control *c, const struct cpu_state *before, enum insnkind kind)
{
    return c->order.action != CONTROL_OUT ||
           ((kind == INSN_RET || kind == INSN_IRET) && before->gpr[GPR_ESP] >= c->stepper.leaves);
}

/* One step; then either the order is done, or there is something to pass over, or it is one of many
 * on the way out. */
static void one_step(struct control *c)
{
    const struct cpu_state before = *cpu_state(control_cpu(c));
    struct inspect_task task = {0};
    unsigned length = 0;
    enum insnkind kind = control_kind_here(c, &length);

    inspect_current(&c->scope->inspect, &task);
    c->stepper.again = false;
    c->stepper.delivery.any = false;
    control_run(c, before.icount + 1);
    if (!c->running || control_icount(c) == before.icount)
        return;
    if (c->stepper.delivery.any)
        pass_delivery(c, &before, length, task.task);
    else
        pass_over(c, &before, kind, length, task.task);
    if (!c->stepper.resume.active && (!c->stepper.again || c->order.action == CONTROL_INSN) &&
        has_left(c, &before, c->stepper.delivery.any ? INSN_PLAIN : kind))
        control_done(c);
}

/* Has come back: was it the instruction that was passed over, or what interrupted it? */
static void resumed(struct control *c)
{
    drop_resume(c);
    if (!c->stepper.again && c->order.action != CONTROL_OUT)
        control_done(c);
}

void control_stepper_advance(struct control *c, uint64_t until)
{
    if (!c->stepper.resume.active) {
        one_step(c);
        return;
    }
    control_run(c, until);
    if (c->running && !c->stepper.resume.active)
        resumed(c);
}

/*
 * One step at a time: what happens at an instruction boundary, in which order (SDM vol. 3, table
 * 6-2), and the engine that does nothing else. Every other engine falls back to these functions.
 */
#include "cpu/cpu_internal.h"
#include "cpu/ring.h"

/* ---- Between two instructions ---------------------------------------------------------------- */

static void wake(struct cpu *cpu)
{
    cpu->s.activity = CPU_RUNNING;
    cpu->s.shadow = CPU_SHADOW_NONE;
}

static void take_debug_trap(struct cpu *cpu)
{
    uint32_t causes = cpu->s.pending_db;

    wake(cpu);
    cpu->s.pending_db = 0;
    debug_enter_handler(cpu, causes);
    cpu_deliver_interrupt(cpu, VEC_DB, CPU_INT_TRAP);
}

static void take_nmi(struct cpu *cpu)
{
    wake(cpu);
    cpu->s.nmi_pending = 0;
    cpu->s.nmi_blocked = 1;
    cpu_deliver_interrupt(cpu, VEC_NMI, CPU_INT_NMI);
}

static void take_irq(struct cpu *cpu)
{
    enum meter_part outer = meter_go(cpu->meter, METER_DEVICES);
    unsigned vector = cpu->bus.intack(cpu->bus.ctx);

    meter_go(cpu->meter, outer);
    wake(cpu);
    cpu_deliver_interrupt(cpu, vector, CPU_INT_IRQ);
}

bool step_events(struct cpu *cpu)
{
    struct cpu_state *s = &cpu->s;
    bool held = s->shadow == CPU_SHADOW_MOV_SS;

    if (s->pending_db && !held)
        take_debug_trap(cpu);
    else if (s->nmi_pending && !s->nmi_blocked && !held)
        take_nmi(cpu);
    else if (s->intr && (s->eflags & EFLAGS_IF) && !s->shadow)
        take_irq(cpu);
    else
        return false;
    s->icount++;
    cpu->stats.events++;
    return true;
}

bool step_request(struct cpu *cpu, enum cpu_stop *stop)
{
    if (!cpu->stop_requested && !cpu->reset_requested)
        return false;
    *stop = cpu->reset_requested ? CPU_STOP_RESET : CPU_STOP_REQUEST;
    cpu->stop_requested = cpu->reset_requested = false;
    return true;
}

/* ---- One instruction ------------------------------------------------------------------------- */

static bool check_breakpoints(struct cpu *cpu, uint32_t linear, uint8_t shadow)
{
    if (!cpu->exec_breakpoints || (cpu->s.eflags & EFLAGS_RF) || shadow == CPU_SHADOW_MOV_SS)
        return true;
    return debug_check_code(cpu, linear);
}

static void call_hooks(struct cpu *cpu, uint32_t linear)
{
    if (cpu_hooks_done(cpu))
        return;
    if (cpu->every_insn && cpu->hooks.insn)
        cpu->hooks.insn(cpu->hooks.ctx, linear);
    if (cpu->exec_hooks && cpu->hooks.exec && hooks_exec_hit(cpu, linear))
        cpu->hooks.exec(cpu->hooks.ctx, linear);
}

/* More iterations of a REP to come? */
static bool is_unfinished(const struct cpu *cpu, const struct insn *in)
{
    return in->rep && cpu->next_eip == cpu->s.eip &&
           (insn_rows[in->id].attrs & (ATTR_REP | ATTR_REPCC));
}

/* Between the iterations of a REP, RF is set: what interrupts there pushes it so, and the
 * instruction's own breakpoint does not hit again (SDM vol. 3, 17.3.1.1). */
void step_retire(struct cpu *cpu, const struct insn *in, bool trap)
{
    if (is_unfinished(cpu, in))
        cpu->s.eflags |= EFLAGS_RF;
    else if (!(cpu->step_notes & STEP_KEEP_RF))
        cpu->s.eflags &= ~EFLAGS_RF;
    if (trap && !(cpu->step_notes & STEP_NO_TRAP))
        cpu->s.pending_db |= DR6_BS;
    cpu->s.eip = cpu->next_eip;
}

/* Data breakpoints that a faulting instruction touched do not count. */
void step_fault(struct cpu *cpu, uint32_t pending_db)
{
    cpu->stats.faults++;
    cpu->s.pending_db = pending_db | (cpu->s.pending_db & DR6_BT);
    cpu->s.shadow = CPU_SHADOW_NONE;
    cpu_deliver_fault(cpu);
}

/* False: it faulted, or is left alone because a hook wants it so. */
static bool run_insn(struct cpu *cpu, uint8_t shadow)
{
    uint32_t linear = cpu->s.seg[SEG_CS].base + cpu->s.eip;
    bool trap = cpu->s.eflags & EFLAGS_TF;
    struct insn in;

    if (!check_breakpoints(cpu, linear, shadow) || !cpu_decode(cpu, &in))
        return false;
    call_hooks(cpu, linear);
    if (cpu->stop_before)
        return false;
    if (cpu->ring.start)
        ring_put(ring_take(cpu, 1), cpu->s.icount, linear);
    cpu->next_eip = cpu->s.eip + in.length;
    if (!in.fn(cpu, &in))
        return false;
    step_retire(cpu, &in, trap);
    return true;
}

void step_insn(struct cpu *cpu)
{
    struct cpu_state *s = &cpu->s;
    uint8_t shadow = s->shadow;
    uint32_t pending_db = s->pending_db;

    enum meter_part outer = meter_go(cpu->meter, METER_HANDLERS);

    cpu->stats.lone_steps++;
    s->shadow = CPU_SHADOW_NONE;
    cpu->step_notes = 0;
    cpu_update_mode(cpu);
    if (!run_insn(cpu, shadow)) {
        if (cpu->stop_before) {
            cpu->stop_before = false;
            s->shadow = shadow;
            meter_go(cpu->meter, outer);
            return;
        }
        step_fault(cpu, pending_db);
    }
    /* Of several loads of SS in a row only the first holds anything back. */
    if (shadow == CPU_SHADOW_MOV_SS && s->shadow == CPU_SHADOW_MOV_SS)
        s->shadow = CPU_SHADOW_NONE;
    s->icount++;
    meter_go(cpu->meter, outer);
}

static enum cpu_stop run(struct cpu *cpu, uint64_t until)
{
    enum cpu_stop stop;

    for (;;) {
        if (step_request(cpu, &stop))
            return stop;
        if (cpu->s.activity == CPU_SHUTDOWN)
            return CPU_STOP_SHUTDOWN;
        if (cpu->s.icount >= until)
            return CPU_STOP_ICOUNT;
        if (step_events(cpu))
            continue;
        if (cpu->s.activity == CPU_HALTED)
            return CPU_STOP_HALTED;
        step_insn(cpu);
    }
}

const struct cpu_engine cpu_engine_step = {.name = "step", .run = run};

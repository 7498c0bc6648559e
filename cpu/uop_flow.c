/* Micro-operations that end a block: jumps, calls, returns; and those that call handlers. */
#include "cpu/ring.h"
#include "cpu/uop.h"
#include "cpu/uop_tables.h"

/* ---- Jumps, calls, returns --------------------------------------------------------------- */

UOP(fall_out)
{
    UOP_EXIT(0);
}

UOP(jmp)
{
    UOP_EXIT(0);
}

UOP(jmp_r)
{
    UOP_JUMP(cpu->s.gpr[u->src]);
}

UOP(jmp_m)
{
    const uint8_t *p = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);

    if (unlikely(!p))
        UOP_GIVE_UP_LAST;
    UOP_JUMP(uop_get(p, 32));
}

/* imm is the return address. */
UOP(call)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4;
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP_LAST;
    uop_put(p, u->imm, 32);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_EXIT(0);
}

UOP(call_r)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4, target = cpu->s.gpr[u->src];
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP_LAST;
    uop_put(p, u->imm, 32);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_JUMP(target);
}

UOP(call_m)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP] - 4, target;
    const uint8_t *from = uop_readable(cpu, uop_address(cpu, u, UOP_SIB), 4);
    uint8_t *p = uop_writable(cpu, esp, 4);

    if (unlikely(!from || !p))
        UOP_GIVE_UP_LAST;
    target = uop_get(from, 32);
    uop_put(p, u->imm, 32);
    cpu->s.gpr[GPR_ESP] = esp;
    UOP_JUMP(target);
}

UOP(ret)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *p = uop_readable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP_LAST;
    cpu->s.gpr[GPR_ESP] = esp + 4;
    UOP_JUMP(uop_get(p, 32));
}

/* imm more bytes are released. */
UOP(ret_i)
{
    uint32_t esp = cpu->s.gpr[GPR_ESP];
    const uint8_t *p = uop_readable(cpu, esp, 4);

    if (unlikely(!p))
        UOP_GIVE_UP_LAST;
    cpu->s.gpr[GPR_ESP] = esp + 4 + u->imm;
    UOP_JUMP(uop_get(p, 32));
}

UOP(exit)
{
    struct block_exit *exit = (struct block_exit *)(uintptr_t)u;
    const struct jump_entry *entry = uop_jump_entry(cpu, exit->eip);

    if (!exit->linkable && entry->key == uop_jump_key(cpu, exit->eip) &&
        cpu->s.icount + entry->to->entry_steps <= cpu->run_limit)
        UOP_GO(entry->to->uop);
    cpu->link = exit->linkable ? exit : NULL;
    return uop_leave(cpu, exit->eip);
}

/* ---- Handlers ---------------------------------------------------------------------------- */

/* Gives cpu_state the form that everyone outside micro-operations sees. */
static const struct block_insn *begin(struct cpu *cpu, const struct uop *u)
{
    const struct block_insn *bi = &uop_block(u)->insn[u->nth];

    cpu->s.eip = bi->eip;
    cpu->s.icount += u->nth;
    cpu->next_eip = bi->eip + bi->in.length;
    cpu->step_notes = 0;
    cpu->stats.handler_calls++;
    meter_go(cpu->meter, METER_HANDLERS);
    if (bi->flags_uop)
        uop_recover_flags(cpu, &uop_block(u)->uop[bi->flags_uop - 1]);
    lazy_store(&cpu->lazy, &cpu->s.eflags);
    uop_settle(cpu);
    return bi;
}

/* Runs the handler; false: it faulted. */
static bool run(struct cpu *cpu, const struct block_insn *bi)
{
    bool ok = bi->in.fn(cpu, &bi->in);

    if (ok)
        step_retire(cpu, &bi->in, false);
    meter_go(cpu->meter, METER_UOPS);
    return ok;
}

/* The block's last instruction (a jump may lead right behind itself), another iteration of a REP, a
 * request from outside, a debug trap, a block that was just overwritten, or flags that cannot be
 * held lazily: the run loop goes on from here. */
static bool must_leave(struct cpu *cpu, const struct uop *u, const struct block_insn *bi)
{
    return u->nth + 1u == uop_block(u)->ninsn || cpu->s.eip != bi->eip + bi->in.length ||
           cpu->run_limit == 0 || cpu->s.pending_db || uop_block(u)->dead ||
           !lazy_load(&cpu->lazy, cpu->s.eflags);
}

static const struct uop *leave_after(struct cpu *cpu)
{
    cpu->s.icount++;
    cpu->left = LEFT_LOOKUP;
    return NULL;
}

UOP(handler)
{
    const struct block_insn *bi = begin(cpu, u);

    if (!run(cpu, bi))
        UOP_FAULT;
    if (must_leave(cpu, u, bi))
        return leave_after(cpu);
    cpu->s.icount -= u->nth;
    UOP_NEXT;
}

UOP(leave_behind)
{
    const struct block_insn *bi = &uop_block(u)->insn[u->nth];

    cpu->s.eip = bi->eip + bi->in.length;
    cpu->s.icount += u->nth;
    return leave_after(cpu);
}

UOP(handler_light)
{
    const struct insn *in = &uop_block(u)->insn[u->nth].in;

    lazy_store(&cpu->lazy, &cpu->s.eflags);
    (void)in->fn(cpu, in);
    if (unlikely(!lazy_load(&cpu->lazy, cpu->s.eflags)))
        UOP_TAIL return uop_leave_behind(cpu, u);
    UOP_NEXT;
}

UOP(handler_segment)
{
    const struct block_insn *bi = begin(cpu, u);

    if (!run(cpu, bi))
        UOP_FAULT;
    if (!uop_is_flat_data(&cpu->s.seg[SEG_DS]) || !uop_is_flat_data(&cpu->s.seg[SEG_ES]) ||
        must_leave(cpu, u, bi))
        return leave_after(cpu);
    cpu->s.icount -= u->nth;
    UOP_NEXT;
}

UOP(handler_last)
{
    const struct block_insn *bi = begin(cpu, u);

    if (!run(cpu, bi))
        UOP_FAULT;
    cpu->s.icount++;
    UOP_RESUME;
}

/* For --stats, at the beginning of a block: imm accesses to data will be made. */
UOP(count)
{
    cpu->stats.tlb_accesses += u->imm;
    UOP_NEXT;
}

/* Leaves before the instruction. */
static const struct uop *leave_before(struct cpu *cpu)
{
    cpu->stop_before = false;
    cpu->left = LEFT_LOOKUP;
    return NULL;
}

/* A stop that the hook asks for comes after the instruction, unless it says before. */
UOP(exec_hook)
{
    const struct block_insn *bi = begin(cpu, u);

    if (!cpu_hooks_done(cpu))
        cpu->hooks.exec(cpu->hooks.ctx, bi->eip);
    meter_go(cpu->meter, METER_UOPS);
    if (cpu->stop_before)
        return leave_before(cpu);
    if (cpu->run_limit == 0 && cpu->ring.start)
        ring_put(ring_take(cpu, 1), cpu->s.icount, bi->eip);
    if (cpu->run_limit == 0) {
        if (!run(cpu, bi))
            UOP_FAULT;
        return leave_after(cpu);
    }
    cpu->s.icount -= u->nth;
    UOP_NEXT;
}

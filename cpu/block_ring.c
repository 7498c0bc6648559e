/* Which accesses an instruction will make, and where the ring's micro-operations (uop_ring.c) go.
 */
#include "cpu/block_ring.h"
#include "cpu/ring.h"

/* ---- What to record ---------------------------------------------------------------------- */

/* What an instruction does with its memory operand, if it has one, or with the stack. */
enum ring_class {
    RING_UNKNOWN, /* the handler has to run and to note its accesses */
    RING_PLAIN,   /* nothing */
    RING_FAULTS,  /* nothing, or its micro-operation notes the access; it may fault */
    RING_REPEATS, /* a string instruction */
    RING_READS,
    RING_MOVES,   /* reads the second operand, or writes the first */
    RING_CHANGES, /* reads the second operand, or changes the first */
    RING_PUSHES,
    RING_CALLS,
    RING_POPS,
    RING_LEAVES,
};

static const struct {
    insn_fn *handler;
    enum ring_class is;
} classes[] = {
    {exec_add, RING_CHANGES},     {exec_or, RING_CHANGES},       {exec_adc, RING_CHANGES},
    {exec_sbb, RING_CHANGES},     {exec_and, RING_CHANGES},      {exec_sub, RING_CHANGES},
    {exec_xor, RING_CHANGES},     {exec_inc, RING_CHANGES},      {exec_dec, RING_CHANGES},
    {exec_neg, RING_CHANGES},     {exec_not, RING_CHANGES},      {exec_cmp, RING_READS},
    {exec_test, RING_READS},      {exec_mov, RING_MOVES},        {exec_movsx, RING_READS},
    {exec_lea, RING_PLAIN},       {exec_xchg, RING_PLAIN},       {exec_cwd, RING_PLAIN},
    {exec_cbw, RING_PLAIN},       {exec_nop, RING_PLAIN},        {exec_bswap, RING_PLAIN},
    {exec_shl, RING_PLAIN},       {exec_shr, RING_PLAIN},        {exec_sar, RING_PLAIN},
    {exec_rol, RING_PLAIN},       {exec_ror, RING_PLAIN},        {exec_shld, RING_PLAIN},
    {exec_shrd, RING_PLAIN},      {exec_setcc, RING_PLAIN},      {exec_cmovcc, RING_PLAIN},
    {exec_mul, RING_READS},       {exec_imul, RING_READS},       {exec_imul_truncating, RING_READS},
    {exec_div, RING_FAULTS},      {exec_idiv, RING_FAULTS},      {exec_push, RING_PUSHES},
    {exec_pop, RING_POPS},        {exec_ret, RING_POPS},         {exec_leave, RING_LEAVES},
    {exec_call, RING_CALLS},      {exec_jcc, RING_PLAIN},        {exec_jmp, RING_READS},
    {exec_int, RING_FAULTS},      {exec_iret, RING_FAULTS},      {exec_mov_to_sreg, RING_FAULTS},
    {exec_pop_sreg, RING_FAULTS}, {exec_push_sreg, RING_FAULTS}, {exec_mov_from_sreg, RING_PLAIN},
    {exec_daa, RING_PLAIN},       {exec_das, RING_PLAIN},        {exec_popf, RING_FAULTS},
    {exec_pushf, RING_FAULTS},    {exec_pusha, RING_FAULTS},     {exec_popa, RING_FAULTS},
    {exec_cli, RING_FAULTS},      {exec_cld, RING_PLAIN},        {exec_std, RING_PLAIN},
    {exec_movs, RING_REPEATS},    {exec_stos, RING_REPEATS},     {exec_cmps, RING_REPEATS},
    {exec_scas, RING_REPEATS},
};

static enum ring_class class_of(const struct insn *in)
{
    for (unsigned i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (classes[i].handler == in->fn)
            return classes[i].is;
    return insn_rows[in->id].attrs & ATTR_X87 ? RING_FAULTS : RING_UNKNOWN;
}

static void at_register(struct ring_plan *plan, unsigned reg, int32_t disp)
{
    plan->access.base = (uint8_t)reg;
    plan->access.index = INSN_NO_REG;
    plan->access.scale = 0;
    plan->access.disp = (uint32_t)disp;
}

static void at_operand(struct ring_plan *plan, const struct insn *in)
{
    plan->access.base = in->base;
    plan->access.index = in->index;
    plan->access.scale = in->scale;
    plan->access.disp = in->disp;
}

/* A store of `from`, a register or an immediate. */
static void stores(struct ring_plan *plan, const struct operand *from, unsigned size, unsigned form)
{
    bool reg = from->kind == OPERAND_GPR;

    plan->before = (reg ? uop_ring_store_r : uop_ring_store_i)[form][uop_size(size)];
    plan->access.src = reg ? reg_field(from) : 0;
}

static void plan_operands(struct ring_plan *plan, const struct insn *in, enum ring_class is)
{
    const struct operand *to = &in->op[0], *from = &in->op[1];
    unsigned form = address_form(in);

    if (from->kind == OPERAND_MEM) {
        plan->before = uop_ring_load[form][uop_size(from->size)];
    } else if (to->kind != OPERAND_MEM) {
        plan->may_leave = false;
        return;
    } else if (is == RING_READS) {
        plan->before = uop_ring_load[form][uop_size(to->size)];
    } else if (is == RING_MOVES) {
        stores(plan, from, to->size, form);
    } else {
        plan->after = uop_ring_result[form][uop_size(to->size)];
    }
    at_operand(plan, in);
}

static void plan_stack(struct ring_plan *plan, const struct insn *in, enum ring_class is)
{
    if (is == RING_POPS || is == RING_LEAVES) {
        plan->before = uop_ring_load[UOP_BASE][UOP_SIZE_32];
        at_register(plan, is == RING_POPS ? GPR_ESP : GPR_EBP, 0);
    } else if (in->op[0].kind == OPERAND_MEM) {
        plan->before = is == RING_PUSHES ? uop_ring_push_m : uop_ring_call_m;
        at_operand(plan, in);
    } else if (is == RING_PUSHES) {
        stores(plan, &in->op[0], 4, UOP_BASE);
        at_register(plan, GPR_ESP, -4);
    } else {
        plan->before = uop_ring_store_i[UOP_BASE][UOP_SIZE_32];
        at_register(plan, GPR_ESP, -4);
    }
}

struct ring_plan block_ring_plan(const struct block_insn *bi)
{
    struct ring_plan plan = {.before = uop_ring_none, .may_leave = true};
    enum ring_class is = class_of(&bi->in);

    if (is == RING_UNKNOWN)
        plan.by_handler = true;
    else if (is == RING_PLAIN)
        plan.may_leave = false;
    else if (is == RING_REPEATS)
        plan.by_itself = true;
    else if (is >= RING_PUSHES)
        plan_stack(&plan, &bi->in, is);
    else if (is != RING_FAULTS)
        plan_operands(&plan, &bi->in, is);
    return plan;
}

/* ---- Where ------------------------------------------------------------------------------- */

/* Makes room in front of a micro-operation of one of the last two instructions. */
static struct uop *insert(struct block_draft *d, unsigned at)
{
    struct uop *u = &d->uop[at];

    memmove(u + 1, u, (d->nuops - at) * sizeof(*u));
    memmove(&d->note[at + 1], &d->note[at], (d->nuops - at) * sizeof(d->note[0]));
    d->note[at] = (struct uop_note){.flags = FLAGS_UNTOUCHED};
    d->nuops++;
    for (unsigned i = at + 1; i < d->nuops; i++)
        d->uop[i].place = (uint16_t)i;
    for (unsigned i = d->ninsn < 2 ? 0 : d->ninsn - 2; i < d->ninsn; i++)
        d->insn[i].imm_uop += d->insn[i].imm_uop >= at;
    return u;
}

/* How far each of the `n - 1` instructions before the block's `nth` lies from its successor. */
static uint16_t steps_back(const struct block_draft *d, unsigned n, unsigned nth)
{
    unsigned steps = 0;

    for (unsigned i = 1; i < n; i++)
        steps |= (d->insn[nth - i + 1].eip - d->insn[nth - i].eip) << 4 * (i - 1);
    return (uint16_t)steps;
}

/* A record of `n` instructions, at most RING_TOGETHER; the last of them is the block's `nth`. */
static void set_records(struct uop *u, unsigned n, struct block_draft *d, unsigned nth)
{
    struct uop_note *note = &d->note[u->place];

    note->records = true;
    note->steps_back = steps_back(d, n, nth);
    u->nth = (uint8_t)nth;
    u->imm = d->insn[nth].eip;
}

static void set_access(struct uop *u, uop_fn *fn, const struct uop *access)
{
    u->fn = fn;
    u->src = access->src;
    u->base = access->base;
    u->index = access->index;
    u->scale = access->scale;
    u->disp = access->disp;
}

/* Writes the records of what came so far. */
void block_ring_pending(struct builder *b)
{
    if (b->unrecorded)
        set_records(emit(b, uop_ring_none), b->unrecorded, b->draft, b->draft->ninsn - 1);
    b->unrecorded = 0;
}

static bool calls_handler(const struct uop *u)
{
    return u->fn == uop_handler || u->fn == uop_handler_light || u->fn == uop_handler_last ||
           u->fn == uop_handler_segment;
}

/* For an instruction that writes its own records. */
static void record_before(struct builder *b, unsigned at)
{
    struct uop *u;

    if (--b->unrecorded > 0) {
        u = insert(b->draft, at);
        set_access(u, uop_ring_none, &(struct uop){.base = INSN_NO_REG, .index = INSN_NO_REG});
        set_records(u, b->unrecorded, b->draft, b->draft->ninsn - 2);
    }
    b->unrecorded = 0;
}

/* The record goes before the instruction, whose micro-operation is at `at`; where it ends the block
 * and only jumps, before the one ahead of it, so that the two can be fused. */
void block_ring_insn(struct builder *b, const struct ring_plan *plan, unsigned at)
{
    struct block_draft *d = b->draft;
    bool by_handler = calls_handler(&d->uop[at]);
    struct uop *u;

    b->unrecorded++;
    if (!plan->may_leave && !by_handler && !b->ended) {
        if (b->unrecorded == RING_TOGETHER) {
            record_before(b, at);
            b->unrecorded = 1;
        }
        return;
    }
    if (plan->by_itself && !by_handler) {
        record_before(b, at);
        return;
    }
    if (!plan->may_leave && !by_handler && b->unrecorded > 1)
        at--;
    u = insert(d, at);
    set_access(u, by_handler ? uop_ring_none : plan->before, &plan->access);
    set_records(u, b->unrecorded, d, d->ninsn - 1);
    b->unrecorded = 0;
    if (plan->after && !by_handler)
        set_access(emit(b, plan->after), plan->after, &plan->access);
}

/* Places are final now: a record's own is of no use any more. */
void block_ring_finish(struct block_draft *d)
{
    for (unsigned i = 0; i < d->nuops; i++)
        if (d->note[i].records)
            d->uop[i].place = d->note[i].steps_back;
}

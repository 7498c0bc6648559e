/*
 * Builds a block: decodes instruction after instruction, lets the families' translators (block_*.c)
 * make micro-operations of them, and calls handlers for the rest.
 */
#include "cpu/block_ring.h"
#include "cpu/block_translate.h"

/* ---- One instruction --------------------------------------------------------------------- */

static const struct translator *find_translator(insn_fn *handler)
{
    static const struct translator *const families[] = {
        block_data_translators, block_alu_translators, block_flow_translators};

    for (unsigned i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        for (const struct translator *t = families[i]; t->handler; t++)
            if (t->handler == handler)
                return t;
    return NULL;
}

void block_draft_init(struct block_draft *draft)
{
    for (unsigned id = 0; id < INSN_COUNT; id++)
        draft->translator[id] = find_translator(insn_rows[id].fn);
}

static bool translate(struct builder *b, const struct block_insn *bi)
{
    const struct translator *t = b->draft->translator[bi->in.id];

    if (!t)
        return (insn_rows[bi->in.id].attrs & ATTR_X87) && block_translate_x87(b, bi);
    if (t->translate)
        return t->translate(b, bi, t->arg);
    if (bi->in.opsize != 4)
        return false;
    emit(b, t->plain32);
    return true;
}

/* Loads a segment register, so that the block's flat world may be over. */
static bool loads_segment(const struct insn *in)
{
    return in->fn == exec_mov_to_sreg || in->fn == exec_pop_sreg || in->fn == exec_load_far;
}

/* SS holds interrupts back, which is for the run loop. */
static bool loads_stack(const struct insn *in)
{
    return in->fn == exec_load_far || in->op[0].reg == SEG_SS;
}

/* Handlers that cannot fail, as long as their operands are registers and immediates. */
static bool is_light(const struct insn *in)
{
    static insn_fn *const light[] = {
        exec_add, exec_or,   exec_adc,  exec_sbb, exec_and,  exec_sub,     exec_xor,  exec_cmp,
        exec_inc, exec_dec,  exec_neg,  exec_not, exec_test, exec_mov,     exec_xchg, exec_shl,
        exec_shr, exec_sar,  exec_rol,  exec_ror, exec_rcl,  exec_rcr,     exec_shld, exec_shrd,
        exec_mul, exec_imul, exec_cbw,  exec_cwd, exec_bt,   exec_bts,     exec_btr,  exec_btc,
        exec_bsf, exec_bsr,  exec_xadd, exec_daa, exec_das,  exec_cmpxchg, exec_aaa,  exec_aas,
        exec_aad, exec_lahf, exec_sahf, exec_cmc, exec_clc,  exec_stc,     exec_salc,
    };

    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++)
        if (in->op[i].kind == OPERAND_MEM)
            return false;
    for (unsigned i = 0; i < sizeof(light) / sizeof(light[0]); i++)
        if (light[i] == in->fn)
            return true;
    return false;
}

static uop_fn *handler_kind(const struct insn *in)
{
    enum { LEAVES = ATTR_JUMP | ATTR_END | ATTR_PRIV | ATTR_IO };

    if (is_light(in))
        return uop_handler_light;
    if (loads_segment(in))
        return loads_stack(in) ? uop_handler_last : uop_handler_segment;
    return insn_rows[in->id].attrs & LEAVES ? uop_handler_last : uop_handler;
}

static void call_handler(struct builder *b, const struct block_insn *bi)
{
    uop_fn *kind = handler_kind(&bi->in);

    emit(b, kind);
    b->ended = kind == uop_handler_last;
}

/* ---- The block as a whole ---------------------------------------------------------------- */

/* A compare and the Jcc behind it become one. A compare of memory, which may have to give up, keeps
 * the Jcc's own micro-operation behind it. */
static void fuse(struct block_draft *d)
{
    struct uop *jump = &d->uop[d->nuops - 1], *before = jump - 1;
    const struct uop_note *note;

    if (d->nuops < 2 || d->nexits != 2)
        return;
    note = &d->note[d->nuops - 2];
    if (!note->with_jcc)
        return;
    before->fn = note->with_jcc[jump->src];
    if (note->may_give_up)
        return;
    before->nth = jump->nth;
    d->nuops--;
}

/* How many PUSHes or POPs of registers but ESP begin at `at`, or 1 of anything. */
static unsigned stack_run(const struct block_draft *d, unsigned at)
{
    uop_fn *fn = d->uop[at].fn;
    unsigned n = 0;

    if (fn != uop_push_r && fn != uop_pop_r)
        return 1;
    while (n < UOP_STACK_RUN && at + n < d->nuops && d->uop[at + n].fn == fn &&
           (fn == uop_push_r ? d->uop[at + n].src : d->uop[at + n].dst) != GPR_ESP)
        n++;
    return n ? n : 1;
}

/* The first of several does all their work at once. */
static void join_stack_runs(struct block_draft *d)
{
    unsigned n;

    for (unsigned i = 0; i < d->nuops; i += n) {
        n = stack_run(d, i);
        if (n > 1)
            d->uop[i].fn = (d->uop[i].fn == uop_push_r ? uop_push_run : uop_pop_run)[n];
    }
}

/* ---- A block ----------------------------------------------------------------------------- */

/* Does its micro-operation go through the TLB? */
static bool accesses_data(const struct block_insn *bi)
{
    struct ring_plan plan = block_ring_plan(bi);
    const struct operand *op = bi->in.op;

    return plan.before != uop_ring_none || plan.after ||
           ((insn_rows[bi->in.id].attrs & ATTR_X87) &&
            (op[0].kind == OPERAND_MEM || op[1].kind == OPERAND_MEM));
}

static void translate_insn(struct builder *b, const struct block_insn *bi)
{
    bool rings = b->cpu->ring.start;
    struct ring_plan plan = {0};
    unsigned at = b->draft->nuops;

    if (rings)
        plan = block_ring_plan(bi);
    if (plan.by_handler || !translate(b, bi))
        call_handler(b, bi);
    else if (b->count)
        b->count->imm += accesses_data(bi);
    if (rings)
        block_ring_insn(b, &plan, at);
}

/* False: the block ends before this instruction. */
static bool take_insn(struct builder *b, uint32_t eip, const uint8_t *bytes, unsigned size)
{
    struct block_draft *d = b->draft;
    struct block_insn *bi = &d->insn[d->ninsn];

    if (size > INSN_MAX_LENGTH)
        size = INSN_MAX_LENGTH;
    if (insn_decode(&b->cpu->model, true, bytes, size, &bi->in) != 1)
        return false;
    bi->eip = eip;
    bi->imm_bytes = bi->imm_uop = bi->flags_uop = 0;
    bi->makes_flags = false;
    if (is_hooked(b->cpu, eip))
        block_ring_pending(b);
    d->ninsn++;
    d->length += bi->in.length;
    if (is_hooked(b->cpu, eip))
        emit(b, uop_exec_hook);
    translate_insn(b, bi);
    return true;
}

bool block_build(const struct cpu *cpu, uint32_t eip, const uint8_t *bytes, unsigned size,
                 struct block_draft *draft)
{
    struct builder b = {.cpu = cpu, .draft = draft};

    draft->ninsn = draft->nuops = draft->nexits = draft->length = 0;
    if (cpu->meter) {
        b.count = emit(&b, uop_count);
        set_flags(&b, b.count, FLAGS_UNTOUCHED, NULL);
        b.count->nth = 0;
    }
    while (!b.ended && draft->ninsn < BLOCK_MAX_INSNS &&
           take_insn(&b, eip + draft->length, bytes + draft->length, size - draft->length))
        ;
    if (draft->ninsn == 0)
        return false;
    if (!b.ended) {
        block_ring_pending(&b);
        emit(&b, uop_fall_out);
        emit_end(&b, eip + draft->length, 0, 1);
    }
    block_drop_flags(draft);
    fuse(draft);
    join_stack_runs(draft);
    block_ring_finish(draft);
    for (unsigned i = 0; i < draft->nuops; i++)
        draft->uop[i].fn = uop_with_registers(&draft->uop[i]);
    return true;
}

/* Far RET and IRET to every ring, POPF (SDM vol. 3, 5.8.6; vol. 2, RET, IRET, POPF). */
#include "priv.h"

SNIPPET(far_ret, "lret\n");
SNIPPET(far_ret8, "lret $8\n");
SNIPPET(far_ret16, "lretw $4\n");
SNIPPET(int_ret, "iret\n");
SNIPPET(int_ret16, "iretw\n");
SNIPPET(done, INT_DONE);
SNIPPET(flags_set, "popf; pushf; pop %eax\n" INT_DONE);
SNIPPET(flags_set16, "popfw; pushf; pop %eax\n" INT_DONE);
SNIPPET(flags_cli, "cli\n" INT_DONE);
SNIPPET(flags_sti, "sti\n" INT_DONE);

static const uint8_t code_of[] = {SEL_CODE0, SEL_CODE1, SEL_CODE2, SEL_CODE3};

/* A frame on the probe's stack; the words as an IRET or RET would pop them. */
static struct regs with_frame(unsigned cpl, const void *code, const uint32_t *words, unsigned count)
{
    struct regs start = ring(cpl, code);

    start.esp -= 4 * count;
    for (unsigned i = 0; i < count; i++)
        ((uint32_t *)start.esp)[i] = words[i];
    return start;
}

static void probe_frame(unsigned cpl, const void *code, const uint32_t *words, unsigned count)
{
    struct regs start = with_frame(cpl, code, words, count);

    probe(&start);
}

/* ---- Far RET ----------------------------------------------------------------------------- */

CASE(ret_same, "2/RET: a far return to the same ring releases its parameters")
{
    const uint32_t words[] = {(uint32_t)done, SEL_CODE0, 1, 2, 3};

    probe_frame(0, far_ret8, words, 5);
    expect_done();
    expect("ESP", ev.esp, stack_top(3) - 4 - 12);
}

CASE(ret_outer, "3/5.8.6 RET: outward, parameters are released on both stacks")
{
    for (unsigned from = 0; from < 3; from++) {
        for (unsigned to = from + 1; to < 4; to++) {
            const uint32_t words[] = {(uint32_t)done, code_of[to],     1, 2,
                                      stack_top(6),   code_of[to] + 8u};

            probe_frame(from, far_ret8, words, 6);
            expect_done();
            expect("CS", ev.from_cs, code_of[to]);
            expect_outer(code_of[to] + 8u, stack_top(6) + 8);
        }
    }
}

CASE(ret_nulls, "3/5.8.6 RET: data segments that the outer ring may not use become null")
{
    const uint32_t words[] = {(uint32_t)done, SEL_CODE3, stack_top(6), SEL_DATA3};
    struct regs start = with_frame(0, far_ret, words, 4);

    segment_set(SEL_T0, 0, FLAT_LIMIT, ACC_CONFORMING, SEG_FLAT);
    start.ds = SEL_DATA0;
    start.es = SEL_DATA3;
    start.fs = SEL_T0;
    start.gs = SEL_CODE1 & ~3u; /* readable, not conforming */
    probe(&start);
    expect_done();
    expect("DS", ev.ds, 0);
    expect("ES", ev.es, SEL_DATA3);
    expect("FS", ev.fs, SEL_T0);
    expect("GS", ev.gs, 0);
}

CASE(null_becomes_0, "2/RET, IRET: outward, the RPL of a null selector is lost")
{
    const uint32_t ret_words[] = {(uint32_t)done, SEL_CODE3, stack_top(6), SEL_DATA3};
    const uint32_t iret_words[] = {(uint32_t)done, SEL_CODE3, F_FIXED, stack_top(6), SEL_DATA3};

    for (unsigned iret = 0; iret < 2; iret++) {
        struct regs start =
            iret ? with_frame(0, int_ret, iret_words, 5) : with_frame(0, far_ret, ret_words, 4);

        start.ds = 1;
        start.es = 2;
        start.fs = 3;
        start.gs = SEL_DATA3;
        probe(&start);
        expect_done();
        expect("DS", ev.ds, 0);
        expect("ES", ev.es, 0);
        expect("FS", ev.fs, 0);
        expect("GS", ev.gs, SEL_DATA3);
    }
}

CASE(ret_keeps,
     "3/5.8.6 RET: to the same ring, or with segments of the outer ring, nothing is null")
{
    const uint32_t words[] = {(uint32_t)done, SEL_CODE1, stack_top(4), SEL_DATA1};
    struct regs start = with_frame(0, far_ret, words, 4);

    start.ds = SEL_DATA1;
    start.es = SEL_DATA2;
    start.fs = 3; /* null already */
    start.gs = SEL_DATA0;
    probe(&start);
    expect_done();
    expect("DS", ev.ds, SEL_DATA1);
    expect("ES", ev.es, SEL_DATA2);
    expect("GS", ev.gs, 0);
}

CASE(ret16_outer, "2/RET: a 16-bit far return outward")
{
    struct regs start = ring(0, far_ret16);
    uint16_t *w = (uint16_t *)(start.esp -= 12);

    segment_set(SEL_T0, (uint32_t)stacks[6], STACK_SIZE, ACC_DATA | DPL(3), 0);
    w[0] = (uint16_t)SNIP_OFFSET(done);
    w[1] = SEL_SNIP3;
    w[4] = STACK_SIZE - 100;
    w[5] = SEL_T0 | 3;
    probe(&start);
    expect_done();
    expect("CS", ev.from_cs, SEL_SNIP3);
    expect("EIP", ev.from_eip, SNIP_OFFSET(done) + 2);
    expect("SP", ev.from_esp & 0xffff, STACK_SIZE - 96);
    expect("SS", ev.from_ss, SEL_T0 | 3);
}

/* The checks that RET and IRET share. */
struct return_row {
    unsigned cpl, cs, cs_access, ss, ss_access; /* CS is T0, SS is T1 where they have an access */
    unsigned vector, error;
};

static const struct return_row return_rows[] = {
    {0, 3, 0, SEL_DATA3, 0, VEC_GP, 0},
    {0, SEL_OUTSIDE, 0, SEL_DATA3, 0, VEC_GP, SEL_OUTSIDE},
    {3, SEL_CODE0, 0, SEL_DATA0, 0, VEC_GP, SEL_CODE0}, /* never inward */
    {2, SEL_CODE1, 0, SEL_DATA1, 0, VEC_GP, SEL_CODE1 & ~3},
    {0, SEL_T0, ACC_DATA, SEL_DATA0, 0, VEC_GP, SEL_T0},
    {0, SEL_T0, GATE_CALL32, SEL_DATA0, 0, VEC_GP, SEL_T0},
    {0, SEL_T0, ACC_CODE_R & ~ACC_P, SEL_DATA0, 0, VEC_NP, SEL_T0},
    {0, SEL_T0 | 3, (ACC_CODE_R | DPL(3)) & ~ACC_P, SEL_DATA3, 0, VEC_NP, SEL_T0},
    {0, SEL_T0 | 3, ACC_CODE_R | DPL(2), SEL_DATA3, 0, VEC_GP, SEL_T0}, /* DPL is not RPL */
    {0, SEL_T0, ACC_CODE_R | DPL(3), SEL_DATA0, 0, VEC_GP, SEL_T0},
    {0, SEL_T0 | 1, ACC_CONFORMING | DPL(2), SEL_DATA1, 0, VEC_GP, SEL_T0}, /* DPL > RPL */
    {0, SEL_T0 | 3, ACC_CONFORMING | DPL(1), SEL_DATA3, 0, DONE, 0},
    {0, SEL_T0 | 3, ACC_CODE | DPL(3), SEL_DATA3, 0, DONE, 0},
    {0, SEL_CODE3, 0, 3, 0, VEC_GP, 0},
    {0, SEL_CODE3, 0, SEL_OUTSIDE | 3, 0, VEC_GP, SEL_OUTSIDE},
    {0, SEL_CODE3, 0, SEL_DATA3 & ~3, 0, VEC_GP, SEL_DATA3 & ~3},
    {0, SEL_CODE3, 0, SEL_T1 | 3, ACC_DATA | DPL(2), VEC_GP, SEL_T1},
    {0, SEL_CODE3, 0, SEL_T1 | 3, ACC_DATA_RO | DPL(3), VEC_GP, SEL_T1},
    {0, SEL_CODE3, 0, SEL_T1 | 3, ACC_CODE_R | DPL(3), VEC_GP, SEL_T1},
    {0, SEL_CODE3, 0, SEL_T1 | 3, (ACC_DATA | DPL(3)) & ~ACC_P, VEC_SS, SEL_T1},
    {0, SEL_CODE3, 0, SEL_T1 | 3, ACC_DATA | DPL(3), DONE, 0},
};

static void check_returns(bool iret)
{
    for (unsigned i = 0; i < sizeof(return_rows) / sizeof(return_rows[0]); i++) {
        const struct return_row *r = &return_rows[i];
        const uint32_t far[] = {(uint32_t)done, r->cs, stack_top(6), r->ss};
        const uint32_t frame[] = {(uint32_t)done, r->cs, F_FIXED, stack_top(6), r->ss};
        const void *code = iret ? int_ret : far_ret;

        if (r->cs_access)
            segment_set(SEL_T0, 0, FLAT_LIMIT, r->cs_access, SEG_FLAT);
        if (r->ss_access)
            segment_set(SEL_T1, 0, FLAT_LIMIT, r->ss_access, SEG_FLAT);
        probe_frame(r->cpl, code, iret ? frame : far, iret ? 5 : 4);
        expect_event(r->vector, r->error);
        if (r->vector == DONE) {
            expect("CS", ev.from_cs, r->cs);
            continue;
        }
        expect_at(code);
        if (r->cpl == 0) /* nothing popped: the fault's frame lies below the words */
            expect("ESP", ev.esp, stack_top(3) - (iret ? 20 : 16) - 16);
    }
}

CASE(ret_checks, "2/RET: the checks of CS and SS, their order and their error codes")
{
    check_returns(false);
}

CASE(iret_checks, "2/IRET: the checks of CS and SS, their order and their error codes")
{
    check_returns(true);
}

CASE(ret_limit, "2/RET, IRET: a return behind the limit of its segment is #GP(0)")
{
    const uint32_t far[] = {0x1000, SEL_T0 | 3, stack_top(6), SEL_DATA3};
    const uint32_t frame[] = {0x1000, SEL_T0 | 3, F_FIXED, stack_top(6), SEL_DATA3};

    segment_set(SEL_T0, 0, 0xfff, ACC_CODE_R | DPL(3), SEG_D);
    probe_frame(0, far_ret, far, 4);
    expect_event(VEC_GP, 0);
    expect("CS", ev.from_cs, SEL_CODE0);
    probe_frame(0, int_ret, frame, 5);
    expect_event(VEC_GP, 0);
    expect("CS", ev.from_cs, SEL_CODE0);
}

CASE(ret_stack_limit, "2/RET: words behind the limit of the stack are #SS(0)")
{
    struct regs start = ring(0, far_ret);

    segment_set(SEL_T0, (uint32_t)stacks[3], STACK_SIZE - 1, ACC_DATA, SEG_D);
    start.ss = SEL_T0;
    start.esp = STACK_SIZE - 4;
    idt_set(VEC_SS, GATE_TASK, SEL_TSS_DF, 0); /* the stack is no place for a frame */
    tss_df.eip = handler(VEC_SS);
    probe(&start);
    expect("vector", ev.vector, VEC_SS);
    expect("error code", ev.word[0], 0);
    expect("EIP of the old task", tss_main.eip, (uint32_t)far_ret);
    expect("ESP of the old task", tss_main.esp, STACK_SIZE - 4);
}

/* ---- IRET -------------------------------------------------------------------------------- */

CASE(iret_rings, "2/IRET: from every ring to every ring that is not inner")
{
    for (unsigned from = 0; from < 4; from++) {
        for (unsigned to = from; to < 4; to++) {
            const uint32_t words[] = {(uint32_t)done, code_of[to], F_FIXED | F_CF | F_DF,
                                      stack_top(6), code_of[to] + 8u};

            probe_frame(from, int_ret, words, 5);
            expect_done();
            expect("CS", ev.from_cs, code_of[to]);
            expect("EFLAGS", ev.from_eflags, F_FIXED | F_CF | F_DF);
            if (to > from)
                expect_outer(code_of[to] + 8u, stack_top(6));
            else if (to)
                expect_outer(code_of[to] + 8u, stack_top(3 + to) - 8);
            if (to > from && from == 0)
                expect("DS", ev.ds, 0);
        }
    }
}

CASE(iret16, "2/IRET: a 16-bit IRET takes words and leaves the upper flags")
{
    struct regs start = ring(0, int_ret16);
    uint16_t *w = (uint16_t *)(start.esp -= 10);

    segment_set(SEL_T0, (uint32_t)stacks[6], STACK_SIZE, ACC_DATA | DPL(3), 0);
    w[0] = (uint16_t)SNIP_OFFSET(done);
    w[1] = SEL_SNIP3;
    w[2] = F_FIXED | F_ZF | F_NT | IOPL(2);
    w[3] = STACK_SIZE - 100;
    w[4] = SEL_T0 | 3;
    if (level >= L486)
        start.eflags |= F_AC;
    probe(&start);
    expect_done();
    expect("CS", ev.from_cs, SEL_SNIP3);
    expect("EFLAGS", ev.from_eflags, F_FIXED | F_ZF | F_NT | IOPL(2) | (level >= L486 ? F_AC : 0));
    expect("SP", ev.from_esp & 0xffff, STACK_SIZE - 100);
}

/* Flags of an image that a ring with an IOPL may change. */
static uint32_t changeable(unsigned cpl, unsigned iopl)
{
    uint32_t mask = F_CF | F_ZF | F_DF | F_NT;

    if (cpl == 0)
        mask |= F_IOPL;
    if (cpl <= iopl)
        mask |= F_IF;
    if (level >= L486)
        mask |= F_AC;
    if (level >= LPENTIUM)
        mask |= F_ID;
    return mask;
}

static const uint32_t all_flags = F_CF | F_ZF | F_DF | F_NT | F_IOPL | F_IF | F_AC | F_ID;

CASE(iret_flags, "2/IRET: who may change IF, IOPL, NT, AC and ID")
{
    for (unsigned cpl = 0; cpl < 4; cpl++) {
        for (unsigned iopl = 0; iopl < 4; iopl++) {
            const uint32_t words[] = {(uint32_t)done, code_of[cpl], F_FIXED | all_flags};
            struct regs start = with_frame(cpl, int_ret, words, 3);

            start.eflags = F_FIXED | IOPL(iopl);
            probe(&start);
            expect_done();
            expect("EFLAGS", ev.from_eflags,
                   F_FIXED | IOPL(iopl) | (all_flags & changeable(cpl, iopl)));
        }
    }
}

CASE(iret_clears, "2/IRET: outer rings cannot clear IF or lower IOPL beyond their rights")
{
    const uint32_t words[] = {(uint32_t)done, SEL_CODE3, F_FIXED};
    struct regs start = with_frame(3, int_ret, words, 3);

    start.eflags = F_FIXED | F_IF | IOPL(2);
    probe(&start);
    expect_done();
    expect("EFLAGS", ev.from_eflags, F_FIXED | F_IF | IOPL(2));
}

CASE(iret_vm_ignored, "2/IRET: outside ring 0, VM in the image is ignored")
{
    for (unsigned cpl = 1; cpl < 4; cpl++) {
        const uint32_t words[] = {(uint32_t)done, code_of[cpl], F_FIXED | F_VM};

        probe_frame(cpl, int_ret, words, 3);
        expect_done();
        expect("EFLAGS", ev.from_eflags, F_FIXED);
    }
}

/* ---- POPF, CLI, STI ---------------------------------------------------------------------- */

CASE(popf_flags, "2/POPF: who may change IF and IOPL; RF and VM never change")
{
    for (unsigned cpl = 0; cpl < 4; cpl++) {
        for (unsigned iopl = 0; iopl < 4; iopl++) {
            const uint32_t image[] = {F_FIXED | all_flags | F_RF | F_VM};
            struct regs start = with_frame(cpl, flags_set, image, 1);
            uint32_t want = F_FIXED | IOPL(iopl) | (all_flags & changeable(cpl, iopl));

            start.eflags = F_FIXED | IOPL(iopl);
            probe(&start);
            expect_done();
            expect("PUSHF", ev.eax, want);
            expect("EFLAGS", ev.from_eflags, want);
        }
    }
}

CASE(popf16, "2/POPF: with a 16-bit operand the upper flags stay")
{
    const uint32_t image[] = {0xffff0000 | F_FIXED | F_CF};
    struct regs start = with_frame(0, flags_set16, image, 1);

    start.eflags = F_FIXED | F_NT | (level >= L486 ? F_AC : 0);
    probe(&start);
    expect_done();
    expect("EFLAGS", ev.from_eflags, F_FIXED | F_CF | (level >= L486 ? F_AC : 0));
    expect("ESP", ev.esp, stack_top(3) - 2 - 12);
}

CASE(cli_sti, "2/CLI, STI: #GP(0) where CPL > IOPL")
{
    for (unsigned cpl = 0; cpl < 4; cpl++) {
        for (unsigned iopl = 0; iopl < 4; iopl++) {
            struct regs start = ring(cpl, flags_cli);

            start.eflags |= IOPL(iopl) | F_IF;
            probe(&start);
            expect_event(cpl <= iopl ? DONE : VEC_GP, 0);
            expect("IF", ev.from_eflags & F_IF, cpl <= iopl ? 0 : F_IF);
            start = ring(cpl, flags_sti);
            start.eflags |= IOPL(iopl);
            probe(&start);
            expect_event(cpl <= iopl ? DONE : VEC_GP, 0);
            expect("IF", ev.from_eflags & F_IF, cpl <= iopl ? F_IF : 0);
        }
    }
}

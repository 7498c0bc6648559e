/* Far calls and jumps: code segments, conforming code, call gates (SDM vol. 3, 5.8). */
#include "priv.h"

/* LCALL *(%EAX) has two bytes. */
SNIPPET(call_eax, "lcall *(%eax)\n" INT_DONE);
SNIPPET(jump_eax, "ljmp *(%eax)\n");
SNIPPET(arrival, INT_DONE);
SNIPPET(call_three, "pushl $0x33333333; pushl $0x22222222; pushl $0x11111111\n"
                    "lcall $" TEXT(SEL_T0) "+3, $0x12345678\n"
                                           "call_three_next: " INT_DONE);
LABEL(call_three_next);
SNIPPET(call_words, "pushw $0x2222; pushw $0x1111\n"
                    "lcall $" TEXT(SEL_T0) "+3, $0\n"
                                           "call_words_next: " INT_DONE);
LABEL(call_words_next);

struct far_pointer {
    uint32_t offset;
    uint16_t selector;
};

static void probe_far(const void *code, unsigned cpl, unsigned selector, uint32_t offset,
                      uint32_t eflags)
{
    static struct far_pointer target;
    struct regs start = ring(cpl, code);

    target = (struct far_pointer){offset, (uint16_t)selector};
    start.eax = (uint32_t)&target;
    start.eflags |= eflags;
    probe(&start);
}

static void probe_call(unsigned cpl, unsigned selector)
{
    probe_far(call_eax, cpl, selector, (uint32_t)arrival, 0);
}

static void probe_jump(unsigned cpl, unsigned selector)
{
    probe_far(jump_eax, cpl, selector, (uint32_t)arrival, 0);
}

/* ---- Code segments named directly -------------------------------------------------------- */

CASE(call_same_ring, "3/5.8.1 CALL: a far call pushes CS and EIP, and marks the segment accessed")
{
    segment_set(SEL_T0, 0, FLAT_LIMIT, ACC_CODE_R, SEG_FLAT);
    probe_call(0, SEL_T0);
    expect_done();
    expect("CS", ev.from_cs, SEL_T0);
    expect("return EIP", ev.word[3], (uint32_t)call_eax + 2);
    expect("return CS", ev.word[4] & 0xffff, SEL_CODE0);
    expect("ESP", ev.esp, stack_top(3) - 20);
    expect("access byte", access_of(SEL_T0), ACC_CODE_R | ACC_ACCESSED);
}

CASE(direct_checks, "3/5.8.1 CALL and JMP: the checks of a code segment named directly")
{
    static const struct {
        unsigned access, cpl, rpl, vector;
        bool zero;
    } rows[] = {
        {ACC_CODE_R, 0, 0, DONE, false},
        {ACC_CODE_R, 0, 3, VEC_GP, false},          /* RPL > CPL */
        {ACC_CODE_R, 3, 3, VEC_GP, false},          /* DPL < CPL */
        {ACC_CODE_R | DPL(3), 0, 0, VEC_GP, false}, /* DPL > CPL */
        {ACC_CODE_R | DPL(3), 3, 0, DONE, false},
        {ACC_CODE_R | DPL(2), 3, 3, VEC_GP, false},
        {ACC_CODE_R | DPL(1), 1, 2, VEC_GP, false},
        {ACC_CODE_R | DPL(1), 1, 0, DONE, false},
        {ACC_CODE, 0, 0, DONE, false},
        {ACC_DATA, 0, 0, VEC_GP, false},
        {ACC_LDT, 0, 0, VEC_GP, false},
        {GATE_INT32, 0, 0, VEC_GP, false},
        {GATE_TRAP16, 0, 0, VEC_GP, false},
        {ACC_TSS32 | ACC_BUSY, 0, 0, VEC_GP, false},
        {ACC_CODE_R & ~ACC_P, 0, 0, VEC_NP, false},
        {(ACC_CODE_R | DPL(2)) & ~ACC_P, 3, 3, VEC_GP, false}, /* rights come first */
        {ACC_CONFORMING, 3, 3, DONE, false},
        {ACC_CONFORMING | DPL(3), 0, 0, VEC_GP, false}, /* to an outer ring: never */
        {ACC_CONFORMING | DPL(2), 2, 3, DONE, false},   /* RPL does not count */
        {ACC_CONFORMING & ~ACC_P, 3, 3, VEC_NP, false},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (unsigned jump = 0; jump < 2; jump++) {
            unsigned selector = SEL_T0 | rows[i].rpl;

            segment_set(SEL_T0, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
            probe_far(jump ? jump_eax : call_eax, rows[i].cpl, selector, (uint32_t)arrival, 0);
            expect_event(rows[i].vector, rows[i].vector == DONE ? 0 : SEL_T0);
            if (rows[i].vector == DONE)
                expect("CS", ev.from_cs, SEL_T0 | rows[i].cpl);
            else
                expect_at(jump ? jump_eax : call_eax);
        }
    }
}

CASE(direct_null, "2/CALL, JMP: a null selector is #GP(0), one outside the table #GP(selector)")
{
    probe_call(0, 0);
    expect_event(VEC_GP, 0);
    probe_jump(3, 3);
    expect_event(VEC_GP, 0);
    probe_jump(0, SEL_OUTSIDE);
    expect_event(VEC_GP, SEL_OUTSIDE);
    probe_call(0, 4 | 8); /* there is no LDT */
    expect_event(VEC_GP, 4 | 8);
}

CASE(direct_limit, "2/CALL, JMP: an EIP behind the limit of the new segment is #GP(0)")
{
    segment_set(SEL_T0, 0, 0xffff, ACC_CODE_R, SEG_D);
    probe_far(jump_eax, 0, SEL_T0, 0x10000, 0);
    expect_event(VEC_GP, 0);
    expect("CS", ev.from_cs, SEL_CODE0);
    probe_far(call_eax, 0, SEL_T0, 0x10000, 0);
    expect_event(VEC_GP, 0);
    expect("ESP", ev.esp, stack_top(3) - 16);
}

CASE(conforming_direct, "3/5.8.1.2: conforming code runs in the ring of its caller")
{
    segment_set(SEL_T0, 0, FLAT_LIMIT, ACC_CONFORMING, SEG_FLAT);
    probe_call(3, SEL_T0);
    expect_done();
    expect("CS", ev.from_cs, SEL_T0 | 3);
    expect_outer(SEL_DATA3, stack_top(6) - 8);
}

/* ---- Call gates -------------------------------------------------------------------------- */

CASE(gate_inner,
     "3/5.8.5 CALL: a 32-bit gate from ring 3 switches the stack and pushes SS ESP CS EIP")
{
    for (unsigned cpl = 0; cpl < 3; cpl++) {
        static const uint8_t code[] = {SEL_CODE0, SEL_CODE1, SEL_CODE2};

        gate_set(SEL_T0, GATE_CALL32 | DPL(3), code[cpl], (uint32_t)arrival, 0);
        idt_set(DONE, GATE_INT32 | DPL(3), code[cpl], handler(DONE));
        probe_far(call_eax, 3, SEL_T0 | 3, 0xdeadbeef, F_CF | F_ZF | F_IF | F_DF);
        expect_done();
        expect_frame(code[cpl], arrival + 2, F_FIXED | F_CF | F_ZF | F_IF | F_DF);
        expect("SS", ev.ss, code[cpl] + 8u);
        expect("ESP", ev.esp, stack_top(cpl) - 28);
        expect("return EIP", ev.word[3], (uint32_t)call_eax + 2);
        expect("return CS", ev.word[4] & 0xffff, SEL_CODE3);
        expect("outer ESP", ev.word[5], stack_top(6));
        expect("outer SS", ev.word[6] & 0xffff, SEL_DATA3);
    }
}

CASE(gate_in_ldt, "3/5.8.4 CALL: a gate may lie in the LDT, and so may its code segment")
{
    ldt_gate_set(1, GATE_CALL32 | DPL(3), SEL_CODE0, (uint32_t)arrival);
    ldt_gate_set(2, GATE_CALL32 | DPL(3), LDT_SELECTOR(3), (uint32_t)arrival);
    ldt_set(3, 0, FLAT_LIMIT, ACC_CODE_R, SEG_FLAT);
    ldt_gate_set(4, GATE_CALL32 | DPL(2), SEL_CODE0, (uint32_t)arrival);
    ldt_load();
    probe_call(3, LDT_SELECTOR(1) | 3);
    expect_done();
    expect_frame(SEL_CODE0, arrival + 2, F_FIXED);
    probe_call(3, LDT_SELECTOR(2) | 3);
    expect_done();
    expect("CS", ev.from_cs, LDT_SELECTOR(3));
    expect("access byte", ldt[3] >> 40 & 0xff, ACC_CODE_R | ACC_ACCESSED);
    probe_call(3, LDT_SELECTOR(4) | 3);
    expect_event(VEC_GP, LDT_SELECTOR(4));
}

CASE(gate_parameters, "3/5.8.5 CALL: a 32-bit gate copies its parameters between SS:ESP and CS:EIP")
{
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE0, (uint32_t)arrival, 3);
    probe_ring(3, call_three);
    expect_done();
    expect("ESP", ev.esp, stack_top(0) - 12 - 16 - 12);
    expect("return EIP", ev.word[3], (uint32_t)call_three_next);
    for (unsigned i = 0; i < 3; i++)
        expect("parameter", ev.word[5 + i], 0x11111111 * (i + 1));
    expect("outer ESP", ev.word[8], stack_top(6) - 12);
    expect("outer SS", ev.word[9] & 0xffff, SEL_DATA3);
}

CASE(gate_most_parameters, "3/5.8.3 CALL: the parameter count has five bits")
{
    struct regs start = ring(3, call_eax);
    static struct far_pointer target;

    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE0, (uint32_t)arrival, 0xe0 | 31);
    target.selector = SEL_T0 | 3;
    start.eax = (uint32_t)&target;
    start.esp -= 31 * 4;
    for (unsigned i = 0; i < 31; i++)
        ((uint32_t *)start.esp)[i] = 0x100 + i;
    probe(&start);
    expect_done();
    expect("ESP", ev.esp, stack_top(0) - 12 - 16 - 31 * 4);
    expect("first parameter", ev.word[5], 0x100);
    expect("20th parameter", ev.word[24], 0x113);
    expect("last parameter", *(uint32_t *)(stack_top(0) - 12), 0x100 + 30);
    expect("outer ESP", *(uint32_t *)(stack_top(0) - 8), stack_top(6) - 31 * 4);
}

CASE(gate16_inner, "3/5.8.5 CALL: a 16-bit gate pushes words and has a 16-bit offset")
{
    gate_set(SEL_T0, GATE_CALL16 | DPL(3), SEL_SNIP0, 0xabcd0000 | SNIP_OFFSET(arrival), 2);
    probe_ring(3, call_words);
    expect_done();
    expect("EIP", ev.from_eip, SNIP_OFFSET(arrival) + 2);
    expect("ESP", ev.esp, stack_top(0) - 12 - 12);
    expect("return IP", word16(6), (uint32_t)call_words_next & 0xffff);
    expect("return CS", word16(7), SEL_CODE3);
    expect("parameter", word16(8), 0x1111);
    expect("parameter", word16(9), 0x2222);
    expect("outer SP", word16(10), (stack_top(6) - 4) & 0xffff);
    expect("outer SS", word16(11), SEL_DATA3);
}

CASE(gate_same_ring, "3/5.8.4 CALL: a gate to the same ring copies nothing; its size is the push's")
{
    gate_set(SEL_T0, GATE_CALL32, SEL_CODE0, (uint32_t)arrival, 5);
    probe_call(0, SEL_T0);
    expect_done();
    expect("ESP", ev.esp, stack_top(3) - 12 - 8);
    expect("return EIP", ev.word[3], (uint32_t)call_eax + 2);
    gate_set(SEL_T0, GATE_CALL16, SEL_SNIP0, SNIP_OFFSET(arrival), 5);
    probe_call(0, SEL_T0);
    expect_done();
    expect("ESP", ev.esp, stack_top(3) - 12 - 4);
    expect("return CS", word16(7), SEL_CODE0);
}

CASE(gate_rights, "3/5.8.4: both CPL and RPL must reach the gate's DPL")
{
    static const struct {
        unsigned dpl, cpl, rpl;
        bool good;
    } rows[] = {{3, 3, 3, true},  {2, 3, 3, false}, {2, 3, 0, false}, {0, 0, 0, true},
                {0, 0, 1, false}, {2, 1, 3, false}, {2, 1, 2, true},  {3, 0, 3, true},
                {0, 3, 0, false}, {1, 2, 1, false}};

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gate_set(SEL_T0, GATE_CALL32 | DPL(rows[i].dpl), SEL_CODE0, (uint32_t)arrival, 0);
        probe_call(rows[i].cpl, SEL_T0 | rows[i].rpl);
        expect_event(rows[i].good ? DONE : VEC_GP, SEL_T0);
        gate_set(SEL_T0, (GATE_CALL32 & ~ACC_P) | DPL(rows[i].dpl), SEL_CODE0, 0, 0);
        probe_call(rows[i].cpl, SEL_T0 | rows[i].rpl);
        expect_event(rows[i].good ? VEC_NP : VEC_GP, SEL_T0);
    }
}

CASE(gate_target, "2/CALL: what a gate may name, and the error codes")
{
    static const struct {
        unsigned access, vector;
    } rows[] = {
        {ACC_DATA, VEC_GP},
        {ACC_LDT, VEC_GP},
        {GATE_CALL32, VEC_GP},
        {ACC_CODE_R & ~ACC_P, VEC_NP},
        {ACC_CODE_R | DPL(1), DONE},
        {ACC_CODE_R | DPL(2), DONE},
        {(ACC_CODE_R | DPL(3)) & ~ACC_P, VEC_GP}, /* DPL > CPL comes before absence */
        {ACC_CODE_R | DPL(3), VEC_GP},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        segment_set(SEL_T1, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        gate_set(SEL_T0, GATE_CALL32 | DPL(2), SEL_T1 | 3, (uint32_t)arrival, 0);
        probe_call(2, SEL_T0 | 2);
        expect_event(rows[i].vector, SEL_T1);
    }
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), 3, (uint32_t)arrival, 0);
    probe_call(3, SEL_T0 | 3);
    expect_event(VEC_GP, 0);
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_OUTSIDE | 3, (uint32_t)arrival, 0);
    probe_call(3, SEL_T0 | 3);
    expect_event(VEC_GP, SEL_OUTSIDE);
}

CASE(gate_conforming, "3/5.8.4 CALL: a gate to conforming code changes neither ring nor stack")
{
    segment_set(SEL_T1, 0, FLAT_LIMIT, ACC_CONFORMING, SEG_FLAT);
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_T1, (uint32_t)arrival, 4);
    probe_call(3, SEL_T0 | 3);
    expect_done();
    expect("CS", ev.from_cs, SEL_T1 | 3);
    expect_outer(SEL_DATA3, stack_top(6) - 8);
}

CASE(gate_jump, "3/5.8.4 JMP: a gate never changes the ring of a jump")
{
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE0, (uint32_t)arrival, 0);
    probe_jump(3, SEL_T0 | 3);
    expect_event(VEC_GP, SEL_CODE0);
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE3, (uint32_t)arrival, 0);
    probe_jump(3, SEL_T0 | 3);
    expect_done();
    expect_outer(SEL_DATA3, stack_top(6));
    segment_set(SEL_T1, 0, FLAT_LIMIT, ACC_CONFORMING, SEG_FLAT);
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_T1, (uint32_t)arrival, 0);
    probe_jump(3, SEL_T0 | 3);
    expect_done();
    expect("CS", ev.from_cs, SEL_T1 | 3);
}

CASE(gate_limit, "2/CALL: a gate's offset behind the limit of its segment is #GP(0)")
{
    segment_set(SEL_T1, 0, 0xfff, ACC_CODE_R, SEG_D);
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_T1, 0x1000, 0);
    probe_call(3, SEL_T0 | 3);
    expect_event(VEC_GP, 0);
    expect_at(call_eax);
    expect_outer(SEL_DATA3, stack_top(6));
}

/* The gate leads to ring 1, so that the handler's ring 0 stack is a good one. */
CASE(gate_stack, "2/CALL: the inner stack in the TSS, checked: #TS(SS), #TS(0), #SS(SS)")
{
    static const struct {
        unsigned selector, access, vector, error;
    } rows[] = {
        {1, ACC_DATA, VEC_TS, 0},
        {SEL_OUTSIDE | 1, ACC_DATA, VEC_TS, SEL_OUTSIDE},
        {SEL_T1 | 1, ACC_DATA | DPL(1), DONE, 0},
        {SEL_T1, ACC_DATA | DPL(1), VEC_TS, SEL_T1},     /* RPL */
        {SEL_T1 | 1, ACC_DATA, VEC_TS, SEL_T1},          /* DPL */
        {SEL_T1 | 1, ACC_DATA | DPL(2), VEC_TS, SEL_T1}, /* DPL */
        {SEL_T1 | 1, ACC_DATA_RO | DPL(1), VEC_TS, SEL_T1},
        {SEL_T1 | 1, ACC_CODE_R | DPL(1), VEC_TS, SEL_T1},
        {SEL_T1 | 1, (ACC_DATA & ~ACC_P) | DPL(1), VEC_SS, SEL_T1},
        {SEL_T1 | 1, (ACC_DATA_RO & ~ACC_P) | DPL(1), VEC_TS, SEL_T1},
    };

    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE1, (uint32_t)arrival, 0);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        segment_set(SEL_T1, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        tss_main.ss1 = rows[i].selector;
        probe_call(3, SEL_T0 | 3);
        expect_event(rows[i].vector, rows[i].error);
    }
}

CASE(gate_stack_room, "2/CALL: an inner stack without room is #SS(SS)")
{
    segment_set(SEL_T1, 0, 0x00fff, ACC_DOWN | DPL(1), SEG_FLAT); /* offsets above 0xffffff */
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE1, (uint32_t)arrival, 0);
    tss_main.ss1 = SEL_T1 | 1;
    probe_call(3, SEL_T0 | 3);
    expect_event(VEC_SS, SEL_T1);
}

CASE(gate_tss_limit, "2/CALL: a TSS that ends before the stack it should hold is #TS(TSS)")
{
    gate_set(SEL_T0, GATE_CALL32 | DPL(3), SEL_CODE1, (uint32_t)arrival, 0);
    segment_set(SEL_TSS, (uint32_t)&tss_main, 0x0f, ACC_TSS32, 0); /* ESP1 fits, SS1 does not */
    __asm__ volatile("ltr %w0" ::"r"(SEL_TSS));
    probe_call(3, SEL_T0 | 3);
    expect_event(VEC_TS, SEL_TSS);
}

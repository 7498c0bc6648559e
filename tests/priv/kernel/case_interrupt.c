/* Interrupt and trap gates: frames, stack switches, error codes (SDM vol. 3, 6.10 to 6.13). */
#include "priv.h"

SNIPPET(int_50, "int $0x50\nint_50_next: nop\n");
LABEL(int_50_next);
SNIPPET(int_ff, "int $0xff\n");
SNIPPET(undefined, "ud2\n");
SNIPPET(privileged, "hlt\n");
SNIPPET(breakpoint, "int3\nbreakpoint_next: nop\n");
LABEL(breakpoint_next);
SNIPPET(overflow, "mov $0x7f, %al; inc %al; into\noverflow_next:" INT_DONE);
LABEL(overflow_next);
SNIPPET(out_of_bounds, "bound %eax, (%ebx)\n" INT_DONE);
SNIPPET(icebp, ".byte 0xf1\nicebp_next: nop\n");
LABEL(icebp_next);
SNIPPET(divide, "xor %ecx, %ecx; divide_at: div %ecx\n");
LABEL(divide_at);

static const uint8_t code_of[] = {SEL_CODE0, SEL_CODE1, SEL_CODE2, SEL_CODE3};
static const uint32_t lively = F_FIXED | F_CF | F_ZF | F_DF | F_IF;

static void probe_flags(unsigned cpl, const void *code, uint32_t eflags)
{
    struct regs start = ring(cpl, code);

    start.eflags = eflags;
    probe(&start);
}

/* ---- Frames ------------------------------------------------------------------------------ */

CASE(int_inner, "3/6.12.1: INT from an outer ring pushes SS ESP EFLAGS CS EIP on the TSS's stack")
{
    for (unsigned from = 1; from < 4; from++) {
        for (unsigned to = 0; to < from; to++) {
            idt_set(0x50, GATE_INT32 | DPL(3), code_of[to], handler(0x50));
            probe_flags(from, int_50, lively);
            expect_event(0x50, 0);
            expect("ESP", ev.esp, stack_top(to) - 20);
            expect("SS", ev.ss, code_of[to] + 8u);
            expect("CS", ev.cs, code_of[to]);
            expect_frame(code_of[from], int_50_next, lively);
            expect_outer(code_of[from] + 8u, stack_top(3 + from));
            expect("EFLAGS", ev.eflags, lively & ~F_IF);
            expect("DS", ev.ds, code_of[from] + 8u); /* data segments stay */
        }
    }
}

CASE(int_same, "3/6.12.1: INT in the same ring pushes EFLAGS CS EIP on the same stack")
{
    for (unsigned cpl = 0; cpl < 4; cpl++) {
        idt_set(0x50, GATE_INT32 | DPL(3), code_of[cpl], handler(0x50));
        probe_flags(cpl, int_50, lively);
        expect_event(0x50, 0);
        expect("ESP", ev.esp, stack_top(3 + cpl) - 12);
        expect_frame(code_of[cpl], int_50_next, lively);
    }
}

CASE(gate16, "3/6.11: a 16-bit gate pushes words")
{
    idt_set(0x50, GATE_INT16 | DPL(3), SEL_SNIP0, 0xffff0000 | SNIP_OFFSET(handler(0x50)));
    probe_flags(3, int_50, lively);
    expect_event(0x50, 0);
    expect("ESP", ev.esp, stack_top(0) - 10);
    expect("IP", word16(0), (uint32_t)int_50_next & 0xffff);
    expect("CS", word16(1), SEL_CODE3);
    expect("FLAGS", word16(2), lively);
    expect("SP", word16(3), stack_top(6) & 0xffff);
    expect("SS", word16(4), SEL_DATA3);
    idt_set(VEC_GP, GATE_TRAP16, SEL_SNIP0, SNIP_OFFSET(handler(VEC_GP)));
    probe_flags(3, privileged, lively);
    expect("vector", ev.vector, VEC_GP);
    expect("ESP", ev.esp, stack_top(0) - 12);
    expect("error code", word16(0), 0);
    expect("IP", word16(1), (uint32_t)privileged & 0xffff);
}

CASE(gate_flags,
     "3/6.12.1.2: an interrupt gate clears IF, a trap gate does not; both clear TF and NT")
{
    idt_set(0x50, GATE_TRAP32 | DPL(3), SEL_CODE0, handler(0x50));
    probe_flags(3, int_50, lively | F_NT);
    expect("pushed EFLAGS", ev.from_eflags, lively | F_NT);
    expect("EFLAGS", ev.eflags, lively);
    idt_set(0x50, GATE_INT32 | DPL(3), SEL_CODE0, handler(0x50));
    probe_flags(3, int_50, lively | F_NT | F_IOPL);
    expect("EFLAGS", ev.eflags, (lively & ~F_IF) | F_IOPL);
    idt_set(VEC_DB, GATE_TRAP32 | DPL(3), SEL_CODE0, handler(VEC_DB));
    probe_flags(3, divide, lively | F_TF);
    expect_event(VEC_DB, 0);
    expect("pushed TF", ev.from_eflags & F_TF, F_TF);
    expect("TF", ev.eflags & F_TF, 0);
}

CASE(int_conforming, "3/6.12.1: a handler in conforming code runs in the interrupted ring")
{
    segment_set(SEL_T0, 0, FLAT_LIMIT, ACC_CONFORMING, SEG_FLAT);
    idt_set(0x50, GATE_INT32 | DPL(3), SEL_T0, handler(0x50));
    probe_flags(3, int_50, lively);
    expect_event(0x50, 0);
    expect("CS", ev.cs, SEL_T0 | 3);
    expect("ESP", ev.esp, stack_top(6) - 12);
}

/* ---- Checks ------------------------------------------------------------------------------ */

CASE(int_dpl, "3/6.12.1.1: INT n through a gate with DPL < CPL is #GP(8n + 2)")
{
    for (unsigned cpl = 0; cpl < 4; cpl++) {
        for (unsigned dpl = 0; dpl < 4; dpl++) {
            idt_set(0x50, GATE_INT32 | DPL(dpl), SEL_CODE0, handler(0x50));
            probe_ring(cpl, int_50);
            expect_event(dpl < cpl ? VEC_GP : 0x50, 0x50 * 8 + 2);
            expect_at(dpl < cpl ? int_50 : int_50_next);
        }
    }
}

CASE(int_gates,
     "2/INT: a gate of another type is #GP, one that is absent #NP, with IDT in the code")
{
    static const uint8_t wrong[] = {GATE_CALL32, GATE_CALL16, ACC_TSS32, ACC_LDT, ACC_CODE_R,
                                    ACC_DATA,    0x80,        0x88,      0x8a,    0x8d};

    for (unsigned i = 0; i < sizeof(wrong); i++) {
        idt_set(0x50, wrong[i] | DPL(3), SEL_CODE0, handler(0x50));
        probe_ring(3, int_50);
        expect_event(VEC_GP, 0x50 * 8 + 2);
        idt_set(0x50, (wrong[i] & ~ACC_P) | DPL(3), SEL_CODE0, handler(0x50));
        probe_ring(3, int_50);
        expect_event(VEC_GP, 0x50 * 8 + 2);
    }
    idt_set(0x50, (GATE_INT32 & ~ACC_P) | DPL(3), SEL_CODE0, handler(0x50));
    probe_ring(3, int_50);
    expect_event(VEC_NP, 0x50 * 8 + 2);
    expect_at(int_50);
    idt_set(0x50, (GATE_TASK & ~ACC_P) | DPL(3), SEL_TSS_B, 0);
    probe_ring(3, int_50);
    expect_event(VEC_NP, 0x50 * 8 + 2);
    idt_set(0x50, (GATE_INT32 & ~ACC_P) | DPL(2), SEL_CODE0, handler(0x50));
    probe_ring(3, int_50); /* rights come first */
    expect_event(VEC_GP, 0x50 * 8 + 2);
}

CASE(int_limit, "2/INT: a vector behind the limit of the IDT is #GP(8n + 2)")
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) idtr = {0xff * 8 + 6, (uint32_t)idt};

    idt_set(0xff, GATE_INT32 | DPL(3), SEL_CODE0, handler(0xff));
    probe_ring(3, int_ff);
    expect_event(0xff, 0);
    __asm__ volatile("lidt %0" ::"m"(idtr));
    probe_ring(3, int_ff);
    expect_event(VEC_GP, 0xff * 8 + 2);
}

/* Through INT n, where EXT is clear, and through #UD, where it is set (3/6.13). */
CASE(int_handler,
     "3/6.13: the handler's code segment, checked; EXT is set for exceptions, not for INT n")
{
    static const struct {
        unsigned selector, access, vector, error;
    } rows[] = {
        {0, 0, VEC_GP, 0},
        {3, 0, VEC_GP, 0},
        {SEL_OUTSIDE, 0, VEC_GP, SEL_OUTSIDE},
        {SEL_T0 | 4, 0, VEC_GP, SEL_T0 | 4},
        {SEL_T0, ACC_DATA, VEC_GP, SEL_T0},
        {SEL_T0, GATE_CALL32, VEC_GP, SEL_T0},
        {SEL_T0, ACC_CODE_R & ~ACC_P, VEC_NP, SEL_T0},
        {SEL_T0, ACC_CODE_R | DPL(3), VEC_GP, SEL_T0}, /* never outward */
        {SEL_T0 | 3, ACC_CODE_R | DPL(2), 0, 0},       /* RPL does not count */
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].access)
            segment_set(SEL_T0, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        idt_set(0x50, GATE_INT32 | DPL(3), rows[i].selector, handler(0x50));
        probe_ring(2, int_50);
        expect_event(rows[i].vector ? rows[i].vector : 0x50, rows[i].error);
        idt_set(VEC_UD, GATE_INT32, rows[i].selector, handler(VEC_UD));
        probe_ring(2, undefined);
        expect_event(rows[i].vector ? rows[i].vector : VEC_UD, rows[i].error | 1);
    }
}

CASE(int_handler_limit, "2/INT: a handler behind its segment's limit is #GP(EXT)")
{
    segment_set(SEL_T0, 0, 0xfff, ACC_CODE_R, SEG_D);
    idt_set(0x50, GATE_INT32 | DPL(3), SEL_T0, 0x1000);
    probe_ring(3, int_50);
    expect_event(VEC_GP, 0);
    idt_set(VEC_UD, GATE_INT32 | DPL(3), SEL_T0, 0x1000);
    probe_ring(0, undefined);
    expect_event(VEC_GP, 1);
}

CASE(exception_gate_absent, "3/6.13: an exception without a gate: #NP or #GP with IDT and EXT")
{
    idt_set(VEC_UD, GATE_INT32 & ~ACC_P, SEL_CODE0, handler(VEC_UD));
    probe_ring(3, undefined);
    expect_event(VEC_NP, VEC_UD * 8 + 3);
    expect_at(undefined);
    idt_set(VEC_UD, GATE_CALL32, SEL_CODE0, handler(VEC_UD));
    probe_ring(3, undefined);
    expect_event(VEC_GP, VEC_UD * 8 + 3);
}

/* To ring 1, so that the stack of ring 0 is a good one for the fault. */
CASE(int_stack, "2/INT: the inner stack, checked: #TS and #SS with its selector and EXT")
{
    static const struct {
        unsigned selector, access, vector, error;
    } rows[] = {
        {1, ACC_DATA, VEC_TS, 0},
        {SEL_OUTSIDE | 1, ACC_DATA, VEC_TS, SEL_OUTSIDE},
        {SEL_T1, ACC_DATA | DPL(1), VEC_TS, SEL_T1},
        {SEL_T1 | 1, ACC_DATA | DPL(2), VEC_TS, SEL_T1},
        {SEL_T1 | 1, ACC_DATA_RO | DPL(1), VEC_TS, SEL_T1},
        {SEL_T1 | 1, (ACC_DATA & ~ACC_P) | DPL(1), VEC_SS, SEL_T1},
        {SEL_T1 | 1, ACC_DOWN | DPL(1), VEC_SS, SEL_T1}, /* no room */
    };

    idt_set(0x50, GATE_INT32 | DPL(3), SEL_CODE1, handler(0x50));
    idt_set(VEC_UD, GATE_INT32, SEL_CODE1, handler(VEC_UD));
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        segment_set(SEL_T1, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        tss_main.ss1 = rows[i].selector;
        probe_ring(3, int_50);
        expect_event(rows[i].vector, rows[i].error);
        expect_at(int_50);
        probe_ring(3, undefined);
        expect_event(rows[i].vector, rows[i].error | 1);
    }
}

/* ---- Exceptions -------------------------------------------------------------------------- */

CASE(traps, "3/6.5: INT3 and INTO are traps, BOUND and #DE faults")
{
    static int32_t bounds[2] = {0, 9};
    struct regs start;

    idt_set(VEC_BP, GATE_INT32 | DPL(3), SEL_CODE0, handler(VEC_BP));
    idt_set(VEC_OF, GATE_INT32 | DPL(3), SEL_CODE0, handler(VEC_OF));
    probe_ring(3, breakpoint);
    expect_event(VEC_BP, 0);
    expect_at(breakpoint_next);
    probe_ring(3, overflow);
    expect_event(VEC_OF, 0);
    expect_at(overflow_next);
    probe_ring(3, divide);
    expect_event(VEC_DE, 0);
    expect_at(divide_at);
    start = ring(3, out_of_bounds);
    start.eax = 10;
    start.ebx = (uint32_t)bounds;
    probe(&start);
    expect_event(VEC_BR, 0);
    expect_at(out_of_bounds);
    start.eax = 9;
    probe(&start);
    expect_done();
}

CASE(trap_dpl, "3/6.12.1.1: INT3 and INTO look at the gate's DPL, INT1 (ICEBP) and BOUND do not")
{
    static int32_t bounds[2] = {0, 0};
    struct regs start = ring(3, out_of_bounds);

    probe_ring(3, breakpoint);
    expect_event(VEC_GP, VEC_BP * 8 + 2);
    expect_at(breakpoint);
    probe_ring(3, overflow);
    expect_event(VEC_GP, VEC_OF * 8 + 2);
    probe_ring(3, icebp);
    expect_event(VEC_DB, 0);
    expect_at(icebp_next);
    start.ebx = (uint32_t)bounds;
    probe(&start);
    expect_event(VEC_BR, 0);
}

CASE(fault_frame, "3/6.13: a fault with an error code pushes it below EIP")
{
    probe_flags(3, privileged, lively);
    expect_event(VEC_GP, 0);
    expect("ESP", ev.esp, stack_top(0) - 24);
    expect("CS", ev.from_cs, SEL_CODE3);
    expect("EFLAGS", ev.from_eflags & ~F_RF, lively);
    expect_outer(SEL_DATA3, stack_top(6));
}

CASE(fault_rf, "3/17.3.1.1: a fault pushes RF set, INT n does not")
{
    probe_flags(3, privileged, F_FIXED);
    expect("EFLAGS of #GP", ev.from_eflags, F_FIXED | F_RF);
    probe_flags(3, undefined, F_FIXED);
    expect("EFLAGS of #UD", ev.from_eflags, F_FIXED | F_RF);
    idt_set(0x50, GATE_INT32 | DPL(3), SEL_CODE0, handler(0x50));
    probe_flags(3, int_50, F_FIXED);
    expect("EFLAGS of INT n", ev.from_eflags, F_FIXED);
}

/* ---- Double faults ----------------------------------------------------------------------- */

CASE(double_fault, "3/6.15: two contributory faults in a row are #DF(0)")
{
    /* #GP for HLT, then #NP for its gate. */
    idt_set(VEC_GP, GATE_INT32 & ~ACC_P, SEL_CODE0, handler(VEC_GP));
    probe_ring(3, privileged);
    expect_event(VEC_DF, 0);
    idt_set(VEC_DE, GATE_CALL32, SEL_CODE0, 0); /* #DE, then #GP for a gate of another type */
    probe_ring(0, divide);
    expect_event(VEC_DF, 0);
    expect_at(divide_at);
}

CASE(benign_then_contributory,
     "3/6.15: a benign event and then a fault are handled one after another")
{
    idt_set(VEC_UD, GATE_INT32, SEL_T0, handler(VEC_UD)); /* a null descriptor: #GP */
    probe_ring(3, undefined);
    expect_event(VEC_GP, SEL_T0 | 1);
    idt_set(0x50, (GATE_INT32 & ~ACC_P) | DPL(3), SEL_CODE0, 0);
    idt_set(VEC_NP, GATE_INT32 & ~ACC_P, SEL_CODE0, 0);
    probe_ring(3, int_50); /* INT is benign, #NP then #NP is not */
    expect_event(VEC_DF, 0);
}

CASE(double_fault_task, "3/6.15: #DF through a task gate gets a stack of its own")
{
    tss_main.ss0 = 0; /* no way into ring 0 */
    idt_set(VEC_DF, GATE_TASK, SEL_TSS_DF, 0);
    tss_df.eip = handler(VEC_DF);
    probe_ring(3, undefined);
    expect("vector", ev.vector, VEC_DF);
    expect("error code", ev.word[0], 0);
    expect("TR", ev.tr, SEL_TSS_DF);
    expect("back link", tss_df.link, SEL_TSS);
    expect("CS of the old task", tss_main.cs & 0xffff, SEL_CODE3);
    expect("EIP of the old task", tss_main.eip, (uint32_t)undefined);
    expect("ESP of the old task", tss_main.esp, stack_top(6));
}

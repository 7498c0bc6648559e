/* Virtual-8086 mode (SDM vol. 3, 20), and the I/O permission bitmap (vol. 1, 18.5.2). */
#include "priv.h"

#define SNIPPET16(name, text)                                                                      \
    SNIPPET(name, ".code16\n" text "\n" #name "_end: .code32");                                    \
    LABEL(name##_end)

SNIPPET16(v86_done, INT_DONE);
SNIPPET16(v86_int3, "int3");
SNIPPET16(v86_cli, "cli;" INT_DONE);
SNIPPET16(v86_sti, "sti;" INT_DONE);
SNIPPET16(v86_pushf, "pushf; pop %ax;" INT_DONE);
SNIPPET16(v86_popf, "push $0x7fd7; popf;" INT_DONE);
SNIPPET16(v86_pushfl, "pushfl; pop %eax;" INT_DONE);
SNIPPET16(v86_iret,
          "push $0x7fd7; push %cs; push $9; iret; nop; .org v86_iret + 9, 0x90;" INT_DONE);
SNIPPET16(v86_hlt, "hlt");
SNIPPET16(v86_mov_cr, "mov %cr0, %eax");
SNIPPET16(v86_lgdt, "lgdt 0");
SNIPPET16(v86_clts, "clts");
SNIPPET16(v86_lldt, "lldt %ax");
SNIPPET16(v86_str, "str %ax");
SNIPPET16(v86_arpl, ".byte 0x63, 0xc0");
SNIPPET16(v86_lar, "lar %ax, %bx");
SNIPPET16(v86_verr, "verr %ax");
SNIPPET16(v86_in, "in (%dx), %al;" INT_DONE);
SNIPPET16(v86_load, "mov %ax, %ds; mov 0x10, %bx;" INT_DONE);
SNIPPET16(v86_limit, "mov 0xffff, %bx");
SNIPPET16(v86_far, "ljmp $0x2100, $0");
SNIPPET16(v86_ud, "ud2");
SNIPPET(io_in8, "in (%dx), %al\n" INT_DONE);
SNIPPET(io_in16, "in (%dx), %ax\n" INT_DONE);
SNIPPET(io_in32, "in (%dx), %eax\n" INT_DONE);

#define PROBE_V86(name, iopl) probe_v86(name, name##_end, iopl)

static void probe_v86(const char *begin, const char *end, unsigned iopl)
{
    struct regs start = v86(begin, end);

    start.eflags |= IOPL(iopl);
    probe(&start);
}

/* ---- Entry and exit ---------------------------------------------------------------------- */

CASE(entry, "3/20.2.1: IRET into v86 mode and INT out of it: SS ESP, then ES DS FS GS above")
{
    struct regs start = v86(v86_done, v86_done_end);

    start.eflags |= F_IOPL | F_CF | F_IF;
    probe(&start);
    expect_done();
    expect("ESP", ev.esp, stack_top(0) - 36);
    expect_frame(0x2000, (void *)2, start.eflags);
    expect_outer(0x3000, 0x1000);
    expect("pushed ES", ev.word[5], 0x3100);
    expect("pushed DS", ev.word[6], 0x3200);
    expect("pushed FS", ev.word[7], 0x3300);
    expect("pushed GS", ev.word[8], 0x3400);
    expect("data segments", ev.ds | ev.es | ev.fs | ev.gs, 0);
    expect("EFLAGS", ev.eflags, F_FIXED | F_IOPL | F_CF);
    expect("EAX", ev.eax, start.eax);
}

CASE(fault_out,
     "3/20.2.3: a fault in v86 mode pushes its error code below, and EIP of the instruction")
{
    PROBE_V86(v86_hlt, 3);
    expect_event(VEC_GP, 0);
    expect("ESP", ev.esp, stack_top(0) - 40);
    expect("EIP", ev.from_eip, 0);
    expect("VM", ev.from_eflags & F_VM, F_VM);
    expect("pushed GS", ev.word[9], 0x3400);
}

CASE(int_iopl, "3/20.2.7: INT n in v86 mode is #GP(0) with IOPL < 3; INT3 does not look at it")
{
    for (unsigned iopl = 0; iopl < 4; iopl++) {
        PROBE_V86(v86_done, iopl);
        expect_event(iopl < 3 ? VEC_GP : DONE, 0);
    }
    idt_set(VEC_BP, GATE_INT32 | DPL(3), SEL_CODE0, handler(VEC_BP));
    PROBE_V86(v86_int3, 0);
    expect_event(VEC_BP, 0);
    expect("EIP", ev.from_eip, 1);
}

CASE(int_gates, "3/20.3.1: gates of v86 mode: DPL 3 for INT n, and a handler in ring 0")
{
    idt_set(DONE, GATE_INT32, SEL_CODE0, handler(DONE));
    PROBE_V86(v86_done, 3);
    expect_event(VEC_GP, DONE * 8 + 2);
    idt_set(DONE, GATE_INT32 | DPL(3), SEL_CODE1, handler(DONE));
    PROBE_V86(v86_done, 3);
    expect_event(VEC_GP, SEL_CODE1 & ~3);
    idt_set(DONE, GATE_INT32 | DPL(3), SEL_CODE3, handler(DONE));
    PROBE_V86(v86_done, 3);
    expect_event(VEC_GP, SEL_CODE3 & ~3);
    segment_set(SEL_T0, 0, FLAT_LIMIT, ACC_CONFORMING, SEG_FLAT);
    idt_set(DONE, GATE_INT32 | DPL(3), SEL_T0, handler(DONE));
    PROBE_V86(v86_done, 3);
    expect_event(VEC_GP, SEL_T0);
}

CASE(entry_limit, "2/IRET: into v86 mode with EIP above 0xffff is #GP(0)")
{
    struct regs start = v86(v86_done, v86_done_end);

    start.eip = 0x10000;
    probe(&start);
    expect_event(VEC_GP, 0);
}

/* ---- Instructions ------------------------------------------------------------------------ */

CASE(flags_iopl0, "3/20.2.7: CLI, STI, PUSHF, POPF and IRET are #GP(0) with IOPL < 3")
{
    for (unsigned iopl = 0; iopl < 3; iopl++) {
        PROBE_V86(v86_cli, iopl);
        expect_event(VEC_GP, 0);
        PROBE_V86(v86_sti, iopl);
        expect_event(VEC_GP, 0);
        PROBE_V86(v86_pushf, iopl);
        expect_event(VEC_GP, 0);
        expect("ESP", ev.from_esp, 0x1000);
        PROBE_V86(v86_popf, iopl);
        expect_event(VEC_GP, 0);
        PROBE_V86(v86_iret, iopl);
        expect_event(VEC_GP, 0);
        expect("ESP", ev.from_esp, 0x1000 - 6);
    }
}

CASE(flags_iopl3, "3/20.2.7: with IOPL 3 they act, and leave VM and IOPL as they are")
{
    const uint32_t all = F_FIXED | F_VM | F_IOPL | 0x4cd5 | F_IF | F_TF;
    const uint32_t calm = all & ~(uint32_t)F_TF;

    PROBE_V86(v86_sti, 3);
    expect_done();
    expect("IF", ev.from_eflags & F_IF, F_IF);
    PROBE_V86(v86_cli, 3);
    expect_done();
    expect("IF", ev.from_eflags & F_IF, 0);
    PROBE_V86(v86_pushf, 3);
    expect_done();
    expect("AX", ev.eax & 0xffff, F_FIXED | F_IOPL);
    PROBE_V86(v86_pushfl, 3);
    expect_done();
    expect("EAX", ev.eax, F_FIXED | F_IOPL); /* VM is not shown */
    PROBE_V86(v86_popf, 3); /* TF in its image: the trap comes after the next instruction */
    expect("pushed EFLAGS", ev.from_eflags | F_TF, calm | F_TF | (ev.from_eflags & 0x200));
    expect("IF", ev.from_eflags & F_IF, F_IF);
    PROBE_V86(v86_iret, 3);
    expect("pushed EFLAGS", ev.from_eflags | F_TF, calm | F_TF | (ev.from_eflags & 0x200));
    expect("ESP", ev.from_esp, 0x1000);
}

CASE(forbidden, "3/20.2.6: privileged instructions are #GP(0); those of protected mode #UD")
{
    static const struct {
        const char *begin, *end;
        unsigned vector;
    } rows[] = {
        {v86_hlt, v86_hlt_end, VEC_GP},   {v86_mov_cr, v86_mov_cr_end, VEC_GP},
        {v86_lgdt, v86_lgdt_end, VEC_GP}, {v86_clts, v86_clts_end, VEC_GP},
        {v86_lldt, v86_lldt_end, VEC_UD}, {v86_str, v86_str_end, VEC_UD},
        {v86_arpl, v86_arpl_end, VEC_UD}, {v86_lar, v86_lar_end, VEC_UD},
        {v86_verr, v86_verr_end, VEC_UD}, {v86_ud, v86_ud_end, VEC_UD},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        probe_v86(rows[i].begin, rows[i].end, 3);
        expect_event(rows[i].vector, 0);
        expect("EIP", ev.from_eip, 0);
    }
}

CASE(segments, "3/20.1.1: segments are paragraphs of 64 KB")
{
    struct regs start = v86(v86_load, v86_load_end);

    start.eflags |= F_IOPL;
    start.eax = 0x3210;
    *(uint16_t *)0x32110 = 0xbeef;
    probe(&start);
    expect_done();
    expect("pushed DS", ev.word[6], 0x3210);
    expect("BX", ev.ebx & 0xffff, 0xbeef);
    PROBE_V86(v86_limit, 3);
    expect_event(VEC_GP, 0);
    memcpy((void *)0x21000, v86_done, 2);
    *(uint16_t *)0x21000 = 0x40cd;
    start = v86(v86_far, v86_far_end);
    start.eflags |= F_IOPL;
    probe(&start);
    expect_done();
    expect("CS", ev.from_cs, 0x2100);
    expect("EIP", ev.from_eip, 2);
}

/* ---- I/O permission bitmap --------------------------------------------------------------- */

/* The map lies at the end of the fixed part; ports with a bit set are forbidden. */
static void forbid(unsigned port)
{
    tss_main.iomap = 0x68;
    tss_main.map[port / 8] |= (uint8_t)(1 << port % 8);
}

static void tss_limit(uint32_t limit)
{
    segment_set(SEL_TSS, (uint32_t)&tss_main, limit, ACC_TSS32, 0);
    __asm__ volatile("ltr %w0" ::"r"(SEL_TSS));
}

static void check_in(const void *code, unsigned cpl, unsigned iopl, unsigned port, bool good)
{
    struct regs start = ring(cpl, code);

    start.edx = port;
    start.eflags |= IOPL(iopl);
    probe(&start);
    expect_event(good ? DONE : VEC_GP, 0);
}

CASE(io_bits, "1/18.5.2: one bit a port, all bits of the operand must be clear")
{
    forbid(0xe3);
    check_in(io_in8, 3, 0, 0xe2, true);
    check_in(io_in8, 3, 0, 0xe3, false);
    check_in(io_in8, 3, 0, 0xe4, true);
    check_in(io_in16, 3, 0, 0xe1, true);
    check_in(io_in16, 3, 0, 0xe2, false);
    check_in(io_in16, 3, 0, 0xe3, false);
    check_in(io_in32, 3, 0, 0xe0, false);
    check_in(io_in32, 3, 0, 0xdf, true);
    check_in(io_in32, 3, 0, 0xe4, true);
    forbid(0xf8); /* from one byte of the map into the next */
    check_in(io_in16, 3, 0, 0xf7, false);
    check_in(io_in32, 3, 0, 0xf5, false);
}

CASE(io_iopl, "1/18.5.1: CPL <= IOPL needs no bitmap")
{
    tss_main.iomap = 0xffff;
    for (unsigned cpl = 0; cpl < 4; cpl++)
        for (unsigned iopl = 0; iopl < 4; iopl++)
            check_in(io_in8, cpl, iopl, 0xe3, cpl <= iopl);
}

CASE(io_limit, "1/18.5.2: the map ends with the TSS; the byte behind the last one is read too")
{
    tss_main.iomap = 0x68;
    tss_limit(0x68 + 0xe8 / 8 + 1);
    check_in(io_in8, 3, 0, 0xe8, true);
    check_in(io_in8, 3, 0, 0xf0, false);
    tss_limit(0x68 + 0xe8 / 8);
    check_in(io_in8, 3, 0, 0xe7, true);
    check_in(io_in8, 3, 0, 0xe8, false);
    tss_limit(0x67);
    check_in(io_in8, 3, 0, 0, false);
}

CASE(io_tss16, "1/18.5.2: a 16-bit TSS has no map: everything is forbidden")
{
    tss_16.ss0 = SEL_T0;
    tss_16.sp0 = STACK_SIZE;
    segment_set(SEL_T0, (uint32_t)stacks[0], 0xffff, ACC_DATA, SEG_D);
    __asm__ volatile("ltr %w0" ::"r"(SEL_TSS16));
    check_in(io_in8, 3, 0, 0xe0, false);
    check_in(io_in8, 3, 3, 0xe0, true);
}

CASE(io_v86, "3/20.2.8.1: in v86 mode the bitmap alone decides, whatever the IOPL")
{
    struct regs start = v86(v86_in, v86_in_end);

    forbid(0xe3);
    start.eflags |= F_IOPL;
    start.edx = 0xe3;
    probe(&start);
    expect_event(VEC_GP, 0);
    start.edx = 0xe2;
    probe(&start);
    expect_done();
    start.eflags &= ~(uint32_t)F_IOPL;
    probe(&start);
    expect_event(VEC_GP, 0); /* the INT, not the IN */
    expect("EIP", ev.from_eip, 1);
}

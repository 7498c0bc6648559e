/* Loads of segment registers, what segments then allow, LDT, LAR and friends (SDM vol. 3, 5). */
#include "priv.h"

SNIPPET(load_ds, "mov %ax, %ds\n" INT_DONE);
SNIPPET(load_fs, "push %eax; pop %fs\n" INT_DONE);
SNIPPET(load_ss, "mov %ax, %ss; nop\n" INT_DONE);
SNIPPET(load_lss, "lss (%ebx), %esp\n" INT_DONE);
SNIPPET(load_lgs, "lgs (%ebx), %edx\n" INT_DONE);
SNIPPET(read_ds, "mov (%eax), %edx\n" INT_DONE);
SNIPPET(read_ss, "mov %ss:(%eax), %edx\n" INT_DONE);
SNIPPET(write_ds, "mov %edx, (%eax)\n" INT_DONE);
SNIPPET(write_byte, "mov %dl, (%eax)\n" INT_DONE);
SNIPPET(read_cs, "mov %cs:(%eax), %edx\n" INT_DONE);
SNIPPET(write_cs, "mov %edx, %cs:(%eax)\n" INT_DONE);
SNIPPET(push_one, "push %edx\n" INT_DONE);
SNIPPET(set_push, "mov %ebx, %esp; set_push_at: push %edx\n" INT_DONE);
LABEL(set_push_at);
SNIPPET(load_ldt, "lldt %ax; sldt %edx\n" INT_DONE);
SNIPPET(load_tr, "ltr %ax; str %edx\n" INT_DONE);
SNIPPET(selector_looks, "lar %ax, %ebx; sete %cl; lsl %ax, %edx; sete %ch\n" INT_DONE);
SNIPPET(selector_verify, "verr %ax; sete %cl; verw %ax; sete %ch\n" INT_DONE);
SNIPPET(selector_adjust, "arpl %bx, %ax; sete %cl\n" INT_DONE);
SNIPPET(table_looks, "sgdt (%eax); sidt 8(%eax); sldt %ebx; str %ecx; smsw %edx\n" INT_DONE);

static void probe_eax(unsigned cpl, const void *code, uint32_t eax)
{
    struct regs start = ring(cpl, code);

    start.eax = eax;
    probe(&start);
}

/* ---- Loads ------------------------------------------------------------------------------- */

struct load_row {
    unsigned cpl, selector, access, vector, error;
};

static void check_loads(const void *code, const struct load_row *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (rows[i].access)
            segment_set(SEL_T0, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        probe_eax(rows[i].cpl, code, rows[i].selector);
        expect_event(rows[i].vector, rows[i].error);
        if (rows[i].vector != DONE)
            expect("pushed EIP", ev.from_eip, (uint32_t)code + (code == load_fs));
        else if (rows[i].access)
            expect("access byte", access_of(SEL_T0), rows[i].access | ACC_ACCESSED);
    }
}

static const struct load_row data_rows[] = {
    {0, 0, 0, DONE, 0},
    {3, 3, 0, DONE, 0},
    {0, SEL_OUTSIDE, 0, VEC_GP, SEL_OUTSIDE},
    {0, SEL_OUTSIDE | 7, 0, VEC_GP, SEL_OUTSIDE | 4},
    {0, 4, 0, VEC_GP, 4}, /* no LDT */
    {0, SEL_T0, ACC_DATA, DONE, 0},
    {0, SEL_T0, ACC_DATA_RO, DONE, 0},
    {0, SEL_T0, ACC_DOWN, DONE, 0},
    {0, SEL_T0 | 1, ACC_DATA, VEC_GP, SEL_T0},
    {3, SEL_T0, ACC_DATA, VEC_GP, SEL_T0},
    {1, SEL_T0 | 2, ACC_DATA | DPL(2), DONE, 0},
    {1, SEL_T0 | 3, ACC_DATA | DPL(2), VEC_GP, SEL_T0},
    {3, SEL_T0, ACC_DATA | DPL(3), DONE, 0},
    {0, SEL_T0, ACC_CODE, VEC_GP, SEL_T0}, /* execute-only */
    {0, SEL_T0, ACC_CODE_R, DONE, 0},
    {3, SEL_T0 | 3, ACC_CODE_R, VEC_GP, SEL_T0},
    {3, SEL_T0 | 3, ACC_CONFORMING, DONE, 0},
    {0, SEL_T0 | 3, ACC_CONFORMING, DONE, 0},
    {3, SEL_T0 | 3, ACC_CONFORMING & ~2, VEC_GP, SEL_T0},
    {0, SEL_T0, ACC_LDT, VEC_GP, SEL_T0},
    {0, SEL_T0, ACC_TSS32, VEC_GP, SEL_T0},
    {0, SEL_T0, GATE_CALL32, VEC_GP, SEL_T0},
    {0, SEL_T0, ACC_DATA & ~ACC_P, VEC_NP, SEL_T0},
    {3, SEL_T0, ACC_DATA & ~ACC_P, VEC_GP, SEL_T0}, /* rights come first */
    {0, SEL_T0, ACC_LDT & ~ACC_P, VEC_GP, SEL_T0},
};

CASE(load_data, "3/5.5: loads of DS with MOV: which selectors, which error codes")
{
    check_loads(load_ds, data_rows, sizeof(data_rows) / sizeof(data_rows[0]));
}

CASE(load_data_pop, "3/5.5: loads of FS with POP: the same")
{
    check_loads(load_fs, data_rows, sizeof(data_rows) / sizeof(data_rows[0]));
    probe_eax(0, load_fs, SEL_OUTSIDE);
    expect("ESP", ev.esp, stack_top(3) - 4 - 16); /* a faulting POP pops nothing */
}

CASE(load_stack, "3/5.7: loads of SS: RPL and DPL are the CPL, and the segment is writable")
{
    static const struct load_row rows[] = {
        {0, 0, 0, VEC_GP, 0},
        {3, 3, 0, VEC_GP, 0},
        {0, SEL_OUTSIDE, 0, VEC_GP, SEL_OUTSIDE},
        {0, SEL_T0, ACC_DATA, DONE, 0},
        {0, SEL_T0 | 1, ACC_DATA, VEC_GP, SEL_T0},
        {0, SEL_T0, ACC_DATA | DPL(1), VEC_GP, SEL_T0},
        {3, SEL_T0 | 3, ACC_DATA | DPL(3), DONE, 0},
        {3, SEL_T0 | 2, ACC_DATA | DPL(3), VEC_GP, SEL_T0},
        {3, SEL_T0 | 3, ACC_DATA | DPL(2), VEC_GP, SEL_T0},
        {0, SEL_T0, ACC_DATA_RO, VEC_GP, SEL_T0},
        {0, SEL_T0, ACC_CODE_R, VEC_GP, SEL_T0},
        {0, SEL_T0, ACC_LDT, VEC_GP, SEL_T0},
        {0, SEL_T0, ACC_DATA & ~ACC_P, VEC_SS, SEL_T0},
        {3, SEL_T0 | 3, ACC_DATA & ~ACC_P, VEC_GP, SEL_T0},
    };

    check_loads(load_ss, rows, sizeof(rows) / sizeof(rows[0]));
}

CASE(load_pointer, "2/LSS, LGS: a fault leaves the general register as it was")
{
    static struct {
        uint32_t offset;
        uint16_t selector;
    } p;
    struct regs start = ring(0, load_lss);

    start.ebx = (uint32_t)&p;
    p.offset = stack_top(3) - 64;
    p.selector = SEL_DATA0;
    probe(&start);
    expect_done();
    expect("ESP", ev.esp, stack_top(3) - 64 - 12);
    p.selector = SEL_DATA3;
    probe(&start);
    expect_event(VEC_GP, SEL_DATA3 & ~3);
    expect("ESP", ev.esp, stack_top(3) - 16);
    start.eip = (uint32_t)load_lgs;
    p.selector = SEL_OUTSIDE;
    probe(&start);
    expect_event(VEC_GP, SEL_OUTSIDE);
    expect("EDX", ev.edx, start.edx);
    expect("GS", ev.gs, SEL_DATA0);
}

/* ---- What segments allow ----------------------------------------------------------------- */

static void probe_segment(const void *code, unsigned access, uint32_t limit, unsigned flags,
                          uint32_t eax)
{
    struct regs start = ring(3, code);

    segment_set(SEL_T0, 0x10000, limit, access | DPL(3), flags);
    start.ds = SEL_T0 | 3;
    start.eax = eax;
    probe(&start);
}

CASE(data_rights, "3/5.5: what can be read and written through DS")
{
    static const struct {
        unsigned access, read, write;
    } rows[] = {{ACC_DATA, DONE, DONE},         {ACC_DATA_RO, DONE, VEC_GP},
                {ACC_CODE_R, DONE, VEC_GP},     {ACC_CONFORMING, DONE, VEC_GP},
                {ACC_DOWN & ~2u, DONE, VEC_GP}, {ACC_DOWN, DONE, DONE}};

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool down = rows[i].access == ACC_DOWN || rows[i].access == (ACC_DOWN & ~2u);

        probe_segment(read_ds, rows[i].access, down ? 0 : 0xffff, SEG_D, 0x100);
        expect_event(rows[i].read, 0);
        probe_segment(write_ds, rows[i].access, down ? 0 : 0xffff, SEG_D, 0x100);
        expect_event(rows[i].write, 0);
    }
}

CASE(data_limits, "3/5.3: limits: bytes, pages, expand-down of both sizes")
{
    static const struct {
        unsigned access;
        uint32_t limit;
        unsigned flags;
        uint32_t offset;
        bool good;
    } rows[] = {
        {ACC_DATA, 0x1003, SEG_D, 0x1000, true},
        {ACC_DATA, 0x1002, SEG_D, 0x1000, false},
        {ACC_DATA, 0x1003, SEG_D, 0xffffffff, false},
        {ACC_DATA, 0x1003, SEG_D, 0xfffffffd, false}, /* around the end of the address space */
        {ACC_DATA, 1, SEG_FLAT, 0x1ffc, true},
        {ACC_DATA, 1, SEG_FLAT, 0x1ffd, false},
        {ACC_DOWN, 0xfff, SEG_D, 0x1000, true},
        {ACC_DOWN, 0xfff, SEG_D, 0xfff, false},
        {ACC_DOWN, 0xfff, SEG_D, 0x1fffc, true},
        {ACC_DOWN, 0xfff, SEG_D, 0xfffffffd, false},
        {ACC_DOWN, 0xfff, 0, 0xfffc, true}, /* B clear: up to 64 KB */
        {ACC_DOWN, 0xfff, 0, 0xfffd, false},
        {ACC_DOWN, 0xfff, 0, 0x10000, false},
        {ACC_DOWN, 0, SEG_FLAT, 0x1000, true},
        {ACC_DOWN, 0, SEG_FLAT, 0xfff, false},
        {ACC_DOWN, 0xf, SEG_FLAT, 0xffff, false},
        {ACC_DOWN, 0xf, SEG_FLAT, 0x10000, true},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        probe_segment(read_ds, rows[i].access, rows[i].limit, rows[i].flags, rows[i].offset);
        expect_event(rows[i].good ? DONE : VEC_GP, 0);
    }
    probe_segment(write_byte, ACC_DATA, 0x1003, SEG_D, 0x1003);
    expect_done();
    probe_segment(write_byte, ACC_DATA, 0x1003, SEG_D, 0x1004);
    expect_event(VEC_GP, 0);
}

CASE(null_data, "3/3.4.2: a null DS can be loaded but not used")
{
    struct regs start = ring(0, read_ds);

    start.ds = 0;
    start.eax = 0x1000;
    probe(&start);
    expect_event(VEC_GP, 0);
    expect_at(read_ds);
}

CASE(code_data, "3/5.5: CS is read where it is readable and never written")
{
    struct regs start = ring(0, read_cs);

    start.eax = (uint32_t)read_cs;
    probe(&start);
    expect_done();
    expect("EDX", ev.edx, *(const uint32_t *)read_cs);
    start.eip = (uint32_t)write_cs;
    probe(&start);
    expect_event(VEC_GP, 0);
    segment_set(SEL_T0, 0, FLAT_LIMIT, ACC_CODE, SEG_FLAT);
    start = ring(0, read_cs);
    start.cs = SEL_T0;
    probe(&start);
    expect_event(VEC_GP, 0);
}

CASE(stack_fault, "3/6.15 #SS: limit violations through SS have an error code of 0")
{
    struct regs start = ring(3, read_ss);

    segment_set(SEL_T0, (uint32_t)stacks[6], STACK_SIZE - 1, ACC_DATA | DPL(3), SEG_D);
    start.ss = SEL_T0 | 3;
    start.esp = STACK_SIZE;
    start.eax = STACK_SIZE - 3;
    probe(&start);
    expect_event(VEC_SS, 0);
    start.eip = (uint32_t)push_one;
    start.esp = 2;
    probe(&start);
    expect_event(VEC_SS, 0);
    expect("ESP", ev.from_esp, 2);
    start.esp = 4;
    probe(&start);
    expect_done();
    expect("ESP", ev.from_esp, 0);
}

CASE(stack16, "2/PUSH: a stack with B clear uses SP and leaves the upper half of ESP")
{
    struct regs start = ring(3, set_push); /* an IRET would leave the upper half undefined */

    segment_set(SEL_T0, 0x30000, 0xffff, ACC_DATA | DPL(3), 0);
    start.ss = SEL_T0 | 3;
    start.ebx = 0xabcd0000;
    probe(&start);
    expect_done();
    expect("ESP", ev.from_esp, 0xabcdfffc);
    expect("word", *(uint32_t *)0x3fffc, start.edx);
    start.ebx = 0xabcd0002; /* the word would wrap around */
    probe(&start);
    expect_event(VEC_SS, 0);
    expect_at(set_push_at);
    expect("ESP", ev.from_esp, 0xabcd0002);
}

/* ---- LDT and TR -------------------------------------------------------------------------- */

CASE(ldt_use, "3/3.5: selectors with TI set take their descriptor from the LDT")
{
    struct regs start = ring(3, read_ds);

    ldt_set(1, (uint32_t)&idt, 0xfff, ACC_DATA | DPL(3), SEG_D);
    ldt_load();
    start.eax = 4;
    start.eip = (uint32_t)load_ds;
    start.eax = 8 | 4 | 3;
    probe(&start);
    expect_done();
    expect("DS", ev.ds, 8 | 4 | 3);
    expect("access byte", ldt[1] >> 40 & 0xff, ACC_DATA | DPL(3) | ACC_ACCESSED);
    start.eax = 4 | 3; /* its first entry is no null selector, but an empty descriptor */
    probe(&start);
    expect_event(VEC_GP, 4);
    start.eax = sizeof(ldt) | 4;
    probe(&start);
    expect_event(VEC_GP, sizeof(ldt) | 4);
}

CASE(lldt_checks, "2/LLDT: ring 0, a GDT selector, an LDT that is present; null means none")
{
    static const struct load_row rows[] = {
        {3, SEL_LDT, 0, VEC_GP, 0},
        {0, 0, 0, DONE, 0},
        {0, 3, 0, DONE, 0},
        {0, SEL_LDT | 3, 0, DONE, 0},
        {0, SEL_LDT | 4, 0, VEC_GP, SEL_LDT | 4},
        {0, SEL_OUTSIDE, 0, VEC_GP, SEL_OUTSIDE},
        {0, SEL_DATA0, 0, VEC_GP, SEL_DATA0},
        {0, SEL_TSS_B, 0, VEC_GP, SEL_TSS_B},
        {0, SEL_T0, ACC_LDT & ~ACC_P, VEC_NP, SEL_T0},
        {0, SEL_T0, ACC_DATA & ~ACC_P, VEC_GP, SEL_T0},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].access)
            segment_set(SEL_T0, 0, 0xff, rows[i].access, 0);
        probe_eax(rows[i].cpl, load_ldt, rows[i].selector);
        expect_event(rows[i].vector, rows[i].error);
        if (rows[i].vector == DONE)
            expect("LDTR", ev.ldtr, rows[i].selector);
    }
}

CASE(tr_load, "2/LTR: ring 0, a GDT selector, an available TSS, which becomes busy")
{
    static const struct load_row rows[] = {
        {3, SEL_TSS_B, 0, VEC_GP, 0},
        {0, 0, 0, VEC_GP, 0},
        {0, SEL_TSS, 0, VEC_GP, SEL_TSS}, /* busy */
        {0, SEL_TSS_B | 4, 0, VEC_GP, SEL_TSS_B | 4},
        {0, SEL_OUTSIDE, 0, VEC_GP, SEL_OUTSIDE},
        {0, SEL_LDT, 0, VEC_GP, SEL_LDT},
        {0, SEL_T0, ACC_TSS32 & ~ACC_P, VEC_NP, SEL_T0},
        {0, SEL_T0, (ACC_TSS32 | ACC_BUSY) & ~ACC_P, VEC_GP, SEL_T0},
        {0, SEL_TSS16, 0, DONE, 0},
        {0, SEL_TSS_B | 3, 0, DONE, 0},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].access)
            segment_set(SEL_T0, 0, 0xff, rows[i].access, 0);
        probe_eax(rows[i].cpl, load_tr, rows[i].selector);
        expect_event(rows[i].vector, rows[i].error);
        if (rows[i].vector == DONE) {
            expect("TR", ev.tr, rows[i].selector);
            expect("busy", access_of(rows[i].selector) & ACC_BUSY, ACC_BUSY);
        }
    }
    expect("the old TSS", access_of(SEL_TSS) & ACC_BUSY, ACC_BUSY); /* LTR leaves it busy */
}

CASE(table_stores, "2/SGDT, SIDT, SLDT, STR, SMSW: no privilege is needed")
{
    static uint8_t to[16];
    struct regs start = ring(3, table_looks);

    start.eax = (uint32_t)to;
    probe(&start);
    expect_done();
    expect("GDT limit", to[0] | to[1] << 8, sizeof(gdt) - 1);
    expect("GDT base", to[2] | to[3] << 8 | to[4] << 16 | (uint32_t)to[5] << 24, (uint32_t)gdt);
    expect("IDT limit", to[8] | to[9] << 8, sizeof(idt) - 1);
    expect("SLDT", ev.ebx & 0xffff, 0);
    expect("STR", ev.ecx & 0xffff, SEL_TSS);
    expect("SMSW", ev.edx & 0xffff, read_cr0() & 0xffff);
}

/* ---- Looking at selectors ---------------------------------------------------------------- */

/* Types for LAR and LSL: system types by number. */
CASE(lar_lsl_types, "2/LAR, LSL: which system descriptors have access rights and a limit")
{
    const unsigned lar = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11 | 1 << 12;
    const unsigned lsl = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 11;

    for (unsigned type = 0; type < 32; type++) {
        bool code_or_data = type & ACC_S;

        segment_set(SEL_T0, 0x12345678, 0x54321, ACC_P | type, 0x5);
        probe_eax(0, selector_looks, SEL_T0);
        expect_done();
        expect("LAR finds", ev.ecx & 0xff, code_or_data || (lar >> type & 1));
        expect("LSL finds", ev.ecx >> 8 & 0xff, code_or_data || (lsl >> type & 1));
        if (ev.ecx & 1)
            expect("LAR", ev.ebx & 0x00f0ff00, 0x00500000 | (ACC_P | type) << 8);
        if (ev.ecx & 0x100)
            expect("LSL", ev.edx, 0x54321);
    }
    segment_set(SEL_T0, 0, 0x54321, ACC_DATA & ~ACC_P, SEG_FLAT); /* absent is no matter */
    probe_eax(0, selector_looks, SEL_T0);
    expect("both find", ev.ecx & 0xffff, 0x0101);
    expect("LSL", ev.edx, 0x54321fff);
}

CASE(looks_rights, "3/5.10.1: LAR, LSL, VERR and VERW see what CPL and RPL may see")
{
    static const struct {
        unsigned cpl, rpl, access;
        bool visible, readable, writable;
    } rows[] = {
        {0, 0, ACC_DATA, true, true, true},          {0, 1, ACC_DATA, false, false, false},
        {3, 0, ACC_DATA, false, false, false},       {3, 3, ACC_DATA | DPL(3), true, true, true},
        {1, 2, ACC_DATA | DPL(2), true, true, true}, {1, 3, ACC_DATA | DPL(2), false, false, false},
        {0, 0, ACC_DATA_RO, true, true, false},      {0, 0, ACC_CODE, true, false, false},
        {0, 0, ACC_CODE_R, true, true, false},       {3, 3, ACC_CONFORMING, true, true, false},
        {3, 3, ACC_CODE_R, false, false, false},     {0, 0, ACC_TSS32, true, false, false},
        {3, 0, ACC_TSS32, false, false, false},      {0, 0, ACC_LDT, true, false, false},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        segment_set(SEL_T0, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        probe_eax(rows[i].cpl, selector_looks, SEL_T0 | rows[i].rpl);
        expect_done();
        expect("LAR finds", ev.ecx & 0xff, rows[i].visible);
        expect("LSL finds", ev.ecx >> 8 & 0xff, rows[i].visible);
        expect("EBX changed", ev.ebx != 0xb0b1b2b3, rows[i].visible);
        probe_eax(rows[i].cpl, selector_verify, SEL_T0 | rows[i].rpl);
        expect("VERR", ev.ecx & 0xff, rows[i].readable);
        expect("VERW", ev.ecx >> 8 & 0xff, rows[i].writable);
        expect("access byte", access_of(SEL_T0), rows[i].access); /* looking marks nothing */
    }
}

CASE(looks_nothing, "2/LAR, VERR: null selectors and those outside the table clear ZF")
{
    static const uint16_t selectors[] = {0, 3, SEL_OUTSIDE, 4, SEL_OUTSIDE | 4};

    for (unsigned i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
        probe_eax(0, selector_looks, selectors[i]);
        expect_done();
        expect("LAR and LSL", ev.ecx & 0xffff, 0);
        probe_eax(0, selector_verify, selectors[i]);
        expect("VERR and VERW", ev.ecx & 0xffff, 0);
    }
}

CASE(arpl_table, "2/ARPL: all pairs of RPL")
{
    for (unsigned to = 0; to < 4; to++) {
        for (unsigned from = 0; from < 4; from++) {
            struct regs start = ring(3, selector_adjust);

            start.eax = 0x12345670 | to;
            start.ebx = 0x00ff0ff8 | from;
            probe(&start);
            expect_done();
            expect("ZF", ev.ecx & 0xff, to < from);
            expect("EAX", ev.eax, 0x12345670 | (to < from ? from : to));
        }
    }
}

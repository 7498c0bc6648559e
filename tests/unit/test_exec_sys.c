#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

static void start_as(const char *model, unsigned cpl)
{
    bench_protected(model, cpl);
    s = &bench.cpu->s;
}

static void start(unsigned cpl)
{
    start_as("i686,+de", cpl);
}

/* Runs the bytes at BENCH_CODE again as one step without a fault. */
static void run_ok(void)
{
    unsigned before = bench.interrupts;

    s->eip = BENCH_CODE;
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, before);
}

static void put_mov_cr(unsigned cr)
{
    CODE(BENCH_CODE, 0x0f, 0x22, 0xc0 | cr << 3); /* mov crN, eax */
}

/* ---- Control registers ------------------------------------------------------------------- */

START_TEST(privileged_instructions_need_ring_0)
{
    const uint8_t code[][3] = {
        {0x0f, 0x22, 0xc0}, {0x0f, 0x20, 0xc0}, {0x0f, 0x21, 0xc0}, {0x0f, 0x23, 0xc0},
        {0x0f, 0x06, 0},    {0x0f, 0x08, 0},    {0x0f, 0x09, 0},    {0x0f, 0x01, 0x10},
        {0x0f, 0x01, 0x18}, {0x0f, 0x01, 0xf0}, {0x0f, 0x01, 0x38}, {0x0f, 0x00, 0xd0},
        {0x0f, 0x00, 0xd8}, {0xf4, 0, 0},
    };

    for (unsigned i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
        start(3);
        memcpy(bench.ram + BENCH_CODE, code[i], 3);
        s->gpr[GPR_EAX] = 0x50000;
        bench_expect_fault(VEC_GP, 0);
    }
}
END_TEST

static void expect_cr_fault(unsigned cr, uint32_t value, unsigned vector)
{
    put_mov_cr(cr);
    s->eip = BENCH_CODE;
    s->gpr[GPR_EAX] = value;
    bench_expect_fault(vector, 0);
    bench_enter(0);
}

START_TEST(combinations_that_are_refused)
{
    start(0);
    expect_cr_fault(0, CR0_PG, VEC_GP);
    expect_cr_fault(0, CR0_PE | CR0_NW, VEC_GP);
    expect_cr_fault(4, 1, VEC_GP); /* VME */
    expect_cr_fault(4, 1u << 5, VEC_GP);
    expect_cr_fault(1, 0, VEC_UD);
    expect_cr_fault(5, 0, VEC_UD);
    expect_cr_fault(7, 0, VEC_UD);
    start_as("486", 0);
    expect_cr_fault(4, 0, VEC_UD);
    start_as("pentium,-pse", 0);
    expect_cr_fault(4, CR4_PSE, VEC_GP);
    expect_cr_fault(4, CR4_PGE, VEC_GP);
}
END_TEST

START_TEST(control_registers_hold_what_exists)
{
    start(0);
    put_mov_cr(0);
    s->gpr[GPR_EAX] = 0xffffffff & ~CR0_PG;
    run_ok();
    ck_assert_uint_eq(s->cr0, CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP |
                                  CR0_AM | CR0_NW | CR0_CD);
    put_mov_cr(4);
    s->gpr[GPR_EAX] = CR4_TSD | CR4_DE | CR4_PSE | CR4_PGE;
    run_ok();
    ck_assert_uint_eq(s->cr4, s->gpr[GPR_EAX]);
    put_mov_cr(3);
    s->gpr[GPR_EAX] = 0x1234567f;
    run_ok();
    ck_assert_uint_eq(s->cr3, 0x12345018);
    put_mov_cr(2);
    run_ok();
    ck_assert_uint_eq(s->cr2, 0x1234567f);
    CODE(BENCH_CODE, 0x0f, 0x20, 0xd3); /* mov ebx, cr2 */
    run_ok();
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0x1234567f);
}
END_TEST

START_TEST(lmsw_cannot_leave_protected_mode)
{
    start(0);
    CODE(BENCH_CODE, 0x0f, 0x01, 0xf0); /* lmsw ax */
    s->gpr[GPR_EAX] = 0xfffffff0 | CR0_TS;
    run_ok();
    ck_assert_uint_eq(s->cr0 & 0xf, CR0_PE | CR0_TS);
    CODE(BENCH_CODE, 0x0f, 0x06);
    run_ok();
    ck_assert_uint_eq(s->cr0 & 0xf, CR0_PE);
    CODE(BENCH_CODE, 0x0f, 0x01, 0xe3); /* smsw ebx */
    run_ok();
    ck_assert_uint_eq(s->gpr[GPR_EBX], s->cr0);
}
END_TEST

START_TEST(entering_protected_mode_and_leaving_it)
{
    bench_create("i686");
    s = &bench.cpu->s;
    bench_tables();
    s->gdtr = (struct cpu_table_reg){BENCH_GDT, 0xff};
    seg_load_real(bench.cpu, SEG_CS, BENCH_CODE >> 4);
    s->eip = 0;
    /* lmsw; jmp SEL_CODE0:.+8; mov ax, SEL_DATA0; mov ds, ax */
    CODE(BENCH_CODE, 0x0f, 0x01, 0xf0, 0x66, 0xea, 0x0b, 0x80, 0, 0, SEL_CODE0, 0);
    CODE(BENCH_CODE + 11, 0x66, 0xb8, SEL_DATA0, 0, 0x8e, 0xd8);
    /* jmp SEL_CODE16:; mov cr0, ebx; jmp 0800:0020 */
    CODE(BENCH_CODE + 17, 0xea, 0x18, 0x80, 0, 0, SEL_CODE16, 0, 0x0f, 0x22, 0xc3);
    CODE(BENCH_CODE + 27, 0xea, 0x20, 0, 0, 0x08);
    s->gpr[GPR_EAX] = CR0_PE;
    s->gpr[GPR_EBX] = 0;
    bench_run(7);
    ck_assert_uint_eq(bench.interrupts, 0);
    ck_assert(!cpu_protected(bench.cpu));
    ck_assert_uint_eq(s->seg[SEG_CS].base, 0x8000);
    ck_assert_uint_eq(s->eip, 0x20);
    ck_assert_uint_eq(s->seg[SEG_DS].limit, 0xffffffff); /* big real mode */
}
END_TEST

START_TEST(debug_registers_4_and_5)
{
    start(0);
    CODE(BENCH_CODE, 0x0f, 0x23, 0xe8); /* mov dr5, eax */
    s->gpr[GPR_EAX] = 0xffffdfff;
    run_ok();
    ck_assert_uint_eq(s->dr[7], 0xffff07ff);
    CODE(BENCH_CODE, 0x0f, 0x21, 0xe3); /* mov ebx, dr4 */
    run_ok();
    ck_assert_uint_eq(s->gpr[GPR_EBX], DR6_RESET);
    s->dr[7] = DR7_RESET;
    s->cr4 |= CR4_DE;
    s->eip = BENCH_CODE;
    bench_expect_fault(VEC_UD, 0);
}
END_TEST

START_TEST(test_registers_are_of_the_386_and_486)
{
    start_as("386", 0);
    CODE(BENCH_CODE, 0x0f, 0x26, 0xf0); /* mov tr6, eax */
    s->gpr[GPR_EAX] = 0x12345678;
    run_ok();
    CODE(BENCH_CODE, 0x0f, 0x24, 0xf3); /* mov ebx, tr6 */
    run_ok();
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0x12345678);
    CODE(BENCH_CODE, 0x0f, 0x24, 0xdb); /* mov ebx, tr3 */
    s->eip = BENCH_CODE;
    bench_expect_fault(VEC_UD, 0);
    start_as("486", 0);
    CODE(BENCH_CODE, 0x0f, 0x24, 0xdb);
    run_ok();
    start_as("pentium", 0);
    CODE(BENCH_CODE, 0x0f, 0x24, 0xf3);
    bench_expect_fault(VEC_UD, 0);
}
END_TEST

START_TEST(rdtsc_counts_steps)
{
    start(3);
    CODE(BENCH_CODE, 0x0f, 0x31);
    s->icount = 0x100000005;
    s->tsc_base = 0x10;
    run_ok();
    ck_assert_uint_eq(s->gpr[GPR_EAX], 0x15);
    ck_assert_uint_eq(s->gpr[GPR_EDX], 1);
    s->cr4 |= CR4_TSD;
    s->eip = BENCH_CODE;
    bench_expect_fault(VEC_GP, 0);
}
END_TEST

/* ---- Flags ------------------------------------------------------------------------------- */

static uint32_t popf(unsigned opsize, uint32_t image)
{
    s->gpr[GPR_ESP] -= opsize;
    bench_put(s->seg[SEG_SS].base + s->gpr[GPR_ESP], opsize, image);
    if (opsize == (s->seg[SEG_CS].attr & SEGATTR_DB ? 4u : 2u))
        CODE(s->seg[SEG_CS].base + s->eip, 0x9d);
    else
        CODE(s->seg[SEG_CS].base + s->eip, 0x66, 0x9d);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 0);
    return s->eflags;
}

enum { FREE_FLAGS = EFLAGS_FIXED | EFLAGS_STATUS | EFLAGS_TF | EFLAGS_DF | EFLAGS_NT };

START_TEST(popf_by_ring_and_iopl)
{
    start(0);
    ck_assert_uint_eq(popf(4, 0xffffffff),
                      FREE_FLAGS | EFLAGS_IF | EFLAGS_IOPL | EFLAGS_AC | EFLAGS_ID);
    start(3);
    s->eflags = EFLAGS_FIXED;
    ck_assert_uint_eq(popf(4, 0xffffffff), FREE_FLAGS | EFLAGS_AC | EFLAGS_ID);
    start(3);
    s->eflags = EFLAGS_FIXED | EFLAGS_IOPL;
    ck_assert_uint_eq(popf(4, 0xffffffff),
                      FREE_FLAGS | EFLAGS_IF | EFLAGS_IOPL | EFLAGS_AC | EFLAGS_ID);
    start(3);
    s->eflags = EFLAGS_FIXED | EFLAGS_AC;
    ck_assert_uint_eq(popf(2, 0), EFLAGS_FIXED | EFLAGS_AC);
}
END_TEST

START_TEST(popf_by_level)
{
    start_as("386", 0);
    ck_assert_uint_eq(popf(4, 0xffffffff), FREE_FLAGS | EFLAGS_IF | EFLAGS_IOPL);
    start_as("486", 0);
    ck_assert_uint_eq(popf(4, 0xffffffff), FREE_FLAGS | EFLAGS_IF | EFLAGS_IOPL | EFLAGS_AC);
}
END_TEST

START_TEST(pushf_hides_rf_and_vm)
{
    start(0);
    bench_enter_v86(3);
    CODE(BENCH_CODE, 0x66, 0x9c);
    s->eflags |= EFLAGS_RF;
    bench_run(1);
    ck_assert_uint_eq(bench_get(0xeffc, 4), EFLAGS_FIXED | EFLAGS_IF | EFLAGS_IOPL);
}
END_TEST

START_TEST(v86_flag_instructions_need_iopl_3)
{
    const uint8_t opcodes[] = {0x9c, 0x9d, 0xfa, 0xfb};

    for (unsigned i = 0; i < sizeof(opcodes); i++) {
        start(0);
        bench_enter_v86(2);
        bench_put(BENCH_CODE, 1, opcodes[i]);
        bench_expect_fault(VEC_GP, 0);
        start(0);
        bench_enter_v86(3);
        bench_put(BENCH_CODE, 1, opcodes[i]);
        bench_run(1);
        ck_assert_uint_eq(bench.interrupts, 0);
    }
    start(0);
    bench_enter_v86(3);
    ck_assert_uint_eq(popf(2, 0), EFLAGS_FIXED | EFLAGS_VM | EFLAGS_IOPL);
}
END_TEST

START_TEST(cli_and_sti_by_iopl)
{
    start(3);
    bench_put(BENCH_CODE, 1, 0xfa);
    bench_expect_fault(VEC_GP, 0);
    start(3);
    s->eflags |= EFLAGS_IOPL;
    bench_put(BENCH_CODE, 1, 0xfa);
    run_ok();
    ck_assert(!(s->eflags & EFLAGS_IF));
    bench_put(BENCH_CODE, 1, 0xfb);
    run_ok();
    ck_assert(s->eflags & EFLAGS_IF);
}
END_TEST

/* ---- Ports ------------------------------------------------------------------------------- */

static void expect_in(uint16_t port, unsigned size, bool allowed)
{
    start(3);
    s->gpr[GPR_EDX] = port;
    if (size == 2)
        CODE(BENCH_CODE, 0x66, 0xed);
    else
        CODE(BENCH_CODE, size == 1 ? 0xec : 0xed);
    bench_put(BENCH_TSS + 0x68 + 0x42 / 8, 1, 1u << (0x42 % 8)); /* port 42 is closed */
    bench_put(BENCH_TSS + 0x68 + 0x48 / 8, 1, 1);                /* and port 48 */
    if (allowed)
        run_ok();
    else
        bench_expect_fault(VEC_GP, 0);
}

START_TEST(the_io_permission_bitmap)
{
    expect_in(0x41, 1, true);
    expect_in(0x42, 1, false);
    expect_in(0x43, 1, true);
    expect_in(0x41, 2, false);
    expect_in(0x43, 2, true);
    expect_in(0x40, 4, false);
    expect_in(0x43, 4, true);
    expect_in(0x47, 2, false); /* across two bytes of the map */
    expect_in(0x45, 4, false);
}
END_TEST

START_TEST(the_bitmap_ends_with_the_tss)
{
    start(3);
    CODE(BENCH_CODE, 0xec);
    s->gpr[GPR_EDX] = 0x40;
    s->tr.limit = 0x68 + 8 + 1;
    run_ok();
    s->tr.limit--; /* two bytes are read */
    s->eip = BENCH_CODE;
    bench_expect_fault(VEC_GP, 0);
    start(3);
    CODE(BENCH_CODE, 0xec);
    s->tr.attr = ACCESS_P | DESC_TSS16_BUSY;
    bench_put(BENCH_TSS + 2, 2, BENCH_STACK0);
    bench_put(BENCH_TSS + 4, 2, SEL_DATA0);
    bench_expect_fault(VEC_GP, 0);
}
END_TEST

START_TEST(iopl_opens_all_ports_but_not_in_v86)
{
    start(3);
    s->tr.limit = 0x67;
    s->eflags |= EFLAGS_IOPL;
    CODE(BENCH_CODE, 0xec);
    run_ok();
    bench_enter_v86(3);
    bench_expect_fault(VEC_GP, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exec_sys");
    TCase *tc = tcase_create("exec_sys");

    tcase_add_test(tc, privileged_instructions_need_ring_0);
    tcase_add_test(tc, combinations_that_are_refused);
    tcase_add_test(tc, control_registers_hold_what_exists);
    tcase_add_test(tc, lmsw_cannot_leave_protected_mode);
    tcase_add_test(tc, entering_protected_mode_and_leaving_it);
    tcase_add_test(tc, debug_registers_4_and_5);
    tcase_add_test(tc, test_registers_are_of_the_386_and_486);
    tcase_add_test(tc, rdtsc_counts_steps);
    tcase_add_test(tc, popf_by_ring_and_iopl);
    tcase_add_test(tc, popf_by_level);
    tcase_add_test(tc, pushf_hides_rf_and_vm);
    tcase_add_test(tc, v86_flag_instructions_need_iopl_3);
    tcase_add_test(tc, cli_and_sti_by_iopl);
    tcase_add_test(tc, the_io_permission_bitmap);
    tcase_add_test(tc, the_bitmap_ends_with_the_tss);
    tcase_add_test(tc, iopl_opens_all_ports_but_not_in_v86);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

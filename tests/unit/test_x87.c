/* The floating-point unit's surroundings: when it may run, how exceptions are reported,
 * environments in memory, last-instruction pointers. Its arithmetic is tested in
 * test_x87_silicon.c. */
#include "cpu/x87.h"
#include "tests/unit/cpu_bench.h"

enum { DATA = 0x18000 };

static struct cpu_state *s;

static void enter(const char *model, uint32_t cr0)
{
    bench_protected(model, 0);
    s = &bench.cpu->s;
    s->cr0 = (s->cr0 & ~(CR0_NE | CR0_MP | CR0_EM | CR0_TS)) | cr0;
    s->x87.cw = X87_CW_DEFAULT;
    s->x87.tw = 0xffff;
}

/* ZE unmasked, and the division 1/0 done. */
static void divide_by_zero(void)
{
    CODE(BENCH_CODE, 0xd9, 0xe8, 0xd9, 0xee, 0xde, 0xf9); /* fld1; fldz; fdivrp */
    s->x87.cw &= ~X87_ZE;
    bench_run(3);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 6);
    ck_assert_uint_eq(s->x87.sw & (X87_ES | X87_B | X87_ZE), X87_ES | X87_B | X87_ZE);
}

/* ---- Device not available ------------------------------------------------------------------- */

START_TEST(esc_and_wait_without_the_unit)
{
    /* SDM vol. 3, table 2-2. */
    static const struct {
        uint32_t cr0;
        bool esc, wait;
    } rows[] = {
        {0, false, false},
        {CR0_MP, false, false},
        {CR0_TS, true, false},
        {CR0_TS | CR0_MP, true, true},
        {CR0_EM, true, false},
        {CR0_EM | CR0_MP, true, false},
        {CR0_EM | CR0_TS, true, false},
        {CR0_EM | CR0_TS | CR0_MP, true, true},
    };

    for (unsigned i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        bool wait = i & 1, fault = wait ? rows[i / 2].wait : rows[i / 2].esc;

        enter("i686", rows[i / 2].cr0 | CR0_NE);
        if (wait)
            CODE(BENCH_CODE, 0x9b);
        else
            CODE(BENCH_CODE, 0xdb, 0xe3); /* fninit does not wait, but needs the unit */
        bench_run(1);
        ck_assert_uint_eq(bench.interrupts, fault);
        if (fault)
            ck_assert_uint_eq(bench.interrupt.vector, VEC_NM);
    }
}
END_TEST

START_TEST(not_available_comes_before_pending)
{
    enter("i686", CR0_NE);
    divide_by_zero();
    s->cr0 |= CR0_TS;
    CODE(BENCH_CODE + 6, 0xd9, 0xe8);
    bench_expect_fault(VEC_NM, 0);
}
END_TEST

START_TEST(absent_unit_reads_as_ones)
{
    enter("486,-fpu", 0);
    /* fninit; fnstsw ax; fnstcw [DATA]; fld1; fwait */
    CODE(BENCH_CODE, 0xdb, 0xe3, 0xdf, 0xe0, 0xd9, 0x3d, 0, DATA >> 8 & 0xff, DATA >> 16, 0, 0xd9,
         0xe8, 0x9b);
    bench_run(5);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 13);
    ck_assert_uint_eq(s->gpr[GPR_EAX] & 0xffff, 0xffff);
    ck_assert_uint_eq(bench_get(DATA, 2), 0xffff);
    ck_assert_uint_eq(s->x87.tw, 0xffff);
}
END_TEST

/* ---- Pending exceptions --------------------------------------------------------------------- */

START_TEST(next_waiting_instruction_raises_mf)
{
    enter("i686", CR0_NE);
    divide_by_zero();
    CODE(BENCH_CODE + 6, 0xdf, 0xe0, 0xd9, 0xc9); /* fnstsw ax does not wait; fxch does */
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_EAX] & 0xffff, s->x87.sw);
    bench_expect_fault(VEC_MF, 0);
    ck_assert_uint_eq(bench_get(s->gpr[GPR_ESP], 4), BENCH_CODE + 8);
    ck_assert(!bench.ferr);
}
END_TEST

START_TEST(mf_comes_before_the_operands_fault)
{
    enter("i686", CR0_NE);
    divide_by_zero();
    s->seg[SEG_DS].limit = 0;
    CODE(BENCH_CODE + 6, 0xd9, 0x05, 0, 0, 1, 0);
    bench_expect_fault(VEC_MF, 0);
}
END_TEST

START_TEST(fnclex_forgets_the_pending_one)
{
    enter("i686", CR0_NE);
    divide_by_zero();
    CODE(BENCH_CODE + 6, 0xdb, 0xe2, 0x9b);
    bench_run(2);
    ck_assert_uint_eq(bench.interrupts, 0);
    ck_assert_uint_eq(s->x87.sw & (X87_ES | X87_B | X87_EXCEPTIONS), 0);
}
END_TEST

START_TEST(unmasking_makes_it_pending)
{
    enter("i686", CR0_NE);
    s->x87.sw = X87_PE;
    bench_put(DATA, 2, X87_CW_DEFAULT & ~X87_PE);
    CODE(BENCH_CODE, 0xd9, 0x2d, 0, DATA >> 8 & 0xff, DATA >> 16, 0, 0x9b); /* fldcw; fwait */
    bench_run(1);
    ck_assert_uint_eq(s->x87.sw, X87_PE | X87_ES | X87_B);
    bench_expect_fault(VEC_MF, 0);
}
END_TEST

/* ---- FERR#: the way of the PC --------------------------------------------------------------- */

START_TEST(ferr_rises_with_the_exception)
{
    enter("i686", 0);
    divide_by_zero();
    ck_assert(bench.ferr);
    CODE(BENCH_CODE + 6, 0xdb, 0xe2);
    bench_run(1);
    ck_assert(!bench.ferr);
}
END_TEST

START_TEST(ferr_follows_cr0_ne)
{
    enter("i686", 0);
    divide_by_zero();
    s->gpr[GPR_EAX] = s->cr0 | CR0_NE;
    s->gpr[GPR_EBX] = s->cr0;
    CODE(BENCH_CODE + 6, 0x0f, 0x22, 0xc0, 0x0f, 0x22, 0xc3); /* mov cr0, eax; mov cr0, ebx */
    bench_run(1);
    ck_assert(!bench.ferr);
    bench_run(1);
    ck_assert(bench.ferr);
}
END_TEST

START_TEST(ignne_lets_it_run_on)
{
    enter("i686", 0);
    divide_by_zero();
    CODE(BENCH_CODE + 6, 0xd9, 0xe8); /* fld1 */
    cpu_set_ignne(bench.cpu, true);
    bench_run(1);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 8);
    ck_assert(bench.ferr);
}
END_TEST

START_TEST(waits_for_the_interrupt)
{
    enter("i686", 0);
    divide_by_zero();
    CODE(BENCH_CODE + 6, 0x9b);
    bench_run(5);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 6);
    ck_assert_uint_eq(bench.interrupts, 0);
    bench.vector = 0x75;
    cpu_set_intr(bench.cpu, true);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 1);
    ck_assert_uint_eq(bench.interrupt.vector, 0x75);
    ck_assert_uint_eq(bench_get(s->gpr[GPR_ESP], 4), BENCH_CODE + 6);
}
END_TEST

/* ---- Pointers ------------------------------------------------------------------------------- */

START_TEST(pointers_are_those_of_the_last_one)
{
    enter("i686", CR0_NE);
    s->gpr[GPR_EBX] = DATA - 8;
    CODE(BENCH_CODE, 0x36, 0xd9, 0x43, 0x08,                /* fld dword ss:[ebx+8] */
         0xd9, 0x3d, 0x00, DATA >> 8 & 0xff, DATA >> 16, 0, /* fnstcw [DATA]: control */
         0xdc, 0xc0);                                       /* fadd st(0), st */
    bench_run(2);
    ck_assert_uint_eq(s->x87.fip, BENCH_CODE);
    ck_assert_uint_eq(s->x87.fcs, SEL_CODE0);
    ck_assert_uint_eq(s->x87.fdp, DATA);
    ck_assert_uint_eq(s->x87.fds, SEL_DATA0);
    ck_assert_uint_eq(s->x87.fop, 0x143);
    bench_run(1);
    ck_assert_uint_eq(s->x87.fip, BENCH_CODE + 10);
    ck_assert_uint_eq(s->x87.fdp, DATA);
    ck_assert_uint_eq(s->x87.fop, 0x4c0);
}
END_TEST

/* ---- Environments --------------------------------------------------------------------------- */

static void put_pointers(void)
{
    s->x87.fip = 0x00012345;
    s->x87.fcs = 0x1110;
    s->x87.fdp = 0x00006789;
    s->x87.fds = 0x2220;
    s->x87.fop = 0x5a5;
    s->x87.sw = 3 << X87_TOP_SHIFT;
    s->gpr[GPR_EBX] = 0x100;
}

static void expect_words(unsigned field, const uint32_t *expected)
{
    uint32_t at = s->seg[SEG_DS].base + 0x100;

    for (unsigned i = 0; i < 7; i++)
        ck_assert_msg(bench_get(at + i * field, field) == expected[i], "field %u is %x, not %x", i,
                      bench_get(at + i * field, field), expected[i]);
}

/* fnstenv [ebx] or [bx], in one of the layouts of SDM vol. 1, figures 8-9 to 8-12. */
static void store_environment(bool wide, bool operand32)
{
    uint8_t code[4], n = 0;

    if (wide != operand32)
        code[n++] = 0x66;
    code[n++] = 0xd9;
    code[n++] = wide ? 0x33 : 0x37;
    bench_copy(BENCH_CODE, code, n);
    bench_run(1);
    ck_assert_uint_eq(s->eip, s->seg[SEG_CS].base == BENCH_CODE ? n : BENCH_CODE + n);
}

START_TEST(environment_protected_32)
{
    static const uint32_t expected[] = {0xffff037f, 0xffff1800, 0xffffffff, 0x00012345,
                                        0x05a51110, 0x00006789, 0xffff2220};

    enter("i686", CR0_NE);
    put_pointers();
    store_environment(true, true);
    expect_words(4, expected);
}
END_TEST

START_TEST(environment_protected_16)
{
    static const uint32_t expected[] = {0x037f, 0x1800, 0xffff, 0x2345, 0x1110, 0x6789, 0x2220};

    enter("i686", CR0_NE);
    put_pointers();
    store_environment(true, false);
    expect_words(2, expected);
}
END_TEST

/* In 16-bit code ModRM 37 is [bx]. Linear: 11100 + 12345 and 22200 + 6789. */
static void enter_v86(void)
{
    enter("i686", CR0_NE);
    bench_enter_v86(3);
    put_pointers();
}

START_TEST(environment_real_32)
{
    static const uint32_t expected[] = {0xffff037f, 0xffff1800, 0xffffffff, 0xffff3445,
                                        0x000025a5, 0xffff8989, 0x00002000};

    enter_v86();
    store_environment(false, true);
    expect_words(4, expected);
}
END_TEST

START_TEST(environment_real_16)
{
    static const uint32_t expected[] = {0x037f, 0x1800, 0xffff, 0x3445, 0x25a5, 0x8989, 0x2000};

    enter_v86();
    store_environment(false, false);
    expect_words(2, expected);
}
END_TEST

static void fill_registers(void)
{
    for (unsigned i = 0; i < 8; i++)
        s->x87.st[i] = (struct x87_reg){X87_INTEGER_BIT + i, (uint16_t)(0x3fff + i)};
    s->x87.tw = 0x00ff; /* R0..R3 empty */
    s->x87.sw = 4 << X87_TOP_SHIFT | X87_C1 | X87_PE;
}

START_TEST(save_and_restore)
{
    struct x87_state before;

    enter("i686", CR0_NE);
    put_pointers();
    fill_registers();
    before = s->x87;
    CODE(BENCH_CODE, 0xdd, 0x33, 0xdd, 0x23); /* fnsave [ebx]; frstor [ebx] */
    bench_run(1);
    ck_assert_uint_eq(s->x87.cw, X87_CW_DEFAULT);
    ck_assert_uint_eq(s->x87.sw, 0);
    ck_assert_uint_eq(s->x87.tw, 0xffff);
    ck_assert_uint_eq(bench_get(0x100 + 28, 4), 4); /* ST(0) is R4 */
    ck_assert_uint_eq(bench_get(0x100 + 28 + 8, 2), 0x3fff + 4);
    bench_run(1);
    ck_assert_mem_eq(&s->x87, &before, sizeof before);
}
END_TEST

START_TEST(restored_tags_are_those_of_the_contents)
{
    enter("i686", CR0_NE);
    s->x87.st[1].mant = X87_INTEGER_BIT;
    s->x87.st[1].se = 0x3fff;
    s->x87.st[2].se = X87_EXP_MAX;
    s->gpr[GPR_EBX] = 0x100;
    bench_put(0x100, 4, X87_CW_DEFAULT);
    bench_put(0x104, 4, 0);
    bench_put(0x108, 4, 0xffc0 | 0x2a); /* three not empty, all "special" */
    CODE(BENCH_CODE, 0xd9, 0x23);       /* fldenv [ebx] */
    bench_run(1);
    ck_assert_uint_eq(s->x87.tw, 0xffc0 | X87_SPECIAL << 4 | X87_VALID << 2 | X87_ZERO);
}
END_TEST

/* ---- Faults leave everything as it was ------------------------------------------------------ */

START_TEST(faults_change_nothing)
{
    /* fld m32, fadd m64, fistp m16, fstp m80, fbstp, fldenv, fnstenv, frstor, fnsave, fldcw at
     * [ebx], which begins four bytes before the end of the segment or behind it. */
    static const uint8_t code[][2] = {{0xd9, 0x03}, {0xdc, 0x03}, {0xdf, 0x1b}, {0xdb, 0x3b},
                                      {0xdf, 0x33}, {0xd9, 0x23}, {0xd9, 0x33}, {0xdd, 0x23},
                                      {0xdd, 0x33}, {0xd9, 0x2b}};

    for (unsigned i = 0; i < sizeof code / sizeof code[0]; i++) {
        struct x87_state before;

        enter("i686", CR0_NE);
        put_pointers();
        fill_registers();
        before = s->x87;
        s->seg[SEG_DS].limit = DATA + 3;
        s->gpr[GPR_EBX] = code[i][0] == 0xd9 && code[i][1] < 0x30 ? DATA + 4 : DATA + (i == 2) * 3;
        bench_put(DATA, 4, 0x11223344);
        bench_copy(BENCH_CODE, code[i], 2);
        bench_expect_fault(VEC_GP, 0);
        ck_assert_mem_eq(&s->x87, &before, sizeof before);
        ck_assert_uint_eq(bench_get(DATA, 4), 0x11223344);
    }
}
END_TEST

/* ---- The host's own unit -------------------------------------------------------------------- */

#ifdef X87_HAVE_HOST
START_TEST(host_is_left_clean)
{
    uint16_t cw, tw[14];

    enter("i686", CR0_NE);
    s->x87.cw = 0x0c40; /* nothing masked, 24 bits, chopping */
    divide_by_zero();
    __asm__ volatile("fnstcw %0\n\tfnstenv %1\n\tfldcw %0" : "=m"(cw), "=m"(tw));
    ck_assert_uint_eq(cw, X87_CW_DEFAULT);
    ck_assert_uint_eq(tw[4], 0xffff);
}
END_TEST
#endif

int main(void)
{
    Suite *suite = suite_create("x87");
    TCase *tc = tcase_create("surroundings");

    tcase_add_test(tc, esc_and_wait_without_the_unit);
    tcase_add_test(tc, not_available_comes_before_pending);
    tcase_add_test(tc, absent_unit_reads_as_ones);
    tcase_add_test(tc, next_waiting_instruction_raises_mf);
    tcase_add_test(tc, mf_comes_before_the_operands_fault);
    tcase_add_test(tc, fnclex_forgets_the_pending_one);
    tcase_add_test(tc, unmasking_makes_it_pending);
    tcase_add_test(tc, ferr_rises_with_the_exception);
    tcase_add_test(tc, ferr_follows_cr0_ne);
    tcase_add_test(tc, ignne_lets_it_run_on);
    tcase_add_test(tc, waits_for_the_interrupt);
    tcase_add_test(tc, pointers_are_those_of_the_last_one);
    tcase_add_test(tc, environment_protected_32);
    tcase_add_test(tc, environment_protected_16);
    tcase_add_test(tc, environment_real_32);
    tcase_add_test(tc, environment_real_16);
    tcase_add_test(tc, save_and_restore);
    tcase_add_test(tc, restored_tags_are_those_of_the_contents);
    tcase_add_test(tc, faults_change_nothing);
#ifdef X87_HAVE_HOST
    tcase_add_test(tc, host_is_left_clean);
#endif
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

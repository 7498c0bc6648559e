#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

static void start(unsigned cpl)
{
    bench_protected("i686", cpl);
    s = &bench.cpu->s;
}

/* JMP FAR or CALL FAR to selector:offset as the instruction under test. */
static void put_far(uint8_t opcode, uint16_t selector, uint32_t offset)
{
    bench_put(BENCH_CODE, 1, opcode);
    bench_put(BENCH_CODE + 1, 4, offset);
    bench_put(BENCH_CODE + 5, 2, selector);
}

enum { JMP_FAR = 0xea, CALL_FAR = 0x9a };
enum { TARGET = 0x9000 };

static void expect_jump(uint16_t selector, uint16_t cs)
{
    put_far(JMP_FAR, selector, TARGET);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 0);
    ck_assert_uint_eq(s->eip, TARGET);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, cs);
}

static void expect_jump_fault(uint16_t selector, unsigned vector, uint32_t error)
{
    put_far(JMP_FAR, selector, TARGET);
    bench_expect_fault(vector, error);
    ck_assert_uint_eq(bench.interrupt.from_eip, BENCH_CODE);
}

/* ---- Direct ------------------------------------------------------------------------------ */

START_TEST(jumps_within_a_ring)
{
    start(0);
    expect_jump(SEL_CODE0, SEL_CODE0);
    ck_assert_uint_eq(bench_access(SEL_CODE0), ACCESS_CODE | 1);
    start(3);
    expect_jump(SEL_CODE3 & ~3, SEL_CODE3);
    start(3);
    expect_jump(SEL_CONFORMING, SEL_CONFORMING | 3);
    ck_assert_uint_eq(s->cpl, 3);
}
END_TEST

START_TEST(jumps_that_are_refused)
{
    start(0);
    expect_jump_fault(0, VEC_GP, 0);
    start(0);
    expect_jump_fault(0x1000, VEC_GP, 0x1000);
    start(0);
    expect_jump_fault(SEL_DATA0, VEC_GP, SEL_DATA0);
    start(0);
    expect_jump_fault(SEL_CODE3, VEC_GP, SEL_CODE3 & ~3);
    start(3);
    expect_jump_fault(SEL_CODE0, VEC_GP, SEL_CODE0);
    start(0);
    expect_jump_fault(SEL_CODE0 | 3, VEC_GP, SEL_CODE0);
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfffff, ACCESS_CODE & ~ACCESS_P, FLAGS_32);
    expect_jump_fault(SEL_FREE, VEC_NP, SEL_FREE);
    start(0);
    bench_descriptor(SEL_FREE, 0, TARGET - 1, ACCESS_CODE, FLAGS_16);
    expect_jump_fault(SEL_FREE, VEC_GP, 0);
    start(0);
    expect_jump_fault(SEL_LDT, VEC_GP, SEL_LDT);
}
END_TEST

START_TEST(calls_push_cs_and_eip)
{
    start(3);
    put_far(CALL_FAR, SEL_CODE3, TARGET);
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK - 8);
    ck_assert_uint_eq(bench_get(BENCH_USER_STACK - 4, 4), SEL_CODE3);
    ck_assert_uint_eq(bench_get(BENCH_USER_STACK - 8, 4), BENCH_CODE + 7);
}
END_TEST

START_TEST(real_mode_calls)
{
    bench_create("i686");
    s = &bench.cpu->s;
    seg_load_real(bench.cpu, SEG_CS, BENCH_CODE >> 4);
    s->eip = 0;
    s->gpr[GPR_ESP] = 0x7000;
    CODE(BENCH_CODE, 0x9a, 0x34, 0x12, 0x00, 0x90); /* call 9000:1234 */
    CODE(0x91234, 0xcb);                            /* retf */
    bench_run(1);
    ck_assert_uint_eq(s->seg[SEG_CS].base, 0x90000);
    ck_assert_uint_eq(s->eip, 0x1234);
    ck_assert_uint_eq(bench_get(0x6ffc, 4), BENCH_CODE << 12 | 5);
    bench_run(1);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, BENCH_CODE >> 4);
    ck_assert_uint_eq(s->eip, 5);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0x7000);
}
END_TEST

/* ---- Call gates -------------------------------------------------------------------------- */

static void put_gate(unsigned type, unsigned dpl, uint16_t selector, unsigned params)
{
    bench_put_gate(BENCH_GDT + SEL_FREE, type, dpl, selector, TARGET, params);
}

START_TEST(call_gates_go_inward_with_parameters)
{
    start(3);
    put_gate(DESC_CALL_GATE32, 3, SEL_CODE0, 3);
    put_far(CALL_FAR, SEL_FREE | 3, 0xdeadbeef);
    for (unsigned i = 0; i < 3; i++)
        bench_put(BENCH_USER_STACK - 12 + 4 * i, 4, 0x100 + i);
    s->gpr[GPR_ESP] = BENCH_USER_STACK - 12;
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 0);
    ck_assert_uint_eq(s->cpl, 0);
    ck_assert_uint_eq(s->eip, TARGET);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_STACK0 - 28);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 4, 4), SEL_DATA3);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 8, 4), BENCH_USER_STACK - 12);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 12, 4), 0x102);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 16, 4), 0x101);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 20, 4), 0x100);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 24, 4), SEL_CODE3);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 28, 4), BENCH_CODE + 7);
}
END_TEST

/* The way back: RETF n releases the parameters on both stacks. */
START_TEST(far_returns_release_parameters)
{
    start(3);
    put_gate(DESC_CALL_GATE32, 3, SEL_CODE0, 2);
    put_far(CALL_FAR, SEL_FREE | 3, 0);
    CODE(TARGET, 0xca, 0x08, 0x00); /* retf 8 */
    s->gpr[GPR_ESP] = BENCH_USER_STACK - 8;
    bench_run(2);
    ck_assert_uint_eq(bench.interrupts, 0);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 7);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK);
    ck_assert_uint_eq(s->seg[SEG_SS].selector, SEL_DATA3);
}
END_TEST

START_TEST(sixteen_bit_gates_push_words)
{
    start(3);
    put_gate(DESC_CALL_GATE16, 3, SEL_CODE0, 1);
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_put(BENCH_USER_STACK - 2, 2, 0x4444);
    s->gpr[GPR_ESP] = BENCH_USER_STACK - 2;
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_STACK0 - 10);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 6, 2), 0x4444);
    ck_assert_uint_eq(bench_get(BENCH_STACK0 - 10, 2), BENCH_CODE + 7);
}
END_TEST

START_TEST(gates_to_the_same_ring)
{
    start(3);
    put_gate(DESC_CALL_GATE32, 3, SEL_CONFORMING, 5);
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_run(1);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK - 8); /* nothing copied */
    start(0);
    put_gate(DESC_CALL_GATE32, 0, SEL_CODE0, 0);
    expect_jump(SEL_FREE, SEL_CODE0);
}
END_TEST

START_TEST(gates_that_are_refused)
{
    start(3);
    put_gate(DESC_CALL_GATE32, 2, SEL_CODE0, 0);
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_expect_fault(VEC_GP, SEL_FREE);
    start(0);
    put_gate(DESC_CALL_GATE32, 2, SEL_CODE0, 0);
    put_far(CALL_FAR, SEL_FREE | 3, 0); /* RPL counts */
    bench_expect_fault(VEC_GP, SEL_FREE);
    start(3);
    put_gate(DESC_CALL_GATE32, 3, SEL_CODE0, 0);
    expect_jump_fault(SEL_FREE, VEC_GP, SEL_CODE0); /* a jump cannot go inward */
    start(3);
    put_gate(DESC_CALL_GATE32, 3, 0, 0);
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_expect_fault(VEC_GP, 0);
    start(0);
    put_gate(DESC_CALL_GATE32, 3, SEL_CODE3, 0); /* nor a call outward */
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_expect_fault(VEC_GP, SEL_CODE3 & ~3);
    start(3);
    put_gate(DESC_CALL_GATE32, 3, SEL_CODE0, 0);
    bench.ram[BENCH_GDT + SEL_FREE + 5] &= ~ACCESS_P;
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_expect_fault(VEC_NP, SEL_FREE);
}
END_TEST

START_TEST(a_gates_stack_is_checked_without_ext)
{
    start(3);
    bench_put(BENCH_TSS + 8, 4, SEL_DATA1);
    put_gate(DESC_CALL_GATE32, 3, SEL_CODE0, 0);
    put_far(CALL_FAR, SEL_FREE, 0);
    bench_gate(VEC_TS, DESC_INT_GATE32, 0, SEL_CONFORMING);
    bench_expect_fault(VEC_TS, SEL_DATA1 & ~3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("far");
    TCase *tc = tcase_create("far");

    tcase_add_test(tc, jumps_within_a_ring);
    tcase_add_test(tc, jumps_that_are_refused);
    tcase_add_test(tc, calls_push_cs_and_eip);
    tcase_add_test(tc, real_mode_calls);
    tcase_add_test(tc, call_gates_go_inward_with_parameters);
    tcase_add_test(tc, far_returns_release_parameters);
    tcase_add_test(tc, sixteen_bit_gates_push_words);
    tcase_add_test(tc, gates_to_the_same_ring);
    tcase_add_test(tc, gates_that_are_refused);
    tcase_add_test(tc, a_gates_stack_is_checked_without_ext);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

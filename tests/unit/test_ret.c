#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

enum { USER_FLAGS = EFLAGS_FIXED | EFLAGS_IF | EFLAGS_CF };

static void start_as(const char *model, unsigned cpl)
{
    bench_protected(model, cpl);
    s = &bench.cpu->s;
    bench_put(BENCH_CODE, 1, 0xcf); /* iret */
}

static void start(unsigned cpl)
{
    start_as("i686", cpl);
}

/* Pushes the words of a frame, the last one first in memory. */
static void push_words(unsigned n, const uint32_t *words)
{
    for (unsigned i = 0; i < n; i++) {
        s->gpr[GPR_ESP] -= 4;
        bench_put(s->gpr[GPR_ESP], 4, words[i]);
    }
}

#define FRAME(...)                                                                                 \
    push_words(sizeof((const uint32_t[]){__VA_ARGS__}) / 4, (const uint32_t[]){__VA_ARGS__})

static void check_slot(unsigned i, enum cpu_frame_word word, uint32_t linear, uint32_t value)
{
    ck_assert_uint_eq(bench.iret.slot[i].word, word);
    ck_assert_uint_eq(bench.iret.slot[i].linear, linear);
    ck_assert_uint_eq(bench.iret.slot[i].value, value);
}

/* ---- To a ring --------------------------------------------------------------------------- */

START_TEST(to_user_mode)
{
    start(0);
    FRAME(SEL_DATA3, BENCH_USER_STACK, USER_FLAGS, SEL_CODE3, 0x1234);
    bench_run(1);
    ck_assert_uint_eq(bench.irets, 1);
    ck_assert_uint_eq(bench.iret.slot_count, 5);
    check_slot(0, FRAME_EIP, BENCH_KERNEL_STACK - 20, 0x1234);
    check_slot(1, FRAME_CS, BENCH_KERNEL_STACK - 16, SEL_CODE3);
    check_slot(2, FRAME_EFLAGS, BENCH_KERNEL_STACK - 12, USER_FLAGS);
    check_slot(3, FRAME_ESP, BENCH_KERNEL_STACK - 8, BENCH_USER_STACK);
    check_slot(4, FRAME_SS, BENCH_KERNEL_STACK - 4, SEL_DATA3);
    ck_assert_uint_eq(bench.iret.cpl_from, 0);
    ck_assert_uint_eq(bench.iret.cpl_to, 3);
    ck_assert_uint_eq(bench.iret.from_eip, BENCH_CODE);
    ck_assert_uint_eq(bench.iret.from_cs, SEL_CODE0);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->eip, 0x1234);
    ck_assert_uint_eq(s->eflags, USER_FLAGS);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, SEL_CODE3);
    ck_assert_uint_eq(s->seg[SEG_SS].selector, SEL_DATA3);
}
END_TEST

START_TEST(outward_returns_take_inner_segments_away)
{
    start(0);
    bench_load(SEG_ES, SEL_DATA3);
    bench_load(SEG_FS, SEL_CONFORMING);
    FRAME(SEL_DATA3, BENCH_USER_STACK, USER_FLAGS, SEL_CODE3, 0x1234);
    bench_run(1);
    ck_assert_uint_eq(s->seg[SEG_DS].selector, 0);
    ck_assert(!seg_present(&s->seg[SEG_DS]));
    ck_assert_uint_eq(s->seg[SEG_GS].selector, 0);
    ck_assert_uint_eq(s->seg[SEG_ES].selector, SEL_DATA3);
    ck_assert_uint_eq(s->seg[SEG_FS].selector, SEL_CONFORMING);
}
END_TEST

START_TEST(to_the_same_ring)
{
    start(3);
    FRAME(USER_FLAGS, SEL_CODE3, 0x1234);
    bench_run(1);
    ck_assert_uint_eq(bench.iret.slot_count, 3);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK);
    ck_assert_uint_eq(s->eip, 0x1234);
}
END_TEST

START_TEST(a_16_bit_stack_keeps_the_upper_half_of_esp)
{
    start(0);
    s->gpr[GPR_ESP] = 0x1e000;
    bench_descriptor(SEL_FREE, 0, 0xffff, ACCESS_DATA | ACCESS_DPL3, FLAGS_16);
    FRAME(SEL_FREE | 3, 0x77778888, USER_FLAGS, SEL_CODE3, 0x1234);
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0x18888);
}
END_TEST

static void expect_fault(unsigned vector, uint32_t error)
{
    uint32_t esp = s->gpr[GPR_ESP];

    bench_expect_fault(vector, error);
    ck_assert_uint_eq(bench.irets, 0);
    ck_assert_uint_eq(s->gpr[GPR_ESP], esp - 16);
}

START_TEST(code_that_is_refused)
{
    start(0);
    FRAME(USER_FLAGS, 0, 0x1234);
    expect_fault(VEC_GP, 0);
    start(0);
    FRAME(USER_FLAGS, SEL_DATA0, 0x1234);
    expect_fault(VEC_GP, SEL_DATA0);
    start(0);
    FRAME(USER_FLAGS, SEL_CODE0 | 3, 0x1234);
    expect_fault(VEC_GP, SEL_CODE0);
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfffff, ACCESS_CODE & ~ACCESS_P, FLAGS_32);
    FRAME(USER_FLAGS, SEL_FREE, 0x1234);
    expect_fault(VEC_NP, SEL_FREE);
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xff, ACCESS_CODE, FLAGS_16);
    FRAME(USER_FLAGS, SEL_FREE, 0x1234);
    expect_fault(VEC_GP, 0);
    start(3);
    FRAME(USER_FLAGS, SEL_CODE0, 0x1234); /* inward */
    bench_expect_fault(VEC_GP, SEL_CODE0);
}
END_TEST

START_TEST(stacks_that_are_refused)
{
    start(0);
    FRAME(0, BENCH_USER_STACK, USER_FLAGS, SEL_CODE3, 0x1234);
    expect_fault(VEC_GP, 0);
    start(0);
    FRAME(SEL_DATA0, BENCH_USER_STACK, USER_FLAGS, SEL_CODE3, 0x1234);
    expect_fault(VEC_GP, SEL_DATA0);
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfffff, 0x72, FLAGS_32);
    FRAME(SEL_FREE | 3, BENCH_USER_STACK, USER_FLAGS, SEL_CODE3, 0x1234);
    expect_fault(VEC_SS, SEL_FREE);
}
END_TEST

/* ---- Flags ------------------------------------------------------------------------------- */

struct flag_case {
    const char *model;
    unsigned cpl, iopl;
    uint32_t taken; /* of an image with all bits set but VM and NT */
};

/* IRETD at a ring with an IOPL, to the same ring. */
static void check_flags(const struct flag_case *c)
{
    const uint32_t base = EFLAGS_STATUS | EFLAGS_TF | EFLAGS_DF | EFLAGS_RF | EFLAGS_FIXED;
    uint32_t iopl = c->iopl << 12;

    start_as(c->model, c->cpl);
    s->eflags = EFLAGS_FIXED | iopl;
    FRAME(~(EFLAGS_VM | EFLAGS_NT), c->cpl ? SEL_CODE3 : SEL_CODE0, 0x1234);
    bench_run(1);
    ck_assert_uint_eq(s->eflags, base | iopl | c->taken);
}

START_TEST(flags_by_ring_and_iopl)
{
    const struct flag_case cases[] = {
        {"i686", 0, 0, EFLAGS_IF | EFLAGS_IOPL | EFLAGS_AC | EFLAGS_ID},
        {"i686", 3, 3, EFLAGS_IF | EFLAGS_AC | EFLAGS_ID},
        {"i686", 3, 2, EFLAGS_AC | EFLAGS_ID},
        {"486", 3, 3, EFLAGS_IF | EFLAGS_AC},
        {"386", 3, 3, EFLAGS_IF},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_flags(&cases[i]);
}
END_TEST

START_TEST(a_16_bit_image_keeps_the_upper_flags)
{
    start(0);
    CODE(BENCH_CODE, 0x66, 0xcf);
    s->eflags |= EFLAGS_AC;
    s->gpr[GPR_ESP] -= 6;
    bench_put(s->gpr[GPR_ESP], 2, 0x1234);
    bench_put(s->gpr[GPR_ESP] + 2, 2, SEL_CODE0);
    bench_put(s->gpr[GPR_ESP] + 4, 2, EFLAGS_CF);
    bench_run(1);
    ck_assert_uint_eq(s->eflags, EFLAGS_FIXED | EFLAGS_AC | EFLAGS_CF);
    ck_assert_uint_eq(s->eip, 0x1234);
    ck_assert_uint_eq(bench.iret.slot_size, 2);
}
END_TEST

/* ---- Virtual-8086 mode ------------------------------------------------------------------- */

START_TEST(to_v86_mode)
{
    start(0);
    FRAME(0x5555, 0x4444, 0x3333, 0x2222, 0x0f00, 0x100, USER_FLAGS | EFLAGS_VM, 0x0900, 0x10);
    bench_run(1);
    ck_assert_uint_eq(bench.iret.slot_count, 9);
    check_slot(5, FRAME_ES, BENCH_KERNEL_STACK - 16, 0x2222);
    check_slot(8, FRAME_GS, BENCH_KERNEL_STACK - 4, 0x5555);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->eflags, USER_FLAGS | EFLAGS_VM);
    ck_assert_uint_eq(s->seg[SEG_CS].base, 0x9000);
    ck_assert_uint_eq(s->seg[SEG_SS].base, 0xf000);
    ck_assert_uint_eq(s->seg[SEG_ES].base, 0x22220);
    ck_assert_uint_eq(s->seg[SEG_DS].base, 0x33330);
    ck_assert_uint_eq(s->seg[SEG_FS].base, 0x44440);
    ck_assert_uint_eq(s->seg[SEG_GS].base, 0x55550);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0x100);
    ck_assert_uint_eq(s->eip, 0x10);
}
END_TEST

START_TEST(ring_3_cannot_enter_v86_mode)
{
    start(3);
    FRAME(USER_FLAGS | EFLAGS_VM, SEL_CODE3, 0x1234);
    bench_run(1);
    ck_assert_uint_eq(s->eflags, USER_FLAGS);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, SEL_CODE3);
}
END_TEST

START_TEST(within_v86_mode_by_iopl)
{
    start(0);
    bench_enter_v86(3);
    s->gpr[GPR_ESP] = 0xffa;
    bench_put(0xeffa, 2, 0x20);
    bench_put(0xeffc, 2, 0x0900);
    bench_put(0xeffe, 2, EFLAGS_CF);
    bench_run(1);
    ck_assert_uint_eq(s->eip, 0x20);
    ck_assert_uint_eq(s->eflags, EFLAGS_FIXED | EFLAGS_CF | EFLAGS_VM | EFLAGS_IOPL);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0x1000);
    start(0);
    bench_enter_v86(0);
    bench_expect_fault(VEC_GP, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ret");
    TCase *tc = tcase_create("ret");

    tcase_add_test(tc, to_user_mode);
    tcase_add_test(tc, outward_returns_take_inner_segments_away);
    tcase_add_test(tc, to_the_same_ring);
    tcase_add_test(tc, a_16_bit_stack_keeps_the_upper_half_of_esp);
    tcase_add_test(tc, code_that_is_refused);
    tcase_add_test(tc, stacks_that_are_refused);
    tcase_add_test(tc, flags_by_ring_and_iopl);
    tcase_add_test(tc, a_16_bit_image_keeps_the_upper_flags);
    tcase_add_test(tc, to_v86_mode);
    tcase_add_test(tc, ring_3_cannot_enter_v86_mode);
    tcase_add_test(tc, within_v86_mode_by_iopl);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

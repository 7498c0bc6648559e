/* Code that changes itself while it runs. On the block engine, numbers in instructions are changed
 * in place; everything else makes it build anew. */
#include "tests/unit/cpu_bench.h"

#define RUN(...)                                                                                   \
    do {                                                                                           \
        bench_protected("i686", 0);                                                                \
        CODE(BENCH_CODE, __VA_ARGS__);                                                             \
        bench.cpu->s.gpr[GPR_EAX] = 0;                                                             \
        bench_run(100);                                                                            \
        ck_assert_uint_eq(bench.halts, 1);                                                         \
    } while (0)

static void expect_eax(uint32_t value)
{
    ck_assert_uint_eq(bench.cpu->s.gpr[GPR_EAX], value);
}

static void expect_patched(bool patched)
{
    const char *engine = getenv("FORKSCOPE_ENGINE");

    if (engine && strcmp(engine, "block") == 0)
        ck_assert_int_eq(cpu_stats(bench.cpu)->blocks_patched > 0, patched);
}

START_TEST(immediate_of_add)
{
    RUN(0xb9, 5, 0, 0, 0,             /* mov ecx, 5 */
        0x05, 1, 0, 0, 0,             /* add eax, 1 */
        0xff, 0x05, 0x06, 0x80, 0, 0, /* inc dword [its immediate] */
        0x49, 0x75, 0xf2, 0xf4);      /* dec ecx; jnz add; hlt */
    expect_eax(1 + 2 + 3 + 4 + 5);
    expect_patched(true);
}
END_TEST

START_TEST(byte_that_is_sign_extended)
{
    RUN(0xb9, 4, 0, 0, 0,             /* mov ecx, 4 */
        0x83, 0xc0, 5,                /* add eax, 5 */
        0xf6, 0x1d, 0x07, 0x80, 0, 0, /* neg byte [its immediate] */
        0x49, 0x75, 0xf4, 0xf4);      /* dec ecx; jnz add; hlt */
    expect_eax(0);
    expect_patched(true);
}
END_TEST

START_TEST(one_byte_of_four)
{
    RUN(0xb9, 4, 0, 0, 0,             /* mov ecx, 4 */
        0x05, 0, 0, 0, 0,             /* add eax, 0 */
        0xfe, 0x05, 0x07, 0x80, 0, 0, /* inc byte [its immediate + 1] */
        0x49, 0x75, 0xf2, 0xf4);      /* dec ecx; jnz add; hlt */
    expect_eax(0x100 + 0x200 + 0x300);
    expect_patched(true);
}
END_TEST

START_TEST(opcode)
{
    RUN(0xb9, 3, 0, 0, 0,                   /* mov ecx, 3 */
        0x05, 3, 0, 0, 0,                   /* add eax, 3, then sub eax, 3 ... */
        0x80, 0x35, 0x05, 0x80, 0, 0, 0x28, /* xor byte [its opcode], 0x28 */
        0x49, 0x75, 0xf1, 0xf4);            /* dec ecx; jnz add; hlt */
    expect_eax(3);
    expect_patched(false);
}
END_TEST

START_TEST(opcode_and_immediate_at_once)
{
    RUN(0xb9, 2, 0, 0, 0,                    /* mov ecx, 2 */
        0x05, 3, 0, 0, 0,                    /* add eax, 3, then xor eax, 0x10 */
        0x66, 0xc7, 0x05, 0x05, 0x80, 0, 0,  /* mov word [there], 0x1035 */
        0x35, 0x10, 0x49, 0x75, 0xef, 0xf4); /* dec ecx; jnz add; hlt */
    expect_eax(3 ^ 0x10);
    expect_patched(false);
}
END_TEST

START_TEST(instruction_further_on)
{
    RUN(0xc7, 0x05, 0x0b, 0x80, 0, 0, 0x78, 0x56, 0x34, 0x12, /* mov dword [below], 0x12345678 */
        0xb8, 0, 0, 0, 0,                                     /* mov eax, 0 */
        0xf4);
    expect_eax(0x12345678);
    expect_patched(true);
}
END_TEST

START_TEST(compare_that_is_one_with_its_jump)
{
    RUN(0x40,                            /* inc eax */
        0x83, 0xf8, 3,                   /* cmp eax, 3 */
        0x75, 0xfa,                      /* jne inc */
        0xc6, 0x05, 0x03, 0x80, 0, 0, 7, /* mov byte [its immediate], 7 */
        0x83, 0xf8, 7,                   /* cmp eax, 7 */
        0x75, 0xee, 0xf4);               /* jne inc; hlt */
    expect_eax(7);
    expect_patched(true);
}
END_TEST

START_TEST(number_to_be_stored)
{
    RUN(0xb9, 3, 0, 0, 0,                   /* mov ecx, 3 */
        0xc7, 0x05, 0, 0, 3, 0, 1, 0, 0, 0, /* mov dword [0x30000], 1 */
        0xff, 0x05, 0x0b, 0x80, 0, 0,       /* inc dword [its immediate] */
        0x49, 0x75, 0xed, 0xf4);            /* dec ecx; jnz mov; hlt */
    ck_assert_uint_eq(bench_get(0x30000, 4), 3);
    expect_patched(true);
}
END_TEST

/* ---- Instructions across a page's end ---------------------------------------------------- */

enum {
    SECOND_PAGE = BENCH_CODE + 0x1000,
    ACROSS = SECOND_PAGE - 3, /* an instruction with two bytes in the second page */
    OTHER_PAGE = 0x30000,
    OTHER_PD = 0x12000,
    OTHER_PT = 0x13000,
};

static void expect_few_lone_steps(unsigned most)
{
    const char *engine = getenv("FORKSCOPE_ENGINE");

    if (engine && strcmp(engine, "block") == 0)
        ck_assert_uint_le(cpu_stats(bench.cpu)->lone_steps, most);
}

static void begin_across(void)
{
    bench_protected("i686", 0);
    bench_paging();
    bench.cpu->s.eip = ACROSS;
    bench.cpu->s.gpr[GPR_EAX] = 0;
    bench.cpu->s.gpr[GPR_ECX] = 100;
}

START_TEST(loop_over_a_pages_end)
{
    begin_across();
    CODE(ACROSS, 0x05, 1, 0, 0, 0, /* add eax, 1 */
         0x49, 0x75, 0xf8, 0xf4);  /* dec ecx; jnz add; hlt */
    bench_run(1000);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(100);
    expect_few_lone_steps(2);
}
END_TEST

START_TEST(written_in_its_second_page)
{
    begin_across();
    CODE(ACROSS, 0x05, 0, 0, 0, 0,     /* add eax, 0 */
         0xfe, 0x05, 0x00, 0x90, 0, 0, /* inc byte [its third byte] */
         0x49, 0x75, 0xf2, 0xf4);      /* dec ecx; jnz add; hlt */
    bench.cpu->s.gpr[GPR_ECX] = 3;
    bench_run(1000);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(0x10000 + 0x20000);
}
END_TEST

START_TEST(written_in_its_first_page)
{
    begin_across();
    CODE(ACROSS, 0x05, 0, 0, 0, 0,     /* add eax, 0 */
         0xfe, 0x05, 0xfe, 0x8f, 0, 0, /* inc byte [its first byte] */
         0x49, 0x75, 0xf2, 0xf4);      /* dec ecx; jnz add; hlt */
    bench.cpu->s.gpr[GPR_ECX] = 3;
    bench_run(1000);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(1 + 2);
}
END_TEST

/* The same linear pages, but the second one is OTHER_PAGE. */
static void put_other_directory(void)
{
    bench_put(OTHER_PD, 4, OTHER_PT | 7);
    for (unsigned i = 0; i < 1024; i++)
        bench_put(OTHER_PT + 4 * i, 4, bench_get(BENCH_PT + 4 * i, 4));
    bench_put(OTHER_PT + (SECOND_PAGE >> 12) * 4, 4, OTHER_PAGE | 7);
}

/* The NOP's block ends before the instruction, in the same page. */
START_TEST(second_page_exchanged)
{
    static const uint8_t rest[] = {0,    0,                 /* add eax, 1 ... */
                                   0x49, 0x75, 0xf2, 0xf4}; /* dec ecx; jnz xchg; hlt */

    begin_across();
    put_other_directory();
    CODE(ACROSS - 6, 0x87, 0xd3, /* xchg ebx, edx */
         0x0f, 0x22, 0xdb,       /* mov cr3, ebx */
         0x90, 0x05, 1, 0);      /* nop; add eax, 1 */
    bench_copy(SECOND_PAGE, rest, sizeof(rest));
    bench_copy(OTHER_PAGE, rest, sizeof(rest));
    bench_put(OTHER_PAGE, 1, 1); /* ... and add eax, 0x10001 here */
    bench.cpu->s.eip = ACROSS - 6;
    bench.cpu->s.gpr[GPR_EBX] = OTHER_PD;
    bench.cpu->s.gpr[GPR_EDX] = BENCH_PD;
    bench_run(1000);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(100 + 50 * 0x10000);
}
END_TEST

START_TEST(second_page_not_there)
{
    begin_across();
    CODE(ACROSS, 0x05, 1, 0, 0, 0, 0xf4);
    bench_set_pte(SECOND_PAGE, 0);
    bench_expect_fault(VEC_PF, 0);
    ck_assert_uint_eq(bench.cpu->s.cr2, SECOND_PAGE);
    expect_eax(0);
}
END_TEST

/* Bytes that no instruction begins with are no reason to look at the next page. */
START_TEST(undefined_at_a_pages_end)
{
    begin_across();
    CODE(ACROSS, 0x0f, 0x0b, 0x90); /* ud2; nop */
    bench_set_pte(SECOND_PAGE, SECOND_PAGE | 7);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_UD);
    ck_assert_uint_eq(bench_pte(SECOND_PAGE), SECOND_PAGE | 7);
}
END_TEST

/* ---- Several at once --------------------------------------------------------------------- */

enum { STACK_PAGE = 0x40000 };

/* Four PUSHes, the third of which meets a page that is not there. */
START_TEST(pushes_into_a_missing_page)
{
    begin_across();
    CODE(BENCH_CODE, 0x50, 0x51, 0x52, 0x53, 0xf4); /* push eax, ecx, edx, ebx; hlt */
    bench.cpu->s.eip = BENCH_CODE;
    bench.cpu->s.gpr[GPR_EAX] = 0x11111111;
    bench.cpu->s.gpr[GPR_ECX] = 0x22222222;
    bench.cpu->s.gpr[GPR_ESP] = STACK_PAGE + 8;
    bench_set_pte(STACK_PAGE - 0x1000, 0);
    bench_run(3);
    ck_assert_uint_eq(bench.interrupts, 0); /* its frame, too, meets that page */
    ck_assert_uint_eq(bench.cpu->s.cr2, STACK_PAGE - 4);
    ck_assert_uint_eq(bench_get(STACK_PAGE + 4, 4), 0x11111111);
    ck_assert_uint_eq(bench_get(STACK_PAGE, 4), 0x22222222);
}
END_TEST

START_TEST(pops_across_a_pages_end)
{
    begin_across();
    CODE(BENCH_CODE, 0x58, 0x59, 0x5a, 0x5b, 0x58, 0xf4); /* pop eax, ecx, edx, ebx, eax; hlt */
    bench.cpu->s.eip = BENCH_CODE;
    bench.cpu->s.gpr[GPR_ESP] = STACK_PAGE - 8;
    for (uint32_t i = 0; i < 5; i++)
        bench_put(STACK_PAGE - 8 + 4 * i, 4, i + 1);
    bench_run(100);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(5);
    ck_assert_uint_eq(bench.cpu->s.gpr[GPR_ECX], 2);
    ck_assert_uint_eq(bench.cpu->s.gpr[GPR_EDX], 3);
    ck_assert_uint_eq(bench.cpu->s.gpr[GPR_EBX], 4);
    ck_assert_uint_eq(bench.cpu->s.gpr[GPR_ESP], STACK_PAGE + 12);
}
END_TEST

/* An IRET sets RF for the instruction that it returns to, and the block that begins there has that
 * one and the next in one micro-operation. */
START_TEST(resumed_at_two_in_one)
{
    begin_across();
    CODE(BENCH_CODE, 0x68, 0x02, 0, 1, 0, 0x0e, /* push 0x10002; push cs */
         0x68, 0x0c, 0x80, 0, 0, 0xcf,          /* push next; iret */
         0x89, 0xc8, 0x01, 0xd8, 0x90, 0xf4);   /* mov eax, ecx; add eax, ebx; nop; hlt */
    bench.cpu->s.eip = BENCH_CODE;
    bench.cpu->s.gpr[GPR_EBX] = 1;
    bench_run(100);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(101);
    expect_few_lone_steps(3);
}
END_TEST

START_TEST(resumed_at_a_compare_with_its_jump)
{
    begin_across();
    CODE(BENCH_CODE, 0x68, 0x02, 0, 1, 0, 0x0e,    /* push 0x10002; push cs */
         0x68, 0x0c, 0x80, 0, 0, 0xcf,             /* push next; iret */
         0x83, 0xf9, 100, 0x75, 0x01, 0x40, 0xf4); /* cmp ecx, 100; jne hlt; inc eax; hlt */
    bench.cpu->s.eip = BENCH_CODE;
    bench_run(100);
    ck_assert_uint_eq(bench.halts, 1);
    expect_eax(1);
}
END_TEST

/* ---- Flags that only a fault looks at ---------------------------------------------------- */

#define FLAGS_FIRST 0xf9                               /* stc */
#define FAULT_LAST  0x8b, 0x13, 0x83, 0xc2, 0x01, 0xf4 /* mov edx, [ebx]; add edx, 1; hlt */

/* The status flags in the page fault's frame. */
static void expect_flags_at_fault(uint32_t eax, uint32_t ecx, uint32_t flags)
{
    bench.cpu->s.eip = BENCH_CODE;
    bench.cpu->s.gpr[GPR_EAX] = eax;
    bench.cpu->s.gpr[GPR_ECX] = ecx;
    bench.cpu->s.gpr[GPR_EBX] = STACK_PAGE;
    bench_set_pte(STACK_PAGE, 0);
    bench_run(100);
    ck_assert_uint_eq(bench.interrupts, 1);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_PF);
    ck_assert_uint_eq(bench_get(bench.cpu->s.gpr[GPR_ESP] + 12, 4) & EFLAGS_STATUS, flags);
}

#define FLAGS_AT_FAULT(name, eax, ecx, flags, ...)                                                 \
    START_TEST(name)                                                                               \
    {                                                                                              \
        begin_across();                                                                            \
        CODE(BENCH_CODE, FLAGS_FIRST, __VA_ARGS__, FAULT_LAST);                                    \
        expect_flags_at_fault(eax, ecx, flags);                                                    \
    }                                                                                              \
    END_TEST

enum { CF = EFLAGS_CF, PF = EFLAGS_PF, AF = EFLAGS_AF, ZF = EFLAGS_ZF, SF = EFLAGS_SF };
enum { OF = EFLAGS_OF };

FLAGS_AT_FAULT(after_add, 0x80000000, 0x80000000, CF | OF | ZF | PF, 0x01, 0xc8)
FLAGS_AT_FAULT(after_add_of_a_number, 0xffffffff, 0, CF | ZF | AF | PF, 0x83, 0xc0, 1)
FLAGS_AT_FAULT(after_sub, 0, 1, CF | SF | AF | PF, 0x29, 0xc8)
FLAGS_AT_FAULT(after_sub_of_a_number, 0x80000000, 0, OF | AF | PF, 0x83, 0xe8, 1)
FLAGS_AT_FAULT(after_xor, 5, 0, ZF | PF, 0x31, 0xc0)
FLAGS_AT_FAULT(after_inc, 0x7fffffff, 0, OF | SF | AF | PF | CF, 0x40)
FLAGS_AT_FAULT(after_dec, 0, 0, SF | AF | PF | CF, 0x48)
/* mov eax, ecx; add eax, ecx */
FLAGS_AT_FAULT(after_add_to_a_copy, 1, 0x80000000, CF | OF | ZF | PF, 0x89, 0xc8, 0x01, 0xc8)
/* add eax, ecx; mov ecx, 16 */
FLAGS_AT_FAULT(operand_overwritten, 0xffffffff, 1, CF | ZF | AF | PF, 0x01, 0xc8, 0xb9, 16, 0, 0, 0)
/* add eax, ecx; mov eax, ecx */
FLAGS_AT_FAULT(result_overwritten, 0xffffffff, 1, CF | ZF | AF | PF, 0x01, 0xc8, 0x89, 0xc8)
/* add eax, eax */
FLAGS_AT_FAULT(added_to_itself, 0x80000000, 0, CF | OF | ZF | PF, 0x01, 0xc0)

static void add_flag_tests(TCase *tc)
{
    tcase_add_test(tc, after_add);
    tcase_add_test(tc, after_add_of_a_number);
    tcase_add_test(tc, after_sub);
    tcase_add_test(tc, after_sub_of_a_number);
    tcase_add_test(tc, after_xor);
    tcase_add_test(tc, after_inc);
    tcase_add_test(tc, after_dec);
    tcase_add_test(tc, after_add_to_a_copy);
    tcase_add_test(tc, operand_overwritten);
    tcase_add_test(tc, result_overwritten);
    tcase_add_test(tc, added_to_itself);
}

int main(void)
{
    Suite *suite = suite_create("block");
    TCase *tc = tcase_create("code that changes itself");
    TCase *several = tcase_create("several at once");
    TCase *flags = tcase_create("flags that only a fault looks at");
    TCase *across = tcase_create("across a page's end");

    tcase_add_test(tc, immediate_of_add);
    tcase_add_test(tc, byte_that_is_sign_extended);
    tcase_add_test(tc, one_byte_of_four);
    tcase_add_test(tc, opcode);
    tcase_add_test(tc, opcode_and_immediate_at_once);
    tcase_add_test(tc, instruction_further_on);
    tcase_add_test(tc, compare_that_is_one_with_its_jump);
    tcase_add_test(tc, number_to_be_stored);
    suite_add_tcase(suite, tc);
    tcase_add_test(across, loop_over_a_pages_end);
    tcase_add_test(across, written_in_its_second_page);
    tcase_add_test(across, written_in_its_first_page);
    tcase_add_test(across, second_page_exchanged);
    tcase_add_test(across, second_page_not_there);
    tcase_add_test(across, undefined_at_a_pages_end);
    suite_add_tcase(suite, across);
    tcase_add_test(several, pushes_into_a_missing_page);
    tcase_add_test(several, pops_across_a_pages_end);
    tcase_add_test(several, resumed_at_two_in_one);
    tcase_add_test(several, resumed_at_a_compare_with_its_jump);
    suite_add_tcase(suite, several);
    add_flag_tests(flags);
    suite_add_tcase(suite, flags);
    return bench_main(suite);
}

#include "emu/guest/insnkind.h"

#include <check.h>
#include <stdlib.h>

static unsigned length;

#define KIND(bytes) insnkind_of((const uint8_t *)(bytes), sizeof(bytes) - 1, &length)

START_TEST(calls)
{
    ck_assert_int_eq(KIND("\xe8\0\0\0\0"), INSN_CALL);
    ck_assert_int_eq(KIND("\x9a\0\0\0\0\0\0"), INSN_CALL);
    ck_assert_int_eq(KIND("\xff\xd0"), INSN_CALL);             /* call *%eax */
    ck_assert_int_eq(KIND("\x2e\xff\x1d\0\0\0\0"), INSN_CALL); /* lcall *%cs:0 */
    ck_assert_int_eq(KIND("\xff\xe0"), INSN_PLAIN);            /* jmp *%eax */
    ck_assert_int_eq(KIND("\xff"), INSN_PLAIN);
}
END_TEST

START_TEST(interrupts_and_returns)
{
    ck_assert_int_eq(KIND("\xcd\x80"), INSN_INT);
    ck_assert_uint_eq(length, 2);
    ck_assert_int_eq(KIND("\xcc"), INSN_INT);
    ck_assert_uint_eq(length, 1);
    ck_assert_int_eq(KIND("\xc3"), INSN_RET);
    ck_assert_int_eq(KIND("\xc2\x08\0"), INSN_RET);
    ck_assert_int_eq(KIND("\x66\xcf"), INSN_IRET);
}
END_TEST

START_TEST(repeated_strings)
{
    ck_assert_int_eq(KIND("\xf3\xa5"), INSN_REP);
    ck_assert_uint_eq(length, 2);
    ck_assert_int_eq(KIND("\x66\xf2\xae"), INSN_REP);
    ck_assert_uint_eq(length, 3);
    ck_assert_int_eq(KIND("\xa5"), INSN_PLAIN);
    ck_assert_int_eq(KIND("\xf3\x90"), INSN_PLAIN); /* pause */
    ck_assert_int_eq(KIND("\xf3\xf3\xf3"), INSN_PLAIN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("insnkind");
    TCase *tc = tcase_create("kinds");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tc, calls);
    tcase_add_test(tc, interrupts_and_returns);
    tcase_add_test(tc, repeated_strings);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

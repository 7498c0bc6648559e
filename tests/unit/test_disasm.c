#include "emu/guest/disasm.h"

#include <check.h>
#include <stdlib.h>

static struct disasm_insn insn;

static const char *text(const struct disasm_options *o, const char *bytes, size_t size)
{
    disasm_decode(o, 0x1000, bytes, size, &insn);
    return insn.text;
}

#define TEXT(o, bytes) text(o, bytes, sizeof(bytes) - 1)

START_TEST(instructions_have_text_and_length)
{
    const struct disasm_options att = {.style = DISASM_ATT}, intel = {.style = DISASM_INTEL};

    if (!disasm_available())
        return;
    ck_assert_str_eq(TEXT(&intel, "\xcd\x80"), "int 0x80");
    ck_assert_uint_eq(insn.length, 2);
    ck_assert_str_eq(TEXT(&att, "\xb8\x02\x00\x00\x00"), "mov $0x02, %eax");
    ck_assert_uint_eq(insn.length, 5);
    ck_assert_str_eq(TEXT(&intel, "\xe8\xfb\x0f\x00\x00"), "call 0x00002000");
}
END_TEST

START_TEST(code_of_16_bits_is_read_as_such)
{
    const struct disasm_options real = {.style = DISASM_INTEL, .code16 = true};

    if (!disasm_available())
        return;
    TEXT(&real, "\xb8\x02\x00\x00\x00");
    ck_assert_uint_eq(insn.length, 3);
}
END_TEST

START_TEST(what_is_no_instruction_is_one_byte)
{
    const struct disasm_options o = {.style = DISASM_ATT};

    ck_assert(!disasm_decode(&o, 0, "\x0f\xff\xff\xff\xff", 1, &insn));
    ck_assert_uint_eq(insn.length, 1);
    ck_assert_str_eq(insn.text, ".byte 0x0f");
    ck_assert(!disasm_decode(&o, 0, "", 0, &insn));
    ck_assert_str_eq(insn.text, "(not mapped)");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("disasm");
    TCase *tc = tcase_create("text");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tc, instructions_have_text_and_length);
    tcase_add_test(tc, code_of_16_bits_is_read_as_such);
    tcase_add_test(tc, what_is_no_instruction_is_one_byte);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

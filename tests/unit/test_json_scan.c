/* JSON as tokens: what is refused and with which words, and what strings and numbers come out. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/json_scan.h"

static struct json json;
static const char *why;

static void skip_without_yajl(void)
{
    if (!json_scan(&json, "{}", 2, &why) && strstr(why, "has no yajl") != NULL) {
        printf("skipped: %s\n", why);
        exit(77);
    }
}

static void tear_down(void)
{
    json_free(&json);
}

static bool scan(const char *text)
{
    return json_scan(&json, text, strlen(text), &why);
}

static const struct {
    const char *text, *why;
} bad[] = {
    {"", "its end is missing"},
    {" ", "its end is missing"},
    {"12", "its end is missing"},
    {"12 ", "it is no object"},
    {"\"a\"", "it is no object"},
    {"{", "its end is missing"},
    {"{\"a\":[1,2}", "after array element"},
    {"{\"a\":1,}", "invalid object key"},
    {"{\"a\" 1}", "separated by a colon"},
    {"{\"a\":}", "unallowed token"},
    {"{1:2}", "invalid object key"},
    {"{}{}", "something stands behind it"},
    {"{} 12", "something stands behind it"},
    {"{} \"a", "something stands behind it"},
    {"[1]]", "something stands behind it"},
    {"[01]", "after array element"},
    {"[1.]", "after the decimal point"},
    {"[-]", "after the minus sign"},
    {"[1e]", "after the exponent"},
    {"[tru]", "invalid string"},
    {"[nan]", "invalid string"},
    {"[\"\\x\"]", "which it may not"},
    {"[\"\\u12\"]", "(non-hex)"},
    {"[\"a\nb\"]", "invalid character"},
    {"[\"\xff\"]", "UTF8"},
    {"[\"a", "its end is missing"},
    {"/**/{}", "comment"},
    {"[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]", "nested too deep"},
};

START_TEST(refusals)
{
    ck_assert(!scan(bad[_i].text));
    ck_assert_msg(strstr(why, bad[_i].why) != NULL, "'%s': %s", bad[_i].text, why);
    ck_assert_ptr_null(strchr(why, '\n'));
    /* Nothing of it is left for the next. */
    ck_assert(scan("{\"a\":[1,2]}"));
    ck_assert_uint_eq(json.count, 5);
    ck_assert_uint_eq(json_count(&json, json_get(&json, json_root(&json), "a", "")), 2);
}
END_TEST

START_TEST(walk)
{
    const struct json_token *list, *at;

    ck_assert(scan(" {\"list\":[true,{\"x\":[]},null],\"list_name\":\"n\"} "));
    list = json_get(&json, json_root(&json), "list", "");
    ck_assert_uint_eq(json_count(&json, list), 3);
    at = json_first(&json, list);
    ck_assert(json_is(at, JSON_TRUE));
    at = json_next(&json, list, at);
    ck_assert(json_is(at, JSON_OBJECT));
    ck_assert_ptr_null(json_first(&json, json_get(&json, at, "x", "")));
    at = json_next(&json, list, at);
    ck_assert(json_is(at, JSON_NULL));
    ck_assert_ptr_null(json_next(&json, list, at));
    ck_assert(json_equals(json_get(&json, json_root(&json), "list", "_name"), "n"));
    ck_assert_ptr_null(json_get(&json, json_root(&json), "lis", ""));
    ck_assert_ptr_null(json_get(&json, list, "list", ""));
}
END_TEST

START_TEST(numbers)
{
    static const struct {
        const char *text;
        bool is;
        uint64_t value;
    } of[] = {{"[0]", true, 0},
              {"[18446744073709551615]", true, UINT64_MAX},
              {"[9007199254740993]", true, 9007199254740993},
              {"[-5]", true, (uint64_t)-5},
              {"[1.5]", false, 0},
              {"[1e3]", false, 0},
              {"[\"1\"]", false, 0}};
    uint64_t value;

    for (unsigned i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        ck_assert(scan(of[i].text));
        ck_assert(json_integer(json_first(&json, json_root(&json)), &value) == of[i].is);
        ck_assert(!of[i].is || value == of[i].value);
    }
}
END_TEST

START_TEST(strings)
{
    char text[8];
    const struct json_token *first;

    ck_assert(scan("[\"\\u00e9\xc3\xa9\\u0100\xe2\x82\xac\\u0000\\n\",\"\\\"abcdefgh\",\"\"]"));
    first = json_first(&json, json_root(&json));
    ck_assert_uint_eq(json_bytes(first, text, sizeof(text)), 6);
    ck_assert_mem_eq(text, "\xe9\xe9??\0\n", 6);
    ck_assert(json_string(json_next(&json, json_root(&json), first), text, sizeof(text)));
    ck_assert_str_eq(text, "\"abcdef");
    ck_assert(!json_string(json_root(&json), text, sizeof(text)));
    ck_assert_mem_eq(text, "\0\0\0\0\0\0\0\0", 8);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_scan");
    TCase *t = tcase_create("json_scan");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, NULL, tear_down);
    tcase_add_loop_test(t, refusals, 0, sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(t, walk);
    tcase_add_test(t, numbers);
    tcase_add_test(t, strings);
    suite_add_tcase(s, t);
    skip_without_yajl();
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

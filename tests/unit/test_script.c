#include "emu/time/script.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct machine *m;
static struct history *h;
static struct script *s;
static char why[400];

static void setup(void)
{
    struct machine_config config;

    machine_config_init(&config);
    config.ram_mb = 1;
    m = machine_create(&config, why, sizeof(why));
    h = history_create(m, &(struct history_config){.forgetful = true});
}

static void teardown(void)
{
    script_destroy(s);
    history_destroy(h);
    machine_destroy(m);
}

static int parse(const char *text)
{
    return script_parse(&s, "F", text, strlen(text), why, sizeof(why));
}

/* What the machine was given so far. */
static const char *given(void)
{
    static char text[8192];
    const struct inputlog *log = history_log(h);
    size_t used = 0;

    for (size_t i = 0; i < log->count; i++) {
        memcpy(text + used, log->input[i].bytes, log->input[i].size);
        used += log->input[i].size;
    }
    text[used] = '\0';
    return text;
}

/* True: the script wanted to go on after one of these bytes. */
static bool send(const char *text)
{
    bool wanted = false;

    for (; *text; text++)
        wanted |= script_sent(s, (uint8_t)*text);
    return wanted;
}

START_TEST(steps_are_waited_for)
{
    ck_assert_msg(parse("# first\nat 2k\ntype \"a\"\n\nafter 500 # then\ntype \"b\\r\"\n") == 0,
                  "%s", why);
    ck_assert_uint_eq(script_next_step(s), 0);
    ck_assert(!script_go_on(s, h, 0));
    ck_assert_uint_eq(script_next_step(s), 2000);
    ck_assert(script_go_on(s, h, 2000));
    ck_assert_str_eq(given(), "a");
    ck_assert_uint_eq(script_next_step(s), 2500);
    ck_assert(!script_go_on(s, h, 2499));
    ck_assert(script_go_on(s, h, 2600));
    ck_assert_str_eq(given(), "ab\r");
    ck_assert_ptr_null(script_unfinished(s, why, sizeof(why)));
}
END_TEST

START_TEST(text_is_waited_for)
{
    ck_assert_int_eq(parse("wait \"login: \"\ntype \"me\"\nwait \"login: \"\ntype \"you\"\n"), 0);
    ck_assert(!script_go_on(s, h, 0));
    ck_assert_uint_eq(script_next_step(s), UINT64_MAX);
    ck_assert(!send("Welcome\r\nlogin:"));
    ck_assert(send(" "));
    ck_assert(script_go_on(s, h, 10));
    ck_assert_str_eq(given(), "me");
    ck_assert(!send("log"));
    ck_assert_ptr_nonnull(strstr(script_unfinished(s, why, sizeof(why)), "line 3"));
    ck_assert(send("in: "));
    script_go_on(s, h, 20);
    ck_assert_str_eq(given(), "meyou");
}
END_TEST

START_TEST(text_that_came_early_counts)
{
    ck_assert_int_eq(parse("at 100\nwait \"ready\"\ntype \"x\"\n"), 0);
    script_go_on(s, h, 0);
    ck_assert(!send("not yet ready, or so"));
    ck_assert(script_go_on(s, h, 100));
    ck_assert_str_eq(given(), "x");
}
END_TEST

START_TEST(much_text_goes_in_parts)
{
    char text[SCRIPT_TEXT_MAX * 2];

    memset(text, 'y', sizeof(text));
    memcpy(text, "type \"", 6);
    memcpy(text + 4000, "\"\ntype \"", 8);
    memcpy(text + 7000, "\"\n", 3);
    ck_assert_msg(parse(text) == 0, "%s", why);
    script_go_on(s, h, 0);
    ck_assert_uint_eq(strlen(given()), 4096);
    ck_assert_uint_eq(script_next_step(s), 100000);
}
END_TEST

static const struct {
    const char *text, *says;
} mistakes[] = {
    {"hello\n", "line 1: wait, at, after, type, key, hangup or answer"},
    {"\n\nat\n", "line 3: a number"},
    {"at 5x\n", "more on the line"},
    {"at 99999999999999999999\n", "too large"},
    {"at 99999999999999G\n", "too large"},
    {"type hello\n", "a text in"},
    {"type \"hello\n", "a text in"},
    {"type \"\\z\"\n", "a text in"},
    {"type \"\"\n", "empty"},
    {"wait \"a\" \"b\"\n", "more on the line"},
    {"waits \"a\"\n", "line 1"},
};

START_TEST(mistakes_are_named)
{
    ck_assert_int_eq(parse(mistakes[_i].text), -EINVAL);
    ck_assert_msg(strstr(why, mistakes[_i].says) != NULL, "%s", why);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("script");
    TCase *tc = tcase_create("script");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, steps_are_waited_for);
    tcase_add_test(tc, text_is_waited_for);
    tcase_add_test(tc, text_that_came_early_counts);
    tcase_add_test(tc, much_text_goes_in_parts);
    tcase_add_loop_test(tc, mistakes_are_named, 0, sizeof(mistakes) / sizeof(mistakes[0]));
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

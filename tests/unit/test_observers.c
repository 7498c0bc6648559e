#include "emu/machine/observers.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/machine/machine.h"

static struct machine *m;
static char heard[64], why[128];

/* The observer's name is its context. */
static void hear_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    (void)out;
    (void)port;
    (void)size;
    (void)value;
    strcat(heard, ctx);
}

static void hear_halt(void *ctx)
{
    strcat(heard, ctx);
    strcat(heard, "!");
}

static struct cpu_hooks first = {.ctx = "a", .port = hear_port},
                        second = {.ctx = "b", .port = hear_port, .halt = hear_halt};

/* out 0x80, al; hlt, in real mode at 0:1000. */
static void setup(void)
{
    static const uint8_t code[] = {0xe6, 0x80, 0xf4};
    struct machine_config config;
    struct cpu_state s;

    heard[0] = '\0';
    machine_config_init(&config);
    m = machine_create(&config, why, sizeof(why));
    memcpy(machine_ram(m) + 0x1000, code, sizeof(code));
    s = *cpu_state(machine_cpu(m));
    s.seg[SEG_CS].base = 0;
    s.eip = 0x1000;
    cpu_set_state(machine_cpu(m), &s);
}

static void teardown(void)
{
    machine_destroy(m);
}

START_TEST(all_hear_in_the_order_of_attachment)
{
    ck_assert_int_eq(machine_attach(m, &first), 0);
    ck_assert_int_eq(machine_attach(m, &second), 0);
    machine_run(m, 10);
    ck_assert_str_eq(heard, "abb!");
}
END_TEST

START_TEST(who_is_detached_hears_nothing)
{
    machine_attach(m, &first);
    machine_attach(m, &second);
    machine_detach(m, &first);
    machine_detach(m, &first);
    machine_run(m, 10);
    ck_assert_str_eq(heard, "bb!");
}
END_TEST

START_TEST(the_last_one_out_takes_the_hooks_away)
{
    machine_attach(m, &second);
    machine_detach(m, &second);
    machine_run(m, 10);
    ck_assert_str_eq(heard, "");
}
END_TEST

START_TEST(observers_are_limited)
{
    static const struct cpu_hooks none[OBSERVERS + 1];

    for (unsigned i = 0; i < OBSERVERS; i++)
        ck_assert_int_eq(machine_attach(m, &none[i]), 0);
    ck_assert_int_eq(machine_attach(m, &none[OBSERVERS]), -ENOMEM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("observers");
    TCase *tc = tcase_create("observers");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, all_hear_in_the_order_of_attachment);
    tcase_add_test(tc, who_is_detached_hears_nothing);
    tcase_add_test(tc, the_last_one_out_takes_the_hooks_away);
    tcase_add_test(tc, observers_are_limited);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

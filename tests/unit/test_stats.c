/* The counters say what happened, and nothing else comes of them. */
#include <check.h>
#include <string.h>

#include "cpu/cpu.h"
#include "emu/machine.h"

/* A machine whose CPU stands in flat 32-bit code at 1 MB: `code`. */
static struct machine *machine_with(const uint8_t *code, size_t size)
{
    struct machine_config config;
    struct cpu_state s;
    struct machine *m;
    char why[128];

    machine_config_init(&config);
    config.ram_mb = 2;
    config.engine = "block";
    m = machine_create(&config, why, sizeof(why));
    ck_assert_msg(m, "%s", why);
    memcpy(machine_ram(m) + 0x100000, code, size);
    s = *cpu_state(machine_cpu(m));
    s.cr0 |= CR0_PE;
    s.eip = 0x100000;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        s.seg[i] = (struct cpu_segment){0x10, i == SEG_CS ? 0xc09b : 0xc093, 0, 0xffffffff};
    s.seg[SEG_CS].selector = 8;
    cpu_set_state(machine_cpu(m), &s);
    return m;
}

START_TEST(a_loop_is_built_once)
{
    /* 1: dec ecx; jmp 1b */
    static const uint8_t code[] = {0x49, 0xeb, 0xfd};
    struct machine *m = machine_with(code, sizeof(code));
    const struct cpu_stats *stats = cpu_stats(machine_cpu(m));

    machine_run(m, 10000);
    ck_assert_uint_eq(stats->blocks_built, 1);
    ck_assert_uint_eq(stats->blocks_written, 0);
    ck_assert_uint_eq(stats->handler_calls, 0);
    ck_assert_uint_eq(stats->tlb_code_fills, 1);
    machine_destroy(m);
}
END_TEST

START_TEST(written_code_is_built_again)
{
    /* 1: incb 1b+8; jmp 1b; the byte at +8 lies behind the loop, that at +3 in it */
    static const uint8_t data_beside[] = {0xfe, 0x05, 0x08, 0x00, 0x10, 0x00, 0xeb, 0xf8};
    /* 1: mov eax, 0; incb 1b+1; jmp 1b */
    static const uint8_t into_itself[] = {0xb8, 0,    0,    0,    0,    0xfe, 0x05,
                                          0x01, 0x00, 0x10, 0x00, 0xeb, 0xf3};
    struct machine *m = machine_with(data_beside, sizeof(data_beside));

    machine_run(m, 1000);
    ck_assert_uint_eq(cpu_stats(machine_cpu(m))->blocks_written, 0);
    machine_destroy(m);
    m = machine_with(into_itself, sizeof(into_itself));
    machine_run(m, 300);
    ck_assert_uint_ge(cpu_stats(machine_cpu(m))->blocks_written, 90);
    machine_destroy(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stats");
    TCase *tc = tcase_create("stats");
    SRunner *runner;
    int failed;

    tcase_add_test(tc, a_loop_is_built_once);
    tcase_add_test(tc, written_code_is_built_again);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

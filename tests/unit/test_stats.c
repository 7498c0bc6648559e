/* The counters say what happened, and nothing else comes of them. */
#include <check.h>
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/meter.h"
#include "emu/machine/machine.h"

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

/* Runs 300 steps of a loop. */
static struct cpu_stats stats_of(const uint8_t *code, size_t size)
{
    struct machine *m = machine_with(code, size);
    struct cpu_stats stats;

    machine_run(m, 300);
    stats = *cpu_stats(machine_cpu(m));
    machine_destroy(m);
    return stats;
}

START_TEST(written_code_is_built_again)
{
    /* 1: incb 1b+8; jmp 1b; the byte at +8 lies behind the loop */
    static const uint8_t data_beside[] = {0xfe, 0x05, 0x08, 0x00, 0x10, 0x00, 0xeb, 0xf8};
    /* 1: mov eax, 0; xorb 1b, 1; jmp 1b: MOV EAX becomes MOV ECX and back */
    static const uint8_t opcode[] = {0xb8, 0,    0,    0,    0,    0x80, 0x35,
                                     0x00, 0x00, 0x10, 0x00, 0x01, 0xeb, 0xf2};
    /* 1: mov eax, 0; incb 1b+1; jmp 1b */
    static const uint8_t immediate[] = {0xb8, 0,    0,    0,    0,    0xfe, 0x05,
                                        0x01, 0x00, 0x10, 0x00, 0xeb, 0xf3};

    ck_assert_uint_eq(stats_of(data_beside, sizeof(data_beside)).blocks_written, 0);
    ck_assert_uint_ge(stats_of(opcode, sizeof(opcode)).blocks_written, 90);
    ck_assert_uint_eq(stats_of(immediate, sizeof(immediate)).blocks_written, 0);
    ck_assert_uint_ge(stats_of(immediate, sizeof(immediate)).blocks_patched, 90);
}
END_TEST

static uint64_t ticks;

static uint64_t tick(void)
{
    return ++ticks;
}

/* Every tick of the meter's clock belongs to a part. */
START_TEST(a_meter_shares_out_all_time)
{
    /* 1: push ecx; pop ecx; cpuid; jmp 1b */
    static const uint8_t code[] = {0x51, 0x59, 0x0f, 0xa2, 0xeb, 0xfa};
    struct machine *m = machine_with(code, sizeof(code));
    const struct cpu_stats *stats = cpu_stats(machine_cpu(m));
    struct meter meter;
    uint64_t all = 0, begin;

    meter_start(&meter, tick);
    begin = meter.since;
    cpu_set_meter(machine_cpu(m), &meter);
    machine_run(m, 4000);
    meter_go(&meter, METER_OTHER);
    for (unsigned i = 0; i < METER_PARTS; i++)
        all += meter.spent[i];
    ck_assert_uint_eq(all, ticks - begin);
    ck_assert_uint_ge(meter.spent[METER_HANDLERS], 900);
    ck_assert_uint_ge(meter.spent[METER_UOPS], 900);
    ck_assert_uint_gt(meter.spent[METER_BUILD], 0);
    ck_assert_uint_gt(meter.spent[METER_PAGES], 0);
    ck_assert_uint_ge(stats->tlb_accesses, 1900);
    ck_assert_uint_le(stats->tlb_accesses, 2002);
    machine_destroy(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stats");
    TCase *tc = tcase_create("stats");
    SRunner *runner;
    int failed;

    tcase_add_test(tc, a_meter_shares_out_all_time);
    tcase_add_test(tc, a_loop_is_built_once);
    tcase_add_test(tc, written_code_is_built_again);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

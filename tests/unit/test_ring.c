/* The ring of executed instructions: what of a repeated string instruction can be read from it,
 * also where the block engine has written its iterations together. */
#include "tests/unit/cpu_bench.h"

enum { FROM = 0x30000, TO = 0x40ffc, DWORDS = 3000, RECORDS = 100, MOST = 5000 };

static struct cpu_ring_record record[MOST];

static uint32_t source_value(uint32_t i)
{
    return i * 0x01010203 + 7;
}

/* nop; rep movsd; nop; hlt */
static void copy(size_t records)
{
    bench_protected("i686", 0);
    CODE(BENCH_CODE, 0x90, 0xf3, 0xa5, 0x90, 0xf4);
    for (uint32_t i = 0; i < DWORDS; i++)
        le_store(bench.ram + FROM + 4 * i, 4, source_value(i));
    bench.cpu->s.gpr[GPR_ESI] = FROM;
    bench.cpu->s.gpr[GPR_EDI] = TO;
    bench.cpu->s.gpr[GPR_ECX] = DWORDS;
    ck_assert_int_eq(cpu_ring_start(bench.cpu, records), 0);
    bench_run(DWORDS + 10);
    ck_assert_uint_eq(bench.halts, 1);
}

/* `r` is that of iteration `i`. */
static void expect_iteration(const struct cpu_ring_record *r, uint32_t i, uint64_t begin)
{
    ck_assert_uint_eq(r->icount, begin + i);
    ck_assert_uint_eq(r->linear, BENCH_CODE + 1);
    ck_assert_uint_eq(r->address, TO + 4 * i);
    ck_assert_uint_eq(r->value, source_value(i));
    ck_assert_uint_eq(r->kind, CPU_WATCH_WRITE);
    ck_assert_uint_eq(r->size, 4);
    ck_assert_uint_eq(r->unused, 0);
}

/* The youngest `n` records, HLT's and NOP's behind the iterations. */
static void expect_youngest(size_t n)
{
    uint64_t end = bench.cpu->s.icount;

    ck_assert_uint_eq(record[n - 1].linear, BENCH_CODE + 4);
    ck_assert_uint_eq(record[n - 2].linear, BENCH_CODE + 3);
    for (size_t k = 3; k <= n && k <= DWORDS + 2; k++)
        expect_iteration(&record[n - k], (uint32_t)(DWORDS + 2 - k), end - 2 - DWORDS);
}

START_TEST(all_of_it)
{
    copy(MOST);
    ck_assert_uint_eq(cpu_ring_read(bench.cpu, record, MOST), DWORDS + 3);
    ck_assert_uint_eq(record[0].linear, BENCH_CODE);
    expect_youngest(DWORDS + 3);
}
END_TEST

START_TEST(the_youngest)
{
    copy(MOST);
    ck_assert_uint_eq(cpu_ring_read(bench.cpu, record, 50), 50);
    expect_youngest(50);
}
END_TEST

/* The oldest run has lost its beginning. */
START_TEST(more_than_it_holds)
{
    size_t n;

    copy(RECORDS);
    n = cpu_ring_read(bench.cpu, record, MOST);
    ck_assert_uint_ge(n, RECORDS);
    expect_youngest(n);
}
END_TEST

START_TEST(nothing_to_do)
{
    bench_protected("i686", 0);
    CODE(BENCH_CODE, 0xf3, 0xa5, 0xf4);
    bench.cpu->s.gpr[GPR_ECX] = 0;
    ck_assert_int_eq(cpu_ring_start(bench.cpu, RECORDS), 0);
    bench_run(10);
    ck_assert_uint_eq(cpu_ring_read(bench.cpu, record, MOST), 2);
    ck_assert_uint_eq(record[0].linear, BENCH_CODE);
    ck_assert_uint_eq(record[0].kind, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ring");
    TCase *tc = tcase_create("repeated strings");

    tcase_add_test(tc, all_of_it);
    tcase_add_test(tc, the_youngest);
    tcase_add_test(tc, more_than_it_holds);
    tcase_add_test(tc, nothing_to_do);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

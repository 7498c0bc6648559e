#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

/* ---- Models ------------------------------------------------------------------------------ */

static struct cpu_model parse(const char *text)
{
    struct cpu_model model;
    char why[200];

    ck_assert_int_eq(cpu_model_parse(text, &model, why, sizeof(why)), 0);
    return model;
}

START_TEST(models_by_name)
{
    ck_assert_uint_eq(parse("386").level, CPU_386);
    ck_assert_uint_eq(parse("486").features, CPU_FEAT_FPU);
    ck_assert_uint_eq(parse("pentium").features & CPU_FEAT_CMOV, 0);
    ck_assert_uint_eq(parse("i686").features, CPU_FEAT_FPU | CPU_FEAT_TSC | CPU_FEAT_CX8 |
                                                  CPU_FEAT_CMOV | CPU_FEAT_PSE | CPU_FEAT_PGE);
    ck_assert_uint_eq(parse("i686,-fpu,+de,-cmov").features,
                      CPU_FEAT_TSC | CPU_FEAT_CX8 | CPU_FEAT_PSE | CPU_FEAT_PGE | CPU_FEAT_DE);
}
END_TEST

static void expect_refused(const char *text, const char *part)
{
    struct cpu_model model;
    char why[200] = "";

    ck_assert_int_lt(cpu_model_parse(text, &model, why, sizeof(why)), 0);
    ck_assert_msg(strstr(why, part), "'%s' says '%s'", text, why);
}

START_TEST(models_that_are_refused)
{
    expect_refused("", "unknown processor ''");
    expect_refused("586", "'586'");
    expect_refused("i6866", "'i6866'");
    expect_refused("i686,sse", "'sse'");
    expect_refused("i686,+sse", "'+sse'");
    expect_refused("i686,+", "'+'");
    expect_refused("i686,,+de", "''");
    expect_refused("486,+tsc", "pentium");
    expect_refused("pentium,+cmov", "i686");
}
END_TEST

START_TEST(cpuid_shows_the_model)
{
    bench_protected("i686,-pge", 3);
    s = &bench.cpu->s;
    CODE(BENCH_CODE, 0x0f, 0xa2, 0x0f, 0xa2, 0x0f, 0xa2);
    s->gpr[GPR_EAX] = 0;
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_EAX], 1);
    ck_assert_mem_eq(&s->gpr[GPR_EBX], "Genu", 4);
    ck_assert_mem_eq(&s->gpr[GPR_EDX], "ineI", 4);
    ck_assert_mem_eq(&s->gpr[GPR_ECX], "ntel", 4);
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_EAX] >> 8, 6);
    ck_assert_uint_eq(s->gpr[GPR_EDX], 0x8119);
    s->gpr[GPR_EAX] = 0x80000000;
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_EDX], 0x8119);
}
END_TEST

/* ---- Life -------------------------------------------------------------------------------- */

START_TEST(reset_is_table_9_1)
{
    bench_create("i686");
    s = &bench.cpu->s;
    ck_assert_uint_eq(s->eip, 0xfff0);
    ck_assert_uint_eq(s->eflags, 2);
    ck_assert_uint_eq(s->cr0, 0x60000010);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, 0xf000);
    ck_assert_uint_eq(s->seg[SEG_CS].base, 0xffff0000);
    ck_assert_uint_eq(s->seg[SEG_CS].limit, 0xffff);
    ck_assert_uint_eq(s->gpr[GPR_EDX] >> 8, 6);
    ck_assert_uint_eq(s->idtr.limit, 0xffff);
    ck_assert_uint_eq(s->dr[6], 0xffff0ff0);
    ck_assert_uint_eq(s->dr[7], 0x400);
    ck_assert_uint_eq(s->x87.cw, 0x40);
    ck_assert_uint_eq(s->x87.tw, 0x5555);
    bench_create("386");
    ck_assert_uint_eq(bench.cpu->s.cr0, CR0_ET);
    ck_assert_uint_eq(bench.cpu->s.gpr[GPR_EDX] >> 8, 3);
    bench_create("386,-fpu");
    ck_assert_uint_eq(bench.cpu->s.cr0, 0);
}
END_TEST

START_TEST(reset_keeps_time_and_pins)
{
    bench_protected("i686", 3);
    s = &bench.cpu->s;
    s->icount = 1000;
    cpu_set_intr(bench.cpu, true);
    cpu_set_a20(bench.cpu, false);
    cpu_reset(bench.cpu);
    ck_assert_uint_eq(s->icount, 1000);
    ck_assert_uint_eq(s->icount + s->tsc_base, 0);
    ck_assert(s->intr);
    ck_assert(!s->a20);
    ck_assert_uint_eq(s->cpl, 0);
}
END_TEST

START_TEST(engines_by_name)
{
    const struct cpu_bus bus = {.ctx = &bench, .page = bench_page};
    const struct cpu_model model = parse("i686");
    struct cpu *cpu = cpu_create(&model, &bus, "step");

    ck_assert_ptr_nonnull(cpu);
    cpu_destroy(cpu);
    cpu_destroy(NULL);
    ck_assert_ptr_null(cpu_create(&model, &bus, "no such engine"));
}
END_TEST

START_TEST(set_state_makes_it_consistent)
{
    struct cpu_state state;

    bench_protected("386", 3);
    state = *cpu_state(bench.cpu);
    state.eflags = 0xffffffff & ~EFLAGS_VM;
    state.cpl = 0xff;
    state.dr[7] = state.dr[6] = 0xffffffff;
    state.activity = 77;
    cpu_set_state(bench.cpu, &state);
    s = &bench.cpu->s;
    ck_assert_uint_eq(s->eflags, 0x17fd7);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->dr[7], 0xffff27ff);
    ck_assert_uint_eq(s->dr[6], 0xffffefff);
    ck_assert_uint_eq(s->activity, CPU_RUNNING);
    state.cr0 = 0;
    state.eflags |= EFLAGS_VM;
    cpu_set_state(bench.cpu, &state);
    ck_assert_uint_eq(s->cpl, 0);
    ck_assert(!cpu_v86(bench.cpu));
}
END_TEST

/* A state copied out and in again, with memory, goes on in the same way. */
START_TEST(snapshots_go_on_the_same_way)
{
    static uint8_t ram[BENCH_RAM];
    struct cpu_state middle, end;

    bench_protected("i686", 0);
    s = &bench.cpu->s;
    bench_paging();
    CODE(BENCH_CODE, 0x40, 0xa3, 0, 0, 5, 0, 0xcd, 0x30, 0xeb, 0xf6); /* inc; mov; int; jmp */
    CODE(bench_handler(0x30), 0xff, 0x05, 4, 0, 5, 0, 0xcf);
    bench_run(50);
    middle = *cpu_state(bench.cpu);
    memcpy(ram, bench.ram, sizeof(ram));
    bench_run(50);
    end = *cpu_state(bench.cpu);
    memcpy(bench.ram, ram, sizeof(ram));
    cpu_set_state(bench.cpu, &middle);
    bench_run(50);
    ck_assert_mem_eq(&end, s, sizeof(end));
}
END_TEST

/* ---- Running ----------------------------------------------------------------------------- */

START_TEST(run_stops_exactly_at_until)
{
    bench_protected("i686", 0);
    s = &bench.cpu->s;
    CODE(BENCH_CODE, 0xf3, 0xaa, 0xeb, 0xfc); /* rep stosb; jmp */
    s->gpr[GPR_EDI] = 0x50000;
    s->gpr[GPR_ECX] = 10;
    ck_assert_uint_eq(cpu_run(bench.cpu, 0), CPU_STOP_ICOUNT);
    ck_assert_uint_eq(s->icount, 0);
    ck_assert_uint_eq(cpu_run(bench.cpu, 7), CPU_STOP_ICOUNT);
    ck_assert_uint_eq(s->icount, 7);
    ck_assert_uint_eq(s->gpr[GPR_ECX], 3);
    ck_assert_uint_eq(s->eip, BENCH_CODE);
    cpu_run(bench.cpu, 10);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 2);
}
END_TEST

START_TEST(a_run_may_have_no_limit)
{
    bench_protected("i686", 0);
    CODE(BENCH_CODE, 0xeb, 0x00, 0x74, 0x00, 0xeb, 0x00, 0xf4); /* jmp; jz; jmp; hlt */
    ck_assert_uint_eq(cpu_run(bench.cpu, UINT64_MAX), CPU_STOP_HALTED);
    ck_assert_uint_eq(bench.cpu->s.icount, 4);
}
END_TEST

START_TEST(requests_end_a_run)
{
    bench_protected("i686", 0);
    CODE(BENCH_CODE, 0xeb, 0xfe);
    cpu_request_stop(bench.cpu);
    ck_assert_uint_eq(bench_run(5), CPU_STOP_REQUEST);
    ck_assert_uint_eq(bench_run(5), CPU_STOP_ICOUNT);
    cpu_request_reset(bench.cpu);
    cpu_request_stop(bench.cpu);
    ck_assert_uint_eq(bench_run(5), CPU_STOP_RESET);
    ck_assert_uint_eq(bench_run(5), CPU_STOP_ICOUNT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpu");
    TCase *tc = tcase_create("cpu");

    tcase_add_test(tc, models_by_name);
    tcase_add_test(tc, models_that_are_refused);
    tcase_add_test(tc, cpuid_shows_the_model);
    tcase_add_test(tc, reset_is_table_9_1);
    tcase_add_test(tc, reset_keeps_time_and_pins);
    tcase_add_test(tc, engines_by_name);
    tcase_add_test(tc, set_state_makes_it_consistent);
    tcase_add_test(tc, snapshots_go_on_the_same_way);
    tcase_add_test(tc, run_stops_exactly_at_until);
    tcase_add_test(tc, a_run_may_have_no_limit);
    tcase_add_test(tc, requests_end_a_run);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

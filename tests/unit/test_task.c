#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

enum { NEW_EIP = 0x9000, NEW_ESP = 0x7000 };

static void put_far(uint8_t opcode, uint16_t selector)
{
    bench_put(BENCH_CODE, 1, opcode);
    bench_put(BENCH_CODE + 1, 4, 0xdeadbeef);
    bench_put(BENCH_CODE + 5, 2, selector);
}

enum { JMP_FAR = 0xea, CALL_FAR = 0x9a };

static void put_task32(uint16_t code, uint16_t data)
{
    bench_put(BENCH_TSS2 + 0x1c, 4, BENCH_PD);
    bench_put(BENCH_TSS2 + 0x20, 4, NEW_EIP);
    bench_put(BENCH_TSS2 + 0x24, 4, EFLAGS_FIXED | EFLAGS_CF);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        bench_put(BENCH_TSS2 + 0x28 + 4 * i, 4, 0xa0000000 + i);
    bench_put(BENCH_TSS2 + 0x38, 4, NEW_ESP);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        bench_put(BENCH_TSS2 + 0x48 + 4 * i, 4, i == SEG_CS ? code : data);
    bench_put(BENCH_TSS2 + 0x60, 4, SEL_LDT);
}

static void put_task16(void)
{
    bench_put(BENCH_TSS16 + 0x0e, 2, NEW_EIP);
    bench_put(BENCH_TSS16 + 0x10, 2, EFLAGS_FIXED | EFLAGS_ZF);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        bench_put(BENCH_TSS16 + 0x12 + 2 * i, 2, 0x1000 + i);
    bench_put(BENCH_TSS16 + 0x1a, 2, NEW_ESP);
    for (unsigned i = 0; i <= SEG_DS; i++)
        bench_put(BENCH_TSS16 + 0x22 + 2 * i, 2, i == SEG_CS ? SEL_CODE0 : SEL_DATA0);
}

static void start(unsigned cpl)
{
    bench_protected("i686", cpl);
    s = &bench.cpu->s;
    put_task32(SEL_CODE0, SEL_DATA0);
    put_task16();
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (i != GPR_ESP)
            s->gpr[i] = 0xb0000000 + i;
}

static bool busy(uint16_t selector)
{
    return bench_access(selector) & DESC_TSS_BUSY;
}

/* ---- The switch -------------------------------------------------------------------------- */

START_TEST(a_jump_saves_and_loads_everything)
{
    start(0);
    put_far(JMP_FAR, SEL_TSS2);
    bench_run(1);
    ck_assert_uint_eq(bench.tasks, 1);
    ck_assert_uint_eq(bench.task.cause, CPU_TASK_JMP);
    ck_assert_uint_eq(bench.task.from_tr, SEL_TSS);
    ck_assert_uint_eq(bench.task.to_tr, SEL_TSS2);
    ck_assert_uint_eq(bench.task.before.gpr[GPR_EBX], 0xb0000003);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x20, 4), BENCH_CODE + 7);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x24, 4), EFLAGS_FIXED | EFLAGS_IF);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x34, 4), 0xb0000003);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x38, 4), BENCH_KERNEL_STACK);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x4c, 4), SEL_CODE0);
    ck_assert_uint_eq(s->eip, NEW_EIP);
    ck_assert_uint_eq(s->eflags, EFLAGS_FIXED | EFLAGS_CF);
    ck_assert_uint_eq(s->gpr[GPR_EDI], 0xa0000007);
    ck_assert_uint_eq(s->gpr[GPR_ESP], NEW_ESP);
    ck_assert_uint_eq(s->seg[SEG_GS].selector, SEL_DATA0);
    ck_assert_uint_eq(s->ldtr.selector, SEL_LDT);
    ck_assert_uint_eq(s->tr.selector, SEL_TSS2);
    ck_assert(s->cr0 & CR0_TS);
    ck_assert(!busy(SEL_TSS));
    ck_assert(busy(SEL_TSS2));
    ck_assert_uint_eq(bench_get(BENCH_TSS2, 4), 0); /* no back link */
    ck_assert_uint_eq(s->icount, 1);
}
END_TEST

START_TEST(a_call_nests_and_iret_comes_back)
{
    start(0);
    put_far(CALL_FAR, SEL_TSS2);
    bench_put(NEW_EIP, 1, 0xcf); /* iret */
    bench_run(1);
    ck_assert(busy(SEL_TSS));
    ck_assert(busy(SEL_TSS2));
    ck_assert_uint_eq(bench_get(BENCH_TSS2, 2), SEL_TSS);
    ck_assert(s->eflags & EFLAGS_NT);
    bench_run(1);
    ck_assert_uint_eq(bench.irets, 1);
    ck_assert(bench.iret.task_return);
    ck_assert_uint_eq(bench.iret.slot_count, 0);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 7);
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0xb0000003);
    ck_assert(!(s->eflags & EFLAGS_NT));
    ck_assert(busy(SEL_TSS));
    ck_assert(!busy(SEL_TSS2));
    ck_assert_uint_eq(bench_get(BENCH_TSS2 + 0x24, 4) & EFLAGS_NT, 0);
    ck_assert_uint_eq(bench_get(BENCH_TSS2 + 0x20, 4), NEW_EIP + 1);
}
END_TEST

START_TEST(a_task_gate_takes_an_exception_with_its_error_code)
{
    start(3);
    bench_gate(VEC_GP, DESC_TASK_GATE, 0, SEL_TSS2);
    CODE(BENCH_CODE, 0xf4);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_GP);
    ck_assert_uint_eq(bench.interrupt.gate_type, DESC_TASK_GATE);
    ck_assert_uint_eq(bench.interrupt.slot_count, 1);
    ck_assert_uint_eq(bench.interrupt.slot[0].linear, NEW_ESP - 4);
    ck_assert_uint_eq(s->gpr[GPR_ESP], NEW_ESP - 4);
    ck_assert_uint_eq(bench_get(NEW_ESP - 4, 4), 0);
    ck_assert_uint_eq(s->cpl, 0);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x20, 4), BENCH_CODE);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x24, 4), EFLAGS_FIXED | EFLAGS_IF | EFLAGS_RF);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x4c, 4), SEL_CODE3);
}
END_TEST

START_TEST(a_task_gate_in_the_gdt)
{
    start(3);
    bench_put_gate(BENCH_GDT + SEL_FREE, DESC_TASK_GATE, 3, SEL_TSS2, 0, 0);
    put_far(CALL_FAR, SEL_FREE);
    bench_run(1);
    ck_assert_uint_eq(s->tr.selector, SEL_TSS2);
    ck_assert_uint_eq(s->cpl, 0);
}
END_TEST

START_TEST(sixteen_bit_tasks)
{
    start(0);
    put_far(CALL_FAR, SEL_TSS16);
    bench_put(NEW_EIP, 1, 0xcf);
    bench_run(1);
    ck_assert_uint_eq(s->eip, NEW_EIP);
    ck_assert_uint_eq(s->gpr[GPR_EDX], 0xffff1002);
    ck_assert_uint_eq(s->eflags, EFLAGS_FIXED | EFLAGS_ZF | EFLAGS_NT);
    ck_assert_uint_eq(s->seg[SEG_FS].selector, 0);
    ck_assert_uint_eq(bench_get(BENCH_TSS16, 2), SEL_TSS);
    bench_run(1);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 7);
    ck_assert_uint_eq(s->gpr[GPR_EDX], 0xb0000002);
    ck_assert_uint_eq(bench_get(BENCH_TSS16 + 0x0e, 2), NEW_EIP + 1);
}
END_TEST

START_TEST(cr3_comes_from_the_tss)
{
    start(0);
    bench_paging();
    memcpy(bench.ram + 0x30000, bench.ram + BENCH_PD, 4096);
    bench_put(BENCH_TSS2 + 0x1c, 4, 0x30000);
    put_far(JMP_FAR, SEL_TSS2);
    bench_run(1);
    ck_assert_uint_eq(s->cr3, 0x30000);
    ck_assert_uint_eq(s->eip, NEW_EIP);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x1c, 4), 0); /* not saved */
}
END_TEST

START_TEST(to_v86_mode)
{
    start(0);
    bench_put(BENCH_TSS2 + 0x24, 4, EFLAGS_FIXED | EFLAGS_VM);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        bench_put(BENCH_TSS2 + 0x48 + 4 * i, 4, 0x100 * i);
    put_far(JMP_FAR, SEL_TSS2);
    bench_run(1);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->seg[SEG_GS].base, 0x1000 * SEG_GS);
    ck_assert_uint_eq(s->seg[SEG_CS].limit, 0xffff);
}
END_TEST

START_TEST(the_t_bit_traps_before_the_first_instruction)
{
    start(0);
    bench_put(BENCH_TSS2 + 0x64, 1, 1);
    put_far(JMP_FAR, SEL_TSS2);
    bench_run(2);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_DB);
    ck_assert_uint_eq(bench.interrupt.from_eip, NEW_EIP);
    ck_assert_uint_eq(s->dr[6], DR6_RESET | DR6_BT);
}
END_TEST

START_TEST(local_breakpoints_end_with_the_task)
{
    start(0);
    s->dr[7] |= 0x3ff;
    put_far(JMP_FAR, SEL_TSS2);
    bench_run(1);
    ck_assert_uint_eq(s->dr[7], DR7_RESET | 0x2aa);
}
END_TEST

/* ---- Faults of the old task -------------------------------------------------------------- */

static void expect_refused(uint8_t opcode, uint16_t selector, unsigned vector, uint32_t error)
{
    struct cpu_state before = *s;

    put_far(opcode, selector);
    bench_expect_fault(vector, error);
    ck_assert_uint_eq(bench.tasks, 0);
    ck_assert_uint_eq(s->tr.selector, SEL_TSS);
    ck_assert_uint_eq(bench.interrupt.from_eip, BENCH_CODE);
    ck_assert_mem_eq(&before.gpr[GPR_EBX], &s->gpr[GPR_EBX], 4);
    ck_assert(busy(SEL_TSS));
}

START_TEST(a_busy_task)
{
    start(0);
    bench_descriptor(SEL_TSS2, BENCH_TSS2, 0x67, ACCESS_P | DESC_TSS32_BUSY, 0);
    expect_refused(JMP_FAR, SEL_TSS2, VEC_GP, SEL_TSS2);
}
END_TEST

START_TEST(itself)
{
    start(0);
    expect_refused(CALL_FAR, SEL_TSS, VEC_GP, SEL_TSS);
}
END_TEST

START_TEST(a_tss_not_present)
{
    start(0);
    bench_descriptor(SEL_TSS2, BENCH_TSS2, 0x67, DESC_TSS32, 0);
    expect_refused(JMP_FAR, SEL_TSS2, VEC_NP, SEL_TSS2);
}
END_TEST

START_TEST(a_tss_too_small)
{
    start(0);
    bench_descriptor(SEL_TSS2, BENCH_TSS2, 0x66, ACCESS_P | DESC_TSS32, 0);
    expect_refused(JMP_FAR, SEL_TSS2, VEC_TS, SEL_TSS2);
    start(0);
    bench_descriptor(SEL_TSS16, BENCH_TSS16, 0x2a, ACCESS_P | DESC_TSS16, 0);
    expect_refused(JMP_FAR, SEL_TSS16, VEC_TS, SEL_TSS16);
}
END_TEST

START_TEST(a_tss_of_an_inner_ring)
{
    start(3);
    expect_refused(JMP_FAR, SEL_TSS2, VEC_GP, SEL_TSS2);
    start(0);
    expect_refused(JMP_FAR, SEL_TSS2 | 3, VEC_GP, SEL_TSS2);
}
END_TEST

START_TEST(a_back_link_that_is_not_busy)
{
    start(0);
    s->eflags |= EFLAGS_NT;
    bench_put(BENCH_TSS, 2, SEL_TSS2);
    CODE(BENCH_CODE, 0xcf);
    bench_expect_fault(VEC_TS, SEL_TSS2);
}
END_TEST

START_TEST(a_back_link_into_the_ldt)
{
    start(0);
    s->eflags |= EFLAGS_NT;
    bench_put(BENCH_TSS, 2, 0x0c);
    CODE(BENCH_CODE, 0xcf);
    bench_expect_fault(VEC_TS, 0x0c);
}
END_TEST

START_TEST(pages_that_are_missing)
{
    start(0);
    bench_paging();
    bench_set_pte(BENCH_TSS2, 0);
    expect_refused(JMP_FAR, SEL_TSS2, VEC_PF, 0);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x20, 4), 0); /* nothing saved yet */
}
END_TEST

/* ---- Faults of the new task -------------------------------------------------------------- */

static void expect_inside(unsigned vector, uint32_t error)
{
    put_far(JMP_FAR, SEL_TSS2);
    bench_expect_fault(vector, error);
    ck_assert_uint_eq(bench.tasks, 1);
    ck_assert_uint_eq(s->tr.selector, SEL_TSS2);
    ck_assert_uint_eq(bench.interrupt.from_eip, NEW_EIP);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x20, 4), BENCH_CODE + 7);
}

/* The new task runs in ring 3 and has a good ring 0 stack for the handler. */
static void start_inside(void)
{
    start(0);
    put_task32(SEL_CODE3, SEL_DATA3);
    bench_put(BENCH_TSS2 + 4, 4, BENCH_STACK0);
    bench_put(BENCH_TSS2 + 8, 4, SEL_DATA0);
}

START_TEST(segments_of_the_new_task)
{
    const struct {
        unsigned at; /* in the TSS */
        uint16_t selector;
        unsigned vector;
        uint32_t error;
    } cases[] = {
        {0x60, 0x0c, VEC_TS, 0x0c},                /* LDT in the LDT */
        {0x60, SEL_DATA0, VEC_TS, SEL_DATA0},      /* no LDT at all */
        {0x4c, 3, VEC_TS, 0},                      /* CS null */
        {0x4c, SEL_DATA3, VEC_TS, SEL_DATA3 & ~3}, /* CS is data */
        {0x4c, SEL_CODE0 | 3, VEC_TS, SEL_CODE0},  /* CS of another ring */
        {0x4c, SEL_FREE | 3, VEC_NP, SEL_FREE},    /* CS not present */
        {0x50, 0, VEC_TS, 0},                      /* SS null */
        {0x50, SEL_DATA0, VEC_TS, SEL_DATA0},      /* SS of another ring */
        {0x50, SEL_FREE2 | 3, VEC_SS, SEL_FREE2},  /* SS not present */
        {0x54, SEL_DATA0, VEC_TS, SEL_DATA0},      /* DS of an inner ring */
        {0x54, SEL_FREE2 | 3, VEC_NP, SEL_FREE2},  /* DS not present */
        {0x5c, 0x1000, VEC_TS, 0x1000},            /* GS outside the GDT */
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        start_inside();
        bench_descriptor(SEL_FREE, 0, 0xfffff, 0x7a, FLAGS_32);
        bench_descriptor(SEL_FREE2, 0, 0xfffff, 0x72, FLAGS_32);
        bench_put(BENCH_TSS2 + cases[i].at, 4, cases[i].selector);
        expect_inside(cases[i].vector, cases[i].error);
    }
}
END_TEST

START_TEST(eip_of_the_new_task)
{
    start_inside();
    bench_descriptor(SEL_FREE, 0, 0xff, 0xfa, FLAGS_16);
    bench_put(BENCH_TSS2 + 0x4c, 4, SEL_FREE | 3);
    expect_inside(VEC_GP, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("task");
    TCase *tc = tcase_create("task");

    tcase_add_test(tc, a_jump_saves_and_loads_everything);
    tcase_add_test(tc, a_call_nests_and_iret_comes_back);
    tcase_add_test(tc, a_task_gate_takes_an_exception_with_its_error_code);
    tcase_add_test(tc, a_task_gate_in_the_gdt);
    tcase_add_test(tc, sixteen_bit_tasks);
    tcase_add_test(tc, cr3_comes_from_the_tss);
    tcase_add_test(tc, to_v86_mode);
    tcase_add_test(tc, the_t_bit_traps_before_the_first_instruction);
    tcase_add_test(tc, local_breakpoints_end_with_the_task);
    tcase_add_test(tc, a_busy_task);
    tcase_add_test(tc, itself);
    tcase_add_test(tc, a_tss_not_present);
    tcase_add_test(tc, a_tss_too_small);
    tcase_add_test(tc, a_tss_of_an_inner_ring);
    tcase_add_test(tc, a_back_link_that_is_not_busy);
    tcase_add_test(tc, a_back_link_into_the_ldt);
    tcase_add_test(tc, pages_that_are_missing);
    tcase_add_test(tc, segments_of_the_new_task);
    tcase_add_test(tc, eip_of_the_new_task);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

static void start(unsigned cpl)
{
    bench_protected("i686,+de", cpl);
    s = &bench.cpu->s;
    memset(bench.ram + BENCH_CODE, 0x90, 64);
}

static void expect_no_interrupt(void)
{
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 0);
}

static void expect_interrupt(unsigned vector, uint32_t eip)
{
    unsigned before = bench.interrupts;
    uint64_t icount = s->icount;

    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, before + 1);
    ck_assert_uint_eq(bench.interrupt.vector, vector);
    ck_assert_uint_eq(bench.interrupt.from_eip, eip);
    ck_assert_uint_eq(s->icount, icount + 1);
}

static uint32_t pushed_flags(void)
{
    return bench.interrupt.slot[bench.interrupt.stack_switch ? 2 : 0].value;
}

/* ---- Interrupt shadows ------------------------------------------------------------------- */

START_TEST(sti_holds_for_one_instruction)
{
    start(0);
    bench.vector = 0x31;
    s->eflags &= ~EFLAGS_IF;
    CODE(BENCH_CODE, 0xfb);
    cpu_set_intr(bench.cpu, true);
    expect_no_interrupt();
    expect_no_interrupt();
    expect_interrupt(0x31, BENCH_CODE + 2);
}
END_TEST

START_TEST(sti_with_if_set_holds_nothing)
{
    start(0);
    bench.vector = 0x31;
    CODE(BENCH_CODE, 0xfb);
    bench_run(1);
    cpu_set_intr(bench.cpu, true);
    expect_interrupt(0x31, BENCH_CODE + 1);
}
END_TEST

START_TEST(sti_does_not_hold_nmi)
{
    start(0);
    s->eflags &= ~EFLAGS_IF;
    CODE(BENCH_CODE, 0xfb);
    bench_run(1);
    cpu_set_nmi(bench.cpu);
    expect_interrupt(VEC_NMI, BENCH_CODE + 1);
}
END_TEST

START_TEST(sti_hlt_wakes)
{
    start(0);
    bench.vector = 0x31;
    s->eflags &= ~EFLAGS_IF;
    CODE(BENCH_CODE, 0xfb, 0xf4);
    cpu_set_intr(bench.cpu, true);
    bench_run(2);
    ck_assert_uint_eq(bench.halts, 1);
    expect_interrupt(0x31, BENCH_CODE + 2);
    ck_assert_uint_eq(s->activity, CPU_RUNNING);
}
END_TEST

static void start_mov_ss(void)
{
    start(0);
    CODE(BENCH_CODE, 0x8e, 0xd0, 0x8e, 0xd0); /* mov ss, ax, twice */
    s->gpr[GPR_EAX] = SEL_DATA0;
}

START_TEST(mov_ss_holds_everything)
{
    start_mov_ss();
    bench.vector = 0x31;
    bench_run(1);
    cpu_set_intr(bench.cpu, true);
    cpu_set_nmi(bench.cpu);
    expect_no_interrupt();
    expect_interrupt(VEC_NMI, BENCH_CODE + 4); /* the second load extends nothing */
}
END_TEST

START_TEST(mov_ss_holds_the_single_step_trap)
{
    start_mov_ss();
    CODE(BENCH_CODE + 2, 0x90, 0x90);
    s->eflags |= EFLAGS_TF;
    expect_no_interrupt();
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 3);
}
END_TEST

/* ---- Order ------------------------------------------------------------------------------- */

START_TEST(debug_trap_then_nmi_then_intr)
{
    start(0);
    bench.vector = 0x31;
    CODE(bench_handler(VEC_DB), 0xcf);
    for (unsigned vector = 0; vector < 0x40; vector++)
        bench_gate(vector, DESC_TRAP_GATE32, 0, SEL_CODE0);
    s->eflags |= EFLAGS_TF;
    bench_run(1);
    cpu_set_nmi(bench.cpu);
    cpu_set_intr(bench.cpu, true);
    expect_interrupt(VEC_DB, BENCH_CODE + 1);
    expect_interrupt(VEC_NMI, bench_handler(VEC_DB));
    expect_interrupt(0x31, bench_handler(VEC_NMI));
}
END_TEST

START_TEST(an_interrupt_at_until_is_left_for_the_next_call)
{
    start(0);
    bench.vector = 0x31;
    cpu_set_intr(bench.cpu, true);
    ck_assert_uint_eq(cpu_run(bench.cpu, 0), CPU_STOP_ICOUNT);
    ck_assert_uint_eq(bench.interrupts, 0);
    expect_interrupt(0x31, BENCH_CODE);
}
END_TEST

START_TEST(a_fault_is_one_step)
{
    start(3);
    CODE(BENCH_CODE, 0xf4);
    expect_interrupt(VEC_GP, BENCH_CODE);
}
END_TEST

/* ---- HLT --------------------------------------------------------------------------------- */

START_TEST(hlt_waits)
{
    start(0);
    bench.vector = 0x31;
    CODE(BENCH_CODE, 0xf4);
    ck_assert_uint_eq(bench_run(10), CPU_STOP_HALTED);
    ck_assert_uint_eq(s->icount, 1);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 1);
    ck_assert_uint_eq(bench_run(10), CPU_STOP_HALTED);
    ck_assert_uint_eq(s->icount, 1);
    cpu_set_intr(bench.cpu, true);
    expect_interrupt(0x31, BENCH_CODE + 1);
}
END_TEST

START_TEST(hlt_without_if_wakes_for_nmi_only)
{
    start(0);
    s->eflags &= ~EFLAGS_IF;
    CODE(BENCH_CODE, 0xf4);
    bench_run(1);
    cpu_set_intr(bench.cpu, true);
    ck_assert_uint_eq(bench_run(10), CPU_STOP_HALTED);
    cpu_set_nmi(bench.cpu);
    expect_interrupt(VEC_NMI, BENCH_CODE + 1);
}
END_TEST

START_TEST(hlt_under_single_step_traps)
{
    start(0);
    s->eflags |= EFLAGS_TF;
    CODE(BENCH_CODE, 0xf4);
    bench_run(1);
    expect_interrupt(VEC_DB, BENCH_CODE + 1);
    ck_assert_uint_eq(s->activity, CPU_RUNNING);
}
END_TEST

/* ---- Single step ------------------------------------------------------------------------- */

START_TEST(tf_traps_after_the_instruction)
{
    start(3);
    s->eflags |= EFLAGS_TF;
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 1);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_TRAP);
    ck_assert_uint_eq(s->dr[6], DR6_RESET | DR6_BS);
    ck_assert(!(s->eflags & EFLAGS_TF));
    ck_assert(pushed_flags() & EFLAGS_TF);
    ck_assert(!(pushed_flags() & EFLAGS_RF));
}
END_TEST

START_TEST(popf_that_sets_tf_traps_one_later)
{
    start(0);
    CODE(BENCH_CODE, 0x9d);
    s->gpr[GPR_ESP] -= 4;
    bench_put(s->gpr[GPR_ESP], 4, EFLAGS_TF);
    expect_no_interrupt();
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 2);
}
END_TEST

START_TEST(popf_that_clears_tf_still_traps)
{
    start(0);
    CODE(BENCH_CODE, 0x9d);
    s->gpr[GPR_ESP] -= 4;
    bench_put(s->gpr[GPR_ESP], 4, 0);
    s->eflags |= EFLAGS_TF;
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 1);
}
END_TEST

START_TEST(int_n_does_not_trap_in_its_handler)
{
    start(0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    CODE(bench_handler(0x30), 0x90, 0xf4);
    s->eflags |= EFLAGS_TF;
    bench_run(3);
    ck_assert_uint_eq(bench.interrupts, 1);
    ck_assert_uint_eq(bench.halts, 1);
    ck_assert_uint_eq(s->pending_db, 0);
}
END_TEST

START_TEST(tf_traps_each_iteration_with_rf)
{
    start(0);
    CODE(BENCH_CODE, 0xf3, 0xaa);
    CODE(bench_handler(VEC_DB), 0xcf);
    s->gpr[GPR_ECX] = 2;
    s->gpr[GPR_EDI] = 0x50000;
    s->eflags |= EFLAGS_TF;
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE);
    ck_assert(pushed_flags() & EFLAGS_RF);
    bench_run(2);
    expect_interrupt(VEC_DB, BENCH_CODE + 2);
    ck_assert(!(pushed_flags() & EFLAGS_RF));
}
END_TEST

START_TEST(an_interrupt_between_iterations_pushes_rf)
{
    start(0);
    bench.vector = 0x31;
    CODE(BENCH_CODE, 0xf3, 0xaa);
    s->gpr[GPR_ECX] = 3;
    s->gpr[GPR_EDI] = 0x50000;
    bench_run(1);
    cpu_set_intr(bench.cpu, true);
    expect_interrupt(0x31, BENCH_CODE);
    ck_assert(pushed_flags() & EFLAGS_RF);
    ck_assert_uint_eq(s->gpr[GPR_ECX], 2);
}
END_TEST

/* The two are one micro-operation where a block begins with them. */
START_TEST(rf_is_cleared_by_a_compare_before_its_jump)
{
    start(0);
    CODE(BENCH_CODE, 0x39, 0xd8, 0x74, 0x02); /* cmp %ebx, %eax; je */
    s->gpr[GPR_EAX] = s->gpr[GPR_EBX] = 7;
    s->eflags = (s->eflags | EFLAGS_RF) & ~(uint32_t)EFLAGS_ZF;
    bench_run(2);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 6);
    ck_assert_uint_eq(s->icount, 2);
    ck_assert(!(s->eflags & EFLAGS_RF));
    ck_assert(s->eflags & EFLAGS_ZF);
}
END_TEST

/* ---- Breakpoints ------------------------------------------------------------------------- */

static void set_breakpoint(unsigned n, uint32_t at, unsigned type, unsigned length)
{
    s->dr[n] = at;
    s->dr[7] |= 2u << (2 * n) | (type | (length - 1) << 2) << (16 + 4 * n);
    debug_update(bench.cpu);
}

START_TEST(code_breakpoints_are_faults_without_rf)
{
    start(3);
    set_breakpoint(1, BENCH_CODE + 1, 0, 1);
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 1);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_FAULT);
    ck_assert_uint_eq(s->dr[6], DR6_RESET | 2);
    ck_assert(!(pushed_flags() & EFLAGS_RF));
}
END_TEST

START_TEST(rf_from_iret_passes_a_breakpoint_once)
{
    start(0);
    set_breakpoint(0, BENCH_CODE + 1, 0, 1);
    CODE(bench_handler(VEC_DB), 0x80, 0x4c, 0x24, 0x0a, 0x01, 0xcf); /* or byte [esp+10], 1; iret */
    CODE(BENCH_CODE + 2, 0xeb, 0xfc);                                /* back to the start */
    bench_run(2);
    ck_assert_uint_eq(bench.interrupts, 1);
    bench_run(3);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 2);
    ck_assert(!(s->eflags & EFLAGS_RF));
    bench_run(2);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 1);
    ck_assert_uint_eq(bench.interrupts, 1);
    expect_interrupt(VEC_DB, BENCH_CODE + 1);
}
END_TEST

START_TEST(a_code_breakpoint_hits_a_rep_once)
{
    start(0);
    set_breakpoint(0, BENCH_CODE, 0, 1);
    CODE(BENCH_CODE, 0xf3, 0xaa);
    s->gpr[GPR_ECX] = 3;
    s->gpr[GPR_EDI] = 0x50000;
    s->eflags |= EFLAGS_RF;
    bench_run(3);
    ck_assert_uint_eq(bench.interrupts, 0);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 2);
}
END_TEST

START_TEST(data_breakpoints_are_traps)
{
    start(3);
    set_breakpoint(2, 0x50000, 1, 4);
    set_breakpoint(3, 0x50008, 3, 1);
    CODE(BENCH_CODE, 0xa1, 0, 0, 5, 0, 0xa3, 3, 0, 5, 0, 0xa0, 8, 0, 5, 0);
    expect_no_interrupt(); /* a read does not touch a write breakpoint */
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 10);
    ck_assert_uint_eq(s->dr[6], DR6_RESET | 4);
    bench_enter(3);
    s->eip = BENCH_CODE + 10;
    bench_run(1);
    expect_interrupt(VEC_DB, BENCH_CODE + 15);
    ck_assert_uint_eq(s->dr[6], DR6_RESET | 4 | 8);
}
END_TEST

START_TEST(io_breakpoints_need_de)
{
    start(0);
    set_breakpoint(0, 0x42, 2, 1);
    CODE(BENCH_CODE, 0xe4, 0x42, 0xe4, 0x42);
    expect_no_interrupt();
    s->cr4 |= CR4_DE;
    expect_no_interrupt();
    expect_interrupt(VEC_DB, BENCH_CODE + 4);
}
END_TEST

START_TEST(general_detect_guards_the_registers)
{
    start(0);
    CODE(BENCH_CODE, 0x0f, 0x21, 0xc0); /* mov eax, dr0 */
    s->dr[7] |= DR7_GD;
    expect_interrupt(VEC_DB, BENCH_CODE);
    ck_assert_uint_eq(s->dr[6], DR6_RESET | DR6_BD);
    ck_assert(!(s->dr[7] & DR7_GD));
    ck_assert(pushed_flags() & EFLAGS_RF);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("step");
    TCase *tc = tcase_create("step");

    tcase_add_test(tc, sti_holds_for_one_instruction);
    tcase_add_test(tc, sti_with_if_set_holds_nothing);
    tcase_add_test(tc, sti_does_not_hold_nmi);
    tcase_add_test(tc, sti_hlt_wakes);
    tcase_add_test(tc, mov_ss_holds_everything);
    tcase_add_test(tc, mov_ss_holds_the_single_step_trap);
    tcase_add_test(tc, debug_trap_then_nmi_then_intr);
    tcase_add_test(tc, an_interrupt_at_until_is_left_for_the_next_call);
    tcase_add_test(tc, a_fault_is_one_step);
    tcase_add_test(tc, hlt_waits);
    tcase_add_test(tc, hlt_without_if_wakes_for_nmi_only);
    tcase_add_test(tc, hlt_under_single_step_traps);
    tcase_add_test(tc, tf_traps_after_the_instruction);
    tcase_add_test(tc, popf_that_sets_tf_traps_one_later);
    tcase_add_test(tc, popf_that_clears_tf_still_traps);
    tcase_add_test(tc, int_n_does_not_trap_in_its_handler);
    tcase_add_test(tc, tf_traps_each_iteration_with_rf);
    tcase_add_test(tc, an_interrupt_between_iterations_pushes_rf);
    tcase_add_test(tc, rf_is_cleared_by_a_compare_before_its_jump);
    tcase_add_test(tc, code_breakpoints_are_faults_without_rf);
    tcase_add_test(tc, rf_from_iret_passes_a_breakpoint_once);
    tcase_add_test(tc, a_code_breakpoint_hits_a_rep_once);
    tcase_add_test(tc, data_breakpoints_are_traps);
    tcase_add_test(tc, io_breakpoints_need_de);
    tcase_add_test(tc, general_detect_guards_the_registers);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

static void start(unsigned cpl)
{
    bench_protected("i686", cpl);
    s = &bench.cpu->s;
}

static void check_slot(unsigned i, enum cpu_frame_word word, uint32_t linear, uint32_t value)
{
    const struct cpu_frame_slot *slot = &bench.interrupt.slot[i];

    ck_assert_uint_lt(i, bench.interrupt.slot_count);
    ck_assert_uint_eq(slot->word, word);
    ck_assert_uint_eq(slot->linear, linear);
    ck_assert_uint_eq(slot->value, value);
    ck_assert_uint_eq(bench_get(linear, bench.interrupt.slot_size), value);
}

/* ---- Frames ------------------------------------------------------------------------------ */

START_TEST(real_mode_pushes_flags_cs_ip)
{
    bench_create("i686");
    s = &bench.cpu->s;
    bench_put(0x21 * 4, 4, 0x12340056);
    CODE(BENCH_CODE, 0xcd, 0x21);
    seg_load_real(bench.cpu, SEG_CS, 0x0800);
    s->eip = 0;
    s->gpr[GPR_ESP] = 0x7000;
    s->eflags |= EFLAGS_IF | EFLAGS_CF;
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.slot_count, 3);
    ck_assert_uint_eq(bench.interrupt.slot_size, 2);
    check_slot(0, FRAME_EFLAGS, 0x6ffe, EFLAGS_FIXED | EFLAGS_IF | EFLAGS_CF);
    check_slot(1, FRAME_CS, 0x6ffc, 0x0800);
    check_slot(2, FRAME_EIP, 0x6ffa, 2);
    ck_assert_uint_eq(s->seg[SEG_CS].base, 0x12340);
    ck_assert_uint_eq(s->eip, 0x56);
    ck_assert_uint_eq(s->eflags, EFLAGS_FIXED | EFLAGS_CF);
}
END_TEST

START_TEST(ring3_to_ring0_switches_stacks)
{
    start(3);
    bench_gate(0x80, DESC_TRAP_GATE32, 3, SEL_CODE0);
    CODE(BENCH_CODE, 0xcd, 0x80);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 1);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_SOFTWARE);
    ck_assert(bench.interrupt.stack_switch);
    ck_assert_uint_eq(bench.interrupt.tss_ss, SEL_DATA0);
    ck_assert_uint_eq(bench.interrupt.tss_esp, BENCH_STACK0);
    ck_assert_uint_eq(bench.interrupt.slot_count, 5);
    check_slot(0, FRAME_SS, BENCH_STACK0 - 4, SEL_DATA3);
    check_slot(1, FRAME_ESP, BENCH_STACK0 - 8, BENCH_USER_STACK);
    check_slot(2, FRAME_EFLAGS, BENCH_STACK0 - 12, EFLAGS_FIXED | EFLAGS_IF);
    check_slot(3, FRAME_CS, BENCH_STACK0 - 16, SEL_CODE3);
    check_slot(4, FRAME_EIP, BENCH_STACK0 - 20, BENCH_CODE + 2);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_STACK0 - 20);
    ck_assert_uint_eq(s->seg[SEG_SS].selector, SEL_DATA0);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, SEL_CODE0);
    ck_assert_uint_eq(s->cpl, 0);
    ck_assert_uint_eq(s->eip, bench_handler(0x80));
    ck_assert(s->eflags & EFLAGS_IF);
    ck_assert_uint_eq(bench.interrupt.from_eip, BENCH_CODE);
    ck_assert_uint_eq(bench.interrupt.cpl_from, 3);
    ck_assert_uint_eq(bench.interrupt.cpl_to, 0);
    ck_assert_uint_eq(bench.interrupt.gate_type, DESC_TRAP_GATE32);
    ck_assert_uint_eq(bench.interrupt.gate_dpl, 3);
    ck_assert_uint_eq(bench.interrupt.gate_selector, SEL_CODE0);
    ck_assert_uint_eq(bench.interrupt.gate_offset, bench_handler(0x80));
}
END_TEST

START_TEST(ring3_to_ring1_uses_its_own_stack)
{
    start(3);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CODE1);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_run(1);
    ck_assert_uint_eq(s->cpl, 1);
    ck_assert_uint_eq(s->seg[SEG_SS].selector, SEL_DATA1);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_STACK1 - 20);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, SEL_CODE1);
}
END_TEST

START_TEST(same_ring_pushes_three_words)
{
    start(0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_run(1);
    ck_assert(!bench.interrupt.stack_switch);
    ck_assert_uint_eq(bench.interrupt.slot_count, 3);
    check_slot(2, FRAME_EIP, BENCH_KERNEL_STACK - 12, BENCH_CODE + 2);
    ck_assert(!(s->eflags & EFLAGS_IF));
}
END_TEST

START_TEST(a_16_bit_gate_pushes_16_bit_words)
{
    start(3);
    bench_put_gate(BENCH_IDT + 0x30 * 8, DESC_INT_GATE16, 3, SEL_CODE0, 0x9000, 0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.slot_size, 2);
    check_slot(0, FRAME_SS, BENCH_STACK0 - 2, SEL_DATA3);
    check_slot(4, FRAME_EIP, BENCH_STACK0 - 10, BENCH_CODE + 2);
    ck_assert_uint_eq(s->eip, 0x9000);
}
END_TEST

START_TEST(a_16_bit_tss_has_16_bit_stacks)
{
    start(3);
    s->tr.attr = ACCESS_P | DESC_TSS16_BUSY;
    bench_put(BENCH_TSS + 2, 2, 0xb000);
    bench_put(BENCH_TSS + 4, 2, SEL_DATA0);
    CODE(BENCH_CODE, 0xf4);
    bench_expect_fault(VEC_GP, 0);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0xb000 - 24);
}
END_TEST

START_TEST(a_fault_pushes_its_error_code_and_rf)
{
    start(3);
    CODE(BENCH_CODE, 0xf4);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_FAULT);
    ck_assert_uint_eq(bench.interrupt.slot_count, 6);
    check_slot(2, FRAME_EFLAGS, BENCH_STACK0 - 12, EFLAGS_FIXED | EFLAGS_IF | EFLAGS_RF);
    check_slot(4, FRAME_EIP, BENCH_STACK0 - 20, BENCH_CODE);
    check_slot(5, FRAME_ERROR, BENCH_STACK0 - 24, 0);
}
END_TEST

START_TEST(a_conforming_handler_stays_in_its_ring)
{
    start(3);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CONFORMING);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_run(1);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(s->seg[SEG_CS].selector, SEL_CONFORMING | 3);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK - 12);
}
END_TEST

/* ---- Checks ------------------------------------------------------------------------------ */

START_TEST(software_interrupts_need_the_gates_dpl)
{
    start(3);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, 0x30 * 8 + 2);
    check_slot(4, FRAME_EIP, BENCH_STACK0 - 20, BENCH_CODE);
}
END_TEST

START_TEST(int1_does_not_need_the_gates_dpl)
{
    start(3);
    CODE(BENCH_CODE, 0xf1);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_DB);
    check_slot(4, FRAME_EIP, BENCH_STACK0 - 20, BENCH_CODE + 1);
}
END_TEST

START_TEST(a_gate_that_is_not_present)
{
    start(3);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CODE0);
    bench.ram[BENCH_IDT + 0x30 * 8 + 5] &= ~ACCESS_P;
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_NP, 0x30 * 8 + 2);
}
END_TEST

START_TEST(a_descriptor_that_is_no_gate)
{
    start(0);
    bench_gate(0x30, DESC_CALL_GATE32, 3, SEL_CODE0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, 0x30 * 8 + 2);
}
END_TEST

START_TEST(a_vector_beyond_the_idt)
{
    start(0);
    s->idtr.limit = 0x30 * 8 + 6;
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, 0x30 * 8 + 2);
}
END_TEST

START_TEST(an_event_from_outside_sets_ext)
{
    start(3);
    bench.vector = 0x31;
    bench.ram[BENCH_IDT + 0x31 * 8 + 5] &= ~ACCESS_P;
    cpu_set_intr(bench.cpu, true);
    bench_expect_fault(VEC_NP, 0x31 * 8 + 3);
}
END_TEST

static void expect_handler_fault(uint16_t selector, unsigned vector, uint32_t error)
{
    bench_gate(0x30, DESC_INT_GATE32, 3, selector);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(vector, error);
}

START_TEST(handlers_that_are_null)
{
    start(0);
    expect_handler_fault(3, VEC_GP, 0);
}
END_TEST

START_TEST(handlers_beyond_the_gdt)
{
    start(0);
    expect_handler_fault(0x1003, VEC_GP, 0x1000);
}
END_TEST

START_TEST(handlers_that_are_data)
{
    start(0);
    expect_handler_fault(SEL_DATA0, VEC_GP, SEL_DATA0);
}
END_TEST

START_TEST(handlers_in_an_outer_ring)
{
    start(0);
    expect_handler_fault(SEL_CODE3, VEC_GP, SEL_CODE3 & ~3);
}
END_TEST

START_TEST(handlers_not_present)
{
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfffff, ACCESS_CODE & ~ACCESS_P, FLAGS_32);
    expect_handler_fault(SEL_FREE, VEC_NP, SEL_FREE);
}
END_TEST

START_TEST(handlers_beyond_their_limit)
{
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xff, ACCESS_CODE, FLAGS_16);
    expect_handler_fault(SEL_FREE, VEC_GP, 0);
}
END_TEST

/* INT n from ring 3 whose handler works, with a TSS stack that does not: the fault itself goes to
 * a conforming handler, which needs no stack. */
static void expect_stack_fault(uint16_t ss, unsigned vector, uint32_t error)
{
    bench_put(BENCH_TSS + 8, 4, ss);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CODE0);
    bench_gate(vector, DESC_INT_GATE32, 0, SEL_CONFORMING);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(vector, error);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK - 16);
}

START_TEST(tss_stack_null)
{
    start(3);
    expect_stack_fault(0, VEC_TS, 0);
}
END_TEST

START_TEST(tss_stack_of_another_ring)
{
    start(3);
    expect_stack_fault(SEL_DATA3, VEC_TS, SEL_DATA3 & ~3);
}
END_TEST

START_TEST(tss_stack_not_writable)
{
    start(3);
    bench_descriptor(SEL_FREE, 0, 0xfffff, 0x90, FLAGS_32);
    expect_stack_fault(SEL_FREE, VEC_TS, SEL_FREE);
}
END_TEST

START_TEST(tss_stack_not_present)
{
    start(3);
    bench_descriptor(SEL_FREE, 0, 0xfffff, ACCESS_DATA & ~ACCESS_P, FLAGS_32);
    expect_stack_fault(SEL_FREE, VEC_SS, SEL_FREE);
}
END_TEST

START_TEST(tss_stack_too_small)
{
    start(3);
    bench_descriptor(SEL_FREE, 0, 0x10, ACCESS_DATA, FLAGS_16);
    bench_put(BENCH_TSS + 4, 4, 0x10);
    expect_stack_fault(SEL_FREE, VEC_SS, SEL_FREE);
}
END_TEST

START_TEST(tss_too_small_for_its_stack)
{
    start(3);
    s->tr.limit = 8;
    expect_stack_fault(SEL_DATA0, VEC_TS, SEL_TSS);
}
END_TEST

START_TEST(a_missing_stack_page_leaves_everything_as_it_was)
{
    uint32_t esp;

    start(0);
    bench_paging();
    s->gpr[GPR_ESP] = 0xd008; /* two words fit, the third lies in the page below */
    esp = s->gpr[GPR_ESP];
    bench_set_pte(0xc000, 0);
    bench_gate(VEC_PF, DESC_TASK_GATE, 0, SEL_TSS2);
    bench_put(BENCH_TSS2 + 0x1c, 4, BENCH_PD);
    bench_put(BENCH_TSS2 + 0x20, 4, bench_handler(VEC_PF));
    bench_put(BENCH_TSS2 + 0x38, 4, BENCH_STACK0);
    bench_put(BENCH_TSS2 + 0x4c, 4, SEL_CODE0);
    bench_put(BENCH_TSS2 + 0x50, 4, SEL_DATA0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_PF, PF_WRITE);
    ck_assert_uint_eq(s->cr2, 0xcffc);
    ck_assert_uint_eq(bench_get(0xd000, 4), 0);
    ck_assert_uint_eq(bench_get(0xd004, 4), 0);
    ck_assert_uint_eq(bench.task.before.gpr[GPR_ESP], esp);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x38, 4), esp);
    ck_assert_uint_eq(bench_get(BENCH_TSS + 0x20, 4), BENCH_CODE);
    ck_assert_uint_eq(bench_pte(0xd000) & 0x60, 0);
}
END_TEST

static void check_failure(unsigned i, uint8_t vector, uint8_t because, uint32_t because_error)
{
    ck_assert_uint_lt(i, bench.failures);
    ck_assert_uint_eq(bench.failed[i].vector, vector);
    ck_assert_uint_eq(bench.failed[i].because, because);
    ck_assert_uint_eq(bench.failed[i].because_error, because_error);
}

/* ---- Double and triple faults ------------------------------------------------------------ */

/* A #GP in ring 3 whose handler's gate is broken in different ways. */
START_TEST(contributory_pairs_make_a_double_fault)
{
    start(3);
    bench.ram[BENCH_IDT + VEC_GP * 8 + 5] &= ~ACCESS_P;
    CODE(BENCH_CODE, 0xf4);
    bench_expect_fault(VEC_DF, 0);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_ABORT);
    check_slot(4, FRAME_EIP, BENCH_STACK0 - 20, BENCH_CODE);
    check_slot(5, FRAME_ERROR, BENCH_STACK0 - 24, 0);
}
END_TEST

/* A gate that ring 3 may not use: the INT n fails, and that is an ordinary #GP. */
START_TEST(a_software_interrupt_that_fails_is_told)
{
    start(3);
    bench_gate(0x30, DESC_TRAP_GATE32, 0, SEL_CODE0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, 0x30 * 8 + 2);
    ck_assert_uint_eq(bench.failures, 1);
    check_failure(0, 0x30, VEC_GP, 0x30 * 8 + 2);
    ck_assert_uint_eq(bench.failed[0].kind, CPU_INT_SOFTWARE);
}
END_TEST

START_TEST(a_benign_first_makes_none)
{
    start(3);
    bench.ram[BENCH_IDT + VEC_UD * 8 + 5] &= ~ACCESS_P;
    CODE(BENCH_CODE, 0x0f, 0x0b);
    bench_expect_fault(VEC_NP, VEC_UD * 8 + 3);
}
END_TEST

START_TEST(a_page_fault_after_a_contributory_makes_none)
{
    start(3);
    bench_paging();
    bench_set_pte(BENCH_STACK0 - 4, 0); /* ring 0 stack missing */
    bench_gate(VEC_PF, DESC_INT_GATE32, 0, SEL_CONFORMING);
    CODE(BENCH_CODE, 0xf4);
    bench_expect_fault(VEC_PF, PF_WRITE);
    ck_assert_uint_eq(s->cr2, BENCH_STACK0 - 4);
}
END_TEST

START_TEST(a_page_fault_then_anything_makes_one)
{
    start(3);
    bench_paging();
    bench_set_pte(0x50000, 0);
    bench.ram[BENCH_IDT + VEC_PF * 8 + 5] &= ~ACCESS_P;
    CODE(BENCH_CODE, 0xa1, 0x00, 0x00, 0x05, 0x00);
    bench_expect_fault(VEC_DF, 0);
    ck_assert_uint_eq(s->cr2, 0x50000);
    ck_assert_uint_eq(bench.failures, 1);
    check_failure(0, VEC_PF, VEC_NP, VEC_PF * 8 + 3);
    ck_assert_uint_eq(bench.failed[0].cr2, 0x50000);
}
END_TEST

START_TEST(a_third_fault_shuts_down)
{
    start(3);
    s->idtr.limit = 0;
    CODE(BENCH_CODE, 0xf4);
    ck_assert_uint_eq(bench_run(10), CPU_STOP_SHUTDOWN);
    ck_assert_uint_eq(bench.shutdowns, 1);
    ck_assert_uint_eq(s->icount, 1);
    ck_assert_uint_eq(s->eip, BENCH_CODE);
    ck_assert_uint_eq(s->gpr[GPR_ESP], BENCH_USER_STACK);
    ck_assert_uint_eq(s->cpl, 3);
    ck_assert_uint_eq(bench_run(10), CPU_STOP_SHUTDOWN);
    ck_assert_uint_eq(bench.shutdowns, 1);
    ck_assert_uint_eq(bench.failures, 2);
    check_failure(0, VEC_GP, VEC_GP, VEC_GP * 8 + 3);
    check_failure(1, VEC_DF, VEC_GP, VEC_DF * 8 + 3);
    ck_assert_uint_eq(bench.failed[1].kind, CPU_INT_ABORT);
}
END_TEST

/* mov %ecx, %eax; mov 0x500000, %eax; jmp */
START_TEST(behind_the_idts_limit_nothing_is_read)
{
    enum { ELSEWHERE = 0x30000, ACCESSED = 0x20 };

    start(0);
    bench_paging();
    s->idtr = (struct cpu_table_reg){ELSEWHERE, 7};
    CODE(BENCH_CODE, 0x89, 0xc8, 0xa1, 0x00, 0x00, 0x50, 0x00, 0xeb, 0xfe);
    ck_assert_uint_eq(bench_run(10), CPU_STOP_SHUTDOWN);
    ck_assert_uint_eq(bench_pte(ELSEWHERE) & ACCESSED, 0);
    ck_assert_uint_eq(bench_pte(BENCH_CODE) & ACCESSED, ACCESSED);
}
END_TEST

/* It is set between two iterations. */
START_TEST(a_shutdown_in_a_rep_leaves_rf)
{
    start(0);
    bench_paging();
    s->idtr.limit = 7;
    s->gpr[GPR_ECX] = 0x2000;
    s->gpr[GPR_EDI] = 0x17f000;
    bench_set_pte(0x180000, 0);
    CODE(BENCH_CODE, 0x88, 0x07, 0xf3, 0xaa, 0xeb, 0xfe); /* mov %al, (%edi); rep stosb; jmp */
    ck_assert_uint_eq(bench_run(0x1000 + 20), CPU_STOP_SHUTDOWN);
    ck_assert_uint_eq(s->gpr[GPR_ECX], 0x1000);
    ck_assert(s->eflags & EFLAGS_RF);
}
END_TEST

/* ---- Virtual-8086 mode ------------------------------------------------------------------- */

static void start_v86(unsigned iopl)
{
    start(0);
    bench_enter_v86(iopl);
}

START_TEST(v86_interrupts_push_nine_words)
{
    start_v86(3);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CODE0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.slot_count, 9);
    check_slot(0, FRAME_GS, BENCH_STACK0 - 4, 0x1110 + SEG_GS);
    check_slot(1, FRAME_FS, BENCH_STACK0 - 8, 0x1110 + SEG_FS);
    check_slot(2, FRAME_DS, BENCH_STACK0 - 12, 0x1110 + SEG_DS);
    check_slot(3, FRAME_ES, BENCH_STACK0 - 16, 0x1110 + SEG_ES);
    check_slot(4, FRAME_SS, BENCH_STACK0 - 20, 0x0e00);
    check_slot(5, FRAME_ESP, BENCH_STACK0 - 24, 0x1000);
    check_slot(6, FRAME_EFLAGS, BENCH_STACK0 - 28,
               EFLAGS_FIXED | EFLAGS_IF | EFLAGS_VM | EFLAGS_IOPL);
    check_slot(7, FRAME_CS, BENCH_STACK0 - 32, BENCH_CODE >> 4);
    check_slot(8, FRAME_EIP, BENCH_STACK0 - 36, 2);
    ck_assert_uint_eq(s->cpl, 0);
    ck_assert(!(s->eflags & EFLAGS_VM));
    ck_assert_uint_eq(s->seg[SEG_DS].selector, 0);
    ck_assert(!seg_present(&s->seg[SEG_GS]));
}
END_TEST

START_TEST(v86_int_n_needs_iopl_3)
{
    start_v86(2);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CODE0);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, 0);
}
END_TEST

START_TEST(v86_int3_does_not)
{
    start_v86(0);
    bench_gate(VEC_BP, DESC_INT_GATE32, 3, SEL_CODE0);
    CODE(BENCH_CODE, 0xcc);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_BP);
    ck_assert_uint_eq(bench.interrupt.slot_count, 9);
}
END_TEST

START_TEST(v86_handlers_must_be_in_ring_0)
{
    start_v86(3);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CODE1);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, SEL_CODE1 & ~3);
}
END_TEST

START_TEST(v86_handlers_must_not_be_conforming)
{
    start_v86(3);
    bench_gate(0x30, DESC_INT_GATE32, 3, SEL_CONFORMING);
    CODE(BENCH_CODE, 0xcd, 0x30);
    bench_expect_fault(VEC_GP, SEL_CONFORMING);
}
END_TEST

/* ---- Hardware interrupts ----------------------------------------------------------------- */

START_TEST(intr_waits_for_if)
{
    start(0);
    memset(bench.ram + BENCH_CODE, 0x90, 16);
    bench.vector = 0x31;
    s->eflags &= ~EFLAGS_IF;
    cpu_set_intr(bench.cpu, true);
    bench_run(2);
    ck_assert_uint_eq(bench.interrupts, 0);
    s->eflags |= EFLAGS_IF;
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.vector, 0x31);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_IRQ);
    check_slot(2, FRAME_EIP, BENCH_KERNEL_STACK - 12, BENCH_CODE + 2);
    ck_assert_uint_eq(s->icount, 3);
}
END_TEST

START_TEST(nmi_is_blocked_until_iret)
{
    start(0);
    memset(bench.ram + BENCH_CODE, 0x90, 16);
    CODE(bench_handler(VEC_NMI), 0x90, 0xcf);
    s->eflags &= ~EFLAGS_IF;
    cpu_set_nmi(bench.cpu);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.kind, CPU_INT_NMI);
    cpu_set_nmi(bench.cpu);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 1);
    bench_run(1);
    ck_assert_uint_eq(bench.irets, 1);
    bench_run(1);
    ck_assert_uint_eq(bench.interrupts, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gate");
    TCase *tc = tcase_create("gate");

    tcase_add_test(tc, real_mode_pushes_flags_cs_ip);
    tcase_add_test(tc, ring3_to_ring0_switches_stacks);
    tcase_add_test(tc, ring3_to_ring1_uses_its_own_stack);
    tcase_add_test(tc, same_ring_pushes_three_words);
    tcase_add_test(tc, a_16_bit_gate_pushes_16_bit_words);
    tcase_add_test(tc, a_16_bit_tss_has_16_bit_stacks);
    tcase_add_test(tc, a_fault_pushes_its_error_code_and_rf);
    tcase_add_test(tc, a_conforming_handler_stays_in_its_ring);
    tcase_add_test(tc, software_interrupts_need_the_gates_dpl);
    tcase_add_test(tc, int1_does_not_need_the_gates_dpl);
    tcase_add_test(tc, a_gate_that_is_not_present);
    tcase_add_test(tc, a_descriptor_that_is_no_gate);
    tcase_add_test(tc, a_vector_beyond_the_idt);
    tcase_add_test(tc, an_event_from_outside_sets_ext);
    tcase_add_test(tc, handlers_that_are_null);
    tcase_add_test(tc, handlers_beyond_the_gdt);
    tcase_add_test(tc, handlers_that_are_data);
    tcase_add_test(tc, handlers_in_an_outer_ring);
    tcase_add_test(tc, handlers_not_present);
    tcase_add_test(tc, handlers_beyond_their_limit);
    tcase_add_test(tc, tss_stack_null);
    tcase_add_test(tc, tss_stack_of_another_ring);
    tcase_add_test(tc, tss_stack_not_writable);
    tcase_add_test(tc, tss_stack_not_present);
    tcase_add_test(tc, tss_stack_too_small);
    tcase_add_test(tc, tss_too_small_for_its_stack);
    tcase_add_test(tc, a_missing_stack_page_leaves_everything_as_it_was);
    tcase_add_test(tc, contributory_pairs_make_a_double_fault);
    tcase_add_test(tc, a_software_interrupt_that_fails_is_told);
    tcase_add_test(tc, a_benign_first_makes_none);
    tcase_add_test(tc, a_page_fault_after_a_contributory_makes_none);
    tcase_add_test(tc, a_page_fault_then_anything_makes_one);
    tcase_add_test(tc, a_third_fault_shuts_down);
    tcase_add_test(tc, behind_the_idts_limit_nothing_is_read);
    tcase_add_test(tc, a_shutdown_in_a_rep_leaves_rf);
    tcase_add_test(tc, v86_interrupts_push_nine_words);
    tcase_add_test(tc, v86_int_n_needs_iopl_3);
    tcase_add_test(tc, v86_int3_does_not);
    tcase_add_test(tc, v86_handlers_must_be_in_ring_0);
    tcase_add_test(tc, v86_handlers_must_not_be_conforming);
    tcase_add_test(tc, intr_waits_for_if);
    tcase_add_test(tc, nmi_is_blocked_until_iret);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

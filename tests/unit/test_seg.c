#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

static void start(unsigned cpl)
{
    bench_protected("i686", cpl);
    s = &bench.cpu->s;
}

static void expect_load(unsigned sreg, uint16_t selector)
{
    ck_assert(seg_load(bench.cpu, sreg, selector));
    ck_assert_uint_eq(s->seg[sreg].selector, selector);
}

static void expect_fault(unsigned sreg, uint16_t selector, unsigned vector, uint32_t error)
{
    struct cpu_segment before = s->seg[sreg];

    ck_assert(!seg_load(bench.cpu, sreg, selector));
    ck_assert_uint_eq(bench.cpu->fault.vector, vector);
    ck_assert(bench.cpu->fault.has_error);
    ck_assert_uint_eq(bench.cpu->fault.error, error);
    ck_assert_mem_eq(&before, &s->seg[sreg], sizeof(before));
}

START_TEST(descriptors_unpack)
{
    struct cpu_segment seg;

    start(0);
    bench_descriptor(SEL_FREE, 0x12345678, 0xabcde, 0xf2, 0xc);
    seg_unpack(&seg, SEL_FREE, bench_get(BENCH_GDT + SEL_FREE, 4),
               bench_get(BENCH_GDT + SEL_FREE + 4, 4));
    ck_assert_uint_eq(seg.base, 0x12345678);
    ck_assert_uint_eq(seg.limit, 0xabcdefff);
    ck_assert_uint_eq(seg.attr, 0xc0f2);
    bench_descriptor(SEL_FREE, 0, 0xabcde, 0xf2, 0);
    seg_unpack(&seg, SEL_FREE, bench_get(BENCH_GDT + SEL_FREE, 4),
               bench_get(BENCH_GDT + SEL_FREE + 4, 4));
    ck_assert_uint_eq(seg.limit, 0xabcde);
}
END_TEST

START_TEST(accessed_is_set_once)
{
    start(0);
    bench_paging();
    expect_load(SEG_ES, SEL_DATA0);
    ck_assert_uint_eq(bench_access(SEL_DATA0), ACCESS_DATA | 1);
    bench_set_pte(BENCH_GDT, bench_pte(BENCH_GDT) & ~0x60u);
    expect_load(SEG_FS, SEL_DATA0);
    ck_assert_uint_eq(bench_pte(BENCH_GDT) & 0x60, 0x20); /* read, not written */
}
END_TEST

START_TEST(null_selectors)
{
    start(0);
    for (unsigned rpl = 0; rpl < 4; rpl++) {
        expect_load(SEG_DS, rpl);
        ck_assert(!seg_present(&s->seg[SEG_DS]));
        expect_fault(SEG_SS, rpl, VEC_GP, 0);
    }
}
END_TEST

START_TEST(selectors_outside_their_table)
{
    start(0);
    expect_fault(SEG_DS, 0x100, VEC_GP, 0x100);
    expect_fault(SEG_DS, 0x104, VEC_GP, 0x104);
    s->gdtr.limit = SEL_DATA0 + 6;
    expect_fault(SEG_DS, SEL_DATA0, VEC_GP, SEL_DATA0);
    s->ldtr.attr = 0;
    expect_fault(SEG_DS, 0x0c, VEC_GP, 0x0c);
}
END_TEST

START_TEST(selectors_from_the_ldt)
{
    start(3);
    bench_descriptor(0x0f, 0x4000, 0xff, ACCESS_DATA | ACCESS_DPL3, 0);
    expect_load(SEG_ES, 0x0f);
    ck_assert_uint_eq(s->seg[SEG_ES].base, 0x4000);
    ck_assert_uint_eq(bench_get(BENCH_LDT + 8 + 5, 1), ACCESS_DATA | ACCESS_DPL3 | 1);
}
END_TEST

START_TEST(data_segments_by_type)
{
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xff, 0x98, 0); /* execute-only */
    expect_fault(SEG_ES, SEL_FREE, VEC_GP, SEL_FREE);
    bench_descriptor(SEL_FREE, 0, 0xff, 0x9a, 0); /* readable code */
    expect_load(SEG_ES, SEL_FREE);
    expect_fault(SEG_ES, SEL_TSS, VEC_GP, SEL_TSS);
    bench_descriptor(SEL_FREE, 0, 0xff, 0x12, 0);
    expect_fault(SEG_ES, SEL_FREE, VEC_NP, SEL_FREE);
}
END_TEST

START_TEST(data_segments_by_privilege)
{
    start(3);
    expect_load(SEG_ES, SEL_DATA3);
    expect_load(SEG_ES, SEL_DATA3 & ~3);
    expect_fault(SEG_ES, SEL_DATA0, VEC_GP, SEL_DATA0);
    expect_fault(SEG_ES, SEL_CODE0, VEC_GP, SEL_CODE0);
    expect_load(SEG_ES, SEL_CONFORMING); /* whatever its DPL */
    start(0);
    expect_fault(SEG_ES, SEL_DATA0 | 3, VEC_GP, SEL_DATA0); /* RPL counts too */
    expect_load(SEG_ES, SEL_DATA3);
}
END_TEST

START_TEST(stack_segments)
{
    start(0);
    expect_load(SEG_SS, SEL_DATA0);
    expect_fault(SEG_SS, SEL_DATA0 | 3, VEC_GP, SEL_DATA0);
    expect_fault(SEG_SS, SEL_DATA3 & ~3, VEC_GP, SEL_DATA3 & ~3);
    expect_fault(SEG_SS, SEL_CODE0, VEC_GP, SEL_CODE0);
    bench_descriptor(SEL_FREE, 0, 0xff, 0x90, 0);
    expect_fault(SEG_SS, SEL_FREE, VEC_GP, SEL_FREE);
    bench_descriptor(SEL_FREE, 0, 0xff, 0x12, 0);
    expect_fault(SEG_SS, SEL_FREE, VEC_SS, SEL_FREE);
}
END_TEST

START_TEST(real_mode_keeps_limit_and_size)
{
    bench_create("i686");
    s = &bench.cpu->s;
    s->seg[SEG_DS].limit = 0xffffffff;
    expect_load(SEG_DS, 0x1234);
    ck_assert_uint_eq(s->seg[SEG_DS].base, 0x12340);
    ck_assert_uint_eq(s->seg[SEG_DS].limit, 0xffffffff);
    s->cr0 |= CR0_PE;
    s->eflags |= EFLAGS_VM;
    expect_load(SEG_DS, 0x1234);
    ck_assert_uint_eq(s->seg[SEG_DS].limit, 0xffff);
    ck_assert_uint_eq(seg_dpl(&s->seg[SEG_DS]), 3);
}
END_TEST

/* ---- LDTR and TR ------------------------------------------------------------------------- */

static void expect_system_fault(bool loaded, unsigned vector, uint32_t error)
{
    ck_assert(!loaded);
    ck_assert_uint_eq(bench.cpu->fault.vector, vector);
    ck_assert_uint_eq(bench.cpu->fault.error, error);
}

START_TEST(ldtr)
{
    start(0);
    ck_assert(seg_load_ldtr(bench.cpu, 0));
    ck_assert(!seg_present(&s->ldtr));
    ck_assert(seg_load_ldtr(bench.cpu, SEL_LDT));
    ck_assert_uint_eq(s->ldtr.base, BENCH_LDT);
    expect_system_fault(seg_load_ldtr(bench.cpu, SEL_LDT | 4), VEC_GP, SEL_LDT | 4);
    expect_system_fault(seg_load_ldtr(bench.cpu, SEL_TSS), VEC_GP, SEL_TSS);
    bench_descriptor(SEL_FREE, 0, 0xff, DESC_LDT, 0);
    expect_system_fault(seg_load_ldtr(bench.cpu, SEL_FREE), VEC_NP, SEL_FREE);
}
END_TEST

START_TEST(tr_becomes_busy)
{
    start(0);
    ck_assert(seg_load_tr(bench.cpu, SEL_TSS2));
    ck_assert_uint_eq(bench_access(SEL_TSS2), ACCESS_P | DESC_TSS32_BUSY);
    ck_assert_uint_eq(s->tr.attr & SEGATTR_TYPE, DESC_TSS32_BUSY);
    expect_system_fault(seg_load_tr(bench.cpu, SEL_TSS2), VEC_GP, SEL_TSS2);
    expect_system_fault(seg_load_tr(bench.cpu, 0), VEC_GP, 0);
    expect_system_fault(seg_load_tr(bench.cpu, SEL_LDT), VEC_GP, SEL_LDT);
    bench_descriptor(SEL_FREE, 0, 0xff, DESC_TSS16, 0);
    expect_system_fault(seg_load_tr(bench.cpu, SEL_FREE), VEC_NP, SEL_FREE);
}
END_TEST

/* ---- Stack ------------------------------------------------------------------------------- */

START_TEST(sp_or_esp_by_the_segments_size)
{
    uint32_t value;

    start(0);
    cpu_update_mode(bench.cpu);
    bench_load(SEG_SS, SEL_DATA16);
    s->gpr[GPR_ESP] = 0xabcd0002;
    ck_assert(stack_push(bench.cpu, 2, 0x1122));
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0xabcd0000);
    ck_assert(stack_push(bench.cpu, 4, 0x33445566));
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0xabcdfffc);
    ck_assert_uint_eq(bench_get(0xfffc, 4), 0x33445566);
    ck_assert(stack_pop(bench.cpu, 4, &value));
    ck_assert_uint_eq(value, 0x33445566);
    ck_assert(stack_pop(bench.cpu, 2, &value));
    ck_assert_uint_eq(value, 0x1122);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 0xabcd0002);
}
END_TEST

START_TEST(a_push_that_faults_keeps_esp)
{
    start(0);
    cpu_update_mode(bench.cpu);
    bench_load(SEG_SS, SEL_DATA16);
    s->gpr[GPR_ESP] = 1;
    ck_assert(!stack_push(bench.cpu, 2, 0));
    ck_assert_uint_eq(bench.cpu->fault.vector, VEC_SS);
    ck_assert_uint_eq(s->gpr[GPR_ESP], 1);
}
END_TEST

/* ---- Instructions that look at selectors ------------------------------------------------- */

static bool run_with_ax(uint16_t selector, uint8_t opcode, uint8_t modrm)
{
    s->eip = BENCH_CODE;
    s->gpr[GPR_EAX] = selector;
    s->gpr[GPR_EBX] = 0xdeadbeef;
    CODE(BENCH_CODE, 0x0f, opcode, modrm);
    bench_run(1);
    return s->eflags & EFLAGS_ZF;
}

static bool lar(uint16_t selector)
{
    return run_with_ax(selector, 0x02, 0xd8); /* lar ebx, ax */
}

static bool lsl(uint16_t selector)
{
    return run_with_ax(selector, 0x03, 0xd8);
}

static bool verr(uint16_t selector)
{
    return run_with_ax(selector, 0x00, 0xe0);
}

static bool verw(uint16_t selector)
{
    return run_with_ax(selector, 0x00, 0xe8);
}

START_TEST(lar_and_lsl)
{
    start(0);
    ck_assert(lar(SEL_DATA0));
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0x00cf9200);
    ck_assert(lsl(SEL_DATA0));
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0xffffffff);
    ck_assert(lsl(SEL_TSS));
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0x1ff);
    ck_assert(!lar(0));
    ck_assert_uint_eq(s->gpr[GPR_EBX], 0xdeadbeef);
    ck_assert(!lar(0x1000));
    ck_assert(!lar(SEL_DATA0 | 3));
    ck_assert(lar(SEL_CONFORMING | 3));
    start(3);
    ck_assert(!lsl(SEL_DATA0));
}
END_TEST

START_TEST(lar_and_lsl_by_system_type)
{
    const unsigned lar_types = 0x1a3e, lsl_types = 0x0a0e;

    start(0);
    for (unsigned type = 0; type < 16; type++) {
        bench_descriptor(SEL_FREE, 0, 0xff, ACCESS_P | type, 0);
        ck_assert_int_eq(lar(SEL_FREE), lar_types >> type & 1);
        ck_assert_int_eq(lsl(SEL_FREE), lsl_types >> type & 1);
        ck_assert(!verr(SEL_FREE));
        ck_assert(!verw(SEL_FREE));
    }
}
END_TEST

START_TEST(verr_and_verw)
{
    start(3);
    ck_assert(verr(SEL_DATA3));
    ck_assert(verw(SEL_DATA3));
    ck_assert(verr(SEL_CODE3));
    ck_assert(!verw(SEL_CODE3));
    ck_assert(!verr(SEL_DATA0));
    ck_assert(verr(SEL_CONFORMING));
    bench_descriptor(SEL_FREE, 0, 0, 0x78, 0); /* execute-only, not present */
    ck_assert(!verr(SEL_FREE));
    bench_descriptor(SEL_FREE, 0, 0, 0x72, 0); /* writable, not present */
    ck_assert(verw(SEL_FREE));
}
END_TEST

START_TEST(arpl_raises_the_rpl)
{
    start(3);
    CODE(BENCH_CODE, 0x63, 0xd8, 0x63, 0xd8); /* arpl ax, bx */
    s->gpr[GPR_EAX] = 0x10;
    s->gpr[GPR_EBX] = 0x1b;
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_EAX], 0x13);
    ck_assert(s->eflags & EFLAGS_ZF);
    bench_run(1);
    ck_assert_uint_eq(s->gpr[GPR_EAX], 0x13);
    ck_assert(!(s->eflags & EFLAGS_ZF));
}
END_TEST

START_TEST(selectors_exist_in_protected_mode_only)
{
    bench_create("i686");
    s = &bench.cpu->s;
    bench_put(VEC_UD * 4, 4, 0x20000000);
    CODE(0xffff0 & (BENCH_RAM - 1), 0x0f, 0x00, 0xc0); /* sldt ax */
    seg_load_real(bench.cpu, SEG_CS, 0xffff);
    s->eip = 0;
    s->gpr[GPR_ESP] = 0x8000;
    bench_run(1);
    ck_assert_uint_eq(bench.interrupt.vector, VEC_UD);
}
END_TEST

START_TEST(table_registers)
{
    start(0);
    bench_put(0x50000, 2, 0x1234);
    bench_put(0x50002, 4, 0xaabbccdd);
    CODE(BENCH_CODE, 0x0f, 0x01, 0x15, 0, 0, 5, 0); /* lgdt [0x50000] */
    CODE(BENCH_CODE + 7, 0x66, 0x0f, 0x01, 0x1d, 0, 0, 5, 0);
    CODE(BENCH_CODE + 15, 0x0f, 0x01, 0x05, 0, 1, 5, 0); /* sgdt [0x50100] */
    bench_run(3);
    ck_assert_uint_eq(s->gdtr.base, 0xaabbccdd);
    ck_assert_uint_eq(s->gdtr.limit, 0x1234);
    ck_assert_uint_eq(s->idtr.base, 0x00bbccdd);
    ck_assert_uint_eq(bench_get(0x50100, 2), 0x1234);
    ck_assert_uint_eq(bench_get(0x50102, 4), 0xaabbccdd);
    ck_assert_uint_eq(bench.interrupts, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seg");
    TCase *tc = tcase_create("seg");

    tcase_add_test(tc, descriptors_unpack);
    tcase_add_test(tc, accessed_is_set_once);
    tcase_add_test(tc, null_selectors);
    tcase_add_test(tc, selectors_outside_their_table);
    tcase_add_test(tc, selectors_from_the_ldt);
    tcase_add_test(tc, data_segments_by_type);
    tcase_add_test(tc, data_segments_by_privilege);
    tcase_add_test(tc, stack_segments);
    tcase_add_test(tc, real_mode_keeps_limit_and_size);
    tcase_add_test(tc, ldtr);
    tcase_add_test(tc, tr_becomes_busy);
    tcase_add_test(tc, sp_or_esp_by_the_segments_size);
    tcase_add_test(tc, a_push_that_faults_keeps_esp);
    tcase_add_test(tc, lar_and_lsl);
    tcase_add_test(tc, lar_and_lsl_by_system_type);
    tcase_add_test(tc, verr_and_verw);
    tcase_add_test(tc, arpl_raises_the_rpl);
    tcase_add_test(tc, selectors_exist_in_protected_mode_only);
    tcase_add_test(tc, table_registers);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

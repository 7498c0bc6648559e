#include "tests/unit/cpu_bench.h"

enum { P = 1, RW = 2, US = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100 };
enum { PAGE = 0x50000 }; /* the page under test */

static struct cpu_state *s;

static void start_as(const char *model, unsigned cpl)
{
    bench_protected(model, cpl);
    s = &bench.cpu->s;
    bench_paging();
}

static void start(unsigned cpl)
{
    start_as("i686", cpl);
}

static bool read32(uint32_t linear)
{
    uint32_t value;

    cpu_update_mode(bench.cpu);
    return mem_read(bench.cpu, SEG_DS, linear, 4, &value);
}

static bool write32(uint32_t linear, uint32_t value)
{
    cpu_update_mode(bench.cpu);
    return mem_write(bench.cpu, SEG_DS, linear, 4, value);
}

static void check_fault(unsigned vector, uint32_t error)
{
    ck_assert_uint_eq(bench.cpu->fault.vector, vector);
    ck_assert_uint_eq(bench.cpu->fault.error, error);
}

/* ---- Accessed and dirty ------------------------------------------------------------------ */

START_TEST(a_read_sets_accessed_on_both_levels)
{
    start(3);
    ck_assert(read32(PAGE));
    ck_assert_uint_eq(bench_pte(PAGE), PAGE | P | RW | US | A);
    ck_assert_uint_eq(bench_get(BENCH_PD, 4), BENCH_PT | P | RW | US | A);
}
END_TEST

START_TEST(a_write_sets_dirty_too)
{
    start(3);
    ck_assert(write32(PAGE, 1));
    ck_assert_uint_eq(bench_pte(PAGE), PAGE | P | RW | US | A | D);
    ck_assert_uint_eq(bench_get(BENCH_PD, 4), BENCH_PT | P | RW | US | A);
}
END_TEST

START_TEST(a_write_after_a_read_sets_dirty)
{
    start(3);
    ck_assert(read32(PAGE));
    ck_assert(write32(PAGE, 1));
    ck_assert(bench_pte(PAGE) & D);
}
END_TEST

START_TEST(a_refused_access_sets_nothing)
{
    start(3);
    bench_set_pte(PAGE, PAGE | P | RW);
    ck_assert(!read32(PAGE));
    ck_assert_uint_eq(bench_pte(PAGE), PAGE | P | RW);
    ck_assert_uint_eq(bench_get(BENCH_PD, 4) & A, 0);
}
END_TEST

START_TEST(a_write_across_a_bad_page_sets_nothing)
{
    start(3);
    bench_set_pte(PAGE + 0x1000, 0);
    bench_put(PAGE + 0xffc, 4, 0x11223344);
    ck_assert(!write32(PAGE + 0xffe, 0xffffffff));
    ck_assert_uint_eq(bench.cpu->fault.cr2, PAGE + 0x1000);
    ck_assert_uint_eq(bench_get(PAGE + 0xffc, 4), 0x11223344);
    ck_assert_uint_eq(bench_pte(PAGE) & (A | D), 0);
}
END_TEST

START_TEST(accesses_across_pages_join)
{
    uint32_t value;

    start(3);
    bench_set_pte(PAGE + 0x1000, 0x70000 | P | RW | US);
    ck_assert(write32(PAGE + 0xffd, 0xa1b2c3d4));
    ck_assert_uint_eq(bench_get(PAGE + 0xffd, 1), 0xd4);
    ck_assert_uint_eq(bench_get(PAGE + 0xfff, 1), 0xb2);
    ck_assert_uint_eq(bench_get(0x70000, 1), 0xa1);
    ck_assert(mem_read(bench.cpu, SEG_DS, PAGE + 0xffd, 4, &value));
    ck_assert_uint_eq(value, 0xa1b2c3d4);
    ck_assert(bench_pte(PAGE) & D);
    ck_assert(bench_pte(PAGE + 0x1000) & D);
}
END_TEST

/* ---- Rights: every combination ----------------------------------------------------------- */

struct rights {
    const char *model;
    bool user, wp, write;
    unsigned pde, pte;
};

static bool expect_allowed(const struct rights *r)
{
    bool us = (r->pde & US) && (r->pte & US), rw = (r->pde & RW) && (r->pte & RW);

    if (r->user)
        return us && (rw || !r->write);
    return rw || !r->write || !r->wp;
}

static void check_rights(const struct rights *r)
{
    bool allowed;

    start_as(r->model, r->user ? 3 : 0);
    bench_put(BENCH_PD, 4, BENCH_PT | r->pde);
    bench_set_pte(PAGE, PAGE | r->pte);
    s->cr0 |= r->wp ? CR0_WP : 0;
    allowed = r->write ? write32(PAGE, 1) : read32(PAGE);
    ck_assert_int_eq(allowed, expect_allowed(r));
    if (!allowed)
        check_fault(VEC_PF, PF_PRESENT | (r->write ? PF_WRITE : 0) | (r->user ? PF_USER : 0));
}

START_TEST(rights_of_both_levels_combine)
{
    for (unsigned i = 0; i < 128; i++) {
        struct rights r = {
            .model = "i686",
            .user = i & 1,
            .wp = i & 2,
            .write = i & 4,
            .pde = P | (i & 8 ? RW : 0) | (i & 16 ? US : 0),
            .pte = P | (i & 32 ? RW : 0) | (i & 64 ? US : 0),
        };

        check_rights(&r);
    }
}
END_TEST

START_TEST(a_386_has_no_wp)
{
    start_as("386", 0);
    CODE(BENCH_CODE, 0x0f, 0x22, 0xc0); /* mov cr0, eax */
    s->gpr[GPR_EAX] = s->cr0 | CR0_WP | CR0_AM | CR0_CD;
    bench_run(1);
    ck_assert_uint_eq(s->cr0 & (CR0_WP | CR0_AM | CR0_CD), 0);
    bench_set_pte(PAGE, PAGE | P);
    ck_assert(write32(PAGE, 1));
}
END_TEST

START_TEST(not_present_at_either_level)
{
    start(3);
    bench_set_pte(PAGE, PAGE | RW | US);
    ck_assert(!write32(PAGE + 8, 1));
    check_fault(VEC_PF, PF_WRITE | PF_USER);
    ck_assert_uint_eq(bench.cpu->fault.cr2, PAGE + 8);
    ck_assert(!read32(0x40000000));
    check_fault(VEC_PF, PF_USER);
}
END_TEST

START_TEST(a_read_modify_write_faults_as_a_write)
{
    start(3);
    bench_set_pte(PAGE, PAGE | P | US);
    CODE(BENCH_CODE, 0xff, 0x05, 0x00, 0x00, 0x05, 0x00); /* inc dword [PAGE] */
    bench_expect_fault(VEC_PF, PF_PRESENT | PF_WRITE | PF_USER);
    ck_assert_uint_eq(s->cr2, PAGE);
}
END_TEST

START_TEST(a_fetch_faults_as_a_read)
{
    start(3);
    bench_set_pte(BENCH_CODE, BENCH_CODE | P | RW);
    bench_expect_fault(VEC_PF, PF_PRESENT | PF_USER);
    ck_assert_uint_eq(s->cr2, BENCH_CODE);
}
END_TEST

START_TEST(an_instruction_across_a_bad_page)
{
    start(3);
    s->eip = PAGE - 1;
    bench_put(PAGE - 1, 1, 0xb8); /* mov eax, imm32 */
    bench_set_pte(PAGE, 0);
    bench_expect_fault(VEC_PF, PF_USER);
    ck_assert_uint_eq(s->cr2, PAGE);
    ck_assert_uint_eq(bench.interrupt.from_eip, PAGE - 1);
}
END_TEST

/* ---- Large and global pages -------------------------------------------------------------- */

START_TEST(large_pages_need_pse)
{
    uint32_t value;

    start(0);
    bench_put(BENCH_PD + 4, 4, 0 | PS | P | RW); /* 4 MB at linear 4 MB: physical 0 */
    bench_put(PAGE, 4, 0xcafe);
    s->cr4 |= CR4_PSE;
    ck_assert(mem_read(bench.cpu, SEG_DS, 0x400000 + PAGE, 4, &value));
    ck_assert_uint_eq(value, 0xcafe);
    ck_assert_uint_eq(bench_get(BENCH_PD + 4, 4), PS | P | RW | A);
    ck_assert(write32(0x400000 + PAGE + 4, 1));
    ck_assert_uint_eq(bench_get(BENCH_PD + 4, 4), PS | P | RW | A | D);
    mmu_flush(bench.cpu, false);
    s->cr4 = 0; /* the same entry now names a page table at 0 */
    ck_assert(!read32(0x400000 + PAGE));
}
END_TEST

START_TEST(large_pages_have_reserved_bits)
{
    start(0);
    s->cr4 |= CR4_PSE;
    for (unsigned bit = 13; bit <= 21; bit++) {
        bench_put(BENCH_PD + 4, 4, 1u << bit | PS | P | RW | US);
        ck_assert(!write32(0x400000, 1));
        check_fault(VEC_PF, PF_RESERVED | PF_PRESENT | PF_WRITE);
        ck_assert_uint_eq(bench_get(BENCH_PD + 4, 4) & (A | D), 0);
    }
}
END_TEST

START_TEST(invlpg_drops_a_whole_large_page)
{
    start(0);
    s->cr4 |= CR4_PSE;
    bench_put(BENCH_PD + 4, 4, PS | P | RW);
    ck_assert(read32(0x400000));
    ck_assert(read32(0x455000));
    bench_put(BENCH_PD + 4, 4, 0);
    ck_assert(read32(0x455000));
    mmu_flush_page(bench.cpu, 0x410000);
    ck_assert(!read32(0x455000));
    ck_assert(!read32(0x400000));
}
END_TEST

START_TEST(global_pages_survive_cr3)
{
    start(0);
    s->cr4 |= CR4_PGE;
    bench_set_pte(PAGE, PAGE | P | RW | G);
    bench_set_pte(PAGE + 0x1000, PAGE | P | RW);
    ck_assert(read32(PAGE));
    ck_assert(read32(PAGE + 0x1000));
    bench_put(bench_pte_addr(PAGE), 4, 0);
    bench_put(bench_pte_addr(PAGE + 0x1000), 4, 0);
    cpu_write_cr3(bench.cpu, BENCH_PD);
    ck_assert(read32(PAGE));
    ck_assert(!read32(PAGE + 0x1000));
    CODE(BENCH_CODE, 0x0f, 0x22, 0xe0); /* mov cr4, eax: clearing PGE drops them */
    s->gpr[GPR_EAX] = 0;
    bench_run(1);
    ck_assert(!read32(PAGE));
}
END_TEST

/* ---- The cache --------------------------------------------------------------------------- */

START_TEST(stale_translations_stay_until_invlpg)
{
    uint32_t value;

    start(0);
    bench_put(0x70000, 4, 0x7777);
    ck_assert(read32(PAGE));
    bench_put(bench_pte_addr(PAGE), 4, 0x70000 | P | RW);
    ck_assert(mem_read(bench.cpu, SEG_DS, PAGE, 4, &value));
    ck_assert_uint_eq(value, 0);
    CODE(BENCH_CODE, 0x0f, 0x01, 0x3d, 0x00, 0x00, 0x05, 0x00); /* invlpg [PAGE] */
    bench_run(1);
    ck_assert(mem_read(bench.cpu, SEG_DS, PAGE, 4, &value));
    ck_assert_uint_eq(value, 0x7777);
}
END_TEST

START_TEST(rights_that_grew_are_found_without_a_flush)
{
    start(3);
    bench_set_pte(PAGE, PAGE | P | US);
    ck_assert(read32(PAGE));
    bench_put(bench_pte_addr(PAGE), 4, PAGE | P | RW | US);
    ck_assert(write32(PAGE, 1));
}
END_TEST

START_TEST(a_page_fault_drops_the_stale_entry)
{
    start(3);
    bench_set_pte(PAGE, PAGE | P | US);
    ck_assert(read32(PAGE));
    bench_put(bench_pte_addr(PAGE), 4, 0);
    ck_assert(read32(PAGE));
    ck_assert(!write32(PAGE, 1));
    ck_assert(!read32(PAGE));
}
END_TEST

START_TEST(supervisor_and_user_do_not_mix)
{
    start(0);
    bench_set_pte(PAGE, PAGE | P | RW);
    ck_assert(write32(PAGE, 1));
    s->cpl = 3;
    ck_assert(!read32(PAGE));
    check_fault(VEC_PF, PF_PRESENT | PF_USER);
}
END_TEST

START_TEST(device_memory_is_asked_every_time)
{
    uint32_t value;

    start(0);
    ck_assert(mem_read(bench.cpu, SEG_DS, BENCH_DEVICE + 0x34, 1, &value));
    ck_assert_uint_eq(value, 0x34);
    ck_assert(read32(BENCH_DEVICE));
    ck_assert(write32(BENCH_DEVICE, 1));
    ck_assert_uint_eq(bench.device_reads, 2);
    ck_assert_uint_eq(bench.device_writes, 1);
}
END_TEST

START_TEST(a20_wraps_the_second_megabyte)
{
    uint32_t value;

    bench_protected("i686", 0);
    bench_put(0x100010, 4, 0x2222);
    bench_put(0x10, 4, 0x1111);
    ck_assert(lin_read(bench.cpu, 0x100010, 4, false, &value));
    ck_assert_uint_eq(value, 0x2222);
    cpu_set_a20(bench.cpu, false);
    ck_assert(lin_read(bench.cpu, 0x100010, 4, false, &value));
    ck_assert_uint_eq(value, 0x1111);
    ck_assert(lin_write(bench.cpu, 0x100020, 4, false, 0x3333));
    ck_assert_uint_eq(bench_get(0x20, 4), 0x3333);
    cpu_set_a20(bench.cpu, true);
    ck_assert(lin_read(bench.cpu, 0x100010, 4, false, &value));
    ck_assert_uint_eq(value, 0x2222);
}
END_TEST

/* ---- Segments and alignment -------------------------------------------------------------- */

static void expect_segment(unsigned sreg, uint32_t off, unsigned size, bool write, bool allowed)
{
    ck_assert_int_eq(mem_check(bench.cpu, sreg, off, size, write), allowed);
    if (!allowed)
        check_fault(sreg == SEG_SS ? VEC_SS : VEC_GP, 0);
}

START_TEST(limits_of_segments_that_grow_up)
{
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfff, ACCESS_DATA, FLAGS_16);
    bench_load(SEG_ES, SEL_FREE);
    expect_segment(SEG_ES, 0xffc, 4, true, true);
    expect_segment(SEG_ES, 0xffd, 4, true, false);
    expect_segment(SEG_ES, 0xfff, 1, false, true);
    expect_segment(SEG_ES, 0x1000, 1, false, false);
    expect_segment(SEG_ES, 0xffffffff, 4, false, false);
    /* Without a limit an access goes round the end of 4 GB. */
    expect_segment(SEG_SS, 0xffffffff, 2, false, true);
}
END_TEST

START_TEST(limits_of_segments_that_grow_down)
{
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfff, ACCESS_DATA | 4, FLAGS_16);
    bench_load(SEG_ES, SEL_FREE);
    expect_segment(SEG_ES, 0xfff, 1, true, false);
    expect_segment(SEG_ES, 0x1000, 4, true, true);
    expect_segment(SEG_ES, 0xfffe, 2, true, true);
    expect_segment(SEG_ES, 0xffff, 2, true, false);
    expect_segment(SEG_ES, 0x10000, 1, true, false);
    bench_descriptor(SEL_FREE, 0, 0xfff, ACCESS_DATA | 4, 4);
    bench_load(SEG_ES, SEL_FREE);
    expect_segment(SEG_ES, 0x10000, 4, true, true);
    expect_segment(SEG_ES, 0xfffffffc, 4, true, true);
}
END_TEST

START_TEST(rights_of_segments)
{
    start(0);
    bench_descriptor(SEL_FREE, 0, 0xfffff, 0x90, FLAGS_32);
    bench_load(SEG_ES, SEL_FREE);
    expect_segment(SEG_ES, 0, 4, false, true);
    expect_segment(SEG_ES, 0, 4, true, false);
    expect_segment(SEG_CS, 0, 4, false, true);
    expect_segment(SEG_CS, 0, 4, true, false);
    bench_descriptor(SEL_FREE, 0, 0xfffff, 0x98, FLAGS_32);
    bench_load(SEG_ES, SEL_FREE);
    expect_segment(SEG_ES, 0, 4, false, false);
    seg_load_null(bench.cpu, SEG_ES, 0);
    expect_segment(SEG_ES, 0, 1, false, false);
}
END_TEST

START_TEST(alignment_is_checked_in_ring_3_only)
{
    start(3);
    s->cr0 |= CR0_AM;
    s->eflags |= EFLAGS_AC;
    ck_assert(!read32(PAGE + 1));
    check_fault(VEC_AC, 0);
    ck_assert(!write32(0x40000001, 1)); /* before the page fault */
    check_fault(VEC_AC, 0);
    ck_assert(read32(PAGE + 4));
    s->cpl = 0;
    ck_assert(read32(PAGE + 1));
    s->cpl = 3;
    s->cr0 &= ~CR0_AM;
    ck_assert(read32(PAGE + 1));
    s->cr0 |= CR0_AM;
    s->eflags &= ~EFLAGS_AC;
    ck_assert(read32(PAGE + 1));
}
END_TEST

START_TEST(blocks_are_all_or_nothing)
{
    uint8_t in[108], out[108];

    start(3);
    for (unsigned i = 0; i < sizeof(in); i++)
        in[i] = i + 1;
    cpu_update_mode(bench.cpu);
    ck_assert(mem_write_block(bench.cpu, SEG_DS, PAGE - 50, in, sizeof(in)));
    ck_assert(mem_read_block(bench.cpu, SEG_DS, PAGE - 50, out, sizeof(out)));
    ck_assert_mem_eq(in, out, sizeof(in));
    bench_set_pte(PAGE + 0x1000, PAGE | P | US);
    ck_assert(!mem_write_block(bench.cpu, SEG_DS, PAGE + 0x1000 - 50, in, sizeof(in)));
    ck_assert_uint_eq(bench_get(PAGE + 0x1000 - 50, 4), 0);
}
END_TEST

/* ---- Looking ----------------------------------------------------------------------------- */

START_TEST(peeking_leaves_no_trace)
{
    uint32_t paddr, value = 0;

    start(0);
    bench_set_pte(PAGE, 0x70000 | P);
    bench_put(0x70004, 4, 0x12345678);
    ck_assert(cpu_peek_translate(bench.cpu, BENCH_PD, PAGE + 4, &paddr));
    ck_assert_uint_eq(paddr, 0x70004);
    ck_assert_uint_eq(cpu_peek(bench.cpu, BENCH_PD, PAGE + 4, &value, 4), 4);
    ck_assert_uint_eq(value, 0x12345678);
    ck_assert_uint_eq(bench_pte(PAGE), 0x70000 | P);
    ck_assert_uint_eq(bench_get(BENCH_PD, 4) & A, 0);
    ck_assert(!cpu_peek_translate(bench.cpu, BENCH_PD, 0x40000000, &paddr));
    ck_assert_uint_eq(cpu_peek(bench.cpu, BENCH_PD, BENCH_DEVICE, &value, 4), 0);
    ck_assert_uint_eq(bench.device_reads, 0);
    bench_set_pte(PAGE + 0x1000, 0);
    ck_assert_uint_eq(cpu_peek(bench.cpu, BENCH_PD, PAGE + 0xffe, &value, 4), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mmu");
    TCase *tc = tcase_create("mmu");

    tcase_add_test(tc, a_read_sets_accessed_on_both_levels);
    tcase_add_test(tc, a_write_sets_dirty_too);
    tcase_add_test(tc, a_write_after_a_read_sets_dirty);
    tcase_add_test(tc, a_refused_access_sets_nothing);
    tcase_add_test(tc, a_write_across_a_bad_page_sets_nothing);
    tcase_add_test(tc, accesses_across_pages_join);
    tcase_add_test(tc, rights_of_both_levels_combine);
    tcase_add_test(tc, a_386_has_no_wp);
    tcase_add_test(tc, not_present_at_either_level);
    tcase_add_test(tc, a_read_modify_write_faults_as_a_write);
    tcase_add_test(tc, a_fetch_faults_as_a_read);
    tcase_add_test(tc, an_instruction_across_a_bad_page);
    tcase_add_test(tc, large_pages_need_pse);
    tcase_add_test(tc, large_pages_have_reserved_bits);
    tcase_add_test(tc, invlpg_drops_a_whole_large_page);
    tcase_add_test(tc, global_pages_survive_cr3);
    tcase_add_test(tc, stale_translations_stay_until_invlpg);
    tcase_add_test(tc, rights_that_grew_are_found_without_a_flush);
    tcase_add_test(tc, a_page_fault_drops_the_stale_entry);
    tcase_add_test(tc, supervisor_and_user_do_not_mix);
    tcase_add_test(tc, device_memory_is_asked_every_time);
    tcase_add_test(tc, a20_wraps_the_second_megabyte);
    tcase_add_test(tc, limits_of_segments_that_grow_up);
    tcase_add_test(tc, limits_of_segments_that_grow_down);
    tcase_add_test(tc, rights_of_segments);
    tcase_add_test(tc, alignment_is_checked_in_ring_3_only);
    tcase_add_test(tc, blocks_are_all_or_nothing);
    tcase_add_test(tc, peeking_leaves_no_trace);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

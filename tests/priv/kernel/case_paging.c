/* Paging: rights, error codes, accessed and dirty bits, TLB, large and global pages (SDM vol. 3,
 * 4). */
#include "priv.h"

SNIPPET(page_read, "mov (%eax), %edx\n" INT_DONE);
SNIPPET(page_write, "mov %edx, (%eax)\n" INT_DONE);
SNIPPET(page_modify, "addl $0, (%eax)\n" INT_DONE);
SNIPPET(page_compare, "lock; cmpxchg %ecx, (%eax)\n" INT_DONE);
SNIPPET(page_fetch, "jmp *%eax\n");
SNIPPET(page_load_ds, "mov %ax, %ds\n" INT_DONE);
SNIPPET(page_int, "int $0x50\n");
SNIPPET(page_read_flushed, "invlpg (%eax); mov (%eax), %edx\n" INT_DONE);

static void probe_at(unsigned cpl, const void *code, uint32_t linear)
{
    struct regs start = ring(cpl, code);

    start.eax = linear;
    probe(&start);
}

static void map(unsigned n, const void *page, uint32_t bits)
{
    *window_pte(n) = (uint32_t)page | bits;
    tlb_flush();
}

/* ---- Rights ------------------------------------------------------------------------------ */

/* One access to the window with these rights on both levels, and what table 4-5 says of it. */
static void check_access(uint32_t pde, uint32_t pte, unsigned cpl, bool write, bool wp)
{
    uint32_t both = pde & pte;
    bool user = cpl == 3;
    bool allowed =
        (both & PTE_P) && (!user || (both & PTE_U)) && (!write || (both & PTE_W) || (!user && !wp));
    uint32_t error = (both & PTE_P ? 1 : 0) | (write ? 2 : 0) | (user ? 4 : 0);

    *window_pde() = (*window_pde() & ~0xfffu) | pde;
    map(0, spare_page(0), pte);
    probe_at(cpl, write ? page_write : page_read, WINDOW + 0x123c);
    if (cpl == 0)
        tlb_flush();
    expect_event(allowed ? DONE : VEC_PF, error);
    if (allowed) {
        expect("A of the directory entry", *window_pde() & PTE_A, PTE_A);
        expect("A and D of the page", *window_pte(1) & (PTE_A | PTE_D),
               PTE_A | (write ? PTE_D : 0));
    } else {
        expect("CR2", ev.cr2, WINDOW + 0x123c);
        expect("D of the page", *window_pte(1) & PTE_D, 0);
        expect_at(write ? page_write : page_read);
    }
}

static void check_rights(bool wp)
{
    paging_on();
    if (wp)
        write_cr0(read_cr0() | CR0_WP);
    for (unsigned i = 0; i < 256; i++) {
        *window_pte(1) = 0;
        *window_pde() &= ~(uint32_t)PTE_A;
        *window_pte(1) = (uint32_t)spare_page(1) | (i >> 3 & 7);
        check_access(i & 7, i >> 3 & 7, i & 0x40 ? 3 : 0, i & 0x80, wp);
    }
}

CASE(rights, "3/4.6 paging: P, R/W and U/S of both levels, from ring 0 and 3; #PF codes; A and D")
{
    check_rights(false);
}

CASE_SINCE(rights_wp, L486, "3/4.6 paging: the same with CR0.WP: ring 0 obeys R/W")
{
    check_rights(true);
}

CASE(middle_rings, "3/4.6 paging: rings 1 and 2 are supervisors")
{
    paging_on();
    map(0, spare_page(0), PTE_P);
    for (unsigned cpl = 1; cpl < 3; cpl++) {
        probe_at(cpl, page_read, WINDOW);
        expect_done();
        probe_at(cpl, page_write, WINDOW);
        expect_done();
        probe_at(cpl, page_read, WINDOW + PAGE);
        expect_event(VEC_PF, 0);
    }
}

CASE(modify, "3/4.7 #PF: a read-modify-write faults as a write")
{
    paging_on();
    map(0, spare_page(0), PTE_P | PTE_U);
    probe_at(3, page_modify, WINDOW + 4);
    expect_event(VEC_PF, 7);
    expect("A and D", *window_pte(0) & PTE_D, 0);
    probe_at(3, page_modify, WINDOW + PAGE);
    expect_event(VEC_PF, 6);
}

CASE_SINCE(compare_writes, L486,
           "2/CMPXCHG: it needs a writable page even where it does not exchange")
{
    paging_on();
    map(0, spare_page(0), PTE_P | PTE_U);
    probe_at(3, page_compare, WINDOW + 4);
    expect_event(VEC_PF, 7);
}

CASE(fetch, "3/4.7 #PF: an instruction fetch is a read")
{
    paging_on();
    spare_page(0)[0xffe] = 0xcd; /* int DONE */
    spare_page(0)[0xfff] = DONE;
    map(0, spare_page(0), PTE_P);
    probe_at(3, page_fetch, WINDOW + 0xffe);
    expect_event(VEC_PF, 5);
    expect("EIP", ev.from_eip, WINDOW + 0xffe);
    expect("CR2", ev.cr2, WINDOW + 0xffe);
    map(0, spare_page(0), PTE_P | PTE_U);
    probe_at(3, page_fetch, WINDOW + 0xffe); /* the next page is not needed */
    expect_done();
    spare_page(0)[0xfff] = 0xcd;
    probe_at(3, page_fetch, WINDOW + 0xfff); /* an INT over the end */
    expect_event(VEC_PF, 4);
    expect("CR2", ev.cr2, WINDOW + PAGE);
    expect("EIP", ev.from_eip, WINDOW + 0xfff);
}

/* ---- Over a page boundary ---------------------------------------------------------------- */

CASE(cross_write, "3/4.7 paging: a write over a page boundary is all or nothing")
{
    paging_on();
    map(0, spare_page(0), PTE_P | PTE_W | PTE_U);
    probe_at(3, page_write, WINDOW + PAGE - 2);
    expect_event(VEC_PF, 6);
    expect("CR2", ev.cr2, WINDOW + PAGE);
    expect("bytes of the first page", *(uint16_t *)(spare_page(0) + PAGE - 2), 0);
    map(0, spare_page(0), PTE_P | PTE_U);
    map(1, spare_page(1), PTE_P | PTE_W | PTE_U);
    probe_at(3, page_write, WINDOW + PAGE - 2);
    expect_event(VEC_PF, 7);
    expect("CR2", ev.cr2, WINDOW + PAGE - 2);
    expect("bytes of the second page", *(uint16_t *)spare_page(1), 0);
    map(0, spare_page(0), PTE_P | PTE_W | PTE_U);
    probe_at(3, page_write, WINDOW + PAGE - 2);
    expect_done();
    expect("first bytes", *(uint16_t *)(spare_page(0) + PAGE - 2), 0xd2d3);
    expect("last bytes", *(uint16_t *)spare_page(1), 0xd0d1);
    expect("A and D", *window_pte(1) & (PTE_A | PTE_D), PTE_A | PTE_D);
}

CASE(cross_read, "3/4.7 paging: a read over a page boundary into nothing names the second page")
{
    paging_on();
    map(0, spare_page(0), PTE_P | PTE_W | PTE_U);
    probe_at(3, page_read, WINDOW + PAGE - 1);
    expect_event(VEC_PF, 4);
    expect("CR2", ev.cr2, WINDOW + PAGE);
    expect("EDX", ev.edx, 0xd0d1d2d3);
    probe_at(3, page_read, WINDOW + 2 * PAGE - 1);
    expect("CR2", ev.cr2, WINDOW + 2 * PAGE - 1);
}

/* ---- What the processor reads itself ----------------------------------------------------- */

CASE(system_access, "3/4.6: descriptor tables are read as ring 0 reads, whatever the ring")
{
    paging_on();
    segment_set(SEL_LDT, WINDOW, PAGE - 1, ACC_LDT, 0);
    ldt_set(1, 0, FLAT_LIMIT, ACC_DATA | DPL(3) | ACC_ACCESSED, SEG_FLAT);
    memcpy(spare_page(0), ldt, sizeof(ldt));
    ldt_load();
    map(0, spare_page(0), PTE_P);
    probe_at(3, page_load_ds, 8 | 4 | 3);
    expect_done();
    map(0, spare_page(0), 0);
    probe_at(3, page_load_ds, 8 | 4 | 3);
    expect_event(VEC_PF, 0);
    expect("CR2", ev.cr2, WINDOW + 8);
}

CASE(stack_page, "3/6.12.1: an inner stack without a page is #PF of the INT, as ring 0 writes")
{
    paging_on();
    tss_main.esp1 = WINDOW + PAGE;
    idt_set(0x50, GATE_INT32 | DPL(3), SEL_CODE1, handler(0x50));
    probe_ring(3, page_int);
    expect_event(VEC_PF, 2);
    expect_at(page_int);
    expect("CR2", ev.cr2, WINDOW + PAGE - 4);
    expect_outer(SEL_DATA3, stack_top(6));
}

CASE(double_page_fault, "3/6.15: #PF and then a fault of the gate is #DF")
{
    paging_on();
    idt_set(VEC_PF, GATE_INT32 & ~ACC_P, SEL_CODE0, 0);
    probe_at(3, page_read, WINDOW);
    expect_event(VEC_DF, 0);
    expect("CR2", ev.cr2, WINDOW);
}

/* ---- TLB
 * ------------------------------------------------------------------------------------------------------
 */

static volatile uint32_t *const window = (volatile uint32_t *)WINDOW;

static void two_pages(void)
{
    *(uint32_t *)spare_page(0) = 0x11111111;
    *(uint32_t *)spare_page(1) = 0x22222222;
}

CASE(flush_cr3, "3/4.10.4.1: a load of CR3 drops translations")
{
    paging_on();
    two_pages();
    map(0, spare_page(0), PTE_P);
    expect("first page", *window, 0x11111111);
    *window_pte(0) = (uint32_t)spare_page(1) | PTE_P;
    tlb_flush();
    expect("second page", *window, 0x22222222);
    *window_pte(0) = 0;
    tlb_flush();
    probe_at(0, page_read, WINDOW);
    expect_event(VEC_PF, 0);
    *window_pte(0) = (uint32_t)spare_page(0) | PTE_P; /* what is absent is not cached */
    expect("first page", *window, 0x11111111);
}

CASE_SINCE(flush_page, L486, "3/4.10.4.1: INVLPG drops one translation")
{
    paging_on();
    two_pages();
    map(0, spare_page(0), PTE_P);
    expect("first page", *window, 0x11111111);
    *window_pte(0) = (uint32_t)spare_page(1) | PTE_P;
    probe_at(0, page_read_flushed, WINDOW);
    expect_done();
    expect("second page", ev.edx, 0x22222222);
}

CASE(more_rights,
     "3/4.10.4.3: after rights were added, a stale translation faults no more than once")
{
    paging_on();
    map(0, spare_page(0), PTE_P | PTE_U);
    probe_at(3, page_read, WINDOW);
    expect_done();
    *window_pte(0) |= PTE_W;
    probe_at(3, page_write, WINDOW);
    if (ev.vector == VEC_PF)
        probe_at(3, page_write, WINDOW);
    expect_done();
}

CASE(dirty_later, "3/4.8: the first write through a translation that was read sets D")
{
    paging_on();
    map(0, spare_page(0), PTE_P | PTE_W | PTE_U);
    probe_at(3, page_read, WINDOW);
    expect("A and D", *window_pte(0) & (PTE_A | PTE_D), PTE_A);
    probe_at(3, page_write, WINDOW);
    expect("A and D", *window_pte(0) & (PTE_A | PTE_D), PTE_A | PTE_D);
}

CASE_SINCE(global_pages, LI686, "3/4.10.2.4: global pages outlive CR3 loads, not INVLPG or CR4.PGE")
{
    paging_on();
    two_pages();
    write_cr4(CR4_PGE);
    map(0, spare_page(0), PTE_P | PTE_G);
    expect("first page", *window, 0x11111111);
    *window_pte(0) = (uint32_t)spare_page(1) | PTE_P | PTE_G;
    write_cr4(0);
    expect("after CR4.PGE", *window, 0x22222222);
    write_cr4(CR4_PGE);
    expect("second page", *window, 0x22222222);
    *window_pte(0) = (uint32_t)spare_page(0) | PTE_P | PTE_G;
    probe_at(0, page_read_flushed, WINDOW);
    expect("after INVLPG", ev.edx, 0x11111111);
    *window_pte(0) = (uint32_t)spare_page(1) | PTE_P | PTE_G;
    tlb_flush();
    expect("after CR3", *window, 0x11111111);
    *window_pte(0) = 0;
    write_cr4(0);
}

/* ---- 4 MB pages
 * --------------------------------------------------------------------------------------------------
 */

CASE_SINCE(large, LPENTIUM, "3/4.3 paging: 4 MB pages, with A and D in the directory entry")
{
    paging_on();
    write_cr4(CR4_PSE);
    *window_pde() = PTE_PS | PTE_P | PTE_W; /* physical 0 */
    tlb_flush();
    *(uint32_t *)spare_page(0) = 0x12345678;
    probe_at(0, page_read, WINDOW + (uint32_t)spare_page(0));
    expect_done();
    expect("EDX", ev.edx, 0x12345678);
    expect("A and D", *window_pde() & (PTE_A | PTE_D), PTE_A);
    probe_at(0, page_write, WINDOW + (uint32_t)spare_page(0));
    expect_done();
    expect("A and D", *window_pde() & (PTE_A | PTE_D), PTE_A | PTE_D);
    probe_at(3, page_read, WINDOW + (uint32_t)spare_page(0));
    expect_event(VEC_PF, 5);
}

CASE_SINCE(large_reserved, LPENTIUM, "3/4.7 #PF: a reserved bit in a 4 MB entry sets RSVD")
{
    paging_on();
    write_cr4(CR4_PSE);
    *window_pde() = 1 << 21 | PTE_PS | PTE_P | PTE_W | PTE_U;
    tlb_flush();
    probe_at(0, page_read, WINDOW);
    expect_event(VEC_PF, 9);
    probe_at(3, page_write, WINDOW);
    expect_event(VEC_PF, 15);
}

CASE_SINCE(large_off, LPENTIUM, "3/4.3 paging: without CR4.PSE the PS bit means nothing")
{
    paging_on();
    two_pages();
    *window_pde() |= PTE_PS;
    map(0, spare_page(0), PTE_P);
    expect("first page", *window, 0x11111111);
}

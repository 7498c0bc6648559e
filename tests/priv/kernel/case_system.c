/* Control registers, privileged instructions, coprocessor and alignment exceptions, interrupts from
 * outside, and what each processor level has (SDM vol. 3, 2). */
#include "priv.h"

SNIPPET(set_cr0, "mov %eax, %cr0\n" INT_DONE);
SNIPPET(get_cr0, "mov %cr0, %eax\n" INT_DONE);
SNIPPET(set_cr3, "mov %eax, %cr3\n" INT_DONE);
SNIPPET(set_cr4, "mov %eax, %cr4\n" INT_DONE);
SNIPPET(get_cr4, "mov %cr4, %eax\n" INT_DONE);
SNIPPET(get_cr1, ".byte 0x0f, 0x20, 0xc8\n" INT_DONE);
SNIPPET(get_cr5, ".byte 0x0f, 0x20, 0xe8\n" INT_DONE);
SNIPPET(get_cr7, ".byte 0x0f, 0x20, 0xf8\n" INT_DONE);
SNIPPET(do_hlt, "hlt\n" INT_DONE);
SNIPPET(do_clts, "clts\n" INT_DONE);
SNIPPET(do_lmsw, "lmsw %ax\n" INT_DONE);
SNIPPET(do_smsw, "smsw %eax\n" INT_DONE);
SNIPPET(do_lgdt, "lgdt (%esp)\n" INT_DONE);
SNIPPET(do_lidt, "lidt (%esp)\n" INT_DONE);
SNIPPET(do_lldt, "lldt %ax\n" INT_DONE);
SNIPPET(do_ltr, "ltr %ax\n" INT_DONE);
SNIPPET(do_invd, ".byte 0x0f, 0x08\n" INT_DONE);
SNIPPET(do_wbinvd, ".byte 0x0f, 0x09\n" INT_DONE);
SNIPPET(do_invlpg, "invlpg (%esp)\n" INT_DONE);
SNIPPET(do_invlpg_register, ".byte 0x0f, 0x01, 0xf8\n" INT_DONE);
SNIPPET(do_rdtsc, "rdtsc\n" INT_DONE);
SNIPPET(do_cpuid, "cpuid\n" INT_DONE);
SNIPPET(do_bswap, "bswap %eax\n" INT_DONE);
SNIPPET(do_xadd, "xadd %eax, %ecx\n" INT_DONE);
SNIPPET(do_cmpxchg, "cmpxchg %eax, %ecx\n" INT_DONE);
SNIPPET(do_cmpxchg8b, "sub $16, %esp; cmpxchg8b (%esp)\n" INT_DONE);
SNIPPET(do_cmpxchg8b_register, ".byte 0x0f, 0xc7, 0xc8\n" INT_DONE);
SNIPPET(do_cmov, "cmovc %eax, %ecx\n" INT_DONE);
SNIPPET(do_rsm, "rsm\n" INT_DONE);
SNIPPET(do_fld, "fld1\n" INT_DONE);
SNIPPET(do_wait, "fwait\n" INT_DONE);
SNIPPET(do_divide, "fninit; fldcw (%eax); fld1; fldz; fdivrp\ndo_divide_at: fwait\n" INT_DONE);
LABEL(do_divide_at);
SNIPPET(load_long, "mov (%eax), %ecx\n" INT_DONE);
SNIPPET(load_word, "mov (%eax), %cx\n" INT_DONE);
SNIPPET(store_long, "mov %ecx, (%eax)\n" INT_DONE);
SNIPPET(load_byte, "mov (%eax), %cl\n" INT_DONE);
SNIPPET(push_long, "push %ecx\n" INT_DONE);

static void probe_eax(unsigned cpl, const void *code, uint32_t eax)
{
    struct regs start = ring(cpl, code);

    start.eax = eax;
    probe(&start);
}

/* ---- Privilege and control registers ----------------------------------------------------- */

CASE(privileged, "3/5.9: privileged instructions are #GP(0) outside ring 0")
{
    static const struct {
        const void *code;
        enum level since;
    } rows[] = {{do_hlt, L386},  {do_clts, L386},   {do_lmsw, L386},     {do_lgdt, L386},
                {do_lidt, L386}, {do_lldt, L386},   {do_ltr, L386},      {set_cr0, L386},
                {get_cr0, L386}, {set_cr3, L386},   {set_cr4, LPENTIUM}, {get_cr4, LPENTIUM},
                {do_invd, L486}, {do_wbinvd, L486}, {do_invlpg, L486}};

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (unsigned cpl = 1; cpl < 4; cpl++) {
            probe_ring(cpl, rows[i].code);
            expect_event(level < rows[i].since ? VEC_UD : VEC_GP, 0);
            expect_at(rows[i].code);
        }
    }
}

CASE(cr0_checks, "2/MOV CR: PG without PE, and NW without CD, are #GP(0)")
{
    probe_eax(0, set_cr0, CR0_PG);
    expect_event(VEC_GP, 0);
    expect("CR0", ev.cr0, CR0_PE | CR0_ET);
    if (level >= L486) {
        probe_eax(0, set_cr0, CR0_PE | CR0_ET | 0x20000000);
        expect_event(VEC_GP, 0);
    }
}

CASE(cr_exist, "2/MOV CR: CR1 and CR5 to CR7 are #UD; CR4 is before the Pentium")
{
    probe_ring(0, get_cr1);
    expect_event(VEC_UD, 0);
    probe_ring(0, get_cr5);
    expect_event(VEC_UD, 0);
    probe_ring(0, get_cr7);
    expect_event(VEC_UD, 0);
    probe_ring(0, get_cr4);
    expect_event(level >= LPENTIUM ? DONE : VEC_UD, 0);
}

CASE_SINCE(cr4_checks, LPENTIUM, "2/MOV CR: a reserved bit of CR4 is #GP(0)")
{
    probe_eax(0, set_cr4, 0x80000000);
    expect_event(VEC_GP, 0);
    probe_eax(0, set_cr4, CR4_PSE | CR4_TSD);
    expect_done();
    expect("CR4", read_cr4(), CR4_PSE | CR4_TSD);
}

CASE(machine_status, "2/LMSW, SMSW, CLTS: MP, EM and TS; PE can be set, not cleared")
{
    probe_eax(0, do_lmsw, 0xfffffff0 | CR0_TS | CR0_MP | CR0_EM);
    expect_done();
    expect("CR0", ev.cr0, CR0_PE | CR0_ET | CR0_TS | CR0_MP | CR0_EM);
    probe_ring(3, do_smsw);
    expect("MSW", ev.eax & 0xf, CR0_PE | CR0_TS | CR0_MP | CR0_EM);
    probe_ring(0, do_clts);
    expect("CR0", ev.cr0, CR0_PE | CR0_ET | CR0_MP | CR0_EM);
    probe_eax(0, do_lmsw, 0);
    expect("CR0", ev.cr0, CR0_PE | CR0_ET);
}

CASE_SINCE(time_stamp, LPENTIUM, "2/RDTSC: CR4.TSD makes it #GP(0) outside ring 0")
{
    probe_ring(3, do_rdtsc);
    expect_done();
    write_cr4(CR4_TSD);
    probe_ring(3, do_rdtsc);
    expect_event(VEC_GP, 0);
    probe_ring(0, do_rdtsc);
    expect_done();
}

CASE(levels, "2: instructions of later processors are #UD")
{
    static const struct {
        const void *code;
        enum level since;
    } rows[] = {{do_bswap, L486},         {do_xadd, L486},      {do_cmpxchg, L486},
                {do_invd, L486},          {do_wbinvd, L486},    {do_invlpg, L486},
                {do_cmpxchg8b, LPENTIUM}, {do_rdtsc, LPENTIUM}, {do_cpuid, LPENTIUM},
                {do_cmov, LI686}};

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        probe_ring(0, rows[i].code);
        expect_event(level < rows[i].since ? VEC_UD : DONE, 0);
    }
}

CASE(undefined, "2: RSM outside SMM, INVLPG and CMPXCHG8B of a register are #UD")
{
    probe_ring(0, do_rsm);
    expect_event(VEC_UD, 0);
    probe_ring(0, do_invlpg_register);
    expect_event(VEC_UD, 0);
    probe_ring(0, do_cmpxchg8b_register);
    expect_event(VEC_UD, 0);
}

/* ---- #NM, #MF, #AC ----------------------------------------------------------------------- */

CASE(no_coprocessor, "3/2.5 table 2-2: #NM by EM, MP and TS, for x87 instructions and WAIT")
{
    for (unsigned i = 0; i < 8; i++) {
        uint32_t bits = (i & 1 ? CR0_MP : 0) | (i & 2 ? CR0_EM : 0) | (i & 4 ? CR0_TS : 0);

        __asm__ volatile("fninit");
        write_cr0(CR0_PE | CR0_ET | bits);
        probe_ring(3, do_fld);
        expect_event(bits & (CR0_EM | CR0_TS) ? VEC_NM : DONE, 0);
        probe_ring(3, do_wait);
        expect_event((bits & CR0_MP) && (bits & CR0_TS) ? VEC_NM : DONE, 0);
        write_cr0(CR0_PE | CR0_ET);
    }
}

CASE_SINCE(math_fault, L486,
           "3/6.15 #MF: with CR0.NE an unmasked exception faults at the next x87 instruction")
{
    static uint16_t control = 0x37b; /* divide by zero unmasked */

    write_cr0(CR0_PE | CR0_ET | CR0_NE);
    probe_eax(3, do_divide, (uint32_t)&control);
    expect_event(VEC_MF, 0);
    expect_at(do_divide_at);
    __asm__ volatile("fninit");
}

CASE_SINCE(alignment, L486, "3/6.15 #AC: CR0.AM, EFLAGS.AC and ring 3 together, by operand size")
{
    static uint32_t data[4] __attribute__((aligned(16)));
    static const struct {
        const void *code;
        unsigned offset;
        bool fault;
    } rows[] = {{load_long, 0, false}, {load_long, 1, true},  {load_long, 2, true},
                {load_word, 2, false}, {load_word, 1, true},  {load_byte, 3, false},
                {store_long, 3, true}, {store_long, 4, false}};

    for (unsigned mode = 0; mode < 8; mode++) {
        write_cr0(CR0_PE | CR0_ET | (mode & 1 ? CR0_AM : 0));
        for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            struct regs start = ring(mode & 4 ? 3 : 0, rows[i].code);

            start.eax = (uint32_t)data + rows[i].offset;
            start.eflags |= mode & 2 ? F_AC : 0;
            probe(&start);
            expect_event(mode == 7 && rows[i].fault ? VEC_AC : DONE, 0);
        }
    }
}

CASE_SINCE(alignment_stack, L486, "3/6.15 #AC: PUSH on a stack that is not aligned")
{
    struct regs start = ring(3, push_long);

    write_cr0(CR0_PE | CR0_ET | CR0_AM);
    start.eflags |= F_AC;
    start.esp -= 2;
    probe(&start);
    expect_event(VEC_AC, 0);
    expect("ESP", ev.from_esp, start.esp);
}

/* ---- Interrupts from outside ------------------------------------------------------------- */

SNIPPET(irq_now, "nop\n" INT_DONE);
SNIPPET(irq_sti, "sti; nop; irq_sti_next: nop\n" INT_DONE);
LABEL(irq_sti_next);
SNIPPET(irq_sti_cli, "sti; cli\n" INT_DONE);
SNIPPET(irq_sti_hlt, "sti; hlt; irq_sti_hlt_next: nop\n" INT_DONE);
LABEL(irq_sti_hlt_next);
SNIPPET(irq_ss, "sti; mov %dx, %ss; nop; irq_ss_next: nop\n" INT_DONE);
LABEL(irq_ss_next);
SNIPPET(irq_popf, "push $0x202; popf; irq_popf_next: nop\n" INT_DONE);
LABEL(irq_popf_next);
SNIPPET(irq_wait, "sti; 1: hlt; irq_wait_next: jmp 1b\n");
LABEL(irq_wait_next);

static bool irq_is_pending(void)
{
    out8(0x20, 0x0a); /* read the request register */
    return in8(0x20) & 1;
}

/* Channel 0 of the timer counts down once. */
static void timer_start(unsigned count)
{
    out8(0x21, 0xfe);
    out8(0x43, 0x30);
    out8(0x40, (uint8_t)count);
    out8(0x40, (uint8_t)(count >> 8));
}

/* IRQ 0 waits at the interrupt controller. */
static void irq_raise(void)
{
    timer_start(20);
    while (!irq_is_pending())
        ;
}

static void probe_irq(const void *code, uint32_t eflags)
{
    struct regs start = ring(0, code);

    irq_raise();
    start.edx = SEL_DATA0;
    start.eflags |= eflags;
    probe(&start);
    if (ev.vector == VEC_IRQ)
        out8(0x20, 0x20);
    out8(0x21, 0xff);
}

static void expect_irq(const void *eip)
{
    expect_event(VEC_IRQ, 0);
    expect_at(eip);
}

CASE(irq_flag, "3/6.8.1: an interrupt waits for IF, and comes at once where it is set")
{
    probe_irq(irq_now, 0);
    expect_done();
    probe_irq(irq_now, F_IF);
    expect_irq(irq_now);
    expect("IF", ev.eflags & F_IF, 0);
    expect("pushed EFLAGS", ev.from_eflags, F_FIXED | F_IF);
}

CASE(irq_shadow, "2/STI: interrupts wait for the end of the next instruction; not after POPF")
{
    probe_irq(irq_sti, 0);
    expect_irq(irq_sti_next);
    probe_irq(irq_sti_cli, 0);
    expect_done();
    probe_irq(irq_popf, 0);
    expect_irq(irq_popf_next);
}

CASE(irq_halt, "2/HLT: an interrupt ends it, and returns behind it")
{
    probe_irq(irq_sti_hlt, 0);
    expect_irq(irq_sti_hlt_next);
    timer_start(2000);
    probe_ring(0, irq_wait);
    out8(0x20, 0x20);
    out8(0x21, 0xff);
    expect_irq(irq_wait_next);
}

CASE(irq_stack_shadow, "3/6.8.3: a load of SS holds interrupts back for one instruction")
{
    probe_irq(irq_ss, 0); /* STI holds it back up to the load, the load up to the end of NOP */
    expect_irq(irq_ss_next);
}

CASE(irq_ring3,
     "3/6.12.1: an interrupt from outside in ring 3 ignores the gate's DPL; bad gates set EXT")
{
    struct regs start = ring(3, irq_now);

    irq_raise();
    start.eflags |= F_IF;
    probe(&start);
    out8(0x20, 0x20);
    expect_irq(irq_now);
    expect_outer(SEL_DATA3, start.esp);
    idt_set(VEC_IRQ, GATE_INT32 & ~ACC_P, SEL_CODE0, 0);
    irq_raise();
    probe(&start);
    out8(0x20, 0x20);
    out8(0x21, 0xff);
    expect_event(VEC_NP, VEC_IRQ * 8 + 3);
}

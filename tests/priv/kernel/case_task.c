/* Hardware task switches that go well (SDM vol. 3, 8). */
#include "priv.h"

SNIPPET(task_jump, "ljmp $" TEXT(SEL_TSS_B) ", $0x12345678\ntask_jump_next: " INT_DONE);
SNIPPET(task_call, "lcall $" TEXT(SEL_TSS_B) ", $0\ntask_call_next: " INT_DONE);
SNIPPET(task_call16, "lcall $" TEXT(SEL_TSS16) ", $0\ntask_call16_next: " INT_DONE);
SNIPPET(task_gate_call, "lcall $" TEXT(SEL_T0) "+3, $0\n" INT_DONE);
SNIPPET(task_gate_call_ldt, "lcall $0xf, $0\n" INT_DONE); /* LDT_SELECTOR(1), RPL 3 */
SNIPPET(task_int, "int $0x50\ntask_int_next: " INT_DONE);
SNIPPET(task_back, "iret\ntask_back_next: " INT_DONE);
SNIPPET(task_back_store, "mov %eax, %edi; iret\n");
SNIPPET(done, INT_DONE);
SNIPPET(two_nops, "nop\nnop\n" INT_DONE);
SNIPPET(privileged, "hlt\n");
SNIPPET(jump_home, "ljmp $" TEXT(SEL_TSS) ", $0\njump_home_next: nop\n");
SNIPPET(long_task, "ljmp *(%eax)\n");
LABEL(task_jump_next);
LABEL(task_call_next);
LABEL(task_call16_next);
LABEL(task_int_next);
LABEL(task_back_next);
LABEL(jump_home_next);

static const uint32_t lively = F_FIXED | F_CF | F_ZF | F_DF | F_IF | IOPL(1);

/* tss_b with a value of its own in every register. */
static void fill_b(const void *code)
{
    tss_b.eip = (uint32_t)code;
    tss_b.eflags = F_FIXED | F_CF;
    tss_b.eax = 0x1a1a1a1a;
    tss_b.ecx = 0x1c1c1c1c;
    tss_b.edx = 0x1d1d1d1d;
    tss_b.ebx = 0x1b1b1b1b;
    tss_b.ebp = 0x1e1e1e1e;
    tss_b.esi = 0x15151515;
    tss_b.edi = 0x16161616;
    tss_b.ds = SEL_DATA1;
    tss_b.es = SEL_DATA2;
    tss_b.fs = SEL_DATA3;
    tss_b.gs = 0;
    tss_b.link = 0x55555555;
}

static struct regs lively_ring(unsigned cpl, const void *code)
{
    struct regs start = ring(cpl, code);

    start.eflags = lively;
    start.fs = SEL_DATA3;
    start.gs = 0;
    return start;
}

static void expect_saved(const struct regs *r, const void *eip, uint32_t eflags)
{
    expect("saved EIP", tss_main.eip, (uint32_t)eip);
    expect("saved EFLAGS", tss_main.eflags, eflags);
    expect("saved EAX", tss_main.eax, r->eax);
    expect("saved ECX", tss_main.ecx, r->ecx);
    expect("saved EDX", tss_main.edx, r->edx);
    expect("saved EBX", tss_main.ebx, r->ebx);
    expect("saved ESP", tss_main.esp, r->esp);
    expect("saved EBP", tss_main.ebp, r->ebp);
    expect("saved ESI", tss_main.esi, r->esi);
    expect("saved EDI", tss_main.edi, r->edi);
    expect("saved ES", tss_main.es & 0xffff, r->es);
    expect("saved CS", tss_main.cs & 0xffff, r->cs);
    expect("saved SS", tss_main.ss & 0xffff, r->ss);
    expect("saved DS", tss_main.ds & 0xffff, r->ds);
    expect("saved FS", tss_main.fs & 0xffff, r->fs);
    expect("saved GS", tss_main.gs & 0xffff, r->gs);
}

static void expect_loaded(void)
{
    expect("EAX", ev.eax, tss_b.eax);
    expect("ECX", ev.ecx, tss_b.ecx);
    expect("EDX", ev.edx, tss_b.edx);
    expect("EBX", ev.ebx, tss_b.ebx);
    expect("EBP", ev.ebp, tss_b.ebp);
    expect("ESI", ev.esi, tss_b.esi);
    expect("EDI", ev.edi, tss_b.edi);
    expect("DS", ev.ds, SEL_DATA1);
    expect("ES", ev.es, SEL_DATA2);
    expect("FS", ev.fs, SEL_DATA3);
    expect("GS", ev.gs, 0);
    expect("ESP", ev.esp, tss_b.esp - 12);
    expect("TR", ev.tr, SEL_TSS_B);
    expect("CR0.TS", ev.cr0 & CR0_TS, CR0_TS);
}

static void expect_busy(bool old, bool new)
{
    expect("busy bit of the old TSS", access_of(SEL_TSS), ACC_TSS32 | (old ? ACC_BUSY : 0));
    expect("busy bit of the new TSS", access_of(SEL_TSS_B), ACC_TSS32 | (new ? ACC_BUSY : 0));
}

CASE(jump, "3/8.3 JMP to a TSS: registers out and in, busy bits exchanged, no link, no NT, TS set")
{
    struct regs start = lively_ring(0, task_jump);

    fill_b(done);
    probe(&start);
    expect_done();
    expect_saved(&start, task_jump_next, lively);
    expect_loaded();
    expect_busy(false, true);
    expect_frame(SEL_CODE0, done + 2, F_FIXED | F_CF);
    expect("back link", tss_b.link, 0x55555555);
}

CASE(call, "3/8.4 CALL to a TSS: both busy, back link written, NT set in the new EFLAGS")
{
    struct regs start = lively_ring(0, task_call);

    fill_b(done);
    probe(&start);
    expect_done();
    expect_saved(&start, task_call_next, lively);
    expect_loaded();
    expect_busy(true, true);
    expect_frame(SEL_CODE0, done + 2, F_FIXED | F_CF | F_NT);
    expect("back link", tss_b.link & 0xffff, SEL_TSS);
    expect("EFLAGS in the new TSS", tss_b.eflags, F_FIXED | F_CF);
}

CASE(interrupt, "3/8.3 INT through a task gate: from ring 3, both busy, back link, NT")
{
    struct regs start = lively_ring(3, task_int);

    fill_b(done);
    idt_set(0x50, GATE_TASK | DPL(3), SEL_TSS_B, 0xffffffff); /* its offset means nothing */
    probe(&start);
    expect_done();
    expect_saved(&start, task_int_next, lively);
    expect_loaded();
    expect_busy(true, true);
    expect_frame(SEL_CODE0, done + 2, F_FIXED | F_CF | F_NT);
    expect("back link", tss_b.link & 0xffff, SEL_TSS);
}

CASE(call_and_return, "3/8.4 IRET with NT: back to the caller, NT cleared in the image, not busy")
{
    struct regs start = lively_ring(0, task_call);

    fill_b(task_back_store);
    tss_b.eip = (uint32_t)task_back;
    probe(&start);
    expect_done();
    expect_frame(SEL_CODE0, task_call_next + 2, lively);
    expect("TR", ev.tr, SEL_TSS);
    expect_busy(true, false);
    expect("EIP of the inner task", tss_b.eip, (uint32_t)task_back_next);
    expect("EFLAGS of the inner task", tss_b.eflags, F_FIXED | F_CF);
    expect("EAX", ev.eax, start.eax);
    expect("DS", ev.ds, start.ds);
    expect("ESP", ev.esp, start.esp - 12);
}

CASE(iret_by_hand, "3/8.4 IRET with NT follows whatever link the TSS has")
{
    struct regs start = lively_ring(0, task_back);

    start.eflags |= F_NT;
    fill_b(done);
    tss_main.link = SEL_TSS_B;
    segment_set(SEL_TSS_B, (uint32_t)&tss_b, 0x67, ACC_TSS32 | ACC_BUSY, 0);
    probe(&start);
    expect_done();
    expect_saved(&start, task_back_next, lively);
    expect_busy(false, true);
    expect_frame(SEL_CODE0, done + 2, F_FIXED | F_CF);
}

CASE(ping_pong, "3/8.3 JMP there and back: the image saved is the one resumed")
{
    struct regs start = lively_ring(0, task_jump);

    fill_b(jump_home);
    probe(&start);
    expect_done();
    expect_frame(SEL_CODE0, task_jump_next + 2, lively);
    expect("EDI", ev.edi, start.edi);
    expect("EIP of the other task", tss_b.eip, (uint32_t)jump_home_next);
    expect_busy(true, false);
}

CASE(outer_task, "3/8.3: a task starts in the ring of its CS")
{
    struct regs start = ring(0, task_jump);

    fill_b(done);
    tss_b.cs = SEL_CODE3;
    tss_b.ss = tss_b.ds = tss_b.es = SEL_DATA3;
    tss_b.esp0 = stack_top(1);
    probe(&start);
    expect_done();
    expect("CS", ev.from_cs, SEL_CODE3);
    expect_outer(SEL_DATA3, tss_b.esp);
    expect("the new task's own stack", ev.esp, stack_top(1) - 20);
}

CASE(task_gate, "3/8.3: a task gate opens a TSS to outer rings; the TSS's DPL does not matter")
{
    struct regs start = lively_ring(3, task_gate_call);

    fill_b(done);
    gate_set(SEL_T0, GATE_TASK | DPL(3), SEL_TSS_B, 0, 0);
    probe(&start);
    expect_done();
    expect("TR", ev.tr, SEL_TSS_B);
    expect("back link", tss_b.link & 0xffff, SEL_TSS);
}

CASE(task_error_code,
     "3/6.12.2: an exception through a task gate: error code on the new stack, RF saved")
{
    struct regs start = ring(3, privileged);

    fill_b(0);
    idt_set(VEC_GP, GATE_TASK, SEL_TSS_B, 0);
    tss_b.eip = handler(VEC_GP);
    probe(&start);
    expect("vector", ev.vector, VEC_GP);
    expect("error code", ev.word[0], 0);
    expect("ESP", ev.esp, tss_b.esp - 4);
    expect("saved EIP", tss_main.eip, (uint32_t)privileged);
    expect("saved EFLAGS", tss_main.eflags, F_FIXED | F_RF);
    expect("EFLAGS", ev.eflags, F_FIXED | F_CF | F_NT);
}

/* ---- 16-bit TSS -------------------------------------------------------------------------- */

static void fill_16(const void *code)
{
    segment_set(SEL_T4, (uint32_t)stacks[7], 0xffff, ACC_DATA, 0);
    tss_16.ip = (uint16_t)SNIP_OFFSET(code);
    tss_16.ax = 0x2a2a;
    tss_16.cx = 0x2c2c;
    tss_16.di = 0x2626;
    tss_16.ss = SEL_T4;
    tss_16.sp = STACK_SIZE;
    tss_16.ds = SEL_DATA1;
}

CASE(to_tss16, "3/8.6 CALL to a 16-bit TSS: words loaded, link and NT as in 32 bits")
{
    struct regs start = lively_ring(0, task_call16);

    fill_16(done);
    probe(&start);
    expect_done();
    expect("TR", ev.tr, SEL_TSS16);
    expect("EIP", ev.from_eip, SNIP_OFFSET(done) + 2);
    expect("FLAGS", ev.from_eflags & 0xffff, F_FIXED | F_NT);
    expect("AX", ev.eax & 0xffff, 0x2a2a);
    expect("CX", ev.ecx & 0xffff, 0x2c2c);
    expect("DI", ev.edi & 0xffff, 0x2626);
    expect("DS", ev.ds, SEL_DATA1);
    expect("SP", ev.esp & 0xffff, STACK_SIZE - 12);
    expect("back link", tss_16.link, SEL_TSS);
    expect("access byte", access_of(SEL_TSS16), ACC_TSS16 | ACC_BUSY);
    expect("saved EIP", tss_main.eip, (uint32_t)task_call16_next);
    expect("saved EAX", tss_main.eax, start.eax);
}

CASE(from_tss16, "3/8.6 IRET from a 16-bit TSS: words saved, the caller resumes in 32 bits")
{
    struct regs start = lively_ring(0, task_call16);

    fill_16(task_back);
    probe(&start);
    expect_done();
    expect_frame(SEL_CODE0, task_call16_next + 2, lively);
    expect("EAX", ev.eax, start.eax);
    expect("saved IP", tss_16.ip, SNIP_OFFSET(task_back_next));
    expect("saved FLAGS", tss_16.flags, F_FIXED);
    expect("saved AX", tss_16.ax, 0x2a2a);
    expect("saved SP", tss_16.sp, STACK_SIZE);
    expect("saved DS", tss_16.ds, SEL_DATA1);
    expect("access byte", access_of(SEL_TSS16), ACC_TSS16);
}

CASE(tss16_error_code, "3/6.12.2: through a task gate to a 16-bit TSS the error code is a word")
{
    struct regs start = ring(3, privileged);

    fill_16(0);
    idt_set(VEC_GP, GATE_TASK, SEL_TSS16, 0);
    tss_16.ip = (uint16_t)SNIP_OFFSET(handler(VEC_GP));
    probe(&start);
    expect("vector", ev.vector, VEC_GP);
    expect("SP", ev.esp & 0xffff, STACK_SIZE - 2);
    expect("error code", word16(0), 0);
}

/* ---- What else a task brings ------------------------------------------------------------- */

CASE(task_ldt, "3/8.2.1: LDTR comes from the new TSS, and selectors of the new task use it")
{
    struct regs start = ring(0, task_jump);

    fill_b(done);
    ldt_set(2, 0, FLAT_LIMIT, ACC_DATA, SEG_FLAT);
    tss_b.ldt = SEL_LDT;
    tss_b.ds = 2 * 8 | 4;
    probe(&start);
    expect_done();
    expect("LDTR", ev.ldtr, SEL_LDT);
    expect("DS", ev.ds, 2 * 8 | 4);
    expect("LDT field of the old TSS", tss_main.ldt, 0); /* static: never written */
}

CASE(task_cr3, "3/8.2.1: CR3 comes from the new TSS while paging is on, and is not saved")
{
    struct regs start = ring(0, task_jump);

    fill_b(done);
    tss_b.cr3 = (uint32_t)other_directory;
    tss_main.cr3 = 0x77777777;
    paging_on();
    probe(&start);
    expect_done();
    expect("CR3", ev.cr3, (uint32_t)other_directory);
    expect("CR3 field of the old TSS", tss_main.cr3, 0x77777777);
}

CASE(task_trap, "3/17.3.1.5: T in the new TSS is #DB with DR6.BT before its first instruction")
{
    struct regs start = ring(0, task_jump);

    fill_b(done);
    tss_b.trap = 1;
    probe(&start);
    expect_event(VEC_DB, 0);
    expect("DR6.BT", ev.dr6 & 0xe00f, 0x8000);
    expect_at(done);
    expect("TR", ev.tr, SEL_TSS_B);
}

CASE(task_single_step, "3/17.3.1.4: TF of the new task traps after its first instruction")
{
    struct regs start = ring(0, task_jump);

    fill_b(two_nops);
    tss_b.eflags |= F_TF;
    probe(&start);
    expect_event(VEC_DB, 0);
    expect("DR6.BS", ev.dr6 & 0xe00f, 0x4000);
    expect_at(two_nops + 1);
}

CASE(task_debug, "3/17.2.4: a task switch clears the local enables in DR7")
{
    struct regs start = ring(0, task_jump);

    fill_b(done);
    write_dr7(0x400 | 0x155 | 0x2aa);
    probe(&start);
    expect_done();
    expect("DR7", ev.dr7 & 0x3ff, 0x2aa);
}

CASE(task_v86, "3/20.2.1: a task whose EFLAGS image has VM begins in v86 mode")
{
    static const uint8_t code[] = {0xcd, DONE};
    struct regs start = v86(code, code + 2);

    fill_b(0);
    tss_b.cs = 0x2000;
    tss_b.ss = 0x3000;
    tss_b.esp = 0x800;
    tss_b.ds = 0x1234;
    tss_b.eflags = F_FIXED | F_VM | F_IOPL;
    start = ring(0, task_jump);
    probe(&start);
    expect_done();
    expect_frame(0x2000, (void *)2, F_FIXED | F_VM | F_IOPL);
    expect_outer(0x3000, 0x800);
    expect("pushed ES", ev.word[5] & 0xffff, SEL_DATA2);
    expect("pushed DS", ev.word[6] & 0xffff, 0x1234);
    expect("pushed FS", ev.word[7] & 0xffff, SEL_DATA3);
    expect("pushed GS", ev.word[8] & 0xffff, 0);
    expect("DS", ev.ds, 0);
}

CASE(from_v86, "3/20.2: INT through a task gate out of v86 mode saves VM and its segments")
{
    static const uint8_t code[] = {0xcd, 0x50};
    struct regs start = v86(code, code + 2);

    fill_b(done);
    start.eflags |= F_IOPL;
    idt_set(0x50, GATE_TASK | DPL(3), SEL_TSS_B, 0);
    probe(&start);
    expect_done();
    expect_saved(&start, (void *)2, F_FIXED | F_VM | F_IOPL);
    expect("EFLAGS", ev.from_eflags, F_FIXED | F_CF | F_NT);
}

/* ---- Checks before the switch: nothing has changed, the fault is the old task's ---------- */

static void check_refused(const void *code, unsigned cpl, uint32_t eax, unsigned vector,
                          unsigned error)
{
    struct regs start = ring(cpl, code);

    start.eax = eax;
    probe(&start);
    expect_event(vector, error);
    expect_at(code);
    expect("TR", ev.tr, SEL_TSS);
    expect("CR0.TS", ev.cr0 & CR0_TS, 0);
    expect("busy", access_of(SEL_TSS) & ACC_BUSY, ACC_BUSY);
}

static struct {
    uint32_t offset;
    uint16_t selector;
} task_pointer;

static void check_jump_refused(unsigned cpl, unsigned selector, unsigned vector, unsigned error)
{
    task_pointer.selector = (uint16_t)selector;
    check_refused(long_task, cpl, (uint32_t)&task_pointer, vector, error);
}

CASE(tss_checks, "3/8.3: a TSS must be available, present, long enough and within reach")
{
    fill_b(done);
    check_jump_refused(0, SEL_TSS, VEC_GP, SEL_TSS); /* busy: it is the current one */
    check_jump_refused(3, SEL_TSS_B | 3, VEC_GP, SEL_TSS_B);
    check_jump_refused(0, SEL_TSS_B | 1, VEC_GP, SEL_TSS_B);
    segment_set(SEL_TSS_B, (uint32_t)&tss_b, 0x67, ACC_TSS32 & ~ACC_P, 0);
    check_jump_refused(0, SEL_TSS_B, VEC_NP, SEL_TSS_B);
    segment_set(SEL_TSS_B, (uint32_t)&tss_b, 0x66, ACC_TSS32, 0);
    check_jump_refused(0, SEL_TSS_B, VEC_TS, SEL_TSS_B);
    segment_set(SEL_TSS16, (uint32_t)&tss_16, 0x2a, ACC_TSS16, 0);
    check_jump_refused(0, SEL_TSS16, VEC_TS, SEL_TSS16);
    segment_set(SEL_TSS_B, (uint32_t)&tss_b, 0x67, ACC_TSS32 | DPL(3), 0);
    task_pointer.selector = SEL_TSS_B | 3;
    fill_b(done);
    {
        struct regs start = ring(3, long_task);

        start.eax = (uint32_t)&task_pointer;
        probe(&start);
    }
    expect_done();
    expect("TR", ev.tr, SEL_TSS_B | 3);
}

CASE(task_gate_in_ldt, "3/8.2.5: a task gate may lie in the LDT, a TSS descriptor may not")
{
    struct regs start = lively_ring(3, task_gate_call_ldt);

    fill_b(done);
    ldt_gate_set(1, GATE_TASK | DPL(3), SEL_TSS_B, 0);
    ldt_load();
    probe(&start);
    expect_done();
    expect("TR", ev.tr, SEL_TSS_B);
    ldt_set(1, (uint32_t)&tss_b, sizeof(tss_b) - 1, ACC_TSS32 | DPL(3), 0);
    ldt_load();
    probe(&start);
    expect_event(VEC_GP, LDT_SELECTOR(1));
}

CASE(task_gate_checks, "2/JMP: a task gate, checked, and the selector in it")
{
    gate_set(SEL_T0, GATE_TASK | DPL(2), SEL_TSS_B, 0, 0);
    check_jump_refused(3, SEL_T0 | 3, VEC_GP, SEL_T0);
    check_jump_refused(0, SEL_T0 | 3, VEC_GP, SEL_T0);
    gate_set(SEL_T0, GATE_TASK & ~ACC_P, SEL_TSS_B, 0, 0);
    check_jump_refused(0, SEL_T0, VEC_NP, SEL_T0);
    gate_set(SEL_T0, GATE_TASK, SEL_TSS_B | 4, 0, 0);
    check_jump_refused(0, SEL_T0, VEC_GP, SEL_TSS_B | 4);
    gate_set(SEL_T0, GATE_TASK, SEL_OUTSIDE, 0, 0);
    check_jump_refused(0, SEL_T0, VEC_GP, SEL_OUTSIDE);
    gate_set(SEL_T0, GATE_TASK, SEL_DATA0, 0, 0);
    check_jump_refused(0, SEL_T0, VEC_GP, SEL_DATA0);
    gate_set(SEL_T0, GATE_TASK, SEL_TSS, 0, 0);
    check_jump_refused(0, SEL_T0, VEC_GP, SEL_TSS);
}

CASE(link_checks, "2/IRET: the back link must name a busy TSS, else #TS; #NP where it is absent")
{
    static const struct {
        unsigned link, access, vector, error;
    } rows[] = {
        {0, ACC_TSS32, VEC_TS, 0},
        {SEL_OUTSIDE, ACC_TSS32, VEC_TS, SEL_OUTSIDE},
        {SEL_TSS_B | 4, ACC_TSS32, VEC_TS, SEL_TSS_B | 4},
        {SEL_TSS_B, ACC_TSS32, VEC_TS, SEL_TSS_B},
        {SEL_TSS_B, ACC_DATA, VEC_TS, SEL_TSS_B},
        {SEL_TSS_B, (ACC_TSS32 | ACC_BUSY) & ~ACC_P, VEC_NP, SEL_TSS_B},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct regs start = ring(0, task_back);

        start.eflags |= F_NT;
        tss_main.link = rows[i].link;
        segment_set(SEL_TSS_B, (uint32_t)&tss_b, 0x67, rows[i].access, 0);
        probe(&start);
        expect_event(rows[i].vector, rows[i].error);
        expect_at(task_back);
        expect("TR", ev.tr, SEL_TSS);
    }
}

/* ---- Checks after the switch: the fault is the new task's -------------------------------- */

CASE(new_task_faults, "3/8.3 table 8-1: faults of LDT, CS, SS and data segments in the new task")
{
    enum { LDT, CS, SS, DS, GS };
    static const struct {
        unsigned field, value, access, vector, error;
    } rows[] = {
        {LDT, SEL_DATA0, 0, VEC_TS, SEL_DATA0},
        {LDT, SEL_LDT | 4, 0, VEC_TS, SEL_LDT | 4},
        {LDT, SEL_OUTSIDE, 0, VEC_TS, SEL_OUTSIDE},
        {LDT, SEL_T0, ACC_LDT & ~ACC_P, VEC_TS, SEL_T0},
        {CS, 0, 0, VEC_TS, 0},
        {CS, SEL_DATA0, 0, VEC_TS, SEL_DATA0},
        {CS, SEL_OUTSIDE, 0, VEC_TS, SEL_OUTSIDE},
        {CS, SEL_CODE3 & ~3, 0, VEC_TS, SEL_CODE3 & ~3}, /* RPL is not DPL */
        {CS, SEL_T0, ACC_CODE_R & ~ACC_P, VEC_NP, SEL_T0},
        {SS, 0, 0, VEC_TS, 0},
        {SS, SEL_DATA3, 0, VEC_TS, SEL_DATA3 & ~3},
        {SS, SEL_T0, ACC_DATA_RO, VEC_TS, SEL_T0},
        {SS, SEL_T0, ACC_DATA & ~ACC_P, VEC_SS, SEL_T0},
        {DS, SEL_T0, ACC_CODE, VEC_TS, SEL_T0},
        {DS, SEL_T0 | 3, ACC_DATA | DPL(1), VEC_TS, SEL_T0},
        {DS, SEL_T0, ACC_DATA & ~ACC_P, VEC_NP, SEL_T0},
        {GS, SEL_OUTSIDE, 0, VEC_TS, SEL_OUTSIDE},
        {GS, SEL_TSS_B, 0, VEC_TS, SEL_TSS_B},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static uint32_t *const fields[] = {&tss_b.ldt, &tss_b.cs, &tss_b.ss, &tss_b.ds, &tss_b.gs};
        unsigned vector = rows[i].vector;

        machine_reset();
        fill_b(done);
        *fields[rows[i].field] = rows[i].value;
        if (rows[i].access)
            segment_set(SEL_T0, 0, FLAT_LIMIT, rows[i].access, SEG_FLAT);
        idt_set(vector, GATE_TASK, SEL_TSS_DF, 0); /* the new task's stack may be none */
        tss_df.eip = handler(vector);
        probe_ring(0, task_jump);
        expect("vector", ev.vector, vector);
        expect("error code", ev.word[0], rows[i].error);
        expect("the task at fault", tss_df.link & 0xffff, SEL_TSS_B);
        expect("its EIP", tss_b.eip, (uint32_t)done);
        expect("EIP of the old task", tss_main.eip, (uint32_t)task_jump_next);
        expect("busy bit of the old TSS", access_of(SEL_TSS), ACC_TSS32);
    }
}

CASE(new_task_limit,
     "3/8.3: an EIP behind the limit of the new task's CS is #GP(0) of the new task")
{
    fill_b(done);
    segment_set(SEL_T0, 0, 0xfff, ACC_CODE_R, SEG_D);
    tss_b.cs = SEL_T0;
    tss_b.eip = 0x1000;
    probe_ring(0, task_jump);
    expect_event(VEC_GP, 0);
    expect("CS", ev.from_cs, SEL_T0);
    expect("EIP", ev.from_eip, 0x1000);
    expect("TR", ev.tr, SEL_TSS_B);
}

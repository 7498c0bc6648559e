/* Single step and debug registers (SDM vol. 3, 17.2 and 17.3). */
#include "priv.h"

SNIPPET(step_nops, "nop\nnop\n" INT_DONE);
SNIPPET(step_int, "int $0x50\n");
SNIPPET(step_popf, "push $0x102; popf; step_popf_1: nop; step_popf_2: " INT_DONE);
LABEL(step_popf_2);
SNIPPET(step_iret, "push $0x102; push %cs; push $1f; iret; 1: nop; step_iret_2: " INT_DONE);
LABEL(step_iret_2);
SNIPPET(step_rep, "rep movsb\nstep_rep_next: " INT_DONE);
LABEL(step_rep_next);
SNIPPET(step_ss, "mov %dx, %ss; nop; step_ss_2: nop\n" INT_DONE);
LABEL(step_ss_2);
SNIPPET(step_fault, "ud2\n");
SNIPPET(write_long, "movl $1, (%eax)\nwrite_long_next: nop\n" INT_DONE);
LABEL(write_long_next);
SNIPPET(read_long, "mov (%eax), %ecx\nread_long_next: nop\n" INT_DONE);
LABEL(read_long_next);
SNIPPET(read_ss, "mov (%eax), %ss; nop\nread_ss_next: nop\n" INT_DONE);
LABEL(read_ss_next);
SNIPPET(read_port, "in $0xe2, %al\nread_port_next: nop\n" INT_DONE);
LABEL(read_port_next);
SNIPPET(get_dr7, "mov %dr7, %eax\n" INT_DONE);
SNIPPET(set_dr7, "mov %eax, %dr7\n" INT_DONE);
SNIPPET(get_dr5, "mov %dr5, %eax\n" INT_DONE);
SNIPPET(set_cr4, "mov %eax, %cr4\n" INT_DONE);

enum { DR6_BS = 0x4000, DR6_BD = 0x2000, DR6_CAUSES = 0xe00f, DR7_FIXED = 0x400, DR7_GD = 0x2000 };
enum { EXECUTE, WRITE, IO, ACCESS };

/* DR7 for one breakpoint, enabled globally. */
static uint32_t dr7(unsigned n, unsigned type, unsigned length)
{
    return DR7_FIXED | 2u << 2 * n | type << (16 + 4 * n) | (length - 1) << (18 + 4 * n);
}

static void expect_debug(uint32_t causes, const void *eip)
{
    expect_event(VEC_DB, 0);
    expect("DR6", ev.dr6 & DR6_CAUSES, causes);
    expect_at(eip);
}

static void probe_step(unsigned cpl, const void *code)
{
    struct regs start = ring(cpl, code);

    start.eflags |= F_TF;
    probe(&start);
}

/* ---- Single step ------------------------------------------------------------------------- */

CASE(step, "3/17.3.1.4: TF traps behind the instruction, with BS in DR6 and TF in the image")
{
    for (unsigned cpl = 0; cpl < 4; cpl += 3) {
        write_dr6(0);
        probe_step(cpl, step_nops);
        expect_debug(DR6_BS, step_nops + 1);
        expect("pushed EFLAGS", ev.from_eflags, F_FIXED | F_TF);
        expect("TF", ev.eflags & F_TF, 0);
    }
}

CASE(step_over_int, "3/17.3.1.4: INT n is not trapped behind: its handler runs with TF clear")
{
    idt_set(0x50, GATE_TRAP32 | DPL(3), SEL_CODE0, handler(0x50));
    probe_step(3, step_int);
    expect_event(0x50, 0);
    expect("pushed TF", ev.from_eflags & F_TF, F_TF);
    expect("TF", ev.eflags & F_TF, 0);
}

CASE(step_enters, "3/17.3.1.4: POPF and IRET that set TF are trapped one instruction later")
{
    probe_ring(3, step_popf);
    expect_debug(DR6_BS, step_popf_2);
    write_dr6(0);
    probe_ring(0, step_iret);
    expect_debug(DR6_BS, step_iret_2);
}

CASE(step_repeat, "3/17.3.1.4: a repeated instruction is trapped behind each iteration")
{
    static uint8_t from[4] = {1, 2, 3, 4}, to[4];
    struct regs start = ring(3, step_rep);

    start.eflags |= F_TF;
    start.esi = (uint32_t)from;
    start.edi = (uint32_t)to;
    start.ecx = 2;
    probe(&start);
    expect_debug(DR6_BS, step_rep);
    expect("ECX", ev.ecx, 1);
    expect("ESI", ev.esi, (uint32_t)from + 1);
    start.ecx = 1;
    probe(&start);
    expect_debug(DR6_BS, step_rep_next);
    expect("ECX", ev.ecx, 0);
}

CASE(step_stack, "3/6.8.3: a load of SS holds the trap back for one instruction")
{
    struct regs start = ring(3, step_ss);

    start.edx = SEL_DATA3;
    start.eflags |= F_TF;
    probe(&start);
    expect_debug(DR6_BS, step_ss_2);
}

CASE(step_into_fault, "3/6.9: a fault comes before the trap of its instruction")
{
    probe_step(3, step_fault);
    expect_event(VEC_UD, 0);
    expect("pushed TF", ev.from_eflags & F_TF, F_TF);
    expect("DR6", ev.dr6 & DR6_CAUSES, 0);
}

/* ---- Breakpoints ------------------------------------------------------------------------- */

CASE(execute,
     "3/17.3.1.1: an instruction breakpoint is a fault, pushed with RF clear; RF passes it")
{
    struct regs start = ring(3, step_nops);

    write_dr1((uint32_t)step_nops + 1);
    write_dr7(dr7(1, EXECUTE, 1));
    probe(&start);
    expect_debug(2, step_nops + 1);
    expect("pushed EFLAGS", ev.from_eflags, F_FIXED);
    start.eip++;
    start.eflags |= F_RF;
    probe(&start);
    expect_done();
    expect("pushed EFLAGS", ev.from_eflags, F_FIXED);
    start.eip--; /* RF holds for one instruction only */
    probe(&start);
    expect_event(VEC_DB, 0);
}

CASE(data_write, "3/17.2.5: a write breakpoint traps behind the write, for each of its bytes")
{
    static uint32_t data[3] __attribute__((aligned(16)));
    struct regs start = ring(3, write_long);

    write_dr0((uint32_t)&data[1]);
    write_dr7(dr7(0, WRITE, 4));
    for (int at = -5; at <= 5; at++) {
        bool hit = at > -4 && at < 4;

        write_dr6(0);
        start.eax = (uint32_t)&data[1] + (uint32_t)at;
        probe(&start);
        expect_event(hit ? VEC_DB : DONE, 0);
        if (hit)
            expect_debug(1, write_long_next);
    }
    start = ring(3, read_long);
    start.eax = (uint32_t)&data[1];
    probe(&start);
    expect_done();
}

CASE(data_access, "3/17.2.5: an access breakpoint traps behind reads too; its length counts")
{
    static uint32_t data[2] __attribute__((aligned(16)));
    struct regs start = ring(0, read_long);

    write_dr3((uint32_t)&data[1]);
    write_dr7(dr7(3, ACCESS, 1));
    start.eax = (uint32_t)&data[1];
    probe(&start);
    expect_debug(8, read_long_next);
    expect("ECX", ev.ecx, 0);
    start.eax = (uint32_t)&data[0];
    probe(&start);
    expect_done();
    start.eax = (uint32_t)&data[0] + 1; /* its last byte */
    probe(&start);
    expect_event(VEC_DB, 0);
    write_dr7(DR7_FIXED);
    probe(&start);
    expect_done();
}

CASE(data_stack, "3/6.8.3: a load of SS holds back a data breakpoint as well")
{
    static uint32_t data __attribute__((aligned(16))) = SEL_DATA3;
    struct regs start = ring(3, read_ss);

    write_dr0((uint32_t)&data);
    write_dr7(dr7(0, ACCESS, 4));
    start.eax = (uint32_t)&data;
    probe(&start);
    expect_debug(1, read_ss_next);
}

CASE_SINCE(port, LPENTIUM,
           "3/17.2.5: with CR4.DE, DR7 type 2 is a breakpoint on ports; DR4 and DR5 are #UD")
{
    uint32_t eax = 1, ebx, ecx, edx;
    struct regs start = ring(0, set_cr4);

    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    start.eax = CR4_DE;
    probe(&start);
    expect_event(edx & 4 ? DONE : VEC_GP, 0);
    if (ev.vector != DONE)
        return;
    write_dr2(0xe2);
    write_dr7(dr7(2, IO, 1));
    probe_ring(0, read_port);
    expect_debug(4, read_port_next);
    probe_ring(0, get_dr5);
    expect_event(VEC_UD, 0);
}

/* ---- The registers ----------------------------------------------------------------------- */

CASE(detect, "3/17.3.1.3: DR7.GD: a MOV of a debug register is #DB with BD, which clears GD")
{
    write_dr7(DR7_FIXED | DR7_GD);
    probe_ring(0, get_dr7);
    expect_debug(DR6_BD, get_dr7);
    expect("EAX", ev.eax, 0xa0a1a2a3);
    expect("DR7", ev.dr7, DR7_FIXED);
    probe_ring(0, get_dr7);
    expect_done();
}

CASE(registers, "3/17.2: debug registers are of ring 0, have fixed bits, and DR5 is DR7")
{
    struct regs start = ring(0, set_dr7);

    for (unsigned cpl = 1; cpl < 4; cpl++) {
        probe_ring(cpl, get_dr7);
        expect_event(VEC_GP, 0);
        probe_ring(cpl, set_dr7);
        expect_event(VEC_GP, 0);
    }
    start.eax = 0;
    probe(&start);
    expect_done();
    expect("DR7", ev.dr7, DR7_FIXED);
    probe_ring(0, get_dr5);
    expect_done();
    expect("DR5", ev.eax, DR7_FIXED);
    write_dr6(0);
    expect("DR6", read_dr6(), 0xffff0ff0);
    write_dr2(0x12345678);
    expect("DR2", read_dr2(), 0x12345678);
}

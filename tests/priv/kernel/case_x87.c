/* x87 errors the way of the PC: FERR#, IRQ 13, port 0xf0 and IGNNE# (SDM vol. 1, 8.7.2). */
#include "priv.h"

enum { VEC_IRQ13 = VEC_IRQ + 13, SLAVE_IRQ13 = 1 << 5 };

/* ST0 = 1/0 with that exception unmasked: the error is pending behind it. */
#define DIVIDE "fninit; fldcw (%eax); fld1; fldz; fdivrp\n"
SNIPPET(ferr_wait, DIVIDE "ferr_wait_at: fwait\n" INT_DONE);
LABEL(ferr_wait_at);
SNIPPET(ferr_nowait, DIVIDE "fnstsw %ax\n" INT_DONE);
/* What an interrupt handler does: acknowledge, and then use the unit. */
SNIPPET(ferr_ignore, DIVIDE "movb $0, %al; outb %al, $0xf0; fld1; fwait\n" INT_DONE);
SNIPPET(ferr_again, DIVIDE "movb $0, %al; outb %al, $0xf0; fnclex; fldz; fld1\n"
                           "fdivp; ferr_again_at: fwait\n" INT_DONE);
LABEL(ferr_again_at);

static const uint16_t unmasked = 0x37b; /* zero divide */

static bool is_requested(void)
{
    out8(0xa0, 0x0a); /* read the request register */
    return in8(0xa0) & SLAVE_IRQ13;
}

static void unit_reset(void)
{
    __asm__ volatile("fnclex; fninit");
    out8(0xf0, 0);
    out8(0xa0, 0x20);
    out8(0x20, 0x20);
    out8(0x21, 0xff);
    out8(0xa1, 0xff);
}

static void probe_unit(const void *code, uint32_t eflags)
{
    struct regs start = ring(0, code);

    start.eax = (uint32_t)&unmasked;
    start.eflags |= eflags;
    out8(0x21, 0xfb); /* the cascade */
    out8(0xa1, (uint8_t)~SLAVE_IRQ13);
    probe(&start);
}

CASE(ferr_interrupt,
     "1/8.7.2: with CR0.NE clear an x87 error is IRQ 13, at the waiting instruction")
{
    probe_unit(ferr_wait, F_IF);
    expect_event(VEC_IRQ13, 0);
    expect_at(ferr_wait_at);
    unit_reset();
    expect("request", is_requested(), false);
}

CASE(ferr_masked,
     "1/8.7.2: instructions that do not wait run on, and the interrupt stays requested")
{
    probe_unit(ferr_nowait, 0);
    expect_done();
    expect("zero divide and ES", ev.eax & 0x84, 0x84);
    expect("request", is_requested(), true);
    unit_reset();
}

CASE(ferr_ignored, "1/8.7.2: a write to port F0 drops IRQ 13 and lets the unit run on")
{
    probe_unit(ferr_ignore, 0);
    expect_done();
    expect("request", is_requested(), false);
    unit_reset();
}

CASE(ferr_renewed, "1/8.7.2: errors are ignored only until this one is cleared")
{
    probe_unit(ferr_again, F_IF);
    expect_event(VEC_IRQ13, 0);
    unit_reset();
}

/* The two 8259A interrupt controllers and the handlers of their lines. */
#include <asm/io.h>
#include <asm/processor.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/traps.h>

#define PIC1_CMD  0x20
#define PIC1_DATA 0x21
#define PIC2_CMD  0xa0
#define PIC2_DATA 0xa1

#define ICW1_INIT    0x11 /* cascaded, ICW4 follows */
#define ICW4_8086    0x01
#define OCW2_EOI     0x20
#define CASCADE_LINE 2

extern void (*const irq_stubs[NR_IRQS])(void);

static irq_handler_t handlers[NR_IRQS];
static unsigned long counts[NR_IRQS];
static u16 irq_mask = 0xffff & ~(1u << CASCADE_LINE); /* 1: line off */

static void set_mask(void)
{
    outb(irq_mask & 0xff, PIC1_DATA);
    outb(irq_mask >> 8, PIC2_DATA);
}

void request_irq(int irq, irq_handler_t handler)
{
    handlers[irq] = handler;
    irq_mask &= ~(1u << irq);
    set_mask();
}

unsigned long irq_count(int irq)
{
    return counts[irq];
}

asmlinkage void do_IRQ(struct pt_regs *regs)
{
    int irq = ~regs->orig_eax;

    counts[irq]++;
    if (irq >= 8)
        outb(OCW2_EOI, PIC2_CMD);
    outb(OCW2_EOI, PIC1_CMD);
    if (handlers[irq])
        handlers[irq](irq, regs);
}

void init_IRQ(void)
{
    outb(ICW1_INIT, PIC1_CMD);
    outb(FIRST_EXTERNAL_VECTOR, PIC1_DATA);
    outb(1u << CASCADE_LINE, PIC1_DATA);
    outb(ICW4_8086, PIC1_DATA);
    outb(ICW1_INIT, PIC2_CMD);
    outb(FIRST_EXTERNAL_VECTOR + 8, PIC2_DATA);
    outb(CASCADE_LINE, PIC2_DATA);
    outb(ICW4_8086, PIC2_DATA);
    set_mask();
    for (int i = 0; i < NR_IRQS; i++)
        set_intr_gate(FIRST_EXTERNAL_VECTOR + i, irq_stubs[i]);
}

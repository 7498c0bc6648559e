/* Hardware interrupts of the two 8259A. */
#ifndef _LINUX_IRQ_H
#define _LINUX_IRQ_H

struct pt_regs;

#define NR_IRQS      16
#define TIMER_IRQ    0
#define KEYBOARD_IRQ 1
#define SERIAL_IRQ   4

typedef void (*irq_handler_t)(int irq, struct pt_regs *regs);

/* Installs the handler and unmasks the line. Handlers run with interrupts off. */
void request_irq(int irq, irq_handler_t handler);
unsigned long irq_count(int irq);

#endif

/*
 * The 8259A programmable interrupt controller (Intel data sheet 231468), in 8086 mode.
 *
 *   reg   write, D4 = 1   write, D4 D3 = 00   write, D4 D3 = 01   read
 *   0     ICW1            OCW2                OCW3                IRR or ISR (OCW3), or poll
 *   1     ICW2..ICW4 while they are awaited, else OCW1 = IMR      IMR, or poll
 *
 *   ICW1  . . . 1 LTIM . SNGL IC4          OCW2  R SL EOI 0 0 L2 L1 L0
 *   ICW2  T7..T3 . . .                     OCW3  0 ESMM SMM 0 1 P RR RIS
 *   ICW3  master: a bit per slave          ELCR  a bit per input: 1 = level (EISA, 0x4d0, 0x4d1)
 *         slave: . . . . . ID2 ID1 ID0
 *   ICW4  . . . SFNM BUF M/S AEOI uPM
 *
 * One struct is one chip. A PC has two: the slave's INT drives the master's input 2, and the
 * master is given the slave to ask for its vector over the CAS lines. A slave that ICW3 of either
 * chip does not name puts nothing on the bus: the vector reads 0xff.
 *
 * INT is low until the initialization words are complete. An edge counts only as long as its line
 * stays high; a request that is gone when the CPU acknowledges gives IR7 and sets no ISR bit.
 *
 * Not modelled: MCS-80 mode (uPM = 0 works as 8086 mode), the buffered mode's SP/EN pin.
 */
#ifndef FORKSCOPE_DEVICES_PIC_H
#define FORKSCOPE_DEVICES_PIC_H

#include "devices/device.h"

enum { PIC_INPUTS = 8, PIC_CASCADE_INPUT = 2 };

/* Which write to register 1 comes next. */
enum pic_expects {
    PIC_EXPECTS_ICW1,
    PIC_EXPECTS_ICW2,
    PIC_EXPECTS_ICW3,
    PIC_EXPECTS_ICW4,
    PIC_READY
};

struct pic_state {
    uint8_t lines; /* the input pins as they are driven now */
    uint8_t edges; /* rising edges not yet acknowledged */
    uint8_t isr;   /* in service */
    uint8_t imr;   /* masked */
    uint8_t elcr;  /* level-triggered inputs */
    uint8_t icw1, icw2, icw3, icw4;
    uint8_t expects; /* enum pic_expects */
    uint8_t lowest;  /* the input of lowest priority; the next one round has the highest */
    bool special_mask;
    bool rotate_on_aeoi;
    bool read_isr; /* a read of register 0 gives ISR, not IRR */
    bool poll;     /* the next read is a poll */
    bool intr;     /* the INT pin */
};

struct pic {
    struct pic_state s;
    struct irq_line intr;
    struct pic *slave; /* on the CAS lines, or NULL */
};

void pic_init(struct pic *pic, struct irq_line intr, struct pic *slave);
void pic_reset(struct pic *pic);

/* Drives input `n` (0..7); has the form of irq_line.fn, with the struct pic as its ctx. */
void pic_set_input(void *pic, unsigned n, bool level);

/* The INTA cycle: puts the highest request in service and returns its vector. */
uint8_t pic_acknowledge(struct pic *pic);

extern const struct device_ports pic_ports;      /* 0x20, 0xa0 */
extern const struct device_ports pic_elcr_ports; /* 0x4d0, 0x4d1 */

#endif

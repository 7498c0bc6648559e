/*
 * The 16550A UART (National Semiconductor data sheet PC16550D) on a 1.8432 MHz crystal.
 *
 *   reg   DLAB = 0 read   DLAB = 0 write   DLAB = 1
 *   0     RBR             THR              DLL
 *   1     IER             IER              DLM
 *   2     IIR             FCR
 *   3     LCR             LCR
 *   4     MCR             MCR
 *   5     LSR             -
 *   6     MSR             -
 *   7     SCR             SCR
 *
 *   IER   . . . . EDSSI ELSI ETBEI ERBI        IIR   FIFO FIFO . . ID2 ID1 ID0 /pending
 *   FCR   trigger . . DMA clear-TX clear-RX enable
 *   LCR   DLAB break parity(3) stop length(2)
 *   MCR   . . . loop OUT2 OUT1 RTS DTR         MSR   DCD RI DSR CTS dDCD TERI dDSR dCTS
 *   LSR   FIFO-error TEMT THRE BI FE PE OE DR
 *
 * The transmitter is always ready: a byte written leaves at once, and THRE and TEMT stay set. The
 * THRE interrupt comes with each byte that left and when it is enabled; reading it from IIR or
 * writing THR takes it away.
 *
 * The host's bytes wait in a queue and arrive one character time apart, at the speed and frame that
 * the guest set; a divisor of 0 counts as 1. The host waits while the receiver is full, so only
 * loopback can overrun. Four character times of silence give the FIFO's time-out interrupt.
 *
 * As on a PC, OUT2 gates the interrupt line, and loopback mode takes it low.
 *
 * Not modelled: parity and framing errors, cutting bytes to the word length, stick parity, DMA
 * mode. A break is received but one sent goes nowhere, except in loopback.
 */
#ifndef FORKSCOPE_DEVICES_UART_H
#define FORKSCOPE_DEVICES_UART_H

#include <stddef.h>

#include "devices/device.h"
#include "devices/ring.h"

enum { UART_FIFO_SIZE = 16, UART_QUEUE_SIZE = 4096 };

/* The modem's input lines, as they stand in MSR. */
enum uart_modem { UART_CTS = 0x10, UART_DSR = 0x20, UART_RI = 0x40, UART_DCD = 0x80 };

struct uart_state {
    uint8_t ier, fcr, lcr, mcr, scr;
    uint8_t errors;       /* OE and BI as LSR will show them once */
    uint8_t modem;        /* the modem's lines, enum uart_modem */
    uint8_t modem_change; /* the low half of MSR */
    uint16_t divisor;
    bool thre_pending; /* the THRE interrupt has not been taken away */
    bool timed_out;    /* the receiver FIFO's time-out interrupt stands */
    int64_t arrival;   /* when the next byte of the queue arrives, or TIMER_NEVER */
    int64_t time_out;  /* when silence becomes a time-out, or TIMER_NEVER */
    /* Characters in order of arrival, bit 8 set in a break: the receiver FIFO (without FIFOs the
     * first place is RBR), and what the host has sent but has not arrived. */
    struct ring fifo;
    struct ring queue;
    uint16_t fifo_at[UART_FIFO_SIZE];
    uint16_t queue_at[UART_QUEUE_SIZE];
};

struct uart {
    struct uart_state s;
    struct irq_line irq;
    struct device_timer timer;
    struct char_out out;
};

/* A modem is there: CTS, DSR and DCD are up. */
void uart_init(struct uart *uart, struct irq_line irq, struct device_timer timer,
               struct char_out out);
void uart_reset(struct uart *uart);
void uart_timer(void *uart);

/* Bytes from the host. Returns how many fitted into the queue. */
size_t uart_receive(struct uart *uart, const uint8_t *bytes, size_t n);

/* A break from the host, in order with the bytes. False when the queue is full. */
bool uart_receive_break(struct uart *uart);

/* Sets all modem lines; taking DCD away is a hang-up. */
void uart_set_modem(struct uart *uart, uint8_t lines);

extern const struct device_ports uart_ports; /* 0x3f8 */

#endif

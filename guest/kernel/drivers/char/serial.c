/* COM1, a 16550A: polled output, interrupt-driven input. */
#include <asm/io.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/tty.h>

#define COM1 0x3f8
enum {
    UART_DATA = 0,
    UART_IER = 1,
    UART_FCR = 2,
    UART_LCR = 3,
    UART_MCR = 4,
    UART_LSR = 5,
    UART_MSR = 6
};
#define IER_RX        0x01
#define IER_MODEM     0x08
#define FCR_ON        0x07 /* FIFOs on and empty */
#define LCR_8N1       0x03
#define LCR_DLAB      0x80 /* registers 0 and 1 are the divisor */
#define MCR_LINES_IRQ 0x0b /* DTR, RTS, interrupt output on */
#define LSR_RX_READY  0x01
#define LSR_TX_EMPTY  0x20
#define LSR_NO_DEVICE 0xff
#define MSR_DCD_DELTA 0x08 /* carrier came or went since the last look */
#define MSR_DCD       0x80

#define TX_TRIES 100000 /* a line that never gets ready must not stop the kernel */

static void put_byte(u8 c)
{
    for (int i = 0; i < TX_TRIES && !(inb(COM1 + UART_LSR) & LSR_TX_EMPTY); i++)
        ;
    outb(c, COM1 + UART_DATA);
}

static void serial_tty_write(struct tty_struct *tty, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_byte(s[i]);
}

static const struct tty_driver serial_driver = {
    .write = serial_tty_write,
};

struct tty_struct serial_tty = {
    .driver = &serial_driver,
};

/* printk's way out: no line discipline, but newlines as terminals want them. */
void serial_console_write(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n')
            put_byte('\r');
        put_byte(s[i]);
    }
}

/* The carrier is lost: whoever sat at the terminal has gone. CLOCAL: there is no modem. */
static void check_carrier(void)
{
    u8 status = inb(COM1 + UART_MSR);

    if ((status & MSR_DCD_DELTA) && !(status & MSR_DCD) && !(serial_tty.termios.c_cflag & CLOCAL))
        tty_hangup_later(&serial_tty);
}

static void serial_interrupt(int irq, struct pt_regs *regs)
{
    u8 status;

    while (((status = inb(COM1 + UART_LSR)) & LSR_RX_READY) && status != LSR_NO_DEVICE)
        n_tty_receive(&serial_tty, inb(COM1 + UART_DATA));
    if (status != LSR_NO_DEVICE)
        check_carrier();
}

/* 115200 baud, 8 bits, no parity. Early, for printk. */
void console_init(void)
{
    outb(0, COM1 + UART_IER);
    outb(LCR_DLAB | LCR_8N1, COM1 + UART_LCR);
    outb(1, COM1 + UART_DATA);
    outb(0, COM1 + UART_IER);
    outb(LCR_8N1, COM1 + UART_LCR);
    outb(FCR_ON, COM1 + UART_FCR);
    outb(MCR_LINES_IRQ, COM1 + UART_MCR);
}

void serial_init(void)
{
    request_irq(SERIAL_IRQ, serial_interrupt);
    inb(COM1 + UART_MSR); /* what changed before does not count */
    outb(IER_RX | IER_MODEM, COM1 + UART_IER);
}

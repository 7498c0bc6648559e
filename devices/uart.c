#include "devices/uart.h"

#include "devices/oscillator.h"

enum {
    UART_CRYSTAL_HZ = 1843200,
    UART_BREAK = 0x100,
    DIVISOR_9600 = 12,

    IER_RECEIVED = 0x01,
    IER_TRANSMITTED = 0x02,
    IER_LINE_STATUS = 0x04,
    IER_MODEM_STATUS = 0x08,
    IER_WRITABLE = 0x0f,

    IIR_MODEM_STATUS = 0x00,
    IIR_NONE = 0x01,
    IIR_TRANSMITTED = 0x02,
    IIR_RECEIVED = 0x04,
    IIR_LINE_STATUS = 0x06,
    IIR_TIME_OUT = 0x0c,
    IIR_FIFOS = 0xc0,

    FCR_ENABLE = 0x01,
    FCR_CLEAR_RECEIVER = 0x02,
    FCR_STORED = 0xc9,

    LCR_LENGTH = 0x03,
    LCR_STOP = 0x04,
    LCR_PARITY = 0x08,
    LCR_BREAK = 0x40,
    LCR_DLAB = 0x80,

    MCR_DTR = 0x01,
    MCR_RTS = 0x02,
    MCR_OUT1 = 0x04,
    MCR_OUT2 = 0x08,
    MCR_LOOP = 0x10,
    MCR_WRITABLE = 0x1f,

    LSR_DATA_READY = 0x01,
    LSR_OVERRUN = 0x02,
    LSR_BREAK = 0x10,
    LSR_THRE = 0x20,
    LSR_TEMT = 0x40,
    LSR_FIFO_ERROR = 0x80,

    MSR_TERI = 0x04
};

enum uart_register { RBR_THR, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR, UART_REGISTERS };

static bool has_fifos(const struct uart_state *s)
{
    return s->fcr & FCR_ENABLE;
}

static bool in_loopback(const struct uart_state *s)
{
    return s->mcr & MCR_LOOP;
}

static unsigned receiver_size(const struct uart_state *s)
{
    return has_fifos(s) ? UART_FIFO_SIZE : 1;
}

static unsigned trigger_level(const struct uart_state *s)
{
    static const uint8_t levels[] = {1, 4, 8, 14};
    return has_fifos(s) ? levels[s->fcr >> 6] : 1;
}

/* How long a character is on the line, in ns. Counted in half bits, as there are 1.5 stop bits. */
static int64_t character_time(const struct uart_state *s)
{
    unsigned length = 5 + (s->lcr & LCR_LENGTH);
    unsigned stop = !(s->lcr & LCR_STOP) ? 2 : length == 5 ? 3 : 4;
    unsigned half_bits = 2 * (1 + length + !!(s->lcr & LCR_PARITY)) + stop;
    return oscillator_ns(UART_CRYSTAL_HZ, INT64_C(8) * half_bits * (s->divisor ? s->divisor : 1));
}

/* The modem's lines as MSR shows them; in loopback they come from MCR. */
static uint8_t modem_lines(const struct uart_state *s)
{
    if (!in_loopback(s))
        return s->modem;
    return (s->mcr & MCR_RTS ? UART_CTS : 0) | (s->mcr & MCR_DTR ? UART_DSR : 0) |
           (s->mcr & MCR_OUT1 ? UART_RI : 0) | (s->mcr & MCR_OUT2 ? UART_DCD : 0);
}

static uint8_t interrupt_id(const struct uart_state *s)
{
    if (s->ier & IER_LINE_STATUS && s->errors)
        return IIR_LINE_STATUS;
    if (s->ier & IER_RECEIVED && s->fifo.count >= trigger_level(s))
        return IIR_RECEIVED;
    if (s->ier & IER_RECEIVED && s->timed_out)
        return IIR_TIME_OUT;
    if (s->ier & IER_TRANSMITTED && s->thre_pending)
        return IIR_TRANSMITTED;
    if (s->ier & IER_MODEM_STATUS && s->modem_change)
        return IIR_MODEM_STATUS;
    return IIR_NONE;
}

static void update_irq(struct uart *uart)
{
    const struct uart_state *s = &uart->s;
    bool gated = !(s->mcr & MCR_OUT2) || in_loopback(s);
    irq_line_set(&uart->irq, !gated && interrupt_id(s) != IIR_NONE);
}

static int64_t sooner(int64_t a, int64_t b)
{
    if (a == TIMER_NEVER || b == TIMER_NEVER)
        return a == TIMER_NEVER ? b : a;
    return a < b ? a : b;
}

/* After any change: the interrupt line, and the next arrival or time-out. */
static void update(struct uart *uart)
{
    struct uart_state *s = &uart->s;
    bool room = s->fifo.count < receiver_size(s) && !in_loopback(s);
    if (s->arrival == TIMER_NEVER && s->queue.count && room)
        s->arrival = device_timer_now(&uart->timer) + character_time(s);
    update_irq(uart);
    device_timer_arm(&uart->timer, sooner(s->arrival, s->time_out));
}

/* Silence is counted from the last character that came or was read. */
static void restart_time_out(struct uart *uart)
{
    struct uart_state *s = &uart->s;
    s->time_out = TIMER_NEVER;
    if (has_fifos(s) && s->fifo.count && !s->timed_out)
        s->time_out = device_timer_now(&uart->timer) + 4 * character_time(s);
}

/* LSR shows a break when it becomes the first character of the receiver. */
static void reveal_break(struct uart_state *s)
{
    uint16_t *first = &s->fifo_at[s->fifo.head];
    if (!s->fifo.count || !(*first & UART_BREAK))
        return;
    *first &= ~UART_BREAK;
    s->errors |= LSR_BREAK;
}

/* A character at the receiver. One too many is lost from a FIFO, but replaces the one in RBR. */
static void receive(struct uart *uart, uint16_t character)
{
    struct uart_state *s = &uart->s;
    if (s->fifo.count < receiver_size(s)) {
        s->fifo_at[ring_push(&s->fifo, UART_FIFO_SIZE)] = character;
    } else {
        s->errors |= LSR_OVERRUN;
        if (!has_fifos(s))
            s->fifo_at[s->fifo.head] = character;
    }
    reveal_break(s);
    restart_time_out(uart);
}

static void clear_receiver(struct uart_state *s)
{
    s->fifo = (struct ring){0};
    s->timed_out = false;
    s->time_out = TIMER_NEVER;
}

static uint8_t read_rbr(struct uart *uart)
{
    struct uart_state *s = &uart->s;
    /* An empty receiver still shows the last character. */
    if (!s->fifo.count)
        return s->fifo_at[ring_index(&s->fifo, UART_FIFO_SIZE, UART_FIFO_SIZE - 1)];
    uint8_t byte = s->fifo_at[ring_pop(&s->fifo, UART_FIFO_SIZE)];
    s->timed_out = false;
    reveal_break(s);
    restart_time_out(uart);
    update_irq(uart); /* the line falls, even if a loop of the host fills RBR again at once */
    return byte;
}

static uint8_t read_iir(struct uart_state *s)
{
    uint8_t id = interrupt_id(s);
    if (id == IIR_TRANSMITTED)
        s->thre_pending = false;
    return id | (has_fifos(s) ? IIR_FIFOS : 0);
}

static bool holds_break(const struct uart_state *s)
{
    for (unsigned i = 0; i < s->fifo.count; i++) {
        if (s->fifo_at[ring_index(&s->fifo, UART_FIFO_SIZE, i)] & UART_BREAK)
            return true;
    }
    return s->errors & LSR_BREAK;
}

static uint8_t read_lsr(struct uart_state *s)
{
    uint8_t value = LSR_THRE | LSR_TEMT | s->errors;
    if (s->fifo.count)
        value |= LSR_DATA_READY;
    if (has_fifos(s) && holds_break(s))
        value |= LSR_FIFO_ERROR;
    s->errors = 0;
    return value;
}

static uint8_t read_msr(struct uart_state *s)
{
    uint8_t value = modem_lines(s) | s->modem_change;
    s->modem_change = 0;
    return value;
}

static void write_thr(struct uart *uart, uint8_t byte)
{
    /* The line falls for as long as THR is full, so an edge follows each byte. */
    uart->s.thre_pending = false;
    update_irq(uart);
    if (in_loopback(&uart->s))
        receive(uart, byte);
    else
        char_out_put(&uart->out, byte);
    uart->s.thre_pending = uart->s.ier & IER_TRANSMITTED;
}

static void write_ier(struct uart_state *s, uint8_t value)
{
    uint8_t changed = s->ier ^ value;
    s->ier = value & IER_WRITABLE;
    if (changed & IER_TRANSMITTED)
        s->thre_pending = value & IER_TRANSMITTED;
}

static void write_fcr(struct uart_state *s, uint8_t value)
{
    uint8_t changed = s->fcr ^ value;
    if (changed & FCR_ENABLE || value & FCR_CLEAR_RECEIVER)
        clear_receiver(s);
    s->fcr = value & FCR_ENABLE ? value & FCR_STORED : 0;
}

static void write_lcr(struct uart *uart, uint8_t value)
{
    bool breaks = value & ~uart->s.lcr & LCR_BREAK;
    uart->s.lcr = value;
    if (breaks && in_loopback(&uart->s))
        receive(uart, UART_BREAK);
}

/* Notes in MSR which of the modem's lines are not what they were. */
static void note_modem_change(struct uart_state *s, uint8_t before)
{
    uint8_t lines = modem_lines(s);
    s->modem_change |= ((before ^ lines) & (UART_CTS | UART_DSR | UART_DCD)) >> 4;
    if (before & ~lines & UART_RI)
        s->modem_change |= MSR_TERI;
}

static void write_mcr(struct uart_state *s, uint8_t value)
{
    uint8_t before = modem_lines(s);
    s->mcr = value & MCR_WRITABLE;
    note_modem_change(s, before);
}

static void write_register(struct uart *uart, unsigned reg, uint8_t value)
{
    switch ((enum uart_register)reg) {
    case RBR_THR:
        write_thr(uart, value);
        break;
    case IER:
        write_ier(&uart->s, value);
        break;
    case IIR_FCR:
        write_fcr(&uart->s, value);
        break;
    case LCR:
        write_lcr(uart, value);
        break;
    case MCR:
        write_mcr(&uart->s, value);
        break;
    case SCR:
        uart->s.scr = value;
        break;
    default: /* LSR and MSR are read only */
        break;
    }
}

static uint8_t read_register(struct uart *uart, unsigned reg)
{
    switch ((enum uart_register)reg) {
    case RBR_THR:
        return read_rbr(uart);
    case IER:
        return uart->s.ier;
    case IIR_FCR:
        return read_iir(&uart->s);
    case LCR:
        return uart->s.lcr;
    case MCR:
        return uart->s.mcr;
    case LSR:
        return read_lsr(&uart->s);
    case MSR:
        return read_msr(&uart->s);
    default:
        return uart->s.scr;
    }
}

static bool is_divisor(const struct uart_state *s, unsigned reg)
{
    return s->lcr & LCR_DLAB && reg <= IER;
}

static void uart_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct uart *uart = device;
    struct uart_state *s = &uart->s;
    uint8_t byte = value;
    (void)size;
    if (is_divisor(s, reg))
        s->divisor = reg ? byte << 8 | (s->divisor & 0xff) : (s->divisor & 0xff00) | byte;
    else
        write_register(uart, reg, byte);
    update(uart);
}

static uint32_t uart_in(void *device, unsigned reg, unsigned size)
{
    struct uart *uart = device;
    (void)size;
    if (is_divisor(&uart->s, reg))
        return reg ? uart->s.divisor >> 8 : uart->s.divisor & 0xff;
    uint8_t value = read_register(uart, reg);
    update(uart);
    return value;
}

/* The next byte of the queue is here, if the receiver can take it. */
static void arrive(struct uart *uart)
{
    struct uart_state *s = &uart->s;
    int64_t at = s->arrival;
    s->arrival = TIMER_NEVER;
    if (!s->queue.count || in_loopback(s) || s->fifo.count == receiver_size(s))
        return;
    receive(uart, s->queue_at[ring_pop(&s->queue, UART_QUEUE_SIZE)]);
    if (s->queue.count && s->fifo.count < receiver_size(s))
        s->arrival = at + character_time(s);
}

void uart_timer(void *device)
{
    struct uart *uart = device;
    struct uart_state *s = &uart->s;
    int64_t now = device_timer_now(&uart->timer);
    if (s->arrival != TIMER_NEVER && s->arrival <= now)
        arrive(uart);
    if (s->time_out != TIMER_NEVER && s->time_out <= now) {
        s->time_out = TIMER_NEVER;
        s->timed_out = true;
    }
    update(uart);
}

size_t uart_receive(struct uart *uart, const uint8_t *bytes, size_t n)
{
    struct uart_state *s = &uart->s;
    size_t taken = 0;
    while (taken < n && s->queue.count < UART_QUEUE_SIZE)
        s->queue_at[ring_push(&s->queue, UART_QUEUE_SIZE)] = bytes[taken++];
    update(uart);
    return taken;
}

bool uart_receive_break(struct uart *uart)
{
    struct uart_state *s = &uart->s;
    if (s->queue.count == UART_QUEUE_SIZE)
        return false;
    s->queue_at[ring_push(&s->queue, UART_QUEUE_SIZE)] = UART_BREAK;
    update(uart);
    return true;
}

void uart_set_modem(struct uart *uart, uint8_t lines)
{
    uint8_t before = modem_lines(&uart->s);
    uart->s.modem = lines & (UART_CTS | UART_DSR | UART_RI | UART_DCD);
    note_modem_change(&uart->s, before);
    update(uart);
}

/* The master reset pin leaves alone what the chip does not hold: the line, and the far end. */
void uart_reset(struct uart *uart)
{
    struct uart_state *s = &uart->s;
    s->ier = s->fcr = s->lcr = s->mcr = s->scr = 0;
    s->errors = s->modem_change = 0;
    s->divisor = DIVISOR_9600;
    s->thre_pending = false;
    s->arrival = TIMER_NEVER;
    clear_receiver(s);
    update(uart);
}

void uart_init(struct uart *uart, struct irq_line irq, struct device_timer timer,
               struct char_out out)
{
    *uart = (struct uart){.irq = irq, .timer = timer, .out = out};
    uart->s.modem = UART_CTS | UART_DSR | UART_DCD;
    uart_reset(uart);
}

const struct device_ports uart_ports = {
    .in = uart_in, .out = uart_out, .count = UART_REGISTERS, .max_size = 1};

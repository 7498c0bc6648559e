#include "devices/kbd.h"

#include <string.h>

enum {
    STATUS_OUTPUT_FULL = 0x01,
    STATUS_SYSTEM = 0x04,
    STATUS_COMMAND = 0x08,
    STATUS_NOT_LOCKED = 0x10,

    BYTE_IRQ1 = 0x01,
    BYTE_SYSTEM = 0x04,
    BYTE_KEYBOARD_OFF = 0x10,
    BYTE_AUXILIARY_OFF = 0x20,
    BYTE_TRANSLATE = 0x40,

    PORT_RUN = 0x01,
    PORT_A20 = 0x02,
    PORT_OUTPUT_FULL = 0x10,
    PORT_OTHERS = 0xcc, /* inputs of the keyboard line and unused pins, high */
    INPUT_NOT_LOCKED = 0x80,
    SELF_TEST_PASSED = 0x55,

    RAM_INDEX = 0x1f
};

/* Commands to the controller. */
enum {
    READ_RAM = 0x20,  /* ..0x3f */
    WRITE_RAM = 0x60, /* ..0x7f */
    AUXILIARY_OFF = 0xa7,
    AUXILIARY_ON = 0xa8,
    TEST_AUXILIARY = 0xa9,
    SELF_TEST = 0xaa,
    TEST_KEYBOARD = 0xab,
    KEYBOARD_OFF = 0xad,
    KEYBOARD_ON = 0xae,
    READ_INPUT_PORT = 0xc0,
    READ_OUTPUT_PORT = 0xd0,
    WRITE_OUTPUT_PORT = 0xd1,
    WRITE_OUTPUT = 0xd2,
    WRITE_AUXILIARY_OUTPUT = 0xd3,
    WRITE_AUXILIARY = 0xd4,
    PULSE = 0xf0 /* ..0xff */
};

/* Commands to the keyboard, and its answers. */
enum {
    SET_LEDS = 0xed,
    ECHO = 0xee,
    SCAN_CODE_SET = 0xf0,
    IDENTIFY = 0xf2,
    SET_REPEAT = 0xf3,
    SCANNING_ON = 0xf4,
    SCANNING_OFF = 0xf5,
    SET_DEFAULTS = 0xf6,
    RESEND = 0xfe,
    RESET = 0xff,
    ANSWER_ACK = 0xfa,
    ANSWER_PASSED = 0xaa,
    ANSWER_RESEND = 0xfe,
    SET_2 = 2,
    BREAK_PREFIX = 0xf0,
    SET_1_BREAK = 0x80
};

/* Scan code set 2 to set 1; the codes from 0x80 on stay as they are, but for two. */
static const uint8_t set_1[128] = {
    0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59,
    0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a, 0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b,
    0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c, 0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d,
    0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e, 0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f,
    0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60, 0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61,
    0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e, 0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76,
    0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b, 0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f,
    0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45, 0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
};

static uint8_t to_set_1(uint8_t code)
{
    if (code < sizeof set_1)
        return set_1[code];
    if (code == 0x83) /* F7 */
        return 0x41;
    return code == 0x84 ? 0x54 : code; /* Alt + Print Screen */
}

static void put_output(struct kbd_state *s, uint8_t byte)
{
    s->output = byte;
    s->output_full = true;
}

/* What the keyboard sends next: answers go before keys. False when it has nothing. */
static bool keyboard_sends(struct kbd_state *s, uint8_t *byte)
{
    if (s->replies.count)
        *byte = s->last_sent = s->replies_at[ring_pop(&s->replies, KBD_REPLIES_SIZE)];
    else if (s->keys.count)
        *byte = s->last_sent = s->keys_at[ring_pop(&s->keys, KBD_KEYS_SIZE)];
    else
        return false;
    return true;
}

/* A byte comes from the keyboard. In translation the prefix f0 waits and becomes the high bit. */
static void take_from_keyboard(struct kbd_state *s, uint8_t byte)
{
    if (!(s->ram[0] & BYTE_TRANSLATE)) {
        put_output(s, byte);
    } else if (byte == BREAK_PREFIX) {
        s->break_prefix = true;
    } else {
        put_output(s, to_set_1(byte) | (s->break_prefix ? SET_1_BREAK : 0));
        s->break_prefix = false;
    }
}

/* After any change: fills the output buffer and drives the interrupt line. */
static void update(struct kbd *kbd)
{
    struct kbd_state *s = &kbd->s;
    uint8_t byte;
    while (!s->output_full && !(s->ram[0] & BYTE_KEYBOARD_OFF) && keyboard_sends(s, &byte))
        take_from_keyboard(s, byte);
    irq_line_set(&kbd->irq, s->output_full && s->ram[0] & BYTE_IRQ1);
}

static void pulse_reset(struct kbd *kbd)
{
    irq_line_set(&kbd->reset, true);
    irq_line_set(&kbd->reset, false);
}

static void write_output_port(struct kbd *kbd, uint8_t value)
{
    kbd->s.output_port = value & (PORT_A20 | PORT_RUN);
    irq_line_set(&kbd->a20, value & PORT_A20);
    if (!(value & PORT_RUN))
        pulse_reset(kbd);
}

static uint8_t read_output_port(const struct kbd_state *s)
{
    return s->output_port | PORT_OTHERS | (s->output_full ? PORT_OUTPUT_FULL : 0);
}

static void self_test(struct kbd_state *s)
{
    s->ram[0] |= BYTE_SYSTEM;
    put_output(s, SELF_TEST_PASSED);
}

/* Commands by their number; those of a range by its first. */
static void run_command(struct kbd *kbd, uint8_t command)
{
    struct kbd_state *s = &kbd->s;
    switch (command) {
    case READ_INPUT_PORT:
        put_output(s, INPUT_NOT_LOCKED);
        break;
    case READ_OUTPUT_PORT:
        put_output(s, read_output_port(s));
        break;
    case SELF_TEST:
        self_test(s);
        break;
    case TEST_AUXILIARY:
    case TEST_KEYBOARD:
        put_output(s, 0);
        break;
    case AUXILIARY_OFF:
        s->ram[0] |= BYTE_AUXILIARY_OFF;
        break;
    case AUXILIARY_ON:
        s->ram[0] &= ~BYTE_AUXILIARY_OFF;
        break;
    case KEYBOARD_OFF:
        s->ram[0] |= BYTE_KEYBOARD_OFF;
        break;
    case KEYBOARD_ON:
        s->ram[0] &= ~BYTE_KEYBOARD_OFF;
        break;
    default: /* unknown ones do nothing */
        break;
    }
}

static bool waits_for_byte(uint8_t command)
{
    return (command & ~RAM_INDEX) == WRITE_RAM ||
           (command >= WRITE_OUTPUT_PORT && command <= WRITE_AUXILIARY);
}

static void write_command(struct kbd *kbd, uint8_t command)
{
    struct kbd_state *s = &kbd->s;
    s->wrote_command = true;
    s->command = waits_for_byte(command) ? command : 0;
    if ((command & ~RAM_INDEX) == READ_RAM)
        put_output(s, s->ram[command & RAM_INDEX]);
    else if (command >= PULSE && !(command & PORT_RUN))
        pulse_reset(kbd);
    else if (!s->command)
        run_command(kbd, command);
}

static void finish_command(struct kbd *kbd, uint8_t byte)
{
    struct kbd_state *s = &kbd->s;
    uint8_t command = s->command;
    s->command = 0;
    if (command == WRITE_OUTPUT_PORT)
        write_output_port(kbd, byte);
    else if (command == WRITE_OUTPUT)
        put_output(s, byte);
    else if ((command & ~RAM_INDEX) == WRITE_RAM)
        s->ram[command & RAM_INDEX] = byte;
}

/* The keyboard answers; a guest that never reads loses what its buffer cannot hold. */
static void answer(struct kbd_state *s, uint8_t byte)
{
    if (s->replies.count < KBD_REPLIES_SIZE)
        s->replies_at[ring_push(&s->replies, KBD_REPLIES_SIZE)] = byte;
}

static void set_defaults(struct kbd_state *s, bool scanning)
{
    s->keys = (struct ring){0};
    s->leds = 0;
    s->scanning = scanning;
}

static void finish_keyboard_command(struct kbd_state *s, uint8_t byte)
{
    uint8_t command = s->keyboard_command;
    bool other_set = command == SCAN_CODE_SET && byte != 0 && byte != SET_2;
    s->keyboard_command = 0;
    answer(s, other_set ? ANSWER_RESEND : ANSWER_ACK);
    if (command == SCAN_CODE_SET && byte == 0)
        answer(s, SET_2);
    if (command == SET_LEDS)
        s->leds = byte & 7;
}

static void run_keyboard_command(struct kbd_state *s, uint8_t command)
{
    switch (command) {
    case SET_LEDS:
    case SCAN_CODE_SET:
    case SET_REPEAT:
        s->keyboard_command = command;
        answer(s, ANSWER_ACK);
        break;
    case ECHO:
        answer(s, ECHO);
        break;
    case IDENTIFY:
        answer(s, ANSWER_ACK);
        answer(s, 0xab);
        answer(s, 0x83);
        break;
    case SCANNING_ON:
        answer(s, ANSWER_ACK);
        s->keys = (struct ring){0};
        s->scanning = true;
        break;
    case SCANNING_OFF:
    case SET_DEFAULTS:
        answer(s, ANSWER_ACK);
        set_defaults(s, command != SCANNING_OFF);
        break;
    case RESET:
        s->replies = (struct ring){0};
        answer(s, ANSWER_ACK);
        answer(s, ANSWER_PASSED);
        set_defaults(s, true);
        break;
    case RESEND:
        answer(s, s->last_sent);
        break;
    default:
        answer(s, ANSWER_RESEND);
    }
}

static void write_keyboard(struct kbd_state *s, uint8_t byte)
{
    s->ram[0] &= ~BYTE_KEYBOARD_OFF;
    if (s->keyboard_command)
        finish_keyboard_command(s, byte);
    else
        run_keyboard_command(s, byte);
}

static void data_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct kbd *kbd = device;
    (void)reg;
    (void)size;
    kbd->s.wrote_command = false;
    if (kbd->s.command)
        finish_command(kbd, value);
    else
        write_keyboard(&kbd->s, value);
    update(kbd);
}

static uint32_t data_in(void *device, unsigned reg, unsigned size)
{
    struct kbd *kbd = device;
    uint8_t byte = kbd->s.output;
    (void)reg;
    (void)size;
    /* The line falls before the next byte raises it again: each byte makes its edge. */
    kbd->s.output_full = false;
    irq_line_set(&kbd->irq, false);
    update(kbd);
    return byte;
}

static void command_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct kbd *kbd = device;
    (void)reg;
    (void)size;
    write_command(kbd, value);
    update(kbd);
}

static uint32_t status_in(void *device, unsigned reg, unsigned size)
{
    const struct kbd *kbd = device;
    const struct kbd_state *s = &kbd->s;
    (void)reg;
    (void)size;
    return STATUS_NOT_LOCKED | (s->output_full ? STATUS_OUTPUT_FULL : 0) |
           (s->ram[0] & BYTE_SYSTEM ? STATUS_SYSTEM : 0) | (s->wrote_command ? STATUS_COMMAND : 0);
}

bool kbd_press(struct kbd *kbd, const uint8_t *code, size_t n)
{
    struct kbd_state *s = &kbd->s;
    if (!s->scanning || n > KBD_KEYS_SIZE - s->keys.count)
        return false;
    for (size_t i = 0; i < n; i++)
        s->keys_at[ring_push(&s->keys, KBD_KEYS_SIZE)] = code[i];
    update(kbd);
    return true;
}

void kbd_reset(struct kbd *kbd)
{
    struct kbd_state *s = &kbd->s;
    memset(s, 0, sizeof *s);
    s->ram[0] = BYTE_TRANSLATE | BYTE_AUXILIARY_OFF | BYTE_SYSTEM | BYTE_IRQ1;
    s->scanning = true;
    write_output_port(kbd, PORT_A20 | PORT_RUN);
    update(kbd);
}

void kbd_init(struct kbd *kbd, struct irq_line irq, struct irq_line a20, struct irq_line reset)
{
    *kbd = (struct kbd){.irq = irq, .a20 = a20, .reset = reset};
    kbd_reset(kbd);
}

const struct device_ports kbd_data_ports = {
    .in = data_in, .out = data_out, .count = 1, .max_size = 1};
const struct device_ports kbd_command_ports = {
    .in = status_in, .out = command_out, .count = 1, .max_size = 1};

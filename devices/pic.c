#include "devices/pic.h"

enum {
    ICW1_IC4 = 0x01,
    ICW1_SNGL = 0x02,
    ICW1_LTIM = 0x08,
    ICW1_SELECT = 0x10,
    ICW4_AEOI = 0x02,
    ICW4_SFNM = 0x10,
    OCW2_LEVEL = 0x07,
    OCW3_SELECT = 0x08,
    OCW3_RIS = 0x01,
    OCW3_RR = 0x02,
    OCW3_POLL = 0x04,
    OCW3_SMM = 0x20,
    OCW3_ESMM = 0x40,
    POLL_REQUEST = 0x80,
    SPURIOUS = 7,   /* the input that answers when no request is left */
    NO_INPUT = 8,   /* ranks below every input */
    FLOATING = 0xff /* nobody drives the data bus */
};

/* The commands of OCW2, by R SL EOI. */
enum ocw2_command {
    ROTATE_AEOI_CLEAR,
    EOI_NONSPECIFIC,
    NO_OPERATION,
    EOI_SPECIFIC,
    ROTATE_AEOI_SET,
    EOI_NONSPECIFIC_ROTATE,
    SET_PRIORITY,
    EOI_SPECIFIC_ROTATE,
};

static uint8_t level_inputs(const struct pic_state *s)
{
    return s->icw1 & ICW1_LTIM ? 0xff : s->elcr;
}

/* The interrupt request register: pins for level inputs, edges that still stand for the others. */
static uint8_t requests(const struct pic_state *s)
{
    uint8_t level = level_inputs(s);
    return s->lines & (level | s->edges);
}

/* 0 is the highest priority, 7 the lowest, NO_INPUT none. */
static unsigned rank(const struct pic_state *s, unsigned input)
{
    return input == NO_INPUT ? NO_INPUT : (input - s->lowest - 1) & 7;
}

/* The input of the highest priority among `inputs`, or NO_INPUT. */
static unsigned highest(const struct pic_state *s, uint8_t inputs)
{
    for (unsigned i = 1; i <= PIC_INPUTS; i++) {
        unsigned input = (s->lowest + i) & 7;
        if (inputs & 1u << input)
            return input;
    }
    return NO_INPUT;
}

/* The in-service levels that still hold back others and that a non-specific EOI may end. */
static uint8_t holding(const struct pic_state *s)
{
    return s->special_mask ? s->isr & ~s->imr : s->isr;
}

static bool has_slave(const struct pic *pic, unsigned input)
{
    return pic->slave && !(pic->s.icw1 & ICW1_SNGL) && pic->s.icw3 & 1u << input;
}

/* In special fully nested mode a slave may interrupt its own service with a higher request. */
static bool may_nest(const struct pic *pic, unsigned input)
{
    return pic->s.icw4 & ICW4_SFNM && has_slave(pic, input);
}

/* The input that would be acknowledged now, or NO_INPUT. */
static unsigned pending(const struct pic *pic)
{
    const struct pic_state *s = &pic->s;
    if (s->expects != PIC_READY)
        return NO_INPUT;
    unsigned input = highest(s, requests(s) & ~s->imr);
    unsigned served = highest(s, holding(s));
    if (rank(s, input) < rank(s, served))
        return input;
    return input != NO_INPUT && input == served && may_nest(pic, input) ? input : NO_INPUT;
}

static void drive_intr(struct pic *pic, bool level)
{
    if (pic->s.intr == level)
        return;
    pic->s.intr = level;
    irq_line_set(&pic->intr, level);
}

static void update(struct pic *pic)
{
    drive_intr(pic, pending(pic) != NO_INPUT);
}

static void end_of_interrupt(struct pic_state *s, unsigned input, bool rotate)
{
    if (input == NO_INPUT)
        return;
    s->isr &= ~(1u << input);
    if (rotate)
        s->lowest = input;
}

static void put_in_service(struct pic_state *s, unsigned input)
{
    s->edges &= ~(1u << input);
    s->isr |= 1u << input;
    if (s->icw4 & ICW4_AEOI)
        end_of_interrupt(s, input, s->rotate_on_aeoi);
}

uint8_t pic_acknowledge(struct pic *pic)
{
    struct pic_state *s = &pic->s;
    unsigned input = pending(pic);
    /* INT falls even when another request stands, so that a master sees a new edge. */
    drive_intr(pic, false);

    if (input == NO_INPUT) {
        update(pic);
        return (s->icw2 & 0xf8) | SPURIOUS;
    }
    put_in_service(s, input);
    uint8_t vector = (s->icw2 & 0xf8) | input;
    if (has_slave(pic, input)) {
        bool answers = (pic->slave->s.icw3 & 7) == input;
        vector = answers ? pic_acknowledge(pic->slave) : FLOATING;
    }
    update(pic);
    return vector;
}

/* A read after OCW3 with P = 1: an acknowledge whose answer is the input, not a vector. */
static uint8_t poll(struct pic *pic)
{
    unsigned input = pending(pic);
    pic->s.poll = false;
    drive_intr(pic, false);
    if (input != NO_INPUT)
        put_in_service(&pic->s, input);
    update(pic);
    return input == NO_INPUT ? 0 : POLL_REQUEST | input;
}

void pic_set_input(void *device, unsigned n, bool level)
{
    struct pic *pic = device;
    uint8_t bit = 1u << (n & 7);
    if (!level) {
        pic->s.lines &= ~bit;
        pic->s.edges &= ~bit;
    } else if (!(pic->s.lines & bit)) {
        pic->s.lines |= bit;
        pic->s.edges |= bit;
    }
    update(pic);
}

static void write_icw1(struct pic_state *s, uint8_t value)
{
    s->icw1 = value;
    s->icw2 = 0;
    s->icw3 = 7; /* the slave's address */
    s->icw4 = 0;
    s->edges = 0;
    s->isr = 0;
    s->imr = 0;
    s->lowest = 7;
    s->special_mask = false;
    s->rotate_on_aeoi = false;
    s->read_isr = false;
    s->poll = false;
    s->expects = PIC_EXPECTS_ICW2;
}

static void write_ocw2(struct pic_state *s, uint8_t value)
{
    unsigned level = value & OCW2_LEVEL;
    switch ((enum ocw2_command)(value >> 5)) {
    case ROTATE_AEOI_CLEAR:
        s->rotate_on_aeoi = false;
        break;
    case ROTATE_AEOI_SET:
        s->rotate_on_aeoi = true;
        break;
    case EOI_NONSPECIFIC:
        end_of_interrupt(s, highest(s, holding(s)), false);
        break;
    case EOI_NONSPECIFIC_ROTATE:
        end_of_interrupt(s, highest(s, holding(s)), true);
        break;
    case EOI_SPECIFIC:
        end_of_interrupt(s, level, false);
        break;
    case EOI_SPECIFIC_ROTATE:
        end_of_interrupt(s, level, true);
        break;
    case SET_PRIORITY:
        s->lowest = level;
        break;
    case NO_OPERATION:
        break;
    }
}

static void write_ocw3(struct pic_state *s, uint8_t value)
{
    if (value & OCW3_POLL)
        s->poll = true;
    if (value & OCW3_RR)
        s->read_isr = value & OCW3_RIS;
    if (value & OCW3_ESMM)
        s->special_mask = value & OCW3_SMM;
}

/* ICW2 always comes; ICW3 only in a cascade, ICW4 only if ICW1 announced it. */
static uint8_t next_expected(const struct pic_state *s)
{
    if (s->expects == PIC_EXPECTS_ICW2 && !(s->icw1 & ICW1_SNGL))
        return PIC_EXPECTS_ICW3;
    if (s->expects != PIC_EXPECTS_ICW4 && s->icw1 & ICW1_IC4)
        return PIC_EXPECTS_ICW4;
    return PIC_READY;
}

static void write_register1(struct pic_state *s, uint8_t value)
{
    switch ((enum pic_expects)s->expects) {
    case PIC_EXPECTS_ICW2:
        s->icw2 = value;
        break;
    case PIC_EXPECTS_ICW3:
        s->icw3 = value;
        break;
    case PIC_EXPECTS_ICW4:
        s->icw4 = value;
        break;
    case PIC_EXPECTS_ICW1:
    case PIC_READY:
        s->imr = value;
        return;
    }
    s->expects = next_expected(s);
}

static void pic_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct pic *pic = device;
    (void)size;
    if (reg == 1)
        write_register1(&pic->s, value);
    else if (value & ICW1_SELECT)
        write_icw1(&pic->s, value);
    else if (value & OCW3_SELECT)
        write_ocw3(&pic->s, value);
    else
        write_ocw2(&pic->s, value);
    update(pic);
}

static uint32_t pic_in(void *device, unsigned reg, unsigned size)
{
    struct pic *pic = device;
    (void)size;
    if (pic->s.poll)
        return poll(pic);
    if (reg == 1)
        return pic->s.imr;
    return pic->s.read_isr ? pic->s.isr : requests(&pic->s);
}

static void elcr_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct pic *pic = device;
    (void)reg;
    (void)size;
    pic->s.elcr = value;
    update(pic);
}

static uint32_t elcr_in(void *device, unsigned reg, unsigned size)
{
    struct pic *pic = device;
    (void)reg;
    (void)size;
    return pic->s.elcr;
}

void pic_reset(struct pic *pic)
{
    uint8_t lines = pic->s.lines;
    bool intr = pic->s.intr;
    pic->s = (struct pic_state){.lines = lines, .intr = intr, .lowest = 7};
    pic->s.expects = PIC_EXPECTS_ICW1;
    update(pic);
}

void pic_init(struct pic *pic, struct irq_line intr, struct pic *slave)
{
    *pic = (struct pic){.intr = intr, .slave = slave};
    pic_reset(pic);
}

const struct device_ports pic_ports = {.in = pic_in, .out = pic_out, .count = 2, .max_size = 1};
const struct device_ports pic_elcr_ports = {
    .in = elcr_in, .out = elcr_out, .count = 1, .max_size = 1};

#include "emu/time/statelayout.h"

#include <stdbool.h>
#include <string.h>

#include "emu/machine/machine_internal.h"

/* ---- The table --------------------------------------------------------------------------- */

#define SIZE_OF(m) sizeof(((STATE *)0)->m)
#define FIELD_(m, n, most, never)                                                                  \
    {                                                                                              \
#m, offsetof(STATE, m), SIZE_OF(m) / (n), n, most, never                                   \
    }
#define ANY(m)         FIELD_(m, 1, UINT64_MAX, 0)
#define UP_TO(m, most) FIELD_(m, 1, most, 0)
#define FLAG(m)        FIELD_(m, 1, 1, 0)
#define ARRAY(m, n)    FIELD_(m, n, UINT64_MAX, 0)
/* Some decades: sums and products of such numbers do not overflow. */
#define STEP(m)     FIELD_(m, 1, UINT64_C(1) << 50, UINT64_MAX)
#define TIMES(m, n) FIELD_(m, n, UINT64_C(1) << 60, (uint64_t)TIMER_NEVER)
#define TIME(m)     TIMES(m, 1)
#define TICK(m)     FIELD_(m, 1, UINT64_C(1) << 52, INT64_MAX)

/* clang-format off */
#define STATE struct cpu_state
#define SEGMENT(m) ANY(m.selector), ANY(m.attr), ANY(m.base), ANY(m.limit)
#define X87_REG(n) ANY(x87.st[n].mant), ANY(x87.st[n].se)
static const struct field cpu_fields[] = {
    UP_TO(icount, UINT64_C(1) << 50), ARRAY(gpr, GPR_SLOTS), ANY(eip), ANY(eflags),
    SEGMENT(seg[SEG_ES]), SEGMENT(seg[SEG_CS]), SEGMENT(seg[SEG_SS]),
    SEGMENT(seg[SEG_DS]), SEGMENT(seg[SEG_FS]), SEGMENT(seg[SEG_GS]),
    SEGMENT(ldtr), SEGMENT(tr),
    ANY(gdtr.base), ANY(gdtr.limit), ANY(idtr.base), ANY(idtr.limit),
    ANY(cr0), ANY(cr2), ANY(cr3), ANY(cr4), ARRAY(dr, 8), ARRAY(test_reg, 8),
    X87_REG(0), X87_REG(1), X87_REG(2), X87_REG(3),
    X87_REG(4), X87_REG(5), X87_REG(6), X87_REG(7),
    ANY(x87.cw), ANY(x87.sw), ANY(x87.tw), ANY(x87.fop), ANY(x87.fcs), ANY(x87.fds),
    ANY(x87.fip), ANY(x87.fdp),
    ANY(tsc_base), ANY(pending_db), UP_TO(cpl, 3), UP_TO(activity, CPU_SHUTDOWN),
    UP_TO(shadow, CPU_SHADOW_MOV_SS), FLAG(nmi_pending), FLAG(nmi_blocked), FLAG(intr), FLAG(a20),
    FLAG(ferr), FLAG(ignne),
};
#undef STATE

#define STATE struct machine_state
static const struct field machine_fields[] = {
    STEP(turn_icount), ANY(turn), FLAG(halted), FLAG(a20[0]), FLAG(a20[1]), FLAG(exited),
};
#undef STATE

#define STATE struct clock_state
static const struct field clock_fields[] = {
    UP_TO(mips, CLOCK_MIPS_MAX), TIME(idle), TIME(stolen),
    TIMES(when, CLOCK_TIMERS),
};
#undef STATE

#define STATE struct jitter_state
static const struct field jitter_fields[] = {
    FLAG(on), ANY(random), STEP(step), UP_TO(leaps, JITTER_STORM_MAX),
};
#undef STATE

#define STATE struct pic_state
static const struct field pic_fields[] = {
    ANY(lines), ANY(edges), ANY(isr), ANY(imr), ANY(elcr),
    ANY(icw1), ANY(icw2), ANY(icw3), ANY(icw4),
    UP_TO(expects, PIC_READY), UP_TO(lowest, PIC_INPUTS - 1), FLAG(special_mask),
    FLAG(rotate_on_aeoi), FLAG(read_isr), FLAG(poll), FLAG(intr),
};
#undef STATE

#define STATE struct pit_state
#define CHANNEL(n)                                                                                 \
    ANY(channel[n].control), FLAG(channel[n].gate), FLAG(channel[n].out),                          \
    FLAG(channel[n].write_high), FLAG(channel[n].read_high), ANY(channel[n].written_low),          \
    UP_TO(channel[n].latched_reads, 2), ANY(channel[n].latched), FLAG(channel[n].status_latched),  \
    ANY(channel[n].status), UP_TO(channel[n].reload, 0x10000), FLAG(channel[n].null_count),        \
    TICK(channel[n].load_at), UP_TO(channel[n].count, 0x10000),                        \
    TICK(channel[n].start), FLAG(channel[n].expired), FLAG(channel[n].held),       \
    TICK(channel[n].elapsed)
static const struct field pit_fields[] = {CHANNEL(0), CHANNEL(1), CHANNEL(2)};
#undef STATE

#define STATE struct kbd_state
static const struct field kbd_fields[] = {
    ARRAY(ram, KBD_RAM_SIZE), ANY(output_port), ANY(command), FLAG(wrote_command),
    FLAG(output_full), ANY(output), FLAG(break_prefix), ANY(keyboard_command), ANY(last_sent),
    FLAG(scanning), ANY(leds),
    UP_TO(replies.head, KBD_REPLIES_SIZE - 1), UP_TO(replies.count, KBD_REPLIES_SIZE),
    UP_TO(keys.head, KBD_KEYS_SIZE - 1), UP_TO(keys.count, KBD_KEYS_SIZE),
    ARRAY(replies_at, KBD_REPLIES_SIZE), ARRAY(keys_at, KBD_KEYS_SIZE),
};
#undef STATE

#define STATE struct port61_state
static const struct field port61_fields[] = {ANY(control)};
#undef STATE

#define STATE struct port92_state
static const struct field port92_fields[] = {ANY(control)};
#undef STATE

#define STATE struct fpuerr_state
static const struct field fpuerr_fields[] = {FLAG(ferr), FLAG(ignne)};
#undef STATE

#define STATE struct cmos_state
static const struct field cmos_fields[] = {
    ARRAY(bytes, CMOS_SIZE), UP_TO(index, CMOS_SIZE - 1), FLAG(nmi_masked),
    TIME(second), UP_TO(periods, 1 << 30),
};
#undef STATE

#define STATE struct uart_state
static const struct field uart_fields[] = {
    ANY(ier), ANY(fcr), ANY(lcr), ANY(mcr), ANY(scr), ANY(errors), ANY(modem), ANY(modem_change),
    ANY(divisor), FLAG(thre_pending), FLAG(timed_out), TIME(arrival), TIME(time_out),
    UP_TO(fifo.head, UART_FIFO_SIZE - 1), UP_TO(fifo.count, UART_FIFO_SIZE),
    UP_TO(queue.head, UART_QUEUE_SIZE - 1), UP_TO(queue.count, UART_QUEUE_SIZE),
    ARRAY(fifo_at, UART_FIFO_SIZE), ARRAY(queue_at, UART_QUEUE_SIZE),
};
#undef STATE

#define STATE struct vgatext_state
static const struct field vgatext_fields[] = {
    ARRAY(memory, VGATEXT_MEMORY_SIZE), ARRAY(crtc, VGATEXT_CRTC_REGISTERS), ANY(index), ANY(mode),
    ANY(colour),
};
#undef STATE

#define STATE struct exitport_state
static const struct field exitport_fields[] = {ANY(value), FLAG(written)};
#undef STATE

#define FIELDS(f)          f, sizeof(f) / sizeof(f[0])
#define PLACE(m)           offsetof(struct machine, m), sizeof(((struct machine *)0)->m)

const struct section statelayout[] = {
    {"CPU ", 1, SECTION_CPU, sizeof(struct cpu_state), FIELDS(cpu_fields)},
    {"MACH", 1, PLACE(s),          FIELDS(machine_fields)},
    {"CLK ", 1, PLACE(clock.s),    FIELDS(clock_fields)},
    {"JITR", 1, PLACE(jitter),     FIELDS(jitter_fields)},
    {"PIC0", 1, PLACE(master.s),   FIELDS(pic_fields)},
    {"PIC1", 1, PLACE(slave.s),    FIELDS(pic_fields)},
    {"PIT ", 1, PLACE(pit.s),      FIELDS(pit_fields)},
    {"KBD ", 1, PLACE(kbd.s),      FIELDS(kbd_fields)},
    {"P61 ", 1, PLACE(port61.s),   FIELDS(port61_fields)},
    {"P92 ", 1, PLACE(port92.s),   FIELDS(port92_fields)},
    {"FERR", 1, PLACE(fpuerr.s),   FIELDS(fpuerr_fields)},
    {"CMOS", 1, PLACE(cmos.s),     FIELDS(cmos_fields)},
    {"UART", 1, PLACE(uart.s),     FIELDS(uart_fields)},
    {"VGA ", 1, PLACE(vgatext.s),  FIELDS(vgatext_fields)},
    {"EXIT", 1, PLACE(exitport.s), FIELDS(exitport_fields)},
};
/* clang-format on */

const unsigned statelayout_count = sizeof(statelayout) / sizeof(statelayout[0]);

/* ---- Writing down and reading back --------------------------------------------------------- */

size_t section_bytes(const struct section *section)
{
    size_t bytes = 0;

    for (unsigned i = 0; i < section->field_count; i++)
        bytes += (size_t)section->fields[i].size * section->fields[i].count;
    return bytes;
}

static uint64_t load(const uint8_t *element, uint32_t size)
{
    uint16_t half;
    uint32_t word;
    uint64_t value;

    switch (size) {
    case 1:
        return *element;
    case 2:
        memcpy(&half, element, 2);
        return half;
    case 4:
        memcpy(&word, element, 4);
        return word;
    default:
        memcpy(&value, element, 8);
        return value;
    }
}

static void store(uint8_t *element, uint32_t size, uint64_t value)
{
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;

    switch (size) {
    case 1:
        *element = (uint8_t)value;
        break;
    case 2:
        memcpy(element, &half, 2);
        break;
    case 4:
        memcpy(element, &word, 4);
        break;
    default:
        memcpy(element, &value, 8);
    }
}

static uint64_t get_little(const uint8_t *from, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

static void put_little(uint8_t *to, uint32_t size, uint64_t value)
{
    for (uint32_t i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

void section_encode(const struct section *section, const void *state, uint8_t *to)
{
    for (unsigned i = 0; i < section->field_count; i++) {
        const struct field *f = &section->fields[i];
        const uint8_t *element = (const uint8_t *)state + f->offset;

        for (uint32_t n = 0; n < f->count; n++, element += f->size, to += f->size)
            put_little(to, f->size, load(element, f->size));
    }
}

const char *section_decode(const struct section *section, const uint8_t *from, void *state)
{
    for (unsigned i = 0; i < section->field_count; i++) {
        const struct field *f = &section->fields[i];
        uint8_t *element = (uint8_t *)state + f->offset;

        for (uint32_t n = 0; n < f->count; n++, element += f->size, from += f->size) {
            uint64_t value = get_little(from, f->size);

            if (value > f->max && value != f->also)
                return f->name;
            store(element, f->size, value);
        }
    }
    return NULL;
}

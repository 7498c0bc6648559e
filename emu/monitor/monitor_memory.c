/* Commands that show memory and code. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/monitor/monitor_state.h"

enum { UNITS_MAX = 4096, STRING_MAX = 256, ROW = 16 };

/* What to show: as gdb's /NFS. */
struct format {
    uint32_t count;
    char letter;   /* x d u c s i */
    unsigned size; /* of a unit: 1, 2, 4 */
    bool physical;
};

static size_t peek(struct monitor *m, const struct format *f, uint32_t at, uint8_t *to, size_t size)
{
    const struct cpu *cpu = machine_cpu(m->in->machine);

    return f->physical ? cpu_peek_phys(cpu, at, to, size)
                       : cpu_peek(cpu, inspect_cpu(m->in)->cr3, at, to, size);
}

/* ---- Code -------------------------------------------------------------------------------- */

static void show_code(struct monitor *m, uint32_t at, uint64_t count)
{
    const struct cpu_state *s = inspect_cpu(m->in);
    const struct disasm_options options = {.symbols = m->in->symbols,
                                           .code16 = !(s->seg[SEG_CS].attr & SEGATTR_DB)};
    uint8_t bytes[DISASM_BYTES];
    struct disasm_insn insn;
    uint32_t pc = monitor_pc(m);
    char name[96];

    for (uint64_t i = 0; i < count && i < UNITS_MAX; i++) {
        size_t n = cpu_peek(machine_cpu(m->in->machine), s->cr3, at, bytes, sizeof(bytes));

        disasm_decode(&options, at, bytes, n, &insn);
        monitor_say(m, "%s %08" PRIx32 "  %-28s %s\n", at == pc ? "=>" : "  ", at,
                    monitor_symbol(m, at, name, sizeof(name)), insn.text);
        if (!n)
            break;
        at += insn.length;
    }
}

void monitor_disassemble(struct monitor *m, const struct monitor_line *line)
{
    uint32_t at;
    uint64_t count;

    if (monitor_address(m, line, 1, monitor_pc(m), &at) && monitor_number(m, line, 2, 10, &count))
        show_code(m, at, count);
}

/* ---- Memory ------------------------------------------------------------------------------ */

static uint32_t unit_of(const uint8_t *bytes, unsigned size)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)bytes[i] << 8 * i;
    return value;
}

static int print_unit(char *to, size_t size, const struct format *f, uint32_t value)
{
    int digits = (int)f->size * 2;
    uint32_t sign = UINT32_C(1) << (8 * f->size - 1);

    switch (f->letter) {
    case 'd':
        return snprintf(to, size, "  %*" PRId32, digits, (int32_t)((value ^ sign) - sign));
    case 'u':
        return snprintf(to, size, "  %*" PRIu32, digits, value);
    case 'c':
        return snprintf(to, size, isprint((int)(value & 0xff)) ? "  '%c'" : "  %02x",
                        (int)(value & 0xff));
    default:
        return snprintf(to, size, "  %0*" PRIx32, digits, value);
    }
}

/* One row from `at` on, `left` units or fewer. False: it ends before its end. */
static bool show_row(struct monitor *m, const struct format *f, uint32_t at, uint32_t left)
{
    char row[160], name[64];
    uint8_t bytes[ROW];
    uint32_t units = ROW / f->size < left ? ROW / f->size : left;
    uint32_t there = (uint32_t)peek(m, f, at, bytes, units * f->size) / f->size;
    int used = snprintf(row, sizeof(row), "%08" PRIx32, at);

    for (uint32_t i = 0; i < there; i++)
        used += print_unit(row + used, sizeof(row) - (size_t)used, f,
                           unit_of(bytes + i * f->size, f->size));
    if (there < units)
        monitor_say(m, "%s  not mapped\n", row);
    else
        monitor_say(m, "%s  %s\n", row,
                    f->physical ? "" : monitor_symbol(m, at, name, sizeof(name)));
    return there == units;
}

static void show_units(struct monitor *m, const struct format *f, uint32_t at)
{
    uint32_t row = ROW / f->size;

    for (uint32_t i = 0; i < f->count && show_row(m, f, at + i * f->size, f->count - i); i += row)
        ;
}

static void show_strings(struct monitor *m, const struct format *f, uint32_t at)
{
    uint8_t bytes[STRING_MAX];

    for (uint32_t i = 0; i < f->count; i++) {
        size_t n = peek(m, f, at, bytes, sizeof(bytes)), length = strnlen((char *)bytes, n);

        for (size_t k = 0; k < length; k++)
            if (!isprint(bytes[k]))
                bytes[k] = '.';
        monitor_say(m, "%08" PRIx32 "  \"%.*s\"%s\n", at, (int)length, (char *)bytes,
                    !n            ? "  not mapped"
                    : length == n ? "..."
                                  : "");
        if (!n)
            return;
        at += (uint32_t)length + (length < n);
    }
}

/* "/10i", "/8xb", "/4": what is left out is a word in hexadecimal digits. */
static bool read_format(const char *text, struct format *f)
{
    static const char sizes[] = "bhw";
    char *end;

    if (isdigit((unsigned char)*text)) {
        f->count = (uint32_t)strtoul(text, &end, 10);
        text = end;
    } else {
        f->count = 1;
    }
    for (; *text; text++) {
        if (strchr(sizes, *text))
            f->size = 1u << (strchr(sizes, *text) - sizes);
        else if (strchr("xducsi", *text))
            f->letter = *text;
        else
            return false;
    }
    if (f->letter == 'c')
        f->size = 1;
    return f->count >= 1 && f->count <= UNITS_MAX;
}

static void examine(struct monitor *m, const struct monitor_line *line, struct format *f)
{
    unsigned place = line->count > 1 && line->word[1][0] == '/' ? 2 : 1;
    uint64_t number;
    uint32_t at = 0;

    if ((place == 2 && !read_format(line->word[1] + 1, f)) || place >= line->count ||
        (f->physical && f->letter == 'i')) {
        monitor_say(m, "%s /NFS PLACE: N from 1 to %d, F of x d u c s%s, S of b h w\n",
                    line->word[0], UNITS_MAX, f->physical ? "" : " i");
        return;
    }
    if (f->physical ? !monitor_number(m, line, place, 0, &number)
                    : !monitor_address(m, line, place, 0, &at))
        return;
    if (f->physical)
        at = (uint32_t)number;
    if (f->letter == 'i')
        show_code(m, at, f->count);
    else if (f->letter == 's')
        show_strings(m, f, at);
    else
        show_units(m, f, at);
}

void monitor_x(struct monitor *m, const struct monitor_line *line)
{
    examine(m, line, &(struct format){.count = 16, .letter = 'x', .size = 4});
}

void monitor_xp(struct monitor *m, const struct monitor_line *line)
{
    examine(m, line, &(struct format){.count = 16, .letter = 'x', .size = 4, .physical = true});
}

/* Commands that show registers, memory and code. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/monitor/monitor_state.h"
#include "emu/trace/trace_names.h"

enum { DUMP_MAX = 4096, DISASSEMBLE_MAX = 1000 };

/* ---- Registers --------------------------------------------------------------------------- */

static void show_general(struct monitor *m, const struct cpu_state *s)
{
    struct trace_names names;
    char flags[96];

    trace_names_init(&names, m->in, TRACE_EXACT);
    monitor_say(m, "eax %08" PRIx32 "  ebx %08" PRIx32 "  ecx %08" PRIx32 "  edx %08" PRIx32 "\n",
                s->gpr[GPR_EAX], s->gpr[GPR_EBX], s->gpr[GPR_ECX], s->gpr[GPR_EDX]);
    monitor_say(m, "esi %08" PRIx32 "  edi %08" PRIx32 "  ebp %08" PRIx32 "  esp %08" PRIx32 "\n",
                s->gpr[GPR_ESI], s->gpr[GPR_EDI], s->gpr[GPR_EBP], s->gpr[GPR_ESP]);
    monitor_say(m, "eip %08" PRIx32 "  eflags %s  ring %u\n", s->eip,
                trace_name_eflags(&names, s->eflags, flags, sizeof(flags)), s->cpl);
}

static void show_segments(struct monitor *m, const struct cpu_state *s)
{
    static const char *const names[] = {"es", "cs", "ss", "ds", "fs", "gs"};

    for (unsigned i = 0; i < SEG_COUNT; i++)
        monitor_say(m, "%s  %04x  base %08" PRIx32 "  limit %08" PRIx32 "  attr %04x\n", names[i],
                    s->seg[i].selector, s->seg[i].base, s->seg[i].limit, s->seg[i].attr);
}

static void show_system(struct monitor *m, const struct cpu_state *s)
{
    monitor_say(m, "cr0 %08" PRIx32 "  cr2 %08" PRIx32 "  cr3 %08" PRIx32 "  cr4 %08" PRIx32 "\n",
                s->cr0, s->cr2, s->cr3, s->cr4);
    monitor_say(m,
                "dr0 %08" PRIx32 "  dr1 %08" PRIx32 "  dr2 %08" PRIx32 "  dr3 %08" PRIx32
                "  dr6 %08" PRIx32 "  dr7 %08" PRIx32 "\n",
                s->dr[0], s->dr[1], s->dr[2], s->dr[3], s->dr[6], s->dr[7]);
    monitor_say(m, "gdt %08" PRIx32 "+%04x  idt %08" PRIx32 "+%04x  ldt %04x  tr %04x  %s\n",
                s->gdtr.base, s->gdtr.limit, s->idtr.base, s->idtr.limit, s->ldtr.selector,
                s->tr.selector, s->activity == CPU_HALTED ? "halted" : "");
}

void monitor_registers(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_state *s = inspect_cpu(m->in);

    show_general(m, s);
    show_segments(m, s);
    if (line->count > 1)
        show_system(m, s);
}

/* ---- Memory ------------------------------------------------------------------------------ */

/* "/N" as word 1: then the place is word 2. */
static bool read_count(struct monitor *m, const struct monitor_line *line, unsigned *place,
                       uint32_t *count)
{
    *place = 1;
    *count = 16;
    if (line->count > 1 && line->word[1][0] == '/') {
        *count = (uint32_t)strtoul(line->word[1] + 1, NULL, 0);
        *place = 2;
    }
    if (*place < line->count && *count >= 1 && *count <= DUMP_MAX)
        return true;
    monitor_say(m, "%s /N PLACE, N from 1 to %d\n", line->word[0], DUMP_MAX);
    return false;
}

static bool word_at(struct monitor *m, bool physical, uint32_t at, uint32_t *value)
{
    const struct cpu *cpu = machine_cpu(m->in->machine);
    uint8_t b[4];
    size_t n = physical ? cpu_peek_phys(cpu, at, b, sizeof(b))
                        : cpu_peek(cpu, inspect_cpu(m->in)->cr3, at, b, sizeof(b));

    *value = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return n == sizeof(b);
}

static void dump(struct monitor *m, bool physical, uint32_t at, uint32_t count)
{
    char row[96], name[64];
    uint32_t value;
    size_t used;

    for (uint32_t i = 0; i < count; i += 4) {
        used = (size_t)snprintf(row, sizeof(row), "%08" PRIx32, at + 4 * i);
        for (uint32_t j = i; j < i + 4 && j < count; j++) {
            if (!word_at(m, physical, at + 4 * j, &value)) {
                monitor_say(m, "%s  not mapped\n", row);
                return;
            }
            used += (size_t)snprintf(row + used, sizeof(row) - used, "  %08" PRIx32, value);
        }
        monitor_say(m, "%s  %s\n", row,
                    physical ? "" : monitor_symbol(m, at + 4 * i, name, sizeof(name)));
    }
}

void monitor_x(struct monitor *m, const struct monitor_line *line)
{
    unsigned place;
    uint32_t count, at;

    if (read_count(m, line, &place, &count) && monitor_address(m, line, place, 0, &at))
        dump(m, false, at, count);
}

void monitor_xp(struct monitor *m, const struct monitor_line *line)
{
    unsigned place;
    uint32_t count;
    uint64_t at;

    if (read_count(m, line, &place, &count) && monitor_number(m, line, place, 0, &at))
        dump(m, true, (uint32_t)at, count);
}

/* ---- Code -------------------------------------------------------------------------------- */

void monitor_disassemble(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_state *s = inspect_cpu(m->in);
    const struct disasm_options options = {.symbols = m->in->symbols,
                                           .code16 = !(s->seg[SEG_CS].attr & SEGATTR_DB)};
    uint8_t bytes[DISASM_BYTES];
    struct disasm_insn insn;
    uint32_t at, pc = monitor_pc(m);
    uint64_t count;
    char name[96];

    if (!monitor_address(m, line, 1, pc, &at) || !monitor_number(m, line, 2, 10, &count))
        return;
    for (uint64_t i = 0; i < count && i < DISASSEMBLE_MAX; i++) {
        size_t n = cpu_peek(machine_cpu(m->in->machine), s->cr3, at, bytes, sizeof(bytes));

        disasm_decode(&options, at, bytes, n, &insn);
        monitor_say(m, "%s %08" PRIx32 "  %-28s %s\n", at == pc ? "=>" : "  ", at,
                    monitor_symbol(m, at, name, sizeof(name)), insn.text);
        if (!n)
            break;
        at += insn.length;
    }
}

void monitor_symbol_at(struct monitor *m, uint32_t at)
{
    const char *file;
    char name[96];
    int number;

    monitor_say(m, "%08" PRIx32 " %s", at, monitor_symbol(m, at, name, sizeof(name)));
    if (m->in->guestinfo && guestinfo_line(m->in->guestinfo, at, &file, &number))
        monitor_say(m, "  %s:%d", file, number);
    monitor_say(m, "\n");
}

void monitor_symbol_command(struct monitor *m, const struct monitor_line *line)
{
    uint32_t at;

    if (monitor_address(m, line, 1, monitor_pc(m), &at))
        monitor_symbol_at(m, at);
}

void monitor_print(struct monitor *m, const struct monitor_line *line)
{
    char name[96];
    uint32_t value;

    if (!monitor_address(m, line, 1, inspect_cpu(m->in)->gpr[GPR_EAX], &value))
        return;
    monitor_say(m, "0x%08" PRIx32 "  %" PRIu32 "  %" PRId32 "  %s\n", value, value, (int32_t)value,
                monitor_symbol(m, value, name, sizeof(name)));
}

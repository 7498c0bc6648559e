/* Commands that show registers and names. */
#include <inttypes.h>

#include "emu/monitor/monitor_state.h"
#include "emu/trace/trace_names.h"

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

/* ---- Names ------------------------------------------------------------------------------- */

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

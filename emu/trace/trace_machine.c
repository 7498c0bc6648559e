/* What the machine does below the kernel: tables, ports, the console, halting, shutting down. */
#include <string.h>

#include "emu/trace/trace_field.h"
#include "emu/trace/trace_state.h"

enum {
    SERIAL_DATA = 0x3f8,
    SERIAL_LINE_CONTROL = 0x3fb,
    DIVISOR_LATCH = 0x80,
    DEBUGCON = 0xe9,
    TSS_STACKS = 4, /* esp0 ss0 esp1 ss1 esp2 ss2: SDM vol. 3, figure 8-2 */
    TSS_STACKS_END = 28,
    TABLE_MAX = 0x10000,
};

static struct trace_event *begin(struct trace_collector *c, enum trace_kind kind)
{
    struct inspect_task who;

    inspect_current(c->in, &who);
    return trace_begin(c, kind, &who);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static enum trace_kind kind_of(enum cpu_table table)
{
    static const enum trace_kind kinds[] = {[CPU_TABLE_GDTR] = TRACE_GDT,
                                            [CPU_TABLE_LDTR] = TRACE_GDT,
                                            [CPU_TABLE_IDTR] = TRACE_IDT,
                                            [CPU_TABLE_TR] = TRACE_TSS};

    return kinds[table];
}

static void unwatch(struct trace_collector *c, enum cpu_table table)
{
    struct table_watch *w = &c->tables[table];

    if (w->id > 0)
        cpu_watch_remove(c->cpu, w->id);
    *w = (struct table_watch){0};
}

/* Of a TSS only the stacks for the inner rings matter while its task runs. LDTs are not watched. */
static void watch(struct trace_collector *c, enum cpu_table table, uint32_t base, uint32_t limit)
{
    uint32_t first = table == CPU_TABLE_TR ? TSS_STACKS : 0;
    uint32_t end = limit < TABLE_MAX ? limit + 1 : TABLE_MAX;
    int id;

    if (table == CPU_TABLE_TR && end > TSS_STACKS_END)
        end = TSS_STACKS_END;
    if (table == CPU_TABLE_LDTR || end <= first || base > UINT32_MAX - end)
        return;
    id = cpu_watch_add(c->cpu, base + first, base + end - 1, CPU_WATCH_WRITE);
    if (id > 0)
        c->tables[table] = (struct table_watch){id, base, end};
}

static void on_table_load(void *ctx, enum cpu_table table, uint16_t selector, uint32_t base,
                          uint32_t limit)
{
    struct trace_collector *c = ctx;

    if (!trace_wants(c, kind_of(table)))
        return;
    begin(c, kind_of(table))->table = (struct trace_table){
        .table = table, .load = true, .selector = selector, .base = base, .limit = limit};
    trace_send(c);
    unwatch(c, table);
    watch(c, table, base, limit);
}

static void read_descriptor(const struct trace_collector *c, enum cpu_table table,
                            struct trace_table *t)
{
    uint32_t at = c->tables[table].base + (t->offset & ~7u);

    inspect_u32(c->in, at, &t->low);
    inspect_u32(c->in, at + 4, &t->high);
    t->target = trace_table_target(t);
}

static void send_change(struct trace_collector *c, enum cpu_table table, uint32_t offset,
                        const struct trace_table *change)
{
    struct trace_table *t = &begin(c, kind_of(table))->table;

    *t = *change;
    t->table = table;
    t->offset = offset;
    if (table != CPU_TABLE_TR)
        read_descriptor(c, table, t);
    trace_send(c);
}

/* Writing what is there already changes nothing. */
bool trace_machine_write(struct trace_collector *c, uint32_t linear, unsigned size, uint32_t old,
                         uint32_t value)
{
    const struct trace_table change = {.size = (uint8_t)size, .old = old, .value = value};

    for (unsigned t = 0; t <= CPU_TABLE_TR; t++)
        if (c->tables[t].id > 0 && linear - c->tables[t].base < c->tables[t].size) {
            if (old != value)
                send_change(c, (enum cpu_table)t, linear - c->tables[t].base, &change);
            return true;
        }
    return false;
}

/* ---- Hardware task switches -------------------------------------------------------------- */

static void copy_words(uint32_t *word, const struct cpu_state *s)
{
    static const enum cpu_gpr order[] = {GPR_EAX, GPR_ECX, GPR_EDX, GPR_EBX,
                                         GPR_ESP, GPR_EBP, GPR_ESI, GPR_EDI};
    static const enum cpu_sreg segments[] = {SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS};

    word[TSSWORD_CR3] = s->cr3;
    word[TSSWORD_EIP] = s->eip;
    word[TSSWORD_EFLAGS] = s->eflags;
    for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        word[TSSWORD_EAX + i] = s->gpr[order[i]];
    for (unsigned i = 0; i < sizeof(segments) / sizeof(segments[0]); i++)
        word[TSSWORD_ES + i] = s->seg[segments[i]].selector;
    word[TSSWORD_LDT] = s->ldtr.selector;
}

static void on_task(void *ctx, const struct cpu_task_event *event)
{
    struct trace_collector *c = ctx;
    struct trace_task_switch *t = &begin(c, TRACE_TASK)->task;

    t->cause = event->cause;
    t->from_tr = event->from_tr;
    t->to_tr = event->to_tr;
    copy_words(t->saved, &event->before);
    copy_words(t->loaded, inspect_cpu(c->in));
    trace_why_registers(&c->event.why, inspect_cpu(c->in));
    trace_why_old_task(&c->event.why, &event->before);
    trace_why_selector(c, &c->event.why, event->to_tr);
    trace_send(c);
}

/* ---- Ports and the console --------------------------------------------------------------- */

static void send_line(struct trace_collector *c, enum trace_console_device device, bool whole)
{
    struct console_line *line = &c->consoles[device];
    struct trace_console *console = &begin(c, TRACE_CONSOLE)->console;

    console->device = device;
    console->whole = whole;
    console->size = line->size;
    memcpy(console->text, line->text, line->size);
    line->size = 0;
    trace_send(c);
}

static void add_byte(struct trace_collector *c, enum trace_console_device device, uint8_t byte)
{
    struct console_line *line = &c->consoles[device];

    if (byte == '\r')
        return;
    if (byte == '\n') {
        send_line(c, device, true);
        return;
    }
    if (line->size == sizeof(line->text))
        send_line(c, device, false);
    line->text[line->size++] = (char)byte;
}

static void watch_console(struct trace_collector *c, uint16_t port, uint8_t value)
{
    if (port == SERIAL_LINE_CONTROL)
        c->divisor_latch = value & DIVISOR_LATCH;
    else if (port == SERIAL_DATA && !c->divisor_latch)
        add_byte(c, TRACE_SERIAL, value);
    else if (port == DEBUGCON)
        add_byte(c, TRACE_DEBUGCON, value);
}

static void on_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    struct trace_collector *c = ctx;

    if (trace_wants(c, TRACE_IO)) {
        begin(c, TRACE_IO)->io = (struct trace_io){out, port, (uint8_t)size, value};
        trace_send(c);
    }
    if (out && trace_wants(c, TRACE_CONSOLE))
        watch_console(c, port, (uint8_t)value);
}

/* ---- Standing still ---------------------------------------------------------------------- */

static void on_halt(void *ctx)
{
    struct trace_collector *c = ctx;

    begin(c, TRACE_HLT)->halt.interrupts = inspect_cpu(c->in)->eflags & EFLAGS_IF;
    trace_send(c);
}

/* The state is still that of the instruction. */
static void on_failed(void *ctx, const struct cpu_failed_event *event)
{
    struct trace_collector *c = ctx;
    struct trace_why *why = &begin(c, TRACE_FAILED)->why;

    c->event.failed = (struct trace_failed){.vector = event->vector,
                                            .because = event->because,
                                            .kind = event->kind,
                                            .has_error = event->has_error,
                                            .because_has_error = event->because_has_error,
                                            .error = event->error,
                                            .because_error = event->because_error,
                                            .cr2 = event->cr2};
    trace_why_registers(why, inspect_cpu(c->in));
    trace_why_place(why, inspect_cpu(c->in));
    trace_why_delivery(c, why, event->vector, inspect_cpu(c->in)->cpl);
    if (event->vector == VEC_GP)
        trace_why_code(c, why, inspect_cpu(c->in)->seg[SEG_CS].base + inspect_cpu(c->in)->eip);
    if (event->vector == VEC_PF || event->because == VEC_PF)
        trace_why_page(c, why, event->cr2);
    trace_send(c);
}

static void on_shutdown(void *ctx)
{
    struct trace_collector *c = ctx;
    const struct cpu_state *cpu = inspect_cpu(c->in);

    begin(c, TRACE_TRIPLE)->shutdown =
        (struct trace_shutdown){cpu->seg[SEG_CS].selector, cpu->seg[SEG_SS].selector,
                                cpu->gpr[GPR_ESP], cpu->cr2, cpu->cr3};
    trace_why_registers(&c->event.why, cpu);
    trace_why_place(&c->event.why, cpu);
    trace_send(c);
}

/* ---- Life ------------------------------------------------------------------------------------ */

void trace_machine_hooks(struct trace_collector *c)
{
    trace_kinds tables = TRACE_BIT(TRACE_TSS) | TRACE_BIT(TRACE_GDT) | TRACE_BIT(TRACE_IDT);

    if (c->kinds & tables) {
        c->hooks.table_load = on_table_load;
        c->hooks.mem = trace_fork_frame_write;
    }
    if (trace_wants(c, TRACE_TASK))
        c->hooks.task = on_task;
    if (c->kinds & (TRACE_BIT(TRACE_IO) | TRACE_BIT(TRACE_CONSOLE)))
        c->hooks.port = on_port;
    if (trace_wants(c, TRACE_HLT))
        c->hooks.halt = on_halt;
    if (trace_wants(c, TRACE_FAILED))
        c->hooks.failed = on_failed;
    if (trace_wants(c, TRACE_TRIPLE))
        c->hooks.shutdown = on_shutdown;
}

void trace_machine_flush(struct trace_collector *c)
{
    for (unsigned d = 0; d <= TRACE_DEBUGCON; d++)
        if (c->consoles[d].size > 0)
            send_line(c, (enum trace_console_device)d, false);
}

void trace_machine_end(struct trace_collector *c)
{
    for (unsigned t = 0; t <= CPU_TABLE_TR; t++)
        unwatch(c, (enum cpu_table)t);
}

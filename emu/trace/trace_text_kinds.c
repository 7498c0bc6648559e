/* The machine's events as text, both ways (trace_text_line.h). */
#include <stdio.h>
#include <string.h>

#include "emu/trace/trace_text_line.h"
#include "emu/trace/trace_text_model.h"

/* ---- Interrupts ------------------------------------------------------------------------------ */

/* "#PF " where the vector has a mnemonic, which its number says. */
static void mnemonic(struct text_line *l, uint8_t vector, bool shown)
{
    const char *name = trace_name_vector(vector);

    if (name != NULL && text_option(l, shown, name))
        text_words(l, " ");
}

static const char *const int_kinds[] = {"software", "fault", "trap", "abort", "irq", "nmi", NULL};

/* The words of a frame, by name; reading: which. */
static enum cpu_frame_word frame_word(struct text_line *l, enum cpu_frame_word word)
{
    char name[TEXT_NAME] = "";

    text_name(l, trace_name_frame_word(word), name);
    for (unsigned w = 0; text_reads(l) && w <= FRAME_ERROR; w++)
        if (strcmp(trace_name_frame_word((enum cpu_frame_word)w), name) == 0)
            return (enum cpu_frame_word)w;
    l->bad |= text_reads(l);
    return word;
}

static void blanks(struct text_line *l, const char *shown, int width)
{
    int count = width - (int)strlen(shown);

    if (text_reads(l))
        l->at += strspn(l->at, " ");
    else
        trace_out_printf(l->out, "%*s", count > 0 ? count : 0, "");
}

static void frame_value(struct text_line *l, struct cpu_frame_slot *slot)
{
    char value[TEXT_VALUE] = "";

    if (!text_reads(l))
        trace_name_frame_value(l->names, slot, value, sizeof(value));
    slot->value = text_register(l, slot->value, value);
}

static void pushed_word(struct text_line *l, struct cpu_frame_slot *slot)
{
    char at[TEXT_NAME] = "";

    text_words(l, "push     ");
    slot->word = frame_word(l, slot->word);
    blanks(l, text_reads(l) ? "" : trace_name_frame_word(slot->word), 7);
    if (!text_reads(l)) {
        text_words(l, " ");
        trace_name_data(l->names, slot->linear, at, sizeof(at));
    }
    slot->linear = text_data(l, slot->linear);
    blanks(l, at, 14);
    if (!text_reads(l))
        text_words(l, " ");
    frame_value(l, slot);
}

static void pushed_words(struct text_line *l, struct cpu_int_event *i)
{
    unsigned count = i->slot_count < CPU_FRAME_MAX ? i->slot_count : CPU_FRAME_MAX, k = 0;

    while (k < CPU_FRAME_MAX && text_next_line(l, k < count))
        pushed_word(l, &i->slot[k++]);
    if (!text_reads(l))
        return;
    i->slot_count = k;
    i->has_error = k > 0 && i->slot[k - 1].word == FRAME_ERROR;
    i->error = i->has_error ? i->slot[k - 1].value : 0;
}

void text_int(struct text_line *l, struct trace_event *e)
{
    struct cpu_int_event *i = &e->interrupt;

    text_words(l, "0x");
    TEXT_HEX(l, i->vector, 2);
    text_words(l, " ");
    mnemonic(l, i->vector, i->kind != CPU_INT_SOFTWARE);
    i->kind = (enum cpu_int_kind)text_choice(l, int_kinds, i->kind);
    text_words(l, ", cpl ");
    TEXT_DECIMAL(l, i->cpl_from);
    text_words(l, ">");
    TEXT_DECIMAL(l, i->cpl_to);
    text_words(l, ", at ");
    TEXT_CODE(l, i->from_eip);
    text_words(l, ", gate dpl ");
    TEXT_DECIMAL(l, i->gate_dpl);
    text_words(l, " ");
    TEXT_HEX(l, i->gate_selector, 4);
    text_words(l, ":");
    TEXT_CODE(l, i->gate_offset);
    i->stack_switch = text_option(l, i->stack_switch, ", stack from tss ");
    if (i->stack_switch) {
        TEXT_HEX(l, i->tss_ss, 4);
        text_words(l, ":");
        TEXT_STACK_TOP(l, i->tss_esp);
    }
    pushed_words(l, i);
}

static void popped_words(struct text_line *l, struct cpu_iret_event *i)
{
    unsigned count = i->slot_count < CPU_FRAME_MAX ? i->slot_count : CPU_FRAME_MAX, k = 0;

    if (text_option(l, count > 0, " at ")) {
        TEXT_DATA(l, i->slot[0].linear);
        text_words(l, ":");
    }
    for (; k < CPU_FRAME_MAX && text_option(l, k < count, " "); k++) {
        i->slot[k].word = frame_word(l, i->slot[k].word);
        text_words(l, "=");
        frame_value(l, &i->slot[k]);
    }
    if (!text_reads(l))
        return;
    i->slot_count = k;
    for (k = 1; k < i->slot_count; k++)
        i->slot[k].linear = i->slot[k - 1].linear + i->slot_size;
}

void text_iret(struct text_line *l, struct trace_event *e)
{
    static const char *const origins[] = {[TRACE_FRAME_SOFTWARE] = ", frame made by software",
                                          [TRACE_FRAME_INT] = ", frame of int",
                                          [TRACE_FRAME_IRQ] = ", frame of irq",
                                          NULL};
    struct trace_iret *i = &e->iret;

    text_words(l, "cpl ");
    TEXT_DECIMAL(l, i->cpu.cpl_from);
    text_words(l, ">");
    TEXT_DECIMAL(l, i->cpu.cpl_to);
    text_words(l, ", from ");
    TEXT_CODE(l, i->cpu.from_eip);
    i->cpu.task_return = text_option(l, i->cpu.task_return, ", task return");
    if (i->cpu.task_return)
        return;
    i->origin = (enum trace_frame_origin)text_choice(l, origins, i->origin);
    if (i->origin != TRACE_FRAME_SOFTWARE) {
        text_words(l, " 0x");
        TEXT_HEX(l, i->vector, 2);
    }
    popped_words(l, &i->cpu);
}

void text_pf(struct text_line *l, struct trace_event *e)
{
    struct trace_pf *p = &e->pf;
    bool write, present, user;

    TEXT_DATA(l, p->address);
    write = text_either(l, p->error & PF_WRITE, " write of ", " read of ");
    present = text_either(l, p->error & PF_PRESENT, "a protected page by ", "an absent page by ");
    user = text_either(l, p->error & PF_USER, "user at ", "kernel at ");
    TEXT_CODE(l, p->eip);
    if (text_reads(l))
        p->error = (write ? PF_WRITE : 0u) | (present ? PF_PRESENT : 0u) | (user ? PF_USER : 0u);
}

void text_cow(struct text_line *l, struct trace_event *e)
{
    TEXT_DATA(l, e->cow.address);
    if (!l->exact)
        return;
    text_words(l, " page frame ");
    TEXT_HEX(l, e->cow.old_pfn, 5);
    text_words(l, " -> ");
    TEXT_HEX(l, e->cow.new_pfn, 5);
}

void text_failed(struct text_line *l, struct trace_event *e)
{
    struct trace_failed *f = &e->failed;

    text_words(l, "0x");
    TEXT_HEX(l, f->vector, 2);
    text_words(l, " ");
    mnemonic(l, f->vector, true);
    f->kind = (enum cpu_int_kind)text_choice(l, int_kinds, f->kind);
    f->has_error = text_option(l, f->has_error, " error ");
    if (f->has_error)
        TEXT_HEX(l, f->error, 4);
    text_words(l, ": 0x");
    TEXT_HEX(l, f->because, 2);
    if (text_option(l, trace_name_vector(f->because) != NULL, " #"))
        text_name(l, trace_name_vector(f->because) + 1, (char[TEXT_NAME]){0});
    f->because_has_error = text_option(l, f->because_has_error, " error ");
    if (f->because_has_error)
        TEXT_HEX(l, f->because_error, 4);
    if (text_option(l, f->cr2 != 0, ", cr2 "))
        TEXT_DATA(l, f->cr2);
}

/* ---- Tables and task switches ---------------------------------------------------------------- */

void text_cr(struct text_line *l, struct trace_event *e)
{
    text_words(l, "cr");
    TEXT_DECIMAL(l, e->cr.cr);
    if (!l->exact && e->cr.cr == 3)
        return;
    text_words(l, " ");
    TEXT_HEX(l, e->cr.old, 8);
    text_words(l, " -> ");
    TEXT_HEX(l, e->cr.value, 8);
}

static void tss_words(struct text_line *l, const char *verb, uint32_t *word)
{
    text_next_line(l, true);
    text_words(l, verb);
    text_words(l, "eip=");
    TEXT_CODE(l, word[TSSWORD_EIP]);
    text_words(l, " esp=");
    TEXT_DATA(l, word[TSSWORD_ESP]);
    for (unsigned k = 0; l->exact && k < TSSWORDS; k++) {
        if (k == TSSWORD_EIP || k == TSSWORD_ESP)
            continue;
        text_words(l, " ");
        text_words(l, trace_tss_word_name(k));
        text_words(l, "=");
        TEXT_HEX(l, word[k], k >= TSSWORD_ES ? 4 : 8);
    }
}

void text_task(struct text_line *l, struct trace_event *e)
{
    static const char *const causes[] = {[CPU_TASK_JMP] = "jmp",
                                         [CPU_TASK_CALL] = "call",
                                         [CPU_TASK_INT] = "int",
                                         [CPU_TASK_IRET] = "iret",
                                         NULL};

    e->task.cause = (enum cpu_task_cause)text_choice(l, causes, e->task.cause);
    text_words(l, ", tss ");
    TEXT_HEX(l, e->task.from_tr, 4);
    text_words(l, " -> ");
    TEXT_HEX(l, e->task.to_tr, 4);
    tss_words(l, "save     ", e->task.saved);
    tss_words(l, "load     ", e->task.loaded);
}

static void table_load(struct text_line *l, struct trace_table *t)
{
    if (t->table == CPU_TABLE_TR || t->table == CPU_TABLE_LDTR) {
        text_words(l, " selector ");
        TEXT_HEX(l, t->selector, 4);
        text_words(l, ",");
    }
    text_words(l, " base ");
    TEXT_DATA(l, t->base);
    text_words(l, " limit ");
    TEXT_HEX(l, t->limit, 1);
}

/* "esp0", or "[80]+4": where in the table; the first is a member of the TSS. */
static void table_offset(struct text_line *l, struct trace_table *t)
{
    bool idt = t->table == CPU_TABLE_IDTR;
    char name[TEXT_NAME] = "";
    uint32_t entry;

    if (t->table == CPU_TABLE_TR) {
        if (!text_reads(l))
            trace_name_tss_member(t->offset, name, sizeof(name));
        text_name(l, name, name);
        if (text_reads(l))
            l->bad |= !trace_tss_member_parse(name, &t->offset);
        return;
    }
    text_words(l, trace_table_name(t->table));
    text_words(l, "[");
    entry = text_hex(l, idt ? t->offset / 8 : t->offset & ~7u, 2);
    text_words(l, "]+");
    t->offset = (idt ? entry * 8 : entry) + (uint32_t)text_decimal(l, t->offset % 8, 0);
}

/* What was written, and how wide that was. */
static void table_values(struct text_line *l, struct trace_table *t)
{
    const char *start = l->at;

    if (l->exact) {
        text_words(l, " ");
        TEXT_HEX(l, t->old, 2 * t->size);
        if (text_reads(l))
            t->size = (uint8_t)((l->at - start - 1) / 2);
        text_words(l, " -> ");
    } else {
        text_words(l, " = ");
    }
    if (t->table == CPU_TABLE_TR)
        TEXT_STACK_TOP(l, t->value);
    else
        TEXT_HEX(l, t->value, 2 * t->size);
}

/* The descriptor's other half is as the line before had it, if that was of the same. */
static void table_descriptor(struct text_line *l, struct trace_table *t)
{
    char text[TEXT_VALUE];

    if (!text_reads(l)) {
        text_words(l, ", now ");
        text_words(l, trace_name_descriptor(l->names, t->low, t->high, text, sizeof(text)));
        return;
    }
    text_model_descriptor(l->model, t);
    while (*l->at != '\0' && strncmp(l->at, " by ", 4) != 0)
        l->at++;
}

void text_table(struct text_line *l, struct trace_event *e)
{
    static const char *const loaded[] = {[CPU_TABLE_GDTR] = "gdt register loaded:",
                                         [CPU_TABLE_IDTR] = "idt register loaded:",
                                         [CPU_TABLE_LDTR] = "ldt register loaded:",
                                         [CPU_TABLE_TR] = "tss register loaded:"};
    struct trace_table *t = &e->table;

    if (text_reads(l))
        t->load = false;
    for (unsigned k = 0; k <= CPU_TABLE_TR; k++) {
        if (text_option(l, t->load && t->table == (enum cpu_table)k, loaded[k])) {
            t->load = true;
            t->table = (enum cpu_table)k;
            t->size = 0;
            table_load(l, t);
            return;
        }
    }
    if (text_reads(l))
        t->table = e->kind == TRACE_TSS   ? CPU_TABLE_TR
                   : e->kind == TRACE_IDT ? CPU_TABLE_IDTR
                                          : CPU_TABLE_GDTR;
    table_offset(l, t);
    table_values(l, t);
    if (t->table == CPU_TABLE_GDTR || t->table == CPU_TABLE_IDTR)
        table_descriptor(l, t);
    text_words(l, " by ");
    TEXT_CODE(l, e->eip);
}

/* ---- The rest -------------------------------------------------------------------------------- */

void text_io(struct text_line *l, struct trace_event *e)
{
    const char *start;

    e->io.out = text_either(l, e->io.out, "out port ", "in port ");
    TEXT_HEX(l, e->io.port, 4);
    text_words(l, ": ");
    start = l->at;
    TEXT_HEX(l, e->io.value, 2 * e->io.size);
    if (text_reads(l))
        e->io.size = (uint8_t)((l->at - start) / 2);
}

void text_hlt(struct text_line *l, struct trace_event *e)
{
    e->halt.interrupts =
        text_either(l, e->halt.interrupts, "until an interrupt", "for ever: interrupts are off");
}

void text_triple(struct text_line *l, struct trace_event *e)
{
    struct trace_shutdown *s = &e->shutdown;

    text_words(l, "shutdown at ");
    TEXT_CODE(l, e->eip);
    text_words(l, ", stack ");
    TEXT_HEX(l, s->ss, 4);
    text_words(l, ":");
    TEXT_DATA(l, s->esp);
    text_words(l, ", cr2 ");
    TEXT_DATA(l, s->cr2);
}

void text_console(struct text_line *l, struct trace_event *e)
{
    struct trace_console *c = &e->console;
    size_t size = c->size;
    bool cut = !c->whole, serial;

    serial = text_either(l, c->device == TRACE_SERIAL, "serial ", "debugcon ");
    c->device = serial ? TRACE_SERIAL : TRACE_DEBUGCON;
    text_quoted(l, c->text, &size, sizeof(c->text), &cut);
    c->size = (uint8_t)size;
    c->whole = !cut;
}

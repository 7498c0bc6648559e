#include "emu/trace/trace_text.h"

#include <stdio.h>
#include <string.h>

#include "emu/trace/trace_form.h"

enum { NAME = 96 }; /* room for one name */

struct line {
    struct trace_out *out;
    const struct trace_names *names;
    bool exact;
};

#define PRINT(l, ...) trace_out_printf((l)->out, __VA_ARGS__)

void trace_text_header(struct trace_out *out, const struct trace_names *names)
{
    enum trace_level level = names->level;

    trace_out_printf(out, "# forkscope trace %d %s\n", TRACE_TEXT_VERSION, trace_level_name(level));
    if (level == TRACE_EXACT)
        trace_out_printf(out, "#%8s %12s %6s", "seq", "icount", "pid");
    else
        trace_out_printf(out, "#%5s", "pid");
    trace_out_printf(out, " %-16s cpl event\n", "comm");
}

static void print_columns(const struct line *l, const struct trace_event *e)
{
    char pid[16];

    if (l->exact)
        PRINT(l, "%9llu %12llu ", (unsigned long long)e->seq, (unsigned long long)e->icount);
    PRINT(l, "%6s %-16.16s %3u ", trace_name_pid(e->who.pid, pid, sizeof(pid)),
          e->who.comm[0] ? e->who.comm : "-", e->cpl);
}

/* The place of a line that continues an event. */
static void print_indent(const struct line *l)
{
    PRINT(l, "%*s", l->exact ? 51 : 28, "");
}

static const char *code(const struct line *l, uint32_t addr, char buf[NAME])
{
    return trace_name_code(l->names, addr, buf, NAME);
}

static const char *data(const struct line *l, uint32_t addr, char buf[NAME])
{
    return trace_name_data(l->names, addr, buf, NAME);
}

static const char *stack_top(const struct line *l, uint32_t addr, char buf[NAME])
{
    return trace_name_stack_top(l->names, addr, buf, NAME);
}

static void print_who(const struct line *l, const struct trace_who *who)
{
    char pid[16];

    PRINT(l, "%s(%s)", who->comm[0] ? who->comm : "-", trace_name_pid(who->pid, pid, sizeof(pid)));
}

/* ---- Interrupts ---------------------------------------------------------------------------- */

static void print_int(const struct line *l, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;
    const char *name = i->kind == CPU_INT_SOFTWARE ? NULL : trace_name_vector(i->vector);
    char a[NAME], b[NAME];

    PRINT(l, "0x%02x %s%s%s", i->vector, name ? name : "", name ? " " : "",
          trace_name_int_kind(i->kind));
    PRINT(l, ", cpl %u>%u", i->cpl_from, i->cpl_to);
    PRINT(l, ", at %s", code(l, i->from_eip, a));
    PRINT(l, ", gate dpl %u %04x:%s", i->gate_dpl, i->gate_selector, code(l, i->gate_offset, b));
    if (i->stack_switch)
        PRINT(l, ", stack from tss %04x:%s", i->tss_ss, stack_top(l, i->tss_esp, a));
    for (unsigned k = 0; k < i->slot_count && k < CPU_FRAME_MAX; k++) {
        PRINT(l, "\n");
        print_indent(l);
        PRINT(l, "push     %-7s %-14s %s", trace_name_frame_word(i->slot[k].word),
              data(l, i->slot[k].linear, a),
              trace_name_frame_value(l->names, &i->slot[k], b, sizeof(b)));
    }
}

static void print_iret(const struct line *l, const struct trace_event *e)
{
    static const char *const origins[] = {
        [TRACE_FRAME_SOFTWARE] = "frame made by software",
        [TRACE_FRAME_INT] = "frame of int",
        [TRACE_FRAME_IRQ] = "frame of irq",
    };
    const struct trace_iret *i = &e->iret;
    char a[NAME];

    PRINT(l, "cpl %u>%u, from %s", i->cpu.cpl_from, i->cpu.cpl_to, code(l, i->cpu.from_eip, a));
    if (i->cpu.task_return) {
        PRINT(l, ", task return");
        return;
    }
    PRINT(l, ", %s", origins[i->origin]);
    if (i->origin != TRACE_FRAME_SOFTWARE)
        PRINT(l, " 0x%02x", i->vector);
    if (i->cpu.slot_count > 0)
        PRINT(l, " at %s:", data(l, i->cpu.slot[0].linear, a));
    for (unsigned k = 0; k < i->cpu.slot_count && k < CPU_FRAME_MAX; k++)
        PRINT(l, " %s=%s", trace_name_frame_word(i->cpu.slot[k].word),
              trace_name_frame_value(l->names, &i->cpu.slot[k], a, sizeof(a)));
}

static void print_pf(const struct line *l, const struct trace_event *e)
{
    const struct trace_pf *p = &e->pf;
    char a[NAME], b[NAME];

    PRINT(l, "%s %s of %s page by %s at %s", data(l, p->address, a),
          p->error & PF_WRITE ? "write" : "read",
          p->error & PF_PRESENT ? "a protected" : "an absent",
          p->error & PF_USER ? "user" : "kernel", code(l, p->eip, b));
}

static void print_cow(const struct line *l, const struct trace_event *e)
{
    char a[NAME];

    PRINT(l, "%s", data(l, e->cow.address, a));
    if (l->exact)
        PRINT(l, " page frame %05x -> %05x", e->cow.old_pfn, e->cow.new_pfn);
}

static void print_cr(const struct line *l, const struct trace_event *e)
{
    PRINT(l, "cr%u", e->cr.cr);
    if (l->exact || e->cr.cr != 3)
        PRINT(l, " %08x -> %08x", e->cr.old, e->cr.value);
}

/* ---- The machine ----------------------------------------------------------------------------- */

static void print_tss_words(const struct line *l, const char *verb, const uint32_t *word)
{
    char a[NAME], b[NAME];

    PRINT(l, "\n");
    print_indent(l);
    PRINT(l, "%-8s eip=%s esp=%s", verb, code(l, word[TSSWORD_EIP], a),
          data(l, word[TSSWORD_ESP], b));
    for (unsigned k = 0; l->exact && k < TSSWORDS; k++)
        if (k != TSSWORD_EIP && k != TSSWORD_ESP)
            PRINT(l, " %s=%0*x", trace_tss_word_name(k), k >= TSSWORD_ES ? 4 : 8, word[k]);
}

static void print_task(const struct line *l, const struct trace_event *e)
{
    static const char *const causes[] = {[CPU_TASK_JMP] = "jmp",
                                         [CPU_TASK_CALL] = "call",
                                         [CPU_TASK_INT] = "int",
                                         [CPU_TASK_IRET] = "iret"};

    PRINT(l, "%s, tss %04x -> %04x", causes[e->task.cause], e->task.from_tr, e->task.to_tr);
    print_tss_words(l, "save", e->task.saved);
    print_tss_words(l, "load", e->task.loaded);
}

/* What a descriptor of the GDT or IDT says, in the words of the manual. */
static void print_descriptor(const struct line *l, const struct trace_table *t)
{
    char a[128];

    PRINT(l, ", now %s", trace_name_descriptor(l->names, t->low, t->high, a, sizeof(a)));
}

static void print_table_load(const struct line *l, const struct trace_table *t)
{
    char a[NAME];

    PRINT(l, "%s register loaded:", trace_table_name(t->table));
    if (t->table == CPU_TABLE_TR || t->table == CPU_TABLE_LDTR)
        PRINT(l, " selector %04x,", t->selector);
    PRINT(l, " base %s limit %x", data(l, t->base, a), t->limit);
}

static void print_table(const struct line *l, const struct trace_event *e)
{
    const struct trace_table *t = &e->table;
    char a[NAME], b[NAME];

    if (t->load) {
        print_table_load(l, t);
        return;
    }
    if (t->table == CPU_TABLE_TR)
        PRINT(l, "%s", trace_name_tss_member(t->offset, a, sizeof(a)));
    else
        PRINT(l, "%s[%02x]+%u", trace_table_name(t->table),
              t->table == CPU_TABLE_IDTR ? t->offset / 8 : t->offset & ~7u, t->offset % 8);
    if (l->exact)
        PRINT(l, " %0*x ->", 2 * t->size, t->old);
    else
        PRINT(l, " =");
    if (t->table == CPU_TABLE_TR)
        PRINT(l, " %s", stack_top(l, t->value, a));
    else
        PRINT(l, " %0*x", 2 * t->size, t->value);
    if (t->table == CPU_TABLE_GDTR || t->table == CPU_TABLE_IDTR)
        print_descriptor(l, t);
    PRINT(l, " by %s", code(l, e->eip, b));
}

static void print_io(const struct line *l, const struct trace_event *e)
{
    PRINT(l, "%s port %04x: %0*x", e->io.out ? "out" : "in", e->io.port, 2 * e->io.size,
          e->io.value);
}

static void print_hlt(const struct line *l, const struct trace_event *e)
{
    PRINT(l, e->halt.interrupts ? "until an interrupt" : "for ever: interrupts are off");
}

static void print_triple(const struct line *l, const struct trace_event *e)
{
    const struct trace_shutdown *s = &e->shutdown;
    char a[NAME], b[NAME], c[NAME];

    PRINT(l, "shutdown at %s, stack %04x:%s, cr2 %s", code(l, e->eip, a), s->ss, data(l, s->esp, b),
          data(l, s->cr2, c));
}

static void print_failed(const struct line *l, const struct trace_event *e)
{
    const struct trace_failed *f = &e->failed;
    const char *name = trace_name_vector(f->vector), *because = trace_name_vector(f->because);
    char a[NAME];

    PRINT(l, "0x%02x %s%s%s", f->vector, name ? name : "", name ? " " : "",
          trace_name_int_kind(f->kind));
    if (f->has_error)
        PRINT(l, " error %04x", f->error);
    PRINT(l, ": 0x%02x%s%s", f->because, because ? " " : "", because ? because : "");
    if (f->because_has_error)
        PRINT(l, " error %04x", f->because_error);
    if (f->cr2 != 0)
        PRINT(l, ", cr2 %s", data(l, f->cr2, a));
}

/* ---- System calls -------------------------------------------------------------------------- */

/* Text in quotes, with what is not printable as \xHH. */
static void print_quoted(const struct line *l, const char *text, size_t size, bool cut)
{
    PRINT(l, "\"");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\n')
            PRINT(l, "\\n");
        else if (c == '"' || c == '\\')
            PRINT(l, "\\%c", c);
        else
            PRINT(l, c < 0x20 || c >= 0x7f ? "\\x%02x" : "%c", c);
    }
    PRINT(l, cut ? "\"..." : "\"");
}

static void print_syscall_arg(const struct line *l, const struct trace_syscall *s, char letter,
                              unsigned k)
{
    uint32_t value = s->arg[k];
    const char *signal = letter == 'S' ? signal_name((int)value) : NULL;
    char a[256];

    if (s->string_arg == k + 1)
        print_quoted(l, s->string, s->string_size, s->string_cut);
    else if (letter == 'd' || letter == 'f')
        PRINT(l, "%d", (int32_t)value);
    else if (letter == 'u')
        PRINT(l, "%u", value);
    else if (letter == 'o')
        PRINT(l, "%#o", value);
    else if (letter == 'c')
        PRINT(l, "%s", clone_flags_format(value, a, sizeof(a)));
    else if (signal != NULL)
        PRINT(l, "%s", signal);
    else if (letter == 'w')
        PRINT(l, l->exact ? "0x%s" : "%s", trace_name_word(l->names, value, a, sizeof(a)));
    else if (strchr("psb", letter) != NULL)
        PRINT(l, "%s", value ? trace_name_data(l->names, value, a, sizeof(a)) : "NULL");
    else
        PRINT(l, "0x%x", value);
}

static void print_syscall_name(const struct line *l, uint32_t nr)
{
    const struct syscall_info *info = syscall_by_nr(nr);

    if (info != NULL)
        PRINT(l, "%s", info->name);
    else
        PRINT(l, "syscall_%u", nr);
}

static void print_syscall(const struct line *l, const struct trace_event *e)
{
    const struct syscall_info *info = syscall_by_nr(e->syscall.nr);
    const char *args = info && strcmp(info->args, "?") != 0 ? info->args : "www";

    print_syscall_name(l, e->syscall.nr);
    PRINT(l, "(");
    for (unsigned k = 0; args[k] != '\0'; k++) {
        PRINT(l, k ? ", " : "");
        print_syscall_arg(l, &e->syscall, args[k], k);
    }
    PRINT(l, ")");
}

static void print_sysret(const struct line *l, const struct trace_event *e)
{
    const struct syscall_info *info = syscall_by_nr(e->sysret.nr);
    char a[NAME];

    print_syscall_name(l, e->sysret.nr);
    if (e->sysret.diverted)
        PRINT(l, " = ? (user mode goes on elsewhere)");
    else if (e->sysret.restart)
        PRINT(l, " = ? (to be restarted)");
    else if (info != NULL && info->result == 'x' && !l->exact &&
             !syscall_is_error(e->sysret.result))
        PRINT(l, " = %s", data(l, e->sysret.result, a));
    else
        PRINT(l, " = %s",
              syscall_result_format(info ? info->result : 'd', e->sysret.result, a, sizeof(a)));
}

static void print_console(const struct line *l, const struct trace_event *e)
{
    PRINT(l, "%s ", e->console.device == TRACE_SERIAL ? "serial" : "debugcon");
    print_quoted(l, e->console.text, e->console.size, !e->console.whole);
}

/* ---- Kernel functions ---------------------------------------------------------------------- */

static void print_param(const struct line *l, const struct trace_call *c, unsigned k)
{
    const struct guestinfo_param *param = &c->probe->function.param[k];
    char a[256];

    PRINT(l, "%s%s=", k ? ", " : "", param->name ? param->name : "");
    if (param->place == GUEST_NOWHERE)
        PRINT(l, "?");
    else
        PRINT(l, "%s",
              trace_name_typed(l->names, &param->type, param->name, c->arg[k], &c->of[k], a,
                               sizeof(a)));
}

static void print_call(const struct line *l, const struct trace_event *e)
{
    const struct trace_call *c = &e->call;

    PRINT(l, "%*s%s", (int)(2 * c->depth), "", c->probe->name);
    if (c->probe->shape == TRACE_LABEL)
        return;
    PRINT(l, "(");
    for (unsigned k = 0; k < c->probe->function.param_count; k++)
        print_param(l, c, k);
    PRINT(l, ")");
}

static void print_return(const struct line *l, const struct trace_event *e)
{
    const struct trace_call *c = &e->call;
    char a[NAME];

    PRINT(l, "%*s%s", (int)(2 * c->depth), "", c->probe->name);
    if (c->probe->function.result.kind != GUEST_VOID)
        PRINT(l, " = %s",
              trace_name_typed(l->names, &c->probe->function.result, NULL, c->result, &c->result_of,
                               a, sizeof(a)));
}

/* ---- Processes ----------------------------------------------------------------------------- */

static void print_switch(const struct line *l, const struct trace_event *e)
{
    const struct trace_switch *s = &e->sched;
    char a[NAME];

    print_who(l, &s->prev);
    PRINT(l, " -> ");
    print_who(l, &s->next);
    if (s->next_esp != 0)
        PRINT(l, ", esp %s", data(l, s->next_esp, a));
    if (s->next_esp0 != 0)
        PRINT(l, ", tss.esp0 %s", stack_top(l, s->next_esp0, a));
}

static void print_fork(const struct line *l, const struct trace_event *e)
{
    const struct trace_fork *f = &e->fork;
    char a[256];

    PRINT(l, "#%u ", f->id);
    print_who(l, &f->parent);
    PRINT(l, " -> ");
    print_who(l, &f->child);
    PRINT(l, ", flags %s", clone_flags_format(f->flags, a, sizeof(a)));
    if (l->names->level == TRACE_SEMANTIC || f->words == 0)
        return;
    if (f->user)
        PRINT(l, ", parent frame %s", data(l, f->parent_frame, a));
    PRINT(l, ", child frame %s", data(l, f->child_frame, a));
}

static void print_slice(const struct line *l, const struct trace_event *e)
{
    print_who(l, &e->slice.parent);
    PRINT(l, " keeps %u ticks, ", e->slice.parent_ticks);
    print_who(l, &e->slice.child);
    PRINT(l, " gets %u", e->slice.child_ticks);
}

static void print_space(const struct line *l, const struct trace_event *e)
{
    const struct trace_space *s = &e->space;
    char a[NAME];

    PRINT(l, "#%u parent ", s->id);
    print_who(l, &s->parent);
    if (!s->paging) {
        PRINT(l, ", no paging");
        return;
    }
    if (!s->lives)
        PRINT(l, ", its memory is gone");
    if (l->exact)
        PRINT(l, ", cr3 %08x and %08x", s->parent_cr3, s->child_cr3);
    PRINT(l, ", %u pages in both, %u meant to be, %u writable", s->both, s->meant, s->writable);
    if (s->writable == 0)
        return;
    PRINT(l, ": %s", data(l, s->page, a));
    if (l->exact)
        PRINT(l, " page frame %05x", s->pfn);
    PRINT(l, "%s%s", s->parent_writes ? " by the parent" : "",
          s->child_writes ? " by the child" : "");
}

static void print_share(const struct line *l, const struct trace_event *e)
{
    const struct trace_share *s = &e->share;
    char a[NAME];

    PRINT(l, "#%u %s %s %s", s->id, s->child ? "child" : "parent", s->served ? "wrote" : "writes",
          data(l, s->page, a));
    if (l->exact)
        PRINT(l, " page frame %05x, other side %05x", s->pfn, s->other_pfn);
    else
        PRINT(l, s->pfn == s->other_pfn ? " shared" : " of its own");
    PRINT(l, s->writable ? ", writable" : ", read-only");
}

/* Who wrote: the function, its probed caller, the source line. */
static void print_writer(const struct line *l, uint32_t eip, uint32_t caller)
{
    const struct trace_facts *facts = &l->names->facts;
    struct trace_symbol symbol;
    bool known = facts->symbol(facts->ctx, l->names->program, eip, &symbol);
    const char *file;
    char a[NAME];
    int number;

    PRINT(l, " by %s", code(l, eip, a));
    if (caller != 0 && (!known || eip - symbol.offset != caller))
        PRINT(l, " in %s", code(l, caller, a));
    if (l->exact && facts->line(facts->ctx, eip, &file, &number))
        PRINT(l, " %s:%d", file, number);
}

static void print_frame(const struct line *l, const struct trace_event *e)
{
    const struct trace_frame_write *w = &e->frame;
    const char *member = trace_name_member(l->names, w->offset);
    char a[NAME];

    PRINT(l, "#%u child %d %-8s %s", w->id, w->child.pid, member, data(l, w->linear, a));
    if (l->exact)
        PRINT(l, " %08x ->", w->old);
    else
        PRINT(l, " =");
    PRINT(l, " %s", trace_name_register(l->names, member, w->value, a, sizeof(a)));
    print_writer(l, e->eip, w->by);
}

static void print_ret(const struct line *l, const struct trace_event *e)
{
    const struct trace_ret *r = &e->ret;
    char a[NAME], b[NAME];

    PRINT(l, "#%u %s eax = %s", r->id, r->child ? "child" : "parent",
          syscall_result_format('d', r->eax, a, sizeof(a)));
    if (l->names->level != TRACE_SEMANTIC)
        PRINT(l, ", eip %s, esp %s", code(l, r->eip, a), data(l, r->esp, b));
}

static void print_life(const struct line *l, const struct trace_event *e)
{
    const struct trace_life *x = &e->life;
    const char *signal = signal_name(x->code);

    if (x->who.task != e->who.task)
        print_who(l, &x->who);
    if (e->kind == TRACE_EXEC)
        print_quoted(l, x->text, strlen(x->text), false);
    else if (e->kind == TRACE_SIGNAL && signal != NULL)
        PRINT(l, "%s", signal);
    else if (e->kind == TRACE_SIGNAL)
        PRINT(l, "signal %d", x->code);
    else if (e->kind == TRACE_EXIT && x->has_code)
        PRINT(l, x->code & 0x7f ? "killed by signal %d" : "status %d",
              x->code & 0x7f ? x->code & 0x7f : x->code >> 8 & 0xff);
}

/* ---- One event ----------------------------------------------------------------------------- */

static void (*const printers[TRACE_KIND_COUNT])(const struct line *, const struct trace_event *) = {
    [TRACE_INT] = print_int,         [TRACE_IRQ] = print_int,       [TRACE_IRET] = print_iret,
    [TRACE_SYSCALL] = print_syscall, [TRACE_SYSRET] = print_sysret, [TRACE_CALL] = print_call,
    [TRACE_RETURN] = print_return,   [TRACE_SWITCH] = print_switch, [TRACE_FORK] = print_fork,
    [TRACE_SLICE] = print_slice,     [TRACE_FRAME] = print_frame,   [TRACE_RET] = print_ret,
    [TRACE_PF] = print_pf,           [TRACE_COW] = print_cow,       [TRACE_EXEC] = print_life,
    [TRACE_EXIT] = print_life,       [TRACE_WAIT] = print_life,     [TRACE_SIGNAL] = print_life,
    [TRACE_CR] = print_cr,           [TRACE_TASK] = print_task,     [TRACE_TSS] = print_table,
    [TRACE_GDT] = print_table,       [TRACE_IDT] = print_table,     [TRACE_IO] = print_io,
    [TRACE_CONSOLE] = print_console, [TRACE_HLT] = print_hlt,       [TRACE_TRIPLE] = print_triple,
    [TRACE_FAILED] = print_failed,   [TRACE_SPACE] = print_space,   [TRACE_SHARE] = print_share,
};

void trace_text_detail(struct trace_out *out, const struct trace_names *names,
                       const struct trace_event *event)
{
    struct trace_names here = *names;
    struct line l = {out, &here, names->level == TRACE_EXACT};

    here.program = event->program;
    printers[event->kind](&l, event);
}

void trace_text_event(struct trace_out *out, const struct trace_names *names,
                      const struct trace_event *event)
{
    struct trace_names here = *names;
    struct line l = {out, &here, names->level == TRACE_EXACT};

    here.program = event->program;
    print_columns(&l, event);
    PRINT(&l, "%-8s ", trace_kind_name(event->kind));
    printers[event->kind](&l, event);
    PRINT(&l, "\n");
}

static int begin_text(struct trace_writer *w)
{
    trace_text_header(w->out, w->names);
    return 0;
}

static void write_text(struct trace_writer *w, const struct trace_event *event)
{
    trace_text_event(w->out, w->names, event);
}

const struct trace_form trace_form_text = {.name = "text",
                                           .help = "a line an event, to read and to diff",
                                           .begin = begin_text,
                                           .event = write_text};

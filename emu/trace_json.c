#include "emu/trace_json.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 128 };

struct line {
    struct trace_out *out;
    const struct trace_names *names;
    bool exact;
    bool first; /* of the object or list being written */
};

#define PRINT(l, ...) trace_out_printf((l)->out, __VA_ARGS__)

/* ---- Values ---------------------------------------------------------------------------------- */

static void put_bytes(struct line *l, const char *text, size_t size)
{
    PRINT(l, "\"");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\')
            PRINT(l, "\\%c", c);
        else
            PRINT(l, c < 0x20 || c >= 0x7f ? "\\u%04x" : "%c", c);
    }
    PRINT(l, "\"");
}

static void comma(struct line *l)
{
    PRINT(l, l->first ? "" : ",");
    l->first = false;
}

static void key(struct line *l, const char *name)
{
    comma(l);
    PRINT(l, "\"%s\":", name);
}

static void begin(struct line *l, char bracket)
{
    PRINT(l, "%c", bracket);
    l->first = true;
}

static void end(struct line *l, char bracket)
{
    PRINT(l, "%c", bracket);
    l->first = false;
}

static void put_number(struct line *l, const char *name, uint64_t value)
{
    key(l, name);
    PRINT(l, "%llu", (unsigned long long)value);
}

static void put_signed(struct line *l, const char *name, int32_t value)
{
    key(l, name);
    PRINT(l, "%d", value);
}

static void put_bool(struct line *l, const char *name, bool value)
{
    key(l, name);
    PRINT(l, value ? "true" : "false");
}

static void put_string(struct line *l, const char *name, const char *value)
{
    key(l, name);
    put_bytes(l, value, strlen(value));
}

static void put_pid(struct line *l, const char *name, int32_t pid)
{
    key(l, name);
    if (pid < 0)
        PRINT(l, "null");
    else
        PRINT(l, "%d", pid);
}

/* "c0101234<do_fork+0x12>" names itself, "c0101234" does not. */
static const char *inner_name(char *text)
{
    char *open = strchr(text, '<'), *close = strrchr(text, '>');

    if (open == NULL || close == NULL)
        return NULL;
    *close = '\0';
    return open + 1;
}

typedef const char *name_fn(const struct trace_names *n, uint32_t addr, char *buf, size_t size);

static void put_address(struct line *l, const char *name, uint32_t addr, name_fn *name_of)
{
    char text[NAME], name_key[32];
    const char *inner;

    name_of(l->names, addr, text, sizeof(text));
    if (!l->exact) {
        put_string(l, name, text);
        return;
    }
    put_number(l, name, addr);
    inner = inner_name(text);
    if (inner == NULL)
        return;
    snprintf(name_key, sizeof(name_key), "%s_name", name);
    put_string(l, name_key, inner);
}

static void put_code(struct line *l, const char *name, uint32_t addr)
{
    put_address(l, name, addr, trace_name_code);
}

static void put_data(struct line *l, const char *name, uint32_t addr)
{
    put_address(l, name, addr, trace_name_data);
}

static void put_who(struct line *l, const char *name, const struct trace_who *who)
{
    key(l, name);
    begin(l, '{');
    put_pid(l, "pid", who->pid);
    put_string(l, "comm", who->comm);
    end(l, '}');
}

/* ---- Interrupts ------------------------------------------------------------------------------ */

static void put_slots(struct line *l, const char *name, const struct cpu_frame_slot *slot,
                      unsigned count)
{
    char text[NAME];

    key(l, name);
    begin(l, '[');
    for (unsigned k = 0; k < count && k < CPU_FRAME_MAX; k++) {
        comma(l);
        begin(l, '{');
        put_string(l, "word", trace_name_frame_word(slot[k].word));
        put_data(l, "at", slot[k].linear);
        if (l->exact)
            put_number(l, "value", slot[k].value);
        else
            put_string(l, "value", trace_name_frame_value(l->names, &slot[k], text, sizeof(text)));
        end(l, '}');
    }
    end(l, ']');
}

static void put_int(struct line *l, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;

    put_number(l, "vector", i->vector);
    put_string(l, "kind", trace_name_int_kind(i->kind));
    put_number(l, "cpl_from", i->cpl_from);
    put_number(l, "cpl_to", i->cpl_to);
    put_code(l, "from", i->from_eip);
    put_number(l, "gate_dpl", i->gate_dpl);
    put_number(l, "gate_selector", i->gate_selector);
    put_code(l, "gate", i->gate_offset);
    if (i->stack_switch) {
        put_number(l, "tss_ss0", i->tss_ss);
        put_address(l, "tss_esp0", i->tss_esp, trace_name_stack_top);
    }
    put_slots(l, "pushed", i->slot, i->slot_count);
}

static void put_iret(struct line *l, const struct trace_event *e)
{
    static const char *const origins[] = {
        [TRACE_FRAME_SOFTWARE] = "software", [TRACE_FRAME_INT] = "int", [TRACE_FRAME_IRQ] = "irq"};
    const struct trace_iret *i = &e->iret;

    put_number(l, "cpl_from", i->cpu.cpl_from);
    put_number(l, "cpl_to", i->cpu.cpl_to);
    put_code(l, "from", i->cpu.from_eip);
    put_bool(l, "task_return", i->cpu.task_return);
    put_string(l, "frame_of", origins[i->origin]);
    if (i->origin != TRACE_FRAME_SOFTWARE)
        put_number(l, "vector", i->vector);
    put_slots(l, "popped", i->cpu.slot, i->cpu.slot_count);
}

static void put_pf(struct line *l, const struct trace_event *e)
{
    put_data(l, "address", e->pf.address);
    put_number(l, "error", e->pf.error);
    put_bool(l, "write", e->pf.error & PF_WRITE);
    put_bool(l, "present", e->pf.error & PF_PRESENT);
    put_bool(l, "user", e->pf.error & PF_USER);
    put_code(l, "from", e->pf.eip);
}

static void put_cow(struct line *l, const struct trace_event *e)
{
    put_data(l, "address", e->cow.address);
    if (l->exact) {
        put_number(l, "old_pfn", e->cow.old_pfn);
        put_number(l, "new_pfn", e->cow.new_pfn);
    }
}

static void put_cr(struct line *l, const struct trace_event *e)
{
    put_number(l, "cr", e->cr.cr);
    if (l->exact || e->cr.cr != 3) {
        put_number(l, "old", e->cr.old);
        put_number(l, "value", e->cr.value);
    }
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static void put_syscall_name(struct line *l, uint32_t nr)
{
    const struct syscall_info *info = syscall_by_nr(nr);

    put_number(l, "nr", nr);
    if (info != NULL)
        put_string(l, "name", info->name);
}

static void put_syscall(struct line *l, const struct trace_event *e)
{
    const struct syscall_info *info = syscall_by_nr(e->syscall.nr);
    size_t count = info && strcmp(info->args, "?") != 0 ? strlen(info->args) : 3;
    char text[NAME];

    put_syscall_name(l, e->syscall.nr);
    key(l, "args");
    begin(l, '[');
    for (size_t k = 0; k < count; k++) {
        bool address = info == NULL || strchr("psbw", info->args[k]) != NULL;

        comma(l);
        if (l->exact || !address)
            PRINT(l, "%u", e->syscall.arg[k]);
        else
            put_bytes(l, text,
                      strlen(trace_name_data(l->names, e->syscall.arg[k], text, sizeof(text))));
    }
    end(l, ']');
    if (e->syscall.string_arg == 0)
        return;
    put_number(l, "string_arg", e->syscall.string_arg - 1u);
    key(l, "string");
    put_bytes(l, e->syscall.string, e->syscall.string_size);
    put_bool(l, "string_cut", e->syscall.string_cut);
}

static void put_sysret(struct line *l, const struct trace_event *e)
{
    const struct syscall_info *info = syscall_by_nr(e->sysret.nr);

    put_syscall_name(l, e->sysret.nr);
    put_bool(l, "diverted", e->sysret.diverted);
    put_bool(l, "restart", e->sysret.restart);
    if (e->sysret.diverted || e->sysret.restart)
        return;
    if (info != NULL && info->result == 'x' && !syscall_is_error(e->sysret.result))
        put_data(l, "result", e->sysret.result);
    else
        put_signed(l, "result", (int32_t)e->sysret.result);
}

/* A value by its C type: a number at level exact, else as the text form has it. */
static void put_typed(struct line *l, const char *name, const struct guestinfo_type *type,
                      const char *param, uint32_t value, const struct trace_who *who)
{
    char text[256];

    if (l->exact && type->kind == GUEST_INT)
        put_signed(l, name, (int32_t)value);
    else if (l->exact)
        put_number(l, name, value);
    else
        put_string(l, name,
                   trace_name_typed(l->names, type, param, value, who, text, sizeof(text)));
}

static void put_call(struct line *l, const struct trace_event *e)
{
    const struct trace_call *c = &e->call;
    bool label = c->probe->shape == TRACE_LABEL;

    put_string(l, "function", c->probe->name);
    put_number(l, "depth", c->depth);
    key(l, "args");
    begin(l, '[');
    for (unsigned k = 0; !label && k < c->probe->function.param_count; k++) {
        const struct guestinfo_param *param = &c->probe->function.param[k];

        comma(l);
        begin(l, '{');
        put_string(l, "name", param->name ? param->name : "");
        if (param->place != GUEST_NOWHERE)
            put_typed(l, "value", &param->type, param->name, c->arg[k], &c->of[k]);
        end(l, '}');
    }
    end(l, ']');
}

static void put_return(struct line *l, const struct trace_event *e)
{
    const struct trace_call *c = &e->call;

    put_string(l, "function", c->probe->name);
    put_number(l, "depth", c->depth);
    if (c->probe->function.result.kind != GUEST_VOID)
        put_typed(l, "result", &c->probe->function.result, NULL, c->result, &c->result_of);
}

/* ---- Processes ------------------------------------------------------------------------------- */

static void put_switch(struct line *l, const struct trace_event *e)
{
    put_who(l, "prev", &e->sched.prev);
    put_who(l, "next", &e->sched.next);
    if (e->sched.next_esp != 0)
        put_data(l, "esp", e->sched.next_esp);
    if (e->sched.next_esp0 != 0)
        put_address(l, "esp0", e->sched.next_esp0, trace_name_stack_top);
}

static void put_fork(struct line *l, const struct trace_event *e)
{
    const struct trace_fork *f = &e->fork;
    char flags[256];

    put_number(l, "fork", f->id);
    put_who(l, "parent", &f->parent);
    put_who(l, "child", &f->child);
    put_string(l, "flags", clone_flags_format(f->flags, flags, sizeof(flags)));
    if (l->names->level == TRACE_SEMANTIC || f->words == 0)
        return;
    if (f->user)
        put_data(l, "parent_frame", f->parent_frame);
    put_data(l, "child_frame", f->child_frame);
}

static void put_slice(struct line *l, const struct trace_event *e)
{
    put_who(l, "parent", &e->slice.parent);
    put_who(l, "child", &e->slice.child);
    put_number(l, "parent_ticks", e->slice.parent_ticks);
    put_number(l, "child_ticks", e->slice.child_ticks);
}

static void put_frame(struct line *l, const struct trace_event *e)
{
    const struct guestinfo *g = l->names->in->guestinfo;
    const struct trace_frame_write *w = &e->frame;
    const char *member = g ? guestinfo_member_at(g, "pt_regs", w->offset) : NULL, *file;
    char text[NAME];
    int number;

    put_number(l, "fork", w->id);
    put_who(l, "child", &w->child);
    put_string(l, "member", member ? member : "?");
    put_data(l, "at", w->linear);
    if (l->exact) {
        put_number(l, "old", w->old);
        put_number(l, "value", w->value);
    } else {
        put_string(l, "value",
                   trace_name_register(l->names, member ? member : "?", w->value, text, NAME));
    }
    put_code(l, "by", e->eip);
    if (w->by != 0)
        put_code(l, "in", w->by);
    if (!l->exact || g == NULL || !guestinfo_line(g, e->eip, &file, &number))
        return;
    put_string(l, "file", file);
    put_signed(l, "line", number);
}

static void put_ret(struct line *l, const struct trace_event *e)
{
    put_number(l, "fork", e->ret.id);
    put_string(l, "side", e->ret.child ? "child" : "parent");
    put_signed(l, "eax", (int32_t)e->ret.eax);
    if (l->names->level == TRACE_SEMANTIC)
        return;
    put_code(l, "eip", e->ret.eip);
    put_data(l, "esp", e->ret.esp);
}

static void put_life(struct line *l, const struct trace_event *e)
{
    const struct trace_life *x = &e->life;
    const char *signal = signal_name(x->code);

    if (x->who.task != e->who.task)
        put_who(l, "who", &x->who);
    if (e->kind == TRACE_EXEC)
        put_string(l, "path", x->text);
    if (e->kind == TRACE_SIGNAL) {
        put_signed(l, "signal", x->code);
        if (signal != NULL)
            put_string(l, "signal_name", signal);
    }
    if (e->kind == TRACE_EXIT && x->has_code) {
        put_signed(l, "status", x->code >> 8 & 0xff);
        put_signed(l, "killed_by", x->code & 0x7f);
    }
}

/* ---- One event ------------------------------------------------------------------------------- */

static void (*const printers[TRACE_KIND_COUNT])(struct line *, const struct trace_event *) = {
    [TRACE_INT] = put_int,         [TRACE_IRQ] = put_int,       [TRACE_IRET] = put_iret,
    [TRACE_SYSCALL] = put_syscall, [TRACE_SYSRET] = put_sysret, [TRACE_CALL] = put_call,
    [TRACE_RETURN] = put_return,   [TRACE_SWITCH] = put_switch, [TRACE_FORK] = put_fork,
    [TRACE_SLICE] = put_slice,     [TRACE_FRAME] = put_frame,   [TRACE_RET] = put_ret,
    [TRACE_PF] = put_pf,           [TRACE_COW] = put_cow,       [TRACE_EXEC] = put_life,
    [TRACE_EXIT] = put_life,       [TRACE_WAIT] = put_life,     [TRACE_SIGNAL] = put_life,
    [TRACE_CR] = put_cr,
};

void trace_json_header(struct trace_out *out, enum trace_level level)
{
    trace_out_printf(out, "{\"forkscope\":\"trace\",\"version\":%d,\"level\":\"%s\"}\n",
                     TRACE_JSON_VERSION, trace_level_name(level));
}

void trace_json_event(struct trace_out *out, const struct trace_names *names,
                      const struct trace_event *event)
{
    struct line l = {out, names, names->level == TRACE_EXACT, true};

    begin(&l, '{');
    put_string(&l, "ev", trace_kind_name(event->kind));
    if (l.exact) {
        put_number(&l, "seq", event->seq);
        put_number(&l, "icount", event->icount);
    }
    put_pid(&l, "pid", event->who.pid);
    put_string(&l, "comm", event->who.comm);
    put_number(&l, "cpl", event->cpl);
    printers[event->kind](&l, event);
    end(&l, '}');
    trace_out_puts(out, "\n");
}

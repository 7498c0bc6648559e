#include "emu/trace/trace_json.h"

#include <stdio.h>
#include <string.h>

#include "emu/trace/trace_field.h"
#include "emu/trace/trace_form.h"
#include "emu/trace/trace_type.h"

enum { NAME = 256 };

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

/* An address is a number with its name beside it at level exact, and a name alone elsewhere. */
static void put_name(struct line *l, const char *name, uint32_t addr, bool code)
{
    char text[NAME], name_key[40];

    if (trace_name_known(l->names, addr, code, text, sizeof(text)) == NULL)
        return;
    snprintf(name_key, sizeof(name_key), "%s_name", name);
    put_string(l, name_key, text);
}

typedef const char *name_fn(const struct trace_names *n, uint32_t addr, char *buf, size_t size);

static void put_address(struct line *l, const char *name, uint32_t addr, name_fn *name_of)
{
    char text[NAME];

    if (!l->exact) {
        put_string(l, name, name_of(l->names, addr, text, sizeof(text)));
        return;
    }
    put_number(l, name, addr);
    put_name(l, name, addr, name_of == trace_name_code);
}

static void put_who(struct line *l, const char *name, const struct trace_who *who)
{
    key(l, name);
    begin(l, '{');
    put_pid(l, "pid", who->pid);
    put_string(l, "comm", who->comm);
    if (l->exact)
        put_number(l, "task", who->task);
    end(l, '}');
}

/* ---- Fields, one function a form ------------------------------------------------------------- */

/* A field of the event at hand. */
struct field {
    const struct trace_field *row;
    const struct trace_event *event;
    const void *member;
    unsigned used; /* elements */
    uint32_t value;
};

static void put_slots(struct line *l, const struct field *f)
{
    const struct cpu_frame_slot *slot = f->member;
    char text[NAME];

    key(l, f->row->key);
    begin(l, '[');
    for (unsigned k = 0; k < f->used; k++) {
        comma(l);
        begin(l, '{');
        put_string(l, "word", trace_name_frame_word(slot[k].word));
        put_address(l, "at", slot[k].linear, trace_name_data);
        if (l->exact)
            put_number(l, "value", slot[k].value);
        else
            put_string(l, "value", trace_name_frame_value(l->names, &slot[k], text, sizeof(text)));
        if (l->exact && (slot[k].word == FRAME_EIP || slot[k].word == FRAME_ESP))
            put_name(l, "value", slot[k].value, slot[k].word == FRAME_EIP);
        end(l, '}');
    }
    end(l, ']');
}

static void put_words(struct line *l, const struct field *f)
{
    const uint32_t *word = f->member;

    key(l, f->row->key);
    begin(l, '[');
    for (unsigned k = 0; k < f->used; k++) {
        comma(l);
        PRINT(l, "%u", word[k]);
    }
    end(l, ']');
}

static void put_tss(struct line *l, const struct field *f)
{
    const uint32_t *word = f->member;

    key(l, f->row->key);
    begin(l, '{');
    for (unsigned k = 0; k < TSSWORDS; k++) {
        const char *name = trace_tss_word_name(k);

        if (k == TSSWORD_EIP)
            put_address(l, name, word[k], trace_name_code);
        else if (k == TSSWORD_ESP)
            put_address(l, name, word[k], trace_name_data);
        else if (l->exact)
            put_number(l, name, word[k]);
    }
    end(l, '}');
}

static void put_error(struct line *l, const struct field *f)
{
    put_number(l, f->row->key, f->value);
    put_bool(l, "write", f->value & PF_WRITE);
    put_bool(l, "present", f->value & PF_PRESENT);
    put_bool(l, "user", f->value & PF_USER);
}

static void put_clone(struct line *l, const struct field *f)
{
    char flags[256];

    put_string(l, f->row->key, clone_flags_format(f->value, flags, sizeof(flags)));
    if (l->exact)
        put_number(l, "clone_flags", f->value);
}

/* What do_exit() got: the low bits are a signal, the rest is a status. */
static void put_status(struct line *l, const struct field *f)
{
    put_number(l, "status", f->value >> 8 & 0xff);
    put_number(l, "killed_by", f->value & 0x7f);
    if (l->exact)
        put_number(l, f->row->key, f->value);
}

static void put_signum(struct line *l, const struct field *f)
{
    const char *signal = signal_name((int)f->value);

    put_signed(l, f->row->key, (int32_t)f->value);
    if (signal != NULL)
        put_string(l, "signal_name", signal);
}

static void put_register(struct line *l, const struct field *f)
{
    const char *member = trace_name_member(l->names, f->event->frame.offset);
    char text[NAME];

    if (!l->exact) {
        put_string(l, f->row->key, trace_name_register(l->names, member, f->value, text, NAME));
        return;
    }
    put_number(l, f->row->key, f->value);
    put_name(l, f->row->key, f->value, false);
}

static void put_member(struct line *l, const struct field *f)
{
    put_string(l, f->row->key, trace_name_member(l->names, f->value));
    if (l->exact)
        put_number(l, "offset", f->value);
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static void put_syscall_nr(struct line *l, const struct field *f)
{
    const struct syscall_info *info = syscall_by_nr(f->value);

    put_number(l, f->row->key, f->value);
    if (info != NULL)
        put_string(l, "name", info->name);
}

static void put_sysargs(struct line *l, const struct field *f)
{
    const struct syscall_info *info = syscall_by_nr(f->event->syscall.nr);
    unsigned count = syscall_arg_count(f->event->syscall.nr);
    const uint32_t *arg = f->member;
    char text[NAME];

    key(l, f->row->key);
    begin(l, '[');
    for (unsigned k = 0; k < count; k++) {
        bool address = info == NULL || info->args[0] == '?' || strchr("psbw", info->args[k]);

        comma(l);
        if (l->exact || !address)
            PRINT(l, "%u", arg[k]);
        else
            put_bytes(l, text, strlen(trace_name_data(l->names, arg[k], text, sizeof(text))));
    }
    end(l, ']');
}

static void put_sysvalue(struct line *l, const struct field *f)
{
    const struct trace_sysret *ret = &f->event->sysret;
    const struct syscall_info *info = syscall_by_nr(ret->nr);

    if (!l->exact && (ret->diverted || ret->restart))
        return;
    if (info != NULL && info->result == 'x' && !syscall_is_error(f->value))
        put_address(l, f->row->key, f->value, trace_name_data);
    else
        put_signed(l, f->row->key, (int32_t)f->value);
}

/* "char *", "struct pt_regs *", "u32": a C type as far as it is known. */
static void put_type(struct line *l, const char *name, const struct guestinfo_type *type)
{
    char text[NAME];

    put_string(l, name, guest_type_format(type, text, sizeof(text)));
}

/* A value by its C type: a number at level exact, else as the text form has it. */
static void put_typed(struct line *l, const char *name, const struct guestinfo_type *type,
                      const char *param, uint32_t value, const struct trace_who *who)
{
    char text[NAME];

    if (!l->exact) {
        put_string(l, name,
                   trace_name_typed(l->names, type, param, value, who, text, sizeof(text)));
        return;
    }
    if (type->kind == GUEST_INT)
        put_signed(l, name, (int32_t)value);
    else
        put_number(l, name, value);
    if (type->kind != GUEST_INT)
        put_name(l, name, value, false);
    if (who->task != 0)
        put_who(l, "of", who);
}

static void put_probe(struct line *l, const struct field *f)
{
    static const char *const shapes[] = {
        [TRACE_FUNCTION] = "function", [TRACE_LABEL] = "label", [TRACE_POINT] = "point"};
    const struct trace_probe *probe = f->event->call.probe;

    put_string(l, f->row->key, probe->name);
    if (!l->exact)
        return;
    put_number(l, "entry", probe->addr);
    put_string(l, "shape", shapes[probe->shape]);
}

static void put_arg(struct line *l, const struct trace_call *c, unsigned k)
{
    const struct guestinfo_param *param = &c->probe->function.param[k];

    comma(l);
    begin(l, '{');
    put_string(l, "name", param->name ? param->name : "");
    if (l->exact)
        put_type(l, "type", &param->type);
    if (param->place != GUEST_NOWHERE)
        put_typed(l, "value", &param->type, param->name, c->arg[k], &c->of[k]);
    end(l, '}');
}

static void put_args(struct line *l, const struct field *f)
{
    const struct trace_call *c = &f->event->call;
    bool label = c->probe->shape == TRACE_LABEL;

    key(l, f->row->key);
    begin(l, '[');
    for (unsigned k = 0; !label && k < c->probe->function.param_count; k++)
        put_arg(l, c, k);
    end(l, ']');
}

static void put_result(struct line *l, const struct field *f)
{
    const struct trace_call *c = &f->event->call;
    const struct guestinfo_type *type = &c->probe->function.result;

    if (l->exact)
        put_type(l, "type", type);
    if (l->exact || type->kind != GUEST_VOID)
        put_typed(l, f->row->key, type, NULL, c->result, &c->result_of);
}

/* ---- Single values --------------------------------------------------------------------------- */

static void put_plain(struct line *l, const struct field *f)
{
    put_number(l, f->row->key, trace_field_get(f->event, f->row->offset, f->row->size));
}

static void put_integer(struct line *l, const struct field *f)
{
    put_signed(l, f->row->key, (int32_t)f->value);
}

static void put_flag(struct line *l, const struct field *f)
{
    put_bool(l, f->row->key, f->value != 0);
}

static void put_choice(struct line *l, const struct field *f)
{
    put_string(l, f->row->key, f->row->names[f->value]);
}

static void put_code(struct line *l, const struct field *f)
{
    put_address(l, f->row->key, f->value, trace_name_code);
}

/* At level exact with the source line, "kernel/fork.c:210". */
static void put_place(struct line *l, const struct field *f)
{
    const struct trace_facts *facts = &l->names->facts;
    char text[NAME], line_key[40];
    const char *file;
    int line;

    put_code(l, f);
    if (!l->exact || !facts->line(facts->ctx, f->value, &file, &line))
        return;
    snprintf(line_key, sizeof(line_key), "%s_line", f->row->key);
    snprintf(text, sizeof(text), "%s:%d", file, line);
    put_string(l, line_key, text);
}

static void put_data(struct line *l, const struct field *f)
{
    put_address(l, f->row->key, f->value, trace_name_data);
}

static void put_stack_top(struct line *l, const struct field *f)
{
    put_address(l, f->row->key, f->value, trace_name_stack_top);
}

static void put_task_pid(struct line *l, const struct field *f)
{
    put_pid(l, f->row->key, (int32_t)f->value);
}

static void put_program(struct line *l, const struct field *f)
{
    const char *path = trace_name_program(l->names, f->value);

    if (path != NULL)
        put_string(l, f->row->key, path);
}

static void put_task(struct line *l, const struct field *f)
{
    put_who(l, f->row->key, f->member);
}

/* The current task goes without saying. */
static void put_other(struct line *l, const struct field *f)
{
    const struct trace_who *who = f->member;

    if (who->task != f->event->who.task || who->pid != f->event->who.pid ||
        strcmp(who->comm, f->event->who.comm) != 0)
        put_who(l, f->row->key, who);
}

static void put_text(struct line *l, const struct field *f)
{
    put_string(l, f->row->key, f->member);
}

static void put_string_bytes(struct line *l, const struct field *f)
{
    key(l, f->row->key);
    put_bytes(l, f->member, trace_field_length(f->row, f->event));
}

/* ---- One event ------------------------------------------------------------------------------- */

static void (*const printers[])(struct line *, const struct field *) = {
    [FIELD_NUMBER] = put_plain,    [FIELD_SIGNED] = put_integer,
    [FIELD_FLAG] = put_flag,       [FIELD_CHOICE] = put_choice,
    [FIELD_CODE] = put_code,       [FIELD_PLACE] = put_place,
    [FIELD_TARGET] = put_data,     [FIELD_SINCE] = put_plain,
    [FIELD_DATA] = put_data,       [FIELD_STACK_TOP] = put_stack_top,
    [FIELD_PID] = put_task_pid,    [FIELD_PROGRAM] = put_program,
    [FIELD_WHO] = put_task,        [FIELD_OTHER] = put_other,
    [FIELD_TEXT] = put_text,       [FIELD_BYTES] = put_string_bytes,
    [FIELD_WORDS] = put_words,     [FIELD_TSS] = put_tss,
    [FIELD_SLOTS] = put_slots,     [FIELD_CLONE] = put_clone,
    [FIELD_PROBE] = put_probe,     [FIELD_ARGS] = put_args,
    [FIELD_RESULT] = put_result,   [FIELD_SYSCALL] = put_syscall_nr,
    [FIELD_SYSARGS] = put_sysargs, [FIELD_SYSVALUE] = put_sysvalue,
    [FIELD_MEMBER] = put_member,   [FIELD_REGISTER] = put_register,
    [FIELD_ERROR] = put_error,     [FIELD_STATUS] = put_status,
    [FIELD_SIGNUM] = put_signum,
};

static void put_fields(struct line *l, const struct trace_event *e)
{
    char letter = trace_level_letter(l->names->level);

    for (const struct trace_field *row = trace_fields; row->key != NULL; row++) {
        struct field f = {row, e, (const char *)e + row->offset, trace_field_used(row, e), 0};

        if (!(row->kinds & TRACE_BIT(e->kind)) || f.used == 0 || !strchr(row->levels, letter))
            continue;
        if (row->count == 1 && row->size <= sizeof(uint64_t))
            f.value = (uint32_t)trace_field_get(e, row->offset, row->size);
        printers[row->form](l, &f);
    }
}

static void put_ground(struct line *l)
{
    const struct trace_ground *g = &l->names->facts.ground;

    put_number(l, "kernel_base", l->names->kernel_base);
    put_number(l, "thread_size", g->thread_size);
    if (g->info_size != 0)
        put_number(l, "info_size", g->info_size);
    key(l, "pt_regs");
    begin(l, '[');
    for (unsigned offset = 0; offset < g->pt_regs_size; offset += 4) {
        const char *member = trace_name_member(l->names, offset);

        comma(l);
        put_bytes(l, member, strlen(member));
    }
    end(l, ']');
}

void trace_json_header(struct trace_out *out, const struct trace_names *names)
{
    struct line l = {out, names, names->level == TRACE_EXACT, true};

    begin(&l, '{');
    put_string(&l, "forkscope", "trace");
    put_number(&l, "version", TRACE_JSON_VERSION);
    put_string(&l, "level", trace_level_name(names->level));
    if (l.exact)
        put_ground(&l);
    end(&l, '}');
    trace_out_puts(out, "\n");
}

void trace_json_event(struct trace_out *out, const struct trace_names *names,
                      const struct trace_event *event)
{
    struct trace_names here = *names;
    struct line l = {out, &here, names->level == TRACE_EXACT, true};

    here.program = event->program;
    begin(&l, '{');
    put_string(&l, "ev", trace_kind_name(event->kind));
    if (l.exact) {
        put_number(&l, "seq", event->seq);
        put_number(&l, "icount", event->icount);
    }
    put_pid(&l, "pid", event->who.pid);
    put_string(&l, "comm", event->who.comm);
    if (l.exact)
        put_number(&l, "task", event->who.task);
    put_fields(&l, event);
    end(&l, '}');
    trace_out_puts(out, "\n");
}

static int begin_jsonl(struct trace_writer *w)
{
    trace_json_header(w->out, w->names);
    return 0;
}

static void write_jsonl(struct trace_writer *w, const struct trace_event *event)
{
    trace_json_event(w->out, w->names, event);
}

const struct trace_form trace_form_jsonl = {.name = "jsonl",
                                            .help = "an object an event, for tools",
                                            .begin = begin_jsonl,
                                            .event = write_jsonl};

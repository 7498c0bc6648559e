#include "emu/trace/trace_json.h"

#include <stdio.h>
#include <string.h>

#include "emu/support/map64.h"
#include "emu/trace/trace_field.h"
#include "emu/trace/trace_form.h"
#include "emu/trace/trace_json_line.h"
#include "emu/trace/trace_type.h"

enum { NAME = 256 };

/* ---- Fields, one function a form ------------------------------------------------------------- */

/* A field of the event at hand. */
struct field {
    const struct trace_field *row;
    const struct trace_event *event;
    const void *member;
    unsigned used; /* elements */
    uint32_t value;
};

static void put_slots(struct json_line *l, const struct field *f)
{
    const struct cpu_frame_slot *slot = f->member;
    char text[NAME];

    json_line_key(l, f->row->key);
    json_line_begin(l, '[');
    for (unsigned k = 0; k < f->used; k++) {
        json_line_comma(l);
        json_line_begin(l, '{');
        json_line_string(l, "word", trace_name_frame_word(slot[k].word));
        json_line_address(l, "at", slot[k].linear, trace_name_data);
        if (l->exact)
            json_line_number(l, "value", slot[k].value);
        else
            json_line_string(l, "value",
                             trace_name_frame_value(l->names, &slot[k], text, sizeof(text)));
        if (l->exact && (slot[k].word == FRAME_EIP || slot[k].word == FRAME_ESP))
            json_line_name(l, "value", slot[k].value, slot[k].word == FRAME_EIP);
        json_line_end(l, '}');
    }
    json_line_end(l, ']');
}

static void put_words(struct json_line *l, const struct field *f)
{
    const uint32_t *word = f->member;

    json_line_key(l, f->row->key);
    json_line_begin(l, '[');
    for (unsigned k = 0; k < f->used; k++) {
        json_line_comma(l);
        trace_out_decimal(l->out, word[k]);
    }
    json_line_end(l, ']');
}

static void put_tss(struct json_line *l, const struct field *f)
{
    const uint32_t *word = f->member;

    json_line_key(l, f->row->key);
    json_line_begin(l, '{');
    for (unsigned k = 0; k < TSSWORDS; k++) {
        const char *name = trace_tss_word_name(k);

        if (k == TSSWORD_EIP)
            json_line_address(l, name, word[k], trace_name_code);
        else if (k == TSSWORD_ESP)
            json_line_address(l, name, word[k], trace_name_data);
        else if (l->exact)
            json_line_number(l, name, word[k]);
    }
    json_line_end(l, '}');
}

static void put_error(struct json_line *l, const struct field *f)
{
    json_line_number(l, f->row->key, f->value);
    json_line_bool(l, "write", f->value & PF_WRITE);
    json_line_bool(l, "present", f->value & PF_PRESENT);
    json_line_bool(l, "user", f->value & PF_USER);
}

static void put_clone(struct json_line *l, const struct field *f)
{
    char flags[256];

    json_line_string(l, f->row->key, clone_flags_format(f->value, flags, sizeof(flags)));
    if (l->exact)
        json_line_number(l, "clone_flags", f->value);
}

/* What do_exit() got: the low bits are a signal, the rest is a status. */
static void put_status(struct json_line *l, const struct field *f)
{
    json_line_number(l, "status", f->value >> 8 & 0xff);
    json_line_number(l, "killed_by", f->value & 0x7f);
    if (l->exact)
        json_line_number(l, f->row->key, f->value);
}

static void put_signum(struct json_line *l, const struct field *f)
{
    const char *signal = signal_name((int)f->value);

    json_line_signed(l, f->row->key, (int32_t)f->value);
    if (signal != NULL)
        json_line_string(l, "signal_name", signal);
}

static void put_register(struct json_line *l, const struct field *f)
{
    const char *member = trace_name_member(l->names, f->event->frame.offset);
    char text[NAME];

    if (!l->exact) {
        json_line_string(l, f->row->key,
                         trace_name_register(l->names, member, f->value, text, NAME));
        return;
    }
    json_line_number(l, f->row->key, f->value);
    json_line_name(l, f->row->key, f->value, false);
}

static void put_member(struct json_line *l, const struct field *f)
{
    json_line_string(l, f->row->key, trace_name_member(l->names, f->value));
    if (l->exact)
        json_line_number(l, "offset", f->value);
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static void put_syscall_nr(struct json_line *l, const struct field *f)
{
    const struct syscall_info *info = syscall_by_nr(f->value);

    json_line_number(l, f->row->key, f->value);
    if (info != NULL)
        json_line_string(l, "name", info->name);
}

/* Parallel to the arguments, where one of them has a name. */
static void put_arg_names(struct json_line *l, const uint32_t *arg, unsigned count)
{
    char text[NAME];
    bool any = false;

    for (unsigned k = 0; k < count; k++)
        any |= trace_name_known(l->names, arg[k], false, text, sizeof(text)) != NULL;
    if (!any)
        return;
    json_line_key(l, "args_name");
    json_line_begin(l, '[');
    for (unsigned k = 0; k < count; k++) {
        json_line_comma(l);
        if (trace_name_known(l->names, arg[k], false, text, sizeof(text)) != NULL)
            json_line_bytes(l, text, strlen(text));
        else
            trace_out_puts(l->out, "null");
    }
    json_line_end(l, ']');
}

static void put_sysargs(struct json_line *l, const struct field *f)
{
    const struct syscall_info *info = syscall_by_nr(f->event->syscall.nr);
    unsigned count = syscall_arg_count(f->event->syscall.nr);
    const uint32_t *arg = f->member;
    char text[NAME];

    json_line_key(l, f->row->key);
    json_line_begin(l, '[');
    for (unsigned k = 0; k < count; k++) {
        bool address = info == NULL || info->args[0] == '?' || strchr("psbw", info->args[k]);

        json_line_comma(l);
        if (l->exact || !address)
            trace_out_decimal(l->out, arg[k]);
        else
            json_line_bytes(l, text, strlen(trace_name_data(l->names, arg[k], text, sizeof(text))));
    }
    json_line_end(l, ']');
    if (l->exact)
        put_arg_names(l, arg, count);
}

static void put_signed_named(struct json_line *l, const char *key, uint32_t value)
{
    json_line_signed(l, key, (int32_t)value);
    if (l->exact)
        json_line_name(l, key, value, false);
}

static void put_sysvalue(struct json_line *l, const struct field *f)
{
    const struct trace_sysret *ret = &f->event->sysret;

    if (!l->exact && (ret->diverted || ret->restart))
        return;
    if (syscall_gives_address(ret->nr, f->value))
        json_line_address(l, f->row->key, f->value, trace_name_data);
    else
        put_signed_named(l, f->row->key, f->value);
}

/* "char *", "struct pt_regs *", "u32": a C type as far as it is known. */
static void put_type(struct json_line *l, const char *name, const struct guestinfo_type *type)
{
    char text[NAME];

    json_line_string(l, name, guest_type_format(type, text, sizeof(text)));
}

/* A value by its C type: a number at level exact, else as the text form has it. */
static void put_typed(struct json_line *l, const char *name, const struct guestinfo_type *type,
                      const char *param, uint32_t value, const struct trace_who *who)
{
    char text[NAME];

    if (!l->exact) {
        json_line_string(l, name,
                         trace_name_typed(l->names, type, param, value, who, text, sizeof(text)));
        return;
    }
    if (type->kind == GUEST_INT)
        json_line_signed(l, name, (int32_t)value);
    else
        json_line_number(l, name, value);
    json_line_name(l, name, value, false);
    if (who->task != 0)
        json_line_who(l, "of", who);
}

static void put_taken(struct json_line *l, const struct guestinfo_function *function)
{
    json_line_key(l, "takes");
    json_line_begin(l, '[');
    for (unsigned k = 0; k < function->param_count; k++) {
        const struct guestinfo_param *param = &function->param[k];

        json_line_comma(l);
        json_line_begin(l, '{');
        json_line_string(l, "name", param->name ? param->name : "");
        put_type(l, "type", &param->type);
        if (param->place != GUEST_NOWHERE)
            json_line_bool(l, "known", true);
        json_line_end(l, '}');
    }
    json_line_end(l, ']');
}

/* A call shows what a function takes, a return what it gives: the first of a function tells the
 * other half, too. */
static void put_whole(struct json_line *l, enum trace_kind kind, const struct trace_probe *probe)
{
    uint64_t told;

    if (l->functions == NULL || map64_get(l->functions, (uintptr_t)probe, &told))
        return;
    map64_set(l->functions, (uintptr_t)probe, 1);
    if (kind == TRACE_CALL)
        put_type(l, "returns", &probe->function.result);
    if (kind != TRACE_CALL || probe->shape == TRACE_LABEL)
        put_taken(l, &probe->function);
}

static void put_probe(struct json_line *l, const struct field *f)
{
    static const char *const shapes[] = {
        [TRACE_FUNCTION] = "function", [TRACE_LABEL] = "label", [TRACE_POINT] = "point"};
    const struct trace_probe *probe = f->event->call.probe;

    json_line_string(l, f->row->key, probe->name);
    if (!l->exact)
        return;
    json_line_number(l, "entry", probe->addr);
    json_line_string(l, "shape", shapes[probe->shape]);
    put_whole(l, f->event->kind, probe);
}

static void put_arg(struct json_line *l, const struct trace_call *c, unsigned k)
{
    const struct guestinfo_param *param = &c->probe->function.param[k];

    json_line_comma(l);
    json_line_begin(l, '{');
    json_line_string(l, "name", param->name ? param->name : "");
    if (l->exact)
        put_type(l, "type", &param->type);
    if (param->place != GUEST_NOWHERE)
        put_typed(l, "value", &param->type, param->name, c->arg[k], &c->of[k]);
    json_line_end(l, '}');
}

static void put_args(struct json_line *l, const struct field *f)
{
    const struct trace_call *c = &f->event->call;
    bool label = c->probe->shape == TRACE_LABEL;

    json_line_key(l, f->row->key);
    json_line_begin(l, '[');
    for (unsigned k = 0; !label && k < c->probe->function.param_count; k++)
        put_arg(l, c, k);
    json_line_end(l, ']');
}

static void put_result(struct json_line *l, const struct field *f)
{
    const struct trace_call *c = &f->event->call;
    const struct guestinfo_type *type = &c->probe->function.result;

    if (l->exact)
        put_type(l, "type", type);
    if (l->exact || type->kind != GUEST_VOID)
        put_typed(l, f->row->key, type, NULL, c->result, &c->result_of);
}

/* ---- Single values --------------------------------------------------------------------------- */

static void put_plain(struct json_line *l, const struct field *f)
{
    json_line_number(l, f->row->key, trace_field_get(f->event, f->row->offset, f->row->size));
}

static void put_integer(struct json_line *l, const struct field *f)
{
    json_line_signed(l, f->row->key, (int32_t)f->value);
}

static void put_flag(struct json_line *l, const struct field *f)
{
    json_line_bool(l, f->row->key, f->value != 0);
}

static void put_choice(struct json_line *l, const struct field *f)
{
    json_line_string(l, f->row->key, f->row->names[f->value]);
}

static void put_code(struct json_line *l, const struct field *f)
{
    json_line_address(l, f->row->key, f->value, trace_name_code);
}

/* At level exact with the source line, "kernel/fork.c:210". */
static void put_place(struct json_line *l, const struct field *f)
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
    json_line_string(l, line_key, text);
}

static void put_data(struct json_line *l, const struct field *f)
{
    json_line_address(l, f->row->key, f->value, trace_name_data);
}

static void put_stack_top(struct json_line *l, const struct field *f)
{
    json_line_address(l, f->row->key, f->value, trace_name_stack_top);
}

static void put_task_pid(struct json_line *l, const struct field *f)
{
    json_line_pid(l, f->row->key, (int32_t)f->value);
}

static void put_program(struct json_line *l, const struct field *f)
{
    const char *path = trace_name_program(l->names, f->value);

    if (path == NULL)
        return;
    json_line_string(l, f->row->key, path);
    json_line_number(l, "program_number", f->value);
}

static void put_task(struct json_line *l, const struct field *f)
{
    json_line_who(l, f->row->key, f->member);
}

/* The current task goes without saying. */
static void put_other(struct json_line *l, const struct field *f)
{
    const struct trace_who *who = f->member;

    if (who->task != f->event->who.task || who->pid != f->event->who.pid ||
        strcmp(who->comm, f->event->who.comm) != 0)
        json_line_who(l, f->row->key, who);
}

static void put_text(struct json_line *l, const struct field *f)
{
    json_line_string(l, f->row->key, f->member);
}

static void put_string_bytes(struct json_line *l, const struct field *f)
{
    json_line_key(l, f->row->key);
    json_line_bytes(l, f->member, trace_field_length(f->row, f->event));
}

/* ---- One event ------------------------------------------------------------------------------- */

static void (*const printers[])(struct json_line *, const struct field *) = {
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

static void put_fields(struct json_line *l, const struct trace_event *e)
{
    char letter = trace_level_letter(l->names->level);

    for (const struct trace_field *const *at = trace_fields_of(e->kind); *at != NULL; at++) {
        const struct trace_field *row = *at;
        struct field f = {row, e, (const char *)e + row->offset, trace_field_used(row, e), 0};

        if (f.used == 0 || !strchr(row->levels, letter))
            continue;
        if (row->count == 1 && row->size <= sizeof(uint64_t))
            f.value = (uint32_t)trace_field_get(e, row->offset, row->size);
        printers[row->form](l, &f);
    }
}

static void put_ground(struct json_line *l)
{
    const struct trace_ground *g = &l->names->facts.ground;

    json_line_number(l, "kernel_base", l->names->kernel_base);
    json_line_number(l, "thread_size", g->thread_size);
    if (g->info_size != 0)
        json_line_number(l, "info_size", g->info_size);
    json_line_key(l, "pt_regs");
    json_line_begin(l, '[');
    for (unsigned offset = 0; offset < g->pt_regs_size; offset += 4) {
        const char *member = trace_name_member(l->names, offset);

        json_line_comma(l);
        json_line_bytes(l, member, strlen(member));
    }
    json_line_end(l, ']');
}

/* Which functions were told whole, so that a reader knows all of each, and how much was written. */
struct told {
    struct map64 functions;
    uint64_t events;
};

static int begin_jsonl(struct trace_writer *w)
{
    struct json_line l = {
        .out = w->out, .names = w->names, .exact = w->names->level == TRACE_EXACT};

    json_line_begin(&l, '{');
    json_line_string(&l, "forkscope", "trace");
    json_line_number(&l, "version", TRACE_JSON_VERSION);
    json_line_string(&l, "level", trace_level_name(w->names->level));
    if (l.exact)
        put_ground(&l);
    json_line_end(&l, '}');
    trace_out_puts(w->out, "\n");
    return 0;
}

static void write_jsonl(struct trace_writer *w, const struct trace_event *event)
{
    struct told *told = w->state;
    struct trace_names here = *w->names;
    struct json_line l = {.out = w->out,
                          .names = &here,
                          .exact = here.level == TRACE_EXACT,
                          .functions = &told->functions};

    here.program = event->program;
    json_line_begin(&l, '{');
    json_line_string(&l, "ev", trace_kind_name(event->kind));
    if (l.exact) {
        json_line_number(&l, "seq", event->seq);
        json_line_number(&l, "icount", event->icount);
    }
    json_line_pid(&l, "pid", event->who.pid);
    json_line_string(&l, "comm", event->who.comm);
    if (l.exact)
        json_line_number(&l, "task", event->who.task);
    put_fields(&l, event);
    json_line_end(&l, '}');
    trace_out_puts(w->out, "\n");
    told->events++;
}

static void end_jsonl(struct trace_writer *w)
{
    struct told *told = w->state;
    struct json_line l = {.out = w->out, .names = w->names};

    json_line_begin(&l, '{');
    json_line_string(&l, "forkscope", "end");
    json_line_number(&l, "events", told->events);
    json_line_end(&l, '}');
    trace_out_puts(w->out, "\n");
    map64_free(&told->functions);
}

const struct trace_form trace_form_jsonl = {.name = "jsonl",
                                            .help = "an object an event, for tools",
                                            .state_size = sizeof(struct told),
                                            .begin = begin_jsonl,
                                            .event = write_jsonl,
                                            .end = end_jsonl};

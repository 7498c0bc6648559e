#include "emu/trace/trace_json_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_field.h"
#include "emu/trace/trace_names.h"
#include "emu/trace/trace_type.h"

enum { TEXT = 256 };

/* A field of the event at hand. */
struct field {
    const struct trace_field *row;
    struct trace_event *event;
    struct json_events *in;
    const struct json_token *object; /* the event */
    const struct json_token *value;
};

static const struct json_token *get(const struct json_events *in, const struct json_token *object,
                                    const char *key)
{
    return json_get(&in->json, object, key, "");
}

/* null: not known. */
static int32_t as_pid(const struct json_token *value)
{
    uint64_t number;

    return json_integer(value, &number) ? (int32_t)number : -1;
}

static bool as_who(const struct json_events *in, const struct json_token *value,
                   struct trace_who *who)
{
    uint64_t task;

    json_integer(get(in, value, "task"), &task);
    who->task = (uint32_t)task;
    who->pid = as_pid(get(in, value, "pid"));
    json_string(get(in, value, "comm"), who->comm, sizeof(who->comm));
    return json_is(value, JSON_OBJECT);
}

static void *member(const struct field *f)
{
    return (char *)f->event + f->row->offset;
}

static void set(const struct field *f, uint64_t value)
{
    trace_field_set(f->event, f->row->offset, f->row->size, value);
}

/* ---- Names ----------------------------------------------------------------------------------- */

enum what { OF_CODE, OF_DATA, OF_STACK_TOP };

/* "do_fork+0x12". */
static void learn_symbol(const struct field *f, char *text, uint32_t addr)
{
    char *plus = strrchr(text, '+');
    uint32_t offset = 0;

    if (plus != NULL && strncmp(plus, "+0x", 3) == 0) {
        *plus = '\0';
        offset = (uint32_t)strtoul(plus + 1, NULL, 16);
    }
    trace_book_set_symbol(f->in->book, f->event->program, addr, text, offset);
}

/* "kstack(3)-20" says whose stack it is, another name or none that it is no stack. */
static void learn(const struct field *f, const struct json_token *name, uint32_t addr,
                  enum what what)
{
    uint32_t inside = what == OF_STACK_TOP ? addr - 1 : addr;
    char text[TEXT];
    bool named = json_string(name, text, sizeof(text));

    if (named && strncmp(text, "kstack(", 7) == 0) {
        trace_book_set_stack(f->in->book, inside, (int32_t)strtol(text + 7, NULL, 10));
        return;
    }
    if (what != OF_CODE)
        trace_book_no_stack(f->in->book, inside);
    if (named)
        learn_symbol(f, text, addr);
}

/* The name beside KEY. */
static void learn_name(const struct field *f, const struct json_token *object, const char *key,
                       uint32_t addr, enum what what)
{
    learn(f, json_get(&f->in->json, object, key, "_name"), addr, what);
}

static enum what what_is(enum trace_form_of form)
{
    return form == FIELD_CODE || form == FIELD_PLACE ? OF_CODE
           : form == FIELD_STACK_TOP                 ? OF_STACK_TOP
                                                     : OF_DATA;
}

/* "kernel/fork.c:210" beside it. */
static void learn_line(const struct field *f, uint32_t addr)
{
    const struct json_token *line = json_get(&f->in->json, f->object, f->row->key, "_line");
    char text[TEXT], *colon;

    if (!json_string(line, text, sizeof(text)))
        return;
    colon = strrchr(text, ':');
    if (colon == NULL)
        return;
    *colon = '\0';
    trace_book_set_line(f->in->book, addr, text, (int)strtol(colon + 1, NULL, 10));
}

/* ---- Fields, one function a form ------------------------------------------------------------- */

static bool get_number(const struct field *f)
{
    uint64_t number;

    if (!json_integer(f->value, &number))
        return false;
    set(f, number);
    return true;
}

static bool get_flag(const struct field *f)
{
    set(f, json_is(f->value, JSON_TRUE));
    return json_is(f->value, JSON_TRUE) || json_is(f->value, JSON_FALSE);
}

static bool get_choice(const struct field *f)
{
    for (unsigned i = 0; f->row->names[i] != NULL; i++)
        if (json_equals(f->value, f->row->names[i])) {
            set(f, i);
            return true;
        }
    return false;
}

static bool get_address(const struct field *f)
{
    uint64_t addr;

    if (!json_integer(f->value, &addr))
        return false;
    set(f, addr);
    learn_name(f, f->object, f->row->key, (uint32_t)addr, what_is(f->row->form));
    return true;
}

static bool get_place(const struct field *f)
{
    if (!get_address(f))
        return false;
    learn_line(f, (uint32_t)trace_field_get(f->event, f->row->offset, f->row->size));
    return true;
}

static bool get_pid(const struct field *f)
{
    set(f, (uint32_t)as_pid(f->value));
    return true;
}

/* By its number, or where an older recording has none in the order of their coming. */
static bool read_program(const struct json_events *in, const struct json_token *object,
                         uint16_t *program)
{
    uint64_t number;
    char path[TEXT];

    if (!json_string(get(in, object, "program"), path, sizeof(path)))
        return false;
    if (json_integer(get(in, object, "program_number"), &number) && number <= UINT16_MAX &&
        trace_book_set_program(in->book, (unsigned)number, path))
        *program = (uint16_t)number;
    else
        *program = (uint16_t)trace_book_program(in->book, path);
    return true;
}

static bool get_program(const struct field *f)
{
    return read_program(f->in, f->object, &f->event->program);
}

static bool get_who(const struct field *f)
{
    return as_who(f->in, f->value, member(f));
}

static bool get_text(const struct field *f)
{
    return json_string(f->value, member(f), f->row->size);
}

static bool get_bytes(const struct field *f)
{
    char *to = member(f);

    memset(to, 0, f->row->size);
    to[-1] = (char)json_bytes(f->value, to, f->row->size);
    return json_is(f->value, JSON_STRING);
}

static bool get_words(const struct field *f)
{
    const struct json *j = &f->in->json;
    const struct json_token *t = json_first(j, f->value);
    uint32_t *to = member(f);
    uint64_t number;

    for (unsigned k = 0; t != NULL && k < f->row->count; k++, t = json_next(j, f->value, t)) {
        if (!json_integer(t, &number))
            return false;
        to[k] = (uint32_t)number;
    }
    return json_is(f->value, JSON_ARRAY);
}

static bool get_tss(const struct field *f)
{
    uint32_t *to = member(f);
    uint64_t number;

    for (unsigned k = 0; k < TSSWORDS; k++) {
        const char *name = trace_tss_word_name(k);

        if (!json_integer(get(f->in, f->value, name), &number))
            return false;
        to[k] = (uint32_t)number;
        if (k == TSSWORD_EIP || k == TSSWORD_ESP)
            learn_name(f, f->value, name, to[k], k == TSSWORD_EIP ? OF_CODE : OF_DATA);
    }
    return true;
}

static bool get_slot(const struct field *f, const struct json_token *object,
                     struct cpu_frame_slot *slot)
{
    const struct json_token *word = get(f->in, object, "word");
    unsigned which = 0;
    uint64_t at, value;

    while (which <= FRAME_ERROR &&
           !json_equals(word, trace_name_frame_word((enum cpu_frame_word)which)))
        which++;
    if (which > FRAME_ERROR || !json_integer(get(f->in, object, "at"), &at) ||
        !json_integer(get(f->in, object, "value"), &value))
        return false;
    *slot = (struct cpu_frame_slot){(enum cpu_frame_word)which, (uint32_t)at, (uint32_t)value};
    learn_name(f, object, "at", slot->linear, OF_DATA);
    if (slot->word == FRAME_EIP || slot->word == FRAME_ESP)
        learn_name(f, object, "value", slot->value, slot->word == FRAME_EIP ? OF_CODE : OF_DATA);
    return true;
}

static bool get_slots(const struct field *f)
{
    const struct json *j = &f->in->json;
    const struct json_token *t = json_first(j, f->value);
    struct cpu_frame_slot *to = member(f);

    for (unsigned k = 0; t != NULL && k < f->row->count; k++, t = json_next(j, f->value, t))
        if (!get_slot(f, t, &to[k]))
            return false;
    return json_is(f->value, JSON_ARRAY);
}

/* The number stands under another key, beside its text. */
static bool get_beside(const struct field *f, const char *key)
{
    uint64_t number;

    if (!json_integer(get(f->in, f->object, key), &number))
        return false;
    set(f, number);
    return true;
}

static bool get_clone(const struct field *f)
{
    return get_beside(f, "clone_flags");
}

static bool get_member(const struct field *f)
{
    return get_beside(f, "offset");
}

/* The names stand in a list of their own, null where there is none. */
static bool get_sysargs(const struct field *f)
{
    const struct json *j = &f->in->json;
    const struct json_token *names = get(f->in, f->object, "args_name"), *t = json_first(j, names);
    const uint32_t *arg = member(f);

    if (!get_words(f))
        return false;
    for (unsigned k = 0; k < f->row->count; k++) {
        learn(f, t, arg[k], OF_DATA);
        t = t ? json_next(j, names, t) : NULL;
    }
    return true;
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static bool get_type(const struct field *f, const struct json_token *value,
                     struct guestinfo_type *type)
{
    char text[TEXT], name[TEXT];

    if (!json_string(value, text, sizeof(text)) ||
        !guest_type_parse(text, type, name, sizeof(name)))
        return false;
    if (name[0] != '\0')
        type->pointee = trace_book_text(f->in->book, name, strlen(name));
    return true;
}

/* Of a call those with values, of a function that was only seen to return all. */
static bool get_params(const struct field *f, const struct json_token *list, const char *with,
                       struct guestinfo_function *function)
{
    const struct json *j = &f->in->json;

    for (const struct json_token *t = json_first(j, list); t != NULL; t = json_next(j, list, t)) {
        struct guestinfo_param *param = &function->param[function->param_count];
        char name[TEXT];

        if (function->param_count == GUESTINFO_PARAMS_MAX)
            return true;
        function->param_count++;
        if (!json_string(get(f->in, t, "name"), name, sizeof(name)) ||
            !get_type(f, get(f->in, t, "type"), &param->type))
            return false;
        param->name = trace_book_text(f->in->book, name, strlen(name));
        param->place = get(f->in, t, with) ? GUEST_STACK : GUEST_NOWHERE;
    }
    return true;
}

static bool get_shape(const struct field *f, enum trace_shape *shape)
{
    static const char *const shapes[] = {
        [TRACE_FUNCTION] = "function", [TRACE_LABEL] = "label", [TRACE_POINT] = "point"};
    const struct json_token *value = get(f->in, f->object, "shape");

    for (unsigned i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (json_equals(value, shapes[i])) {
            *shape = (enum trace_shape)i;
            return true;
        }
    return false;
}

/* All of it, where the line tells that; else what it shows. */
static bool read_function(const struct field *f, struct trace_probe *probe, bool *all)
{
    const struct json_token *takes = get(f->in, f->object, "takes"),
                            *returns = get(f->in, f->object, "returns"),
                            *type = get(f->in, f->object, "type");

    *all = takes != NULL || returns != NULL;
    if (!get_params(f, get(f->in, f->object, "args"), "value", &probe->function) ||
        !get_params(f, takes, "known", &probe->function))
        return false;
    if (returns == NULL)
        returns = type;
    return returns == NULL || get_type(f, returns, &probe->function.result);
}

static bool get_probe(const struct field *f)
{
    struct trace_probe probe = {.known = true};
    uint64_t entry, known;
    char name[TEXT];
    bool all;

    if (!json_string(f->value, name, sizeof(name)) ||
        !json_integer(get(f->in, f->object, "entry"), &entry))
        return false;
    if (map64_get(&f->in->probes, entry, &known)) {
        f->event->call.probe = (const struct trace_probe *)(uintptr_t)known;
        if (strcmp(f->event->call.probe->name, name) == 0)
            return true;
    }
    probe.name = name;
    probe.addr = (uint32_t)entry;
    if (!get_shape(f, &probe.shape) || !read_function(f, &probe, &all))
        return false;
    f->event->call.probe = trace_book_probe(f->in->book, &probe);
    if (all && f->event->call.probe != NULL)
        map64_set(&f->in->probes, entry, (uintptr_t)f->event->call.probe);
    return f->event->call.probe != NULL;
}

static void get_task_of(const struct field *f, const struct json_token *object,
                        struct trace_who *who)
{
    const struct json_token *of = get(f->in, object, "of");

    if (of != NULL)
        as_who(f->in, of, who);
}

static bool get_args(const struct field *f)
{
    const struct json *j = &f->in->json;
    const struct json_token *t = json_first(j, f->value);
    struct trace_call *c = &f->event->call;

    for (unsigned k = 0; t != NULL && k < GUESTINFO_PARAMS_MAX;
         k++, t = json_next(j, f->value, t)) {
        uint64_t value;

        json_integer(get(f->in, t, "value"), &value);
        c->arg[k] = (uint32_t)value;
        learn_name(f, t, "value", c->arg[k], OF_DATA);
        get_task_of(f, t, &c->of[k]);
    }
    return json_is(f->value, JSON_ARRAY);
}

static bool get_result(const struct field *f)
{
    get_task_of(f, f->object, &f->event->call.result_of);
    return get_address(f);
}

/* ---- One event ------------------------------------------------------------------------------- */

static bool (*const getters[])(const struct field *) = {
    [FIELD_NUMBER] = get_number,     [FIELD_SIGNED] = get_number,    [FIELD_FLAG] = get_flag,
    [FIELD_CHOICE] = get_choice,     [FIELD_CODE] = get_address,     [FIELD_PLACE] = get_place,
    [FIELD_TARGET] = get_address,    [FIELD_SINCE] = get_number,     [FIELD_DATA] = get_address,
    [FIELD_STACK_TOP] = get_address, [FIELD_PID] = get_pid,          [FIELD_PROGRAM] = get_program,
    [FIELD_WHO] = get_who,           [FIELD_OTHER] = get_who,        [FIELD_TEXT] = get_text,
    [FIELD_BYTES] = get_bytes,       [FIELD_WORDS] = get_words,      [FIELD_TSS] = get_tss,
    [FIELD_SLOTS] = get_slots,       [FIELD_CLONE] = get_clone,      [FIELD_PROBE] = get_probe,
    [FIELD_ARGS] = get_args,         [FIELD_RESULT] = get_result,    [FIELD_SYSCALL] = get_number,
    [FIELD_SYSARGS] = get_sysargs,   [FIELD_SYSVALUE] = get_address, [FIELD_MEMBER] = get_member,
    [FIELD_REGISTER] = get_address,  [FIELD_ERROR] = get_number,     [FIELD_STATUS] = get_number,
    [FIELD_SIGNUM] = get_number,
};

/* A field that is there says so of the member that it depends on. */
static void note_presence(const struct field *f)
{
    const struct trace_field *row = f->row;
    size_t elements;

    if (row->when_size == 0 || row->when_offset == row->offset)
        return;
    if (row->count > 1 && row->form != FIELD_BYTES) {
        elements = json_count(&f->in->json, f->value);
        trace_field_set(f->event, row->when_offset, row->when_size,
                        elements < row->count ? elements : row->count);
    } else if (trace_field_get(f->event, row->when_offset, row->when_size) == 0) {
        trace_field_set(f->event, row->when_offset, row->when_size, 1);
    }
}

static bool get_field(const struct trace_field *row, struct trace_event *event,
                      struct json_events *in, const struct json_token *object)
{
    struct field f = {row, event, in, object, get(in, object, row->key)};

    if (f.value == NULL && row->form == FIELD_OTHER)
        memcpy(member(&f), &event->who, sizeof(event->who));
    if (f.value == NULL)
        return true;
    note_presence(&f);
    return getters[row->form](&f);
}

static bool get_kind(const struct json_events *in, const struct json_token *object,
                     enum trace_kind *kind)
{
    char name[TEXT];

    return json_string(get(in, object, "ev"), name, sizeof(name)) &&
           trace_kind_parse(name, strlen(name), kind);
}

bool json_event_read(struct json_events *in, struct trace_event *event)
{
    const struct json_token *object = json_root(&in->json);

    memset(event, 0, sizeof(*event));
    if (!get_kind(in, object, &event->kind) || !json_integer(get(in, object, "seq"), &event->seq) ||
        !json_integer(get(in, object, "icount"), &event->icount))
        return false;
    as_who(in, object, &event->who);
    /* What is shown of an address depends on the program, which stands behind it. */
    read_program(in, object, &event->program);
    for (const struct trace_field *const *row = trace_fields_of(event->kind); *row != NULL; row++)
        if ((*row)->levels[0] != '\0' && !get_field(*row, event, in, object))
            return false;
    return trace_event_mend(event);
}

/* Reading the JSON form back. Unknown keys are passed over; missing ones leave zero. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"
#include "emu/trace/trace_book.h"
#include "emu/trace/trace_field.h"
#include "emu/trace/trace_file.h"
#include "emu/trace/trace_json.h"
#include "emu/trace/trace_type.h"

static bool is_jsonl(const void *bytes, size_t size)
{
    static const char start[] = "{\"forkscope\":\"trace\"";

    return size >= sizeof(start) - 1 && memcmp(bytes, start, sizeof(start) - 1) == 0;
}

#ifdef HAVE_JANSSON
#include <jansson.h>

enum { CHUNK = 64 << 10, LINE_MAX_SIZE = 1 << 20, TEXT = 256 };

struct input {
    struct trace_file *file;
    struct trace_book *book;
    uint64_t offset; /* in the file, of the end of `buffer` */
    char *buffer;
    size_t used, at; /* bytes in the buffer, and where the next line begins */
    unsigned long line;
    bool cut;
};

/* ---- Lines ----------------------------------------------------------------------------------- */

static bool fill(struct input *in)
{
    size_t got;

    memmove(in->buffer, in->buffer + in->at, in->used - in->at);
    in->used -= in->at;
    in->at = 0;
    got = LINE_MAX_SIZE + CHUNK - in->used;
    got = trace_file_read(in->file, in->offset, in->buffer + in->used, got < CHUNK ? got : CHUNK);
    in->offset += got;
    in->used += got;
    return got > 0;
}

/* The next line without its end; NULL: there is no whole one. */
static const char *next_line(struct input *in, size_t *length)
{
    for (;;) {
        const char *start = in->buffer + in->at;
        const char *end = memchr(start, '\n', in->used - in->at);

        if (end != NULL) {
            *length = (size_t)(end - start);
            in->at += *length + 1;
            in->line++;
            return start;
        }
        if (in->used - in->at > LINE_MAX_SIZE || !fill(in)) {
            in->cut = in->used > in->at;
            return NULL;
        }
    }
}

/* ---- Values ---------------------------------------------------------------------------------- */

static bool as_number(const json_t *value, uint64_t *out)
{
    *out = json_is_integer(value) ? (uint64_t)json_integer_value(value) : 0;
    return json_is_integer(value);
}

/* Code points of bytes, back to bytes. Returns how many there are, at most `room`. */
static size_t as_bytes(const json_t *value, char *to, size_t room)
{
    const unsigned char *at = (const unsigned char *)json_string_value(value);
    size_t left = json_string_length(value), count = 0;

    for (; left > 0 && count < room; count++) {
        bool two = left > 1 && (*at == 0xc2 || *at == 0xc3);

        to[count] = (char)(two ? (*at & 3) << 6 | (at[1] & 0x3f) : *at);
        at += two ? 2 : 1;
        left -= two ? 2 : 1;
    }
    return count;
}

static void as_text(const json_t *value, char *to, size_t room)
{
    size_t count = as_bytes(value, to, room - 1);

    memset(to + count, 0, room - count);
}

static int32_t as_pid(const json_t *value)
{
    return json_is_integer(value) ? (int32_t)json_integer_value(value) : -1;
}

static bool as_who(const json_t *value, struct trace_who *who)
{
    uint64_t task;

    memset(who, 0, sizeof(*who));
    as_number(json_object_get(value, "task"), &task);
    who->task = (uint32_t)task;
    who->pid = as_pid(json_object_get(value, "pid"));
    as_text(json_object_get(value, "comm"), who->comm, sizeof(who->comm));
    return json_is_object(value);
}

/* ---- Names ----------------------------------------------------------------------------------- */

/* The name beside KEY: "kstack(3)-20" says whose stack it is, anything else is a symbol. */
static void learn_name(struct trace_book *book, const json_t *object, const char *key,
                       unsigned program, uint32_t addr, bool top)
{
    char name_key[TEXT], text[TEXT];
    const json_t *name;
    char *plus;
    int pid;

    snprintf(name_key, sizeof(name_key), "%s_name", key);
    name = json_object_get(object, name_key);
    if (!json_is_string(name))
        return;
    as_text(name, text, sizeof(text));
    if (sscanf(text, "kstack(%d)", &pid) == 1) {
        trace_book_set_stack(book, top ? addr - 1 : addr, pid);
        return;
    }
    plus = strrchr(text, '+');
    if (plus != NULL && strncmp(plus, "+0x", 3) == 0) {
        *plus = '\0';
        trace_book_set_symbol(book, program, addr, text, (uint32_t)strtoul(plus + 1, NULL, 16));
    } else {
        trace_book_set_symbol(book, program, addr, text, 0);
    }
}

/* ---- Fields, one function a form ------------------------------------------------------------- */

struct field {
    const struct trace_field *row;
    struct trace_event *event;
    struct trace_book *book;
    const json_t *object; /* the event */
    const json_t *value;
};

static bool get_number(const struct field *f)
{
    uint64_t number;

    if (!as_number(f->value, &number))
        return false;
    trace_field_set(f->event, f->row->offset, f->row->size, number);
    return true;
}

static bool get_flag(const struct field *f)
{
    trace_field_set(f->event, f->row->offset, f->row->size, json_is_true(f->value));
    return json_is_boolean(f->value);
}

static bool get_choice(const struct field *f)
{
    const char *text = json_string_value(f->value);

    for (unsigned i = 0; text != NULL && f->row->names[i] != NULL; i++)
        if (strcmp(f->row->names[i], text) == 0) {
            trace_field_set(f->event, f->row->offset, f->row->size, i);
            return true;
        }
    return false;
}

static bool get_address(const struct field *f)
{
    uint64_t addr;

    if (!get_number(f))
        return false;
    as_number(f->value, &addr);
    learn_name(f->book, f->object, f->row->key, f->event->program, (uint32_t)addr,
               f->row->form == FIELD_STACK_TOP);
    return true;
}

static bool get_place(const struct field *f)
{
    uint32_t addr;
    char line_key[TEXT], text[TEXT];
    const json_t *line;
    char *colon;

    if (!get_address(f))
        return false;
    addr = (uint32_t)trace_field_get(f->event, f->row->offset, f->row->size);
    snprintf(line_key, sizeof(line_key), "%s_line", f->row->key);
    line = json_object_get(f->object, line_key);
    if (!json_is_string(line))
        return true;
    as_text(line, text, sizeof(text));
    colon = strrchr(text, ':');
    if (colon != NULL) {
        *colon = '\0';
        trace_book_set_line(f->book, addr, text, (int)strtol(colon + 1, NULL, 10));
    }
    return true;
}

static bool get_pid(const struct field *f)
{
    trace_field_set(f->event, f->row->offset, f->row->size, (uint32_t)as_pid(f->value));
    return true;
}

static bool get_program(const struct field *f)
{
    char path[TEXT];

    as_text(f->value, path, sizeof(path));
    f->event->program = (uint16_t)trace_book_program(f->book, path);
    return json_is_string(f->value);
}

static bool get_who(const struct field *f)
{
    return as_who(f->value, (struct trace_who *)((char *)f->event + f->row->offset));
}

static bool get_text(const struct field *f)
{
    as_text(f->value, (char *)f->event + f->row->offset, f->row->size);
    return json_is_string(f->value);
}

static bool get_bytes(const struct field *f)
{
    char *to = (char *)f->event + f->row->offset;

    memset(to, 0, f->row->size);
    to[-1] = (char)as_bytes(f->value, to, f->row->size);
    return json_is_string(f->value);
}

static bool get_words(const struct field *f)
{
    uint32_t *to = (uint32_t *)(void *)((char *)f->event + f->row->offset);
    uint64_t number;

    for (size_t k = 0; k < json_array_size(f->value) && k < f->row->count; k++) {
        if (!as_number(json_array_get(f->value, k), &number))
            return false;
        to[k] = (uint32_t)number;
    }
    return json_is_array(f->value);
}

static bool get_tss(const struct field *f)
{
    uint32_t *to = (uint32_t *)(void *)((char *)f->event + f->row->offset);
    uint64_t number;

    for (unsigned k = 0; k < TSSWORDS; k++) {
        const char *name = trace_tss_word_name(k);

        if (!as_number(json_object_get(f->value, name), &number))
            return false;
        to[k] = (uint32_t)number;
        learn_name(f->book, f->value, name, f->event->program, to[k], false);
    }
    return true;
}

static bool get_slot(const struct field *f, const json_t *object, struct cpu_frame_slot *slot)
{
    const char *word = json_string_value(json_object_get(object, "word"));
    uint64_t at, value;

    for (unsigned w = 0; word != NULL && w <= FRAME_ERROR; w++)
        if (strcmp(trace_name_frame_word((enum cpu_frame_word)w), word) == 0) {
            slot->word = (enum cpu_frame_word)w;
            word = NULL;
        }
    if (word != NULL || !as_number(json_object_get(object, "at"), &at) ||
        !as_number(json_object_get(object, "value"), &value))
        return false;
    slot->linear = (uint32_t)at;
    slot->value = (uint32_t)value;
    learn_name(f->book, object, "at", f->event->program, slot->linear, false);
    learn_name(f->book, object, "value", f->event->program, slot->value, false);
    return true;
}

static bool get_slots(const struct field *f)
{
    struct cpu_frame_slot *to = (void *)((char *)f->event + f->row->offset);

    for (size_t k = 0; k < json_array_size(f->value) && k < f->row->count; k++)
        if (!get_slot(f, json_array_get(f->value, k), &to[k]))
            return false;
    return json_is_array(f->value);
}

/* The number stands under another key, beside its text. */
static bool get_beside(const struct field *f, const char *key)
{
    uint64_t number;

    if (!as_number(json_object_get(f->object, key), &number))
        return false;
    trace_field_set(f->event, f->row->offset, f->row->size, number);
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

/* ---- Calls ----------------------------------------------------------------------------------- */

static bool get_type(struct trace_book *book, const json_t *text, struct guestinfo_type *type)
{
    char name[TEXT];

    if (!json_is_string(text) ||
        !guest_type_parse(json_string_value(text), type, name, sizeof(name)))
        return false;
    if (name[0] != '\0')
        type->pointee = trace_book_text(book, name, strlen(name));
    return true;
}

static bool get_params(const struct field *f, const json_t *args, struct trace_probe *probe)
{
    struct guestinfo_function *function = &probe->function;

    for (size_t k = 0; k < json_array_size(args) && k < GUESTINFO_PARAMS_MAX; k++) {
        const json_t *arg = json_array_get(args, k);
        const char *name = json_string_value(json_object_get(arg, "name"));
        struct guestinfo_param *param = &function->param[function->param_count++];

        if (name == NULL || !get_type(f->book, json_object_get(arg, "type"), &param->type))
            return false;
        param->name = trace_book_text(f->book, name, strlen(name));
        param->place = json_object_get(arg, "value") ? GUEST_STACK : GUEST_NOWHERE;
    }
    return true;
}

static bool get_shape(const json_t *value, enum trace_shape *shape)
{
    static const char *const shapes[] = {
        [TRACE_FUNCTION] = "function", [TRACE_LABEL] = "label", [TRACE_POINT] = "point"};
    const char *text = json_string_value(value);

    for (unsigned i = 0; text != NULL && i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (strcmp(shapes[i], text) == 0) {
            *shape = (enum trace_shape)i;
            return true;
        }
    return false;
}

/* A probe as far as this event shows it: a call its parameters, a return its result. */
static bool get_probe(const struct field *f)
{
    const json_t *args = json_object_get(f->object, "args"),
                 *type = json_object_get(f->object, "type");
    struct trace_probe probe = {0};
    uint64_t entry;

    if (!json_is_string(f->value) || !as_number(json_object_get(f->object, "entry"), &entry) ||
        !get_shape(json_object_get(f->object, "shape"), &probe.shape) ||
        !get_params(f, args, &probe) ||
        (type != NULL && !get_type(f->book, type, &probe.function.result)))
        return false;
    probe.name = json_string_value(f->value);
    probe.addr = (uint32_t)entry;
    probe.known = true;
    f->event->call.probe = trace_book_probe(f->book, &probe);
    return f->event->call.probe != NULL;
}

static void get_task_of(const json_t *object, struct trace_who *who)
{
    const json_t *of = json_object_get(object, "of");

    if (of != NULL)
        as_who(of, who);
}

static bool get_args(const struct field *f)
{
    struct trace_call *c = &f->event->call;

    for (size_t k = 0; k < json_array_size(f->value) && k < GUESTINFO_PARAMS_MAX; k++) {
        const json_t *arg = json_array_get(f->value, k);
        uint64_t value;

        as_number(json_object_get(arg, "value"), &value);
        c->arg[k] = (uint32_t)value;
        learn_name(f->book, arg, "value", f->event->program, c->arg[k], false);
        get_task_of(arg, &c->of[k]);
    }
    return json_is_array(f->value);
}

static bool get_result(const struct field *f)
{
    get_task_of(f->object, &f->event->call.result_of);
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
    [FIELD_SYSARGS] = get_words,     [FIELD_SYSVALUE] = get_address, [FIELD_MEMBER] = get_member,
    [FIELD_REGISTER] = get_address,  [FIELD_ERROR] = get_number,     [FIELD_STATUS] = get_number,
    [FIELD_SIGNUM] = get_number,
};

/* A field that is there says so of the member that it depends on. */
static void note_presence(const struct trace_field *row, struct trace_event *event, size_t elements)
{
    if (row->when_size == 0 || row->when_offset == row->offset)
        return;
    if (row->count > 1 && row->form != FIELD_BYTES)
        trace_field_set(event, row->when_offset, row->when_size,
                        elements < row->count ? elements : row->count);
    else if (trace_field_get(event, row->when_offset, row->when_size) == 0)
        trace_field_set(event, row->when_offset, row->when_size, 1);
}

static bool get_field(const struct trace_field *row, struct trace_event *event,
                      const json_t *object, struct trace_book *book)
{
    struct field f = {row, event, book, object, json_object_get(object, row->key)};

    if (f.value == NULL && row->form == FIELD_OTHER)
        memcpy((char *)event + row->offset, &event->who, sizeof(event->who));
    if (f.value == NULL)
        return true;
    note_presence(row, event, json_array_size(f.value));
    return getters[row->form](&f);
}

static bool get_event(struct input *in, const json_t *object, struct trace_event *event)
{
    const char *kind = json_string_value(json_object_get(object, "ev"));

    memset(event, 0, sizeof(*event));
    if (kind == NULL || !trace_kind_parse(kind, strlen(kind), &event->kind) ||
        !as_number(json_object_get(object, "seq"), &event->seq) ||
        !as_number(json_object_get(object, "icount"), &event->icount))
        return false;
    as_who(object, &event->who);
    /* What is shown of an address depends on the program, which stands behind it. */
    if (json_object_get(object, "program") != NULL) {
        char path[TEXT];

        as_text(json_object_get(object, "program"), path, sizeof(path));
        event->program = (uint16_t)trace_book_program(in->book, path);
    }
    for (const struct trace_field *row = trace_fields; row->key != NULL; row++)
        if ((row->kinds & TRACE_BIT(event->kind)) && !get_field(row, event, object, in->book))
            return false;
    return trace_event_mend(event);
}

static int refuse_line(const struct input *in, const char *what, char *why, size_t why_size)
{
    return log_why(why, why_size, -EINVAL, "'%s' line %lu: %s", trace_file_name(in->file), in->line,
                   what);
}

static int next_jsonl(void *state, struct trace_event *event, char *why, size_t why_size)
{
    struct input *in = state;
    json_error_t error;
    json_t *object;
    size_t length;
    const char *line = next_line(in, &length);
    bool good;

    if (line == NULL)
        return 0;
    object = json_loadb(line, length, JSON_ALLOW_NUL, &error);
    if (object == NULL)
        return refuse_line(in, error.text, why, why_size);
    good = get_event(in, object, event);
    json_decref(object);
    return good ? 1 : refuse_line(in, "no event of level exact", why, why_size);
}

/* ---- The header ------------------------------------------------------------------------------ */

static bool read_ground(struct input *in, const json_t *header)
{
    const json_t *members = json_object_get(header, "pt_regs");
    size_t count = json_array_size(members);
    uint64_t base, size, info;

    as_number(json_object_get(header, "info_size"), &info);
    as_number(json_object_get(header, "kernel_base"), &base);
    as_number(json_object_get(header, "thread_size"), &size);
    if (!trace_book_set_ground(in->book,
                               &(struct trace_ground){(uint32_t)base, (uint32_t)size,
                                                      (uint32_t)(count < 1000 ? 4 * count : 4000),
                                                      (uint32_t)info}))
        return false;
    for (size_t k = 0; k < count; k++) {
        const char *name = json_string_value(json_array_get(members, k));

        if (name == NULL ||
            (strcmp(name, "?") != 0 && !trace_book_set_member(in->book, (unsigned)k, name)))
            return false;
    }
    return true;
}

static int read_header(struct input *in, const json_t *header, enum trace_level *level, char *why,
                       size_t why_size)
{
    const char *name = json_string_value(json_object_get(header, "level"));
    long long version = json_integer_value(json_object_get(header, "version"));

    if (version != TRACE_JSON_VERSION)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a JSON trace of version %lld; this forkscope reads %d: %s",
                       trace_file_name(in->file), version, TRACE_JSON_VERSION,
                       version > TRACE_JSON_VERSION ? "use a newer one" : "record it again");
    if (name == NULL || !trace_level_parse(name, level))
        return refuse_line(in, "no level", why, why_size);
    if (*level != TRACE_EXACT)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a JSON trace of level %s, without addresses and counts: only level "
                       "exact can be read back",
                       trace_file_name(in->file), name);
    return read_ground(in, header) ? 0 : refuse_line(in, "a header out of range", why, why_size);
}

static void close_jsonl(void *state)
{
    struct input *in = state;

    if (in == NULL)
        return;
    free(in->buffer);
    free(in);
}

static int open_jsonl(void **state, struct trace_file *file, struct trace_book *book,
                      enum trace_level *level, char *why, size_t why_size)
{
    struct input *in = calloc(1, sizeof(*in));
    json_t *header;
    size_t length = 0;
    const char *line;
    int err;

    *state = in;
    if (in == NULL || (in->buffer = malloc(LINE_MAX_SIZE + CHUNK)) == NULL) {
        close_jsonl(in);
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    in->file = file;
    in->book = book;
    line = next_line(in, &length);
    header = line ? json_loadb(line, length, 0, NULL) : NULL;
    err = header ? read_header(in, header, level, why, why_size)
                 : refuse_line(in, "no header", why, why_size);
    json_decref(header);
    if (err != 0)
        close_jsonl(in);
    return err;
}

static bool was_cut(const void *state)
{
    return ((const struct input *)state)->cut;
}

const struct trace_input trace_input_jsonl = {.name = "jsonl",
                                              .is = is_jsonl,
                                              .open = open_jsonl,
                                              .next = next_jsonl,
                                              .was_cut = was_cut,
                                              .close = close_jsonl};
#else

static int open_jsonl(void **state, struct trace_file *file, struct trace_book *book,
                      enum trace_level *level, char *why, size_t why_size)
{
    (void)state;
    (void)book;
    (void)level;
    return log_why(why, why_size, -ENOTSUP,
                   "'%s' is a JSON trace, and this build of forkscope has no jansson",
                   trace_file_name(file));
}

const struct trace_input trace_input_jsonl = {.name = "jsonl", .is = is_jsonl, .open = open_jsonl};
#endif

#include "emu/trace/trace_text_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/map64.h"
#include "emu/trace/trace_codec_state.h"
#include "emu/trace/trace_text_line.h"

enum { PROBES_MAX = 1 << 16 };

struct text_model {
    struct trace_book *book;
    struct trace_codec *codec;
    struct map64 by_name, by_pid; /* pid and name, pid -> number of a task, from 0 */
    struct map64 programs;        /* task -> program */
    struct map64 entered;         /* task and depth -> icount of the call */
    struct map64 probe_numbers;   /* address of struct trace_probe -> number */
    struct map64 probe_names;     /* hash of a name -> number of the first */
    struct trace_who *whos;
    const struct trace_probe **probes;
    size_t who_count, who_room, probe_count, probe_room;
};

struct text_model *text_model_create(struct trace_book *book)
{
    struct text_model *m = calloc(1, sizeof(*m));

    if (m == NULL || (m->codec = trace_codec_create()) == NULL) {
        free(m);
        return NULL;
    }
    m->book = book;
    codec_start(m->codec);
    return m;
}

void text_model_destroy(struct text_model *m)
{
    if (m == NULL)
        return;
    trace_codec_destroy(m->codec);
    map64_free(&m->by_name);
    map64_free(&m->by_pid);
    map64_free(&m->programs);
    map64_free(&m->entered);
    map64_free(&m->probe_numbers);
    map64_free(&m->probe_names);
    free(m->whos);
    free(m->probes);
    free(m);
}

const struct trace_codec *text_model_codec(const struct text_model *m)
{
    return m->codec;
}

static uint64_t hash(const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++)
        h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return h;
}

/* Room for one more element. */
static bool grow(void **list, size_t size, size_t count, size_t *room)
{
    size_t more = *room ? 2 * *room : 64;
    void *grown;

    if (count < *room)
        return true;
    grown = realloc(*list, more * size);
    if (grown == NULL)
        return false;
    *list = grown;
    *room = more;
    return true;
}

/* ---- Tasks ----------------------------------------------------------------------------------- */

static uint64_t name_key(const struct trace_who *who)
{
    return hash(who->comm) ^ (uint64_t)(uint32_t)who->pid * UINT64_C(0x9e3779b97f4a7c15);
}

static bool is_known(const struct text_model *m, const struct trace_who *who)
{
    uint64_t at, pid;

    return map64_get(&m->by_name, name_key(who), &at) && codec_same_who(&m->whos[at], who) &&
           map64_get(&m->by_pid, (uint32_t)who->pid, &pid) && pid == at;
}

static void note_who(struct text_model *m, const struct trace_who *who)
{
    uint64_t at = m->who_count;

    if ((who->task == 0 && who->pid == 0) || is_known(m, who))
        return;
    if (!map64_get(&m->by_name, name_key(who), &at) || !codec_same_who(&m->whos[at], who)) {
        if (!grow((void **)&m->whos, sizeof(*m->whos), m->who_count, &m->who_room))
            return;
        at = m->who_count;
        m->whos[m->who_count++] = *who;
    }
    map64_set(&m->by_name, name_key(who), at);
    map64_set(&m->by_pid, (uint32_t)who->pid, at);
}

void text_model_by_pid(const struct text_model *m, struct trace_who *who)
{
    int32_t pid = who->pid;
    uint64_t at;

    *who = (struct trace_who){.pid = pid};
    if (map64_get(&m->by_pid, (uint32_t)pid, &at))
        *who = m->whos[at];
}

void text_model_by_name(const struct text_model *m, struct trace_who *who)
{
    uint64_t at;

    if (map64_get(&m->by_name, name_key(who), &at))
        who->task = m->whos[at].task;
}

unsigned text_model_program(const struct text_model *m, uint32_t task)
{
    uint64_t program = 0;

    map64_get(&m->programs, task, &program);
    return (unsigned)program;
}

/* ---- Probes ---------------------------------------------------------------------------------- */

unsigned text_model_add_probe(struct text_model *m, const struct trace_probe *probe)
{
    uint64_t number, first;

    if (map64_get(&m->probe_numbers, (uintptr_t)probe, &number))
        return (unsigned)number;
    if (m->probe_count == PROBES_MAX ||
        !grow((void **)&m->probes, sizeof(*m->probes), m->probe_count, &m->probe_room))
        return 0;
    number = ++m->probe_count;
    m->probes[number - 1] = probe;
    map64_set(&m->probe_numbers, (uintptr_t)probe, number);
    if (!map64_get(&m->probe_names, hash(probe->name), &first))
        map64_set(&m->probe_names, hash(probe->name), number);
    return (unsigned)number;
}

const struct trace_probe *text_model_probe_at(const struct text_model *m, uint64_t number)
{
    return number > 0 && number <= m->probe_count ? m->probes[number - 1] : NULL;
}

/* "flags=SIGCHLD, regs=c0123456)": the names; what their types are is not shown. */
static void guess_params(struct trace_book *book, struct guestinfo_function *f, const char *rest)
{
    while (*rest != '\0' && *rest != ')' && *rest != '\n' &&
           f->param_count < GUESTINFO_PARAMS_MAX) {
        struct guestinfo_param *p = &f->param[f->param_count++];
        size_t length = strcspn(rest, "=,)\n");

        p->name = trace_book_text(book, rest, length);
        p->type = (struct guestinfo_type){GUEST_OTHER, sizeof(uint32_t), NULL};
        rest += length;
        p->place = strncmp(rest, "=?", 2) == 0 ? GUEST_NOWHERE : GUEST_STACK;
        rest += strcspn(rest, ",)\n");
        rest += strspn(rest, ", ");
    }
}

static const struct trace_probe *make_probe(struct text_model *m, const char *name,
                                            enum trace_kind kind, const char *rest)
{
    struct trace_probe probe = {.name = name, .known = true};
    const struct trace_probe *made;

    if (kind == TRACE_CALL && *rest != '(')
        probe.shape = TRACE_LABEL;
    else if (kind == TRACE_CALL)
        guess_params(m->book, &probe.function, rest + 1);
    else if (strncmp(rest, " = ", 3) == 0)
        probe.function.result = (struct guestinfo_type){GUEST_OTHER, sizeof(uint32_t), NULL};
    made = trace_book_probe(m->book, &probe);
    return made && text_model_add_probe(m, made) ? made : NULL;
}

const struct trace_probe *text_model_probe(struct text_model *m, const char *name,
                                           enum trace_kind kind, const char *rest)
{
    const struct trace_probe *probe = NULL;
    uint64_t number;

    if (map64_get(&m->probe_names, hash(name), &number))
        probe = m->probes[number - 1];
    if (probe != NULL && strcmp(probe->name, name) == 0)
        return probe;
    return m->book ? make_probe(m, name, kind, rest) : NULL;
}

/* ---- What else lines show by name -------------------------------------------------------- */

void text_model_symbol(struct text_model *m, unsigned program, uint32_t addr, const char *name,
                       uint32_t offset)
{
    if (m->book != NULL)
        trace_book_set_symbol(m->book, program, addr, name, offset);
}

uint32_t text_model_syscall(const struct text_model *m, const char *name)
{
    const struct trace_event *last = m->codec->last[TRACE_SYSCALL];
    enum syscall_abi abi = last ? syscall_abi_of(last->syscall.nr) : SYSCALL_LINUX;
    const struct syscall_info *info = syscall_by_name(abi, name);
    unsigned nr = 0;

    if (info == NULL)
        sscanf(name, "syscall_%u", &nr);
    return info ? info->nr : syscall_nr(abi, nr);
}

uint32_t text_model_member(const struct trace_names *names, const char *name)
{
    for (uint32_t offset = 0; offset < 4 * TRACE_MEMBERS_MAX; offset += 4)
        if (strcmp(trace_name_member(names, offset), name) == 0)
            return offset;
    return 0;
}

void text_model_descriptor(const struct text_model *m, struct trace_table *t)
{
    enum trace_kind kind = t->table == CPU_TABLE_IDTR ? TRACE_IDT : TRACE_GDT;
    const struct trace_event *last = m->codec->last[kind];

    if (last != NULL && !last->table.load && last->table.offset / 8 == t->offset / 8) {
        t->low = last->table.low;
        t->high = last->table.high;
    } else {
        t->low = t->high = 0;
    }
    if (t->size == sizeof(uint32_t) && t->offset % 8 == 0)
        t->low = t->value;
    else if (t->size == sizeof(uint32_t) && t->offset % 8 == 4)
        t->high = t->value;
}

bool text_model_names_task(const struct text_line *l, enum trace_kind kind)
{
    switch (kind) {
    case TRACE_EXEC:
        return *l->at != '"';
    case TRACE_EXIT:
        return *l->at != '\0' && strncmp(l->at, "status ", 7) != 0 &&
               strncmp(l->at, "killed by signal ", 17) != 0;
    case TRACE_SIGNAL:
        return strchr(l->at, '(') != NULL;
    default:
        return *l->at != '\0';
    }
}

/* ---- Guessing -------------------------------------------------------------------------------- */

static void read_line(struct text_model *m, const struct trace_names *names, const char *text,
                      struct trace_event *event, bool *bad)
{
    struct text_line l = {
        .names = names, .exact = true, .at = text, .model = m, .program = event->program};

    text_event(&l, event);
    *bad = l.bad;
}

static unsigned key_of(const struct text_model *m, const struct trace_event *event)
{
    uint64_t number = 0;
    unsigned key;

    if (event->kind == TRACE_CALL || event->kind == TRACE_RETURN)
        map64_get(&m->probe_numbers, (uintptr_t)event->call.probe, &number);
    codec_key(event, (unsigned)number, &key);
    return key;
}

/* What moves along with something that the line shows. */
static void expect_moved(const struct text_model *m, struct trace_event *event,
                         const struct trace_event *model)
{
    const struct cell *cells = m->codec->cell[event->kind];

    for (unsigned i = 0; i < m->codec->cell_count[event->kind]; i++)
        if (cells[i].form == CELL_BESIDE || cells[i].form == CELL_ENTRY)
            trace_field_set(event, cells[i].offset, cells[i].size,
                            codec_expect(&cells[i], event, model));
}

static uint64_t call_key(const struct trace_event *event)
{
    return (uint64_t)event->call.depth << 32 | event->who.task;
}

/* Members that the others say are of no use are zero. */
static void clear_unused(struct trace_event *event)
{
    for (const struct trace_field *const *at = trace_fields_of(event->kind); *at != NULL; at++) {
        const struct trace_field *f = *at;
        unsigned used = trace_field_used(f, event);

        if (f->when_size != 0 && used < f->count && f->when_offset != f->offset)
            memset((char *)event + f->offset + used * f->size, 0,
                   (size_t)(f->count - used) * f->size);
    }
}

bool text_model_guess(struct text_model *m, const struct trace_names *names, const char *text,
                      struct trace_event *event)
{
    const struct trace_event *model;
    struct trace_event shown = {0};
    unsigned program;
    bool bad;

    shown.program = event->program;
    read_line(m, names, text, &shown, &bad);
    if (shown.kind == TRACE_KIND_COUNT)
        return false;
    program = event->program ? event->program : text_model_program(m, shown.who.task);
    model = codec_model(m->codec, shown.kind, key_of(m, &shown));
    *event = *model;
    event->program = (uint16_t)program;
    read_line(m, names, text, event, &bad);
    event->program = (uint16_t)program;
    expect_moved(m, event, model);
    if (event->kind == TRACE_RETURN)
        map64_get(&m->entered, call_key(event), &event->call.entered);
    read_line(m, names, text, event, &bad);
    event->program = (uint16_t)program;
    clear_unused(event);
    return true;
}

void text_model_note(struct text_model *m, const struct trace_event *event)
{
    const struct cell *cells = m->codec->cell[event->kind];
    const struct trace_event *model;

    note_who(m, &event->who);
    for (unsigned i = 0; i < m->codec->cell_count[event->kind]; i++)
        if (cells[i].form == CELL_WHO)
            note_who(
                m, (const struct trace_who *)(const void *)((const char *)event + cells[i].offset));
    map64_set(&m->programs, event->who.task, event->program);
    if (event->kind == TRACE_CALL)
        map64_set(&m->entered, call_key(event), event->icount);
    *codec_like(m->codec, event->kind, key_of(m, event), &model) = *event;
}

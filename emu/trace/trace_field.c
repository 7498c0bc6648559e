#include "emu/trace/trace_field.h"

#include <string.h>
#include <threads.h>

#define BIT(kind) TRACE_BIT(TRACE_##kind)
#define EVERY     (~(trace_kinds)0)
#define INTS      (BIT(INT) | BIT(IRQ))
#define CALLS     (BIT(CALL) | BIT(RETURN))
#define TABLES    (BIT(TSS) | BIT(GDT) | BIT(IDT))
#define WHY       (INTS | BIT(FAILED) | BIT(TASK) | BIT(TRIPLE))
#define LIFE      (BIT(EXEC) | BIT(EXIT) | BIT(WAIT) | BIT(SIGNAL))

/* By value, as trace_names.h has them. */
static const char *const int_kinds[] = {"software", "fault", "trap", "abort", "irq", "nmi", NULL};
static const char *const frame_origins[] = {"software", "int", "irq", NULL};
static const char *const fork_sides[] = {"parent", "child", NULL};
static const char *const task_causes[] = {"jmp", "call", "int", "iret", NULL};
static const char *const table_names[] = {"gdt", "idt", "ldt", "tss", NULL};
static const char *const console_devices[] = {"serial", "debugcon", NULL};

#define EVENT        ((struct trace_event *)0)
#define AT(member)   offsetof(struct trace_event, member)
#define SIZE(member) sizeof(EVENT->member)

/* How much one element takes, by form; forms that are not here are single values. */
#define ELEMENT(form, member)                                                                      \
    (FIELD_##form == FIELD_WORDS || FIELD_##form == FIELD_TSS || FIELD_##form == FIELD_SYSARGS ||  \
             FIELD_##form == FIELD_ARGS                                                            \
         ? sizeof(uint32_t)                                                                        \
     : FIELD_##form == FIELD_SLOTS ? sizeof(struct cpu_frame_slot)                                 \
                                   : SIZE(member))

#define ROW(kinds, key, form, member, when_at, when_size, levels, names)                           \
    {kinds,                                                                                        \
     key,                                                                                          \
     FIELD_##form,                                                                                 \
     AT(member),                                                                                   \
     ELEMENT(form, member),                                                                        \
     SIZE(member) / ELEMENT(form, member),                                                         \
     when_at,                                                                                      \
     when_size,                                                                                    \
     levels,                                                                                       \
     names},

const struct trace_field trace_fields[] = {
#define FIELD(kinds, key, form, member, levels) ROW(kinds, key, form, member, 0, 0, levels, NULL)
#define WHEN(kinds, key, form, member, when, levels)                                               \
    ROW(kinds, key, form, member, AT(when), SIZE(when), levels, NULL)
#define NAMED(kinds, key, names, member, levels)                                                   \
    ROW(kinds, key, CHOICE, member, 0, 0, levels, names)
#include "emu/trace/trace_field.def"
    {0},
};

enum { FIELDS = sizeof(trace_fields) / sizeof(trace_fields[0]) };

static const struct trace_field *fields_of[TRACE_KIND_COUNT][FIELDS];
static once_flag fields_sorted = ONCE_FLAG_INIT;

static void sort_fields(void)
{
    for (unsigned kind = 0; kind < TRACE_KIND_COUNT; kind++) {
        unsigned count = 0;

        for (const struct trace_field *f = trace_fields; f->key != NULL; f++)
            if (f->kinds & TRACE_BIT(kind))
                fields_of[kind][count++] = f;
    }
}

const struct trace_field *const *trace_fields_of(enum trace_kind kind)
{
    call_once(&fields_sorted, sort_fields);
    return fields_of[kind];
}

uint64_t trace_field_get(const struct trace_event *event, unsigned offset, unsigned size)
{
    const char *at = (const char *)event + offset;
    uint64_t value64;
    uint32_t value32;
    uint16_t value16;

    switch (size) {
    case 1:
        return *(const uint8_t *)at;
    case 2:
        memcpy(&value16, at, sizeof(value16));
        return value16;
    case 4:
        memcpy(&value32, at, sizeof(value32));
        return value32;
    default:
        memcpy(&value64, at, sizeof(value64));
        return value64;
    }
}

void trace_field_set(struct trace_event *event, unsigned offset, unsigned size, uint64_t value)
{
    char *at = (char *)event + offset;
    uint32_t value32 = (uint32_t)value;
    uint16_t value16 = (uint16_t)value;

    switch (size) {
    case 1:
        *(uint8_t *)at = (uint8_t)value;
        break;
    case 2:
        memcpy(at, &value16, sizeof(value16));
        break;
    case 4:
        memcpy(at, &value32, sizeof(value32));
        break;
    default:
        memcpy(at, &value, sizeof(value));
    }
}

unsigned trace_field_used(const struct trace_field *field, const struct trace_event *event)
{
    uint64_t used = field->count;

    if (field->when_size != 0)
        used = trace_field_get(event, field->when_offset, field->when_size);
    return used < field->count ? (unsigned)used : field->count;
}

unsigned trace_field_length(const struct trace_field *field, const struct trace_event *event)
{
    unsigned length = ((const uint8_t *)event)[field->offset - 1];

    return length < field->size ? length : field->size;
}

/* SDM vol. 3, figures 3-8 and 6-2. */
uint32_t trace_table_target(const struct trace_table *t)
{
    if (t->table == CPU_TABLE_IDTR)
        return (t->low & 0xffff) | (t->high & 0xffff0000);
    if (t->table == CPU_TABLE_GDTR)
        return t->low >> 16 | (t->high & 0xff) << 16 | (t->high & 0xff000000);
    return 0;
}

/* ---- Foreign events -------------------------------------------------------------------------- */

enum { DEPTH_MAX = 4096 };

static bool choice_makes_sense(const struct trace_field *field, uint64_t value)
{
    for (unsigned i = 0; field->names[i] != NULL; i++)
        if (i == value)
            return true;
    return false;
}

static bool slots_make_sense(const struct trace_field *field, const struct trace_event *event)
{
    const struct cpu_frame_slot *slot = (const void *)((const char *)event + field->offset);

    for (unsigned i = 0; i < field->count; i++)
        if ((unsigned)slot[i].word > FRAME_ERROR)
            return false;
    return true;
}

static bool field_makes_sense(const struct trace_field *field, struct trace_event *event)
{
    char *member = (char *)event + field->offset;

    switch (field->form) {
    case FIELD_CHOICE:
        return choice_makes_sense(field, trace_field_get(event, field->offset, field->size));
    case FIELD_SLOTS:
        return slots_make_sense(field, event);
    case FIELD_PROBE:
        return event->call.probe != NULL && event->call.depth <= DEPTH_MAX;
    case FIELD_FLAG:
        *(uint8_t *)member = *(uint8_t *)member != 0; /* other values are no bool */
        return true;
    case FIELD_BYTES:
        return (uint8_t)member[-1] <= field->size;
    case FIELD_TARGET:
        event->table.target = event->table.size ? trace_table_target(&event->table) : 0;
        return true;
    case FIELD_WHO:
    case FIELD_OTHER:
        ((struct trace_who *)member)->comm[sizeof(event->who.comm) - 1] = '\0';
        return true;
    case FIELD_TEXT:
        member[field->size - 1] = '\0';
        return true;
    default:
        return true;
    }
}

bool trace_event_mend(struct trace_event *event)
{
    event->who.comm[sizeof(event->who.comm) - 1] = '\0';
    if (event->kind != TRACE_IRQ) /* an int that was made like an irq */
        event->time = 0;
    for (const struct trace_field *const *f = trace_fields_of(event->kind); *f != NULL; f++)
        if (!field_makes_sense(*f, event))
            return false;
    return true;
}

/* ---- What may want a name -------------------------------------------------------------------- */

static void visit_slots(const struct cpu_frame_slot *slot, unsigned count, trace_visit_fn *visit,
                        void *ctx)
{
    for (unsigned i = 0; i < count; i++) {
        visit(ctx, FIELD_DATA, slot[i].linear);
        if (slot[i].word == FRAME_EIP)
            visit(ctx, FIELD_CODE, slot[i].value);
        else if (slot[i].word == FRAME_ESP)
            visit(ctx, FIELD_DATA, slot[i].value);
    }
}

static void visit_words(const struct trace_event *event, const struct trace_field *field,
                        unsigned count, trace_visit_fn *visit, void *ctx)
{
    for (unsigned i = 0; i < count; i++)
        visit(ctx, FIELD_DATA,
              (uint32_t)trace_field_get(event, field->offset + 4u * i, sizeof(uint32_t)));
}

static void visit_field(const struct trace_event *event, const struct trace_field *field,
                        trace_visit_fn *visit, void *ctx)
{
    const char *member = (const char *)event + field->offset;
    unsigned used = trace_field_used(field, event);

    switch (field->form) {
    case FIELD_CODE:
    case FIELD_PLACE:
    case FIELD_DATA:
    case FIELD_TARGET:
    case FIELD_STACK_TOP:
    case FIELD_REGISTER:
    case FIELD_SYSVALUE:
    case FIELD_RESULT:
        if (used > 0)
            visit(ctx, field->form, (uint32_t)trace_field_get(event, field->offset, field->size));
        break;
    case FIELD_TSS:
        visit(ctx, FIELD_CODE, ((const uint32_t *)(const void *)member)[TSSWORD_EIP]);
        visit(ctx, FIELD_DATA, ((const uint32_t *)(const void *)member)[TSSWORD_ESP]);
        break;
    case FIELD_SYSARGS:
        visit_words(event, field, used, visit, ctx);
        break;
    case FIELD_ARGS:
        visit_words(event, field, event->call.probe->function.param_count, visit, ctx);
        break;
    case FIELD_SLOTS:
        visit_slots((const struct cpu_frame_slot *)(const void *)member, used, visit, ctx);
        break;
    default:
        break;
    }
}

void trace_field_visit(const struct trace_event *event, trace_visit_fn *visit, void *ctx)
{
    for (const struct trace_field *const *f = trace_fields_of(event->kind); *f != NULL; f++)
        visit_field(event, *f, visit, ctx);
}

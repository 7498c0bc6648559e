/* What writing and reading share: the cells of each kind, and which events are alike. */
#include "emu/trace/trace_codec.h"

#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_codec_state.h"

/* ---- Cells ----------------------------------------------------------------------------------- */

static void add_cell(struct trace_codec *c, enum trace_kind kind, enum cell_form form,
                     size_t offset, size_t size, size_t beside)
{
    unsigned *count = &c->cell_count[kind], before = *count;

    for (unsigned i = 0; i < *count; i++)
        if (c->cell[kind][i].offset == offset)
            return; /* shown under two keys, kept once */
    if (*count == CELLS_MAX)
        return;
    while (before > 0 && c->cell[kind][before - 1].row == c->row)
        before--;
    c->cell[kind][*count] = (struct cell){
        form, (uint16_t)offset, (uint16_t)size, (uint16_t)beside, c->row, *count - before, 0};
    (*count)++;
}

static void add_numbers(struct trace_codec *c, enum trace_kind kind, unsigned offset, unsigned size,
                        unsigned count)
{
    unsigned first = c->cell_count[kind];

    for (unsigned i = 0; i < count; i++)
        add_cell(c, kind, CELL_NUMBER, offset + i * size, size, 0);
    if (c->cell_count[kind] == first + count && count > 1)
        c->cell[kind][first].run = count;
}

static void add_slots(struct trace_codec *c, enum trace_kind kind, const struct trace_field *f)
{
    for (unsigned i = 0; i < f->count; i++) {
        size_t slot = f->offset + i * f->size;
        size_t linear = slot + offsetof(struct cpu_frame_slot, linear);

        add_cell(c, kind, CELL_NUMBER, slot + offsetof(struct cpu_frame_slot, word),
                 sizeof(enum cpu_frame_word), 0);
        add_cell(c, kind, i ? CELL_BESIDE : CELL_NUMBER, linear, 4, linear - f->size);
        add_cell(c, kind, CELL_NUMBER, slot + offsetof(struct cpu_frame_slot, value), 4, 0);
    }
}

static void add_whos(struct trace_codec *c, enum trace_kind kind, size_t offset, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        add_cell(c, kind, CELL_WHO, offset + i * sizeof(struct trace_who), sizeof(struct trace_who),
                 0);
}

static void add_field(struct trace_codec *c, enum trace_kind kind, const struct trace_field *f)
{
    switch (f->form) {
    case FIELD_WHO:
    case FIELD_OTHER:
        add_whos(c, kind, f->offset, 1);
        break;
    case FIELD_TEXT:
        add_cell(c, kind, CELL_TEXT, f->offset, f->size, 0);
        break;
    case FIELD_BYTES:
        add_cell(c, kind, CELL_NUMBER, f->offset - 1u, 1, 0);
        add_cell(c, kind, CELL_BYTES, f->offset, f->size, 0);
        break;
    case FIELD_SLOTS:
        add_slots(c, kind, f);
        break;
    case FIELD_PROBE:
        add_cell(c, kind, CELL_PROBE, f->offset, f->size, 0);
        break;
    case FIELD_SINCE:
        add_cell(c, kind, CELL_BESIDE, f->offset, f->size, offsetof(struct trace_event, icount));
        break;
    case FIELD_TARGET: /* is what the descriptor says */
        break;
    case FIELD_ARGS:
        add_numbers(c, kind, f->offset, f->size, f->count);
        add_whos(c, kind, offsetof(struct trace_event, call.of), GUESTINFO_PARAMS_MAX);
        break;
    case FIELD_RESULT:
        add_numbers(c, kind, f->offset, f->size, 1);
        add_whos(c, kind, offsetof(struct trace_event, call.result_of), 1);
        break;
    default:
        add_numbers(c, kind, f->offset, f->size, f->count);
    }
}

/* Where the CPU is follows from the rest of most events, so it comes last. */
static void add_where(struct trace_codec *c, enum trace_kind kind)
{
    const size_t eip = offsetof(struct trace_event, eip), size = sizeof(uint32_t);

    switch (kind) {
    case TRACE_INT:
    case TRACE_IRQ:
        add_cell(c, kind, CELL_BESIDE, eip, size,
                 offsetof(struct trace_event, interrupt.gate_offset));
        break;
    case TRACE_IRET:
        add_cell(c, kind, CELL_BESIDE, eip, size,
                 offsetof(struct trace_event, iret.cpu.slot[0].value));
        break;
    case TRACE_RET:
        add_cell(c, kind, CELL_BESIDE, eip, size, offsetof(struct trace_event, ret.eip));
        break;
    case TRACE_CALL:
        add_cell(c, kind, CELL_ENTRY, eip, size, 0);
        break;
    default:
        add_cell(c, kind, CELL_NUMBER, eip, size, 0);
    }
}

static void add_cells(struct trace_codec *c, enum trace_kind kind)
{
    for (const struct trace_field *const *f = trace_fields_of(kind); *f != NULL; f++)
        if ((*f)->offset != offsetof(struct trace_event, eip)) {
            c->row = *f;
            add_field(c, kind, *f);
        }
    for (c->row = trace_fields; c->row->offset != offsetof(struct trace_event, eip);)
        c->row++;
    add_where(c, kind);
}

static unsigned likes_of(enum trace_kind kind)
{
    return codec_has_key(kind) ? KEY_MAX + 1 : 1;
}

struct trace_codec *trace_codec_create(void)
{
    struct trace_codec *c = calloc(1, sizeof(*c));

    for (unsigned kind = 0; c != NULL && kind < TRACE_KIND_COUNT; kind++) {
        c->like_first[kind] = c->like_count;
        c->like_count += likes_of((enum trace_kind)kind);
        add_cells(c, (enum trace_kind)kind);
    }
    if (c == NULL)
        return NULL;
    c->like = calloc(c->like_count, sizeof(*c->like));
    c->like_used = calloc(c->like_count, sizeof(*c->like_used));
    if (c->like == NULL || c->like_used == NULL) {
        trace_codec_destroy(c);
        return NULL;
    }
    return c;
}

void trace_codec_destroy(struct trace_codec *c)
{
    if (c == NULL)
        return;
    map64_free(&c->text_numbers);
    map64_free(&c->who_numbers);
    map64_free(&c->probe_numbers);
    trace_told_free(&c->told);
    free(c->texts_out.bytes);
    free(c->texts);
    free(c->whos);
    free(c->probes);
    free(c->like);
    free(c->like_used);
    free(c);
}

void codec_start(struct trace_codec *c)
{
    memset(c->like_used, 0, c->like_count * sizeof(*c->like_used));
    memset(c->last, 0, sizeof(c->last));
    c->who = (struct trace_who){0};
    c->seq = c->icount = 0;
    c->symbol_addr = 0;
    memset(c->recent, 0, sizeof(c->recent));
    c->line = 0;
    c->file[0] = '\0';
    c->texts_out.used = 0;
    c->text_count = c->who_count = c->probe_count = 0;
    map64_clear(&c->text_numbers);
    map64_clear(&c->who_numbers);
    map64_clear(&c->probe_numbers);
    trace_told_clear(&c->told);
}

/* ---- Likeness -------------------------------------------------------------------------------- */

bool codec_has_key(enum trace_kind kind)
{
    unsigned key;

    return codec_key(&(struct trace_event){.kind = kind}, 0, &key);
}

bool codec_key(const struct trace_event *event, unsigned probe_number, unsigned *key)
{
    switch (event->kind) {
    case TRACE_INT:
    case TRACE_IRQ:
        *key = event->interrupt.vector & KEY_MAX;
        return true;
    case TRACE_IRET:
        *key = event->iret.vector & KEY_MAX;
        return true;
    case TRACE_SYSCALL:
    case TRACE_SYSRET:
        *key = event->syscall.nr & KEY_MAX;
        return true;
    case TRACE_CALL:
    case TRACE_RETURN:
        *key = probe_number & KEY_MAX;
        return true;
    case TRACE_FAILED:
        *key = event->failed.vector & KEY_MAX;
        return true;
    case TRACE_SHARE:
        *key = event->share.served;
        return true;
    case TRACE_FRAME:
        *key = event->frame.offset / 4 & KEY_MAX;
        return true;
    case TRACE_GDT:
    case TRACE_IDT:
        *key = event->table.offset & 7;
        return true;
    default:
        *key = 0;
        return false;
    }
}

/* Kinds with the same members stand in for each other. */
static enum trace_kind family(enum trace_kind kind)
{
    return kind == TRACE_IRQ ? TRACE_INT : kind;
}

const struct trace_event *codec_model(const struct trace_codec *c, enum trace_kind kind,
                                      unsigned key)
{
    static const struct trace_event nothing;
    unsigned at = c->like_first[kind] + key;

    if (c->like_used[at])
        return &c->like[at];
    return c->last[family(kind)] ? c->last[family(kind)] : &nothing;
}

struct trace_event *codec_like(struct trace_codec *c, enum trace_kind kind, unsigned key,
                               const struct trace_event **model)
{
    unsigned at = c->like_first[kind] + key;
    struct trace_event *like = &c->like[at];

    *model = codec_model(c, kind, key);
    c->like_used[at] = true;
    c->last[family(kind)] = like;
    return like;
}

uint64_t codec_expect(const struct cell *cell, const struct trace_event *event,
                      const struct trace_event *model)
{
    uint64_t then = trace_field_get(model, cell->offset, cell->size);

    if (cell->form == CELL_BESIDE)
        then += trace_field_get(event, cell->beside, cell->size) -
                trace_field_get(model, cell->beside, cell->size);
    if (cell->form == CELL_ENTRY && event->call.probe != NULL)
        then = event->call.probe->addr;
    return then;
}

bool codec_same_who(const struct trace_who *a, const struct trace_who *b)
{
    return a->task == b->task && a->pid == b->pid && strcmp(a->comm, b->comm) == 0;
}

bool codec_same_cell(const struct cell *cell, const struct trace_event *a,
                     const struct trace_event *b)
{
    const char *x = (const char *)a + cell->offset, *y = (const char *)b + cell->offset;

    switch (cell->form) {
    case CELL_WHO:
        return codec_same_who((const struct trace_who *)x, (const struct trace_who *)y);
    case CELL_TEXT:
        return strcmp(x, y) == 0;
    case CELL_BYTES:
        return x[-1] == y[-1] && memcmp(x, y, (uint8_t)x[-1]) == 0;
    case CELL_PROBE:
        return a->call.probe == b->call.probe;
    default:
        return memcmp(x, y, cell->size) == 0;
    }
}

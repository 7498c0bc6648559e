/* Writing: from events to bytes. */
#include <stdio.h>
#include <string.h>

#include "emu/trace/trace_codec_state.h"

static uint64_t hash(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        h = (h ^ at[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Writes the number of what `key` stands for. True: it is new, and must be told now. */
static bool put_number(struct byte_writer *w, struct map64 *numbers, uint64_t key)
{
    uint64_t number;
    bool known = map64_get(numbers, key, &number);

    put_varint(w, known ? number : 0);
    if (!known && !map64_set(numbers, key, numbers->count + 1))
        w->failed = true;
    return !known;
}

/* Two texts with one hash would be taken for the same: 1 in 2^64 for each pair. */
static void put_text(struct trace_codec *c, struct byte_writer *w, const char *text)
{
    size_t length = strlen(text);

    if (!put_number(w, &c->text_numbers, hash(text, length)))
        return;
    put_bytes(&c->texts_out, text, length + 1);
    w->failed |= c->texts_out.failed;
}

const struct byte_writer *trace_codec_texts(const struct trace_codec *c)
{
    return &c->texts_out;
}

static void put_who(struct trace_codec *c, struct byte_writer *w, const struct trace_who *who)
{
    uint64_t key = hash(who->comm, strnlen(who->comm, sizeof(who->comm)));

    key = (key ^ who->task) * UINT64_C(0x9e3779b97f4a7c15) ^ (uint32_t)who->pid;
    if (!put_number(w, &c->who_numbers, key))
        return;
    put_varint(w, who->task);
    put_folded(w, who->pid);
    put_text(c, w, who->comm);
}

static void put_type(struct trace_codec *c, struct byte_writer *w,
                     const struct guestinfo_type *type)
{
    put_varint(w, (uint64_t)type->kind | (uint64_t)(type->pointee != NULL) << 3 |
                      (uint64_t)type->size << 4);
    if (type->pointee != NULL)
        put_text(c, w, type->pointee);
}

static void put_probe(struct trace_codec *c, struct byte_writer *w, const struct trace_probe *probe)
{
    const struct guestinfo_function *f = &probe->function;

    if (!put_number(w, &c->probe_numbers, (uintptr_t)probe))
        return;
    put_text(c, w, probe->name);
    put_folded(w, (int32_t)(probe->addr - c->symbol_addr));
    put_byte(w, (uint8_t)((unsigned)probe->shape | f->param_count << 2));
    put_type(c, w, &f->result);
    for (unsigned k = 0; k < f->param_count; k++) {
        put_text(c, w, f->param[k].name ? f->param[k].name : "");
        put_byte(w, f->param[k].place == GUEST_NOWHERE);
        put_type(c, w, &f->param[k].type);
    }
}

/* ---- Facts ----------------------------------------------------------------------------------- */

struct where {
    struct trace_codec *c;
    struct byte_writer *w;
    const struct trace_ground *ground;
};

static void tell_line(void *ctx, uint32_t addr, const char *file, int line)
{
    const struct where *at = ctx;
    struct trace_codec *c = at->c;

    put_byte(at->w, (uint8_t)(TAG_LINE | (addr == c->symbol_addr ? TAG_HERE : 0) |
                              (strcmp(file, c->file) == 0 ? TAG_SAME_FILE : 0)));
    if (addr != c->symbol_addr)
        put_folded(at->w, (int32_t)(addr - c->symbol_addr));
    if (strcmp(file, c->file) != 0)
        put_text(c, at->w, file);
    put_folded(at->w, line - c->line);
    c->line = line;
    snprintf(c->file, sizeof(c->file), "%s", file);
}

static void tell_symbol(void *ctx, unsigned program, uint32_t addr,
                        const struct trace_symbol *symbol)
{
    const struct where *at = ctx;
    struct trace_codec *c = at->c;

    put_byte(at->w, TAG_SYMBOL);
    put_folded(at->w, (int32_t)(addr - c->symbol_addr));
    if (addr < at->ground->kernel_base)
        put_varint(at->w, program);
    put_text(c, at->w, symbol->name);
    put_varint(at->w, symbol->offset);
    c->symbol_addr = addr;
    c->recent[codec_recent_place(addr)] = addr;
}

static void tell_stack(void *ctx, uint32_t stack, int32_t pid)
{
    const struct where *at = ctx;

    put_byte(at->w, TAG_STACK);
    put_varint(at->w, stack / at->ground->thread_size);
    put_folded(at->w, pid);
}

static void tell_program(void *ctx, unsigned program, const char *path)
{
    const struct where *at = ctx;

    put_byte(at->w, TAG_PROGRAM);
    put_varint(at->w, program);
    put_text(at->c, at->w, path);
}

static const struct trace_teller teller = {tell_symbol, tell_line, tell_stack, tell_program};

/* ---- Events ---------------------------------------------------------------------------------- */

static int64_t difference_of(const struct cell *cell, const struct trace_event *event,
                             const struct trace_event *like)
{
    uint64_t now = trace_field_get(event, cell->offset, cell->size);
    uint64_t moved = now - codec_expect(cell, event, like);

    return cell->size == 4 ? (int32_t)(uint32_t)moved : (int64_t)moved;
}

static bool as_expected(const struct cell *cell, const struct trace_event *event,
                        const struct trace_event *like)
{
    bool number =
        cell->form == CELL_NUMBER || cell->form == CELL_BESIDE || cell->form == CELL_ENTRY;

    return number ? difference_of(cell, event, like) == 0 : codec_same_cell(cell, event, like);
}

/* A whole array at once. */
static bool same_run(const struct cell *cell, const struct trace_event *event,
                     const struct trace_event *like)
{
    return memcmp((const char *)event + cell->offset, (const char *)like + cell->offset,
                  (size_t)cell->run * cell->size) == 0;
}

static void put_word(struct trace_codec *c, struct byte_writer *w, uint32_t value,
                     int32_t difference)
{
    uint32_t folded = (uint32_t)difference << 1 ^ (uint32_t)(difference >> 31);
    unsigned place = codec_recent_place(value);

    if (folded < WORD_RECENT) {
        put_byte(w, (uint8_t)folded);
    } else if (c->recent[place] == value) {
        put_byte(w, (uint8_t)(WORD_RECENT + place));
    } else {
        put_byte(w, (uint8_t)(WORD_FAR + (folded & ((1u << WORD_FAR_BITS) - 1))));
        put_varint(w, folded >> WORD_FAR_BITS);
    }
    c->recent[place] = value;
}

static void put_cell(struct trace_codec *c, struct byte_writer *w, const struct cell *cell,
                     const struct trace_event *event, const struct trace_event *like)
{
    const char *member = (const char *)event + cell->offset;

    switch (cell->form) {
    case CELL_NUMBER:
    case CELL_BESIDE:
    case CELL_ENTRY:
        if (cell->size == 4)
            put_word(c, w, (uint32_t)trace_field_get(event, cell->offset, 4),
                     (int32_t)difference_of(cell, event, like));
        else
            put_folded(w, difference_of(cell, event, like));
        break;
    case CELL_WHO:
        put_who(c, w, (const struct trace_who *)member);
        break;
    case CELL_TEXT:
        put_text(c, w, member);
        break;
    case CELL_BYTES:
        put_bytes(w, member, (uint8_t)member[-1]);
        break;
    case CELL_PROBE:
        put_probe(c, w, event->call.probe);
        break;
    }
}

static void put_cells(struct trace_codec *c, struct byte_writer *w, const struct trace_event *event,
                      const struct trace_event *like)
{
    const struct cell *cells = c->cell[event->kind];
    unsigned last = 0;

    for (unsigned i = 0; i < c->cell_count[event->kind]; i++) {
        if (cells[i].run > 0 && same_run(&cells[i], event, like)) {
            i += cells[i].run - 1;
            continue;
        }
        if (as_expected(&cells[i], event, like))
            continue;
        put_varint(w, i + 1 - last);
        put_cell(c, w, &cells[i], event, like);
        last = i + 1;
    }
    put_byte(w, 0);
}

/* The number that the event's probe has, or is about to get. */
static unsigned probe_number(const struct trace_codec *c, const struct trace_event *event)
{
    uint64_t number = c->probe_numbers.count + 1;

    if (event->kind == TRACE_CALL || event->kind == TRACE_RETURN)
        map64_get(&c->probe_numbers, (uintptr_t)event->call.probe, &number);
    return (unsigned)number;
}

void trace_codec_put(struct trace_codec *c, struct byte_writer *w, const struct trace_facts *facts,
                     const struct trace_event *event)
{
    struct where where = {c, w, &facts->ground};
    bool same = codec_same_who(&event->who, &c->who), next = event->seq == c->seq + 1;
    const struct trace_event *model;
    struct trace_event *like;
    unsigned key;

    trace_tell(&c->told, &teller, &where, facts, event);
    put_byte(w,
             (uint8_t)((unsigned)event->kind | (same ? TAG_SAME_TASK : 0) | (next ? TAG_NEXT : 0)));
    if (!same)
        put_who(c, w, &event->who);
    if (!next)
        put_folded(w, (int64_t)(event->seq - c->seq));
    put_folded(w, (int64_t)(event->icount - c->icount));
    if (codec_key(event, probe_number(c, event), &key))
        put_byte(w, (uint8_t)key);
    like = codec_like(c, event->kind, key, &model);
    put_cells(c, w, event, model);
    *like = *event;
    c->who = event->who;
    c->seq = event->seq;
    c->icount = event->icount;
}

void trace_codec_put_start(struct trace_codec *c, struct byte_writer *w,
                           const struct trace_facts *facts)
{
    const struct trace_ground *g = &facts->ground;

    codec_start(c);
    put_varint(w, g->kernel_base);
    put_varint(w, g->thread_size);
    put_varint(w, g->pt_regs_size);
    put_varint(w, g->info_size);
    for (uint32_t offset = 0; offset < g->pt_regs_size; offset += 4) {
        const char *member = facts->member(facts->ctx, offset);

        put_text(c, w, member ? member : "");
    }
}

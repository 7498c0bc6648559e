/* Reading: from bytes to events. Nothing here trusts the bytes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_codec_state.h"

/* Room for one more in a table; false: too many, or out of memory. */
static bool reserve(void **table, size_t element, size_t count, size_t *room)
{
    size_t larger = *room ? 2 * *room : 64;
    void *grown;

    if (count < *room)
        return true;
    if (count >= TABLE_MAX)
        return false;
    grown = realloc(*table, larger * element);
    if (grown == NULL)
        return false;
    *table = grown;
    *room = larger;
    return true;
}

static const char *get_text(struct trace_codec *c, struct byte_reader *r, struct trace_book *book)
{
    uint64_t number = get_varint(r);
    struct byte_reader *texts = &c->texts_in;
    const uint8_t *bytes = texts->at, *end;
    size_t length;

    if (number > 0 && number <= c->text_count)
        return c->texts[number - 1];
    end = bytes < texts->end ? memchr(bytes, '\0', (size_t)(texts->end - bytes)) : NULL;
    length = end ? (size_t)(end - bytes) : 0;
    texts->at = end ? end + 1 : bytes;
    r->bad |= number != 0;
    if (end == NULL || r->bad ||
        !reserve((void **)&c->texts, sizeof(*c->texts), c->text_count, &c->text_room) ||
        (c->texts[c->text_count] = trace_book_text(book, (const char *)bytes, length)) == NULL) {
        r->bad = true;
        return "";
    }
    return c->texts[c->text_count++];
}

static void get_who(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                    struct trace_who *who)
{
    uint64_t number = get_varint(r);
    const char *comm;

    memset(who, 0, sizeof(*who));
    if (number > 0 && number <= c->who_count) {
        *who = c->whos[number - 1];
        return;
    }
    r->bad |= number != 0;
    who->task = (uint32_t)get_varint(r);
    who->pid = (int32_t)get_folded(r);
    comm = get_text(c, r, book);
    memcpy(who->comm, comm, strnlen(comm, sizeof(who->comm) - 1));
    if (r->bad || !reserve((void **)&c->whos, sizeof(*c->whos), c->who_count, &c->who_room))
        r->bad = true;
    else
        c->whos[c->who_count++] = *who;
}

static void get_type(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                     struct guestinfo_type *type)
{
    uint64_t word = get_varint(r);

    type->kind = (enum guestinfo_kind)(word & 7);
    type->size = (uint32_t)(word >> 4);
    type->pointee = word & 8 ? get_text(c, r, book) : NULL;
    r->bad |= type->kind > GUEST_OTHER;
}

static void get_function(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                         struct guestinfo_function *f)
{
    get_type(c, r, book, &f->result);
    for (unsigned k = 0; k < f->param_count && !r->bad; k++) {
        f->param[k].name = get_text(c, r, book);
        f->param[k].place = get_byte(r) ? GUEST_NOWHERE : GUEST_STACK;
        get_type(c, r, book, &f->param[k].type);
    }
}

static const struct trace_probe *get_probe(struct trace_codec *c, struct byte_reader *r,
                                           struct trace_book *book)
{
    uint64_t number = get_varint(r);
    struct trace_probe probe = {0};
    unsigned shape;

    if (number > 0 && number <= c->probe_count)
        return c->probes[number - 1];
    r->bad |= number != 0;
    probe.name = get_text(c, r, book);
    probe.addr = c->symbol_addr + (uint32_t)get_folded(r);
    shape = get_byte(r);
    probe.shape = (enum trace_shape)(shape & 3);
    probe.known = true;
    probe.function.param_count = shape >> 2;
    if (probe.shape > TRACE_POINT || probe.function.param_count > GUESTINFO_PARAMS_MAX)
        r->bad = true;
    else
        get_function(c, r, book, &probe.function);
    if (r->bad ||
        !reserve((void **)&c->probes, sizeof(*c->probes), c->probe_count, &c->probe_room) ||
        (c->probes[c->probe_count] = trace_book_probe(book, &probe)) == NULL) {
        r->bad = true;
        return NULL;
    }
    return c->probes[c->probe_count++];
}

/* ---- Facts ----------------------------------------------------------------------------------- */

static uint32_t kernel_base(const struct trace_book *book)
{
    struct trace_facts facts;

    trace_book_facts(book, &facts);
    return facts.ground.kernel_base;
}

static bool get_symbol(struct trace_codec *c, struct byte_reader *r, struct trace_book *book)
{
    unsigned program = 0;
    const char *name;

    c->symbol_addr += (uint32_t)get_folded(r);
    if (c->symbol_addr < kernel_base(book))
        program = (unsigned)get_varint(r);
    c->recent[codec_recent_place(c->symbol_addr)] = c->symbol_addr;
    name = get_text(c, r, book);
    return trace_book_set_symbol(book, program, c->symbol_addr, name, (uint32_t)get_varint(r));
}

static bool get_line(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                     unsigned tag)
{
    uint32_t addr = c->symbol_addr + (tag & TAG_HERE ? 0 : (uint32_t)get_folded(r));
    const char *file = tag & TAG_SAME_FILE ? c->file : get_text(c, r, book);

    if (file != c->file)
        snprintf(c->file, sizeof(c->file), "%s", file);
    c->line = (int)(uint32_t)((uint64_t)c->line + (uint64_t)get_folded(r));
    return trace_book_set_line(book, addr, file, c->line);
}

static bool get_stack(struct byte_reader *r, struct trace_book *book)
{
    struct trace_facts facts;
    uint32_t number = (uint32_t)get_varint(r);
    int32_t pid = (int32_t)get_folded(r);

    trace_book_facts(book, &facts);
    return trace_book_set_stack(book, number * facts.ground.thread_size, pid);
}

static bool get_program(struct trace_codec *c, struct byte_reader *r, struct trace_book *book)
{
    unsigned program = (unsigned)get_varint(r);

    return trace_book_set_program(book, program, get_text(c, r, book));
}

/* False: the tag is no fact's, or what follows makes no sense. */
static bool get_fact(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                     unsigned tag)
{
    switch (tag & TAG_MASK) {
    case TAG_SYMBOL:
        return get_symbol(c, r, book) && !r->bad;
    case TAG_LINE:
        return get_line(c, r, book, tag) && !r->bad;
    case TAG_STACK:
        return get_stack(r, book) && !r->bad;
    case TAG_PROGRAM:
        return get_program(c, r, book) && !r->bad;
    default:
        return false;
    }
}

bool trace_codec_get_start(struct trace_codec *c, struct byte_reader *r, struct byte_reader texts,
                           struct trace_book *book)
{
    struct trace_ground ground;

    codec_start(c);
    c->texts_in = texts;
    ground.kernel_base = (uint32_t)get_varint(r);
    ground.thread_size = (uint32_t)get_varint(r);
    ground.pt_regs_size = (uint32_t)get_varint(r);
    ground.info_size = (uint32_t)get_varint(r);
    if (!trace_book_set_ground(book, &ground))
        return false;
    for (uint32_t word = 0; word * 4 < ground.pt_regs_size && !r->bad; word++) {
        const char *name = get_text(c, r, book);

        if (name[0] != '\0' && !trace_book_set_member(book, word, name))
            return false;
    }
    return !r->bad;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static uint32_t get_word(struct trace_codec *c, struct byte_reader *r, uint32_t expected)
{
    unsigned first = get_byte(r);
    uint32_t folded = first, value;

    if (first >= WORD_FAR)
        folded = (first - WORD_FAR) | (uint32_t)get_varint(r) << WORD_FAR_BITS;
    if (first >= WORD_RECENT && first < WORD_FAR)
        value = c->recent[first - WORD_RECENT];
    else
        value = expected + (folded >> 1 ^ (~(folded & 1) + 1));
    c->recent[codec_recent_place(value)] = value;
    return value;
}

static void get_number(struct trace_codec *c, struct byte_reader *r, const struct cell *cell,
                       struct trace_event *event, const struct trace_event *model)
{
    uint64_t then = codec_expect(cell, event, model);

    if (cell->size == 4)
        then = get_word(c, r, (uint32_t)then);
    else
        then += (uint64_t)get_folded(r);
    trace_field_set(event, cell->offset, cell->size, then);
}

static void get_text_cell(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                          const struct cell *cell, char *member)
{
    const char *text = get_text(c, r, book);

    memset(member, 0, cell->size);
    memcpy(member, text, strnlen(text, cell->size - 1u));
}

static void get_bytes_cell(struct byte_reader *r, const struct cell *cell, char *member)
{
    size_t length = (uint8_t)member[-1];
    const uint8_t *bytes = length <= cell->size ? get_bytes(r, length) : NULL;

    memset(member, 0, cell->size);
    if (bytes != NULL)
        memcpy(member, bytes, length);
    else
        r->bad = true;
}

static void get_cell(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                     const struct cell *cell, struct trace_event *event,
                     const struct trace_event *model)
{
    char *member = (char *)event + cell->offset;

    switch (cell->form) {
    case CELL_NUMBER:
    case CELL_BESIDE:
    case CELL_ENTRY:
        get_number(c, r, cell, event, model);
        break;
    case CELL_WHO:
        get_who(c, r, book, (struct trace_who *)member);
        break;
    case CELL_TEXT:
        get_text_cell(c, r, book, cell, member);
        break;
    case CELL_BYTES:
        get_bytes_cell(r, cell, member);
        break;
    case CELL_PROBE:
        event->call.probe = get_probe(c, r, book);
        break;
    }
}

/* Cells that were not told are as expected, which for most is as in the model. */
static void expect_cells(const struct trace_codec *c, struct trace_event *event, unsigned first,
                         unsigned end, const struct trace_event *model)
{
    const struct cell *cells = c->cell[event->kind];

    for (unsigned i = first; i < end; i++)
        if (cells[i].form == CELL_BESIDE || cells[i].form == CELL_ENTRY)
            trace_field_set(event, cells[i].offset, cells[i].size,
                            codec_expect(&cells[i], event, model));
}

static bool get_cells(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                      struct trace_event *event, const struct trace_event *model)
{
    unsigned count = c->cell_count[event->kind], at = 0;

    for (;;) {
        uint64_t gap = get_varint(r);

        if (r->bad || gap > count - at)
            return false;
        expect_cells(c, event, at, gap ? at + (unsigned)gap - 1 : count, model);
        if (gap == 0)
            return true;
        at += (unsigned)gap;
        get_cell(c, r, book, &c->cell[event->kind][at - 1], event, model);
    }
}

static bool get_event(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                      unsigned tag, struct trace_event *event)
{
    enum trace_kind kind = (enum trace_kind)(tag & TAG_MASK);
    const struct trace_event *model;
    struct trace_event *like;
    unsigned key = 0;

    if (!(tag & TAG_SAME_TASK))
        get_who(c, r, book, &c->who);
    c->seq += tag & TAG_NEXT ? 1 : (uint64_t)get_folded(r);
    c->icount += (uint64_t)get_folded(r);
    if (codec_has_key(kind))
        key = get_byte(r) & KEY_MAX;
    like = codec_like(c, kind, key, &model);
    *event = *model;
    event->kind = kind;
    event->who = c->who;
    event->seq = c->seq;
    event->icount = c->icount;
    if (!get_cells(c, r, book, event, model) || !trace_event_mend(event))
        return false;
    *like = *event;
    return true;
}

int trace_codec_get(struct trace_codec *c, struct byte_reader *r, struct trace_book *book,
                    struct trace_event *event)
{
    while (r->at < r->end) {
        unsigned tag = get_byte(r);

        if ((tag & TAG_MASK) < TRACE_KIND_COUNT)
            return get_event(c, r, book, tag, event) ? 1 : -EINVAL;
        if (!get_fact(c, r, book, tag))
            return -EINVAL;
    }
    return 0;
}

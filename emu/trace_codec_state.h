/*
 * What both directions of the codec keep. Private to emu/trace_codec*.c.
 */
#ifndef FORKSCOPE_EMU_TRACE_CODEC_STATE_H
#define FORKSCOPE_EMU_TRACE_CODEC_STATE_H

#include "emu/map64.h"
#include "emu/trace_codec.h"
#include "emu/trace_field.h"

enum {
    CELLS_MAX = 96,     /* of one kind */
    KEY_MAX = 0x7f,     /* keys fit a byte */
    TABLE_MAX = 1 << 20 /* texts, tasks or probes of a frame */
};

/* The low six bits of a record's first byte: the kind of an event, or a fact. */
enum codec_tag {
    TAG_MASK = 0x3f,
    TAG_SAME_TASK = 0x40, /* as the event before */
    TAG_NEXT = 0x80,      /* numbered right after the event before */

    TAG_PROGRAM = 0x3c,
    TAG_LINE,
    TAG_STACK,
    TAG_SYMBOL,
};

enum cell_form { CELL_NUMBER, CELL_WHO, CELL_TEXT, CELL_BYTES, CELL_PROBE };

/* One value that is compared with the last event's. */
struct cell {
    enum cell_form form;
    uint16_t offset, size;
};

struct trace_codec {
    struct cell cell[TRACE_KIND_COUNT][CELLS_MAX];
    unsigned cell_count[TRACE_KIND_COUNT];
    unsigned like_first[TRACE_KIND_COUNT], like_count;

    /* The frame so far. */
    struct trace_event *like; /* the last event of each kind and key */
    bool like_used[TRACE_KIND_COUNT];
    struct trace_who who; /* of the last event */
    uint64_t seq, icount;
    uint32_t symbol_addr, line_addr;
    int line;

    /* Texts, tasks and probes are told once and numbered from 1 from then on. */
    struct map64 text_numbers, who_numbers, probe_numbers; /* writing */
    struct map64 symbols, lines, stacks, programs;         /* writing: facts told */
    const char **texts;                                    /* reading */
    struct trace_who *whos;
    const struct trace_probe **probes;
    size_t text_count, text_room, who_count, who_room, probe_count, probe_room;
};

void codec_start(struct trace_codec *c);
/* What makes events of a kind alike, 0..KEY_MAX; false: the kind alone. `number` is that of the
 * probe. */
bool codec_key(const struct trace_event *event, unsigned probe_number, unsigned *key);
struct trace_event *codec_like(struct trace_codec *c, enum trace_kind kind, unsigned key);
bool codec_has_key(enum trace_kind kind);

#endif

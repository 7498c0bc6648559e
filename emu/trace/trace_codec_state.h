/*
 * What both directions of the codec keep. Private to trace_codec*.c, and to trace_text_model.c,
 * which expects of an event what the codec does.
 */
#ifndef FORKSCOPE_EMU_TRACE_CODEC_STATE_H
#define FORKSCOPE_EMU_TRACE_CODEC_STATE_H

#include "emu/support/map64.h"
#include "emu/trace/trace_codec.h"
#include "emu/trace/trace_field.h"
#include "emu/trace/trace_tell.h"

enum {
    CELLS_MAX = 160, /* of one kind */
    CODEC_FILE = 128,
    KEY_MAX = 0x7f,     /* keys fit a byte */
    TABLE_MAX = 1 << 20 /* texts, tasks or probes of a frame */
};

/* The low six bits of a record's first byte: the kind of an event, or a fact. */
enum codec_tag {
    TAG_MASK = 0x3f,
    TAG_SAME_TASK = 0x40, /* as the event before */
    TAG_NEXT = 0x80,      /* numbered right after the event before */

    TAG_HERE = 0x40,      /* of a line: at the address of the last symbol */
    TAG_SAME_FILE = 0x80, /* of a line: in the file of the last line */

    TAG_PROGRAM = 0x3c,
    TAG_LINE,
    TAG_STACK,
    TAG_SYMBOL,
};

/* A 32-bit member is told by one byte, or by that and more:
 *   0..WORD_RECENT-1        the difference from what is expected, folded: it is small
 *   WORD_RECENT..WORD_FAR-1 it is in this place of the table of recent values
 *   WORD_FAR..255           the folded difference: its low bits, the rest as `n` behind */
enum {
    RECENT_BITS = 7,
    WORD_RECENT = 96,
    WORD_FAR = WORD_RECENT + (1 << RECENT_BITS),
    WORD_FAR_BITS = 5,
};

enum cell_form {
    CELL_NUMBER,
    CELL_BESIDE, /* a number that goes along with another: with the one at `beside` */
    CELL_ENTRY,  /* a number that is the entry of the called function */
    CELL_WHO,
    CELL_TEXT,
    CELL_BYTES,
    CELL_PROBE
};

/* One value that is compared with the last event's. */
struct cell {
    enum cell_form form;
    uint16_t offset, size, beside;
    const struct trace_field *row; /* that it is of, */
    unsigned index;                /* and which of its cells */
    unsigned run; /* so many plain numbers from here on lie side by side; 0: not known */
};

struct trace_codec {
    struct cell cell[TRACE_KIND_COUNT][CELLS_MAX];
    unsigned cell_count[TRACE_KIND_COUNT];
    unsigned like_first[TRACE_KIND_COUNT], like_count;
    const struct trace_field *row; /* whose cells are being added */

    /* The frame so far. */
    struct trace_event *like;                   /* the last event of each kind and key, */
    bool *like_used;                            /* where there was one */
    struct trace_event *last[TRACE_KIND_COUNT]; /* and of each kind, NULL: none */
    struct trace_who who;                       /* of the last event */
    uint64_t seq, icount;
    uint32_t symbol_addr;
    uint32_t recent[1 << RECENT_BITS];
    int line;
    char file[CODEC_FILE]; /* of the last line, cut */

    /* Texts, tasks and probes are told once and numbered from 1 from then on. */
    struct map64 text_numbers, who_numbers, probe_numbers; /* writing */
    struct trace_told told;                                /* writing */
    struct byte_writer texts_out;                          /* writing: the texts told */
    struct byte_reader texts_in;                           /* reading: those to come */
    const char **texts;
    struct trace_who *whos;
    const struct trace_probe **probes;
    size_t text_count, text_room, who_count, who_room, probe_count, probe_room;
};

void codec_start(struct trace_codec *c);
/* What makes events of a kind alike, 0..KEY_MAX; false: the kind alone. `number` is that of the
 * probe. */
bool codec_key(const struct trace_event *event, unsigned probe_number, unsigned *key);
/* Where the last event of that kind and key is kept, and in *model what to compare with: that
 * event, or where there was none the last of its kind. */
struct trace_event *codec_like(struct trace_codec *c, enum trace_kind kind, unsigned key,
                               const struct trace_event **model);
/* The same model, without a change to what is kept. */
const struct trace_event *codec_model(const struct trace_codec *c, enum trace_kind kind,
                                      unsigned key);
bool codec_same_who(const struct trace_who *a, const struct trace_who *b);
/* Is the cell's value the same in both events? */
bool codec_same_cell(const struct cell *cell, const struct trace_event *a,
                     const struct trace_event *b);
static inline unsigned codec_recent_place(uint32_t value)
{
    return value * 0x9e3779b1u >> (32 - RECENT_BITS);
}

/* What a number is expected to be. */
uint64_t codec_expect(const struct cell *cell, const struct trace_event *event,
                      const struct trace_event *model);
bool codec_has_key(enum trace_kind kind);

#endif

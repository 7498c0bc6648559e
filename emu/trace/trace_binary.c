/* Writing the binary form. */
#include "emu/trace/trace_binary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/byte_stream.h"
#include "emu/support/bytes.h"
#include "emu/trace/trace_binary_format.h"
#include "emu/trace/trace_codec.h"
#include "emu/trace/trace_dictionary.h"
#include "emu/trace/trace_form.h"

#ifdef HAVE_ZSTD
#include <zstd.h>

/* Levels of zstd: short recordings get more care, and the dictionary. */
enum { COMPRESSION = 6, COMPRESSION_SMALL = 19, SMALL_FRAME = 64 << 10 };

struct row {
    uint64_t offset, icount;
};

struct binary {
    struct trace_codec *codec;
    ZSTD_CCtx *zstd;
    struct byte_writer frame, packed;
    uint32_t events;      /* of the frame */
    uint64_t seq, icount; /* its first */
    uint64_t offset;      /* in the file */
    struct row *rows;
    size_t row_count, row_room;
    bool failed; /* out of memory: nothing more is written */
};

static void write_bytes(struct trace_writer *w, const void *bytes, size_t size)
{
    struct binary *b = w->state;

    trace_out_write(w->out, bytes, size);
    b->offset += size;
}

static void put_skippable(uint8_t *at, uint32_t magic, uint32_t size)
{
    put_le32(at, magic);
    put_le32(at + 4, size);
}

static int begin_binary(struct trace_writer *w)
{
    uint8_t mark[SKIPPABLE + MARK_SIZE] = {0};
    struct binary *b = w->state;

    b->codec = trace_codec_create();
    b->zstd = ZSTD_createCCtx();
    if (b->codec == NULL || b->zstd == NULL)
        return -ENOMEM;
    ZSTD_CCtx_setParameter(b->zstd, ZSTD_c_checksumFlag, 1);
    put_skippable(mark, MARK_MAGIC, MARK_SIZE);
    memcpy(mark + SKIPPABLE, MARK_TEXT, 8);
    put_le32(mark + SKIPPABLE + 8, TRACE_BINARY_MAJOR | (uint32_t)TRACE_BINARY_MINOR << 16);
    put_le32(mark + SKIPPABLE + 12, (uint32_t)w->names->level);
    write_bytes(w, mark, sizeof(mark));
    trace_out_mark(w->out);
    return 0;
}

static bool add_row(struct binary *b)
{
    if (b->row_count == b->row_room) {
        size_t room = b->row_room ? 2 * b->row_room : 64;
        struct row *grown = realloc(b->rows, room * sizeof(*grown));

        if (grown == NULL)
            return false;
        b->rows = grown;
        b->row_room = room;
    }
    b->rows[b->row_count++] = (struct row){b->offset, b->icount};
    return true;
}

/* Adds to the zstd frame; texts and records get blocks, and so statistics, of their own. */
static bool add_block(struct binary *b, const void *bytes, size_t size, ZSTD_EndDirective end)
{
    ZSTD_inBuffer in = {bytes, size, 0};
    size_t left;

    do {
        ZSTD_outBuffer out = {b->packed.bytes, b->packed.room, b->packed.used};

        left = ZSTD_compressStream2(b->zstd, &out, &in, end);
        b->packed.used = out.pos;
        if (ZSTD_isError(left) ||
            (left > 0 && !byte_writer_reserve(&b->packed, b->packed.room - b->packed.used + left)))
            return false;
    } while (left > 0);
    return true;
}

static void choose_care(struct binary *b, bool small)
{
    ZSTD_CCtx_setParameter(b->zstd, ZSTD_c_compressionLevel,
                           small ? COMPRESSION_SMALL : COMPRESSION);
    ZSTD_CCtx_loadDictionary(b->zstd, small ? trace_dictionary : NULL,
                             small ? trace_dictionary_size : 0);
}

/* False: out of memory. */
static bool pack(struct binary *b)
{
    const struct byte_writer *texts = trace_codec_texts(b->codec);
    struct byte_writer head = {0};
    size_t size = b->frame.used + texts->used;
    bool ok;

    put_varint(&head, texts->used);
    put_bytes(&head, texts->bytes, texts->used);
    b->packed.used = 0;
    choose_care(b, size < SMALL_FRAME);
    ZSTD_CCtx_setPledgedSrcSize(b->zstd, head.used + b->frame.used);
    ok = !b->frame.failed && !head.failed &&
         byte_writer_reserve(&b->packed, ZSTD_compressBound(size)) &&
         add_block(b, head.bytes, head.used, ZSTD_e_flush) &&
         add_block(b, b->frame.bytes, b->frame.used, ZSTD_e_end);
    free(head.bytes);
    return ok;
}

static void end_frame(struct trace_writer *w)
{
    struct binary *b = w->state;
    uint8_t sizes[SKIPPABLE + SIZES_SIZE];

    if (b->failed)
        return;
    if (!pack(b) || !add_row(b)) {
        b->failed = true;
        return;
    }
    put_skippable(sizes, SIZES_MAGIC, SIZES_SIZE);
    put_le32(sizes + SKIPPABLE, (uint32_t)b->packed.used);
    put_le32(sizes + SKIPPABLE + 4, b->events);
    put_le64(sizes + SKIPPABLE + 8, b->seq);
    put_le64(sizes + SKIPPABLE + 16, b->icount);
    write_bytes(w, sizes, sizeof(sizes));
    write_bytes(w, b->packed.bytes, b->packed.used);
    trace_out_mark(w->out);
    b->events = 0;
    b->frame.used = 0;
}

static void write_binary(struct trace_writer *w, const struct trace_event *event)
{
    struct binary *b = w->state;

    if (b->events == 0) {
        b->seq = event->seq;
        b->icount = event->icount;
        trace_codec_put_start(b->codec, &b->frame, &w->names->facts);
    }
    trace_codec_put(b->codec, &b->frame, &w->names->facts, event);
    b->events++;
    if (b->events == TRACE_BINARY_FRAME_EVENTS || b->frame.used >= TRACE_BINARY_FRAME_BYTES)
        end_frame(w);
}

static void write_index(struct trace_writer *w)
{
    struct binary *b = w->state;
    size_t size = b->row_count * ROW_SIZE + TAIL_SIZE;
    uint8_t *index = malloc(SKIPPABLE + size), *at = index + SKIPPABLE;

    if (index == NULL || b->failed || b->row_count > UINT32_MAX / ROW_SIZE - 1) {
        free(index); /* readers then look for themselves */
        return;
    }
    put_skippable(index, INDEX_MAGIC, (uint32_t)size);
    for (size_t i = 0; i < b->row_count; i++, at += ROW_SIZE) {
        put_le64(at, b->rows[i].offset);
        put_le64(at + 8, b->rows[i].icount);
    }
    put_le32(at, (uint32_t)b->row_count);
    put_le32(at + 4, (uint32_t)(SKIPPABLE + size));
    put_le32(at + 8, INDEX_END);
    write_bytes(w, index, SKIPPABLE + size);
    trace_out_mark(w->out);
    free(index);
}

static void end_binary(struct trace_writer *w)
{
    struct binary *b = w->state;

    if (b->codec != NULL && b->zstd != NULL) {
        if (b->row_count == 0 && b->events == 0) /* a trace of nothing still says of what */
            trace_codec_put_start(b->codec, &b->frame, &w->names->facts);
        if (b->row_count == 0 || b->events > 0)
            end_frame(w);
        write_index(w);
    }
    trace_codec_destroy(b->codec);
    ZSTD_freeCCtx(b->zstd);
    free(b->frame.bytes);
    free(b->packed.bytes);
    free(b->rows);
}

const struct trace_form trace_form_binary = {.name = "binary",
                                             .help = "compact, for long recordings",
                                             .state_size = sizeof(struct binary),
                                             .begin = begin_binary,
                                             .event = write_binary,
                                             .end = end_binary};
#else

static int begin_binary(struct trace_writer *w)
{
    (void)w;
    return -ENOTSUP;
}

const struct trace_form trace_form_binary = {
    .name = "binary", .help = "not in this build: it has no zstd", .begin = begin_binary};
#endif

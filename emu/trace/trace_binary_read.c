/* Reading the binary form. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/byte_stream.h"
#include "emu/support/bytes.h"
#include "emu/support/log.h"
#include "emu/trace/trace_binary.h"
#include "emu/trace/trace_binary_format.h"
#include "emu/trace/trace_book.h"
#include "emu/trace/trace_codec.h"
#include "emu/trace/trace_dictionary.h"
#include "emu/trace/trace_file.h"

bool trace_binary_is(const void *bytes, size_t size)
{
    return size >= SKIPPABLE + 8 && get_le32(bytes) == MARK_MAGIC &&
           memcmp((const uint8_t *)bytes + SKIPPABLE, MARK_TEXT, 8) == 0;
}

#ifdef HAVE_ZSTD
#include <zstd.h>

struct input {
    struct trace_file *file;
    struct trace_book *book;
    struct trace_codec *codec;
    ZSTD_DCtx *zstd;
    uint64_t offset; /* of the sizes of the next frame */
    uint64_t end;    /* of the frames: where the index begins, or the file ends */
    bool indexed;
    bool cut;
    uint8_t *packed, *bytes;
    struct byte_reader frame;   /* what is left of the current one */
    struct trace_event pending; /* found by seek() */
    bool has_pending;
};

/* What stands before a frame. */
struct sizes {
    uint32_t packed, events;
    uint64_t seq, icount;
};

static int damaged(const struct input *in, const char *what, char *why, size_t why_size)
{
    return log_why(why, why_size, -EINVAL, "'%s' is damaged at byte %llu: %s",
                   trace_file_name(in->file), (unsigned long long)in->offset, what);
}

static int read_mark(struct input *in, enum trace_level *level, char *why, size_t why_size)
{
    uint8_t mark[SKIPPABLE + MARK_SIZE];
    const char *name = trace_file_name(in->file);
    unsigned major, minor, number;

    if (trace_file_read(in->file, 0, mark, sizeof(mark)) != sizeof(mark))
        return log_why(why, why_size, -EINVAL, "'%s' ends before its trace begins", name);
    major = mark[16] | (unsigned)mark[17] << 8;
    minor = mark[18] | (unsigned)mark[19] << 8;
    number = get_le32(mark + 20);
    if (major != TRACE_BINARY_MAJOR)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a binary trace of version %u.%u; this forkscope reads %d.x: %s",
                       name, major, minor, TRACE_BINARY_MAJOR,
                       major > TRACE_BINARY_MAJOR ? "use a newer one" : "record it again");
    if (get_le32(mark + 4) != MARK_SIZE || number > TRACE_SEMANTIC)
        return damaged(in, "the header makes no sense", why, why_size);
    *level = (enum trace_level)number;
    in->offset = sizeof(mark);
    return 0;
}

/* The index says where the frames end. Without one they go on to the end of the file. */
static void read_index(struct input *in)
{
    uint64_t size = trace_file_size(in->file);
    uint8_t tail[TAIL_SIZE], head[SKIPPABLE];
    uint32_t index_size;

    in->end = size;
    if (size < in->offset + SKIPPABLE + TAIL_SIZE ||
        trace_file_read(in->file, size - TAIL_SIZE, tail, TAIL_SIZE) != TAIL_SIZE ||
        get_le32(tail + 8) != INDEX_END)
        return;
    index_size = get_le32(tail + 4);
    if (index_size < SKIPPABLE + TAIL_SIZE || index_size > size - in->offset ||
        (index_size - SKIPPABLE - TAIL_SIZE) % ROW_SIZE != 0 ||
        (index_size - SKIPPABLE - TAIL_SIZE) / ROW_SIZE != get_le32(tail) ||
        trace_file_read(in->file, size - index_size, head, sizeof(head)) != sizeof(head) ||
        get_le32(head) != INDEX_MAGIC || get_le32(head + 4) != index_size - SKIPPABLE)
        return;
    in->end = size - index_size;
    in->indexed = true;
}

static void close_binary(void *state)
{
    struct input *in = state;

    if (in == NULL)
        return;
    trace_codec_destroy(in->codec);
    ZSTD_freeDCtx(in->zstd);
    free(in->packed);
    free(in->bytes);
    free(in);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

/* 1: there is a frame at in->offset; 0: no whole one; -EINVAL. */
static int read_sizes(struct input *in, struct sizes *sizes, char *why, size_t why_size)
{
    uint8_t head[SKIPPABLE + SIZES_SIZE];
    size_t got = 0;

    if (in->offset < in->end)
        got = trace_file_read(in->file, in->offset, head, sizeof(head));
    if (got < sizeof(head)) {
        in->cut |= !in->indexed; /* a file that is whole has an index */
        return 0;
    }
    if (get_le32(head) == INDEX_MAGIC) { /* it is not whole itself, or read_index() had found it */
        in->cut = true;
        return 0;
    }
    if (get_le32(head) != SIZES_MAGIC || get_le32(head + 4) != SIZES_SIZE)
        return damaged(in, "no frame begins here", why, why_size);
    *sizes = (struct sizes){get_le32(head + 8), get_le32(head + 12), get_le64(head + 16),
                            get_le64(head + 24)};
    if (sizes->packed > FRAME_MAX)
        return damaged(in, "a frame cannot be that large", why, why_size);
    if (sizes->packed > in->end - in->offset - sizeof(head)) {
        in->cut = true;
        return 0;
    }
    return 1;
}

/* A frame names the dictionary that it was made with; 0: none. */
static size_t decompress(struct input *in, size_t size, uint32_t packed)
{
    bool plain = ZSTD_getDictID_fromFrame(in->packed, packed) == 0;

    return ZSTD_decompress_usingDict(in->zstd, in->bytes, size, in->packed, packed,
                                     plain ? NULL : trace_dictionary,
                                     plain ? 0 : trace_dictionary_size);
}

static int unpack(struct input *in, uint32_t packed, char *why, size_t why_size)
{
    unsigned long long size = ZSTD_getFrameContentSize(in->packed, packed);
    struct byte_reader texts = {0};
    size_t got, texts_size;
    unsigned dictionary;

    if (size > FRAME_MAX) /* also what says "not known" */
        return damaged(in, "a frame is not as zstd makes it", why, why_size);
    dictionary = ZSTD_getDictID_fromFrame(in->packed, packed);
    if (dictionary != 0 &&
        dictionary != ZSTD_getDictID_fromDict(trace_dictionary, trace_dictionary_size))
        return log_why(
            why, why_size, -EINVAL,
            "'%s' needs the dictionary %u, which this forkscope has not: use the one that "
            "recorded it",
            trace_file_name(in->file), dictionary);
    free(in->bytes);
    in->bytes = malloc(size ? (size_t)size : 1);
    if (in->bytes == NULL)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    got = decompress(in, (size_t)size, packed);
    if (ZSTD_isError(got))
        return damaged(in, ZSTD_getErrorName(got), why, why_size);
    in->frame = (struct byte_reader){in->bytes, in->bytes + got, false};
    texts_size = get_varint(&in->frame);
    texts.at = get_bytes(&in->frame, texts_size);
    if (texts.at != NULL)
        texts.end = texts.at + texts_size;
    if (texts.at == NULL || !trace_codec_get_start(in->codec, &in->frame, texts, in->book))
        return damaged(in, "a frame's header makes no sense", why, why_size);
    return 1;
}

/* 1: a frame's events follow; 0: there is none; -errno. */
static int next_frame(struct input *in, char *why, size_t why_size)
{
    uint64_t at = in->offset + SKIPPABLE + SIZES_SIZE;
    struct sizes sizes = {0};
    int got = read_sizes(in, &sizes, why, why_size);

    if (got <= 0)
        return got;
    free(in->packed);
    in->packed = malloc(sizes.packed ? sizes.packed : 1);
    if (in->packed == NULL)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    if (trace_file_read(in->file, at, in->packed, sizes.packed) != sizes.packed)
        return damaged(in, "it cannot be read", why, why_size);
    got = unpack(in, sizes.packed, why, why_size);
    if (got > 0)
        in->offset = at + sizes.packed;
    return got;
}

static int open_binary(void **state, struct trace_file *file, struct trace_book *book,
                       enum trace_level *level, char *why, size_t why_size)
{
    struct input *in = calloc(1, sizeof(*in));
    int err;

    *state = in;
    if (in == NULL || (in->codec = trace_codec_create()) == NULL ||
        (in->zstd = ZSTD_createDCtx()) == NULL) {
        close_binary(in);
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    in->file = file;
    in->book = book;
    err = read_mark(in, level, why, why_size);
    if (err == 0) {
        read_index(in);
        err = next_frame(in, why, why_size); /* with it comes what names need */
    }
    if (err < 0)
        close_binary(in);
    return err < 0 ? err : 0;
}

static int next_binary(void *state, struct trace_event *event, char *why, size_t why_size)
{
    struct input *in = state;
    int got;

    if (in->has_pending) {
        *event = in->pending;
        in->has_pending = false;
        return 1;
    }
    for (;;) {
        got = in->frame.at < in->frame.end ? trace_codec_get(in->codec, &in->frame, in->book, event)
                                           : 0;
        if (got > 0)
            return 1;
        if (got < 0)
            return damaged(in, "an event before it makes no sense", why, why_size);
        got = next_frame(in, why, why_size);
        if (got <= 0)
            return got;
    }
}

/* ---- Seeking --------------------------------------------------------------------------------- */

/* Goes from frame to frame, which needs no unpacking, to the last that begins at or before. */
static int find_frame(struct input *in, uint64_t icount, char *why, size_t why_size)
{
    uint64_t best = SKIPPABLE + MARK_SIZE;
    struct sizes sizes = {0};
    int got;

    in->offset = best;
    while ((got = read_sizes(in, &sizes, why, why_size)) > 0 && sizes.icount < icount) {
        best = in->offset;
        in->offset += SKIPPABLE + SIZES_SIZE + sizes.packed;
    }
    in->offset = best;
    in->frame = (struct byte_reader){0};
    return got < 0 ? got : 0;
}

static int seek_binary(void *state, uint64_t icount, char *why, size_t why_size)
{
    struct input *in = state;
    int got = find_frame(in, icount, why, why_size);

    in->has_pending = false;
    if (got < 0)
        return got;
    while ((got = next_binary(in, &in->pending, why, why_size)) > 0)
        if (in->pending.icount >= icount) {
            in->has_pending = true;
            return 0;
        }
    return got;
}

static enum trace_end end_binary(const void *state)
{
    return ((const struct input *)state)->cut ? TRACE_END_CUT : TRACE_END_WHOLE;
}

const struct trace_input trace_input_binary = {.name = "binary",
                                               .is = trace_binary_is,
                                               .open = open_binary,
                                               .next = next_binary,
                                               .seek = seek_binary,
                                               .end = end_binary,
                                               .close = close_binary};
#else

static int open_binary(void **state, struct trace_file *file, struct trace_book *book,
                       enum trace_level *level, char *why, size_t why_size)
{
    (void)state;
    (void)book;
    (void)level;
    return log_why(why, why_size, -ENOTSUP,
                   "'%s' is a binary trace, and this build of forkscope has no zstd",
                   trace_file_name(file));
}

const struct trace_input trace_input_binary = {
    .name = "binary", .is = trace_binary_is, .open = open_binary};
#endif

/*
 * The bytes around the frames of the binary form. Private to trace_binary*.c.
 *
 * All three are skippable frames of zstd: a magic number, the size of what follows, and that.
 *
 *   mark    "forkscop" · u16 major · u16 minor · u32 level
 *   sizes   u32 bytes of the zstd frame · u32 events · u64 first seq · u64 first icount
 *   index   a row a frame, u64 offset of its sizes · u64 first icount;  then u32 frames ·
 *           u32 bytes of the whole index · u32 INDEX_END
 */
#ifndef FORKSCOPE_EMU_TRACE_BINARY_FORMAT_H
#define FORKSCOPE_EMU_TRACE_BINARY_FORMAT_H

#include "emu/support/bytes.h"

#define MARK_MAGIC  0x184d2a50u
#define SIZES_MAGIC 0x184d2a51u
#define INDEX_MAGIC 0x184d2a52u
#define INDEX_END   0x58495346u /* "FSIX" */
#define MARK_TEXT   "forkscop"

enum {
    SKIPPABLE = 8, /* magic and size */
    MARK_SIZE = 16,
    SIZES_SIZE = 24,
    ROW_SIZE = 16,
    TAIL_SIZE = 12,
    FRAME_MAX = 64 << 20, /* a frame that claims to be larger is damaged */
};

#endif

/*
 * The binary form: compact, quick to write, and readable from the middle.
 *
 *   mark    a skippable zstd frame: "forkscope", version, level
 *   frame   a skippable frame with sizes, then a zstd frame of events (emu/trace/trace_codec.h);
 * both again and again index   a skippable frame that says where each frame is and what it begins
 * with
 *
 * Every frame can be understood alone, so a file that was cut is whole up to its last frame. Any
 * zstd tool can check and unpack the file. The bytes are in docs/trace-format.md.
 *
 * The major version changes when a reader would misread: it then refuses the file.
 */
#ifndef FORKSCOPE_EMU_TRACE_BINARY_H
#define FORKSCOPE_EMU_TRACE_BINARY_H

#include <stdbool.h>
#include <stddef.h>

#include "emu/trace/trace_reader.h"

enum {
    TRACE_BINARY_MAJOR = 3,
    TRACE_BINARY_MINOR = 0,
    TRACE_BINARY_FRAME_EVENTS = 32768,
    TRACE_BINARY_FRAME_BYTES = 1 << 20, /* before compression, about */
};

/* Do these first bytes of a file belong to this form? */
bool trace_binary_is(const void *bytes, size_t size);

extern const struct trace_input trace_input_binary;

#endif

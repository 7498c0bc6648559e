/*
 * The trace as JSON Lines (RFC 8259, a value a line), for tools: the same events as the text form,
 * the keys of each in docs/trace-format.md. Written by trace_json.c, from pieces of
 * trace_json_line.c; read by trace_json_read.c, a member by trace_json_fields.c.
 *
 *   {"forkscope":"trace","version":2,"level":"exact"}
 *   {"ev":"ret","seq":41,"icount":1203344,"pid":3,"comm":"sh","cpl":3,"fork":3,"side":"child",…}
 *   {"forkscope":"end","events":259}
 *
 * An address is a number at level exact, with its name beside it as KEY_name where it has one; at
 * the other levels it is the name alone. Bytes of the guest's strings become code points of the
 * same number, so a line is always ASCII. A file without the last line was cut off. The header's
 * version changes when a reader would misread; new keys may come without.
 */
#ifndef FORKSCOPE_EMU_TRACE_JSON_H
#define FORKSCOPE_EMU_TRACE_JSON_H

#include "emu/trace/trace_reader.h"

enum {
    TRACE_JSON_VERSION = 2,
    TRACE_JSON_OLDEST = 1, /* that is read; it has no last line */
};

/* Reading it back: level exact only, at the others the numbers are gone. */
extern const struct trace_input trace_input_jsonl;

#endif

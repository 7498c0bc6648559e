/*
 * The members of an event out of a line of JSON, by the table of fields. Private to trace_json*.c.
 */
#ifndef FORKSCOPE_EMU_TRACE_JSON_FIELDS_H
#define FORKSCOPE_EMU_TRACE_JSON_FIELDS_H

#include "emu/support/json_scan.h"
#include "emu/support/map64.h"
#include "emu/trace/trace_book.h"
#include "emu/trace/trace_event.h"

/* What is read, and what was learned from the lines before. */
struct json_events {
    struct json json; /* the line */
    struct trace_book *book;
    struct map64 probes; /* entry -> the probe with all that is known of it */
};

/* False: it is no event of level exact. Unknown keys are passed over; missing ones leave zero. */
bool json_event_read(struct json_events *in, struct trace_event *event);

#endif

/*
 * A line of JSON as it is written: keys and values, with a comma where one belongs. Private to
 * trace_json*.c.
 */
#ifndef FORKSCOPE_EMU_TRACE_JSON_LINE_H
#define FORKSCOPE_EMU_TRACE_JSON_LINE_H

#include "emu/trace/trace_names.h"
#include "emu/trace/trace_out.h"

struct map64;

struct json_line {
    struct trace_out *out;
    const struct trace_names *names;
    bool exact;
    bool first;              /* of the object or list being written */
    struct map64 *functions; /* entries of those that were told whole; NULL: nobody keeps them */
};

void json_line_begin(struct json_line *l, char bracket);
void json_line_end(struct json_line *l, char bracket);
/* Before an element of a list. */
void json_line_comma(struct json_line *l);
void json_line_key(struct json_line *l, const char *key);

/* Bytes as a string, each the code point of its number. */
void json_line_bytes(struct json_line *l, const char *text, size_t size);

/* A key and its value. */
void json_line_number(struct json_line *l, const char *key, uint64_t value);
void json_line_signed(struct json_line *l, const char *key, int32_t value);
void json_line_bool(struct json_line *l, const char *key, bool value);
void json_line_string(struct json_line *l, const char *key, const char *value);
/* null: not known. */
void json_line_pid(struct json_line *l, const char *key, int32_t pid);
void json_line_who(struct json_line *l, const char *key, const struct trace_who *who);

/* KEY_name, where an address has one. */
void json_line_name(struct json_line *l, const char *key, uint32_t addr, bool code);
/* An address is a number with its name beside it at level exact, and a name alone elsewhere. */
typedef const char *json_line_name_fn(const struct trace_names *n, uint32_t addr, char *buf,
                                      size_t size);
void json_line_address(struct json_line *l, const char *key, uint32_t addr,
                       json_line_name_fn *name_of);

#endif

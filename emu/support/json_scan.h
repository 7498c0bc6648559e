/*
 * JSON (RFC 8259), objects and arrays, as a flat list of tokens, read by yajl: no tree, and no
 * memory but what is kept from text to text.
 *
 * An object is followed by its keys and values in turn, an array by its values; `next` of a token
 * is the first behind all of it. Texts that are no JSON are refused, as is nesting beyond
 * JSON_DEPTH. In a build without yajl every text is, and the reason says so.
 */
#ifndef FORKSCOPE_EMU_JSON_SCAN_H
#define FORKSCOPE_EMU_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH = 16 };

enum json_kind {
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

struct json_token {
    const char *text; /* of a string: UTF-8 without escapes and quotes; of a number as it stands */
    uint32_t length;
    uint32_t next;
    enum json_kind kind;
};

/* All zero: ready. */
struct json {
    struct yajl_handle_t *parser; /* while texts are good */
    const char *text;
    size_t length;
    struct json_token *token;
    size_t count, room;
    char *strings; /* those that had escapes */
    size_t strings_used, strings_room;
    uint32_t open[JSON_DEPTH]; /* numbers of the objects and arrays that have no end yet */
    unsigned depth;
    char why[128];
};

/* The text ends with a NUL, and must stay while the tokens are used. False: *why says what is
 * wrong. */
bool json_scan(struct json *j, const char *text, size_t length, const char **why);
void json_free(struct json *j);

/* The whole. */
const struct json_token *json_root(const struct json *j);
/* The value of a key, which may be given in two halves; NULL: it is not there, or no object. */
const struct json_token *json_get(const struct json *j, const struct json_token *object,
                                  const char *key, const char *suffix);
/* The elements of an array: the first, and the one behind `at`; NULL: there is none. */
const struct json_token *json_first(const struct json *j, const struct json_token *array);
const struct json_token *json_next(const struct json *j, const struct json_token *array,
                                   const struct json_token *at);
size_t json_count(const struct json *j, const struct json_token *array);

static inline bool json_is(const struct json_token *t, enum json_kind kind)
{
    return t != NULL && t->kind == kind;
}

/* An integer, a negative one as two's complement. False: it is none. */
bool json_integer(const struct json_token *t, uint64_t *out);
/* Code points below 256 as bytes, others as '?'. Returns how many, at most `room`. */
size_t json_bytes(const struct json_token *t, char *to, size_t room);
/* The same with a NUL, the rest of `to` filled with zeros; false: it is no string. */
bool json_string(const struct json_token *t, char *to, size_t room);
/* Is it this string? */
bool json_equals(const struct json_token *t, const char *text);

#endif

#include "emu/support/json_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_YAJL
#include <yajl/yajl_parse.h>

/* ---- What yajl finds ------------------------------------------------------------------------- */

enum { GO_ON = 1, STOP = 0 };

static int stop(struct json *j, const char *why)
{
    snprintf(j->why, sizeof(j->why), "%s", why);
    return STOP;
}

static bool grow(struct json *j)
{
    size_t room = j->room ? 2 * j->room : 256;
    struct json_token *grown = realloc(j->token, room * sizeof(*grown));

    if (grown == NULL)
        return false;
    j->token = grown;
    j->room = room;
    return true;
}

static int add(struct json *j, enum json_kind kind, const char *text, size_t length)
{
    if (j->depth == 0)
        return stop(j, "it is no object");
    if (j->count == j->room && !grow(j))
        return stop(j, "out of memory");
    j->token[j->count] = (struct json_token){text, (uint32_t)length, (uint32_t)j->count + 1, kind};
    j->count++;
    return GO_ON;
}

static int on_null(void *json)
{
    return add(json, JSON_NULL, NULL, 0);
}

static int on_boolean(void *json, int value)
{
    return add(json, value ? JSON_TRUE : JSON_FALSE, NULL, 0);
}

static int on_number(void *json, const char *text, size_t length)
{
    return add(json, JSON_NUMBER, text, length);
}

/* What yajl had to unescape lies where the next such string will. */
static int on_string(void *json, const unsigned char *string, size_t length)
{
    struct json *j = json;
    const char *text = (const char *)string;

    if ((uintptr_t)text - (uintptr_t)j->text >= j->length) {
        char *copy = j->strings + j->strings_used;

        memcpy(copy, text, length);
        j->strings_used += length;
        text = copy;
    }
    return add(j, JSON_STRING, text, length);
}

static int on_start(struct json *j, enum json_kind kind)
{
    if (j->depth == JSON_DEPTH)
        return stop(j, "it is nested too deep");
    j->open[j->depth++] = (uint32_t)j->count;
    return add(j, kind, NULL, 0);
}

static int on_start_map(void *json)
{
    return on_start(json, JSON_OBJECT);
}

static int on_start_array(void *json)
{
    return on_start(json, JSON_ARRAY);
}

/* Before yajl looks further: it would keep what is begun there for the next text. */
static int end_text(struct json *j)
{
    size_t at = yajl_get_bytes_consumed(j->parser);

    at += strspn(j->text + at, " \t\r\n");
    return at == j->length ? GO_ON : stop(j, "something stands behind it");
}

static int on_end(void *json)
{
    struct json *j = json;

    j->token[j->open[--j->depth]].next = (uint32_t)j->count;
    return j->depth > 0 ? GO_ON : end_text(j);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_string,
    .yajl_end_map = on_end,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end,
};

/* ---- A text ---------------------------------------------------------------------------------- */

/* One parser for text after text, until one is bad. */
static bool open_parser(struct json *j)
{
    if (j->parser != NULL)
        return true;
    j->parser = yajl_alloc(&callbacks, NULL, j);
    return j->parser != NULL && yajl_config(j->parser, yajl_allow_multiple_values, 1);
}

static void close_parser(struct json *j)
{
    if (j->parser != NULL)
        yajl_free(j->parser);
    j->parser = NULL;
}

/* No string grows when its escapes are resolved. */
static bool make_room(struct json *j, size_t length)
{
    char *grown;

    if (length <= j->strings_room)
        return true;
    grown = realloc(j->strings, length);
    if (grown == NULL)
        return false;
    j->strings = grown;
    j->strings_room = length;
    return true;
}

/* "parse error: premature EOF\n" */
static void keep_error(struct json *j)
{
    unsigned char *error = yajl_get_error(j->parser, 0, NULL, 0);

    if (error != NULL)
        snprintf(j->why, sizeof(j->why), "%.*s", (int)strcspn((const char *)error, "\n"),
                 (const char *)error);
    yajl_free_error(j->parser, error);
}

static bool parse(struct json *j)
{
    if (yajl_parse(j->parser, (const unsigned char *)j->text, j->length) == yajl_status_ok)
        return (j->count > 0 && j->depth == 0) || stop(j, "its end is missing");
    if (j->why[0] == '\0')
        keep_error(j);
    return false;
}

bool json_scan(struct json *j, const char *text, size_t length, const char **why)
{
    j->text = text;
    j->length = length;
    j->count = j->depth = j->strings_used = 0;
    j->why[0] = '\0';
    *why = j->why;
    if (length >= UINT32_MAX)
        return stop(j, "it is too long");
    if (!open_parser(j) || !make_room(j, length))
        return stop(j, "out of memory");
    if (parse(j))
        return true;
    close_parser(j);
    return false;
}

void json_free(struct json *j)
{
    close_parser(j);
    free(j->token);
    free(j->strings);
    *j = (struct json){0};
}
#else

bool json_scan(struct json *j, const char *text, size_t length, const char **why)
{
    (void)j;
    (void)text;
    (void)length;
    *why = "this build of forkscope has no yajl, which reads JSON";
    return false;
}

void json_free(struct json *j)
{
    (void)j;
}
#endif

/* ---- Values ---------------------------------------------------------------------------------- */

const struct json_token *json_root(const struct json *j)
{
    return j->count > 0 ? j->token : NULL;
}

static bool is_key(const struct json_token *t, const char *key, size_t key_length,
                   const char *suffix, size_t suffix_length)
{
    return t->length == key_length + suffix_length && memcmp(t->text, key, key_length) == 0 &&
           memcmp(t->text + key_length, suffix, suffix_length) == 0;
}

const struct json_token *json_get(const struct json *j, const struct json_token *object,
                                  const char *key, const char *suffix)
{
    size_t key_length = strlen(key), suffix_length = strlen(suffix);
    const struct json_token *t, *end;

    if (!json_is(object, JSON_OBJECT))
        return NULL;
    end = j->token + object->next;
    for (t = object + 1; t < end; t = j->token + t[1].next)
        if (is_key(t, key, key_length, suffix, suffix_length))
            return t + 1;
    return NULL;
}

const struct json_token *json_first(const struct json *j, const struct json_token *array)
{
    return json_is(array, JSON_ARRAY) && array + 1 < j->token + array->next ? array + 1 : NULL;
}

const struct json_token *json_next(const struct json *j, const struct json_token *array,
                                   const struct json_token *at)
{
    return at->next < array->next ? j->token + at->next : NULL;
}

size_t json_count(const struct json *j, const struct json_token *array)
{
    size_t count = 0;

    for (const struct json_token *t = json_first(j, array); t != NULL; t = json_next(j, array, t))
        count++;
    return count;
}

bool json_integer(const struct json_token *t, uint64_t *out)
{
    const char *at, *end;
    bool negative;

    *out = 0;
    if (!json_is(t, JSON_NUMBER))
        return false;
    at = t->text;
    end = at + t->length;
    negative = *at == '-';
    for (at += negative; at < end; at++) {
        if (*at < '0' || *at > '9')
            return false;
        *out = *out * 10 + (uint64_t)(*at - '0');
    }
    if (negative)
        *out = 0 - *out;
    return true;
}

/* One code point of UTF-8 beyond ASCII, as json_scan() has found it well formed. */
static char one_byte(const char **text, const char *end)
{
    const char *at = *text;
    unsigned char first = (unsigned char)*at++;
    char byte = '?';

    if (first < 0xc4 && at < end)
        byte = (char)((first & 3) << 6 | (*at & 0x3f));
    while (at < end && (*at & 0xc0) == 0x80)
        at++;
    *text = at;
    return byte;
}

size_t json_bytes(const struct json_token *t, char *to, size_t room)
{
    const char *at, *end;
    size_t count = 0;

    if (!json_is(t, JSON_STRING))
        return 0;
    at = t->text;
    end = at + t->length;
    while (at < end && count < room)
        to[count++] = (unsigned char)*at < 0x80 ? *at++ : one_byte(&at, end);
    return count;
}

bool json_string(const struct json_token *t, char *to, size_t room)
{
    size_t count = json_bytes(t, to, room - 1);

    memset(to + count, 0, room - count);
    return json_is(t, JSON_STRING);
}

bool json_equals(const struct json_token *t, const char *text)
{
    return json_is(t, JSON_STRING) && is_key(t, text, strlen(text), "", 0);
}

#include "emu/support/json_scan.h"

#include <stdlib.h>
#include <string.h>

struct scan {
    struct json *json;
    const char *at, *end;
    const char *why;
    unsigned depth;
};

static bool fail(struct scan *s, const char *why)
{
    if (s->why == NULL)
        s->why = why;
    return false;
}

/* The new token's number, or SIZE_MAX. */
static size_t add(struct scan *s, enum json_kind kind)
{
    struct json *j = s->json;

    if (j->count == j->room) {
        size_t room = j->room ? 2 * j->room : 256;
        struct json_token *grown = realloc(j->token, room * sizeof(*grown));

        if (grown == NULL) {
            fail(s, "out of memory");
            return SIZE_MAX;
        }
        j->token = grown;
        j->room = room;
    }
    j->token[j->count] = (struct json_token){kind, (uint32_t)(s->at - j->text), 0, 0};
    return j->count++;
}

static bool close_token(struct scan *s, size_t at)
{
    s->json->token[at].end = (uint32_t)(s->at - s->json->text);
    s->json->token[at].next = (uint32_t)s->json->count;
    return true;
}

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n'))
        s->at++;
}

static bool take(struct scan *s, char c)
{
    skip_blanks(s);
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Behind the backslash. */
static bool scan_escape(struct scan *s)
{
    if (s->at == s->end)
        return fail(s, "a string without an end");
    if (*s->at != 'u')
        return strchr("\"\\/bfnrt", *s->at++) != NULL || fail(s, "an unknown escape");
    for (s->at++; s->end - s->at >= 4;) {
        if (!is_hex(s->at[0]) || !is_hex(s->at[1]) || !is_hex(s->at[2]) || !is_hex(s->at[3]))
            break;
        s->at += 4;
        return true;
    }
    return fail(s, "an unknown escape");
}

static bool scan_string(struct scan *s)
{
    size_t token;

    if (!take(s, '"'))
        return fail(s, "a string is missing");
    token = add(s, JSON_STRING);
    if (token == SIZE_MAX)
        return false;
    while (s->at < s->end && *s->at != '"') {
        if ((unsigned char)*s->at < 0x20)
            return fail(s, "a control character in a string");
        if (*s->at++ == '\\' && !scan_escape(s))
            return false;
    }
    if (s->at == s->end)
        return fail(s, "a string without an end");
    close_token(s, token);
    s->at++;
    return true;
}

static size_t scan_digits(struct scan *s)
{
    const char *start = s->at;

    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return (size_t)(s->at - start);
}

static bool is_one_of(const struct scan *s, char a, char b)
{
    return s->at < s->end && (*s->at == a || *s->at == b);
}

static bool scan_number(struct scan *s)
{
    size_t token = add(s, JSON_NUMBER);

    if (token == SIZE_MAX)
        return false;
    s->at += is_one_of(s, '-', '-');
    if (scan_digits(s) == 0)
        return fail(s, "a value is missing");
    if (is_one_of(s, '.', '.')) {
        s->at++;
        if (scan_digits(s) == 0)
            return fail(s, "a number ends with its point");
    }
    if (is_one_of(s, 'e', 'E')) {
        s->at++;
        s->at += is_one_of(s, '+', '-');
        if (scan_digits(s) == 0)
            return fail(s, "a number without its exponent");
    }
    return close_token(s, token);
}

static bool scan_word(struct scan *s, const char *word, enum json_kind kind)
{
    size_t length = strlen(word), token;

    if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
        return fail(s, "a value is missing");
    token = add(s, kind);
    if (token == SIZE_MAX)
        return false;
    s->at += length;
    return close_token(s, token);
}

static bool scan_value(struct scan *s);

static bool scan_members(struct scan *s, char end, bool keys)
{
    if (take(s, end))
        return true;
    do {
        if (keys && !scan_string(s))
            return false;
        if (keys && !take(s, ':'))
            return fail(s, "':' is missing");
        if (!scan_value(s))
            return false;
    } while (take(s, ','));
    return take(s, end) || fail(s, keys ? "'}' is missing" : "']' is missing");
}

static bool scan_nested(struct scan *s, bool object)
{
    size_t token = add(s, object ? JSON_OBJECT : JSON_ARRAY);

    if (token == SIZE_MAX)
        return false;
    if (s->depth == JSON_DEPTH)
        return fail(s, "it is nested too deep");
    s->depth++;
    s->at++;
    if (!scan_members(s, object ? '}' : ']', object))
        return false;
    s->depth--;
    return close_token(s, token);
}

static bool scan_value(struct scan *s)
{
    skip_blanks(s);
    if (s->at == s->end)
        return fail(s, "a value is missing");
    switch (*s->at) {
    case '{':
    case '[':
        return scan_nested(s, *s->at == '{');
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, "true", JSON_TRUE);
    case 'f':
        return scan_word(s, "false", JSON_FALSE);
    case 'n':
        return scan_word(s, "null", JSON_NULL);
    default:
        return scan_number(s);
    }
}

bool json_scan(struct json *j, const char *text, size_t length, const char **why)
{
    struct scan s = {.json = j, .at = text, .end = text + length};

    j->text = text;
    j->count = 0;
    if (length >= UINT32_MAX)
        fail(&s, "it is too long");
    else if (scan_value(&s)) {
        skip_blanks(&s);
        if (s.at != s.end)
            fail(&s, "something stands behind it");
    }
    *why = s.why;
    return s.why == NULL;
}

void json_free(struct json *j)
{
    free(j->token);
    *j = (struct json){0};
}

/* ---- Values ---------------------------------------------------------------------------------- */

const struct json_token *json_root(const struct json *j)
{
    return j->count > 0 ? j->token : NULL;
}

static bool is_key(const struct json *j, const struct json_token *t, const char *key,
                   size_t key_length, const char *suffix, size_t suffix_length)
{
    const char *text = j->text + t->start;

    return t->end - t->start == key_length + suffix_length && memcmp(text, key, key_length) == 0 &&
           memcmp(text + key_length, suffix, suffix_length) == 0;
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
        if (is_key(j, t, key, key_length, suffix, suffix_length))
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

bool json_integer(const struct json *j, const struct json_token *t, uint64_t *out)
{
    const char *at, *end;
    bool negative;

    *out = 0;
    if (!json_is(t, JSON_NUMBER))
        return false;
    at = j->text + t->start;
    end = j->text + t->end;
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

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* One character, which json_scan() has found well formed. */
static char one_byte(const char **text, const char *end)
{
    static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const char *at = *text, *found;

    if (*at != '\\') {
        bool two = end - at > 1 && ((unsigned char)*at == 0xc2 || (unsigned char)*at == 0xc3);

        *text = at + (two ? 2 : 1);
        return two ? (char)(((unsigned char)*at & 3) << 6 | (at[1] & 0x3f)) : *at;
    }
    if (at[1] == 'u') {
        *text = at + 6;
        return at[2] == '0' && at[3] == '0' ? (char)(hex_digit(at[4]) << 4 | hex_digit(at[5]))
                                            : '?';
    }
    *text = at + 2;
    found = strchr(escapes, at[1]);
    return found ? meant[found - escapes] : at[1];
}

size_t json_bytes(const struct json *j, const struct json_token *t, char *to, size_t room)
{
    const char *at, *end;
    size_t count = 0;

    if (!json_is(t, JSON_STRING))
        return 0;
    at = j->text + t->start;
    end = j->text + t->end;
    while (at < end && count < room)
        to[count++] = one_byte(&at, end);
    return count;
}

bool json_string(const struct json *j, const struct json_token *t, char *to, size_t room)
{
    size_t count = json_bytes(j, t, to, room - 1);

    memset(to + count, 0, room - count);
    return json_is(t, JSON_STRING);
}

bool json_equals(const struct json *j, const struct json_token *t, const char *text)
{
    return json_is(t, JSON_STRING) && is_key(j, t, text, strlen(text), "", 0);
}

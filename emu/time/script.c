#include "emu/time/script.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/file.h"
#include "emu/support/log.h"
#include "emu/support/quoted.h"

enum kind { WAIT, AT, AFTER, TYPE, KEY, HANGUP, ANSWER, KINDS };

enum argument { TEXT, NUMBER, NOTHING };

static const struct {
    const char *word;
    enum argument argument;
} kinds[KINDS] = {
    [WAIT] = {"wait", TEXT},        [AT] = {"at", NUMBER}, [AFTER] = {"after", NUMBER},
    [TYPE] = {"type", TEXT},        [KEY] = {"key", TEXT}, [HANGUP] = {"hangup", NOTHING},
    [ANSWER] = {"answer", NOTHING},
};

struct order {
    enum kind kind;
    unsigned line;
    uint64_t number;
    uint8_t *text;
    size_t size;
};

/* What the guest sent is kept this far, to find what a later line waits for. */
enum { HEARD_SIZE = 65536 };

/* Where the guest takes no more bytes for now, it is asked again so many steps later. */
enum { RETRY_STEPS = 100000 };

struct script {
    char *name;
    struct order *order;
    size_t count, room;
    size_t at;    /* the order under way */
    bool begun;   /* `step` is set for it */
    size_t given; /* TYPE: bytes the guest has */
    uint64_t step;
    size_t heard_size;
    uint8_t heard[HEARD_SIZE];
};

/* ---- Reading ----------------------------------------------------------------------------- */

struct line {
    struct script *script;
    const char *at, *end;
    unsigned number;
    char *why;
    size_t why_size;
};

static int wrong(const struct line *l, const char *reason)
{
    return log_why(l->why, l->why_size, -EINVAL, "'%s', line %u: %s", l->script->name, l->number,
                   reason);
}

static void skip_space(struct line *l)
{
    while (l->at < l->end && (*l->at == ' ' || *l->at == '\t' || *l->at == '\r'))
        l->at++;
}

static int read_number(struct line *l, uint64_t *number)
{
    static const char units[] = "kMG";
    const char *from = l->at;

    for (; l->at < l->end && isdigit((unsigned char)*l->at); l->at++)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(*l->at - '0'), number))
            return wrong(l, "the number is too large");
    if (l->at == from)
        return wrong(l, "a number of steps belongs here, such as 5000000 or 5M");
    const char *unit = l->at < l->end && *l->at ? strchr(units, *l->at) : NULL;
    if (!unit)
        return 0;
    l->at++;
    for (const char *u = units; u <= unit; u++)
        if (__builtin_mul_overflow(*number, 1000, number))
            return wrong(l, "the number is too large");
    return 0;
}

static int read_text(struct line *l, struct order *order)
{
    uint8_t text[SCRIPT_TEXT_MAX];
    const char *end = quoted_read(l->at, l->end, text, sizeof(text), &order->size);

    if (!end)
        return wrong(l, "a text in \"...\" belongs here: at most 4096 bytes, \\ before \" and \\");
    if (!order->size)
        return wrong(l, "the text is empty");
    l->at = end;
    order->text = malloc(order->size);
    if (!order->text)
        return log_why(l->why, l->why_size, -ENOMEM, "out of memory");
    memcpy(order->text, text, order->size);
    return 0;
}

static int add(struct script *s, const struct order *order)
{
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 16;
        struct order *grown = realloc(s->order, room * sizeof(*grown));

        if (!grown)
            return -ENOMEM;
        s->order = grown;
        s->room = room;
    }
    s->order[s->count++] = *order;
    return 0;
}

static bool read_kind(struct line *l, enum kind *kind)
{
    const char *word = l->at;

    while (l->at < l->end && isalpha((unsigned char)*l->at))
        l->at++;
    for (unsigned i = 0; i < KINDS; i++) {
        size_t n = strlen(kinds[i].word);

        *kind = (enum kind)i;
        if ((size_t)(l->at - word) == n && memcmp(word, kinds[i].word, n) == 0)
            return true;
    }
    return false;
}

static int read_argument(struct line *l, struct order *order)
{
    switch (kinds[order->kind].argument) {
    case TEXT:
        return read_text(l, order);
    case NUMBER:
        return read_number(l, &order->number);
    default:
        return 0;
    }
}

static int read_line(struct line *l)
{
    struct order order = {.line = l->number};
    int error;

    skip_space(l);
    if (l->at == l->end || *l->at == '#')
        return 0;
    if (!read_kind(l, &order.kind))
        return wrong(l, "wait, at, after, type, key, hangup or answer belongs here");
    skip_space(l);
    error = read_argument(l, &order);
    if (error)
        return error;
    skip_space(l);
    if (l->at < l->end && *l->at != '#')
        error = wrong(l, "there is more on the line than belongs there");
    else if (add(l->script, &order))
        error = log_why(l->why, l->why_size, -ENOMEM, "out of memory");
    if (error)
        free(order.text);
    return error;
}

int script_parse(struct script **out, const char *name, const char *text, size_t size, char *why,
                 size_t why_size)
{
    struct script *s = calloc(1, sizeof(*s));
    struct line line = {.script = s, .why = why, .why_size = why_size};
    const char *end = text + size;
    int error = 0;

    if (!s || !(s->name = strdup(name))) {
        free(s);
        return log_why(why, why_size, -ENOMEM, "out of memory");
    }
    while (text < end && !error) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));

        line.number++;
        line.at = text;
        line.end = newline ? newline : end;
        error = read_line(&line);
        text = newline ? newline + 1 : end;
    }
    if (error)
        script_destroy(s);
    else
        *out = s;
    return error;
}

int script_read(struct script **out, const char *path, char *why, size_t why_size)
{
    struct file file;
    int error = file_read(path, SCRIPT_FILE_MAX, &file, why, why_size);

    if (error)
        return error;
    error = script_parse(out, path, (const char *)file.bytes, file.size, why, why_size);
    file_release(&file);
    return error;
}

void script_destroy(struct script *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        free(s->order[i].text);
    free(s->order);
    free(s->name);
    free(s);
}

/* ---- Listening --------------------------------------------------------------------------- */

static const struct order *under_way(const struct script *s)
{
    return s->at < s->count ? &s->order[s->at] : NULL;
}

static void forget_heard(struct script *s, size_t n)
{
    s->heard_size -= n;
    memmove(s->heard, s->heard + n, s->heard_size);
}

bool script_sent(struct script *s, uint8_t byte)
{
    const struct order *o = under_way(s);

    if (!o)
        return false;
    if (s->heard_size == HEARD_SIZE)
        forget_heard(s, HEARD_SIZE / 2);
    s->heard[s->heard_size++] = byte;
    return o->kind == WAIT && s->heard_size >= o->size &&
           memcmp(s->heard + s->heard_size - o->size, o->text, o->size) == 0;
}

static bool has_heard(struct script *s, const struct order *o)
{
    const uint8_t *at = memmem(s->heard, s->heard_size, o->text, o->size);

    if (!at)
        return false;
    forget_heard(s, (size_t)(at - s->heard) + o->size);
    return true;
}

/* ---- Going on ---------------------------------------------------------------------------- */

/* True: the guest has taken all of it. */
static bool type(struct script *s, struct history *h, const struct order *o, uint64_t icount)
{
    s->given += history_serial_input(h, o->text + s->given, o->size - s->given);
    if (s->given == o->size)
        return true;
    s->step = icount + RETRY_STEPS;
    return false;
}

static bool press(struct script *s, struct history *h, const struct order *o, uint64_t icount)
{
    if (history_press_key(h, o->text, o->size))
        return true;
    s->step = icount + RETRY_STEPS;
    return false;
}

static void begin(struct script *s, const struct order *o, uint64_t icount)
{
    s->begun = true;
    s->given = 0;
    s->step = o->kind == AT ? o->number : o->kind == AFTER ? icount + o->number : 0;
    if (o->kind == AFTER && s->step < icount)
        s->step = UINT64_MAX;
}

/* True: it is done, on to the next. */
static bool carry_out(struct script *s, struct history *h, const struct order *o, uint64_t icount)
{
    if (!s->begun)
        begin(s, o, icount);
    if (o->kind == WAIT)
        return has_heard(s, o);
    if (icount < s->step)
        return false;
    switch (o->kind) {
    case TYPE:
        return type(s, h, o, icount);
    case KEY:
        return press(s, h, o, icount);
    case HANGUP:
    case ANSWER:
        history_set_carrier(h, o->kind == ANSWER);
        return true;
    default:
        return true;
    }
}

bool script_go_on(struct script *s, struct history *h, uint64_t icount)
{
    const struct order *o;
    bool gave = false;

    while ((o = under_way(s)) && carry_out(s, h, o, icount)) {
        gave |= o->kind != WAIT && o->kind != AT && o->kind != AFTER;
        s->begun = false;
        s->at++;
    }
    return gave;
}

uint64_t script_next_step(const struct script *s)
{
    const struct order *o = under_way(s);

    if (!o || o->kind == WAIT)
        return UINT64_MAX;
    return s->begun ? s->step : 0;
}

const char *script_unfinished(const struct script *s, char *buf, size_t size)
{
    const struct order *o = under_way(s);

    if (!o)
        return NULL;
    if (o->kind == AT || o->kind == AFTER)
        snprintf(buf, size, "'%s', line %u: step %" PRIu64 " was never reached", s->name, o->line,
                 s->begun ? s->step : o->number);
    else if (o->kind == WAIT)
        snprintf(buf, size, "'%s', line %u: the guest never sent what is waited for", s->name,
                 o->line);
    else
        snprintf(buf, size, "'%s', line %u: the guest did not take it all", s->name, o->line);
    return buf;
}

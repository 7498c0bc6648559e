#include "emu/trace/trace_text_rest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_codec_state.h"
#include "emu/trace/trace_text_line.h"

/* ---- Writing --------------------------------------------------------------------------------- */

static void put_key(struct trace_out *out, bool *first, const char *key, unsigned index)
{
    trace_out_puts(out, *first ? "#: with " : " ");
    trace_out_printf(out, index ? "%s.%u=" : "%s=", key, index);
    *first = false;
}

static void put_text(struct trace_out *out, const char *text, size_t size)
{
    struct text_line l = {.out = out};
    bool cut = false;

    text_quoted(&l, (char *)(uintptr_t)text, &size, size, &cut);
}

static void put_who(struct trace_out *out, const struct trace_who *who)
{
    trace_out_printf(out, "%x:%d:", who->task, who->pid);
    put_text(out, who->comm, strnlen(who->comm, sizeof(who->comm)));
}

static void put_cell(struct text_model *m, struct trace_out *out, const struct cell *cell,
                     const struct trace_event *event)
{
    const char *member = (const char *)event + cell->offset;

    switch (cell->form) {
    case CELL_WHO:
        put_who(out, (const struct trace_who *)(const void *)member);
        break;
    case CELL_TEXT:
        put_text(out, member, strnlen(member, cell->size));
        break;
    case CELL_BYTES:
        put_text(out, member, (uint8_t)member[-1]);
        break;
    case CELL_PROBE:
        trace_out_printf(out, "%x", text_model_add_probe(m, event->call.probe));
        break;
    default:
        trace_out_printf(out, "%" PRIx64, trace_field_get(event, cell->offset, cell->size));
    }
}

void text_rest_write(struct text_model *m, struct trace_out *out, const struct trace_event *event,
                     const struct trace_event *guess)
{
    const struct trace_codec *codec = text_model_codec(m);
    const struct cell *cells = codec->cell[event->kind];
    bool first = true;

    if (!codec_same_who(&event->who, &guess->who)) {
        put_key(out, &first, "task", 0);
        put_who(out, &event->who);
    }
    for (unsigned i = 0; i < codec->cell_count[event->kind]; i++) {
        if (codec_same_cell(&cells[i], event, guess))
            continue;
        put_key(out, &first, cells[i].row->key, cells[i].index);
        put_cell(m, out, &cells[i], event);
    }
    if (!first)
        trace_out_puts(out, "\n");
}

/* ---- Reading --------------------------------------------------------------------------------- */

static size_t get_text(struct text_line *l, char *to, size_t room)
{
    size_t size = 0;
    bool cut = false;

    text_quoted(l, to, &size, room, &cut);
    return size;
}

static void get_who(struct text_line *l, struct trace_who *who)
{
    char *end;

    memset(who, 0, sizeof(*who));
    who->task = (uint32_t)strtoul(l->at, &end, 16);
    l->at = end;
    text_words(l, ":");
    who->pid = (int32_t)strtol(l->at, &end, 10);
    l->at = end;
    text_words(l, ":");
    get_text(l, who->comm, sizeof(who->comm) - 1);
}

static void get_cell(const struct text_model *m, struct text_line *l, const struct cell *cell,
                     struct trace_event *event)
{
    char *member = (char *)event + cell->offset;
    uint64_t number = 0;
    char *end;

    switch (cell->form) {
    case CELL_WHO:
        get_who(l, (struct trace_who *)(void *)member);
        return;
    case CELL_TEXT:
        get_text(l, member, cell->size - 1u);
        return;
    case CELL_BYTES:
        member[-1] = (char)get_text(l, member, cell->size);
        return;
    default:
        number = strtoull(l->at, &end, 16);
        l->at = end;
    }
    if (cell->form != CELL_PROBE)
        trace_field_set(event, cell->offset, cell->size, number);
    else if (text_model_probe_at(m, number) != NULL)
        event->call.probe = text_model_probe_at(m, number);
}

/* "pushed.4": which cell is that? NULL: none of this kind. */
static const struct cell *cell_of(const struct trace_codec *codec, enum trace_kind kind,
                                  const char *key, size_t length)
{
    const char *dot = memchr(key, '.', length);
    size_t name = dot ? (size_t)(dot - key) : length;
    unsigned index = dot ? (unsigned)strtoul(dot + 1, NULL, 10) : 0;

    for (unsigned i = 0; i < codec->cell_count[kind]; i++) {
        const struct cell *cell = &codec->cell[kind][i];

        if (cell->index == index && strlen(cell->row->key) == name &&
            strncmp(cell->row->key, key, name) == 0)
            return cell;
    }
    return NULL;
}

/* A word that nobody knows: to the next blank outside of quotes. */
static void skip_word(struct text_line *l)
{
    bool quoted = false;

    for (; *l->at != '\0' && (quoted || *l->at != ' '); l->at++) {
        if (*l->at == '\\' && l->at[1] != '\0')
            l->at++;
        else if (*l->at == '"')
            quoted = !quoted;
    }
}

void text_rest_read(const struct text_model *m, const char *words, struct trace_event *event)
{
    const struct trace_codec *codec = text_model_codec(m);
    struct text_line l = {.at = words};

    for (l.at += strspn(l.at, " "); *l.at != '\0' && !l.bad; l.at += strspn(l.at, " ")) {
        size_t length = strcspn(l.at, "= ");
        const struct cell *cell = cell_of(codec, event->kind, l.at, length);
        bool who = length == 4 && strncmp(l.at, "task", 4) == 0;

        if (l.at[length] == '=' && (cell != NULL || who)) {
            l.at += length + 1;
            if (who)
                get_who(&l, &event->who);
            else
                get_cell(m, &l, cell, event);
        }
        skip_word(&l);
    }
}

unsigned text_rest_program(const char *words)
{
    const char *at = strstr(words, " program=");

    return at ? (unsigned)strtoul(at + strlen(" program="), NULL, 16) : 0;
}

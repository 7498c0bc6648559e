/* Lines are read one byte at a time, so that the commands a script runs find the rest of a
 * shared standard input where the shell left it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

enum { LINE_START_ROOM = 128 };

struct source source_from_fd(int fd, bool interactive)
{
    return (struct source){.fd = fd, .interactive = interactive};
}

struct source source_from_string(const char *text)
{
    struct source s = {.fd = -1, .ended = true};

    s.text.text = strdup(text);
    s.text.length = s.text.text ? strlen(text) : 0;
    return s;
}

void source_free(struct source *s)
{
    free(s->text.text);
    s->text = (struct buffer){0};
}

/* The source's text outlives a command, so it does not live in the arena. */
static bool append(struct source *s, char c)
{
    struct buffer *b = &s->text;

    if (b->length + 1 >= b->room) {
        size_t room = 2 * b->room + LINE_START_ROOM;
        char *bigger = realloc(b->text, room);

        if (!bigger)
            return false;
        b->text = bigger;
        b->room = room;
    }
    b->text[b->length++] = c;
    return true;
}

static void prompt(const struct source *s)
{
    const char *text = var_get(s->text.length == 0 ? "PS1" : "PS2");

    fflush(stdout);
    fputs(text ? text : "", stderr);
}

/* Reads one more line; an interrupt at the prompt gives an empty one instead. */
static void read_line(struct source *s)
{
    char c = 0;

    if (s->interactive)
        prompt(s);
    while (c != '\n') {
        ssize_t n = read(s->fd, &c, 1);

        if (n < 0 && errno == EINTR) {
            s->text.length = s->position;
            c = '\n';
            fputc('\n', stderr);
        } else if (n <= 0) {
            s->ended = true;
            return;
        }
        s->ended |= !append(s, c);
    }
}

int source_peek(struct source *s)
{
    if (s->position == s->text.length && !s->ended)
        read_line(s);
    return s->position < s->text.length ? (unsigned char)s->text.text[s->position] : 0;
}

/* Forgets what has been taken. */
void source_discard(struct source *s)
{
    size_t rest = s->text.length - s->position;

    if (s->text.text)
        memmove(s->text.text, s->text.text + s->position, rest);
    s->text.length = rest;
    s->position = 0;
}

/* A script is read one byte at a time, so that the commands it runs find the rest of a shared
 * standard input where the shell left it. A terminal gives one line a read by itself.
 *
 * ^C is only taken while the shell waits for a line (jobs_wait_input), so none is lost between
 * the prompt and the read. What ^C throws away between that wait and the read must not make the
 * read wait: the terminal is read through an open file of the shell's own that never blocks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

enum { LINE_START_ROOM = 128, TERMINAL_READ = 256 };

struct source source_from_fd(int fd)
{
    return (struct source){.fd = fd};
}

struct source source_from_terminal(int fd)
{
    int own = open("/dev/tty", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int high = own < 0 ? -1 : fcntl(own, F_DUPFD_CLOEXEC, OWN_FD_MIN);

    if (own >= 0)
        close(own);
    return (struct source){.fd = high < 0 ? fd : high, .interactive = true};
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

/* Only at the start of a line: a long one comes in parts. */
static void prompt(const struct source *s)
{
    const char *text = var_get(s->text.length == 0 ? "PS1" : "PS2");

    fflush(stdout);
    if (s->text.length == 0 || s->text.text[s->text.length - 1] == '\n')
        fputs(text ? text : "", stderr);
}

static void read_line(struct source *s)
{
    char c = 0;

    while (c != '\n' && !s->ended)
        s->ended = read(s->fd, &c, 1) != 1 || !append(s, c);
}

/* Everything taken and typed of this command goes; an empty line stands in its place. */
static void drop_command(struct source *s)
{
    s->text.length = s->position;
    s->ended |= !append(s, '\n');
    fputc('\n', stderr);
}

/* Reads what the terminal has, up to a line; an interrupt gives an empty line instead. */
static void read_terminal(struct source *s)
{
    char part[TERMINAL_READ];
    ssize_t n = 0;

    prompt(s);
    do {
        if (!jobs_wait_input(s->fd)) {
            drop_command(s);
            return;
        }
        n = read(s->fd, part, sizeof part);
    } while (n < 0 && (errno == EAGAIN || errno == EINTR));
    s->ended = n <= 0;
    for (ssize_t i = 0; i < n; i++)
        s->ended |= !append(s, part[i]);
}

int source_peek(struct source *s)
{
    if (s->position == s->text.length && !s->ended)
        s->interactive ? read_terminal(s) : read_line(s);
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

/* What was taken since start becomes another text, which is taken next; false without memory. */
bool source_replace(struct source *s, size_t start, const char *text)
{
    size_t length = strlen(text);
    size_t rest = s->text.length - s->position;
    size_t room = start + length + rest + 1;

    if (room > s->text.room) {
        char *bigger = realloc(s->text.text, room);

        if (!bigger)
            return false;
        s->text.text = bigger;
        s->text.room = room;
    }
    memmove(s->text.text + start + length, s->text.text + s->position, rest);
    memcpy(s->text.text + start, text, length);
    s->text.length = start + length + rest;
    s->position = start;
    return true;
}

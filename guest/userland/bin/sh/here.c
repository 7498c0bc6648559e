/* Here-documents: lines of the source that a command reads as its input. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

static bool is_quoted(const char *word)
{
    return strpbrk(word, "'\"\\") != NULL;
}

/* One line without its end; false at the end of the source. */
static bool take_line(struct source *s, struct buffer *line)
{
    int c = source_peek(s);

    *line = (struct buffer){0};
    buffer_add_string(line, "", 0);
    if (!c)
        return false;
    for (; c && c != '\n'; c = source_peek(s)) {
        buffer_add(line, (char)c);
        s->position++;
    }
    if (c)
        s->position++;
    return true;
}

/* The lines up to the one that is the delimiter alone; with <<- without the tabs before them. */
void here_read(struct source *s, struct redirection *r)
{
    bool quoted = is_quoted(r->target);
    char *delimiter = quoted ? expand_single(r->target) : r->target;
    struct buffer body = {0}, line;

    buffer_add_string(&body, "", 0);
    while (delimiter && take_line(s, &line)) {
        const char *text = line.text + (r->strip_tabs ? strspn(line.text, "\t") : 0);

        if (strcmp(text, delimiter) == 0)
            break;
        buffer_add_string(&body, text, strlen(text));
        buffer_add(&body, '\n');
    }
    r->target = body.text;
    r->literal = quoted;
}

static void write_all(int fd, const char *text, size_t length)
{
    ssize_t n;

    for (; length > 0; text += n, length -= (size_t)n) {
        n = write(fd, text, length);
        if (n <= 0)
            return;
    }
}

/* A pipe that holds the text; what is too long for it is written by a child. */
int here_open(const char *text)
{
    size_t length = strlen(text);
    int fd[2];
    pid_t pid = 0;

    if (pipe(fd) < 0)
        return -1;
    if (length > PIPE_BUF && (pid = fork()) == 0) {
        jobs_in_child();
        close(fd[0]);
        write_all(fd[1], text, length);
        _exit(0);
    }
    if (length <= PIPE_BUF)
        write_all(fd[1], text, length);
    close(fd[1]);
    if (pid >= 0)
        return fd[0];
    close(fd[0]);
    return -1;
}

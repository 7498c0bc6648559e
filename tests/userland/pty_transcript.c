/* pty_transcript SCRIPT PROGRAM ARG…: holds a conversation with a program on a terminal.
 *
 * Lines of the script:
 *
 *      send TEXT       types the text; \n, \t, \\ and \xHH are understood
 *      expect TEXT     waits until the text has appeared after what was expected before
 *      until TEXT      types what was sent last again and again until the text has appeared
 *      exit STATUS     waits for the end and compares the exit status
 *
 * There is no waiting for a time, so that a script means the same on a busy machine; until is for
 * what a program tells when it is asked. Exit codes: 0 all as expected, 1 something was not (the
 * rest of the output is shown), 2 usage.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TIMEOUT_MS = 150000,
    PAUSE_MS = 100,
    OUTPUT_MAX = 1 << 18,
    TEXT_MAX = 1024,
    SHOWN_MAX = 2000
};

struct talk {
    int fd;
    pid_t pid;
    size_t length;
    size_t position; /* behind the last expected text */
    char sent[TEXT_MAX];
    char output[OUTPUT_MAX];
};

/* Reads what comes within a time; false at the end of the output or when nothing came. */
static int listen_for(struct talk *t, int milliseconds)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    ssize_t n;

    if (t->length == OUTPUT_MAX - 1 || poll(&p, 1, milliseconds) <= 0)
        return 0;
    n = read(t->fd, t->output + t->length, OUTPUT_MAX - 1 - t->length);
    if (n <= 0)
        return 0;
    t->length += (size_t)n;
    t->output[t->length] = 0;
    return 1;
}

static int listen_more(struct talk *t)
{
    return listen_for(t, TIMEOUT_MS);
}

static void unescape(char *text)
{
    char *to = text;

    for (; *text; text++) {
        if (*text != '\\' || !text[1]) {
            *to++ = *text;
            continue;
        }
        text++;
        if (*text == 'x') {
            char hex[3] = {text[1], text[2], 0};

            *to++ = (char)strtol(hex, NULL, 16);
            text += 2;
        } else {
            *to++ = *text == 'n' ? '\n' : *text == 't' ? '\t' : *text;
        }
    }
    *to = 0;
}

static int type_again(struct talk *t)
{
    return write(t->fd, t->sent, strlen(t->sent)) < 0 ? -1 : 0;
}

static int type(struct talk *t, const char *text)
{
    strcpy(t->sent, text);
    return type_again(t);
}

/* Has the text appeared? Then it is behind us. */
static int appeared(struct talk *t, const char *text)
{
    char *found = strstr(t->output + t->position, text);

    if (found)
        t->position = (size_t)(found - t->output) + strlen(text);
    return found != NULL;
}

static int expect(struct talk *t, const char *text)
{
    while (!appeared(t, text))
        if (!listen_more(t))
            return -1;
    return 0;
}

static int repeat_until(struct talk *t, const char *text)
{
    for (int tries = 0; tries < TIMEOUT_MS / PAUSE_MS; tries++) {
        while (listen_for(t, PAUSE_MS))
            if (appeared(t, text))
                return 0;
        if (type_again(t) < 0)
            return -1;
    }
    return -1;
}

static int expect_exit(struct talk *t, int wanted)
{
    int status;

    while (listen_more(t))
        continue;
    return waitpid(t->pid, &status, 0) == t->pid && WIFEXITED(status) &&
                   WEXITSTATUS(status) == wanted
               ? 0
               : -1;
}

static int follow(struct talk *t, char *line)
{
    line[strcspn(line, "\n")] = 0;
    unescape(line);
    if (!*line || *line == '#')
        return 0;
    if (strncmp(line, "send ", 5) == 0)
        return type(t, line + 5);
    if (strncmp(line, "expect ", 7) == 0)
        return expect(t, line + 7);
    if (strncmp(line, "until ", 6) == 0)
        return repeat_until(t, line + 6);
    if (strncmp(line, "exit ", 5) == 0)
        return expect_exit(t, atoi(line + 5));
    fprintf(stderr, "pty_transcript: not send, expect, until or exit\n");
    return -1;
}

int main(int argc, char **argv)
{
    static struct talk t;
    char line[TEXT_MAX], shown[TEXT_MAX];
    FILE *script = argc > 2 ? fopen(argv[1], "r") : NULL;

    if (!script) {
        fprintf(stderr, "usage: pty_transcript SCRIPT PROGRAM ARG...\n");
        return 2;
    }
    t.pid = forkpty(&t.fd, NULL, NULL, NULL);
    if (t.pid < 0) {
        printf("skipped: this host has no pseudo terminals\n");
        return 77;
    }
    if (t.pid == 0) {
        execv(argv[2], argv + 2);
        _exit(127);
    }
    for (int number = 1; fgets(line, sizeof line, script); number++) {
        strcpy(shown, line);
        if (follow(&t, line) == 0)
            continue;
        printf("%s:%d: %sthe output went on with: %.*s\n", argv[1], number, shown, SHOWN_MAX,
               t.output + t.position);
        return 1;
    }
    fclose(script);
    return 0;
}

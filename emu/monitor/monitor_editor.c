#include "emu/monitor/monitor_editor.h"

#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REMEMBERED = 500, LINE = 512, LISTED_MAX = 200, COLUMNS = 78 };
enum { CTRL_D = 4, CTRL_G = 7, ESCAPE_MS = 500 };

struct monitor_editor {
    EditLine *el;
    History *history;
    struct monitor *monitor;
    const char *prompt;
    char line[LINE];
    bool left;
};

/* The program was stopped and goes on: the terminal is another's way by now. */
static volatile sig_atomic_t continued;

static void on_continue(int number)
{
    (void)number;
    continued = 1;
}

static struct monitor_editor *editor_of(EditLine *el)
{
    struct monitor_editor *e = NULL;

    el_get(el, EL_CLIENTDATA, &e);
    return e;
}

static char *prompt(EditLine *el)
{
    return (char *)editor_of(el)->prompt;
}

/* It is called where a key has come, and for the rest of an escape sequence, which may never come:
 * then it is Ctrl-G, which means nothing. */
static int get_key(EditLine *el, wchar_t *key)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    uint8_t byte = CTRL_G;

    if (poll(&in, 1, ESCAPE_MS) > 0 && read(STDIN_FILENO, &byte, 1) <= 0) {
        editor_of(el)->left = true;
        return 0;
    }
    *key = byte < 0x80 ? byte : CTRL_G;
    return 1;
}

/* ---- Completion -------------------------------------------------------------------------- */

static size_t longest_of(struct monitor *m, const char *text, unsigned n)
{
    size_t longest = 0;

    for (unsigned i = 0; i < n; i++) {
        const char *name = monitor_complete(m, text, i);

        if (name && strlen(name) > longest)
            longest = strlen(name);
    }
    return longest;
}

/* Below the line, in columns. */
static void list(struct monitor *m, const char *text, unsigned n)
{
    unsigned shown = n < LISTED_MAX ? n : LISTED_MAX;
    int width = (int)longest_of(m, text, shown) + 2;
    unsigned columns = width < COLUMNS ? (unsigned)(COLUMNS / width) : 1;

    for (unsigned i = 0; i < shown; i++)
        printf("%s%-*s", i % columns ? "" : "\n", width, monitor_complete(m, text, i));
    if (shown < n)
        printf("\nand %u more", n - shown);
    fputs("\n", stdout);
}

static unsigned char complete(EditLine *el, int key)
{
    struct monitor *m = editor_of(el)->monitor;
    const LineInfo *line = el_line(el);
    char text[LINE], more[LINE];
    unsigned n;

    (void)key;
    snprintf(text, sizeof(text), "%.*s", (int)(line->cursor - line->buffer), line->buffer);
    n = monitor_extend(m, text, more, sizeof(more));
    if (*more && el_insertstr(el, more) == 0)
        return CC_REFRESH;
    if (n < 2)
        return CC_ERROR;
    list(m, text, n);
    return CC_REDISPLAY;
}

/* ---- Life -------------------------------------------------------------------------------- */

static bool is_known_terminal(void)
{
    const char *term = getenv("TERM");

    return term && *term && strcmp(term, "dumb") != 0;
}

static void set_up(struct monitor_editor *e)
{
    HistEvent event;

    el_set(e->el, EL_CLIENTDATA, e);
    el_set(e->el, EL_PROMPT, prompt);
    el_set(e->el, EL_EDITOR, "emacs");
    el_set(e->el, EL_GETCFN, get_key);
    history(e->history, &event, H_SETSIZE, REMEMBERED);
    history(e->history, &event, H_SETUNIQUE, 1);
    el_set(e->el, EL_HIST, history, e->history);
    el_set(e->el, EL_ADDFN, "complete", "completes the word", complete);
    el_set(e->el, EL_BIND, "^I", "complete", NULL);
    el_source(e->el, NULL);
    sigaction(SIGCONT, &(struct sigaction){.sa_handler = on_continue}, NULL);
}

struct monitor_editor *monitor_editor_open(struct monitor *m, const char *text)
{
    struct monitor_editor *e = is_known_terminal() ? calloc(1, sizeof(*e)) : NULL;

    if (!e)
        return NULL;
    e->monitor = m;
    e->prompt = text;
    e->el = el_init("forkscope", stdin, stdout, stderr);
    e->history = history_init();
    if (!e->el || !e->history) {
        monitor_editor_close(e);
        return NULL;
    }
    set_up(e);
    return e;
}

void monitor_editor_close(struct monitor_editor *e)
{
    if (!e)
        return;
    if (e->el)
        el_end(e->el);
    if (e->history)
        history_end(e->history);
    free(e);
}

/* ---- A line ------------------------------------------------------------------------------ */

void monitor_editor_begin(struct monitor_editor *e)
{
    el_set(e->el, EL_UNBUFFERED, 1);
}

void monitor_editor_end(struct monitor_editor *e)
{
    el_set(e->el, EL_UNBUFFERED, 0);
}

static void remember(struct monitor_editor *e)
{
    HistEvent event;

    if (e->line[strspn(e->line, " \t")])
        history(e->history, &event, H_ENTER, e->line);
}

static void take_terminal_again(struct monitor_editor *e)
{
    continued = 0;
    monitor_editor_end(e);
    monitor_editor_begin(e);
}

enum monitor_editor_event monitor_editor_take(struct monitor_editor *e, const char **line)
{
    const char *text;
    int n = 0;

    if (continued)
        take_terminal_again(e);
    text = el_gets(e->el, &n);
    if (e->left || (text && n == 1 && text[0] == CTRL_D))
        return EDITOR_LEFT;
    if (!text || n < 1 || text[n - 1] != '\n')
        return EDITOR_MORE;
    snprintf(e->line, sizeof(e->line), "%.*s", n - 1, text);
    monitor_editor_end(e);
    remember(e);
    *line = e->line;
    return EDITOR_LINE;
}

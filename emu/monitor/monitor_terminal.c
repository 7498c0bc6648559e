#include "emu/monitor/monitor_terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/machine/terminal.h"
#include "emu/monitor/monitor.h"
#include "emu/monitor/monitor_editor.h"
#include "emu/support/log.h"

enum { LINE = 512 };

struct monitor_terminal {
    struct control *control;
    struct monitor *monitor;
    struct monitor_editor *editor; /* NULL: lines are plain */
    char line[LINE];               /* what has come of it */
    size_t used;
    bool too_long;
    bool prompts; /* a person sits there */
    bool prompted;
    bool holds;
    bool ordered; /* the machine runs because a command said so */
    bool ended;   /* end of input */
    bool left;    /* a person has gone */
};

static void say(void *ctx, const char *text)
{
    (void)ctx;
    fputs(text, stdout);
}

static const struct monitor_out out = {say, NULL};

static const char prompt_text[] = "(forkscope) ";

static void prompt(struct monitor_terminal *t)
{
    bool wanted = t->prompts && !t->prompted && !t->ended && !t->left &&
                  !monitor_quits(t->monitor) && !control_running(t->control);

    if (wanted && !t->editor)
        fputs(prompt_text, stdout);
    fflush(stdout);
    if (wanted && t->editor)
        monitor_editor_begin(t->editor);
    t->prompted |= wanted;
}

/* Something else is to be said. */
static void leave_prompt(struct monitor_terminal *t)
{
    if (!t->prompted)
        return;
    if (t->editor)
        monitor_editor_end(t->editor);
    fputs("\n", stdout);
    t->prompted = false;
}

int monitor_terminal_open(struct monitor_terminal **to, struct control *c, bool stands, char *why,
                          size_t why_size)
{
    struct monitor_terminal *t = calloc(1, sizeof(*t));

    *to = t;
    if (t)
        t->monitor = monitor_create(c);
    if (!t || !t->monitor)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    t->control = c;
    t->prompts = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (t->prompts && terminal_guard(STDIN_FILENO) == 0)
        t->editor = monitor_editor_open(t->monitor, prompt_text);
    t->holds = stands;
    control_set_interruptible(c, true);
    if (stands)
        monitor_tell_stop(t->monitor, out);
    prompt(t);
    return 0;
}

void monitor_terminal_close(struct monitor_terminal *t)
{
    if (!t)
        return;
    leave_prompt(t);
    fflush(stdout);
    monitor_editor_close(t->editor);
    monitor_destroy(t->monitor);
    free(t);
}

unsigned monitor_terminal_fds(const struct monitor_terminal *t, struct pollfd *fds)
{
    fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    return t->ended || (control_running(t->control) && t->ordered && !t->prompts) ? 0 : 1;
}

static void execute(struct monitor_terminal *t, const char *line)
{
    t->prompted = false;
    if (t->too_long)
        fputs("this line is too long\n", stdout);
    else
        monitor_execute(t->monitor, line, out);
    t->holds = true;
    t->ordered = control_running(t->control);
    t->used = 0;
    t->too_long = false;
}

static void take(struct monitor_terminal *t, char c)
{
    if (c == '\n') {
        t->line[t->used] = '\0';
        execute(t, t->line);
    } else if (t->used < LINE - 1) {
        t->line[t->used++] = c;
    } else {
        t->too_long = true;
    }
}

static bool has_input(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&in, 1, 0) > 0;
}

static void read_byte(struct monitor_terminal *t)
{
    char c;
    ssize_t n = read(STDIN_FILENO, &c, 1);

    if (n == 1)
        take(t, c);
    else if (n == 0 || errno != EINTR)
        t->ended = true;
}

static void read_key(struct monitor_terminal *t)
{
    const char *line;

    switch (monitor_editor_take(t->editor, &line)) {
    case EDITOR_LINE:
        execute(t, line);
        prompt(t);
        break;
    case EDITOR_LEFT:
        t->ended = true;
        break;
    case EDITOR_MORE:
        break;
    }
}

/* One byte at a time: what follows a command that runs the machine is for later. */
void monitor_terminal_service(struct monitor_terminal *t)
{
    prompt(t);
    while (!t->ended && !control_running(t->control) && !monitor_quits(t->monitor) && has_input()) {
        if (t->editor)
            read_key(t);
        else
            read_byte(t);
    }
    t->left = t->ended && t->prompts;
    if (t->ended)
        t->holds = false;
    prompt(t);
}

bool monitor_terminal_interrupt(struct monitor_terminal *t)
{
    if (!t->prompted)
        return false;
    fputs("^C", stdout);
    leave_prompt(t);
    t->used = 0;
    t->too_long = false;
    prompt(t);
    return true;
}

void monitor_terminal_stopped(struct monitor_terminal *t)
{
    if (t->ended)
        return;
    t->holds = true;
    t->ordered = false;
    leave_prompt(t);
    monitor_tell_stop(t->monitor, out);
    prompt(t);
}

bool monitor_terminal_holds(const struct monitor_terminal *t)
{
    return t->holds && !t->ended;
}

bool monitor_terminal_quits(const struct monitor_terminal *t)
{
    return t->left || monitor_quits(t->monitor);
}

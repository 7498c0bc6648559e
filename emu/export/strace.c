/*
 * The form of `strace -f -o FILE`: a line a system call, the pid in front. A call that another
 * task's line interrupts is unfinished, and resumed later; signals and ends stand between --- and
 * +++.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_form.h"

enum { TASKS_MAX = 1024, CALL_MAX = 512 };

/* A task's open call. */
struct task {
    int32_t pid;
    bool open;
    bool shown; /* as unfinished */
    uint32_t nr;
    char text[CALL_MAX]; /* without the closing bracket */
};

struct strace {
    struct task *tasks;
    unsigned count;
};

static struct task *task_of(struct strace *s, int32_t pid)
{
    struct task *grown;

    for (unsigned i = 0; i < s->count; i++)
        if (s->tasks[i].pid == pid)
            return &s->tasks[i];
    for (unsigned i = 0; s->count == TASKS_MAX && i < s->count; i++)
        if (!s->tasks[i].open) {
            s->tasks[i] = (struct task){.pid = pid};
            return &s->tasks[i];
        }
    grown = s->count < TASKS_MAX ? realloc(s->tasks, (s->count + 1) * sizeof(*grown)) : NULL;
    if (grown == NULL)
        return NULL;
    s->tasks = grown;
    s->tasks[s->count] = (struct task){.pid = pid};
    return &s->tasks[s->count++];
}

/* ---- Arguments and results --------------------------------------------------------------- */

static size_t append(char *text, size_t used, const char *piece)
{
    int n = snprintf(text + used, CALL_MAX - used, "%s", piece);

    used += n > 0 ? (size_t)n : 0;
    return used < CALL_MAX ? used : CALL_MAX - 1;
}

static size_t append_quoted(char *text, size_t used, const struct trace_syscall *s)
{
    used = append(text, used, "\"");
    for (unsigned i = 0; i < s->string_size; i++) {
        unsigned char c = (unsigned char)s->string[i];
        char piece[8];

        if (c == '\n' || c == '\t' || c == '\r')
            snprintf(piece, sizeof(piece), "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
        else if (c == '"' || c == '\\')
            snprintf(piece, sizeof(piece), "\\%c", c);
        else
            snprintf(piece, sizeof(piece), c < 0x20 || c >= 0x7f ? "\\%03o" : "%c", c);
        used = append(text, used, piece);
    }
    return append(text, used, s->string_cut ? "\"..." : "\"");
}

static size_t append_arg(char *text, size_t used, const struct trace_syscall *s, char letter,
                         unsigned k)
{
    uint32_t value = s->arg[k];
    const char *signal = letter == 'S' ? signal_name((int)value) : NULL;
    char piece[256];

    if (s->string_arg == k + 1)
        return append_quoted(text, used, s);
    if (letter == 'd' || letter == 'f')
        snprintf(piece, sizeof(piece), "%d", (int32_t)value);
    else if (letter == 'u')
        snprintf(piece, sizeof(piece), "%u", value);
    else if (letter == 'o')
        snprintf(piece, sizeof(piece), "%#o", value);
    else if (letter == 'c')
        clone_flags_format(value, piece, sizeof(piece));
    else if (signal != NULL)
        snprintf(piece, sizeof(piece), "%s", signal);
    else if (value == 0 && strchr("psb", letter) != NULL)
        snprintf(piece, sizeof(piece), "NULL");
    else
        snprintf(piece, sizeof(piece), "%#x", value);
    return append(text, used, piece);
}

static const char *call_name(uint32_t nr, char *buf, size_t size)
{
    const struct syscall_info *info = syscall_by_nr(nr);

    if (info != NULL)
        return info->name;
    snprintf(buf, size, "syscall_%#x", syscall_given(nr));
    return buf;
}

static void format_call(const struct trace_syscall *s, char *text)
{
    const struct syscall_info *info = syscall_by_nr(s->nr);
    char name[32];
    size_t used = append(text, 0, call_name(s->nr, name, sizeof(name)));

    used = append(text, used, "(");
    for (unsigned k = 0; k < syscall_arg_count(s->nr); k++) {
        used = append(text, used, k ? ", " : "");
        used = append_arg(text, used, s, info && info->args[0] != '?' ? info->args[k] : 'x', k);
    }
}

static void format_result(const struct trace_sysret *ret, char *buf, size_t size)
{
    const struct syscall_info *info = syscall_by_nr(ret->nr);
    bool error = syscall_result_letter(ret->nr) != 'i' && syscall_is_error(ret->result);
    const char *name = error ? errno_name(-(int32_t)ret->result) : NULL;

    if (ret->diverted)
        snprintf(buf, size, "?");
    else if (ret->restart)
        snprintf(buf, size, "? ERESTARTSYS (To be restarted)");
    else if (name != NULL)
        snprintf(buf, size, "-1 %s", name);
    else if (info != NULL && info->result == 'x')
        snprintf(buf, size, "%#x", ret->result);
    else
        snprintf(buf, size, "%d", (int32_t)ret->result);
}

/* ---- Lines ------------------------------------------------------------------------------- */

/* Another task's line comes: calls that are under way are unfinished. */
static void interrupt_others(struct trace_writer *w, int32_t pid)
{
    struct strace *s = w->state;

    for (unsigned i = 0; i < s->count; i++) {
        struct task *t = &s->tasks[i];

        if (t->pid == pid || !t->open || t->shown)
            continue;
        trace_out_printf(w->out, "%-5d %s <unfinished ...>\n", t->pid, t->text);
        t->shown = true;
    }
}

/* Of the current task, or where no result will come. */
static void end_call(struct trace_writer *w, struct task *t, const char *result)
{
    char name[32];

    interrupt_others(w, t->pid);
    if (t->shown)
        trace_out_printf(w->out, "%-5d <... %s resumed>) = %s\n", t->pid,
                         call_name(t->nr, name, sizeof(name)), result);
    else
        trace_out_printf(w->out, "%-5d %s) = %s\n", t->pid, t->text, result);
    t->open = t->shown = false;
}

static void begin_call(struct trace_writer *w, struct task *t, const struct trace_syscall *s)
{
    interrupt_others(w, t->pid);
    t->open = true;
    t->shown = false;
    t->nr = s->nr;
    format_call(s, t->text);
}

static void print_signal(struct trace_writer *w, int32_t pid, const struct trace_life *life)
{
    const char *name = signal_name(life->code);
    char number[24];

    snprintf(number, sizeof(number), "SIGRT_%d", life->code - 32);
    interrupt_others(w, pid);
    trace_out_printf(w->out, "%-5d --- %s {si_signo=%s} ---\n", pid, name ? name : number,
                     name ? name : number);
}

static void print_exit(struct trace_writer *w, struct task *t, const struct trace_life *life)
{
    int signal = life->code & 0x7f;
    const char *name = signal_name(signal);

    if (t->open)
        end_call(w, t, "?");
    interrupt_others(w, t->pid);
    if (signal != 0 && name != NULL)
        trace_out_printf(w->out, "%-5d +++ killed by %s +++\n", t->pid, name);
    else
        trace_out_printf(w->out, "%-5d +++ exited with %d +++\n", t->pid, life->code >> 8 & 0xff);
}

static void write_strace(struct trace_writer *w, const struct trace_event *e)
{
    struct task *t = task_of(w->state, e->who.pid);
    char result[64];

    if (t == NULL)
        return;
    switch (e->kind) {
    case TRACE_SYSCALL:
        begin_call(w, t, &e->syscall);
        break;
    case TRACE_SYSRET:
        format_result(&e->sysret, result, sizeof(result));
        if (t->open)
            end_call(w, t, result);
        break;
    case TRACE_SIGNAL:
        print_signal(w, e->who.pid, &e->life);
        break;
    case TRACE_EXIT:
        print_exit(w, t, &e->life);
        break;
    default:
        break;
    }
}

/* Calls that never returned. */
static void end_strace(struct trace_writer *w)
{
    struct strace *s = w->state;

    interrupt_others(w, -2);
    free(s->tasks);
}

const struct trace_form trace_form_strace = {
    .name = "strace",
    .help = "the form of strace -f -o",
    .kinds = TRACE_BIT(TRACE_SYSCALL) | TRACE_BIT(TRACE_SYSRET) | TRACE_BIT(TRACE_SIGNAL) |
             TRACE_BIT(TRACE_EXIT),
    .state_size = sizeof(struct strace),
    .event = write_strace,
    .end = end_strace,
};

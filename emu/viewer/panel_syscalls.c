/* The system calls of all processes, as strace shows them; the youngest in the last row. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"

enum { SCAN_MAX = 20000 };

struct text {
    char *at;
    size_t room;
};

static void add(struct text *t, const char *piece)
{
    size_t n = strlen(piece);

    if (n >= t->room)
        return;
    memcpy(t->at, piece, n + 1);
    t->at += n;
    t->room -= n;
}

static void add_string(struct text *t, const struct trace_syscall *s)
{
    char piece[8];

    add(t, "\"");
    for (unsigned i = 0; i < s->string_size; i++) {
        unsigned char c = (unsigned char)s->string[i];

        snprintf(piece, sizeof(piece), c == '\n' ? "\\n" : isprint(c) ? "%c" : "\\x%02x", c);
        add(t, piece);
    }
    add(t, s->string_cut ? "\"…" : "\"");
}

static void add_argument(struct text *t, const struct trace_syscall *s, char letter, unsigned k)
{
    char piece[128];
    const char *signal = letter == 'S' ? signal_name((int)s->arg[k]) : NULL;

    if (s->string_arg == k + 1) {
        add_string(t, s);
        return;
    }
    if (signal != NULL)
        snprintf(piece, sizeof(piece), "%s", signal);
    else if (letter == 'c')
        clone_flags_format(s->arg[k], piece, sizeof(piece));
    else if (letter == 'o')
        snprintf(piece, sizeof(piece), "%#o", s->arg[k]);
    else if (strchr("dfu", letter) != NULL)
        snprintf(piece, sizeof(piece), "%d", (int32_t)s->arg[k]);
    else if (s->arg[k] == 0)
        snprintf(piece, sizeof(piece), "%s", letter == 'p' ? "NULL" : "0");
    else
        snprintf(piece, sizeof(piece), "0x%x", s->arg[k]);
    add(t, piece);
}

static void format_call(const struct trace_syscall *s, char *buf, size_t size)
{
    const struct syscall_info *info = syscall_by_nr(s->nr);
    const char *args = info && strcmp(info->args, "?") != 0 ? info->args : "www";
    struct text t = {buf, size};

    add(&t, info ? info->name : "syscall");
    add(&t, "(");
    for (unsigned k = 0; args[k] != '\0'; k++) {
        add(&t, k ? ", " : "");
        add_argument(&t, s, args[k], k);
    }
    add(&t, ")");
}

/* The return of a call, if it came by now. */
static const struct trace_event *result_of(const struct view_journal *j, size_t call, size_t past)
{
    const struct trace_event *e = view_journal_at(j, call);

    for (size_t k = call + 1; k < past && k < call + SCAN_MAX; k++) {
        const struct trace_event *r = view_journal_at(j, k);

        if (r->who.task != e->who.task)
            continue;
        if (r->kind == TRACE_SYSRET)
            return r;
        if (r->kind == TRACE_SYSCALL || r->kind == TRACE_EXIT)
            return NULL;
    }
    return NULL;
}

static void draw_call(struct view *v, struct view_area area, int y, size_t k, size_t past)
{
    const struct trace_event *e = view_journal_at(v->journal, k);
    const struct trace_event *r = result_of(v->journal, k, past);
    char text[VIEW_LINE], result[64] = " …";
    int right = area.cols - 1, x;

    format_call(&e->syscall, text, sizeof(text));
    if (r != NULL) {
        char value[48];

        snprintf(result, sizeof(result), " = %s",
                 syscall_result_format(syscall_result_letter(e->syscall.nr), r->sysret.result,
                                       value, sizeof(value)));
    }
    right -= view_width(result);
    view_printf(area, 1, y, VIEW_DIM, "%3d %s", e->who.pid, e->who.comm);
    x = view_put(view_area_part(area, 0, y, right, 1), 15, 0,
                 r ? VIEW_TEXT : VIEW_TITLE | VIEW_BOLD, text);
    view_put(area, x < right ? x : right, y, VIEW_TITLE | VIEW_BOLD, result);
    view_hit(v, area, 0, y, area.cols, VIEW_ACT_GOTO, e->icount);
}

void panel_syscalls(struct view *v, struct view_area area)
{
    size_t past = view_journal_past(v->journal, view_position(v)), found[VIEW_GRID_MAX];
    int rows = area.rows - 1, count = 0, skip = v->scroll[PANEL_SYSCALLS];

    panel_title(area, "system calls", "");
    for (size_t k = past; k-- > 0 && count < rows && past - k < SCAN_MAX;)
        if (view_journal_at(v->journal, k)->kind == TRACE_SYSCALL && skip-- <= 0)
            found[count++] = k;
    for (int i = 0; i < count; i++)
        draw_call(v, area, count - i, found[i], past);
    if (count == 0)
        view_put(area, 1, 2, VIEW_DIM, "No program has made a system call yet.");
}

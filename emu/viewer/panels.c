/* The table of panels, and what several of them use. */
#include "emu/viewer/panels.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/view_stack.h"

static const struct {
    const char *name, *title;
    int cols, rows;
    const char *needs;
} panels[PANEL_COUNT] = {
#define PANEL(id, name, title, cols, rows, needs) {name, title, cols, rows, needs},
#include "emu/viewer/view_panels.def"
#undef PANEL
};

static panel_draw *const draw[PANEL_COUNT] = {
    [PANEL_TIMELINE] = panel_timeline, [PANEL_SOURCE] = panel_source,
    [PANEL_STACK] = panel_stack,       [PANEL_REGISTERS] = panel_registers,
    [PANEL_FORK] = panel_fork,         [PANEL_EXPLAIN] = panel_explain,
    [PANEL_CALLS] = panel_calls,       [PANEL_PROCESSES] = panel_processes,
    [PANEL_PAGES] = panel_pages,       [PANEL_TABLES] = panel_tables,
    [PANEL_SYSCALLS] = panel_syscalls, [PANEL_MEMORY] = panel_memory,
    [PANEL_SCREEN] = panel_screen,     [PANEL_SERIAL] = panel_serial,
    [PANEL_MONITOR] = panel_monitor,
};

const char *view_panel_name(enum view_panel panel)
{
    return panels[panel].name;
}

const char *view_panel_title(enum view_panel panel)
{
    return panels[panel].title;
}

void view_panel_size(enum view_panel panel, int *cols, int *rows)
{
    *cols = panels[panel].cols;
    *rows = panels[panel].rows;
}

bool view_panel_parse(const char *name, size_t length, enum view_panel *out)
{
    for (int i = 0; i < PANEL_COUNT; i++)
        if (strlen(panels[i].name) == length && strncmp(panels[i].name, name, length) == 0) {
            *out = (enum view_panel)i;
            return true;
        }
    return false;
}

/* One line for what a recording of events does not hold. */
static void draw_needs(struct view_area area, enum view_panel panel)
{
    char text[VIEW_LINE];

    snprintf(text, sizeof(text),
             "Events do not hold %s: forkscope view -kernel KERNEL ... --replay RECORDING does.",
             panels[panel].needs);
    panel_title(area, panels[panel].title, "");
    view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, 2, 4, VIEW_DIM, text);
}

void view_draw_panel(struct view *v, enum view_panel panel, struct view_area area)
{
    if (area.cols <= 0 || area.rows <= 0)
        return;
    if (v->in == NULL && panels[panel].needs[0] != '\0')
        draw_needs(area, panel);
    else
        draw[panel](v, area);
}

/* ---- What several panels use ----------------------------------------------------------------- */

void panel_title(struct view_area area, const char *title, const char *about)
{
    int x;

    view_fill(area, 0, 0, area.cols, VIEW_RULE, 0x2500);
    view_put(area, 0, 0, VIEW_TITLE, " ");
    x = view_put(area, 1, 0, VIEW_TITLE | VIEW_BOLD, title);
    view_put(area, x, 0, VIEW_TITLE, " ");
    if (*about && x + 4 + view_width(about) <= area.cols) {
        view_put(area, area.cols - view_width(about) - 2, 0, VIEW_TEXT, " ");
        view_put_right(area, area.cols - 1, 0, VIEW_DIM, about);
        view_put(area, area.cols - 1, 0, VIEW_TEXT, " ");
    }
}

const char *panel_flags(uint32_t eflags, char *buf, size_t size)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } flags[] = {{EFLAGS_CF, "CF"}, {EFLAGS_PF, "PF"}, {EFLAGS_AF, "AF"}, {EFLAGS_ZF, "ZF"},
                 {EFLAGS_SF, "SF"}, {EFLAGS_TF, "TF"}, {EFLAGS_IF, "IF"}, {EFLAGS_DF, "DF"},
                 {EFLAGS_OF, "OF"}, {EFLAGS_NT, "NT"}, {EFLAGS_RF, "RF"}, {EFLAGS_VM, "VM"}};
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (eflags & flags[i].bit && used < size)
            used +=
                (size_t)snprintf(buf + used, size - used, "%s%s", used ? " " : "", flags[i].name);
    return buf;
}

const char *panel_who(int32_t pid, const char *comm, char *buf, size_t size)
{
    snprintf(buf, size, "%s (%d)", comm, pid);
    return buf;
}

unsigned panel_owner_style(int owner)
{
    switch (owner) {
    case VIEW_OWNER_CPU:
        return VIEW_CPU;
    case VIEW_OWNER_ENTRY:
        return VIEW_ENTRY;
    case VIEW_OWNER_COPY_THREAD:
        return VIEW_CHILD;
    case VIEW_OWNER_CODE:
        return VIEW_CODE;
    default:
        return VIEW_DIM;
    }
}

static int count_rows(const char *text, int cols)
{
    int rows = 1, x = 0;

    for (; *text; text++) {
        if (*text == '\n' || x == cols)
            rows++, x = 0;
        x += *text != '\n';
    }
    return rows;
}

static void draw_text(struct view_area area, const char *text, int skip, bool cursor)
{
    int x = 0, y = -skip;

    for (; *text; text++) {
        if (*text == '\n' || x == area.cols)
            y++, x = 0;
        if (*text != '\n')
            view_fill(area, x++, y, 1, VIEW_TEXT, (unsigned char)*text);
    }
    if (cursor)
        view_fill(area, x, y, 1, VIEW_TEXT | VIEW_SELECT, ' ');
}

void panel_text(struct view_area area, const char *text, int back, bool cursor)
{
    int rows = count_rows(text, area.cols), skip = rows - area.rows - back;

    draw_text(area, text, skip > 0 ? skip : 0, cursor);
}

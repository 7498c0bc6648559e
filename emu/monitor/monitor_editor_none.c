/* This build has no libedit. */
#include "emu/monitor/monitor_editor.h"

struct monitor_editor *monitor_editor_open(struct monitor *m, const char *prompt)
{
    (void)m;
    (void)prompt;
    return NULL;
}

void monitor_editor_close(struct monitor_editor *e)
{
    (void)e;
}

void monitor_editor_begin(struct monitor_editor *e)
{
    (void)e;
}

void monitor_editor_end(struct monitor_editor *e)
{
    (void)e;
}

enum monitor_editor_event monitor_editor_take(struct monitor_editor *e, const char **line)
{
    (void)e;
    (void)line;
    return EDITOR_LEFT;
}

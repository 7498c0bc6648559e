#include "emu/crash_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/viewer/view_verb.h"

void crash_view_prepare(struct crash_view *v, struct options *o)
{
    const char *folder = getenv("TMPDIR");
    int fd, length;

    *v->path = '\0';
    if (o->on_crash != ON_CRASH_VIEW || o->record || o->replay || o->input)
        return;
    length = snprintf(v->path, sizeof(v->path), "%s/forkscope-crash-XXXXXX",
                      folder && *folder ? folder : "/tmp");
    fd = (size_t)length < sizeof(v->path) ? mkstemp(v->path) : -1;
    if (fd < 0) {
        *v->path = '\0';
        return;
    }
    close(fd);
    o->record = v->path;
}

/* Of the run: the machine and its input. Of the viewer: how it looks. No output. */
static struct options options_of_view(const struct options *o)
{
    struct options view = *o;

    view.words_count = 0;
    view.serial = view.debugcon = NULL;
    view.save_state = view.record = view.status_json = view.junit = NULL;
    view.save_at = 0;
    view.log_items = view.log_file = view.strace = view.story = view.view = NULL;
    view.trace = view.trace_filter = view.trace_format = view.trace_level = NULL;
    view.probe = view.graph = view.gdb = view.monitor = NULL;
    view.gdb_default = view.stopped = view.stats = false;
    if (o->record)
        view.replay = o->record;
    view.at = "end";
    return view;
}

void crash_view_finish(const struct crash_view *v, const struct options *o, bool died)
{
    struct options view = options_of_view(o);

    if (died && o->on_crash == ON_CRASH_VIEW)
        view_with(&view);
    if (*v->path)
        unlink(v->path);
}

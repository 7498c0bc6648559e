#include "emu/viewer/view_writers.h"

#include <errno.h>
#include <stddef.h>

#include "emu/viewer/view_drive.h"

/* Going back, the last write before then is the last before now, too, unless it is ahead now. */
static bool still_holds(const struct view_writers *w, const struct view_writer *one,
                        uint64_t position)
{
    if (position == w->position)
        return true;
    return position < w->position && (one->state == VIEW_WRITER_NONE ||
                                      (one->state == VIEW_WRITER_FOUND && one->icount < position));
}

void view_writers_begin(struct view_writers *w, uint64_t position, uint32_t low, uint32_t high)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < w->count; i++)
        if (w->writer[i].address - low < high - low && still_holds(w, &w->writer[i], position))
            w->writer[kept++] = w->writer[i];
    w->count = kept;
    w->position = position;
}

const struct view_writer *view_writers_want(struct view_writers *w, uint32_t address)
{
    for (unsigned i = 0; i < w->count; i++)
        if (w->writer[i].address == address)
            return &w->writer[i];
    if (w->count == VIEW_WRITERS)
        return NULL;
    w->writer[w->count] = (struct view_writer){.address = address};
    return &w->writer[w->count++];
}

bool view_writers_look(struct view_writers *w, struct view_drive *d)
{
    for (unsigned i = 0; i < w->count; i++) {
        struct view_writer *one = &w->writer[i];
        int error;

        if (one->state != VIEW_WRITER_WANTED)
            continue;
        error = view_drive_writer(d, one);
        one->state = error == 0 ? VIEW_WRITER_FOUND : VIEW_WRITER_NONE;
        if (error == -EINTR)
            one->state = VIEW_WRITER_WANTED;
        return true;
    }
    return false;
}

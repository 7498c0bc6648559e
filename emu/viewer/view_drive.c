#include "emu/viewer/view_drive.h"

#include <stdlib.h>

void view_drive_close(struct view_drive *d)
{
    if (d == NULL)
        return;
    d->kind->close(d);
    view_journal_destroy(&d->journal);
    view_serial_destroy(&d->serial);
    free(d);
}

void view_drive_show(struct view_drive *d, struct view *v)
{
    v->journal = &d->journal;
    v->serial = &d->serial;
    d->kind->show(d, v);
}

uint64_t view_drive_first(const struct view_drive *d)
{
    return d->kind->first(d);
}

uint64_t view_drive_frontier(const struct view_drive *d)
{
    return d->kind->frontier(d);
}

bool view_drive_next(const struct view_drive *d, bool back, uint64_t *position)
{
    return d->kind->next(d, back, position);
}

bool view_drive_goto(struct view_drive *d, uint64_t position)
{
    return d->kind->go(d, position);
}

bool view_drive_ahead(struct view_drive *d, uint64_t position)
{
    return d->kind->ahead(d, position);
}

void view_drive_stir(struct view_drive *d)
{
    d->kind->stir(d);
}

int view_drive_order(struct view_drive *d, const struct control_order *order, char *why,
                     size_t why_size)
{
    return d->kind->order(d, order, why, why_size);
}

bool view_drive_work(struct view_drive *d, uint64_t steps)
{
    return d->kind->work(d, steps);
}

bool view_drive_load(struct view_drive *d)
{
    return d->kind->load(d);
}

void view_drive_pause(struct view_drive *d)
{
    d->kind->pause(d);
}

void view_drive_watch(struct view_drive *d, control_watcher *watcher, void *ctx)
{
    d->kind->watch(d, watcher, ctx);
}

void view_drive_describe(const struct view_drive *d, char *to, size_t size)
{
    d->kind->describe(d, to, size);
}

int view_drive_type(struct view_drive *d, uint8_t byte, char *why, size_t why_size)
{
    return d->kind->type(d, byte, why, why_size);
}

int view_drive_locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                      size_t why_size)
{
    return d->kind->locate(d, text, address, why, why_size);
}

int view_drive_toggle(struct view_drive *d, uint32_t address, bool watch)
{
    return d->kind->toggle(d, address, watch);
}

void view_drive_last_writer(struct view_drive *d, uint32_t address, char *says, size_t size)
{
    d->kind->last_writer(d, address, says, size);
}

int view_drive_writer(struct view_drive *d, struct view_writer *writer)
{
    return d->kind->writer(d, writer);
}

bool view_drive_command(struct view_drive *d, const char *line, struct monitor_out out)
{
    return d->kind->command(d, line, out);
}

const char *view_drive_complete(struct view_drive *d, const char *line, unsigned n)
{
    return d->kind->complete(d, line, n);
}

bool view_drive_quits(const struct view_drive *d)
{
    return d->kind->quits(d);
}

void view_drive_tell_stop(struct view_drive *d, struct monitor_out out)
{
    d->kind->tell_stop(d, out);
}

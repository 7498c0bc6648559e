/* The parts of view_events.c. Private to emu/viewer/view_events{,_orders}.c. */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_EVENTS_PARTS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_EVENTS_PARTS_H

#include "emu/trace/trace_reader.h"
#include "emu/viewer/view_drive.h"
#include "emu/viewer/view_recall.h"

enum { VIEW_EVENTS_POINTS = 64 };

struct view_point {
    uint32_t address;
    bool watch;
};

struct view_events {
    struct view_drive drive;
    struct trace_reader *reader;
    struct trace_facts facts;
    struct view_recall recall;
    uint64_t position, reached;
    bool ended;
    struct view_point points[VIEW_EVENTS_POINTS];
    unsigned point_count;
    char says[VIEW_LINE]; /* why it stands */
};

static inline struct view_events *view_events_of(const struct view_drive *d)
{
    return (struct view_events *)d;
}

/* The last place before `now`. False: there is none. */
bool view_events_before(const struct view_journal *j, uint64_t now, uint64_t *position);

/* ---- view_events_orders.c: for struct view_drive_kind ------------------------------------ */

int view_events_order(struct view_drive *d, const struct control_order *o, char *why,
                      size_t why_size);
int view_events_toggle(struct view_drive *d, uint32_t address, bool watch);
int view_events_locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                       size_t why_size);
void view_events_last_writer(struct view_drive *d, uint32_t address, char *says, size_t size);

#endif

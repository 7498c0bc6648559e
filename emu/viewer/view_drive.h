/*
 * What is looked at, taken to any position it has been at, and further: a machine
 * (emu/viewer/view_machine.h) or a recording of events (emu/viewer/view_events.h), with the journal
 * of what happened and what the guest sent.
 *
 * Orders that may take long are given and then worked off in pieces, as emu/control/control.h has
 * it. view_drive_goto() is for what is near, or known to be quick.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_DRIVE_H
#define FORKSCOPE_EMU_VIEWER_VIEW_DRIVE_H

#include "emu/control/control.h"
#include "emu/monitor/monitor.h"
#include "emu/viewer/view.h"

struct view_drive_kind;

/* The first member of both kinds. */
struct view_drive {
    const struct view_drive_kind *kind;
    struct view_journal journal;
    struct view_serial serial;
    bool waits; /* the guest has done nothing for a while: input would help */
};

/* Each has the contract of the function of its name below. */
struct view_drive_kind {
    void (*close)(struct view_drive *d);
    void (*show)(struct view_drive *d, struct view *v);
    uint64_t (*first)(const struct view_drive *d);
    uint64_t (*frontier)(const struct view_drive *d);
    bool (*next)(const struct view_drive *d, bool back, uint64_t *position);
    bool (*go)(struct view_drive *d, uint64_t position);
    bool (*ahead)(struct view_drive *d, uint64_t position);
    void (*stir)(struct view_drive *d);
    int (*order)(struct view_drive *d, const struct control_order *order, char *why,
                 size_t why_size);
    bool (*work)(struct view_drive *d, uint64_t steps);
    bool (*load)(struct view_drive *d);
    void (*pause)(struct view_drive *d);
    void (*watch)(struct view_drive *d, control_watcher *watcher, void *ctx);
    void (*describe)(const struct view_drive *d, char *to, size_t size);
    int (*type)(struct view_drive *d, uint8_t byte, char *why, size_t why_size);
    int (*locate)(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                  size_t why_size);
    int (*toggle)(struct view_drive *d, uint32_t address, bool watch);
    void (*last_writer)(struct view_drive *d, uint32_t address, char *says, size_t size);
    int (*writer)(struct view_drive *d, struct view_writer *writer);
    bool (*command)(struct view_drive *d, const char *line, struct monitor_out out);
    const char *(*complete)(struct view_drive *d, const char *line, unsigned n);
    bool (*quits)(const struct view_drive *d);
    void (*tell_stop)(struct view_drive *d, struct monitor_out out);
};

/* NULL is nothing. */
void view_drive_close(struct view_drive *d);

/* Lets panels read it. */
void view_drive_show(struct view_drive *d, struct view *v);

/* What can be gone to: the first position, and how far it has been. */
uint64_t view_drive_first(const struct view_drive *d);
uint64_t view_drive_frontier(const struct view_drive *d);

/* The position that one step leads to: of a machine its next, of a recording the next that it tells
 * of. False: there is none. */
bool view_drive_next(const struct view_drive *d, bool back, uint64_t *position);

/* Exactly there, back or forward; false: it ends before it, and stands at its end. */
bool view_drive_goto(struct view_drive *d, uint64_t position);

/* Ahead, up to `position`, when something is looked for: false where that is of no use, because the
 * run is over or the guest waits for input. view_drive_stir() before the first. */
bool view_drive_ahead(struct view_drive *d, uint64_t position);
void view_drive_stir(struct view_drive *d);

/* As control_go() and control_work(); ends by itself when the guest waits for input. */
int view_drive_order(struct view_drive *d, const struct control_order *order, char *why,
                     size_t why_size);
bool view_drive_work(struct view_drive *d, uint64_t steps);
/* A piece of what can be done while nobody asks for anything. False: nothing is left. */
bool view_drive_load(struct view_drive *d);
void view_drive_pause(struct view_drive *d);
/* As control_set_watcher(): for searches backwards, which are answered within one call. */
void view_drive_watch(struct view_drive *d, control_watcher *watcher, void *ctx);
/* Why it stands, in words; "" where there is nothing to say. */
void view_drive_describe(const struct view_drive *d, char *to, size_t size);

/* A byte for the serial port. Given in the past, it begins another future. 0, or -ENOTSUP with a
 * sentence in `why`. */
int view_drive_type(struct view_drive *d, uint8_t byte, char *why, size_t why_size);

/* "do_fork", "fork.c:120", "0xc0100104", "c0100104". 0, or -EINVAL with a sentence in `why`. */
int view_drive_locate(const struct view_drive *d, const char *text, uint32_t *address, char *why,
                      size_t why_size);
/* A breakpoint or watchpoint there: 1 it is set, 0 it was removed, -ENOMEM. */
int view_drive_toggle(struct view_drive *d, uint32_t address, bool watch);
/* Goes back to the last step that wrote the word at `address`, and says who it was; stays where it
 * is if nobody did. */
void view_drive_last_writer(struct view_drive *d, uint32_t address, char *says, size_t size);

/* Fills in who wrote the word at writer->address last; stays where it is. 0, or -errno: -ENOENT
 * nobody, -EINTR the search was given up. */
int view_drive_writer(struct view_drive *d, struct view_writer *writer);

/* ---- The monitor (emu/monitor/monitor.h) ------------------------------------------------- */

/* True: an order is under way. */
bool view_drive_command(struct view_drive *d, const char *line, struct monitor_out out);
const char *view_drive_complete(struct view_drive *d, const char *line, unsigned n);
bool view_drive_quits(const struct view_drive *d);
void view_drive_tell_stop(struct view_drive *d, struct monitor_out out);

#endif

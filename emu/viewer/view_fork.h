/*
 * One fork at one position: the saved registers of both sides beside each other, and what each
 * side is doing.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_FORK_H
#define FORKSCOPE_EMU_VIEWER_VIEW_FORK_H

#include "emu/viewer/view.h"

enum { VIEW_FORK_ROWS = 20, VIEW_SIDES = 2, VIEW_STATE = 64 };
enum view_side { VIEW_SIDE_PARENT, VIEW_SIDE_CHILD };

struct view_fork_row {
    const char *name; /* of the pt_regs member */
    bool by_cpu;      /* one of the words that the CPU pushed */
    struct {
        bool known, changed;
        uint32_t value;
    } side[VIEW_SIDES];
};

struct view_fork_sides {
    const struct view_fork *fork;
    unsigned count;
    struct view_fork_row rows[VIEW_FORK_ROWS]; /* highest address first */
    uint32_t frame[VIEW_SIDES];                /* where the registers lie, 0: not known */
    uint32_t kernel_eip[VIEW_SIDES];           /* where switch_to goes on, 0: not known */
    char state[VIEW_SIDES][VIEW_STATE];
};

/* False: no fork is known, or the guest's structures are not. */
bool view_fork_read(const struct view *v, struct view_fork_sides *out);

/* The landmark that the position is at; LANDMARK_COUNT: none. */
enum view_landmark view_fork_landmark(const struct view_fork *f, uint64_t position);

#endif

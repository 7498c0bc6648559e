/*
 * A kernel stack, word by word: what each word is and who put it there.
 *
 * Known for sure: what the CPU pushed (the journal saw each delivery), the guest's struct pt_regs
 * around it (DWARF), the frame that copy_thread built for a child (the journal saw the writes).
 * Followed by saved frame pointers: the frames of C functions, with their arguments by DWARF.
 * Words in between are only what they look like: an address of code is taken for one where a call
 * lies in front of it.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_STACK_H
#define FORKSCOPE_EMU_VIEWER_VIEW_STACK_H

#include "emu/viewer/view.h"

enum {
    VIEW_STACK_WORDS = 2048,
    VIEW_STACK_PARTS = 64,
    VIEW_FRAMES_MAX = 48,
    VIEW_SLOT_NAME = 20,
    VIEW_SLOT_SAYS = 40,
};

/* Who put words there. */
enum view_owner {
    VIEW_OWNER_NONE,
    VIEW_OWNER_CPU,
    VIEW_OWNER_ENTRY,       /* the entry code: SAVE_ALL */
    VIEW_OWNER_COPY_THREAD, /* the parent, on behalf of a child */
    VIEW_OWNER_CODE,        /* a function */
};

struct view_slot {
    uint32_t address, value;
    bool known, changed;
    enum view_owner owner;
    char name[VIEW_SLOT_NAME];
    char says[VIEW_SLOT_SAYS]; /* what the value means; "" nothing to add */
};

/* Neighbouring words by the same hand: slots first..last, counted from the top of the stack. */
struct view_part {
    unsigned first, last;
    enum view_owner owner;
    char label[VIEW_SLOT_SAYS];
};

/* A function that is under way. */
struct view_frame {
    uint32_t eip;    /* where it is, or will go on */
    uint32_t ret_at; /* where its return address lies; 0: it has none */
    uint32_t low;    /* its lowest word */
    char name[48];
};

struct view_stack {
    struct inspect_task task;
    uint32_t top;                             /* behind its highest word */
    uint32_t pointer;                         /* the lowest word in use; == top: empty */
    bool current;                             /* the CPU runs on it, or would enter on it */
    bool in_use;                              /* the CPU runs on it now */
    unsigned count;                           /* words in use */
    struct view_slot slots[VIEW_STACK_WORDS]; /* slots[0] is the highest */
    unsigned part_count;
    struct view_part parts[VIEW_STACK_PARTS]; /* from the top down */
    unsigned frame_count;
    struct view_frame frames[VIEW_FRAMES_MAX]; /* innermost first */
};

/* False: no task is known. The stack is that of the task that the view shows. */
bool view_stack_read(const struct view *v, struct view_stack *out);

#endif

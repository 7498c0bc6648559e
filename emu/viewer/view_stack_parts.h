/* The parts of view_stack.c. Private to emu/viewer/view_stack{,_walk}.c. */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_STACK_PARTS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_STACK_PARTS_H

#include "emu/viewer/view_stack.h"

enum { STACK_CPU_FRAMES = 8 };

/* A frame that the CPU pushed and has not popped. */
struct stack_cpu_frame {
    const struct cpu_int_event *event;
    uint32_t low, high; /* lowest word, behind the highest */
};

struct stack_reader {
    const struct view *v;
    struct view_stack *s;
    struct stack_cpu_frame frames[STACK_CPU_FRAMES]; /* innermost first */
    unsigned frame_count;
};

/* NULL: the word is not in use. */
struct view_slot *view_stack_slot(const struct stack_reader *r, uint32_t address);
void view_stack_name(const struct stack_reader *r, uint32_t address, enum view_owner owner,
                     const char *name, const char *says);
/* The address of the frame's EIP word. */
uint32_t view_stack_eip_word(const struct stack_cpu_frame *f);
/* Where the pt_regs begin whose eip lies at `eip_at`. */
bool view_stack_pt_regs(const struct view *v, uint32_t eip_at, uint32_t *base);

/* Names the words of C functions; fills in up to VIEW_FRAMES_MAX of them, innermost first. Returns
 * how many. */
unsigned view_stack_walk(const struct stack_reader *r, struct view_frame *frames);

#endif

/*
 * Who wrote the words that are shown, and when. Looked for word by word while nobody asks for
 * anything, since each answer may mean running a piece of the past again.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_WRITERS_H
#define FORKSCOPE_EMU_VIEWER_VIEW_WRITERS_H

#include <stdbool.h>
#include <stdint.h>

enum { VIEW_WRITERS = 128 };

enum view_writer_state {
    VIEW_WRITER_WANTED,
    VIEW_WRITER_FOUND,
    VIEW_WRITER_NONE, /* nobody since the first step that is remembered */
};

struct view_writer {
    uint32_t address;
    enum view_writer_state state;
    uint64_t icount; /* the step that wrote */
    bool by_cpu;     /* at the delivery of an interrupt */
    uint8_t vector;
    uint32_t eip;
    int32_t pid;
};

struct view_writers {
    struct view_writer writer[VIEW_WRITERS];
    unsigned count;
    uint64_t position; /* at which they are the last writers */
};

/* The words of a drawing: begin, then each, in any order. What is still known is kept. */
void view_writers_begin(struct view_writers *w, uint64_t position, uint32_t low, uint32_t high);
/* What is known of the word so far; NULL: too many. */
const struct view_writer *view_writers_want(struct view_writers *w, uint32_t address);

struct view_drive;

/* Looks for one more. False: all that is wanted is known. */
bool view_writers_look(struct view_writers *w, struct view_drive *d);

#endif

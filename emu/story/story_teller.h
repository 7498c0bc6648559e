/* How a story is told. Private to emu/story/story_print.c and emu/story/story_path.c. */
#ifndef FORKSCOPE_EMU_STORY_TELLER_H
#define FORKSCOPE_EMU_STORY_TELLER_H

#include "emu/story/story_state.h"
#include "emu/trace/trace_names.h"

enum { STORY_COLUMNS = 100, STORY_NAME = 128 };

/* One tale being told, with the events that the sections are about. */
struct teller {
    const struct story *story;
    const struct tale *tale;
    struct trace_out *out;
    bool colour;
    struct trace_names names;
    const struct trace_event *entry; /* the int 0x80, always there */
    const struct trace_event *fork;  /* always there */
    const struct trace_event *ret_parent, *ret_child;
};

#define SAY(t, ...) trace_out_printf((t)->out, __VA_ARGS__)

/* Colours by meaning. Until story_plain(). */
enum story_style { TITLE, WEAK, GOOD, NOTE };

void story_style(const struct teller *t, enum story_style style);
void story_plain(const struct teller *t);
void story_title(const struct teller *t, const char *text);

/* Steps since the int. */
static inline uint64_t story_step(const struct teller *t, const struct trace_event *e)
{
    return e->icount - t->entry->icount;
}

/* The call tree, with what happened on the way. */
void story_tell_path(const struct teller *t);
/* The child as a TSS of Linux 0.11. */
void story_tell_tss(const struct teller *t);

#endif

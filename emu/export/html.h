/*
 * The fork story as one HTML page that needs nothing beside itself: for course notes, for print.
 *
 * html.c collects what the page tells of each fork that a program asked for, html_page.c writes it,
 * html_style.c is the style sheet. Everything is text by the time it is kept, since names hold only
 * for their event.
 */
#ifndef FORKSCOPE_EMU_EXPORT_HTML_H
#define FORKSCOPE_EMU_EXPORT_HTML_H

#include "emu/trace/trace_event.h"
#include "emu/trace/trace_out.h"

enum {
    HTML_FORKS_MAX = 64,
    HTML_STEPS_MAX = 400, /* lines of one side's path */
    HTML_TEXT = 96,
    CPU_WORDS = 5, /* eip cs eflags esp ss: the top of pt_regs */
};

/* One word of the saved registers, on both sides. */
struct html_word {
    char name[16];
    uint32_t parent_at, child_at, parent, child;
    char parent_note[HTML_TEXT], child_note[HTML_TEXT];
    char by[HTML_TEXT];   /* who wrote the child's */
    char line[HTML_TEXT]; /* "kernel/fork.c:210" */
};

/* A function on the way, or a remark in between. */
struct html_step {
    unsigned depth;
    uint64_t icount, left; /* left 0: it has not returned */
    char text[HTML_TEXT];
    char line[HTML_TEXT];
    char result[HTML_TEXT];
    bool remark;
};

struct html_path {
    struct html_step *step;
    unsigned count;
    bool cut;
};

/* How a side comes back to ring 3. */
struct html_return {
    bool seen;
    uint64_t icount;
    int32_t eax;
    uint32_t eip, esp, cr3;
    char eip_name[HTML_TEXT];
};

/* One fork. */
struct html_fork {
    uint32_t id;
    bool forked, done; /* done: nothing more is waited for */
    char call[32];     /* fork, vfork, clone */
    char flags[256];
    uint64_t begun; /* icount of the int */
    struct trace_who parent, child;
    unsigned words;
    struct html_word word[TRACE_REGS_WORDS];
    struct html_path path[2]; /* parent, child */
    struct html_return back[2];
};

struct html {
    struct html_fork *fork;
    unsigned count;
    unsigned untold; /* forks beyond HTML_FORKS_MAX */
};

extern const char html_style[];
void html_print_page(struct trace_out *out, const struct html *h);

#endif

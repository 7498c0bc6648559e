/*
 * The 0.11 view: a new process's saved registers as the fields of a task state segment.
 *
 * Linux 0.11 made a child by filling in a TSS of its own for the CPU to load; later kernels leave
 * the same words on the child's kernel stack (struct pt_regs). Beside each other they show that
 * nothing else changed: the five words that the CPU pushed and the general registers go to the
 * same-named fields, eax becomes 0, and the rest says where the child enters the kernel.
 *
 * The field order and offsets are those of the 32-bit TSS (SDM vol. 3, 8.2.1). A selector is the
 * low half of its word.
 */
#ifndef FORKSCOPE_EMU_TSS_VIEW_H
#define FORKSCOPE_EMU_TSS_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TSS_VIEW_FIELDS = 26, TSS_VIEW_NONE = -1 };

/* What a fork left behind. */
struct tss_view_input {
    unsigned words;           /* of pt_regs */
    const char *const *names; /* of its members by word, as the kernel has them: eax or ax */
    const uint32_t *parent;   /* the frame that the system call pushed */
    const uint32_t *child;    /* the frame that copy_thread made of it */
    uint32_t stack_top;       /* of the child's kernel stack */
    uint16_t ss0;             /* the kernel's stack segment */
    bool has_cr3;             /* cr3 and ldt are known: the child has run */
    uint32_t cr3;
    uint16_t ldt;
};

struct tss_view_field {
    const char *name;
    unsigned offset;
    bool known;
    uint32_t value;  /* what 0.11 would have filled in */
    int word;        /* the word of pt_regs that says the same, TSS_VIEW_NONE: there is none */
    uint32_t saved;  /* what the child's pt_regs hold there */
    const char *why; /* where the value comes from */
};

void tss_view_make(const struct tss_view_input *in, struct tss_view_field out[TSS_VIEW_FIELDS]);

/* One line of the view, without its end, in `text`. */
const char *tss_view_line(const struct tss_view_input *in, const struct tss_view_field *field,
                          char *text, size_t size);

#endif

/* The last section of a story, if asked for: the child's registers as Linux 0.11 kept them. */
#include "emu/guest/tss_view.h"
#include "emu/story/story_teller.h"

void story_tell_tss(const struct teller *t)
{
    const struct trace_fork *f = &t->fork->fork;
    const char *names[TRACE_REGS_WORDS];
    struct tss_view_field fields[TSS_VIEW_FIELDS];
    struct tss_view_input in = {.words = f->words,
                                .names = names,
                                .parent = f->parent_regs,
                                .child = f->child_regs,
                                .stack_top = f->child_frame + 4 * f->words,
                                .ss0 = t->entry->interrupt.tss_ss,
                                .has_cr3 = t->ret_child != NULL};
    char line[STORY_NAME];

    for (unsigned word = 0; word < f->words; word++)
        names[word] = guestinfo_member_at(t->story->in->guestinfo, "pt_regs", 4 * word);
    if (in.has_cr3) {
        in.cr3 = t->ret_child->ret.cr3;
        in.ldt = t->ret_child->ret.ldt;
    }
    tss_view_make(&in, fields);
    story_title(t, "6. The child as Linux 0.11 made it: a task state segment of its own");
    story_style(t, WEAK);
    SAY(t, "     at  field      0.11      the child's pt_regs\n");
    story_plain(t);
    for (unsigned i = 0; i < TSS_VIEW_FIELDS; i++)
        SAY(t, "     %s\n", tss_view_line(&in, &fields[i], line, sizeof(line)));
    SAY(t,
        "\n   0.11 filled the TSS from the parent's words and let the CPU load it; later kernels\n"
        "   put the same words on the child's kernel stack and pop them.\n");
}

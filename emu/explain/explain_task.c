/* Hardware task switches (SDM vol. 3, 8.3). */
#include "emu/explain/explain_words.h"

static const char *const causes[] = {[CPU_TASK_JMP] = "a far JMP",
                                     [CPU_TASK_CALL] = "a far CALL",
                                     [CPU_TASK_INT] = "an interrupt through a task gate",
                                     [CPU_TASK_IRET] = "IRET with NT = 1"};

void tell_task_switch(struct teller *t, const struct cpu_task_event *e,
                      const struct cpu_state *after)
{
    struct teller_descriptor d;
    char eip[ADDRESS_TEXT];

    teller_say(t, "%s changes from task %04x to task %04x", causes[e->cause], e->from_tr, e->to_tr);
    t->cpu = &e->before;
    teller_say(t, "the outgoing task's registers are saved into its TSS at %08x: EIP %s, ESP %08x",
               e->before.tr.base, address_text(t, e->before.eip, eip), e->before.gpr[GPR_ESP]);
    t->cpu = after;
    tell_selector(t, "the incoming TSS", e->to_tr, &d);
    teller_say(t, "loaded from it: CS:EIP %04x:%s, SS:ESP %04x:%08x, EFLAGS %08x",
               after->seg[SEG_CS].selector, address_text(t, after->eip, eip),
               after->seg[SEG_SS].selector, after->gpr[GPR_ESP], after->eflags);
    teller_say(t, "CR3 %08x -> %08x, LDTR %04x -> %04x", e->before.cr3, after->cr3,
               e->before.ldtr.selector, after->ldtr.selector);
    if (e->cause == CPU_TASK_JMP)
        teller_say(t, "a JMP nests nothing: the outgoing TSS is not busy any more");
    else if (e->cause == CPU_TASK_IRET)
        teller_say(t, "the outgoing TSS is not busy any more, and its NT is 0");
    else
        teller_say(t, "the outgoing TSS stays busy: the new one links back to it, and NT = 1");
}

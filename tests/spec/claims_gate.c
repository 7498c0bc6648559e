/* int 0x80: the gate, the frame, and what the three system calls hand over (S-001 to S-013). */
#include "claim.h"

static bool entries_lead_to_do_fork(void)
{
    static const char *const entries[] = {"sys_fork", "sys_vfork", "sys_clone", "kernel_thread"};
    unsigned seen = 0;

    for (const struct visit *v = recorded->visit; v < visit_end(); v++) {
        for (unsigned i = 0; i < 4; i++) {
            if (!visit_is(v, entries[i]))
                continue;
            if (v + 1 == visit_end() || !visit_is(v + 1, "do_fork") || v[1].task != v->task)
                return claim_fails("%s does not call do_fork at once", entries[i]);
            seen |= 1u << i;
        }
    }
    return seen ? true : claim_fails("no entry was seen");
}

static bool stack_from_tss(void)
{
    for (size_t i = 0; i < recorded->gates; i++) {
        const struct gate_event *g = &recorded->gate[i];

        if (g->is_iret || g->in.cpl_from != 3)
            continue;
        if (!g->in.stack_switch || g->in.tss_esp != g->esp0 || g->in.tss_esp % THREAD_SIZE)
            return claim_fails("step %llu: TSS.esp0 %08x, thread.esp0 %08x",
                               (unsigned long long)g->icount, g->in.tss_esp, g->esp0);
        if (g->in.slot[0].linear != g->in.tss_esp - 4)
            return claim_fails("the first word lies at %08x", g->in.slot[0].linear);
    }
    return gate_before(visit_first_fork("sys_fork")) ? true : claim_fails("no int 0x80");
}

static bool five_words_pushed(void)
{
    static const enum cpu_frame_word order[] = {FRAME_SS, FRAME_ESP, FRAME_EFLAGS, FRAME_CS,
                                                FRAME_EIP};
    const struct gate_event *g = gate_before(visit_first_fork("sys_fork"));

    if (!g || g->in.slot_count != 5 || g->in.has_error)
        return claim_fails("not five words");
    for (unsigned i = 0; i < 5; i++)
        if (g->in.slot[i].word != order[i] || g->in.slot[i].linear != g->in.tss_esp - 4 * (i + 1))
            return claim_fails("word %u is not in its place", i);
    if (g->code[0] != 0xcd || g->code[1] != 0x80 || g->in.slot[4].value != g->in.from_eip + 2)
        return claim_fails("EIP is not behind int 0x80");
    return true;
}

static bool frame_is_pt_regs(void)
{
    const struct visit *v = visit_first_fork("sys_fork");
    const struct fork_picture *p = picture_after(v);
    const struct gate_event *g = gate_before(v);
    const uint32_t *f = p ? p->parent_frame : NULL;

    if (!p || !g)
        return claim_fails("no fork");
    if (f[R_EBX] != g->gpr[GPR_EBX] || f[R_ECX] != g->gpr[GPR_ECX] || f[R_EDX] != g->gpr[GPR_EDX] ||
        f[R_ESI] != g->gpr[GPR_ESI] || f[R_EDI] != g->gpr[GPR_EDI] || f[R_EBP] != g->gpr[GPR_EBP] ||
        f[R_ORIG_EAX] != g->gpr[GPR_EAX])
        return claim_fails("a general register is not in its slot");
    if ((f[R_DS] & 0xffff) != g->ds || (f[R_ES] & 0xffff) != g->es)
        return claim_fails("a segment register is not in its slot");
    return f[R_EIP] == g->in.slot[4].value && f[R_SS] == g->in.slot[0].value
               ? true
               : claim_fails("the CPU's words are not on top");
}

static bool arguments_are_the_frame(void)
{
    const struct visit *v = visit_next(recorded->visit, "sys_clone");

    if (!v)
        return claim_fails("no clone");
    return v->esp + 4 == v->tss_esp0 - USER_FRAME
               ? true
               : claim_fails("the first argument lies at %08x, ebx at %08x", v->esp + 4,
                             v->tss_esp0 - USER_FRAME);
}

static bool fork_arguments(void)
{
    const struct visit *v = visit_first_fork("sys_fork");

    return v && v->args[0] == SIGCHLD_FLAG && !v->args[1] && !v->args[4] && !v->args[5]
               ? true
               : claim_fails("do_fork's arguments are others");
}

static bool frame_is_handed_over(void)
{
    const struct visit *v = visit_first_fork("sys_fork");

    return v && v->args[2] == v->tss_esp0 - USER_FRAME ? true
                                                       : claim_fails("regs is %08x", v->args[2]);
}

static bool vfork_arguments(void)
{
    const struct visit *v = visit_first_fork("sys_vfork");

    return v && v->args[0] == (CLONE_VFORK | CLONE_VM | SIGCHLD_FLAG) && !v->args[1]
               ? true
               : claim_fails("do_fork's arguments are others");
}

static const struct claim claims[] = {
    {"forkdemo", "S-003 fork and kernel_thread call do_fork", entries_lead_to_do_fork},
    {"vforkdemo", "S-003 vfork calls do_fork", entries_lead_to_do_fork},
    {"threaddemo", "S-003 clone calls do_fork", entries_lead_to_do_fork},
    {"forkdemo", "S-004 S-005 the stack comes from TSS.ss0:esp0", stack_from_tss},
    {"forkdemo", "S-006 SS, ESP, EFLAGS, CS, EIP are pushed in this order", five_words_pushed},
    {"forkdemo", "S-007 S-008 the frame is struct pt_regs", frame_is_pt_regs},
    {"threaddemo", "S-009 S-013 arguments are slots of the frame", arguments_are_the_frame},
    {"forkdemo", "S-010 sys_fork's arguments", fork_arguments},
    {"forkdemo", "S-011 do_fork gets the saved frame", frame_is_handed_over},
    {"vforkdemo", "S-012 sys_vfork's arguments", vfork_arguments},
};

const struct claim_list claims_gate = {claims, sizeof(claims) / sizeof(claims[0])};

#include "emu/diff/known.h"

#include <stdio.h>

static void see(struct diff_known *k, enum trace_user_reg reg, uint32_t value, uint64_t step)
{
    k->seen[reg] = true;
    k->value[reg] = value;
    k->step[reg] = step;
}

static void see_all(struct diff_known *k, const uint32_t *regs, uint64_t step)
{
    for (unsigned reg = 0; reg < USER_REGS; reg++)
        see(k, (enum trace_user_reg)reg, regs[reg], step);
}

/* A frame of ring 3 has the program's registers. */
static void see_frame(struct diff_known *k, const struct cpu_frame_slot *slot, unsigned count,
                      uint64_t step)
{
    static const struct {
        enum cpu_frame_word word;
        enum trace_user_reg reg;
    } words[] = {{FRAME_EIP, USER_EIP},
                 {FRAME_CS, USER_CS},
                 {FRAME_EFLAGS, USER_EFLAGS},
                 {FRAME_ESP, USER_ESP},
                 {FRAME_SS, USER_SS}};

    for (unsigned i = 0; i < count && i < CPU_FRAME_MAX; i++)
        for (unsigned w = 0; w < sizeof(words) / sizeof(words[0]); w++)
            if (words[w].word == slot[i].word)
                see(k, words[w].reg, slot[i].value, step);
}

static void see_arguments(struct diff_known *k, const struct trace_syscall *s, uint64_t step)
{
    static const enum trace_user_reg order[SYSCALL_ARGS_MAX] = {USER_EBX, USER_ECX, USER_EDX,
                                                                USER_ESI, USER_EDI, USER_EBP};

    see(k, USER_EAX, s->nr, step);
    for (unsigned i = 0; i < syscall_arg_count(s->nr); i++)
        see(k, order[i], s->arg[i], step);
}

static void see_task(struct diff_known *k, const uint32_t *word, uint64_t step)
{
    static const enum trace_tss_word order[USER_REGS] = {
        [USER_EIP] = TSSWORD_EIP, [USER_EFLAGS] = TSSWORD_EFLAGS, [USER_ESP] = TSSWORD_ESP,
        [USER_CS] = TSSWORD_CS,   [USER_SS] = TSSWORD_SS,         [USER_EAX] = TSSWORD_EAX,
        [USER_EBX] = TSSWORD_EBX, [USER_ECX] = TSSWORD_ECX,       [USER_EDX] = TSSWORD_EDX,
        [USER_ESI] = TSSWORD_ESI, [USER_EDI] = TSSWORD_EDI,       [USER_EBP] = TSSWORD_EBP,
        [USER_DS] = TSSWORD_DS,   [USER_ES] = TSSWORD_ES,         [USER_FS] = TSSWORD_FS,
        [USER_GS] = TSSWORD_GS};

    for (unsigned reg = 0; reg < USER_REGS; reg++)
        see(k, (enum trace_user_reg)reg, word[order[reg]], step);
}

void diff_known_note(struct diff_known *k, const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_INT:
    case TRACE_IRQ:
        if (e->interrupt.cpl_from == 3)
            see_frame(k, e->interrupt.slot, e->interrupt.slot_count, e->icount);
        break;
    case TRACE_IRET:
        if (e->iret.cpu.cpl_to == 3)
            see_frame(k, e->iret.cpu.slot, e->iret.cpu.slot_count, e->icount);
        break;
    case TRACE_SYSCALL:
        see_arguments(k, &e->syscall, e->icount);
        break;
    case TRACE_SYSRET:
        see(k, USER_EAX, e->sysret.result, e->icount);
        break;
    case TRACE_RET:
        if (e->ret.words == USER_REGS)
            see_all(k, e->ret.regs, e->icount);
        break;
    case TRACE_TASK:
        see_task(k, e->task.loaded, e->icount);
        break;
    default:
        break;
    }
}

/* The left side keeps its place, the right one ends the line. */
static void print_side(const struct diff_known *k, unsigned reg, int width)
{
    if (k->seen[reg])
        printf("  %08x at step %-*llu", k->value[reg], width, (unsigned long long)k->step[reg]);
    else
        printf("  %-*s", width ? width + 17 : 0, "not seen");
}

void diff_known_print(const struct diff_known *a, const struct diff_known *b)
{
    bool any = false;

    for (unsigned reg = 0; reg < USER_REGS; reg++) {
        bool same = a->seen[reg] == b->seen[reg] && a->value[reg] == b->value[reg];

        if (!a->seen[reg] && !b->seen[reg])
            continue;
        if (!any)
            printf("\nthe program's registers, as last seen\n");
        any = true;
        printf("  %c %-8s", same ? ' ' : '!', trace_user_reg_names[reg]);
        print_side(a, reg, 12);
        print_side(b, reg, 0);
        printf("\n");
    }
}

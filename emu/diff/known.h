/*
 * The registers of the program, as far as the events so far have shown them, each with its step:
 * the words that an interrupt pushes and an iret pops, a system call's arguments and result, the
 * registers at both ends of a fork, a hardware task switch.
 */
#ifndef FORKSCOPE_EMU_DIFF_KNOWN_H
#define FORKSCOPE_EMU_DIFF_KNOWN_H

#include "emu/trace/trace_event.h"

struct diff_known {
    bool seen[USER_REGS];
    uint32_t value[USER_REGS];
    uint64_t step[USER_REGS];
};

void diff_known_note(struct diff_known *k, const struct trace_event *event);
/* On standard output, where one of the two has seen a register. */
void diff_known_print(const struct diff_known *a, const struct diff_known *b);

#endif

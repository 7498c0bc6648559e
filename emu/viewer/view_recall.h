/*
 * What a recording of events tells of memory and registers at a position: the words that the CPU
 * pushed, the saved registers of system calls and forks, the writes into a child's frame, what int
 * and iret loaded. Everything else is not known, and said to be so.
 *
 * Goes forward event by event; going back begins at the first event that is kept.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_RECALL_H
#define FORKSCOPE_EMU_VIEWER_VIEW_RECALL_H

#include "cpu/cpu.h"
#include "emu/support/map64.h"
#include "emu/trace/trace_facts.h"
#include "emu/viewer/view_journal.h"

/* Registers that may be known; the general ones by enum cpu_gpr. */
enum view_register {
    VIEW_REGISTER_EIP = GPR_COUNT,
    VIEW_REGISTER_EFLAGS,
    VIEW_REGISTER_CS,
    VIEW_REGISTER_SS,
    VIEW_REGISTER_DATA, /* ds es fs gs */
    VIEW_REGISTER_CPL,
    VIEW_REGISTER_CR0,
    VIEW_REGISTER_CR2,
    VIEW_REGISTER_CR3,
};

/* A task's kernel stack. */
struct view_recall_stack {
    uint32_t task;
    uint32_t top; /* behind its highest word, 0: not known */
    uint32_t low; /* the lowest word that is known to be in use; == top: none */
};

struct view_recall {
    struct map64 words; /* by linear address, of the kernel */
    struct view_recall_stack stacks[VIEW_TASKS_MAX];
    unsigned stack_count;
    struct cpu_state cpu;
    uint32_t known; /* bit n: view_register n holds what it says */
    uint32_t near;  /* the instruction that the last event told of */
    uint16_t program;
    uint16_t ss0; /* TSS, 0: not known */
    uint32_t esp0;
    struct {
        uint32_t task, low;
    } saving; /* the registers that the entry code will have saved when the next event comes */
    uint64_t position, last; /* place of the last event */
    size_t done;             /* number of the event that comes next, as the journal counts */
    const struct trace_facts *facts;
};

/* All zero but `facts`: at the beginning. */
void view_recall_goto(struct view_recall *r, const struct view_journal *j, uint64_t position);
void view_recall_destroy(struct view_recall *r);

bool view_recall_word(const struct view_recall *r, uint32_t address, uint32_t *value);
/* NULL: nothing is known of that task's stack. */
const struct view_recall_stack *view_recall_stack_of(const struct view_recall *r, uint32_t task);

/* Where a member of struct pt_regs lies, by the first of two names that it has. False: not known.
 */
bool view_pt_regs_offset(const struct trace_facts *facts, const char *name, const char *other,
                         uint32_t *offset);

#endif

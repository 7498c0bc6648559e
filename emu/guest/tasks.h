/*
 * The tasks of a Linux-like guest, as its memory holds them.
 *
 * The list starts at the symbol init_task and follows task_struct.tasks, and in each process
 * task_struct.thread_group; offsets come from DWARF. Everything read may be nonsense (a kernel that
 * is booting, or broken): walks are bounded, and a task that cannot be read ends its list.
 */
#ifndef FORKSCOPE_EMU_TASKS_H
#define FORKSCOPE_EMU_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/inspect.h"

enum { TASKS_MAX_LISTED = 1024 };

/* Offsets; -1: this kernel has none. */
struct tasks {
    const struct inspect *in;
    uint32_t first; /* init_task, 0: no tasks can be listed */
    int64_t tasks, thread_group, tgid, mm, parent, flags, state, exit_state, thread_esp,
        thread_esp0, thread_eip, mm_pgd;
};

struct task_info {
    struct inspect_task who; /* pid, comm, stack */
    int32_t tgid;
    int32_t parent; /* pid, -1: none */
    bool kernel;    /* has no memory of its own */
    bool current;
    int32_t state, exit_state;
    uint32_t cr3;      /* its page directory; the current one where it has none or is not known */
    uint32_t esp0;     /* top of its kernel stack */
    uint32_t esp, eip; /* where the kernel goes on with it; of the current task: nothing */
};

/* Looks the offsets up. `in` must outlive it. */
void tasks_init(struct tasks *t, const struct inspect *in);

/* The lowest address of the kernel, the same in every address space; 0: not known. */
uint32_t tasks_kernel_base(const struct tasks *t);

/* False: nothing is known there. */
bool tasks_at(const struct tasks *t, uint32_t task, struct task_info *out);
bool tasks_current(const struct tasks *t, struct task_info *out);

/* Fills in up to `max`, processes by their place in the kernel's list, each with its threads.
 * Returns how many. */
size_t tasks_list(const struct tasks *t, struct task_info *out, size_t max);

/* The registers with which a task that is in the kernel will be in user mode again: the struct
 * pt_regs at the top of its kernel stack. False: there is none, or it is no user frame. */
bool tasks_user_registers(const struct tasks *t, const struct task_info *task,
                          struct cpu_state *out);

#endif

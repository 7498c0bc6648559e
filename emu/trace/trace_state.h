/*
 * What the collector keeps between events. Private to
 * emu/trace/trace_{collect,task,probe,fork,life}.c.
 *
 * The guest's tasks are known by the address of their task_struct; 0 stands for "no task known",
 * as during boot. Kernel stacks belong to tasks, so what is open on a stack is kept with its task.
 */
#ifndef FORKSCOPE_EMU_TRACE_STATE_H
#define FORKSCOPE_EMU_TRACE_STATE_H

#include "emu/trace/trace_collect.h"

enum {
    TASK_BUCKETS = 64,
    TASKS_MAX = 4096,
    OPEN_CALLS_MAX = 48,
    OPEN_INTS_MAX = 8,
    CHILD_WATCHES_MAX = 16,
    FORK_PAIRS_MAX = 64,
    RETURN_SITES_MAX = 8192,
};

/* A function that was entered and not yet left. */
struct open_call {
    const struct probe *probe;
    uint32_t esp; /* at entry, where the return address lies */
    uint32_t ret;
    uint64_t icount;
};

/* A frame that the CPU pushed and did not yet pop. */
struct open_int {
    uint32_t frame; /* address of its EIP word */
    uint8_t vector;
    bool irq;
};

struct open_syscall {
    bool active;
    uint32_t regs[USER_REGS]; /* what the program had; CR3 then */
    uint32_t cr3;
    bool executed; /* execve succeeded: another program goes on */
    uint32_t nr;
    uint32_t eip;       /* behind the int instruction */
    uint32_t stack_top; /* of the kernel stack: the frame lies below */
};

/* A task as the one that forks, and as the one that was forked. id 0: neither. */
struct fork_attempt {
    uint32_t id;
    bool user;
    uint32_t flags;
    uint32_t child; /* its task_struct once it has one */
    int32_t child_pid;
};

/* A fork whose sides both live, with memories of their own: their pages are looked at. */
struct fork_pair {
    uint32_t id;             /* 0: free */
    uint32_t task[2], mm[2]; /* parent, child */
    uint32_t cr3[2];
    uint32_t fault[2]; /* page whose write fault is being served, 0: none */
    bool back;         /* the child has been in ring 3 */
};

struct birth {
    uint32_t id;
    bool user;
    struct trace_who parent;
    uint32_t entry[USER_REGS], parent_cr3; /* of the parent, at its int 0x80 */
};

struct task {
    uint32_t address;
    struct task *next;
    struct open_call calls[OPEN_CALLS_MAX];
    unsigned call_count;
    unsigned root_count; /* of them, whose call tree is wanted */
    struct open_int ints[OPEN_INTS_MAX];
    unsigned int_count;
    struct open_syscall syscall;
    struct fork_attempt attempt;
    struct birth birth;
    uint32_t maker;   /* whose fork has made it and has not been told of, 0: nobody's */
    uint16_t program; /* that it runs, 0: not known */
    int32_t exit_code;
    bool exiting;
};

/* A child's saved registers, watched from its creation to its first iret. */
struct child_watch {
    int id; /* of cpu_watch_add(), 0: free */
    uint32_t fork;
    uint32_t child;
    uint32_t base, size;
};

/* One call of a probe's handler. */
struct visit {
    struct trace_collector *c;
    struct task *task;
    struct inspect_task who;
    const struct probe *probe;
    uint32_t result; /* on return: eax */
};

struct probe {
    struct trace_probe pub;
    void (*enter)(const struct visit *v);
    void (*leave)(const struct visit *v);
    bool followed; /* its return is waited for */
    bool listed;   /* its calls are events */
    bool root;     /* its call tree is wanted */
    bool branch;   /* of interest only inside a call tree */
};

/* A table in memory that is watched for changes. */
struct table_watch {
    int id; /* of cpu_watch_add(), 0: none */
    uint32_t base, size;
};

/* What the guest sends to a port, until the line is whole. */
struct console_line {
    char text[TRACE_STRING];
    uint8_t size;
};

/* Members of the guest's structures, -1: not there. */
struct trace_layout {
    int64_t thread_esp, thread_esp0, mm;
    uint32_t pt_regs_size, thread_size;
    uint8_t syscall_vector;
    enum syscall_abi syscalls;
};

struct trace_collector {
    const struct inspect *in;
    struct cpu *cpu;
    struct cpu_hooks hooks;
    bool attached;
    struct trace_sink sinks[TRACE_SINKS_MAX];
    unsigned sink_count;
    trace_kinds kinds; /* of all sinks */
    struct trace_layout layout;
    struct probe *probes; /* by address */
    unsigned probe_count, probe_room;
    uint32_t *sites; /* armed instructions behind calls, by address */
    unsigned site_count;
    struct task *tasks[TASK_BUCKETS];
    unsigned task_count;
    struct child_watch watches[CHILD_WATCHES_MAX];
    struct fork_pair pairs[FORK_PAIRS_MAX];
    unsigned next_pair;
    struct table_watch tables[CPU_TABLE_TR + 1];
    struct console_line consoles[TRACE_DEBUGCON + 1];
    bool divisor_latch; /* the serial port's data register is the divisor's now */
    uint64_t seq;
    uint32_t last_fork;
    struct trace_event event; /* the one being made */
};

static inline bool trace_wants(const struct trace_collector *c, enum trace_kind kind)
{
    return (c->kinds & TRACE_BIT(kind)) != 0;
}

/* trace_collect.c: an event is begun, filled in and sent. */
struct trace_event *trace_begin(struct trace_collector *c, enum trace_kind kind,
                                const struct inspect_task *who);
/* Drops what no sink wants. */
void trace_send(struct trace_collector *c);
struct trace_who trace_who_is(const struct inspect_task *task);
/* The registers as they are. */
void trace_user_regs(const struct trace_collector *c, uint32_t regs[USER_REGS]);
/* The task behind a task_struct pointer. */
struct trace_who trace_who_at(const struct trace_collector *c, uint32_t task);

/* trace_why.c: adds to what decided. */
void trace_why_registers(struct trace_why *why, const struct cpu_state *state);
void trace_why_place(struct trace_why *why, const struct cpu_state *state);
void trace_why_selector(const struct trace_collector *c, struct trace_why *why, uint16_t selector);
/* From a vector to its handler: gate, code segment, the TSS's stack and its segment. */
void trace_why_delivery(const struct trace_collector *c, struct trace_why *why, uint8_t vector,
                        unsigned cpl);
/* The task that was left, and the bytes of an instruction. */
void trace_why_old_task(struct trace_why *why, const struct cpu_state *state);
void trace_why_code(const struct trace_collector *c, struct trace_why *why, uint32_t linear);
/* Directory and table entry of an address. */
void trace_why_page(const struct trace_collector *c, struct trace_why *why, uint32_t linear);

/* trace_memory.c: what the sides of forks share. */
void trace_memory_forked(struct trace_collector *c, uint32_t id, uint32_t parent, uint32_t child,
                         uint32_t parent_cr3);
/* The child returns to ring 3 for the first time. */
void trace_memory_child_back(struct trace_collector *c, const struct task *child,
                             const struct inspect_task *who);
void trace_memory_fault(struct trace_collector *c, const struct inspect_task *who,
                        const struct cpu_int_event *event);
void trace_memory_served(struct trace_collector *c, const struct inspect_task *who);
void trace_memory_gone(struct trace_collector *c, uint32_t task);
/* A word of a task_struct, 0: not known. */
uint32_t trace_task_word(const struct trace_collector *c, uint32_t task, int64_t offset);

/* trace_task.c. trace_task_get() never returns NULL: without memory, or with too many tasks, it
 * gives the one of "no task known". */
struct task *trace_task_get(struct trace_collector *c, uint32_t address);
void trace_task_forget(struct trace_collector *c, uint32_t address);
void trace_tasks_free(struct trace_collector *c);
void trace_task_open_int(struct task *task, const struct cpu_int_event *event);
/* Who pushed the frame that an iret popped. */
enum trace_frame_origin trace_task_close_int(struct task *task, const struct cpu_iret_event *event,
                                             uint8_t *vector);

/* trace_probe.c */
int trace_probes_create(struct trace_collector *c, char *why, size_t why_size);
int trace_probes_arm(struct trace_collector *c);
void trace_probes_free(struct trace_collector *c);
void trace_probe_exec(void *ctx, uint32_t linear);
/* Argument k of the function just entered; 0 where it cannot be read. */
uint32_t trace_visit_arg(const struct visit *v, unsigned k);

/* trace_fork.c */
void trace_fork_begin(const struct visit *v);
void trace_fork_end(const struct visit *v);
/* The function that a layout names is entered, and gives what it says. */
void trace_fork_open(const struct visit *v);
void trace_fork_made(const struct visit *v);
void trace_fork_watch_child(const struct visit *v);
void trace_fork_flags(const struct visit *v);
void trace_fork_slice(const struct visit *v);
void trace_fork_done(const struct visit *v);
void trace_fork_frame_write(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                            uint32_t value);
/* The task goes to ring 3. */
/* `task` enters ring 3. Where the function that forks has not returned in its parent yet, the fork
 * is told now, while the child's saved registers are what they were. Returns the task anew. */
struct task *trace_fork_child_runs(struct trace_collector *c, struct task *task);
void trace_fork_user_return(struct trace_collector *c, struct task *task,
                            const struct inspect_task *who);
void trace_fork_child_gone(struct trace_collector *c, uint32_t child);

/* trace_machine.c */
void trace_machine_hooks(struct trace_collector *c);
/* A write to a watched table. False: the address is in none. */
bool trace_machine_write(struct trace_collector *c, uint32_t linear, unsigned size, uint32_t old,
                         uint32_t value);
/* Sends what there is of lines. */
void trace_machine_flush(struct trace_collector *c);
/* Stops watching. */
void trace_machine_end(struct trace_collector *c);

/* trace_life.c */
void trace_life_switch(const struct visit *v);
void trace_life_exec(const struct visit *v);
void trace_life_exit_code(const struct visit *v);
void trace_life_exit(const struct visit *v);
void trace_life_wait(const struct visit *v);
void trace_life_signal(const struct visit *v);
void trace_life_cow(const struct visit *v);

#endif

/*
 * What an observer may learn from the CPU while it runs.
 *
 * Hooks cost nothing when off: `exec` hooks are inserted where code is decoded, `mem` hooks make a
 * page's TLB entry slow, the others sit on paths that are slow anyway (gates, ports, control
 * registers). A NULL function is never called.
 *
 * A hook sees the CPU through cpu_state(); inside a hook icount is the number of the step that is
 * under way (it has not been added yet). A hook may call cpu_request_stop() and add or remove
 * exec and mem hooks; it must not change guest state. An exec or insn hook may also call
 * cpu_stop_before().
 */
#ifndef FORKSCOPE_CPU_HOOKS_H
#define FORKSCOPE_CPU_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

/* How an interrupt came about (SDM vol. 3, 6.3 to 6.5). */
enum cpu_int_kind {
    CPU_INT_SOFTWARE, /* INT n, INT3, INTO, INT1 */
    CPU_INT_FAULT,    /* EIP pushed points at the instruction */
    CPU_INT_TRAP,     /* EIP pushed points behind it */
    CPU_INT_ABORT,    /* double fault */
    CPU_INT_IRQ,      /* INTR pin */
    CPU_INT_NMI,
};

/* The words of an interrupt frame. */
enum cpu_frame_word {
    FRAME_GS,
    FRAME_FS,
    FRAME_DS,
    FRAME_ES,
    FRAME_SS,
    FRAME_ESP,
    FRAME_EFLAGS,
    FRAME_CS,
    FRAME_EIP,
    FRAME_ERROR,
    FRAME_PARAMETER, /* of a call gate; never in an interrupt frame */
};

/* One word that the CPU pushed or popped. `linear` is where it lies. */
struct cpu_frame_slot {
    enum cpu_frame_word word;
    uint32_t linear;
    uint32_t value;
};

enum { CPU_FRAME_MAX = 10 };

/* After the delivery of one interrupt or exception: the state is the handler's first. */
struct cpu_int_event {
    uint8_t vector;
    enum cpu_int_kind kind;
    bool has_error;
    uint32_t error;
    uint32_t cr2;      /* #PF only */
    uint32_t from_eip; /* the instruction that caused it, or the one interrupted */
    uint16_t from_cs;
    uint8_t cpl_from, cpl_to;
    uint8_t gate_type; /* 5 task, 6/7 16-bit int/trap, 14/15 32-bit int/trap; 0 in real mode */
    uint8_t gate_dpl;
    uint16_t gate_selector;
    uint32_t gate_offset;
    bool stack_switch; /* SS:ESP came from the TSS */
    uint16_t tss_ss;
    uint32_t tss_esp;
    unsigned slot_size; /* 2 or 4 bytes */
    unsigned slot_count;
    struct cpu_frame_slot slot[CPU_FRAME_MAX]; /* in push order */
};

/* An interrupt or exception that could not be delivered, and the exception that this raised. The
 * state is still that of the instruction; what follows is #DF, the second exception, or shutdown.
 */
struct cpu_failed_event {
    uint8_t vector, because;
    enum cpu_int_kind kind; /* of the one that could not be delivered */
    bool has_error, because_has_error;
    uint32_t error, because_error;
    uint32_t cr2; /* what the page fault of the two, if there is one, has put or will put there */
};

/* After an IRET: the state is the one returned to. */
struct cpu_iret_event {
    uint32_t from_eip;
    uint16_t from_cs;
    uint8_t cpl_from, cpl_to;
    bool task_return; /* NT was set: a hardware task switch, no words popped */
    unsigned slot_size;
    unsigned slot_count;
    struct cpu_frame_slot slot[CPU_FRAME_MAX]; /* in pop order */
};

enum cpu_table { CPU_TABLE_GDTR, CPU_TABLE_IDTR, CPU_TABLE_LDTR, CPU_TABLE_TR };

enum cpu_task_cause { CPU_TASK_JMP, CPU_TASK_CALL, CPU_TASK_INT, CPU_TASK_IRET };

struct cpu_task_event {
    enum cpu_task_cause cause;
    uint16_t from_tr, to_tr;
    struct cpu_state before; /* registers as saved into the outgoing TSS */
};

enum { CPU_WATCH_READ = 1, CPU_WATCH_WRITE = 2 };

struct cpu_hooks {
    void *ctx;
    /* Before the instruction at a linear address named by cpu_hook_exec_add(). Each iteration of a
     * REP is one. Not called where the fetch faults or the bytes are no instruction. */
    void (*exec)(void *ctx, uint32_t linear);
    /* Before every instruction (cpu_hook_every_insn()). */
    void (*insn)(void *ctx, uint32_t linear);
    /* After an access inside a range named by cpu_watch_add(). `old` and `value` in the low
     * `size` bytes; for reads both are what was read. An access that crosses a page is two. */
    void (*mem)(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                uint32_t value);
    void (*interrupt)(void *ctx, const struct cpu_int_event *event);
    void (*failed)(void *ctx, const struct cpu_failed_event *event);
    void (*iret)(void *ctx, const struct cpu_iret_event *event);
    void (*task)(void *ctx, const struct cpu_task_event *event);
    void (*cr_write)(void *ctx, unsigned cr, uint32_t old, uint32_t value);
    void (*table_load)(void *ctx, enum cpu_table table, uint16_t selector, uint32_t base,
                       uint32_t limit);
    void (*port)(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value);
    void (*halt)(void *ctx);
    void (*shutdown)(void *ctx);
};

/* Replaces all hook functions; NULL removes them. The struct is copied. */
void cpu_set_hooks(struct cpu *cpu, const struct cpu_hooks *hooks);

/* Exec hooks are counted: an address added twice is removed twice. 0 or -ENOMEM. */
int cpu_hook_exec_add(struct cpu *cpu, uint32_t linear);
void cpu_hook_exec_remove(struct cpu *cpu, uint32_t linear);
void cpu_hook_every_insn(struct cpu *cpu, bool on);

/* From inside an exec or insn hook: cpu_run() returns CPU_STOP_REQUEST before the instruction is
 * carried out. When the CPU goes on from there, the instruction's hooks are not called again. */
void cpu_stop_before(struct cpu *cpu);

/* Watches linear addresses first..last (inclusive). Returns an id > 0, or -ENOMEM. */
int cpu_watch_add(struct cpu *cpu, uint32_t first, uint32_t last, unsigned kinds);
void cpu_watch_remove(struct cpu *cpu, int id);

/* ---- The ring: what was executed last, without a call for each ---------------------------------
 *
 * One record for every instruction that was begun, in order, for each iteration of a REP one; none
 * for the delivery of interrupts. `kind` is what the instruction's last data access by an operand
 * or the stack was: 0, CPU_WATCH_READ or CPU_WATCH_WRITE; `value` has its first four bytes.
 */
struct cpu_ring_record {
    uint64_t icount;
    uint32_t linear;  /* of the instruction */
    uint32_t address; /* linear, of the data */
    uint32_t value;
    uint8_t kind, size;
    uint16_t unused;
};

/* Keeps at least the last `records` instructions. 0 or -ENOMEM. Not from inside a hook. */
int cpu_ring_start(struct cpu *cpu, size_t records);
void cpu_ring_stop(struct cpu *cpu);
/* Copies up to `max` of the youngest records, the oldest of them first; returns how many. */
size_t cpu_ring_read(struct cpu *cpu, struct cpu_ring_record *to, size_t max);

#endif

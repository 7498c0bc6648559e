/*
 * Runs a program on the guest and keeps what only the machine can see: every visit of the named
 * kernel functions, every interrupt and return, and a picture of parent and child for each fork.
 */
#ifndef SPEC_RECORDER_H
#define SPEC_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "cpu/hooks.h"

enum { ARGS = 6, TASK_MAX = 1024, FRAME_WORDS = 17, USER_FRAME = FRAME_WORDS * 4 };

/* The words of a saved frame, as struct pt_regs has them. */
enum {
    R_EBX,
    R_ECX,
    R_EDX,
    R_ESI,
    R_EDI,
    R_EBP,
    R_EAX,
    R_DS,
    R_ES,
    R_FS,
    R_GS,
    R_ORIG_EAX,
    R_EIP,
    R_CS,
    R_EFLAGS,
    R_ESP,
    R_SS
};

/* The entry of a kernel function. */
struct visit {
    const char *function; /* one of probed_functions */
    uint64_t icount;
    uint32_t task; /* current */
    int pid;
    uint32_t esp;
    uint32_t args[ARGS]; /* [esp + 4], ...; static functions may get theirs in registers */
    /* Of the task that `task_arg` of the probe names, where it names one. */
    uint32_t subject;
    int usage;
    uint32_t array, state, slice, first_slice, vfork_done;
    int preempt_count;
    uint32_t parent_slice; /* of current */
    int processes;         /* of current's user */
    uint32_t tss_esp0;
    uint32_t last_pid;
    uint32_t flags;     /* of current: PF_* */
    uint32_t sleep_avg; /* of the subject, and of current */
    uint32_t own_sleep_avg;
    uint32_t task_structs; /* objects of the slab cache in use */
    int tty_refs;          /* of current's controlling terminal */
};

struct gate_event {
    uint64_t icount;
    uint32_t task;
    int pid;
    bool is_iret;
    struct cpu_int_event in;   /* where it is an interrupt */
    struct cpu_iret_event out; /* where it is a return */
    uint32_t gpr[GPR_COUNT];   /* before the interrupt, after the return */
    uint16_t ds, es, fs, gs;
    uint32_t esp0;   /* thread.esp0 of current, at an interrupt */
    uint8_t code[2]; /* at from_eip */
};

/* Parent and child when copy_process() is done: trace_sched_process_fork(). */
struct fork_picture {
    uint64_t icount;
    uint32_t parent, child;
    int parent_pid, child_pid;
    uint8_t parent_task[TASK_MAX], child_task[TASK_MAX];
    uint32_t child_stack;  /* thread_info */
    uint32_t child_ti[16]; /* its first words */
    uint32_t parent_frame[FRAME_WORDS], child_frame[FRAME_WORDS];
    uint32_t parent_frame_at, child_frame_at;
    uint32_t end_of_stack; /* the word above thread_info */
    uint32_t files_count, files_next_fd;
    uint32_t pid_bit; /* the child's bit in the bitmap */
    uint32_t nr_threads, total_forks;
    uint32_t tty, tty_refs; /* the child's controlling terminal */
    int leader_pid;
};

struct recording {
    struct visit *visit;
    size_t visits;
    struct gate_event *gate;
    size_t gates;
    struct fork_picture *fork;
    size_t forks;
    bool complete;
};

extern const char *const probed_functions[]; /* ended by NULL */

/* Boots with `init=/bin/PROGRAM`, or with `program` as the command line where it holds a '=', and
 * records to the end. False with a message on stderr. */
bool record(struct recording *r, const char *kernel, const char *initrd, const char *program);
void recording_free(struct recording *r);

/* Offsets and addresses in the guest, from its debug information; 0 with a message: not there. */
uint32_t guest_offset(const char *type, const char *member);
uint32_t guest_sizeof(const char *type);
uint32_t guest_symbol(const char *name);

/* A member of a task in a picture. */
uint32_t task_word(const uint8_t *task, const char *member);

#endif

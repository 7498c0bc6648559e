/*
 * A claim is a function over the recording of one program: what only the machine can see of
 * process creation. Its name carries the items (S-…) that it proves, and
 * docs/process-creation-coverage.md is made from these names.
 */
#ifndef SPEC_CLAIM_H
#define SPEC_CLAIM_H

#include "recorder.h"

struct claim {
    const char *program; /* as record() takes it */
    const char *name;
    bool (*check)(void); /* over `recorded` */
};

struct claim_list {
    const struct claim *claim;
    size_t count;
};

extern const struct claim_list claims_gate, claims_order, claims_task, claims_registers,
    claims_life;

/* Of the guest's kernel. */
enum {
    SIGCHLD_FLAG = 17,
    CLONE_VM = 0x100,
    CLONE_VFORK = 0x4000,
    CLONE_UNTRACED = 0x800000,
    STACK_END_MAGIC = 0x57ac6e9d,
    THREAD_SIZE = 8192,
    KERNEL_CS = 0x60,
    USER_DS = 0x7b,
    EFLAGS_USER_KEEP = 0xffff,
};

/* What the claims at hand are about. */
extern const struct recording *recorded;
extern char claim_reason[200]; /* why the last one does not hold */

/* `return claim_fails(...)` is false with a reason. */
bool claim_fails(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first visit of a function at or behind `v`: any, by a task, or about one. NULL: none. */
const struct visit *visit_next(const struct visit *v, const char *function);
const struct visit *visit_next_by(const struct visit *v, const char *function, uint32_t task);
const struct visit *visit_next_about(const struct visit *v, const char *function, uint32_t task);
const struct visit *visit_end(void);
bool visit_is(const struct visit *v, const char *function);

/* The first do_fork() that a user process called, through `entry`. */
const struct visit *visit_first_fork(const char *entry);

/* The fork that a visit belongs to, and that of the first sys_fork(). */
const struct fork_picture *picture_after(const struct visit *v);
const struct fork_picture *picture_of_user_fork(void);

/* The interrupt 0x80 that led to a visit. */
const struct gate_event *gate_before(const struct visit *v);

/* The first return to ring 3 of a task at or after a step. */
const struct gate_event *gate_user_return(uint32_t task, uint64_t icount);

#endif

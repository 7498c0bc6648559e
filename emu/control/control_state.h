/* What the parts of the control share. Private to emu/control/. */
#ifndef FORKSCOPE_EMU_CONTROL_STATE_H
#define FORKSCOPE_EMU_CONTROL_STATE_H

#include "emu/control/control.h"
#include "emu/guest/insnkind.h"
#include "emu/guest/tasks.h"
#include "emu/run/runner.h"

struct point {
    struct control_point pub;
    int watch; /* of cpu_watch_add() */
};

/* A function of the kernel whose call is an event; addr 0: this kernel has none. */
struct tracepoint {
    uint32_t addr;
    bool armed;
    bool only_child; /* its one argument is the child, the parent is the current task */
    struct guestinfo_param param[2];
};

/* What was noticed by a hook during this order. */
struct hit {
    bool any;
    uint64_t at; /* where one stands because of it */
    struct control_stop stop;
};

/* The place where a task goes on after what is passed over. */
struct resume {
    bool hooked, active; /* active: still waited for */
    uint32_t linear, esp;
    uint32_t task; /* 0: not known */
    uint8_t cpl;
};

/* An interrupt delivered during a single step. */
struct delivery {
    bool any;
    enum cpu_int_kind kind;
};

/* INSN, OVER and OUT: one instruction, and what is passed over until it is done. */
struct stepper {
    struct resume resume;
    struct delivery delivery;
    bool again;      /* what was passed over interrupted the instruction: it is still to be done */
    uint32_t leaves; /* OUT: a return with ESP at or above this leaves the function */
};

struct control {
    struct session *s;
    struct forkscope *scope; /* the session's */
    struct runner runner;
    struct tasks tasks;

    struct cpu_hooks hooks; /* as attached */
    bool attached;
    struct point *points; /* by id */
    unsigned point_count, point_room;
    int last_id;
    struct tracepoint tracepoints[CONTROL_EVENTS];
    unsigned caught;
    control_filter *filter;
    void *filter_ctx;

    struct cpu_hooks fork_hooks;
    struct control_fork *forks; /* by icount */
    unsigned fork_count, fork_room;

    struct control_order order;
    uint64_t began, limit;      /* of the order: places */
    struct history_place place; /* where it began */
    bool running, pause_wanted, ended;
    bool given_up; /* what is run again is not run to its end */
    control_watcher *watcher;
    void *watcher_ctx;
    bool deaf;     /* hooks take no notice */
    bool scanning; /* hooks note what they see for history_find_back(), and stop nothing */
    enum run_end end;
    struct stepper stepper;
    struct hit hit;
    struct control_stop stop;
};

static inline struct cpu *control_cpu(const struct control *c)
{
    return machine_cpu(c->scope->machine);
}

/* control_forks.c */
void control_forks_init(struct control *c);
void control_forks_free(struct control *c);

/* control_points.c */
void control_events_init(struct control *c);
/* The two tasks that a tracepoint is called with; 0: not known. */
void control_event_arguments(const struct control *c, enum control_event event, uint32_t arg[2]);
/* Names an event that this kernel cannot tell; 0: all can be told. */
int control_events_check(const struct control *c, unsigned events, char *why, size_t why_size);
/* Attaches the hooks that the order needs. */
int control_arm(struct control *c);
void control_points_free(struct control *c);
bool control_at_resume(const struct control *c);

/* control_step.c: INSN, OVER, OUT. False: `until` was reached or the machine stopped. */
void control_stepper_begin(struct control *c);
void control_stepper_advance(struct control *c, uint64_t until);

enum insnkind control_kind_here(const struct control *c, unsigned *length);

/* control_back.c: the whole order. */
void control_back(struct control *c);
/* A way into the past begins here, or a question about it. */
void control_back_begin(struct control *c);
void control_back_end(struct control *c);

/* control.c */
void control_run(struct control *c, uint64_t until);
void control_finish(struct control *c, const struct control_stop *stop);
void control_done(struct control *c);

#endif

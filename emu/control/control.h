/*
 * Drives a live machine for people: the one place where the viewer, the monitor and the gdb stub
 * run it, stop it and take it back.
 *
 * Nothing here blocks. A client gives an order with control_go() and then calls control_work()
 * again and again, each time with a budget of steps, until the machine stands; between two calls it
 * draws, reads its keys or its socket, and may control_pause(). Why the machine stands is in
 * control_stopped().
 *
 * A place is a number of steps, the CPU's icount (cpu/cpu.h): deliveries of interrupts and
 * iterations of REP are places of their own, and the state at a place is the same whichever way one
 * came. Going back needs history (emu/time/history.h); without it, orders to go back are refused.
 *
 * Where one stands after a stop:
 *
 *   breakpoint    before the instruction, both ways
 *   watchpoint    forward: behind the instruction that accessed; back: before it
 *   event         int, irq: at the handler's first instruction; iret: at the instruction returned
 *                 to; fork, exec, exit, switch: before the first instruction of the kernel's
 *                 tracepoint
 *
 * Only one client may give orders at a time.
 */
#ifndef FORKSCOPE_EMU_CONTROL_H
#define FORKSCOPE_EMU_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/inspect.h"
#include "emu/guest/tasks.h"
#include "emu/run/report.h"
#include "emu/run/session.h"

struct control;

/* The session must be open, with `live` set before, and outlive the control. NULL: out of memory.
 */
struct control *control_create(struct session *s);
void control_destroy(struct control *c);

struct session *control_session(const struct control *c);
const struct inspect *control_inspect(const struct control *c);
const struct tasks *control_tasks(const struct control *c);

/* ---- Orders ------------------------------------------------------------------------------ */

enum control_action {
    CONTROL_CONTINUE, /* to the next breakpoint, watchpoint or caught event */
    CONTROL_STEP,     /* `count` steps of the CPU (0 counts as 1) */
    CONTROL_INSN,     /* one instruction of this task: an IRQ that comes between is passed over */
    CONTROL_OVER,     /* the same, and all that it calls is passed over: CALL, INT n, REP, faults */
    CONTROL_OUT,      /* until the function or handler under way has returned; back: to its call */
    CONTROL_UNTIL,    /* to the next of `events` */
    CONTROL_GOTO,     /* to place `count`; nothing on the way stops it */
};

/* What the machine can be run to. */
enum control_event {
    CONTROL_INT,    /* software interrupt or exception delivered */
    CONTROL_IRQ,    /* hardware interrupt delivered */
    CONTROL_IRET,   /* to any ring */
    CONTROL_FORK,   /* a new task exists; arg: parent, child */
    CONTROL_EXEC,   /* arg: task */
    CONTROL_EXIT,   /* arg: task */
    CONTROL_SWITCH, /* arg: previous and next task */
    CONTROL_EVENTS,
};
#define CONTROL_BIT(event) (1u << CONTROL_##event)
extern const char *const control_event_names[CONTROL_EVENTS]; /* "int", "irq", ... */

struct control_order {
    enum control_action action;
    bool back;
    uint64_t count;
    unsigned events; /* CONTROL_UNTIL: CONTROL_BIT() */
    uint32_t task;   /* INSN, OVER, OUT: of this task (the address of its task_struct), which need
                      * not be the current one; 0: of the current task */
};

/* 0, or -errno with a sentence: going back where nothing is remembered, an event that this guest's
 * symbols do not name, a place out of reach. The machine must stand. */
int control_go(struct control *c, const struct control_order *order, char *why, size_t why_size);

/* Up to `steps` steps more. False: the machine stands. */
bool control_work(struct control *c, uint64_t steps);

/* The machine will stand after the current control_work(), or at once. A search backwards is given
 * up: one stands where one stood. */
void control_pause(struct control *c);

/* Orders to go back, and the questions below about the last writer, are answered within one call.
 * While that lasts `watcher` is called several times a second, with how many steps were looked
 * through and how many there are at most: it may show that and control_pause(), nothing else. At
 * the end it is called with 0 of 0. NULL: none. */
typedef void control_watcher(void *ctx, uint64_t done, uint64_t all);
void control_set_watcher(struct control *c, control_watcher *watcher, void *ctx);

bool control_running(const struct control *c);
/* The run is over and the machine stands at its end; how it ended. */
bool control_ended(const struct control *c);
enum run_end control_end(const struct control *c);

/* SIGINT pauses instead of ending the run: for clients on a terminal. */
void control_set_interruptible(struct control *c, bool on);

/* How long control_work() may sleep while a halted guest waits for input (milliseconds; 0 from the
 * start: not at all, for clients that draw). */
void control_set_patience(struct control *c, int ms);

/* ---- Where the machine stands, and why ------------------------------------------------------ */

enum control_reason {
    CONTROL_READY,      /* nothing was asked for yet */
    CONTROL_DONE,       /* what was asked for is done */
    CONTROL_BREAKPOINT, /* point */
    CONTROL_WATCHPOINT, /* point, access */
    CONTROL_EVENT,      /* event */
    CONTROL_PAUSED,
    CONTROL_GIVEN_UP,  /* paused while it went back: it stands where it stood */
    CONTROL_BEGINNING, /* going back: nothing older is remembered */
    CONTROL_ENDED,     /* end: the run is over, the machine stays for looking at */
};

struct control_access {
    bool write;
    uint32_t linear, old, value;
    unsigned size;
};

struct control_stop {
    enum control_reason reason;
    int point; /* id */
    struct control_access access;
    enum control_event event;
    uint8_t vector;  /* int, irq */
    uint32_t arg[2]; /* of a tracepoint */
    enum run_end end;
};

const struct control_stop *control_stopped(const struct control *c);

/* One line for people, without its end. */
const char *control_describe(const struct control *c, char *buf, size_t size);

uint64_t control_icount(const struct control *c);
/* What can be reached by control_go(): the oldest place, and the youngest that was ever run. */
void control_span(const struct control *c, uint64_t *first, uint64_t *last);
bool control_remembers(const struct control *c);

/* ---- Breakpoints and watchpoints ------------------------------------------------------------ */

enum control_point_kind { CONTROL_EXECUTE, CONTROL_WRITE, CONTROL_READ, CONTROL_ACCESS };

struct control_point {
    int id; /* > 0; given by control_add() */
    enum control_point_kind kind;
    uint32_t linear, size; /* size: of a watchpoint */
    int32_t pid;           /* only for tasks of this thread group; -1: for all */
    bool once;             /* removed when it is hit */
    uint64_t hits;
};

/* The new id, or -ENOMEM. */
int control_add(struct control *c, const struct control_point *point);
/* False: there is none. */
bool control_remove(struct control *c, int id);
/* The nth, in the order of their ids; NULL behind the last. */
const struct control_point *control_point_at(const struct control *c, unsigned n);

/* Events that stop every order but GOTO: CONTROL_BIT(). 0, or as control_go(). */
int control_catch(struct control *c, unsigned events, char *why, size_t why_size);

enum control_writer {
    CONTROL_BY_INSN,
    CONTROL_BY_DELIVERY, /* the CPU, when it delivered an interrupt before the instruction */
    CONTROL_BY_DEBUGGER, /* gdb or another client, by hand */
};

/* What was written last before this place. */
struct control_write {
    uint64_t icount;
    uint32_t eip; /* linear, of the instruction */
    struct inspect_task task;
    enum control_writer by;
    uint8_t vector; /* of a delivery */
    struct control_access access;
};

/* To linear memory, as it is mapped here: the bytes of RAM are followed, by whatever address, in
 * whichever task they were written. 0, or -errno with a sentence (-EINTR: the search was given up).
 * One stands where one stood. */
int control_last_write(struct control *c, uint32_t linear, uint32_t size, struct control_write *out,
                       char *why, size_t why_size);

/* The same for a register of the CPU ("eax", "cr3", "cs", ...): what gave it the value it has.
 * access.linear is 0. -EINVAL: there is no register of that name. */
int control_last_change(struct control *c, const char *reg, struct control_write *out, char *why,
                        size_t why_size);
bool control_is_register(const char *name);

/* A client's say in what stops the machine: called when a breakpoint, watchpoint or event would;
 * false: go on. Called from inside the CPU's hooks: it may look, not change anything. NULL: none.
 */
typedef bool control_filter(void *ctx, const struct control_stop *stop);
void control_set_filter(struct control *c, control_filter *filter, void *ctx);

/* A place in the guest as people write it: "do_fork", "do_fork+0x12", "fork.c:120", "*0xc0100104",
 * "0xc0100104". 0, or -EINVAL with a sentence. */
int control_locate(const struct control *c, const char *text, uint32_t *linear, char *why,
                   size_t why_size);

/* ---- Forks so far ------------------------------------------------------------------------- */

/* Every fork that the machine has come past since the control was made, also those that lie ahead
 * of where it stands now. */
struct control_fork {
    uint64_t icount;
    int32_t parent, child; /* pids */
    char comm[17];         /* of the parent */
};
/* The nth, NULL behind the last. */
const struct control_fork *control_fork_at(const struct control *c, unsigned n);

/* ---- Changing the guest by hand -------------------------------------------------------------- */

/* Linear memory under `cr3`; false: not mapped, nothing was written. History begins anew here. */
bool control_poke(struct control *c, uint32_t cr3, uint32_t linear, const void *from, size_t size);
bool control_poke_phys(struct control *c, uint32_t paddr, const void *from, size_t size);
void control_set_cpu(struct control *c, const struct cpu_state *state);

#endif

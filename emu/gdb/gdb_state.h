/* What the parts of the gdb stub share. Private to emu/gdb/. */
#ifndef FORKSCOPE_EMU_GDB_STATE_H
#define FORKSCOPE_EMU_GDB_STATE_H

#include "emu/control/control.h"
#include "emu/gdb/gdbstub.h"
#include "emu/gdb/rsp.h"

enum { GDB_BREAKPOINTS_MAX = 1024, GDB_PROCESSES_MAX = 1024 };

/* A thread as packets name it: -1 stands for all, 0 for any. */
struct gdb_thread {
    int32_t pid, tid;
};

struct gdb_breakpoint {
    char type; /* '0' to '4' */
    uint32_t addr, size;
    int32_t pid; /* of the process that asked */
    int point;   /* of emu/control/control.h */
};

/* What gdb has been told of a process. */
struct gdb_process {
    int32_t pid;
    bool detached; /* gdb has let it go: nothing more is reported of it */
    int32_t vfork; /* its vfork child that shares its memory yet, 0: none */
};

/* A stop that is to be reported. */
struct gdb_report {
    struct gdb_thread thread;
    char text[1200]; /* "T05swbreak:;", without the thread */
};

struct gdbstub {
    struct control *control;
    struct monitor *monitor;
    int listener, client; /* -1: none */
    struct rsp rsp;

    /* Of this connection. */
    bool multiprocess, fork_events, vfork_events, exec_events, swbreak, hwbreak;
    bool resumed;   /* it has given an order since it came */
    bool goes_back; /* the last order */
    bool waits;     /* for the reply to an order to run */
    bool killed, closing;
    bool has_packet; /* in rsp.packet: it came while the machine ran */
    bool physical;   /* m and M take physical addresses */
    struct gdb_thread selected;
    struct gdb_breakpoint breakpoints[GDB_BREAKPOINTS_MAX];
    unsigned breakpoint_count;
    struct gdb_process processes[GDB_PROCESSES_MAX];
    unsigned process_count;
    struct {
        bool active;
        uint32_t first, end; /* vCont;r: steps while EIP lies inside */
    } range;
    struct gdb_report later[4]; /* to be told at the next order */
    unsigned later_count;

    /* Of this stop. */
    struct task_info tasks[TASKS_MAX_LISTED];
    size_t task_count;
    bool tasks_read;

    char *kernel_path; /* absolute; NULL: not known */
    uint32_t kernel_base;
};

/* gdbstub.c */
void gdb_reply(struct gdbstub *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gdb_reply_ok(struct gdbstub *g);
void gdb_reply_error(struct gdbstub *g);
void gdb_reply_unknown(struct gdbstub *g);
/* Part of a longer document, as qXfer asks: "offset,length". */
void gdb_reply_part(struct gdbstub *g, const char *document, const char *range);
/* The packet that came while the machine ran, now that it stands. */
void gdb_serve_held(struct gdbstub *g);

/* gdb_packets.c */
void gdb_dispatch(struct gdbstub *g, char *packet, size_t length);
/* "addr,length" and the like: a hexadecimal number; *at moves behind it. */
bool gdb_number(const char **at, uint32_t *value);
bool gdb_skip(const char **at, char c);

/* gdb_threads.c: processes and threads. */
void gdb_threads_forget(struct gdbstub *g);
void gdb_threads_read(struct gdbstub *g);
struct gdb_thread gdb_thread_current(struct gdbstub *g);
struct gdb_thread gdb_thread_of(const struct task_info *task);
/* NULL: not known, which is only right for the current thread. */
const struct task_info *gdb_thread_task(struct gdbstub *g, struct gdb_thread thread);
bool gdb_thread_is_current(struct gdbstub *g, struct gdb_thread thread);
bool gdb_thread_alive(struct gdbstub *g, struct gdb_thread thread);
/* The one that registers and memory are asked of. */
struct gdb_thread gdb_thread_selected(struct gdbstub *g);
bool gdb_thread_parse(const char **at, struct gdb_thread *out);
/* "p1.1" or "1", whichever was agreed upon. */
const char *gdb_thread_name(const struct gdbstub *g, struct gdb_thread thread, char buf[32]);
uint32_t gdb_thread_cr3(struct gdbstub *g);
struct gdb_process *gdb_process(struct gdbstub *g, int32_t pid, bool add);
void gdb_process_forget(struct gdbstub *g, int32_t pid);
void gdb_threads_list(struct gdbstub *g);
void gdb_threads_document(struct gdbstub *g, const char *range);
void gdb_threads_extra(struct gdbstub *g, const char *args);

/* gdb_registers.c */
void gdb_registers_read_all(struct gdbstub *g);
void gdb_registers_write_all(struct gdbstub *g, const char *hex);
void gdb_registers_read(struct gdbstub *g, const char *args);
void gdb_registers_write(struct gdbstub *g, const char *args);
void gdb_registers_document(struct gdbstub *g, const char *range);
/* "04:...;05:...;08:...;": what gdb asks for first after a stop. */
void gdb_registers_expedite(struct gdbstub *g, char *buf, size_t size);

/* gdb_memory.c */
void gdb_memory_read(struct gdbstub *g, const char *args);
void gdb_memory_write_hex(struct gdbstub *g, const char *args);
void gdb_memory_write_binary(struct gdbstub *g, const char *args, size_t length);

/* gdb_breakpoints.c */
void gdb_breakpoint_insert(struct gdbstub *g, const char *args);
void gdb_breakpoint_remove(struct gdbstub *g, const char *args);
/* pid 0: of all processes. */
void gdb_breakpoints_drop(struct gdbstub *g, int32_t pid);
const struct gdb_breakpoint *gdb_breakpoint_of(const struct gdbstub *g, int point);

/* gdb_resume.c: orders and stops. */
void gdb_report_send(struct gdbstub *g, const struct gdb_report *report);
void gdb_report_later(struct gdbstub *g, const struct gdb_report *report);
/* Sends one that was to be told later; false: there is none. */
bool gdb_report_waiting(struct gdbstub *g);
void gdb_resume_continue(struct gdbstub *g, const char *args);
void gdb_resume_step(struct gdbstub *g, const char *args);
void gdb_resume_vcont(struct gdbstub *g, const char *args);
void gdb_resume_back(struct gdbstub *g, const char *args);
void gdb_resume_interrupt(struct gdbstub *g);
void gdb_resume_query(struct gdbstub *g, const char *args);
void gdb_resume_detach(struct gdbstub *g, const char *args);
void gdb_resume_kill(struct gdbstub *g, const char *args);
void gdb_resume_attach(struct gdbstub *g, const char *args);

/* gdb_events.c: catches what this client wants to hear of. */
void gdb_events_set(struct gdbstub *g);
/* The machine stands because of one; `report` is filled in and sent. */
void gdb_report_event(struct gdbstub *g, const struct control_stop *stop,
                      struct gdb_report *report);

#endif

/* What a check keeps, and its parts. Private to emu/check/. */
#ifndef FORKSCOPE_EMU_CHECK_STATE_H
#define FORKSCOPE_EMU_CHECK_STATE_H

#include "emu/check/check.h"
#include "emu/trace/trace_facts.h"

enum {
    CHECK_FORKS_MAX = 64, /* followed at the same time */
    CHECK_PAGES_MAX = 64, /* first writes remembered of each side */
    CHECK_FAILURES_MAX = 4,
    CHECK_TEXT = 200,
    CHECK_CLONE_VM = 0x100,
};

/* Registers as ring 3 has them, in the names and order of the check. */
enum check_reg {
    CHECK_EIP,
    CHECK_EFLAGS,
    CHECK_ESP,
    CHECK_CS,
    CHECK_SS,
    CHECK_EAX,
    CHECK_EBX,
    CHECK_ECX,
    CHECK_EDX,
    CHECK_ESI,
    CHECK_EDI,
    CHECK_EBP,
    CHECK_DS,
    CHECK_ES,
    CHECK_FS,
    CHECK_GS,
    CHECK_REGS,
};
extern const char *const check_reg_names[CHECK_REGS];

struct check_regs {
    uint32_t value[CHECK_REGS];
    uint32_t cr3;
};

/* A page that a side wrote to for the first time, and how that went. */
struct check_page {
    uint32_t page;
    uint32_t pfn; /* that both sides had */
    bool served;
};

enum check_side_name { CHECK_PARENT, CHECK_CHILD, CHECK_SIDES };

struct check_side {
    struct trace_who who;
    uint32_t stack; /* of the kernel, lowest address */
    uint32_t mm;    /* task_struct.mm when the fork was done, 0: not known */
    bool back;      /* has returned to ring 3 */
    bool diverted;  /* a signal handler took over before that */
    bool gone;      /* ended, or runs another program */
    uint64_t icount;
    uint32_t popped; /* where the frame of that return lay: address of its EIP word */
    struct check_regs regs;
    struct check_page page[CHECK_PAGES_MAX];
    unsigned pages;
    uint32_t fault; /* page fault being served: the page, 0: none */
};

struct check_write {
    uint64_t icount; /* 0: never written */
    uint32_t eip, by;
    int32_t pid;
};

struct check_verdict {
    enum { CHECK_UNJUDGED, CHECK_HOLDS, CHECK_BROKEN } result;
    uint64_t icount; /* where to look */
    char expected[CHECK_TEXT], got[CHECK_TEXT], where[CHECK_TEXT];
    char why[CHECK_TEXT]; /* unjudged: the reason */
};

/* One fork that a program asked for. */
struct check_fork {
    struct check_fork *next;
    struct check_regs entry; /* what the program had at int 0x80 */
    uint64_t icount;
    uint32_t nr, new_stack; /* system call, and the stack that clone gives the child */
    struct check_side side[CHECK_SIDES];
    bool forked, failed; /* a child exists; there will be none */
    struct trace_fork fork;
    uint32_t thread_esp;     /* of the child when it was made, 0: not known */
    const char *child_entry; /* first label that the child reached in the kernel, NULL: none */
    struct check_write write[TRACE_REGS_WORDS];
    struct check_write foreign; /* the first by somebody else than copy_thread and the child */
    int64_t back_at;            /* virtual time of the first return */
    struct check_verdict verdict[CHECK_RULES + 1];
};

struct check_failure {
    uint32_t fork;
    int32_t parent, child; /* -1: there is none */
    struct check_verdict verdict;
};

/* What a rule came to over all forks. */
struct check_total {
    unsigned judged, broken;
    char why[CHECK_TEXT]; /* the last reason not to judge */
    struct check_failure failure[CHECK_FAILURES_MAX];
};

struct check;
struct check_frames;

/* How a check sees what is not in the events: in a running guest (check_live.c), or not at all
 * (check_recorded.c). */
struct check_eyes {
    /* What the program had at an int; what a side has after its first return. */
    struct check_regs (*at_int)(const struct check *c, const struct trace_event *event);
    struct check_regs (*at_ret)(const struct check *c, const struct check_fork *f,
                                const struct trace_event *event);
    void (*fork)(const struct check *c, struct check_fork *f);
    /* Every event, before forks get it: rule 7. */
    void (*look)(struct check *c, const struct trace_event *event);
    /* Rule 8, when a side has returned. */
    void (*spaces)(const struct check *c, struct check_fork *f, bool child);
    /* The side still has the memory that it had at the fork, and that can be looked at. */
    bool (*lives)(const struct check *c, const struct check_side *side);
    int64_t (*now)(const struct check *c); /* ns of the guest's time */
};
extern const struct check_eyes check_eyes_live, check_eyes_recorded;

/* check.c. `facts` NULL: those of the running guest. NULL when out of memory. */
struct check *check_create_with(const struct inspect *in, const struct check_eyes *eyes,
                                const struct trace_facts *facts, unsigned what);

struct check {
    const struct inspect *in; /* NULL: a recording */
    const struct check_eyes *eyes;
    struct trace_facts live;
    const struct trace_facts *facts;
    bool has_entry, has_maker; /* the kernel has ret_from_fork, copy_thread */
    uint64_t icount;           /* of the last event */
    uint32_t left_at;          /* recording: end of the stack when ring 3 was entered last */
    unsigned what;
    struct check_frames *frames; /* NULL: not checked */
    struct trace_filter filter;
    struct check_fork *forks; /* being followed */
    unsigned fork_count, seen;
    struct trace_event last_int;
    struct check_regs last_regs;
    struct cpu_iret_event last_iret;
    uint32_t thread_size, kernel_base;
    bool blind;                  /* a stack was wrong: nothing is judged from here on */
    bool over;                   /* the run has ended */
    uint64_t switched;           /* step of the last task switch */
    struct check_verdict stack0; /* rule 7, whoever runs */
    struct check_total total[CHECK_RULES + 1];
};

/* check_rules.c */
struct check_rule {
    const char *title;
    unsigned needs; /* bit n: rule n must hold */
    void (*judge)(const struct check *c, struct check_fork *f, struct check_verdict *v);
};
extern const struct check_rule check_rules[CHECK_RULES + 1]; /* by number, from 1 */

/* Verdicts: the first one broken stands. */
void check_holds(struct check_verdict *v);
void check_unjudged(struct check_verdict *v, const char *why);
void check_broken(struct check_verdict *v, uint64_t icount, const char *where);
#define CHECK_SAY(field, ...) snprintf(field, CHECK_TEXT, __VA_ARGS__)

/* The registers of an interrupt frame; others stay. */
void check_take_frame(struct check_regs *r, const struct cpu_frame_slot *slot, unsigned count);
/* The word of pt_regs that holds a register; -1: there is none, or it is not known. */
int check_word_of(const struct check *c, enum check_reg reg);

/* check_memory.c: rules 8 and 9 as it happens. */
void check_judge_spaces(const struct check *c, struct check_fork *f, bool at_child);
void check_first_write(const struct check *c, struct check_fork *f, enum check_side_name side,
                       const struct trace_event *event);
void check_write_served(const struct check *c, struct check_fork *f, enum check_side_name side);
/* The side still has the memory that it had at the fork. */
bool check_memory_lives(const struct check *c, const struct check_side *side);

/* A rule as the verdict shows it. */
struct check_line {
    unsigned number; /* from 1, over all that is checked */
    const char *title, *unit;
    const struct check_total *total;
};
/* The nth line from 0; false behind the last. */
bool check_line_at(const struct check *c, unsigned n, struct check_line *line);

/* check_print.c */
bool check_print(const struct check *c, struct trace_out *out);

#endif

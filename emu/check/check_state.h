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
    CHECK_NS_PER_STEP = 10, /* of a recording: the speed that a machine has by default */
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
    bool back;      /* has returned to ring 3 */
    bool diverted;  /* a signal handler took over before that */
    bool gone;      /* ended, or runs another program */
    uint64_t icount;
    uint32_t popped; /* where the frame of that return lay: address of its EIP word */
    uint32_t regs[USER_REGS];
    struct check_page page[CHECK_PAGES_MAX];
    unsigned pages;
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
    bool known;                /* entry, and regs of the sides that are back */
    uint32_t entry[USER_REGS]; /* what the program had at int 0x80 */
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

struct check_frames;

struct check {
    const struct inspect *in; /* NULL: a recording */
    struct trace_facts live;
    const struct trace_facts *facts;
    bool has_entry, has_maker; /* the kernel has ret_from_fork, copy_thread */
    uint64_t icount;           /* of the last event */
    uint64_t idle;             /* ns that the CPU was halted, as the last irq had it */
    unsigned what;
    struct check_frames *frames; /* NULL: not checked */
    struct trace_filter filter;
    struct check_fork *forks; /* being followed */
    unsigned fork_count, seen;
    struct trace_event last_int;
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

/* The word of pt_regs that holds a register; -1: there is none, or it is not known. */
int check_word_of(const struct check *c, enum trace_user_reg reg);

/* check_memory.c: rules 8 and 9, by the events space and share. */
void check_judge_spaces(struct check_fork *f, const struct trace_event *event);
void check_judge_write(struct check_fork *f, const struct trace_event *event);

/* ns of the guest's time. */
int64_t check_now(const struct check *c);

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

/*
 * What happened, kept for looking back: the events of a run in order, the forks with their
 * landmarks, the tasks with their lives, and who had the CPU when.
 *
 * A sink of the trace's collector: it hears every event while the machine goes where it has not
 * been before, and nothing while the past is shown again. Positions are step counts: at position n
 * the steps before n have been done and step n is next.
 *
 * A kernel that has no tracepoint for it does not tell who the child of a fork is. Then it is the
 * task that first appears while the fork is open, if the pid that the parent gets does not
 * contradict; its registers are those that its first iret to ring 3 leaves.
 *
 * Bounded: the oldest events are dropped beyond VIEW_EVENTS_MAX, forks and tasks beyond their
 * numbers are not followed.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_JOURNAL_H
#define FORKSCOPE_EMU_VIEWER_VIEW_JOURNAL_H

#include "emu/trace/trace_filter.h"

enum { VIEW_EVENTS_MAX = 1 << 18, VIEW_FORKS_MAX = 4096, VIEW_TASKS_MAX = 1024 };

/* Never; behind every position. */
#define VIEW_NEVER UINT64_MAX

/* The places of a fork that one goes to by the keys 1 to 9. */
enum view_landmark {
#define LANDMARK(id, name, title, sentence) LANDMARK_##id,
#include "emu/viewer/view_landmarks.def"
#undef LANDMARK
    LANDMARK_COUNT
};

struct view_fork {
    uint32_t id;                    /* as in a trace; 0: not counted yet */
    unsigned number;                /* among those that programs asked for, from 1 */
    struct trace_who parent, child; /* child.task 0: there is none yet */
    uint32_t flags, parent_frame, child_frame;
    uint64_t at[LANDMARK_COUNT];
    uint64_t eax_written; /* position at which the child's eax is about to become 0 */
    uint64_t frame_begun; /* the first write into the child's frame */
    unsigned words;       /* of the saved registers as the fork left them, 0: not known */
    uint32_t regs[2][TRACE_REGS_WORDS]; /* the parent's and the child's */
    struct trace_ret ret[2]; /* the parent's and the child's; at[] says whether they came */
    bool told[2];            /* ret[] is known: of a recording not always */
    bool guessed;            /* no tracepoint told of the child: a new task appeared meanwhile */
    uint64_t seen;           /* if guessed: where */
    bool over;               /* both are back, or the fork failed, or a side is gone */
};

struct view_task {
    struct trace_who who; /* by its last name */
    uint32_t parent;      /* task_struct of the one that forked it, 0: not known */
    uint64_t born, died;
    uint64_t
        seen; /* when it first did something that was told; by then it may have been long born */
    int32_t exit_code;
    uint64_t collected; /* its parent has waited for it */
};

struct view_turn {
    uint64_t from; /* from here on `task` has the CPU */
    uint32_t task;
};

struct view_journal {
    struct trace_filter filter;
    struct trace_event **chunks;
    unsigned chunk_count;
    size_t first, count; /* numbers of the events that are kept: first .. first + count - 1 */
    struct view_fork *forks;
    unsigned fork_count, fork_numbers;
    struct view_task *tasks;
    unsigned task_count;
    struct view_turn *turns;
    size_t turn_count, turn_room;
    struct trace_event last_int;
    bool tells_switches; /* there was a TRACE_SWITCH */
    bool full;           /* out of memory: what came later is not here */

    /* Set by the owner. */
    const struct inspect *in;        /* of the machine that tells; NULL: a recording */
    uint32_t eax_offset, eip_offset; /* in pt_regs */
    uint32_t pt_regs_size;           /* 0: not known */
};

/* 0 or -ENOMEM. */
int view_journal_create(struct view_journal *j);
void view_journal_destroy(struct view_journal *j);
/* For struct trace_sink. */
void view_journal_event(void *journal, const struct trace_event *event);
/* Forgets what happened at `position` and later. */
void view_journal_cut(struct view_journal *j, uint64_t position);

/* Event k of those that are kept, k < count. */
const struct trace_event *view_journal_at(const struct view_journal *j, size_t k);
/* Has it happened at this position? What a function's entry or exit told has, before its first
 * instruction is done. */
bool view_event_past(const struct trace_event *e, uint64_t position);
/* The first position at which it has happened. */
uint64_t view_event_place(const struct trace_event *e);
/* How many of the kept events are past at this position. */
size_t view_journal_past(const struct view_journal *j, uint64_t position);

/* The fork that a position belongs to: the last whose int 0x80 is not ahead, else the first.
 * NULL: no fork was seen. */
const struct view_fork *view_journal_fork(const struct view_journal *j, uint64_t position);
/* By its number among those that programs asked for. */
const struct view_fork *view_journal_fork_number(const struct view_journal *j, unsigned number);
/* The fork that made this task, alive at the position; NULL. */
const struct view_fork *view_journal_birth(const struct view_journal *j, uint32_t task,
                                           uint64_t position);
/* The task of this task_struct that lives, or lived last, at the position; NULL. */
const struct view_task *view_journal_task(const struct view_journal *j, uint32_t task,
                                          uint64_t position);
/* Who has the CPU at the position: task_struct, 0 not known. */
uint32_t view_journal_running(const struct view_journal *j, uint64_t position);

/* ---- Landmarks ------------------------------------------------------------------------------- */

/* "push": as typed. */
const char *view_landmark_name(enum view_landmark landmark);
const char *view_landmark_title(enum view_landmark landmark);
const char *view_landmark_sentence(enum view_landmark landmark);
bool view_landmark_parse(const char *name, size_t length, enum view_landmark *out);

#endif

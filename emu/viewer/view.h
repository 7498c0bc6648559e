/*
 * What the viewer shows, as data: the guest at one position, what happened up to there, and what
 * the person chose to look at. No SDL, no pixels: panels read this and draw cells.
 *
 * The guest is a machine, or what a recording of events tells of one. Panels ask the functions
 * below, which answer from either; where there is no machine, much is not known, and what asks
 * `in` itself is not drawn (view_panels.def). Looking changes nothing in the guest: everything goes
 * through emu/guest/inspect.h.
 */
#ifndef FORKSCOPE_EMU_VIEWER_VIEW_H
#define FORKSCOPE_EMU_VIEWER_VIEW_H

#include "emu/guest/inspect.h"
#include "emu/trace/trace_names.h"
#include "emu/viewer/view_grid.h"
#include "emu/viewer/view_journal.h"
#include "emu/viewer/view_recall.h"
#include "emu/viewer/view_serial.h"
#include "emu/viewer/view_source.h"
#include "emu/viewer/view_writers.h"

enum view_panel {
#define PANEL(id, name, title, cols, rows, needs) PANEL_##id,
#include "emu/viewer/view_panels.def"
#undef PANEL
    PANEL_COUNT
};

enum { VIEW_BEFORE_STACK = 8192, VIEW_HITS = 256, VIEW_LINE = 256, VIEW_MONITOR = 16384 };

/* What was shown at the last stop: what differs from it is marked. */
struct view_before {
    bool known;
    struct cpu_state cpu;
    uint32_t stack; /* lowest address of `bytes` */
    uint32_t size;  /* 0: no stack was readable */
    uint8_t bytes[VIEW_BEFORE_STACK];
    bool had[VIEW_BEFORE_STACK / 4]; /* the word was known */
};

/* What a click does. */
enum view_act {
    VIEW_ACT_NONE,
    VIEW_ACT_GOTO,     /* to position `value` */
    VIEW_ACT_LANDMARK, /* to landmark `value` of the fork that is shown */
    VIEW_ACT_TAB,      /* shows panel `value` in the place for many */
    VIEW_ACT_TASK,     /* looks at the task_struct `value` */
    VIEW_ACT_MEMORY,   /* shows memory at address `value` */
    VIEW_ACT_SCRUB,    /* to the position of this column of the timeline */
    VIEW_ACT_KEY,      /* as if the key `value` were pressed */
};

struct view_hit {
    int x, y, cols;
    enum view_act act;
    uint64_t value;
};

struct view {
    const struct inspect *in;         /* NULL: there is no machine */
    const struct view_recall *recall; /* in its place; NULL: there is one */
    const struct trace_facts *facts;
    const struct view_journal *journal;
    const struct view_serial *serial;
    struct view_sources *sources;
    uint64_t frontier; /* how far the machine has been */
    bool running;
    bool typing; /* keys go to the guest's serial port */
    struct view_before before;

    /* Chosen by the person. */
    uint32_t task;               /* task_struct to look at, 0: the current one */
    unsigned fork_number;        /* 0: the one that the position belongs to */
    uint32_t memory;             /* address that the memory panel shows */
    bool memory_chosen;          /* else it follows esp */
    uint32_t page;               /* address that the page walk explains */
    bool page_chosen;            /* else that of eip */
    struct view_writers writers; /* of the words that the memory panel shows */
    enum view_panel tab;
    bool compact; /* the window has no column of their own for registers and fork: they are tabs */
    int scroll[PANEL_COUNT];
    char monitor[VIEW_MONITOR]; /* commands and answers; the oldest go first */

    /* Of the last drawing. */
    struct view_hit hits[VIEW_HITS];
    unsigned hit_count;
    uint32_t source_top;  /* address of the first instruction that the source panel shows */
    unsigned source_lead; /* lines of source above it */
};

/* ---- What every panel asks ------------------------------------------------------------------- */

const struct cpu_state *view_cpu(const struct view *v);
/* Steps done: where we are. */
uint64_t view_position(const struct view *v);
/* Is this register known? With a machine all are. */
bool view_knows(const struct view *v, unsigned reg);
/* A word of linear memory. False: not mapped, or not known. */
bool view_u32(const struct view *v, uint32_t address, uint32_t *out);
/* As those of emu/guest/inspect.h. */
bool view_current(const struct view *v, struct inspect_task *out);
bool view_task_at(const struct view *v, uint32_t task, struct inspect_task *out);
bool view_tss_stack0(const struct view *v, uint16_t *ss0, uint32_t *esp0);
/* The lowest word in use on the kernel stack of a task; its top where it is empty. */
uint32_t view_stack_low(const struct view *v, const struct inspect_task *task);
/* Are the guest's structures known? */
bool view_has_structures(const struct view *v);
/* Names for values, as a trace has them. */
void view_names(const struct view *v, struct trace_names *out);
/* The member of struct pt_regs at an offset; NULL: not known. */
const char *view_pt_regs_name(const struct view *v, uint32_t offset);
/* The task that the panels about one task show. False: no task is known. */
bool view_task_shown(const struct view *v, struct inspect_task *out);
/* Is it the one that has the CPU? */
bool view_task_is_current(const struct view *v, const struct inspect_task *task);
/* NULL: none. */
const struct view_fork *view_fork_shown(const struct view *v);
/* Linear address of the next instruction. */
uint32_t view_eip(const struct view *v);
/* Offset of a member of a struct of the guest, by the first of two names that it has. */
bool view_member(const struct view *v, const char *type, const char *name, const char *other,
                 uint32_t *offset);
/* A word of the task_struct. */
bool view_task_word(const struct view *v, uint32_t task, const char *name, const char *other,
                    uint32_t *out);
/* "do_fork+0x12", an address or "user 0804819a": a word as code. */
const char *view_code(const struct view *v, uint32_t address, char *buf, size_t size);
/* Beside the word itself: its name, or whose code it is. */
const char *view_code_says(const struct view *v, uint32_t address, char *buf, size_t size);
/* The same of a return address: named after the call in front of it. */
const char *view_return(const struct view *v, uint32_t address, char *buf, size_t size);
/* The source line of an instruction; `file` lives as long as the drive. */
bool view_line(const struct view *v, uint32_t address, const char **file, int *line);
/* Is the address the kernel's? */
bool view_in_kernel(const struct view *v, uint32_t address);

/* The names that code at an address has for its operands. Needs a machine. */
const struct symbols *view_symbols(const struct view *v, uint32_t address);
/* What stands at an address, with its extent; NULL: nothing is known, or there is no machine. */
const struct symbol *view_function(const struct view *v, uint32_t address);
/* Its name alone, which a recording may know, too; false: none. */
bool view_symbol(const struct view *v, uint32_t address, struct trace_symbol *out);

/* Remembers what is shown now, to mark what is different at the next stop. */
void view_remember(struct view *v);
/* Did this word differ at the last stop? False where nothing is known. */
bool view_changed(const struct view *v, uint32_t address, uint32_t value);

/* ---- Drawing --------------------------------------------------------------------------------- */

const char *view_panel_name(enum view_panel panel);
const char *view_panel_title(enum view_panel panel);
bool view_panel_parse(const char *name, size_t length, enum view_panel *out);
/* The size that a panel likes when it is drawn alone. */
void view_panel_size(enum view_panel panel, int *cols, int *rows);

/* One panel, with its title in the first row. */
void view_draw_panel(struct view *v, enum view_panel panel, struct view_area area);

/* For panels: a click on these cells means `act`. */
void view_hit(struct view *v, struct view_area area, int x, int y, int cols, enum view_act act,
              uint64_t value);
/* What a click at a cell of the grid means; NULL: nothing. */
const struct view_hit *view_hit_at(const struct view *v, int x, int y);

#endif

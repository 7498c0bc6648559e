/*
 * The fields of events, as data: which members of struct trace_event a recording of each kind
 * keeps, and how each reads.
 *
 * One table (emu/trace/trace_field.def) from which the binary form and the JSON form are written
 * and read, so that neither can lose what the other keeps. The table's order is the order in both.
 */
#ifndef FORKSCOPE_EMU_TRACE_FIELD_H
#define FORKSCOPE_EMU_TRACE_FIELD_H

#include "emu/trace/trace_event.h"

/* What a member is, and so how it is named and printed. */
enum trace_form_of {
    FIELD_NUMBER,
    FIELD_SIGNED,
    FIELD_SINCE, /* an icount before this one */
    FIELD_FLAG,
    FIELD_CHOICE,    /* an enum whose names are in `names` */
    FIELD_CODE,      /* address of an instruction */
    FIELD_PLACE,     /* the same, with its source line */
    FIELD_DATA,      /* address of anything else */
    FIELD_TARGET,    /* the address in a descriptor: told by its bits */
    FIELD_STACK_TOP, /* the address behind a stack's last byte */
    FIELD_PID,
    FIELD_PROGRAM, /* number of a program (trace_facts.h) */
    FIELD_WHO,     /* struct trace_who */
    FIELD_OTHER,   /* struct trace_who that is left out where it is the current task */
    FIELD_TEXT,    /* array of char with a NUL */
    FIELD_BYTES,   /* array of char, its length in the byte before it */
    FIELD_WORDS,   /* array of uint32_t, its length in `when` */
    FIELD_TSS,     /* array of uint32_t, the words of enum trace_tss_word */
    FIELD_SLOTS,   /* array of struct cpu_frame_slot, its length in `when` */
    FIELD_CLONE,   /* clone flags */
    FIELD_PROBE,   /* const struct trace_probe * */
    FIELD_ARGS,    /* struct trace_call: arguments by the probe's parameters */
    FIELD_RESULT,
    FIELD_SYSCALL,  /* a system call's number */
    FIELD_SYSARGS,  /* a system call's arguments */
    FIELD_SYSVALUE, /* a system call's result */
    FIELD_MEMBER,   /* offset into pt_regs, by the member's name */
    FIELD_REGISTER, /* value of that member */
    FIELD_ERROR,    /* page fault error code */
    FIELD_STATUS,   /* what do_exit() was given */
    FIELD_SIGNUM,
};

struct trace_field {
    trace_kinds kinds;
    const char *key; /* in JSON */
    enum trace_form_of form;
    uint16_t offset; /* in struct trace_event */
    uint16_t size;   /* of the member, or of one element of an array */
    uint16_t count;  /* elements, 1 where it is no array */
    /* The member that says whether this one means something, or how much of it: 0: always. */
    uint16_t when_offset, when_size;
    const char *levels;       /* that show it: letters as in trace_event.def */
    const char *const *names; /* FIELD_CHOICE: by value, ends with NULL */
};

/* The table; `key` is NULL behind the last. */
extern const struct trace_field trace_fields[];
/* Those of one kind of event, in the same order; NULL behind the last. */
const struct trace_field *const *trace_fields_of(enum trace_kind kind);

/* A member's value, whatever its width. */
uint64_t trace_field_get(const struct trace_event *event, unsigned offset, unsigned size);
void trace_field_set(struct trace_event *event, unsigned offset, unsigned size, uint64_t value);
/* What `when` says: how many elements are in use, at most `count`; a field without `when`: all. */
unsigned trace_field_used(const struct trace_field *field, const struct trace_event *event);

/* Length of a FIELD_BYTES. */
unsigned trace_field_length(const struct trace_field *field, const struct trace_event *event);

/* The address in a segment descriptor or gate of the GDT or IDT. */
uint32_t trace_table_target(const struct trace_table *table);

/* Is what a reader made of foreign bytes an event that every form can print? Ends its texts. */
bool trace_event_mend(struct trace_event *event);

/* Calls `visit` with every address or value of an event that a form may want a name for. */
typedef void trace_visit_fn(void *ctx, enum trace_form_of form, uint32_t value);
void trace_field_visit(const struct trace_event *event, trace_visit_fn *visit, void *ctx);

#endif

/*
 * The pieces of which the text form's lines are made, each both ways: with `out` it is printed,
 * else it is read from `at`. So one function a kind of event (trace_text_kinds.c,
 * trace_text_kernel.c) is its printer and its reader. Private to trace_text*.c.
 *
 * Only level exact is read. What is read badly sets `bad`; what a line does not show is not
 * touched.
 */
#ifndef FORKSCOPE_EMU_TRACE_TEXT_LINE_H
#define FORKSCOPE_EMU_TRACE_TEXT_LINE_H

#include "emu/trace/trace_book.h"
#include "emu/trace/trace_names.h"
#include "emu/trace/trace_out.h"

struct text_model;

enum { TEXT_NAME = 96, TEXT_VALUE = 256, TEXT_COMM = 17 }; /* room for a name, a value, a comm */

struct text_line {
    struct trace_out *out; /* NULL: reading */
    const struct trace_names *names;
    bool exact;
    const char *at;
    bool bad;
    struct text_model *model; /* reading: what is known from the lines before */
    unsigned program;         /* reading: of the event */
};

static inline bool text_reads(const struct text_line *l)
{
    return l->out == NULL;
}

/* Just this text. */
void text_words(struct text_line *l, const char *text);
/* This text, or nothing: is it there? */
bool text_option(struct text_line *l, bool there, const char *text);
/* One of two: is it the first? */
bool text_either(struct text_line *l, bool first, const char *yes, const char *no);
/* One of a list of words that ends with NULL, by its number. */
unsigned text_choice(struct text_line *l, const char *const *words, unsigned which);

/* Numbers: what was printed, or what was read. */
uint64_t text_decimal(struct text_line *l, uint64_t value, int width);
uint32_t text_hex(struct text_line *l, uint32_t value, int digits);
uint32_t text_code(struct text_line *l, uint32_t addr);
uint32_t text_data(struct text_line *l, uint32_t addr);
uint32_t text_stack_top(struct text_line *l, uint32_t addr);
int32_t text_pid(struct text_line *l, int32_t pid);

/* A value in whatever words it was printed: a number of any base, an error, flags, a signal, a task
 * (which then is *who, where that is not NULL). */
uint32_t text_value(struct text_line *l, uint32_t value, const char *printed,
                    struct trace_who *who);

/* A task's name on one line, whatever the guest put there. */
void text_plain(const char *comm, char to[TEXT_COMM]);
/* A register's: hexadecimal digits, and what they mean in brackets. */
uint32_t text_register(struct text_line *l, uint32_t value, const char *printed);

/* "forkdemo(3)". */
void text_who(struct text_line *l, struct trace_who *who);

/* Text in quotes with what is not printable as \xHH; `cut`: "..." behind it. At most `room` bytes.
 */
void text_quoted(struct text_line *l, char *text, size_t *size, size_t room, bool *cut);

/* The line that continues an event begins. False: there is none. */
bool text_next_line(struct text_line *l, bool there);

/* A word up to a blank, a bracket or the end; reading: into `buf`. */
void text_name(struct text_line *l, const char *name, char buf[TEXT_NAME]);

/* For members of any width. */
#define TEXT_DECIMAL(l, member) ((member) = (__typeof__(member))text_decimal(l, member, 0))
#define TEXT_HEX(l, member, digits)                                                                \
    ((member) = (__typeof__(member))text_hex(l, (uint32_t)(member), digits))
#define TEXT_CODE(l, member)      ((member) = text_code(l, member))
#define TEXT_DATA(l, member)      ((member) = text_data(l, member))
#define TEXT_STACK_TOP(l, member) ((member) = text_stack_top(l, member))

/* One event behind its name, both ways. */
typedef void text_kind_fn(struct text_line *l, struct trace_event *e);
text_kind_fn text_int, text_iret, text_pf, text_cow, text_cr, text_task, text_table, text_io,
    text_hlt, text_triple, text_failed, text_console; /* trace_text_kinds.c */
text_kind_fn text_syscall, text_sysret, text_call, text_return, text_switch, text_fork, text_space,
    text_share, text_slice, text_frame, text_ret, text_life; /* trace_text_kernel.c */

/* The whole event with its columns, both ways. */
void text_event(struct text_line *l, struct trace_event *e);

#endif

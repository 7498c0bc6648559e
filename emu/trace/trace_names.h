/*
 * Names for the guest's addresses and values, as exact or as durable as a trace's level asks.
 *
 *               exact                        symbolic
 *   code        c0101234<do_fork+0x12>       do_fork
 *   stack       c1233ffc                     kstack(3)-4, or kstack(3) below the saved registers
 *   other data  c0109000                     jiffies, heap (no symbol), user
 *   a word      00000011                     17, or the name of the address it looks like
 *   EFLAGS      00000246[PF ZF IF]           IF (status flags dropped)
 *
 * Symbolic names survive a rebuild of the guest: what the ABI fixes keeps its offset, what a
 * compiler decides loses it. Names come from facts (emu/trace/trace_facts.h), which hold for the
 * event at hand. Every function writes a whole string into `buf` and returns it.
 */
#ifndef FORKSCOPE_EMU_TRACE_NAMES_H
#define FORKSCOPE_EMU_TRACE_NAMES_H

#include "emu/trace/trace_event.h"
#include "emu/trace/trace_facts.h"

struct trace_names {
    struct trace_facts facts;
    enum trace_level level;
    uint32_t kernel_base; /* addresses below belong to user programs */
    unsigned program;     /* of the event at hand */
};

/* Names from a running guest, and from any facts. */
void trace_names_init(struct trace_names *n, const struct inspect *in, enum trace_level level);
void trace_names_from(struct trace_names *n, const struct trace_facts *facts,
                      enum trace_level level);

const char *trace_name_code(const struct trace_names *n, uint32_t addr, char *buf, size_t size);
const char *trace_name_data(const struct trace_names *n, uint32_t addr, char *buf, size_t size);
/* What is known of an address beside its number: "do_fork+0x12", "kstack(3)-20"; NULL: nothing. */
const char *trace_name_known(const struct trace_names *n, uint32_t addr, bool code, char *buf,
                             size_t size);
/* The address behind a stack's last byte, which may be another stack's first. */
const char *trace_name_stack_top(const struct trace_names *n, uint32_t addr, char *buf,
                                 size_t size);
const char *trace_name_word(const struct trace_names *n, uint32_t value, char *buf, size_t size);
const char *trace_name_eflags(const struct trace_names *n, uint32_t flags, char *buf, size_t size);
/* "3", or "-" where nothing is known. */
const char *trace_name_pid(int32_t pid, char *buf, size_t size);

/* One argument or result by its C type. `who` names the task behind a task_struct pointer. */
const char *trace_name_typed(const struct trace_names *n, const struct guestinfo_type *type,
                             const char *name, uint32_t value, const struct trace_who *who,
                             char *buf, size_t size);

/* A saved register by the name of its pt_regs member: a selector, flags, code, a stack or a word.
 */
const char *trace_name_register(const struct trace_names *n, const char *member, uint32_t value,
                                char *buf, size_t size);

/* The member of struct pt_regs at an offset, "?" where it is not known. */
const char *trace_name_member(const struct trace_names *n, uint32_t offset);

/* The path of a program; NULL: not known. */
const char *trace_name_program(const struct trace_names *n, unsigned program);

/* "SS", "EFLAGS", "error code" …: the word of an interrupt frame, lower case. */
const char *trace_name_frame_word(enum cpu_frame_word word);
const char *trace_name_frame_value(const struct trace_names *n, const struct cpu_frame_slot *slot,
                                   char *buf, size_t size);

/* "esp0", "ss0", "cr3" …; "+0x66" for what has no name. */
const char *trace_name_tss_member(uint32_t offset, char *buf, size_t size);
/* The way back. False: it is no such name. */
bool trace_tss_member_parse(const char *name, uint32_t *offset);
/* A segment descriptor or gate, in words. */
const char *trace_name_descriptor(const struct trace_names *n, uint32_t low, uint32_t high,
                                  char *buf, size_t size);

/* "#PF"; NULL for a vector without a mnemonic. */
const char *trace_name_vector(uint8_t vector);
const char *trace_name_int_kind(enum cpu_int_kind kind);

#endif

/* Words for what a processor has: shared by emu/explain/. */
#ifndef FORKSCOPE_EMU_EXPLAIN_WORDS_H
#define FORKSCOPE_EMU_EXPLAIN_WORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cpu/hooks.h"
#include "emu/explain/explain.h"
#include "emu/guest/inspect.h"
#include "emu/trace/trace_names.h"

/* What memory and names are read from: a machine as it is now, or what a recording has of the
 * event. */
struct sight {
    const struct inspect *in; /* NULL: a recording, and then */
    const struct trace_event *event;
    const struct trace_names *names;
};

/* Who tells: everything is read as it is seen there, under this CR3. */
struct teller {
    const struct sight *sight;
    const struct cpu_state *cpu; /* as it was */
    FILE *out;
    bool decided; /* a line below has been marked as the one that decides */
};

/* A line of detail. */
void teller_say(struct teller *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same, marked: this is why. Returns false. */
bool teller_decides(struct teller *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "#GP", "general protection"; "int", "software interrupt" for vectors that are no exceptions. */
const char *vector_name(unsigned vector);
const char *vector_title(unsigned vector);

/* An address with its name where it has one: "c0100104 <system_call>". Returns `buf`. */
enum { ADDRESS_TEXT = 128 };
const char *address_text(const struct teller *t, uint32_t linear, char buf[ADDRESS_TEXT]);

/* ---- Seeing (explain_sight.c) ---------------------------------------------------------------- */

bool sight_linear(const struct teller *t, uint32_t linear, void *to, size_t size);
bool sight_physical(const struct teller *t, uint32_t paddr, uint32_t *out);
/* Does it see all of the machine, and not only what a recording keeps? */
bool sight_is_whole(const struct teller *t);
/* explain_tell.c: one happening. */
void sight_tell(const struct sight *sight, const struct explain_event *event, unsigned number,
                FILE *out);

/* ---- Tables (explain_tables.c) --------------------------------------------------------------- */

struct teller_descriptor {
    uint32_t lo, hi;
    uint32_t base, limit;
    unsigned type, dpl; /* type with S as bit 4 */
    bool present;
};

/* Reads and tells a selector's descriptor. False: there is none, and why was told. */
bool tell_selector(struct teller *t, const char *what, uint16_t selector,
                   struct teller_descriptor *out);
/* The vector's entry of the IDT; the same. */
bool tell_gate(struct teller *t, unsigned vector, struct teller_descriptor *out);
/* What a selector error code points at (SDM 6.13). */
void tell_selector_error(struct teller *t, uint32_t error);

/* The walk through directory and table for an access, with the entry that refuses it. */
void tell_page_walk(struct teller *t, uint32_t linear, uint32_t error);

/* ---- The rest ------------------------------------------------------------------------------ */

/* explain_cause.c: why the instruction raised this. */
void tell_cause(struct teller *t, unsigned vector, bool has_error, uint32_t error, uint32_t cr2);

/* explain_delivery.c: from the vector to the handler, check by check. False: it fails, and the line
 * that decides was told. */
bool tell_delivery(struct teller *t, unsigned vector, enum cpu_int_kind kind, uint32_t fault_cr2);

/* explain_task.c */
void tell_task_switch(struct teller *t, const struct cpu_task_event *event,
                      const struct cpu_state *after);

#endif

/*
 * The read-only view of a running machine that trace, viewer, monitor and gdb stub share.
 *
 * Nothing here has side effects on the guest: no accessed bits, no hooks, no device reads. Every
 * read may come back short or unmapped, and says so.
 */
#ifndef FORKSCOPE_EMU_INSPECT_H
#define FORKSCOPE_EMU_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "emu/guest/guestinfo.h"
#include "emu/guest/symbols.h"
#include "emu/machine/machine.h"

struct inspect {
    struct machine *machine;
    const struct symbols *symbols;     /* never NULL, may be empty */
    const struct guestinfo *guestinfo; /* NULL: the guest's structures are not known */
};

const struct cpu_state *inspect_cpu(const struct inspect *in);

/* Linear memory of the current address space, or of the one under `cr3`. */
bool inspect_read(const struct inspect *in, uint32_t linear, void *to, size_t size);
bool inspect_read_in(const struct inspect *in, uint32_t cr3, uint32_t linear, void *to,
                     size_t size);
bool inspect_u32(const struct inspect *in, uint32_t linear, uint32_t *out);
/* A NUL-terminated string, cut at size-1. */
bool inspect_string(const struct inspect *in, uint32_t linear, char *to, size_t size);

/* A member of up to four bytes of the struct at `base`, by its name in Linux. False: this kernel
 * has none, or it is not mapped. */
bool inspect_member(const struct inspect *in, const char *type, const char *member, uint32_t base,
                    uint32_t *value);

/* A page as the page tables under `cr3` map it: rights are those of directory and table together.
 */
struct inspect_page {
    uint32_t pfn;
    bool writable, user;
};
/* False: not present, or paging is off. */
bool inspect_page_at(const struct inspect *in, uint32_t cr3, uint32_t linear,
                     struct inspect_page *out);
/* No page of the 4 MB around `linear` is present. */
bool inspect_table_absent(const struct inspect *in, uint32_t cr3, uint32_t linear);

/* The task that owns the CPU now. */
struct inspect_task {
    uint32_t task; /* address of its task_struct, 0: not known */
    int32_t pid;
    char comm[17];
    uint32_t stack; /* lowest address of its kernel stack */
};
bool inspect_current(const struct inspect *in, struct inspect_task *out);
bool inspect_task_at(const struct inspect *in, uint32_t task, struct inspect_task *out);

/* The task on whose kernel stack the address lies. */
bool inspect_stack_owner(const struct inspect *in, uint32_t linear, struct inspect_task *out);

/* The TSS in TR, as memory holds it. */
bool inspect_tss_stack0(const struct inspect *in, uint16_t *ss0, uint32_t *esp0);

#endif

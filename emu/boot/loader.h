/*
 * Puts a kernel, its modules and the Multiboot 1 information into memory, as a boot loader does.
 *
 *     0x000400  BIOS data area: serial port, base memory, text screen; no EBDA
 *     0x009000  information, command line, memory map, module list, start-up GDT (first fit)
 *     0x0a0000  hole: device memory and ROM, never used
 *     0x100000  the kernel where its segments say; modules page-aligned behind it
 *
 * Nothing overlaps anything else; where a kernel occupies the usual place, the next free one above
 * is taken. The same input gives the same bytes: no path and no address of the host enters.
 */
#ifndef FORKSCOPE_EMU_LOADER_H
#define FORKSCOPE_EMU_LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"

enum { LOADER_MODULES = 16 };

struct loader_module {
    const char *string; /* what the kernel reads: name and arguments */
    const void *bytes;
    size_t size;
};

struct loader_request {
    const char *name; /* of the kernel, for messages */
    const void *kernel;
    size_t kernel_size;
    const char *command_line;
    const struct loader_module *modules;
    unsigned module_count;
};

struct loader_result {
    uint32_t entry; /* physical */
    uint32_t info;  /* address of the Multiboot information */
    uint32_t gdt;   /* null, flat code 0x08, flat data 0x10 */
};

/* `ram` is physical memory from 0. 0, -ENOEXEC (the kernel cannot be booted) or -ENOSPC (it does
 * not fit), with a sentence in `why`. */
int loader_place(uint8_t *ram, uint32_t ram_size, const struct loader_request *request,
                 struct loader_result *out, char *why, size_t why_size);

/* Multiboot's machine state (3.2) on top of `state`, which is the one after a reset. */
void loader_start_state(const struct loader_result *loaded, struct cpu_state *state);

#endif

/*
 * Names for addresses, from the symbol tables of ELF files.
 *
 * A symbol covers [addr, addr+size); a symbol of size 0 covers up to the next one. Lookups are by
 * binary search. Several files may be added; in an overlap the later one wins.
 */
#ifndef FORKSCOPE_EMU_SYMBOLS_H
#define FORKSCOPE_EMU_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;

struct symbol {
    const char *name; /* owned by the table */
    uint32_t addr, size;
    bool function;
};

struct symbols *symbols_create(void);
void symbols_destroy(struct symbols *s);

/* Adds an ELF image in memory. 0, -ENOMEM, or -EINVAL with a sentence in `why`. An ELF without
 * symbols is no error. */
int symbols_add_elf(struct symbols *s, const void *image, size_t size, char *why, size_t why_size);

/* NULL where there is none. */
const struct symbol *symbols_by_name(const struct symbols *s, const char *name);
const struct symbol *symbols_by_addr(const struct symbols *s, uint32_t addr);

/* Where a Linux-like kernel's addresses begin, by its symbols; 0: not known. */
uint32_t symbols_kernel_base(const struct symbols *s);

/* Are there no symbols at all? */
bool symbols_empty(const struct symbols *s);

/* Names that programs have for their own addresses (emu/guest/programs.h), kept and freed with the
 * rest. NULL: none are known. */
struct programs;
void symbols_set_programs(struct symbols *s, struct programs *programs);
struct programs *symbols_programs(const struct symbols *s);

/* Calls `visit` with each symbol that lookups may give, in no order that means anything. */
void symbols_each(const struct symbols *s, void (*visit)(void *ctx, const struct symbol *symbol),
                  void *ctx);

/* The nth name, in the order of names, that begins with `prefix`; NULL: there are not so many. */
const char *symbols_with_prefix(const struct symbols *s, const char *prefix, unsigned n);

/* "do_fork+0x12", "do_fork", or "0xc0101234" where nothing is known. Returns `buf`. */
const char *symbols_format(const struct symbols *s, uint32_t addr, char *buf, size_t size);

#endif

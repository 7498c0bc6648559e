/*
 * The programs of a guest: their names for their own addresses and their source lines, from the ELF
 * files in its initrd.
 *
 * Every program starts near 0x08048000, so an address below the kernel means nothing without the
 * program that runs. A program is known by the path it was executed by, and numbered from 1. Its
 * symbols are read when they are first asked for: from the initrd, else from a file of its base
 * name that the user named, else from the same program with its symbols beside the initrd, where
 * that was asked for; its lines from the first of these that has any.
 *
 * Archives are cpio in the "newc" form (070701, 070702), as Linux's initramfs has it. Not modelled:
 * compressed archives, links, files that the guest makes while it runs.
 */
#ifndef FORKSCOPE_EMU_PROGRAMS_H
#define FORKSCOPE_EMU_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/symbols.h"

struct programs;

/* `kernel_base`: addresses from there on are no program's; 0: not known. NULL: out of memory. */
struct programs *programs_create(uint32_t kernel_base);
void programs_destroy(struct programs *p);

/* The bytes must live as long as `p`. What is no archive has no programs. */
void programs_add_archive(struct programs *p, const void *bytes, size_t size);

/* A directory on the host in which programs may lie with their symbols: by their paths in the
 * guest, or all in one place. Only what is the same program as the guest's own copy is taken. */
void programs_add_root(struct programs *p, const char *directory);

/* The archives among the files that a guest is booted with, for the names of its programs. */
struct boot;
void programs_of_boot(struct symbols *symbols, const struct boot *boot);
/* The same, and the directories that these files lie in are roots. */
void programs_beside_boot(struct symbols *symbols, const struct boot *boot);

/* A file on the host, or a directory of such: those with a program's base name have its symbols,
 * where the guest's own copy is stripped. */
void programs_add_path(struct programs *p, const char *path);

/* NULL programs are none. The number of a path; 0: too many. */
unsigned programs_find(struct programs *p, const char *path);
/* NULL: no such number. */
const char *programs_path(const struct programs *p, unsigned number);

/* What stands at an address while the program runs. *decided: nobody else should be asked. NULL:
 * nothing is known. */
const struct symbol *programs_symbol(struct programs *p, unsigned number, uint32_t addr,
                                     bool *decided);

/* All of its symbols; NULL: there are none. */
const struct symbols *programs_symbols(struct programs *p, unsigned number);

/* The source line of an instruction. `file` lives as long as `p`. */
bool programs_line(struct programs *p, unsigned number, uint32_t addr, const char **file,
                   int *line);

#endif

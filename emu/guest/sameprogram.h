/*
 * Is one ELF file another one with its symbols, or without?
 *
 * Taking symbols out of a program changes neither its program headers nor a byte that is loaded,
 * but for the ELF header, which lies in the first segment and says where the sections are. What is
 * equal in all the rest is the same program, whatever its name or age. ELF32, little endian;
 * anything else, or a file that is cut, is no program.
 */
#ifndef FORKSCOPE_EMU_SAMEPROGRAM_H
#define FORKSCOPE_EMU_SAMEPROGRAM_H

#include <stdbool.h>
#include <stddef.h>

bool same_program(const void *a, size_t a_size, const void *b, size_t b_size);

#endif

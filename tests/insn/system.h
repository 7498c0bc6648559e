/*
 * The world of the cases that need ring 0, real mode or virtual-8086 mode. No paging.
 *
 *   00000  real-mode vectors (zero)        05000  stack
 *   01000  IDT: gates to 8:7000            06000  top of the ring 0 stack for v86
 *   02000  GDT, 16 entries                 10000  the instruction (1000:0 in real mode and v86)
 *   02800  LDT, 4 entries                  else   zero, up to 110000
 *   03000  TSS, with an I/O bitmap that allows ports 0..3f and no others
 *
 *   08 code   10 16-bit code   18 data   23 user code   2b user data   40 the busy TSS
 *   48 another TSS at 3800     50 the LDT                58.. not present; cases fill them
 *
 * One step is run: what out says of memory does not include the frame that an exception pushes.
 */
#ifndef FORKSCOPE_TESTS_INSN_SYSTEM_H
#define FORKSCOPE_TESTS_INSN_SYSTEM_H

#include "tests/insn/insn_case.h"

enum { SYSTEM_CODE = 0x10000 };

/* The state before the words of a case. */
void system_start(const struct insn_case *c, struct insn_words *words);

/* Runs the case on an engine; `system` gets the system registers afterwards. */
void system_run(const struct insn_case *c, const char *engine, struct oracle_output *out,
                uint32_t *system);

#endif

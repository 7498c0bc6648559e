/*
 * The guest's x87 in the host's. Private to uop_x87*.c.
 *
 * While blocks run, the guest's whole x87 state (registers, TOP, tags, control and status word) may
 * stand in the host's own unit: cpu->x87_live. From then on the guest's instructions run there as
 * they are, with silicon doing what silicon does. What the host's unit would not know, the last
 * instruction's pointers and opcode, is kept in cpu_state as ever.
 *
 * Only where the guest has masked every exception, so that none can reach the host. Whoever is not
 * a micro-operation must not meet it: compilers and libraries take for granted that the register
 * stack is empty and the control word the default. uop_settle() (uop.h) brings the state home;
 * everything that leaves micro-operations, or calls handlers or hooks from them, begins with it.
 *
 * Only on x86-64 hosts: there compilers use the unit for nothing but long double.
 */
#ifndef FORKSCOPE_CPU_UOP_X87_LIVE_H
#define FORKSCOPE_CPU_UOP_X87_LIVE_H

#include "cpu/uop.h"

#ifdef __x86_64__
#define UOP_X87_LIVE 1
#else
#define UOP_X87_LIVE 0
#endif

/* Takes the state into the host's unit and goes to the micro-operation again; where the state does
 * not allow it, or something must be raised first, to its handler. */
uop_fn uop_x87_enter;
#define UOP_ENTER UOP_TAIL return uop_x87_enter(cpu, u)

#endif

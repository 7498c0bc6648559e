/* The values of a random test: registers and memory that make an instruction do something. */
#ifndef FORKSCOPE_TESTS_ORACLE_GENERATE_VALUES_H
#define FORKSCOPE_TESTS_ORACLE_GENERATE_VALUES_H

#include "cpu/insn.h"
#include "tests/oracle/oracle_case.h"
#include "tests/oracle/random.h"

/* Any 32 bits, with a liking for the edges of 8, 16 and 32 bits. */
uint32_t value_random32(struct oracle_rng *rng);

/* A selector: usable, null, not present, privileged, or outside the tables. */
uint16_t value_random_selector(struct oracle_rng *rng);

/* Registers that one instruction or another wants to be small, equal, or selectors. */
void value_arrange(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in);

/* What the memory operand at this linear address holds. */
void value_poke_operand(struct oracle_rng *rng, const struct insn *insn, uint32_t linear,
                        struct oracle_input *in);

/* What lies on the stack for those that pop selectors and flags. */
void value_poke_stack(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in);

/* The same bytes at both ends of a string comparison. */
void value_poke_alike(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in);

/* Any x87 state. */
void value_x87_state(struct oracle_rng *rng, struct oracle_x87 *x);

/* The x87 state: random for x87 instructions, as after FINIT for the others. */
void value_x87(struct oracle_rng *rng, const struct insn *insn, struct oracle_input *in);

#endif

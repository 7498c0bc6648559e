/* The words of a case: names and values. */
#ifndef FORKSCOPE_TESTS_INSN_WORDS_H
#define FORKSCOPE_TESTS_INSN_WORDS_H

#include "tests/insn/insn_case.h"

/* Takes one word into `words` (or, for the words that choose it, into the case's world and model).
 * False: not understood. */
bool insn_words_take(struct insn_case *c, struct insn_words *words, const char *word);

#endif

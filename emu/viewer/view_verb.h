/* The `view` verb for who has its options already. */
#ifndef FORKSCOPE_EMU_VIEW_VERB_H
#define FORKSCOPE_EMU_VIEW_VERB_H

#include "emu/options.h"

/* Shows the machine that `o` describes; an exit code, after a word on stderr where it cannot. */
int view_with(const struct options *o);

#endif

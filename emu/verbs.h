/*
 * The subcommands of the program. Each is a main() of its own: argv[0] is the subcommand's name,
 * the result one of emu/exitcode.h.
 */
#ifndef FORKSCOPE_EMU_VERBS_H
#define FORKSCOPE_EMU_VERBS_H

enum verb_id {
#define VERB(id, name, words, summary, main) VERB_##id,
#include "emu/verbs.def"
#undef VERB
    VERBS
};

struct verb {
    const char *name;
    const char *words; /* beside options, as help shows them; "": none */
    const char *summary;
    int (*main)(int argc, char **argv);
};

extern const struct verb verbs[VERBS]; /* by enum verb_id; emu/verbs.c */

#define VERB(id, name, words, summary, main) int main(int argc, char **argv);
#include "emu/verbs.def"
#undef VERB

#endif

/*
 * Writes what the option table (emu/options.def) and its neighbours say, in the forms that are
 * installed: manual pages and completions of shells. Each function writes one to standard output.
 */
#ifndef FORKSCOPE_TOOLS_OPTIONDOC_H
#define FORKSCOPE_TOOLS_OPTIONDOC_H

#include <stdbool.h>

#include "emu/options.h"
#include "emu/verbs.h"

void write_man_program(void); /* forkscope(1) */
void write_man_trace(void);   /* forkscope-trace(5) */
void write_bash(void);
void write_zsh(void);
void write_fish(void);

/* Is the option one of the verb? */
bool option_of(const struct option_info *option, unsigned verb);

/* What an option's argument is to a shell. */
struct values {
    bool argument;
    bool optional;   /* it comes in the same word, behind '=' */
    bool files;      /* it may be the name of one */
    char words[512]; /* what else it may be, with blanks between them */
};
struct values values_of(const struct option_info *option);

/* "--kernel", "-m". */
const char *dashes(const struct option_info *option);

/* The help up to where its first thought ends, in one line. Returns `buf`. */
const char *first_thought(const char *help, char *buf, unsigned size);

#endif

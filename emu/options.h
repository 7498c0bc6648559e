/*
 * The options of the subcommands: one table (emu/options.def) that is parsed, printed as help, and
 * made into the manual page and shell completions (see tools).
 *
 * What QEMU has is spelled as QEMU spells it; one dash or two are the same. Options are never
 * abbreviated, nothing is ignored: an option that forkscope does not model is refused with the
 * reason.
 */
#ifndef FORKSCOPE_EMU_OPTIONS_H
#define FORKSCOPE_EMU_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "emu/verbs.h"

enum { OPTIONS_SYMBOL_FILES = 8, OPTIONS_WORDS = 8, OPTIONS_PANELS = 16 };

/* What the program's exit code says: see emu/exitcode.h and product terms in --help. */
enum exit_mode { EXIT_MODE_TOOL, EXIT_MODE_GUEST, EXIT_MODE_QEMU };

/* What is done about a guest that dies, before forkscope ends. */
enum on_crash { ON_CRASH_EXPLAIN, ON_CRASH_EXIT, ON_CRASH_VIEW, ON_CRASH_STOP, ON_CRASH_GDB };

/* Texts point into argv; NULL: not given. */
struct options {
    const char *words[OPTIONS_WORDS]; /* what is no option, for subcommands that take words */
    unsigned words_count;

    const char *kernel, *initrd, *append;
    uint64_t ram_mb;
    const char *cpu, *engine;
    uint64_t mips;
    uint64_t jitter_seed; /* 0: none */
    uint64_t history_mb;  /* 0: not given */
    const char *load_state, *save_state, *record, *replay, *input;
    uint64_t save_at; /* step, 0: at the end */
    const char *serial, *debugcon;
    bool nographic, no_reboot;

    /* forkscope view */
    const char *at, *screenshot, *tour, *tour_export, *source;
    const char *panels[OPTIONS_PANELS]; /* NAME=FILE */
    unsigned panels_count;
    uint64_t theme;     /* dark, light, contrast */
    uint64_t font_size; /* small, medium, large */

    const char *log_items, *log_file; /* -d, -D */
    const char *probe, *graph, *layout, *strace;
    const char *trace, *trace_filter, *trace_format, *trace_level, *story, *view;
    const char *gdb, *monitor;
    bool gdb_default, stopped; /* -s, -S */
    const char *symbols[OPTIONS_SYMBOL_FILES];
    unsigned symbols_count;

    uint64_t max_insns;    /* UINT64_MAX: no budget */
    uint64_t wall_timeout; /* seconds, 0: none */
    uint64_t idle_limit;   /* seconds of virtual time, 0: none */
    uint64_t exit_mode;    /* enum exit_mode */
    const char *status_json;
    uint64_t on_crash; /* enum on_crash */
    bool stats;

    /* forkscope test */
    uint64_t jobs; /* 0: as many as there are processors */
    const char *shard, *junit;
    bool update;

    /* forkscope export */
    const char *format, *output;

    bool help;
};

/* Reads argv[1..] (argv[0] is skipped) as the options of `verb`. 0, or -EINVAL with a sentence in
 * `why`: a usage error. */
int options_parse(struct options *o, enum verb_id verb, int argc, char **argv, char *why,
                  size_t why_size);

/* What holds where nothing is given. */
void options_defaults(struct options *o);

/* The option list of a subcommand's --help. */
void options_print(FILE *out, enum verb_id verb);

/* The table, for those that write it down in other forms. Row by row; NULL behind the last. */
struct option_info {
    const char *name;
    const char *arg;   /* as help shows it; NULL: takes none; "[...": may be left out */
    const char *group; /* title; rows of a group follow each other */
    const char *help;  /* lines end with \n but for the last */
    unsigned verbs;    /* bit n: is an option of verb n */
};
const struct option_info *options_row(unsigned n);

#endif

/*
 * What a handle of libforkscope is made of, for the parts of this program: a run from the command
 * line is such a handle too, and who drives or shows a machine looks through it. Owned by emu/lib/:
 * others open, load and close it through forkscope.h, and let its members be.
 */
#ifndef FORKSCOPE_EMU_LIB_HANDLE_H
#define FORKSCOPE_EMU_LIB_HANDLE_H

#include <stdbool.h>

#include "emu/boot/boot.h"
#include "emu/explain/explain.h"
#include "emu/guest/inspect.h"
#include "emu/guest/layout.h"
#include "emu/lib/forkscope.h"
#include "emu/lib/trace.h"
#include "emu/time/history.h"
#include "emu/time/savefile.h"

enum { HANDLE_HOOKS = 64, HANDLE_PATHS = 16 };

/* What struct forkscope_config says, and what only the program's own options do. */
struct handle_config {
    struct machine_config machine;
    struct savefile *state; /* begins there and not with the boot; NULL: no. Taken over */
    const char *state_path;
    uint64_t jitter_seed; /* machine_set_jitter() */
    bool remembers;       /* can go back */
    size_t history_bytes; /* 0: as history.h says */
    bool reboots;         /* a reset that the guest asks for is carried out */
    bool nameless;        /* nobody will look: tasks and structures are not read up */
    bool looks_beside;    /* programs with their symbols are looked for beside the initrd */
};

struct handle_hook {
    int id; /* 0: free */
    enum forkscope_hook_kind kind;
    uint32_t first, last;
    int watch; /* FORKSCOPE_HOOK_MEMORY: the CPU's number for it */
    forkscope_hook_fn *fn;
    void *ctx;
};

struct forkscope {
    struct handle_config config;
    struct machine *machine;
    struct boot boot;
    bool loaded;
    struct history *history; /* through which the machine is run; NULL: nothing is loaded */
    struct symbols *symbols;
    char *path[HANDLE_PATHS]; /* of forkscope_symbols() */
    unsigned paths;
    struct layout layout;        /* forkscope_layout(); no types: none */
    struct guestinfo *guestinfo; /* NULL: not known, */
    char unknown[256];           /* and why */
    struct inspect inspect;
    struct trace *trace;
    struct explain_log explain;
    bool explains;
    bool stopped; /* forkscope_stop() */

    struct cpu_hooks hooks; /* what the CPU calls; attached where `attached` says so */
    bool attached;
    struct handle_hook hook[HANDLE_HOOKS];
    int last_id;

    char why[512];
};

#define HANDLE_WHY(f) (f)->why, sizeof((f)->why)

/* As forkscope_open(); takes config->state over in any case. */
int handle_open(struct forkscope **out, const struct handle_config *config);

/* 0, or an error with a sentence: there is no machine; no kernel has been loaded. */
int handle_need_machine(struct forkscope *f);
int handle_need_kernel(struct forkscope *f);

/* Was this file made with the kernel that is loaded? 0, or -EINVAL with a sentence. */
uint64_t handle_kernel(const struct forkscope *f);
int handle_check_kernel(struct forkscope *f, const char *path, uint64_t kernel);

/* One piece of forkscope_run(): as history_run(), for who waits for input in between. */
enum machine_end handle_run(struct forkscope *f, uint64_t until);

/* As forkscope_trace() and forkscope_explain_on(), with all that can be asked for. */
int handle_trace(struct forkscope *f, const struct trace_options *options);
int handle_explain_on(struct forkscope *f, enum explain_what what);

/* Takes all hooks back. */
void handle_release_hooks(struct forkscope *f);

#endif

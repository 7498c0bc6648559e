/* What a handle of libforkscope keeps. Private to emu/lib/. */
#ifndef FORKSCOPE_EMU_LIB_LIB_STATE_H
#define FORKSCOPE_EMU_LIB_LIB_STATE_H

#include <stdbool.h>

#include "emu/boot/boot.h"
#include "emu/explain/explain.h"
#include "emu/guest/inspect.h"
#include "emu/lib/forkscope.h"
#include "emu/run/trace.h"

enum { LIB_HOOKS = 64 };

struct lib_hook {
    int id; /* 0: free */
    enum forkscope_hook_kind kind;
    uint32_t first, last;
    int watch; /* FORKSCOPE_HOOK_MEMORY: the CPU's number for it */
    forkscope_hook_fn *fn;
    void *ctx;
};

struct forkscope {
    struct machine *machine;
    struct boot boot;
    bool loaded;
    struct symbols *symbols;
    struct guestinfo *guestinfo; /* NULL: not known */
    struct inspect inspect;
    struct trace *trace;
    struct explain_log explain;
    bool explains;
    bool stopped; /* forkscope_stop() */

    struct cpu_hooks hooks; /* what the CPU calls; attached where `attached` says so */
    bool attached;
    struct lib_hook hook[LIB_HOOKS];
    int last_id;

    char why[512];
};

/* Takes all hooks back. */
void lib_hooks_release(struct forkscope *f);

#endif

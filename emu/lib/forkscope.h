/*
 * libforkscope: an i386 machine as a component of other programs.
 *
 *   struct forkscope *f;
 *   if (forkscope_open(&f, NULL) != 0) ...                       a machine with the defaults
 *   if (forkscope_load(f, "kernel.elf", "initrd.cpio", "init=/bin/sh") != 0)
 *       fprintf(stderr, "%s\n", forkscope_why(f));
 *   enum forkscope_end end = forkscope_run(f, 1000000);          up to step 1,000,000
 *   forkscope_close(f);
 *
 * One opaque handle, no globals: any number of machines may exist, each used by one thread at a
 * time. Nothing is printed, no signal is taken, the process is never ended. Functions that can fail
 * return 0 or a negative errno value; forkscope_why() then has one sentence.
 *
 * Time is counted in steps: an instruction that retires, one iteration of a REP string instruction,
 * or the delivery of one interrupt or exception. The same machine, files and inputs at the same
 * steps give the same run, on every host.
 *
 * `forkscope run`, `check`, `explain` and `test` are such handles, too. Not here: terminals, the
 * viewer, gdb, which drive one. See forkscope(1).
 *
 * Stability: symbols are versioned (FORKSCOPE_1), structs begin with their size where they may
 * grow, and enumerations only get new values at their end.
 */
#ifndef FORKSCOPE_H
#define FORKSCOPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FORKSCOPE_API __attribute__((visibility("default")))
#else
#define FORKSCOPE_API
#endif

struct forkscope;

/* The version of the library that is linked, "0.1.0". */
FORKSCOPE_API const char *forkscope_version(void);

/* ---- Open and close ---------------------------------------------------------------------- */

struct forkscope_config {
    size_t size;        /* sizeof(struct forkscope_config) */
    uint32_t memory_mb; /* 1 to 1024; 0: 64 */
    const char *cpu;    /* "386", "486", "pentium", "i686", each with ",+feature"; NULL: i686 */
    const char *engine; /* NULL: the default one */
    uint32_t mips;      /* steps per microsecond of the guest's time; 0: 100 */
    void *ctx;          /* for the functions below */
    /* A byte that the guest sent on its first serial port, or to port 0xe9. NULL: dropped. */
    void (*serial)(void *ctx, uint8_t byte);
    void (*debugcon)(void *ctx, uint8_t byte);
    /* Megabytes for the past, as far as forkscope_goto() can go back; 0: none. Such a machine
     * carries out by itself the resets that the guest asks for. */
    uint32_t history_mb;
    uint32_t jitter; /* draws the steps at which timer interrupts come; 0: they come in time */
    /* A file of forkscope_save() or `forkscope run --save-state`: forkscope_load() begins there
     * and not with the boot. Memory, CPU and mips are the file's, and are left out above. */
    const char *state;
};

/* `config` may be NULL. On failure *out is a handle that only knows forkscope_why() and
 * forkscope_close(), or NULL where there is no memory for that. */
FORKSCOPE_API int forkscope_open(struct forkscope **out, const struct forkscope_config *config);

/* Ends the trace, frees everything. NULL is allowed. */
FORKSCOPE_API void forkscope_close(struct forkscope *f);

/* Why the last call failed; "" if none has. */
FORKSCOPE_API const char *forkscope_why(const struct forkscope *f);

/* ---- What is in the machine ---------------------------------------------------------------- */

/* Puts a ROM image at a physical page, over what is there; before the first run. */
FORKSCOPE_API int forkscope_map(struct forkscope *f, uint32_t paddr, const void *image,
                                uint32_t size);

/* What a kernel without debug information looks like: a built-in layout or a file, see
 * docs/layouts.md. Before forkscope_load(). */
FORKSCOPE_API int forkscope_layout(struct forkscope *f, const char *layout);

/* A Multiboot kernel, ready to run. `initrd` and `append` may be NULL. Once for each machine. */
FORKSCOPE_API int forkscope_load(struct forkscope *f, const char *kernel, const char *initrd,
                                 const char *append);

/* Names from another ELF file, such as a program of the guest; or a folder with such files. */
FORKSCOPE_API int forkscope_symbols(struct forkscope *f, const char *elf);

/* ---- Hooks ------------------------------------------------------------------------------- */

enum forkscope_hook_kind {
    FORKSCOPE_HOOK_EXEC,      /* before the instruction at linear address `first` */
    FORKSCOPE_HOOK_MEMORY,    /* after an access to linear addresses first..last */
    FORKSCOPE_HOOK_INTERRUPT, /* after the delivery of vectors first..last */
    FORKSCOPE_HOOK_IRET,      /* after an IRET */
};

/* What a hook is told. The guest's registers are those of forkscope_get_registers(). */
struct forkscope_event {
    enum forkscope_hook_kind kind;
    int id; /* of the hook */
    uint64_t step;
    uint32_t address;          /* exec: the instruction; memory: what was accessed; interrupt,
                                * iret: the instruction */
    uint32_t value, old;       /* memory: the bytes now and before */
    uint32_t size;             /* memory: 1, 2 or 4 */
    uint32_t is_write;         /* memory */
    uint32_t vector, error;    /* interrupt; error 0 where there is none */
    uint32_t cpl_from, cpl_to; /* interrupt, iret */
    uint32_t pushed[10];       /* interrupt: the words in push order; iret: in pop order */
    uint32_t pushed_count;
};

/* Other than 0: forkscope_run() returns after this step, with FORKSCOPE_STOPPED. A hook may read
 * registers and memory, and must not change them or call forkscope_run(). */
typedef int forkscope_hook_fn(void *ctx, const struct forkscope_event *event);

/* A number > 0 to take the hook back with, or a negative errno value. Not from inside a hook. */
FORKSCOPE_API int forkscope_hook(struct forkscope *f, enum forkscope_hook_kind kind, uint32_t first,
                                 uint32_t last, forkscope_hook_fn *fn, void *ctx);
FORKSCOPE_API int forkscope_unhook(struct forkscope *f, int id);

/* ---- Running ----------------------------------------------------------------------------- */

enum forkscope_end {
    FORKSCOPE_UNTIL,   /* the step asked for is reached */
    FORKSCOPE_STOPPED, /* a hook, or forkscope_stop() */
    FORKSCOPE_EXIT,    /* the guest wrote its exit port: forkscope_exit_value() */
    FORKSCOPE_TRIPLE,  /* triple fault; the state is the one before the reset */
    FORKSCOPE_STUCK,   /* halted, and nothing can ever wake it */
    FORKSCOPE_RESET,   /* the guest asked for a reset: forkscope_reset() carries it out. Not with
                        * history_mb */
    FORKSCOPE_OUTPUT,  /* the trace could not be written: see forkscope_why() */
};

/* Runs until the machine has done `until` steps since it was made, or something else ends it. A
 * negative errno value where nothing has been loaded. */
FORKSCOPE_API int forkscope_run(struct forkscope *f, uint64_t until);

/* From another thread or a hook: forkscope_run() returns soon. */
FORKSCOPE_API void forkscope_stop(struct forkscope *f);

/* What the guest wrote to its exit port last. */
FORKSCOPE_API uint32_t forkscope_exit_value(const struct forkscope *f);

/* The machine starts anew, with the kernel that was loaded. Steps go on. -EBUSY with history_mb. */
FORKSCOPE_API int forkscope_reset(struct forkscope *f);

/* Bytes for the guest's serial port, at the step where it is. How many it could take. */
FORKSCOPE_API size_t forkscope_input(struct forkscope *f, const void *bytes, size_t size);

/* To a step of the past, or further: on the way no hook is called and nothing is sent or traced.
 * From there forkscope_run() runs the same again, with hooks; input or a change begins another
 * future. -ERANGE: not remembered; -ENODATA: the machine ends before, and stands there. */
FORKSCOPE_API int forkscope_goto(struct forkscope *f, uint64_t step);

/* Writes the state to a file, to begin with: forkscope_config.state. */
FORKSCOPE_API int forkscope_save(struct forkscope *f, const char *path);

/* ---- State ------------------------------------------------------------------------------- */

struct forkscope_registers {
    size_t size;   /* sizeof(struct forkscope_registers) */
    uint64_t step; /* not set */
    uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t eip, eflags;
    uint32_t es, cs, ss, ds, fs, gs; /* selectors; not set */
    uint32_t cr0, cr2, cr3, cr4;     /* not set */
    uint32_t cpl;                    /* not set */
};

/* `size` must be filled in before. */
FORKSCOPE_API int forkscope_get_registers(const struct forkscope *f,
                                          struct forkscope_registers *registers);
/* Sets the general registers, eip and eflags, between two runs. */
FORKSCOPE_API int forkscope_set_registers(struct forkscope *f,
                                          const struct forkscope_registers *registers);

/* Linear memory as the guest has it mapped now. Looking changes nothing. -EFAULT where a byte is
 * not mapped. */
FORKSCOPE_API int forkscope_read(const struct forkscope *f, uint32_t linear, void *to, size_t size);
/* The same by physical address; and writing, between two runs. */
FORKSCOPE_API int forkscope_read_physical(const struct forkscope *f, uint32_t paddr, void *to,
                                          size_t size);
FORKSCOPE_API int forkscope_write_physical(struct forkscope *f, uint32_t paddr, const void *from,
                                           size_t size);

/* The address of a symbol. -ENOENT. */
FORKSCOPE_API int forkscope_address(const struct forkscope *f, const char *symbol,
                                    uint32_t *address);
/* "do_fork+0x12", or the number where nothing is known. Returns `buf`. */
FORKSCOPE_API const char *forkscope_name(const struct forkscope *f, uint32_t address, char *buf,
                                         size_t size);

/* The task that the CPU works for, of a kernel whose debug information tells. -ENOENT. */
FORKSCOPE_API int forkscope_current(const struct forkscope *f, int *pid, char *name,
                                    size_t name_size);

/* ---- Trace ------------------------------------------------------------------------------- */

/* Writes a trace from here on; after forkscope_load(), one at a time. `level` ("exact", "symbolic",
 * "semantic"), `format` ("text", "jsonl", "binary") and `filter` may be NULL: see
 * forkscope-trace(5). */
FORKSCOPE_API int forkscope_trace(struct forkscope *f, const char *path, const char *level,
                                  const char *format, const char *filter);
/* Completes the file. The first write error, if there was one. */
FORKSCOPE_API int forkscope_trace_end(struct forkscope *f);

/* What the CPU did in its last step, or what the triple fault came from, in plain words: as much as
 * fits. -ENOENT where the step was an ordinary instruction. Needs forkscope_explain_on() before. */
FORKSCOPE_API int forkscope_explain_on(struct forkscope *f);
FORKSCOPE_API int forkscope_explain(const struct forkscope *f, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif

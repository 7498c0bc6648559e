/*
 * An i386-family processor as a component.
 *
 * Models the 386, 486, Pentium and P6 integer core with x87, as described in the Intel 64 and
 * IA-32 Architectures Software Developer's Manual (SDM), volumes 2 and 3, and the 80386
 * Programmer's Reference Manual (1986) where the generations differ. Not modelled: MMX, SSE, PAE,
 * APIC, SMM, 64-bit mode, more than one processor, cycle timing.
 *
 * Time is `icount`, counted in steps. One step is one of: an instruction that retires, one
 * iteration of a REP string instruction, or the delivery of one exception or hardware interrupt
 * (an instruction that faults is not retired; its delivery is its step). cpu_run() stops at any
 * step asked for, and the state at step n is the same in every engine.
 *
 * State is plain data (struct cpu_state and the cached translations): copying it out and in again
 * with the guest's memory is a complete snapshot. What is derived from it (decoded code) is
 * rebuilt.
 */
#ifndef FORKSCOPE_CPU_CPU_H
#define FORKSCOPE_CPU_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/bus.h"

struct cpu;   /* opaque outside cpu/ */
struct meter; /* meter.h */

/* ---- Architectural names ---------------------------------------------------------------- */

/* General registers in encoding order (SDM vol. 2, table 2-2). */
enum cpu_gpr { GPR_EAX, GPR_ECX, GPR_EDX, GPR_EBX, GPR_ESP, GPR_EBP, GPR_ESI, GPR_EDI, GPR_COUNT };
enum { GPR_SLOTS = GPR_COUNT + 1 }; /* the last always holds 0: "no register" in an address */

/* Segment registers in encoding order. */
enum cpu_sreg { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_COUNT };

/* EFLAGS (SDM vol. 1, 3.4.3). */
enum {
    EFLAGS_CF = 1u << 0,
    EFLAGS_FIXED = 1u << 1, /* always reads as one */
    EFLAGS_PF = 1u << 2,
    EFLAGS_AF = 1u << 4,
    EFLAGS_ZF = 1u << 6,
    EFLAGS_SF = 1u << 7,
    EFLAGS_TF = 1u << 8,
    EFLAGS_IF = 1u << 9,
    EFLAGS_DF = 1u << 10,
    EFLAGS_OF = 1u << 11,
    EFLAGS_IOPL = 3u << 12,
    EFLAGS_NT = 1u << 14,
    EFLAGS_RF = 1u << 16,
    EFLAGS_VM = 1u << 17,
    EFLAGS_AC = 1u << 18, /* 486+ */
    EFLAGS_VIF = 1u << 19,
    EFLAGS_VIP = 1u << 20,
    EFLAGS_ID = 1u << 21, /* CPUs with CPUID */
    EFLAGS_STATUS = EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF | EFLAGS_SF | EFLAGS_OF,
};

enum {
    CR0_PE = 1u << 0,
    CR0_MP = 1u << 1,
    CR0_EM = 1u << 2,
    CR0_TS = 1u << 3,
    CR0_ET = 1u << 4,
    CR0_NE = 1u << 5,  /* 486+ */
    CR0_WP = 1u << 16, /* 486+ */
    CR0_AM = 1u << 18, /* 486+ */
    CR0_NW = 1u << 29,
    CR0_CD = 1u << 30,
    CR0_PG = 1u << 31,
};

enum {
    CR4_TSD = 1u << 2,
    CR4_DE = 1u << 3,
    CR4_PSE = 1u << 4,
    CR4_PGE = 1u << 7,
};

/* Exception vectors (SDM vol. 3, table 6-1). */
enum cpu_vector {
    VEC_DE = 0,
    VEC_DB = 1,
    VEC_NMI = 2,
    VEC_BP = 3,
    VEC_OF = 4,
    VEC_BR = 5,
    VEC_UD = 6,
    VEC_NM = 7,
    VEC_DF = 8,
    VEC_TS = 10,
    VEC_NP = 11,
    VEC_SS = 12,
    VEC_GP = 13,
    VEC_PF = 14,
    VEC_MF = 16,
    VEC_AC = 17,
};

/* #PF error code (SDM vol. 3, 4.7). */
enum { PF_PRESENT = 1u << 0, PF_WRITE = 1u << 1, PF_USER = 1u << 2, PF_RESERVED = 1u << 3 };

/* ---- State ------------------------------------------------------------------------------ */

/*
 * A segment register with its descriptor cache. `attr` is the descriptor's second dword shifted
 * right by 8 with the limit nibble cleared:
 *
 *    15  14  13  12  11..8   7   6..5  4   3..0
 *    G   D/B 0   AVL 0       P   DPL   S   type
 *
 * `limit` is in bytes, already scaled by G. A null or unusable segment has P = 0.
 */
struct cpu_segment {
    uint16_t selector;
    uint16_t attr;
    uint32_t base;
    uint32_t limit;
};

enum {
    SEGATTR_TYPE = 0xf,
    SEGATTR_S = 1u << 4, /* code or data; clear: system */
    SEGATTR_DPL_SHIFT = 5,
    SEGATTR_P = 1u << 7,
    SEGATTR_DB = 1u << 14, /* 32-bit code or stack; upper bound 4 GB for expand-down */
    SEGATTR_G = 1u << 15,
};

/* GDTR and IDTR. */
struct cpu_table_reg {
    uint32_t base;
    uint16_t limit;
};

/* One x87 register: 64-bit significand, sign and 15-bit exponent. */
struct x87_reg {
    uint64_t mant;
    uint16_t se;
};

/* x87 state as FSAVE shows it. st[] holds the physical registers R0..R7, not the stack order. */
struct x87_state {
    struct x87_reg st[8];
    uint16_t cw, sw, tw; /* sw holds TOP in bits 11..13; tw is the full two-bit tag word */
    uint16_t fop;        /* 11-bit opcode of the last non-control instruction */
    uint16_t fcs, fds;
    uint32_t fip, fdp;
};

/* What the processor is doing between two steps. */
enum cpu_activity { CPU_RUNNING, CPU_HALTED, CPU_SHUTDOWN };

/* After STI interrupts wait for one more instruction; after MOV SS and POP SS also NMI and #DB. */
enum cpu_shadow { CPU_SHADOW_NONE, CPU_SHADOW_STI, CPU_SHADOW_MOV_SS };

struct cpu_state {
    uint64_t icount;
    uint32_t gpr[GPR_SLOTS];
    uint32_t eip;
    uint32_t eflags; /* always complete: no engine leaves lazy flags outside its run loop */
    struct cpu_segment seg[SEG_COUNT];
    struct cpu_segment ldtr, tr;
    struct cpu_table_reg gdtr, idtr;
    uint32_t cr0, cr2, cr3, cr4;
    uint32_t dr[8];
    uint32_t test_reg[8]; /* TR3..TR7 of the 386 and 486: storage only */
    struct x87_state x87;
    uint64_t tsc_base;   /* RDTSC = icount + tsc_base */
    uint32_t pending_db; /* DR6 bits of a debug trap to take before the next instruction */
    uint8_t cpl;
    uint8_t activity; /* enum cpu_activity */
    uint8_t shadow;   /* enum cpu_shadow: held back for one instruction */
    uint8_t nmi_pending;
    uint8_t nmi_blocked; /* until the next IRET */
    uint8_t intr;        /* level of the INTR pin */
    uint8_t a20;         /* 1: address line 20 enabled */
    uint8_t ferr;        /* level of the FERR# pin, an output */
    uint8_t ignne;       /* level of the IGNNE# pin */
};

/* ---- Model ------------------------------------------------------------------------------ */

enum cpu_level { CPU_386, CPU_486, CPU_PENTIUM, CPU_I686 };

/* Features on top of the level, with the CPUID leaf 1 EDX bit numbers. */
enum {
    CPU_FEAT_FPU = 1u << 0,
    CPU_FEAT_DE = 1u << 2,
    CPU_FEAT_PSE = 1u << 3,
    CPU_FEAT_TSC = 1u << 4,
    CPU_FEAT_CX8 = 1u << 8,
    CPU_FEAT_PGE = 1u << 13,
    CPU_FEAT_CMOV = 1u << 15,
};

struct cpu_model {
    enum cpu_level level;
    uint32_t features;
};

/* Reads "386", "486", "pentium", "i686", each with ",+name" / ",-name" behind it. Returns 0, or
 * -EINVAL with a sentence in `why`. */
int cpu_model_parse(const char *text, struct cpu_model *model, char *why, size_t why_size);

/* ---- Life ------------------------------------------------------------------------------- */

/* NULL when out of memory or the engine's name is unknown. The bus is copied. */
struct cpu *cpu_create(const struct cpu_model *model, const struct cpu_bus *bus,
                       const char *engine_name);
void cpu_destroy(struct cpu *cpu);

/* RESET#: registers as in SDM vol. 3, table 9-1; icount goes on. */
void cpu_reset(struct cpu *cpu);

const struct cpu_model *cpu_model(const struct cpu *cpu);

/* The registers. The pointer stays valid and shows the state between two steps. */
const struct cpu_state *cpu_state(const struct cpu *cpu);

/* Replaces the whole state (snapshot, loader, gdb). Flushes all that is derived. */
void cpu_set_state(struct cpu *cpu, const struct cpu_state *state);

/* ---- Running ---------------------------------------------------------------------------- */

enum cpu_stop {
    CPU_STOP_ICOUNT,   /* icount has reached `until` */
    CPU_STOP_REQUEST,  /* cpu_request_stop() was called; the step it came in is complete */
    CPU_STOP_HALTED,   /* HLT and no interrupt can be taken; nothing to do until a pin changes */
    CPU_STOP_SHUTDOWN, /* triple fault: the processor waits for RESET# */
    CPU_STOP_RESET,    /* cpu_request_reset() was called */
};

/* Runs until icount == until, or less far. An interrupt that could be taken exactly at `until` is
 * left for the next call. */
enum cpu_stop cpu_run(struct cpu *cpu, uint64_t until);

/* From a bus or hook call: return from cpu_run() after the current step. */
void cpu_request_stop(struct cpu *cpu);
void cpu_request_reset(struct cpu *cpu);

/* ---- Counters: how the CPU spent its time (stats.def) --------------------------------------- */

struct cpu_stats {
#define STAT(name, text) uint64_t name;
#include "cpu/stats.def"
};

/* Since cpu_create(). */
const struct cpu_stats *cpu_stats(const struct cpu *cpu);

/* What each counter means, and where it lies in struct cpu_stats; ended by NULL. */
struct cpu_stat_row {
    const char *text;
    size_t offset;
};
extern const struct cpu_stat_row cpu_stat_rows[];

/* Has the CPU say what it is busy with, and count accesses that hit the TLB; NULL: no longer. Not
 * from inside a hook. */
void cpu_set_meter(struct cpu *cpu, struct meter *meter);
struct meter *cpu_meter(const struct cpu *cpu);

/* ---- Pins ------------------------------------------------------------------------------- */

void cpu_set_intr(struct cpu *cpu, bool level);
void cpu_set_nmi(struct cpu *cpu); /* an edge */
void cpu_set_a20(struct cpu *cpu, bool enabled);
/* With CR0.NE = 0: x87 instructions run on though an exception is pending (SDM vol. 1, 8.7.2). */
void cpu_set_ignne(struct cpu *cpu, bool level);

/* ---- Memory the CPU did not write, or that is reached in another way now ------------------- */

/* Bytes of guest memory were changed from outside (DMA, loader, gdb). */
void cpu_memory_written(struct cpu *cpu, uint32_t paddr, uint32_t size);
/* bus.page() would answer differently for this physical page. */
void cpu_page_changed(struct cpu *cpu, uint32_t page);
void cpu_tlb_flush(struct cpu *cpu);
/* bus.page() may answer differently for every page; the bytes and the translations are the same. */
void cpu_pages_changed(struct cpu *cpu);

/* ---- Snapshots: what the future depends on beside struct cpu_state and memory -------------------
 *
 * A guest that changes its page tables and does not flush goes on with the old translations, so
 * they belong to the state.
 */
struct cpu_translation {
    uint32_t page; /* linear */
    uint32_t phys;
    uint8_t cache;  /* which of the CPU's caches it is in */
    uint8_t rights; /* as the caches have them */
};

enum { CPU_TRANSLATIONS = 4096 };

/* Writes down the cached translations, at most CPU_TRANSLATIONS; returns how many. */
size_t cpu_save_translations(const struct cpu *cpu, struct cpu_translation *to);
/* Replaces the cached translations. Rows that no cache could hold are left out. */
void cpu_load_translations(struct cpu *cpu, const struct cpu_translation *from, size_t n);

/* ---- Looking: no side effects, no hooks, no accessed bits ---------------------------------- */

/* Walks the page tables as they are in memory. False where not mapped. */
bool cpu_peek_translate(const struct cpu *cpu, uint32_t cr3, uint32_t linear, uint32_t *paddr);

/* Copies up to `size` bytes; returns how many could be read (stops at an unmapped page; device
 * memory reads as unmapped). cr3 as in cpu_state()->cr3; paging off: linear = physical. */
size_t cpu_peek(const struct cpu *cpu, uint32_t cr3, uint32_t linear, void *to, size_t size);
size_t cpu_peek_phys(const struct cpu *cpu, uint32_t paddr, void *to, size_t size);

/* A translation that the CPU holds; memory may say otherwise by now. */
struct cpu_tlb_entry {
    uint32_t linear, phys;                    /* of the 4 KB page */
    bool user, code, writable, large, global; /* writable: it was written through */
};
/* The next one from *n on, which starts at 0. False: there are no more. */
bool cpu_peek_tlb(const struct cpu *cpu, unsigned *n, struct cpu_tlb_entry *out);

#endif

/*
 * What the files of cpu/ share with each other. Private: nothing outside cpu/ includes it (the unit
 * tests of cpu/ do).
 *
 * Three families of access, named once:
 *   mem_*   by segment:offset as an instruction does it: limit, rights, paging, hooks, alignment
 *   lin_*   by linear address: the CPU's own accesses to descriptor tables, TSS and stacks
 *   phys_*  by physical address: the page walker
 * (cpu_peek* in cpu.h is for looking.)
 *
 * Faults: a function that can raise one returns bool and must be checked. cpu_raise*() records the
 * fault and returns false, so that `return cpu_raise(...)` reads well. The engine delivers it with
 * the register state as it was before the instruction: compute, store, then commit registers and
 * flags.
 */
#ifndef FORKSCOPE_CPU_INTERNAL_H
#define FORKSCOPE_CPU_INTERNAL_H

#include "cpu/bus.h"
#include "cpu/cpu.h"
#include "cpu/engine.h"
#include "cpu/hooks.h"
#include "cpu/insn.h"
#include "cpu/lazy.h"
#include "cpu/meter.h"

#define MUST_CHECK __attribute__((warn_unused_result))

/* ---- Translation cache (mmu.c) ------------------------------------------------------------- */

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT, PAGE_MASK = PAGE_SIZE - 1 };
enum { TLB_BITS = 10, TLB_ENTRIES = 1 << TLB_BITS, TLB_ENTRY_SHIFT = 5 };

/* The tag for an access that may go straight to the host's memory: the linear page, or TLB_SLOW.
 * An access is fast when all its bytes lie in the page of the tag. */
#define TLB_SLOW 1u

struct tlb_entry {
    uint32_t read, write; /* tags; either may be TLB_SLOW while the page is mapped */
    uint32_t page;        /* tag of the translation itself, TLB_SLOW where empty */
    uint32_t phys;        /* physical page, before the A20 mask */
    uintptr_t to_host;    /* plus a linear address in the page: where the host has that byte */
    uint8_t rights;       /* enum tlb_rights */
};
_Static_assert(sizeof(struct tlb_entry) == 1u << TLB_ENTRY_SHIFT, "uop_tlb() counts on it");

enum tlb_rights {
    /* The translation, as the guest's tables gave it. */
    TLB_WRITABLE = 1, /* a write is allowed and the dirty bit is set */
    TLB_GLOBAL = 2,
    TLB_LARGE = 4,
    TLB_TRANSLATION = TLB_WRITABLE | TLB_GLOBAL | TLB_LARGE,
    /* What is known of the page on this side. */
    TLB_HOST = 8,        /* `to_host` holds: memory, not a device */
    TLB_HOST_WRITE = 16, /* bytes may be stored there */
    TLB_WATCHED = 32,    /* a mem hook or a data breakpoint lies in this page */
    TLB_CODE = 64,       /* the engine holds decoded code of this page */
};

/* The host's byte of a linear address in the entry's page; NULL: device memory. */
static inline uint8_t *tlb_host(const struct tlb_entry *e, uint32_t linear)
{
    return e->rights & TLB_HOST ? (uint8_t *)(e->to_host + linear) : NULL;
}

/* One cache for supervisor, one for user accesses, so that a tag match is the whole check; and as
 * on silicon others for code, so that when code is fetched says nothing about data. The last is
 * never filled: data accesses go through it while alignment is checked, and are slow. */
enum {
    TLB_SUPERVISOR,
    TLB_USER,
    TLB_CODE_SUPERVISOR,
    TLB_CODE_USER,
    TLB_MODES,
    TLB_ALIGN = TLB_MODES
};

struct fault {
    uint8_t vector;
    bool has_error;
    bool pending;
    bool external; /* while delivering an interrupt from outside: sets EXT in error codes */
    uint32_t error;
    uint32_t cr2; /* #PF: committed on delivery */
    uint32_t dr6; /* #DB: causes */
};

/* What an instruction did besides its own work; the run loop looks at it after each. */
enum {
    STEP_KEEP_RF = 1, /* EFLAGS was replaced as a whole: RF is not cleared */
    STEP_NO_TRAP = 2, /* no single-step trap after this instruction */
};

/* The block engine's way from an address to its code, for jumps whose target is known late. */
struct jump_entry {
    uint64_t key; /* jump_context and EIP */
    struct block *to;
};
enum { JUMP_BITS = 12, JUMP_ENTRIES = 1 << JUMP_BITS };

/* See ring.h. */
struct cpu_ring {
    struct cpu_ring_record *start, *end, *next; /* NULL: there is no ring */
    bool wrapped;
    size_t records; /* how many are read at most */
};

struct exec_hook_set; /* hooks.c */
struct watch_set;     /* hooks.c */

struct cpu {
    struct cpu_state s;
    struct cpu_model model;
    struct cpu_bus bus;
    struct cpu_hooks hooks;
    const struct cpu_engine *engine;
    void *engine_data;

    /* Within one step. */
    uint32_t next_eip;
    struct fault fault;
    uint8_t step_notes; /* STEP_* */
    uint8_t data_mode;  /* the tlb[] of data accesses; cpu_update_mode() */

    /* Requests from outside, looked at between steps. */
    bool stop_requested, reset_requested;
    bool stop_before;   /* the hooks of the instruction under way want it not to be carried out */
    uint64_t hooked_at; /* icount + 1 of the instruction that was left so; 0: none */

    struct exec_hook_set *exec_hooks; /* NULL while there are none */
    struct watch_set *watches;        /* NULL while there are none */
    bool every_insn;
    struct cpu_ring ring;
    struct cpu_stats stats;
    struct meter *meter;   /* NULL: nobody wants to know */
    bool exec_breakpoints; /* DR7 enables one; debug.c keeps it */

    struct tlb_entry tlb[TLB_MODES + 1][TLB_ENTRIES];
    uint64_t tlb_used[TLB_MODES][TLB_ENTRIES / 64]; /* which entries are not empty */
    bool tlb_has_large;
    uint32_t code_generation; /* counts translations of code that were dropped */

    /* The block engine's hot data (block.h, uop.h). */
    uint64_t run_limit; /* `until` of cpu_run(); 0 calls for attention */
    struct lazy_flags lazy;
    struct tlb_entry *data_tlb; /* of the current mode */
    struct jump_entry *jumps;
    uint64_t jump_context;   /* of keys of the jump cache: generation and ring, above the EIP */
    uint8_t left;            /* enum uop_left */
    bool x87_live;           /* the x87 state is in the host's unit (uop_x87_live.h) */
    struct block_exit *link; /* to be linked to the next block */
};

/* Something happened that the run loop should look at after this step. */
static inline void cpu_attention(struct cpu *cpu)
{
    cpu->run_limit = 0;
}

/* Have the hooks of this instruction been called? */
static inline bool cpu_hooks_done(const struct cpu *cpu)
{
    return cpu->hooked_at == cpu->s.icount + 1;
}

/* ---- Faults (gate.c) -------------------------------------------------------------------- */

void fault_record(struct cpu *cpu, unsigned vector);
void fault_record_error(struct cpu *cpu, unsigned vector, uint32_t error);

/* Inline, so that the compiler sees what every caller relies on: they return false. */
MUST_CHECK static inline bool cpu_raise(struct cpu *cpu, unsigned vector)
{
    fault_record(cpu, vector);
    return false;
}

/* Selector error codes get their EXT bit here. */
MUST_CHECK static inline bool cpu_raise_error(struct cpu *cpu, unsigned vector, uint32_t error)
{
    fault_record_error(cpu, vector, error);
    return false;
}

MUST_CHECK static inline bool cpu_raise_page_fault(struct cpu *cpu, uint32_t linear, uint32_t error)
{
    fault_record_error(cpu, VEC_PF, error);
    cpu->fault.cr2 = linear;
    return false;
}

/* Delivers cpu->fault; a fault on the way becomes #DF, then shutdown. Always ends in a valid
 * state. Without a recorded fault it does nothing: the instruction waits, and is tried again in the
 * next step (an x87 instruction that waits for the interrupt of FERR#). */
void cpu_deliver_fault(struct cpu *cpu);
/* A hardware interrupt or NMI between two steps. */
void cpu_deliver_interrupt(struct cpu *cpu, unsigned vector, enum cpu_int_kind kind);
/* INT n, INT3, INTO (CPU_INT_SOFTWARE: the gate's DPL is checked) and INT1 (CPU_INT_TRAP: it is
 * not); cpu->next_eip is what is pushed. */
MUST_CHECK bool cpu_software_interrupt(struct cpu *cpu, unsigned vector, enum cpu_int_kind kind);

/* ---- Memory as instructions see it (mmu.c) ----------------------------------------------- */

/* `size` 1, 2, 4; offsets wrap and limits are checked as the segment says. mem_read_rmw is the
 * read of a read-modify-write: it checks and faults as a write, and a mem_write to the same place
 * directly after it cannot fail. */
MUST_CHECK bool mem_read(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, uint32_t *out);
MUST_CHECK bool mem_read_rmw(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size,
                             uint32_t *out);
MUST_CHECK bool mem_write(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size,
                          uint32_t value);
/* Any length, all or nothing: checks the whole range before the first byte (x87, descriptors). */
MUST_CHECK bool mem_read_block(struct cpu *cpu, unsigned seg, uint32_t off, void *to, unsigned n);
MUST_CHECK bool mem_write_block(struct cpu *cpu, unsigned seg, uint32_t off, const void *from,
                                unsigned n);
/* Everything that a write of any length could fault for. */
MUST_CHECK bool mem_probe_write(struct cpu *cpu, unsigned seg, uint32_t off, unsigned n);
/* The limit and rights check alone: off..off+size-1, raises #GP(0) or #SS(0). */
MUST_CHECK bool mem_check(struct cpu *cpu, unsigned seg, uint32_t off, unsigned size, bool write);

/* The CPU's own accesses; `user` is false for descriptor tables and TSS whatever the CPL. */
MUST_CHECK bool lin_read(struct cpu *cpu, uint32_t linear, unsigned size, bool user, uint32_t *out);
MUST_CHECK bool lin_write(struct cpu *cpu, uint32_t linear, unsigned size, bool user,
                          uint32_t value);
/* Would a write of these bytes (at most a page) fault? Raises it if so, else sets the dirty bits:
 * writes there directly afterwards cannot fail. */
MUST_CHECK bool lin_probe_write(struct cpu *cpu, uint32_t linear, unsigned size, bool user);
MUST_CHECK bool lin_probe_read(struct cpu *cpu, uint32_t linear, unsigned size, bool user);

/* Copies the bytes at CS:eip for the decoder: at least one, at most `max`; stops early at a page
 * end or CS limit. Faults as a fetch does when not even the first can be read. */
MUST_CHECK bool mem_fetch(struct cpu *cpu, uint32_t eip, uint8_t *to, unsigned max, unsigned *got);

uint32_t phys_read(const struct cpu *cpu, uint32_t paddr, unsigned size);
void phys_write(struct cpu *cpu, uint32_t paddr, unsigned size, uint32_t value);

enum mmu_access { MMU_READ, MMU_WRITE, MMU_FETCH };

/* The TLB entry for an access; walks the tables where it must. NULL: #PF raised. */
struct tlb_entry *mmu_translate(struct cpu *cpu, uint32_t linear, enum mmu_access access,
                                bool user);
/* Would the access fault? Raises it if so; changes nothing else. */
MUST_CHECK bool mmu_probe(struct cpu *cpu, uint32_t linear, enum mmu_access access, bool user);

void mmu_init(struct cpu *cpu);
void mmu_flush(struct cpu *cpu, bool keep_global);
void mmu_flush_page(struct cpu *cpu, uint32_t linear);
/* Asks again how each cached page may be reached (bus, A20, watches, code); translations stay. */
void mmu_refresh(struct cpu *cpu);
void mmu_refresh_phys(struct cpu *cpu, uint32_t page);
void mmu_refresh_entry(struct cpu *cpu, struct tlb_entry *e);

static inline bool cpu_paging(const struct cpu *cpu)
{
    return (cpu->s.cr0 & (CR0_PG | CR0_PE)) == (CR0_PG | CR0_PE);
}

static inline uint32_t cpu_a20_mask(const struct cpu *cpu)
{
    return cpu->s.a20 ? ~0u : ~(1u << 20);
}

/* Accesses at ring 3 are user accesses for the page tables. */
static inline bool cpu_user(const struct cpu *cpu)
{
    return cpu->s.cpl == 3;
}

/* Follows CPL, CR0.AM and EFLAGS.AC; the run loop calls it before each instruction. */
static inline void cpu_update_mode(struct cpu *cpu)
{
    bool align = (cpu->s.cr0 & CR0_AM) && (cpu->s.eflags & EFLAGS_AC);

    cpu->data_mode = !cpu_user(cpu) ? TLB_SUPERVISOR : align ? TLB_ALIGN : TLB_USER;
}

/* ---- Stack (seg.c) ------------------------------------------------------------------------ */

/* At SS:(E)SP by the stack's B bit; ESP is changed only on success. */
MUST_CHECK bool stack_push(struct cpu *cpu, unsigned size, uint32_t value);
MUST_CHECK bool stack_pop(struct cpu *cpu, unsigned size, uint32_t *out);
/* Reads `depth` bytes above the top without popping. */
MUST_CHECK bool stack_peek(struct cpu *cpu, uint32_t depth, unsigned size, uint32_t *out);
/* Adds to ESP or SP. */
void stack_adjust(struct cpu *cpu, int32_t bytes);

/* ---- Segments (seg.c) ------------------------------------------------------------------- */

/* MOV/POP to a segment register, LDS and friends, in every mode. Not for CS. */
MUST_CHECK bool seg_load(struct cpu *cpu, unsigned sreg, uint16_t selector);
MUST_CHECK bool seg_load_ldtr(struct cpu *cpu, uint16_t selector);
MUST_CHECK bool seg_load_tr(struct cpu *cpu, uint16_t selector);
/* Real-mode and v86 style: base = selector << 4. */
void seg_load_real(struct cpu *cpu, unsigned sreg, uint16_t selector);

/* A descriptor on its way into a segment register: the cache it would fill, and where it lies. */
struct descriptor {
    struct cpu_segment seg;
    uint32_t lo, hi;
    uint32_t linear;
};

enum {
    SEGATTR_CODE = 1u << 3,
    SEGATTR_DOWN = 1u << 2, /* data: expand-down; code: conforming */
    SEGATTR_RW = 1u << 1,   /* data: writable; code: readable */
    SEGATTR_ACCESSED = 1u << 0,
};

/* System descriptor types (SDM vol. 3, table 3-2). */
enum desc_type {
    DESC_TSS16 = 1,
    DESC_LDT = 2,
    DESC_TSS16_BUSY = 3,
    DESC_CALL_GATE16 = 4,
    DESC_TASK_GATE = 5,
    DESC_INT_GATE16 = 6,
    DESC_TRAP_GATE16 = 7,
    DESC_TSS32 = 9,
    DESC_TSS32_BUSY = 11,
    DESC_CALL_GATE32 = 12,
    DESC_INT_GATE32 = 14,
    DESC_TRAP_GATE32 = 15,
    DESC_TSS_BUSY = 2, /* the bit that makes a TSS busy */
    DESC_32BIT = 8,
};

static inline bool selector_is_null(uint16_t selector)
{
    return !(selector & ~3u);
}

/* The error code that names a selector; cpu_raise_error() adds EXT. */
static inline uint32_t selector_error(uint16_t selector)
{
    return selector & ~3u;
}

static inline unsigned seg_dpl(const struct cpu_segment *seg)
{
    return seg->attr >> SEGATTR_DPL_SHIFT & 3;
}

static inline bool seg_present(const struct cpu_segment *seg)
{
    return seg->attr & SEGATTR_P;
}

static inline bool seg_is_code(const struct cpu_segment *seg)
{
    return (seg->attr & (SEGATTR_S | SEGATTR_CODE)) == (SEGATTR_S | SEGATTR_CODE);
}

static inline bool seg_is_conforming(const struct cpu_segment *seg)
{
    return seg_is_code(seg) && (seg->attr & SEGATTR_DOWN);
}

static inline bool seg_is_writable(const struct cpu_segment *seg)
{
    return (seg->attr & (SEGATTR_S | SEGATTR_CODE | SEGATTR_RW)) == (SEGATTR_S | SEGATTR_RW);
}

/* System type, or -1 for code and data. */
static inline int seg_system_type(const struct cpu_segment *seg)
{
    return seg->attr & SEGATTR_S ? -1 : (int)(seg->attr & SEGATTR_TYPE);
}

/* Where an expand-up or expand-down segment's stack pointer lives: SP or ESP. */
static inline uint32_t stack_mask(const struct cpu_segment *ss)
{
    return ss->attr & SEGATTR_DB ? ~0u : 0xffff;
}

/* Does the selector's table reach that far? */
bool seg_in_table(const struct cpu *cpu, uint16_t selector);
/* Reads from GDT or LDT; raises `vector` with the selector where it lies outside the table. */
MUST_CHECK bool seg_read_descriptor(struct cpu *cpu, uint16_t selector, unsigned vector,
                                    struct descriptor *d);
/* Sets the accessed bit in the table and in d->seg, where it is clear. */
MUST_CHECK bool seg_mark_accessed(struct cpu *cpu, struct descriptor *d);
void seg_unpack(struct cpu_segment *seg, uint16_t selector, uint32_t lo, uint32_t hi);
/* A null selector in a register: no access through it is possible. */
void seg_load_null(struct cpu *cpu, unsigned sreg, uint16_t selector);
/* The checks of a data segment register in protected mode, with #TS instead of #GP in a task
 * switch. */
MUST_CHECK bool seg_check_data(struct cpu *cpu, const struct descriptor *d, unsigned vector);
/* The checks of SS for a new privilege level. */
MUST_CHECK bool seg_check_stack(struct cpu *cpu, const struct descriptor *d, unsigned cpl,
                                unsigned vector);

static inline bool cpu_protected(const struct cpu *cpu)
{
    return cpu->s.cr0 & CR0_PE;
}

static inline bool cpu_v86(const struct cpu *cpu)
{
    return cpu->s.eflags & EFLAGS_VM;
}

/* Protected mode proper: not real mode and not v86. */
static inline bool cpu_selectors(const struct cpu *cpu)
{
    return cpu_protected(cpu) && !cpu_v86(cpu);
}

static inline unsigned cpu_iopl(const struct cpu *cpu)
{
    return (cpu->s.eflags & EFLAGS_IOPL) >> 12;
}

/* ---- Far transfers (far.c, ret.c) and task switches (task.c) ------------------------------ */

/* Where execution goes on, inside an instruction or between two. */
static inline void cpu_jump(struct cpu *cpu, uint32_t eip)
{
    cpu->s.eip = cpu->next_eip = eip;
}

MUST_CHECK bool far_jump(struct cpu *cpu, uint16_t selector, uint32_t offset, unsigned opsize);
MUST_CHECK bool far_call(struct cpu *cpu, uint16_t selector, uint32_t offset, unsigned opsize);
MUST_CHECK bool far_return(struct cpu *cpu, unsigned opsize, uint16_t release);
MUST_CHECK bool interrupt_return(struct cpu *cpu, unsigned opsize);

struct task_request {
    enum cpu_task_cause cause;
    uint16_t selector; /* of the new TSS */
    bool set_rf;       /* in the EFLAGS saved for the old task */
    bool push_error;
    uint32_t error;
};

/* The old task continues at cpu->next_eip. A fault after the point of no return is one of the new
 * task; cpu->s then shows that task. */
MUST_CHECK bool task_switch(struct cpu *cpu, const struct task_request *request);

/* ---- Decoding (decode.c) ------------------------------------------------------------------ */

/* Decodes the instruction at CS:EIP; raises #UD, #GP (length), or the fetch's fault. */
MUST_CHECK bool cpu_decode(struct cpu *cpu, struct insn *in);
/* The same from bytes, without a CPU: 1 decoded, 0 needs more bytes (with 15 given: too long),
 * -1 #UD. */
int insn_decode(const struct cpu_model *model, bool code32, const uint8_t *bytes, unsigned n,
                struct insn *in);

/* ---- Model and control registers (model.c, exec_sys.c) ----------------------------------- */

/* The bits of EFLAGS that exist on this processor. */
uint32_t model_eflags_mask(const struct cpu_model *model);
/* The bits of CR0 and CR4 that software may set. CR4: 0 where there is none. */
uint32_t model_cr0_mask(const struct cpu_model *model);
uint32_t model_cr4_mask(const struct cpu_model *model);
/* Family, model and stepping: CPUID leaf 1 EAX, and EDX after RESET. */
uint32_t model_signature(const struct cpu_model *model);
struct cpuid_leaf {
    uint32_t eax, ebx, ecx, edx;
};
struct cpuid_leaf model_cpuid(const struct cpu_model *model, uint32_t leaf);

/* The flags that POPF takes from the image at this CPL and IOPL; IRET takes RF too. */
uint32_t eflags_writable(const struct cpu *cpu, unsigned opsize);
void cpu_write_cr3(struct cpu *cpu, uint32_t value);

/* ---- I/O ports (exec_io.c) ------------------------------------------------------------------ */

/* May the program reach these ports (CPL <= IOPL, or the TSS's bitmap allows them)? #GP(0). */
MUST_CHECK bool io_check(struct cpu *cpu, uint16_t port, unsigned size);
/* The access itself, reported to hooks.port. */
uint32_t io_in(struct cpu *cpu, uint16_t port, unsigned size);
void io_out(struct cpu *cpu, uint16_t port, unsigned size, uint32_t value);

/* ---- The steps that every engine shares (step.c) -------------------------------------------- */

/* Takes what waits between two instructions: debug trap, NMI or INTR, in this order and at most
 * one. True: that was a step. */
bool step_events(struct cpu *cpu);
/* One instruction, or the delivery of its fault. */
void step_insn(struct cpu *cpu);
/* Its parts: after a handler that succeeded (`trap`: TF was set before), and after one that did
 * not (pending_db as it was before). */
void step_retire(struct cpu *cpu, const struct insn *in, bool trap);
void step_fault(struct cpu *cpu, uint32_t pending_db);
/* Was cpu_request_stop() or cpu_request_reset() called? Clears it. */
bool step_request(struct cpu *cpu, enum cpu_stop *stop);

/* ---- Debug registers (debug.c) ----------------------------------------------------------- */

enum {
    DR6_BD = 1u << 13,
    DR6_BS = 1u << 14,
    DR6_BT = 1u << 15,
    DR6_WRITABLE = 0xe00f,
    DR7_GD = 1u << 13,
    DR7_RESET = 0x400,
};
#define DR6_RESET    0xffff0ff0u
#define DR7_WRITABLE 0xffff23ffu

/* DR0..DR3 or DR7 changed: what is derived from them follows. */
void debug_update(struct cpu *cpu);
/* On the way to the #DB handler: sets causes in DR6, clears DR7.GD. */
void debug_enter_handler(struct cpu *cpu, uint32_t causes);
/* Local breakpoints end with the task. */
void debug_task_switch(struct cpu *cpu);
/* Raises #DB as a fault, for these causes. */
MUST_CHECK bool debug_raise(struct cpu *cpu, uint32_t causes);
/* Raises #DB where an instruction breakpoint lies at `linear`. */
MUST_CHECK bool debug_check_code(struct cpu *cpu, uint32_t linear);
/* Notes a data or I/O breakpoint for the trap after this instruction. */
void debug_note_data(struct cpu *cpu, uint32_t linear, unsigned size, bool write);
void debug_note_io(struct cpu *cpu, uint16_t port, unsigned size);
bool debug_page_watched(const struct cpu *cpu, uint32_t linear_page);

/* ---- Hooks (hooks.c) ---------------------------------------------------------------------- */

void hooks_destroy(struct cpu *cpu);
bool hooks_exec_hit(const struct cpu *cpu, uint32_t linear);
/* Does a watch touch this page? Asked at TLB fill. */
bool hooks_page_watched(const struct cpu *cpu, uint32_t linear_page);
/* After an access to a watched page: calls hooks.mem for the ranges it touches. */
void hooks_mem(struct cpu *cpu, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
               uint32_t value);

#endif

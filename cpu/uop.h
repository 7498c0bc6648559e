/*
 * How micro-operations are written. Private to uop_*.c and block_build.c.
 *
 * They work on registers and on plain memory that the TLB lets them reach. Whatever is harder (a
 * TLB miss, device memory, a watched page, a page crossing, a fault) is left to the instruction's
 * own handler: the function has changed nothing yet and ends in uop_handler(), which runs the
 * whole instruction as the step engine does.
 *
 * Dispatch: each function ends by going to the next one. Where the compiler turns such calls into
 * jumps, that is a jump; elsewhere the function returns the next micro-operation to a loop.
 */
#ifndef FORKSCOPE_CPU_UOP_H
#define FORKSCOPE_CPU_UOP_H

#include <string.h>

#include "cpu/block.h"
#include "cpu/insn.h"
#include "cpu/lazy.h"
#include "cpu/mmu_fast.h"

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(FORKSCOPE_UOP_LOOP)
#define UOP_TAIL_CALLS 1
#else
#define UOP_TAIL_CALLS 0
#endif

#if UOP_TAIL_CALLS && defined(__clang__)
#define UOP_TAIL __attribute__((musttail))
#else
#define UOP_TAIL
#endif

#if UOP_TAIL_CALLS
#define UOP_GO(next) UOP_TAIL return (next)->fn(cpu, (next))
#else
#define UOP_GO(next) return (next)
#endif

#define UOP(name)                                                                                  \
    const struct uop *uop_##name(__attribute__((unused)) struct cpu *cpu, const struct uop *u)
#define UOP_LOCAL(name) static UOP(name)
/* The empty statement makes gcc add to `u` and jump through it, instead of three moves around. */
#define UOP_NEXT UOP_SKIP(1)
#define UOP_SKIP(n)                                                                                \
    do {                                                                                           \
        u += (n);                                                                                  \
        __asm__("" : "+r"(u));                                                                     \
        UOP_GO(u);                                                                                 \
    } while (0)
#define UOP_GIVE_UP UOP_TAIL return uop_handler(cpu, u)
/* For the last micro-operation of a block: behind it there is none. */
#define UOP_GIVE_UP_LAST UOP_TAIL return uop_handler_last(cpu, u)

#define UOP_FAULT UOP_TAIL return uop_fault(cpu, u)

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Runs the instruction's handler, then goes on behind it. */
uop_fn uop_handler;
/* The same for one that loads DS, ES, FS or GS: the block goes on while they are flat. */
uop_fn uop_handler_segment;
/* The same for one that only works on registers and status flags, and cannot fail. */
uop_fn uop_handler_light;
/* The same for the last instruction of a block: control goes where the handler says. */
uop_fn uop_handler_last;
/* Calls the exec hook for the instruction that follows. */
uop_fn uop_exec_hook;
/* Delivers the fault that a handler has raised; cpu_state is that of the instruction. */
uop_fn uop_fault;
/* Counts the block's accesses to data. */
uop_fn uop_count;
/* Leaves the block behind an instruction whose flags, in EFLAGS, cannot be held lazily. */
uop_fn uop_leave_behind;
/* Leaves the block at the exit behind the micro-operation. */
uop_fn uop_fall_out;
/* Takes an exit, in a micro-operation's place, that is not linked: to the block where it may be
 * entered at once, else out, to be linked where it can be. */
uop_fn uop_exit;

/* ---- The world of blocks: flat segments, nothing that happens between two instructions ---------
 */

/* Base 0, limit 4 GB, and of the wanted kind. */
static inline bool uop_is_flat(const struct cpu_segment *seg, unsigned mask, unsigned want)
{
    return seg->base == 0 && seg->limit == 0xffffffff && (seg->attr & mask) == want;
}

static inline bool uop_is_flat_data(const struct cpu_segment *seg)
{
    enum {
        MASK = SEGATTR_P | SEGATTR_S | SEGATTR_CODE | SEGATTR_DOWN | SEGATTR_RW,
        WANT = SEGATTR_P | SEGATTR_S | SEGATTR_RW,
    };
    return uop_is_flat(seg, MASK, WANT);
}

/* Is the code at CS:EIP of the kind that blocks are made of? */
static inline bool uop_world(const struct cpu *cpu)
{
    enum { CODE = SEGATTR_P | SEGATTR_S | SEGATTR_CODE | SEGATTR_DB };
    const struct cpu_segment *seg = cpu->s.seg;

    return !cpu->s.shadow && !(cpu->s.eflags & EFLAGS_TF) && !cpu->exec_breakpoints &&
           !cpu->every_insn && !cpu->s.pending_db && cpu_selectors(cpu) &&
           uop_is_flat(&seg[SEG_CS], CODE, CODE) && uop_is_flat_data(&seg[SEG_SS]) &&
           (seg[SEG_SS].attr & SEGATTR_DB) && uop_is_flat_data(&seg[SEG_DS]) &&
           uop_is_flat_data(&seg[SEG_ES]);
}

/* The x87 state back into cpu_state (uop_x87_live.h). */
void uop_x87_leave(struct cpu *cpu);

/* Before anyone who is not a micro-operation runs. */
static inline void uop_settle(struct cpu *cpu)
{
    if (unlikely(cpu->x87_live))
        uop_x87_leave(cpu);
}

/* The flags that this micro-operation did not compute, from what it left behind (block_flags.c). */
void uop_recover_flags(struct cpu *cpu, const struct uop *u);

/* What micro-operations rely on besides the registers. */
static inline void uop_prepare(struct cpu *cpu)
{
    cpu_update_mode(cpu);
    cpu->data_tlb = cpu->tlb[cpu->data_mode];
    cpu->jump_context = (uint64_t)(cpu->code_generation << 1 | cpu_user(cpu)) << 32;
}

/* ---- Leaving a block --------------------------------------------------------------------- */

/* Through exit n. */
#define UOP_EXIT(n)                                                                                \
    do {                                                                                           \
        struct block_exit *exit_ = uop_exits(u) + (n);                                             \
        const struct block *to_ = exit_->to;                                                       \
        cpu->s.icount += u->nth + 1;                                                               \
        if (likely(cpu->s.icount + to_->entry_steps <= cpu->run_limit))                            \
            UOP_GO(to_->uop);                                                                      \
        UOP_TAIL return uop_exit(cpu, (const struct uop *)exit_);                                  \
    } while (0)

/* To an address known only now. */
#define UOP_JUMP(target)                                                                           \
    do {                                                                                           \
        uint32_t target_ = (target);                                                               \
        const struct jump_entry *entry_ = uop_jump_entry(cpu, target_);                            \
        cpu->s.icount += u->nth + 1;                                                               \
        if (likely(entry_->key == uop_jump_key(cpu, target_) &&                                    \
                   cpu->s.icount + entry_->to->entry_steps <= cpu->run_limit))                     \
            UOP_GO(entry_->to->uop);                                                               \
        return uop_leave(cpu, target_);                                                            \
    } while (0)

/* Straight to the block at a new CS:EIP in cpu_state, where it is known and nothing comes between.
 */
#define UOP_RESUME                                                                                 \
    do {                                                                                           \
        const struct uop *next_ = uop_resume(cpu);                                                 \
        if (!next_)                                                                                \
            return NULL;                                                                           \
        UOP_GO(next_);                                                                             \
    } while (0)

static inline struct jump_entry *uop_jump_entry(struct cpu *cpu, uint32_t eip)
{
    return &cpu->jumps[(eip ^ eip >> JUMP_BITS) & (JUMP_ENTRIES - 1)];
}

static inline uint64_t uop_jump_key(const struct cpu *cpu, uint32_t eip)
{
    return cpu->jump_context | eip;
}

static inline const struct uop *uop_leave(struct cpu *cpu, uint32_t eip)
{
    lazy_store(&cpu->lazy, &cpu->s.eflags);
    cpu->s.eip = eip;
    cpu->left = LEFT_LOOKUP;
    return NULL;
}

/* Is there nothing for the run loop to do before the next instruction? */
static inline bool uop_goes_on(const struct cpu *cpu)
{
    const struct cpu_state *s = &cpu->s;

    return cpu->run_limit != 0 && s->activity == CPU_RUNNING && !s->nmi_pending &&
           !(s->intr && (s->eflags & EFLAGS_IF)) && !(s->eflags & EFLAGS_RF) && uop_world(cpu);
}

static inline const struct uop *uop_resume(struct cpu *cpu)
{
    const struct jump_entry *entry = uop_jump_entry(cpu, cpu->s.eip);

    cpu->left = LEFT_LOOKUP;
    if (!uop_goes_on(cpu))
        return NULL;
    uop_prepare(cpu);
    if (entry->key != uop_jump_key(cpu, cpu->s.eip) ||
        cpu->s.icount + entry->to->entry_steps > cpu->run_limit ||
        !lazy_load(&cpu->lazy, cpu->s.eflags))
        return NULL;
    return entry->to->uop;
}

/* ---- Registers --------------------------------------------------------------------------- */

static inline uint32_t *uop_gpr(struct cpu *cpu, unsigned reg)
{
    return &cpu->s.gpr[reg];
}

/* `reg` as struct uop has it: a byte offset where bits == 8. */
static inline uint32_t uop_read(struct cpu *cpu, unsigned reg, unsigned bits)
{
    uint16_t half;

    if (bits == 32)
        return cpu->s.gpr[reg];
    if (bits == 8)
        return ((const uint8_t *)cpu->s.gpr)[reg];
    memcpy(&half, &cpu->s.gpr[reg], sizeof(half));
    return half;
}

static inline void uop_write(struct cpu *cpu, unsigned reg, uint32_t value, unsigned bits)
{
    uint16_t half = (uint16_t)value;

    if (bits == 32)
        cpu->s.gpr[reg] = value;
    else if (bits == 8)
        ((uint8_t *)cpu->s.gpr)[reg] = (uint8_t)value;
    else
        memcpy(&cpu->s.gpr[reg], &half, sizeof(half));
}

/* ---- Memory ------------------------------------------------------------------------------ */

/* Address forms: base and displacement, or everything. */
enum { UOP_BASE, UOP_SIB, UOP_ADDRESS_FORMS };

static inline uint32_t uop_address(const struct cpu *cpu, const struct uop *u, unsigned form)
{
    uint32_t address = cpu->s.gpr[u->base] + u->disp;

    return form == UOP_BASE ? address : address + (cpu->s.gpr[u->index] << u->scale);
}

static inline uint8_t *uop_host(const struct tlb_entry *e, uint32_t tag, uint32_t linear,
                                unsigned size)
{
    uint8_t *p = (uint8_t *)(e->to_host + linear);

    if (unlikely(!tlb_hit(tag, linear, size)))
        return NULL;
    if (!p)
        __builtin_unreachable(); /* a tag that matches has a host; saves the caller's test */
    return p;
}

static inline struct tlb_entry *uop_tlb(struct cpu *cpu, uint32_t linear)
{
    enum { MASK = (TLB_ENTRIES - 1) << TLB_ENTRY_SHIFT };

    /* data_tlb[linear >> PAGE_SHIFT & (TLB_ENTRIES - 1)], in fewer instructions */
    return (struct tlb_entry *)((char *)cpu->data_tlb +
                                (linear >> (PAGE_SHIFT - TLB_ENTRY_SHIFT) & MASK));
}

/* NULL: give up. */
static inline uint8_t *uop_readable(struct cpu *cpu, uint32_t linear, unsigned size)
{
    struct tlb_entry *e = uop_tlb(cpu, linear);

    return uop_host(e, e->read, linear, size);
}

static inline uint8_t *uop_writable(struct cpu *cpu, uint32_t linear, unsigned size)
{
    struct tlb_entry *e = uop_tlb(cpu, linear);

    return uop_host(e, e->write, linear, size);
}

static inline uint32_t uop_get(const uint8_t *p, unsigned bits)
{
    return le_load(p, bits / 8);
}

static inline void uop_put(uint8_t *p, uint32_t value, unsigned bits)
{
    le_store(p, bits / 8, value);
}

#endif

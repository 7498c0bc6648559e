/*
 * x87 micro-operations: the guest's own instructions on the host's own unit (uop_x87_live.h).
 *
 * One function for each instruction of registers, and for each opcode with memory: it has the
 * guest's opcode in it, with the operand's address in RAX. Empty and full registers, NaNs,
 * rounding, flags, tags are silicon's matter. Left to the handlers: what changes masks or needs
 * more than an operand (FNINIT, FLDENV, FNSAVE ...), instructions that the manual does not list,
 * everything where the guest has unmasked an exception, and everything on other hosts.
 *
 *   imm   bits 0..15  the opcode for FOP
 *         bits 16..19 FCMOVcc: the condition, as in Jcc
 *         bits 24..27 the segment register, for FDS
 *   disp  where there is no memory operand: the address of the instruction, for FIP
 */
#include "cpu/ring.h"
#include "cpu/uop_tables.h"
#include "cpu/uop_x87_live.h"
#include "cpu/x87.h"

#if UOP_X87_LIVE

/* ---- The last instruction ---------------------------------------------------------------- */

static inline void note_at(struct cpu *cpu, const struct uop *u, uint32_t eip)
{
    struct x87_state *x = &cpu->s.x87;

    x->fop = (uint16_t)u->imm;
    x->fip = eip;
    x->fcs = cpu->s.seg[SEG_CS].selector;
}

static inline void note(struct cpu *cpu, const struct uop *u)
{
    note_at(cpu, u, u->disp);
}

static inline void note_memory(struct cpu *cpu, const struct uop *u, uint32_t address)
{
    note_at(cpu, u, uop_block(u)->insn_eip[u->nth]);
    cpu->s.x87.fdp = address;
    cpu->s.x87.fds = cpu->s.seg[u->imm >> 24 & 15].selector;
}

/* ---- Registers --------------------------------------------------------------------------- */

#define OPCODE(byte, modrm) ".byte 0x" #byte ", 0x" #modrm

#define REGISTER(byte, modrm)                                                                      \
    UOP_LOCAL(byte##_##modrm)                                                                      \
    {                                                                                              \
        if (unlikely(!cpu->x87_live))                                                              \
            UOP_ENTER;                                                                             \
        __asm__ volatile(OPCODE(byte, modrm));                                                     \
        note(cpu, u);                                                                              \
        UOP_NEXT;                                                                                  \
    }

/* To EFLAGS: CF, PF, ZF, and the others 0. Where these cannot be held lazily the block ends. */
#define COMPARE(byte, modrm)                                                                       \
    UOP_LOCAL(byte##_##modrm)                                                                      \
    {                                                                                              \
        bool cf, pf, zf;                                                                           \
        if (unlikely(!cpu->x87_live))                                                              \
            UOP_ENTER;                                                                             \
        __asm__ volatile(OPCODE(byte, modrm) : "=@ccc"(cf), "=@ccp"(pf), "=@ccz"(zf));             \
        note(cpu, u);                                                                              \
        cpu->s.eflags = (cpu->s.eflags & ~(uint32_t)EFLAGS_STATUS) | (cf ? EFLAGS_CF : 0) |        \
                        (pf ? EFLAGS_PF : 0) | (zf ? EFLAGS_ZF : 0);                               \
        if (unlikely(!lazy_load(&cpu->lazy, cpu->s.eflags)))                                       \
            UOP_TAIL return uop_leave_behind(cpu, u);                                              \
        UOP_NEXT;                                                                                  \
    }

/* The host's FCMOVNE, of a flag that says whether the guest's condition holds. */
#define MOVE_IF(byte, modrm)                                                                       \
    UOP_LOCAL(byte##_##modrm)                                                                      \
    {                                                                                              \
        unsigned holds = lazy_condition(&cpu->lazy, u->imm >> 16 & 15);                            \
        if (unlikely(!cpu->x87_live))                                                              \
            UOP_ENTER;                                                                             \
        __asm__ volatile("test %0, %0\n\t" OPCODE(byte, modrm) : : "r"(holds) : "cc");             \
        note(cpu, u);                                                                              \
        UOP_NEXT;                                                                                  \
    }

#define LOW_HALF(X, byte, h)                                                                       \
    X(byte, h##0)                                                                                  \
    X(byte, h##1)                                                                                  \
    X(byte, h##2) X(byte, h##3) X(byte, h##4) X(byte, h##5) X(byte, h##6) X(byte, h##7)
#define HIGH_HALF(X, byte, h)                                                                      \
    X(byte, h##8)                                                                                  \
    X(byte, h##9)                                                                                  \
    X(byte, h##a) X(byte, h##b) X(byte, h##c) X(byte, h##d) X(byte, h##e) X(byte, h##f)
#define BOTH(X, byte, h) LOW_HALF(X, byte, h) HIGH_HALF(X, byte, h)

/* FADD, FMUL, FCOM, FCOMP, FSUB, FSUBR, FDIV, FDIVR; FLD, FXCH; FCHS, FABS, FTST, FXAM; constants;
 * functions; FUCOMPP; arithmetic to ST(i); FFREE, FST, FSTP, FUCOM, FUCOMP; arithmetic that pops;
 * FCOMPP. */
#define REGISTERS(X)                                                                               \
    BOTH(X, d8, c)                                                                                 \
    BOTH(X, d8, d)                                                                                 \
    BOTH(X, d8, e) BOTH(X, d8, f) BOTH(X, d9, c) X(d9, e0) X(d9, e1) X(d9, e4) X(d9, e5) X(d9, e8) \
        X(d9, e9) X(d9, ea) X(d9, eb) X(d9, ec) X(d9, ed) X(d9, ee) BOTH(X, d9, f) X(da, e9)       \
            BOTH(X, dc, c) BOTH(X, dc, e) BOTH(X, dc, f) LOW_HALF(X, dd, c) BOTH(X, dd, d)         \
                BOTH(X, dd, e) BOTH(X, de, c) X(de, d9) BOTH(X, de, e) BOTH(X, de, f)
/* FUCOMI, FCOMI, FUCOMIP, FCOMIP. */
#define COMPARES(X) HIGH_HALF(X, db, e) LOW_HALF(X, db, f) HIGH_HALF(X, df, e) LOW_HALF(X, df, f)
/* FCMOVNE. */
#define MOVES_IF(X) HIGH_HALF(X, db, c)

REGISTERS(REGISTER)
COMPARES(COMPARE)
MOVES_IF(MOVE_IF)

#define AT_MODRM(byte, modrm) [0x##byte & 7][0x##modrm & 63] = uop_##byte##_##modrm,
#define AT_RM(byte, modrm)    [0x##modrm & 7] = uop_##byte##_##modrm,

uop_fn *const uop_x87_register[8][64] = {REGISTERS(AT_MODRM) COMPARES(AT_MODRM)};
uop_fn *const uop_x87_move_if[8] = {MOVES_IF(AT_RM)};

/* ---- Memory ------------------------------------------------------------------------------ */

/* `at`: where the last part begins that the ring hears of; ten bytes are written as 8 and 2. */
#define MEMORY(byte, ext, direction, kind, size, at)                                               \
    UOP_LOCAL(byte##_m##ext)                                                                       \
    {                                                                                              \
        uint32_t address = uop_address(cpu, u, UOP_SIB);                                           \
        uint8_t *p = uop_##direction(cpu, address, size);                                          \
        if (unlikely(!p))                                                                          \
            UOP_GIVE_UP;                                                                           \
        if (unlikely(!cpu->x87_live))                                                              \
            UOP_ENTER;                                                                             \
        __asm__ volatile(".byte 0x" #byte ", 8 * " #ext : : "a"(p) : "memory");                    \
        ring_note_access(cpu, kind, address + (at), (size) - (at),                                 \
                         le_load(p + (at), (size) - (at) < 4 ? (size) - (at) : 4));                \
        note_memory(cpu, u, address);                                                              \
        UOP_NEXT;                                                                                  \
    }

#define READ(X, byte, ext, size)      X(byte, ext, readable, CPU_WATCH_READ, size, 0)
#define WRITE(X, byte, ext, size, at) X(byte, ext, writable, CPU_WATCH_WRITE, size, at)
#define ARITHMETIC(X, byte, size)                                                                  \
    READ(X, byte, 0, size)                                                                         \
    READ(X, byte, 1, size)                                                                         \
    READ(X, byte, 2, size) READ(X, byte, 3, size) READ(X, byte, 4, size) READ(X, byte, 5, size)    \
        READ(X, byte, 6, size) READ(X, byte, 7, size)
#define STORES(X, byte, size) WRITE(X, byte, 2, size, 0) WRITE(X, byte, 3, size, 0)

/* Arithmetic and compares of floats and integers; FLD, FILD, FBLD; FST, FSTP, FIST, FISTP, FBSTP.
 */
#define MEMORIES(X)                                                                                \
    ARITHMETIC(X, d8, 4)                                                                           \
    ARITHMETIC(X, da, 4)                                                                           \
    ARITHMETIC(X, dc, 8) ARITHMETIC(X, de, 2) READ(X, d9, 0, 4) READ(X, db, 0, 4)                  \
        READ(X, dd, 0, 8) READ(X, df, 0, 2) READ(X, db, 5, 10) READ(X, df, 4, 10)                  \
            READ(X, df, 5, 8) STORES(X, d9, 4) STORES(X, db, 4) STORES(X, dd, 8) STORES(X, df, 2)  \
                WRITE(X, db, 7, 10, 8) WRITE(X, df, 6, 10, 8) WRITE(X, df, 7, 8, 0)

MEMORIES(MEMORY)

#define AT_EXTENSION(byte, ext, ...) [0x##byte & 7][ext] = uop_##byte##_m##ext,

uop_fn *const uop_x87_memory[8][8] = {MEMORIES(AT_EXTENSION)};

/* ---- Control: no instructions that FIP and FOP would speak of ---------------------------- */

UOP(x87_wait)
{
    if (unlikely(!cpu->x87_live))
        UOP_ENTER;
    UOP_NEXT;
}

UOP(x87_fnstsw_ax)
{
    uint16_t sw;

    if (unlikely(!cpu->x87_live))
        UOP_ENTER;
    __asm__ volatile("fnstsw %0" : "=a"(sw));
    uop_write(cpu, GPR_EAX, sw, 16);
    UOP_NEXT;
}

UOP(x87_fnstcw)
{
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    uint8_t *p = uop_writable(cpu, address, 2);

    if (unlikely(!p))
        UOP_GIVE_UP;
    if (unlikely(!cpu->x87_live))
        UOP_ENTER;
    __asm__ volatile("fnstcw (%0)" : : "r"(p) : "memory");
    ring_note_access(cpu, CPU_WATCH_WRITE, address, 2, le_load(p, 2));
    UOP_NEXT;
}

UOP(x87_fldcw)
{
    uint32_t address = uop_address(cpu, u, UOP_SIB);
    const uint8_t *p = uop_readable(cpu, address, 2);

    if (unlikely(!p || (~le_load(p, 2) & X87_EXCEPTIONS)))
        UOP_GIVE_UP;
    if (unlikely(!cpu->x87_live))
        UOP_ENTER;
    __asm__ volatile("fldcw (%0)" : : "r"(p) : "memory");
    ring_note_access(cpu, CPU_WATCH_READ, address, 2, le_load(p, 2));
    UOP_NEXT;
}

#endif

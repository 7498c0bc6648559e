/*
 * Which micro-operations there are, as the builder looks for them: by operation, size and operand
 * form. Private to block_build.c and uop_*.c.
 */
#ifndef FORKSCOPE_CPU_UOP_TABLES_H
#define FORKSCOPE_CPU_UOP_TABLES_H

#include "cpu/uop.h"

enum uop_size { UOP_SIZE_8, UOP_SIZE_16, UOP_SIZE_32, UOP_SIZES };

static inline enum uop_size uop_size(unsigned bytes)
{
    return bytes == 1 ? UOP_SIZE_8 : bytes == 2 ? UOP_SIZE_16 : UOP_SIZE_32;
}

/* In the forms' names: r register, m memory (by address form), i immediate; destination first. */
enum uop_binary_op {
    UOP_ADD,
    UOP_OR,
    UOP_ADC,
    UOP_SBB,
    UOP_AND,
    UOP_SUB,
    UOP_XOR,
    UOP_CMP,
    UOP_TEST,
    UOP_BINARY_COUNT
};
enum uop_form {
    UOP_RR,
    UOP_RI,
    UOP_RM, /* each of those with memory by address form */
    UOP_MR = UOP_RM + UOP_ADDRESS_FORMS,
    UOP_MI = UOP_MR + UOP_ADDRESS_FORMS,
    UOP_FORMS = UOP_MI + UOP_ADDRESS_FORMS,
};
struct uop_binary {
    uop_fn *form[UOP_FORMS];
};
#define UOP_BINARY_ROW(name)                                                                       \
    {                                                                                              \
        .form = {                                                                                  \
            [UOP_RR] = uop_##name##_rr,                                                            \
            [UOP_RI] = uop_##name##_ri,                                                            \
            [UOP_RM] = uop_##name##_rm_base,                                                       \
            uop_##name##_rm_sib,                                                                   \
            [UOP_MR] = uop_##name##_mr_base,                                                       \
            uop_##name##_mr_sib,                                                                   \
            [UOP_MI] = uop_##name##_mi_base,                                                       \
            uop_##name##_mi_sib                                                                    \
        }                                                                                          \
    }
extern const struct uop_binary uop_binary[UOP_BINARY_COUNT][UOP_SIZES];
extern const struct uop_binary uop_mov[UOP_SIZES]; /* no flags */
/* 32-bit operations that leave the flags as they were, for where nobody will look at them; all NULL
 * where there is none. */
extern const struct uop_binary uop_quiet_binary[UOP_BINARY_COUNT];

enum uop_unary_op { UOP_INC, UOP_DEC, UOP_NEG, UOP_NOT, UOP_UNARY_COUNT };
struct uop_unary {
    uop_fn *r;
    uop_fn *m[UOP_ADDRESS_FORMS];
};
extern const struct uop_unary uop_unary[UOP_UNARY_COUNT][UOP_SIZES];

extern uop_fn *const uop_quiet_unary[UOP_UNARY_COUNT]; /* 32-bit registers */

/* 32-bit registers, by an immediate 1..31 or by CL. */
enum uop_shift_op { UOP_SHL, UOP_SHR, UOP_SAR, UOP_ROL, UOP_ROR, UOP_SHIFT_COUNT };
struct uop_shift {
    uop_fn *by_imm, *by_cl;
};
extern const struct uop_shift uop_shift[UOP_SHIFT_COUNT];
extern uop_fn *const uop_quiet_shift[UOP_SHIFT_COUNT]; /* by an immediate */
uop_fn uop_shld_rr, uop_shrd_rr, uop_shld_rc, uop_shrd_rc;

uop_fn uop_imul_rmi, uop_mul_m, uop_imul_m, uop_daa, uop_das;
uop_fn uop_quiet_imul_rr, uop_quiet_imul_rri, uop_quiet_imul_rm, uop_quiet_imul_rmi;
uop_fn uop_imul_rr, uop_imul_rri, uop_imul_rm, uop_mul_r, uop_imul_r, uop_div_r, uop_idiv_r;

/* By condition code. */
extern uop_fn *const uop_jcc[16], *const uop_setcc[16], *const uop_cmovcc[16];

/* A compare that is one with the Jcc behind it, by condition code; there for CMP and TEST of 8 and
 * 32 bits. */
struct uop_fused {
    uop_fn *form[UOP_FORMS][16];
};
extern const struct uop_fused *const uop_fused[UOP_BINARY_COUNT][UOP_SIZES];
extern uop_fn *const uop_fused_dec[16]; /* DEC r32 */

/* MOVZX and MOVSX to a 32-bit register, by source size (8, 16). */
struct uop_extend {
    uop_fn *r;
    uop_fn *m[UOP_ADDRESS_FORMS];
};
extern const struct uop_extend uop_movzx[2], uop_movsx[2];

uop_fn uop_lea_base, uop_lea_sib, uop_xchg_rr, uop_cdq, uop_cwde, uop_bswap_r, uop_nop;

/* By how many; what each register is says its own micro-operation. */
enum { UOP_STACK_RUN = 4 };
extern uop_fn *const uop_push_run[UOP_STACK_RUN + 1], *const uop_pop_run[UOP_STACK_RUN + 1];
uop_fn uop_push_r, uop_push_i, uop_push_m, uop_pop_r, uop_leave_frame;
uop_fn uop_jmp, uop_jmp_r, uop_jmp_m, uop_call, uop_call_r, uop_call_m, uop_ret, uop_ret_i;

/* The function that has a micro-operation's registers built in, where there is one; else its own
 * (uop_register.c). For complete blocks: nothing looks for such functions. */
uop_fn *uop_with_registers(const struct uop *u);

/* Flat systems' traps and segments (uop_trap.c). */
uop_fn uop_int_n, uop_iret, uop_mov_sreg_r, uop_mov_r_sreg, uop_pop_sreg, uop_push_sreg;
uop_fn uop_pushf, uop_popf, uop_sti, uop_cli, uop_cld, uop_std, uop_pusha, uop_popa;

/* uop_x87.c, on x86-64 hosts: by the low bits of the opcode and those of ModRM (with memory: its
 * reg field), where there is one. FCMOVcc by ST(i). */
extern uop_fn *const uop_x87_register[8][64], *const uop_x87_move_if[8];
extern uop_fn *const uop_x87_memory[8][8];
uop_fn uop_x87_wait, uop_x87_fnstsw_ax, uop_x87_fnstcw, uop_x87_fldcw;

/* uop_ring.c: records before an instruction, and what it left in memory. */
uop_fn uop_ring_none, uop_ring_push_m, uop_ring_call_m;
extern uop_fn *const uop_ring_load[UOP_ADDRESS_FORMS][UOP_SIZES];
extern uop_fn *const uop_ring_store_r[UOP_ADDRESS_FORMS][UOP_SIZES];
extern uop_fn *const uop_ring_store_i[UOP_ADDRESS_FORMS][UOP_SIZES];
extern uop_fn *const uop_ring_result[UOP_ADDRESS_FORMS][UOP_SIZES];

/* Repeated string instructions by element size; imm of the comparing ones: REPE. */
extern uop_fn *const uop_rep_movs[UOP_SIZES], *const uop_rep_stos[UOP_SIZES];
extern uop_fn *const uop_rep_cmps[UOP_SIZES], *const uop_rep_scas[UOP_SIZES];

#endif

/* clang-format off */
/*
 * The flags that the manuals leave undefined.
 *
 * alu.h and the handlers give what current Intel processors give (measured on a Xeon); where a
 * real 386 is known to differ (test386.asm's checks on a 386SX), these functions put its result in
 * place for --cpu 386. "Unchanged" means that the flag keeps its value.
 *
 *   instruction           flag         current Intel            386
 *   AND OR XOR TEST       AF           0                        same
 *   SHL SHR SAR           AF           0                        1
 *   SHL SHR, n > width    CF           0                        bit 0 (SHL) or the top bit (SHR) if
 *                                                               n is a multiple of the width
 *   all shifts, rotates   OF, n > 1    as if n were 1           from the result, as for n = 1
 *   RCL RCR, n = 9, 17    CF OF        unchanged                OF from the result
 *   SHLD SHRD             AF           0                        same
 *   SHLD SHRD 16, n > 16  result, CF   a:b:a (P6), a:b:b before a:b:b
 *   MUL IMUL              SF PF        of the low half          same
 *                         ZF AF        0                        same
 *   DIV IDIV              all          unchanged                same
 *   BT BTS BTR BTC        OF           unchanged                as RCR by bit + 1 of CF = 0
 *                         SF AF PF     unchanged                same
 *   BSF BSR               CF OF SF AF  0                        same
 *                         PF           of the index, 1 if none  same
 *   MOV CR DR             all          unchanged                same
 *   AAA AAS DAA DAS AAD AAM            see exec_arith.c
 */
/* clang-format on */
#ifndef FORKSCOPE_CPU_FLAGS_H
#define FORKSCOPE_CPU_FLAGS_H

#include <stdint.h>

/* What a shift or rotate did. */
struct flags_shift {
    uint32_t before, result;
    unsigned count; /* 1..31 */
    unsigned size;
};

/* The 386's flags, given those of alu.h. */
typedef uint32_t flags_386_fn(uint32_t flags, const struct flags_shift *shift);
flags_386_fn flags_386_shl, flags_386_shr, flags_386_sar;
flags_386_fn flags_386_left, flags_386_right; /* rotates and double shifts */

/* After BT and friends on bit `index` of `value`. */
uint32_t flags_386_bit_test(uint32_t flags, uint32_t value, unsigned index, unsigned size);

#endif

/* The software arithmetic unit as a table. */
#include "cpu/x87_soft.h"

#define ARITH_ROW(name)                                                                            \
    {                                                                                              \
        soft_##name##_f80, soft_##name##_f32, soft_##name##_f64                                    \
    }

const struct x87_unit x87_soft_unit = {
    .arith = {[X87_ADD] = ARITH_ROW(add),
              [X87_MUL] = ARITH_ROW(mul),
              [X87_SUB] = ARITH_ROW(sub),
              [X87_SUBR] = ARITH_ROW(subr),
              [X87_DIV] = ARITH_ROW(div),
              [X87_DIVR] = ARITH_ROW(divr)},
    .compare = {soft_com_f80, soft_com_f32, soft_com_f64},
    .compare_unordered = soft_ucom_f80,
    .function = {[X87_SQRT] = soft_sqrt,
                 [X87_RNDINT] = soft_rndint,
                 [X87_SCALE] = soft_scale,
                 [X87_PREM] = soft_prem,
                 [X87_PREM1] = soft_prem1,
                 [X87_2XM1] = soft_2xm1,
                 [X87_YL2X] = soft_yl2x,
                 [X87_YL2XP1] = soft_yl2xp1,
                 [X87_PATAN] = soft_patan,
                 [X87_SIN] = soft_sin,
                 [X87_COS] = soft_cos,
                 [X87_SINCOS] = soft_sincos,
                 [X87_TAN] = soft_tan,
                 [X87_XTRACT] = soft_xtract},
    .load = {[X87_F32] = soft_load_f32, [X87_F64] = soft_load_f64},
    .store = {[X87_F32] = soft_store_f32,
              [X87_F64] = soft_store_f64,
              [X87_I16] = soft_store_i16,
              [X87_I32] = soft_store_i32,
              [X87_I64] = soft_store_i64,
              [X87_BCD] = soft_store_bcd},
};

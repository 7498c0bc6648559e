/* alu.h against a model that works bit by bit, exhaustively for bytes, sampled for wider ones. */
#include "cpu/alu.h"
#include "cpu/flags.h"

#include <check.h>
#include <stdlib.h>

/* ---- The slow model ------------------------------------------------------------------------- */

struct outcome {
    uint32_t result;
    bool cf, pf, af, zf, sf, of;
};

static bool bit(uint32_t value, unsigned n)
{
    return value >> n & 1;
}

static void slow_szp(struct outcome *o, unsigned bits)
{
    unsigned ones = 0;

    for (unsigned i = 0; i < 8; i++)
        ones += bit(o->result, i);
    o->pf = ones % 2 == 0;
    o->sf = bit(o->result, bits - 1);
    o->zf = true;
    for (unsigned i = 0; i < bits; i++)
        o->zf = o->zf && !bit(o->result, i);
}

/* A ripple-carry adder: OF is the carry into the top bit against the carry out of it. */
static struct outcome slow_add(uint32_t a, uint32_t b, bool carry, unsigned bits)
{
    struct outcome o = {0};

    for (unsigned i = 0; i < bits; i++) {
        unsigned sum = bit(a, i) + bit(b, i) + carry;

        if (i == bits - 1)
            o.of = carry != (sum >= 2);
        carry = sum >= 2;
        o.result |= (sum & 1) << i;
        if (i == 3)
            o.af = carry;
    }
    o.cf = carry;
    slow_szp(&o, bits);
    return o;
}

/* a - b - borrow = a + ~b + !borrow with the carries the other way round. */
static struct outcome slow_sub(uint32_t a, uint32_t b, bool borrow, unsigned bits)
{
    struct outcome o = slow_add(a, ~b, !borrow, bits);

    o.cf = !o.cf;
    o.af = !o.af;
    return o;
}

enum step { STEP_SHL, STEP_SHR, STEP_SAR, STEP_ROL, STEP_ROR, STEP_RCL, STEP_RCR };

/* One bit at a time; `fill` comes in from outside where the operation has no bit of its own. */
static void slow_step(struct outcome *o, enum step step, unsigned bits, bool fill)
{
    bool top = bit(o->result, bits - 1), low = bit(o->result, 0), in = fill;
    bool left = step == STEP_SHL || step == STEP_ROL || step == STEP_RCL;

    if (step == STEP_SAR || step == STEP_ROL)
        in = top;
    if (step == STEP_ROR)
        in = low;
    if (step == STEP_RCL || step == STEP_RCR)
        in = o->cf;
    if (left)
        o->result = (o->result << 1 | in) & alu_mask(bits / 8);
    else
        o->result = o->result >> 1 | (uint32_t)in << (bits - 1);
    o->cf = left ? top : low;
}

/* OF is that of the first step: what current Intel processors leave for any count. */
static struct outcome slow_shift(enum step step, uint32_t a, unsigned count, unsigned bits,
                                 uint32_t flags)
{
    struct outcome o = {.result = a, .cf = flags & EFLAGS_CF, .of = flags & EFLAGS_OF};
    bool through_carry = step == STEP_RCL || step == STEP_RCR;

    if (through_carry && count % (bits + 1) == 0)
        return o;
    for (unsigned i = 0; i < count; i++) {
        slow_step(&o, step, bits, false);
        if (i == 0)
            o.of = bit(o.result, bits - 1) != bit(a, bits - 1);
    }
    slow_szp(&o, bits);
    return o;
}

/* ---- Comparison ----------------------------------------------------------------------------- */

static uint32_t to_eflags(const struct outcome *o)
{
    return alu_flag(o->cf, EFLAGS_CF) | alu_flag(o->pf, EFLAGS_PF) | alu_flag(o->af, EFLAGS_AF) |
           alu_flag(o->zf, EFLAGS_ZF) | alu_flag(o->sf, EFLAGS_SF) | alu_flag(o->of, EFLAGS_OF);
}

static void expect(const char *name, const struct outcome *want, uint32_t mask, uint32_t result,
                   const uint32_t *flags, uint32_t a, uint32_t b)
{
    uint32_t wanted = to_eflags(want) & mask;

    if (result == want->result && (*flags & mask) == wanted)
        return;
    ck_abort_msg("%s %08x, %08x: got %08x flags %04x, want %08x flags %04x", name, a, b, result,
                 *flags & mask, want->result, wanted);
}

/* ck_assert() writes to a file each time: too slow for the inner loops. */
static void require(bool holds, const char *what, uint64_t a, uint64_t b)
{
    if (!holds)
        ck_abort_msg("%s does not hold for %llx, %llx", what, (unsigned long long)a,
                     (unsigned long long)b);
}

static uint32_t random32(void)
{
    static const uint32_t edges[] = {0,      1,      0x7f,   0x80,       0xff,       0x100,
                                     0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    static uint32_t state = 1;

    state = state * 1664525 + 1013904223;
    if (state >> 29 == 0)
        return edges[(state >> 16) % 12];
    return state ^ state >> 15;
}

typedef uint32_t binary_fn(uint32_t a, uint32_t b, unsigned size, uint32_t *flags);
typedef struct outcome slow_fn(uint32_t a, uint32_t b, bool carry, unsigned bits);

static void compare_binary(const char *name, binary_fn *fn, slow_fn *slow, bool with_carry,
                           uint32_t a, uint32_t b, bool carry, unsigned size)
{
    uint32_t flags = EFLAGS_DF | EFLAGS_AF | alu_flag(carry, EFLAGS_CF);
    struct outcome want = slow(a, b, with_carry && carry, 8 * size);
    uint32_t result = fn(a, b, size, &flags);

    expect(name, &want, EFLAGS_STATUS, result, &flags, a, b);
    require((flags & ~(uint32_t)EFLAGS_STATUS) == EFLAGS_DF, name, a, b);
}

static const struct {
    const char *name;
    binary_fn *fn;
    slow_fn *slow;
    bool with_carry;
} additions[] = {
    {"add", alu_add, slow_add, false},
    {"adc", alu_adc, slow_add, true},
    {"sub", alu_sub, slow_sub, false},
    {"sbb", alu_sbb, slow_sub, true},
};

START_TEST(additions_of_bytes)
{
    for (uint32_t i = 0; i < 0x20000; i++)
        compare_binary(additions[_i].name, additions[_i].fn, additions[_i].slow,
                       additions[_i].with_carry, i & 0xff, i >> 8 & 0xff, i >> 16, 1);
}
END_TEST

START_TEST(additions_of_words)
{
    for (uint32_t i = 0; i < 50000; i++) {
        unsigned size = i & 1 ? 2 : 4;

        compare_binary(additions[_i].name, additions[_i].fn, additions[_i].slow,
                       additions[_i].with_carry, random32() & alu_mask(size),
                       random32() & alu_mask(size), i & 2, size);
    }
}
END_TEST

/* INC, DEC and NEG are additions that keep CF, or are told apart by it. */
START_TEST(inc_dec_neg)
{
    for (uint32_t a = 0; a < 256; a++) {
        for (uint32_t carry = 0; carry < 2; carry++) {
            struct outcome inc = slow_add(a, 1, false, 8), dec = slow_sub(a, 1, false, 8);
            struct outcome neg = slow_sub(0, a, false, 8);
            uint32_t flags = carry;

            inc.cf = dec.cf = carry;
            expect("inc", &inc, EFLAGS_STATUS, alu_inc(a, 1, &flags), &flags, a, carry);
            flags = carry;
            expect("dec", &dec, EFLAGS_STATUS, alu_dec(a, 1, &flags), &flags, a, carry);
            expect("neg", &neg, EFLAGS_STATUS, alu_neg(a, 1, &flags), &flags, a, 0);
        }
    }
}
END_TEST

START_TEST(logic_clears_carry_and_overflow)
{
    static binary_fn *const fns[] = {alu_and, alu_or, alu_xor};

    for (uint32_t i = 0; i < 0x10000; i++) {
        uint32_t a = i & 0xff, b = i >> 8, flags = EFLAGS_STATUS;
        uint32_t results[] = {0, 0, 0};
        struct outcome want = {0};

        for (unsigned n = 0; n < 8; n++) {
            results[0] |= (uint32_t)(bit(a, n) && bit(b, n)) << n;
            results[1] |= (uint32_t)(bit(a, n) || bit(b, n)) << n;
            results[2] |= (uint32_t)(bit(a, n) != bit(b, n)) << n;
        }
        want.result = results[_i];
        slow_szp(&want, 8);
        expect("logic", &want, EFLAGS_STATUS, fns[_i](a, b, 1, &flags), &flags, a, b);
    }
}
END_TEST

/* ---- Shifts --------------------------------------------------------------------------------- */

typedef uint32_t shift_fn(uint32_t a, unsigned count, unsigned size, uint32_t *flags);

static const struct {
    const char *name;
    shift_fn *fn;
    enum step step;
    uint32_t mask;
} shifts[] = {
    {"shl", alu_shl, STEP_SHL, EFLAGS_STATUS},    {"shr", alu_shr, STEP_SHR, EFLAGS_STATUS},
    {"sar", alu_sar, STEP_SAR, EFLAGS_STATUS},    {"rol", alu_rol, STEP_ROL, ALU_ROTATE_FLAGS},
    {"ror", alu_ror, STEP_ROR, ALU_ROTATE_FLAGS}, {"rcl", alu_rcl, STEP_RCL, ALU_ROTATE_FLAGS},
    {"rcr", alu_rcr, STEP_RCR, ALU_ROTATE_FLAGS},
};

static void compare_shift(unsigned n, uint32_t a, unsigned count, unsigned size, uint32_t before)
{
    uint32_t flags = before, result = shifts[n].fn(a, count, size, &flags);
    struct outcome want = slow_shift(shifts[n].step, a, count, 8 * size, before);

    if (count == 0) {
        require(flags == before && result == a, shifts[n].name, a, 0);
        return;
    }
    expect(shifts[n].name, &want, shifts[n].mask, result, &flags, a, count);
    require(!((flags ^ before) & ~shifts[n].mask), shifts[n].name, a, count);
}

START_TEST(shifts_of_bytes)
{
    for (uint32_t a = 0; a < 256; a++) {
        for (unsigned count = 0; count < 32; count++) {
            for (unsigned carry = 0; carry < 2; carry++) {
                compare_shift((unsigned)_i, a, count, 1, carry | EFLAGS_ZF);
                compare_shift((unsigned)_i, a, count, 1, carry | EFLAGS_OF);
            }
        }
    }
}
END_TEST

START_TEST(shifts_of_words)
{
    for (unsigned i = 0; i < 20000; i++) {
        unsigned size = i & 1 ? 2 : 4;

        compare_shift((unsigned)_i, random32() & alu_mask(size), i >> 2 & 31, size, i >> 1 & 1);
    }
}
END_TEST

/* SHLD shifts a left and takes in b's bits from the top, then those of `more`; SHRD the mirror. */
START_TEST(double_shifts)
{
    for (unsigned i = 0; i < 40000; i++) {
        unsigned size = i & 1 ? 2 : 4, bits = 8 * size, count = 1 + random32() % 31;
        uint32_t a = random32() & alu_mask(size), b = random32() & alu_mask(size);
        uint32_t more = random32() & alu_mask(size), flags = 0;
        struct outcome left = {.result = a}, right = {.result = a};

        for (unsigned n = 0; n < count; n++) {
            slow_step(&left, STEP_SHL, bits, bit(n < bits ? b : more, bits - 1 - n % bits));
            slow_step(&right, STEP_SHR, bits, bit(n < bits ? b : more, n % bits));
            if (n == 0) {
                left.of = bit(left.result, bits - 1) != bit(a, bits - 1);
                right.of = bit(right.result, bits - 1) != bit(a, bits - 1);
            }
        }
        slow_szp(&left, bits);
        slow_szp(&right, bits);
        expect("shld", &left, EFLAGS_STATUS, alu_shld(a, b, more, count, size, &flags), &flags, a,
               count);
        expect("shrd", &right, EFLAGS_STATUS, alu_shrd(a, b, more, count, size, &flags), &flags, a,
               count);
    }
}
END_TEST

/* ---- Multiplication and division ------------------------------------------------------------ */

static void compare_products(uint32_t a, uint32_t b, unsigned size)
{
    uint32_t mask = alu_mask(size), flags;
    uint64_t sum = 0, product;
    int64_t signed_sum = 0, sa = alu_sign_extend(a, size);
    bool fits;

    for (unsigned n = 0; n < 8 * size; n++) {
        sum += bit(b, n) ? (uint64_t)a << n : 0;
        /* The top bit of b counts negative. */
        if (bit(b, n))
            signed_sum += (n == 8 * size - 1 ? -sa : sa) * ((int64_t)1 << n);
    }
    flags = 0;
    product = alu_mul(a, b, size, &flags);
    require(product == sum, "mul", a, b);
    require(!(flags & EFLAGS_CF) == (sum <= mask) && !(flags & EFLAGS_OF) == (sum <= mask),
            "flags of mul", a, b);
    flags = 0;
    product = alu_imul(a, b, size, &flags);
    require(product == (uint64_t)signed_sum, "imul", a, b);
    fits = signed_sum == alu_sign_extend((uint32_t)signed_sum & mask, size);
    require(!(flags & EFLAGS_CF) == fits && !(flags & EFLAGS_OF) == fits, "flags of imul", a, b);
}

START_TEST(products)
{
    for (uint32_t i = 0; i < 0x10000; i++)
        compare_products(i & 0xff, i >> 8, 1);
    for (uint32_t i = 0; i < 20000; i++)
        compare_products(random32() & 0xffff, random32() & 0xffff, 2);
    for (uint32_t i = 0; i < 20000; i++)
        compare_products(random32(), random32(), 4);
}
END_TEST

/* Every byte division there is, with plain arithmetic as the model. */
START_TEST(quotients_of_bytes)
{
    for (int dividend = 0; dividend < 0x10000; dividend++) {
        for (int divisor = _i; divisor < 256; divisor += 8) {
            int sn = (int16_t)dividend, sd = (int8_t)divisor;
            uint32_t q, r;
            bool fits = divisor && dividend / divisor <= 0xff;

            require(alu_div((uint64_t)dividend, (uint32_t)divisor, 1, &q, &r) == fits, "#DE of div",
                    (uint64_t)dividend, (uint64_t)divisor);
            if (fits)
                require(q == (uint32_t)(dividend / divisor) && r == (uint32_t)(dividend % divisor),
                        "div", (uint64_t)dividend, (uint64_t)divisor);
            fits = sd && sn / sd >= -128 && sn / sd <= 127;
            require(alu_idiv(sn, sd, 1, &q, &r) == fits, "#DE of idiv", (uint64_t)dividend,
                    (uint64_t)divisor);
            if (fits)
                require(q == (uint8_t)(sn / sd) && r == (uint8_t)(sn % sd), "idiv",
                        (uint64_t)dividend, (uint64_t)divisor);
        }
    }
}
END_TEST

/* quotient * divisor + remainder gives the dividend back, and the remainder is small enough. */
START_TEST(quotients_of_dwords)
{
    for (unsigned i = 0; i < 50000; i++) {
        uint64_t dividend = (uint64_t)(random32() >> (i & 31)) << 32 | random32();
        uint32_t divisor = random32(), q, r;

        if (alu_div(dividend, divisor, 4, &q, &r))
            require((uint64_t)q * divisor + r == dividend && r < divisor, "div", dividend, divisor);
        else
            require(divisor == 0 || dividend >> 32 >= divisor, "#DE of div", dividend, divisor);
        if (alu_idiv((int64_t)dividend, (int32_t)divisor, 4, &q, &r))
            require((int64_t)(int32_t)q * (int32_t)divisor + (int32_t)r == (int64_t)dividend,
                    "idiv", dividend, divisor);
    }
}
END_TEST

START_TEST(quotients_at_the_limits)
{
    uint32_t q, r;

    ck_assert(!alu_idiv(INT64_MIN, -1, 4, &q, &r));
    ck_assert(!alu_idiv(0x80000000ll, 1, 4, &q, &r));
    ck_assert(alu_idiv(-0x80000000ll, 1, 4, &q, &r) && q == 0x80000000 && r == 0);
    ck_assert(alu_idiv(-7, 2, 4, &q, &r) && q == (uint32_t)-3 && r == (uint32_t)-1);
    ck_assert(!alu_div((uint64_t)5 << 32, 5, 4, &q, &r));
    ck_assert(alu_div(((uint64_t)5 << 32) - 1, 5, 4, &q, &r) && q == 0xffffffff && r == 4);
}
END_TEST

/* ---- Conditions ----------------------------------------------------------------------------- */

START_TEST(conditions)
{
    for (uint32_t i = 0; i < 0x10000; i++) {
        uint32_t a = i & 0xff, b = i >> 8, flags = 0;
        int sa = (int8_t)a, sb = (int8_t)b;

        alu_sub(a, b, 1, &flags);
        require(alu_condition(flags, 2) == (a < b), "condition", a, b);
        require(alu_condition(flags, 4) == (a == b), "condition", a, b);
        require(alu_condition(flags, 6) == (a <= b), "condition", a, b);
        require(alu_condition(flags, 12) == (sa < sb), "condition", a, b);
        require(alu_condition(flags, 14) == (sa <= sb), "condition", a, b);
        require(alu_condition(flags, 0) == (sa - sb < -128 || sa - sb > 127), "condition", a, b);
        require(alu_condition(flags, 8) == (((a - b) & 0x80) != 0), "condition", a, b);
        for (unsigned cc = 0; cc < 16; cc += 2)
            require(alu_condition(flags, cc) != alu_condition(flags, cc + 1), "condition", a, b);
    }
    ck_assert(alu_condition(EFLAGS_PF, 10) && !alu_condition(~(uint32_t)EFLAGS_PF, 10));
}
END_TEST

/* ---- The 386's undefined flags ----------------------------------------------------------- */

/* Facts measured on a 386SX, as test386.asm records them. */
static const struct {
    shift_fn *fn;
    flags_386_fn *on_386;
    unsigned size;
    uint32_t value, count, flags, want;
} on_386[] = {
    {alu_shr, flags_386_shr, 1, 0x82, 2, 0, EFLAGS_CF | EFLAGS_AF},
    {alu_shr, flags_386_shr, 1, 0x80, 16, 0, EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF},
    {alu_shr, flags_386_shr, 1, 0x00, 24, EFLAGS_CF, EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF},
    {alu_shl, flags_386_shl, 1, 0x41, 2, 0, EFLAGS_CF | EFLAGS_AF | EFLAGS_OF},
    {alu_shl, flags_386_shl, 1, 0x01, 24, 0,
     EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF | EFLAGS_OF},
    {alu_shl, flags_386_shl, 2, 0x01, 16, 0,
     EFLAGS_CF | EFLAGS_PF | EFLAGS_AF | EFLAGS_ZF | EFLAGS_OF},
    {alu_rcr, flags_386_right, 1, 0x40, 9, 0, EFLAGS_OF},
    {alu_rcr, flags_386_right, 2, 0x0000, 17, EFLAGS_CF | EFLAGS_OF, EFLAGS_CF},
    {alu_rcl, flags_386_left, 1, 0x00, 9, EFLAGS_CF | EFLAGS_OF, EFLAGS_CF | EFLAGS_OF},
    {alu_rcl, flags_386_left, 2, 0x8000, 17, EFLAGS_CF | EFLAGS_OF, EFLAGS_CF},
};

START_TEST(shifts_on_a_386)
{
    struct flags_shift shift = {
        .before = on_386[_i].value, .count = on_386[_i].count, .size = on_386[_i].size};
    uint32_t flags = on_386[_i].flags;

    shift.result = on_386[_i].fn(shift.before, shift.count, shift.size, &flags);
    ck_assert_uint_eq(on_386[_i].on_386(flags, &shift), on_386[_i].want);
}
END_TEST

START_TEST(bit_test_on_a_386)
{
    static const uint32_t want[] = {0, EFLAGS_OF, EFLAGS_OF, 0};

    for (unsigned index = 0; index < 4; index++)
        ck_assert_uint_eq(flags_386_bit_test(EFLAGS_OF, 1, index, 2), want[index]);
    ck_assert_uint_eq(flags_386_bit_test(0, 1u << 30, 31, 4), EFLAGS_OF);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alu");
    TCase *tc = tcase_create("alu");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tc, 0);
    tcase_add_loop_test(tc, additions_of_bytes, 0, 4);
    tcase_add_loop_test(tc, additions_of_words, 0, 4);
    tcase_add_test(tc, inc_dec_neg);
    tcase_add_loop_test(tc, logic_clears_carry_and_overflow, 0, 3);
    tcase_add_loop_test(tc, shifts_of_bytes, 0, 7);
    tcase_add_loop_test(tc, shifts_of_words, 0, 7);
    tcase_add_test(tc, double_shifts);
    tcase_add_test(tc, products);
    tcase_add_loop_test(tc, quotients_of_bytes, 0, 8);
    tcase_add_test(tc, quotients_of_dwords);
    tcase_add_test(tc, quotients_at_the_limits);
    tcase_add_test(tc, conditions);
    tcase_add_loop_test(tc, shifts_on_a_386, 0, sizeof on_386 / sizeof on_386[0]);
    tcase_add_test(tc, bit_test_on_a_386);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

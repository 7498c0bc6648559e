/*
 * The software arithmetic unit against the host's: same operands, same control word, same answer
 * and result; for transcendental functions a result within one unit in the last place.
 *
 *   unit_x87_soft [count [seed]]
 */
#include "cpu/x87.h"
#include "tests/unit/x87_random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef X87_HAVE_HOST

static unsigned count_of_tests = 20000;

/* ---- One operation in either unit ----------------------------------------------------------- */

struct test {
    struct x87_state x;
    struct x87_reg a, b;
    uint8_t data[16];
};

struct outcome {
    uint16_t answer;
    struct x87_reg r[2];
    uint8_t stored[10];
};

enum family { ARITH, COMPARE, UNORDERED, FUNCTION, LOAD, STORE };

static void run(const struct x87_unit *unit, enum family family, unsigned op, unsigned format,
                const struct test *t, struct outcome *o)
{
    const void *b = format == X87_F80 ? (const void *)&t->b : t->data;

    memset(o, 0, sizeof *o);
    switch (family) {
    case ARITH:
        o->answer = unit->arith[op][format](&t->x, &t->a, b, o->r);
        break;
    case COMPARE:
        o->answer = unit->compare[format](&t->x, &t->a, b);
        break;
    case UNORDERED:
        o->answer = unit->compare_unordered(&t->x, &t->a, b);
        break;
    case FUNCTION:
        o->answer = unit->function[op](&t->x, &t->a, &t->b, o->r);
        break;
    case LOAD:
        o->answer = unit->load[format](&t->x, t->data, o->r);
        break;
    case STORE:
        o->answer = unit->store[format](&t->x, &t->a, o->stored);
        break;
    }
}

static void random_test(struct test *t)
{
    memset(t, 0, sizeof *t);
    t->x.cw = random_control();
    random_register(&t->a);
    random_register(&t->b);
    if (!pick(8))
        t->b = t->a;
    else if (!pick(4))
        t->b.se = (uint16_t)(t->a.se + pick(5) - 2);
    random_data(t->data);
}

/* ---- Do they agree? ------------------------------------------------------------------------- */

static bool same_reg(const struct x87_reg *a, const struct x87_reg *b)
{
    return a->mant == b->mant && a->se == b->se;
}

/* Where two reals of one sign lie next to each other. */
static bool adjacent(const struct x87_reg *a, const struct x87_reg *b)
{
    uint64_t distance = a->mant - b->mant;

    if (same_reg(a, b))
        return true;
    if (a->se == b->se)
        return distance == 1 || distance == UINT64_MAX;
    if (a->se == b->se + 1)
        return a->mant == X87_INTEGER_BIT && b->mant == UINT64_MAX;
    return a->se + 1 == b->se && b->mant == X87_INTEGER_BIT && a->mant == UINT64_MAX;
}

static unsigned results_of(enum family family, unsigned op, const struct outcome *o)
{
    if (family == FUNCTION && op >= X87_SINCOS)
        return o->answer & X87_C2 && op != X87_XTRACT ? 0 : 2;
    return family == ARITH || family == FUNCTION || family == LOAD;
}

static bool is_transcendental(enum family family, unsigned op)
{
    return family == FUNCTION && op >= X87_2XM1 && op <= X87_TAN;
}

static bool results_agree(enum family family, unsigned op, const struct outcome *host,
                          const struct outcome *soft)
{
    unsigned n = results_of(family, op, host);

    for (unsigned i = 0; i < n; i++) {
        if (is_transcendental(family, op) ? !adjacent(&host->r[i], &soft->r[i])
                                          : !same_reg(&host->r[i], &soft->r[i]))
            return false;
    }
    return memcmp(host->stored, soft->stored, sizeof host->stored) == 0;
}

/* The codes that the operation defines; a transcendental result may be rounded otherwise. */
static unsigned codes_of(enum family family, unsigned op, const struct outcome *host)
{
    bool is_nan = (host->r[0].se & X87_EXP_MAX) == X87_EXP_MAX;

    if (family == COMPARE || family == UNORDERED)
        return X87_CC;
    if (family == FUNCTION && (op == X87_PREM || op == X87_PREM1))
        return is_nan ? X87_C1 | X87_C2 : X87_CC;
    if (is_transcendental(family, op))
        return op >= X87_SIN ? X87_C2 : 0;
    return X87_C1;
}

static bool agree(const struct test *t, enum family family, unsigned op, const struct outcome *host,
                  const struct outcome *soft)
{
    unsigned looked_at = X87_EXCEPTIONS | codes_of(family, op, host);

    if (x87_refused(&t->x, host->answer))
        looked_at &= ~(unsigned)(X87_C0 | X87_C3);
    if ((host->answer ^ soft->answer) & looked_at)
        return false;
    return x87_refused(&t->x, host->answer) || results_agree(family, op, host, soft);
}

static void print_outcome(const char *name, const struct outcome *o)
{
    printf("  %s %04x  %04x:%016llx %04x:%016llx  ", name, o->answer, o->r[0].se,
           (unsigned long long)o->r[0].mant, o->r[1].se, (unsigned long long)o->r[1].mant);
    for (unsigned i = 0; i < sizeof o->stored; i++)
        printf("%02x", o->stored[i]);
    printf("\n");
}

static void print_test(const char *name, const struct test *t)
{
    printf("%s cw=%04x a=%04x:%016llx b=%04x:%016llx data=", name, t->x.cw, t->a.se,
           (unsigned long long)t->a.mant, t->b.se, (unsigned long long)t->b.mant);
    for (unsigned i = 0; i < 8; i++)
        printf("%02x", t->data[i]);
    printf("\n");
}

static void compare_units(const char *name, enum family family, unsigned op, unsigned format)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < count_of_tests; i++) {
        struct outcome host, soft;
        struct test t;

        random_test(&t);
        run(&x87_host_unit, family, op, format, &t, &host);
        run(&x87_soft_unit, family, op, format, &t, &soft);
        if (agree(&t, family, op, &host, &soft) || bad++ >= 3)
            continue;
        print_test(name, &t);
        print_outcome("host", &host);
        print_outcome("soft", &soft);
    }
    ck_assert_msg(bad == 0, "%s: %u of %u differ", name, bad, count_of_tests);
}

/* ---- All of them ---------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum family family;
    unsigned op, format;
} operations[] = {
    {"fadd", ARITH, X87_ADD, X87_F80},
    {"fadd m32", ARITH, X87_ADD, X87_F32},
    {"fadd m64", ARITH, X87_ADD, X87_F64},
    {"fmul", ARITH, X87_MUL, X87_F80},
    {"fmul m32", ARITH, X87_MUL, X87_F32},
    {"fmul m64", ARITH, X87_MUL, X87_F64},
    {"fsub", ARITH, X87_SUB, X87_F80},
    {"fsub m32", ARITH, X87_SUB, X87_F32},
    {"fsubr", ARITH, X87_SUBR, X87_F80},
    {"fsubr m64", ARITH, X87_SUBR, X87_F64},
    {"fdiv", ARITH, X87_DIV, X87_F80},
    {"fdiv m32", ARITH, X87_DIV, X87_F32},
    {"fdivr", ARITH, X87_DIVR, X87_F80},
    {"fdivr m64", ARITH, X87_DIVR, X87_F64},
    {"fcom", COMPARE, 0, X87_F80},
    {"fcom m32", COMPARE, 0, X87_F32},
    {"fcom m64", COMPARE, 0, X87_F64},
    {"fucom", UNORDERED, 0, X87_F80},
    {"fld m32", LOAD, 0, X87_F32},
    {"fld m64", LOAD, 0, X87_F64},
    {"fst m32", STORE, 0, X87_F32},
    {"fst m64", STORE, 0, X87_F64},
    {"fist m16", STORE, 0, X87_I16},
    {"fist m32", STORE, 0, X87_I32},
    {"fistp m64", STORE, 0, X87_I64},
    {"fbstp", STORE, 0, X87_BCD},
    {"fsqrt", FUNCTION, X87_SQRT, X87_F80},
    {"frndint", FUNCTION, X87_RNDINT, X87_F80},
    {"fscale", FUNCTION, X87_SCALE, X87_F80},
    {"fprem", FUNCTION, X87_PREM, X87_F80},
    {"fprem1", FUNCTION, X87_PREM1, X87_F80},
    {"fxtract", FUNCTION, X87_XTRACT, X87_F80},
    {"f2xm1", FUNCTION, X87_2XM1, X87_F80},
    {"fyl2x", FUNCTION, X87_YL2X, X87_F80},
    {"fyl2xp1", FUNCTION, X87_YL2XP1, X87_F80},
    {"fpatan", FUNCTION, X87_PATAN, X87_F80},
    {"fsin", FUNCTION, X87_SIN, X87_F80},
    {"fcos", FUNCTION, X87_COS, X87_F80},
    {"fsincos", FUNCTION, X87_SINCOS, X87_F80},
    {"fptan", FUNCTION, X87_TAN, X87_F80},
};

START_TEST(soft_agrees_with_host)
{
    compare_units(operations[_i].name, operations[_i].family, operations[_i].op,
                  operations[_i].format);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("x87 in software");
    TCase *tests = tcase_create("operations");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (argc > 1)
        count_of_tests = (unsigned)strtoul(argv[1], NULL, 0);
    if (argc > 2)
        random_state = strtoull(argv[2], NULL, 0) | 1;
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, soft_agrees_with_host, 0,
                        (int)(sizeof operations / sizeof operations[0]));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#else

int main(void)
{
    puts("skipped: the host has no x87 to compare with");
    return 77;
}

#endif

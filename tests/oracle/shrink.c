#include "tests/oracle/shrink.h"

#include <string.h>

#include "cpu/cpu_internal.h"
#include "tests/oracle/case_text.h"
#include "tests/oracle/emulate.h"

struct shrinker {
    const struct cpu_model *model;
    struct oracle_test *test;
    shrink_differs_fn *differs;
    void *ctx;
};

unsigned shrink_decode(const struct cpu_model *model, const struct oracle_input *in, unsigned at,
                       struct insn *insn)
{
    bool code32 = emulator_segment_is_32bit(in->regs.seg[SEG_CS] | 3);
    insn_decode(model, code32, in->code + at, ORACLE_MAX_CODE - at, insn);
    return insn->length ? insn->length : 1;
}

static void offer(struct shrinker *s, const struct oracle_test *smaller)
{
    if (memcmp(s->test, smaller, sizeof *smaller) && s->differs(s->ctx, smaller))
        *s->test = *smaller;
}

static void shrink_code(struct shrinker *s)
{
    struct insn insn;
    for (unsigned at = 0; at < s->test->in.code_size;) {
        struct oracle_test t = *s->test;
        unsigned size = t.in.code_size, n = shrink_decode(s->model, &t.in, at, &insn);
        if (n >= size || at + n > size)
            break;
        memmove(t.in.code + at, t.in.code + at + n, size - at - n);
        memset(t.in.code + size - n, 0, n);
        t.in.code_size -= n;
        offer(s, &t);
        at += s->test->in.code_size == size ? n : 0;
    }
}

static void shrink_registers(struct shrinker *s)
{
    for (unsigned i = 0; i < GPR_COUNT; i++) {
        struct oracle_test t = *s->test;
        t.in.regs.gpr[i] = 0;
        offer(s, &t);
    }
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        struct oracle_test t = *s->test;
        if (i != SEG_CS)
            t.in.regs.seg[i] = ORACLE_USER_DS;
        offer(s, &t);
    }
}

static void shrink_flags(struct shrinker *s)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        struct oracle_test t = *s->test;
        t.in.regs.eflags &= ~(1u << bit) | EFLAGS_FIXED | EFLAGS_IF | EFLAGS_TF;
        offer(s, &t);
    }
}

static void shrink_memory(struct shrinker *s)
{
    for (unsigned i = s->test->in.poke_count; i-- > 0;) {
        struct oracle_test t = *s->test;
        struct oracle_poke *last = &t.in.poke[--t.in.poke_count];
        t.in.poke[i] = *last;
        memset(last, 0, sizeof *last);
        offer(s, &t);
    }
}

static void shrink_x87(struct shrinker *s)
{
    struct oracle_test t = *s->test;
    struct oracle_input plain;
    case_text_default(&plain);
    t.in.regs.x87 = plain.regs.x87;
    offer(s, &t);
}

void shrink_test(const struct cpu_model *model, struct oracle_test *test,
                 shrink_differs_fn *differs, void *ctx)
{
    struct shrinker s = {model, test, differs, ctx};
    shrink_code(&s);
    shrink_registers(&s);
    shrink_flags(&s);
    shrink_memory(&s);
    shrink_x87(&s);
}

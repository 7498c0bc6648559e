/*
 * How should an interpreter get from one micro-operation to the next? The same little program, made
 * of micro-operations of the block engine's shape, run in three ways:
 *
 *   loop   each function returns the next micro-operation to a loop
 *   tail   each function ends by calling the next one, which compilers make a jump
 *   goto   one function for all, and a computed goto behind each
 *
 *   bench_dispatch [MILLION-ROUNDS]
 *
 * Prints CPU nanoseconds per micro-operation. HACKING.md has the figures for gcc and clang.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct state {
    uint64_t steps, limit;
    uint32_t gpr[9];
    uint64_t flags;
};

struct op;
typedef const struct op *op_fn(struct state *s, const struct op *u);

struct op {
    op_fn *fn;
    const void *label;
    uint8_t dst, src, base, kind;
    uint32_t imm;
};

/* What the micro-operations do: once, for all three ways. */
#define FOR_EACH_OP(X)                                                                             \
    X(add, s->gpr[u->dst] = s->gpr[u->base] + s->gpr[u->src])                                      \
    X(sub, s->gpr[u->dst] = s->gpr[u->base] - s->gpr[u->src])                                      \
    X(xor, s->gpr[u->dst] = s->gpr[u->base] ^ s->gpr[u->src])                                      \
    X(and, s->gpr[u->dst] = s->gpr[u->base] & u->imm)                                              \
    X(or, s->gpr[u->dst] = s->gpr[u->base] | u->imm)                                               \
    X(shr, s->gpr[u->dst] = s->gpr[u->base] >> u->imm)                                             \
    X(rol, s->gpr[u->dst] = s->gpr[u->base] << u->imm | s->gpr[u->base] >> (32 - u->imm))          \
    X(inc, s->flags = s->gpr[u->dst] = s->gpr[u->base] + 1)

enum kind {
#define KIND(name, work) KIND_##name,
    FOR_EACH_OP(KIND) KIND_again
};

/* ---- Loop -------------------------------------------------------------------------------- */

#define LOOP_OP(name, work)                                                                        \
    static const struct op *loop_##name(struct state *s, const struct op *u)                       \
    {                                                                                              \
        work;                                                                                      \
        return u + 1;                                                                              \
    }
FOR_EACH_OP(LOOP_OP)

static const struct op *loop_again(struct state *s, const struct op *u)
{
    s->steps += u->imm;
    return s->steps < s->limit ? u - u->imm : NULL;
}

static void run_loop(struct state *s, const struct op *u)
{
    while (u)
        u = u->fn(s, u);
}

/* ---- Tail calls -------------------------------------------------------------------------- */

#ifdef __clang__
#define TAIL __attribute__((musttail)) return
#else
#define TAIL return
#endif

#define TAIL_OP(name, work)                                                                        \
    static const struct op *tail_##name(struct state *s, const struct op *u)                       \
    {                                                                                              \
        work;                                                                                      \
        u++;                                                                                       \
        __asm__("" : "+r"(u));                                                                     \
        TAIL u->fn(s, u);                                                                          \
    }
FOR_EACH_OP(TAIL_OP)

static const struct op *tail_again(struct state *s, const struct op *u)
{
    s->steps += u->imm;
    if (s->steps >= s->limit)
        return NULL;
    u -= u->imm;
    TAIL u->fn(s, u);
}

static void run_tail(struct state *s, const struct op *u)
{
    u->fn(s, u);
}

/* ---- Computed goto ----------------------------------------------------------------------- */

#define GOTO_OP(name, work)                                                                        \
    label_##name : work;                                                                           \
    u++;                                                                                           \
    goto * u->label;

/* Without a program it answers with its labels. */
static const void *const *run_goto(struct state *s, const struct op *u)
{
#define LABEL(name, work) &&label_##name,
    static const void *const labels[] = {FOR_EACH_OP(LABEL) && label_again};

    if (!u)
        return labels;
    goto * u->label;
    FOR_EACH_OP(GOTO_OP)
label_again:
    s->steps += u->imm;
    if (s->steps >= s->limit)
        return NULL;
    u -= u->imm;
    goto * u->label;
}

static void run_by_goto(struct state *s, const struct op *u)
{
    run_goto(s, u);
}

/* ---- The program: tests/bench/kernel's "integer", without its branch --------------------- */

static const struct op program[] = {
    {.kind = KIND_xor, .dst = 1, .base = 7, .src = 3},
    {.kind = KIND_add, .dst = 2, .base = 2, .src = 1},
    {.kind = KIND_rol, .dst = 3, .base = 3, .imm = 5},
    {.kind = KIND_add, .dst = 3, .base = 3, .src = 0},
    {.kind = KIND_and, .dst = 1, .base = 2, .imm = 0xff00ff},
    {.kind = KIND_shr, .dst = 5, .base = 3, .imm = 3},
    {.kind = KIND_xor, .dst = 1, .base = 1, .src = 0},
    {.kind = KIND_sub, .dst = 0, .base = 1, .src = 5},
    {.kind = KIND_add, .dst = 6, .base = 6, .src = 0},
    {.kind = KIND_or, .dst = 0, .base = 6, .imm = 1},
    {.kind = KIND_sub, .dst = 2, .base = 2, .src = 0},
    {.kind = KIND_shr, .dst = 0, .base = 2, .imm = 7},
    {.kind = KIND_xor, .dst = 0, .base = 0, .src = 5},
    {.kind = KIND_add, .dst = 0, .base = 0, .src = 1},
    {.kind = KIND_inc, .dst = 7, .base = 7},
    {.kind = KIND_again},
};
enum { OPS = sizeof(program) / sizeof(program[0]) };

static op_fn *const loop_fn[] = {
#define LOOP_FN(name, work) loop_##name,
    FOR_EACH_OP(LOOP_FN) loop_again};
static op_fn *const tail_fn[] = {
#define TAIL_FN(name, work) tail_##name,
    FOR_EACH_OP(TAIL_FN) tail_again};

static double measure(const char *name, op_fn *const *fn,
                      void (*run)(struct state *s, const struct op *u), uint64_t rounds)
{
    struct state s = {.limit = rounds * (OPS - 1), .gpr = {7, 0, 1, 0x12345678}};
    const void *const *labels = run_goto(NULL, NULL);
    struct op ops[OPS];
    clock_t begin;
    double ns;

    for (unsigned i = 0; i < OPS; i++) {
        ops[i] = program[i];
        ops[i].fn = fn[ops[i].kind];
        ops[i].label = labels[ops[i].kind];
    }
    ops[OPS - 1].imm = OPS - 1;
    begin = clock();
    run(&s, ops);
    ns = (double)(clock() - begin) * 1e9 / CLOCKS_PER_SEC / (double)(rounds * OPS);
    printf("%s %.2f ns (%08x)\n", name, ns, s.gpr[0] ^ s.gpr[6]);
    return ns;
}

int main(int argc, char **argv)
{
    uint64_t rounds = (argc > 1 ? strtoull(argv[1], NULL, 0) : 10) * 1000000;

    for (unsigned i = 0; i < 3; i++) {
        measure("loop", loop_fn, run_loop, rounds);
        measure("tail", tail_fn, run_tail, rounds);
        measure("goto", loop_fn, run_by_goto, rounds);
    }
    return 0;
}

#include "tests/oracle/campaign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu/cpu_internal.h"
#include "tests/oracle/case_text.h"
#include "tests/oracle/emulate.h"
#include "tests/oracle/generate.h"
#include "tests/oracle/generate_sequence.h"
#include "tests/oracle/host_rules.h"
#include "tests/oracle/judge.h"
#include "tests/oracle/native.h"
#include "tests/oracle/shrink.h"

enum { MAX_KEPT = 64, FAILURES_PER_ROW = 2 };

static const struct cpu_model model = {
    .level = CPU_I686,
    .features =
        CPU_FEAT_FPU | CPU_FEAT_TSC | CPU_FEAT_CX8 | CPU_FEAT_CMOV | CPU_FEAT_PSE | CPU_FEAT_PGE,
};

/* What the two sides said when the test ran among the others. */
struct testimony {
    struct oracle_input in;
    struct insn insn;
    struct oracle_output silicon, emulated;
};

/* The emulator's answers to a batch, and what the tests decoded to. */
struct answers {
    struct oracle_output out[ORACLE_BATCH];
    struct insn insn[ORACLE_BATCH];
};

struct campaign {
    struct campaign_options o;
    struct native *native;
    struct emulator *emulator;
    struct oracle_rng rng;
    struct answers answers[ORACLE_BATCHES];
    unsigned rows[INSN_COUNT], row_count, next_row;
    uint64_t made, compared, dropped, differing, disturbed;
    unsigned per_row[INSN_COUNT];
    struct oracle_test kept[MAX_KEPT];
    struct testimony testimony[MAX_KEPT];
    unsigned kept_count;
};

/* ---- Rows ----------------------------------------------------------------------------------- */

static bool row_id_matches(unsigned id, const char *name)
{
    static const char *const ids[INSN_COUNT] = {
#define INSN(id, ...) [INSN_##id] = #id,
#include "cpu/insn.def"
    };
    return ids[id] && !strcmp(ids[id], name);
}

static bool row_wanted(const struct campaign_options *o, unsigned id)
{
    const struct insn_row *row = &insn_rows[id];
    if (o->without && !strcmp(o->without, "x87") && row->attrs & ATTR_X87)
        return false;
    return !o->only || row_id_matches(id, o->only) || !strcmp(row->mnemonic, o->only);
}

static void choose_rows(struct campaign *c)
{
    /* Row 0 stands for all that is no instruction: #UD. */
    for (unsigned id = INSN_INVALID; id < INSN_COUNT; id++)
        if (row_wanted(&c->o, id))
            c->rows[c->row_count++] = id;
}

/* ---- Making batches ------------------------------------------------------------------------- */

/* False: this row gave no test that may run on the host. */
static bool make_test(struct campaign *c, struct oracle_batch *batch, struct answers *a,
                      unsigned row)
{
    unsigned n = batch->count;
    if (!generate_test(&c->rng, &model, row, &batch->in[n], &a->insn[n]))
        return false;
    const struct host_rule *rule = host_rule_find(&a->insn[n]);
    return !(rule && rule->skip) && emulator_run(c->emulator, &batch->in[n], &a->out[n]);
}

/* Without a jump in between, a processor may execute what was there before (SDM vol. 3, 8.1.3). */
static bool writes_own_code(const struct oracle_input *in, const struct oracle_output *out)
{
    uint32_t size = in->code_size + INSN_MAX_LENGTH;
    for (uint32_t i = 0; i < out->change_count && i < ORACLE_CHANGES; i++)
        if (out->change[i].address - in->code_at < size)
            return true;
    return out->change_count > ORACLE_CHANGES;
}

/* One that does not end is nothing for the host. */
static bool make_sequence(struct campaign *c, struct oracle_batch *batch, struct answers *a)
{
    unsigned n = batch->count;
    a->insn[n] = (struct insn){.id = INSN_INVALID};
    return generate_sequence(&c->rng, &model, c->rows, c->row_count, c->o.length, &batch->in[n]) &&
           emulator_run(c->emulator, &batch->in[n], &a->out[n]) &&
           a->out[n].vector != EMULATE_NO_VECTOR && !writes_own_code(&batch->in[n], &a->out[n]);
}

static void fill_batch(struct campaign *c, unsigned number)
{
    struct oracle_batch *batch = native_batch(c->native, number);
    uint64_t left = c->o.count - c->made;
    uint32_t want = left < ORACLE_BATCH ? (uint32_t)left : ORACLE_BATCH;
    batch->count = 0;
    batch->pattern = rng_u32(&c->rng);
    emulator_set_pattern(c->emulator, batch->pattern);
    for (unsigned tries = 0; batch->count < want && tries < 16 * ORACLE_BATCH; tries++) {
        unsigned row = c->rows[c->next_row++ % c->row_count];
        if (c->o.length > 1 ? make_sequence(c, batch, &c->answers[number])
                            : make_test(c, batch, &c->answers[number], row))
            batch->count++;
        else
            c->dropped++;
    }
    c->made += batch->count;
}

/* ---- Failures ------------------------------------------------------------------------------- */

static void keep_failure(struct campaign *c, const struct testimony *t, uint32_t pattern)
{
    c->differing++;
    bool one = t->insn.id != INSN_INVALID;
    if ((c->per_row[t->insn.id]++ >= FAILURES_PER_ROW && one) || c->kept_count == MAX_KEPT)
        return;
    c->testimony[c->kept_count] = *t;
    c->kept[c->kept_count++] = (struct oracle_test){t->in, pattern};
}

/* An interrupt of the host's own, in between, may show (RF after an instruction that a hypervisor
 * runs). Does the silicon, asked again, say what the emulator said the first time? Test 0 of the
 * batch is overwritten. */
static bool was_disturbed(struct campaign *c, unsigned number, const struct testimony *t)
{
    struct oracle_batch *batch = native_batch(c->native, number);
    batch->count = 1;
    batch->in[0] = t->in;
    if (native_submit(c->native, number) || native_wait(c->native))
        return false;
    return judge_compare(&t->insn, &t->in, &batch->out[0], &t->emulated, NULL);
}

static void compare_batch(struct campaign *c, unsigned number)
{
    struct oracle_batch *batch = native_batch(c->native, number);
    struct answers *a = &c->answers[number];
    unsigned count = batch->count;
    for (unsigned i = 0; i < count; i++) {
        if (judge_compare(&a->insn[i], &batch->in[i], &batch->out[i], &a->out[i], NULL))
            continue;
        struct testimony t = {batch->in[i], a->insn[i], batch->out[i], a->out[i]};
        if (was_disturbed(c, number, &t))
            c->disturbed++;
        else
            keep_failure(c, &t, batch->pattern);
    }
    c->compared += count;
}

/* What a test is to be judged by: its instruction, or INSN_INVALID for several. */
static void decode_case(const struct oracle_input *in, struct insn *insn)
{
    if (shrink_decode(&model, in, 0, insn) < in->code_size)
        insn->id = INSN_INVALID;
}

/* 1: alike, 0: differs, -1: the test may not run, -errno: the native program is gone. `report`
 * gets what differs. */
static int try_one(struct campaign *c, const struct oracle_test *f, FILE *report)
{
    struct oracle_batch *batch = native_batch(c->native, 0);
    struct oracle_output out;
    struct insn insn;
    decode_case(&f->in, &insn);
    emulator_set_pattern(c->emulator, f->pattern);
    if (!emulator_run(c->emulator, &f->in, &out))
        return -1;
    batch->count = 1;
    batch->pattern = f->pattern;
    batch->in[0] = f->in;
    int err = native_submit(c->native, 0);
    if (!err)
        err = native_wait(c->native);
    if (err)
        return err < -1 ? err : -EPIPE;
    return judge_compare(&insn, &f->in, &batch->out[0], &out, report);
}

static bool still_differs(void *ctx, const struct oracle_test *test)
{
    return try_one(ctx, test, NULL) == 0;
}

static void print_failure(struct campaign *c, struct oracle_test *f, const struct testimony *t)
{
    struct insn insn;
    shrink_test(&model, f, still_differs, c);
    putchar(' ');
    for (unsigned at = 0, n; at < f->in.code_size; at += n) {
        n = shrink_decode(&model, &f->in, at, &insn);
        printf(" %s", insn_rows[insn.id].mnemonic);
    }
    printf(" differs; run it alone with --case '");
    case_text_print(stdout, &f->in, f->pattern);
    printf("  '\n");
    if (try_one(c, f, stdout) == 1) {
        printf("    alone it is alike; among others it was:\n");
        judge_compare(&t->insn, &t->in, &t->silicon, &t->emulated, stdout);
    }
}

static void print_failures(struct campaign *c)
{
    for (unsigned i = 0; i < c->kept_count && i < c->o.max_failures; i++)
        print_failure(c, &c->kept[i], &c->testimony[i]);
    for (unsigned id = 1; id < INSN_COUNT; id++) /* sequences have no row */
        if (c->per_row[id])
            printf("  %u differ in %s (%s %02x /%u)\n", c->per_row[id], insn_rows[id].mnemonic,
                   insn_rows[id].map == MAP_0F ? "0f" : "", insn_rows[id].opcode,
                   insn_rows[id].ext);
}

/* ---- Life and running ----------------------------------------------------------------------- */

struct campaign *campaign_create(const struct campaign_options *o, char *why,
                                 unsigned long why_size)
{
    struct campaign *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->o = *o;
    c->rng.state = o->seed;
    choose_rows(c);
    c->native = native_start(o->native, why, why_size);
    c->emulator = emulator_create(&model, o->engine);
    if (!c->native || !c->emulator) {
        campaign_destroy(c);
        return NULL;
    }
    emulator_set_cpu_limit(c->emulator, native_cpu_limit(c->native));
    return c;
}

void campaign_destroy(struct campaign *c)
{
    native_stop(c->native);
    emulator_destroy(c->emulator);
    free(c);
}

static int report_death(struct campaign *c, unsigned number, int err)
{
    const struct oracle_batch *batch = native_batch(c->native, number);
    printf("the native program %s at this test:\n  ", err == -EPIPE ? "died" : "hangs");
    case_text_print(stdout, &batch->in[batch->current % ORACLE_BATCH], batch->pattern);
    return err;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void show_progress(const struct campaign *c, uint64_t before, double start)
{
    uint64_t every = c->o.progress;
    double took = seconds() - start;

    if (!every || before / every == c->compared / every)
        return;
    fprintf(stderr, "%s: %llu of %llu, %llu differ, %.0f a second\n", c->o.engine,
            (unsigned long long)c->compared, (unsigned long long)c->o.count,
            (unsigned long long)c->differing, took > 0 ? (double)c->compared / took : 0);
}

/* While the host works on one batch, the next is made and run on the emulator. */
int64_t campaign_run(struct campaign *c)
{
    double start = seconds();
    unsigned now = 0;
    int err = 0;
    if (!c->row_count)
        return -EINVAL;
    fill_batch(c, now);
    while (!err && native_batch(c->native, now)->count) {
        err = native_submit(c->native, now);
        if (c->differing < c->o.max_failures)
            fill_batch(c, now ^ 1);
        else
            native_batch(c->native, now ^ 1)->count = 0;
        if (!err)
            err = native_wait(c->native);
        if (err)
            return report_death(c, now, err);
        uint64_t before = c->compared;
        compare_batch(c, now);
        show_progress(c, before, start);
        now ^= 1;
    }
    double took = seconds() - start;
    print_failures(c);
    printf("%s: %llu tests of %u rows, %llu differ (%llu drafts dropped, %llu disturbed by the "
           "host; seed %llu; %.0f a second)\n",
           c->o.engine, (unsigned long long)c->compared, c->row_count,
           (unsigned long long)c->differing, (unsigned long long)c->dropped,
           (unsigned long long)c->disturbed, (unsigned long long)c->o.seed,
           took > 0 ? (double)c->compared / took : 0);
    return err ? err : (int64_t)c->differing;
}

int64_t campaign_run_text(struct campaign *c, const char *text)
{
    struct oracle_test f;
    char why[128];
    if (case_text_parse(text, &f.in, &f.pattern, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        return -EINVAL;
    }
    int result = try_one(c, &f, stdout);
    if (result == -1)
        fprintf(stderr, "this test would touch memory of the native program\n");
    else if (result >= 0)
        printf("%s\n", result ? "alike" : "differs");
    return result < 0 ? result : !result;
}

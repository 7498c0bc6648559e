/*
 * Runs the cases of tests/insn on every engine and, where the host can, on its processor.
 *
 * usage: insn_cases [--engine NAME] [--native PROGRAM] [--table] CASES [FILE]...
 *
 *   CASES   what the assembler made of the folder; FILE: only the cases of these (add)
 *   --table  also fail for a row of insn.def that no case decodes to
 *
 * Exit 0: all as expected; 1: not; 2: usage, or a case that cannot be read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/engine.h"
#include "tests/insn/insn_case.h"
#include "tests/insn/insn_check.h"
#include "tests/insn/system.h"
#include "tests/oracle/emulate.h"
#include "tests/oracle/host_rules.h"
#include "tests/oracle/native.h"
#include "tests/testbed/testbed.h"

struct options {
    const char *engine, *native, *cases;
    char **file;
    int file_count;
    bool table;
};

static bool is_chosen(const struct options *o, const struct insn_case *c)
{
    for (int i = 0; i < o->file_count; i++)
        if (!strcmp(o->file[i], c->file))
            return true;
    return o->file_count == 0;
}

/* ---- On the emulator ------------------------------------------------------------------------ */

static bool run_user(const struct insn_case *c, const char *engine)
{
    struct oracle_input in;
    struct oracle_output out;
    struct emulator *e = emulator_create(&c->model, engine);
    if (!e)
        abort();
    insn_case_input(c, &in);
    emulator_run(e, &in, &out);
    emulator_destroy(e);
    return insn_check(c, engine, &out, NULL, stdout);
}

static bool run_system(const struct insn_case *c, const char *engine)
{
    struct oracle_output out;
    uint32_t system[SYS_COUNT];
    system_run(c, engine, &out, system);
    return insn_check(c, engine, &out, system, stdout);
}

static unsigned run_engine(const struct options *o, const struct insn_cases *cases,
                           const char *engine)
{
    unsigned failed = 0, run = 0;
    for (unsigned i = 0; i < cases->count; i++) {
        const struct insn_case *c = &cases->list[i];
        if (!is_chosen(o, c))
            continue;
        run++;
        failed += !(c->world == WORLD_USER ? run_user(c, engine) : run_system(c, engine));
    }
    printf("%s: %u cases, %u failed\n", engine, run, failed);
    return failed;
}

/* ---- On the host ---------------------------------------------------------------------------- */

static bool can_run_on_host(const struct insn_case *c)
{
    const struct host_rule *rule = host_rule_find(&c->insn);
    return c->world == WORLD_USER && c->host_model && !(rule && rule->skip);
}

static unsigned run_batch(struct native *native, const struct insn_case **list, unsigned count)
{
    struct oracle_batch *batch = native_batch(native, 0);
    unsigned failed = 0;
    for (unsigned i = 0; i < count; i++)
        insn_case_input(list[i], &batch->in[i]);
    batch->count = count;
    batch->pattern = 0;
    if (native_submit(native, 0) || native_wait(native)) {
        printf("the native program died at: %s\n", list[batch->current % count]->text);
        return 1;
    }
    for (unsigned i = 0; i < count; i++)
        failed += !insn_check(list[i], "silicon", &batch->out[i], NULL, stdout);
    return failed;
}

static unsigned run_host(const struct options *o, const struct insn_cases *cases)
{
    char why[256];
    const struct insn_case *list[ORACLE_BATCH];
    unsigned count = 0, failed = 0, run = 0;
    struct native *native = native_start(o->native, why, sizeof why);
    if (!native) {
        printf("not run on silicon: %s\n", why);
        return 0;
    }
    for (unsigned i = 0; i < cases->count; i++) {
        if (is_chosen(o, &cases->list[i]) && can_run_on_host(&cases->list[i]))
            list[count++] = &cases->list[i];
        if (count && (count == ORACLE_BATCH || i + 1 == cases->count)) {
            failed += run_batch(native, list, count);
            run += count;
            count = 0;
        }
    }
    native_stop(native);
    printf("silicon: %u cases, %u failed\n", run, failed);
    return failed;
}

/* ---- The table ------------------------------------------------------------------------------ */

static unsigned check_table(const struct insn_cases *cases)
{
    static const char *const ids[INSN_COUNT] = {
#define INSN(id, ...) [INSN_##id] = #id,
#include "cpu/insn.def"
    };
    bool tested[INSN_COUNT] = {false};
    unsigned missing = 0;
    for (unsigned i = 0; i < cases->count; i++)
        tested[cases->list[i].insn.id] = true;
    for (unsigned id = 1; id < INSN_COUNT; id++)
        if (!tested[id]) {
            printf("%s: no case in tests/insn\n", ids[id]);
            missing++;
        }
    printf("table: %u rows, %u without a case\n", INSN_COUNT - 1, missing);
    return missing;
}

static int usage(void)
{
    fprintf(stderr, "usage: insn_cases [--engine NAME] [--native PROGRAM] [--table] CASES "
                    "[FILE]...\n");
    return 2;
}

static bool parse_options(int argc, char **argv, struct options *o)
{
    int i = 1;
    for (; i < argc && !strncmp(argv[i], "--", 2); i++) {
        if (!strcmp(argv[i], "--table"))
            o->table = true;
        else if (!strcmp(argv[i], "--engine") && i + 1 < argc)
            o->engine = argv[++i];
        else if (!strcmp(argv[i], "--native") && i + 1 < argc)
            o->native = argv[++i];
        else
            return false;
    }
    if (i == argc)
        return false;
    o->cases = argv[i++];
    o->file = argv + i;
    o->file_count = argc - i;
    return true;
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct insn_cases cases;
    char why[256];
    unsigned failed = 0;
    if (!parse_options(argc, argv, &o))
        return usage();
    if (o.engine && !testbed_find_engine(o.engine))
        return 2;
    if (insn_cases_read(o.cases, &cases, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    if (o.table)
        failed += check_table(&cases);
    else if (o.native)
        failed += run_host(&o, &cases);
    for (unsigned i = 0; !o.table && cpu_engines[i]; i++)
        if (!o.engine || !strcmp(o.engine, cpu_engines[i]->name))
            failed += run_engine(&o, &cases, cpu_engines[i]->name);
    insn_cases_free(&cases);
    return failed ? 1 : 0;
}

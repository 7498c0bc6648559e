/*
 * Random instructions on the host's silicon and on the emulator, side by side.
 *
 * usage: oracle --native PROGRAM [--engine NAME] [--seed N] [--count N] [--row NAME] [--skip x87]
 *               [--length N] [--failures N] [--progress N] [--case TEXT]
 *
 *   --row       a row of insn.def (ADD_Eb_Gb) or a mnemonic (add): only that
 *   --length    this many instructions in a test (1; see generate_sequence.h)
 *   --failures  stop after this many (20)
 *   --progress  a line to standard error after every N tests
 *   --case      one test as a failure prints it
 *
 * Exit 0: all alike; 1: some differ; 2: usage; 77: the host cannot (not x86, no 32-bit programs).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/engine.h"
#include "tests/oracle/campaign.h"
#include "tests/testbed/testbed.h"

static int usage(void)
{
    fprintf(stderr, "usage: oracle --native PROGRAM [--engine NAME] [--seed N] [--count N] "
                    "[--row NAME] [--skip x87] [--length N] [--failures N] "
                    "[--progress N] [--case TEXT]\n");
    return 2;
}

static bool parse_options(int argc, char **argv, struct campaign_options *o, const char **text)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (!strcmp(argv[i], "--native"))
            o->native = value;
        else if (!strcmp(argv[i], "--engine"))
            o->engine = value;
        else if (!strcmp(argv[i], "--seed"))
            o->seed = strtoull(value, NULL, 0);
        else if (!strcmp(argv[i], "--count"))
            o->count = strtoull(value, NULL, 0);
        else if (!strcmp(argv[i], "--row"))
            o->only = value;
        else if (!strcmp(argv[i], "--skip"))
            o->without = value;
        else if (!strcmp(argv[i], "--length"))
            o->length = (unsigned)strtoul(value, NULL, 0);
        else if (!strcmp(argv[i], "--failures"))
            o->max_failures = (unsigned)strtoul(value, NULL, 0);
        else if (!strcmp(argv[i], "--progress"))
            o->progress = strtoull(value, NULL, 0);
        else if (!strcmp(argv[i], "--case"))
            *text = value;
        else
            return false;
    }
    return o->native && argc % 2;
}

static int run_engine(struct campaign_options *o, const char *text)
{
    char why[256] = "";
    struct campaign *c = campaign_create(o, why, sizeof why);
    if (!c) {
        printf("%s\n", why);
        return 77;
    }
    int64_t differing = text ? campaign_run_text(c, text) : campaign_run(c);
    campaign_destroy(c);
    if (differing == -EINVAL)
        return 2;
    return differing ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct campaign_options o = {.seed = 1, .count = 10000, .max_failures = 20, .length = 1};
    const char *text = NULL;
    int status = 0;
    if (!parse_options(argc, argv, &o, &text))
        return usage();
    const char *engine = o.engine;
    if (engine && !testbed_find_engine(engine))
        return 2;
    for (unsigned i = 0; cpu_engines[i] && status != 77; i++) {
        o.engine = cpu_engines[i]->name;
        if (!engine || !strcmp(engine, o.engine))
            status |= run_engine(&o, text);
    }
    return status;
}

/*
 * The `diff` verb: where two traces part, and what was so then.
 *
 * Events are alike when their text is, at the level of the comparison, their numbers aside: one
 * trace may lack what the other's filter let through. After the first difference the traces are
 * aligned again as soon as a few events in a row are alike, to tell what was left out, added or
 * changed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/diff/show.h"
#include "emu/exitcode.h"
#include "emu/options.h"
#include "emu/support/log.h"
#include "emu/verbs.h"

enum { ALIKE_AGAIN = 3 }; /* events in a row that count as aligned */

static void print_help(void)
{
    printf("usage: forkscope diff [option...] A B\n\n"
           "Compares two traces, recorded (binary, jsonl) or text, and shows where they part: ten\n"
           "events before, what differs, the registers and the stack on both sides. Traces of two\n"
           "builds of a guest want --trace-level symbolic.\n");
    options_print(stdout, VERB_DIFF);
    printf("\nExit codes: 0 no difference, 1 a difference, 2 usage, 3 a trace cannot be read.\n");
}

static bool alike(const struct diff_item *a, const struct diff_item *b, enum trace_level level,
                  bool counts)
{
    return strcmp(diff_body(a->text, level, counts), diff_body(b->text, level, counts)) == 0;
}

/* Are the events from these places on alike for a while, or to both ends? */
static bool aligned(struct diff *d, unsigned i, unsigned j)
{
    for (unsigned k = 0; k < ALIKE_AGAIN; k++) {
        const struct diff_item *a = diff_side_peek(&d->side[0], i + k);
        const struct diff_item *b = diff_side_peek(&d->side[1], j + k);

        if (a == NULL || b == NULL)
            return a == b && k > 0;
        if (!alike(a, b, d->level, false))
            return false;
    }
    return true;
}

/* The nearest places where the two go on alike; false: not within sight. */
static bool align(struct diff *d)
{
    for (unsigned sum = 0; sum < DIFF_WINDOW; sum++)
        for (unsigned i = 0; i <= sum; i++)
            if (aligned(d, i, sum - i)) {
                d->only[0] = i;
                d->only[1] = sum - i;
                return true;
            }
    return false;
}

static int read_error(struct diff *d)
{
    for (unsigned s = 0; s < 2; s++)
        if (d->side[s].error != 0) {
            log_error("%s", d->side[s].why);
            return EXITCODE_INPUT;
        }
    return EXITCODE_OK;
}

static int compare(struct diff *d)
{
    const struct diff_item *a, *b;

    for (;;) {
        a = diff_side_peek(&d->side[0], 0);
        b = diff_side_peek(&d->side[1], 0);
        if (read_error(d) != EXITCODE_OK)
            return EXITCODE_INPUT;
        if (a == NULL || b == NULL || !alike(a, b, d->level, true))
            break;
        diff_remember(d, diff_side_take(&d->side[0]), diff_side_take(&d->side[1]));
    }
    if (a == NULL && b == NULL) {
        printf("no difference in %llu events\n", (unsigned long long)d->same);
        return EXITCODE_OK;
    }
    d->aligned = align(d);
    diff_show(d);
    return EXITCODE_MISMATCH;
}

/* A trace that was written at a coarser level sets the level of the comparison. */
static int choose_level(struct diff *d, const struct options *o)
{
    d->level = d->side[0].level > d->side[1].level ? d->side[0].level : d->side[1].level;
    if (o->trace_level != NULL) {
        enum trace_level wanted;

        if (!trace_level_parse(o->trace_level, &wanted)) {
            log_error("--trace-level is exact, symbolic or semantic, not '%s'", o->trace_level);
            return EXITCODE_USAGE;
        }
        d->level = wanted;
    }
    for (unsigned s = 0; s < 2; s++)
        if (d->level < d->side[s].level ||
            (d->side[s].reader == NULL && d->level != d->side[s].level)) {
            log_error("'%s' is of level %s and cannot be compared at level %s", d->side[s].path,
                      trace_level_name(d->side[s].level), trace_level_name(d->level));
            return EXITCODE_USAGE;
        }
    return EXITCODE_OK;
}

static int diff_with(struct diff *d, const struct options *o)
{
    struct trace_filter filter;
    char why[256];
    int code;

    trace_filter_init(&filter, ~(trace_kinds)0);
    if (o->trace_filter != NULL &&
        trace_filter_parse(&filter, o->trace_filter, why, sizeof(why)) != 0) {
        log_error("%s", why);
        return EXITCODE_USAGE;
    }
    for (unsigned s = 0; s < 2; s++)
        if (diff_side_open(&d->side[s], o->words[s]) != 0) {
            log_error("%s", d->side[s].why);
            return EXITCODE_INPUT;
        }
    code = choose_level(d, o);
    if (code != EXITCODE_OK)
        return code;
    for (unsigned s = 0; s < 2; s++)
        diff_side_begin(&d->side[s], d->level, &filter);
    return compare(d);
}

int diff_main(int argc, char **argv)
{
    struct diff *d = calloc(1, sizeof(*d));
    struct options o;
    char why[256];
    int code = EXITCODE_USAGE;

    if (d == NULL) {
        log_error("out of memory");
        return EXITCODE_EMULATOR;
    }
    if (options_parse(&o, VERB_DIFF, argc, argv, why, sizeof(why)) != 0) {
        log_error("%s", why);
    } else if (o.help) {
        print_help();
        code = EXITCODE_OK;
    } else if (o.words_count != 2) {
        log_error("diff wants two traces: forkscope diff A B");
    } else {
        code = diff_with(d, &o);
    }
    diff_forget(d);
    diff_side_close(&d->side[0]);
    diff_side_close(&d->side[1]);
    free(d);
    return code;
}

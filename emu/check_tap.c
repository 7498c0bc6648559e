/* The verdict as TAP 13: a test a rule, with a block of explanation for each failure. */
#include "emu/check_state.h"

static void print_failure(const struct check_failure *failure, struct trace_out *out)
{
    const struct check_verdict *v = &failure->verdict;

    trace_out_printf(out, "  ---\n");
    if (failure->fork != 0)
        trace_out_printf(out, "  fork: %u\n  parent: %d\n", failure->fork, failure->parent);
    if (failure->child >= 0)
        trace_out_printf(out, "  child: %d\n", failure->child);
    trace_out_printf(out, "  expected: \"%s\"\n  got: \"%s\"\n", v->expected, v->got);
    trace_out_printf(out, "  where: \"%s\"\n", v->where);
    trace_out_printf(out,
                     "  look: forkscope run ... --trace - --trace-filter 'icount=%llu..%llu'\n"
                     "  ...\n",
                     (unsigned long long)(v->icount > 200 ? v->icount - 200 : 0),
                     (unsigned long long)v->icount + 200);
}

static void print_rule(const struct check *c, unsigned n, struct trace_out *out)
{
    const struct check_total *total = &c->total[n];

    trace_out_printf(out, "%s %u - %s", total->broken ? "not ok" : "ok", n, check_rules[n].title);
    if (total->broken)
        trace_out_printf(out, " (%u of %u forks)\n", total->broken, total->judged);
    else if (total->judged)
        trace_out_printf(out, " (%u fork%s)\n", total->judged, total->judged == 1 ? "" : "s");
    else
        trace_out_printf(out, " # SKIP %s\n", total->why[0] ? total->why : "the run ended before");
    for (unsigned i = 0; i < total->broken && i < CHECK_FAILURES_MAX; i++)
        print_failure(&total->failure[i], out);
}

bool check_print(const struct check *c, struct trace_out *out)
{
    bool good = true;

    trace_out_printf(out, "TAP version 13\n");
    if (c->seen == 0 && !c->blind) {
        trace_out_printf(out, "Bail out! no program forked: there is nothing to check\n");
        return false;
    }
    trace_out_printf(out, "1..%d\n", CHECK_RULES);
    for (unsigned n = 1; n <= CHECK_RULES; n++) {
        print_rule(c, n, out);
        good = good && c->total[n].broken == 0;
    }
    return good;
}

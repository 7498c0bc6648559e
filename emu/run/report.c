#include "emu/run/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "emu/support/log.h"

static const struct {
    const char *word;
    int exitcode;
    const char *sentence;
} ends[RUN_ENDS] = {
    [RUN_GUEST_EXIT] = {"exit", EXITCODE_OK, "the guest reported success"},
    [RUN_TRIPLE] = {"triple-fault", EXITCODE_TRIPLE, "triple fault"},
    [RUN_STUCK] = {"stuck", EXITCODE_STUCK, "the guest is halted and nothing can ever wake it"},
    [RUN_IDLE] = {"idle", EXITCODE_STUCK,
                  "the guest only idles and no input can come (see --idle-limit)"},
    [RUN_PANIC] = {"panic", EXITCODE_PANIC, "it did not end by itself"},
    [RUN_RESET] = {"reset", EXITCODE_GUEST_FAILED,
                   "the guest reset the machine without reporting a result"},
    [RUN_BUDGET] = {"budget", EXITCODE_BUDGET, "the instruction budget is used up (--max-insns)"},
    [RUN_WALL] = {"wall-timeout", EXITCODE_WALL, "the wall-clock guard ended the run"},
    [RUN_INTERRUPTED] = {"interrupted", EXITCODE_INTERRUPTED, "interrupted"},
    [RUN_OUTPUT] = {"output-error", EXITCODE_EMULATOR, "output could not be written"},
};

/* A guest that panicked has failed, whatever it did afterwards; output that is lost says nothing
 * about the guest. */
static bool panic_counts(const struct report *r)
{
    return r->panicked && r->end != RUN_OUTPUT && r->end != RUN_INTERRUPTED;
}

const char *report_word(const struct report *r)
{
    return panic_counts(r) ? "panic" : ends[r->end].word;
}

static int tool_exitcode(const struct report *r)
{
    if (panic_counts(r))
        return EXITCODE_PANIC;
    if (r->end == RUN_GUEST_EXIT && r->guest_value != 0)
        return EXITCODE_GUEST_FAILED;
    return ends[r->end].exitcode;
}

int report_exitcode(const struct report *r, enum exit_mode mode)
{
    if (r->end != RUN_GUEST_EXIT || mode == EXIT_MODE_TOOL)
        return tool_exitcode(r);
    uint32_t code = mode == EXIT_MODE_QEMU ? r->guest_value << 1 | 1 : r->guest_value;
    return (int)(code & 0xff);
}

const char *report_sentence(const struct report *r, char *buf, size_t size)
{
    char what[128];

    if (r->end == RUN_GUEST_EXIT && r->guest_value)
        snprintf(what, sizeof(what), "the guest reported failure (%" PRIu32 ")", r->guest_value);
    else
        snprintf(what, sizeof(what), "%s", ends[r->end].sentence);
    snprintf(buf, size, "%s%s after %" PRIu64 " instructions at %s",
             panic_counts(r) ? "the guest panicked; then: " : "", what, r->icount, r->where);
    return buf;
}

uint64_t report_clock(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_ia32_rdtsc();
#else
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
#endif
}

/* All parts together are the run's seconds. */
static void report_meter(const struct meter *meter, double seconds)
{
    uint64_t all = 0;

    for (unsigned i = 0; i < METER_PARTS; i++)
        all += meter->spent[i];
    for (unsigned i = 0; i < METER_PARTS && all > 0; i++)
        log_note("%9.6f s  %s", seconds * (double)meter->spent[i] / (double)all, meter_texts[i]);
}

void report_stats(const struct report *r, const struct cpu_stats *cpu, const struct meter *meter)
{
    log_note("%" PRIu64 " instructions, %.6f s of the guest's time, %.6f s of it idle", r->icount,
             (double)r->now / 1e9, (double)r->idle / 1e9);
    log_note("%.3f s of your time, %.1f million instructions a second", r->wall,
             r->wall > 0 ? (double)r->icount / r->wall / 1e6 : 0.0);
    for (const struct cpu_stat_row *row = cpu_stat_rows; row->text; row++)
        log_note("%12" PRIu64 "  %s", *(const uint64_t *)((const char *)cpu + row->offset),
                 row->text);
    report_meter(meter, r->wall);
}

int report_write_json(const struct report *r, int exitcode, const char *path, char *why,
                      size_t why_size)
{
    FILE *f = fopen(path, "we");
    bool ok;

    if (!f)
        return log_why(why, why_size, -errno, "cannot write '%s': %s", path, strerror(errno));
    fprintf(f,
            "{\"end\": \"%s\", \"exit_code\": %d, \"guest_value\": %" PRIu32
            ", \"panic\": %s, \"instructions\": %" PRIu64 ", \"virtual_ns\": %" PRId64
            ", \"idle_ns\": %" PRId64 ", \"eip\": \"0x%08" PRIx32 "\", \"where\": \"%s\"}\n",
            report_word(r), exitcode, r->guest_value, r->panicked ? "true" : "false", r->icount,
            r->now, r->idle, r->eip, r->where);
    ok = !ferror(f);
    ok = fclose(f) == 0 && ok;
    return ok ? 0 : log_why(why, why_size, -EIO, "cannot write '%s': %s", path, strerror(errno));
}

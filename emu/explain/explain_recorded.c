#include "emu/explain/explain_recorded.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "emu/exitcode.h"
#include "emu/explain/explain_words.h"
#include "emu/support/log.h"
#include "emu/trace/trace_reader.h"
#include "emu/trace/trace_text.h"

static const char *gate_name(unsigned type)
{
    switch (type) {
    case 5:
        return "a task gate";
    case 6:
        return "a 16-bit interrupt gate";
    case 7:
        return "a 16-bit trap gate";
    case 14:
        return "a 32-bit interrupt gate";
    case 15:
        return "a 32-bit trap gate";
    default:
        return "the real-mode vector table";
    }
}

static void tell_page_fault(const struct cpu_int_event *i)
{
    printf("   a %s of %08x (CR2) by ring %s; %s\n", i->error & PF_WRITE ? "write" : "read", i->cr2,
           i->error & PF_USER ? "3" : "0, 1 or 2",
           i->error & PF_PRESENT ? "P = 1: the page is there but refuses"
                                 : "P = 0: the page is absent");
}

static void tell_gate_used(const struct cpu_int_event *i)
{
    printf("   through %s", gate_name(i->gate_type));
    if (i->gate_type)
        printf(", DPL %u, to %04x:%08x", i->gate_dpl, i->gate_selector, i->gate_offset);
    printf("\n");
    if (i->gate_type && i->kind == CPU_INT_SOFTWARE)
        printf("   INT n of ring %u may use it: its DPL is %u\n", i->cpl_from, i->gate_dpl);
    if (i->stack_switch)
        printf(
            "   ring %u to ring %u: the stack is SS:ESP of the TSS, %04x:%08x; the old SS and ESP "
            "are pushed first\n",
            i->cpl_from, i->cpl_to, i->tss_ss, i->tss_esp);
    else
        printf("   the ring stays %u, and so does the stack\n", i->cpl_to);
    if (i->gate_type == 6 || i->gate_type == 14)
        printf("   an interrupt gate: IF becomes 0\n");
    else if (i->gate_type)
        printf("   a trap gate: IF stays as it is\n");
}

static void tell_interrupt(const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;

    printf("%s 0x%02x%s%s: ", vector_name(i->vector), i->vector,
           *vector_title(i->vector) ? ", " : "", vector_title(i->vector));
    printf("at %04x:%08x\n", i->from_cs, i->from_eip);
    if (i->vector == VEC_PF && i->kind == CPU_INT_FAULT)
        tell_page_fault(i);
    else if (i->has_error)
        printf("   error code %04x\n", i->error);
    tell_gate_used(i);
}

static void tell_iret(const struct trace_event *e)
{
    const struct cpu_iret_event *i = &e->iret.cpu;

    printf("IRET, ring %u to ring %u%s\n", i->cpl_from, i->cpl_to,
           i->task_return            ? ": NT was 1, it goes back to another task"
           : i->cpl_to > i->cpl_from ? ": an outer ring, so ESP and SS are popped, too"
                                     : ": the stack stays");
}

/* As the trace has it, then what it means. */
static int tell(const struct trace_reader *r, const struct trace_event *e, char *why,
                size_t why_size)
{
    struct trace_out *out;
    int err = 0;

    fflush(stdout);
    out = trace_out_open("-", NULL, NULL, &err, why, why_size);
    if (out == NULL)
        return err;
    trace_text_event(out, trace_reader_names(r), e);
    err = trace_out_close(out, why, why_size);
    if (e->kind == TRACE_INT || e->kind == TRACE_IRQ)
        tell_interrupt(e);
    else if (e->kind == TRACE_IRET)
        tell_iret(e);
    return err;
}

static bool is_exception(const struct trace_event *e)
{
    return e->kind == TRACE_INT &&
           (e->interrupt.kind == CPU_INT_FAULT || e->interrupt.kind == CPU_INT_ABORT);
}

/* What is being read, and what was found there. */
struct search {
    struct trace_reader *reader;
    uint64_t step;
    bool found;
    char why[512];
};

/* The step of the last exception. */
static int find_last(struct search *s)
{
    struct trace_event e;
    int got;

    while ((got = trace_reader_next(s->reader, &e, s->why, sizeof(s->why))) > 0) {
        if (!is_exception(&e))
            continue;
        s->step = e.icount;
        s->found = true;
    }
    return got;
}

static int tell_step(struct search *s)
{
    struct trace_event e;
    int got, err = 0;

    while (err == 0 && (got = trace_reader_next(s->reader, &e, s->why, sizeof(s->why))) > 0) {
        if (e.icount != s->step)
            continue;
        s->found = true;
        err = tell(s->reader, &e, s->why, sizeof(s->why));
    }
    return err != 0 ? err : got;
}

/* Reads the recording from its beginning. */
static int read_with(struct search *s, const char *path, int (*what)(struct search *))
{
    int err = trace_reader_open(&s->reader, path, s->why, sizeof(s->why));

    s->found = false;
    if (err == 0) {
        err = what(s);
        trace_reader_close(s->reader);
    }
    return err;
}

int explain_recording(const char *path, const uint64_t *step)
{
    struct search s = {.found = true};
    int err = 0;

    if (step)
        s.step = *step;
    else
        err = read_with(&s, path, find_last);
    if (err == 0 && s.found)
        err = read_with(&s, path, tell_step);
    if (err != 0) {
        log_error("%s", s.why);
        return EXITCODE_INPUT;
    }
    if (s.found)
        return EXITCODE_OK;
    if (step)
        log_error("nothing is recorded in '%s' for step %" PRIu64, path, *step);
    else
        log_error("no exception is recorded in '%s': give a step, as %s@1234", path, path);
    return EXITCODE_USAGE;
}

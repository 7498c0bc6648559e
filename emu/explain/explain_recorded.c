#include "emu/explain/explain_recorded.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "emu/exitcode.h"
#include "emu/explain/explain_words.h"
#include "emu/support/log.h"
#include "emu/trace/trace_reader.h"
#include "emu/trace/trace_text.h"

/* ---- From events back to what the CPU's hooks said --------------------------------------- */

static struct cpu_segment segment(const struct trace_why *why, enum trace_cpu_word first)
{
    return (struct cpu_segment){.selector = (uint16_t)why->cpu[first],
                                .base = why->cpu[first + 1],
                                .limit = why->cpu[first + 2],
                                .attr = (uint16_t)why->cpu[first + 3]};
}

/* The registers as far as an explanation looks at them. */
static struct cpu_state state_of(const struct trace_event *e)
{
    const struct trace_why *why = &e->why;
    struct cpu_state s = {.icount = e->icount, .eip = e->eip, .cpl = e->cpl};

    s.cr0 = why->cpu[CPUWORD_CR0];
    s.cr3 = why->cpu[CPUWORD_CR3];
    s.cr4 = why->cpu[CPUWORD_CR4];
    s.dr[6] = why->cpu[CPUWORD_DR6];
    s.eflags = why->cpu[CPUWORD_EFLAGS];
    s.gpr[GPR_ESP] = why->cpu[CPUWORD_ESP];
    s.gdtr =
        (struct cpu_table_reg){why->cpu[CPUWORD_GDT_BASE], (uint16_t)why->cpu[CPUWORD_GDT_LIMIT]};
    s.idtr =
        (struct cpu_table_reg){why->cpu[CPUWORD_IDT_BASE], (uint16_t)why->cpu[CPUWORD_IDT_LIMIT]};
    s.tr = segment(why, CPUWORD_TR);
    s.ldtr = segment(why, CPUWORD_LDT);
    s.seg[SEG_CS].base = why->cpu[CPUWORD_CS_BASE];
    s.seg[SEG_CS].attr = (uint16_t)why->cpu[CPUWORD_CS_ATTR];
    s.seg[SEG_SS].selector = (uint16_t)why->cpu[CPUWORD_SS];
    return s;
}

static uint16_t popped_cs(const struct cpu_iret_event *iret)
{
    for (unsigned i = 0; i < iret->slot_count; i++)
        if (iret->slot[i].word == FRAME_CS)
            return (uint16_t)iret->slot[i].value;
    return 0;
}

/* The handler's first instruction is next. */
static void as_interrupt(struct explain_event *to, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;

    to->kind = EXPLAIN_INT;
    to->interrupt = *i;
    to->after.cpl = i->cpl_to;
    to->after.seg[SEG_CS].selector = (uint16_t)((i->gate_selector & ~3u) | i->cpl_to);
    if (i->slot_count > 0)
        to->after.gpr[GPR_ESP] = i->slot[i->slot_count - 1].linear;
}

static void take_words(struct cpu_state *s, const uint32_t *word)
{
    s->cr3 = word[TSSWORD_CR3];
    s->eip = word[TSSWORD_EIP];
    s->eflags = word[TSSWORD_EFLAGS];
    s->gpr[GPR_ESP] = word[TSSWORD_ESP];
    s->seg[SEG_CS].selector = (uint16_t)word[TSSWORD_CS];
    s->seg[SEG_SS].selector = (uint16_t)word[TSSWORD_SS];
    s->ldtr.selector = (uint16_t)word[TSSWORD_LDT];
}

static void as_task(struct explain_event *to, const struct trace_event *e)
{
    to->kind = EXPLAIN_TASK;
    to->task = (struct cpu_task_event){.cause = e->task.cause,
                                       .from_tr = e->task.from_tr,
                                       .to_tr = e->task.to_tr,
                                       .before = to->after};
    take_words(&to->task.before, e->task.saved);
    to->task.before.tr = segment(&e->why, CPUWORD_OLD_TR);
    take_words(&to->after, e->task.loaded);
}

static void as_failed(struct explain_event *to, const struct trace_event *e)
{
    const struct trace_failed *f = &e->failed;

    to->kind = EXPLAIN_FAILED;
    to->failed = (struct cpu_failed_event){.vector = f->vector,
                                           .because = f->because,
                                           .kind = f->kind,
                                           .has_error = f->has_error,
                                           .because_has_error = f->because_has_error,
                                           .error = f->error,
                                           .because_error = f->because_error,
                                           .cr2 = f->cr2};
}

/* False: such an event is not for explaining. */
static bool happening(const struct trace_event *e, struct explain_event *to)
{
    *to = (struct explain_event){.icount = e->icount, .after = state_of(e)};
    switch (e->kind) {
    case TRACE_INT:
    case TRACE_IRQ:
        as_interrupt(to, e);
        return true;
    case TRACE_IRET:
        to->kind = EXPLAIN_IRET;
        to->iret = e->iret.cpu;
        to->after.seg[SEG_CS].selector = popped_cs(&e->iret.cpu);
        return true;
    case TRACE_FAILED:
        as_failed(to, e);
        return true;
    case TRACE_TASK:
        as_task(to, e);
        return true;
    case TRACE_TRIPLE:
        to->kind = EXPLAIN_SHUTDOWN;
        return true;
    default:
        return false;
    }
}

/* As the trace has it, then what it means; -EIO where that cannot be written. */
static int tell(const struct trace_reader *r, const struct trace_event *e, unsigned *number,
                char *why, size_t why_size)
{
    struct sight sight = {.event = e, .names = trace_reader_names(r)};
    struct explain_event said;
    struct trace_out *out;
    int err = 0;

    fflush(stdout);
    out = trace_out_open("-", NULL, NULL, &err, why, why_size);
    if (out == NULL)
        return err;
    trace_text_event(out, trace_reader_names(r), e);
    err = trace_out_close(out, why, why_size) != 0 ? -EIO : 0;
    if (!happening(e, &said))
        return err;
    if (e->why.words == 0 && e->kind != TRACE_IRET && e->kind != TRACE_TRIPLE)
        printf("   What decided is not in this recording: an older forkscope made it.\n");
    else
        sight_tell(&sight, &said, ++*number, stdout);
    return err;
}

/* ---- Finding the step -------------------------------------------------------------------- */

static bool is_exception(const struct trace_event *e)
{
    if (e->kind == TRACE_TRIPLE || e->kind == TRACE_FAILED)
        return true;
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
    unsigned number = 0;
    int got, err = 0;

    while (err == 0 && (got = trace_reader_next(s->reader, &e, s->why, sizeof(s->why))) > 0) {
        if (e.icount != s->step)
            continue;
        s->found = true;
        err = tell(s->reader, &e, &number, s->why, sizeof(s->why));
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
        if (err == 0 && (what == tell_step || !s->found)) /* once */
            trace_reader_note_end(s->reader);
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
        return err == -EIO ? EXITCODE_EMULATOR : EXITCODE_INPUT;
    }
    if (s.found)
        return EXITCODE_OK;
    if (step)
        log_error("nothing is recorded in '%s' for step %" PRIu64, path, *step);
    else
        log_error("no exception is recorded in '%s': give a step, as %s@1234", path, path);
    return EXITCODE_USAGE;
}

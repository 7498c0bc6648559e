#include "emu/trace/trace_tell.h"

#include "emu/trace/trace_field.h"

void trace_told_clear(struct trace_told *told)
{
    map64_clear(&told->symbols);
    map64_clear(&told->lines);
    map64_clear(&told->stacks);
    map64_clear(&told->programs);
}

void trace_told_free(struct trace_told *told)
{
    map64_free(&told->symbols);
    map64_free(&told->lines);
    map64_free(&told->stacks);
    map64_free(&told->programs);
}

/* One walk over an event. */
struct walk {
    struct trace_told *told;
    const struct trace_teller *teller;
    void *ctx;
    const struct trace_facts *facts;
    unsigned program;
};

static bool is_told(const struct map64 *told, uint64_t key)
{
    uint64_t yes;

    return map64_get(told, key, &yes);
}

/* What is not known now may be later: a reader that is copied from learns on the way. */
static void tell_line(const struct walk *w, uint32_t addr)
{
    const char *file;
    int line;

    if (is_told(&w->told->lines, addr) || !w->facts->line(w->facts->ctx, addr, &file, &line))
        return;
    map64_set(&w->told->lines, addr, 1);
    w->teller->line(w->ctx, addr, file, line);
}

static void tell_symbol(const struct walk *w, uint32_t addr)
{
    unsigned program = addr < w->facts->ground.kernel_base ? w->program : 0;
    uint64_t key = (uint64_t)program << 32 | addr;
    struct trace_symbol symbol;

    if (is_told(&w->told->symbols, key) ||
        !w->facts->symbol(w->facts->ctx, w->program, addr, &symbol))
        return;
    map64_set(&w->told->symbols, key, 1);
    w->teller->symbol(w->ctx, program, addr, &symbol);
}

/* Stacks change their owners: told whenever the answer is another one. True: it is a stack. */
static bool tell_stack(const struct walk *w, uint32_t addr)
{
    uint32_t size = w->facts->ground.thread_size, stack = size ? addr & ~(size - 1) : 0;
    uint64_t told = (uint32_t)-1;
    int32_t pid;

    if (size == 0 || addr < w->facts->ground.kernel_base)
        return false;
    map64_get(&w->told->stacks, stack, &told);
    if (!w->facts->stack(w->facts->ctx, addr, &pid))
        pid = -1;
    if ((uint32_t)pid != told) {
        map64_set(&w->told->stacks, stack, (uint32_t)pid);
        w->teller->stack(w->ctx, stack, pid);
    }
    return pid >= 0;
}

static void tell_address(void *ctx, enum trace_form_of form, uint32_t value)
{
    enum { SMALL = 0x1000 };
    const struct walk *w = ctx;

    if (value < SMALL)
        return;
    if (form == FIELD_STACK_TOP && tell_stack(w, value - 1))
        return;
    if (form == FIELD_CODE || form == FIELD_PLACE || !tell_stack(w, value))
        tell_symbol(w, value);
    if (form == FIELD_PLACE && value >= w->facts->ground.kernel_base)
        tell_line(w, value);
}

static void tell_program(const struct walk *w)
{
    const char *path = w->facts->program ? w->facts->program(w->facts->ctx, w->program) : NULL;

    if (path == NULL || is_told(&w->told->programs, w->program))
        return;
    map64_set(&w->told->programs, w->program, 1);
    w->teller->program(w->ctx, w->program, path);
}

void trace_tell(struct trace_told *told, const struct trace_teller *teller, void *ctx,
                const struct trace_facts *facts, const struct trace_event *event)
{
    struct walk walk = {told, teller, ctx, facts, event->program};

    if (event->program != 0)
        tell_program(&walk);
    trace_field_visit(event, tell_address, &walk);
}

/* Facts from a running guest. */
#include "emu/trace/trace_facts.h"

#include "emu/guest/programs.h"

static bool live_symbol(const void *ctx, unsigned program, uint32_t addr, struct trace_symbol *out)
{
    const struct inspect *in = ctx;
    const struct symbol *symbol = NULL;
    bool decided = false;

    if (program != 0)
        symbol = programs_symbol(symbols_programs(in->symbols), program, addr, &decided);
    if (!decided)
        symbol = symbols_by_addr(in->symbols, addr);
    if (symbol == NULL)
        return false;
    *out = (struct trace_symbol){symbol->name, addr - symbol->addr};
    return true;
}

static bool live_stack(const void *ctx, uint32_t addr, int32_t *pid)
{
    struct inspect_task owner;

    if (!inspect_stack_owner(ctx, addr, &owner))
        return false;
    *pid = owner.pid;
    return true;
}

static bool live_line(const void *ctx, uint32_t addr, const char **file, int *line)
{
    const struct inspect *in = ctx;

    return in->guestinfo != NULL && guestinfo_line(in->guestinfo, addr, file, line);
}

static const char *live_member(const void *ctx, uint32_t offset)
{
    const struct inspect *in = ctx;

    return in->guestinfo ? guestinfo_member_at(in->guestinfo, "pt_regs", offset) : NULL;
}

static const char *live_program(const void *ctx, unsigned program)
{
    const struct inspect *in = ctx;

    return programs_path(symbols_programs(in->symbols), program);
}

void trace_facts_live(struct trace_facts *facts, const struct inspect *in)
{
    *facts = (struct trace_facts){.ctx = in,
                                  .symbol = live_symbol,
                                  .stack = live_stack,
                                  .line = live_line,
                                  .member = live_member,
                                  .program = live_program};
    facts->ground.kernel_base = symbols_kernel_base(in->symbols);
    if (in->guestinfo != NULL) {
        facts->ground.thread_size = guestinfo_tasks(in->guestinfo)->thread_size;
        facts->ground.pt_regs_size = guestinfo_tasks(in->guestinfo)->pt_regs_size;
        facts->ground.info_size = guestinfo_sizeof(in->guestinfo, "thread_info");
    }
}

/* Facts from a running guest. */
#include "emu/trace_facts.h"

enum { BASE_MASK = 0xc0000000u }; /* kernels split the address space at 1, 2 or 3 GB */

static bool live_symbol(const void *ctx, unsigned program, uint32_t addr, struct trace_symbol *out)
{
    const struct inspect *in = ctx;
    const struct symbol *symbol = symbols_by_addr(in->symbols, addr);

    (void)program;
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

static uint32_t find_kernel_base(const struct inspect *in)
{
    static const char *const landmarks[] = {"system_call", "do_fork", "start_kernel"};

    for (size_t i = 0; i < sizeof(landmarks) / sizeof(landmarks[0]); i++) {
        const struct symbol *symbol = symbols_by_name(in->symbols, landmarks[i]);

        if (symbol != NULL)
            return symbol->addr & BASE_MASK;
    }
    return 0;
}

void trace_facts_live(struct trace_facts *facts, const struct inspect *in)
{
    *facts = (struct trace_facts){.ctx = in,
                                  .symbol = live_symbol,
                                  .stack = live_stack,
                                  .line = live_line,
                                  .member = live_member};
    facts->ground.kernel_base = find_kernel_base(in);
    if (in->guestinfo != NULL) {
        facts->ground.thread_size = guestinfo_tasks(in->guestinfo)->thread_size;
        facts->ground.pt_regs_size = guestinfo_tasks(in->guestinfo)->pt_regs_size;
    }
}

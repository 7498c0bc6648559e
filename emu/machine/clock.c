#include "emu/machine/clock.h"

#include <assert.h>
#include <errno.h>

#include "devices/device.h"

enum { NS_PER_US = 1000 };

void clock_init(struct clock *c, uint32_t mips)
{
    assert(mips >= 1 && mips <= CLOCK_MIPS_MAX);
    *c = (struct clock){.s.mips = mips};
    for (unsigned i = 0; i < CLOCK_TIMERS; i++)
        c->s.when[i] = TIMER_NEVER;
}

int clock_add_timer(struct clock *c, void (*fn)(void *ctx), void *ctx)
{
    if (c->count == CLOCK_TIMERS)
        return -ENOSPC;
    c->timer[c->count].fn = fn;
    c->timer[c->count].ctx = ctx;
    return c->count++;
}

/* a * b / c without overflow of the product, for b, c <= CLOCK_MIPS_MAX. */
static uint64_t scale_down(uint64_t a, uint64_t b, uint64_t c)
{
    return a / c * b + a % c * b / c;
}

static uint64_t scale_up(uint64_t a, uint64_t b, uint64_t c)
{
    return a / c * b + (a % c * b + c - 1) / c;
}

int64_t clock_at(const struct clock *c, uint64_t icount)
{
    return c->s.idle + c->s.stolen + (int64_t)scale_down(icount, NS_PER_US, c->s.mips);
}

uint64_t clock_step_of(const struct clock *c, int64_t when)
{
    int64_t skipped = c->s.idle + c->s.stolen;

    if (when == TIMER_NEVER)
        return CLOCK_NEVER;
    if (when <= skipped)
        return 0;
    return scale_up((uint64_t)(when - skipped), c->s.mips, NS_PER_US);
}

void clock_arm(struct clock *c, unsigned timer, int64_t when)
{
    assert(timer < c->count);
    c->s.when[timer] = when;
}

/* The timer with the earliest deadline; -1 if none is armed. */
static int earliest(const struct clock *c)
{
    int best = -1;

    for (unsigned i = 0; i < c->count; i++) {
        if (c->s.when[i] == TIMER_NEVER)
            continue;
        if (best < 0 || c->s.when[i] < c->s.when[best])
            best = (int)i;
    }
    return best;
}

int64_t clock_next(const struct clock *c)
{
    int timer = earliest(c);

    return timer < 0 ? TIMER_NEVER : c->s.when[timer];
}

void clock_fire(struct clock *c, uint64_t icount)
{
    int64_t now = clock_at(c, icount);
    /* A device that arms itself in the past must not hold up the machine for ever: the rest waits
     * for the next step. */
    unsigned budget = 4 * CLOCK_TIMERS;
    int timer = earliest(c);

    while (timer >= 0 && c->s.when[timer] <= now && budget-- > 0) {
        c->s.when[timer] = TIMER_NEVER;
        c->timer[timer].fn(c->timer[timer].ctx);
        timer = earliest(c);
    }
}

void clock_skip_to(struct clock *c, uint64_t icount, int64_t when)
{
    int64_t now = clock_at(c, icount);

    if (when > now)
        c->s.idle += when - now;
}

void clock_leap(struct clock *c, uint64_t icount)
{
    int64_t now = clock_at(c, icount), next = clock_next(c);

    if (next != TIMER_NEVER && next > now)
        c->s.stolen += next - now;
}

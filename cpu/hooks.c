/*
 * Hooks that name addresses: instructions to stop before, ranges of memory to watch. Both sets are
 * small sorted or plain arrays; what keeps them off the fast paths is a filter for the one and the
 * slow page of the TLB for the other.
 */
#include "cpu/cpu_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Instructions --------------------------------------------------------------------------- */

struct exec_hook {
    uint32_t linear;
    uint32_t count;
};

enum { FILTER_BITS = 4096 };

struct exec_hook_set {
    struct exec_hook *hook; /* by address */
    size_t count, room;
    uint64_t filter[FILTER_BITS / 64]; /* a clear bit: surely no hook at such an address */
};

static unsigned filter_bit(uint32_t linear)
{
    return (linear ^ linear >> 12) % FILTER_BITS;
}

static void filter_add(struct exec_hook_set *set, uint32_t linear)
{
    set->filter[filter_bit(linear) / 64] |= 1ull << (filter_bit(linear) % 64);
}

/* The first hook at or above an address. */
static size_t lower_bound(const struct exec_hook_set *set, uint32_t linear)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (set->hook[mid].linear < linear)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool at(const struct exec_hook_set *set, size_t i, uint32_t linear)
{
    return i < set->count && set->hook[i].linear == linear;
}

bool hooks_exec_hit(const struct cpu *cpu, uint32_t linear)
{
    const struct exec_hook_set *set = cpu->exec_hooks;
    unsigned bit = filter_bit(linear);

    if (!set || !(set->filter[bit / 64] >> (bit % 64) & 1))
        return false;
    return at(set, lower_bound(set, linear), linear);
}

static void hooks_changed(struct cpu *cpu)
{
    if (cpu->engine && cpu->engine->flush)
        cpu->engine->flush(cpu);
}

static int make_room(struct exec_hook_set *set)
{
    size_t room = set->room ? set->room * 2 : 16;
    struct exec_hook *hook;

    if (set->count < set->room)
        return 0;
    hook = realloc(set->hook, room * sizeof(*hook));
    if (!hook)
        return -ENOMEM;
    set->hook = hook;
    set->room = room;
    return 0;
}

int cpu_hook_exec_add(struct cpu *cpu, uint32_t linear)
{
    struct exec_hook_set *set = cpu->exec_hooks;
    size_t i;

    if (!set) {
        set = cpu->exec_hooks = calloc(1, sizeof(*set));
        if (!set)
            return -ENOMEM;
    }
    i = lower_bound(set, linear);
    if (at(set, i, linear)) {
        set->hook[i].count++;
        return 0;
    }
    if (make_room(set) < 0)
        return -ENOMEM;
    memmove(&set->hook[i + 1], &set->hook[i], (set->count - i) * sizeof(set->hook[0]));
    set->hook[i] = (struct exec_hook){.linear = linear, .count = 1};
    set->count++;
    filter_add(set, linear);
    hooks_changed(cpu);
    return 0;
}

static void free_exec_hooks(struct cpu *cpu)
{
    if (cpu->exec_hooks)
        free(cpu->exec_hooks->hook);
    free(cpu->exec_hooks);
    cpu->exec_hooks = NULL;
}

static void rebuild_filter(struct exec_hook_set *set)
{
    memset(set->filter, 0, sizeof(set->filter));
    for (size_t i = 0; i < set->count; i++)
        filter_add(set, set->hook[i].linear);
}

void cpu_hook_exec_remove(struct cpu *cpu, uint32_t linear)
{
    struct exec_hook_set *set = cpu->exec_hooks;
    size_t i = set ? lower_bound(set, linear) : 0;

    if (!set || !at(set, i, linear) || --set->hook[i].count)
        return;
    set->count--;
    memmove(&set->hook[i], &set->hook[i + 1], (set->count - i) * sizeof(set->hook[0]));
    if (set->count)
        rebuild_filter(set);
    else
        free_exec_hooks(cpu);
    hooks_changed(cpu);
}

void cpu_hook_every_insn(struct cpu *cpu, bool on)
{
    cpu->every_insn = on;
    hooks_changed(cpu);
}

void cpu_set_hooks(struct cpu *cpu, const struct cpu_hooks *hooks)
{
    cpu->hooks = hooks ? *hooks : (struct cpu_hooks){0};
    hooks_changed(cpu);
}

/* ---- Memory --------------------------------------------------------------------------------- */

struct watch {
    int id;
    unsigned kinds;
    uint32_t first, last;
};

struct watch_set {
    struct watch *watch;
    size_t count, room;
    int next_id;
};

int cpu_watch_add(struct cpu *cpu, uint32_t first, uint32_t last, unsigned kinds)
{
    struct watch_set *set = cpu->watches;

    if (!set) {
        set = cpu->watches = calloc(1, sizeof(*set));
        if (!set)
            return -ENOMEM;
        set->next_id = 1;
    }
    if (set->count == set->room) {
        size_t room = set->room ? set->room * 2 : 8;
        struct watch *watch = realloc(set->watch, room * sizeof(*watch));

        if (!watch)
            return -ENOMEM;
        set->watch = watch;
        set->room = room;
    }
    set->watch[set->count++] = (struct watch){set->next_id, kinds, first, last};
    mmu_refresh(cpu);
    return set->next_id++;
}

void cpu_watch_remove(struct cpu *cpu, int id)
{
    struct watch_set *set = cpu->watches;
    size_t i = 0;

    if (!set)
        return;
    while (i < set->count && set->watch[i].id != id)
        i++;
    if (i == set->count)
        return;
    set->count--;
    memmove(&set->watch[i], &set->watch[i + 1], (set->count - i) * sizeof(set->watch[0]));
    mmu_refresh(cpu);
}

static bool overlaps(const struct watch *w, uint32_t first, uint32_t last)
{
    return w->first <= last && w->last >= first;
}

bool hooks_page_watched(const struct cpu *cpu, uint32_t linear_page)
{
    const struct watch_set *set = cpu->watches;

    if (debug_page_watched(cpu, linear_page))
        return true;
    for (size_t i = 0; set && i < set->count; i++)
        if (overlaps(&set->watch[i], linear_page, linear_page | PAGE_MASK))
            return true;
    return false;
}

static bool watched(const struct cpu *cpu, unsigned kind, uint32_t first, uint32_t last)
{
    const struct watch_set *set = cpu->watches;

    for (size_t i = 0; set && i < set->count; i++)
        if ((set->watch[i].kinds & kind) && overlaps(&set->watch[i], first, last))
            return true;
    return false;
}

void hooks_mem(struct cpu *cpu, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
               uint32_t value)
{
    debug_note_data(cpu, linear, size, kind == CPU_WATCH_WRITE);
    if (cpu->hooks.mem && watched(cpu, kind, linear, linear + size - 1))
        cpu->hooks.mem(cpu->hooks.ctx, kind, linear, size, old, value);
}

void hooks_destroy(struct cpu *cpu)
{
    free_exec_hooks(cpu);
    free(cpu->ring.start);
    cpu->ring = (struct cpu_ring){0};
    if (cpu->watches)
        free(cpu->watches->watch);
    free(cpu->watches);
    cpu->watches = NULL;
}

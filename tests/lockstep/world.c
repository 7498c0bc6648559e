#include "tests/lockstep/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/mmu_fast.h"

/* ---- A machine of RAM and nothing else --------------------------------------------------- */

static struct bus_page page(void *ctx, uint32_t paddr)
{
    struct world *w = ctx;

    if (paddr >= RAM_SIZE)
        return (struct bus_page){NULL, false};
    return (struct bus_page){w->ram + paddr, true};
}

/* Page tables are read and written this way, too. */
static uint32_t ram_read(void *ctx, uint32_t paddr, unsigned size)
{
    const struct world *w = ctx;

    return paddr < RAM_SIZE ? le_load(w->ram + paddr, size) : 0xffffffff >> (32 - 8 * size);
}

static void ram_write(void *ctx, uint32_t paddr, uint32_t value, unsigned size)
{
    struct world *w = ctx;

    if (paddr < RAM_SIZE)
        le_store(w->ram + paddr, size, value);
}

static uint32_t port_in(void *ctx, uint16_t port, unsigned size)
{
    (void)ctx;
    return (port * 0x9e3779b1u) >> (32 - 8 * size);
}

static void port_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    struct world *w = ctx;

    (void)value;
    (void)size;
    if ((port & 7) == 1)
        cpu_set_intr(w->cpu, true);
    if ((port & 7) == 2)
        cpu_set_a20(w->cpu, port & 8);
}

static uint8_t intack(void *ctx)
{
    struct world *w = ctx;

    cpu_set_intr(w->cpu, false);
    return 0x20;
}

static void ferr(void *ctx, bool level)
{
    (void)ctx;
    (void)level;
}

void world_create(struct world *w, const char *engine)
{
    struct cpu_bus bus = {w, page, ram_read, ram_write, port_in, port_out, intack, ferr};
    struct cpu_model model;
    char why[80];

    if (cpu_model_parse("i686", &model, why, sizeof(why)) < 0) {
        fprintf(stderr, "%s\n", why);
        exit(1);
    }
    w->ram = malloc(RAM_SIZE);
    w->cpu = w->ram ? cpu_create(&model, &bus, engine) : NULL;
    if (!w->cpu) {
        fprintf(stderr, "lockstep_random: no engine \"%s\", or no memory\n", engine);
        exit(1);
    }
}

void world_destroy(struct world *w)
{
    cpu_destroy(w->cpu);
    free(w->ram);
}

/* ---- Comparing --------------------------------------------------------------------------- */

#define FIELD(name)                                                                                \
    {                                                                                              \
#name, offsetof(struct cpu_state, name), sizeof(((struct cpu_state *)0)->name)             \
    }

static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
    FIELD(icount),  FIELD(eip),     FIELD(gpr),        FIELD(eflags),      FIELD(seg),
    FIELD(ldtr),    FIELD(tr),      FIELD(gdtr.base),  FIELD(gdtr.limit),  FIELD(idtr.base),
    FIELD(cr0),     FIELD(cr2),     FIELD(cr3),        FIELD(cr4),         FIELD(dr),
    FIELD(cpl),     FIELD(shadow),  FIELD(pending_db), FIELD(nmi_blocked), FIELD(activity),
    FIELD(a20),     FIELD(intr),    FIELD(x87.cw),     FIELD(x87.sw),      FIELD(x87.tw),
    FIELD(x87.fip), FIELD(x87.fdp), FIELD(x87.fop),    FIELD(test_reg),    FIELD(idtr.limit),
};

bool world_same_state(const struct cpu_state *a, const struct cpu_state *b)
{
    bool same = true;

    for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const char *pa = (const char *)a + fields[i].offset,
                   *pb = (const char *)b + fields[i].offset;

        if (memcmp(pa, pb, fields[i].size) != 0) {
            printf("  %s differs\n", fields[i].name);
            same = false;
        }
    }
    for (unsigned i = 0; i < 8; i++)
        same = same && a->x87.st[i].mant == b->x87.st[i].mant && a->x87.st[i].se == b->x87.st[i].se;
    return same;
}

void world_print_state(const char *who, const struct cpu_state *s)
{
    printf("  %-6s n=%llu eip=%08x eflags=%08x cpl=%u", who, (unsigned long long)s->icount, s->eip,
           s->eflags, s->cpl);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        printf(" %08x", s->gpr[i]);
    printf("\n");
}

bool world_same_ram(const struct world *a, const struct world *b)
{
    for (uint32_t i = 0; i < RAM_SIZE; i++) {
        if (a->ram[i] != b->ram[i]) {
            printf("  memory differs at %08x: %02x, %02x\n", i, a->ram[i], b->ram[i]);
            return false;
        }
    }
    return true;
}

/* What the rings kept since the program was loaded. */
bool world_same_ring(struct world *a, struct world *b)
{
    static struct cpu_ring_record ra[RING_RECORDS], rb[RING_RECORDS];
    size_t n = cpu_ring_read(a->cpu, ra, RING_RECORDS);
    size_t other = cpu_ring_read(b->cpu, rb, RING_RECORDS);

    for (size_t i = 0; i < n && i < other; i++) {
        if (memcmp(&ra[i], &rb[i], sizeof(ra[i])) != 0) {
            printf("  record of step %llu at %08x: kind %u size %u address %08x value %08x, "
                   "other has step %llu at %08x: kind %u size %u address %08x value %08x\n",
                   (unsigned long long)ra[i].icount, ra[i].linear, ra[i].kind, ra[i].size,
                   ra[i].address, ra[i].value, (unsigned long long)rb[i].icount, rb[i].linear,
                   rb[i].kind, rb[i].size, rb[i].address, rb[i].value);
            return false;
        }
    }
    if (n != other)
        printf("  the ring has %zu and %zu records\n", n, other);
    return n == other;
}

/* ---- Observers that come and go ---------------------------------------------------------- */

static void tell(struct world *w, uint64_t what)
{
    w->told = (w->told ^ what ^ cpu_state(w->cpu)->icount << 40) * 0x9e3779b97f4a7c15ull;
    w->told ^= w->told >> 29;
}

static void on_exec(void *ctx, uint32_t linear)
{
    tell(ctx, linear);
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    tell(ctx, (uint64_t)linear << 8 | kind << 4 | size);
    tell(ctx, (uint64_t)old << 32 | value);
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    tell(ctx, (uint64_t)event->from_eip << 16 | event->vector);
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    tell(ctx, (uint64_t)event->from_eip << 16 | event->cpl_to);
}

void world_observe(struct world *w, bool on)
{
    w->hooks = (struct cpu_hooks){.ctx = w, .exec = on_exec, .insn = on_exec, .mem = on_mem};
    w->hooks.interrupt = on ? on_interrupt : NULL;
    w->hooks.iret = on ? on_iret : NULL;
    cpu_set_hooks(w->cpu, &w->hooks);
}

void world_watch(struct world *w, uint32_t first, uint32_t size)
{
    if (w->watch)
        cpu_watch_remove(w->cpu, w->watch);
    w->watch = size ? cpu_watch_add(w->cpu, first, first + size - 1, 3) : 0;
}

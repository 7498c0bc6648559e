#include "tests/testbed/testbed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/engine.h"

static struct testbed_region *find_region(struct testbed *bed, uint32_t paddr)
{
    for (unsigned i = 0; i < bed->region_count; i++) {
        struct testbed_region *r = &bed->region[i];
        if (paddr - r->base < r->size)
            return r;
    }
    return NULL;
}

static void remember_page(struct testbed *bed, uint32_t paddr, uint8_t *host)
{
    for (size_t i = 0; i < bed->page_count; i++)
        if (bed->page[i].paddr == paddr)
            return;
    if (bed->page_count == bed->page_room) {
        size_t room = bed->page_room ? 2 * bed->page_room : 64;
        struct testbed_page *page = realloc(bed->page, room * sizeof *page);
        if (!page)
            abort();
        bed->page = page;
        bed->page_room = room;
    }
    bed->page[bed->page_count++] = (struct testbed_page){.paddr = paddr, .host = host};
}

static struct bus_page bus_page_of(void *ctx, uint32_t page)
{
    struct testbed *bed = ctx;
    struct testbed_region *r = find_region(bed, page);
    if (!r)
        return (struct bus_page){0};
    uint8_t *host = r->host + (page - r->base);
    remember_page(bed, page, host);
    return (struct bus_page){.host = host, .writable = r->writable};
}

static uint32_t bus_read(void *ctx, uint32_t paddr, unsigned size)
{
    uint32_t value = UINT32_MAX;
    uint8_t *at = testbed_at(ctx, paddr);
    if (at)
        value = 0, memcpy(&value, at, size);
    return value;
}

static void bus_write(void *ctx, uint32_t paddr, uint32_t value, unsigned size)
{
    struct testbed *bed = ctx;
    struct testbed_region *r = find_region(bed, paddr);
    if (r && r->writable)
        memcpy(r->host + (paddr - r->base), &value, size);
}

static uint32_t bus_in(void *ctx, uint16_t port, unsigned size)
{
    struct testbed *bed = ctx;
    return bed->in ? bed->in(bed->ctx, port, size) : UINT32_MAX;
}

static void bus_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    struct testbed *bed = ctx;
    if (bed->out)
        bed->out(bed->ctx, port, value, size);
}

static uint8_t bus_intack(void *ctx)
{
    const struct testbed *bed = ctx;
    return bed->vector;
}

static void bus_ferr(void *ctx, bool level)
{
    (void)ctx;
    (void)level;
}

struct testbed *testbed_create(const struct cpu_model *model, const char *engine)
{
    struct testbed *bed = calloc(1, sizeof *bed);
    if (!bed)
        return NULL;
    const struct cpu_bus bus = {
        .ctx = bed,
        .page = bus_page_of,
        .read = bus_read,
        .write = bus_write,
        .in = bus_in,
        .out = bus_out,
        .intack = bus_intack,
        .ferr = bus_ferr,
    };
    bed->cpu = cpu_create(model, &bus, engine);
    if (!bed->cpu) {
        free(bed);
        return NULL;
    }
    return bed;
}

void testbed_destroy(struct testbed *bed)
{
    if (!bed)
        return;
    cpu_destroy(bed->cpu);
    free(bed->page);
    free(bed);
}

void testbed_add_region(struct testbed *bed, uint32_t base, uint32_t size, uint8_t *host,
                        bool writable)
{
    if (bed->region_count == TESTBED_REGIONS)
        abort();
    bed->region[bed->region_count++] = (struct testbed_region){
        .base = base,
        .size = size,
        .host = host,
        .writable = writable,
    };
    cpu_tlb_flush(bed->cpu);
}

uint8_t *testbed_at(struct testbed *bed, uint32_t paddr)
{
    const struct testbed_region *r = find_region(bed, paddr);
    return r ? r->host + (paddr - r->base) : NULL;
}

void testbed_forget_pages(struct testbed *bed)
{
    bed->page_count = 0;
    cpu_tlb_flush(bed->cpu);
}

void testbed_real_segment(struct cpu_state *state, enum cpu_sreg sreg, uint16_t selector)
{
    enum { DATA_WRITABLE_ACCESSED = 3 };
    state->seg[sreg] = (struct cpu_segment){
        .selector = selector,
        .base = (uint32_t)selector << 4,
        .limit = 0xffff,
        .attr = SEGATTR_P | SEGATTR_S | DATA_WRITABLE_ACCESSED,
    };
}

const char *testbed_find_engine(const char *name)
{
    for (unsigned i = 0; cpu_engines[i]; i++)
        if (!strcmp(cpu_engines[i]->name, name))
            return cpu_engines[i]->name;
    fprintf(stderr, "%s: no such engine; there are:", name);
    for (unsigned i = 0; cpu_engines[i]; i++)
        fprintf(stderr, " %s", cpu_engines[i]->name);
    fputc('\n', stderr);
    return NULL;
}

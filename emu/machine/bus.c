#include "emu/machine/bus.h"

#include <errno.h>
#include <string.h>

void bus_init(struct bus *bus)
{
    memset(bus, 0, sizeof(*bus));
}

int bus_map_memory(struct bus *bus, uint32_t first, uint8_t *host, uint32_t size, bool writable)
{
    if (first % BUS_PAGE || size % BUS_PAGE || !size || size - 1 > UINT32_MAX - first)
        return -EINVAL;
    if (bus->regions == BUS_REGIONS)
        return -ENOSPC;
    bus->region[bus->regions++] = (struct bus_region){first, first + (size - 1), host, writable};
    return 0;
}

int bus_map_ports(struct bus *bus, uint32_t first, const struct device_ports *ports, void *device)
{
    if (first + ports->count > BUS_PORTS)
        return -EINVAL;
    if (bus->blocks == BUS_BLOCKS)
        return -ENOSPC;
    for (unsigned i = 0; i < ports->count; i++)
        if (bus->owner[first + i])
            return -EEXIST;
    bus->block[bus->blocks++] = (struct bus_block){(uint16_t)first, *ports, device};
    memset(bus->owner + first, (int)bus->blocks, ports->count);
    return 0;
}

/* ---- Memory ------------------------------------------------------------------------------ */

static const struct bus_region *region_at(const struct bus *bus, uint32_t paddr)
{
    for (unsigned i = bus->regions; i-- > 0;)
        if (paddr >= bus->region[i].first && paddr <= bus->region[i].last)
            return &bus->region[i];
    return NULL;
}

static bool is_guarded(const struct bus *bus, uint32_t paddr)
{
    return paddr / BUS_PAGE < bus->guard.pages && bus->guard.guarded[paddr / BUS_PAGE];
}

void bus_before_write(struct bus *bus, uint32_t paddr, uint32_t size)
{
    while (size) {
        uint32_t left = BUS_PAGE - paddr % BUS_PAGE, n = size < left ? size : left;

        if (is_guarded(bus, paddr))
            bus->guard.before_write(bus->guard.ctx, paddr, n);
        paddr += n;
        size -= n;
    }
}

struct bus_page bus_page(void *ctx, uint32_t page)
{
    const struct bus_region *r = region_at(ctx, page);

    if (!r)
        return (struct bus_page){NULL, false};
    return (struct bus_page){r->host + (page - r->first), r->writable && !is_guarded(ctx, page)};
}

static uint32_t ones(unsigned size)
{
    return UINT32_MAX >> (32 - 8 * size);
}

uint32_t bus_read(void *ctx, uint32_t paddr, unsigned size)
{
    const struct bus_region *r = region_at(ctx, paddr);
    uint32_t value = 0;

    if (!r)
        return ones(size);
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)r->host[paddr - r->first + i] << (8 * i);
    return value;
}

void bus_write(void *ctx, uint32_t paddr, uint32_t value, unsigned size)
{
    const struct bus_region *r = region_at(ctx, paddr);

    if (!r || !r->writable)
        return;
    bus_before_write(ctx, paddr, size);
    for (unsigned i = 0; i < size; i++)
        r->host[paddr - r->first + i] = (uint8_t)(value >> (8 * i));
}

/* ---- Ports ------------------------------------------------------------------------------- */

static const struct bus_block *block_at(const struct bus *bus, uint16_t port)
{
    unsigned owner = bus->owner[port];

    return owner ? &bus->block[owner - 1] : NULL;
}

static bool takes_whole(const struct bus_block *b, uint16_t port, unsigned size)
{
    return size <= b->ports.max_size && (unsigned)(port - b->first) + size <= b->ports.count;
}

uint32_t bus_in(void *ctx, uint16_t port, unsigned size)
{
    const struct bus_block *b = block_at(ctx, port);

    if (b && takes_whole(b, port, size))
        return b->ports.in(b->device, port - b->first, size) & ones(size);
    if (size == 1)
        return ones(1);
    uint32_t low = bus_in(ctx, port, size / 2);
    uint32_t high = bus_in(ctx, (uint16_t)(port + size / 2), size / 2);
    return low | high << (4 * size);
}

void bus_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    const struct bus_block *b = block_at(ctx, port);

    if (b && takes_whole(b, port, size)) {
        b->ports.out(b->device, port - b->first, value & ones(size), size);
        return;
    }
    if (size == 1)
        return;
    bus_out(ctx, port, value & ones(size / 2), size / 2);
    bus_out(ctx, (uint16_t)(port + size / 2), value >> (4 * size), size / 2);
}

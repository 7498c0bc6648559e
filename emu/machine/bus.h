/*
 * Physical memory map and I/O port map: who answers at which address.
 *
 * Memory is a list of regions backed by host bytes; the one mapped last lies on top. A write to a
 * read-only region (ROM) vanishes; where nothing is mapped, reads are all ones and writes vanish.
 *
 * Ports belong to register blocks (struct device_ports). An access wider than the block takes, or
 * one that runs over its end, is split into halves, low first, as the ISA bridge of a PC does.
 *
 * Not modelled: memory-mapped device registers, overlapping port decodes.
 */
#ifndef FORKSCOPE_EMU_BUS_H
#define FORKSCOPE_EMU_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/bus.h"
#include "devices/device.h"

enum { BUS_REGIONS = 16, BUS_BLOCKS = 32, BUS_PORTS = 0x10000, BUS_PAGE = 0x1000 };

struct bus_region {
    uint32_t first, last; /* physical, both inclusive, whole pages */
    uint8_t *host;
    bool writable;
};

struct bus_block {
    uint16_t first;
    struct device_ports ports;
    void *device;
};

/*
 * A watch over pages, from physical address 0 up: before something is written to a page that is
 * guarded, `before_write` is told. It may end the guard; the page is then written at full speed.
 */
struct bus_guard {
    const uint8_t *guarded; /* a byte for each page, not 0: guarded */
    uint32_t pages;
    void (*before_write)(void *ctx, uint32_t paddr, uint32_t size);
    void *ctx;
};

struct bus {
    struct bus_guard guard;
    struct bus_region region[BUS_REGIONS];
    unsigned regions;
    struct bus_block block[BUS_BLOCKS];
    unsigned blocks;
    uint8_t owner[BUS_PORTS]; /* block number + 1; 0: nobody */
};

void bus_init(struct bus *bus);

/* 0, -EINVAL (not whole pages, or past 4 GB), -ENOSPC. The bytes stay the caller's. */
int bus_map_memory(struct bus *bus, uint32_t first, uint8_t *host, uint32_t size, bool writable);
/* 0, -EINVAL (past port 0xffff), -EEXIST (a port is taken), -ENOSPC. */
int bus_map_ports(struct bus *bus, uint32_t first, const struct device_ports *ports, void *device);

/* For who writes to memory past the bus: tells the guard of each page. */
void bus_before_write(struct bus *bus, uint32_t paddr, uint32_t size);

/* The functions of struct cpu_bus; ctx is a struct bus. */
struct bus_page bus_page(void *ctx, uint32_t page);
uint32_t bus_read(void *ctx, uint32_t paddr, unsigned size);
void bus_write(void *ctx, uint32_t paddr, uint32_t value, unsigned size);
uint32_t bus_in(void *ctx, uint16_t port, unsigned size);
void bus_out(void *ctx, uint16_t port, uint32_t value, unsigned size);

#endif

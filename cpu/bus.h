/*
 * What a CPU needs from the outside: memory, I/O ports and the interrupt acknowledge cycle.
 *
 * The machine fills a struct cpu_bus and hands it to cpu_create(); the CPU knows nothing else of
 * the world. All addresses are physical, after the A20 mask; all values are little-endian in the
 * low `size` bytes.
 *
 * Calls may come in the middle of an instruction. They must not change the CPU's registers; they
 * may call cpu_set_intr(), cpu_set_nmi(), cpu_set_a20(), cpu_request_stop() and
 * cpu_request_reset().
 *
 * Not modelled: wait states, burst cycles, bus errors (absent memory reads as all ones, writes to
 * it vanish).
 */
#ifndef FORKSCOPE_CPU_BUS_H
#define FORKSCOPE_CPU_BUS_H

#include <stdbool.h>
#include <stdint.h>

/* One 4 KB page as the CPU may reach it without asking again. */
struct bus_page {
    uint8_t *host; /* the page's first byte, or NULL: every access goes through read and write */
    bool writable; /* false: reads are direct, writes go through write (ROM, tracked pages) */
};

struct cpu_bus {
    void *ctx;

    /* How the page at physical address `page` (4 KB aligned) may be accessed directly. The answer
     * holds until cpu_tlb_flush(), cpu_page_changed() or cpu_pages_changed(); and a page that was
     * not writable may become so in a call of write to it. */
    struct bus_page (*page)(void *ctx, uint32_t page);

    /* Access of 1, 2 or 4 bytes that do not cross a page. */
    uint32_t (*read)(void *ctx, uint32_t paddr, unsigned size);
    void (*write)(void *ctx, uint32_t paddr, uint32_t value, unsigned size);

    /* I/O ports, 1, 2 or 4 bytes. */
    uint32_t (*in)(void *ctx, uint16_t port, unsigned size);
    void (*out)(void *ctx, uint16_t port, uint32_t value, unsigned size);

    /* The INTA cycle: the vector that the interrupt controller puts on the bus. */
    uint8_t (*intack)(void *ctx);

    /* The FERR# pin, raised by an unmasked x87 exception while CR0.NE = 0 (IRQ 13 on a PC). */
    void (*ferr)(void *ctx, bool level);
};

#endif

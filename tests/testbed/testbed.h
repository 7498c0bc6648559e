/*
 * A CPU alone with memory and ports: what the suites that prove the CPU run on.
 *
 * Memory is a list of regions of physical addresses. What lies outside them reads as all ones and
 * forgets what is written, as cpu/bus.h asks. The testbed remembers which pages the CPU asked for
 * since testbed_forget_pages(), so that a test which touched three pages compares and cleans three
 * pages. INTA answers `vector`; no device is behind any port unless the caller sets `in` and `out`.
 */
#ifndef FORKSCOPE_TESTS_TESTBED_H
#define FORKSCOPE_TESTS_TESTBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"

enum { TESTBED_REGIONS = 8, TESTBED_PAGE = 4096 };

/* `size` bytes of `host` at physical address `base`; both multiples of 4 KB. */
struct testbed_region {
    uint32_t base, size;
    uint8_t *host;
    bool writable;
};

struct testbed_page {
    uint32_t paddr;
    uint8_t *host;
};

struct testbed {
    struct cpu *cpu;
    struct testbed_region region[TESTBED_REGIONS];
    unsigned region_count;
    struct testbed_page *page; /* asked for, each once */
    size_t page_count, page_room;

    /* Set by the owner. */
    void *ctx;
    uint32_t (*in)(void *ctx, uint16_t port, unsigned size);
    void (*out)(void *ctx, uint16_t port, uint32_t value, unsigned size);
    uint8_t vector;
};

/* A CPU of this model and engine with no memory yet, or NULL (out of memory, unknown engine). */
struct testbed *testbed_create(const struct cpu_model *model, const char *engine);
void testbed_destroy(struct testbed *bed);

/* The testbed does not own `host`. */
void testbed_add_region(struct testbed *bed, uint32_t base, uint32_t size, uint8_t *host,
                        bool writable);

/* The byte at a physical address, or NULL outside the regions. */
uint8_t *testbed_at(struct testbed *bed, uint32_t paddr);

void testbed_forget_pages(struct testbed *bed);

/* Loads a segment register of a state that is being built as real mode does. */
void testbed_real_segment(struct cpu_state *state, enum cpu_sreg sreg, uint16_t selector);

/* The engine a suite was asked for on its command line, checked: NULL with a line on stderr when
 * there is no such engine. */
const char *testbed_find_engine(const char *name);

#endif

/*
 * Damaged kernels against the loader and the symbol reader: mutations of a good file from fixed
 * seeds, or the files named on the command line. Whatever comes, the loader either refuses with a
 * sentence or leaves a state whose parts lie where they may. The sanitizers watch the rest.
 *
 *   fuzz_loader [COUNT]       COUNT mutations (default 20000)
 *   fuzz_loader FILE...       replay
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boot/loader.h"
#include "emu/guest/symbols.h"
#include "emu/machine/machine.h"
#include "tests/elf_builder.h"
#include "tests/fuzz/fuzz.h"

enum { MB = 1 << 20, RAM = 2 * MB };

static uint8_t ram[RAM];
static void try_symbols(const uint8_t *bytes, size_t size)
{
    struct symbols *s = symbols_create();
    char why[128], buf[64];

    symbols_add_elf(s, bytes, size, why, sizeof(why));
    for (uint32_t addr = 0; addr < 64; addr++)
        symbols_format(s, addr * 0x4000103, buf, sizeof(buf));
    symbols_by_name(s, "do_fork");
    symbols_destroy(s);
}

static void try_kernel(const uint8_t *bytes, size_t size)
{
    const struct loader_module module = {"initrd", "cpio", 4};
    const struct loader_request request = {.name = "k",
                                           .kernel = bytes,
                                           .kernel_size = size,
                                           .command_line = "k",
                                           .modules = &module,
                                           .module_count = 1};
    struct loader_result result;
    char why[512] = "";

    if (loader_place(ram, RAM, &request, &result, why, sizeof(why))) {
        refused++;
        check(why[0] && !strchr(why, '\n'), "a refusal without one clear line");
    } else {
        accepted++;
        check(result.entry < RAM && result.info < RAM && result.gdt < RAM, "outside of memory");
        check(result.info < RAM_HOLE || result.info >= RAM_HOLE_END, "inside the hole");
    }
}

/* The bytes behind a guard of the exact size: a read past the end is caught. */
static void try_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    memcpy(copy, bytes, size);
    try_kernel(copy, size);
    try_symbols(copy, size);
    free(copy);
}

static void build(struct test_kernel *k)
{
    static const uint8_t code[64] = {0xf4};

    test_kernel_build(k, code, sizeof(code));
    test_kernel_add_symtab(k, KERNEL_PADDR, sizeof(code));
    test_kernel_symbol(k, "do_fork", STB_GLOBAL, STT_FUNC, KERNEL_PADDR, 16, 1);
    test_kernel_symbol(k, "inner", STB_LOCAL, STT_NOTYPE, KERNEL_PADDR + 4, 0, 1);
}

/* Values that sit on the edge of something. */
static uint32_t edge(uint32_t *seed)
{
    static const uint32_t edges[] = {
        0,        1,       0x1f, 0x20,       0xff,       0x1000,     0x9ffff, 0xa0000,    0xfffff,
        0x100000, RAM - 1, RAM,  0x7fffffff, 0x80000000, 0xfffff000, ~0u,     0x10000000, 0xffff};
    return edges[noise(seed) % (sizeof(edges) / sizeof(edges[0]))];
}

/* Where the headers and tables lie: there a changed word means something. */
static size_t interesting(const struct test_kernel *k, uint32_t *seed)
{
    const size_t starts[] = {0, sizeof(Elf32_Ehdr), KERNEL_OFFSET,
                             (size_t)((uint8_t *)k->shdr - k->bytes),
                             (size_t)((uint8_t *)k->sym - k->bytes)};

    return starts[noise(seed) % 5] + noise(seed) % 64;
}

static void mutate(struct test_kernel *k, uint32_t *seed)
{
    unsigned changes = 1 + noise(seed) % 4;

    while (changes--) {
        size_t at = interesting(k, seed) % (k->size - 4);
        uint32_t word = edge(seed);

        if (noise(seed) % 2)
            k->bytes[at] = (uint8_t)noise(seed);
        else
            memcpy(k->bytes + (at & ~(size_t)3), &word, 4);
    }
    if (noise(seed) % 2)
        test_kernel_checksum(k);
    if (noise(seed) % 8 == 0)
        k->size = noise(seed) % k->size;
}

static void fuzz(unsigned count)
{
    static struct test_kernel k;

    for (unsigned i = 0; i < count; i++) {
        uint32_t seed = fuzz_seed(i);

        build(&k);
        mutate(&k, &seed);
        try_bytes(k.bytes, k.size);
    }
    check(accepted && refused, "the mutations do not reach both outcomes");
}

int main(int argc, char **argv)
{
    if (fuzz_is_replay(argc, argv))
        return fuzz_replay(argv + 1, try_bytes);
    fuzz(fuzz_count(argc, argv, 20000));
    printf("%u accepted, %u refused\n", accepted, refused);
    return EXIT_SUCCESS;
}

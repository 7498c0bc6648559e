/*
 * Damaged debug information against the reader of the guest's structures: mutations of a good
 * kernel from fixed seeds, or the files named on the command line. Whatever comes, the reader
 * answers or refuses, and soon. The sanitizers watch the rest.
 *
 *   fuzz_guestinfo [COUNT]    COUNT mutations (default 5000)
 *   fuzz_guestinfo FILE...    replay
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/guest/guestinfo.h"
#include "tests/fuzz/fuzz.h"

static void ask(const struct guestinfo *g)
{
    static const char *const functions[] = {"do_fork", "copy_process", "copy_thread", "schedule"};
    struct guestinfo_function f;
    uint32_t offset, size;
    const char *file;
    int line;

    guestinfo_member(g, "task_struct", "thread.sp0", &offset, &size);
    guestinfo_member(g, "pt_regs", "orig_ax", &offset, &size);
    for (offset = 0; offset < 64; offset += 3)
        guestinfo_member_at(g, "pt_regs", offset);
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        guestinfo_function(g, functions[i], &f);
    for (uint32_t addr = 0x100000; addr < 0x101000; addr += 61)
        guestinfo_line(g, addr, &file, &line);
}

static void try_bytes(const uint8_t *bytes, size_t size)
{
    char why[128];
    struct guestinfo *g = guestinfo_create(bytes, size, why, sizeof(why));

    if (g != NULL)
        ask(g);
    accepted += g != NULL;
    refused += g == NULL;
    guestinfo_destroy(g);
}

static void fuzz(const struct file *good, unsigned count)
{
    uint8_t *bytes = malloc(good->size);

    for (unsigned i = 0; bytes != NULL && i < count; i++) {
        uint32_t seed = fuzz_seed(i);
        size_t size = noise(&seed) % 16 == 0 ? noise(&seed) % good->size : good->size;

        memcpy(bytes, good->bytes, good->size);
        for (unsigned n = 1 + noise(&seed) % 24; n > 0; n--)
            bytes[noise(&seed) % good->size] = (uint8_t)noise(&seed);
        try_bytes(bytes, size);
    }
    free(bytes);
}

int main(int argc, char **argv)
{
    struct file good;

    if (fuzz_is_replay(argc, argv))
        return fuzz_replay(argv + 1, try_bytes);
    if (access(FUZZ_KERNEL, R_OK) != 0) {
        puts("skipped: no kernel to damage has been built");
        return 77;
    }
    good = fuzz_read(FUZZ_KERNEL);
    fuzz(&good, fuzz_count(argc, argv, 5000));
    file_release(&good);
    printf("%u accepted, %u refused\n", accepted, refused);
    return accepted && refused ? EXIT_SUCCESS : EXIT_FAILURE;
}

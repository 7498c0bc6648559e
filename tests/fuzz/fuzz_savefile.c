/*
 * Damaged state files, their sums put right again, plain and packed, and damaged packings: whatever
 * comes, loading either refuses with one line or makes a machine that runs, without harm to the
 * emulator. The sanitizers watch.
 *
 *   fuzz_savefile [COUNT]     COUNT mutations of a good file from fixed seeds (default 1000)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "emu/support/bytes.h"
#include "emu/time/savefile.h"
#include "tests/fuzz/fuzz.h"

enum { STEPS = 2000, PAGE = 4096 };

static char path[] = "/tmp/fuzz_savefile.XXXXXX";

static struct machine *new_machine(void)
{
    struct machine_config config;
    char why[256];

    machine_config_init(&config);
    config.ram_mb = 1;
    return machine_create(&config, why, sizeof(why));
}

/* Sleeps and counts by the timer, as in tests/unit/test_history.c. */
static void write_good(struct file *good)
{
    static const uint8_t code[] = {0xfa, 0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x08, 0xe6, 0x21, 0xb0,
                                   0x04, 0xe6, 0x21, 0xb0, 0x01, 0xe6, 0x21, 0xb0, 0xee, 0xe6,
                                   0x21, 0xb0, 0x34, 0xe6, 0x43, 0xb0, 0x40, 0xe6, 0x40, 0xb0,
                                   0x00, 0xe6, 0x40, 0xba, 0xf8, 0x03, 0xec, 0xee, 0xeb, 0xf8};
    struct machine *m = new_machine();
    struct cpu_state s = *cpu_state(machine_cpu(m));
    char why[256];

    memcpy(machine_ram(m) + 0x1000, code, sizeof(code));
    s.seg[SEG_CS].selector = 0;
    s.seg[SEG_CS].base = 0;
    s.eip = 0x1000;
    cpu_set_state(machine_cpu(m), &s);
    machine_serial_input(m, (const uint8_t *)"some input", 10);
    machine_run(m, 3000);
    check(savefile_write(path, m, 0, why, sizeof(why)) == 0, why);
    check(file_read(path, 1 << 24, good, why, sizeof(why)) == 0, why);
    machine_destroy(m);
}

static void try_file(const uint8_t *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    struct savefile *file;
    char why[512] = "";

    check(f && fwrite(bytes, 1, size, f) == size && fclose(f) == 0, "no room for the file");
    if (savefile_open(&file, path, why, sizeof(why)) == 0) {
        struct machine *m = new_machine();

        if (savefile_load(file, m, why, sizeof(why)) == 0) {
            accepted++;
            machine_run(m, machine_icount(m) + STEPS);
            why[0] = '\0';
        }
        savefile_close(file);
        machine_destroy(m);
    }
    refused += why[0] != '\0';
    check(!strchr(why, '\n'), "a refusal of more than one line");
}

static void mutate(uint8_t *bytes, size_t *size, uint32_t *seed)
{
    static const uint32_t edges[] = {0,      1,          2,          0x7f, 0xff, 0x100,
                                     0xffff, 0x7fffffff, 0x80000000, ~0u,  PAGE, 1 << 20};
    size_t head = get_le32(bytes + 12);

    for (unsigned changes = 1 + noise(seed) % 3; changes; changes--) {
        size_t near = noise(seed) % 2 ? 1024 : head;
        size_t at = 8 + noise(seed) % (near - 12);

        if (noise(seed) % 2)
            bytes[at] = (uint8_t)noise(seed);
        else
            put_le32(bytes + at, edges[noise(seed) % (sizeof(edges) / sizeof(edges[0]))]);
    }
    if (noise(seed) % 16 == 0)
        *size = noise(seed) % *size;
}

/* As somebody would who wants a bad file to be taken for a good one. */
static void put_sums_right(uint8_t *bytes, size_t size)
{
    size_t head = size < 80 ? 0 : get_le32(bytes + 12);

    if (head < 80 || head > size)
        return;
    put_le64(bytes + 16, size);
    put_le32(bytes + 24, (uint32_t)crc32_z(0, bytes + 32, head - 32));
    put_le32(bytes + 28, (uint32_t)crc32_z(0, bytes + head, size - head));
}

#ifdef HAVE_ZSTD

#include <zstd.h>

/* Packs what is damaged inside; then, now and then, damages the packing. */
static void try_packed(const uint8_t *bytes, size_t size, uint32_t *seed)
{
    size_t room = ZSTD_compressBound(size), n;
    uint8_t *packed = malloc(room);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();

    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, noise(seed) % 2);
    n = ZSTD_compress2(zstd, packed, room, bytes, size);
    check(!ZSTD_isError(n), "the packer failed");
    for (unsigned changes = noise(seed) % 3; changes; changes--)
        packed[noise(seed) % (noise(seed) % 2 ? 16 : n)] = (uint8_t)noise(seed);
    if (noise(seed) % 8 == 0)
        n = noise(seed) % n;
    try_file(packed, n);
    ZSTD_freeCCtx(zstd);
    free(packed);
}

#else

static void try_packed(const uint8_t *bytes, size_t size, uint32_t *seed)
{
    (void)bytes;
    (void)size;
    (void)seed;
}

#endif

int main(int argc, char **argv)
{
    unsigned count = fuzz_count(argc, argv, 1000);
    struct file good;
    uint8_t *bytes;

    close(mkstemp(path));
    write_good(&good);
    bytes = malloc(good.size);
    for (unsigned i = 0; i < count; i++) {
        uint32_t seed = fuzz_seed(i);
        size_t size = good.size;

        memcpy(bytes, good.bytes, size);
        mutate(bytes, &size, &seed);
        put_sums_right(bytes, size);
        try_file(bytes, size);
        if (size && i % 2)
            try_packed(bytes, size, &seed);
    }
    printf("%u states taken, %u refused\n", accepted, refused);
    check(accepted && refused, "the mutations do not reach both outcomes");
    unlink(path);
    free(bytes);
    file_release(&good);
    return 0;
}

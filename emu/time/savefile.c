#include "emu/time/savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "emu/machine/machine_internal.h"
#include "emu/support/bytes.h"
#include "emu/support/file.h"
#include "emu/support/log.h"
#include "emu/time/snapshot.h"
#include "emu/time/statelayout.h"

#include "emu/time/savefile_layout.h"

uint64_t savefile_fingerprint(const uint8_t *bytes, size_t size)
{
    return (uint64_t)size << 32 | crc32_z(0, bytes, size);
}

/* ---- Writing: all before the pages is put together in memory -------------------------------- */

struct head {
    uint8_t *bytes;
    size_t size; /* whole pages */
    uint32_t *page;
    uint32_t pages, translations;
};

static bool is_zero(const uint8_t *page)
{
    static const uint8_t zero[PAGE];

    return memcmp(page, zero, PAGE) == 0;
}

static int find_pages(const struct machine *m, struct head *h)
{
    h->page = calloc(m->ram_size / PAGE, sizeof(*h->page));
    if (!h->page)
        return -ENOMEM;
    for (uint32_t n = 0; n < m->ram_size / PAGE; n++)
        if (!is_zero(m->ram + (size_t)n * PAGE))
            h->page[h->pages++] = n;
    return 0;
}

static void put_config(struct head *h, const struct machine *m, uint64_t kernel)
{
    const struct machine_config *c = &m->config;
    uint8_t *b = h->bytes + SUMMED_FROM;

    put_le32(b, c->ram_mb);
    put_le32(b + 4, c->mips);
    put_le32(b + 8, c->cpu.level);
    put_le32(b + 12, c->cpu.features);
    put_le64(b + 16, (uint64_t)c->rtc_epoch);
    put_le64(b + 24, kernel);
    put_le32(b + 32, m->jitter.on);
    put_le32(b + 36, statelayout_count);
    put_le32(b + 40, h->translations);
    put_le32(b + 44, h->pages);
}

static uint8_t *put_sections(uint8_t *at, const struct machine *m)
{
    for (unsigned i = 0; i < statelayout_count; i++) {
        const struct section *s = &statelayout[i];
        size_t size = section_bytes(s);

        memcpy(at, s->tag, 4);
        put_le32(at + 4, s->version);
        put_le32(at + 8, (uint32_t)size);
        snapshot_encode(m, s, at + SECTION_HEAD);
        at += SECTION_HEAD + size;
    }
    return at;
}

static uint8_t *put_translations(uint8_t *at, const struct cpu_translation *t, size_t n)
{
    for (size_t i = 0; i < n; i++, at += TRANSLATION) {
        put_le32(at, t[i].page);
        put_le32(at + 4, t[i].phys);
        at[8] = t[i].cache;
        at[9] = t[i].rights;
    }
    return at;
}

static size_t head_size(const struct head *h)
{
    size_t size = CONFIG_END + h->translations * (size_t)TRANSLATION + h->pages * (size_t)4;

    for (unsigned i = 0; i < statelayout_count; i++)
        size += SECTION_HEAD + section_bytes(&statelayout[i]);
    return (size + PAGE - 1) / PAGE * PAGE;
}

static uint32_t sum_of_pages(const struct machine *m, const struct head *h)
{
    uLong sum = crc32_z(0, NULL, 0);

    for (uint32_t i = 0; i < h->pages; i++)
        sum = crc32_z(sum, m->ram + (size_t)h->page[i] * PAGE, PAGE);
    return (uint32_t)sum;
}

static int make_head(struct head *h, const struct machine *m, uint64_t kernel)
{
    struct cpu_translation cached[CPU_TRANSLATIONS];
    uint8_t *at;

    if (find_pages(m, h))
        return -ENOMEM;
    h->translations = (uint32_t)cpu_save_translations(m->cpu, cached);
    h->size = head_size(h);
    h->bytes = calloc(1, h->size);
    if (!h->bytes)
        return -ENOMEM;
    put_config(h, m, kernel);
    at = put_sections(h->bytes + CONFIG_END, m);
    at = put_translations(at, cached, h->translations);
    for (uint32_t i = 0; i < h->pages; i++, at += 4)
        put_le32(at, h->page[i]);
    memcpy(h->bytes, SAVEFILE_MAGIC, MAGIC_SIZE);
    put_le32(h->bytes + 8, SAVEFILE_VERSION);
    put_le32(h->bytes + 12, (uint32_t)h->size);
    put_le64(h->bytes + 16, h->size + (uint64_t)h->pages * PAGE);
    put_le32(h->bytes + 24, (uint32_t)crc32_z(0, h->bytes + SUMMED_FROM, h->size - SUMMED_FROM));
    put_le32(h->bytes + 28, sum_of_pages(m, h));
    return 0;
}

static void release_head(struct head *h)
{
    free(h->bytes);
    free(h->page);
}

/* Where the bytes go: to the file, or through the compressor. */
struct sink {
    int fd;
    struct savefile_packer *packer; /* NULL: plain */
};

int savefile_write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size) {
        ssize_t n = write(fd, bytes, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes += n;
        size -= (size_t)n;
    }
    return 0;
}

static int put(struct sink *to, const uint8_t *bytes, size_t size)
{
    return to->packer ? savefile_pack(to->packer, bytes, size)
                      : savefile_write_all(to->fd, bytes, size);
}

static int write_parts(struct sink *to, const struct machine *m, const struct head *h)
{
    int error = put(to, h->bytes, h->size);

    for (uint32_t i = 0; i < h->pages && !error; i++)
        error = put(to, m->ram + (size_t)h->page[i] * PAGE, PAGE);
    return error;
}

static int write_file(int fd, bool packed, const struct machine *m, const struct head *h)
{
    struct sink to = {.fd = fd};
    int error = 0;

    if (packed)
        error = savefile_pack_open(&to.packer, fd, h->size + (uint64_t)h->pages * PAGE);
    if (!error)
        error = write_parts(&to, m, h);
    if (packed)
        error = savefile_pack_close(to.packer, error);
    return error;
}

/* Beside `path`, so that it can be given that name in one step. */
static int write_beside(const char *path, char *beside, size_t beside_size, const struct machine *m,
                        const struct head *h)
{
    int fd, error;

    if ((size_t)snprintf(beside, beside_size, "%s.XXXXXX", path) >= beside_size)
        return -ENAMETOOLONG;
    fd = mkstemp(beside);
    if (fd < 0)
        return -errno;
    fchmod(fd, 0644);
    error = write_file(fd, savefile_name_packed(path), m, h);
    if (close(fd) < 0 && !error)
        error = -errno;
    if (!error && rename(beside, path) < 0)
        error = -errno;
    if (error)
        unlink(beside);
    return error;
}

/* Into what is there, which keeps its place. */
static int write_through(const char *path, const struct machine *m, const struct head *h)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int error = fd < 0 ? -errno : write_file(fd, savefile_name_packed(path), m, h);

    if (fd >= 0 && close(fd) < 0 && !error)
        error = -errno;
    return error;
}

int savefile_write(const char *path, struct machine *m, uint64_t kernel, char *why, size_t why_size)
{
    struct head head = {0};
    char beside[4096];
    int error = make_head(&head, m, kernel);

    if (!error)
        error = file_is_special(path) ? write_through(path, m, &head)
                                      : write_beside(path, beside, sizeof(beside), m, &head);
    release_head(&head);
    if (error == -ENOTSUP)
        return log_why(why, why_size, error,
                       "'%s': this build has no zstd: give a name that does not end in .zst", path);
    if (error)
        return log_why(why, why_size, error, "cannot write the state to '%s': %s", path,
                       strerror(-error));
    return 0;
}

#include "emu/time/savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "emu/machine/machine_internal.h"
#include "emu/support/bytes.h"
#include "emu/support/log.h"
#include "emu/time/savefile_layout.h"
#include "emu/time/snapshot.h"
#include "emu/time/statelayout.h"

/* ---- Opening ----------------------------------------------------------------------------- */

struct savefile {
    char *path;
    int fd;
    const uint8_t *bytes;
    size_t size;
    struct savefile_config config;
    bool jitter;
    uint32_t sections, translations, pages;
    const uint8_t *translation, *page_number; /* set by check_parts() */
};

static int not_a_state(const struct savefile *f, char *why, size_t why_size, const char *reason)
{
    return log_why(why, why_size, -EINVAL, "'%s' %s", f->path, reason);
}

static int check_envelope(const struct savefile *f, char *why, size_t why_size)
{
    const uint8_t *b = f->bytes;
    size_t head;

    if (f->size < MAGIC_SIZE || memcmp(b, SAVEFILE_MAGIC, MAGIC_SIZE) != 0)
        return not_a_state(f, why, why_size, "is no machine state (see --save-state)");
    if (f->size < CONFIG_END)
        return not_a_state(f, why, why_size, "is cut off: save the state again");
    if (get_le32(b + 8) != SAVEFILE_VERSION)
        return log_why(why, why_size, -EINVAL,
                       "'%s' is a state of version %u; this forkscope reads version %d", f->path,
                       (unsigned)get_le32(b + 8), SAVEFILE_VERSION);
    if (get_le64(b + 16) != f->size)
        return not_a_state(f, why, why_size, "is cut off: save the state again");
    head = get_le32(b + 12);
    if (head < CONFIG_END || head % PAGE || head > f->size ||
        crc32_z(0, b + SUMMED_FROM, head - SUMMED_FROM) != get_le32(b + 24) ||
        crc32_z(0, b + head, f->size - head) != get_le32(b + 28))
        return not_a_state(f, why, why_size, "is damaged: save the state again");
    return 0;
}

static void read_config(struct savefile *f)
{
    const uint8_t *b = f->bytes + SUMMED_FROM;

    f->config = (struct savefile_config){.ram_mb = get_le32(b),
                                         .mips = get_le32(b + 4),
                                         .cpu.level = get_le32(b + 8),
                                         .cpu.features = get_le32(b + 12),
                                         .rtc_epoch = (int64_t)get_le64(b + 16),
                                         .kernel = get_le64(b + 24)};
    f->jitter = get_le32(b + 32);
    f->sections = get_le32(b + 36);
    f->translations = get_le32(b + 40);
    f->pages = get_le32(b + 44);
}

/* Sections in their order, each in the version that is known; then whether all the rest fits. */
static int check_parts(struct savefile *f, char *why, size_t why_size)
{
    const uint8_t *end = f->bytes + get_le32(f->bytes + 12), *at = f->bytes + CONFIG_END;

    if (f->sections != statelayout_count)
        return not_a_state(f, why, why_size, "has other parts than this forkscope's machines");
    for (unsigned i = 0; i < f->sections; i++) {
        const struct section *s = &statelayout[i];

        if (end - at < SECTION_HEAD || memcmp(at, s->tag, 4) != 0 ||
            get_le32(at + 4) != s->version || get_le32(at + 8) != section_bytes(s))
            return not_a_state(f, why, why_size, "has other parts than this forkscope's machines");
        if ((size_t)(end - at) < SECTION_HEAD + section_bytes(s))
            return not_a_state(f, why, why_size, "is damaged: save the state again");
        at += SECTION_HEAD + section_bytes(s);
    }
    if (f->translations > CPU_TRANSLATIONS || f->pages > PAGES_MAX ||
        (size_t)(end - at) < f->translations * (size_t)TRANSLATION + f->pages * (size_t)4 ||
        f->size - (size_t)(end - f->bytes) != f->pages * (size_t)PAGE)
        return not_a_state(f, why, why_size, "is damaged: save the state again");
    f->translation = at;
    f->page_number = at + f->translations * (size_t)TRANSLATION;
    return 0;
}

static bool is_config_possible(const struct savefile_config *c)
{
    return c->ram_mb >= 1 && c->ram_mb <= 1024 && c->mips >= 1 && c->mips <= CLOCK_MIPS_MAX &&
           (unsigned)c->cpu.level <= CPU_I686 && c->rtc_epoch >= 0 &&
           c->rtc_epoch <= UINT32_MAX * INT64_C(64);
}

/* Maps what f->fd stands for. */
static int map_whole(struct savefile *f, char *why, size_t why_size)
{
    struct stat st;
    void *bytes;

    if (f->fd < 0 || fstat(f->fd, &st) < 0)
        return log_why(why, why_size, -errno, "cannot read '%s': %s", f->path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return log_why(why, why_size, -EISDIR, "cannot read '%s': %s", f->path, strerror(EISDIR));
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        return not_a_state(f, why, why_size, "is no machine state (see --save-state)");
    f->size = (size_t)st.st_size;
    bytes = mmap(NULL, f->size, PROT_READ, MAP_PRIVATE, f->fd, 0);
    if (bytes == MAP_FAILED)
        return log_why(why, why_size, -errno, "cannot read '%s': %s", f->path, strerror(errno));
    f->bytes = bytes;
    return 0;
}

static void unmap(struct savefile *f)
{
    if (f->bytes)
        munmap((void *)f->bytes, f->size);
    if (f->fd >= 0)
        close(f->fd);
    f->bytes = NULL;
    f->fd = -1;
}

/* The plain state takes the place of the packed one. */
static int unpack(struct savefile *f, char *why, size_t why_size)
{
    int fd = savefile_unpack(f->bytes, f->size);

    unmap(f);
    f->fd = fd;
    switch (fd < 0 ? fd : 0) {
    case 0:
        return map_whole(f, why, why_size);
    case -EMSGSIZE:
        return not_a_state(f, why, why_size, "is cut off: save the state again");
    case -EILSEQ:
        return not_a_state(f, why, why_size, "is damaged: save the state again");
    case -EINVAL:
        return not_a_state(f, why, why_size, "is no machine state (see --save-state)");
    case -ENOTSUP:
        return not_a_state(f, why, why_size, "is compressed, and this build has no zstd: zstd -d");
    default:
        return log_why(why, why_size, fd, "cannot unpack '%s': %s", f->path, strerror(-fd));
    }
}

static int map_file(struct savefile *f, char *why, size_t why_size)
{
    int error;

    f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
    error = map_whole(f, why, why_size);
    if (!error && savefile_bytes_packed(f->bytes, f->size))
        error = unpack(f, why, why_size);
    return error;
}

static int open_checked(struct savefile *f, char *why, size_t why_size)
{
    int error = map_file(f, why, why_size);

    if (!error)
        error = check_envelope(f, why, why_size);
    if (error)
        return error;
    read_config(f);
    if (!is_config_possible(&f->config))
        return not_a_state(f, why, why_size, "is the state of no machine that can be had");
    return check_parts(f, why, why_size);
}

int savefile_open(struct savefile **out, const char *path, char *why, size_t why_size)
{
    struct savefile *f = calloc(1, sizeof(*f));
    int error;

    if (!f)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    f->fd = -1;
    f->path = strdup(path);
    error =
        f->path ? open_checked(f, why, why_size) : log_why(why, why_size, -ENOMEM, "out of memory");
    if (error)
        savefile_close(f);
    else
        *out = f;
    return error;
}

void savefile_close(struct savefile *file)
{
    if (!file)
        return;
    unmap(file);
    free(file->path);
    free(file);
}

const struct savefile_config *savefile_config(const struct savefile *file)
{
    return &file->config;
}

void savefile_adopt(const struct savefile_config *c, struct machine_config *machine)
{
    machine->ram_mb = c->ram_mb;
    machine->mips = c->mips;
    machine->cpu = c->cpu;
    machine->rtc_epoch = c->rtc_epoch;
}

/* ---- Loading ----------------------------------------------------------------------------- */

static uint32_t page_number(const struct savefile *f, uint32_t i)
{
    return get_le32(f->page_number + (size_t)i * 4);
}

/* Pages that follow each other, from the ith on: mapped together. */
static uint32_t run_length(const struct savefile *f, uint32_t i)
{
    uint32_t n = 1;

    while (i + n < f->pages && page_number(f, i + n) == page_number(f, i) + n)
        n++;
    return n;
}

static int load_ram(const struct savefile *f, struct machine *m, char *why, size_t why_size)
{
    off_t data = get_le32(f->bytes + 12);
    uint64_t next = 0;

    if (machine_map_ram(m, 0, m->ram_size / PAGE, -1, 0))
        return log_why(why, why_size, -errno, "no memory for the guest: %s", strerror(errno));
    for (uint32_t i = 0, n; i < f->pages; i += n) {
        n = run_length(f, i);
        uint64_t first = page_number(f, i);

        if (first < next || (first + n) * PAGE > m->ram_size)
            return not_a_state(f, why, why_size, "has pages outside its memory");
        next = first + n;
        if (machine_map_ram(m, (uint32_t)first, n, f->fd, data + (off_t)i * PAGE))
            return log_why(why, why_size, -errno, "cannot map '%s': %s", f->path, strerror(errno));
    }
    return 0;
}

static int load_sections(const struct savefile *f, struct machine *m, char *why, size_t why_size)
{
    const uint8_t *at = f->bytes + CONFIG_END;

    for (unsigned i = 0; i < statelayout_count; i++) {
        const struct section *s = &statelayout[i];
        const char *wrong = snapshot_decode(m, s, at + SECTION_HEAD);

        if (wrong)
            return log_why(why, why_size, -EINVAL, "'%s' has a value that cannot be: %.4s %s",
                           f->path, s->tag, wrong);
        at += SECTION_HEAD + section_bytes(s);
    }
    if (m->clock.s.mips != m->config.mips)
        return not_a_state(f, why, why_size, "contradicts itself about its clock");
    return 0;
}

static void load_translations(const struct savefile *f, struct machine *m)
{
    struct cpu_translation cached[CPU_TRANSLATIONS];

    for (uint32_t i = 0; i < f->translations; i++) {
        const uint8_t *at = f->translation + (size_t)i * TRANSLATION;

        cached[i] = (struct cpu_translation){get_le32(at), get_le32(at + 4), at[8], at[9]};
    }
    cpu_load_translations(m->cpu, cached, f->translations);
}

int savefile_load(const struct savefile *file, struct machine *m, char *why, size_t why_size)
{
    int error;

    if (m->config.ram_mb != file->config.ram_mb || m->config.mips != file->config.mips)
        return not_a_state(file, why, why_size, "is the state of another machine");
    if (machine_set_jitter(m, file->jitter))
        return log_why(why, why_size, -ENOMEM, "out of memory");
    error = load_ram(file, m, why, why_size);
    if (!error)
        error = load_sections(file, m, why, why_size);
    if (error)
        return error;
    load_translations(file, m);
    return 0;
}

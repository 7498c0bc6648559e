#include "emu/guest/programs.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boot/boot.h"
#include "emu/guest/guestinfo.h"
#include "emu/guest/sameprogram.h"
#include "emu/support/file.h"

enum {
    ARCHIVES_MAX = 16,
    PATHS_MAX = 16,
    FILE_MAX = 1 << 28,
    PROGRAMS_MAX = 1000, /* the number has to fit recordings */
    HEADER = 110,        /* of a file in the archive: a magic and 13 numbers of 8 hex digits */
    FIELD_SIZE = 6,
    FIELD_NAME_SIZE = 11,
};

struct program {
    char *path;
    struct symbols *symbols; /* NULL: not read yet, or there are none */
    struct guestinfo *lines; /* the same */
    bool read, read_lines;
};

struct archive {
    const uint8_t *bytes;
    size_t size;
};

struct programs {
    uint32_t kernel_base;
    struct archive archive[ARCHIVES_MAX];
    unsigned archives;
    char *path[PATHS_MAX];
    unsigned paths;
    char *root[ARCHIVES_MAX];
    unsigned roots;
    struct program program[PROGRAMS_MAX + 1]; /* 0 is not used */
    unsigned count;
};

struct programs *programs_create(uint32_t kernel_base)
{
    struct programs *p = calloc(1, sizeof(*p));

    if (p != NULL)
        p->kernel_base = kernel_base;
    return p;
}

void programs_destroy(struct programs *p)
{
    if (p == NULL)
        return;
    for (unsigned i = 1; i <= p->count; i++) {
        free(p->program[i].path);
        symbols_destroy(p->program[i].symbols);
        guestinfo_destroy(p->program[i].lines);
    }
    for (unsigned i = 0; i < p->paths; i++)
        free(p->path[i]);
    for (unsigned i = 0; i < p->roots; i++)
        free(p->root[i]);
    free(p);
}

void programs_add_archive(struct programs *p, const void *bytes, size_t size)
{
    if (p->archives < ARCHIVES_MAX)
        p->archive[p->archives++] = (struct archive){bytes, size};
}

void programs_add_path(struct programs *p, const char *path)
{
    if (p != NULL && p->paths < PATHS_MAX)
        p->path[p->paths++] = strdup(path);
}

void programs_add_root(struct programs *p, const char *directory)
{
    if (p != NULL && p->roots < ARCHIVES_MAX)
        p->root[p->roots++] = strdup(directory);
}

void programs_of_boot(struct symbols *symbols, const struct boot *boot)
{
    struct programs *p = programs_create(symbols_kernel_base(symbols));

    for (unsigned i = 0; p != NULL && i < boot->modules; i++)
        programs_add_archive(p, boot->file[i].bytes, boot->file[i].size);
    symbols_set_programs(symbols, p);
}

void programs_beside_boot(struct symbols *symbols, const struct boot *boot)
{
    programs_of_boot(symbols, boot);
    for (unsigned i = 0; i < boot->modules; i++) {
        const char *path = boot->path[i];
        char folder[PATH_MAX];

        snprintf(folder, sizeof(folder), "%.*s", (int)(file_basename(path) - path), path);
        programs_add_root(symbols_programs(symbols), folder[0] != '\0' ? folder : "./");
    }
}

/* ---- Archives ---------------------------------------------------------------------------- */

static bool read_field(const uint8_t *header, unsigned field, uint32_t *value)
{
    const uint8_t *at = header + 6 + 8 * field;

    *value = 0;
    for (unsigned i = 0; i < 8; i++) {
        const char *digits = "0123456789abcdef", *digit = strchr(digits, at[i] | 0x20);

        if (at[i] == '\0' || digit == NULL)
            return false;
        *value = *value << 4 | (uint32_t)(digit - digits);
    }
    return true;
}

static size_t align4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* "/bin/sh", "bin/sh" and "./bin/sh" are one file. */
static const char *bare(const char *path)
{
    while (path[0] == '/' || (path[0] == '.' && path[1] == '/'))
        path++;
    return path;
}

static bool is_file(const uint8_t *name, uint32_t name_size, const char *path)
{
    return name_size > 0 && name[name_size - 1] == '\0' &&
           strcmp(bare((const char *)name), bare(path)) == 0;
}

/* Finds a file in an archive; false: it is not there. */
static bool find_file(const struct archive *a, const char *path, struct archive *file)
{
    size_t at = 0;

    while (a->size - at >= HEADER && memcmp(a->bytes + at, "07070", 5) == 0) {
        const uint8_t *name = a->bytes + at + HEADER;
        uint32_t size, name_size;
        size_t data;

        if (!read_field(a->bytes + at, FIELD_SIZE, &size) ||
            !read_field(a->bytes + at, FIELD_NAME_SIZE, &name_size) ||
            name_size > a->size - at - HEADER)
            return false;
        data = align4(at + HEADER + name_size);
        if (data > a->size || size > a->size - data)
            return false;
        if (is_file(name, name_size, path)) {
            *file = (struct archive){a->bytes + data, size};
            return true;
        }
        at = align4(data + size);
        if (at > a->size)
            return false;
    }
    return false;
}

/* ---- Programs ---------------------------------------------------------------------------- */

unsigned programs_find(struct programs *p, const char *path)
{
    for (unsigned i = 1; p != NULL && i <= p->count; i++)
        if (strcmp(p->program[i].path, path) == 0)
            return i;
    if (p == NULL || p->count == PROGRAMS_MAX || path[0] == '\0')
        return 0;
    p->program[p->count + 1].path = strdup(path);
    return p->program[p->count + 1].path ? ++p->count : 0;
}

const char *programs_path(const struct programs *p, unsigned number)
{
    return p != NULL && number >= 1 && number <= p->count ? p->program[number].path : NULL;
}

/* True: there are symbols now. */
static bool add_elf(struct program *program, const void *bytes, size_t size)
{
    char ignored[1];

    if (program->symbols == NULL)
        program->symbols = symbols_create();
    if (program->symbols != NULL)
        symbols_add_elf(program->symbols, bytes, size, ignored, 1);
    return program->symbols != NULL && !symbols_empty(program->symbols);
}

/* True: there are lines now. */
static bool add_lines(struct program *program, const void *bytes, size_t size)
{
    char ignored[1];

    program->lines = guestinfo_create_lines(bytes, size, ignored, sizeof(ignored));
    return program->lines != NULL;
}

/* Takes what it looks for from an ELF file: add_elf() or add_lines(). */
typedef bool elf_taker(struct program *program, const void *bytes, size_t size);

static bool add_host_file(struct program *program, const char *path, elf_taker *take)
{
    const char *name = file_basename(program->path);
    char ignored[1], inside[4096];
    struct file file;
    bool added;

    if (file_is_directory(path)) {
        snprintf(inside, sizeof(inside), "%s/%s", path, name);
        path = inside;
    }
    if (strcmp(file_basename(path), name) != 0 ||
        file_read(path, FILE_MAX, &file, ignored, sizeof(ignored)) != 0)
        return false;
    added = take(program, file.bytes, file.size);
    file_release(&file);
    return added;
}

/* A file of the host, if it is the guest's own program. */
static bool add_same(struct program *program, const struct archive *own, const char *root,
                     const char *inside, elf_taker *take)
{
    char path[PATH_MAX], ignored[1];
    struct file file;
    bool added;

    if (snprintf(path, sizeof(path), "%s/%s", root, inside) >= PATH_MAX ||
        file_is_directory(path) || file_read(path, FILE_MAX, &file, ignored, sizeof(ignored)) != 0)
        return false;
    added = same_program(own->bytes, own->size, file.bytes, file.size) &&
            take(program, file.bytes, file.size);
    file_release(&file);
    return added;
}

static bool add_beside(const struct programs *p, struct program *program, const struct archive *own,
                       elf_taker *take)
{
    for (unsigned i = 0; i < p->roots; i++)
        if (p->root[i] != NULL &&
            (add_same(program, own, p->root[i], bare(program->path), take) ||
             add_same(program, own, p->root[i], file_basename(program->path), take)))
            return true;
    return false;
}

/* From the guest's own copy, else from a file of the host. */
static bool read_elf(const struct programs *p, struct program *program, elf_taker *take)
{
    struct archive own = {0};

    for (unsigned i = 0; i < p->archives; i++)
        if (find_file(&p->archive[i], program->path, &own) && take(program, own.bytes, own.size))
            return true;
    for (unsigned i = 0; i < p->paths; i++)
        if (p->path[i] != NULL && add_host_file(program, p->path[i], take))
            return true;
    return own.size > 0 && add_beside(p, program, &own, take);
}

static void read_symbols(struct programs *p, struct program *program)
{
    program->read = true;
    if (read_elf(p, program, add_elf))
        return;
    symbols_destroy(program->symbols);
    program->symbols = NULL;
}

const struct symbols *programs_symbols(struct programs *p, unsigned number)
{
    struct program *program =
        p != NULL && number >= 1 && number <= p->count ? &p->program[number] : NULL;

    if (program == NULL)
        return NULL;
    if (!program->read)
        read_symbols(p, program);
    return program->symbols;
}

static struct program *program_at(struct programs *p, unsigned number, uint32_t addr)
{
    return p != NULL && number >= 1 && number <= p->count && addr < p->kernel_base
               ? &p->program[number]
               : NULL;
}

const struct symbol *programs_symbol(struct programs *p, unsigned number, uint32_t addr,
                                     bool *decided)
{
    const struct symbols *symbols =
        program_at(p, number, addr) != NULL ? programs_symbols(p, number) : NULL;

    *decided = symbols != NULL;
    return symbols != NULL ? symbols_by_addr(symbols, addr) : NULL;
}

bool programs_line(struct programs *p, unsigned number, uint32_t addr, const char **file, int *line)
{
    struct program *program = program_at(p, number, addr);

    if (program == NULL)
        return false;
    if (!program->read_lines)
        read_elf(p, program, add_lines);
    program->read_lines = true;
    return program->lines != NULL && guestinfo_line(program->lines, addr, file, line);
}

#include "emu/guest/programs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/boot/boot.h"
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
    bool read;
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
    }
    for (unsigned i = 0; i < p->paths; i++)
        free(p->path[i]);
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

void programs_of_boot(struct symbols *symbols, const struct boot *boot)
{
    struct programs *p = programs_create(symbols_kernel_base(symbols));

    for (unsigned i = 0; p != NULL && i < boot->modules; i++)
        programs_add_archive(p, boot->file[i].bytes, boot->file[i].size);
    symbols_set_programs(symbols, p);
}

/* ---- Archives ----------------------------------------------------------------------------------
 */

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

/* ---- Programs ----------------------------------------------------------------------------------
 */

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

static bool add_host_file(struct program *program, const char *path)
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
    added = add_elf(program, file.bytes, file.size);
    file_release(&file);
    return added;
}

static void read_symbols(struct programs *p, struct program *program)
{
    struct archive file;

    program->read = true;
    for (unsigned i = 0; i < p->archives; i++)
        if (find_file(&p->archive[i], program->path, &file) &&
            add_elf(program, file.bytes, file.size))
            return;
    for (unsigned i = 0; i < p->paths; i++)
        if (p->path[i] != NULL && add_host_file(program, p->path[i]))
            return;
    symbols_destroy(program->symbols);
    program->symbols = NULL;
}

const struct symbol *programs_symbol(struct programs *p, unsigned number, uint32_t addr,
                                     bool *decided)
{
    struct program *program;

    *decided = false;
    if (p == NULL || number < 1 || number > p->count || addr >= p->kernel_base)
        return NULL;
    program = &p->program[number];
    if (!program->read)
        read_symbols(p, program);
    *decided = program->symbols != NULL;
    return program->symbols ? symbols_by_addr(program->symbols, addr) : NULL;
}

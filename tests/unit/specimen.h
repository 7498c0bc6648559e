/* A small i386 ELF file compiled on the spot with the guest's compiler, for tests that read one. */
#ifndef FORKSCOPE_TESTS_UNIT_SPECIMEN_H
#define FORKSCOPE_TESTS_UNIT_SPECIMEN_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SPECIMEN_MAX = 1 << 20 };

static inline bool specimen_compiler_missing(void)
{
    return system("i686-linux-gnu-gcc --version >/dev/null 2>&1") != 0;
}

static inline void specimen_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static inline char *specimen_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *image = malloc(SPECIMEN_MAX);

    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(image);
    *size = fread(image, 1, SPECIMEN_MAX, file);
    fclose(file);
    return image;
}

/* The text segment starts at 0xc0100000. The caller frees the image. */
static inline char *specimen_compile(const char *source, const char *cflags, size_t *size)
{
    char dir[] = "/tmp/forkscope-specimen-XXXXXX", command[512], path[64];
    char *image;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/k.c", dir);
    specimen_write(path, source);
    snprintf(command, sizeof(command),
             "cd %s && i686-linux-gnu-gcc %s -O1 -fno-inline -ffreestanding -fno-pic -nostdlib "
             "-static -Wl,-Ttext=0xc0100000 -o k.elf k.c",
             dir, cflags);
    ck_assert_int_eq(system(command), 0);
    snprintf(path, sizeof(path), "%s/k.elf", dir);
    image = specimen_read(path, size);
    snprintf(command, sizeof(command), "rm -r %s", dir);
    ck_assert_int_eq(system(command), 0);
    return image;
}

#endif

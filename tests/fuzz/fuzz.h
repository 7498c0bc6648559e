/* What the fuzzers of this folder share: noise from a seed, a count of both outcomes, and the
 * replay of files that are named on the command line. */
#ifndef FORKSCOPE_TESTS_FUZZ_FUZZ_H
#define FORKSCOPE_TESTS_FUZZ_FUZZ_H

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "emu/support/file.h"

/* How often the code under test took what it was given, and how often it refused. */
static unsigned accepted, refused;

/* The seed of case `i`. */
static inline uint32_t fuzz_seed(unsigned i)
{
    return i * 2654435761u;
}

static inline uint32_t noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Ends the program, for a sanitizer's and a debugger's sake with abort(). */
static inline void check(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    abort();
}

/* Does the command line name files, rather than a number of mutations? */
static inline int fuzz_is_replay(int argc, char **argv)
{
    return argc > 1 && !isdigit((unsigned char)*argv[1]);
}

static inline unsigned fuzz_count(int argc, char **argv, unsigned without)
{
    return argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : without;
}

/* The bytes of a file that has to be there. */
static inline struct file fuzz_read(const char *path)
{
    struct file file;
    char why[256];

    if (file_read(path, SIZE_MAX, &file, why, sizeof(why)) == 0)
        return file;
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, why);
    exit(EXIT_FAILURE);
}

static inline int fuzz_replay(char **paths, void (*try)(const uint8_t *bytes, size_t size))
{
    for (; *paths != NULL; paths++) {
        struct file file = fuzz_read(*paths);

        try(file.bytes, file.size);
        file_release(&file);
    }
    return EXIT_SUCCESS;
}

#endif

/*
 * Damaged layouts against their reader: mutations of those that are built in from fixed seeds, or
 * the files named on the command line. Whatever comes is read or refused with one line, and what is
 * read can be looked up, with and without a kernel that has debug information.
 *
 *   fuzz_layout [COUNT]       COUNT mutations (default 30000)
 *   fuzz_layout FILE...       replay
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/guestinfo.h"
#include "emu/guest/layout.h"
#include "emu/support/file.h"

enum { TEXT_SIZE = 4096, KERNEL_MAX = 1 << 24, WITH_KERNEL = 64 };

/* What means something to the reader. */
static const char *const words[] = {"tasks table ",
                                    "tasks stack\n",
                                    "sizeof ",
                                    "task_struct.",
                                    "task_struct is ",
                                    ".",
                                    " is ",
                                    "is",
                                    "+",
                                    "\n",
                                    "#",
                                    " ",
                                    "0xffffffff",
                                    "4294967296",
                                    "-1",
                                    "thread_union",
                                    "pt_regs",
                                    "\t",
                                    "ptable.proc+8",
                                    "65536",
                                    "thread.esp",
                                    "\x80\xff",
                                    "\r\n",
                                    "task"};

static struct file kernel;
static unsigned accepted, refused, used;

static unsigned noise(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void look(const struct guestinfo *g)
{
    uint32_t offset, size;

    used++;
    guestinfo_member(g, "task_struct", "thread.esp0", &offset, &size);
    for (offset = 0; offset < 128; offset++)
        guestinfo_member_at(g, "pt_regs", offset);
    guestinfo_sizeof(g, "task_struct");
}

static void use(const struct layout *l)
{
    bool with = accepted % WITH_KERNEL == 0;
    char why[256];
    struct guestinfo *g = guestinfo_create_from(l, 0x100000, with ? kernel.bytes : NULL,
                                                with ? kernel.size : 0, why, sizeof(why));

    if (g)
        look(g);
    guestinfo_destroy(g);
}

static void try_text(const char *text, size_t size)
{
    static struct layout l;
    char why[512] = "";

    if (layout_parse(&l, "fuzz", text, size, why, sizeof(why)) == 0) {
        accepted++;
        use(&l);
        return;
    }
    refused++;
    if (strncmp(why, "layout 'fuzz' line ", 19) != 0 || strchr(why, '\n')) {
        fprintf(stderr, "fuzz_layout: a refusal without one clear line: %s\n", why);
        abort();
    }
}

/* Puts `word` into the text at `at`; what does not fit falls off the end. */
static void insert(char *text, size_t at, const char *word)
{
    char rest[TEXT_SIZE];

    strcpy(rest, text + at);
    snprintf(text + at, TEXT_SIZE - at, "%s%s", word, rest);
}

static void mutate(char *text, unsigned *seed)
{
    for (unsigned changes = 1 + noise(seed) % 6; changes > 0; changes--) {
        size_t length = strlen(text), at = length ? noise(seed) % length : 0;

        switch (noise(seed) % 4) {
        case 0:
            text[at] = (char)(noise(seed) % 96 + ' ');
            break;
        case 1:
            memmove(text + at, text + at + (length != 0), length - at);
            break;
        default:
            insert(text, at, words[noise(seed) % (sizeof(words) / sizeof(words[0]))]);
        }
    }
}

static int replay(char **paths)
{
    for (; *paths; paths++) {
        struct file file;
        char why[512];

        if (file_read(*paths, TEXT_SIZE, &file, why, sizeof(why)) != 0)
            return EXIT_FAILURE;
        try_text((const char *)file.bytes, file.size);
        file_release(&file);
    }
    return EXIT_SUCCESS;
}

static const char *seed_text(unsigned n)
{
    unsigned count = 0;

    while (layout_builtins[count].name)
        count++;
    return layout_builtins[n % count].text;
}

int main(int argc, char **argv)
{
    unsigned count = 30000;
    char why[512];

    if (argc > 1 && !isdigit((unsigned char)*argv[1]))
        return replay(argv + 1);
    if (argc > 1)
        count = (unsigned)strtoul(argv[1], NULL, 10);
    file_read(FUZZ_KERNEL, KERNEL_MAX, &kernel, why, sizeof(why)); /* without it: with none */
    for (unsigned i = 0; i < count; i++) {
        char text[TEXT_SIZE];
        unsigned seed = i * 2654435761u;

        snprintf(text, sizeof(text), "%s", seed_text(i));
        mutate(text, &seed);
        try_text(text, strlen(text));
    }
    printf("%u accepted, %u refused, %u used\n", accepted, refused, used);
    file_release(&kernel);
    return accepted && refused && used ? EXIT_SUCCESS : EXIT_FAILURE;
}

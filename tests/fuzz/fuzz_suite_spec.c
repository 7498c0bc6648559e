/*
 * Damaged case files against the reader of golden suites: mutations of a good one from fixed seeds,
 * or the files named on the command line. Whatever comes is read or refused with one line.
 *
 *   fuzz_suite_spec [COUNT]       COUNT mutations (default 50000)
 *   fuzz_suite_spec FILE...       replay
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/suite/suite_spec.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_SIZE = 1024 };

static const char good[] = "# a case\n"
                           "kernel = k.elf\nappend = quiet init=/bin/sh -c \"a\"\nengine = all\n"
                           "level = exact\ntrace = t\nserial = s\nsays = a\nsays = b\nexit = 3\n";

/* What means something to the reader. */
static const char *const words[] = {"=",    "\n",     "# ",     "says = ", "symbols = x\n", "exit",
                                    "\r\n", "engine", "kernel", " ",       "= =",           "\t",
                                    "256",  "-1",     "/",      "\x80\xff"};

static void try_text(const char *text)
{
    struct suite_case c;
    char why[512] = "";

    if (suite_spec_parse(&c, text, "f.case", "f", why, sizeof(why)) == 0) {
        accepted++;
    } else {
        refused++;
        if (strncmp(why, "f.case:", 7) != 0 || strchr(why, '\n')) {
            fprintf(stderr, "fuzz_suite_spec: a refusal without one clear line: %s\n", why);
            abort();
        }
    }
    suite_spec_release(&c);
}

/* Puts `word` into the text at `at`; what does not fit falls off the end. */
static void insert(char *text, size_t at, const char *word)
{
    char rest[TEXT_SIZE];

    strcpy(rest, text + at);
    snprintf(text + at, TEXT_SIZE - at, "%s%s", word, rest);
}

static void mutate(char *text, uint32_t *seed)
{
    for (unsigned changes = 1 + noise(seed) % 6; changes > 0; changes--) {
        size_t length = strlen(text), at = length ? noise(seed) % length : 0;

        switch (noise(seed) % 4) {
        case 0:
            text[at] = (char)noise(seed);
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
        struct suite_case c;
        char why[512];

        suite_spec_read(&c, *paths, "replay", why, sizeof(why));
        suite_spec_release(&c);
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    unsigned count = fuzz_count(argc, argv, 50000);

    if (fuzz_is_replay(argc, argv))
        return replay(argv + 1);
    for (unsigned i = 0; i < count; i++) {
        char text[TEXT_SIZE];
        uint32_t seed = fuzz_seed(i);

        strcpy(text, good);
        mutate(text, &seed);
        try_text(text);
    }
    printf("%u accepted, %u refused\n", accepted, refused);
    return accepted && refused ? EXIT_SUCCESS : EXIT_FAILURE;
}

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
#include "tests/fuzz/fuzz_text.h"

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
        char text[FUZZ_TEXT_SIZE];
        uint32_t seed = fuzz_seed(i);

        strcpy(text, good);
        fuzz_damage_text(text, words, sizeof(words) / sizeof(words[0]), &seed);
        try_text(text);
    }
    printf("%u accepted, %u refused\n", accepted, refused);
    return accepted && refused ? EXIT_SUCCESS : EXIT_FAILURE;
}

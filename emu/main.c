/*
 * The program: picks the subcommand and ends with its exit code. Nothing else ends the process.
 */
#include <stdio.h>
#include <string.h>

#include "emu/exitcode.h"
#include "emu/log.h"
#include "emu/verbs.h"

static const struct verb verbs[] = {
    {"doctor", "what this build and this machine can do", doctor_main},
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static const struct verb *find_verb(const char *name)
{
    for (unsigned i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static int help(void)
{
    printf(
        "forkscope: an i386 emulator that shows how a Unix kernel makes one process into two\n\n");
    for (unsigned i = 0; i < VERBS; i++)
        printf("  forkscope %-10s %s\n", verbs[i].name, verbs[i].summary);
    return EXITCODE_OK;
}

int main(int argc, char **argv)
{
    const struct verb *verb;

    if (argc < 2 || strcmp(argv[1], "--help") == 0)
        return help();
    verb = find_verb(argv[1]);
    if (verb)
        return verb->main(argc - 1, argv + 1);
    log_error("unknown command '%s': see forkscope --help", argv[1]);
    return EXITCODE_USAGE;
}

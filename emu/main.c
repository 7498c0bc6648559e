/*
 * The program: picks the subcommand and ends with its exit code. Nothing else ends the process.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "emu/exitcode.h"
#include "emu/support/log.h"
#include "emu/verbs.h"

static const struct verb *find_verb(const char *name)
{
    for (unsigned i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static void print_help(void)
{
    printf("forkscope: an i386 emulator that shows how a Unix kernel makes one process into two\n\n"
           "usage: forkscope [command] [option...]\n\n");
    for (unsigned i = 0; i < VERBS; i++)
        printf("  %-10s %s\n", verbs[i].name, verbs[i].summary);
    printf("\nforkscope COMMAND --help lists the options of a command.\n");
}

/* No file that is opened later may become standard output or error where those are closed: a trace
 * would hold what a guest prints. Writing to what stands in for them fails. */
static void hold_closed_files(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

static int dispatch(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    const struct verb *verb = find_verb(first);

    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        print_help();
        return EXITCODE_OK;
    }
    if (strcmp(first, "--version") == 0 || strcmp(first, "-version") == 0) {
        printf("forkscope %s\n", FORKSCOPE_VERSION);
        return EXITCODE_OK;
    }
    if (verb)
        return verb->main(argc - 1, argv + 1);
    if (*first == '-')
        return run_main(argc, argv);
    if (*first)
        log_error("unknown command '%s': see forkscope --help", first);
    else
        log_error("nothing to do: give a kernel as -kernel FILE (see forkscope --help)");
    return EXITCODE_USAGE;
}

int main(int argc, char **argv)
{
    int code;

    hold_closed_files();
    code = dispatch(argc, argv);

    /* A full disk shows at the last write. */
    if (fflush(stdout) != 0 && code == EXITCODE_OK) {
        log_error("cannot write to standard output");
        code = EXITCODE_EMULATOR;
    }
    return code;
}

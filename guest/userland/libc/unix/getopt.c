#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

/* The letter of argv[optind] to look at next, when a word has several. */
static int letter = 1;

static int complain(const char *program, const char *what)
{
    if (opterr)
        fprintf(stderr, "%s: %s -- '%c'\n", program, what, optopt);
    return '?';
}

static void next_word(void)
{
    optind++;
    letter = 1;
}

/* POSIX rules: options end at the first word without a dash, or after "--". */
int getopt(int argc, char *const argv[], const char *options)
{
    const char *word = optind < argc ? argv[optind] : NULL;
    const char *known;

    if (!word || word[0] != '-' || !word[1])
        return -1;
    if (strcmp(word, "--") == 0) {
        next_word();
        return -1;
    }
    optopt = word[letter++];
    known = optopt == ':' ? NULL : strchr(options, optopt);
    if (!known || known[1] != ':') {
        if (!word[letter])
            next_word();
        return known ? optopt : complain(argv[0], "unknown option");
    }
    optarg = (char *)word + letter;
    next_word();
    if (*optarg)
        return optopt;
    if (optind == argc)
        return *options == ':' ? ':' : complain(argv[0], "option needs an argument");
    optarg = argv[optind++];
    return optopt;
}

/* grep [-v] [-n] PATTERN [FILE…]: the lines that match, or with -v those that do not.
 *
 * A pattern: ^ at its start and $ at its end stand for those of the line, a dot for any character,
 * a star for any number of what is before it, a backslash takes a character as it is. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool inverted, numbered, named;

static bool match_here(const char *pattern, const char *text);

/* How long the first element of the pattern is: a character, or a backslash and one. */
static size_t element(const char *pattern)
{
    return pattern[0] == '\\' && pattern[1] ? 2 : 1;
}

static bool match_one(const char *pattern, char c)
{
    if (!c)
        return false;
    return element(pattern) == 2 ? pattern[1] == c : *pattern == '.' || *pattern == c;
}

/* Any number of the element, then the rest. */
static bool match_star(const char *pattern, const char *text)
{
    const char *rest = pattern + element(pattern) + 1;

    do {
        if (match_here(rest, text))
            return true;
    } while (match_one(pattern, *text++));
    return false;
}

static bool match_here(const char *pattern, const char *text)
{
    size_t length = element(pattern);

    if (!*pattern)
        return true;
    if (pattern[length] == '*')
        return match_star(pattern, text);
    if (strcmp(pattern, "$") == 0)
        return !*text;
    return match_one(pattern, *text) && match_here(pattern + length, text + 1);
}

static bool match(const char *pattern, const char *text)
{
    if (*pattern == '^')
        return match_here(pattern + 1, text);
    do {
        if (match_here(pattern, text))
            return true;
    } while (*text++);
    return false;
}

/* Whether there was a line to print. */
static bool grep(const char *pattern, FILE *f, const char *name)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    long number = 0;
    ssize_t n;

    while ((n = getline(&line, &room, f)) > 0) {
        number++;
        if (line[n - 1] == '\n')
            line[n - 1] = 0;
        if (match(pattern, line) == inverted)
            continue;
        found = true;
        if (named)
            printf("%s:", name);
        if (numbered)
            printf("%ld:", number);
        puts(line);
    }
    free(line);
    return found;
}

int main(int argc, char **argv)
{
    int option, status = 1;

    while ((option = getopt(argc, argv, "vn")) != -1) {
        if (option == '?')
            return 2;
        *(option == 'v' ? &inverted : &numbered) = true;
    }
    if (optind == argc) {
        fprintf(stderr, "usage: grep [-v] [-n] PATTERN [FILE...]\n");
        return 2;
    }
    named = argc - optind > 2;
    if (argc - optind == 1)
        return !grep(argv[optind], stdin, "-");
    for (int i = optind + 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            fprintf(stderr, "grep: %s: %s\n", argv[i], strerror(errno));
            status = 2;
            continue;
        }
        if (grep(argv[optind], f, argv[i]) && status == 1)
            status = 0;
        fclose(f);
    }
    return status;
}

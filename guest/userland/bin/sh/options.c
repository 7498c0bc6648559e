/* set: the options of the shell, and its positional parameters. */
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct shell_options shell_options;

static const struct {
    char letter;
    bool *is_on;
} options[] = {
    {'e', &shell_options.exit_on_error},
    {'u', &shell_options.no_unset},
    {'x', &shell_options.trace},
};

enum { OPTIONS = sizeof options / sizeof options[0] };

const char *options_text(void)
{
    static char text[OPTIONS + 2];
    size_t n = 0;

    for (size_t i = 0; i < OPTIONS; i++)
        if (*options[i].is_on)
            text[n++] = options[i].letter;
    if (shell_interactive)
        text[n++] = 'i';
    text[n] = 0;
    return text;
}

/* -eux or +eux; false after a message. */
static bool set_options(const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        size_t i = 0;

        while (i < OPTIONS && options[i].letter != *c)
            i++;
        if (i == OPTIONS) {
            complain("set: %c%c: there is -e, -u and -x", *word, *c);
            return false;
        }
        *options[i].is_on = *word == '-';
    }
    return true;
}

static int set_positional(int count, char **from)
{
    char **words = calloc((size_t)count + 2, sizeof *words);

    if (!words)
        return 1;
    words[0] = positional[0];
    for (int i = 0; i < count; i++)
        words[i + 1] = strdup(from[i]);
    positional = words;
    positional_count = count;
    return 0;
}

/* set lists the variables; set -e and the like; set [--] WORD… replaces the positional parameters.
 */
int builtin_set(int argc, char **argv)
{
    int i = 1;

    if (argc == 1) {
        var_print_all(false);
        return 0;
    }
    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1]; i++) {
        if (strcmp(argv[i], "--") == 0)
            return set_positional(argc - i - 1, argv + i + 1);
        if (!set_options(argv[i]))
            return STATUS_SYNTAX;
    }
    return i < argc ? set_positional(argc - i, argv + i) : 0;
}

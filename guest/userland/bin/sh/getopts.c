/* getopts: the options of a script, one at each call. Where it stands is in OPTIND, but for the
 * place inside a word of several letters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct scan {
    char **words; /* words[0] is the first that may be an option */
    int count;
    int index;     /* OPTIND − 1 */
    size_t letter; /* in words[index]; 0: at its begin */
};

static void set_number(const char *name, int value)
{
    char text[16];

    snprintf(text, sizeof text, "%d", value);
    var_set(name, text);
}

/* Stands on an option's letter, or is at the end of all options: false. */
static bool find_letter(struct scan *s)
{
    const char *word = s->index < s->count ? s->words[s->index] : NULL;

    if (!word || s->index < 0)
        return false;
    if (s->letter > 0 && s->letter < strlen(word))
        return true;
    if (word[0] != '-' || !word[1])
        return false;
    if (strcmp(word, "--") == 0) {
        s->index++;
        return false;
    }
    s->letter = 1;
    return true;
}

static void next_word(struct scan *s)
{
    s->index++;
    s->letter = 0;
}

/* The option that cannot be: with a colon in front of the options the script says it itself. */
static char tell_wrong(bool silent, char letter, const char *what, char result)
{
    char text[2] = {letter, 0};

    if (silent) {
        var_set("OPTARG", text);
        return result;
    }
    complain("%s -%c", what, letter);
    var_unset("OPTARG");
    return '?';
}

/* Takes the letter and what belongs to it; what the script gets to see. */
static char take_option(struct scan *s, const char *options)
{
    bool silent = *options == ':';
    char letter = s->words[s->index][s->letter++];
    const char *known = letter == ':' ? NULL : strchr(options, letter);
    const char *rest = s->words[s->index] + s->letter;

    if (!*rest)
        next_word(s);
    if (!known)
        return tell_wrong(silent, letter, "unknown option", '?');
    if (known[1] != ':') {
        var_unset("OPTARG");
        return letter;
    }
    if (!*rest && s->index >= s->count)
        return tell_wrong(silent, letter, "no argument for option", ':');
    var_set("OPTARG", *rest ? rest : s->words[s->index]);
    next_word(s);
    return letter;
}

/* getopts OPTIONS NAME [WORD…] */
int builtin_getopts(int argc, char **argv)
{
    static int last_index; /* as we left OPTIND: another value is a new begin */
    static size_t last_letter;
    const char *optind = var_get("OPTIND");
    struct scan s = {.words = positional + 1, .count = positional_count};
    char found[2] = "?";
    bool more;

    if (argc < 3 || !is_name(argv[2], strlen(argv[2]))) {
        complain("getopts: OPTIONS NAME [WORD...]");
        return STATUS_SYNTAX;
    }
    if (argc > 3) {
        s.words = argv + 3;
        s.count = argc - 3;
    }
    s.index = (optind ? atoi(optind) : 1) - 1;
    s.letter = s.index == last_index ? last_letter : 0;
    more = find_letter(&s);
    if (more)
        found[0] = take_option(&s, argv[1]);
    else
        var_unset("OPTARG");
    last_index = s.index;
    last_letter = s.letter;
    set_number("OPTIND", s.index + 1);
    var_set(argv[2], found);
    return more ? 0 : 1;
}

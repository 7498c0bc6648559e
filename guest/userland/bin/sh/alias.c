/* Aliases: a command's first word that is a name of one is replaced by its text before the command
 * is parsed. The text is put into the source, so that it may be any part of a command; while the
 * source stands inside it, the name is a word like any other, or it would go on for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct alias {
    struct alias *next;
    char *name;
    char *text;
    size_t end; /* of its text in the source that is being parsed; 0: not there */
};

static struct alias *aliases; /* in the order of the alphabet */

/* Where it is, or where it would be put. */
static struct alias **place_of(const char *name)
{
    struct alias **place = &aliases;

    while (*place && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    return place;
}

static struct alias *find(const char *name)
{
    struct alias *a = *place_of(name);

    return a && strcmp(a->name, name) == 0 ? a : NULL;
}

static void set_alias(const char *name, const char *text)
{
    struct alias *a = find(name);

    if (!a) {
        struct alias **place = place_of(name);

        a = calloc(1, sizeof *a);
        if (!a)
            return;
        a->name = strdup(name);
        a->next = *place;
        *place = a;
    }
    free(a->text);
    a->text = strdup(text);
}

static void remove_alias(struct alias *a)
{
    *place_of(a->name) = a->next;
    free(a->name);
    free(a->text);
    free(a);
}

void alias_start(void)
{
    for (struct alias *a = aliases; a; a = a->next)
        a->end = 0;
}

bool alias_expand(struct source *s, const struct token *word)
{
    struct alias *used = s->expanded ? NULL : find(word->text);
    size_t after;

    if (!used || (used->end && word->start < used->end))
        return false;
    after = s->position;
    if (!source_replace(s, word->start, used->text))
        return false;
    for (struct alias *a = aliases; a; a = a->next)
        if (a->end >= after)
            a->end += word->start + strlen(used->text) - after;
    used->end = word->start + strlen(used->text);
    return true;
}

const char *alias_text(const char *name)
{
    const struct alias *a = find(name);

    return a ? a->text : NULL;
}

static void print_alias(const struct alias *a)
{
    printf("%s=", a->name);
    print_quoted(a->text);
    putchar('\n');
}

/* alias [NAME[=TEXT]…] */
int builtin_alias(int argc, char **argv)
{
    int status = 0;

    for (const struct alias *a = argc == 1 ? aliases : NULL; a; a = a->next)
        print_alias(a);
    for (int i = 1; i < argc; i++) {
        size_t length = strcspn(argv[i], "=");
        const struct alias *a = find(argv[i]);

        if (argv[i][length]) {
            set_alias(arena_copy(argv[i], length), argv[i] + length + 1);
        } else if (a) {
            print_alias(a);
        } else {
            complain("alias: %s: not found", argv[i]);
            status = 1;
        }
    }
    return status;
}

/* unalias NAME… | -a */
int builtin_unalias(int argc, char **argv)
{
    int status = 0;

    if (argc == 2 && strcmp(argv[1], "-a") == 0)
        while (aliases)
            remove_alias(aliases);
    else
        for (int i = 1; i < argc; i++) {
            struct alias *a = find(argv[i]);

            if (a) {
                remove_alias(a);
                continue;
            }
            complain("unalias: %s: not found", argv[i]);
            status = 1;
        }
    return status;
}

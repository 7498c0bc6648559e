/* File name patterns. A backslash makes the next character an ordinary one. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

bool glob_has_magic(const char *pattern)
{
    for (; *pattern; pattern++) {
        if (*pattern == '\\' && pattern[1])
            pattern++;
        else if (strchr("*?[", *pattern))
            return true;
    }
    return false;
}

char *glob_unescape(const char *pattern)
{
    struct buffer b = {0};

    buffer_add_string(&b, "", 0);
    for (; *pattern; pattern++) {
        if (*pattern == '\\' && pattern[1])
            pattern++;
        buffer_add(&b, *pattern);
    }
    return b.text;
}

/* Matches c against the class after '['; sets *end behind its ']'. */
static bool match_class(const char *p, char c, const char **end)
{
    bool negated = *p == '!' || *p == '^';
    bool matched = false;
    const char *start = p + negated;

    for (p = start; *p && (*p != ']' || p == start); p++) {
        if (p[1] == '-' && p[2] && p[2] != ']') {
            matched |= c >= p[0] && c <= p[2];
            p += 2;
        } else {
            matched |= c == *p;
        }
    }
    *end = *p ? p + 1 : p;
    return matched != negated;
}

bool glob_match(const char *pattern, const char *name)
{
    for (; *pattern; name++) {
        switch (*pattern) {
        case '*':
            while (*pattern == '*')
                pattern++;
            for (;; name++) {
                if (glob_match(pattern, name))
                    return true;
                if (!*name)
                    return false;
            }
        case '?':
            pattern++;
            break;
        case '[':
            if (!*name || !match_class(pattern + 1, *name, &pattern))
                return false;
            break;
        default:
            pattern += *pattern == '\\' && pattern[1];
            if (*pattern++ != *name)
                return false;
        }
        if (!name[0])
            return false;
    }
    return !*name;
}

static char *join(const char *directory, const char *name, const char *rest)
{
    struct buffer b = {0};

    buffer_add_string(&b, directory, strlen(directory));
    buffer_add_string(&b, name, strlen(name));
    buffer_add_string(&b, rest, strlen(rest));
    return b.text;
}

static void expand_below(const char *directory, const char *pattern, struct list *matches);

/* The names in one directory that match one component of the pattern. */
static void expand_component(const char *directory, const char *component, const char *rest,
                             struct list *matches)
{
    DIR *dir = opendir(*directory ? directory : ".");
    struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.' && component[0] != '.')
            continue;
        if (!glob_match(component, entry->d_name))
            continue;
        if (*rest)
            expand_below(join(directory, entry->d_name, "/"), rest, matches);
        else
            list_add(matches, join(directory, entry->d_name, ""));
    }
    closedir(dir);
}

static void expand_below(const char *directory, const char *pattern, struct list *matches)
{
    size_t length = strcspn(pattern, "/");
    const char *rest = pattern + length + strspn(pattern + length, "/");
    char *component = arena_copy(pattern, length);
    char *plain = glob_unescape(component);

    if (glob_has_magic(component))
        expand_component(directory, component, rest, matches);
    else if (*rest)
        expand_below(join(directory, plain, "/"), rest, matches);
    else if (access(join(directory, plain, ""), F_OK) == 0)
        list_add(matches, join(directory, plain, ""));
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void glob_expand(const char *pattern, struct list *matches)
{
    size_t slashes = strspn(pattern, "/");
    int before = matches->count;

    expand_below(arena_copy(pattern, slashes), pattern + slashes, matches);
    if (matches->count > before)
        qsort(matches->item + before, (size_t)(matches->count - before), sizeof(char *),
              compare_names);
}

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The environ array that setenv allocated, so that it can be grown. */
static char **owned;

static char **find(const char *name, size_t length)
{
    for (char **e = environ; e && *e; e++)
        if (strncmp(*e, name, length) == 0 && (*e)[length] == '=')
            return e;
    return NULL;
}

char *getenv(const char *name)
{
    size_t length = strlen(name);
    char **e = find(name, length);

    return e ? *e + length + 1 : NULL;
}

static int append(char *entry)
{
    size_t count = 0;
    char **bigger;

    while (environ && environ[count])
        count++;
    bigger = realloc(owned, (count + 2) * sizeof *bigger);
    if (!bigger)
        return -1;
    if (!owned && count > 0)
        memcpy(bigger, environ, count * sizeof *bigger);
    bigger[count] = entry;
    bigger[count + 1] = NULL;
    environ = owned = bigger;
    return 0;
}

/* The entry becomes part of the environment. */
int putenv(char *entry)
{
    char **old = find(entry, strcspn(entry, "="));

    if (!old)
        return append(entry);
    *old = entry;
    return 0;
}

static bool is_name(const char *name)
{
    return name && *name && !strchr(name, '=');
}

int setenv(const char *name, const char *value, int overwrite)
{
    char *entry;

    if (!is_name(name)) {
        errno = EINVAL;
        return -1;
    }
    if (!overwrite && getenv(name))
        return 0;
    entry = malloc(strlen(name) + strlen(value) + 2);
    if (!entry)
        return -1;
    strcat(strcat(strcpy(entry, name), "="), value);
    return putenv(entry);
}

int unsetenv(const char *name)
{
    char **e;

    if (!is_name(name)) {
        errno = EINVAL;
        return -1;
    }
    while ((e = find(name, strlen(name))))
        for (; *e; e++)
            e[0] = e[1];
    return 0;
}

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct var {
    struct var *next;
    char *name;
    char *value; /* NULL: marked for export but not set */
    bool exported;
};

int last_status;
pid_t last_background;
pid_t shell_pid;
char **positional;
int positional_count;

static struct var *vars;

bool is_name(const char *text, size_t length)
{
    if (length == 0 || isdigit((unsigned char)*text))
        return false;
    for (; length > 0; length--, text++)
        if (!isalnum((unsigned char)*text) && *text != '_')
            return false;
    return true;
}

bool is_assignment(const char *word)
{
    const char *equals = strchr(word, '=');

    return equals && is_name(word, (size_t)(equals - word));
}

static struct var *find(const char *name)
{
    struct var *v = vars;

    while (v && strcmp(v->name, name) != 0)
        v = v->next;
    return v;
}

/* The variable, made when it does not exist; kept in the order of the alphabet. */
static struct var *find_or_make(const char *name)
{
    struct var *v = find(name);
    struct var **place = &vars;

    if (v)
        return v;
    v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    v->name = strdup(name);
    while (*place && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    v->next = *place;
    *place = v;
    return v;
}

const char *var_get(const char *name)
{
    struct var *v = find(name);

    return v ? v->value : NULL;
}

void var_set(const char *name, const char *value)
{
    struct var *v = find_or_make(name);
    char *copy = strdup(value);

    if (!v || !copy) {
        complain("out of memory");
        return;
    }
    free(v->value);
    v->value = copy;
}

void var_export(const char *name)
{
    struct var *v = find_or_make(name);

    if (v)
        v->exported = true;
}

void var_unset(const char *name)
{
    for (struct var **place = &vars; *place; place = &(*place)->next) {
        struct var *v = *place;

        if (strcmp(v->name, name) != 0)
            continue;
        *place = v->next;
        free(v->name);
        free(v->value);
        free(v);
        return;
    }
}

void print_quoted(const char *text)
{
    putchar('\'');
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\"'\"'", stdout);
        else
            putchar(*text);
    putchar('\'');
}

void var_print_all(bool exported_only)
{
    for (struct var *v = vars; v; v = v->next) {
        if (!v->value || (exported_only && !v->exported))
            continue;
        printf("%s%s=", exported_only ? "export " : "", v->name);
        print_quoted(v->value);
        putchar('\n');
    }
}

/* NAME=VALUE strings for execve, from the arena. */
char **var_environment(void)
{
    struct list environment = {0};

    for (struct var *v = vars; v; v = v->next) {
        struct buffer b = {0};

        if (!v->exported || !v->value)
            continue;
        buffer_add_string(&b, v->name, strlen(v->name));
        buffer_add(&b, '=');
        buffer_add_string(&b, v->value, strlen(v->value));
        list_add(&environment, b.text);
    }
    if (environment.count == 0)
        list_add(&environment, NULL);
    return environment.item;
}

void vars_init(char **envp)
{
    for (; *envp; envp++) {
        char *equals = strchr(*envp, '=');
        char *name = equals ? strndup(*envp, (size_t)(equals - *envp)) : NULL;

        if (name && is_name(name, strlen(name))) {
            var_set(name, equals + 1);
            var_export(name);
        }
        free(name);
    }
}

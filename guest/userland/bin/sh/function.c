/* Functions. A function is kept as its text, because the tree of a command lives no longer than the
 * command; it is parsed anew at each call. */
#include <stdlib.h>
#include <string.h>

#include "sh.h"

/* A variable's value outside the function that has it as its own. */
struct local {
    struct local *next;
    char *name;
    char *value; /* NULL: not set */
};

static struct local *locals; /* of the functions being called, the innermost first */
static int depth;            /* of calls */

struct function {
    struct function *next;
    char *name;
    char *text; /* of the command that is its body */
};

static struct function *functions;

int returning;

static struct function *find(const char *name)
{
    struct function *f = functions;

    while (f && strcmp(f->name, name) != 0)
        f = f->next;
    return f;
}

void function_set(const char *name, const char *text)
{
    struct function *f = find(name);

    if (!f) {
        f = calloc(1, sizeof *f);
        if (!f)
            return;
        f->name = strdup(name);
        f->next = functions;
        functions = f;
    }
    free(f->text);
    f->text = strdup(text);
}

/* Runs the text of a function, which may define the function anew meanwhile. */
static int run_body(const char *text)
{
    struct source s = source_from_string(text);
    int status;

    s.expanded = true;
    status = run_source(&s);
    source_free(&s);
    return status;
}

static void restore_locals(const struct local *until)
{
    while (locals != until) {
        struct local *l = locals;

        locals = l->next;
        if (l->value)
            var_set(l->name, l->value);
        else
            var_unset(l->name);
        free(l->name);
        free(l->value);
        free(l);
    }
}

static bool make_local(const char *name)
{
    const char *value = var_get(name);
    struct local *l = calloc(1, sizeof *l);

    if (!l)
        return false;
    l->name = strdup(name);
    l->value = value ? strdup(value) : NULL;
    l->next = locals;
    locals = l;
    return true;
}

/* local NAME[=VALUE]…: until the function is left. */
int builtin_local(int argc, char **argv)
{
    if (depth == 0) {
        complain("local: not in a function");
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        size_t length = strcspn(argv[i], "=");

        if (!is_name(argv[i], length) || !make_local(arena_copy(argv[i], length))) {
            complain("local: %s: not a name", argv[i]);
            return 1;
        }
        if (argv[i][length])
            var_set(arena_copy(argv[i], length), argv[i] + length + 1);
    }
    return 0;
}

static int call(int argc, char **argv)
{
    const struct function *f = find(argv[0]);
    char **old_positional = positional;
    struct local *old_locals = locals;
    int old_count = positional_count;
    int status;

    argv[0] = positional[0]; /* $0 stays the shell's */
    positional = argv;
    positional_count = argc - 1;
    depth++;
    status = run_body(f->text);
    depth--;
    restore_locals(old_locals);
    positional = old_positional;
    positional_count = old_count;
    if (returning) {
        returning = breaking = continuing = 0;
        status = last_status;
    }
    return status;
}

builtin_fn *function_find(const char *name)
{
    return find(name) ? call : NULL;
}

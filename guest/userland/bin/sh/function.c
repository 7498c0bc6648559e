/* Functions. A function is kept as its text, because the tree of a command lives no longer than the
 * command; it is parsed anew at each call. */
#include <stdlib.h>
#include <string.h>

#include "sh.h"

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
static int run_text(const char *text)
{
    struct source s = source_from_string(text);
    int status = run_source(&s);

    source_free(&s);
    return status;
}

static int call(int argc, char **argv)
{
    const struct function *f = find(argv[0]);
    char **old_positional = positional;
    int old_count = positional_count;
    int status;

    argv[0] = positional[0]; /* $0 stays the shell's */
    positional = argv;
    positional_count = argc - 1;
    status = run_text(f->text);
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

#include "emu/viewer/view_source.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/support/file.h"

enum { FILES_MAX = 256, FILE_SIZE_MAX = 4 << 20, UP_MAX = 16 };

struct source {
    char *name;
    struct file text; /* lines end with NUL; size 0: there is no such file */
    char **line;
    int lines;
};

struct view_sources {
    char *directory, *kernel;
    struct source files[FILES_MAX];
    unsigned count;
};

struct view_sources *view_sources_create(const char *directory, const char *kernel_path)
{
    struct view_sources *s = calloc(1, sizeof(*s));
    char path[PATH_MAX];

    if (s == NULL)
        return NULL;
    s->directory = directory != NULL ? strdup(directory) : NULL;
    s->kernel = realpath(kernel_path, path) != NULL ? strdup(path) : NULL;
    return s;
}

void view_sources_destroy(struct view_sources *s)
{
    if (s == NULL)
        return;
    for (unsigned i = 0; i < s->count; i++) {
        free(s->files[i].name);
        free(s->files[i].line);
        file_release(&s->files[i].text);
    }
    free(s->directory);
    free(s->kernel);
    free(s);
}

/* ---- Finding --------------------------------------------------------------------------------- */

static int is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int found_in(const char *directory, const char *name, char *path)
{
    return snprintf(path, PATH_MAX, "%s/%s", directory, name) < PATH_MAX && is_file(path);
}

static int find(const struct view_sources *s, const char *name, char *path)
{
    char above[PATH_MAX], *slash;

    if (s->directory != NULL && found_in(s->directory, name, path))
        return 1;
    if (found_in(name[0] == '/' ? "" : ".", name, path))
        return 1;
    if (s->kernel == NULL)
        return 0;
    strcpy(above, s->kernel);
    for (int up = 0; up < UP_MAX && (slash = strrchr(above, '/')) != NULL; up++) {
        *slash = '\0';
        if (found_in(above, name, path))
            return 1;
    }
    return 0;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static void split(struct source *f)
{
    char *at = (char *)f->text.bytes, *end = at + f->text.size;
    int lines = 1;

    for (char *c = at; c < end; c++)
        lines += *c == '\n';
    f->line = calloc((size_t)lines, sizeof(*f->line));
    while (f->line != NULL && at < end) {
        char *newline = memchr(at, '\n', (size_t)(end - at));

        if (newline == NULL)
            break; /* a last line without an end has no room for a NUL */
        *newline = '\0';
        f->line[f->lines++] = at;
        at = newline + 1;
    }
}

static struct source *open_source(struct view_sources *s, const char *name)
{
    struct source *f;
    char path[PATH_MAX], why[256];

    if (s->count == FILES_MAX)
        return NULL;
    f = &s->files[s->count++];
    f->name = strdup(name);
    if (find(s, name, path) && file_read(path, FILE_SIZE_MAX, &f->text, why, sizeof(why)) == 0)
        split(f);
    return f;
}

const char *view_sources_line(struct view_sources *s, const char *file, int line)
{
    struct source *f = NULL;

    for (unsigned i = 0; i < s->count && f == NULL; i++)
        if (s->files[i].name != NULL && strcmp(s->files[i].name, file) == 0)
            f = &s->files[i];
    if (f == NULL)
        f = open_source(s, file);
    return f != NULL && line >= 1 && line <= f->lines ? f->line[line - 1] : NULL;
}

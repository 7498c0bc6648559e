#include "emu/suite/suite_find.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/file.h"
#include "emu/support/log.h"

#define SUFFIX ".case"

static bool is_case(const char *path)
{
    size_t length = strlen(path), suffix = strlen(SUFFIX);

    return length > suffix && strcmp(path + length - suffix, SUFFIX) == 0;
}

static int add(struct suite_files *files, const char *path, const char *name)
{
    struct suite_file *grown = realloc(files->file, (files->count + 1) * sizeof(*grown));
    struct suite_file *file;

    if (!grown)
        return -ENOMEM;
    files->file = grown;
    file = &grown[files->count];
    *file = (struct suite_file){strdup(path), strndup(name, strlen(name) - strlen(SUFFIX))};
    files->count++;
    return file->path && file->name ? 0 : -ENOMEM;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int walk(struct suite_files *files, FTS *tree, const char *root, char *why, size_t why_size)
{
    size_t skip = strlen(root);
    FTSENT *entry;

    while (errno = 0, (entry = fts_read(tree)) != NULL) {
        const char *name = entry->fts_path + skip;
        int error = 0;

        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
            return log_why(why, why_size, -entry->fts_errno, "cannot read '%s': %s",
                           entry->fts_path, strerror(entry->fts_errno));
        if (entry->fts_info == FTS_F && is_case(entry->fts_path))
            error = entry->fts_level == 0
                        ? add(files, entry->fts_path, file_basename(entry->fts_path))
                        : add(files, entry->fts_path, name + strspn(name, "/"));
        if (error)
            return log_why(why, why_size, error, "out of memory");
    }
    return errno ? log_why(why, why_size, -errno, "cannot read '%s': %s", root, strerror(errno))
                 : 0;
}

int suite_find(struct suite_files *files, const char *path, char *why, size_t why_size)
{
    char *const roots[] = {(char *)path, NULL};
    size_t before = files->count;
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    int error;

    if (!tree)
        return log_why(why, why_size, -errno, "cannot read '%s': %s", path, strerror(errno));
    error = walk(files, tree, path, why, why_size);
    fts_close(tree);
    if (!error && files->count == before)
        error = log_why(why, why_size, -ENOENT, "there is no case (NAME%s) in '%s'", SUFFIX, path);
    return error;
}

void suite_files_release(struct suite_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->file[i].path);
        free(files->file[i].name);
    }
    free(files->file);
    *files = (struct suite_files){0};
}

/*
 * The cases of a suite: every file NAME.case below a folder, in the order of their names.
 */
#ifndef FORKSCOPE_EMU_SUITE_FIND_H
#define FORKSCOPE_EMU_SUITE_FIND_H

#include <stddef.h>

struct suite_files {
    struct suite_file {
        char *path; /* of the file */
        char *name; /* below the folder, without ".case" */
    } * file;
    size_t count;
};

/* Adds the cases below the folder `path`, or the one that `path` itself is. 0, or -errno with a
 * sentence in `why`; -ENOENT where there is none. */
int suite_find(struct suite_files *files, const char *path, char *why, size_t why_size);

void suite_files_release(struct suite_files *files);

#endif

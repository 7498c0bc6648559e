#include "emu/suite/suite_scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"

enum { OPEN_FOLDERS = 8 };

int suite_scratch_create(char path[SUITE_SCRATCH_PATH], char *why, size_t why_size)
{
    const char *parent = getenv("TMPDIR");
    int n = snprintf(path, SUITE_SCRATCH_PATH, "%s/forkscope-test-XXXXXX",
                     parent && *parent ? parent : "/tmp");
    int error = n >= SUITE_SCRATCH_PATH ? ENAMETOOLONG : mkdtemp(path) ? 0 : errno;

    if (!error)
        return 0;
    *path = '\0';
    return log_why(why, why_size, -error, "no folder for temporary files: %s (see TMPDIR)",
                   strerror(error));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    remove(path); /* what cannot be removed stays */
    return 0;
}

void suite_scratch_remove(const char *path)
{
    nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

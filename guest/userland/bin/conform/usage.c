/* What the kernel holds: the objects in use of each slab cache, the pages that are neither free nor
 * in a slab, and the open files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "conform.h"

enum { CACHES_MAX = 40, NAME_SIZE = 24, SETTLE_TRIES = 50, SETTLE_MS = 10 };

struct usage {
    int caches;
    char name[CACHES_MAX][NAME_SIZE];
    long active[CACHES_MAX];
    long slab_pages, free_pages, open_files;
};

static struct usage before;

/* Caches that keep what they have in case it is wanted again. */
static bool may_grow(const char *name)
{
    return strcmp(name, "dentry_cache") == 0 || strcmp(name, "inode_cache") == 0;
}

/* The n-th number of a line, from 0 on; words between them do not count. */
static long number_at(const char *text, int n)
{
    for (;; n--) {
        text += strcspn(text, "0123456789");
        if (n == 0 || !*text)
            return strtol(text, NULL, 10);
        text += strspn(text, "0123456789");
    }
}

/* A cache: its name, and behind it objects in use, all, size, objects and pages a slab, slabs. */
static void read_cache(struct usage *u, const char *line)
{
    size_t length = strcspn(line, " ");

    if (line[0] == '#' || length >= NAME_SIZE || strncmp(line, "slabinfo", 8) == 0)
        return;
    memcpy(u->name[u->caches], line, length);
    u->name[u->caches][length] = 0;
    u->active[u->caches++] = number_at(line + length, 0);
    u->slab_pages += number_at(line + length, 4) * number_at(line + length, 5);
}

static void read_usage(struct usage *u)
{
    char line[256];
    FILE *f = fopen("/proc/slabinfo", "r");

    u->caches = 0;
    u->slab_pages = 0;
    while (f && u->caches < CACHES_MAX && fgets(line, sizeof line, f))
        read_cache(u, line);
    if (f)
        fclose(f);
    u->free_pages = proc_number("/proc/forkscope/counters", "free_pages");
    u->open_files = proc_number("/proc/forkscope/counters", "open_files");
}

bool usage_is_known(void)
{
    read_usage(&before);
    return before.caches > 0;
}

void usage_start(void)
{
    read_usage(&before);
}

static bool cache_leaks(const struct usage *now, char *what, size_t size)
{
    for (int i = 0; i < now->caches && i < before.caches; i++) {
        if (now->active[i] <= before.active[i] || may_grow(now->name[i]))
            continue;
        snprintf(what, size, "%s: %ld objects before, %ld after", now->name[i], before.active[i],
                 now->active[i]);
        return true;
    }
    return false;
}

/* Is more held than before? Then what. */
static bool leaks(const struct usage *now, char *what, size_t size)
{
    long pages = before.free_pages + before.slab_pages - now->free_pages - now->slab_pages;
    long files = now->open_files - before.open_files;

    if (cache_leaks(now, what, size))
        return true;
    snprintf(what, size, "%ld pages and %ld open files more", pages, files);
    return pages > 0 || files > 0;
}

/* Ends of processes may take a moment to be complete, and orphans of the check are process 1's to
 * wait for. */
bool usage_is_back(void)
{
    static struct usage now;
    char what[80] = "";

    for (int i = 0; i < SETTLE_TRIES; i++) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        read_usage(&now);
        if (!leaks(&now, what, sizeof what))
            return true;
        sleep_ms(SETTLE_MS);
    }
    printf("# %s\n", what);
    return false;
}

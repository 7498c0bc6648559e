/* What the kernel holds: the objects in use of each slab cache, and the free pages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conform.h"

enum { CACHES_MAX = 40, NAME_SIZE = 24, SETTLE_TRIES = 50, SETTLE_MS = 10 };

struct usage {
    int caches;
    char name[CACHES_MAX][NAME_SIZE];
    long active[CACHES_MAX];
    long free_kb;
};

static struct usage before;

/* Caches that keep what they have in case it is wanted again. */
static bool may_grow(const char *name)
{
    return strcmp(name, "dentry_cache") == 0 || strcmp(name, "inode_cache") == 0;
}

/* Lines of /proc/slabinfo: a name, objects in use, objects in all. */
static void read_usage(struct usage *u)
{
    char line[256];
    FILE *f = fopen("/proc/slabinfo", "r");

    u->caches = 0;
    u->free_kb = proc_number("/proc/meminfo", "MemFree:");
    while (f && u->caches < CACHES_MAX && fgets(line, sizeof line, f)) {
        size_t length = strcspn(line, " ");

        if (line[0] == '#' || length >= NAME_SIZE || strncmp(line, "slabinfo", 8) == 0)
            continue;
        memcpy(u->name[u->caches], line, length);
        u->name[u->caches][length] = 0;
        u->active[u->caches++] = strtol(line + length, NULL, 10);
    }
    if (f)
        fclose(f);
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

static int first_leak(const struct usage *now)
{
    for (int i = 0; i < now->caches && i < before.caches; i++)
        if (now->active[i] > before.active[i] && !may_grow(now->name[i]))
            return i;
    return -1;
}

/* Ends of processes may take a moment to be complete. */
bool usage_is_back(void)
{
    static struct usage now;
    int leak = 0;

    for (int i = 0; i < SETTLE_TRIES && leak >= 0; i++) {
        read_usage(&now);
        leak = first_leak(&now);
        if (leak >= 0)
            sleep_ms(SETTLE_MS);
    }
    if (leak >= 0)
        printf("# %s: %ld objects before, %ld after; free memory %ld kB, %ld kB\n", now.name[leak],
               before.active[leak], now.active[leak], before.free_kb, now.free_kb);
    return leak < 0;
}

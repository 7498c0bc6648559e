#include "emu/support/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { SHOWN_AFTER_MS = 500, DRAWN_EVERY_MS = 100 };

static int64_t ms_since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * INT64_C(1000) + (now.tv_nsec - then->tv_nsec) / 1000000;
}

void progress_show(struct progress *p, const char *what, uint64_t done, uint64_t all)
{
    if (!p->working)
        clock_gettime(CLOCK_MONOTONIC, &p->began);
    p->working = true;
    if (ms_since(&p->began) < SHOWN_AFTER_MS || !isatty(STDERR_FILENO) ||
        (p->shown && ms_since(&p->drawn) < DRAWN_EVERY_MS))
        return;
    clock_gettime(CLOCK_MONOTONIC, &p->drawn);
    p->shown = true;
    fprintf(stderr, "\r%s: %u %%", what, all ? (unsigned)(100.0 * (double)done / (double)all) : 0);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    *p = (struct progress){0};
}

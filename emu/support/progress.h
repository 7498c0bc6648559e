/*
 * One line on a terminal that says how far long work is. It comes when the work lasts longer than a
 * moment, and goes when it is done; where stderr is no terminal there is none.
 */
#ifndef FORKSCOPE_EMU_PROGRESS_H
#define FORKSCOPE_EMU_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
    struct timespec began, drawn;
    bool working, shown;
};

/* `done` of `all`; the first call begins. */
void progress_show(struct progress *p, const char *what, uint64_t done, uint64_t all);
void progress_end(struct progress *p);

#endif

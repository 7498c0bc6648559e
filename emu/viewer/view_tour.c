#include "emu/viewer/view_tour.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/support/log.h"

static int by_position(const void *a, const void *b)
{
    const struct view_tour_stop *x = a, *y = b;

    return (x->position > y->position) - (x->position < y->position);
}

unsigned view_tour_stops(const struct view_fork *fork, struct view_tour_stop out[VIEW_TOUR_STOPS])
{
    unsigned count = 0;

    for (int i = 0; i < LANDMARK_COUNT; i++)
        if (fork->at[i] != VIEW_NEVER)
            out[count++] =
                (struct view_tour_stop){fork->at[i], view_landmark_name((enum view_landmark)i)};
    if (fork->eax_written != VIEW_NEVER)
        out[count++] = (struct view_tour_stop){fork->eax_written + 1, "eax"};
    qsort(out, count, sizeof(*out), by_position);
    return count;
}

static int export_stop(struct view_stage *stage, const char *directory, unsigned number,
                       const char *name, char *why, size_t why_size)
{
    static const char *const ends[] = {"png", "txt"};
    char path[PATH_MAX];
    int error = 0;

    for (int i = 0; i < 2 && !error; i++) {
        if (snprintf(path, sizeof(path), "%s/%02u-%s.%s", directory, number, name, ends[i]) >=
            (int)sizeof(path))
            return log_why(why, why_size, -ENAMETOOLONG, "'%s' is too long a name", directory);
        error = view_stage_picture(stage, path, why, why_size);
    }
    return error;
}

int view_tour_export(struct view_stage *stage, const char *directory, char *why, size_t why_size)
{
    const struct view_fork *fork = view_fork_shown(&stage->view);
    struct view_tour_stop stops[VIEW_TOUR_STOPS];
    unsigned count;
    int error = 0;

    if (fork == NULL)
        return log_why(why, why_size, -ENOENT, "no tour: no program has forked");
    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        return log_why(why, why_size, -errno, "cannot make '%s': %s", directory, strerror(errno));
    count = view_tour_stops(fork, stops);
    for (unsigned i = 0; i < count && !error; i++) {
        view_stage_goto(stage, stops[i].position);
        error = export_stop(stage, directory, i + 1, stops[i].name, why, why_size);
    }
    return error;
}

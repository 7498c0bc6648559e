#include "emu/viewer/view_timeline.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* How wide a stretch wants to be. */
static int weight(uint64_t steps)
{
    int bits = 3;

    for (; steps > 1; steps >>= 1)
        bits++;
    return bits;
}

/* The ends and the landmarks, in order, each once. */
static unsigned choose_knots(const struct view *v, uint64_t at[VIEW_SCALE_KNOTS])
{
    const struct view_fork *f = view_fork_shown(v);
    unsigned count = 0, kept = 1;

    at[count++] = 0;
    at[count++] = v->frontier > 0 ? v->frontier : 1;
    for (int i = 0; f != NULL && i < LANDMARK_COUNT; i++)
        if (f->at[i] != VIEW_NEVER && f->at[i] < v->frontier)
            at[count++] = f->at[i];
    qsort(at, count, sizeof(*at), by_value);
    for (unsigned i = 1; i < count; i++)
        if (at[i] != at[kept - 1])
            at[kept++] = at[i];
    return kept;
}

void view_scale_make(struct view_scale *scale, const struct view *v, int columns)
{
    uint64_t at[VIEW_SCALE_KNOTS];
    int total = 0, sum = 0;

    scale->count = choose_knots(v, at);
    for (unsigned i = 1; i < scale->count; i++)
        total += weight(at[i] - at[i - 1]);
    for (unsigned i = 0; i < scale->count; i++) {
        if (i > 0)
            sum += weight(at[i] - at[i - 1]);
        scale->knot[i].position = at[i];
        scale->knot[i].column = total ? sum * (columns - 1) / total : 0;
    }
}

uint64_t view_scale_position(const struct view_scale *s, int column)
{
    for (unsigned i = 1; i < s->count; i++) {
        int from = s->knot[i - 1].column, to = s->knot[i].column;
        uint64_t steps = s->knot[i].position - s->knot[i - 1].position;

        if (column <= to && to > from && column >= from)
            return s->knot[i - 1].position +
                   steps * (uint64_t)(column - from) / (uint64_t)(to - from);
    }
    return s->knot[column <= 0 ? 0 : s->count - 1].position;
}

int view_scale_column(const struct view_scale *s, uint64_t position)
{
    if (position < s->knot[0].position)
        return -1;
    for (unsigned i = 1; i < s->count; i++) {
        uint64_t from = s->knot[i - 1].position, to = s->knot[i].position;

        if (position <= to)
            return s->knot[i - 1].column +
                   (int)((uint64_t)(s->knot[i].column - s->knot[i - 1].column) * (position - from) /
                         (to - from));
    }
    return s->knot[s->count - 1].column + 1;
}

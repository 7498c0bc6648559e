#include "emu/viewer/view_place.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"

static int parse_landmark(const char *name, struct view_place *out)
{
    if (strcmp(name, "eax") == 0)
        out->kind = VIEW_PLACE_EAX;
    else if (view_landmark_parse(name, strlen(name), &out->landmark))
        out->kind = VIEW_PLACE_LANDMARK;
    else
        return -EINVAL;
    return 0;
}

int view_place_parse(const char *text, struct view_place *out, char *why, size_t why_size)
{
    char *end = (char *)text;
    unsigned long long number;

    *out = (struct view_place){.fork = 1};
    if (strcmp(text, "end") == 0) {
        out->kind = VIEW_PLACE_END;
        return 0;
    }
    errno = 0;
    number = isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : 0;
    if (end != text && *end == '\0' && errno == 0) {
        out->kind = VIEW_PLACE_STEP;
        out->step = number;
        return 0;
    }
    if (end != text && *end == ':' && number >= 1 && number <= VIEW_FORKS_MAX) {
        out->fork = (unsigned)number;
        text = end + 1;
    }
    if (parse_landmark(text, out) == 0)
        return 0;
    return log_why(why, why_size, -EINVAL,
                   "'%s' is no place: give a step, or [N:]LANDMARK of a fork, such as push or "
                   "2:frame",
                   text);
}

uint64_t view_place_in(const struct view_place *place, const struct view_fork *fork)
{
    if (place->kind == VIEW_PLACE_EAX)
        return fork->eax_written == VIEW_NEVER ? VIEW_NEVER : fork->eax_written + 1;
    return fork->at[place->landmark];
}

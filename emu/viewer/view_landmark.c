/* The names of the landmarks. */
#include <string.h>

#include "emu/viewer/view_journal.h"

static const struct {
    const char *name, *title, *sentence;
} landmarks[LANDMARK_COUNT] = {
#define LANDMARK(id, name, title, sentence) {name, title, sentence},
#include "emu/viewer/view_landmarks.def"
#undef LANDMARK
};

const char *view_landmark_name(enum view_landmark landmark)
{
    return landmarks[landmark].name;
}

const char *view_landmark_title(enum view_landmark landmark)
{
    return landmarks[landmark].title;
}

const char *view_landmark_sentence(enum view_landmark landmark)
{
    return landmarks[landmark].sentence;
}

bool view_landmark_parse(const char *name, size_t length, enum view_landmark *out)
{
    for (int i = 0; i < LANDMARK_COUNT; i++)
        if (strlen(landmarks[i].name) == length && strncmp(landmarks[i].name, name, length) == 0) {
            *out = (enum view_landmark)i;
            return true;
        }
    return false;
}

/* Damage to a text of lines: letters that change or go, and words of its language where they do not
 * belong. */
#ifndef FORKSCOPE_TESTS_FUZZ_FUZZ_TEXT_H
#define FORKSCOPE_TESTS_FUZZ_FUZZ_TEXT_H

#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { FUZZ_TEXT_SIZE = 4096 };

/* Puts `word` into the text at `at`; what does not fit falls off the end. */
static inline void fuzz_insert(char *text, size_t at, const char *word)
{
    char rest[FUZZ_TEXT_SIZE];

    strcpy(rest, text + at);
    snprintf(text + at, FUZZ_TEXT_SIZE - at, "%s%s", word, rest);
}

/* `text` has FUZZ_TEXT_SIZE bytes; `words` are those that mean something to its reader. */
static inline void fuzz_damage_text(char *text, const char *const *words, size_t count,
                                    uint32_t *seed)
{
    for (unsigned changes = 1 + noise(seed) % 6; changes > 0; changes--) {
        size_t length = strlen(text), at = length ? noise(seed) % length : 0;

        switch (noise(seed) % 4) {
        case 0:
            text[at] = (char)noise(seed);
            break;
        case 1:
            memmove(text + at, text + at + (length != 0), length - at);
            break;
        default:
            fuzz_insert(text, at, words[noise(seed) % count]);
        }
    }
}

#endif

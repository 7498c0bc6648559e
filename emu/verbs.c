#include "emu/verbs.h"

const struct verb verbs[VERBS] = {
#define VERB(id, name, words, summary, main) {name, words, summary, main},
#include "emu/verbs.def"
#undef VERB
};

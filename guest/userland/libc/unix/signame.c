#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {
#define SIGNAL(name, text) [name] = #name + 3,
#include "../string/signals.def"
#undef SIGNAL
};

enum { NAMES = sizeof names / sizeof names[0] };

int str2sig(const char *restrict name, int *restrict signal)
{
    char *end;
    long number = strtol(name, &end, 10);

    if (strncasecmp(name, "SIG", 3) == 0)
        name += 3;
    for (int i = 1; i < NAMES; i++)
        if (strcasecmp(names[i], name) == 0) {
            *signal = i;
            return 0;
        }
    if (end == name || *end || number < 0 || number >= NSIG)
        return -1;
    *signal = (int)number;
    return 0;
}

int sig2str(int signal, char *name)
{
    if (signal < 1 || signal >= NAMES)
        return -1;
    strcpy(name, names[signal]);
    return 0;
}

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const errors[] = {
#define ERROR(name, text) [name] = text,
#include "errors.def"
#undef ERROR
};

static const char *const signals[] = {
#define SIGNAL(name, text) [name] = text,
#include "signals.def"
#undef SIGNAL
};

static char *lookup(const char *const *table, int size, int n, const char *what)
{
    static char unknown[32];

    if (n >= 0 && n < size && table[n])
        return (char *)table[n];
    snprintf(unknown, sizeof unknown, "%s %d", what, n);
    return unknown;
}

char *strerror(int error)
{
    return lookup(errors, sizeof errors / sizeof errors[0], error, "Unknown error");
}

char *strsignal(int signal)
{
    return lookup(signals, sizeof signals / sizeof signals[0], signal, "Unknown signal");
}

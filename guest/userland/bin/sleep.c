/* sleep SECONDS: a decimal fraction is understood down to nanoseconds. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int parse(const char *text, struct timespec *t)
{
    char *end;
    long place = 100000000;

    t->tv_sec = strtol(text, &end, 10);
    t->tv_nsec = 0;
    if (*end == '.')
        for (end++; *end >= '0' && *end <= '9'; end++, place /= 10)
            t->tv_nsec += (*end - '0') * place;
    return *text && !*end && t->tv_sec >= 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct timespec t;

    if (argc != 2 || parse(argv[1], &t) < 0) {
        fprintf(stderr, "usage: sleep SECONDS\n");
        return 2;
    }
    while (nanosleep(&t, &t) < 0) {
        if (errno == EINTR)
            continue;
        fprintf(stderr, "sleep: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}

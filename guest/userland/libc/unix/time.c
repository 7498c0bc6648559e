#include <stddef.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int gettimeofday(struct timeval *tv, void *zone)
{
    struct timespec now;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) < 0)
        return -1;
    tv->tv_sec = now.tv_sec;
    tv->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now)
{
    struct timespec t;

    if (clock_gettime(CLOCK_REALTIME, &t) < 0)
        return -1;
    if (now)
        *now = t.tv_sec;
    return t.tv_sec;
}

clock_t clock(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) < 0)
        return -1;
    return t.tv_sec * CLOCKS_PER_SEC + t.tv_nsec / 1000;
}

unsigned int sleep(unsigned int seconds)
{
    struct timespec wanted = {(time_t)seconds, 0};
    struct timespec rest = {0, 0};

    return nanosleep(&wanted, &rest) == 0 ? 0 : (unsigned int)rest.tv_sec;
}

int usleep(useconds_t microseconds)
{
    struct timespec wanted = {(time_t)(microseconds / 1000000),
                              (long)(microseconds % 1000000) * 1000};

    return nanosleep(&wanted, NULL);
}

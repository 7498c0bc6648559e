/* Clocks, timers, and how the processor's time is shared. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

enum { CALL_CLOCK_NANOSLEEP = 267, ABSOLUTE = 1, TICKS_PER_SECOND = 100 };

static long long now_us(void)
{
    struct timespec now;

    EXPECT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Two clocks that count the same: the tick of 10 ms, and the finer one. */
static void a_tick_is_a_hundredth(void)
{
    struct tms unused;
    long long us = now_us();
    clock_t ticks = times(&unused);
    long off;

    sleep_ms(300);
    ticks = times(&unused) - ticks;
    us = now_us() - us;
    off = (long)ticks - (long)(us * TICKS_PER_SECOND / 1000000);
    EXPECT(us >= 300000);
    EXPECT(off >= -2 && off <= 2);
}

static volatile sig_atomic_t rang;

static void ring(int signal)
{
    rang = signal;
}

/* A timer of 30 ms; until it rings the processor is kept busy, as two of the three kinds need. */
static int ringing_of(int kind)
{
    struct itimerval timer = {.it_value = {0, 30000}};
    long long end = now_us() + 20000000;

    rang = 0;
    EXPECT(setitimer(kind, &timer, NULL) == 0);
    while (!rang && now_us() < end)
        continue;
    EXPECT(getitimer(kind, &timer) == 0);
    EXPECT(timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0);
    return rang;
}

static void each_timer_has_its_signal(void)
{
    signal(SIGALRM, ring);
    signal(SIGVTALRM, ring);
    signal(SIGPROF, ring);
    alarm(0);
    EXPECT(ringing_of(ITIMER_REAL) == SIGALRM);
    EXPECT(ringing_of(ITIMER_VIRTUAL) == SIGVTALRM);
    EXPECT(ringing_of(ITIMER_PROF) == SIGPROF);
}

static void timers_repeat(void)
{
    struct itimerval timer = {.it_value = {0, 20000}, .it_interval = {0, 20000}};

    signal(SIGALRM, ring);
    EXPECT(setitimer(ITIMER_REAL, &timer, NULL) == 0);
    for (int i = 0; i < 3; i++) {
        for (rang = 0; !rang;)
            pause();
        EXPECT(rang == SIGALRM);
    }
    memset(&timer, 0, sizeof timer);
    EXPECT(setitimer(ITIMER_REAL, &timer, &timer) == 0);
    EXPECT(timer.it_interval.tv_usec == 20000);
}

/* A point in time that has passed is no sleep at all. */
static void a_sleep_may_have_an_end(void)
{
    struct {
        long seconds, nanoseconds;
    } at;
    long long start = now_us(), end = start + 50000;

    at.seconds = (long)(end / 1000000);
    at.nanoseconds = (long)(end % 1000000) * 1000;
    EXPECT(syscall(CALL_CLOCK_NANOSLEEP, CLOCK_MONOTONIC, ABSOLUTE, &at, NULL) == 0);
    EXPECT(now_us() >= end);
    EXPECT(syscall(CALL_CLOCK_NANOSLEEP, CLOCK_MONOTONIC, ABSOLUTE, &at, NULL) == 0);
    at.nanoseconds = 1000000000;
    EXPECT(syscall(CALL_CLOCK_NANOSLEEP, CLOCK_MONOTONIC, 0, &at, NULL) != 0);
}

static void usage_counts_faults_and_switches(void)
{
    enum { PAGES = 16, PAGE = 4096 };
    volatile char *memory = shared_memory(PAGES * PAGE);
    struct rusage before, after;

    EXPECT(getrusage(RUSAGE_SELF, &before) == 0);
    for (int i = 0; i < PAGES; i++)
        memory[i * PAGE] = 1;
    sleep_ms(1);
    EXPECT(getrusage(RUSAGE_SELF, &after) == 0);
    EXPECT(after.ru_minflt > before.ru_minflt);
    EXPECT(after.ru_nvcsw > before.ru_nvcsw);
}

/* One processor for two that only compute: on Linux there may be one for each. */
static void nice_decides_who_computes(void)
{
    volatile long *count = shared_memory(2 * sizeof *count);
    pid_t pid[2];

    only_on_guest();
    for (int i = 0; i < 2; i++) {
        pid[i] = fork();
        if (pid[i] == 0) {
            setpriority(PRIO_PROCESS, 0, i * 19);
            for (;;)
                count[i]++;
        }
    }
    sleep_ms(1000);
    for (int i = 0; i < 2; i++) {
        kill(pid[i], SIGKILL);
        waitpid(pid[i], NULL, 0);
    }
    EXPECT(count[1] > 0);
    EXPECT(count[0] > 2 * count[1]);
}

static const struct check checks[] = {
    {"K-01 K-16", "a tick is a hundredth of a second", a_tick_is_a_hundredth},
    {"K-16", "each interval timer has its signal", each_timer_has_its_signal},
    {"K-16", "an interval timer repeats", timers_repeat},
    {"K-16", "a sleep may end at a point in time", a_sleep_may_have_an_end},
    {"K-16", "getrusage counts faults and switches", usage_counts_faults_and_switches},
    {"K-11", "who is nice gets little time, but some", nice_decides_who_computes},
};

SECTION(clock);

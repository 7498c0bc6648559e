/* Times of the 32-bit and 64-bit kinds. */
#ifndef _UAPI_TIME_H
#define _UAPI_TIME_H

#include <linux/types.h>

struct timeval {
    time_t tv_sec;
    long tv_usec;
};

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

struct timespec64 {
    s64 tv_sec;
    s64 tv_nsec;
};

struct itimerval {
    struct timeval it_interval; /* next value */
    struct timeval it_value;    /* current value, 0: off */
};

struct tms {
    clock_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define TIMER_ABSTIME            1

#endif

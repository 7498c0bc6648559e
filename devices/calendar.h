/*
 * The proleptic Gregorian calendar, in days since 1 January of the year 0.
 *
 * Years are 0..25755 here (the most that a clock chip's century and year bytes can say); months and
 * days out of range count on into the next year or month.
 */
#ifndef FORKSCOPE_DEVICES_CALENDAR_H
#define FORKSCOPE_DEVICES_CALENDAR_H

#include <stdint.h>

enum { CALENDAR_UNIX_EPOCH = 719528 /* 1 January 1970 */ };

struct date {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

int64_t calendar_days(struct date date);
struct date calendar_date(int64_t days);

/* 1..7, Sunday is 1. */
int calendar_weekday(int64_t days);

#endif

#include "devices/calendar.h"

#include <stdbool.h>

enum { DAYS_IN_400_YEARS = 146097 };

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_before_year(int64_t year)
{
    if (year == 0)
        return 0;
    int64_t past = year - 1; /* the year 0 is a leap year */
    return year * 365 + past / 4 - past / 100 + past / 400 + 1;
}

static int days_before_month(int year, int month)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    return before[month - 1] + (month > 2 && is_leap(year));
}

int64_t calendar_days(struct date date)
{
    int year = date.year + (date.month - 1) / 12;
    int month = (date.month - 1) % 12 + 1;
    return days_before_year(year) + days_before_month(year, month) + date.day - 1;
}

struct date calendar_date(int64_t days)
{
    struct date date = {.year = days * 400 / DAYS_IN_400_YEARS, .month = 1};
    while (days_before_year(date.year) > days)
        date.year--;
    while (days_before_year(date.year + 1) <= days)
        date.year++;
    int rest = days - days_before_year(date.year);
    while (date.month < 12 && days_before_month(date.year, date.month + 1) <= rest)
        date.month++;
    date.day = rest - days_before_month(date.year, date.month) + 1;
    return date;
}

int calendar_weekday(int64_t days)
{
    return (days + 6) % 7 + 1;
}

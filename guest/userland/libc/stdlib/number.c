/* strtol and its family: one scanner for an unsigned 64-bit magnitude, and the ranges. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

struct number {
    unsigned long long magnitude;
    bool negative;
    bool overflow;
};

static int digit_value(int c)
{
    if (isdigit(c))
        return c - '0';
    return isalpha(c) ? tolower(c) - 'a' + 10 : INT_MAX;
}

static bool has_hex_prefix(const char *s)
{
    return s[0] == '0' && tolower((unsigned char)s[1]) == 'x' && isxdigit((unsigned char)s[2]);
}

/* Skips a prefix that the base allows and settles base 0. */
static const char *skip_prefix(const char *s, int *base)
{
    bool hex = (*base == 0 || *base == 16) && has_hex_prefix(s);

    if (*base == 0)
        *base = hex ? 16 : *s == '0' ? 8 : 10;
    return hex ? s + 2 : s;
}

static struct number scan(const char *s, char **end, int base)
{
    struct number n = {0, false, false};
    const char *start = s;
    const char *digits;

    while (isspace((unsigned char)*s))
        s++;
    if (*s == '+' || *s == '-')
        n.negative = *s++ == '-';
    digits = s = skip_prefix(s, &base);
    for (; digit_value((unsigned char)*s) < base; s++) {
        unsigned long long high = (n.magnitude >> 32) * (unsigned int)base;
        unsigned long long low = (n.magnitude & UINT_MAX) * (unsigned int)base +
                                 (unsigned int)digit_value((unsigned char)*s);

        n.overflow |= (high + (low >> 32)) >> 32 != 0;
        n.magnitude = (high << 32) + low;
    }
    if (end)
        *end = (char *)(s > digits ? s : start);
    return n;
}

static long long to_signed(struct number n, long long min, long long max)
{
    unsigned long long limit = (unsigned long long)max + n.negative;

    if (n.overflow || n.magnitude > limit) {
        errno = ERANGE;
        return n.negative ? min : max;
    }
    return (long long)(n.negative ? -n.magnitude : n.magnitude);
}

static unsigned long long to_unsigned(struct number n, unsigned long long max)
{
    if (n.overflow || n.magnitude > max) {
        errno = ERANGE;
        return max;
    }
    return (n.negative ? -n.magnitude : n.magnitude) & max;
}

long strtol(const char *restrict s, char **restrict end, int base)
{
    return (long)to_signed(scan(s, end, base), LONG_MIN, LONG_MAX);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
    return (unsigned long)to_unsigned(scan(s, end, base), ULONG_MAX);
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
    return to_signed(scan(s, end, base), LLONG_MIN, LLONG_MAX);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
    return to_unsigned(scan(s, end, base), ULLONG_MAX);
}

int atoi(const char *s)
{
    return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
    return strtol(s, NULL, 10);
}

long long atoll(const char *s)
{
    return strtoll(s, NULL, 10);
}

int abs(int n)
{
    return n < 0 ? -n : n;
}

long labs(long n)
{
    return n < 0 ? -n : n;
}

long long llabs(long long n)
{
    return n < 0 ? -n : n;
}

div_t div(int a, int b)
{
    return (div_t){a / b, a % b};
}

ldiv_t ldiv(long a, long b)
{
    return (ldiv_t){a / b, a % b};
}

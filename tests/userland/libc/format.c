/* printf's conversions, flags, widths and lengths. */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

static const char *const integer_formats[] = {
    "%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.3d", "%8.3d", "%-8.3d|", "%+.0d", "%08.3d", "%i",
};
static const int integers[] = {0, 1, -1, 7, 42, -42, 12345, -123456, INT_MAX, INT_MIN};

static const char *const unsigned_formats[] = {
    "%u", "%x", "%X", "%o", "%#x", "%#X", "%#o", "%08x", "%#010x", "%.0x", "%#.5x", "%-#12x|",
};

static const char *const string_formats[] = {"%s", "%10s", "%-10s|", "%.2s", "%8.1s", "%-8.0s|"};
static const char *const strings[] = {"", "a", "hello", "a longer string"};

static void integers_in_all_formats(void)
{
    for (size_t f = 0; f < sizeof integer_formats / sizeof integer_formats[0]; f++)
        for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
            printf("%s %d: [", integer_formats[f], integers[i]);
            printf(integer_formats[f], integers[i]);
            printf("]\n");
        }
}

static void unsigned_in_all_formats(void)
{
    for (size_t f = 0; f < sizeof unsigned_formats / sizeof unsigned_formats[0]; f++)
        for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
            printf("%s: [", unsigned_formats[f]);
            printf(unsigned_formats[f], (unsigned)integers[i]);
            printf("]\n");
        }
}

static void strings_in_all_formats(void)
{
    for (size_t f = 0; f < sizeof string_formats / sizeof string_formats[0]; f++)
        for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
            printf("[");
            printf(string_formats[f], strings[i]);
            printf("]\n");
        }
}

static void lengths(void)
{
    printf("%hhd %hhu %hd %hu\n", (signed char)-1, (unsigned char)255, (short)-2,
           (unsigned short)65535);
    printf("%ld %lu %lx\n", LONG_MIN, ULONG_MAX, 0xabcdul);
    printf("%lld %llu %llx %lld\n", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefull, LLONG_MAX);
    printf("%llo %020lld %-20lld|\n", 01234567012345670ull, -5000000000ll, 5000000000ll);
    printf("%zu %zd %td %jd\n", (size_t)12, (ssize_t)-3, (ptrdiff_t)4, (intmax_t)-5);
}

static void stars_and_others(void)
{
    printf("[%*d] [%-*d] [%*d] [%.*s] [%*.*d]\n", 6, 42, 6, 42, -6, 42, 3, "abcdef", 8, 4, 7);
    printf("[%c] [%5c] [%-5c] [%%] [%p] [%p]\n", 'x', 'y', 'z', (void *)0x8048000, (void *)NULL);
}

static void bounded(void)
{
    char small[8];

    for (size_t size = 0; size <= sizeof small; size++) {
        memset(small, '#', sizeof small);
        printf("%zu: %d ", size, snprintf(size ? small : NULL, size, "%s-%d", "abc", 12345));
        printf("[%.*s]\n", (int)sizeof small, size ? small : "");
    }
}

int main(void)
{
    integers_in_all_formats();
    unsigned_in_all_formats();
    strings_in_all_formats();
    lengths();
    stars_and_others();
    bounded();
    return 0;
}

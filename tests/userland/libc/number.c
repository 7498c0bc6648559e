/* strtol and family, qsort, bsearch, div, the environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const texts[] = {
    "0",
    "42",
    "-42",
    "+7",
    "  12x",
    "0x1F",
    "0x",
    "0xg",
    "077",
    "08",
    "",
    "-",
    "abc",
    "zz",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
};
static const int bases[] = {0, 2, 8, 10, 16, 36};

static void tell(const char *text, const char *end)
{
    printf(" %d %d |", (int)(end - text), errno);
    errno = 0;
}

static void convert(const char *text, int base)
{
    char *end;
    long long value;

    printf("%s/%d:", text, base);
    errno = 0;
    value = strtol(text, &end, base);
    printf(" %ld", (long)value);
    tell(text, end);
    value = (long long)strtoul(text, &end, base);
    printf(" %lu", (unsigned long)value);
    tell(text, end);
    value = strtoll(text, &end, base);
    printf(" %lld", value);
    tell(text, end);
    value = (long long)strtoull(text, &end, base);
    printf(" %llu", (unsigned long long)value);
    tell(text, end);
    printf("\n");
}

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

static void sort(int count)
{
    int numbers[100];
    unsigned int seed = 12345;

    for (int i = 0; i < count; i++) {
        seed = seed * 1103515245u + 12345u;
        numbers[i] = (int)(seed >> 16 & 0x3f);
    }
    qsort(numbers, (size_t)count, sizeof numbers[0], compare);
    for (int i = 0; i < count; i++)
        printf("%d ", numbers[i]);
    for (int key = 0; key < 64; key++)
        putchar(bsearch(&key, numbers, (size_t)count, sizeof numbers[0], compare) ? '1' : '0');
    printf("\n");
}

static void show(const char *name)
{
    const char *value = getenv(name);

    printf("%s=%s\n", name, value ? value : "(unset)");
}

static void environment(void)
{
    char own[] = "OWN=1";

    setenv("A", "one", 1);
    setenv("A", "two", 0);
    show("A");
    setenv("A", "three", 1);
    show("A");
    putenv(own);
    own[4] = '2';
    show("OWN");
    unsetenv("A");
    show("A");
    printf("%d", setenv("B=C", "x", 1));
    printf(" %d\n", errno == EINVAL);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOFBF, 4096);
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
        for (size_t b = 0; b < sizeof bases / sizeof bases[0]; b++)
            convert(texts[t], bases[b]);
    for (int count = 0; count <= 100; count += count < 10 ? 1 : 30)
        sort(count);
    printf("%d %d %ld %ld\n", div(-7, 2).quot, div(-7, 2).rem, ldiv(7, -2).quot, ldiv(7, -2).rem);
    printf("%d %ld %lld\n", abs(-3), labs(-4), llabs(-5000000000ll));
    environment();
    return 0;
}

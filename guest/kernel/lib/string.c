/* Strings and memory. */
#include <linux/string.h>

void *memset(void *s, int c, size_t n)
{
    void *to = s;
    size_t words = n / 4;
    asm volatile("rep stosl; movl %3, %0; rep stosb"
                 : "+c"(words), "+D"(to)
                 : "a"((u8)c * 0x01010101u), "r"(n & 3)
                 : "memory");
    return s;
}

void *memcpy(void *to, const void *from, size_t n)
{
    void *d = to;
    size_t words = n / 4;
    asm volatile("rep movsl; movl %3, %0; rep movsb"
                 : "+c"(words), "+D"(d), "+S"(from)
                 : "r"(n & 3)
                 : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    char *d = to;
    const char *s = from;

    if (d <= s || d >= s + n)
        return memcpy(to, from, n);
    while (n--)
        d[n] = s[n];
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const u8 *x = a, *y = b;

    for (; n; n--, x++, y++) {
        if (*x != *y)
            return *x - *y;
    }
    return 0;
}

size_t strlen(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

size_t strnlen(const char *s, size_t max)
{
    size_t n = 0;
    while (n < max && s[n])
        n++;
    return n;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, (size_t)-1);
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n; n--, a++, b++) {
        if (*a != *b || !*a)
            return (u8)*a - (u8)*b;
    }
    return 0;
}

char *strchr(const char *s, int c)
{
    for (; *s != (char)c; s++) {
        if (!*s)
            return NULL;
    }
    return (char *)s;
}

size_t strlcpy(char *to, const char *from, size_t size)
{
    size_t len = strlen(from);

    if (size) {
        size_t n = len < size ? len : size - 1;
        memcpy(to, from, n);
        to[n] = 0;
    }
    return len;
}

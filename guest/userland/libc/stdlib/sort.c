/* qsort as a heap sort: no recursion, no worst case. */
#include <stdlib.h>
#include <string.h>

typedef int compare_fn(const void *, const void *);

static void swap(char *a, char *b, size_t size)
{
    for (; size > 0; size--, a++, b++) {
        char t = *a;
        *a = *b;
        *b = t;
    }
}

/* Lets the element at root sink until no child is larger. */
static void sift(char *base, size_t root, size_t count, size_t size, compare_fn *compare)
{
    size_t child;

    while ((child = 2 * root + 1) < count) {
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size) < 0)
            child++;
        if (compare(base + root * size, base + child * size) >= 0)
            return;
        swap(base + root * size, base + child * size, size);
        root = child;
    }
}

void qsort(void *base, size_t count, size_t size, compare_fn *compare)
{
    for (size_t root = count / 2; root-- > 0;)
        sift(base, root, count, size, compare);
    for (size_t last = count; last-- > 1;) {
        swap(base, (char *)base + last * size, size);
        sift(base, 0, last, size, compare);
    }
}

void *bsearch(const void *key, const void *base, size_t count, size_t size, compare_fn *compare)
{
    const char *low = base;

    while (count > 0) {
        const char *middle = low + count / 2 * size;
        int order = compare(key, middle);

        if (order == 0)
            return (void *)middle;
        if (order > 0) {
            low = middle + size;
            count--;
        }
        count /= 2;
    }
    return NULL;
}

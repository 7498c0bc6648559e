/* The search for the shortest way is E. Myers' greedy one ("An O(ND) difference algorithm", 1986).
 */
#include "emu/support/textdiff.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 3, EDITS_MAX = 1000 };

/* ---- Lines ------------------------------------------------------------------------------- */

static size_t count_lines(const char *text, size_t size)
{
    size_t count = size && text[size - 1] != '\n';

    for (size_t i = 0; i < size; i++)
        count += text[i] == '\n';
    return count;
}

int text_lines_split(struct text_lines *lines, const void *bytes, size_t size)
{
    *lines = (struct text_lines){.text = malloc(size + 1)};
    if (lines->text)
        lines->line = calloc(count_lines(bytes, size) + 1, sizeof(*lines->line));
    if (!lines->line)
        return -ENOMEM;
    memcpy(lines->text, bytes, size);
    lines->text[size] = '\0';
    for (char *at = lines->text, *end = lines->text + size; at < end;) {
        char *stop = memchr(at, '\n', (size_t)(end - at));

        lines->line[lines->count++] = at;
        if (!stop)
            break;
        *stop = '\0';
        if (stop > at && stop[-1] == '\r')
            stop[-1] = '\0';
        at = stop + 1;
    }
    return 0;
}

void text_lines_release(struct text_lines *lines)
{
    free(lines->line);
    free(lines->text);
    *lines = (struct text_lines){0};
}

size_t textdiff_common(const struct text_lines *a, const struct text_lines *b)
{
    size_t n = 0;

    while (n < a->count && n < b->count && strcmp(a->line[n], b->line[n]) == 0)
        n++;
    return n;
}

/* ---- What was removed and added ------------------------------------------------------------ */

/* What differs: the middle of both texts, and for each of their lines whether it is in one only. */
struct difference {
    const struct text_lines *a, *b;
    size_t head, tail; /* lines that are common at both ends */
    bool *removed, *added;
};

static size_t middle(const struct difference *d, const struct text_lines *t)
{
    return t->count - d->head - d->tail;
}

static void find_ends(struct difference *d)
{
    const struct text_lines *a = d->a, *b = d->b;
    size_t room;

    d->head = textdiff_common(a, b);
    room = (a->count < b->count ? a->count : b->count) - d->head;
    while (d->tail < room &&
           strcmp(a->line[a->count - d->tail - 1], b->line[b->count - d->tail - 1]) == 0)
        d->tail++;
}

static bool same(const struct difference *d, size_t x, size_t y)
{
    return strcmp(d->a->line[d->head + x], d->b->line[d->head + y]) == 0;
}

/* The diagonals after each number of edits; row e has 2e+1 of them, around its own middle. */
static int32_t *row(int32_t *rows, int edits)
{
    return rows + (size_t)edits * (size_t)edits + (size_t)edits;
}

/* Does the best way to diagonal k with `edits` edits come from the one above (an added line)? */
static bool comes_down(const int32_t *before, int edits, int k)
{
    return k == -edits || (k != edits && before[k - 1] < before[k + 1]);
}

/* Fills row after row. The number of edits, or -1 where EDITS_MAX are not enough. */
static int search(const struct difference *d, int32_t *rows)
{
    int32_t lines_a = (int32_t)middle(d, d->a), lines_b = (int32_t)middle(d, d->b);

    for (int edits = 0; edits <= EDITS_MAX; edits++) {
        int32_t *now = row(rows, edits), *before = edits ? row(rows, edits - 1) : NULL;

        for (int k = -edits; k <= edits; k += 2) {
            int32_t x = !edits                         ? 0
                        : comes_down(before, edits, k) ? before[k + 1]
                                                       : before[k - 1] + 1;
            while (x < lines_a && x - k < lines_b && x - k >= 0 &&
                   same(d, (size_t)x, (size_t)(x - k)))
                x++;
            now[k] = x;
            if (k == lines_a - lines_b && x >= lines_a)
                return edits;
        }
    }
    return -1;
}

/* Walks the way back from the end and marks its edits. */
static void mark(struct difference *d, int32_t *rows, int edits)
{
    int k = (int)middle(d, d->a) - (int)middle(d, d->b);

    for (; edits > 0; edits--) {
        const int32_t *before = row(rows, edits - 1);

        if (comes_down(before, edits, k)) {
            k++;
            d->added[d->head + (size_t)(before[k] - k)] = true;
        } else {
            k--;
            d->removed[d->head + (size_t)before[k]] = true;
        }
    }
}

static void mark_all(struct difference *d)
{
    memset(d->removed + d->head, true, middle(d, d->a));
    memset(d->added + d->head, true, middle(d, d->b));
}

static int compare(struct difference *d)
{
    size_t cells = (size_t)(EDITS_MAX + 1) * (EDITS_MAX + 1);
    int32_t *rows;
    int edits;

    d->removed = calloc(d->a->count + 1, sizeof(bool));
    d->added = calloc(d->b->count + 1, sizeof(bool));
    rows = malloc(cells * sizeof(*rows));
    if (!d->removed || !d->added || !rows) {
        free(rows);
        return -ENOMEM;
    }
    find_ends(d);
    edits =
        middle(d, d->a) < INT32_MAX / 4 && middle(d, d->b) < INT32_MAX / 4 ? search(d, rows) : -1;
    if (edits >= 0)
        mark(d, rows, edits);
    else
        mark_all(d);
    free(rows);
    return 0;
}

/* ---- Printing ---------------------------------------------------------------------------- */

/* A place in both texts. */
struct place {
    size_t a, b;
};

static bool at_end(const struct difference *d, struct place p)
{
    return p.a == d->a->count && p.b == d->b->count;
}

static bool is_edit(const struct difference *d, struct place p)
{
    return (p.a < d->a->count && d->removed[p.a]) || (p.b < d->b->count && d->added[p.b]);
}

/* Common lines from here to the next edit or the end. */
static size_t calm(const struct difference *d, struct place p)
{
    size_t n = 0;

    while (!at_end(d, p) && !is_edit(d, p)) {
        p = (struct place){p.a + 1, p.b + 1};
        n++;
    }
    return n;
}

static struct place print_common(FILE *out, const struct difference *d, struct place p, size_t n)
{
    for (; n > 0; n--, p.a++, p.b++)
        fprintf(out, " %s\n", d->a->line[p.a]);
    return p;
}

static struct place print_edit(FILE *out, const struct difference *d, struct place p)
{
    for (; p.a < d->a->count && d->removed[p.a]; p.a++)
        fprintf(out, "-%s\n", d->a->line[p.a]);
    for (; p.b < d->b->count && d->added[p.b]; p.b++)
        fprintf(out, "+%s\n", d->b->line[p.b]);
    return p;
}

/* From its first line of context to its last. */
static struct place print_hunk(FILE *out, const struct difference *d, struct place p)
{
    size_t before = calm(d, p);

    fprintf(out, "@@ line %zu, line %zu @@\n", p.a + 1, p.b + 1);
    p = print_common(out, d, p, before);
    for (;;) {
        p = print_edit(out, d, p);
        size_t n = calm(d, p);
        struct place next = {p.a + n, p.b + n};

        if (n > (size_t)2 * CONTEXT || at_end(d, next))
            return print_common(out, d, p, n < CONTEXT ? n : CONTEXT);
        p = print_common(out, d, p, n);
    }
}

int textdiff_print(FILE *out, const struct text_lines *a, const struct text_lines *b)
{
    struct difference d = {.a = a, .b = b};
    struct place p = {0, 0};
    int error = compare(&d);

    while (!error) {
        size_t n = calm(&d, p), skip = n > CONTEXT ? n - CONTEXT : 0;

        if (at_end(&d, (struct place){p.a + n, p.b + n}))
            break;
        p = print_hunk(out, &d, (struct place){p.a + skip, p.b + skip});
    }
    free(d.removed);
    free(d.added);
    return error;
}

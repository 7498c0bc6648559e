#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

struct chunk {
    struct chunk *next;
    long long data[];
};

static struct chunk *chunks;

void *arena_alloc(size_t size)
{
    struct chunk *c = calloc(1, sizeof *c + size);

    if (!c) {
        complain("out of memory");
        _exit(STATUS_CANNOT_RUN);
    }
    c->next = chunks;
    chunks = c;
    return c->data;
}

char *arena_copy(const char *text, size_t length)
{
    return memcpy(arena_alloc(length + 1), text, length);
}

void arena_reset(void)
{
    while (chunks) {
        struct chunk *next = chunks->next;

        free(chunks);
        chunks = next;
    }
}

void buffer_add_string(struct buffer *b, const char *text, size_t length)
{
    if (b->length + length + 1 > b->room) {
        size_t room = 2 * (b->length + length) + 32;
        char *bigger = arena_alloc(room);

        if (b->length > 0)
            memcpy(bigger, b->text, b->length);
        b->text = bigger;
        b->room = room;
    }
    memcpy(b->text + b->length, text, length);
    b->length += length;
    b->text[b->length] = 0;
}

void buffer_add(struct buffer *b, char c)
{
    buffer_add_string(b, &c, 1);
}

void list_add(struct list *list, char *item)
{
    if (list->count + 2 > list->room) {
        int room = 2 * list->count + 8;
        char **bigger = arena_alloc((size_t)room * sizeof *bigger);

        if (list->count > 0)
            memcpy(bigger, list->item, (size_t)list->count * sizeof *bigger);
        list->item = bigger;
        list->room = room;
    }
    list->item[list->count++] = item;
    list->item[list->count] = NULL;
}

/* The heap under random load: blocks keep their bytes, do not overlap, are aligned, and freed
 * memory is used again. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 200, ROUNDS = 20000, SIZE_LIMIT = 3000 };

static struct {
    unsigned char *data;
    size_t size;
    unsigned char fill;
} blocks[BLOCKS];

static uint32_t random_state = 1;

static uint32_t next_random(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

static void check(int i)
{
    for (size_t k = 0; k < blocks[i].size; k++)
        if (blocks[i].data[k] != blocks[i].fill) {
            printf("block %d lost byte %zu\n", i, k);
            exit(1);
        }
}

static void fill(int i, size_t size)
{
    if (!blocks[i].data || (uintptr_t)blocks[i].data % 8 != 0) {
        printf("bad block\n");
        exit(1);
    }
    blocks[i].size = size;
    blocks[i].fill = (unsigned char)next_random();
    memset(blocks[i].data, blocks[i].fill, size);
}

static void round_of(int i)
{
    size_t size = next_random() % SIZE_LIMIT + 1;
    size_t kept = size < blocks[i].size ? size : blocks[i].size;

    check(i);
    switch (next_random() % 3) {
    case 0:
        free(blocks[i].data);
        blocks[i].data = malloc(size);
        break;
    case 1:
        blocks[i].data = realloc(blocks[i].data, size);
        blocks[i].size = kept;
        check(i);
        break;
    default:
        free(blocks[i].data);
        blocks[i].data = calloc(size, 1);
        blocks[i].size = size;
        blocks[i].fill = 0;
        check(i);
    }
    fill(i, size);
}

/* Taking and giving back the same amount again and again must not need more and more. */
static void reuse(void)
{
    for (int i = 0; i < 10000; i++) {
        void *p = malloc(50000);

        if (!p) {
            printf("freed memory was not used again\n");
            exit(1);
        }
        free(p);
    }
}

/* Sizes that no address space holds. */
static void refuse(void)
{
    void *volatile p = malloc(SIZE_MAX - 100);
    int error = errno;

    printf("%d %d\n", p == NULL, error == ENOMEM);
    errno = 0;
    p = calloc(SIZE_MAX / 2, 3);
    error = errno;
    printf("%d %d\n", p == NULL, error == ENOMEM);
}

int main(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i].data = malloc(1);
        fill(i, 1);
    }
    for (int n = 0; n < ROUNDS; n++)
        round_of((int)(next_random() % BLOCKS));
    reuse();
    refuse();
    free(NULL);
    printf("done\n");
    return 0;
}

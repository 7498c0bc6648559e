/* Address spaces: mmap, munmap, mprotect, brk, the stack (K-07, K-08). */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conform.h"

enum { PAGE = 4096, READ_WRITE = PROT_READ | PROT_WRITE };

static char *map(size_t pages, int protection)
{
    char *p = mmap(NULL, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT(p != MAP_FAILED);
    EXPECT(((unsigned long)p & (PAGE - 1)) == 0);
    return p;
}

static void read_byte(void *p)
{
    (void)*(volatile char *)p;
}

static void write_byte(void *p)
{
    *(volatile char *)p = 1;
}

static bool can_read(char *p)
{
    return run(read_byte, p) == 0;
}

static bool can_write(char *p)
{
    return run(write_byte, p) == 0;
}

static void anonymous_memory_is_zero(void)
{
    char *p = map(16, READ_WRITE);

    for (int i = 0; i < 16 * PAGE; i += 511)
        EXPECT(p[i] == 0);
    memset(p, 7, 16 * PAGE);
    EXPECT(munmap(p, 16 * PAGE) == 0);
    EXPECT(!can_read(p));
}

static void unmap_the_middle(void)
{
    char *p = map(3, READ_WRITE);

    p[0] = p[2 * PAGE] = 5;
    EXPECT(munmap(p + PAGE, PAGE) == 0);
    EXPECT(p[0] == 5 && p[2 * PAGE] == 5);
    EXPECT(!can_read(p + PAGE));
    EXPECT(munmap(p, 3 * PAGE) == 0);
}

static void protect_the_middle(void)
{
    char *p = map(3, READ_WRITE);

    p[PAGE] = 5;
    EXPECT(mprotect(p + PAGE, PAGE, PROT_READ) == 0);
    EXPECT(can_write(p) && !can_write(p + PAGE) && can_write(p + 2 * PAGE));
    EXPECT(p[PAGE] == 5);
    EXPECT(mprotect(p + PAGE, PAGE, PROT_NONE) == 0);
    EXPECT(!can_read(p + PAGE));
    EXPECT(mprotect(p, 3 * PAGE, READ_WRITE) == 0);
    EXPECT(p[PAGE] == 5 && can_write(p + PAGE));
}

static void fixed_replaces(void)
{
    char *p = map(3, READ_WRITE);

    memset(p, 9, 3 * PAGE);
    EXPECT(mmap(p + PAGE, PAGE, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
           p + PAGE);
    EXPECT(p[0] == 9 && p[PAGE] == 0 && p[2 * PAGE] == 9);
}

static void files_can_be_mapped(void)
{
    int fd = open("/tmp/conform.map", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *p;

    EXPECT(fd >= 0 && unlink("/tmp/conform.map") == 0);
    EXPECT(lseek(fd, PAGE, SEEK_SET) == PAGE && write(fd, "second", 6) == 6);
    p = mmap(NULL, 2 * PAGE, READ_WRITE, MAP_PRIVATE, fd, 0);
    EXPECT(p != MAP_FAILED);
    EXPECT(p[0] == 0 && memcmp(p + PAGE, "second", 6) == 0 && p[PAGE + 6] == 0);
    p[PAGE] = 'S';
    EXPECT(lseek(fd, PAGE, SEEK_SET) == PAGE && read(fd, p, 1) == 1 && p[0] == 's');
}

static void errors_of_mmap(void)
{
    EXPECT(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED &&
           errno == EINVAL);
    EXPECT(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    EXPECT(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED && errno == EBADF);
    EXPECT(mmap((void *)0xfffff000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                0) == MAP_FAILED);
    EXPECT(munmap((void *)1, PAGE) == -1 && errno == EINVAL);
    EXPECT(mprotect((void *)0x1000, PAGE, PROT_READ) == -1 && errno == ENOMEM);
}

static char *raw_brk(void *end)
{
    return (char *)syscall(SYS_brk, end);
}

static void break_moves(void)
{
    char *start = raw_brk(NULL);

    EXPECT(raw_brk(start + 3 * PAGE) == start + 3 * PAGE);
    memset(start, 3, 3 * PAGE);
    EXPECT(raw_brk(start) == start);
    EXPECT(raw_brk(start + 3 * PAGE) == start + 3 * PAGE);
    EXPECT(start[2 * PAGE] == 0);
    EXPECT(raw_brk((void *)0x1000) == start + 3 * PAGE);
}

static int use_stack(int depth)
{
    volatile char here[1000];

    here[0] = (char)depth;
    return depth == 0 ? 0 : use_stack(depth - 1) + (here[0] == (char)depth);
}

static void use_much_stack(void *unused)
{
    enum { DEPTH = 2000 };

    (void)unused;
    EXPECT(use_stack(DEPTH) == DEPTH);
}

static void use_endless_stack(void *unused)
{
    (void)unused;
    use_stack(100000000);
}

static void stack_grows(void)
{
    EXPECT(run(use_much_stack, NULL) == 0);
    EXPECT(run(use_endless_stack, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
}

static void shared_anonymous_memory(void)
{
    char *p = shared_memory(2 * PAGE);

    EXPECT(run(write_byte, p + PAGE) == 0);
    EXPECT(p[PAGE] == 1 && p[0] == 0);
}

static void dropped_memory_is_zero(void)
{
    char *p = map(2, READ_WRITE);

    memset(p, 4, 2 * PAGE);
    EXPECT(madvise(p, PAGE, MADV_DONTNEED) == 0);
    EXPECT(p[0] == 0 && p[PAGE] == 4);
}

static const struct check checks[] = {
    {"K-08", "anonymous memory is zero, and gone after munmap", anonymous_memory_is_zero},
    {"K-08", "munmap splits a mapping", unmap_the_middle},
    {"K-08", "mprotect splits a mapping", protect_the_middle},
    {"K-08", "MAP_FIXED replaces what was there", fixed_replaces},
    {"K-08", "a private mapping of a file does not change it", files_can_be_mapped},
    {"K-08", "errors of mmap, munmap and mprotect", errors_of_mmap},
    {"K-07", "the break moves up and down", break_moves},
    {"K-07", "the stack grows, but not for ever", stack_grows},
    {"K-08", "shared anonymous memory is one on both sides of fork", shared_anonymous_memory},
    {"K-08", "madvise drops pages", dropped_memory_is_zero},
};

SECTION(mapping);

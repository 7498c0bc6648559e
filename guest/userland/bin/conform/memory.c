/* Section 14: copy-on-write and demand paging, as far as a program can see them. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conform.h"

enum { PAGE = 4096, PAGES = 64, SIZE = PAGE * PAGES };

static unsigned char *memory;

static void fill(int value)
{
    for (int i = 0; i < PAGES; i++)
        memory[i * PAGE + i] = (unsigned char)(value + i);
}

static bool is_filled(int value)
{
    for (int i = 0; i < PAGES; i++)
        if (memory[i * PAGE + i] != (unsigned char)(value + i))
            return false;
    return true;
}

static void map_memory(void)
{
    memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(memory != MAP_FAILED);
    fill(1);
}

static void child_fills(void *unused)
{
    (void)unused;
    EXPECT(is_filled(1));
    fill(100);
    EXPECT(is_filled(100));
}

static void child_writes_copies(void)
{
    map_memory();
    EXPECT(run(child_fills, NULL) == 0);
    EXPECT(is_filled(1));
}

static void parent_writes_copies(void)
{
    struct gate written = gate_new();
    pid_t pid;

    map_memory();
    pid = fork();
    if (pid == 0) {
        gate_wait(written);
        _exit(is_filled(1) ? 0 : 1);
    }
    fill(50);
    gate_open(written);
    EXPECT(finish(pid) == 0);
    EXPECT(is_filled(50));
}

static void write_third(void *unused)
{
    (void)unused;
    EXPECT(is_filled(2));
    fill(3);
    EXPECT(is_filled(3));
}

/* Grandparent, parent and child each have what they wrote. */
static void write_second(void *unused)
{
    (void)unused;
    fill(2);
    EXPECT(run(write_third, NULL) == 0);
    EXPECT(is_filled(2));
}

static void generations(void)
{
    map_memory();
    EXPECT(run(write_second, NULL) == 0);
    EXPECT(is_filled(1));
}

/* The kernel's own writes go to a copy as well. */
static void kernel_writes_copy(void)
{
    int fd[2];
    pid_t pid;

    map_memory();
    EXPECT(pipe(fd) == 0);
    pid = fork();
    if (pid == 0) {
        EXPECT(write(fd[1], "xyz", 3) == 3);
        EXPECT(read(fd[0], memory, 3) == 3);
        EXPECT(memcmp(memory, "xyz", 3) == 0);
        _exit(0);
    }
    EXPECT(finish(pid) == 0);
    EXPECT(memory[0] == 1);
}

static void stack_and_heap_and_data(void)
{
    static int data = 1;
    static int zeroed;
    volatile int local = 1;
    int *heap = malloc(sizeof *heap);
    pid_t pid;

    *heap = 1;
    pid = fork();
    if (pid == 0) {
        data = zeroed = local = *heap = 2;
        _exit(data + zeroed + local + *heap == 8 ? 0 : 1);
    }
    EXPECT(finish(pid) == 0);
    EXPECT(data == 1 && zeroed == 0 && local == 1 && *heap == 1);
}

static void write_read_only(void *unused)
{
    (void)unused;
    memory[0] = 9;
}

/* Copying on write must not make a page writable that the program made read-only. */
static void protection_is_kept(void)
{
    map_memory();
    EXPECT(mprotect(memory, PAGE, PROT_READ) == 0);
    EXPECT(run(write_read_only, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
    EXPECT(memory[0] == 1);
    EXPECT(mprotect(memory, PAGE, PROT_READ | PROT_WRITE) == 0);
    EXPECT(run(write_read_only, NULL) == 0);
    EXPECT(memory[0] == 1);
}

static void exec_in_child(void *unused)
{
    (void)unused;
    execl(self_path, "conform", "--exit", "23", (char *)NULL);
    _exit(127);
}

static void exec_leaves_parent_alone(void)
{
    map_memory();
    EXPECT(run(exec_in_child, NULL) == 23);
    EXPECT(is_filled(1));
}

static const struct check checks[] = {
    {"S-172 S-173", "what the child writes is not in the parent", child_writes_copies},
    {"S-172 S-173", "what the parent writes is not in the child", parent_writes_copies},
    {"S-173", "each of three generations has its own", generations},
    {"S-173", "the kernel writes to a copy too", kernel_writes_copy},
    {"S-087 S-173", "stack, heap, data and bss are all copied", stack_and_heap_and_data},
    {"S-173", "read-only memory stays read-only", protection_is_kept},
    {"S-174", "exec in the child leaves the parent's memory alone", exec_leaves_parent_alone},
};

SECTION(memory);

/*
 * Watches a guest fork: the words that the CPU pushed at int 0x80, and what came back in eax.
 *
 *   forkwatch KERNEL INITRD COMMAND_LINE
 *
 *   cc forkwatch.c $(pkg-config --cflags --libs forkscope) -o forkwatch
 */
#include <forkscope.h>
#include <stdio.h>
#include <string.h>

enum { SYSCALL = 0x80, NR_FORK = 2, BUDGET = 200000000 };

struct watch {
    struct forkscope *machine;
    unsigned forks;
};

static int on_syscall(void *ctx, const struct forkscope_event *e)
{
    static const char *const word[] = {"ss", "esp", "eflags", "cs", "eip"};
    struct watch *w = ctx;
    struct forkscope_registers r = {.size = sizeof(r)};
    char name[17] = "?";
    int pid = -1;

    forkscope_get_registers(w->machine, &r);
    if (r.eax != NR_FORK)
        return 0;
    w->forks++;
    forkscope_current(w->machine, &pid, name, sizeof(name));
    printf("%s(%d) calls fork; the CPU pushed", name, pid);
    for (unsigned i = 0; i < e->pushed_count && i < 5; i++)
        printf(" %s=%08x", word[i], e->pushed[i]);
    printf("\n");
    return 0;
}

/* The first instruction of the guest's fork, and what it returns. */
static int on_ret_from_fork(void *ctx, const struct forkscope_event *e)
{
    struct watch *w = ctx;
    char where[64], name[17] = "?";
    int pid = -1;

    forkscope_current(w->machine, &pid, name, sizeof(name));
    printf("%s(%d) begins at %s\n", name, pid,
           forkscope_name(w->machine, e->address, where, sizeof(where)));
    return 0;
}

static int fail(struct forkscope *f)
{
    fprintf(stderr, "forkwatch: %s\n", forkscope_why(f));
    forkscope_close(f);
    return 1;
}

int main(int argc, char **argv)
{
    struct watch w = {0};
    uint32_t ret_from_fork;

    if (argc != 4) {
        fprintf(stderr, "usage: forkwatch KERNEL INITRD COMMAND_LINE\n");
        return 2;
    }
    if (forkscope_open(&w.machine, NULL) || forkscope_load(w.machine, argv[1], argv[2], argv[3]) ||
        forkscope_hook(w.machine, FORKSCOPE_HOOK_INTERRUPT, SYSCALL, SYSCALL, on_syscall, &w) < 0)
        return fail(w.machine);
    if (forkscope_address(w.machine, "ret_from_fork", &ret_from_fork) == 0 &&
        forkscope_hook(w.machine, FORKSCOPE_HOOK_EXEC, ret_from_fork, ret_from_fork,
                       on_ret_from_fork, &w) < 0)
        return fail(w.machine);
    if (forkscope_run(w.machine, BUDGET) != FORKSCOPE_EXIT) {
        fprintf(stderr, "forkwatch: the guest did not end by itself\n");
        return fail(w.machine);
    }
    printf("%u fork%s, exit %u\n", w.forks, w.forks == 1 ? "" : "s",
           forkscope_exit_value(w.machine));
    forkscope_close(w.machine);
    return 0;
}

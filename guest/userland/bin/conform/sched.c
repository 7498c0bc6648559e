/* Section 11: who runs first. Only the guest's scheduler promises it. */
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "conform.h"

enum { ROUNDS = 20 };

static volatile int *flag;

static void child_runs_first(void)
{
    only_on_guest();
    flag = shared_memory(sizeof *flag);
    for (int i = 0; i < ROUNDS; i++) {
        pid_t pid;

        *flag = 0;
        pid = fork();
        if (pid == 0) {
            *flag = 1;
            _exit(0);
        }
        EXPECT(*flag == 1);
        EXPECT(finish(pid) == 0);
    }
}

static int raise_flag(void *unused)
{
    (void)unused;
    *flag = 1;
    return 0;
}

/* The tick may end the parent's slice now and then, so most rounds must do. */
static void vm_child_runs_last(void)
{
    int parent_first = 0;

    only_on_guest();
    flag = shared_memory(sizeof *flag);
    for (int i = 0; i < ROUNDS; i++) {
        pid_t pid;

        *flag = 0;
        pid = clone_vm(SIGCHLD, raise_flag, NULL);
        parent_first += *flag == 0;
        EXPECT(finish(pid) == 0);
    }
    EXPECT(parent_first > ROUNDS / 2);
}

static const struct check checks[] = {
    {"S-157", "a forked child runs before its parent goes on", child_runs_first},
    {"S-158", "after CLONE_VM the parent goes on", vm_child_runs_last},
};

SECTION(sched);

/* Section 4: the checks and limits at the start of copy_process. */
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void expect_invalid(unsigned long flags)
{
    long pid = raw_clone(flags, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(pid == -1 && errno == EINVAL);
}

static void new_namespace_with_fs(void)
{
    expect_invalid(CLONE_NEWNS | CLONE_FS | SIGCHLD);
}

static void thread_without_sighand(void)
{
    expect_invalid(CLONE_THREAD | CLONE_VM | SIGCHLD);
    expect_invalid(CLONE_THREAD | SIGCHLD);
}

static void sighand_without_vm(void)
{
    expect_invalid(CLONE_SIGHAND | SIGCHLD);
    expect_invalid(CLONE_THREAD | CLONE_SIGHAND | SIGCHLD);
}

static void bad_parent_tid_is_ignored(void)
{
    long pid = raw_clone(CLONE_PARENT_SETTID | SIGCHLD, NULL, (void *)4, NULL, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(pid > 0);
    EXPECT(finish((pid_t)pid) == 0);
}

static void fork_at_limit(void *unused)
{
    pid_t pid = fork();

    (void)unused;
    if (pid == 0)
        _exit(0);
    EXPECT(pid > 0);
    finish(pid);
}

static void refuse_at_limit(void *unused)
{
    (void)unused;
    become_nobody();
    EXPECT(fork() == -1 && errno == EAGAIN);
}

static void process_limit(void)
{
    struct rlimit one = {1, 1};

    only_as_root();
    EXPECT(setrlimit(RLIMIT_NPROC, &one) == 0);
    EXPECT(run(fork_at_limit, NULL) == 0);
    EXPECT(run(refuse_at_limit, NULL) == 0);
}

static void wait_as_nobody(void *ready)
{
    become_nobody();
    EXPECT(write(*(int *)ready, "", 1) == 1);
    pause();
}

/* Becomes a user who has as many processes as allowed: that is let pass, the next fork is not. */
static void over_the_limit(void)
{
    struct rlimit one = {1, 1};
    int ready[2];
    pid_t other;
    char byte;

    only_as_root();
    EXPECT(pipe(ready) == 0);
    other = start(wait_as_nobody, &ready[1]);
    EXPECT(read(ready[0], &byte, 1) == 1);
    EXPECT(setrlimit(RLIMIT_NPROC, &one) == 0);
    become_nobody();
    EXPECT(fork() == -1 && errno == EAGAIN);
    EXPECT(kill(other, SIGKILL) == 0);
    EXPECT(finish(other) == EXIT_BY_SIGNAL + SIGKILL);
    EXPECT(fork() == -1 && errno == EAGAIN); /* this process counts itself */
}

/* Forks without end and without waiting; reports how many there were before the refusal. */
static int bomb(void)
{
    int count = 0;
    pid_t pid;

    while ((pid = fork()) > 0)
        count++;
    if (pid == 0) {
        pause();
        _exit(0);
    }
    EXPECT(errno == EAGAIN || errno == ENOMEM);
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    while (count > 0 && waitpid(-1, NULL, 0) > 0)
        count--;
    return count;
}

static void root_cannot_fork_for_ever(void)
{
    only_on_guest();
    EXPECT(bomb() == 0);
    EXPECT(run(fork_at_limit, NULL) == 0);
}

static const struct check checks[] = {
    {"S-053", "CLONE_NEWNS with CLONE_FS is EINVAL", new_namespace_with_fs},
    {"S-054", "CLONE_THREAD without CLONE_SIGHAND is EINVAL", thread_without_sighand},
    {"S-055", "CLONE_SIGHAND without CLONE_VM is EINVAL", sighand_without_vm},
    {"S-056", "a bad CLONE_PARENT_SETTID pointer does no harm", bad_parent_tid_is_ignored},
    {"S-059", "RLIMIT_NPROC stops a user but not root", process_limit},
    {"S-060", "a user who got over the limit by changing ids cannot fork", over_the_limit},
    {"S-062", "a fork bomb of root ends in EAGAIN and the system goes on",
     root_cannot_fork_for_ever},
};

SECTION(limits);

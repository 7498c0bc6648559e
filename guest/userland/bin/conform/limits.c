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
    {"S-062", "a fork bomb of root ends in EAGAIN and the system goes on",
     root_cannot_fork_for_ever},
};

SECTION(limits);

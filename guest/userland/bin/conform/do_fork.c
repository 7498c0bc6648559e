/* Section 2: do_fork. What concerns a tracer is in ptrace.c. */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void expect_refused(unsigned long flags, int error)
{
    long pid = raw_clone(flags, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(pid == -1);
    EXPECT(errno == error);
}

static void new_user_with_thread(void)
{
    expect_refused(CLONE_NEWUSER | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, EINVAL);
}

static void new_user_without_privilege(void)
{
    only_as_root();
    become_nobody();
    expect_refused(CLONE_NEWUSER | SIGCHLD, EPERM);
}

static void fork_names_the_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    EXPECT(pid > 0);
    EXPECT(pid != getpid());
    EXPECT(waitpid(-1, NULL, 0) == pid);
}

static void parent_set_tid(void)
{
    static pid_t word;
    long pid = raw_clone(CLONE_PARENT_SETTID | SIGCHLD, NULL, &word, NULL, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(word == pid);
    EXPECT(finish((pid_t)pid) == 0);
}

enum { CLONE_STOPPED = 0x02000000 };

static void clone_stopped(void)
{
    long pid = raw_clone(CLONE_STOPPED | SIGCHLD, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(6);
    EXPECT(pid > 0);
    sleep_ms(50);
    EXPECT(stat_field((pid_t)pid, 3) == 'T');
    EXPECT(kill((pid_t)pid, SIGCONT) == 0);
    EXPECT(finish((pid_t)pid) == 6);
}

static volatile int written;

static void vfork_waits_for_exit(void)
{
    pid_t pid;

    written = 0;
    pid = vfork();
    if (pid == 0) {
        sleep_ms(30);
        written = 1;
        _exit(3);
    }
    EXPECT(written == 1);
    EXPECT(finish(pid) == 3);
}

static void vfork_waits_for_exec(void)
{
    pid_t pid;

    written = 0;
    pid = vfork();
    if (pid == 0) {
        written = 1;
        execl(self_path, "conform", "--pause", (char *)NULL);
        _exit(127);
    }
    EXPECT(written == 1);
    EXPECT(waitpid(pid, NULL, WNOHANG) == 0);
    EXPECT(kill(pid, SIGTERM) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGTERM);
}

static struct gate pid_pipe;

static void vfork_and_sleep(void *unused)
{
    (void)unused;
    if (vfork() == 0) {
        pid_t self = getpid();

        if (write(pid_pipe.fd[1], &self, sizeof self) == sizeof self)
            pause();
        _exit(0);
    }
}

static void vfork_parent_can_be_killed(void)
{
    pid_t parent, child;

    pid_pipe = gate_new();
    parent = start(vfork_and_sleep, NULL);
    EXPECT(read(pid_pipe.fd[0], &child, sizeof child) == sizeof child);
    EXPECT(kill(parent, SIGKILL) == 0);
    EXPECT(finish(parent) == EXIT_BY_SIGNAL + SIGKILL);
    EXPECT(kill(child, 0) == 0);
    EXPECT(kill(child, SIGKILL) == 0);
}

static void both_sides_return(void)
{
    int *seen = shared_memory(sizeof *seen * 2);
    pid_t pid = fork();

    if (pid == 0) {
        seen[0] = 1;
        _exit(0);
    }
    seen[1] = 1;
    EXPECT(finish(pid) == 0);
    EXPECT(seen[0] == 1 && seen[1] == 1);
}

static const struct check checks[] = {
    {"S-016", "CLONE_NEWUSER with CLONE_THREAD is EINVAL", new_user_with_thread},
    {"S-017", "CLONE_NEWUSER without privilege is EPERM", new_user_without_privilege},
    {"S-029 S-041", "fork returns the pid that wait then returns", fork_names_the_child},
    {"S-030", "CLONE_PARENT_SETTID stores the pid in the parent", parent_set_tid},
    {"S-034", "CLONE_STOPPED leaves the child stopped until SIGCONT", clone_stopped},
    {"S-037", "a vfork parent sleeps until its child exits, on shared memory",
     vfork_waits_for_exit},
    {"S-037 S-185", "a vfork parent sleeps until its child execs", vfork_waits_for_exec},
    {"S-039", "a vfork parent can be killed while it waits", vfork_parent_can_be_killed},
    {"S-041 S-170", "fork returns once on each side", both_sides_return},
};

SECTION(do_fork);

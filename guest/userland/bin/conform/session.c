/* Section 12: process groups and sessions. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void end(pid_t pid)
{
    EXPECT(kill(pid, SIGKILL) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
}

static void group_outlives_leader(void)
{
    pid_t leader = start(wait_for_signal, NULL);
    pid_t member = start(wait_for_signal, NULL);

    EXPECT(setpgid(leader, leader) == 0);
    EXPECT(setpgid(member, leader) == 0);
    EXPECT(getpgid(member) == leader);
    end(leader);
    EXPECT(getpgid(member) == leader);
    EXPECT(kill(-leader, SIGTERM) == 0);
    EXPECT(finish(member) == EXIT_BY_SIGNAL + SIGTERM);
    EXPECT(kill(-leader, 0) == -1 && errno == ESRCH);
}

static void setpgid_rules(void)
{
    pid_t child = start(wait_for_signal, NULL);

    EXPECT(setpgid(getppid(), 0) == -1 && errno == ESRCH);
    EXPECT(setpgid(child, -1) == -1 && errno == EINVAL);
    EXPECT(setpgid(child, child) == 0);
    end(child);
}

static void setsid_as_leader(void)
{
    EXPECT(getpgrp() == getpid());
    EXPECT(setsid() == -1);
    EXPECT(errno == EPERM);
}

static void new_session(void *unused)
{
    (void)unused;
    EXPECT(setsid() == getpid());
    EXPECT(getsid(0) == getpid());
    EXPECT(getpgrp() == getpid());
    EXPECT(setpgid(0, 0) == -1 && errno == EPERM);
}

static void setsid_otherwise(void)
{
    EXPECT(run(new_session, NULL) == 0);
}

struct group {
    pid_t pgid, sid;
};

static void expect_same_group(void *arg)
{
    const struct group *g = arg;

    EXPECT(getpgrp() == g->pgid);
    EXPECT(getsid(0) == g->sid);
}

static void fork_keeps_group(void)
{
    struct group g = {getpgrp(), getsid(0)};

    EXPECT(run(expect_same_group, &g) == 0);
}

static const struct check checks[] = {
    {"S-160", "a group lives until its last member leaves", group_outlives_leader},
    {"S-160", "a process may move itself and its children only", setpgid_rules},
    {"S-163", "setsid by a group leader is EPERM", setsid_as_leader},
    {"S-163", "setsid makes a session and a group", setsid_otherwise},
    {"S-167 S-168", "fork keeps group and session", fork_keeps_group},
};

SECTION(session);

/* What a parent is told of its children, beside what fork's own statements say. */
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

enum { WAIT_OWN_CHILDREN = 0x20000000, WAIT_ALL_KINDS = 0x40000000 };

static long milliseconds(struct timeval tv)
{
    return (long)tv.tv_sec * 1000 + (long)tv.tv_usec / 1000;
}

/* Uses the processor for a tenth of a second. */
static void burn(void *unused)
{
    clock_t end = clock() + CLOCKS_PER_SEC / 10;

    (void)unused;
    while (clock() < end)
        continue;
}

static void wait4_tells_the_usage(void)
{
    struct rusage one, all;
    pid_t pid = start(burn, NULL);

    EXPECT(wait4(pid, NULL, 0, &one) == pid);
    EXPECT(milliseconds(one.ru_utime) + milliseconds(one.ru_stime) >= 50);
    EXPECT(getrusage(RUSAGE_CHILDREN, &all) == 0);
    EXPECT(milliseconds(all.ru_utime) >= milliseconds(one.ru_utime));
}

static void exit_with_six(void *unused)
{
    (void)unused;
    _exit(6);
}

static void nocldwait_leaves_no_zombie(void)
{
    struct sigaction action = {.sa_flags = SA_NOCLDWAIT};

    action.sa_handler = SIG_DFL;
    EXPECT(sigaction(SIGCHLD, &action, NULL) == 0);
    start(exit_with_six, NULL);
    EXPECT(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
}

static volatile sig_atomic_t told;

static void count_signal(int signal)
{
    (void)signal;
    told++;
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void nocldstop_is_silent(void)
{
    struct sigaction action = {.sa_flags = SA_NOCLDSTOP | SA_RESTART};
    pid_t pid = start(wait_for_signal, NULL);
    int status;

    action.sa_handler = count_signal;
    EXPECT(sigaction(SIGCHLD, &action, NULL) == 0);
    EXPECT(kill(pid, SIGSTOP) == 0);
    EXPECT(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    EXPECT(told == 0);
    EXPECT(kill(pid, SIGKILL) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
    EXPECT(told == 1);
}

/* What a thread sees of the children of the thread that made it. */
static struct {
    volatile int all, own, done;
} seen;

static int look_for_children(void *unused)
{
    (void)unused;
    seen.all = waitpid(-1, NULL, WNOHANG);
    seen.own = waitpid(-1, NULL, WNOHANG | WAIT_OWN_CHILDREN);
    seen.done = 1;
    syscall(SYS_exit, 0);
    return 0;
}

static void a_thread_may_wait_for_its_own(void)
{
    pid_t pid = start(wait_for_signal, NULL);

    clone_vm(CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, look_for_children, NULL);
    while (!seen.done)
        sleep_ms(1);
    EXPECT(seen.all == 0);
    EXPECT(seen.own == -1);
    kill(pid, SIGKILL);
    EXPECT(waitpid(pid, NULL, WAIT_ALL_KINDS) == pid);
}

static int hung_up[2];

static void say_hung_up(int signal)
{
    if (write(hung_up[1], signal == SIGHUP ? "H" : "C", 1) < 0)
        _exit(1);
}

static void stop_in_an_own_group(void *unused)
{
    (void)unused;
    setpgid(0, 0);
    signal(SIGHUP, say_hung_up);
    signal(SIGCONT, say_hung_up);
    raise(SIGSTOP);
    sleep_ms(50);
}

static void leave_it_stopped(void *unused)
{
    int status;
    pid_t pid = start(stop_in_an_own_group, NULL);

    (void)unused;
    EXPECT(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
}

/* In a session of their own, for a parent in the same session would be somebody who can go on with
 * the stopped ones, even the one that takes orphans. */
static void leave_it_in_a_session(void *unused)
{
    (void)unused;
    EXPECT(setsid() == getpid());
    EXPECT(run(leave_it_stopped, NULL) == 0);
}

static void an_orphaned_stopped_group_is_hung_up(void)
{
    char said[2] = {0};

    EXPECT(pipe(hung_up) == 0);
    EXPECT(run(leave_it_in_a_session, NULL) == 0);
    EXPECT(read(hung_up[0], &said[0], 1) == 1);
    EXPECT(read(hung_up[0], &said[1], 1) == 1);
    EXPECT((said[0] == 'H' && said[1] == 'C') || (said[0] == 'C' && said[1] == 'H'));
}

static const struct check checks[] = {
    {"K-12", "wait4 and getrusage tell what a child has used", wait4_tells_the_usage},
    {"K-12", "SA_NOCLDWAIT leaves no zombie", nocldwait_leaves_no_zombie},
    {"K-12", "SA_NOCLDSTOP: stops send no SIGCHLD", nocldstop_is_silent},
    {"K-12", "__WNOTHREAD: a thread waits for its own children", a_thread_may_wait_for_its_own},
    {"K-13", "a stopped group that becomes an orphan gets SIGHUP and SIGCONT",
     an_orphaned_stopped_group_is_hung_up},
};

SECTION(waiting);

/* Sections 4 and 5: thread ids, the words they are written to, signal stacks, threads. */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void child_set_tid(void)
{
    static volatile pid_t word;
    pid_t *seen = shared_memory(sizeof *seen);
    long pid = raw_clone(CLONE_CHILD_SETTID | SIGCHLD, NULL, NULL, NULL, (void *)&word);

    if (pid == 0) {
        *seen = word;
        _exit(0);
    }
    EXPECT(finish((pid_t)pid) == 0);
    EXPECT(*seen == pid);
    EXPECT(word == 0);
}

static int return_at_once(void *unused)
{
    (void)unused;
    return 0;
}

/* The kernel zeroes the word and wakes who waits on it, as pthread_join does. */
static void child_clear_tid(void)
{
    static volatile pid_t word = 1234;
    static long stack[4096];
    pid_t pid = clone(return_at_once, stack + 4096, CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, NULL,
                      NULL, NULL, &word);

    EXPECT(pid > 0);
    while (word == 1234)
        syscall(SYS_futex, &word, 0, 1234, NULL, NULL, 0);
    EXPECT(word == 0);
    EXPECT(finish(pid) == 0);
}

static void robust_list_is_dropped(void)
{
    static struct {
        void *next;
        long offset;
        void *pending;
    } head = {&head, 0, NULL};
    void *seen = &head;
    size_t length;
    long pid;

    if (syscall(SYS_set_robust_list, &head, sizeof head) < 0)
        SKIP("no robust lists");
    pid = syscall(SYS_fork);
    if (pid == 0) {
        EXPECT(syscall(SYS_get_robust_list, 0, &seen, &length) == 0);
        _exit(seen == NULL ? 0 : 1);
    }
    EXPECT(finish((pid_t)pid) == 0);
}

static char signal_stack[16384];

static int alternate_stack_flags(void *unused)
{
    stack_t now;

    (void)unused;
    return sigaltstack(NULL, &now) == 0 ? now.ss_flags : 99;
}

static void exit_with_stack_flags(void *unused)
{
    _exit(alternate_stack_flags(unused));
}

static void signal_stack_kept(void)
{
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};

    EXPECT(sigaltstack(&stack, NULL) == 0);
    EXPECT(run(exit_with_stack_flags, NULL) == 0);
}

static void signal_stack_dropped(void)
{
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};

    EXPECT(sigaltstack(&stack, NULL) == 0);
    EXPECT(finish(clone_vm(SIGCHLD, alternate_stack_flags, NULL)) == SS_DISABLE);
}

struct ids {
    pid_t pid, tid, ppid;
};

static void *read_ids(void *arg)
{
    *(struct ids *)arg = (struct ids){getpid(), (pid_t)syscall(SYS_gettid), getppid()};
    return NULL;
}

static void thread_ids(void)
{
    pthread_t thread;
    struct ids ids;

    EXPECT(pthread_create(&thread, NULL, read_ids, &ids) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT(ids.pid == getpid());
    EXPECT(ids.tid != ids.pid && ids.tid > 0);
    EXPECT(ids.ppid == getppid());
    EXPECT(syscall(SYS_gettid) == getpid());
}

static int gate_fds[2];

static void *wait_at_pipe(void *unused)
{
    char c;

    (void)unused;
    return read(gate_fds[0], &c, 1) == 1 ? NULL : (void *)1;
}

static int count_tasks(void)
{
    DIR *dir = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;

    EXPECT(dir);
    while ((entry = readdir(dir)))
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void threads_are_listed(void)
{
    pthread_t thread;

    EXPECT(pipe(gate_fds) == 0);
    EXPECT(count_tasks() == 1);
    EXPECT(pthread_create(&thread, NULL, wait_at_pipe, NULL) == 0);
    EXPECT(count_tasks() == 2);
    EXPECT(proc_number("/proc/self/status", "Threads:") == 2);
    EXPECT(write(gate_fds[1], "", 1) == 1);
    EXPECT(pthread_join(thread, NULL) == 0);
}

static void run_two_threads(void *arg)
{
    struct gate *ready = arg;
    pthread_t thread;

    EXPECT(pipe(gate_fds) == 0);
    EXPECT(pthread_create(&thread, NULL, wait_at_pipe, NULL) == 0);
    gate_open(*ready);
    pthread_join(thread, NULL);
}

static void signal_ends_all_threads(void)
{
    struct gate ready = gate_new();
    pid_t pid = start(run_two_threads, &ready);

    gate_wait(ready);
    EXPECT(kill(pid, SIGTERM) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGTERM);
    EXPECT(kill(pid, 0) == -1 && errno == ESRCH);
}

static void *exit_whole_process(void *unused)
{
    (void)unused;
    _exit(42);
}

static void exit_from_thread(void *unused)
{
    pthread_t thread;

    (void)unused;
    EXPECT(pthread_create(&thread, NULL, exit_whole_process, NULL) == 0);
    for (;;)
        pause();
}

static void exit_group_ends_all_threads(void)
{
    EXPECT(run(exit_from_thread, NULL) == 42);
}

static _Noreturn void clone_for_ever(void *(*fn)(void *), void *arg)
{
    pthread_t thread;

    for (;;)
        if (pthread_create(&thread, NULL, fn, arg) == 0)
            pthread_join(thread, NULL);
}

static void *make_threads(void *ids)
{
    clone_for_ever(read_ids, ids);
}

static void exit_while_cloning(void *unused)
{
    pthread_t thread;
    struct ids ids;

    (void)unused;
    EXPECT(pthread_create(&thread, NULL, make_threads, &ids) == 0);
    sleep_ms(3);
    _exit(7);
}

static void exit_races_with_clone(void)
{
    for (int i = 0; i < 10; i++)
        EXPECT(run(exit_while_cloning, NULL) == 7);
}

static volatile long *progress;

static void *count_progress(void *unused)
{
    (void)unused;
    ++*progress;
    return NULL;
}

static void clone_and_count(void *unused)
{
    clone_for_ever(count_progress, unused);
}

/* A group stop reaches a thread that is being made as well. */
static void stop_holds_new_threads(void)
{
    int status;
    long seen;
    pid_t pid;

    progress = shared_memory(sizeof *progress);
    pid = start(clone_and_count, NULL);
    while (*progress < 10)
        sleep_ms(1);
    EXPECT(kill(pid, SIGSTOP) == 0);
    EXPECT(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    seen = *progress;
    sleep_ms(30);
    EXPECT(*progress == seen);
    EXPECT(kill(pid, SIGCONT) == 0);
    while (*progress < seen + 10)
        sleep_ms(1);
    EXPECT(kill(pid, SIGKILL) == 0);
    EXPECT(finish(pid) == EXIT_BY_SIGNAL + SIGKILL);
}

static const struct check checks[] = {
    {"S-076", "a thread has its process's pid and a tid of its own", thread_ids},
    {"S-086", "a fatal signal ends all threads of the process", signal_ends_all_threads},
    {"S-090", "CLONE_CHILD_SETTID writes in the child's memory only", child_set_tid},
    {"S-091 S-186", "CLONE_CHILD_CLEARTID zeroes the word and wakes", child_clear_tid},
    {"S-092", "the child has no robust list", robust_list_is_dropped},
    {"S-093", "a forked child keeps the alternate signal stack", signal_stack_kept},
    {"S-093", "a CLONE_VM child has none", signal_stack_dropped},
    {"S-101 S-141", "/proc shows both threads of a process", threads_are_listed},
    {"S-139", "exit_group and clone race without harm", exit_races_with_clone},
    {"S-139", "exit_group from a thread ends the process", exit_group_ends_all_threads},
    {"S-140", "a stop also holds threads being made", stop_holds_new_threads},
};

SECTION(tids);

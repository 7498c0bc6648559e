/* futex(2), which threads of a libc wait with, and signals to one thread. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

enum { WAIT = 0, WAKE = 1, WAIT_BITSET = 9, WAKE_BITSET = 10, CALL_GET_ROBUST_LIST = 312 };

/* As the call without "64" in its name has it, whatever a libc makes of time_t. */
struct duration {
    long seconds, nanoseconds;
};

static long futex(volatile int *word, int op, int value, const struct duration *timeout, int bits)
{
    return syscall(SYS_futex, word, op, value, timeout, NULL, bits);
}

static void a_changed_word_is_not_waited_for(void)
{
    static volatile int word = 5;

    EXPECT(futex(&word, WAIT, 4, NULL, 0) == -1 && errno == EAGAIN);
    EXPECT(futex(bad_pointer(), WAIT, 4, NULL, 0) == -1 && errno == EFAULT);
    EXPECT(futex(&word, 99, 4, NULL, 0) == -1 && errno == ENOSYS);
}

static void a_wait_times_out(void)
{
    static volatile int word;
    struct duration some = {0, 20000000};
    struct timespec now;
    struct duration end;

    EXPECT(futex(&word, WAIT, 0, &some, 0) == -1 && errno == ETIMEDOUT);
    EXPECT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    end = (struct duration){(long)now.tv_sec, now.tv_nsec};
    EXPECT(futex(&word, WAIT_BITSET, 0, &end, 1) == -1 && errno == ETIMEDOUT);
    EXPECT(futex(&word, WAIT_BITSET, 0, &end, 0) == -1 && errno == EINVAL);
}

struct meeting {
    volatile int word;
    volatile int awake;
};

static pid_t start_waiting(struct meeting *m, int bits)
{
    pid_t pid = fork();

    if (pid == 0) {
        if (futex(&m->word, WAIT_BITSET, 0, NULL, bits) != 0)
            _exit(1);
        m->awake++;
        _exit(0);
    }
    wait_for_state(pid, 'S');
    return pid;
}

/* Across processes, so the word is found by its page and not by its address. */
static void as_many_wake_as_asked(void)
{
    struct meeting *m = shared_memory(sizeof *m);
    pid_t pid[3];

    for (int i = 0; i < 3; i++)
        pid[i] = start_waiting(m, -1);
    EXPECT(futex(&m->word, WAKE, 2, NULL, 0) == 2);
    EXPECT(futex(&m->word, WAKE, 100, NULL, 0) == 1);
    EXPECT(futex(&m->word, WAKE, 100, NULL, 0) == 0);
    for (int i = 0; i < 3; i++)
        EXPECT(finish(pid[i]) == 0);
    EXPECT(m->awake == 3);
}

static void bits_choose_who_wakes(void)
{
    struct meeting *m = shared_memory(sizeof *m);
    pid_t one = start_waiting(m, 1), two = start_waiting(m, 2);

    EXPECT(futex(&m->word, WAKE_BITSET, 100, NULL, 4) == 0);
    EXPECT(futex(&m->word, WAKE_BITSET, 100, NULL, 2) == 1);
    EXPECT(finish(two) == 0);
    EXPECT(waitpid(one, NULL, WNOHANG) == 0);
    EXPECT(futex(&m->word, WAKE_BITSET, 100, NULL, 3) == 1);
    EXPECT(finish(one) == 0);
}

static volatile sig_atomic_t caught;

static void note_signal(int signal)
{
    caught = signal;
}

static void one_thread_is_signalled(void)
{
    signal(SIGUSR1, note_signal);
    EXPECT(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1) == 0);
    EXPECT(caught == SIGUSR1);
    caught = 0;
    EXPECT(syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR1) == 0);
    EXPECT(caught == SIGUSR1);
    EXPECT(syscall(SYS_tgkill, getpid() + 1, syscall(SYS_gettid), 0) == -1 && errno == ESRCH);
    EXPECT(syscall(SYS_tgkill, 0, 0, 0) == -1 && errno == EINVAL);
}

static void a_robust_list_is_given_back(void)
{
    static struct {
        void *next;
        long offset;
        void *pending;
    } head = {&head, 0, NULL};
    void *seen = NULL;
    size_t length = 0;

    EXPECT(syscall(SYS_set_robust_list, &head, sizeof head) == 0);
    EXPECT(syscall(CALL_GET_ROBUST_LIST, 0, &seen, &length) == 0);
    EXPECT(seen == &head && length == sizeof head);
    EXPECT(syscall(SYS_set_robust_list, &head, 1) == -1 && errno == EINVAL);
}

static const struct check checks[] = {
    {"K-15", "a futex that has changed is not waited for", a_changed_word_is_not_waited_for},
    {"K-15", "a wait for a futex ends at its time", a_wait_times_out},
    {"K-15", "a futex wakes as many as asked, in any process", as_many_wake_as_asked},
    {"K-15", "bits choose which waiters wake", bits_choose_who_wakes},
    {"K-15", "tgkill and tkill reach one thread", one_thread_is_signalled},
    {"K-15", "a robust list is kept as it was given", a_robust_list_is_given_back},
};

SECTION(futex);

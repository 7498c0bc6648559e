/* fork, vfork, clone, exec, wait, signals, jumps and threads as a program sees them. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int shared;
static volatile sig_atomic_t caught, caught_code;

static void tell_status(const char *what, pid_t pid)
{
    int status = -1;
    pid_t gone;

    do
        gone = waitpid(pid, &status, 0);
    while (gone < 0 && errno == EINTR);
    printf("%s: waited %d, exited %d with %d, signalled %d by %d\n", what, gone == pid,
           WIFEXITED(status), WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status),
           WIFSIGNALED(status) ? WTERMSIG(status) : -1);
    fflush(stdout);
}

static void forks(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        shared = 1;
        _exit(7);
    }
    tell_status("fork", pid);
    printf("memory is the parent's own: %d\n", shared);
    pid = vfork();
    if (pid == 0) {
        shared = 2;
        _exit(8);
    }
    printf("vfork: the child came first and shares memory: %d\n", shared);
    tell_status("vfork", pid);
}

static int add_ten(void *n)
{
    *(int *)n += 10;
    return 9;
}

static void clones(void)
{
    static long stack[2048];
    int number = 5;
    pid_t pid = clone(add_ten, stack + 2048, CLONE_VM | SIGCHLD, &number);

    tell_status("clone", pid);
    printf("clone: shared memory says %d\n", number);
    printf("clone without stack: %d", clone(add_ten, NULL, SIGCHLD, NULL));
    printf(" %d\n", errno == EINVAL);
}

static void execs(void)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        execlp("sh", "sh", "-c", "exit 5", (char *)NULL);
        _exit(1);
    }
    tell_status("execlp", pid);
    pid = fork();
    if (pid == 0) {
        execl("/nonexistent", "x", (char *)NULL);
        _exit(errno == ENOENT ? 3 : 4);
    }
    tell_status("failed exec", pid);
    printf("no child: %d", wait(NULL));
    printf(" %d\n", errno == ECHILD);
}

static void note(int signal)
{
    caught = signal;
}

static void note_info(int signal, siginfo_t *info, void *context)
{
    (void)context;
    caught = signal;
    caught_code = info->si_pid == getpid();
}

static void signals(void)
{
    struct sigaction with_info = {.sa_sigaction = note_info, .sa_flags = SA_SIGINFO};
    sigset_t set, pending, old;

    signal(SIGUSR1, note);
    raise(SIGUSR1);
    printf("handler ran: %d\n", caught == SIGUSR1);
    sigaction(SIGUSR2, &with_info, NULL);
    kill(getpid(), SIGUSR2);
    printf("with siginfo: %d from self %d\n", caught == SIGUSR2, caught_code);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    caught = 0;
    raise(SIGUSR1);
    sigpending(&pending);
    printf("blocked: ran %d pending %d other %d\n", caught != 0, sigismember(&pending, SIGUSR1),
           sigismember(&pending, SIGUSR2));
    printf("sigsuspend: %d", sigsuspend(&old));
    printf(" %d", errno == EINTR);
    printf(" ran %d\n", caught == SIGUSR1);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("SIGKILL cannot be caught: %d", signal(SIGKILL, note) == SIG_ERR);
    printf(" %d\n", errno == EINVAL);
}

static void deadly_signals(void)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        volatile int *volatile nowhere = (int *)4;

        *nowhere = 1;
        _exit(0);
    }
    tell_status("segmentation fault", pid);
    pid = fork();
    if (pid == 0)
        abort();
    tell_status("abort", pid);
}

static void jumps(void)
{
    static jmp_buf env;
    static sigjmp_buf masked;
    static volatile int rounds;
    sigset_t set, now;
    int value = setjmp(env);

    if (rounds++ < 3)
        longjmp(env, rounds - 1);
    printf("setjmp came back with %d\n", value);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    if (sigsetjmp(masked, 1) == 0) {
        sigprocmask(SIG_BLOCK, &set, NULL);
        siglongjmp(masked, 1);
    }
    sigprocmask(SIG_BLOCK, NULL, &now);
    printf("siglongjmp restored the mask: %d\n", !sigismember(&now, SIGUSR1));
}

enum { THREADS = 4, TURNS = 2000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *count(void *arg)
{
    for (int i = 0; i < TURNS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    errno = (int)(long)arg;
    close(-1);
    return (void *)(long)errno;
}

static void threads(void)
{
    pthread_t thread[THREADS];
    long errors = 0;

    errno = 0;
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, count, (void *)(100 + i)) != 0)
            printf("no thread\n");
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(thread[i], &result);
        errors += (long)result == EBADF;
    }
    printf("threads counted %ld, errno is each thread's own: %ld %d\n", counter, errors, errno);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 4096);
    forks();
    clones();
    execs();
    signals();
    deadly_signals();
    jumps();
    threads();
    return 0;
}

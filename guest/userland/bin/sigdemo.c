/* Signals: a handler, a blocked signal that waits, what fork keeps and drops, restarted calls. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void handler(int signal)
{
    caught = signal;
}

static void handle(int signal, int flags)
{
    struct sigaction action = {.sa_handler = handler};

    action.sa_flags = flags;
    sigaction(signal, &action, NULL);
}

static int is_pending(int signal)
{
    sigset_t pending;

    sigpending(&pending);
    return sigismember(&pending, signal);
}

static void catch_one(void)
{
    handle(SIGUSR1, 0);
    raise(SIGUSR1);
    printf("the handler got %s\n", strsignal(caught));
}

static void block_one(void)
{
    sigset_t set, old;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    caught = 0;
    raise(SIGUSR1);
    printf("blocked: caught %d, pending %d\n", caught, is_pending(SIGUSR1));
    fflush(stdout);
    if (fork() == 0) {
        sigprocmask(SIG_BLOCK, NULL, &set);
        printf("child: blocked %d, pending %d\n", sigismember(&set, SIGUSR1), is_pending(SIGUSR1));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("unblocked: caught %d, pending %d\n", caught == SIGUSR1, is_pending(SIGUSR1));
}

/* Reads from a pipe that gets a byte a while after an alarm has gone off. */
static void interrupt_read(int flags)
{
    int fd[2];
    char c;
    ssize_t n;
    pid_t pid;

    handle(SIGALRM, flags);
    if (pipe(fd) < 0)
        return;
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        usleep(50000);
        kill(getppid(), SIGALRM);
        usleep(50000);
        write(fd[1], "x", 1);
        _exit(0);
    }
    n = read(fd[0], &c, 1);
    printf("read %s SA_RESTART: %s\n", flags & SA_RESTART ? "with" : "without",
           n == 1 ? "went on" : strerror(errno));
    waitpid(pid, NULL, 0);
    close(fd[0]);
    close(fd[1]);
}

int main(void)
{
    catch_one();
    block_one();
    interrupt_read(0);
    interrupt_read(SA_RESTART);
    return 0;
}

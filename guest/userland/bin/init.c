/* Process 1: the ancestor of all others and the parent of every orphan.
 *
 *      init                    run /etc/rc, then a shell on the console, again when it ends
 *      init -c PROGRAM ARG…    run one program, wait for every process, end with its status
 *
 * The machine ends when process 1 does; 128 + n says that signal n ended the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *shell[] = {"-sh", NULL};
static char *rc[] = {"sh", "/etc/rc", NULL};

static void open_console(void)
{
    int fd;

    do
        fd = open("/dev/console", O_RDWR);
    while (fd >= 0 && fd < STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* Starts a program as the leader of its own session; which the console may belong to: what has been
 * typed and not read goes when that session ends. */
static pid_t start(const char *file, char *const argv[], bool with_terminal)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    setsid();
    if (with_terminal)
        ioctl(STDIN_FILENO, TIOCSCTTY, 0);
    execvp(file, argv);
    fprintf(stderr, "init: %s: %s\n", file, strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* Reaps children, orphans among them, until pid is one of them; its wait status. */
static int reap_until(pid_t pid)
{
    int status;

    for (;;) {
        pid_t gone = wait(&status);

        if (gone == pid)
            return status;
        if (gone < 0 && errno != EINTR)
            return -1;
    }
}

static int run_once(char *const argv[])
{
    pid_t pid = start(argv[0], argv, true);
    int status;

    if (pid < 0) {
        perror("init: fork");
        return 1;
    }
    status = reap_until(pid);
    while (wait(NULL) > 0 || errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static _Noreturn void run_shells(void)
{
    if (access(rc[1], R_OK) == 0)
        reap_until(start("/bin/sh", rc, false));
    for (;;) {
        pid_t pid = start("/bin/sh", shell, true);

        if (pid < 0 || reap_until(pid) < 0)
            sleep(1);
    }
}

int main(int argc, char **argv)
{
    if (getpid() == 1) {
        open_console();
        setenv("PATH", "/bin", 0);
        setenv("HOME", "/", 0);
    }
    if (argc > 2 && strcmp(argv[1], "-c") == 0)
        return run_once(argv + 2);
    if (argc > 1) {
        fprintf(stderr, "usage: init [-c PROGRAM ARG...]\n");
        return 2;
    }
    run_shells();
}

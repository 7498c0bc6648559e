/* A process that has ended stays a zombie, pid and exit status and nothing else, until its
 * parent waits for it. An orphan gets process 1 as its parent, which waits for everyone. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The state letter of /proc/PID/stat: behind the name, which is in parentheses. */
static char state_of(pid_t pid)
{
    char path[32], text[128] = "";
    char *end;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    f = fopen(path, "r");
    if (!f)
        return '-';
    fgets(text, sizeof text, f);
    fclose(f);
    end = strrchr(text, ')');
    return end && end[1] ? end[2] : '?';
}

static void show_zombie(void)
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(7);
    while (state_of(pid) != 'Z' && state_of(pid) != '-')
        usleep(1000);
    printf("ended:  state %c, signal 0 reaches it: %s\n", state_of(pid),
           kill(pid, 0) == 0 ? "yes" : "no");
    waitpid(pid, &status, 0);
    printf("waited: state %c, signal 0 reaches it: %s, it left %d\n", state_of(pid),
           kill(pid, 0) == 0 ? "yes" : "no", WEXITSTATUS(status));
}

static void show_orphan(void)
{
    int fd[2];
    pid_t middle;
    char line[64];
    ssize_t n;

    if (pipe(fd) < 0)
        return;
    fflush(stdout);
    middle = fork();
    if (middle == 0) {
        if (fork() == 0) {
            while (getppid() != 1)
                usleep(1000);
            dprintf(fd[1], "orphan: my parent is process %d\n", getppid());
        }
        _exit(0);
    }
    waitpid(middle, NULL, 0);
    n = read(fd[0], line, sizeof line);
    printf("%.*s", (int)n, line);
}

int main(void)
{
    show_zombie();
    show_orphan();
    return 0;
}

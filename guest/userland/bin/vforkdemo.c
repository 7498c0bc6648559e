/* vfork: the child borrows the parent's memory, and the parent sleeps until it is given back. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int borrowed;

int main(void)
{
    pid_t pid = vfork();

    if (pid < 0) {
        perror("vfork");
        return 1;
    }
    if (pid == 0) {
        borrowed = 42;
        _exit(0);
    }
    printf("the child wrote %d into the parent's memory, and was first\n", borrowed);
    waitpid(pid, NULL, 0);
    fflush(stdout); /* what the child prints is to come after it */

    pid = vfork();
    if (pid == 0) {
        execlp("echo", "echo", "after exec the child has memory of its own", (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    return 0;
}

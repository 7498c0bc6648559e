/* One call, two returns: the parent gets the child's pid, the child gets 0. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    pid_t result = fork();

    if (result < 0) {
        perror("fork");
        return 1;
    }
    if (result > 0)
        wait(NULL);
    printf("%s: pid %d, fork returned %d\n", result > 0 ? "parent" : "child", getpid(), result);
    return 0;
}

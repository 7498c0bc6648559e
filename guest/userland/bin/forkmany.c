/* forkmany N [PROGRAM]: N times in sequence a child that runs PROGRAM (/bin/true) and is waited
 * for. Every pid must be another than the one before, every status 0.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void run_child(const char *program)
{
    execl(program, program, (char *)NULL);
    fprintf(stderr, "forkmany: %s: %s\n", program, strerror(errno));
    _exit(127);
}

/* The pid of a child that ran to its end well, or −1 after a message. */
static pid_t run_one(const char *program)
{
    pid_t pid = fork();
    int status;

    if (pid == 0)
        run_child(program);
    if (pid < 0) {
        perror("forkmany: fork");
        return -1;
    }
    if (waitpid(pid, &status, 0) == pid && status == 0)
        return pid;
    fprintf(stderr, "forkmany: child %d did not end well\n", pid);
    return -1;
}

int main(int argc, char **argv)
{
    long wanted = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    const char *program = argc > 2 ? argv[2] : "/bin/true";
    pid_t last = 0;

    if (wanted <= 0 || argc > 3) {
        fprintf(stderr, "usage: forkmany N [PROGRAM]\n");
        return 2;
    }
    for (long i = 0; i < wanted; i++) {
        pid_t pid = run_one(program);

        if (pid < 0 || pid == last)
            return 1;
        last = pid;
    }
    printf("%ld children ran and were waited for\n", wanted);
    return 0;
}

/* kill [-SIGNAL] [--] PID…, kill -l
 *
 * A negative PID is a process group; it is taken as one only after a signal or "--".
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int list_signals(void)
{
    char name[SIG2STR_MAX];

    for (int signal = 1; sig2str(signal, name) == 0; signal++)
        printf("%2d %s\n", signal, name);
    return 0;
}

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "kill: %s: %s\n", what, why);
    return 1;
}

static int send(const char *word, int signal)
{
    char *end;
    long pid = strtol(word, &end, 10);

    if (!*word || *end)
        return complain(word, "not a process id");
    return kill((pid_t)pid, signal) < 0 ? complain(word, strerror(errno)) : 0;
}

int main(int argc, char **argv)
{
    int signal = SIGTERM;
    int failed = 0;
    int i = 1;

    if (argc > 1 && strcmp(argv[1], "-l") == 0)
        return list_signals();
    if (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0)
        if (str2sig(argv[i++] + 1, &signal) < 0)
            return complain(argv[1] + 1, "not a signal");
    i += i < argc && strcmp(argv[i], "--") == 0;
    if (i == argc) {
        fprintf(stderr, "usage: kill [-SIGNAL] [--] PID...\n");
        return 2;
    }
    for (; i < argc; i++)
        failed |= send(argv[i], signal);
    return failed;
}

/* sh [-c COMMAND [NAME ARG…] | FILE [ARG…] | -s] */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

bool shell_interactive;

void complain(const char *format, ...)
{
    va_list args;
    int error = errno;

    fflush(stdout);
    fputs("sh: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    errno = error;
}

static void set_default(const char *name, const char *value)
{
    if (!var_get(name))
        var_set(name, value);
}

static void set_positional(int argc, char **argv)
{
    positional = argv;
    positional_count = argc - 1;
}

static int open_script(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, OWN_FD_MIN);

    if (fd < 0) {
        complain("%s: %s", path, strerror(errno));
        shell_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN);
    }
    if (high < 0)
        return fd;
    close(fd);
    return high;
}

static struct source choose_source(int argc, char **argv)
{
    static char *no_name[] = {"sh", NULL};

    if (argc > 2 && strcmp(argv[1], "-c") == 0) {
        set_positional(argc > 3 ? argc - 3 : 1, argc > 3 ? argv + 3 : no_name);
        return source_from_string(argv[2]);
    }
    if (argc > 1 && strcmp(argv[1], "-s") != 0) {
        set_positional(argc - 1, argv + 1);
        return source_from_fd(open_script(argv[1]));
    }
    set_positional(1, argv);
    shell_interactive = isatty(STDIN_FILENO) || argv[0][0] == '-';
    return shell_interactive ? source_from_terminal(STDIN_FILENO) : source_from_fd(STDIN_FILENO);
}

int main(int argc, char **argv, char **envp)
{
    struct source s;

    shell_pid = getpid();
    vars_init(envp);
    s = choose_source(argc, argv);
    set_default("PATH", "/bin");
    set_default("PS1", getuid() == 0 ? "# " : "$ ");
    set_default("PS2", "> ");
    var_set("OPTIND", "1");
    jobs_init(shell_interactive);
    shell_exit(run_source(&s));
}

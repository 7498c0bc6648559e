#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sh.h"

static int do_nothing(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

static int do_break(int argc, char **argv)
{
    breaking = argc > 1 ? atoi(argv[1]) : 1;
    continuing = 1;
    return 0;
}

static int do_continue(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    continuing = 1;
    return 0;
}

static int do_return(int argc, char **argv)
{
    int status = argc > 1 ? atoi(argv[1]) : last_status;

    stop_execution();
    returning = 1;
    return status;
}

static int do_cd(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : var_get("HOME");
    char now[PATH_MAX];

    if (!path || chdir(path) < 0) {
        complain("cd: %s: %s", path ? path : "HOME", strerror(path ? errno : ENOENT));
        return 1;
    }
    if (getcwd(now, sizeof now))
        var_set("PWD", now);
    return 0;
}

static int do_pwd(int argc, char **argv)
{
    char now[PATH_MAX];

    (void)argc;
    (void)argv;
    if (!getcwd(now, sizeof now)) {
        complain("pwd: %s", strerror(errno));
        return 1;
    }
    puts(now);
    return 0;
}

static int do_exit(int argc, char **argv)
{
    shell_exit(argc > 1 ? atoi(argv[1]) : last_status);
}

/* NAME or NAME=VALUE; the name, with the value set. */
static const char *take_assignment(char *word)
{
    char *equals = strchr(word, '=');
    char *name = arena_copy(word, equals ? (size_t)(equals - word) : strlen(word));

    if (!is_name(name, strlen(name)))
        return NULL;
    if (equals)
        var_set(name, equals + 1);
    return name;
}

static int do_export(int argc, char **argv)
{
    int status = 0;

    if (argc == 1)
        var_print_all(true);
    for (int i = 1; i < argc; i++) {
        const char *name = take_assignment(argv[i]);

        if (name) {
            var_export(name);
        } else {
            complain("export: %s: not a name", argv[i]);
            status = 1;
        }
    }
    return status;
}

static int do_unset(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        var_unset(argv[i]);
    return 0;
}

static int do_shift(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 1;

    if (n < 0 || n > positional_count)
        return 1;
    positional[n] = positional[0];
    positional += n;
    positional_count -= n;
    return 0;
}

static int do_exec(int argc, char **argv)
{
    if (argc == 1)
        return 0;
    fflush(stdout);
    jobs_in_child();
    execvpe(argv[1], argv + 1, var_environment());
    complain("exec: %s: %s", argv[1], strerror(errno));
    shell_exit(STATUS_CANNOT_RUN);
}

static int do_source(int argc, char **argv)
{
    struct source s;
    int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    int status;

    if (fd < 0) {
        complain(".: %s: %s", argc > 1 ? argv[1] : "no file", strerror(errno));
        return 1;
    }
    s = source_from_fd(fd);
    status = run_source(&s);
    source_free(&s);
    close(fd);
    return status;
}

static int do_eval(int argc, char **argv)
{
    struct buffer b = {0};

    buffer_add_string(&b, "", 0);
    for (int i = 1; i < argc; i++) {
        buffer_add_string(&b, argv[i], strlen(argv[i]));
        buffer_add(&b, ' ');
    }
    return run_text(b.text);
}

/* One byte of standard input; 0 at its end, −1 when ^C came instead. */
static ssize_t read_byte(char *c)
{
    if (!shell_interactive || jobs_wait_input(STDIN_FILENO))
        return read(STDIN_FILENO, c, 1);
    stop_execution();
    return -1;
}

/* read NAME: one line of standard input, byte by byte so that nothing is taken from others. */
static int do_read(int argc, char **argv)
{
    struct buffer b = {0};
    char c = 0;
    ssize_t n;

    buffer_add_string(&b, "", 0);
    while ((n = read_byte(&c)) == 1 && c != '\n')
        buffer_add(&b, c);
    if (argc > 1)
        var_set(argv[1], b.text);
    return n == 1 || (n == 0 && b.length > 0) ? 0 : 1;
}

static int do_umask(int argc, char **argv)
{
    mode_t old = umask(argc > 1 ? (mode_t)strtoul(argv[1], NULL, 8) : 0);

    if (argc == 1) {
        umask(old);
        printf("%04o\n", old);
    }
    return 0;
}

static int do_jobs(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    jobs_list();
    return 0;
}

static struct job *find_job(const char *command, const char *name)
{
    struct job *job = job_find(name);

    if (!job)
        complain("%s: %s: no such job", command, name ? name : "current");
    return job;
}

static int do_fg(int argc, char **argv)
{
    struct job *job = find_job("fg", argc > 1 ? argv[1] : NULL);

    return job ? job_resume(job, true) : 1;
}

static int do_bg(int argc, char **argv)
{
    struct job *job = find_job("bg", argc > 1 ? argv[1] : NULL);

    return job ? job_resume(job, false) : 1;
}

static int do_wait(int argc, char **argv)
{
    struct job *job;

    if (argc == 1)
        return jobs_wait_all();
    if (*argv[1] != '%')
        return jobs_wait_pid(atoi(argv[1]));
    job = find_job("wait", argv[1]);
    return job ? job_wait(job) : STATUS_NOT_FOUND;
}

/* A pid, a negative process group, or %1 and the like; 0 when it names nothing. */
static pid_t kill_target(const char *word)
{
    struct job *job;
    char *end;
    long pid;

    if (*word == '%') {
        job = find_job("kill", word);
        return job ? job_group(job) : 0;
    }
    pid = strtol(word, &end, 10);
    if (*word && !*end && pid != 0)
        return (pid_t)pid;
    complain("kill: %s: not a process", word);
    return 0;
}

static void list_signals(void)
{
    char name[SIG2STR_MAX];

    for (int i = 1; i < 32; i++)
        if (sig2str(i, name) == 0)
            printf("%s%c", name, i % 8 == 0 || i == 31 ? '\n' : ' ');
}

/* kill -l; kill [-SIGNAL] [--] TARGET…: a builtin, so that it works when no process can be made. */
static int do_kill(int argc, char **argv)
{
    int signal = SIGTERM;
    int status = 0;
    int i = 1;

    if (i < argc && strcmp(argv[i], "-l") == 0) {
        list_signals();
        return 0;
    }
    if (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0) {
        if (str2sig(argv[i] + 1, &signal) < 0) {
            complain("kill: %s: not a signal", argv[i] + 1);
            return 1;
        }
        i++;
    }
    i += i < argc && strcmp(argv[i], "--") == 0;
    for (; i < argc; i++) {
        pid_t target = kill_target(argv[i]);

        if (target != 0 && kill(target, signal) < 0)
            complain("kill: %s: %s", argv[i], strerror(errno));
        else if (target != 0)
            continue;
        status = 1;
    }
    return status;
}

/* The file that a name stands for, by way of PATH; NULL where there is none. */
static char *find_program(const char *name)
{
    const char *path = strchr(name, '/') ? "" : var_get("PATH");

    for (size_t length; path; path = path[length] ? path + length + 1 : NULL) {
        struct buffer b = {0};

        length = strcspn(path, ":");
        buffer_add_string(&b, path, length);
        if (length > 0)
            buffer_add(&b, '/');
        buffer_add_string(&b, name, strlen(name));
        if (access(b.text, X_OK) == 0)
            return b.text;
    }
    return NULL;
}

/* type NAME…: what would run. */
static int do_type(int argc, char **argv)
{
    int status = 0;

    for (int i = 1; i < argc; i++) {
        const char *program = find_program(argv[i]);

        if (alias_text(argv[i])) {
            printf("%s is an alias for %s\n", argv[i], alias_text(argv[i]));
        } else if (function_find(argv[i])) {
            printf("%s is a shell function\n", argv[i]);
        } else if (builtin_find(argv[i])) {
            printf("%s is a shell builtin\n", argv[i]);
        } else if (program) {
            printf("%s is %s\n", argv[i], program);
        } else {
            printf("%s: not found\n", argv[i]);
            status = STATUS_NOT_FOUND;
        }
    }
    return status;
}

/* command -v NAME: the same for a script to read. */
static int do_command(int argc, char **argv)
{
    const char *name = argc == 3 && strcmp(argv[1], "-v") == 0 ? argv[2] : NULL;

    if (!name) {
        complain("command: there is only command -v NAME");
        return STATUS_SYNTAX;
    }
    if (!function_find(name) && !builtin_find(name))
        name = find_program(name);
    if (!name)
        return STATUS_NOT_FOUND;
    puts(name);
    return 0;
}

static const struct {
    const char *name;
    builtin_fn *run;
} builtins[] = {
    {".", do_source},
    {":", do_nothing},
    {"[", builtin_test},
    {"alias", builtin_alias},
    {"bg", do_bg},
    {"break", do_break},
    {"cd", do_cd},
    {"command", do_command},
    {"continue", do_continue},
    {"eval", do_eval},
    {"exec", do_exec},
    {"exit", do_exit},
    {"export", do_export},
    {"fg", do_fg},
    {"getopts", builtin_getopts},
    {"jobs", do_jobs},
    {"kill", do_kill},
    {"local", builtin_local},
    {"pwd", do_pwd},
    {"read", do_read},
    {"return", do_return},
    {"set", builtin_set},
    {"shift", do_shift},
    {"test", builtin_test},
    {"trap", builtin_trap},
    {"type", do_type},
    {"umask", do_umask},
    {"unalias", builtin_unalias},
    {"unset", do_unset},
    {"wait", do_wait},
};

builtin_fn *builtin_find(const char *name)
{
    for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++)
        if (strcmp(builtins[i].name, name) == 0)
            return builtins[i].run;
    return NULL;
}

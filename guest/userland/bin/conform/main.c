/* conform [-l | -m] [ITEM | SECTION]…: all checks, or those of the named statements and sections.
 *
 *      -l      list them
 *      -m      make each twice; after the second time the kernel must hold no more than before it
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { SKIPPED = 77, TIME_LIMIT_SECONDS = 60 };

extern const struct section section_gate, section_do_fork, section_ptrace, section_pid,
    section_limits, section_fresh, section_sharing, section_tids, section_copy_thread,
    section_visible, section_sched, section_session, section_terminal, section_inherit,
    section_memory, section_puzzle, section_exit, section_signals, section_exec, section_files,
    section_mapping, section_pty, section_hangup, section_waiting, section_clock, section_futex,
    section_tracer, section_system, section_unwind, section_exhaust;

static const struct section *const sections[] = {
    &section_gate,    &section_do_fork, &section_ptrace,   &section_pid,         &section_limits,
    &section_fresh,   &section_sharing, &section_tids,     &section_copy_thread, &section_visible,
    &section_sched,   &section_session, &section_terminal, &section_inherit,     &section_memory,
    &section_puzzle,  &section_exit,    &section_signals,  &section_exec,        &section_files,
    &section_mapping, &section_pty,     &section_hangup,   &section_waiting,     &section_clock,
    &section_futex,   &section_tracer,  &section_system,   &section_unwind,      &section_exhaust,
};

enum { SECTIONS = sizeof sections / sizeof sections[0] };

const char *self_path = "/proc/self/exe";

static int skip_pipe[2];

void check_failed(const char *file, int line, const char *condition)
{
    const char *slash = strrchr(file, '/');

    dprintf(STDOUT_FILENO, "# %s:%d: expected %s\n", slash ? slash + 1 : file, line, condition);
    _exit(1);
}

void SKIP(const char *reason)
{
    if (write(skip_pipe[1], reason, strlen(reason) + 1) < 0)
        _exit(1);
    _exit(SKIPPED);
}

static _Noreturn void run_check(const struct check *check)
{
    setpgid(0, 0);
    alarm(TIME_LIMIT_SECONDS);
    check->run();
    _exit(0);
}

/* Waits for the check's first process, as process 1 also for orphans; what it left behind in its
 * group is killed. */
static int wait_check(pid_t pid)
{
    int status;
    pid_t gone;

    do
        gone = waitpid(-1, &status, 0);
    while (gone < 0 ? errno == EINTR : gone != pid);
    if (gone != pid)
        return -1;
    kill(-pid, SIGKILL);
    while (waitpid(-pid, NULL, 0) > 0)
        continue;
    return status;
}

static bool report(int number, const struct check *check, int status)
{
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool skipped = WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED;
    char reason[128] = "";

    if (skipped && read(skip_pipe[0], reason, sizeof reason - 1) < 0)
        reason[0] = 0;
    if (WIFSIGNALED(status))
        printf("# ended by signal %d%s\n", WTERMSIG(status),
               WTERMSIG(status) == SIGALRM ? ", out of time" : "");
    printf("%s %d - %s %s%s%s\n", ok || skipped ? "ok" : "not ok", number, check->item, check->says,
           skipped ? " # SKIP " : "", reason);
    fflush(stdout);
    return ok || skipped;
}

static int run_once(const struct check *check)
{
    pid_t pid = fork();

    if (pid == 0)
        run_check(check);
    return pid > 0 ? wait_check(pid) : 1 << 8;
}

static bool run_one(int number, const struct check *check)
{
    return report(number, check, run_once(check));
}

static void forget_skip_reason(int status)
{
    char reason[128];

    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
        (void)!read(skip_pipe[0], reason, sizeof reason);
}

static bool run_measured(int number, const struct check *check)
{
    int status = run_once(check);

    forget_skip_reason(status);
    usage_start();
    status = run_once(check);
    if (!usage_is_back())
        status = 1 << 8;
    return report(number, check, status);
}

/* True when the words name the section or one of the items of the check, or there are none. */
static bool is_wanted(const struct section *section, const struct check *check, char **words)
{
    if (!*words)
        return true;
    for (; *words; words++)
        if (strcmp(*words, section->name) == 0 || strstr(check->item, *words))
            return true;
    return false;
}

/* Calls visit for every wanted check; the number of them, or of those for which it was false. */
static int for_each_wanted(char **words, bool (*visit)(int, const struct check *), bool count_false)
{
    int number = 0, failed = 0;

    for (int s = 0; s < SECTIONS; s++)
        for (size_t c = 0; c < sections[s]->count; c++)
            if (is_wanted(sections[s], &sections[s]->checks[c], words))
                failed += !visit(++number, &sections[s]->checks[c]);
    return count_false ? failed : number;
}

static bool count_only(int number, const struct check *check)
{
    (void)number;
    (void)check;
    return true;
}

static bool list_one(int number, const struct check *check)
{
    (void)number;
    printf("%s\t%s\n", check->item, check->says);
    return true;
}

/* What the checks that call exec need of this program. */
static void serve(int argc, char **argv)
{
    int status;

    if (argc > 1 && strcmp(argv[1], "--pause") == 0)
        for (;;)
            pause();
    if (argc > 1 && strcmp(argv[1], "--script") == 0)
        _exit(31);
    if (argc > 2 && strcmp(argv[1], "--exit") == 0)
        _exit(atoi(argv[2]));
    if (argc > 1 && (status = exec_serve(argc, argv)) >= 0)
        _exit(status);
}

static int run_all(char **words, bool (*visit)(int, const struct check *))
{
    if (pipe(skip_pipe) < 0) {
        perror("conform: pipe");
        return 1;
    }
    printf("TAP version 13\n1..%d\n", for_each_wanted(words, count_only, false));
    fflush(stdout);
    return for_each_wanted(words, visit, true) != 0;
}

int main(int argc, char **argv)
{
    serve(argc, argv);
    if (argv[0][0] == '/')
        self_path = argv[0];
    if (access("/proc/self/stat", R_OK) < 0 && on_guest()) {
        mount("proc", "/proc", "proc", 0, NULL);
        mount("devpts", "/dev/pts", "devpts", 0, NULL);
    }
    if (argc > 1 && strcmp(argv[1], "-l") == 0)
        return for_each_wanted(argv + 2, list_one, true);
    if (argc < 2 || strcmp(argv[1], "-m") != 0)
        return run_all(argv + 1, run_one);
    if (!usage_is_known()) {
        printf("1..0 # SKIP no /proc/slabinfo\n");
        return SKIPPED;
    }
    return run_all(argv + 2, run_measured);
}

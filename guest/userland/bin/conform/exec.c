/* execve: arguments, what is kept and what is reset, scripts, errors (K-09). */
#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

/* The status of this program, run with the arguments. */
static int run_self(char *const argv[], char *const envp[])
{
    pid_t pid = fork();

    if (pid == 0) {
        execve(self_path, argv, envp);
        _exit(127);
    }
    return finish(pid);
}

static void arguments_arrive(void)
{
    char *argv[] = {"conform", "--arguments", "two words", "", "last", NULL};
    char *envp[] = {"CONFORM=yes", "EMPTY=", NULL};

    EXPECT(run_self(argv, envp) == 0);
}

/* The other side of arguments_arrive, in the new program. */
static int check_arguments(int argc, char **argv)
{
    EXPECT(argc == 5 && !argv[5]);
    EXPECT(strcmp(argv[0], "conform") == 0);
    EXPECT(strcmp(argv[2], "two words") == 0);
    EXPECT(strcmp(argv[3], "") == 0);
    EXPECT(strcmp(argv[4], "last") == 0);
    EXPECT(strcmp(environ[0], "CONFORM=yes") == 0);
    EXPECT(strcmp(environ[1], "EMPTY=") == 0);
    EXPECT(!environ[2]);
    return 0;
}

/* Arguments of this many bytes and a word for each to find it by: more than the 128 kB of old. */
enum { LONG_ARGUMENTS = 135, LONG_ARGUMENT = 1000 };

static void long_arguments_arrive(void)
{
    enum { COUNT = LONG_ARGUMENTS, LENGTH = LONG_ARGUMENT };
    static char text[LENGTH + 1];
    char *argv[COUNT + 4] = {"conform", "--long"};
    char *envp[] = {NULL};

    memset(text, 'x', LENGTH);
    for (int i = 0; i < COUNT; i++)
        argv[2 + i] = text;
    EXPECT(run_self(argv, envp) == COUNT);
}

static int count_long(int argc, char **argv)
{
    int good = 0;

    for (int i = 2; i < argc; i++)
        good += strlen(argv[i]) == LONG_ARGUMENT;
    return good;
}

/* What the kernel says about the program, behind the environment on the stack. */
static int check_auxiliary_vector(void)
{
    Elf32_auxv_t *a;
    char **p = environ;
    unsigned long seen[64] = {0};

    while (*p)
        p++;
    for (a = (Elf32_auxv_t *)(p + 1); a->a_type != AT_NULL; a++)
        if (a->a_type < 64)
            seen[a->a_type] = a->a_un.a_val;
    EXPECT(seen[AT_PAGESZ] == 4096);
    EXPECT(seen[AT_PHDR] != 0 && seen[AT_PHENT] == 32 && seen[AT_PHNUM] > 0);
    EXPECT(seen[AT_ENTRY] != 0);
    EXPECT(seen[AT_RANDOM] != 0);
    EXPECT(seen[AT_CLKTCK] == 100);
    EXPECT(seen[AT_UID] == getuid() && seen[AT_GID] == getgid());
    return 0;
}

static void auxiliary_vector(void)
{
    char *argv[] = {"conform", "--auxv", NULL};
    char *envp[] = {"A=1", NULL};

    EXPECT(run_self(argv, envp) == 0);
}

static char zeroed[3 * 4096 + 100]; /* its last page has no byte in the file */

/* How the kernel laid out this program: the stack, the zeroed memory behind the data, the break
 * behind that, mappings above it and below the stack. */
static int check_memory(char **argv)
{
    extern char end[];
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uintptr_t stack = (uintptr_t)argv;

    for (size_t i = 0; i < sizeof zeroed; i++)
        EXPECT(zeroed[i] == 0);
    EXPECT(page != MAP_FAILED);
    EXPECT((stack - sizeof(int)) % 16 == 0);
    EXPECT((uintptr_t)sbrk(0) >= (uintptr_t)end);
    EXPECT((uintptr_t)page > (uintptr_t)end && (uintptr_t)page < stack);
    return 0;
}

static void memory_is_laid_out(void)
{
    char *envp[] = {"A=1", NULL};

    /* Words of all lengths, so that the stack is aligned by the kernel and not by chance. */
    for (size_t i = 0; i < 16; i++) {
        char text[17] = "xxxxxxxxxxxxxxxx";
        char *argv[] = {"conform", "--memory", text, i % 2 ? text : NULL, NULL};

        text[i] = 0;
        EXPECT(run_self(argv, envp) == 0);
    }
}

enum { KEPT_FD = 20, CLOSED_FD = 21 };

static void ignore_handler(int signal)
{
    (void)signal;
}

static void state_is_kept_and_reset(void)
{
    char *argv[] = {"conform", "--state", NULL};
    char *envp[] = {NULL};
    sigset_t set;

    EXPECT(dup2(STDOUT_FILENO, KEPT_FD) == KEPT_FD);
    EXPECT(dup2(STDOUT_FILENO, CLOSED_FD) == CLOSED_FD);
    EXPECT(fcntl(CLOSED_FD, F_SETFD, FD_CLOEXEC) == 0);
    signal(SIGUSR1, ignore_handler);
    signal(SIGUSR2, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGWINCH);
    umask(051);
    EXPECT(chdir("/tmp") == 0);
    EXPECT(run_self(argv, envp) == 0);
}

static bool has_handler(int signal, void (*handler)(int))
{
    struct sigaction now;

    return sigaction(signal, NULL, &now) == 0 && now.sa_handler == handler;
}

static int check_state(void)
{
    char cwd[64];
    sigset_t set;

    EXPECT(fcntl(KEPT_FD, F_GETFD) == 0);
    EXPECT(fcntl(CLOSED_FD, F_GETFD) == -1);
    EXPECT(has_handler(SIGUSR1, SIG_DFL));
    EXPECT(has_handler(SIGUSR2, SIG_IGN));
    sigprocmask(SIG_BLOCK, NULL, &set);
    EXPECT(sigismember(&set, SIGWINCH));
    EXPECT(umask(0) == 051);
    EXPECT(getcwd(cwd, sizeof cwd) && strcmp(cwd, "/tmp") == 0);
    return 0;
}

int exec_serve(int argc, char **argv)
{
    if (strcmp(argv[1], "--arguments") == 0)
        return check_arguments(argc, argv);
    if (strcmp(argv[1], "--long") == 0)
        return count_long(argc, argv);
    if (strcmp(argv[1], "--auxv") == 0)
        return check_auxiliary_vector();
    if (strcmp(argv[1], "--memory") == 0)
        return check_memory(argv);
    if (strcmp(argv[1], "--state") == 0)
        return check_state();
    return -1;
}

static const char script_path[] = "/tmp/conform.script";

/* Writes a file and tries to run it; the exit status, or −errno of execve. */
static int run_file(const char *text, size_t length, mode_t mode)
{
    int fd = open(script_path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    int *error = shared_memory(sizeof *error);
    int status;
    pid_t pid;

    EXPECT(fd >= 0);
    EXPECT(write(fd, text, length) == (ssize_t)length);
    EXPECT(fchmod(fd, mode) == 0);
    close(fd);
    pid = fork();
    if (pid == 0) {
        execl(script_path, "name", "argument", (char *)NULL);
        *error = errno;
        _exit(127);
    }
    status = finish(pid);
    unlink(script_path);
    return *error ? -*error : status;
}

static void scripts_run_their_interpreter(void)
{
    char path[256], text[320];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    EXPECT(n > 0);
    path[n] = 0;
    if (n > 100)
        SKIP("the path of this program is too long for a script");
    snprintf(text, sizeof text, "#!%s --script\nanything\n", path);
    EXPECT(run_file(text, strlen(text), 0700) == 31);
}

static void broken_files_are_refused(void)
{
    char header[52] = "\177ELF\1\1\1";

    EXPECT(run_file("", 0, 0700) == -ENOEXEC);
    EXPECT(run_file("just text\n", 10, 0700) == -ENOEXEC);
    EXPECT(run_file("\177ELF", 4, 0700) == -ENOEXEC);
    EXPECT(run_file(header, sizeof header, 0700) == -ENOEXEC);
    EXPECT(run_file("#!/nonexistent\n", 15, 0700) == -ENOENT);
    EXPECT(run_file("just text\n", 10, 0600) == -EACCES);
}

static void errors_of_execve(void)
{
    char *argv[] = {"x", NULL};

    EXPECT(execve("/nonexistent", argv, argv) == -1 && errno == ENOENT);
    EXPECT(execve("", argv, argv) == -1 && errno == ENOENT);
    EXPECT(execve("/", argv, argv) == -1 && errno == EACCES);
    EXPECT(execve("/proc/self/exe/x", argv, argv) == -1 && errno == ENOTDIR);
    EXPECT(execve(bad_pointer(), argv, argv) == -1 && errno == EFAULT);
    EXPECT(execve(self_path, bad_pointer(), argv) == -1 && errno == EFAULT);
}

static _Noreturn void *sleep_for_ever(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static _Noreturn void *run_new_program(void *unused)
{
    char *argv[] = {"conform", "--exit", "4", NULL};

    (void)unused;
    sleep_ms(30);
    execve(self_path, argv, environ);
    _exit(127);
}

/* A process of four threads, one of which calls execve; its status. */
static int exec_among_threads(bool by_leader)
{
    pid_t pid = fork();
    pthread_t thread;

    if (pid == 0) {
        for (int i = 0; i < 3; i++)
            EXPECT(pthread_create(&thread, NULL, sleep_for_ever, NULL) == 0);
        if (!by_leader)
            EXPECT(pthread_create(&thread, NULL, run_new_program, NULL) == 0);
        (by_leader ? run_new_program : sleep_for_ever)(NULL);
    }
    return finish(pid);
}

static void exec_ends_the_other_threads(void)
{
    EXPECT(exec_among_threads(true) == 4);
}

static void exec_by_a_thread_takes_the_pid(void)
{
    EXPECT(exec_among_threads(false) == 4);
}

static const struct check checks[] = {
    {"K-09", "arguments and environment arrive", arguments_arrive},
    {"K-09", "more than 128 kB of arguments arrive", long_arguments_arrive},
    {"K-09", "the auxiliary vector describes program and process", auxiliary_vector},
    {"K-09", "stack, zeroed memory, break and mappings lie where they should", memory_is_laid_out},
    {"K-09", "descriptors, mask, umask and cwd are kept, handlers reset", state_is_kept_and_reset},
    {"K-09", "a script runs its interpreter", scripts_run_their_interpreter},
    {"K-09", "broken and forbidden files are refused", broken_files_are_refused},
    {"K-09", "execve's other errors", errors_of_execve},
    {"K-09", "execve of the leader ends the other threads", exec_ends_the_other_threads},
    {"K-09", "execve of a thread takes the process over", exec_by_a_thread_takes_the_pid},
};

SECTION(exec);

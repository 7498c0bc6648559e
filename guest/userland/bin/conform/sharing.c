/* Section 5: the copy_* steps, and what each CLONE_ flag shares. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void sysvsem_is_accepted(void)
{
    long pid = raw_clone(CLONE_SYSVSEM | SIGCHLD, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(pid > 0);
    EXPECT(finish((pid_t)pid) == 0);
}

enum { TEST_FD = 50 };

static int open_test_fd(void *unused)
{
    (void)unused;
    return dup2(STDIN_FILENO, TEST_FD) == TEST_FD ? 0 : 1;
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void files_shared(void)
{
    EXPECT(finish(clone_vm(CLONE_FILES | SIGCHLD, open_test_fd, NULL)) == 0);
    EXPECT(is_open(TEST_FD));
}

static void files_copied(void)
{
    EXPECT(finish(clone_vm(SIGCHLD, open_test_fd, NULL)) == 0);
    EXPECT(!is_open(TEST_FD) && errno == EBADF);
}

enum { MANY_FIRST = 20, MANY_LAST = 220 };

static void expect_many_open(void *unused)
{
    (void)unused;
    for (int fd = MANY_FIRST; fd <= MANY_LAST; fd++)
        EXPECT(is_open(fd));
    EXPECT(!is_open(MANY_LAST + 1));
}

static void many_files(void)
{
    int fd[2];

    EXPECT(pipe(fd) == 0);
    for (int n = MANY_FIRST; n <= MANY_LAST; n++)
        EXPECT(dup2(fd[0], n) == n);
    EXPECT(run(expect_many_open, NULL) == 0);
}

static void expect_close_on_exec(void *arg)
{
    const int *fd = arg;

    EXPECT(fcntl(fd[0], F_GETFD) == FD_CLOEXEC);
    EXPECT(fcntl(fd[1], F_GETFD) == 0);
}

static void close_on_exec(void)
{
    int fd[2];

    EXPECT(pipe(fd) == 0);
    EXPECT(fcntl(fd[0], F_SETFD, FD_CLOEXEC) == 0);
    EXPECT(run(expect_close_on_exec, fd) == 0);
    EXPECT(is_open(fd[0]));
}

/* A file of six bytes that has no name any more. */
static int six_bytes(void)
{
    int fd = open("/tmp/conform.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);

    EXPECT(fd >= 0);
    EXPECT(unlink("/tmp/conform.tmp") == 0);
    EXPECT(write(fd, "abcdef", 6) == 6);
    EXPECT(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void read_three(void *arg)
{
    char bytes[3];

    EXPECT(read(*(int *)arg, bytes, 3) == 3);
}

static void offset_is_shared(void)
{
    int fd = six_bytes();

    EXPECT(run(read_three, &fd) == 0);
    EXPECT(lseek(fd, 0, SEEK_CUR) == 3);
}

static int change_fs(void *unused)
{
    (void)unused;
    umask(071);
    return chdir("/tmp");
}

static bool is_in_root(void)
{
    char path[64];

    EXPECT(getcwd(path, sizeof path));
    return path[0] == '/' && !path[1];
}

static void prepare_fs(void)
{
    umask(022);
    EXPECT(chdir("/") == 0);
}

static void fs_shared(void)
{
    prepare_fs();
    EXPECT(finish(clone_vm(CLONE_FS | SIGCHLD, change_fs, NULL)) == 0);
    EXPECT(!is_in_root());
    EXPECT(umask(0) == 071);
}

static void fs_copied(void)
{
    prepare_fs();
    EXPECT(finish(clone_vm(SIGCHLD, change_fs, NULL)) == 0);
    EXPECT(is_in_root());
    EXPECT(umask(0) == 022);
}

static int ignore_usr1(void *unused)
{
    (void)unused;
    return signal(SIGUSR1, SIG_IGN) == SIG_ERR;
}

static bool ignores_usr1(void)
{
    struct sigaction action;

    EXPECT(sigaction(SIGUSR1, NULL, &action) == 0);
    return action.sa_handler == SIG_IGN;
}

static void handlers_shared(void)
{
    EXPECT(finish(clone_vm(CLONE_SIGHAND | SIGCHLD, ignore_usr1, NULL)) == 0);
    EXPECT(ignores_usr1());
}

static void handlers_copied(void)
{
    EXPECT(finish(clone_vm(SIGCHLD, ignore_usr1, NULL)) == 0);
    EXPECT(!ignores_usr1());
}

static void expect_limit(void *arg)
{
    const struct rlimit *wanted = arg;
    struct rlimit now;

    EXPECT(getrlimit(RLIMIT_NOFILE, &now) == 0);
    EXPECT(now.rlim_cur == wanted->rlim_cur && now.rlim_max == wanted->rlim_max);
    now.rlim_cur--;
    EXPECT(setrlimit(RLIMIT_NOFILE, &now) == 0);
}

static void limits_are_copied(void)
{
    struct rlimit now, limit = {123, 234};

    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    EXPECT(run(expect_limit, &limit) == 0);
    EXPECT(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == 123);
}

static int number;

static int set_number(void *value)
{
    number = *(int *)value;
    return 0;
}

static void set_number_forked(void *value)
{
    set_number(value);
}

static void memory_shared(void)
{
    int value = 5;

    EXPECT(finish(clone_vm(SIGCHLD, set_number, &value)) == 0);
    EXPECT(number == 5);
}

static void memory_copied(void)
{
    int value = 6;

    number = 1;
    EXPECT(run(set_number_forked, &value) == 0);
    EXPECT(number == 1);
}

static void namespaces_are_refused(void)
{
    static const unsigned long kinds[] = {CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        long pid = raw_clone(kinds[i] | SIGCHLD, NULL, NULL, NULL, NULL);

        if (pid == 0)
            _exit(0);
        EXPECT(pid == -1 && errno == EINVAL);
    }
}

static volatile sig_atomic_t got_usr1, got_chld;

static void note(int signal)
{
    if (signal == SIGUSR1)
        got_usr1++;
    else
        got_chld++;
}

static void catch_both(void)
{
    signal(SIGUSR1, note);
    signal(SIGCHLD, note);
}

static void exit_signal_is_sent(void)
{
    long pid;

    catch_both();
    pid = raw_clone(SIGUSR1, NULL, NULL, NULL, NULL);
    if (pid == 0)
        _exit(4);
    EXPECT(pid > 0);
    EXPECT(finish((pid_t)pid) == 4);
    EXPECT(got_usr1 == 1 && got_chld == 0);
}

static void clone_child_needs_wclone(void)
{
    long pid = raw_clone(0, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(4);
    EXPECT(pid > 0);
    EXPECT(waitpid((pid_t)pid, NULL, 0) == -1 && errno == ECHILD);
    EXPECT(waitpid((pid_t)pid, NULL, (int)__WCLONE) == pid);
}

static void clone_sibling(void *unused)
{
    (void)unused;
    if (raw_clone(CLONE_PARENT | SIGUSR1, NULL, NULL, NULL, NULL) < 0)
        _exit(1);
}

/* The exit signal of a CLONE_PARENT child is that of its maker, not the one asked for. */
static void sibling_has_makers_signal(void)
{
    catch_both();
    start(clone_sibling, NULL);
    for (int i = 0; i < 2; i++) {
        int status;

        while (waitpid(-1, &status, 0) < 0)
            EXPECT(errno == EINTR);
        EXPECT(status == 0);
    }
    EXPECT(got_usr1 == 0 && got_chld >= 1);
}

static const struct check checks[] = {
    {"S-078", "CLONE_SYSVSEM is accepted", sysvsem_is_accepted},
    {"S-079", "CLONE_FILES shares the descriptor table", files_shared},
    {"S-079 S-080", "without CLONE_FILES the table is copied", files_copied},
    {"S-082", "two hundred descriptors are all copied", many_files},
    {"S-083 S-168", "close-on-exec flags are copied", close_on_exec},
    {"S-083 S-171", "parent and child share the file offset", offset_is_shared},
    {"S-084", "CLONE_FS shares umask and working directory", fs_shared},
    {"S-084", "without CLONE_FS they are copied", fs_copied},
    {"S-085", "CLONE_SIGHAND shares the handlers", handlers_shared},
    {"S-085", "without CLONE_SIGHAND they are copied", handlers_copied},
    {"S-086 S-168", "resource limits are copied", limits_are_copied},
    {"S-087 S-191", "CLONE_VM shares memory", memory_shared},
    {"S-087 S-172", "without CLONE_VM each side writes its own", memory_copied},
    {"S-088", "namespaces are refused with EINVAL", namespaces_are_refused},
    {"S-096", "the exit signal asked for is sent to the parent", exit_signal_is_sent},
    {"S-096", "a child without exit signal needs __WCLONE", clone_child_needs_wclone},
    {"S-097", "a CLONE_PARENT child has its maker's exit signal", sibling_has_makers_signal},
};

SECTION(sharing);

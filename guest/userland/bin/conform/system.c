/* What the system is beside processes: faults, limits, ids, files of other kinds, /proc. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum {
    PAGE = 4096,
    CALL_MREMAP = 163,
    CALL_SENDFILE = 239,
    CALL_STATFS64 = 268,
    CALL_UTIMENSAT = 320,
    CALL_PRLIMIT64 = 340,
    CALL_GETRANDOM = 355,
    MREMAP_MAY_MOVE = 1,
    PROC_MAGIC = 0x9fa0,
};

static void divide_by_zero_in_the_x87(void *unused)
{
    unsigned short control = 0x0340; /* every exception is let through */
    double zero = 0.0;

    (void)unused;
    __asm__ volatile("fninit; fldcw %0; fld1; fdivl %1; fwait" : : "m"(control), "m"(zero));
}

static void index_out_of_bounds(void *unused)
{
    const int bounds[2] = {1, 2};

    (void)unused;
    __asm__ volatile("boundl %0, %1" : : "r"(7), "m"(bounds));
}

static void overflow(void *unused)
{
    (void)unused;
    __asm__ volatile("movl $0x7fffffff, %%eax; addl $1, %%eax; into" : : : "eax", "cc");
}

static void load_an_empty_selector(void *unused)
{
    (void)unused;
    __asm__ volatile("movl $0x1fb, %%eax; movl %%eax, %%fs" : : : "eax");
}

static void step_once(void *unused)
{
    (void)unused;
    __asm__ volatile("pushfl; orl $0x100, (%%esp); popfl; nop" : : : "memory", "cc");
}

static void more_exceptions_become_signals(void)
{
    EXPECT(run(divide_by_zero_in_the_x87, NULL) == EXIT_BY_SIGNAL + SIGFPE);
    EXPECT(run(index_out_of_bounds, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
    EXPECT(run(overflow, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
    EXPECT(run(load_an_empty_selector, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
    EXPECT(run(step_once, NULL) == EXIT_BY_SIGNAL + SIGTRAP);
}

static void end_by(void *signal)
{
    raise((int)(long)signal);
}

/* The bit says that a memory image was written, or would be: with a limit of 0 Linux writes none.
 */
static void some_signals_dump_core(void)
{
    int status;

    only_on_guest();
    waitpid(start(end_by, (void *)(long)SIGQUIT), &status, 0);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT && (status & 0x80));
    waitpid(start(end_by, (void *)(long)SIGTERM), &status, 0);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM && !(status & 0x80));
}

static void mremap_moves_and_cuts(void)
{
    char *p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *q;

    EXPECT(p != MAP_FAILED);
    p[0] = 'a';
    p[PAGE] = 'b';
    EXPECT((char *)syscall(CALL_MREMAP, p, 4 * PAGE, 2 * PAGE, 0, NULL) == p);
    EXPECT(mmap(p + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
           p + 2 * PAGE);
    EXPECT(syscall(CALL_MREMAP, p, 2 * PAGE, 8 * PAGE, 0, NULL) == -1 && errno == ENOMEM);
    q = (char *)syscall(CALL_MREMAP, p, 2 * PAGE, 8 * PAGE, MREMAP_MAY_MOVE, NULL);
    EXPECT(q != MAP_FAILED && q != p);
    EXPECT(q[0] == 'a' && q[PAGE] == 'b' && q[7 * PAGE] == 0);
    EXPECT(syscall(CALL_MREMAP, p, PAGE, PAGE, 0, NULL) == -1 && errno == EFAULT);
}

static void limits_of_files_hold(void)
{
    struct rlimit limit;
    struct {
        unsigned long long soft, hard;
    } wide;

    EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = 10;
    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    for (int fd = open("/", O_RDONLY); fd >= 0 && fd < 9;)
        fd = open("/", O_RDONLY);
    EXPECT(open("/", O_RDONLY) == -1 && errno == EMFILE);
    EXPECT(dup2(0, 10) == -1 && errno == EBADF);
    EXPECT(syscall(CALL_PRLIMIT64, 0, RLIMIT_NOFILE, NULL, &wide) == 0);
    EXPECT(wide.soft == 10);
    limit.rlim_cur = limit.rlim_max + 1;
    EXPECT(limit.rlim_cur == 0 || (setrlimit(RLIMIT_NOFILE, &limit) == -1 && errno == EINVAL));
}

static void ids_once_given_up_are_gone(void)
{
    only_as_root();
    EXPECT(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
    EXPECT(getuid() == NOBODY && geteuid() == NOBODY && getgid() == NOBODY);
    EXPECT(setuid(0) == -1 && errno == EPERM);
    EXPECT(setgid(0) == -1 && errno == EPERM);
    EXPECT(setuid(NOBODY) == 0);
}

static void temporary(char name[32], const char *what)
{
    snprintf(name, 32, "/tmp/conform.%s.%d", what, (int)getpid());
}

static void ids_decide_who_may(void)
{
    char name[32];
    pid_t pid;
    int fd;

    only_as_root();
    umask(0);
    temporary(name, "ids");
    fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    EXPECT(fd >= 0 && fchmod(fd, 0640) == 0);
    EXPECT(chown(name, 0, NOBODY) == 0);
    pid = fork();
    if (pid == 0) {
        become_nobody();
        if (open(name, O_WRONLY) != -1 || errno != EACCES)
            _exit(1);
        _exit(chmod(name, 0666) == -1 && errno == EPERM ? 0 : 2);
    }
    EXPECT(finish(pid) == 0);
    EXPECT(unlink(name) == 0);
}

static void a_fifo_joins_strangers(void)
{
    char name[32], c = 0;
    pid_t pid;

    temporary(name, "fifo");
    EXPECT(mknod(name, S_IFIFO | 0600, 0) == 0);
    EXPECT(open(name, O_WRONLY | O_NONBLOCK) == -1 && errno == ENXIO);
    pid = fork();
    if (pid == 0) {
        int fd = open(name, O_WRONLY);

        _exit(write(fd, "x", 1) == 1 ? 0 : 1);
    }
    int fd = open(name, O_RDONLY);

    EXPECT(fd >= 0 && read(fd, &c, 1) == 1 && c == 'x');
    EXPECT(read(fd, &c, 1) == 0);
    EXPECT(finish(pid) == 0);
    EXPECT(unlink(name) == 0);
}

static void sendfile_copies(void)
{
    char name[32], text[8] = {0};
    int ends[2], fd;

    temporary(name, "sent");
    fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    EXPECT(fd >= 0 && unlink(name) == 0 && pipe(ends) == 0);
    EXPECT(write(fd, "abcdef", 6) == 6 && lseek(fd, 2, SEEK_SET) == 2);
    EXPECT(syscall(CALL_SENDFILE, ends[1], fd, NULL, 100) == 4);
    EXPECT(read(ends[0], text, sizeof text) == 4 && memcmp(text, "cdef", 4) == 0);
}

static void flock_is_of_the_open_file(void)
{
    char name[32];
    int one, two;

    temporary(name, "lock");
    one = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    two = open(name, O_RDWR);
    EXPECT(one >= 0 && two >= 0 && unlink(name) == 0);
    EXPECT(flock(one, LOCK_EX) == 0);
    EXPECT(flock(two, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
    EXPECT(flock(dup(one), LOCK_UN) == 0);
    EXPECT(flock(two, LOCK_SH | LOCK_NB) == 0);
    EXPECT(flock(one, LOCK_SH | LOCK_NB) == 0);
    EXPECT(flock(one, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK);
}

/* The times of a file, given as seconds and nanoseconds of the call without "64" in its name. */
static void times_and_sizes_can_be_set(void)
{
    const long at[4] = {1000, 0, 2000, 0};
    struct stat st;
    char name[32];
    int fd;

    temporary(name, "times");
    fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    EXPECT(fd >= 0 && ftruncate(fd, 5000) == 0);
    EXPECT(syscall(CALL_UTIMENSAT, fd, NULL, at, 0) == 0);
    EXPECT(fstat(fd, &st) == 0 && st.st_size == 5000);
    EXPECT(st.st_atime == 1000 && st.st_mtime == 2000);
    EXPECT(access(name, R_OK) == 0 && access(name, X_OK) == -1 && errno == EACCES);
    EXPECT(unlink(name) == 0 && access(name, F_OK) == -1 && errno == ENOENT);
}

static void statfs_knows_proc(void)
{
    long st[21] = {0};

    EXPECT(syscall(CALL_STATFS64, "/proc", 84, st) == 0);
    EXPECT(st[0] == PROC_MAGIC);
    EXPECT(syscall(CALL_STATFS64, "/proc", 83, st) == -1 && errno == EINVAL);
}

static void random_is_not_constant(void)
{
    unsigned char a[16] = {0}, b[16] = {0};
    int fd = open("/dev/urandom", O_RDONLY);

    EXPECT(fd >= 0 && read(fd, a, sizeof a) == sizeof a && read(fd, b, sizeof b) == sizeof b);
    EXPECT(memcmp(a, b, sizeof a) != 0);
    EXPECT(syscall(CALL_GETRANDOM, a, sizeof a, 0) == sizeof a);
    EXPECT(memcmp(a, b, sizeof a) != 0);
    EXPECT(syscall(CALL_GETRANDOM, bad_pointer(), 1, 0) == -1 && errno == EFAULT);
}

static void leave_the_terminal(void *unused)
{
    (void)unused;
    setsid();
    EXPECT(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO);
}

static void without_a_terminal(void)
{
    EXPECT(run(leave_the_terminal, NULL) == 0);
}

/* What ps, top, free and mount look for. */
static void proc_has_what_tools_read(void)
{
    static const struct {
        const char *path, *has;
    } files[] = {
        {"/proc/stat", "cpu "},         {"/proc/stat", "processes "},
        {"/proc/meminfo", "MemTotal:"}, {"/proc/meminfo", "MemFree:"},
        {"/proc/loadavg", "."},         {"/proc/uptime", "."},
        {"/proc/mounts", "/proc proc"}, {"/proc/filesystems", "proc"},
        {"/proc/self/status", "PPid:"}, {"/proc/self/maps", "[stack]"},
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        static char text[65536];
        int fd = open(files[i].path, O_RDONLY);
        size_t have = 0;
        ssize_t n;

        EXPECT(fd >= 0);
        while ((n = read(fd, text + have, sizeof text - 1 - have)) > 0)
            have += (size_t)n;
        text[have] = 0;
        close(fd);
        if (!strstr(text, files[i].has))
            printf("# %s has no '%s'\n", files[i].path, files[i].has);
        fflush(stdout);
        EXPECT(strstr(text, files[i].has));
    }
    EXPECT(stat_field(getpid(), 23) > 0 && stat_field(getpid(), 24) > 0);
}

static void proc_links_lead_somewhere(void)
{
    char text[64] = {0}, path[64], pid[16];
    int fd = open("/dev/null", O_RDONLY);

    snprintf(pid, sizeof pid, "%d", (int)getpid());
    EXPECT(readlink("/proc/self", text, sizeof text - 1) > 0 && strcmp(text, pid) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    memset(text, 0, sizeof text);
    EXPECT(readlink(path, text, sizeof text - 1) > 0 && strcmp(text, "/dev/null") == 0);
    EXPECT(chdir("/tmp") == 0);
    memset(text, 0, sizeof text);
    EXPECT(readlink("/proc/self/cwd", text, sizeof text - 1) > 0 && strcmp(text, "/tmp") == 0);
    EXPECT(open("/proc/self/exe", O_RDONLY) >= 0);
}

static void each_cache_has_its_name(void)
{
    static const char *const names[] = {"task_struct", "sighand_cache",  "signal_cache",
                                        "mm_struct",   "vm_area_struct", "files_cache",
                                        "inode_cache", "dentry_cache",   "filp"};

    only_on_guest();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        EXPECT(proc_number("/proc/slabinfo", names[i]) > 0);
}

static void sysinfo_and_uname(void)
{
    struct sysinfo info;
    struct utsname name;

    EXPECT(sysinfo(&info) == 0);
    EXPECT(info.totalram > 0 && info.freeram > 0 && info.freeram <= info.totalram);
    EXPECT(info.procs > 0 && info.mem_unit > 0);
    EXPECT(uname(&name) == 0 && strcmp(name.sysname, "Linux") == 0);
    EXPECT(uname(bad_pointer()) == -1 && errno == EFAULT);
}

static void the_host_has_a_name(void)
{
    struct utsname before, after;

    only_on_guest();
    EXPECT(uname(&before) == 0);
    EXPECT(sethostname("another", 7) == 0);
    EXPECT(uname(&after) == 0 && strcmp(after.nodename, "another") == 0);
    EXPECT(sethostname(before.nodename, strlen(before.nodename)) == 0);
    become_nobody();
    EXPECT(sethostname("third", 5) == -1 && errno == EPERM);
}

static void the_kernels_log_can_be_read(void)
{
    static char log[16384];
    int fd;

    only_on_guest();
    EXPECT(klogctl(10, NULL, 0) > 0);
    EXPECT(klogctl(3, log, sizeof log - 1) > 0 && strstr(log, "forkscope guest kernel"));
    fd = open("/dev/kmsg", O_WRONLY);
    EXPECT(fd >= 0 && write(fd, "from conform\n", 13) == 13);
    memset(log, 0, sizeof log);
    EXPECT(klogctl(3, log, sizeof log - 1) > 0 && strstr(log, "from conform"));
}

static void an_unknown_call_is_told_once(void)
{
    static char log[16384];
    const char *first;

    only_on_guest();
    EXPECT(syscall(4095) == -1 && errno == ENOSYS);
    EXPECT(syscall(353) == -1 && errno == ENOSYS);
    EXPECT(syscall(353) == -1 && errno == ENOSYS);
    EXPECT(klogctl(3, log, sizeof log - 1) > 0);
    first = strstr(log, "353");
    EXPECT(first && !strstr(first + 3, "353"));
}

static const struct check checks[] = {
    {"K-02", "exceptions of the x87, bound, into, segments and steps",
     more_exceptions_become_signals},
    {"K-22", "some signals say that they dump core", some_signals_dump_core},
    {"K-08", "mremap cuts, moves and grows", mremap_moves_and_cuts},
    {"K-17", "RLIMIT_NOFILE holds, and prlimit shows it", limits_of_files_hold},
    {"K-19", "ids once given up are gone", ids_once_given_up_are_gone},
    {"K-19", "ids decide who may open and change a file", ids_decide_who_may},
    {"K-25", "a fifo joins processes that do not know each other", a_fifo_joins_strangers},
    {"K-25", "sendfile copies from a file to a pipe", sendfile_copies},
    {"K-28", "flock belongs to the open file", flock_is_of_the_open_file},
    {"K-24", "times and sizes can be set, access asks", times_and_sizes_can_be_set},
    {"K-23 K-24", "statfs knows which file system it is", statfs_knows_proc},
    {"K-26", "random bytes", random_is_not_constant},
    {"K-26", "/dev/tty without a terminal is ENXIO", without_a_terminal},
    {"K-27", "/proc has what ps, top, free and mount read", proc_has_what_tools_read},
    {"K-23 K-27", "the links of /proc/self lead somewhere", proc_links_lead_somewhere},
    {"K-05", "each cache has its name in /proc/slabinfo", each_cache_has_its_name},
    {"K-30", "sysinfo and uname", sysinfo_and_uname},
    {"K-30", "the host has a name", the_host_has_a_name},
    {"K-26 K-30", "the kernel's log can be read, and written to", the_kernels_log_can_be_read},
    {"K-31", "a system call that is not there is told once", an_unknown_call_is_told_once},
};

SECTION(system);

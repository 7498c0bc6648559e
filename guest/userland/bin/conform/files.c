/* Descriptors, files, directories and pipes (K-23 to K-25). */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static const char name[] = "/tmp/conform.file";

static int new_file(int flags)
{
    int fd;

    unlink(name);
    fd = open(name, O_RDWR | O_CREAT | flags, 0640);
    EXPECT(fd >= 0);
    return fd;
}

static void open_flags(void)
{
    int fd = new_file(O_EXCL);

    EXPECT(write(fd, "0123456789", 10) == 10);
    close(fd);
    EXPECT(open(name, O_RDWR | O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
    fd = open(name, O_WRONLY | O_APPEND);
    EXPECT(lseek(fd, 0, SEEK_SET) == 0);
    EXPECT(write(fd, "ab", 2) == 2);
    EXPECT(lseek(fd, 0, SEEK_CUR) == 12);
    EXPECT(read(fd, (char[1]){0}, 1) == -1 && errno == EBADF);
    close(fd);
    fd = open(name, O_RDONLY | O_TRUNC);
    EXPECT(lseek(fd, 0, SEEK_END) == 0);
    EXPECT(open("/tmp", O_WRONLY) == -1 && errno == EISDIR);
    EXPECT(open(name, O_RDONLY | O_DIRECTORY) == -1 && errno == ENOTDIR);
    unlink(name);
}

static void seeking_leaves_zeros(void)
{
    int fd = new_file(0);
    char bytes[8];

    EXPECT(lseek(fd, 5, SEEK_SET) == 5);
    EXPECT(write(fd, "xyz", 3) == 3);
    EXPECT(lseek(fd, -8, SEEK_CUR) == 0);
    EXPECT(read(fd, bytes, 8) == 8);
    EXPECT(memcmp(bytes, "\0\0\0\0\0xyz", 8) == 0);
    EXPECT(read(fd, bytes, 8) == 0);
    EXPECT(lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL);
    EXPECT(ftruncate(fd, 3) == 0 && lseek(fd, 0, SEEK_END) == 3);
    unlink(name);
}

static void stat_tells(void)
{
    int fd = new_file(0);
    struct stat s;

    umask(0);
    EXPECT(write(fd, "abc", 3) == 3);
    EXPECT(fstat(fd, &s) == 0);
    EXPECT(S_ISREG(s.st_mode) && (s.st_mode & 0777) == 0640);
    EXPECT(s.st_size == 3 && s.st_nlink == 1 && s.st_uid == getuid());
    EXPECT(chmod(name, 0400) == 0 && stat(name, &s) == 0 && (s.st_mode & 0777) == 0400);
    EXPECT(stat("/dev/null", &s) == 0 && S_ISCHR(s.st_mode));
    EXPECT(stat("/tmp", &s) == 0 && S_ISDIR(s.st_mode));
    unlink(name);
    EXPECT(stat(name, &s) == -1 && errno == ENOENT);
    EXPECT(fstat(fd, &s) == 0 && s.st_nlink == 0);
}

static void names_and_links(void)
{
    static const char other[] = "/tmp/conform.other";
    char target[64];
    struct stat a, b;

    close(new_file(0));
    unlink(other);
    EXPECT(link(name, other) == 0);
    EXPECT(stat(name, &a) == 0 && stat(other, &b) == 0);
    EXPECT(a.st_ino == b.st_ino && a.st_nlink == 2);
    EXPECT(unlink(other) == 0);
    EXPECT(rename(name, other) == 0 && access(name, F_OK) == -1);
    EXPECT(symlink(other, name) == 0);
    EXPECT(readlink(name, target, sizeof target) == (ssize_t)strlen(other));
    EXPECT(lstat(name, &a) == 0 && S_ISLNK(a.st_mode));
    EXPECT(stat(name, &a) == 0 && S_ISREG(a.st_mode));
    EXPECT(unlink(other) == 0 && stat(name, &a) == -1 && errno == ENOENT);
    EXPECT(unlink(name) == 0);
    EXPECT(symlink(name, name) == 0);
    EXPECT(open(name, O_RDONLY) == -1 && errno == ELOOP);
    EXPECT(unlink(name) == 0);
}

static void directories(void)
{
    static const char dir[] = "/tmp/conform.dir", file[] = "/tmp/conform.dir/file";
    struct dirent *entry;
    int names = 0;
    DIR *d;

    unlink(file);
    rmdir(dir);
    EXPECT(mkdir(dir, 0755) == 0);
    EXPECT(mkdir(dir, 0755) == -1 && errno == EEXIST);
    close(open(file, O_WRONLY | O_CREAT, 0600));
    EXPECT(rmdir(dir) == -1 && errno == ENOTEMPTY);
    d = opendir(dir);
    EXPECT(d);
    while ((entry = readdir(d)))
        names += strcmp(entry->d_name, "file") == 0 ? 100 : 1;
    closedir(d);
    EXPECT(names == 102);
    EXPECT(unlink(dir) == -1 && (errno == EISDIR || errno == EPERM));
    EXPECT(chdir(dir) == 0 && access("file", F_OK) == 0 && chdir("..") == 0);
    EXPECT(unlink(file) == 0 && rmdir(dir) == 0);
}

static void descriptors(void)
{
    int fd = new_file(0);
    int copy = dup(fd);

    EXPECT(copy > fd);
    EXPECT(write(fd, "ab", 2) == 2 && lseek(copy, 0, SEEK_CUR) == 2);
    EXPECT(dup2(fd, 30) == 30 && dup2(30, 30) == 30);
    EXPECT(dup2(99, 31) == -1 && errno == EBADF);
    EXPECT(fcntl(fd, F_DUPFD, 40) == 40);
    EXPECT(fcntl(fd, F_DUPFD_CLOEXEC, 41) == 41 && fcntl(41, F_GETFD) == FD_CLOEXEC);
    EXPECT((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
    EXPECT(fcntl(fd, F_SETFL, O_APPEND) == 0 && (fcntl(copy, F_GETFL) & O_APPEND));
    EXPECT(close(fd) == 0 && close(fd) == -1 && errno == EBADF);
    unlink(name);
}

static void bad_pointers(void)
{
    int fd[2];

    EXPECT(pipe(fd) == 0);
    EXPECT(write(fd[1], bad_pointer(), 1) == -1 && errno == EFAULT);
    EXPECT(write(fd[1], "x", 1) == 1);
    EXPECT(read(fd[0], bad_pointer(), 1) == -1 && errno == EFAULT);
    EXPECT(read(fd[0], (void *)0xfffff000, 1) == -1 && errno == EFAULT);
    EXPECT(open(bad_pointer(), O_RDONLY) == -1 && errno == EFAULT);
    EXPECT(pipe(bad_pointer()) == -1 && errno == EFAULT);
    EXPECT(syscall(SYS_stat64, "/", bad_pointer()) == -1 && errno == EFAULT);
}

static void vectors(void)
{
    char a[3], b[4];
    struct iovec out[] = {{"abc", 3}, {"", 0}, {"defg", 4}};
    struct iovec in[] = {{a, 3}, {b, 4}};
    int fd[2];

    EXPECT(pipe(fd) == 0);
    EXPECT(writev(fd[1], out, 3) == 7);
    EXPECT(readv(fd[0], in, 2) == 7);
    EXPECT(memcmp(a, "abc", 3) == 0 && memcmp(b, "defg", 4) == 0);
}

static void pipe_ends(void)
{
    char c;
    int fd[2];

    EXPECT(pipe(fd) == 0);
    EXPECT(write(fd[0], "x", 1) == -1 && errno == EBADF);
    EXPECT(lseek(fd[0], 0, SEEK_CUR) == -1 && errno == ESPIPE);
    EXPECT(write(fd[1], "x", 1) == 1);
    close(fd[1]);
    EXPECT(read(fd[0], &c, 1) == 1 && c == 'x');
    EXPECT(read(fd[0], &c, 1) == 0);
    EXPECT(pipe(fd) == 0);
    signal(SIGPIPE, SIG_IGN);
    close(fd[0]);
    EXPECT(write(fd[1], "x", 1) == -1 && errno == EPIPE);
}

static void write_to_nobody(void *unused)
{
    int fd[2];

    (void)unused;
    EXPECT(pipe(fd) == 0);
    close(fd[0]);
    EXPECT(write(fd[1], "x", 1) == -2);
}

static void broken_pipe_kills(void)
{
    EXPECT(run(write_to_nobody, NULL) == EXIT_BY_SIGNAL + SIGPIPE);
}

enum { BLOCK = 4096, BLOCKS = 64 };

/* Blocks of PIPE_BUF bytes from two writers are not mixed. */
static void write_blocks(void *arg)
{
    static char block[BLOCK];
    const int *fd = arg;

    memset(block, 'a' + (getpid() & 15), BLOCK);
    for (int i = 0; i < BLOCKS; i++)
        EXPECT(write(fd[1], block, BLOCK) == BLOCK);
}

static ssize_t read_full(int fd, char *to, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, to + done, size - done);

        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static void pipe_writes_are_whole(void)
{
    static char block[BLOCK];
    int fd[2], blocks = 0;
    pid_t first, second;

    EXPECT(pipe(fd) == 0);
    first = start(write_blocks, fd);
    second = start(write_blocks, fd);
    close(fd[1]);
    while (read_full(fd[0], block, BLOCK) == BLOCK) {
        for (int i = 1; i < BLOCK; i++)
            EXPECT(block[i] == block[0]);
        blocks++;
    }
    EXPECT(blocks == 2 * BLOCKS);
    EXPECT(finish(first) == 0 && finish(second) == 0);
}

static void pipe_without_waiting(void)
{
    static char block[BLOCK];
    int fd[2];
    ssize_t n;
    long written = 0;

    EXPECT(pipe(fd) == 0);
    EXPECT(fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(fd[1], F_SETFL, O_NONBLOCK) == 0);
    EXPECT(read(fd[0], block, 1) == -1 && errno == EAGAIN);
    while ((n = write(fd[1], block, BLOCK)) > 0)
        written += n;
    EXPECT(errno == EAGAIN);
    EXPECT(written == 65536);
}

static short events_of(int fd, short wanted)
{
    struct pollfd p = {.fd = fd, .events = wanted};

    EXPECT(poll(&p, 1, 0) >= 0);
    return p.revents;
}

static void polling_a_pipe(void)
{
    int fd[2];

    EXPECT(pipe(fd) == 0);
    EXPECT(events_of(fd[0], POLLIN) == 0);
    EXPECT(events_of(fd[1], POLLOUT) == POLLOUT);
    EXPECT(write(fd[1], "x", 1) == 1);
    EXPECT(events_of(fd[0], POLLIN) == POLLIN);
    close(fd[1]);
    EXPECT(events_of(fd[0], POLLIN) == (POLLIN | POLLHUP));
    EXPECT(events_of(77, POLLIN) == POLLNVAL);
}

static void special_files(void)
{
    char bytes[4] = "abc";
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
    int full = open("/dev/full", O_RDWR);

    EXPECT(null >= 0 && zero >= 0 && full >= 0);
    EXPECT(write(null, bytes, 3) == 3 && read(null, bytes, 3) == 0);
    EXPECT(read(zero, bytes, 3) == 3 && bytes[0] == 0 && bytes[2] == 0);
    EXPECT(write(full, bytes, 3) == -1 && errno == ENOSPC);
}

static const struct check checks[] = {
    {"K-24", "open's flags", open_flags},
    {"K-24", "a hole reads as zeros", seeking_leaves_zeros},
    {"K-24", "stat, chmod and a file without a name", stat_tells},
    {"K-24", "link, rename, symlink and their loops", names_and_links},
    {"K-24", "directories", directories},
    {"K-24", "dup, dup2, fcntl, close", descriptors},
    {"K-07", "a bad pointer to a system call is EFAULT", bad_pointers},
    {"K-24", "readv and writev", vectors},
    {"K-25", "the ends of a pipe", pipe_ends},
    {"K-25", "a write to a pipe without reader is SIGPIPE", broken_pipe_kills},
    {"K-25", "writes of PIPE_BUF bytes are whole", pipe_writes_are_whole},
    {"K-25", "a pipe holds 64 kB and does not block with O_NONBLOCK", pipe_without_waiting},
    {"K-24", "poll", polling_a_pipe},
    {"K-26", "null, zero and full", special_files},
};

SECTION(files);

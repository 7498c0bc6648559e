/* cp FROM TO: copies a file; TO may be a folder. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path)
{
    fprintf(stderr, "cp: %s: %s\n", path, strerror(errno));
    return 1;
}

static int copy(int from, int to, const char *path)
{
    char part[4096];
    ssize_t n;

    while ((n = read(from, part, sizeof part)) > 0)
        if (write(to, part, (size_t)n) != n)
            return fail(path);
    return n < 0 ? fail(path) : 0;
}

int main(int argc, char **argv)
{
    char path[PATH_MAX];
    struct stat from, to;
    int in, out;

    if (argc != 3) {
        fprintf(stderr, "usage: cp FROM TO\n");
        return 2;
    }
    in = open(argv[1], O_RDONLY);
    if (in < 0 || fstat(in, &from) < 0)
        return fail(argv[1]);
    snprintf(path, sizeof path, "%s", argv[2]);
    if (stat(path, &to) == 0 && S_ISDIR(to.st_mode)) {
        const char *slash = strrchr(argv[1], '/');

        snprintf(path, sizeof path, "%s/%s", argv[2], slash ? slash + 1 : argv[1]);
    }
    if (stat(path, &to) == 0 && to.st_dev == from.st_dev && to.st_ino == from.st_ino) {
        fprintf(stderr, "cp: %s and %s are the same file\n", argv[1], path);
        return 1;
    }
    out = open(path, O_WRONLY | O_CREAT | O_TRUNC, from.st_mode & 0777);
    return out < 0 ? fail(path) : copy(in, out, path);
}

/* cat [FILE…]: "-" or nothing is standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int complain(const char *what)
{
    fprintf(stderr, "cat: %s: %s\n", what, strerror(errno));
    return 1;
}

static int write_all(const char *from, ssize_t n)
{
    while (n > 0) {
        ssize_t written = write(STDOUT_FILENO, from, (size_t)n);

        if (written < 0)
            return -1;
        from += written;
        n -= written;
    }
    return 0;
}

static int copy(int fd, const char *name)
{
    char buffer[4096];
    ssize_t n;

    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        if (write_all(buffer, n) < 0)
            return complain("standard output");
    return n < 0 ? complain(name) : 0;
}

static int cat(const char *path)
{
    int fd, failed;

    if (strcmp(path, "-") == 0)
        return copy(STDIN_FILENO, "standard input");
    fd = open(path, O_RDONLY);
    if (fd < 0)
        return complain(path);
    failed = copy(fd, path);
    close(fd);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (argc == 1)
        return cat("-");
    for (int i = 1; i < argc; i++)
        failed |= cat(argv[i]);
    return failed;
}

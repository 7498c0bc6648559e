/* mv FROM TO: gives a file another name; TO may be a folder. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char path[PATH_MAX];
    struct stat to;

    if (argc != 3) {
        fprintf(stderr, "usage: mv FROM TO\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s", argv[2]);
    if (stat(path, &to) == 0 && S_ISDIR(to.st_mode)) {
        const char *slash = strrchr(argv[1], '/');

        snprintf(path, sizeof path, "%s/%s", argv[2], slash ? slash + 1 : argv[1]);
    }
    if (rename(argv[1], path) == 0)
        return 0;
    fprintf(stderr, "mv: %s: %s\n", argv[1], strerror(errno));
    return 1;
}

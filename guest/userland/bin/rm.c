/* rm [-fr] PATH…: -f says nothing about what is missing, -r also empties directories. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool force, recursive;

static int complain(const char *path)
{
    if (force && errno == ENOENT)
        return 0;
    fprintf(stderr, "rm: %s: %s\n", path, strerror(errno));
    return 1;
}

static int remove_tree(const char *path);

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int empty_directory(const char *path)
{
    DIR *dir = opendir(path);
    char below[PATH_MAX];
    struct dirent *entry;
    int failed = 0;

    if (!dir)
        return complain(path);
    while ((entry = readdir(dir))) {
        if (is_dots(entry->d_name))
            continue;
        if (snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= PATH_MAX)
            continue;
        failed |= remove_tree(below);
        rewinddir(dir);
        if (failed)
            break;
    }
    closedir(dir);
    return failed;
}

static int remove_tree(const char *path)
{
    struct stat s;

    if (lstat(path, &s) < 0)
        return complain(path);
    if (!S_ISDIR(s.st_mode) || !recursive)
        return unlink(path) < 0 ? complain(path) : 0;
    if (empty_directory(path))
        return 1;
    return rmdir(path) < 0 ? complain(path) : 0;
}

int main(int argc, char **argv)
{
    int option, failed = 0;

    while ((option = getopt(argc, argv, "fr")) != -1) {
        if (option == '?')
            return 2;
        force |= option == 'f';
        recursive |= option == 'r';
    }
    if (optind == argc && !force) {
        fprintf(stderr, "usage: rm [-fr] PATH...\n");
        return 2;
    }
    for (int i = optind; i < argc; i++)
        failed |= remove_tree(argv[i]);
    return failed;
}

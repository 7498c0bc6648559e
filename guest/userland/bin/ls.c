/* ls [-al] [PATH…]: one name a line; -a also names with a dot, -l mode, links, size. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool all, detailed;

static int complain(const char *what)
{
    fprintf(stderr, "ls: %s: %s\n", what, strerror(errno));
    return 1;
}

static char type_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFCHR:
        return 'c';
    case S_IFBLK:
        return 'b';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    default:
        return '-';
    }
}

static void print_mode(mode_t mode)
{
    putchar(type_letter(mode));
    for (int bit = 8; bit >= 0; bit--)
        putchar(mode >> bit & 1 ? "xwr"[bit % 3] : '-');
}

static void print_details(const struct stat *s)
{
    print_mode(s->st_mode);
    printf(" %3u %5u %5u ", s->st_nlink, s->st_uid, s->st_gid);
    if (S_ISCHR(s->st_mode) || S_ISBLK(s->st_mode))
        printf("%4u,%4u ", major(s->st_rdev), minor(s->st_rdev));
    else
        printf("%9lld ", s->st_size);
}

static void print_target(const char *path)
{
    char target[PATH_MAX];
    ssize_t n = readlink(path, target, sizeof target);

    if (n >= 0)
        printf(" -> %.*s", (int)n, target);
}

static int list_file(const char *path, const char *name)
{
    struct stat s;

    if (detailed) {
        if (lstat(path, &s) < 0)
            return complain(path);
        print_details(&s);
    }
    fputs(name, stdout);
    if (detailed && S_ISLNK(s.st_mode))
        print_target(path);
    putchar('\n');
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The sorted names of a directory; NULL when it cannot be read. */
static char **read_names(const char *path, size_t *count)
{
    DIR *dir = opendir(path);
    char **names = NULL;
    struct dirent *entry;

    *count = 0;
    if (!dir)
        return NULL;
    names = malloc(sizeof *names);
    while (names && (entry = readdir(dir))) {
        char **bigger;

        if (entry->d_name[0] == '.' && !all)
            continue;
        bigger = realloc(names, (*count + 2) * sizeof *names);
        if (!bigger)
            break;
        names = bigger;
        names[(*count)++] = strdup(entry->d_name);
    }
    closedir(dir);
    if (names)
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}

static int list_directory(const char *path)
{
    char full[PATH_MAX];
    size_t count;
    char **names = read_names(path, &count);
    int failed = 0;

    if (!names)
        return complain(path);
    for (size_t i = 0; i < count; i++) {
        snprintf(full, sizeof full, "%s/%s", path, names[i]);
        failed |= list_file(full, names[i]);
        free(names[i]);
    }
    free(names);
    return failed;
}

static int list(const char *path, bool with_title)
{
    struct stat s;

    if (stat(path, &s) < 0 && lstat(path, &s) < 0)
        return complain(path);
    if (!S_ISDIR(s.st_mode))
        return list_file(path, path);
    if (with_title)
        printf("%s:\n", path);
    return list_directory(path);
}

int main(int argc, char **argv)
{
    int option, failed = 0;

    while ((option = getopt(argc, argv, "al")) != -1) {
        if (option == '?')
            return 2;
        all |= option == 'a';
        detailed |= option == 'l';
    }
    if (optind == argc)
        return list(".", false);
    for (int i = optind; i < argc; i++)
        failed |= list(argv[i], argc - optind > 1);
    return failed;
}

/* mount -t TYPE SOURCE DIRECTORY, mount: what is mounted. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int show(void)
{
    FILE *f = fopen("/proc/mounts", "r");
    int c;

    if (!f) {
        perror("mount: /proc/mounts");
        return 1;
    }
    while ((c = getc(f)) != EOF)
        putchar(c);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 1)
        return show();
    if (argc != 5 || strcmp(argv[1], "-t") != 0) {
        fprintf(stderr, "usage: mount -t TYPE SOURCE DIRECTORY\n");
        return 2;
    }
    if (mount(argv[3], argv[4], argv[2], 0, NULL) < 0) {
        fprintf(stderr, "mount: %s: %s\n", argv[4], strerror(errno));
        return 1;
    }
    return 0;
}

/* rmdir DIRECTORY… */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int failed = argc < 2;

    if (failed)
        fprintf(stderr, "usage: rmdir DIRECTORY...\n");
    for (int i = 1; i < argc; i++)
        if (rmdir(argv[i]) < 0) {
            fprintf(stderr, "rmdir: %s: %s\n", argv[i], strerror(errno));
            failed = 1;
        }
    return failed;
}

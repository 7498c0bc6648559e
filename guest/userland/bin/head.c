/* head [-n LINES | -LINES] [FILE]: the first lines, ten of them unless told. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    long lines = 10;
    FILE *f = stdin;
    int option, c;

    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
        lines = strtol(argv[1] + 1, NULL, 10);
        optind = 2;
    }
    while ((option = getopt(argc, argv, "n:")) != -1) {
        if (option == '?')
            return 2;
        lines = strtol(optarg, NULL, 10);
    }
    if (optind < argc)
        f = fopen(argv[optind], "r");
    if (!f) {
        fprintf(stderr, "head: %s: %s\n", argv[optind], strerror(errno));
        return 1;
    }
    while (lines > 0 && (c = getc(f)) != EOF) {
        putchar(c);
        lines -= c == '\n';
    }
    return 0;
}

/* hexdump [FILE]: sixteen bytes a line, in hexadecimal and as text. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 16 };

static void print_line(unsigned long offset, const unsigned char *bytes, size_t n)
{
    printf("%08lx ", offset);
    for (size_t i = 0; i < LINE; i++) {
        if (i < n)
            printf(i == LINE / 2 ? "  %02x" : " %02x", bytes[i]);
        else
            printf(i == LINE / 2 ? "    " : "   ");
    }
    printf("  |");
    for (size_t i = 0; i < n; i++)
        putchar(isprint(bytes[i]) ? bytes[i] : '.');
    printf("|\n");
}

int main(int argc, char **argv)
{
    FILE *f = argc > 1 ? fopen(argv[1], "r") : stdin;
    unsigned char bytes[LINE];
    unsigned long offset = 0;
    size_t n;

    if (!f) {
        fprintf(stderr, "hexdump: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    for (; (n = fread(bytes, 1, LINE, f)) > 0; offset += n)
        print_line(offset, bytes, n);
    printf("%08lx\n", offset);
    return ferror(f) ? 1 : 0;
}

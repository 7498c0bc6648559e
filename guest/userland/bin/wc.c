/* wc [-clw] [FILE…]: lines, words and bytes. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct counts {
    unsigned long lines, words, bytes;
};

static bool show_lines, show_words, show_bytes;

static void print(const struct counts *n, const char *name)
{
    const char *gap = "";

    if (show_lines)
        gap = (printf("%s%lu", gap, n->lines), " ");
    if (show_words)
        gap = (printf("%s%lu", gap, n->words), " ");
    if (show_bytes)
        printf("%s%lu", gap, n->bytes);
    printf(name ? " %s\n" : "\n", name);
}

static struct counts count(FILE *f)
{
    struct counts n = {0, 0, 0};
    bool in_word = false;
    int c;

    while ((c = getc(f)) != EOF) {
        n.bytes++;
        n.lines += c == '\n';
        n.words += !in_word && !isspace(c);
        in_word = !isspace(c);
    }
    return n;
}

static int count_file(const char *path, struct counts *total)
{
    FILE *f = fopen(path, "r");
    struct counts n;

    if (!f) {
        fprintf(stderr, "wc: %s: %s\n", path, strerror(errno));
        return 1;
    }
    n = count(f);
    fclose(f);
    print(&n, path);
    total->lines += n.lines;
    total->words += n.words;
    total->bytes += n.bytes;
    return 0;
}

int main(int argc, char **argv)
{
    struct counts total = {0, 0, 0};
    int option, failed = 0;

    while ((option = getopt(argc, argv, "clw")) != -1) {
        if (option == '?')
            return 2;
        show_bytes |= option == 'c';
        show_lines |= option == 'l';
        show_words |= option == 'w';
    }
    if (!show_bytes && !show_lines && !show_words)
        show_bytes = show_lines = show_words = true;
    if (optind == argc) {
        total = count(stdin);
        print(&total, NULL);
        return 0;
    }
    for (int i = optind; i < argc; i++)
        failed |= count_file(argv[i], &total);
    if (argc - optind > 1)
        print(&total, "total");
    return failed;
}

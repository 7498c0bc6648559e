/* mkcpio OUTPUT LIST…: builds a newc cpio archive, the initial root file system of the guest.
 *
 * The archive is a function of the lists and the files alone: owner 0, time 0, inode numbers in
 * order of appearance. Parents must come before what they hold. The format of a list is
 * described in guest/userland/initrd/rootfs.list.
 *
 * Exit codes: 0 done, 1 a list or a file is wrong or cannot be read or written, 2 usage.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 6, LINE_MAX_LENGTH = 4096 };

enum {
    MODE_LINK = 0120000,
    MODE_FILE = 0100000,
    MODE_BLOCK = 0060000,
    MODE_DIR = 0040000,
    MODE_CHAR = 0020000
};

struct archive {
    FILE *out;
    unsigned long offset;
    unsigned int next_ino;
};

struct entry {
    const char *path;
    unsigned int mode;
    unsigned int major, minor;
    const char *data;
    size_t size;
};

struct line {
    const char *list; /* for messages and relative sources */
    int number;
    int count;
    char *field[FIELDS_MAX];
};

static int fail(const struct line *line, const char *what, const char *object)
{
    fprintf(stderr, "mkcpio: %s:%d: %s: %s\n", line->list, line->number, what, object);
    return -1;
}

static void put(struct archive *a, const void *data, size_t size)
{
    fwrite(data, 1, size, a->out);
    a->offset += size;
}

static void pad(struct archive *a)
{
    static const char zeros[4];

    put(a, zeros, -a->offset % 4);
}

/* Thirteen fields of eight hex digits after the magic, the name, and the data, each padded to
 * a multiple of four bytes. */
static void put_entry(struct archive *a, const struct entry *e)
{
    unsigned int fields[] = {
        a->next_ino++,
        e->mode,
        0, /* uid */
        0, /* gid */
        (e->mode & 0170000) == MODE_DIR ? 2 : 1,
        0, /* mtime */
        (unsigned int)e->size,
        0, /* device of the archive */
        0,
        e->major,
        e->minor,
        (unsigned int)strlen(e->path) + 1,
        0, /* check sum, unused in newc */
    };

    put(a, "070701", 6);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char hex[9];

        snprintf(hex, sizeof hex, "%08X", fields[i]);
        put(a, hex, 8);
    }
    put(a, e->path, strlen(e->path) + 1);
    pad(a);
    put(a, e->data, e->size);
    pad(a);
}

static void put_trailer(struct archive *a)
{
    struct entry trailer = {.path = "TRAILER!!!"};

    a->next_ino = 0;
    put_entry(a, &trailer);
}

static bool parse_number(const char *s, int base, unsigned int *n)
{
    char *end;

    *n = (unsigned int)strtoul(s, &end, base);
    return *s != 0 && *end == 0;
}

/* The contents of a source file, which is relative to the folder of the list. */
static char *read_source(const struct line *line, const char *source, size_t *size)
{
    const char *slash = strrchr(line->list, '/');
    int folder = *source == '/' || !slash ? 0 : (int)(slash - line->list) + 1;
    char path[LINE_MAX_LENGTH];
    char *data = NULL;
    long length;
    FILE *f;

    snprintf(path, sizeof path, "%.*s%s", folder, line->list, source);
    f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) < 0 || (length = ftell(f)) < 0) {
        fail(line, path, strerror(errno));
    } else {
        rewind(f);
        data = malloc((size_t)length + 1);
        *size = data ? fread(data, 1, (size_t)length, f) : 0;
    }
    if (f)
        fclose(f);
    return data;
}

static int add_dir(struct archive *a, struct line *line, struct entry *e)
{
    if (!parse_number(line->field[2], 8, &e->mode))
        return fail(line, "not an octal mode", line->field[2]);
    e->mode |= MODE_DIR;
    put_entry(a, e);
    return 0;
}

static int add_file(struct archive *a, struct line *line, struct entry *e)
{
    char *data;

    if (!parse_number(line->field[3], 8, &e->mode))
        return fail(line, "not an octal mode", line->field[3]);
    e->mode |= MODE_FILE;
    e->data = data = read_source(line, line->field[2], &e->size);
    if (!data)
        return -1;
    put_entry(a, e);
    free(data);
    return 0;
}

static int add_link(struct archive *a, struct line *line, struct entry *e)
{
    e->mode = MODE_LINK | 0777;
    e->data = line->field[2];
    e->size = strlen(e->data);
    put_entry(a, e);
    return 0;
}

static int add_node(struct archive *a, struct line *line, struct entry *e)
{
    const char *kind = line->field[3];

    if (!parse_number(line->field[2], 8, &e->mode))
        return fail(line, "not an octal mode", line->field[2]);
    if (strcmp(kind, "c") != 0 && strcmp(kind, "b") != 0)
        return fail(line, "a node is c or b, not", kind);
    if (!parse_number(line->field[4], 10, &e->major) ||
        !parse_number(line->field[5], 10, &e->minor))
        return fail(line, "not a device number", line->field[4]);
    e->mode |= *kind == 'c' ? MODE_CHAR : MODE_BLOCK;
    put_entry(a, e);
    return 0;
}

static const struct kind {
    const char *name;
    int fields;
    int (*add)(struct archive *a, struct line *line, struct entry *e);
} kinds[] = {
    {"dir", 3, add_dir},
    {"file", 4, add_file},
    {"link", 3, add_link},
    {"node", 6, add_node},
};

static int add_line(struct archive *a, struct line *line)
{
    struct entry e = {0};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(line->field[0], kinds[i].name) != 0)
            continue;
        if (line->count != kinds[i].fields)
            return fail(line, "wrong number of fields for", kinds[i].name);
        if (*line->field[1] != '/')
            return fail(line, "not an absolute path", line->field[1]);
        e.path = line->field[1] + 1;
        return kinds[i].add(a, line, &e);
    }
    return fail(line, "not dir, file, link or node", line->field[0]);
}

static void split(struct line *line, char *text)
{
    char *rest = NULL;

    line->count = 0;
    for (char *word = strtok_r(text, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
        if (line->count < FIELDS_MAX)
            line->field[line->count] = word;
        line->count++;
    }
}

static int add_list(struct archive *a, const char *path)
{
    struct line line = {.list = path};
    char text[LINE_MAX_LENGTH];
    FILE *list = fopen(path, "r");
    int result = 0;

    if (!list) {
        fprintf(stderr, "mkcpio: %s: %s\n", path, strerror(errno));
        return -1;
    }
    while (result == 0 && fgets(text, sizeof text, list)) {
        line.number++;
        split(&line, text);
        if (line.count > 0 && *line.field[0] != '#')
            result = add_line(a, &line);
    }
    fclose(list);
    return result;
}

int main(int argc, char **argv)
{
    struct archive a = {.next_ino = 1};
    int result = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: mkcpio OUTPUT LIST...\n");
        return 2;
    }
    a.out = fopen(argv[1], "wb");
    if (!a.out) {
        fprintf(stderr, "mkcpio: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    for (int i = 2; i < argc && result == 0; i++)
        result = add_list(&a, argv[i]);
    put_trailer(&a);
    if (ferror(a.out) | fclose(a.out)) {
        fprintf(stderr, "mkcpio: %s: cannot write\n", argv[1]);
        result = -1;
    }
    if (result < 0)
        remove(argv[1]);
    return result < 0;
}

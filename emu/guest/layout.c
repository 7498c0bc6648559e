#include "emu/guest/layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/file.h"
#include "emu/support/log.h"

enum { FILE_MAX = 1 << 20, WORDS = 5, LINE_SIZE = 256 };

/* The words of a line, the remark cut off. */
struct words {
    char text[LINE_SIZE];
    char *word[WORDS];
    unsigned count;
};

static void split(struct words *w)
{
    char *save = NULL;

    w->text[strcspn(w->text, "#")] = '\0';
    w->count = 0;
    for (char *word = strtok_r(w->text, " \t\r", &save); word != NULL && w->count < WORDS;
         word = strtok_r(NULL, " \t\r", &save))
        w->word[w->count++] = word;
}

static bool number(const char *text, uint32_t *value)
{
    char *end;
    unsigned long n;

    errno = 0;
    n = strtoul(text, &end, 0);
    *value = (uint32_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && n <= UINT32_MAX;
}

static bool copy_name(char to[LAYOUT_NAME], const char *from)
{
    return snprintf(to, LAYOUT_NAME, "%s", from) < LAYOUT_NAME;
}

static bool read_sizeof(struct layout *l, const struct words *w)
{
    struct layout_type *t = &l->type[l->types];

    if (w->count != 3 || l->types == LAYOUT_TYPES || !copy_name(t->name, w->word[1]) ||
        !number(w->word[2], &t->size))
        return false;
    l->types++;
    return true;
}

static bool read_table(struct layout *l, const struct words *w)
{
    char *plus = w->count == WORDS ? strchr(w->word[2], '+') : NULL;
    char *dot = w->count == WORDS ? strchr(w->word[2], '.') : NULL;

    if (w->count != WORDS || !number(w->word[3], &l->table_count) ||
        !number(w->word[4], &l->table_stride) || l->table_count > 65536)
        return false;
    if (plus != NULL)
        *plus = '\0';
    if (dot != NULL)
        *dot++ = '\0';
    l->table_offset = 0;
    return copy_name(l->table, w->word[2]) && copy_name(l->table_member, dot ? dot : "") &&
           (plus == NULL || number(plus + 1, &l->table_offset));
}

static bool read_tasks(struct layout *l, const struct words *w)
{
    const char *how = w->count >= 2 ? w->word[1] : "";

    if (strcmp(how, "table") == 0) {
        l->tasks = LAYOUT_TABLE;
        return read_table(l, w);
    }
    l->tasks = strcmp(how, "stack") == 0 ? LAYOUT_STACK : LAYOUT_THREAD_INFO;
    return w->count == 2 && (strcmp(how, "stack") == 0 || strcmp(how, "thread_info") == 0);
}

/* "syscalls 0x40 xv6" */
static bool read_syscalls(struct layout *l, const struct words *w)
{
    uint32_t vector;

    if (w->count != 3 || !number(w->word[1], &vector) || vector < 32 || vector > 255)
        return false;
    l->syscall_vector = (uint8_t)vector;
    for (l->syscalls = 0; l->syscalls < SYSCALL_ABIS; l->syscalls++)
        if (strcmp(syscall_abi_name(l->syscalls), w->word[2]) == 0)
            return true;
    return false;
}

/* "fork fork pid allocproc" */
static bool read_fork(struct layout *l, const struct words *w)
{
    const char *gives = w->count >= 3 ? w->word[2] : "";

    l->fork_gives_pid = strcmp(gives, "pid") == 0;
    return w->count >= 3 && w->count <= 4 && (l->fork_gives_pid || strcmp(gives, "task") == 0) &&
           copy_name(l->fork, w->word[1]) &&
           copy_name(l->fork_child, w->count == 4 ? w->word[3] : "");
}

static bool read_member(struct layout *l, const struct words *w)
{
    struct layout_member *m = &l->member[l->members];
    char *dot = strchr(w->word[0], '.');

    if (dot == NULL || l->members == LAYOUT_MEMBERS || w->count < 2 || w->count > 3 ||
        !number(w->word[1], &m->offset))
        return false;
    m->size = 4;
    if (w->count == 3 && !number(w->word[2], &m->size))
        return false;
    *dot = '\0';
    if (!copy_name(m->type, w->word[0]) || !copy_name(m->path, dot + 1))
        return false;
    l->members++;
    return true;
}

/* "task_struct is proc", "task_struct.comm is name" */
static bool read_alias(struct layout *l, const struct words *w)
{
    struct layout_alias *a = &l->alias[l->aliases];
    char *dot = strchr(w->word[0], '.');

    if (w->count != 3 || l->aliases == LAYOUT_ALIASES)
        return false;
    if (dot != NULL)
        *dot++ = '\0';
    if (!copy_name(a->type, w->word[0]) || !copy_name(a->path, dot ? dot : "") ||
        !copy_name(a->name, w->word[2]))
        return false;
    l->aliases++;
    return true;
}

static bool read_line(struct layout *l, struct words *w)
{
    split(w);
    if (w->count == 0)
        return true;
    if (strcmp(w->word[0], "sizeof") == 0)
        return read_sizeof(l, w);
    if (strcmp(w->word[0], "fork") == 0)
        return read_fork(l, w);
    if (strcmp(w->word[0], "syscalls") == 0)
        return read_syscalls(l, w);
    if (strcmp(w->word[0], "tasks") == 0)
        return read_tasks(l, w);
    if (w->count >= 2 && strcmp(w->word[1], "is") == 0)
        return read_alias(l, w);
    return read_member(l, w);
}

int layout_parse(struct layout *l, const char *name, const char *text, size_t size, char *why,
                 size_t why_size)
{
    const char *end = text + size;

    memset(l, 0, sizeof(*l));
    for (unsigned line = 1; text < end; line++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((stop ? stop : end) - text);
        struct words w;

        snprintf(w.text, sizeof(w.text), "%.*s", length < LINE_SIZE ? (int)length : 0, text);
        if (length >= LINE_SIZE || !read_line(l, &w))
            return log_why(why, why_size, -EINVAL, "layout '%s' line %u: not understood: '%.*s'",
                           name, line, length < 60 ? (int)length : 60, text);
        text += length + 1;
    }
    if (l->members == 0 && l->aliases == 0)
        return log_why(why, why_size, -EINVAL, "layout '%s' names no member of any structure",
                       name);
    return 0;
}

int layout_load(struct layout *l, const char *name, char *why, size_t why_size)
{
    struct file file;
    int err;

    for (const struct layout_builtin *b = layout_builtins; b->name != NULL; b++)
        if (strcmp(b->name, name) == 0)
            return layout_parse(l, name, b->text, strlen(b->text), why, why_size);
    err = file_read(name, FILE_MAX, &file, why, why_size);
    if (err != 0)
        return err;
    err = layout_parse(l, name, (const char *)file.bytes, file.size, why, why_size);
    file_release(&file);
    return err;
}

const struct layout_member *layout_find(const struct layout *l, const char *type, const char *path)
{
    for (unsigned i = 0; i < l->members; i++)
        if (strcmp(l->member[i].type, type) == 0 && strcmp(l->member[i].path, path) == 0)
            return &l->member[i];
    return NULL;
}

uint32_t layout_sizeof(const struct layout *l, const char *type)
{
    for (unsigned i = 0; i < l->types; i++)
        if (strcmp(l->type[i].name, type) == 0)
            return l->type[i].size;
    return 0;
}

const char *layout_alias(const struct layout *l, const char *type, const char *path)
{
    for (unsigned i = 0; i < l->aliases; i++)
        if (strcmp(l->alias[i].type, type) == 0 && strcmp(l->alias[i].path, path) == 0)
            return l->alias[i].name;
    return *path ? path : type;
}

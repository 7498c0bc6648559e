/*
 * Where a kernel without debug information keeps its tasks: a text instead of DWARF.
 *
 * A line each, '#' begins a remark:
 *   sizeof TYPE SIZE                size of a struct or union
 *   TYPE.MEMBER OFFSET [SIZE]       a member; SIZE is 4 where it is left out
 *   tasks thread_info               thread_info at the foot of the stack points at the task
 * (default) tasks stack                     the task itself is at the foot of its stack tasks table
 * SYMBOL+OFFSET COUNT STRIDE    tasks are in an array; each points at its stack
 *
 * Numbers are decimal or 0x…. The types are Linux's, whatever the kernel calls them: thread_union,
 * thread_info, task_struct (pid, comm, stack; thread.esp, thread.esp0), pt_regs. docs/layouts.md.
 */
#ifndef FORKSCOPE_EMU_LAYOUT_H
#define FORKSCOPE_EMU_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAYOUT_NAME = 48, LAYOUT_MEMBERS = 96, LAYOUT_TYPES = 16 };

enum layout_tasks { LAYOUT_THREAD_INFO, LAYOUT_STACK, LAYOUT_TABLE };

struct layout {
    struct layout_member {
        char type[LAYOUT_NAME], path[LAYOUT_NAME];
        uint32_t offset, size;
    } member[LAYOUT_MEMBERS];
    struct layout_type {
        char name[LAYOUT_NAME];
        uint32_t size;
    } type[LAYOUT_TYPES];
    unsigned members, types;
    enum layout_tasks tasks;
    char table[LAYOUT_NAME]; /* symbol */
    uint32_t table_offset, table_count, table_stride;
};

/* 0, or -EINVAL with a sentence in `why` that names the line. `name` is for messages. */
int layout_parse(struct layout *l, const char *name, const char *text, size_t size, char *why,
                 size_t why_size);
/* A built-in layout by its name, else a file. As layout_parse(), or what reading said. */
int layout_load(struct layout *l, const char *name, char *why, size_t why_size);

const struct layout_member *layout_find(const struct layout *l, const char *type, const char *path);
uint32_t layout_sizeof(const struct layout *l, const char *type); /* 0: not known */

/* The built-in ones; `name` is NULL behind the last. */
struct layout_builtin {
    const char *name, *what, *text;
};
extern const struct layout_builtin layout_builtins[];

#endif

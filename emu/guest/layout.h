/*
 * Where a kernel keeps its tasks, as a text: for one without debug information, or one whose types
 * have names of their own.
 *
 * A line each, '#' begins a remark; docs/layouts.md has the whole form:
 *
 *   tasks HOW                       how a stack leads to its task
 *   sizeof TYPE SIZE                size of a struct or union
 *   TYPE.MEMBER OFFSET [SIZE]       a member; SIZE is 4 where it is left out
 *   syscalls VECTOR ABI             the int that programs make, and whose calls they are
 *   fork FUNCTION task|pid [CHILD]  what makes a process, and gives that; CHILD gives the new task
 *                                   as soon as it has a stack
 *   TYPE is NAME                    what the kernel calls it, to be found in its DWARF
 *   TYPE.MEMBER is NAME
 *
 * The types are Linux's, whatever the kernel calls them: thread_union, thread_info, task_struct
 * (pid, comm, stack; thread.esp, thread.esp0), pt_regs.
 */
#ifndef FORKSCOPE_EMU_LAYOUT_H
#define FORKSCOPE_EMU_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/syscalls.h"

enum { LAYOUT_NAME = 48, LAYOUT_MEMBERS = 96, LAYOUT_TYPES = 16, LAYOUT_ALIASES = 32 };

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
    struct layout_alias { /* what the kernel calls a type, or a member of one ("" for the type) */
        char type[LAYOUT_NAME], path[LAYOUT_NAME], name[LAYOUT_NAME];
    } alias[LAYOUT_ALIASES];
    unsigned members, types, aliases;
    enum layout_tasks tasks;
    char table[LAYOUT_NAME];        /* symbol */
    char table_member[LAYOUT_NAME]; /* of that struct; "": the symbol is the array itself */
    uint32_t table_offset, table_count, table_stride;
    uint8_t syscall_vector; /* 0: not said */
    enum syscall_abi syscalls;
    char fork[LAYOUT_NAME], fork_child[LAYOUT_NAME]; /* functions; "": not said */
    bool fork_gives_pid;
};

/* 0, or -EINVAL with a sentence in `why` that names the line. `name` is for messages. */
int layout_parse(struct layout *l, const char *name, const char *text, size_t size, char *why,
                 size_t why_size);
/* A built-in layout by its name, else a file. As layout_parse(), or what reading said. */
int layout_load(struct layout *l, const char *name, char *why, size_t why_size);

const struct layout_member *layout_find(const struct layout *l, const char *type, const char *path);
/* The kernel's name for it; the layout's own where there is no other. */
const char *layout_alias(const struct layout *l, const char *type, const char *path);
uint32_t layout_sizeof(const struct layout *l, const char *type); /* 0: not known */

/* The built-in ones; `name` is NULL behind the last. */
struct layout_builtin {
    const char *name, *what, *text;
};
extern const struct layout_builtin layout_builtins[];

#endif

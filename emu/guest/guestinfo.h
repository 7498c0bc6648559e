/*
 * Where a guest kernel keeps its tasks: struct layouts read from the kernel's DWARF with libdw.
 *
 * The CPU and the machine know nothing of this. A kernel without debug information has no
 * guestinfo; everything that needs it then says "-".
 *
 * `current` is found as Linux i386 finds it: thread_info lies at the lowest address of the kernel
 * stack, whose size is that of union thread_union, so (esp & -size) is the thread_info while in
 * the kernel, and ((TSS.esp0 - 1) & -size) while in ring 3.
 */
#ifndef FORKSCOPE_EMU_GUESTINFO_H
#define FORKSCOPE_EMU_GUESTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/syscalls.h"

struct guestinfo;

/* NULL with a sentence in `why` where the image has no usable DWARF or lacks the structures. */
struct guestinfo *guestinfo_create(const void *elf_image, size_t size, char *why, size_t why_size);
void guestinfo_destroy(struct guestinfo *g);

/* Functions and lines alone, of any i386 ELF file: no structures are asked for. As
 * guestinfo_create(). */
struct guestinfo *guestinfo_create_lines(const void *elf_image, size_t size, char *why,
                                         size_t why_size);

/* With a layout (emu/guest/layout.h) for what the image's DWARF, which it need not have, does not
 * say. `table` is the address of the symbol at which the layout has its tasks, else 0. As
 * guestinfo_create(). */
struct layout;
struct guestinfo *guestinfo_create_from(const struct layout *layout, uint32_t table,
                                        const void *elf_image, size_t size, char *why,
                                        size_t why_size);

/* Offset and size of a struct member, "task_struct", "thread.esp0". False: not there. */
bool guestinfo_member(const struct guestinfo *g, const char *type, const char *path,
                      uint32_t *offset, uint32_t *size);
/* Size of a struct or union; 0: not there. */
uint32_t guestinfo_sizeof(const struct guestinfo *g, const char *type);

/* How a stack leads to its task. */
enum guestinfo_how {
    GUEST_THREAD_INFO,   /* thread_info at its lowest address points at the task */
    GUEST_TASK_ON_STACK, /* the task itself lies there */
    GUEST_TASK_TABLE,    /* an array of tasks is searched for the one that has it */
};

#define GUESTINFO_NONE UINT32_MAX /* an offset that is not known */

/* What inspect_current() needs, looked up once. pid, comm and stack may be GUESTINFO_NONE. */
struct guestinfo_task_layout {
    enum guestinfo_how how;
    uint32_t table, table_count, table_stride;
    uint32_t thread_size;      /* of union thread_union */
    uint32_t thread_info_task; /* offset of thread_info.task */
    uint32_t task_pid, task_comm, task_comm_size;
    uint32_t task_stack;   /* offset of task_struct.stack (or thread_info), the way back */
    uint32_t pt_regs_size; /* 0: no struct pt_regs */
    uint8_t syscall_vector;
    enum syscall_abi syscalls;
    /* The function that makes a process and gives its task, or its pid in a table of tasks; and
     * the one in it that gives the task as soon as that has a stack. NULL: not said. */
    const char *fork, *fork_child;
    bool fork_gives_pid;
};
const struct guestinfo_task_layout *guestinfo_tasks(const struct guestinfo *g);

/* A C type as far as a printed value needs it. */
enum guestinfo_kind {
    GUEST_VOID,
    GUEST_INT,    /* signed integers and enums */
    GUEST_UINT,   /* unsigned integers, bool */
    GUEST_STRING, /* pointer to char */
    GUEST_POINTER,
    GUEST_OTHER, /* structs by value and the like */
};

struct guestinfo_type {
    enum guestinfo_kind kind;
    uint32_t size;
    const char *pointee; /* GUEST_POINTER: name of the struct or union behind it, or NULL */
};

enum { GUESTINFO_PARAMS_MAX = 8 };

/* Where a parameter is at the function's first instruction: kernels are built with every argument
 * on the stack or with three in registers, and static functions as the compiler likes. */
enum guestinfo_place {
    GUEST_STACK,    /* at esp + `at` */
    GUEST_REGISTER, /* in general register `at`, numbered as in the instruction encoding */
    GUEST_NOWHERE,  /* optimised away */
};

struct guestinfo_param {
    const char *name;
    struct guestinfo_type type;
    enum guestinfo_place place;
    uint32_t at;
};

struct guestinfo_function {
    const char *name;
    struct guestinfo_type result;
    unsigned param_count; /* as declared, at most GUESTINFO_PARAMS_MAX */
    struct guestinfo_param param[GUESTINFO_PARAMS_MAX];
};

/* The definition of a function. False: none. The names live as long as `g`. */
bool guestinfo_function(const struct guestinfo *g, const char *name,
                        struct guestinfo_function *out);

/* The source line of an instruction. `file` lives as long as `g` and is a path without the
 * directory that the kernel was built in. */
bool guestinfo_line(const struct guestinfo *g, uint32_t addr, const char **file, int *line);

/* The first instruction of a source line, or of the next line that has any. `file` is a name or the
 * end of a path. */
bool guestinfo_address(const struct guestinfo *g, const char *file, int line, uint32_t *addr);

/* The member of a struct that covers the byte at `offset`: NULL where there is none. */
const char *guestinfo_member_at(const struct guestinfo *g, const char *type, uint32_t offset);

#endif

/* The `layout` verb: where a kernel keeps its tasks, from its debug information, as a text for
 * those builds of it that have none. */
#include <stdio.h>
#include <string.h>

#include "emu/boot/boot.h"
#include "emu/exitcode.h"
#include "emu/guest/guestinfo.h"
#include "emu/guest/layout.h"
#include "emu/guest/symbols.h"
#include "emu/options.h"
#include "emu/support/log.h"
#include "emu/verbs.h"

static void print_help(void)
{
    printf("usage: forkscope layout KERNEL [--layout NAME|FILE]\n"
           "       forkscope layout NAME\n\n"
           "Writes where a kernel keeps its tasks, from its debug information; of a kernel whose\n"
           "types have other names than Linux's, with the help of a layout. Built in are:\n");
    for (const struct layout_builtin *b = layout_builtins; b->name != NULL; b++)
        printf("  %-16s %s\n", b->name, b->what);
    options_print(stdout, VERB_LAYOUT);
}

/* ---- Printing ---------------------------------------------------------------------------- */

static void print_tasks(const struct guestinfo *g, const struct layout *l, uint32_t symbol)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(g);
    const char *dot = l->table_member[0] ? "." : "";

    switch (t->how) {
    case GUEST_THREAD_INFO:
        printf("tasks thread_info\nthread_info.task %u\n", t->thread_info_task);
        break;
    case GUEST_TASK_ON_STACK:
        printf("tasks stack\n");
        break;
    case GUEST_TASK_TABLE:
        printf("tasks table %s%s%s+%u %u %u\n", l->table, dot, l->table_member, t->table - symbol,
               t->table_count, t->table_stride);
    }
    printf("sizeof thread_union %u\n", t->thread_size);
}

/* The first of some names that the struct has, under the name that layouts use. */
static void print_member(const struct guestinfo *g, const char *type, const char *name,
                         const char *older)
{
    uint32_t offset, size;

    if (!guestinfo_member(g, type, name, &offset, &size) &&
        !guestinfo_member(g, type, older, &offset, &size))
        return;
    printf("%s.%s %u", type, name, offset);
    printf(size == 4 ? "\n" : " %u\n", size);
}

static void print_layout(const struct guestinfo *g, const struct layout *l, uint32_t symbol)
{
    uint32_t frame = guestinfo_tasks(g)->pt_regs_size;

    print_tasks(g, l, symbol);
    print_member(g, "task_struct", "pid", "pid");
    print_member(g, "task_struct", "comm", "comm");
    print_member(g, "task_struct", "stack", "thread_info");
    print_member(g, "task_struct", "thread.esp", "thread.sp");
    print_member(g, "task_struct", "thread.esp0", "thread.sp0");
    print_member(g, "task_struct", "mm", "mm");
    printf("sizeof pt_regs %u\n", frame);
    for (uint32_t offset = 0; offset < frame; offset += 4) {
        const char *name = guestinfo_member_at(g, "pt_regs", offset);

        if (name != NULL)
            printf("pt_regs.%s %u\n", name, offset);
    }
    if (l->syscall_vector != 0)
        printf("syscalls %#x %s\n", l->syscall_vector, syscall_abi_name(l->syscalls));
    if (l->fork[0] != '\0')
        printf("fork %s %s%s%s\n", l->fork, l->fork_gives_pid ? "pid" : "task",
               *l->fork_child ? " " : "", l->fork_child);
    for (unsigned i = 0; i < l->aliases; i++)
        printf("%s%s%s is %s\n", l->alias[i].type, *l->alias[i].path ? "." : "", l->alias[i].path,
               l->alias[i].name);
}

/* ---- The verb ---------------------------------------------------------------------------- */

static uint32_t address_of(const struct file *kernel, const char *name)
{
    struct symbols *symbols = symbols_create();
    const struct symbol *symbol;
    uint32_t address = 0;
    char ignored[1];

    if (symbols == NULL)
        return 0;
    symbols_add_elf(symbols, kernel->bytes, kernel->size, ignored, 1);
    symbol = symbols_by_name(symbols, name);
    if (symbol != NULL)
        address = symbol->addr;
    symbols_destroy(symbols);
    return address;
}

static int print_kernel(const char *path, const struct layout *l)
{
    struct guestinfo *g;
    struct file file;
    uint32_t symbol;
    char why[256];

    if (file_read(path, BOOT_FILE_MAX, &file, why, sizeof(why)) != 0) {
        log_error("%s", why);
        return EXITCODE_INPUT;
    }
    symbol = address_of(&file, l->table);
    g = l->types > 0 ? guestinfo_create_from(l, symbol, file.bytes, file.size, why, sizeof(why))
                     : guestinfo_create(file.bytes, file.size, why, sizeof(why));
    if (g != NULL)
        print_layout(g, l, symbol);
    else
        log_error("'%s' tells no layout: %s", path, why);
    file_release(&file);
    guestinfo_destroy(g);
    return g ? EXITCODE_OK : EXITCODE_INPUT;
}

static bool print_builtin(const char *name)
{
    for (const struct layout_builtin *b = layout_builtins; b->name != NULL; b++) {
        if (strcmp(b->name, name) != 0)
            continue;
        printf("# %s\n%s", b->what, b->text);
        return true;
    }
    return false;
}

int layout_main(int argc, char **argv)
{
    struct layout layout = {0};
    struct options o;
    char why[256];

    if (options_parse(&o, VERB_LAYOUT, argc, argv, why, sizeof(why)) != 0) {
        log_error("%s", why);
        return EXITCODE_USAGE;
    }
    if (o.help) {
        print_help();
        return EXITCODE_OK;
    }
    if (o.words_count != 1) {
        log_error("layout wants one kernel: forkscope layout KERNEL");
        return EXITCODE_USAGE;
    }
    if (o.layout != NULL && layout_load(&layout, o.layout, why, sizeof(why)) != 0) {
        log_error("%s", why);
        return EXITCODE_INPUT;
    }
    if (o.layout == NULL && print_builtin(o.words[0]))
        return EXITCODE_OK;
    return print_kernel(o.words[0], &layout);
}

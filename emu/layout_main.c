/* The `layout` verb: where a kernel keeps its tasks, from its debug information, as a text for
 * those builds of it that have none. */
#include <stdio.h>
#include <string.h>

#include "emu/boot/boot.h"
#include "emu/exitcode.h"
#include "emu/guest/guestinfo.h"
#include "emu/guest/layout.h"
#include "emu/options.h"
#include "emu/support/log.h"
#include "emu/verbs.h"

static void print_help(void)
{
    printf("usage: forkscope layout KERNEL|NAME\n\n"
           "Writes the layout of a kernel that has debug information, or a built-in one:\n");
    for (const struct layout_builtin *b = layout_builtins; b->name != NULL; b++)
        printf("  %-12s %s\n", b->name, b->what);
    options_print(stdout, VERB_LAYOUT);
}

/* The first of some names that the struct has, under the name that layouts use. */
static void print_member(const struct guestinfo *g, const char *type, const char *name,
                         const char *older)
{
    uint32_t offset, size;

    if (guestinfo_member(g, type, name, &offset, &size) ||
        guestinfo_member(g, type, older, &offset, &size))
        printf("%s.%s %u %u\n", type, name, offset, size);
}

static void print_layout(const struct guestinfo *g)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(g);

    printf("tasks thread_info\nsizeof thread_union %u\nthread_info.task %u\n", t->thread_size,
           t->thread_info_task);
    print_member(g, "task_struct", "pid", "pid");
    print_member(g, "task_struct", "comm", "comm");
    print_member(g, "task_struct", "stack", "thread_info");
    print_member(g, "task_struct", "thread.esp", "thread.sp");
    print_member(g, "task_struct", "thread.esp0", "thread.sp0");
    print_member(g, "task_struct", "mm", "mm");
    printf("sizeof pt_regs %u\n", t->pt_regs_size);
    for (uint32_t offset = 0; offset < t->pt_regs_size; offset += 4) {
        const char *name = guestinfo_member_at(g, "pt_regs", offset);

        if (name != NULL)
            printf("pt_regs.%s %u\n", name, offset);
    }
}

static int print_kernel(const char *path)
{
    struct guestinfo *g;
    struct file file;
    char why[256];

    if (file_read(path, BOOT_FILE_MAX, &file, why, sizeof(why)) != 0) {
        log_error("%s", why);
        return EXITCODE_INPUT;
    }
    g = guestinfo_create(file.bytes, file.size, why, sizeof(why));
    if (g != NULL)
        print_layout(g);
    else
        log_error("'%s' tells no layout: %s", path, why);
    file_release(&file);
    guestinfo_destroy(g);
    return g ? EXITCODE_OK : EXITCODE_INPUT;
}

int layout_main(int argc, char **argv)
{
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
    for (const struct layout_builtin *b = layout_builtins; b->name != NULL; b++)
        if (strcmp(b->name, o.words[0]) == 0) {
            printf("# %s\n%s", b->what, b->text);
            return EXITCODE_OK;
        }
    return print_kernel(o.words[0]);
}

#include "emu/boot/boot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/log.h"

/* "name rest" with a base name, in new memory. */
static char *join(const char *path, const char *rest)
{
    char *text;

    if (asprintf(&text, "%s%s%s", file_basename(path), *rest ? " " : "", rest) < 0)
        return NULL;
    return text;
}

/* Copies up to the next single comma, doubled ones as one. Returns what follows, or NULL. */
static const char *next_item(const char *list, char *item)
{
    for (; *list; list++) {
        if (list[0] == ',' && list[1] != ',')
            break;
        if (list[0] == ',')
            list++;
        *item++ = *list;
    }
    *item = '\0';
    return *list ? list + 1 : NULL;
}

/* `item` is "path" or "path arguments"; it is cut in two. */
static int read_module(struct boot *b, char *item, size_t limit, char *why, size_t why_size)
{
    char *space = strchr(item, ' ');
    int error;

    if (b->modules == LOADER_MODULES)
        return log_why(why, why_size, -EINVAL, "-initrd names more than %d files", LOADER_MODULES);
    if (space)
        *space = '\0';
    error = file_read(item, limit, &b->file[b->modules], why, why_size);
    if (error)
        return error;
    b->string[b->modules] = join(item, space ? space + 1 : "");
    b->path[b->modules] = strdup(item);
    b->modules++;
    if (!b->string[b->modules - 1] || !b->path[b->modules - 1])
        return log_why(why, why_size, -ENOMEM, "out of memory");
    return 0;
}

static int read_modules(struct boot *b, const char *list, size_t limit, char *why, size_t why_size)
{
    char *item = list ? malloc(strlen(list) + 1) : NULL;
    int error = 0;

    if (list && !item)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    while (list && !error) {
        list = next_item(list, item);
        error = read_module(b, item, limit, why, why_size);
    }
    free(item);
    return error;
}

int boot_read(struct boot *b, const char *kernel, const char *initrd, const char *append,
              uint32_t ram_size, char *why, size_t why_size)
{
    int error;

    *b = (struct boot){.kernel_path = strdup(kernel)};
    error = file_read(kernel, BOOT_FILE_MAX, &b->kernel, why, why_size);
    if (error)
        return error;
    b->command_line = join(kernel, append);
    if (!b->command_line || !b->kernel_path)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    return read_modules(b, initrd, ram_size, why, why_size);
}

void boot_release(struct boot *b)
{
    for (unsigned i = 0; i < LOADER_MODULES; i++) {
        file_release(&b->file[i]);
        free(b->string[i]);
        free(b->path[i]);
    }
    file_release(&b->kernel);
    free(b->command_line);
    free(b->kernel_path);
    *b = (struct boot){0};
}

int boot_load(const struct boot *b, struct machine *m, char *why, size_t why_size)
{
    struct loader_module modules[LOADER_MODULES];
    struct loader_result loaded;
    struct cpu_state state;
    int error;

    for (unsigned i = 0; i < b->modules; i++)
        modules[i] = (struct loader_module){b->string[i], b->file[i].bytes, b->file[i].size};
    const struct loader_request request = {.name = b->kernel_path,
                                           .kernel = b->kernel.bytes,
                                           .kernel_size = b->kernel.size,
                                           .command_line = b->command_line,
                                           .modules = modules,
                                           .module_count = b->modules};
    error = loader_place(machine_ram_to_write(m), machine_ram_size(m), &request, &loaded, why,
                         why_size);
    if (error)
        return error;
    cpu_memory_written(machine_cpu(m), 0, machine_ram_size(m));
    state = *cpu_state(machine_cpu(m));
    loader_start_state(&loaded, &state);
    cpu_set_state(machine_cpu(m), &state);
    return 0;
}

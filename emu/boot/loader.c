#include "emu/boot/loader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "emu/boot/kernel_image.h"
#include "emu/boot/multiboot.h"
#include "emu/machine/machine.h"
#include "emu/support/bytes.h"
#include "emu/support/log.h"

#define LOADER_NAME "forkscope"

enum { LOW_START = 0x9000, PAGE = 0x1000, WORD = 4 };

/* Taken memory: kernel segments, modules, the hole, and a few tables. */
enum { RANGES = KERNEL_SEGMENTS + LOADER_MODULES + 16 };

struct range {
    uint64_t first, end;
};

struct layout {
    uint8_t *ram;
    uint32_t ram_size;
    struct range taken[RANGES];
    unsigned count;
    const char *name;
    char *why;
    size_t why_size;
};

#define REFUSE(l, error, ...) log_why((l)->why, (l)->why_size, error, __VA_ARGS__)

/* ---- Who lies where ---------------------------------------------------------------------- */

static const struct range *overlapping(const struct layout *l, uint64_t first, uint64_t end)
{
    for (unsigned i = 0; i < l->count; i++)
        if (first < l->taken[i].end && l->taken[i].first < end)
            return &l->taken[i];
    return NULL;
}

static void take(struct layout *l, uint64_t first, uint64_t end)
{
    l->taken[l->count++] = (struct range){first, end};
}

/* First fit at or above `from`; 0 where there is no room. Each round passes one taken range. */
static uint32_t allocate(struct layout *l, uint64_t from, uint64_t size, uint32_t align)
{
    uint64_t at = from;

    for (;;) {
        at = (at + align - 1) / align * align;
        if (l->count == RANGES || at + size > l->ram_size)
            return 0;
        const struct range *other = overlapping(l, at, at + size);
        if (!other)
            break;
        at = other->end;
    }
    take(l, at, at + size);
    return (uint32_t)at;
}

static int no_room(const struct layout *l, const char *what)
{
    return REFUSE(l, -ENOSPC, "no room in %" PRIu32 " MB of guest memory for %s: use a larger -m",
                  l->ram_size >> 20, what);
}

/* ---- The kernel -------------------------------------------------------------------------- */

static int place_segment(struct layout *l, const struct kernel_segment *s)
{
    uint64_t end = (uint64_t)s->paddr + s->memsz;

    if (end > l->ram_size)
        return REFUSE(l, -ENOSPC,
                      "'%s' wants physical 0x%" PRIx32 "..0x%" PRIx64 ", but the guest has %" PRIu32
                      " MB: use a larger -m or link it lower",
                      l->name, s->paddr, end - 1, l->ram_size >> 20);
    if (s->paddr < RAM_HOLE_END && end > RAM_HOLE)
        return REFUSE(l, -ENOEXEC,
                      "'%s' wants physical 0x%" PRIx32 "..0x%" PRIx64
                      ", which holds device memory (0xa0000..0xfffff): link it at 1 MB or above",
                      l->name, s->paddr, end - 1);
    if (overlapping(l, s->paddr, end))
        return REFUSE(l, -ENOEXEC,
                      "'%s': two segments overlap at physical 0x%" PRIx32 "..0x%" PRIx64
                      ": check the linker script",
                      l->name, s->paddr, end - 1);
    take(l, s->paddr, end);
    memcpy(l->ram + s->paddr, s->bytes, s->filesz);
    memset(l->ram + s->paddr + s->filesz, 0, s->memsz - s->filesz);
    return 0;
}

static int place_kernel(struct layout *l, const struct kernel_image *image)
{
    for (unsigned i = 0; i < image->count; i++) {
        int error = place_segment(l, &image->segment[i]);

        if (error)
            return error;
    }
    /* Not taken before: a segment in the hole has its own message. */
    take(l, RAM_HOLE, RAM_HOLE_END);
    return 0;
}

/* Modules go behind the kernel, where kernels look for them. */
static uint64_t kernel_end(const struct kernel_image *image)
{
    uint64_t end = RAM_HOLE_END;

    for (unsigned i = 0; i < image->count; i++) {
        uint64_t segment_end = (uint64_t)image->segment[i].paddr + image->segment[i].memsz;

        if (segment_end > end)
            end = segment_end;
    }
    return end;
}

/* ---- Modules and information ------------------------------------------------------------- */

/* 0 where there is no room. */
static uint32_t place_string(struct layout *l, const char *text)
{
    size_t size = strlen(text) + 1;
    uint32_t at = allocate(l, LOW_START, size, WORD);

    if (at)
        memcpy(l->ram + at, text, size);
    return at;
}

static int place_module(struct layout *l, uint64_t from, const struct loader_module *module,
                        uint8_t *entry)
{
    uint32_t at = allocate(l, from, module->size ? module->size : 1, PAGE);
    uint32_t string = place_string(l, module->string);

    if (!at || !string)
        return REFUSE(l, -ENOSPC,
                      "no room in %" PRIu32 " MB of guest memory for module '%s' (%zu bytes): use "
                      "a larger -m",
                      l->ram_size >> 20, module->string, module->size);
    if (module->size)
        memcpy(l->ram + at, module->bytes, module->size);
    put_le32(entry + MBM_START, at);
    put_le32(entry + MBM_END, (uint32_t)(at + module->size));
    put_le32(entry + MBM_STRING, string);
    return 0;
}

static int place_modules(struct layout *l, const struct loader_request *request, uint64_t from,
                         uint8_t *info)
{
    unsigned count = request->module_count;

    if (count > LOADER_MODULES)
        return REFUSE(l, -ENOSPC, "more than %d modules", LOADER_MODULES);
    if (!count)
        return 0;
    uint32_t list = allocate(l, LOW_START, count * MBM_SIZE, WORD);
    if (!list)
        return no_room(l, "the module list");
    memset(l->ram + list, 0, count * MBM_SIZE);
    for (unsigned i = 0; i < count; i++) {
        int error =
            place_module(l, from, &request->modules[i], l->ram + list + (size_t)i * MBM_SIZE);

        if (error)
            return error;
    }
    put_le32(info + MBI_MODS_COUNT, count);
    put_le32(info + MBI_MODS_ADDR, list);
    put_le32(info + MBI_FLAGS, get_le32(info + MBI_FLAGS) | MBI_F_MODULES);
    return 0;
}

static int place_memory_map(struct layout *l, uint8_t *info)
{
    const struct {
        uint64_t base, end;
        uint32_t type;
    } map[] = {
        {0, RAM_HOLE, MMAP_AVAILABLE},
        {RAM_HOLE, RAM_HOLE_END, MMAP_RESERVED},
        {RAM_HOLE_END, l->ram_size, MMAP_AVAILABLE},
    };
    unsigned count = l->ram_size > RAM_HOLE_END ? 3 : 2;
    uint32_t at = allocate(l, LOW_START, count * MMAP_ENTRY, WORD);

    if (!at)
        return no_room(l, "the memory map");
    for (unsigned i = 0; i < count; i++) {
        uint8_t *entry = l->ram + at + (size_t)i * MMAP_ENTRY;

        put_le32(entry + MMAP_SIZE, MMAP_ENTRY - MMAP_BASE);
        put_le64(entry + MMAP_BASE, map[i].base);
        put_le64(entry + MMAP_LENGTH, map[i].end - map[i].base);
        put_le32(entry + MMAP_TYPE, map[i].type);
    }
    put_le32(info + MBI_MMAP_ADDR, at);
    put_le32(info + MBI_MMAP_LENGTH, count * MMAP_ENTRY);
    return 0;
}

static int place_info(struct layout *l, const struct loader_request *request, uint64_t modules_from,
                      uint32_t *at)
{
    int error;

    *at = allocate(l, LOW_START, MBI_SIZE, WORD);
    if (!*at)
        return no_room(l, "the Multiboot information");
    uint8_t *info = l->ram + *at;
    memset(info, 0, MBI_SIZE);

    uint32_t command_line = place_string(l, request->command_line);
    uint32_t loader_name = place_string(l, LOADER_NAME);
    if (!command_line || !loader_name)
        return no_room(l, "the command line");
    put_le32(info + MBI_FLAGS, MBI_F_MEMORY | MBI_F_CMDLINE | MBI_F_MMAP | MBI_F_LOADER_NAME);
    put_le32(info + MBI_MEM_LOWER, RAM_HOLE >> 10);
    put_le32(info + MBI_MEM_UPPER, (l->ram_size - RAM_HOLE_END) >> 10);
    put_le32(info + MBI_CMDLINE, command_line);
    put_le32(info + MBI_BOOT_LOADER_NAME, loader_name);

    error = place_memory_map(l, info);
    return error ? error : place_modules(l, request, modules_from, info);
}

/* ---- The state to start in --------------------------------------------------------------- */

/* Descriptor caches and table of the flat segments that Multiboot promises. */
enum { CODE_SELECTOR = 0x08, DATA_SELECTOR = 0x10, GDT_BYTES = 24 };
enum { CODE_ATTR = 0xc09b, DATA_ATTR = 0xc093 }; /* G, D/B, P, S; accessed code / data */

static void put_flat_descriptor(uint8_t *p, uint32_t attr)
{
    put_le32(p, 0x0000ffff);
    put_le32(p + 4, 0x000f0000 | attr << 8);
}

static int place_gdt(struct layout *l, uint32_t *at)
{
    *at = allocate(l, LOW_START, GDT_BYTES, 2 * WORD);
    if (!*at)
        return no_room(l, "the start-up GDT");
    memset(l->ram + *at, 0, GDT_BYTES);
    put_flat_descriptor(l->ram + *at + CODE_SELECTOR, CODE_ATTR);
    put_flat_descriptor(l->ram + *at + DATA_SELECTOR, DATA_ATTR);
    return 0;
}

/* What of the BIOS data area kernels ask for: they find it filled in by the firmware. */
static void place_bios_data(struct layout *l)
{
    static const struct {
        uint16_t at, value;
    } word[] = {
        {0x400, 0x3f8},          /* port of the first serial line */
        {0x413, RAM_HOLE >> 10}, /* KB of base memory */
        {0x449, 80 << 8 | 3},    /* video mode; columns */
        {0x463, 0x3d4},          /* port of the CRT controller */
    };

    for (unsigned i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
        l->ram[word[i].at] = (uint8_t)word[i].value;
        l->ram[word[i].at + 1] = (uint8_t)(word[i].value >> 8);
    }
}

int loader_place(uint8_t *ram, uint32_t ram_size, const struct loader_request *request,
                 struct loader_result *out, char *why, size_t why_size)
{
    struct layout l = {
        .ram = ram, .ram_size = ram_size, .name = request->name, .why = why, .why_size = why_size};
    struct kernel_image image;
    int error;

    *out = (struct loader_result){0};
    error = kernel_image_parse(request->name, request->kernel, request->kernel_size, &image, why,
                               why_size);
    if (error)
        return error;
    place_bios_data(&l); /* where a kernel may lie, too */
    error = place_kernel(&l, &image);
    if (!error)
        error = place_info(&l, request, kernel_end(&image), &out->info);
    if (!error)
        error = place_gdt(&l, &out->gdt);
    out->entry = image.entry;
    return error;
}

void loader_start_state(const struct loader_result *loaded, struct cpu_state *state)
{
    const struct cpu_segment code = {CODE_SELECTOR, CODE_ATTR, 0, UINT32_MAX};
    const struct cpu_segment data = {DATA_SELECTOR, DATA_ATTR, 0, UINT32_MAX};

    for (unsigned i = 0; i < SEG_COUNT; i++)
        state->seg[i] = i == SEG_CS ? code : data;
    memset(state->gpr, 0, sizeof(state->gpr));
    state->gpr[GPR_EAX] = MULTIBOOT_BOOT_MAGIC;
    state->gpr[GPR_EBX] = loaded->info;
    state->eip = loaded->entry;
    state->eflags = EFLAGS_FIXED;
    state->cr0 |= CR0_PE;
    state->gdtr = (struct cpu_table_reg){loaded->gdt, GDT_BYTES - 1};
    state->idtr = (struct cpu_table_reg){0, 0};
    state->cpl = 0;
    state->a20 = 1;
}

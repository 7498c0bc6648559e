#include "emu/boot/kernel_image.h"

#include <errno.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "emu/boot/multiboot.h"
#include "emu/support/bytes.h"
#include "emu/support/log.h"

/* The file under examination, and where to complain. */
struct source {
    const char *name;
    const uint8_t *bytes;
    size_t size;
    char *why;
    size_t why_size;
};

#define REFUSE(src, ...) log_why((src)->why, (src)->why_size, -ENOEXEC, __VA_ARGS__)

/* ---- The Multiboot header ---------------------------------------------------------------- */

enum { NO_HEADER = -1 };

/* Offset of the first 4-byte aligned `magic`, from `from` on. */
static long find_magic(const struct source *src, uint32_t magic, size_t from)
{
    size_t end = src->size < MULTIBOOT_SEARCH ? src->size : MULTIBOOT_SEARCH;

    for (size_t at = from; at + MBH_SIZE <= end; at += 4)
        if (get_le32(src->bytes + at) == magic)
            return (long)at;
    return NO_HEADER;
}

static bool checksum_holds(const uint8_t *header)
{
    return get_le32(header + MBH_MAGIC) + get_le32(header + MBH_FLAGS) +
               get_le32(header + MBH_CHECKSUM) ==
           0;
}

/* The magic number may turn up by chance; only with its checksum is it a header. */
static long find_header(const struct source *src)
{
    long at = find_magic(src, MULTIBOOT_HEADER_MAGIC, 0);

    while (at != NO_HEADER && !checksum_holds(src->bytes + at))
        at = find_magic(src, MULTIBOOT_HEADER_MAGIC, (size_t)at + 4);
    return at;
}

static int refuse_no_header(const struct source *src)
{
    long at = find_magic(src, MULTIBOOT_HEADER_MAGIC, 0);

    if (at != NO_HEADER)
        return REFUSE(src,
                      "'%s' has a Multiboot header at offset 0x%lx with a wrong checksum: it must "
                      "be -(magic + flags) = 0x%08" PRIx32,
                      src->name, (unsigned long)at,
                      0u - MULTIBOOT_HEADER_MAGIC - get_le32(src->bytes + at + MBH_FLAGS));
    if (find_magic(src, MULTIBOOT2_MAGIC, 0) != NO_HEADER)
        return REFUSE(src,
                      "'%s' has a Multiboot 2 header: forkscope boots Multiboot 1, give the kernel "
                      "a header with magic 0x1badb002",
                      src->name);
    return REFUSE(src,
                  "'%s' has no Multiboot 1 header in its first %d bytes: put one (magic "
                  "0x1badb002, 4-byte aligned) first in the link",
                  src->name, MULTIBOOT_SEARCH);
}

static int check_flags(const struct source *src, uint32_t flags)
{
    uint32_t unknown =
        flags & MBH_F_REQUIRED & ~(uint32_t)(MBH_F_ALIGN_MODULES | MBH_F_MEMORY_INFO);

    if (unknown & MBH_F_VIDEO)
        return REFUSE(src,
                      "'%s' asks for a video mode (Multiboot flag 2), which is not modelled: clear "
                      "the flag and use the VGA text screen or the serial port",
                      src->name);
    if (unknown)
        return REFUSE(src, "'%s' requires unknown Multiboot features (flags 0x%" PRIx32 ")",
                      src->name, unknown);
    return 0;
}

/* ---- Load addresses in the header (the "a.out kludge", 3.1.3) ------------------------------ */

static int parse_addresses(const struct source *src, size_t at, struct kernel_image *out)
{
    const uint8_t *header = src->bytes + at;

    if (src->size - at < MBH_ADDRESSES_SIZE)
        return REFUSE(src, "'%s' is cut short inside its Multiboot header", src->name);

    uint32_t header_addr = get_le32(header + MBH_HEADER_ADDR);
    uint32_t load = get_le32(header + MBH_LOAD_ADDR);
    uint32_t load_end = get_le32(header + MBH_LOAD_END_ADDR);
    uint32_t bss_end = get_le32(header + MBH_BSS_END_ADDR);

    if (load > header_addr || header_addr - load > at)
        return REFUSE(src,
                      "'%s': Multiboot load_addr 0x%" PRIx32 " and header_addr 0x%" PRIx32
                      " do not fit the header's place in the file (offset 0x%zx)",
                      src->name, load, header_addr, at);
    size_t offset = at - (header_addr - load);
    uint64_t filesz = load_end ? (uint64_t)load_end - load : src->size - offset;
    if ((load_end && load_end <= header_addr) || filesz > src->size - offset)
        return REFUSE(src,
                      "'%s': Multiboot load_end_addr 0x%" PRIx32 " lies past the end of the file",
                      src->name, load_end);
    uint64_t memsz = bss_end ? (uint64_t)bss_end - load : filesz;
    if ((bss_end && bss_end < load + filesz) || load + memsz > UINT32_MAX)
        return REFUSE(src,
                      "'%s': Multiboot bss_end_addr 0x%" PRIx32 " lies before the loaded bytes end",
                      src->name, bss_end);

    out->entry = get_le32(header + MBH_ENTRY_ADDR);
    out->count = 1;
    out->segment[0] =
        (struct kernel_segment){load, (uint32_t)memsz, (uint32_t)filesz, src->bytes + offset};
    return 0;
}

/* ---- ELF --------------------------------------------------------------------------------- */

/* What libelf may not be asked: identity, class and size, each with its own sentence. */
static int check_ident(const struct source *src)
{
    const uint8_t *ident = src->bytes;

    if (src->size < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0)
        return REFUSE(src,
                      "'%s' is not an ELF file: forkscope boots 32-bit i386 ELF kernels with a "
                      "Multiboot 1 header",
                      src->name);
    if (src->size < EI_NIDENT)
        return REFUSE(src, "'%s' is cut short inside its ELF header", src->name);
    if (ident[EI_CLASS] == ELFCLASS64)
        return REFUSE(src, "'%s' is a 64-bit ELF file: build the kernel for i386 (-m32)",
                      src->name);
    if (ident[EI_CLASS] != ELFCLASS32 || ident[EI_DATA] != ELFDATA2LSB)
        return REFUSE(src, "'%s' is not a 32-bit little-endian ELF file", src->name);
    if (src->size < sizeof(Elf32_Ehdr))
        return REFUSE(src, "'%s' is cut short inside its ELF header", src->name);
    return 0;
}

static int check_ehdr(const struct source *src, const GElf_Ehdr *ehdr)
{
    if (ehdr->e_machine != EM_386)
        return REFUSE(src, "'%s' is for another machine (ELF machine %u): build it for i386",
                      src->name, ehdr->e_machine);
    if (ehdr->e_type != ET_EXEC)
        return REFUSE(src,
                      "'%s' is not a linked executable (ELF type %u): link it at a fixed address",
                      src->name, ehdr->e_type);
    if (!ehdr->e_phnum)
        return REFUSE(src, "'%s' has no program headers: nothing says what to load", src->name);
    if (ehdr->e_phentsize != sizeof(Elf32_Phdr))
        return REFUSE(src, "'%s' has program headers of %u bytes instead of %zu", src->name,
                      ehdr->e_phentsize, sizeof(Elf32_Phdr));
    if (ehdr->e_phoff + (uint64_t)ehdr->e_phnum * sizeof(Elf32_Phdr) > src->size)
        return REFUSE(src, "'%s' is cut short: its program headers lie past the end of the file",
                      src->name);
    return 0;
}

static int add_segment(const struct source *src, unsigned n, const GElf_Phdr *ph,
                       struct kernel_image *out)
{
    if (ph->p_filesz > ph->p_memsz)
        return REFUSE(src, "'%s': segment %u has more bytes in the file than in memory", src->name,
                      n);
    if (ph->p_offset + ph->p_filesz > src->size)
        return REFUSE(src, "'%s' is cut short: segment %u lies past the end of the file", src->name,
                      n);
    if (ph->p_paddr + ph->p_memsz > UINT32_MAX)
        return REFUSE(
            src, "'%s': segment %u runs past 4 GB (physical 0x%" PRIx64 ", 0x%" PRIx64 " bytes)",
            src->name, n, ph->p_paddr, ph->p_memsz);
    if (out->count == KERNEL_SEGMENTS)
        return REFUSE(src, "'%s' has more than %d loadable segments", src->name, KERNEL_SEGMENTS);
    out->segment[out->count++] =
        (struct kernel_segment){(uint32_t)ph->p_paddr, (uint32_t)ph->p_memsz,
                                (uint32_t)ph->p_filesz, src->bytes + ph->p_offset};
    return 0;
}

/* The entry point is a virtual address where the segments are linked high. */
static void translate_entry(const GElf_Phdr *ph, uint64_t entry, struct kernel_image *out)
{
    if (entry >= ph->p_vaddr && entry - ph->p_vaddr < ph->p_memsz)
        out->entry = (uint32_t)(entry - ph->p_vaddr + ph->p_paddr);
}

static int parse_segments(const struct source *src, Elf *elf, const GElf_Ehdr *ehdr,
                          struct kernel_image *out)
{
    out->entry = (uint32_t)ehdr->e_entry;
    for (unsigned i = 0; i < ehdr->e_phnum; i++) {
        GElf_Phdr ph;

        if (!gelf_getphdr(elf, (int)i, &ph))
            return REFUSE(src, "'%s': program header %u is unreadable: %s", src->name, i,
                          elf_errmsg(-1));
        if (ph.p_type != PT_LOAD || !ph.p_memsz)
            continue;
        int error = add_segment(src, i, &ph, out);
        if (error)
            return error;
        translate_entry(&ph, ehdr->e_entry, out);
    }
    if (!out->count)
        return REFUSE(src, "'%s' has no loadable segment", src->name);
    return 0;
}

static int parse_elf(const struct source *src, struct kernel_image *out)
{
    GElf_Ehdr ehdr;
    int error;

    elf_version(EV_CURRENT);
    /* libelf does not write to an image it was given to read. */
    Elf *elf = elf_memory((char *)src->bytes, src->size);
    if (!elf || !gelf_getehdr(elf, &ehdr)) {
        error = REFUSE(src, "'%s' has a broken ELF header: %s", src->name, elf_errmsg(-1));
    } else {
        error = check_ehdr(src, &ehdr);
        if (!error)
            error = parse_segments(src, elf, &ehdr, out);
    }
    elf_end(elf);
    return error;
}

/* ---- Both together ----------------------------------------------------------------------- */

static bool is_linux_bzimage(const struct source *src)
{
    enum { HDRS_OFFSET = 0x202 };

    return src->size >= HDRS_OFFSET + 4 && memcmp(src->bytes + HDRS_OFFSET, "HdrS", 4) == 0;
}

static int check_entry(const struct source *src, const struct kernel_image *image)
{
    for (unsigned i = 0; i < image->count; i++) {
        const struct kernel_segment *s = &image->segment[i];

        if (image->entry >= s->paddr && image->entry - s->paddr < s->memsz)
            return 0;
    }
    return REFUSE(src, "'%s': the entry point 0x%" PRIx32 " lies in no loaded segment", src->name,
                  image->entry);
}

int kernel_image_parse(const char *name, const void *bytes, size_t size, struct kernel_image *out,
                       char *why, size_t why_size)
{
    struct source src = {name, bytes, size, why, why_size};
    int error;

    *out = (struct kernel_image){0};
    if (!size)
        return REFUSE(&src, "'%s' is empty", name);
    if (is_linux_bzimage(&src))
        return REFUSE(&src,
                      "'%s' is a Linux bzImage, which needs a BIOS: forkscope boots Multiboot 1 "
                      "kernels",
                      name);

    long at = find_header(&src);
    if (at != NO_HEADER)
        out->flags = get_le32(src.bytes + at + MBH_FLAGS);
    bool addresses = out->flags & MBH_F_ADDRESSES;
    error = addresses ? 0 : check_ident(&src);
    if (!error && !addresses)
        error = parse_elf(&src, out);
    if (!error && at == NO_HEADER)
        error = refuse_no_header(&src);
    if (!error && addresses)
        error = parse_addresses(&src, (size_t)at, out);
    if (!error)
        error = check_flags(&src, out->flags);
    return error ? error : check_entry(&src, out);
}

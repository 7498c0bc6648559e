#include "emu/guest/sameprogram.h"

#include <elf.h>
#include <string.h>

struct image {
    const char *bytes;
    size_t size;
    Elf32_Ehdr header;
};

static bool open_image(struct image *i, const void *bytes, size_t size)
{
    *i = (struct image){.bytes = bytes, .size = size};
    if (size < sizeof(i->header))
        return false;
    memcpy(&i->header, bytes, sizeof(i->header));
    return memcmp(i->header.e_ident, ELFMAG, SELFMAG) == 0 &&
           i->header.e_ident[EI_CLASS] == ELFCLASS32 && i->header.e_ident[EI_DATA] == ELFDATA2LSB &&
           i->header.e_phentsize == sizeof(Elf32_Phdr) && i->header.e_phnum > 0;
}

static bool read_segment(const struct image *i, unsigned n, Elf32_Phdr *segment)
{
    uint64_t at = (uint64_t)i->header.e_phoff + n * sizeof(*segment);

    if (at + sizeof(*segment) > i->size)
        return false;
    memcpy(segment, i->bytes + at, sizeof(*segment));
    return (uint64_t)segment->p_offset + segment->p_filesz <= i->size;
}

/* What is loaded is equal; the ELF header may be part of it. */
static bool same_bytes(const struct image *a, const Elf32_Phdr *x, const struct image *b,
                       const Elf32_Phdr *y)
{
    size_t skip = x->p_offset < sizeof(Elf32_Ehdr) ? sizeof(Elf32_Ehdr) - x->p_offset : 0;

    if (skip >= x->p_filesz)
        return true;
    return memcmp(a->bytes + x->p_offset + skip, b->bytes + y->p_offset + skip,
                  x->p_filesz - skip) == 0;
}

static bool same_segment(const struct image *a, const struct image *b, unsigned n)
{
    Elf32_Phdr x, y;

    if (!read_segment(a, n, &x) || !read_segment(b, n, &y))
        return false;
    return memcmp(&x, &y, sizeof(x)) == 0 && (x.p_type != PT_LOAD || same_bytes(a, &x, b, &y));
}

bool same_program(const void *a, size_t a_size, const void *b, size_t b_size)
{
    struct image one, two;

    if (!open_image(&one, a, a_size) || !open_image(&two, b, b_size) ||
        one.header.e_entry != two.header.e_entry || one.header.e_phnum != two.header.e_phnum)
        return false;
    for (unsigned n = 0; n < one.header.e_phnum; n++)
        if (!same_segment(&one, &two, n))
            return false;
    return true;
}

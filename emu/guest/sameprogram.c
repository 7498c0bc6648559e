#include "emu/guest/sameprogram.h"

#include <gelf.h>
#include <string.h>

struct image {
    const char *bytes;
    size_t size, segments;
    Elf *elf;
    GElf_Ehdr header;
};

static bool open_image(struct image *i, const void *bytes, size_t size)
{
    elf_version(EV_CURRENT);
    *i = (struct image){.bytes = bytes, .size = size, .elf = elf_memory((char *)bytes, size)};
    return i->elf != NULL && gelf_getehdr(i->elf, &i->header) != NULL &&
           i->header.e_ident[EI_CLASS] == ELFCLASS32 && i->header.e_ident[EI_DATA] == ELFDATA2LSB &&
           elf_getphdrnum(i->elf, &i->segments) == 0 && i->segments > 0;
}

static bool read_segment(const struct image *i, size_t n, GElf_Phdr *segment)
{
    return gelf_getphdr(i->elf, (int)n, segment) != NULL && segment->p_offset <= i->size &&
           segment->p_filesz <= i->size - segment->p_offset;
}

/* What is loaded is equal; the ELF header may be part of it. */
static bool same_bytes(const struct image *a, const struct image *b, const GElf_Phdr *segment)
{
    size_t at = segment->p_offset, end = at + segment->p_filesz;

    if (at < sizeof(Elf32_Ehdr))
        at = sizeof(Elf32_Ehdr);
    return at >= end || memcmp(a->bytes + at, b->bytes + at, end - at) == 0;
}

static bool same_segment(const struct image *a, const struct image *b, size_t n)
{
    GElf_Phdr x, y;

    return read_segment(a, n, &x) && read_segment(b, n, &y) && memcmp(&x, &y, sizeof(x)) == 0 &&
           (x.p_type != PT_LOAD || same_bytes(a, b, &x));
}

static bool same_images(const struct image *a, const struct image *b)
{
    if (a->header.e_entry != b->header.e_entry || a->segments != b->segments)
        return false;
    for (size_t n = 0; n < a->segments; n++)
        if (!same_segment(a, b, n))
            return false;
    return true;
}

bool same_program(const void *a, size_t a_size, const void *b, size_t b_size)
{
    struct image one, two = {.elf = NULL};
    bool same =
        open_image(&one, a, a_size) && open_image(&two, b, b_size) && same_images(&one, &two);

    elf_end(one.elf);
    elf_end(two.elf);
    return same;
}

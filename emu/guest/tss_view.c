#include "emu/guest/tss_view.h"

#include <stdio.h>
#include <string.h>

/* Where 0.11 took a field from. */
enum source {
    FROM_REGS,  /* the saved register of the same name */
    FROM_ZERO,  /* 0, whatever was saved */
    FROM_STACK, /* the child's kernel stack */
    FROM_SS0,
    FROM_CR3,
    FROM_LDT,
    FROM_IO_MAP,
};

/* A T bit of 0, and an i/o map that begins behind the segment's end: no port is allowed. */
#define NO_IO_MAP UINT32_C(0x80000000)

static const struct {
    const char *name;
    enum source source;
    bool selector;
    const char *why;
} fields[TSS_VIEW_FIELDS] = {
    {"back_link", FROM_ZERO, true, "no task called this one"},
    {"esp0", FROM_STACK, false, "top of the child's kernel page"},
    {"ss0", FROM_SS0, true, "the kernel's data segment"},
    {"esp1", FROM_ZERO, false, "rings 1 and 2 are not used"},
    {"ss1", FROM_ZERO, true, ""},
    {"esp2", FROM_ZERO, false, ""},
    {"ss2", FROM_ZERO, true, ""},
    {"cr3", FROM_CR3, false, "the page directory; 0.11 had one for all"},
    {"eip", FROM_REGS, false, "pushed by the CPU"},
    {"eflags", FROM_REGS, false, "pushed by the CPU"},
    {"eax", FROM_ZERO, false, "fork returns 0 in the child"},
    {"ecx", FROM_REGS, false, "saved by the entry code"},
    {"edx", FROM_REGS, false, "saved by the entry code"},
    {"ebx", FROM_REGS, false, "saved by the entry code"},
    {"esp", FROM_REGS, false, "pushed by the CPU"},
    {"ebp", FROM_REGS, false, "saved by the entry code"},
    {"esi", FROM_REGS, false, "saved by the entry code"},
    {"edi", FROM_REGS, false, "saved by the entry code"},
    {"es", FROM_REGS, true, "saved by the entry code"},
    {"cs", FROM_REGS, true, "pushed by the CPU"},
    {"ss", FROM_REGS, true, "pushed by the CPU"},
    {"ds", FROM_REGS, true, "saved by the entry code"},
    {"fs", FROM_REGS, true, "saved by the entry code"},
    {"gs", FROM_REGS, true, "saved by the entry code"},
    {"ldt", FROM_LDT, true, "0.11: the child's own slot in the GDT"},
    {"i/o map", FROM_IO_MAP, false, "behind the end of the segment: no ports"},
};

/* "eax" is ax in newer kernels, "ds" was xds in older ones. */
static bool is_register(const char *member, const char *name)
{
    if (member == NULL)
        return false;
    if (member[0] == 'x')
        member++;
    return strcmp(member, name) == 0 || (name[0] == 'e' && strcmp(member, name + 1) == 0);
}

static int find_word(const struct tss_view_input *in, const char *name)
{
    for (unsigned word = 0; word < in->words; word++)
        if (is_register(in->names[word], name))
            return (int)word;
    return TSS_VIEW_NONE;
}

static void fill_from_input(const struct tss_view_input *in, enum source source,
                            struct tss_view_field *f)
{
    f->known = true;
    switch (source) {
    case FROM_ZERO:
        f->value = 0;
        break;
    case FROM_STACK:
        f->value = in->stack_top;
        break;
    case FROM_SS0:
        f->value = in->ss0;
        break;
    case FROM_CR3:
        f->known = in->has_cr3;
        f->value = in->cr3;
        break;
    case FROM_LDT:
        f->known = in->has_cr3;
        f->value = in->ldt;
        break;
    case FROM_IO_MAP:
        f->value = NO_IO_MAP;
        break;
    case FROM_REGS:
        f->known = f->word != TSS_VIEW_NONE;
        f->value = f->known ? in->parent[f->word] : 0;
        break;
    }
}

void tss_view_make(const struct tss_view_input *in, struct tss_view_field out[TSS_VIEW_FIELDS])
{
    for (unsigned i = 0; i < TSS_VIEW_FIELDS; i++) {
        struct tss_view_field *f = &out[i];
        uint32_t mask = fields[i].selector ? 0xffff : UINT32_MAX;

        *f = (struct tss_view_field){.name = fields[i].name, .offset = 4 * i, .why = fields[i].why};
        f->word = find_word(in, f->name);
        if (f->word != TSS_VIEW_NONE)
            f->saved = in->child[f->word] & mask;
        fill_from_input(in, fields[i].source, f);
        f->value &= mask;
    }
}

const char *tss_view_line(const struct tss_view_input *in, const struct tss_view_field *f,
                          char *text, size_t size)
{
    char value[16] = "-", saved[16] = "";
    const char *member = f->word != TSS_VIEW_NONE ? in->names[f->word] : "";
    bool differ = f->known && f->word != TSS_VIEW_NONE && f->value != f->saved;

    if (f->known)
        snprintf(value, sizeof(value), "%08x", f->value);
    if (f->word != TSS_VIEW_NONE)
        snprintf(saved, sizeof(saved), "%08x", f->saved);
    snprintf(text, size, "%02x  %-9s  %-8s  %-8s  %-8s %-2s%s%s", f->offset, f->name, value, member,
             saved, differ ? "<>" : "", f->why[0] ? "  " : "", f->why);
    while (text[0] != '\0' && text[strlen(text) - 1] == ' ')
        text[strlen(text) - 1] = '\0';
    return text;
}

/*
 * Builds small i386 ELF kernels in memory, for tests that load, damage or run them.
 *
 * The file: ELF header, program headers, then at KERNEL_OFFSET the one segment's bytes (a Multiboot
 * header of 32 bytes and the code), then symbol table, strings and section headers. Tests change
 * the parts through the pointers afterwards.
 */
#ifndef FORKSCOPE_TESTS_ELF_BUILDER_H
#define FORKSCOPE_TESTS_ELF_BUILDER_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    KERNEL_OFFSET = 0x200,
    KERNEL_HEADER = 32, /* the code begins behind it */
    KERNEL_PADDR = 0x100000,
    KERNEL_MAX = 0x4000,
    KERNEL_PHDRS = 4,
    KERNEL_SYMBOLS = 16,
};

struct test_kernel {
    _Alignas(8) uint8_t bytes[KERNEL_MAX];
    size_t size;
    Elf32_Ehdr *ehdr;
    Elf32_Phdr *phdr; /* KERNEL_PHDRS of them, the first in use */
    uint32_t *header; /* Multiboot */
    Elf32_Shdr *shdr; /* null, .text, .symtab, .strtab */
    Elf32_Sym *sym;   /* sym[0] is null */
    char *strings;
    uint32_t string_used, symbols;
};

static inline void test_kernel_checksum(struct test_kernel *k)
{
    k->header[2] = 0u - k->header[0] - k->header[1];
}

static inline void test_kernel_headers(struct test_kernel *k, uint32_t code_size)
{
    uint32_t filesz = KERNEL_HEADER + code_size;

    k->ehdr = (Elf32_Ehdr *)k->bytes;
    *k->ehdr = (Elf32_Ehdr){
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_386,
        .e_version = EV_CURRENT,
        .e_entry = KERNEL_PADDR + KERNEL_HEADER,
        .e_phoff = sizeof(Elf32_Ehdr),
        .e_ehsize = sizeof(Elf32_Ehdr),
        .e_phentsize = sizeof(Elf32_Phdr),
        .e_phnum = 1,
    };
    k->phdr = (Elf32_Phdr *)(k->bytes + sizeof(Elf32_Ehdr));
    k->phdr[0] = (Elf32_Phdr){.p_type = PT_LOAD,
                              .p_offset = KERNEL_OFFSET,
                              .p_vaddr = KERNEL_PADDR,
                              .p_paddr = KERNEL_PADDR,
                              .p_filesz = filesz,
                              .p_memsz = filesz,
                              .p_flags = PF_R | PF_W | PF_X,
                              .p_align = 4};
    k->size = KERNEL_OFFSET + filesz;
}

/* A kernel at KERNEL_PADDR whose code is `code`. */
static inline void test_kernel_build(struct test_kernel *k, const void *code, uint32_t code_size)
{
    memset(k, 0, sizeof(*k));
    test_kernel_headers(k, code_size);
    k->header = (uint32_t *)(k->bytes + KERNEL_OFFSET);
    k->header[0] = 0x1badb002;
    k->header[1] = 0x3;
    test_kernel_checksum(k);
    memcpy(k->bytes + KERNEL_OFFSET + KERNEL_HEADER, code, code_size);
}

/* Room for KERNEL_SYMBOLS symbols in a .text that covers [addr, addr + size). */
static inline void test_kernel_add_symtab(struct test_kernel *k, uint32_t addr, uint32_t size)
{
    enum { STRINGS = 0x800 };
    uint32_t at = (uint32_t)(k->size + 7) & ~7u;
    uint32_t strings = at + KERNEL_SYMBOLS * (uint32_t)sizeof(Elf32_Sym);
    uint32_t sections = strings + STRINGS;

    k->sym = (Elf32_Sym *)(k->bytes + at);
    k->strings = (char *)k->bytes + strings;
    k->shdr = (Elf32_Shdr *)(k->bytes + sections);
    k->shdr[1] = (Elf32_Shdr){.sh_type = SHT_PROGBITS,
                              .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
                              .sh_addr = addr,
                              .sh_offset = KERNEL_OFFSET,
                              .sh_size = size,
                              .sh_addralign = 1};
    k->shdr[2] = (Elf32_Shdr){.sh_type = SHT_SYMTAB,
                              .sh_offset = at,
                              .sh_size = sizeof(Elf32_Sym),
                              .sh_link = 3,
                              .sh_entsize = sizeof(Elf32_Sym),
                              .sh_addralign = 4};
    k->shdr[3] = (Elf32_Shdr){
        .sh_type = SHT_STRTAB, .sh_offset = strings, .sh_size = STRINGS, .sh_addralign = 1};
    k->ehdr->e_shoff = sections;
    k->ehdr->e_shnum = 4;
    k->ehdr->e_shentsize = sizeof(Elf32_Shdr);
    k->size = sections + 4 * sizeof(Elf32_Shdr);
    k->string_used = 1;
    k->symbols = 1;
}

/* `section` 1 is .text. */
static inline void test_kernel_symbol(struct test_kernel *k, const char *name, unsigned bind,
                                      unsigned type, uint32_t addr, uint32_t size, uint16_t section)
{
    k->sym[k->symbols++] = (Elf32_Sym){.st_name = k->string_used,
                                       .st_value = addr,
                                       .st_size = size,
                                       .st_info = (unsigned char)ELF32_ST_INFO(bind, type),
                                       .st_shndx = section};
    strcpy(k->strings + k->string_used, name);
    k->string_used += (uint32_t)strlen(name) + 1;
    k->shdr[2].sh_size = k->symbols * (uint32_t)sizeof(Elf32_Sym);
}

#endif

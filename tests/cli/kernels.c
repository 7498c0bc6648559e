/*
 * Writes the small kernels that the command line is tested with into a folder: good ones that do
 * one thing each, and files that are no kernels.  usage: kernels FOLDER
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/elf_builder.h"

#define CODE(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* What the kernels are made of. */
#define MOV_AL(v)    0xb0, (v)
#define OUT_AL(port) 0xe6, (port)
#define MOV_DX(v)    0x66, 0xba, (v)&0xff, (v) >> 8
#define OUT_DX       0xee
#define CLI          0xfa
#define STI          0xfb
#define HALT         0xf4, 0xeb, 0xfd /* 1: hlt; jmp 1b */
#define EXIT(v)      MOV_AL(v), OUT_AL(0xf4), HALT
#define SAY(c)       MOV_AL(c), OUT_DX

static const struct {
    const char *name;
    const uint8_t *code;
    uint32_t size;
} kernels[] = {
    {"hello", CODE(MOV_DX(0x3f8), SAY('h'), SAY('i'), SAY('\n'), EXIT(0))},
    {"failure", CODE(EXIT(3))},
    {"halted", CODE(CLI, HALT)},
    {"sleeping", CODE(STI, HALT)},
    /* The timer runs, but nobody has set up the interrupt controllers: it wakes nobody. */
    {"idling", CODE(MOV_AL(0x34), OUT_AL(0x43), MOV_AL(0), OUT_AL(0x40), OUT_AL(0x40), STI, HALT)},
    {"spinning", CODE(0xeb, 0xfe)},
    {"triple", CODE(0x0f, 0x0b)},
    /* Paging with an empty directory: mov eax,0x200000; mov cr3,eax; mov eax,cr0;
     * or eax,0x80000000; mov cr0,eax; nop. */
    {"unmapped", CODE(0xb8, 0x00, 0x00, 0x20, 0x00, 0x0f, 0x22, 0xd8, 0x0f, 0x20, 0xc0, 0x0d, 0x00,
                      0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0, 0x90, HALT)},
    /* lidt; ud2; IDT at 0x100030 up to entry 6, of which only that one is not zero: a gate that is
     * not present. */
    {"absent-gate",
     CODE(0x0f, 0x01, 0x1d, 0x68, 0x00, 0x10, 0x00, 0x0f, 0x0b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x29, 0x00, 0x08, 0x00, 0x00, 0x0e, 0x10, 0x00,
          0x37, 0x00, 0x30, 0x00, 0x10, 0x00)},
    /* lgdt; mov ax,0x18; ltr ax; jmp 0x20:0; what the second task does; the GDT's limit and base;
     * the GDT: nothing, code, data, both TSS; the first TSS; the second: eip, eflags, esp, es cs ss
     * ds. */
    {"two-tasks",
     CODE(0x0f, 0x01, 0x15, 0x3c, 0x00, 0x10, 0x00, 0x66, 0xb8, 0x18, 0x00, 0x0f, 0x00, 0xd8, 0xea,
          0, 0, 0, 0, 0x20, 0x00, EXIT(0), 0x27, 0x00, 0x44, 0x00, 0x10, 0x00, [44] = 0xff, 0xff, 0,
          0, 0, 0x9a, 0xcf, 0, 0xff, 0xff, 0, 0, 0, 0x92, 0xcf, 0, 0x67, 0, 0x6c, 0x00, 0x10, 0x89,
          0, 0, 0x67, 0, 0xd4, 0x00, 0x10, 0x89, 0, 0, [212] = 0x35, 0x00, 0x10, 0, 2, 0, 0,
          0, [236] = 0x00, 0x80, [252] = 0x10, 0, 0, 0, 0x08, 0, 0, 0, 0x10, 0, 0, 0,
          0x10, [282] = 0x68, 0)},
    {"reset", CODE(MOV_AL(1), OUT_AL(0x92), HALT)},
    {"flood", CODE(MOV_DX(0x3f8), MOV_AL('x'), OUT_DX, 0xeb, 0xfd)},
    /* lidt, int3; the handler; IDT (entry 3 is a gate to the handler); its limit and base. */
    {"breakpoint", CODE(0x0f, 0x01, 0x1d, 0x50, 0x00, 0x10, 0x00, 0xcc, EXIT(0), 0x90, 0, 0, 0, 0,
                        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x28, 0x00,
                        0x08, 0x00, 0x00, 0x8e, 0x10, 0x00, 0x1f, 0x00, 0x30, 0x00, 0x10, 0x00)},
    /* Echoes COM1 until a 'q': in al,0x3fd; test al,1; jz; in al,0x3f8; out; cmp al,'q'; jne. */
    {"echo", CODE(MOV_DX(0x3fd), 0xec, 0xa8, 0x01, 0x74, 0xf7, MOV_DX(0x3f8), 0xec, OUT_DX, 0x3c,
                  'q', 0x75, 0xed, EXIT(0))},
    /* Reads a byte, and an instruction that there is not ends it. */
    {"killed-by-key",
     CODE(MOV_DX(0x3fd), 0xec, 0xa8, 0x01, 0x74, 0xf7, MOV_DX(0x3f8), 0xec, 0x0f, 0x0b)},
    {"debugcon", CODE(MOV_AL('d'), OUT_AL(0xe9), MOV_AL('\n'), OUT_AL(0xe9), EXIT(0))},
    {"panicked", CODE(0x90, CLI, HALT)}, /* the second instruction of these two is panic() */
    {"panicked-spinning", CODE(0x90, 0xeb, 0xfe)},
};

static void write_file(const char *folder, const char *name, const void *bytes, size_t size)
{
    char path[1024];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, size, f) != size || fclose(f) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static void write_kernel(const char *folder, const char *name, const struct test_kernel *k)
{
    write_file(folder, name, k->bytes, k->size);
}

static void write_good(const char *folder)
{
    static struct test_kernel k;

    for (unsigned i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
        uint32_t start = KERNEL_PADDR + KERNEL_HEADER;

        test_kernel_build(&k, kernels[i].code, kernels[i].size);
        test_kernel_add_symtab(&k, start, kernels[i].size);
        test_kernel_symbol(&k, "start", STB_GLOBAL, STT_FUNC, start, 0, 1);
        if (strncmp(kernels[i].name, "panicked", 8) == 0)
            test_kernel_symbol(&k, "panic", STB_GLOBAL, STT_FUNC, start + 1, 2, 1);
        write_kernel(folder, kernels[i].name, &k);
    }
}

static void write_bad(const char *folder)
{
    static struct test_kernel k;
    const uint8_t code[] = {CLI, HALT};

    write_file(folder, "bad-empty", "", 0);
    write_file(folder, "bad-text", "#!/bin/sh\n", 10);
    test_kernel_build(&k, code, sizeof(code));
    write_file(folder, "bad-cut-header", k.bytes, 40);
    write_file(folder, "bad-cut-segment", k.bytes, k.size - 1);
    k.ehdr->e_machine = EM_X86_64;
    write_kernel(folder, "bad-machine", &k);
    test_kernel_build(&k, code, sizeof(code));
    k.ehdr->e_ident[EI_CLASS] = ELFCLASS64;
    write_kernel(folder, "bad-class", &k);
    test_kernel_build(&k, code, sizeof(code));
    k.header[0] = 0;
    write_kernel(folder, "bad-no-multiboot", &k);
    test_kernel_build(&k, code, sizeof(code));
    k.phdr[0].p_memsz = 0x10000000;
    write_kernel(folder, "bad-large", &k);
    test_kernel_build(&k, code, sizeof(code));
    k.phdr[1] = k.phdr[0];
    k.ehdr->e_phnum = 2;
    write_kernel(folder, "bad-overlap", &k);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: kernels FOLDER\n");
        return EXIT_FAILURE;
    }
    write_good(argv[1]);
    write_bad(argv[1]);
    return EXIT_SUCCESS;
}

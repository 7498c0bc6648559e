/*
 * Call frame information, as a debugger finds it: every function of an ELF file of the guest has a
 * description from its first byte to its last, and those that the processor or a signal enters are
 * marked as such, since the address they go back to is that of the instruction itself.
 *
 *   frames ELF [SIGNAL_FRAME...]     the names of all that are so marked, and of no other
 */
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned looked_at, bad;

static bool is_listed(const char *name, char **names)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static void complain(const char *name, Dwarf_Addr at, const char *what)
{
    printf("%s at %08llx: %s\n", name, (unsigned long long)at, what);
    bad++;
}

/* The rule for the CFA has to be there, too: without one nothing above can be found. */
static void look_at(Dwarf_CFI *cfi, const char *name, Dwarf_Addr at, bool signal_wanted)
{
    Dwarf_Frame *frame = NULL;
    Dwarf_Op *ops;
    size_t count;
    bool is_signal;

    looked_at++;
    if (dwarf_cfi_addrframe(cfi, at, &frame) != 0) {
        complain(name, at, "no description");
        return;
    }
    if (dwarf_frame_info(frame, NULL, NULL, &is_signal) < 0)
        complain(name, at, "no return address");
    else if (is_signal != signal_wanted)
        complain(name, at, is_signal ? "marked as entered by an event" : "not so marked");
    if (dwarf_frame_cfa(frame, &ops, &count) != 0 || count == 0)
        complain(name, at, "no frame address");
    free(frame);
}

/* Its arithmetic of 64 bits comes without descriptions: __udivdi3, __ctzdi2 and others. */
static bool is_of_libgcc(const char *name)
{
    size_t length = strlen(name);

    return strncmp(name, "__", 2) == 0 && length > 5 && memcmp(name + length - 3, "di", 2) == 0;
}

static void look_at_functions(Elf *elf, Dwarf_CFI *cfi, Elf_Scn *section, char **signals)
{
    GElf_Shdr header;
    Elf_Data *data = elf_getdata(section, NULL);

    gelf_getshdr(section, &header);
    for (int i = 0; data && (size_t)i < header.sh_size / header.sh_entsize; i++) {
        GElf_Sym symbol;
        const char *name;

        if (!gelf_getsym(data, i, &symbol) || GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
            symbol.st_size == 0)
            continue;
        name = elf_strptr(elf, header.sh_link, symbol.st_name);
        if (is_of_libgcc(name))
            continue;
        look_at(cfi, name, symbol.st_value, is_listed(name, signals));
        look_at(cfi, name, symbol.st_value + symbol.st_size - 1, is_listed(name, signals));
    }
}

int main(int argc, char **argv)
{
    int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    Dwarf *dwarf = fd < 0 ? NULL : dwarf_begin(fd, DWARF_C_READ);
    Dwarf_CFI *cfi = dwarf ? dwarf_getcfi(dwarf) : NULL;
    Elf_Scn *section = NULL;
    Elf *elf;

    if (fd < 0) {
        printf("skipped: the guest has not been built\n");
        return 77;
    }
    if (!cfi) {
        printf("%s has no .debug_frame\n", argv[1]);
        return EXIT_FAILURE;
    }
    elf = dwarf_getelf(dwarf);
    while ((section = elf_nextscn(elf, section))) {
        GElf_Shdr header;

        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            look_at_functions(elf, cfi, section, argv + 2);
    }
    printf("%u places, %u bad\n", looked_at, bad);
    dwarf_end(dwarf);
    close(fd);
    return bad || !looked_at ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The kernel's debug information: opened, and its names in order. */
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>

#include "emu/guest/guestinfo_state.h"
#include "emu/support/log.h"

/* ---- The index of names -------------------------------------------------------------------- */

static bool is_indexed(Dwarf_Die *die, enum guestinfo_what *what)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_subprogram:
        *what = GUESTINFO_FUNCTION;
        break;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        *what = GUESTINFO_TYPE;
        break;
    case DW_TAG_variable:
        *what = GUESTINFO_VARIABLE;
        break;
    default:
        return false;
    }
    return !dwarf_hasattr(die, DW_AT_declaration) && dwarf_diename(die) != NULL;
}

static bool add_entry(struct guestinfo *g, Dwarf_Die *die, enum guestinfo_what what)
{
    if (g->entry_count == g->entry_room) {
        size_t room = g->entry_room ? 2 * g->entry_room : 256;
        struct guestinfo_entry *entries = reallocarray(g->entries, room, sizeof(*entries));

        if (entries == NULL)
            return false;
        g->entries = entries;
        g->entry_room = room;
    }
    g->entries[g->entry_count++] =
        (struct guestinfo_entry){dwarf_diename(die), dwarf_dieoffset(die), what,
                                 what == GUESTINFO_FUNCTION && dwarf_hasattr(die, DW_AT_low_pc)};
    return true;
}

static bool index_unit(struct guestinfo *g, Dwarf_Die *unit)
{
    Dwarf_Die die;
    enum guestinfo_what what;

    if (dwarf_child(unit, &die) != 0)
        return true;
    do {
        if (is_indexed(&die, &what) && !add_entry(g, &die, what))
            return false;
    } while (dwarf_siblingof(&die, &die) == 0);
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    const struct guestinfo_entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    if (order == 0)
        order = (int)x->what - (int)y->what;
    if (order == 0)
        order = (int)y->code - (int)x->code;
    return order ? order : (x->die > y->die) - (x->die < y->die);
}

static bool build_index(struct guestinfo *g)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;

    while (dwarf_get_units(g->dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
        if (!index_unit(g, &die))
            return false;
    if (g->entry_count > 0)
        qsort(g->entries, g->entry_count, sizeof(*g->entries), compare_entries);
    return true;
}

bool guestinfo_find(const struct guestinfo *g, const char *name, enum guestinfo_what what,
                    Dwarf_Die *die)
{
    size_t low = 0, high = g->entry_count;
    struct guestinfo_entry key = {name, 0, what, what == GUESTINFO_FUNCTION};

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (compare_entries(&g->entries[mid], &key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < g->entry_count && g->entries[low].what == what &&
           strcmp(g->entries[low].name, name) == 0 &&
           dwarf_offdie(g->dwarf, g->entries[low].die, die) != NULL;
}

/* ---- Life ---------------------------------------------------------------------------------- */

static int open_elf(struct guestinfo *g, size_t size, char *why, size_t why_size)
{
    GElf_Ehdr header;

    elf_version(EV_CURRENT);
    g->elf = elf_memory(g->image, size);
    if (g->elf == NULL || elf_kind(g->elf) != ELF_K_ELF || gelf_getehdr(g->elf, &header) == NULL)
        return log_why(why, why_size, -ENOEXEC, "not an ELF file");
    if (header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_machine != EM_386)
        return log_why(why, why_size, -ENOEXEC, "not an ELF file for i386");
    return 0;
}

int guestinfo_open_dwarf(struct guestinfo *g, const void *elf_image, size_t size, char *why,
                         size_t why_size)
{
    int error;

    g->image = malloc(size ? size : 1);
    if (g->image == NULL)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    if (size > 0)
        memcpy(g->image, elf_image, size);
    error = open_elf(g, size, why, why_size);
    if (error)
        return error;
    g->dwarf = dwarf_begin_elf(g->elf, DWARF_C_READ, NULL);
    if (g->dwarf == NULL)
        return log_why(why, why_size, -ENODATA, "no debug information (%s)", dwarf_errmsg(-1));
    return build_index(g) ? 0 : log_why(why, why_size, -ENOMEM, "out of memory");
}

void guestinfo_close_dwarf(struct guestinfo *g)
{
    if (g->dwarf != NULL)
        dwarf_end(g->dwarf);
    if (g->elf != NULL)
        elf_end(g->elf);
    free(g->entries);
    free(g->image);
}

/* What is known of a guest's structures, for the files that find it out. Private to emu/guest/. */
#ifndef FORKSCOPE_EMU_GUESTINFO_STATE_H
#define FORKSCOPE_EMU_GUESTINFO_STATE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/guest/guestinfo.h"
#include "emu/guest/layout.h"

enum guestinfo_what { GUESTINFO_TYPE, GUESTINFO_FUNCTION, GUESTINFO_VARIABLE };

/* A named struct or union, function or variable, found by binary search. */
struct guestinfo_entry {
    const char *name;
    Dwarf_Off die;
    enum guestinfo_what what;
    bool code; /* a function with instructions of its own, not only inlined ones */
};

struct guestinfo {
    char *image; /* libelf reads from it for as long as it is open */
    Elf *elf;
    Dwarf *dwarf; /* NULL: only a layout */
    struct guestinfo_entry *entries;
    size_t entry_count, entry_room;
    struct guestinfo_task_layout tasks;
    struct layout *layout; /* NULL: all is from DWARF, which otherwise comes first */
};

/* Copies the image and opens what debug information it has. 0, or -errno with a sentence. */
int guestinfo_open_dwarf(struct guestinfo *g, const void *elf_image, size_t size, char *why,
                         size_t why_size);
void guestinfo_close_dwarf(struct guestinfo *g);

/* The first definition under that name: a struct of the same name is the same in every unit. False
 * also where there is no debug information. */
bool guestinfo_find(const struct guestinfo *g, const char *name, enum guestinfo_what what,
                    Dwarf_Die *die);

/* The type of a variable, parameter or function result. */
struct guestinfo_type guestinfo_describe(Dwarf_Die *die);

/* An array in a variable, or in a member of the struct that it is: where it begins there, how many
 * elements of which size. */
bool guestinfo_array(const struct guestinfo *g, const char *variable, const char *member,
                     uint32_t *offset, uint32_t *count, uint32_t *stride);

#endif

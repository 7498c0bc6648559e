/* The kernel's functions and source lines, from DWARF. */
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>

#include "emu/guest/guestinfo_state.h"

/* At the entry of a function the canonical frame address is right above the return address. */
static void place_by_expression(const Dwarf_Op *op, struct guestinfo_param *param)
{
    if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg7) {
        param->place = GUEST_REGISTER;
        param->at = op->atom - DW_OP_reg0;
    } else if (op->atom == DW_OP_fbreg) {
        param->place = GUEST_STACK;
        param->at = (uint32_t)(op->number + 4);
    }
}

static void find_place(Dwarf_Die *die, Dwarf_Addr entry, struct guestinfo_param *param)
{
    Dwarf_Attribute attr;
    Dwarf_Op *ops;
    size_t count;

    param->place = GUEST_NOWHERE;
    if (dwarf_attr_integrate(die, DW_AT_location, &attr) != NULL &&
        dwarf_getlocation_addr(&attr, entry, &ops, &count, 1) == 1 && count == 1)
        place_by_expression(ops, param);
}

bool guestinfo_function(const struct guestinfo *g, const char *name, struct guestinfo_function *out)
{
    Dwarf_Die function, child;
    Dwarf_Addr entry;

    memset(out, 0, sizeof(*out));
    if (!guestinfo_find(g, name, GUESTINFO_FUNCTION, &function) ||
        dwarf_entrypc(&function, &entry) != 0)
        return false;
    out->name = dwarf_diename(&function);
    out->result = guestinfo_describe(&function);
    if (dwarf_child(&function, &child) != 0)
        return true;
    do {
        struct guestinfo_param *param = &out->param[out->param_count];

        if (dwarf_tag(&child) != DW_TAG_formal_parameter)
            continue;
        if (out->param_count == GUESTINFO_PARAMS_MAX)
            break;
        param->name = dwarf_diename(&child);
        param->type = guestinfo_describe(&child);
        find_place(&child, entry, param);
        out->param_count++;
    } while (dwarf_siblingof(&child, &child) == 0);
    return true;
}

/* An absolute path says where the kernel was built, which is nobody's business. */
static const char *without_build_dir(Dwarf_Die *unit, const char *path)
{
    Dwarf_Attribute attr;
    const char *dir = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr));
    size_t length = dir ? strlen(dir) : 0;

    if (length > 0 && strncmp(path, dir, length) == 0 && path[length] == '/')
        path += length + 1;
    if (path[0] == '/')
        path = strrchr(path, '/') + 1;
    while (strncmp(path, "./", 2) == 0 || strncmp(path, "../", 3) == 0)
        path = strchr(path, '/') + 1;
    return path;
}

bool guestinfo_line(const struct guestinfo *g, uint32_t addr, const char **file, int *line)
{
    Dwarf_Die unit;
    Dwarf_Line *row;
    const char *path;

    if (g->dwarf == NULL || dwarf_addrdie(g->dwarf, addr, &unit) == NULL)
        return false;
    row = dwarf_getsrc_die(&unit, addr);
    path = row ? dwarf_linesrc(row, NULL, NULL) : NULL;
    if (path == NULL || dwarf_lineno(row, line) != 0)
        return false;
    *file = without_build_dir(&unit, path);
    return true;
}

/* Is `file` all of `path`, or its last parts? */
static bool is_end_of_path(const char *path, const char *file)
{
    size_t have = strlen(path), want = strlen(file);

    return have >= want && strcmp(path + have - want, file) == 0 &&
           (have == want || path[have - want - 1] == '/');
}

bool guestinfo_address(const struct guestinfo *g, const char *file, int line, uint32_t *addr)
{
    const char *slash = strrchr(file, '/');
    Dwarf_Line **rows = NULL;
    size_t count = 0;
    bool found = false;

    if (g->dwarf == NULL ||
        dwarf_getsrc_file(g->dwarf, slash ? slash + 1 : file, line, 0, &rows, &count) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        Dwarf_Addr at;

        if (dwarf_lineaddr(rows[i], &at) == 0 && (!found || at < *addr) &&
            is_end_of_path(dwarf_linesrc(rows[i], NULL, NULL), file)) {
            *addr = (uint32_t)at;
            found = true;
        }
    }
    free(rows);
    return found;
}

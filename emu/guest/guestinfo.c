#include "emu/guest/guestinfo.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/layout.h"

/* A named struct, union or function, found by binary search. */
struct entry {
    const char *name;
    Dwarf_Off die;
    bool function;
    bool code; /* a function with instructions of its own, not only inlined ones */
};

struct guestinfo {
    char *image; /* libelf reads from it for as long as it is open */
    Elf *elf;
    Dwarf *dwarf;
    struct entry *entries;
    size_t entry_count, entry_room;
    struct guestinfo_task_layout tasks;
    struct layout *layout; /* NULL: DWARF */
};

enum {
    TYPE_CHAIN_MAX = 16, /* typedefs and qualifiers in front of a type */
    COMM_MAX = 16,
    MEMBERS_MAX = 4096, /* members looked at in search of one */
};

static bool say(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool say(char *why, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why, size, format, args);
    va_end(args);
    return false;
}

/* ---- The index of names -------------------------------------------------------------------- */

static bool is_indexed(Dwarf_Die *die, bool *function)
{
    int tag = dwarf_tag(die);

    *function = tag == DW_TAG_subprogram;
    return (*function || tag == DW_TAG_structure_type || tag == DW_TAG_union_type) &&
           !dwarf_hasattr(die, DW_AT_declaration) && dwarf_diename(die) != NULL;
}

static bool add_entry(struct guestinfo *g, Dwarf_Die *die, bool function)
{
    if (g->entry_count == g->entry_room) {
        size_t room = g->entry_room ? 2 * g->entry_room : 256;
        struct entry *entries = reallocarray(g->entries, room, sizeof(*entries));

        if (entries == NULL)
            return false;
        g->entries = entries;
        g->entry_room = room;
    }
    g->entries[g->entry_count++] =
        (struct entry){dwarf_diename(die), dwarf_dieoffset(die), function,
                       function && dwarf_hasattr(die, DW_AT_low_pc)};
    return true;
}

static bool index_unit(struct guestinfo *g, Dwarf_Die *unit)
{
    Dwarf_Die die;
    bool function;

    if (dwarf_child(unit, &die) != 0)
        return true;
    do {
        if (is_indexed(&die, &function) && !add_entry(g, &die, function))
            return false;
    } while (dwarf_siblingof(&die, &die) == 0);
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    if (order == 0)
        order = (int)x->function - (int)y->function;
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

/* The first definition under that name: a struct of the same name is the same in every unit. */
static bool find_die(const struct guestinfo *g, const char *name, bool function, Dwarf_Die *die)
{
    size_t low = 0, high = g->entry_count;
    struct entry key = {name, 0, function, function};

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (compare_entries(&g->entries[mid], &key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < g->entry_count && g->entries[low].function == function &&
           strcmp(g->entries[low].name, name) == 0 &&
           dwarf_offdie(g->dwarf, g->entries[low].die, die) != NULL;
}

/* ---- Types --------------------------------------------------------------------------------- */

static bool is_wrapper(int tag)
{
    return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
           tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* The type a DIE refers to, without typedefs and qualifiers. False: void. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attr;
    Dwarf_Die at = *die;

    for (int i = 0; i < TYPE_CHAIN_MAX; i++) {
        if (dwarf_attr_integrate(&at, DW_AT_type, &attr) == NULL ||
            dwarf_formref_die(&attr, type) == NULL)
            return false;
        if (!is_wrapper(dwarf_tag(type)))
            return true;
        at = *type;
    }
    return false;
}

static bool number(Dwarf_Die *die, unsigned name, uint32_t *value)
{
    Dwarf_Attribute attr;
    Dwarf_Word word;

    if (dwarf_attr_integrate(die, name, &attr) == NULL || dwarf_formudata(&attr, &word) != 0)
        return false;
    *value = (uint32_t)word;
    return true;
}

static uint32_t size_of(Dwarf_Die *type)
{
    Dwarf_Word size;

    return dwarf_aggregate_size(type, &size) == 0 ? (uint32_t)size : 0;
}

static enum guestinfo_kind base_kind(Dwarf_Die *type)
{
    uint32_t encoding;

    if (!number(type, DW_AT_encoding, &encoding))
        return GUEST_OTHER;
    switch (encoding) {
    case DW_ATE_signed:
    case DW_ATE_signed_char:
        return GUEST_INT;
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_boolean:
        return GUEST_UINT;
    default:
        return GUEST_OTHER;
    }
}

static void describe_pointer(Dwarf_Die *pointer, struct guestinfo_type *out)
{
    Dwarf_Die target;

    out->kind = GUEST_POINTER;
    if (!type_of(pointer, &target))
        return;
    if (dwarf_tag(&target) == DW_TAG_structure_type || dwarf_tag(&target) == DW_TAG_union_type)
        out->pointee = dwarf_diename(&target);
    else if (dwarf_tag(&target) == DW_TAG_base_type && size_of(&target) == 1)
        out->kind = GUEST_STRING;
}

/* The type of a variable, parameter or function result. */
static struct guestinfo_type describe_type(Dwarf_Die *die)
{
    struct guestinfo_type out = {GUEST_VOID, 0, NULL};
    Dwarf_Die type;

    if (!type_of(die, &type))
        return out;
    out.size = size_of(&type);
    switch (dwarf_tag(&type)) {
    case DW_TAG_base_type:
        out.kind = base_kind(&type);
        break;
    case DW_TAG_enumeration_type:
        out.kind = GUEST_INT;
        break;
    case DW_TAG_pointer_type:
        describe_pointer(&type, &out);
        break;
    default:
        out.kind = GUEST_OTHER;
    }
    return out;
}

static bool is_aggregate(Dwarf_Die *die)
{
    int tag = dwarf_tag(die);

    return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/* What is sought among the members of a struct. Damaged debug information may nest structs in
 * themselves, so the search has an end. */
struct search {
    const char *name;
    size_t length;
    unsigned left; /* members still to be looked at */
    Dwarf_Die member;
    uint32_t offset;
};

static bool is_named(Dwarf_Die *member, const struct search *s)
{
    const char *name = dwarf_diename(member);

    return name != NULL && strlen(name) == s->length && memcmp(name, s->name, s->length) == 0;
}

/* Members of an anonymous struct or union count as the outer one's, as in C. */
static bool find_member(struct search *s, Dwarf_Die *aggregate, uint32_t base)
{
    Dwarf_Die member, inner;

    if (dwarf_child(aggregate, &member) != 0)
        return false;
    do {
        uint32_t offset = 0;

        if (s->left == 0)
            return false;
        s->left--;
        if (dwarf_tag(&member) != DW_TAG_member)
            continue;
        number(&member, DW_AT_data_member_location, &offset);
        if (is_named(&member, s)) {
            s->member = member;
            s->offset = base + offset;
            return true;
        }
        if (dwarf_diename(&member) == NULL && type_of(&member, &inner) && is_aggregate(&inner) &&
            find_member(s, &inner, base + offset))
            return true;
    } while (dwarf_siblingof(&member, &member) == 0);
    return false;
}

static bool member_of_layout(const struct layout *l, const char *type, const char *path,
                             uint32_t *offset, uint32_t *size)
{
    const struct layout_member *m = layout_find(l, type, path);

    if (m == NULL)
        return false;
    *offset = m->offset;
    *size = m->size;
    return true;
}

bool guestinfo_member(const struct guestinfo *g, const char *type, const char *path,
                      uint32_t *offset, uint32_t *size)
{
    Dwarf_Die at, type_die;
    struct search s = {.left = MEMBERS_MAX};

    *offset = *size = 0;
    if (g->layout != NULL)
        return member_of_layout(g->layout, type, path, offset, size);
    if (!find_die(g, type, false, &at))
        return false;
    for (;;) {
        s.name = path;
        s.length = strcspn(path, ".");
        if (!find_member(&s, &at, *offset) || !type_of(&s.member, &type_die))
            return false;
        *offset = s.offset;
        *size = size_of(&type_die);
        path += s.length;
        if (*path++ == '\0')
            return true;
        at = type_die;
    }
}

static const char *layout_member_at(const struct layout *l, const char *type, uint32_t offset)
{
    for (unsigned i = 0; i < l->members; i++)
        if (strcmp(l->member[i].type, type) == 0 && offset >= l->member[i].offset &&
            offset - l->member[i].offset < l->member[i].size)
            return l->member[i].path;
    return NULL;
}

const char *guestinfo_member_at(const struct guestinfo *g, const char *type, uint32_t offset)
{
    Dwarf_Die aggregate, member, member_type;

    if (g->layout != NULL)
        return layout_member_at(g->layout, type, offset);
    if (!find_die(g, type, false, &aggregate) || dwarf_child(&aggregate, &member) != 0)
        return NULL;
    do {
        uint32_t at = 0;

        if (dwarf_tag(&member) != DW_TAG_member || !type_of(&member, &member_type))
            continue;
        number(&member, DW_AT_data_member_location, &at);
        if (offset >= at && offset - at < size_of(&member_type))
            return dwarf_diename(&member);
    } while (dwarf_siblingof(&member, &member) == 0);
    return NULL;
}

uint32_t guestinfo_sizeof(const struct guestinfo *g, const char *type)
{
    Dwarf_Die die;

    if (g->layout != NULL)
        return layout_sizeof(g->layout, type);
    return find_die(g, type, false, &die) ? size_of(&die) : 0;
}

/* ---- Functions and lines ------------------------------------------------------------------- */

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
    if (g->layout != NULL || !find_die(g, name, true, &function) ||
        dwarf_entrypc(&function, &entry) != 0)
        return false;
    out->name = dwarf_diename(&function);
    out->result = describe_type(&function);
    if (dwarf_child(&function, &child) != 0)
        return true;
    do {
        struct guestinfo_param *param = &out->param[out->param_count];

        if (dwarf_tag(&child) != DW_TAG_formal_parameter)
            continue;
        if (out->param_count == GUESTINFO_PARAMS_MAX)
            break;
        param->name = dwarf_diename(&child);
        param->type = describe_type(&child);
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

    if (g->layout != NULL || dwarf_addrdie(g->dwarf, addr, &unit) == NULL)
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

    if (g->layout != NULL ||
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

/* ---- Life ---------------------------------------------------------------------------------- */

/* task_struct points back at its stack as `stack`, in older kernels as `thread_info`. */
static bool find_task_stack(struct guestinfo *g)
{
    uint32_t size;

    return guestinfo_member(g, "task_struct", "stack", &g->tasks.task_stack, &size) ||
           guestinfo_member(g, "task_struct", "thread_info", &g->tasks.task_stack, &size);
}

static bool find_tasks(struct guestinfo *g, char *why, size_t why_size)
{
    struct guestinfo_task_layout *t = &g->tasks;
    uint32_t size;

    t->thread_size = guestinfo_sizeof(g, "thread_union");
    if (t->thread_size == 0 || (t->thread_size & (t->thread_size - 1)) != 0)
        return say(why, why_size, "the kernel's DWARF has no union thread_union of 2^n bytes");
    if (!guestinfo_member(g, "thread_info", "task", &t->thread_info_task, &size))
        return say(why, why_size, "the kernel's DWARF has no thread_info.task");
    if (!guestinfo_member(g, "task_struct", "pid", &t->task_pid, &size) ||
        !guestinfo_member(g, "task_struct", "comm", &t->task_comm, &t->task_comm_size))
        return say(why, why_size, "the kernel's DWARF has no task_struct.pid and .comm");
    if (!find_task_stack(g))
        return say(why, why_size, "the kernel's DWARF has no task_struct.stack or .thread_info");
    if (t->task_comm_size > COMM_MAX)
        t->task_comm_size = COMM_MAX;
    t->pt_regs_size = guestinfo_sizeof(g, "pt_regs");
    if (t->pt_regs_size > t->thread_size)
        t->pt_regs_size = 0;
    return true;
}

static bool open_dwarf(struct guestinfo *g, size_t size, char *why, size_t why_size)
{
    GElf_Ehdr header;

    elf_version(EV_CURRENT);
    g->elf = elf_memory(g->image, size);
    if (g->elf == NULL || elf_kind(g->elf) != ELF_K_ELF || gelf_getehdr(g->elf, &header) == NULL)
        return say(why, why_size, "not an ELF file");
    if (header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_machine != EM_386)
        return say(why, why_size, "not an ELF file for i386");
    g->dwarf = dwarf_begin_elf(g->elf, DWARF_C_READ, NULL);
    if (g->dwarf == NULL)
        return say(why, why_size, "no debug information (%s)", dwarf_errmsg(-1));
    if (!build_index(g))
        return say(why, why_size, "out of memory");
    return true;
}

struct guestinfo *guestinfo_create(const void *elf_image, size_t size, char *why, size_t why_size)
{
    struct guestinfo *g = calloc(1, sizeof(*g));

    if (g == NULL || (g->image = malloc(size ? size : 1)) == NULL) {
        say(why, why_size, "out of memory");
        guestinfo_destroy(g);
        return NULL;
    }
    memcpy(g->image, elf_image, size);
    if (!open_dwarf(g, size, why, why_size) || !find_tasks(g, why, why_size)) {
        guestinfo_destroy(g);
        return NULL;
    }
    return g;
}

static uint32_t member_or_none(const struct guestinfo *g, const char *path, uint32_t *size)
{
    uint32_t offset;

    return guestinfo_member(g, "task_struct", path, &offset, size) ? offset : GUESTINFO_NONE;
}

static bool tasks_of_layout(struct guestinfo *g, uint32_t table, char *why, size_t why_size)
{
    struct guestinfo_task_layout *t = &g->tasks;
    const struct layout *l = g->layout;
    uint32_t size, task;

    t->how = l->tasks == LAYOUT_TABLE   ? GUEST_TASK_TABLE
             : l->tasks == LAYOUT_STACK ? GUEST_TASK_ON_STACK
                                        : GUEST_THREAD_INFO;
    t->table = table + l->table_offset;
    t->table_count = l->table_count;
    t->table_stride = l->table_stride;
    t->thread_size = layout_sizeof(l, "thread_union");
    if (t->thread_size == 0 || (t->thread_size & (t->thread_size - 1)) != 0)
        return say(why, why_size, "the layout has no 'sizeof thread_union' of 2^n bytes");
    if (t->how == GUEST_THREAD_INFO && !guestinfo_member(g, "thread_info", "task", &task, &size))
        return say(why, why_size, "the layout has no thread_info.task");
    if (t->how == GUEST_THREAD_INFO)
        t->thread_info_task = task;
    if (t->how == GUEST_TASK_TABLE && table == 0)
        return say(why, why_size, "the kernel has no symbol '%s', where the layout has its tasks",
                   l->table);
    t->task_pid = member_or_none(g, "pid", &size);
    t->task_stack = member_or_none(g, "stack", &size);
    if (t->how != GUEST_TASK_ON_STACK && t->task_stack == GUESTINFO_NONE)
        return say(why, why_size, "the layout has no task_struct.stack");
    t->task_comm = member_or_none(g, "comm", &t->task_comm_size);
    if (t->task_comm_size > COMM_MAX)
        t->task_comm_size = COMM_MAX;
    t->pt_regs_size = layout_sizeof(l, "pt_regs");
    if (t->pt_regs_size > t->thread_size)
        t->pt_regs_size = 0;
    return true;
}

struct guestinfo *guestinfo_create_from(const struct layout *layout, uint32_t table, char *why,
                                        size_t why_size)
{
    struct guestinfo *g = calloc(1, sizeof(*g));

    if (g == NULL || (g->layout = malloc(sizeof(*layout))) == NULL) {
        say(why, why_size, "out of memory");
        guestinfo_destroy(g);
        return NULL;
    }
    *g->layout = *layout;
    if (!tasks_of_layout(g, table, why, why_size)) {
        guestinfo_destroy(g);
        return NULL;
    }
    return g;
}

void guestinfo_destroy(struct guestinfo *g)
{
    if (g == NULL)
        return;
    if (g->dwarf != NULL)
        dwarf_end(g->dwarf);
    if (g->elf != NULL)
        elf_end(g->elf);
    free(g->layout);
    free(g->entries);
    free(g->image);
    free(g);
}

const struct guestinfo_task_layout *guestinfo_tasks(const struct guestinfo *g)
{
    return &g->tasks;
}

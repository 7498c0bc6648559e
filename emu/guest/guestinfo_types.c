/* C types and the members of structures, from a layout or from DWARF. */
#include <string.h>

#include <dwarf.h>

#include "emu/guest/guestinfo_state.h"

enum {
    TYPE_CHAIN_MAX = 16, /* typedefs and qualifiers in front of a type */
    MEMBERS_MAX = 4096,  /* members looked at in search of one */
};

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

struct guestinfo_type guestinfo_describe(Dwarf_Die *die)
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

/* ---- Members ------------------------------------------------------------------------------- */

/* What the kernel itself says counts more than a layout, which may be of another build. */
static bool find_type(const struct guestinfo *g, const char *type, Dwarf_Die *die)
{
    const char *name = g->layout ? layout_alias(g->layout, type, "") : type;

    return guestinfo_find(g, name, GUESTINFO_TYPE, die);
}

static bool member_of_dwarf(const struct guestinfo *g, const char *type, const char *path,
                            uint32_t *offset, uint32_t *size)
{
    Dwarf_Die at, type_die;
    struct search s = {.left = MEMBERS_MAX};

    *offset = 0;
    if (!find_type(g, type, &at))
        return false;
    if (g->layout != NULL)
        path = layout_alias(g->layout, type, path);
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

bool guestinfo_member(const struct guestinfo *g, const char *type, const char *path,
                      uint32_t *offset, uint32_t *size)
{
    const struct layout_member *m;

    if (member_of_dwarf(g, type, path, offset, size))
        return true;
    m = g->layout ? layout_find(g->layout, type, path) : NULL;
    *offset = m ? m->offset : 0;
    *size = m ? m->size : 0;
    return m != NULL;
}

static const char *layout_member_at(const struct layout *l, const char *type, uint32_t offset)
{
    for (unsigned i = 0; i < l->members; i++)
        if (strcmp(l->member[i].type, type) == 0 && offset >= l->member[i].offset &&
            offset - l->member[i].offset < l->member[i].size)
            return l->member[i].path;
    return NULL;
}

static const char *dwarf_member_at(Dwarf_Die *aggregate, uint32_t offset)
{
    Dwarf_Die member, member_type;

    if (dwarf_child(aggregate, &member) != 0)
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

const char *guestinfo_member_at(const struct guestinfo *g, const char *type, uint32_t offset)
{
    Dwarf_Die aggregate;

    if (find_type(g, type, &aggregate))
        return dwarf_member_at(&aggregate, offset);
    return g->layout ? layout_member_at(g->layout, type, offset) : NULL;
}

uint32_t guestinfo_sizeof(const struct guestinfo *g, const char *type)
{
    Dwarf_Die die;

    if (find_type(g, type, &die))
        return size_of(&die);
    return g->layout ? layout_sizeof(g->layout, type) : 0;
}

bool guestinfo_array(const struct guestinfo *g, const char *variable, const char *member,
                     uint32_t *offset, uint32_t *count, uint32_t *stride)
{
    struct search s = {.name = member, .length = strlen(member), .left = MEMBERS_MAX};
    Dwarf_Die die, array, element;

    if (!guestinfo_find(g, variable, GUESTINFO_VARIABLE, &die))
        return false;
    if (*member) {
        if (!type_of(&die, &array) || !find_member(&s, &array, 0))
            return false;
        die = s.member;
    }
    if (!type_of(&die, &array) || dwarf_tag(&array) != DW_TAG_array_type ||
        !type_of(&array, &element) || size_of(&element) == 0)
        return false;
    *offset = s.offset;
    *stride = size_of(&element);
    *count = size_of(&array) / *stride;
    return true;
}

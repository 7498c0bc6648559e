#include "emu/trace/trace_type.h"

#include <stdio.h>
#include <string.h>

enum { POINTER_SIZE = 4 };

static const struct {
    const char *text;
    enum guestinfo_kind kind;
    uint32_t size;
} plain[] = {
    {"void", GUEST_VOID, 0}, {"s8", GUEST_INT, 1},   {"s16", GUEST_INT, 2},
    {"s32", GUEST_INT, 4},   {"s64", GUEST_INT, 8},  {"u8", GUEST_UINT, 1},
    {"u16", GUEST_UINT, 2},  {"u32", GUEST_UINT, 4}, {"u64", GUEST_UINT, 8},
};

enum { PLAIN = sizeof(plain) / sizeof(plain[0]) };

const char *guest_type_format(const struct guestinfo_type *type, char *buf, size_t size)
{
    if (type->kind == GUEST_STRING)
        snprintf(buf, size, "char *");
    else if (type->kind == GUEST_POINTER && type->pointee != NULL)
        snprintf(buf, size, "struct %s *", type->pointee);
    else if (type->kind == GUEST_POINTER)
        snprintf(buf, size, "void *");
    else
        snprintf(buf, size, "other %u", type->size);
    for (unsigned i = 0; i < PLAIN; i++)
        if (plain[i].kind == type->kind && plain[i].size == type->size)
            snprintf(buf, size, "%s", plain[i].text);
    return buf;
}

static bool parse_struct(const char *text, char *name, size_t size)
{
    static const char start[] = "struct ", end[] = " *";
    size_t length = strlen(text), around = sizeof(start) + sizeof(end) - 2;

    if (length <= around || length - around >= size ||
        strncmp(text, start, sizeof(start) - 1) != 0 || strcmp(text + length - 2, end) != 0)
        return false;
    snprintf(name, size, "%.*s", (int)(length - around), text + sizeof(start) - 1);
    return true;
}

bool guest_type_parse(const char *text, struct guestinfo_type *out, char *name, size_t size)
{
    unsigned other;

    name[0] = '\0';
    *out = (struct guestinfo_type){GUEST_POINTER, POINTER_SIZE, NULL};
    for (unsigned i = 0; i < PLAIN; i++)
        if (strcmp(plain[i].text, text) == 0) {
            *out = (struct guestinfo_type){plain[i].kind, plain[i].size, NULL};
            return true;
        }
    if (sscanf(text, "other %u", &other) == 1) {
        *out = (struct guestinfo_type){GUEST_OTHER, other, NULL};
        return true;
    }
    if (strcmp(text, "char *") == 0) {
        out->kind = GUEST_STRING;
        return true;
    }
    return strcmp(text, "void *") == 0 || parse_struct(text, name, size);
}

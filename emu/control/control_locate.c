/* Places in the guest as people write them. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/control/control_state.h"
#include "emu/support/log.h"

enum { NAME_MAX_LENGTH = 200 };

static bool number(const char *text, int base, uint32_t *value)
{
    char *end;
    unsigned long long wide;

    if (!isxdigit((unsigned char)*text))
        return false;
    wide = strtoull(text, &end, base);
    *value = (uint32_t)wide;
    return end != text && !*end && wide <= UINT32_MAX;
}

/* "fork.c:120" */
static int locate_line(const struct control *c, const char *text, const char *colon,
                       uint32_t *linear, char *why, size_t why_size)
{
    char file[NAME_MAX_LENGTH];
    uint32_t line;

    if ((size_t)(colon - text) >= sizeof(file) || !number(colon + 1, 10, &line))
        return log_why(why, why_size, -EINVAL, "'%s' is no FILE:LINE", text);
    memcpy(file, text, (size_t)(colon - text));
    file[colon - text] = '\0';
    if (!c->scope->guestinfo)
        return log_why(why, why_size, -EINVAL, "this kernel has no line numbers");
    if (!guestinfo_address(c->scope->guestinfo, file, (int)line, linear))
        return log_why(why, why_size, -EINVAL, "there is no code at line %u of '%s'", line, file);
    return 0;
}

/* "do_fork", "do_fork+0x12" */
static bool locate_symbol(const struct control *c, const char *text, uint32_t *linear)
{
    char name[NAME_MAX_LENGTH];
    size_t length = strcspn(text, "+");
    const struct symbol *symbol;
    uint32_t offset = 0;

    if (length >= sizeof(name) || (text[length] && !number(text + length + 1, 0, &offset)))
        return false;
    memcpy(name, text, length);
    name[length] = '\0';
    symbol = symbols_by_name(c->scope->symbols, name);
    if (symbol)
        *linear = symbol->addr + offset;
    return symbol != NULL;
}

int control_locate(const struct control *c, const char *text, uint32_t *linear, char *why,
                   size_t why_size)
{
    const char *colon = strrchr(text, ':');
    const char *address = *text == '*' ? text + 1 : text;

    if (colon)
        return locate_line(c, text, colon, linear, why, why_size);
    if (locate_symbol(c, text, linear) ||
        (isdigit((unsigned char)*address) && number(address, 0, linear)))
        return 0;
    return log_why(why, why_size, -EINVAL, "'%s' is no symbol, FILE:LINE or address", text);
}

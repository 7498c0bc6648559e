#include "emu/support/quoted.h"

#include <stdbool.h>
#include <string.h>

/* Letters behind a backslash, and what they stand for. */
static const char letters[] = "rnte\\\"";
static const char meanings[] = "\r\n\t\033\\\"";

void quoted_write(FILE *out, const uint8_t *bytes, size_t n)
{
    fputc('"', out);
    for (size_t i = 0; i < n; i++) {
        const char *special = bytes[i] ? strchr(meanings, bytes[i]) : NULL;

        if (special)
            fprintf(out, "\\%c", letters[special - meanings]);
        else if (bytes[i] >= ' ' && bytes[i] <= '~')
            fputc(bytes[i], out);
        else
            fprintf(out, "\\x%02x", bytes[i]);
    }
    fputc('"', out);
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c | 0x20) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* What follows a backslash. Returns behind it, or NULL. */
static const char *read_escape(const char *text, const char *end, uint8_t *byte)
{
    const char *letter = text < end && *text ? strchr(letters, *text) : NULL;

    if (letter) {
        *byte = (uint8_t)meanings[letter - letters];
        return text + 1;
    }
    if (end - text < 3 || *text != 'x' || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
        return NULL;
    *byte = (uint8_t)(hex_digit(text[1]) << 4 | hex_digit(text[2]));
    return text + 3;
}

const char *quoted_read(const char *text, const char *end, uint8_t *to, size_t room, size_t *n)
{
    *n = 0;
    if (text >= end || *text++ != '"')
        return NULL;
    while (text < end && *text != '"') {
        uint8_t byte = (uint8_t)*text++;

        if (byte == '\\')
            text = read_escape(text, end, &byte);
        if (!text || *n == room)
            return NULL;
        to[(*n)++] = byte;
    }
    return text < end ? text + 1 : NULL;
}

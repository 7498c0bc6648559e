#include "format.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct spec {
    bool left, plus, space, alternate, zero;
    int width;
    int precision; /* −1 when not given */
    int length;    /* in bytes of the integer argument */
    char conversion;
};

static void put(struct sink *sink, const char *text, size_t n)
{
    sink->total += (int)n;
    sink->put(sink, text, n);
}

static void pad(struct sink *sink, char c, int n)
{
    char run[16];

    memset(run, c, sizeof run);
    for (; n > 0; n -= (int)sizeof run)
        put(sink, run, n < (int)sizeof run ? (size_t)n : sizeof run);
}

static const char *parse_flags(const char *p, struct spec *spec)
{
    for (;; p++) {
        switch (*p) {
        case '-':
            spec->left = true;
            break;
        case '+':
            spec->plus = true;
            break;
        case ' ':
            spec->space = true;
            break;
        case '#':
            spec->alternate = true;
            break;
        case '0':
            spec->zero = true;
            break;
        default:
            return p;
        }
    }
}

static const char *parse_number(const char *p, int *n, va_list *args)
{
    if (*p == '*') {
        *n = va_arg(*args, int);
        return p + 1;
    }
    for (*n = 0; isdigit((unsigned char)*p); p++)
        *n = *n * 10 + (*p - '0');
    return p;
}

static const char *parse_length(const char *p, struct spec *spec)
{
    spec->length = sizeof(int);
    for (;; p++) {
        switch (*p) {
        case 'h':
            spec->length /= 2;
            break;
        case 'l':
            spec->length = p[-1] == 'l' ? sizeof(long long) : sizeof(long);
            break;
        case 'j':
            spec->length = sizeof(intmax_t);
            break;
        case 'z':
        case 't':
            spec->length = sizeof(size_t);
            break;
        default:
            return p;
        }
    }
}

static const char *parse_spec(const char *p, struct spec *spec, va_list *args)
{
    p = parse_flags(p, spec);
    p = parse_number(p, &spec->width, args);
    if (spec->width < 0) {
        spec->left = true;
        spec->width = -spec->width;
    }
    spec->precision = -1;
    if (*p == '.')
        p = parse_number(p + 1, &spec->precision, args);
    p = parse_length(p, spec);
    spec->conversion = *p;
    return *p ? p + 1 : p;
}

/* Text with its prefix (sign or 0x), zeros up to the precision, and blanks up to the width. */
static void put_padded(struct sink *sink, const struct spec *spec, const char *prefix,
                       const char *text, int n, int zeros)
{
    int prefix_length = (int)strlen(prefix);
    int blanks;

    if (spec->zero && !spec->left && spec->width - prefix_length - n > zeros)
        zeros = spec->width - prefix_length - n;
    blanks = spec->width - prefix_length - zeros - n;
    if (!spec->left)
        pad(sink, ' ', blanks);
    put(sink, prefix, (size_t)prefix_length);
    pad(sink, '0', zeros);
    put(sink, text, (size_t)n);
    if (spec->left)
        pad(sink, ' ', blanks);
}

static void put_integer(struct sink *sink, struct spec *spec, uint64_t value, const char *prefix)
{
    unsigned int base = spec->conversion == 'o' ? 8 : strchr("xXp", spec->conversion) ? 16 : 10;
    const char *digits = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    char *p = text + sizeof text;
    int n, zeros;

    for (uint64_t rest = value; rest > 0; rest /= base)
        *--p = digits[rest % base];
    n = (int)(text + sizeof text - p);
    zeros = (spec->precision < 0 ? 1 : spec->precision) - n;
    if (base == 8 && spec->alternate && zeros <= 0)
        zeros = 1;
    if (spec->precision >= 0)
        spec->zero = false;
    put_padded(sink, spec, prefix, p, n, zeros > 0 ? zeros : 0);
}

static int64_t signed_argument(const struct spec *spec, va_list *args)
{
    switch (spec->length) {
    case sizeof(char):
        return (signed char)va_arg(*args, int);
    case sizeof(short):
        return (short)va_arg(*args, int);
    case sizeof(long long):
        return va_arg(*args, long long);
    default:
        return va_arg(*args, int);
    }
}

static uint64_t unsigned_argument(const struct spec *spec, va_list *args)
{
    uint64_t value = (uint64_t)signed_argument(spec, args);

    return spec->length < 8 ? value & ((1ull << (8 * spec->length)) - 1) : value;
}

static void put_signed(struct sink *sink, struct spec *spec, int64_t value)
{
    const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";

    put_integer(sink, spec, value < 0 ? -(uint64_t)value : (uint64_t)value, sign);
}

static void put_hex(struct sink *sink, struct spec *spec, uint64_t value)
{
    const char *prefix = spec->conversion == 'X' ? "0X" : "0x";

    put_integer(sink, spec, value, spec->alternate && value != 0 ? prefix : "");
}

static void put_string(struct sink *sink, struct spec *spec, const char *s)
{
    if (!s)
        s = "(null)";
    spec->zero = false;
    put_padded(sink, spec, "", s,
               (int)(spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision)), 0);
}

static void put_pointer(struct sink *sink, struct spec *spec, uintptr_t value)
{
    if (value == 0) {
        put_string(sink, spec, "(nil)");
        return;
    }
    put_integer(sink, spec, value, "0x");
}

static void put_char(struct sink *sink, struct spec *spec, char c)
{
    spec->zero = false;
    put_padded(sink, spec, "", &c, 1, 0);
}

/* False when the conversion is not known. */
static bool convert(struct sink *sink, struct spec *spec, va_list *args)
{
    switch (spec->conversion) {
    case 'd':
    case 'i':
        put_signed(sink, spec, signed_argument(spec, args));
        return true;
    case 'u':
    case 'o':
        put_integer(sink, spec, unsigned_argument(spec, args), "");
        return true;
    case 'x':
    case 'X':
        put_hex(sink, spec, unsigned_argument(spec, args));
        return true;
    case 'p':
        put_pointer(sink, spec, (uintptr_t)va_arg(*args, void *));
        return true;
    case 'c':
        put_char(sink, spec, (char)va_arg(*args, int));
        return true;
    case 's':
        put_string(sink, spec, va_arg(*args, const char *));
        return true;
    case '%':
        put(sink, "%", 1);
        return true;
    default:
        return false;
    }
}

void __format(struct sink *sink, const char *format, va_list args)
{
    va_list rest;

    va_copy(rest, args);
    while (*format) {
        struct spec spec = {0};
        const char *percent = strchrnul(format, '%');

        if (percent > format)
            put(sink, format, (size_t)(percent - format));
        if (!*percent)
            break;
        format = parse_spec(percent + 1, &spec, &rest);
        if (!convert(sink, &spec, &rest))
            put(sink, percent, (size_t)(format - percent));
    }
    va_end(rest);
}

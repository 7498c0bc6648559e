/* Formatting: %d %i %u %x %o %c %s %p %%, with 0, -, width, .precision (strings), l and ll. */
#include <linux/kernel.h>
#include <linux/string.h>

/* The buffer being filled; characters beyond the end are only counted. */
struct out {
    char *buf;
    size_t size, len;
};

/* One conversion, as parsed. */
struct spec {
    bool zero, left; /* flags 0 and - */
    int width;       /* at least */
    int precision;   /* strings: at most; -1: none */
    int longs;       /* how many l */
};

static void put(struct out *o, char c)
{
    if (o->len + 1 < o->size)
        o->buf[o->len] = c;
    o->len++;
}

static void pad(struct out *o, char c, int n)
{
    while (n-- > 0)
        put(o, c);
}

static void put_field(struct out *o, const struct spec *s, const char *text, int len)
{
    if (!s->left)
        pad(o, ' ', s->width - len);
    for (int i = 0; i < len; i++)
        put(o, text[i]);
    if (s->left)
        pad(o, ' ', s->width - len);
}

static void put_number(struct out *o, struct spec *s, u64 v, unsigned int base, bool negative)
{
    char digits[24];
    int n = 0, at = sizeof(digits);

    do {
        digits[--at] = "0123456789abcdef"[v % base];
        v /= base;
        n++;
    } while (v);
    if (s->zero && !s->left) {
        if (negative)
            put(o, '-');
        pad(o, '0', s->width - n - negative);
        s->width = 0;
    } else if (negative) {
        digits[--at] = '-';
        n++;
    }
    put_field(o, s, digits + at, n);
}

static u64 get_unsigned(int longs, va_list *args)
{
    return longs == 2 ? va_arg(*args, u64) : va_arg(*args, unsigned long);
}

static s64 get_signed(int longs, va_list *args)
{
    return longs == 2 ? va_arg(*args, s64) : va_arg(*args, long);
}

static int parse_int(const char **fmt, va_list *args)
{
    int n = 0;

    if (**fmt == '*') {
        ++*fmt;
        return va_arg(*args, int);
    }
    while (**fmt >= '0' && **fmt <= '9')
        n = n * 10 + *(*fmt)++ - '0';
    return n;
}

static struct spec parse_spec(const char **fmt, va_list *args)
{
    struct spec s = {.precision = -1};

    for (;; ++*fmt) {
        if (**fmt == '0')
            s.zero = true;
        else if (**fmt == '-')
            s.left = true;
        else
            break;
    }
    s.width = parse_int(fmt, args);
    if (**fmt == '.') {
        ++*fmt;
        s.precision = parse_int(fmt, args);
    }
    for (; **fmt == 'l'; ++*fmt)
        s.longs++;
    return s;
}

static void put_string(struct out *o, const struct spec *s, const char *text)
{
    if (!text)
        text = "(null)";
    put_field(o, s, text, strnlen(text, s->precision < 0 ? (size_t)-1 : (size_t)s->precision));
}

static void convert(struct out *o, char conversion, struct spec *s, va_list *args)
{
    s64 v;
    char c;

    switch (conversion) {
    case 'd':
    case 'i':
        v = get_signed(s->longs, args);
        put_number(o, s, v < 0 ? -(u64)v : (u64)v, 10, v < 0);
        break;
    case 'u':
        put_number(o, s, get_unsigned(s->longs, args), 10, false);
        break;
    case 'x':
        put_number(o, s, get_unsigned(s->longs, args), 16, false);
        break;
    case 'o':
        put_number(o, s, get_unsigned(s->longs, args), 8, false);
        break;
    case 'p':
        s->zero = true;
        s->width = 8;
        put_number(o, s, va_arg(*args, u32), 16, false);
        break;
    case 'c':
        c = va_arg(*args, int);
        put_field(o, s, &c, 1);
        break;
    case 's':
        put_string(o, s, va_arg(*args, const char *));
        break;
    default:
        put(o, conversion);
    }
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
    struct out o = {buf, size, 0};
    va_list ap;

    __builtin_va_copy(ap, args);
    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            put(&o, *fmt);
            continue;
        }
        fmt++;
        struct spec s = parse_spec(&fmt, &ap);
        if (!*fmt)
            break;
        convert(&o, *fmt, &s, &ap);
    }
    va_end(ap);
    if (size)
        buf[min(o.len, size - 1)] = 0;
    return o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(buf, size, fmt, args);
    va_end(args);
    return n;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
{
    unsigned long v = 0;

    if (!base) {
        bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
        base = hex ? 16 : s[0] == '0' ? 8 : 10;
        s += hex ? 2 : 0;
    }
    for (; digit_value(*s) < (int)base; s++)
        v = v * base + digit_value(*s);
    if (end)
        *end = (char *)s;
    return v;
}

/* printf FORMAT [WORD…]: %s %d %u %x %o %c %%, widths, and \n \t \r \\ \NNN. The format is used
 * again while there are words. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **word; /* the next one; NULL at the end */

static const char *next_word(void)
{
    return *word ? *word++ : NULL;
}

/* The character behind a backslash; returns what comes after it. */
static const char *print_escape(const char *at)
{
    static const char letters[] = "abfnrtv\\", means[] = "\a\b\f\n\r\t\v\\";
    const char *letter = *at ? strchr(letters, *at) : NULL;
    int value = 0, digits = 0;

    while (digits < 3 && at[digits] >= '0' && at[digits] <= '7')
        value = value * 8 + at[digits++] - '0';
    if (digits > 0) {
        putchar(value);
        return at + digits;
    }
    putchar(letter ? means[letter - letters] : '\\');
    return letter ? at + 1 : at;
}

/* A conversion; `at` is behind the percent sign. NULL after a message. */
static const char *print_conversion(const char *at)
{
    char format[32] = "%";
    size_t length = strspn(at, "-+ #0123456789.");
    char kind = at[length];
    const char *text;

    if (length > sizeof format - 4 || !kind || !strchr("sdiuxXoc%", kind)) {
        fprintf(stderr, "printf: %%%s: no conversion\n", at);
        return NULL;
    }
    memcpy(format + 1, at, length);
    if (kind == '%') {
        putchar('%');
    } else if (kind == 's' || kind == 'c') {
        text = next_word();
        strcat(format, kind == 'c' ? ".1s" : "s");
        printf(format, text ? text : "");
    } else {
        text = next_word();
        format[length + 1] = 'l';
        format[length + 2] = kind;
        printf(format, text ? strtol(text, NULL, 0) : 0);
    }
    return at + length + 1;
}

static bool print(const char *format)
{
    while (format && *format) {
        char c = *format++;

        if (c == '\\')
            format = print_escape(format);
        else if (c == '%')
            format = print_conversion(format);
        else
            putchar(c);
    }
    return format;
}

int main(int argc, char **argv)
{
    char **before;

    if (argc < 2) {
        fprintf(stderr, "usage: printf FORMAT [WORD...]\n");
        return 2;
    }
    word = argv + 2;
    do {
        before = word;
        if (!print(argv[1]))
            return 1;
    } while (*word && word != before);
    return 0;
}

#include "emu/support/tap.h"

#include <string.h>

/* In a name, # would begin a directive. */
void tap_result(FILE *f, int ok, size_t number, const char *name)
{
    fprintf(f, "%sok %zu - ", ok ? "" : "not ", number);
    for (; *name; name++)
        fputs(*name == '#' ? "\\#" : (char[]){*name, '\0'}, f);
    fputc('\n', f);
}

static void put_lines(FILE *f, const char *prefix, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        fprintf(f, "%s%.*s\n", prefix, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void put_quoted(FILE *f, const char *text)
{
    fputc('"', f);
    for (; *text; text++)
        fputs(*text == '"' ? "\\\"" : *text == '\\' ? "\\\\" : (char[]){*text, '\0'}, f);
    fputc('"', f);
}

void tap_explain(FILE *f, const char *message, const char *detail)
{
    fprintf(f, "  ---\n  message: ");
    put_quoted(f, message);
    fputc('\n', f);
    if (*detail) {
        fprintf(f, "  detail: |2\n");
        put_lines(f, "    ", detail);
    }
    fprintf(f, "  ...\n");
}

void tap_comment(FILE *f, const char *text)
{
    put_lines(f, "# ", text);
}

#include "emu/trace/trace_text_line.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_text_model.h"

/* ---- Words ----------------------------------------------------------------------------------- */

static bool follows(struct text_line *l, const char *text)
{
    size_t length = strlen(text);

    if (strncmp(l->at, text, length) != 0)
        return false;
    l->at += length;
    return true;
}

static void copy_word(char *to, size_t room, const char *from, size_t length)
{
    length = length < room ? length : room - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

void text_words(struct text_line *l, const char *text)
{
    if (!text_reads(l))
        trace_out_puts(l->out, text);
    else if (!follows(l, text))
        l->bad = true;
}

bool text_option(struct text_line *l, bool there, const char *text)
{
    if (text_reads(l))
        return follows(l, text);
    if (there)
        trace_out_puts(l->out, text);
    return there;
}

bool text_either(struct text_line *l, bool first, const char *yes, const char *no)
{
    if (text_option(l, first, yes))
        return true;
    text_words(l, no);
    return false;
}

unsigned text_choice(struct text_line *l, const char *const *words, unsigned which)
{
    size_t best = 0;

    if (!text_reads(l)) {
        trace_out_puts(l->out, words[which]);
        return which;
    }
    for (unsigned i = 0; words[i] != NULL; i++) {
        size_t length = strlen(words[i]);

        if (length > best && strncmp(l->at, words[i], length) == 0) {
            best = length;
            which = i;
        }
    }
    l->bad |= best == 0;
    l->at += best;
    return which;
}

void text_name(struct text_line *l, const char *name, char buf[TEXT_NAME])
{
    size_t length = strcspn(l->at ? l->at : "", "( =,)\n");

    if (!text_reads(l)) {
        trace_out_puts(l->out, name);
        return;
    }
    l->bad |= length == 0 || length >= TEXT_NAME;
    copy_word(buf, TEXT_NAME, l->at, length);
    l->at += length;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static void skip_blanks(struct text_line *l)
{
    l->at += strspn(l->at, " ");
}

static uint64_t read_number(struct text_line *l, unsigned base)
{
    uint64_t value = 0;
    const char *start = l->at;

    for (; isxdigit((unsigned char)*l->at); l->at++) {
        unsigned digit = (unsigned char)*l->at;

        digit = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    l->bad |= l->at == start;
    return value;
}

uint64_t text_decimal(struct text_line *l, uint64_t value, int width)
{
    if (!text_reads(l)) {
        trace_out_printf(l->out, "%*llu", width, (unsigned long long)value);
        return value;
    }
    if (width)
        skip_blanks(l);
    return read_number(l, 10);
}

uint32_t text_hex(struct text_line *l, uint32_t value, int digits)
{
    if (text_reads(l))
        return (uint32_t)read_number(l, 16);
    trace_out_printf(l->out, "%0*x", digits, value);
    return value;
}

/* "<do_fork+0x12>" behind an address. */
static void learn_symbol(struct text_line *l, uint32_t addr)
{
    const char *start, *end, *plus;
    uint32_t offset = 0;
    char name[TEXT_NAME];

    if (*l->at != '<')
        return;
    start = l->at + 1;
    end = strchr(start, '>');
    if (end == NULL || end - start >= TEXT_NAME)
        return;
    copy_word(name, sizeof(name), start, (size_t)(end - start));
    plus = strrchr(name, '+');
    if (plus != NULL && strncmp(plus, "+0x", 3) == 0) {
        offset = (uint32_t)strtoul(plus + 1, NULL, 16);
        name[plus - name] = '\0';
    }
    text_model_symbol(l->model, l->program, addr, name, offset);
    l->at = end + 1;
}

uint32_t text_code(struct text_line *l, uint32_t addr)
{
    char name[TEXT_NAME];

    if (!text_reads(l)) {
        trace_out_puts(l->out, trace_name_code(l->names, addr, name, sizeof(name)));
        return addr;
    }
    addr = (uint32_t)read_number(l, 16);
    learn_symbol(l, addr);
    return addr;
}

uint32_t text_data(struct text_line *l, uint32_t addr)
{
    char name[TEXT_NAME];

    if (text_reads(l))
        return (uint32_t)read_number(l, 16);
    trace_out_puts(l->out, trace_name_data(l->names, addr, name, sizeof(name)));
    return addr;
}

uint32_t text_stack_top(struct text_line *l, uint32_t addr)
{
    char name[TEXT_NAME];

    if (text_reads(l))
        return (uint32_t)read_number(l, 16);
    trace_out_puts(l->out, trace_name_stack_top(l->names, addr, name, sizeof(name)));
    return addr;
}

int32_t text_pid(struct text_line *l, int32_t pid)
{
    char text[16];

    if (!text_reads(l))
        trace_out_puts(l->out, trace_name_pid(pid, text, sizeof(text)));
    else if (follows(l, "-"))
        pid = -1;
    else
        pid = (int32_t)read_number(l, 10);
    return pid;
}

/* ---- Values ---------------------------------------------------------------------------------- */

/* Eight digits are an address; fewer are decimal, or octal behind a zero. */
static uint32_t read_plain(struct text_line *l)
{
    size_t digits = strspn(l->at, "0123456789abcdef");

    if (l->at[0] == '0' && l->at[1] == 'x') {
        l->at += 2;
        return (uint32_t)read_number(l, 16);
    }
    if (digits == 8)
        return (uint32_t)read_number(l, 16);
    if (digits > 1 && l->at[0] == '0')
        return (uint32_t)read_number(l, 8);
    return (uint32_t)read_number(l, 10);
}

/* "CLONE_VM|SIGCHLD|0x40", "-ENOMEM". */
static uint32_t read_flags(struct text_line *l)
{
    uint32_t value = 0, named;

    do {
        size_t length = strspn(l->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-");
        bool known = abi_name_parse(l->at, length, &named);

        l->at += known ? length : 0;
        value |= known ? named : read_plain(l);
    } while (!l->bad && follows(l, "|"));
    return value;
}

static uint32_t read_value(struct text_line *l, struct trace_who *who)
{
    uint32_t value;

    if (follows(l, "NULL"))
        return 0;
    if (follows(l, "task(")) {
        struct trace_who found = {.pid = (int32_t)read_number(l, 10)};

        text_words(l, ")");
        text_model_by_pid(l->model, &found);
        if (who != NULL)
            *who = found;
        return found.task;
    }
    if (l->at[0] == '-' && isdigit((unsigned char)l->at[1])) {
        l->at++;
        return -(uint32_t)read_number(l, 10);
    }
    if (!isdigit((unsigned char)*l->at) && !islower((unsigned char)*l->at))
        return read_flags(l);
    value = read_plain(l);
    if (follows(l, "|"))
        value |= read_flags(l);
    return value;
}

uint32_t text_register(struct text_line *l, uint32_t value, const char *printed)
{
    if (!text_reads(l)) {
        trace_out_puts(l->out, printed);
        return value;
    }
    value = (uint32_t)read_number(l, 16);
    if (*l->at == '<')
        learn_symbol(l, value);
    else if (*l->at == '[' && strchr(l->at, ']') != NULL)
        l->at = strchr(l->at, ']') + 1;
    return value;
}

uint32_t text_value(struct text_line *l, uint32_t value, const char *printed, struct trace_who *who)
{
    if (text_reads(l))
        return read_value(l, who);
    trace_out_puts(l->out, printed);
    return value;
}

/* ---- Tasks and texts ------------------------------------------------------------------------- */

void text_plain(const char *comm, char to[TEXT_COMM])
{
    size_t size = strnlen(comm, TEXT_COMM - 1);

    for (size_t i = 0; i < size; i++)
        to[i] = (char)(isprint((unsigned char)comm[i]) ? comm[i] : '?');
    to[size] = '\0';
}

void text_who(struct text_line *l, struct trace_who *who)
{
    char pid[16], name[TEXT_COMM];
    size_t length;

    if (!text_reads(l)) {
        text_plain(who->comm[0] ? who->comm : "-", name);
        trace_out_printf(l->out, "%s(%s)", name, trace_name_pid(who->pid, pid, sizeof(pid)));
        return;
    }
    *who = (struct trace_who){0};
    length = strcspn(l->at, "(\n");
    l->bad |= length >= sizeof(who->comm);
    copy_word(who->comm, sizeof(who->comm), l->at, length);
    if (strcmp(who->comm, "-") == 0)
        who->comm[0] = '\0';
    l->at += length;
    text_words(l, "(");
    who->pid = text_pid(l, -1);
    text_words(l, ")");
    text_model_by_name(l->model, who);
}

static void print_byte(struct text_line *l, unsigned char c)
{
    if (c == '\n')
        trace_out_puts(l->out, "\\n");
    else if (c == '"' || c == '\\')
        trace_out_printf(l->out, "\\%c", c);
    else
        trace_out_printf(l->out, c < 0x20 || c >= 0x7f ? "\\x%02x" : "%c", c);
}

static char read_byte(struct text_line *l)
{
    char digits[3] = "";

    if (*l->at != '\\')
        return *l->at++;
    l->at++;
    if (follows(l, "n"))
        return '\n';
    if (*l->at != 'x')
        return *l->at ? *l->at++ : '\0';
    strncpy(digits, ++l->at, 2);
    l->at += strlen(digits);
    return (char)strtoul(digits, NULL, 16);
}

void text_quoted(struct text_line *l, char *text, size_t *size, size_t room, bool *cut)
{
    text_words(l, "\"");
    if (text_reads(l)) {
        memset(text, 0, room);
        for (*size = 0; *l->at != '"' && *l->at != '\0' && *size < room; (*size)++)
            text[*size] = read_byte(l);
    } else {
        for (size_t i = 0; i < *size; i++)
            print_byte(l, (unsigned char)text[i]);
    }
    *cut = text_either(l, *cut, "\"...", "\"");
}

bool text_next_line(struct text_line *l, bool there)
{
    enum { INDENT_EXACT = 51, INDENT = 28 };

    if (!text_reads(l)) {
        if (there)
            trace_out_printf(l->out, "\n%*s", l->exact ? INDENT_EXACT : INDENT, "");
        return there;
    }
    if (*l->at != '\n')
        return false;
    l->at++;
    skip_blanks(l);
    return true;
}

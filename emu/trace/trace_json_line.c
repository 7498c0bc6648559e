#include "emu/trace/trace_json_line.h"

#include <string.h>

enum { NAME = 256 };

static void put(struct json_line *l, const char *text)
{
    trace_out_text_of(l->out, text, strlen(text));
}

static void put_char(struct json_line *l, char c)
{
    trace_out_text_of(l->out, &c, 1);
}

void json_line_begin(struct json_line *l, char bracket)
{
    put_char(l, bracket);
    l->first = true;
}

void json_line_end(struct json_line *l, char bracket)
{
    put_char(l, bracket);
    l->first = false;
}

void json_line_comma(struct json_line *l)
{
    if (!l->first)
        put_char(l, ',');
    l->first = false;
}

/* In two halves. */
static void begin_key(struct json_line *l, const char *key, const char *suffix)
{
    json_line_comma(l);
    put_char(l, '"');
    put(l, key);
    put(l, suffix);
    put(l, "\":");
}

void json_line_key(struct json_line *l, const char *key)
{
    begin_key(l, key, "");
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_escape(struct json_line *l, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    char text[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

    if (c == '"' || c == '\\') {
        text[1] = (char)c;
        trace_out_text_of(l->out, text, 2);
    } else {
        trace_out_text_of(l->out, text, sizeof(text));
    }
}

void json_line_bytes(struct json_line *l, const char *text, size_t size)
{
    put_char(l, '"');
    for (size_t at = 0, plain; at < size; at += plain + 1) {
        for (plain = 0; at + plain < size && is_plain((unsigned char)text[at + plain]);)
            plain++;
        trace_out_text_of(l->out, text + at, plain);
        if (at + plain < size)
            put_escape(l, (unsigned char)text[at + plain]);
    }
    put_char(l, '"');
}

static void put_integer(struct json_line *l, int32_t value)
{
    if (value < 0)
        put_char(l, '-');
    trace_out_decimal(l->out, value < 0 ? (uint64_t) - (int64_t)value : (uint64_t)value);
}

void json_line_number(struct json_line *l, const char *key, uint64_t value)
{
    json_line_key(l, key);
    trace_out_decimal(l->out, value);
}

void json_line_signed(struct json_line *l, const char *key, int32_t value)
{
    json_line_key(l, key);
    put_integer(l, value);
}

void json_line_bool(struct json_line *l, const char *key, bool value)
{
    json_line_key(l, key);
    put(l, value ? "true" : "false");
}

void json_line_string(struct json_line *l, const char *key, const char *value)
{
    json_line_key(l, key);
    json_line_bytes(l, value, strlen(value));
}

void json_line_pid(struct json_line *l, const char *key, int32_t pid)
{
    json_line_key(l, key);
    if (pid < 0)
        put(l, "null");
    else
        put_integer(l, pid);
}

void json_line_who(struct json_line *l, const char *key, const struct trace_who *who)
{
    json_line_key(l, key);
    json_line_begin(l, '{');
    json_line_pid(l, "pid", who->pid);
    json_line_string(l, "comm", who->comm);
    if (l->exact)
        json_line_number(l, "task", who->task);
    json_line_end(l, '}');
}

void json_line_name(struct json_line *l, const char *key, uint32_t addr, bool code)
{
    char text[NAME];

    if (trace_name_known(l->names, addr, code, text, sizeof(text)) == NULL)
        return;
    begin_key(l, key, "_name");
    json_line_bytes(l, text, strlen(text));
}

/* The address behind a stack's last byte is named by that. */
static bool put_stack_top(struct json_line *l, const char *key, uint32_t addr)
{
    const struct trace_facts *facts = &l->names->facts;
    int32_t pid;

    if (addr == 0 || !facts->stack(facts->ctx, addr - 1, &pid))
        return false;
    begin_key(l, key, "_name");
    put(l, "\"kstack(");
    put_integer(l, pid);
    put(l, ")\"");
    return true;
}

void json_line_address(struct json_line *l, const char *key, uint32_t addr,
                       json_line_name_fn *name_of)
{
    char text[NAME];

    if (!l->exact) {
        json_line_string(l, key, name_of(l->names, addr, text, sizeof(text)));
        return;
    }
    json_line_number(l, key, addr);
    if (name_of != trace_name_stack_top || !put_stack_top(l, key, addr))
        json_line_name(l, key, addr, name_of == trace_name_code);
}

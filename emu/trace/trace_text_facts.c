#include "emu/trace/trace_text_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/byte_stream.h"
#include "emu/trace/trace_tell.h"
#include "emu/trace/trace_type.h"

enum { LINE = 1024, TYPE = 256 };

static const char *const shapes[] = {
    [TRACE_FUNCTION] = "function", [TRACE_LABEL] = "label", [TRACE_POINT] = "point", NULL};

struct text_facts {
    struct trace_told told;
    unsigned probes;        /* told up to this number */
    struct byte_writer end; /* lines kept for the end */
};

/* ---- Writing --------------------------------------------------------------------------------- */

struct text_facts *text_facts_create(void)
{
    return calloc(1, sizeof(struct text_facts));
}

void text_facts_destroy(struct text_facts *f)
{
    if (f == NULL)
        return;
    trace_told_free(&f->told);
    free(f->end.bytes);
    free(f);
}

void text_facts_ground(struct trace_out *out, const struct trace_facts *facts)
{
    const struct trace_ground *g = &facts->ground;

    trace_out_printf(out, TEXT_FACT "ground kernel_base=%x thread_size=%x info_size=%x\n",
                     g->kernel_base, g->thread_size, g->info_size);
    if (g->pt_regs_size == 0)
        return;
    trace_out_puts(out, TEXT_FACT "pt_regs");
    for (uint32_t offset = 0; offset < g->pt_regs_size; offset += 4) {
        const char *member = facts->member(facts->ctx, offset);

        trace_out_printf(out, " %s", member ? member : "?");
    }
    trace_out_puts(out, "\n");
}

static void keep(struct text_facts *f, const char *line)
{
    put_bytes(&f->end, TEXT_FACT, strlen(TEXT_FACT));
    put_bytes(&f->end, line, strlen(line));
    put_byte(&f->end, '\n');
}

static size_t append(char *line, size_t used, const char *text)
{
    size_t length = strlen(text);

    if (used + length >= LINE)
        return used;
    memcpy(line + used, text, length + 1);
    return used + length;
}

void text_facts_probe(struct text_facts *f, const struct trace_probe *probe, unsigned number)
{
    const struct guestinfo_function *g = &probe->function;
    char line[LINE], type[TYPE];
    size_t used;

    if (number <= f->probes)
        return;
    f->probes = number;
    used = (size_t)snprintf(line, sizeof(line), "function %x %x %s %s %s(", number, probe->addr,
                            shapes[probe->shape], guest_type_format(&g->result, type, sizeof(type)),
                            probe->name);
    for (unsigned k = 0; k < g->param_count && used < LINE; k++) {
        used = append(line, used, k ? ", " : "");
        used = append(line, used, g->param[k].place == GUEST_NOWHERE ? "?" : "");
        used = append(line, used, guest_type_format(&g->param[k].type, type, sizeof(type)));
        used = append(line, used, " ");
        used = append(line, used, g->param[k].name ? g->param[k].name : "");
    }
    append(line, used, ")");
    keep(f, line);
}

/* ---- Facts about addresses ------------------------------------------------------------------- */

/* Stacks and programs change: they are said at once, the rest at the end. */
struct where {
    struct text_facts *f;
    struct trace_out *out;
};

static void tell_symbol(void *ctx, unsigned program, uint32_t addr,
                        const struct trace_symbol *symbol)
{
    char text[LINE];

    snprintf(text, sizeof(text), "name %x %x %x %s", addr, program, symbol->offset, symbol->name);
    keep(((const struct where *)ctx)->f, text);
}

static void tell_line(void *ctx, uint32_t addr, const char *file, int line)
{
    char text[LINE];

    snprintf(text, sizeof(text), "line %x %d %s", addr, line, file);
    keep(((const struct where *)ctx)->f, text);
}

static void tell_stack(void *ctx, uint32_t stack, int32_t pid)
{
    trace_out_printf(((const struct where *)ctx)->out,
                     pid < 0 ? TEXT_FACT "stack %x -\n" : TEXT_FACT "stack %x %d\n", stack, pid);
}

static void tell_program(void *ctx, unsigned program, const char *path)
{
    trace_out_printf(((const struct where *)ctx)->out, TEXT_FACT "program %x %s\n", program, path);
}

void text_facts_tell(struct text_facts *f, struct trace_out *out, const struct trace_facts *facts,
                     const struct trace_event *event)
{
    static const struct trace_teller teller = {tell_symbol, tell_line, tell_stack, tell_program};
    struct where where = {f, out};

    trace_tell(&f->told, &teller, &where, facts, event);
}

void text_facts_end(const struct text_facts *f, struct trace_out *out, uint64_t written)
{
    char line[LINE];
    size_t at = 0;

    while (at < f->end.used) { /* trace_out_puts() wants an end */
        const char *start = (const char *)f->end.bytes + at;
        size_t length = (size_t)((const char *)memchr(start, '\n', f->end.used - at) - start) + 1;

        snprintf(line, sizeof(line), "%.*s", (int)length, start);
        trace_out_puts(out, line);
        at += length;
    }
    trace_out_printf(out, TEXT_END "%llu\n", (unsigned long long)written);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static bool read_ground(struct trace_book *book, const char *words)
{
    struct trace_ground g = {0};

    return sscanf(words, "kernel_base=%x thread_size=%x info_size=%x", &g.kernel_base,
                  &g.thread_size, &g.info_size) == 3 &&
           trace_book_set_ground(book, &g);
}

static bool read_members(struct trace_book *book, const char *words)
{
    char name[64];
    unsigned word = 0;
    int length;

    for (; sscanf(words, " %63s%n", name, &length) == 1; words += length, word++)
        if (word >= TRACE_MEMBERS_MAX ||
            (strcmp(name, "?") != 0 && !trace_book_set_member(book, word, name)))
            return false;
    return trace_book_set_pt_regs(book, 4 * word);
}

static bool read_stack(struct trace_book *book, const char *words)
{
    uint32_t stack;
    int pid = -1;

    return sscanf(words, "%x %d", &stack, &pid) >= 1 && trace_book_set_stack(book, stack, pid);
}

/* What stands behind the numbers that `format` has read; it may hold blanks. */
static bool read_name(struct trace_book *book, const char *words)
{
    uint32_t addr, program, offset;
    int at = 0;

    return sscanf(words, "%x %x %x %n", &addr, &program, &offset, &at) == 3 && at > 0 &&
           trace_book_set_symbol(book, program, addr, words + at, offset);
}

static bool read_line(struct trace_book *book, const char *words)
{
    uint32_t addr;
    int line, at = 0;

    return sscanf(words, "%x %d %n", &addr, &line, &at) == 2 && at > 0 &&
           trace_book_set_line(book, addr, words + at, line);
}

static bool read_program(struct trace_book *book, const char *words)
{
    unsigned program;
    int at = 0;

    return sscanf(words, "%x %n", &program, &at) == 1 && at > 0 &&
           trace_book_set_program(book, program, words + at);
}

static bool read_type(struct trace_book *book, const char *text, struct guestinfo_type *type)
{
    char name[TYPE];

    if (!guest_type_parse(text, type, name, sizeof(name)))
        return false;
    if (name[0] != '\0')
        type->pointee = trace_book_text(book, name, strlen(name));
    return true;
}

/* "?u32 clone_flags": the name is behind the last blank. */
static bool read_param(struct trace_book *book, char *text, struct guestinfo_param *p)
{
    char *blank = strrchr(text, ' ');

    if (blank == NULL)
        return false;
    *blank = '\0';
    p->place = *text == '?' ? GUEST_NOWHERE : GUEST_STACK;
    p->name = trace_book_text(book, blank + 1, strlen(blank + 1));
    return read_type(book, text + (*text == '?'), &p->type);
}

static bool read_params(struct trace_book *book, char *text, struct guestinfo_function *f)
{
    while (*text != '\0') {
        char *end = strstr(text, ", ");

        if (end != NULL)
            *end = '\0';
        if (f->param_count == GUESTINFO_PARAMS_MAX ||
            !read_param(book, text, &f->param[f->param_count++]))
            return false;
        text = end ? end + 2 : text + strlen(text);
    }
    return true;
}

/* "s32 do_fork(u32 clone_flags, struct pt_regs * regs)". */
static bool read_prototype(struct trace_book *book, char *text, struct trace_probe *probe)
{
    char *open = strchr(text, '('), *close = strrchr(text, ')'), *blank;

    if (open == NULL || close == NULL || close < open)
        return false;
    *open = *close = '\0';
    blank = strrchr(text, ' ');
    if (blank == NULL)
        return false;
    *blank = '\0';
    probe->name = blank + 1;
    return read_type(book, text, &probe->function.result) &&
           read_params(book, open + 1, &probe->function);
}

static bool read_probe(struct trace_book *book, struct text_model *model, const char *words)
{
    struct trace_probe probe = {.known = true};
    const struct trace_probe *made = NULL;
    char shape[16], *text;
    unsigned number;
    int at = 0;

    if (sscanf(words, "%x %x %15s %n", &number, &probe.addr, shape, &at) != 3 || at == 0)
        return false;
    while (shapes[probe.shape] != NULL && strcmp(shapes[probe.shape], shape) != 0)
        probe.shape++;
    text = strdup(words + at);
    if (text != NULL && shapes[probe.shape] != NULL && read_prototype(book, text, &probe))
        made = trace_book_probe(book, &probe);
    free(text);
    return made != NULL && text_model_add_probe(model, made) != 0;
}

bool text_facts_read(struct trace_book *book, struct text_model *model, const char *line)
{
    static const struct {
        const char *word;
        bool (*read)(struct trace_book *book, const char *words);
    } facts[] = {{"ground ", read_ground}, {"pt_regs", read_members}, {"stack ", read_stack},
                 {"name ", read_name},     {"line ", read_line},      {"program ", read_program}};

    for (unsigned i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        if (strncmp(line, facts[i].word, strlen(facts[i].word)) == 0)
            return facts[i].read(book, line + strlen(facts[i].word));
    if (strncmp(line, "function ", strlen("function ")) == 0)
        return read_probe(book, model, line + strlen("function "));
    return true;
}

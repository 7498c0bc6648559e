#include "emu/trace/trace_book.h"

#include <stdlib.h>
#include <string.h>

#include "emu/support/map64.h"

enum { PROGRAMS_MAX = 1024, THREAD_SIZE_MAX = 1 << 20 };

/* Texts and probes are found by a hash; of those that share one, only the last is found again. */
struct trace_book {
    struct trace_ground ground;
    const char *member[TRACE_MEMBERS_MAX];
    const char *program[PROGRAMS_MAX];
    struct map64 texts, probes;    /* hash -> pointer */
    struct map64 symbols, offsets; /* program and address -> text, offset */
    struct map64 files, lines;     /* address -> text, line */
    struct map64 stacks;           /* stack -> pid */
    void **memory;                 /* all that was allocated for texts and probes */
    size_t memory_count, memory_room;
};

struct trace_book *trace_book_create(void)
{
    return calloc(1, sizeof(struct trace_book));
}

void trace_book_destroy(struct trace_book *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->memory_count; i++)
        free(b->memory[i]);
    free(b->memory);
    map64_free(&b->texts);
    map64_free(&b->probes);
    map64_free(&b->symbols);
    map64_free(&b->offsets);
    map64_free(&b->files);
    map64_free(&b->lines);
    map64_free(&b->stacks);
    free(b);
}

/* ---- Texts ----------------------------------------------------------------------------------- */

static uint64_t hash(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (size_t i = 0; i < size; i++)
        h = (h ^ at[i]) * UINT64_C(0x100000001b3);
    return h;
}

static void *keep(struct trace_book *b, size_t size)
{
    if (b->memory_count == b->memory_room) {
        size_t room = b->memory_room ? 2 * b->memory_room : 256;
        void **grown = realloc(b->memory, room * sizeof(*grown));

        if (grown == NULL)
            return NULL;
        b->memory = grown;
        b->memory_room = room;
    }
    b->memory[b->memory_count] = calloc(1, size);
    return b->memory[b->memory_count] ? b->memory[b->memory_count++] : NULL;
}

const char *trace_book_text(struct trace_book *b, const char *text, size_t length)
{
    uint64_t key, at;
    const char *found = NULL;
    char *copy;

    length = strnlen(text, length);
    key = hash(text, length);
    if (map64_get(&b->texts, key, &at))
        found = (const char *)(uintptr_t)at;
    if (found != NULL && strncmp(found, text, length) == 0 && found[length] == '\0')
        return found;
    copy = keep(b, length + 1);
    if (copy == NULL || !map64_set(&b->texts, key, (uintptr_t)copy))
        return NULL;
    memcpy(copy, text, length);
    return copy;
}

static const char *text_of(struct trace_book *b, const char *text)
{
    return trace_book_text(b, text, strlen(text));
}

/* ---- Facts ----------------------------------------------------------------------------------- */

/* Kernel addresses mean the same in every program. */
static uint64_t address_key(const struct trace_book *b, unsigned program, uint32_t addr)
{
    return addr < b->ground.kernel_base ? (uint64_t)program << 32 | addr : addr;
}

bool trace_book_set_ground(struct trace_book *b, const struct trace_ground *ground)
{
    uint32_t size = ground->thread_size;

    if (size > THREAD_SIZE_MAX || (size & (size - 1)) != 0 ||
        ground->pt_regs_size > 4 * TRACE_MEMBERS_MAX || ground->pt_regs_size > size)
        return false;
    b->ground = *ground;
    return true;
}

bool trace_book_set_pt_regs(struct trace_book *b, uint32_t size)
{
    struct trace_ground ground = b->ground;

    ground.pt_regs_size = size;
    return trace_book_set_ground(b, &ground);
}

bool trace_book_set_member(struct trace_book *b, unsigned word, const char *name)
{
    if (word >= TRACE_MEMBERS_MAX)
        return false;
    b->member[word] = text_of(b, name);
    return b->member[word] != NULL;
}

bool trace_book_set_symbol(struct trace_book *b, unsigned program, uint32_t addr, const char *name,
                           uint32_t offset)
{
    const char *text = text_of(b, name);
    uint64_t key = address_key(b, program, addr);

    return text != NULL && map64_set(&b->symbols, key, (uintptr_t)text) &&
           map64_set(&b->offsets, key, offset);
}

bool trace_book_set_stack(struct trace_book *b, uint32_t addr, int32_t pid)
{
    return b->ground.thread_size != 0 &&
           map64_set(&b->stacks, addr & ~(b->ground.thread_size - 1), (uint32_t)pid);
}

void trace_book_no_stack(struct trace_book *b, uint32_t addr)
{
    uint64_t pid;

    if (b->ground.thread_size != 0 &&
        map64_get(&b->stacks, addr & ~(b->ground.thread_size - 1), &pid) && (int32_t)pid >= 0)
        trace_book_set_stack(b, addr, -1);
}

bool trace_book_set_line(struct trace_book *b, uint32_t addr, const char *file, int line)
{
    const char *text = text_of(b, file);

    return text != NULL && map64_set(&b->files, addr, (uintptr_t)text) &&
           map64_set(&b->lines, addr, (uint32_t)line);
}

bool trace_book_set_program(struct trace_book *b, unsigned program, const char *path)
{
    if (program == 0 || program >= PROGRAMS_MAX)
        return false;
    b->program[program] = text_of(b, path);
    return b->program[program] != NULL;
}

unsigned trace_book_program(struct trace_book *b, const char *path)
{
    for (unsigned i = 1; i < PROGRAMS_MAX; i++) {
        if (b->program[i] == NULL)
            return trace_book_set_program(b, i, path) ? i : 0;
        if (strcmp(b->program[i], path) == 0)
            return i;
    }
    return 0;
}

/* ---- Probes ---------------------------------------------------------------------------------- */

static bool same_type(const struct guestinfo_type *a, const struct guestinfo_type *b)
{
    return a->kind == b->kind && a->size == b->size && a->pointee == b->pointee;
}

/* Of probes whose texts are the book's. */
static bool same_probe(const struct trace_probe *a, const struct trace_probe *b)
{
    const struct guestinfo_function *f = &a->function, *g = &b->function;

    if (a->name != b->name || a->addr != b->addr || a->shape != b->shape ||
        f->param_count != g->param_count || !same_type(&f->result, &g->result))
        return false;
    for (unsigned k = 0; k < f->param_count; k++)
        if (f->param[k].name != g->param[k].name || f->param[k].place != g->param[k].place ||
            !same_type(&f->param[k].type, &g->param[k].type))
            return false;
    return true;
}

static bool own(struct trace_book *b, const char **text)
{
    if (*text != NULL)
        *text = text_of(b, *text);
    return *text != NULL;
}

static bool own_texts(struct trace_book *b, struct trace_probe *p)
{
    struct guestinfo_function *f = &p->function;
    bool ok = own(b, &p->name);

    f->name = p->name;
    if (f->result.pointee != NULL)
        ok = own(b, &f->result.pointee) && ok;
    for (unsigned k = 0; k < f->param_count; k++) {
        if (f->param[k].name != NULL)
            ok = own(b, &f->param[k].name) && ok;
        if (f->param[k].type.pointee != NULL)
            ok = own(b, &f->param[k].type.pointee) && ok;
    }
    return ok;
}

const struct trace_probe *trace_book_probe(struct trace_book *b, const struct trace_probe *probe)
{
    struct trace_probe mine = *probe, *copy;
    uint64_t key = hash(probe->name, strlen(probe->name)) ^ probe->addr, at;
    const struct trace_probe *found = NULL;

    if (probe->function.param_count > GUESTINFO_PARAMS_MAX || !own_texts(b, &mine))
        return NULL;
    /* One form tells parameters and result apart: both halves are probes of their own then. */
    key ^= (uint64_t)probe->function.param_count << 56 | (uint64_t)probe->function.result.kind
                                                             << 48;
    if (map64_get(&b->probes, key, &at))
        found = (const struct trace_probe *)(uintptr_t)at;
    if (found != NULL && same_probe(found, &mine))
        return found;
    copy = keep(b, sizeof(*copy));
    if (copy == NULL || !map64_set(&b->probes, key, (uintptr_t)copy))
        return NULL;
    *copy = mine;
    return copy;
}

/* ---- Answers --------------------------------------------------------------------------------- */

static bool book_symbol(const void *ctx, unsigned program, uint32_t addr, struct trace_symbol *out)
{
    const struct trace_book *b = ctx;
    uint64_t key = address_key(b, program, addr), name, offset;

    if (!map64_get(&b->symbols, key, &name) || !map64_get(&b->offsets, key, &offset))
        return false;
    *out = (struct trace_symbol){(const char *)(uintptr_t)name, (uint32_t)offset};
    return true;
}

static bool book_stack(const void *ctx, uint32_t addr, int32_t *pid)
{
    const struct trace_book *b = ctx;
    uint64_t value;

    if (b->ground.thread_size == 0 ||
        !map64_get(&b->stacks, addr & ~(b->ground.thread_size - 1), &value))
        return false;
    *pid = (int32_t)value;
    return *pid >= 0;
}

static bool book_line(const void *ctx, uint32_t addr, const char **file, int *line)
{
    const struct trace_book *b = ctx;
    uint64_t text, number;

    if (!map64_get(&b->files, addr, &text) || !map64_get(&b->lines, addr, &number))
        return false;
    *file = (const char *)(uintptr_t)text;
    *line = (int)number;
    return true;
}

static const char *book_member(const void *ctx, uint32_t offset)
{
    const struct trace_book *b = ctx;

    return offset / 4 < TRACE_MEMBERS_MAX ? b->member[offset / 4] : NULL;
}

static const char *book_program(const void *ctx, unsigned program)
{
    const struct trace_book *b = ctx;

    return program < PROGRAMS_MAX ? b->program[program] : NULL;
}

void trace_book_facts(const struct trace_book *b, struct trace_facts *facts)
{
    *facts = (struct trace_facts){.ctx = b,
                                  .ground = b->ground,
                                  .symbol = book_symbol,
                                  .stack = book_stack,
                                  .line = book_line,
                                  .member = book_member,
                                  .program = book_program};
}

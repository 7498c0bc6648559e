#include "emu/guest/symbols.h"

#include <errno.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/programs.h"
#include "emu/support/log.h"

enum { KERNEL_BASE_MASK = 0xc0000000u }; /* kernels split the address space at 1, 2 or 3 GB */

enum { NONE = UINT32_MAX };

/* One symbol; `end` is where it stops to cover, `outer` the symbol before it that still covers its
 * first address (a label inside a function). */
struct entry {
    struct symbol sym;
    uint64_t end;
    uint32_t outer;
    uint8_t rank; /* of those at one address the highest is shown */
};

/* The symbols of one ELF file. */
struct table {
    struct entry *entry; /* by address, then by rank */
    uint32_t count;
    uint32_t *by_name; /* numbers of entries, by name, then by rank */
    char *strings;
};

struct symbols {
    struct table *table;
    unsigned count;
    struct programs *programs;
};

struct symbols *symbols_create(void)
{
    return calloc(1, sizeof(struct symbols));
}

static void free_table(struct table *t)
{
    free(t->entry);
    free(t->by_name);
    free(t->strings);
}

void symbols_destroy(struct symbols *s)
{
    if (!s)
        return;
    for (unsigned i = 0; i < s->count; i++)
        free_table(&s->table[i]);
    programs_destroy(s->programs);
    free(s->table);
    free(s);
}

uint32_t symbols_kernel_base(const struct symbols *s)
{
    static const char *const landmarks[] = {"system_call", "do_fork", "start_kernel"};

    for (size_t i = 0; i < sizeof(landmarks) / sizeof(landmarks[0]); i++) {
        const struct symbol *symbol = symbols_by_name(s, landmarks[i]);

        if (symbol != NULL)
            return symbol->addr & KERNEL_BASE_MASK;
    }
    return 0;
}

bool symbols_empty(const struct symbols *s)
{
    for (unsigned i = 0; i < s->count; i++)
        if (s->table[i].count > 0)
            return false;
    return true;
}

void symbols_set_programs(struct symbols *s, struct programs *programs)
{
    programs_destroy(s->programs);
    s->programs = programs;
}

struct programs *symbols_programs(const struct symbols *s)
{
    return s->programs;
}

/* ---- Reading one file -------------------------------------------------------------------- */

/* A symbol table section with its strings. */
struct source {
    Elf *elf;
    Elf_Data *data;
    size_t count;       /* symbols */
    size_t strings;     /* section number of the string table */
    size_t string_size; /* bytes that copies of all names need */
};

/* Labels in assembly have no type; they name code as functions do, but less surely. */
static unsigned rank_of(const GElf_Sym *sym)
{
    unsigned type = GELF_ST_TYPE(sym->st_info);
    unsigned rank = type == STT_FUNC ? 16 : type == STT_OBJECT ? 8 : 0;

    if (sym->st_size)
        rank += 4;
    if (GELF_ST_BIND(sym->st_info) != STB_LOCAL)
        rank += 2;
    return rank;
}

/* Names go into lines of text and JSON as they are: none may break them. */
static bool is_printable(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name <= ' ' || *name == '"' || *name == '\\' || *name == 0x7f)
            return false;
    return true;
}

/* The name, or NULL where the symbol names no address. */
static const char *useful_name(const struct source *src, const GElf_Sym *sym)
{
    unsigned type = GELF_ST_TYPE(sym->st_info);
    const char *name;

    if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE)
        return NULL;
    if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_COMMON)
        return NULL;
    name = elf_strptr(src->elf, src->strings, sym->st_name);
    return name && *name && is_printable(name) ? name : NULL;
}

/* Where a symbol without a size may reach at most. Constants (SHN_ABS) are no places. */
static uint64_t section_end(const struct source *src, const GElf_Sym *sym)
{
    Elf_Scn *scn = sym->st_shndx < SHN_LORESERVE ? elf_getscn(src->elf, sym->st_shndx) : NULL;
    GElf_Shdr shdr;

    if (!scn || !gelf_getshdr(scn, &shdr) || !(shdr.sh_flags & SHF_ALLOC))
        return 0;
    return shdr.sh_addr + shdr.sh_size;
}

/* Finds .symtab, or .dynsym where there is no other. */
static bool find_symbol_section(Elf *elf, struct source *src)
{
    Elf_Scn *scn = NULL;
    bool found = false;

    while ((scn = elf_nextscn(elf, scn))) {
        GElf_Shdr shdr;

        if (!gelf_getshdr(scn, &shdr) || shdr.sh_entsize != sizeof(Elf32_Sym))
            continue;
        if (shdr.sh_type != SHT_SYMTAB && (shdr.sh_type != SHT_DYNSYM || found))
            continue;
        Elf_Data *data = elf_getdata(scn, NULL);
        if (!data || !data->d_buf)
            continue;
        *src = (struct source){elf, data, data->d_size / sizeof(Elf32_Sym), shdr.sh_link, 0};
        found = true;
    }
    return found;
}

static uint32_t count_useful(struct source *src)
{
    uint32_t count = 0;

    for (size_t i = 0; i < src->count; i++) {
        GElf_Sym sym;
        const char *name = gelf_getsym(src->data, (int)i, &sym) ? useful_name(src, &sym) : NULL;

        if (!name)
            continue;
        count++;
        src->string_size += strlen(name) + 1;
    }
    return count;
}

static void read_entries(const struct source *src, struct table *t)
{
    char *string = t->strings;

    for (size_t i = 0; i < src->count; i++) {
        GElf_Sym sym;
        const char *name = gelf_getsym(src->data, (int)i, &sym) ? useful_name(src, &sym) : NULL;

        if (!name)
            continue;
        size_t size = strlen(name) + 1;
        memcpy(string, name, size);
        t->entry[t->count++] = (struct entry){
            .sym = {string, (uint32_t)sym.st_value, (uint32_t)sym.st_size,
                    GELF_ST_TYPE(sym.st_info) == STT_FUNC},
            .end = sym.st_size ? sym.st_value + sym.st_size : section_end(src, &sym),
            .outer = NONE,
            .rank = (uint8_t)rank_of(&sym),
        };
        string += size;
    }
}

/* ---- Order ------------------------------------------------------------------------------- */

static int order_by_addr(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->sym.addr != b->sym.addr)
        return a->sym.addr < b->sym.addr ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return -strcmp(a->sym.name, b->sym.name);
}

static int order_by_name(const void *left, const void *right, void *entries)
{
    const struct entry *a = (const struct entry *)entries + *(const uint32_t *)left;
    const struct entry *b = (const struct entry *)entries + *(const uint32_t *)right;
    int order = strcmp(a->sym.name, b->sym.name);

    return order ? order : order_by_addr(a, b);
}

/* A symbol without a size reaches to the next address that has one. */
static void cut_at_next(struct table *t)
{
    uint64_t next = UINT64_MAX;

    for (uint32_t i = t->count; i-- > 0;) {
        struct entry *e = &t->entry[i];

        if (i + 1 < t->count && t->entry[i + 1].sym.addr != e->sym.addr)
            next = t->entry[i + 1].sym.addr;
        if (!e->sym.size && e->end > next)
            e->end = next;
    }
}

static void link_outer(struct table *t)
{
    for (uint32_t i = 1; i < t->count; i++) {
        uint32_t outer = i - 1;

        while (outer != NONE && t->entry[outer].end <= t->entry[i].sym.addr)
            outer = t->entry[outer].outer;
        t->entry[i].outer = outer;
    }
}

static int build_table(struct source *src, struct table *t)
{
    uint32_t count = count_useful(src);

    t->entry = calloc(count ? count : 1, sizeof(*t->entry));
    t->by_name = calloc(count ? count : 1, sizeof(*t->by_name));
    t->strings = malloc(src->string_size ? src->string_size : 1);
    if (!t->entry || !t->by_name || !t->strings)
        return -ENOMEM;
    read_entries(src, t);
    qsort(t->entry, t->count, sizeof(*t->entry), order_by_addr);
    cut_at_next(t);
    link_outer(t);
    for (uint32_t i = 0; i < t->count; i++)
        t->by_name[i] = i;
    qsort_r(t->by_name, t->count, sizeof(*t->by_name), order_by_name, t->entry);
    return 0;
}

static int add_table(struct symbols *s, struct source *src)
{
    struct table *grown = realloc(s->table, (s->count + 1) * sizeof(*grown));
    struct table t = {0};
    int error;

    if (!grown)
        return -ENOMEM;
    s->table = grown;
    error = build_table(src, &t);
    if (error) {
        free_table(&t);
        return error;
    }
    s->table[s->count++] = t;
    return 0;
}

int symbols_add_elf(struct symbols *s, const void *image, size_t size, char *why, size_t why_size)
{
    struct source src;
    int error = 0;

    elf_version(EV_CURRENT);
    /* libelf does not write to an image it was given to read. */
    Elf *elf = elf_memory((char *)image, size);
    if (!elf || elf_kind(elf) != ELF_K_ELF)
        error = log_why(why, why_size, -EINVAL, "not an ELF file");
    else if (gelf_getclass(elf) != ELFCLASS32)
        error = log_why(why, why_size, -EINVAL, "not a 32-bit ELF file");
    else if (find_symbol_section(elf, &src))
        error = add_table(s, &src);
    elf_end(elf);
    if (error == -ENOMEM)
        log_why(why, why_size, error, "out of memory");
    return error;
}

/* ---- Looking up -------------------------------------------------------------------------- */

static const struct symbol *find_name(const struct table *t, const char *name)
{
    uint32_t low = 0, high = t->count;

    /* The first entry behind all of this name: the one before it has the highest rank. */
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (strcmp(t->entry[t->by_name[mid]].sym.name, name) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (!low || strcmp(t->entry[t->by_name[low - 1]].sym.name, name) != 0)
        return NULL;
    return &t->entry[t->by_name[low - 1]].sym;
}

const struct symbol *symbols_by_name(const struct symbols *s, const char *name)
{
    for (unsigned i = s->count; i-- > 0;) {
        const struct symbol *found = find_name(&s->table[i], name);

        if (found)
            return found;
    }
    return NULL;
}

static const struct symbol *find_addr(const struct table *t, uint32_t addr)
{
    uint32_t low = 0, high = t->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (t->entry[mid].sym.addr <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    uint32_t i = low ? low - 1 : NONE;
    while (i != NONE && t->entry[i].end <= addr)
        i = t->entry[i].outer;
    return i == NONE ? NULL : &t->entry[i].sym;
}

const struct symbol *symbols_by_addr(const struct symbols *s, uint32_t addr)
{
    for (unsigned i = s->count; i-- > 0;) {
        const struct symbol *found = find_addr(&s->table[i], addr);

        if (found)
            return found;
    }
    return NULL;
}

void symbols_each(const struct symbols *s, void (*visit)(void *ctx, const struct symbol *symbol),
                  void *ctx)
{
    for (unsigned t = 0; t < s->count; t++)
        for (uint32_t i = 0; i < s->table[t].count; i++)
            visit(ctx, &s->table[t].entry[i].sym);
}

/* The first entry, by name, that is not before `prefix`. */
static uint32_t first_from(const struct table *t, const char *prefix)
{
    uint32_t low = 0, high = t->count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (strcmp(t->entry[t->by_name[mid]].sym.name, prefix) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const char *symbols_with_prefix(const struct symbols *s, const char *prefix, unsigned n)
{
    size_t length = strlen(prefix);

    for (unsigned i = 0; i < s->count; i++) {
        const struct table *t = &s->table[i];
        const char *before = "";

        for (uint32_t k = first_from(t, prefix); k < t->count; k++) {
            const char *name = t->entry[t->by_name[k]].sym.name;

            if (strncmp(name, prefix, length) != 0)
                break;
            if (strcmp(name, before) != 0 && n-- == 0)
                return name;
            before = name;
        }
    }
    return NULL;
}

const char *symbols_format(const struct symbols *s, uint32_t addr, char *buf, size_t size)
{
    const struct symbol *sym = symbols_by_addr(s, addr);

    if (!sym)
        snprintf(buf, size, "0x%08" PRIx32, addr);
    else if (sym->addr == addr)
        snprintf(buf, size, "%s", sym->name);
    else
        snprintf(buf, size, "%s+0x%" PRIx32, sym->name, addr - sym->addr);
    return buf;
}

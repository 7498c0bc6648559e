/*
 * The function that is running: its source lines, and under each the instructions made of it.
 *
 *       75      childregs->eax = 0;
 *   ▶ c0100b14  movl $0x0, 0x1fd4(%eax)
 *
 * The list stands still while eip moves within it. Without source there are only instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/disasm.h"
#include "emu/support/file.h"
#include "emu/viewer/panels.h"

enum { ROWS_MAX = 8192, FUNCTION_MAX = 0x8000, MARGIN = 2, CONTEXT_LINES = 4, WINDOW = 256 };
enum { CODE = 2, TEXT = 12 };

struct row {
    uint32_t address; /* of the instruction; 0: a line of source */
    int line;
    bool both; /* one line of assembly: the source says it better than its disassembly */
    const char *file;
};

struct listing {
    struct view *v;
    struct disasm_options options;
    uint32_t first, end; /* of the function, or of a piece of code without a name */
    const char *name;    /* NULL: it has none */
    struct row rows[ROWS_MAX];
    unsigned count;
    const char *file; /* of the instruction that is next */
    int line;
};

/* ---- The list -------------------------------------------------------------------------------- */

static void add_row(struct listing *l, uint32_t address, const char *file, int line)
{
    if (l->count < ROWS_MAX)
        l->rows[l->count++] = (struct row){.address = address, .line = line, .file = file};
}

/* The lines from behind the last one shown up to this one, where they are few. */
static void add_lines(struct listing *l, const char *file, int line, const char *last_file,
                      int last_line)
{
    int from = line;

    if (last_file != NULL && strcmp(file, last_file) == 0 && line > last_line &&
        line - last_line <= CONTEXT_LINES)
        from = last_line + 1;
    for (int n = from; n <= line; n++)
        add_row(l, 0, file, n);
}

static bool is_assembly(const char *file)
{
    size_t length = strlen(file);

    return length > 2 && strcmp(file + length - 2, ".S") == 0;
}

static unsigned decode(const struct listing *l, uint32_t address, struct disasm_insn *insn)
{
    uint8_t bytes[DISASM_BYTES];
    size_t size = sizeof(bytes);

    while (size > 0 && !inspect_read(l->v->in, address, bytes, size))
        size--;
    disasm_decode(&l->options, address, bytes, size, insn);
    return insn->length;
}

/* Does the line name the instruction? A macro that becomes one does not. */
static bool names_insn(const struct listing *l, const struct row *row)
{
    const char *line = view_sources_line(l->v->sources, row->file, row->line);
    struct disasm_insn insn;
    size_t word, mnemonic;

    if (line == NULL)
        return false;
    line += strspn(line, " \t");
    decode(l, row->address, &insn);
    word = strcspn(line, " \t");
    mnemonic = strcspn(insn.text, " ");
    return word > 0 && strncmp(line, insn.text, word < mnemonic ? word : mnemonic) == 0;
}

/* A line of assembly that is one instruction is shown once. */
static void join_assembly(struct listing *l)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < l->count; i++) {
        const struct row *next = &l->rows[i + 1];
        bool single = i + 1 < l->count && l->rows[i].address == 0 && next->address != 0 &&
                      is_assembly(l->rows[i].file) &&
                      (i + 2 >= l->count || next[1].address == 0 || next[1].line != next->line);

        if (single && names_insn(l, next)) {
            l->rows[i + 1].both = true;
            continue;
        }
        l->rows[kept++] = l->rows[i];
    }
    l->count = kept;
}

static void list_function(struct listing *l)
{
    const char *file, *last_file = NULL;
    int line, last_line = 0;
    uint32_t eip = view_eip(l->v);
    struct disasm_insn insn;

    for (uint32_t at = l->first; at < l->end && l->count < ROWS_MAX; at += decode(l, at, &insn)) {
        if (view_line(l->v, at, &file, &line)) {
            if (last_file == NULL || strcmp(file, last_file) != 0 || line != last_line)
                add_lines(l, file, line, last_file, last_line);
            last_file = file;
            last_line = line;
        }
        if (at == eip) {
            l->file = last_file;
            l->line = last_line;
        }
        add_row(l, at, last_file, last_line);
    }
}

/* A whole function; or, without a name, from where the panel began last time if eip is near. */
static void choose_range(struct listing *l)
{
    uint32_t eip = view_eip(l->v), top = l->v->source_top;
    const struct symbol *s = view_function(l->v, eip);

    l->first = eip - top < WINDOW ? top : eip;
    l->end = l->first + WINDOW;
    if (s == NULL || eip - s->addr >= FUNCTION_MAX)
        return;
    l->name = s->name;
    l->first = s->addr;
    l->end = s->addr + (s->size ? s->size : eip - s->addr + WINDOW);
    if (l->end <= eip)
        l->end = eip + 1;
}

/* ---- Drawing --------------------------------------------------------------------------------- */

/* Tabs become spaces; what is indented deep is moved left a little. */
static void expand(const char *line, char *out, size_t size)
{
    size_t used = 0;

    for (; *line && used + 1 < size; line++)
        if (*line == '\t')
            for (int n = 0; n < 4 && used + 1 < size; n++)
                out[used++] = ' ';
        else
            out[used++] = *line;
    out[used] = '\0';
}

static void draw_line(const struct listing *l, struct view_area area, int y, const struct row *row,
                      bool current)
{
    const char *line = view_sources_line(l->v->sources, row->file, row->line);
    char text[VIEW_LINE];
    unsigned look = current ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT;

    view_printf(area, 0, y, VIEW_DIM, "%6d", row->line);
    if (line == NULL)
        view_printf(area, 8, y, VIEW_DIM, "%s:%d", file_basename(row->file), row->line);
    else
        expand(line, text, sizeof(text));
    if (line != NULL)
        view_put(area, 8, y, look, text);
}

static void draw_insn(const struct listing *l, struct view_area area, int y, const struct row *row,
                      bool current)
{
    struct disasm_insn insn;
    char text[VIEW_LINE];
    unsigned look = current ? VIEW_TITLE | VIEW_BOLD : VIEW_CODE;

    decode(l, row->address, &insn);
    view_printf(area, CODE, y, VIEW_DIM, "%08x", row->address);
    if (row->both)
        expand(view_sources_line(l->v->sources, row->file, row->line), text, sizeof(text));
    else
        snprintf(text, sizeof(text), "%s", insn.text);
    view_put(area, TEXT, y, look, row->both ? text + strspn(text, " ") : text);
    if (!current)
        return;
    view_put(area, 0, y, VIEW_TITLE | VIEW_BOLD, "▶");
    view_highlight(area, 0, y, area.cols, VIEW_MARK);
}

static unsigned row_of_eip(const struct listing *l)
{
    uint32_t eip = view_eip(l->v);

    for (unsigned i = 0; i < l->count; i++)
        if (l->rows[i].address == eip)
            return i;
    return 0;
}

/* The first row to show: the one of last time if eip is in sight from there. */
static unsigned choose_top(const struct listing *l, unsigned here, unsigned rows)
{
    unsigned top = here > rows / 3 ? here - rows / 3 : 0;

    if (l->count <= rows)
        return 0;
    for (unsigned i = l->v->source_lead; i < l->count && l->v->source_top != 0; i++) {
        unsigned first = i - l->v->source_lead;

        if (l->rows[i].address == l->v->source_top && here >= first + MARGIN &&
            here + MARGIN < first + rows)
            top = first;
    }
    return top;
}

/* The place is remembered by the first instruction to be seen, and the lines above it. */
static void remember_top(const struct listing *l, unsigned top)
{
    unsigned lead = 0;

    while (top + lead + 1 < l->count && l->rows[top + lead].address == 0)
        lead++;
    l->v->source_lead = lead;
    l->v->source_top = l->count ? l->rows[top + lead].address : 0;
}

static void draw_listing(struct listing *l, struct view_area area)
{
    unsigned rows = (unsigned)area.rows - 1, here = row_of_eip(l);
    unsigned top = choose_top(l, here, rows);

    remember_top(l, top);
    for (unsigned i = 0; i < rows && top + i < l->count; i++) {
        const struct row *row = &l->rows[top + i];
        int y = (int)i + 1;

        if (row->address != 0)
            draw_insn(l, area, y, row, top + i == here);
        else
            draw_line(l, area, y, row, row->line == l->line && row->file == l->file);
    }
}

static void draw_title(const struct listing *l, struct view_area area)
{
    char where[VIEW_LINE] = "";
    const struct cpu_state *cpu = view_cpu(l->v);

    if (l->file != NULL)
        snprintf(where, sizeof(where), "%s:%d", l->file, l->line);
    else
        snprintf(where, sizeof(where), cpu->cpl == 3 ? "ring 3" : "no source");
    panel_title(area, l->name ? l->name : "code", where);
}

static void show_code(struct listing *l, struct view_area area)
{
    const struct cpu_state *cpu = view_cpu(l->v);

    l->options = (struct disasm_options){DISASM_ATT, !(cpu->seg[SEG_CS].attr & SEGATTR_DB),
                                         view_symbols(l->v, cpu->eip)};
    choose_range(l);
    list_function(l);
    join_assembly(l);
    draw_title(l, area);
    draw_listing(l, area);
}

/* Events name an instruction, but do not hold it: the source around it, where that is here. */
static void show_lines(struct listing *l, struct view_area area)
{
    const struct view_recall *recall = l->v->recall;
    bool exact = view_knows(l->v, VIEW_REGISTER_EIP);
    uint32_t at = exact ? recall->cpu.eip : recall->near;
    int half = (area.rows - 2) / 3, y = 1;
    char name[64];

    view_line(l->v, at, &l->file, &l->line);
    l->name = view_code(l->v, at, name, sizeof(name));
    draw_title(l, area);
    if (l->file == NULL || view_sources_line(l->v->sources, l->file, l->line) == NULL) {
        view_wrap(view_area_part(area, 1, 0, area.cols - 2, area.rows), 0, 2, 6, VIEW_DIM,
                  "Events name instructions, but do not hold them, and the source of this one is "
                  "not known here: --source DIR says where it is. A machine shows both: "
                  "forkscope view -kernel KERNEL ... --replay RECORDING.");
        return;
    }
    for (int line = l->line > half ? l->line - half : 1; y < area.rows; line++, y++) {
        struct row row = {.line = line, .file = l->file};

        if (view_sources_line(l->v->sources, l->file, line) == NULL)
            return;
        draw_line(l, area, y, &row, line == l->line);
        if (line == l->line) {
            view_put(area, 0, y, VIEW_TITLE | VIEW_BOLD, exact ? "▶" : "▷");
            view_highlight(area, 0, y, area.cols, VIEW_MARK);
        }
    }
}

void panel_source(struct view *v, struct view_area area)
{
    struct listing *l = calloc(1, sizeof(*l));

    if (l != NULL) {
        l->v = v;
        if (v->in != NULL)
            show_code(l, area);
        else
            show_lines(l, area);
    }
    free(l);
}

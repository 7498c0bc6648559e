/* Memory word by word: value, characters, and who wrote it last. Follows esp until an address is
 * chosen. */
#include <ctype.h>
#include <stdio.h>

#include "emu/support/bytes.h"
#include "emu/viewer/panels.h"

enum { WORD = 4, BEFORE = 3 };
/* Columns. */
enum { ADDRESS = 1, VALUE = 10, STAR = 18, CHARACTERS = 20, WRITER = 26 };

static void draw_writer(struct view *v, struct view_area area, int y, uint32_t at)
{
    const struct view_writer *w = view_writers_want(&v->writers, at);
    char code[48];

    if (w == NULL || w->state == VIEW_WRITER_WANTED)
        view_put(area, WRITER, y, VIEW_DIM, "…");
    else if (w->state == VIEW_WRITER_NONE)
        view_put(area, WRITER, y, VIEW_DIM, "-");
    else if (w->by_cpu)
        view_printf(area, WRITER, y, VIEW_CPU, "-%-9llu the CPU, vector 0x%02x",
                    (unsigned long long)(v->writers.position - w->icount), w->vector);
    else
        view_printf(area, WRITER, y, VIEW_TEXT, "-%-9llu %s (%d)",
                    (unsigned long long)(v->writers.position - w->icount),
                    view_code(v, w->eip, code, sizeof(code)), w->pid);
    if (w != NULL && w->state == VIEW_WRITER_FOUND)
        view_hit(v, area, WRITER, y, area.cols - WRITER, VIEW_ACT_GOTO, w->icount);
}

static void draw_row(struct view *v, struct view_area area, int y, uint32_t at, uint32_t mark)
{
    char text[WORD + 1] = "";
    uint8_t bytes[WORD];
    uint32_t word;
    bool changed;

    view_printf(area, ADDRESS, y, VIEW_DIM, "%08x", at);
    if (!inspect_read(v->in, at, bytes, sizeof(bytes))) {
        view_put(area, VALUE, y, VIEW_DIM, "not mapped");
        return;
    }
    word = get_le32(bytes);
    changed = view_changed(v, at, word);
    view_printf(area, VALUE, y, changed ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT, "%08x", word);
    if (changed)
        view_put(area, STAR, y, VIEW_TITLE | VIEW_BOLD, "*");
    for (int i = 0; i < WORD; i++)
        text[i] = isprint(bytes[i]) ? (char)bytes[i] : '.';
    view_put(area, CHARACTERS, y, VIEW_DIM, text);
    draw_writer(v, area, y, at);
    if (at == mark)
        view_highlight(area, 0, y, area.cols, VIEW_MARK);
}

/* What the address is: a symbol, a stack. */
static void describe(const struct view *v, uint32_t address, char *buf, size_t size)
{
    struct inspect_task owner;
    char name[64];

    if (symbols_by_addr(v->in->symbols, address) != NULL)
        snprintf(buf, size, "%08x: %s", address,
                 symbols_format(v->in->symbols, address, name, sizeof(name)));
    else if (inspect_stack_owner(v->in, address, &owner))
        snprintf(buf, size, "%08x: kernel stack of %s (%d)", address, owner.comm, owner.pid);
    else
        snprintf(buf, size, "%08x", address);
}

void panel_memory(struct view *v, struct view_area area)
{
    const struct cpu_state *cpu = view_cpu(v);
    uint32_t mark = v->memory_chosen ? v->memory : cpu->seg[SEG_SS].base + cpu->gpr[GPR_ESP];
    uint32_t first = (mark & ~3u) - BEFORE * WORD;
    uint32_t rows = (uint32_t)(area.rows > 2 ? area.rows - 2 : 0);
    char about[80];

    describe(v, mark, about, sizeof(about));
    panel_title(area, v->memory_chosen ? "memory" : "memory at esp", about);
    view_put(area, VALUE, 1, VIEW_DIM, "word");
    view_put(area, WRITER, 1, VIEW_DIM, "written last: steps ago, by");
    first += (uint32_t)(v->scroll[PANEL_MEMORY] * WORD);
    view_writers_begin(&v->writers, view_position(v), first, first + rows * WORD);
    for (uint32_t i = 0; i < rows; i++)
        draw_row(v, area, (int)i + 2, first + i * WORD, mark & ~3u);
}

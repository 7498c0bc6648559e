/* Memory as words and characters, and the name of what lies there. Follows esp until an address is
 * chosen. */
#include <ctype.h>
#include <stdio.h>

#include "emu/support/bytes.h"
#include "emu/viewer/panels.h"

enum { ROW_BYTES = 16, WORDS = 10, CHARACTERS = 46 };

static void draw_row(struct view *v, struct view_area area, int y, uint32_t at, uint32_t mark)
{
    char text[ROW_BYTES + 1];
    uint8_t bytes[ROW_BYTES];

    view_printf(area, 1, y, VIEW_DIM, "%08x", at);
    if (!inspect_read(v->in, at, bytes, sizeof(bytes))) {
        view_put(area, WORDS, y, VIEW_DIM, "not mapped");
        return;
    }
    for (int i = 0; i < ROW_BYTES; i += 4) {
        uint32_t word = get_le32(bytes + i);
        bool changed = view_changed(v, at + (uint32_t)i, word);
        int x = WORDS + i / 4 * 9;

        view_printf(area, x, y, changed ? VIEW_TITLE | VIEW_BOLD : VIEW_TEXT, "%08x", word);
        if (changed)
            view_put(area, x + 8, y, VIEW_TITLE | VIEW_BOLD, "*");
        if (at + (uint32_t)i == (mark & ~3u))
            view_highlight(area, x, y, 8, VIEW_MARK);
    }
    for (int i = 0; i < ROW_BYTES; i++)
        text[i] = isprint(bytes[i]) ? (char)bytes[i] : '.';
    text[ROW_BYTES] = '\0';
    view_put(area, CHARACTERS, y, VIEW_DIM, text);
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
    uint32_t first = (mark & ~(ROW_BYTES - 1u)) - ROW_BYTES;
    char about[80];

    describe(v, mark, about, sizeof(about));
    panel_title(area, v->memory_chosen ? "memory" : "memory at esp", about);
    first += (uint32_t)(v->scroll[PANEL_MEMORY] * ROW_BYTES);
    for (int y = 1; y < area.rows; y++)
        draw_row(v, area, y, first + (uint32_t)(y - 1) * ROW_BYTES, mark);
}

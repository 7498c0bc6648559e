#include "devices/vgatext.h"

#include <stddef.h>
#include <string.h>

#include "devices/oscillator.h"

enum vgatext_register { CRTC_INDEX, CRTC_DATA, MODE = 4, COLOUR, STATUS, VGATEXT_REGISTERS };

enum {
    CURSOR_START = 0x0a,
    CURSOR_END = 0x0b,
    SCREEN_START = 0x0c,
    CURSOR_ADDRESS = 0x0e,

    CURSOR_OFF = 0x20,
    CURSOR_LINE = 0x1f,
    LAST_LINE_OF_CELL = 15,
    MODE_TEXT_80 = 0x01,
    MODE_ON = 0x08,
    MODE_BLINK = 0x20,
    STATUS_NO_PICTURE = 0x01,
    STATUS_RETRACE = 0x08,
    FLOATING = 0xff,

    DOT_HZ = 28322000,
    DOTS_A_LINE = 900,
    DOTS_SHOWN = 720,
    LINES_A_FRAME = 449,
    LINES_SHOWN = 400,
    RETRACE_FIRST = 412,
    RETRACE_LAST = 413,

    CELLS = VGATEXT_MEMORY_SIZE / 2,
    WHITE_ON_BLACK = 0x07
};

static unsigned crtc_word(const struct vgatext_state *s, unsigned high)
{
    return s->crtc[high] << 8 | s->crtc[high + 1];
}

struct vgatext_cell vgatext_cell(const struct vgatext *screen, unsigned row, unsigned column)
{
    const struct vgatext_state *s = &screen->s;
    size_t cell = (crtc_word(s, SCREEN_START) + row * VGATEXT_COLUMNS + column) % CELLS;
    return (struct vgatext_cell){s->memory[2 * cell], s->memory[2 * cell + 1]};
}

struct vgatext_cursor vgatext_cursor(const struct vgatext *screen)
{
    const struct vgatext_state *s = &screen->s;
    unsigned cell = (crtc_word(s, CURSOR_ADDRESS) - crtc_word(s, SCREEN_START)) % CELLS;
    unsigned first = s->crtc[CURSOR_START] & CURSOR_LINE;
    unsigned last = s->crtc[CURSOR_END] & CURSOR_LINE;
    if (last > LAST_LINE_OF_CELL)
        last = LAST_LINE_OF_CELL;
    return (struct vgatext_cursor){
        .visible = !(s->crtc[CURSOR_START] & CURSOR_OFF) && first <= last &&
                   cell < VGATEXT_COLUMNS * VGATEXT_ROWS,
        .row = cell / VGATEXT_COLUMNS,
        .column = cell % VGATEXT_COLUMNS,
        .first_line = first,
        .last_line = last,
    };
}

bool vgatext_is_on(const struct vgatext *screen)
{
    return screen->s.mode & MODE_ON;
}

bool vgatext_blinks(const struct vgatext *screen)
{
    return screen->s.mode & MODE_BLINK;
}

/* Where the beam is. */
static uint8_t read_status(const struct vgatext *screen)
{
    int64_t dots = oscillator_ticks(DOT_HZ, device_timer_now(&screen->timer));
    unsigned dot = dots % DOTS_A_LINE;
    unsigned line = dots / DOTS_A_LINE % LINES_A_FRAME;
    bool picture = line < LINES_SHOWN && dot < DOTS_SHOWN;
    bool retrace = line >= RETRACE_FIRST && line <= RETRACE_LAST;
    return (picture ? 0 : STATUS_NO_PICTURE) | (retrace ? STATUS_RETRACE : 0);
}

static void vgatext_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    struct vgatext_state *s = &((struct vgatext *)device)->s;
    (void)size;
    if (reg == CRTC_INDEX)
        s->index = value;
    else if (reg == CRTC_DATA && s->index < VGATEXT_CRTC_REGISTERS)
        s->crtc[s->index] = value;
    else if (reg == MODE)
        s->mode = value;
    else if (reg == COLOUR)
        s->colour = value;
}

static uint32_t vgatext_in(void *device, unsigned reg, unsigned size)
{
    const struct vgatext *screen = device;
    const struct vgatext_state *s = &screen->s;
    (void)size;
    if (reg == CRTC_INDEX)
        return s->index;
    if (reg == CRTC_DATA && s->index < VGATEXT_CRTC_REGISTERS)
        return s->crtc[s->index];
    return reg == STATUS ? read_status(screen) : FLOATING;
}

void vgatext_reset(struct vgatext *screen)
{
    /* Mode 3 as the VGA's BIOS programs it. */
    static const uint8_t mode_3[VGATEXT_CRTC_REGISTERS] = {
        0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00,
        0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff};
    struct vgatext_state *s = &screen->s;
    memcpy(s->crtc, mode_3, sizeof mode_3);
    s->index = 0;
    s->mode = MODE_ON | MODE_BLINK | MODE_TEXT_80;
    s->colour = 0;
    for (unsigned i = 0; i < VGATEXT_MEMORY_SIZE; i += 2) {
        s->memory[i] = ' ';
        s->memory[i + 1] = WHITE_ON_BLACK;
    }
}

void vgatext_init(struct vgatext *screen, struct device_timer timer)
{
    screen->timer = timer;
    vgatext_reset(screen);
}

const struct device_ports vgatext_ports = {
    .in = vgatext_in, .out = vgatext_out, .count = VGATEXT_REGISTERS, .max_size = 1};

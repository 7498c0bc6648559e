/*
 * The text screen of a VGA in mode 3: 80 columns, 25 rows, 16 colours, with the registers that a
 * text driver uses; a CGA's ports 3d8 and 3d9 are there too.
 *
 *   memory   32 KB at 0xb8000; a cell is the character, then  blink-or-bright R G B  bright R G B
 *
 *   reg   port   write                 read
 *   0     3d4    CRTC index            CRTC index
 *   1     3d5    CRTC register         CRTC register
 *   4     3d8    mode control          0xff       bit 3 picture on, bit 5 attribute bit 7 blinks
 *   5     3d9    colour select         0xff       kept only
 *   6     3da    -                     status     bit 3 vertical retrace, bit 0 no picture now
 *
 *   CRTC   0a cursor start: bit 5 off, bits 4..0 scan line     0b cursor end
 *          0c, 0d start of the screen, high and low, in cells  0e, 0f cursor, likewise
 *
 * The memory is plain: the bus reads and writes it without asking. All CRTC registers 00..18 keep
 * what is written, but only those listed show; addresses wrap within the 32 KB. The status follows
 * virtual time: 449 lines of 900 dots at 28.322 MHz, of which 400 and 720 are picture (70 Hz).
 *
 * Not modelled: graphics, other text sizes, fonts and palette, the sequencer, graphics and
 * attribute controllers (3c0..3cf), the CRTC's write protection.
 */
#ifndef FORKSCOPE_DEVICES_VGATEXT_H
#define FORKSCOPE_DEVICES_VGATEXT_H

#include "devices/device.h"

enum {
    VGATEXT_MEMORY_SIZE = 0x8000,
    VGATEXT_COLUMNS = 80,
    VGATEXT_ROWS = 25,
    VGATEXT_CRTC_REGISTERS = 0x19
};

struct vgatext_state {
    uint8_t memory[VGATEXT_MEMORY_SIZE];
    uint8_t crtc[VGATEXT_CRTC_REGISTERS];
    uint8_t index;
    uint8_t mode;
    uint8_t colour;
};

struct vgatext {
    struct vgatext_state s;
    struct device_timer timer; /* only asked for the time */
};

/* What stands on the screen. */
struct vgatext_cell {
    uint8_t character; /* code page 437 */
    uint8_t attribute;
};

struct vgatext_cursor {
    bool visible;
    unsigned row, column;
    unsigned first_line, last_line; /* scan lines of the cell that it fills, 0..15 */
};

void vgatext_init(struct vgatext *screen, struct device_timer timer);
void vgatext_reset(struct vgatext *screen);

/* All of these only look. */
struct vgatext_cell vgatext_cell(const struct vgatext *screen, unsigned row, unsigned column);
struct vgatext_cursor vgatext_cursor(const struct vgatext *screen);
bool vgatext_is_on(const struct vgatext *screen);
bool vgatext_blinks(const struct vgatext *screen);

extern const struct device_ports vgatext_ports; /* 0x3d4..0x3da */

#endif

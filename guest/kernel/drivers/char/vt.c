/*
 * The screen as a terminal: /dev/tty1, on the text memory of a VGA. What is typed comes from the
 * keyboard (keyboard.c). With console=tty1 on the command line it is also /dev/console, and shows
 * the kernel's messages.
 *
 * Understood are \n \r \b \t and of the escape sequences ESC [ ... H, J, K: move, clear the screen
 * or what is below the cursor, clear the rest of the line. The others do nothing. Not modelled:
 * colours, scrolling regions, more than one screen.
 */
#include <asm/io.h>
#include <asm/page.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/tty.h>

#define TEXT_MEMORY   ((u16 *)__va(0xb8000))
#define COLUMNS       80
#define ROWS          25
#define BLANK         0x0720 /* a space, light grey on black */
#define TAB_WIDTH     8
#define CRTC_INDEX    0x3d4
#define CRTC_DATA     0x3d5
#define CRTC_CURSOR_H 0x0e
#define CRTC_CURSOR_L 0x0f
#define ESC           0x1b
#define PARAMETERS    2

enum escape { ESC_NONE, ESC_STARTED, ESC_PARAMETERS };

static struct {
    bool used; /* the screen has been cleared once */
    unsigned int row, column;
    enum escape escape;
    unsigned int parameter[PARAMETERS], parameters;
} vt;

static void clear(unsigned int from, unsigned int to)
{
    for (unsigned int i = from; i < to; i++)
        TEXT_MEMORY[i] = BLANK;
}

static unsigned int place(void)
{
    return vt.row * COLUMNS + vt.column;
}

static void move_cursor(void)
{
    outb(CRTC_CURSOR_H, CRTC_INDEX);
    outb(place() >> 8, CRTC_DATA);
    outb(CRTC_CURSOR_L, CRTC_INDEX);
    outb(place() & 0xff, CRTC_DATA);
}

static void line_feed(void)
{
    if (++vt.row < ROWS)
        return;
    vt.row = ROWS - 1;
    memcpy(TEXT_MEMORY, TEXT_MEMORY + COLUMNS, (ROWS - 1) * COLUMNS * sizeof(u16));
    clear((ROWS - 1) * COLUMNS, ROWS * COLUMNS);
}

static void put_glyph(u8 c)
{
    if (vt.column == COLUMNS) {
        vt.column = 0;
        line_feed();
    }
    TEXT_MEMORY[place()] = (BLANK & 0xff00) | c;
    vt.column++;
}

static void put_control(u8 c)
{
    switch (c) {
    case '\n':
        line_feed();
        break;
    case '\r':
        vt.column = 0;
        break;
    case '\b':
        vt.column -= vt.column > 0;
        break;
    case '\t':
        vt.column = min((vt.column / TAB_WIDTH + 1) * TAB_WIDTH, COLUMNS - 1u);
        break;
    case ESC:
        vt.escape = ESC_STARTED;
        break;
    }
}

/* Parameters count from 1; one that was left out is 0. */
static void end_escape(u8 c)
{
    vt.escape = ESC_NONE;
    if (c == 'H') {
        vt.row = min(max(vt.parameter[0], 1u), (unsigned int)ROWS) - 1;
        vt.column = min(max(vt.parameter[1], 1u), (unsigned int)COLUMNS) - 1;
    } else if (c == 'J') {
        clear(vt.parameter[0] == 2 ? 0 : place(), ROWS * COLUMNS);
    } else if (c == 'K') {
        clear(place(), (vt.row + 1) * COLUMNS);
    }
}

static void put_escape(u8 c)
{
    if (vt.escape == ESC_STARTED) {
        vt.escape = c == '[' ? ESC_PARAMETERS : ESC_NONE;
        vt.parameters = 0;
        memset(vt.parameter, 0, sizeof(vt.parameter));
    } else if (c >= '0' && c <= '9') {
        if (vt.parameters < PARAMETERS)
            vt.parameter[vt.parameters] = vt.parameter[vt.parameters] * 10 + c - '0';
    } else if (c == ';') {
        vt.parameters++;
    } else if (c >= '@') {
        end_escape(c);
    }
}

static void vt_tty_write(struct tty_struct *tty, const char *s, size_t n)
{
    if (!vt.used)
        clear(0, ROWS * COLUMNS);
    vt.used = true;
    for (; n; n--, s++) {
        if (vt.escape)
            put_escape(*s);
        else if ((u8)*s < ' ')
            put_control(*s);
        else
            put_glyph(*s);
    }
    move_cursor();
}

static const struct tty_driver vt_driver = {
    .write = vt_tty_write,
};

struct tty_struct vt_tty = {
    .driver = &vt_driver,
};

/* printk's way to the screen. */
void vt_console_write(const char *s, size_t n)
{
    for (; n; n--, s++) {
        if (*s == '\n')
            vt_tty_write(&vt_tty, "\r", 1);
        vt_tty_write(&vt_tty, s, 1);
    }
}

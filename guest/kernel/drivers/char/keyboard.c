/*
 * The keyboard: scan codes of set 1 become characters of a US layout and go to the screen's
 * terminal. The controller is as the firmware left it: translating, its interrupt on.
 *
 * Not modelled: the lights and Caps Lock, keys with the prefix 0xe0 other than those of the number
 * block that also stand elsewhere, function keys.
 */
#include <asm/io.h>
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/tty.h>

#define KBD_DATA    0x60
#define KBD_STATUS  0x64
#define OUTPUT_FULL 0x01
#define RELEASED    0x80
#define EXTENDED    0xe0 /* the next code is of a key that the first keyboards did not have */

enum { KEY_CTRL = 0x1d, KEY_LEFT_SHIFT = 0x2a, KEY_RIGHT_SHIFT = 0x36, KEYS = 0x3a };

/* By scan code; 0: no character. */
static const char plain[KEYS] =
    "\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[KEYS] =
    "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

static bool shift, ctrl, extended;

static void press(u8 key)
{
    char c = key < KEYS ? (shift ? shifted : plain)[key] : 0;

    if (ctrl && c >= '@')
        c &= 0x1f;
    if (c)
        n_tty_receive(&vt_tty, c);
}

static void handle_code(u8 code)
{
    u8 key = code & ~RELEASED;
    bool down = !(code & RELEASED), was_extended = extended;

    extended = code == EXTENDED;
    if (extended)
        return;
    if (key == KEY_CTRL)
        ctrl = down;
    else if ((key == KEY_LEFT_SHIFT || key == KEY_RIGHT_SHIFT) && !was_extended)
        shift = down;
    else if (down && (!was_extended || plain[key < KEYS ? key : 0] == '\r'))
        press(key);
}

static void keyboard_interrupt(int irq, struct pt_regs *regs)
{
    while (inb(KBD_STATUS) & OUTPUT_FULL)
        handle_code(inb(KBD_DATA));
}

void keyboard_init(void)
{
    request_irq(KEYBOARD_IRQ, keyboard_interrupt);
}

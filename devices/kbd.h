/*
 * The AT's keyboard controller (Intel 8042 with IBM's program; IBM PS/2 Technical Reference,
 * "Keyboard/Auxiliary Device Controller") and the keyboard behind it.
 *
 *   block     write                           read
 *   data      to the keyboard, or the byte    the output buffer; the next byte follows at once
 *             that a command waits for
 *   command   command                         status
 *
 *   status    PERR TO AUX INH CMD SYS IBF OBF     here PERR = TO = AUX = IBF = 0, INH = 1
 *
 *   20..3f  read RAM (20: command byte)       c0      read input port
 *   60..7f  write RAM                         d0, d1  read, write output port
 *   a7, a8  auxiliary off, on                 d2      write output buffer
 *   a9, ab  test of the lines: 00             d3, d4  to the auxiliary device: taken, ignored
 *   aa      self-test: 55                     f0..ff  pulse output port; bit 0 low resets
 *   ad, ae  keyboard off, on
 *
 *   command byte   . XLATE AUXOFF KBDOFF . SYS IRQ12 IRQ1
 *   output port    . . . OBF . . A20 RUN
 *
 * The keyboard sends scan code set 2, which the controller turns into set 1 while XLATE is set. It
 * knows the commands ed ee f0 f2 f3 f4 f5 f6 fe ff; others get fe (resend).
 *
 * After a reset all is as a BIOS leaves it: keyboard scanning, translation and IRQ 1 on, A20 open
 * (a multiboot kernel starts so).
 *
 * Not modelled: the time a byte takes, scan code sets 1 and 3 in the keyboard, a mouse.
 */
#ifndef FORKSCOPE_DEVICES_KBD_H
#define FORKSCOPE_DEVICES_KBD_H

#include <stddef.h>

#include "devices/device.h"
#include "devices/ring.h"

enum { KBD_KEYS_SIZE = 64, KBD_REPLIES_SIZE = 16, KBD_RAM_SIZE = 32 };

struct kbd_state {
    /* The controller. */
    uint8_t ram[KBD_RAM_SIZE]; /* the first is the command byte */
    uint8_t output_port;
    uint8_t command;    /* that waits for its byte, or 0 */
    bool wrote_command; /* the last write was to the command port */
    bool output_full;
    uint8_t output;
    bool break_prefix; /* the translation has seen f0 */

    /* The keyboard. */
    uint8_t keyboard_command; /* that waits for its byte, or 0 */
    uint8_t last_sent;
    bool scanning;
    uint8_t leds; /* caps, num, scroll lock in bits 2..0 */
    struct ring replies;
    struct ring keys;
    uint8_t replies_at[KBD_REPLIES_SIZE];
    uint8_t keys_at[KBD_KEYS_SIZE];
};

struct kbd {
    struct kbd_state s;
    struct irq_line irq;
    struct irq_line a20;
    struct irq_line reset; /* pulsed */
};

void kbd_init(struct kbd *kbd, struct irq_line irq, struct irq_line a20, struct irq_line reset);
void kbd_reset(struct kbd *kbd);

/* A key goes down or up: its code in set 2. False, and nothing taken, when the keyboard's buffer
 * has no room for all of it, or the guest has turned scanning off. */
bool kbd_press(struct kbd *kbd, const uint8_t *code, size_t n);

extern const struct device_ports kbd_data_ports;    /* 0x60 */
extern const struct device_ports kbd_command_ports; /* 0x64 */

#endif

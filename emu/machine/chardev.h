/*
 * The host's end of a character device: where the guest's serial bytes go and come from.
 *
 *   stdio     standard input and output; a terminal is put into raw mode and always given back
 *   file:F    the bytes go to F (created, emptied); nothing comes
 *   null      nothing goes, nothing comes
 *
 * Output is buffered; a write error is remembered and output stops, nothing is lost silently.
 */
#ifndef FORKSCOPE_EMU_CHARDEV_H
#define FORKSCOPE_EMU_CHARDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/device.h"

struct chardev;

/* How a terminal's keys are treated: like QEMU's -serial stdio, or like its -nographic. */
enum chardev_keys {
    CHARDEV_KEYS_HOST,  /* Ctrl-C ends forkscope */
    CHARDEV_KEYS_GUEST, /* all keys go to the guest; Ctrl-A x ends forkscope */
};

/* Is `spec` one of the forms above? Touches nothing. */
bool chardev_spec_valid(const char *spec);

/* 0 and *out, or -errno with a sentence in `why`. */
int chardev_open(struct chardev **out, const char *spec, enum chardev_keys keys, char *why,
                 size_t why_size);
/* Flushes, gives the terminal back, closes. 0 or the first write error, as chardev_error(). */
int chardev_close(struct chardev *dev, char *why, size_t why_size);

/* The device's wire; valid while the chardev is open. */
struct char_out chardev_out(struct chardev *dev);

/* Writes out what is buffered. 0 or the first error of the chardev's life, with a sentence. */
int chardev_flush(struct chardev *dev, char *why, size_t why_size);

/* Can input still come? False for file, null, after end of file, and for /dev/null as stdin. */
bool chardev_input_open(const struct chardev *dev);
/* Input comes from a terminal: a person may type at any time. */
bool chardev_is_terminal(const struct chardev *dev);
/* The terminal that was there has gone. */
bool chardev_hung_up(const struct chardev *dev);
/* The person pressed Ctrl-A x. */
bool chardev_quit_requested(const struct chardev *dev);

/* Waits up to timeout_ms (0: not at all, -1: for ever) for input, then reads what there is. Comes
 * back early on a signal. */
void chardev_wait(struct chardev *dev, int timeout_ms);
/* The bytes that have come and not been taken. */
size_t chardev_pending(const struct chardev *dev, const uint8_t **bytes);
void chardev_take(struct chardev *dev, size_t n);

#endif

/*
 * An input script: what is typed to a guest, and when. One thing a line (docs/time.md):
 *
 *     wait "TEXT"     goes on when the guest has sent TEXT on COM1, behind what was waited for last
 *     at STEP         goes on at this step (k, M, G as with --max-insns)
 *     after STEPS     goes on so many steps later
 *     type "TEXT"     sends TEXT to COM1
 *     key "CODES"     sends scan codes (set 2) from the keyboard
 *     hangup          takes the carrier of COM1 away: whoever sat at the terminal has gone
 *     answer          gives it back
 *     # ...           nothing
 *
 * A script looks at nothing of the host: the same guest gets the same bytes at the same steps.
 */
#ifndef FORKSCOPE_EMU_SCRIPT_H
#define FORKSCOPE_EMU_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/time/history.h"

enum { SCRIPT_FILE_MAX = 1 << 24, SCRIPT_TEXT_MAX = 4096 };

struct script;

/* `name` is for messages. 0, or -errno with a sentence in `why`. */
int script_parse(struct script **out, const char *name, const char *text, size_t size, char *why,
                 size_t why_size);
int script_read(struct script **out, const char *path, char *why, size_t why_size);
void script_destroy(struct script *s);

/* The guest sent a byte. True: what was waited for has come; script_go_on() wants to be called at
 * this step. */
bool script_sent(struct script *s, uint8_t byte);

/* Does what is to be done at this step. True: the guest was given something. */
bool script_go_on(struct script *s, struct history *h, uint64_t icount);

/* The step at which it wants to go on; UINT64_MAX: it waits for text, or is at its end. */
uint64_t script_next_step(const struct script *s);

/* NULL at its end, else a sentence that says in which line it waits for what. */
const char *script_unfinished(const struct script *s, char *buf, size_t size);

#endif

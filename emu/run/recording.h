/*
 * A recording: all input of a run, in a text file that can be read, compared and kept with tests.
 *
 *     forkscope recording 1
 *     machine ram 64 mips 100 cpu 3 8197 rtc 946684800 jitter 0
 *     kernel 001d2c4089abcdef            its size and CRC-32
 *     start 0123456789abcdef             snapshot_hash() before the first step
 *     serial 6130211 0 "ls -l\r"         kind, step, turn, bytes
 *     key 6200000 0 "\x1c"
 *     memory 6300000 0 "..."             a debugger's writes (emu/time/inputlog.h)
 *     registers 6300000 0 "..."
 *     carrier 6500000 0 "\x00"           the terminal was hung up; \x01: it is there again
 *     end 7000000 0 interrupted          or "itself": the machine's own doing
 *     sum 89abcdef                       CRC-32 of all lines before
 *
 * Bytes are as in C: printable ones as they are, \r \n \t \\ \", others \xHH.
 *
 * Replaying gives the same steps, and so the same trace, on every host and in every engine.
 */
#ifndef FORKSCOPE_EMU_RECORDING_H
#define FORKSCOPE_EMU_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "emu/run/report.h"
#include "emu/time/inputlog.h"
#include "emu/time/savefile.h"

struct recording {
    struct savefile_config machine;
    uint32_t jitter; /* seed */
    uint64_t start;  /* hash */
    struct inputlog log;
    struct moment end;
    enum run_end ended; /* RUN_ENDS: by itself */
};

enum { RECORDING_VERSION = 1, RECORDING_FILE_MAX = 1 << 28 };

/* 0, or -errno with a sentence in `why`. */
int recording_write(const char *path, const struct recording *r, char *why, size_t why_size);

/* Reads the text of a recording; `name` is for messages. 0, or -EINVAL with a sentence in `why`.
 * recording_release() in any case. */
int recording_parse(struct recording *r, const char *name, const char *text, size_t size, char *why,
                    size_t why_size);
int recording_read(struct recording *r, const char *path, char *why, size_t why_size);
void recording_release(struct recording *r);

#endif

/*
 * A machine's state in a file.
 *
 *     offset                                                       (all numbers little-endian)
 *      0   "FSSTATE\n"
 *      8   u32 version of this layout          12  u32 size of all before the pages (n * 4096)
 *     16   u64 size of the file                24  u32 CRC-32 from 32 up to the pages
 *                                              28  u32 CRC-32 of the pages
 *     32   configuration: u32 MB of RAM, u32 mips, u32 CPU level, u32 CPU features,
 *          i64 RTC epoch, u64 kernel (savefile_fingerprint()), u32 jitter is on,
 *          u32 sections, u32 translations, u32 pages
 *          sections: 4 letters, u32 version, u32 size, the state (emu/time/statelayout.h)
 *          translations (cpu/cpu.h): u32 page, u32 physical, u8 cache, u8 rights
 *          page numbers: u32, ascending
 *      n   the pages of RAM that are not all zeroes, 4 KB each
 *
 * Pages lie in the file as they lie in memory, so that loading maps them, copy-on-write: a thousand
 * machines can start from one file, each in milliseconds. A file that is loaded must not be written
 * to; writing a state makes a new file and then gives it the name.
 *
 * A name that ends in ".zst" makes the same file smaller: one zstd frame, with its size and a
 * checksum. It is unpacked into memory when it is opened, and mapped from there.
 *
 * What is read is checked: sums, sizes, versions, and that every value is one a machine can have.
 */
#ifndef FORKSCOPE_EMU_SAVEFILE_H
#define FORKSCOPE_EMU_SAVEFILE_H

#include <stddef.h>
#include <stdint.h>

#include "emu/machine/machine.h"

enum { SAVEFILE_VERSION = 1 };

struct savefile_config {
    uint32_t ram_mb, mips;
    struct cpu_model cpu;
    int64_t rtc_epoch;
    uint64_t kernel;
};

/* Stands for the bytes of a kernel. */
uint64_t savefile_fingerprint(const uint8_t *bytes, size_t size);

/* 0, or -errno with a sentence in `why`; an older file of that name is then still there. */
int savefile_write(const char *path, struct machine *m, uint64_t kernel, char *why,
                   size_t why_size);

struct savefile;

/* 0, or -errno with a sentence in `why`: not there, or not a whole state of this version. */
int savefile_open(struct savefile **out, const char *path, char *why, size_t why_size);
void savefile_close(struct savefile *file);

const struct savefile_config *savefile_config(const struct savefile *file);
/* The machine that the state is of; engine and outputs stay as they are. */
void savefile_adopt(const struct savefile_config *c, struct machine_config *machine);

/* Into a machine of the file's configuration. -EINVAL with a sentence in `why`: it holds what no
 * machine can hold; the machine is then good for nothing but machine_destroy(). The file may be
 * closed afterwards. */
int savefile_load(const struct savefile *file, struct machine *m, char *why, size_t why_size);

#endif

/* What the writer and the reader of state files share. Private to emu/time/savefile*.c. */
#ifndef FORKSCOPE_EMU_SAVEFILE_LAYOUT_H
#define FORKSCOPE_EMU_SAVEFILE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAVEFILE_MAGIC "FSSTATE\n"

/* Offsets and sizes, as emu/time/savefile.h draws them. */
enum {
    PAGE = 4096,
    MAGIC_SIZE = 8,
    SUMMED_FROM = 32,
    CONFIG_END = 80,
    SECTION_HEAD = 12,
    TRANSLATION = 10,
    PAGES_MAX = 1 << 18,
};

/* savefile.c: 0 or -errno. */
int savefile_write_all(int fd, const uint8_t *bytes, size_t size);

/*
 * savefile_pack.c: a state as one zstd frame, which `zstd -d` makes a plain one of. -ENOTSUP: this
 * build has no zstd.
 */

/* Is such a file meant: does the name end in ".zst", do the bytes begin as a frame does? */
bool savefile_name_packed(const char *path);
bool savefile_bytes_packed(const uint8_t *bytes, size_t size);

struct savefile_packer;

/* Of `size` bytes in all. */
int savefile_pack_open(struct savefile_packer **out, int fd, uint64_t size);
int savefile_pack(struct savefile_packer *p, const uint8_t *bytes, size_t size);
/* Also after an error, which is then returned. */
int savefile_pack_close(struct savefile_packer *p, int error);

/* Unpacks into memory that has a descriptor, which can be mapped as a file can. The descriptor, or
 * -EMSGSIZE: cut off; -EILSEQ: damaged; -EINVAL: no state is so large; -ENOTSUP; other -errno. */
int savefile_unpack(const uint8_t *bytes, size_t size);

#endif

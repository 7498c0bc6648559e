/*
 * A kernel file, understood but not yet placed: which bytes go to which physical address, and
 * where it starts.
 *
 * Takes an i386 ELF executable with a Multiboot 1 header, or any file whose Multiboot header gives
 * load addresses itself. The file is not trusted: every offset and size in it is checked here, and
 * a refusal says what is wrong and what to do. Whether the segments fit the machine's memory is
 * the loader's question.
 */
#ifndef FORKSCOPE_EMU_KERNEL_IMAGE_H
#define FORKSCOPE_EMU_KERNEL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

enum { KERNEL_SEGMENTS = 64 };

/* `filesz` bytes, then zeros up to `memsz`. Never runs past 4 GB. */
struct kernel_segment {
    uint32_t paddr, memsz, filesz;
    const uint8_t *bytes; /* inside the image */
};

struct kernel_image {
    uint32_t flags; /* of the Multiboot header */
    uint32_t entry; /* physical */
    unsigned count;
    struct kernel_segment segment[KERNEL_SEGMENTS];
};

/* `name` is for messages. 0, or -ENOEXEC with a sentence in `why`. The bytes must outlive `out`. */
int kernel_image_parse(const char *name, const void *bytes, size_t size, struct kernel_image *out,
                       char *why, size_t why_size);

#endif

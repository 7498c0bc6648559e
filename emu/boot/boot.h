/*
 * From file names to a machine that is ready to run: reads the kernel and its modules, places them
 * (emu/boot/loader.h) and sets the CPU. The files stay in memory, so that a reset boots the same
 * bytes.
 */
#ifndef FORKSCOPE_EMU_BOOT_H
#define FORKSCOPE_EMU_BOOT_H

#include "emu/boot/loader.h"
#include "emu/machine/machine.h"
#include "emu/support/file.h"

/* A kernel file also holds debug information: it may be larger than the guest's memory. */
enum { BOOT_FILE_MAX = 1 << 30 };

struct boot {
    char *kernel_path;
    struct file kernel;
    struct file file[LOADER_MODULES];
    char *string[LOADER_MODULES]; /* what the kernel reads about each module */
    char *path[LOADER_MODULES];   /* where it is on the host */
    unsigned modules;
    char *command_line;
};

/*
 * `initrd` is QEMU's form for Multiboot: FILE[ ARGUMENTS][,FILE...], a comma in a name doubled;
 * NULL for none. The kernel sees base names only, so that no host path enters the guest. Files
 * larger than `ram_size` are refused. 0, or -errno with a sentence in `why`; boot_release() in any
 * case.
 */
int boot_read(struct boot *b, const char *kernel, const char *initrd, const char *append,
              uint32_t ram_size, char *why, size_t why_size);

/* 0, or the loader's error with a sentence in `why`. */
int boot_load(const struct boot *b, struct machine *m, char *why, size_t why_size);

void boot_release(struct boot *b);

#endif

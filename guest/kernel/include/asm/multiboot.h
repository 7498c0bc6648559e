/* What a Multiboot 1 loader passes: the Multiboot Specification version 0.6.96, chapter 3.3. */
#ifndef _ASM_MULTIBOOT_H
#define _ASM_MULTIBOOT_H

#include <linux/types.h>

#define MULTIBOOT_BOOTLOADER_MAGIC 0x2badb002

#define MULTIBOOT_INFO_CMDLINE 0x04 /* cmdline is valid */
#define MULTIBOOT_INFO_MODS    0x08 /* mods_* are valid */
#define MULTIBOOT_INFO_MMAP    0x40 /* mmap_* are valid */

struct multiboot_info {
    u32 flags;
    u32 mem_lower, mem_upper; /* kB from 0, kB from 1 MB */
    u32 boot_device;
    u32 cmdline; /* physical address of a string */
    u32 mods_count, mods_addr;
    u32 syms[4];
    u32 mmap_length, mmap_addr;
};

struct multiboot_module {
    u32 start, end; /* [start, end) physical */
    u32 string;
    u32 reserved;
};

#define MULTIBOOT_MEMORY_AVAILABLE 1

struct multiboot_mmap {
    u32 size; /* of the rest of the entry */
    u64 addr, len;
    u32 type;
} __attribute__((packed));

#endif

/*
 * The Multiboot Specification version 0.6.96 in numbers: the header that a kernel carries, the
 * information it finds in memory, and the machine state it starts in.
 */
#ifndef FORKSCOPE_EMU_MULTIBOOT_H
#define FORKSCOPE_EMU_MULTIBOOT_H

#define MULTIBOOT_HEADER_MAGIC 0x1badb002u
#define MULTIBOOT_BOOT_MAGIC   0x2badb002u /* in EAX */
#define MULTIBOOT2_MAGIC       0xe85250d6u

/* The header lies 4-byte aligned in this many first bytes of the file. */
enum { MULTIBOOT_SEARCH = 8192 };

/* Header fields (3.1.1), by offset. */
enum {
    MBH_MAGIC = 0,
    MBH_FLAGS = 4,
    MBH_CHECKSUM = 8,
    MBH_SIZE = 12,
    MBH_HEADER_ADDR = 12, /* this and the next four where MBH_F_ADDRESSES is set */
    MBH_LOAD_ADDR = 16,
    MBH_LOAD_END_ADDR = 20,
    MBH_BSS_END_ADDR = 24,
    MBH_ENTRY_ADDR = 28,
    MBH_ADDRESSES_SIZE = 32,
};

enum {
    MBH_F_ALIGN_MODULES = 1u << 0,
    MBH_F_MEMORY_INFO = 1u << 1,
    MBH_F_VIDEO = 1u << 2,
    MBH_F_REQUIRED = 0xffff, /* what a loader does not know here it must refuse */
    MBH_F_ADDRESSES = 1u << 16,
};

/* The information structure (3.3), by offset. Nothing behind boot_loader_name is filled. */
enum {
    MBI_FLAGS = 0,
    MBI_MEM_LOWER = 4,
    MBI_MEM_UPPER = 8,
    MBI_CMDLINE = 16,
    MBI_MODS_COUNT = 20,
    MBI_MODS_ADDR = 24,
    MBI_MMAP_LENGTH = 44,
    MBI_MMAP_ADDR = 48,
    MBI_BOOT_LOADER_NAME = 64,
    MBI_SIZE = 116,
};

enum {
    MBI_F_MEMORY = 1u << 0,
    MBI_F_CMDLINE = 1u << 2,
    MBI_F_MODULES = 1u << 3,
    MBI_F_MMAP = 1u << 6,
    MBI_F_LOADER_NAME = 1u << 9,
};

/* A module list entry: start, end, string, zero. */
enum { MBM_START = 0, MBM_END = 4, MBM_STRING = 8, MBM_SIZE = 16 };

/* A memory map entry: size of the rest, 64-bit base and length, type. */
enum { MMAP_SIZE = 0, MMAP_BASE = 4, MMAP_LENGTH = 12, MMAP_TYPE = 20, MMAP_ENTRY = 24 };
enum { MMAP_AVAILABLE = 1, MMAP_RESERVED = 2 };

#endif

/* What the Multiboot loader left: memory map, modules, command line. */
#include <asm/multiboot.h>
#include <asm/page.h>
#include <linux/bootmem.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

extern u32 multiboot_magic, multiboot_info; /* head.S */

struct boot_info boot_info;

static void read_command_line(const struct multiboot_info *mbi)
{
    if (mbi->flags & MULTIBOOT_INFO_CMDLINE)
        strlcpy(boot_info.command_line, __va(mbi->cmdline), sizeof(boot_info.command_line));
}

/* The first module is the initrd. */
static void read_modules(const struct multiboot_info *mbi)
{
    const struct multiboot_module *mod;

    if (!(mbi->flags & MULTIBOOT_INFO_MODS) || !mbi->mods_count)
        return;
    mod = __va(mbi->mods_addr);
    boot_info.initrd_start = mod->start;
    boot_info.initrd_end = mod->end;
    reserve_bootmem(mod->start, mod->end);
}

static void read_memory_map(const struct multiboot_info *mbi)
{
    u32 at = mbi->mmap_addr, end = at + mbi->mmap_length;

    if (!(mbi->flags & MULTIBOOT_INFO_MMAP)) {
        add_memory_range(0, (u64)mbi->mem_lower * 1024);
        add_memory_range(0x100000, (u64)mbi->mem_upper * 1024);
        return;
    }
    while (at < end) {
        const struct multiboot_mmap *entry = __va(at);
        if (entry->type == MULTIBOOT_MEMORY_AVAILABLE)
            add_memory_range(entry->addr, entry->len);
        at += entry->size + sizeof(entry->size);
    }
}

void setup_arch(void)
{
    extern char _text[], _end[];
    const struct multiboot_info *mbi = __va(multiboot_info);

    if (multiboot_magic != MULTIBOOT_BOOTLOADER_MAGIC)
        panic("not started by a Multiboot loader (eax was %08x)", multiboot_magic);
    read_command_line(mbi);
    reserve_bootmem(0, PAGE_SIZE);
    reserve_bootmem(__pa(_text), __pa(_end));
    read_modules(mbi);
    read_memory_map(mbi);
}

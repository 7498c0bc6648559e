/* Descriptor tables: the GDT, the task state segment, and thread-local storage slots. */
#include <asm/processor.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/string.h>

#define DESC_PRESENT 0x8000u
#define DESC_TSS32   0x0900u /* available 32-bit TSS */

/* Flat segments: base 0, limit 4 GB in pages, 32 bit; dpl 0 or 3. */
struct desc_struct cpu_gdt_table[GDT_ENTRIES] __aligned(8) = {
    [GDT_ENTRY_KERNEL_CS] = {0x0000ffff, 0x00cf9a00},
    [GDT_ENTRY_KERNEL_DS] = {0x0000ffff, 0x00cf9200},
    [GDT_ENTRY_USER_CS] = {0x0000ffff, 0x00cffa00},
    [GDT_ENTRY_USER_DS] = {0x0000ffff, 0x00cff200},
};

struct tss_struct init_tss __aligned(128) = {
    .hw = {.ss0 = __KERNEL_DS, .io_bitmap_base = INVALID_IO_BITMAP_OFFSET},
};

static void set_tss_desc(unsigned int entry, const void *tss, u32 limit)
{
    u32 base = (u32)tss;
    cpu_gdt_table[entry].a = base << 16 | (limit & 0xffff);
    cpu_gdt_table[entry].b =
        (base & 0xff000000) | (limit & 0xf0000) | DESC_PRESENT | DESC_TSS32 | (base >> 16 & 0xff);
}

/* The user's fs and gs are in the frame on the stack. What the registers still hold would become
 * a selector of nothing when its slot changes, and every return from an interrupt reloads it. */
static void clear_user_segments(void)
{
    asm volatile("movl %0, %%fs; movl %0, %%gs" ::"r"(0));
}

void load_TLS(const struct thread_struct *thread)
{
    clear_user_segments();
    for (int i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++)
        cpu_gdt_table[GDT_ENTRY_TLS_MIN + i] = thread->tls_array[i];
}

void cpu_init(void)
{
    struct {
        u16 limit;
        u32 base;
    } __packed idtr = {sizeof(idt_table) - 1, (u32)idt_table};

    memset(init_tss.io_bitmap, 0xff, sizeof(init_tss.io_bitmap));
    init_tss.hw.esp0 = current->thread.esp0;
    set_tss_desc(GDT_ENTRY_TSS, &init_tss,
                 offsetof(struct tss_struct, io_bitmap) + IO_BITMAP_BYTES);
    set_tss_desc(GDT_ENTRY_DOUBLEFAULT, &doublefault_tss, sizeof(doublefault_tss) - 1);
    asm volatile("lidt %0" ::"m"(idtr));
    asm volatile("ltr %w0" ::"r"(__TSS));
}

/* Descriptors: segments in the GDT, gates in the IDT, and the one TSS. */
#ifndef _ASM_DESC_H
#define _ASM_DESC_H

#include <asm/segment.h>
#include <linux/types.h>

/* A GDT entry as two words, or an IDT gate. Bit layout: Intel SDM volume 3, 3.4.5 and 6.11. */
struct desc_struct {
    u32 a, b;
};

extern struct desc_struct cpu_gdt_table[GDT_ENTRIES];
extern struct desc_struct idt_table[IDT_ENTRIES];

#define IO_BITMAP_BITS  65536
#define IO_BITMAP_BYTES (IO_BITMAP_BITS / 8)
/* An offset beyond the limit: no bitmap, ring 3 may use no port. */
#define INVALID_IO_BITMAP_OFFSET 0x8000

/* The hardware task state segment. Intel SDM volume 3, 8.2.1. */
struct i386_hw_tss {
    u16 back_link, __blh; /* selector of the previous TSS after a task gate */
    u32 esp0;             /* kernel stack pointer for traps from ring 3 */
    u16 ss0, __ss0h;
    u32 esp1;
    u16 ss1, __ss1h;
    u32 esp2;
    u16 ss2, __ss2h;
    u32 cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
    u16 es, __esh, cs, __csh, ss, __ssh, ds, __dsh, fs, __fsh, gs, __gsh;
    u16 ldt, __ldth;
    u16 trace, io_bitmap_base;
} __attribute__((packed));

/* Linux switches tasks in software and uses one TSS for the whole processor: for esp0 and for the
 * I/O permission bitmap. */
struct tss_struct {
    struct i386_hw_tss hw;
    u8 io_bitmap[IO_BITMAP_BYTES + 4]; /* bit 0: allowed; the last byte must be all ones */
} __attribute__((packed));

extern struct tss_struct init_tss;
extern struct i386_hw_tss doublefault_tss;

/* What a segment descriptor says, in the form set_thread_area() speaks. */
struct user_desc {
    u32 entry_number; /* GDT index, or -1: choose one */
    u32 base_addr;
    u32 limit;
    u32 seg_32bit : 1;
    u32 contents : 2;
    u32 read_exec_only : 1;
    u32 limit_in_pages : 1;
    u32 seg_not_present : 1;
    u32 useable : 1;
};

struct thread_struct;
/* Copies the three TLS slots of a task into the GDT. */
void load_TLS(const struct thread_struct *thread);

/* Vector `n` enters the kernel at `entry`; interrupts stay off / stay as they are; `dpl` 3 lets
 * ring 3 use it with int n. */
void set_intr_gate(unsigned int n, const void *entry);
void set_system_gate(unsigned int n, const void *entry);
/* Vector `n` switches to the task whose TSS the selector names. */
void set_task_gate(unsigned int n, u16 selector);

/* Loads GDT, IDT, TR and LDTR; makes a TSS descriptor. Called once at boot. */
void cpu_init(void);

#endif

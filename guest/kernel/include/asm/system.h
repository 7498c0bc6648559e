/* Instructions that C has no words for: flags, control registers, halting. */
#ifndef _ASM_SYSTEM_H
#define _ASM_SYSTEM_H

#include <linux/types.h>

#define X86_CR0_MP 0x00000002u /* WAIT traps when TS is set */
#define X86_CR0_EM 0x00000004u /* no x87: every x87 instruction traps */
#define X86_CR0_TS 0x00000008u /* the next x87 instruction raises #NM */
#define X86_CR0_NE 0x00000020u /* x87 errors raise #MF */
#define X86_CR0_WP 0x00010000u /* the kernel too obeys read-only pages */
#define X86_CR0_PG 0x80000000u

#define X86_EFLAGS_CF   0x00000001u
#define X86_EFLAGS_BIT1 0x00000002u /* always one */
#define X86_EFLAGS_PF   0x00000004u
#define X86_EFLAGS_SF   0x00000080u
#define X86_EFLAGS_TF   0x00000100u
#define X86_EFLAGS_IF   0x00000200u
#define X86_EFLAGS_DF   0x00000400u
#define X86_EFLAGS_IOPL 0x00003000u
#define X86_EFLAGS_NT   0x00004000u
#define X86_EFLAGS_RF   0x00010000u
#define X86_EFLAGS_VM   0x00020000u

static inline void local_irq_disable(void)
{
    asm volatile("cli" ::: "memory");
}

static inline void local_irq_enable(void)
{
    asm volatile("sti" ::: "memory");
}

/* Disables interrupts and returns the flags that local_irq_restore() takes. */
static inline unsigned long local_irq_save(void)
{
    unsigned long flags;
    asm volatile("pushfl; popl %0; cli" : "=r"(flags)::"memory");
    return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
    asm volatile("pushl %0; popfl" ::"r"(flags) : "memory", "cc");
}

static inline bool irqs_disabled(void)
{
    unsigned long flags;
    asm volatile("pushfl; popl %0" : "=r"(flags));
    return !(flags & X86_EFLAGS_IF);
}

/* Waits for an interrupt: the interrupt shadow of sti makes the pair atomic. */
static inline void safe_halt(void)
{
    asm volatile("sti; hlt" ::: "memory");
}

static inline u32 read_cr0(void)
{
    u32 v;
    asm volatile("movl %%cr0, %0" : "=r"(v));
    return v;
}

static inline void write_cr0(u32 v)
{
    asm volatile("movl %0, %%cr0" ::"r"(v));
}

static inline u32 read_cr2(void)
{
    u32 v;
    asm volatile("movl %%cr2, %0" : "=r"(v));
    return v;
}

static inline u32 read_cr3(void)
{
    u32 v;
    asm volatile("movl %%cr3, %0" : "=r"(v));
    return v;
}

static inline void write_cr3(u32 v)
{
    asm volatile("movl %0, %%cr3" ::"r"(v) : "memory");
}

/* n must be a constant. */
#define set_debugreg(value, n) asm volatile("movl %0, %%db" #n ::"r"(value))
#define get_debugreg(value, n) asm volatile("movl %%db" #n ", %0" : "=r"(value))

/* After this the next x87 instruction raises #NM. */
static inline void stts(void)
{
    write_cr0(read_cr0() | X86_CR0_TS);
}

static inline void clts(void)
{
    asm volatile("clts");
}

#endif

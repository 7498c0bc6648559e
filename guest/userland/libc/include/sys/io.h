#ifndef _SYS_IO_H
#define _SYS_IO_H

int ioperm(unsigned long from, unsigned long count, int turn_on);
int iopl(int level);

static inline void outb(unsigned char value, unsigned short port)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline unsigned char inb(unsigned short port)
{
    unsigned char value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

#endif

/* Text on port 0xe9, and the ways to switch a machine off. */
#include "priv.h"

void print(const char *text)
{
    while (*text)
        out8(0xe9, (uint8_t)*text++);
}

void print_hex(uint32_t value)
{
    char text[] = "0x00000000";

    for (unsigned i = 9; i > 1; i--, value >>= 4)
        text[i] = "0123456789abcdef"[value & 15];
    print(text);
}

void print_decimal(uint32_t value)
{
    char text[11], *p = text + 10;

    *p = 0;
    do
        *--p = (char)('0' + value % 10);
    while (value /= 10);
    print(p);
}

bool word_is(const char *text, const char *word)
{
    while (*word && *text == *word) {
        text++;
        word++;
    }
    return !*word && (*text == 0 || *text == ' ');
}

/* forkscope and QEMU (isa-debug-exit), then Bochs. */
void machine_off(unsigned status)
{
    out32(0xf4, status);
    for (const char *p = "Shutdown"; *p; p++)
        out8(0x8900, (uint8_t)*p);
    for (;;)
        __asm__ volatile("cli; hlt");
}

/* What the compiler calls. By words where it can be: each step of a REP is one of the emulator's.
 */
void *memset(void *to, int value, uint32_t n)
{
    void *at = to;
    uint32_t words = n / 4;

    __asm__ volatile("rep stosl; mov %3, %1; rep stosb"
                     : "+D"(at), "+c"(words)
                     : "a"((value & 0xff) * 0x01010101u), "r"(n % 4)
                     : "memory");
    return to;
}

void *memcpy(void *to, const void *from, uint32_t n)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n)::"memory");
    return to;
}

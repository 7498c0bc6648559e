/* Page tables for the cases: the first 8 MB as they are, and a window of pages to play with. */
#include "priv.h"

uint32_t page_directory[1024] __attribute__((aligned(4096)));
uint32_t other_directory[1024] __attribute__((aligned(4096)));
static uint32_t identity[2][1024] __attribute__((aligned(4096)));
static uint32_t window[1024] __attribute__((aligned(4096)));
static uint8_t spare[8][PAGE] __attribute__((aligned(4096)));

static void directory_fill(uint32_t *directory)
{
    memset(directory, 0, PAGE);
    directory[0] = (uint32_t)identity[0] | PTE_P | PTE_W | PTE_U;
    directory[1] = (uint32_t)identity[1] | PTE_P | PTE_W | PTE_U;
    directory[WINDOW >> 22] = (uint32_t)window | PTE_P | PTE_W | PTE_U;
}

void paging_on(void)
{
    for (uint32_t i = 0; i < 2048; i++)
        identity[i / 1024][i % 1024] = i * PAGE | PTE_P | PTE_W | PTE_U;
    memset(window, 0, sizeof(window));
    memset(spare, 0, sizeof(spare));
    directory_fill(page_directory);
    directory_fill(other_directory);
    write_cr3((uint32_t)page_directory);
    write_cr0(CR0_PE | CR0_ET | CR0_PG);
    __asm__ volatile("jmp 1f; 1:");
}

uint32_t *window_pde(void)
{
    return &page_directory[WINDOW >> 22];
}

uint32_t *window_pte(unsigned n)
{
    return &window[n];
}

uint8_t *spare_page(unsigned n)
{
    return spare[n];
}

void tlb_flush(void)
{
    write_cr3(read_cr3());
}

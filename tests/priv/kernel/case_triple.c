/* Cases that must end in a triple fault: each is a boot of its own (SDM vol. 3, 6.15). */
#include "priv.h"

SNIPPET(undefined, "ud2\n");

static void no_idt(void)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) idtr = {0, 0};

    __asm__ volatile("lidt %0" ::"m"(idtr));
    probe_ring(0, undefined);
}

/* The handler's stack is not one, neither for #UD nor for #TS nor for #DF. */
static void no_stack(void)
{
    tss_main.ss0 = 0;
    probe_ring(3, undefined);
}

static void no_gates(void)
{
    for (unsigned i = 0; i < 32; i++)
        idt_set(i, GATE_INT32 & ~ACC_P, SEL_CODE0, handler(i));
    probe_ring(3, undefined);
}

static void no_pages(void)
{
    paging_on();
    page_directory[0] = 0;
    tlb_flush();
}

static void no_task(void)
{
    idt_set(VEC_UD, GATE_INT32, SEL_OUTSIDE, 0);
    idt_set(VEC_GP, GATE_INT32, SEL_OUTSIDE, 0);
    idt_set(VEC_DF, GATE_TASK, SEL_TSS_DF, 0);
    segment_set(SEL_TSS_DF, (uint32_t)&tss_df, 0x66, ACC_TSS32, 0);
    probe_ring(0, undefined);
}

static const struct {
    const char *name;
    void (*run)(void);
} triples[] = {{"no-idt", no_idt},
               {"no-stack", no_stack},
               {"no-gates", no_gates},
               {"no-pages", no_pages},
               {"no-task", no_task}};

void triple_run(const char *name)
{
    for (unsigned i = 0; i < sizeof(triples) / sizeof(triples[0]); i++)
        if (word_is(name, triples[i].name))
            triples[i].run();
    print("Bail out! no triple fault\n");
    machine_off(1);
}

/* The guest's x87 state into the host's unit, and back. */
#include "cpu/uop_x87_live.h"
#include "cpu/x87.h"

#if UOP_X87_LIVE

/* What FRSTOR takes and FNSAVE leaves (SDM vol. 1, figures 8-9 and 8-13). */
struct image {
    uint32_t cw, sw, tw;
    uint32_t pointers[4]; /* of the host's own instructions */
    struct __attribute__((packed)) {
        uint64_t mant;
        uint16_t se;
    } st[8]; /* ST(0) first */
};
_Static_assert(sizeof(struct image) == 108, "the 32-bit format");

static bool may_enter(const struct cpu *cpu)
{
    const struct x87_state *x = &cpu->s.x87;

    return !(cpu->s.cr0 & (CR0_EM | CR0_TS)) && !(x->sw & X87_ES) && !(~x->cw & X87_EXCEPTIONS);
}

/* Apart: a variable whose address was taken would keep gcc from making a call a jump. */
__attribute__((noinline)) static void enter(struct cpu *cpu)
{
    struct x87_state *x = &cpu->s.x87;
    struct image image = {.cw = x->cw, .sw = x->sw, .tw = x->tw};

    for (unsigned i = 0; i < 8; i++) {
        image.st[i].mant = x87_st(x, i)->mant;
        image.st[i].se = x87_st(x, i)->se;
    }
    __asm__ volatile("frstor %0" : : "m"(image));
    cpu->x87_live = true;
}

UOP(x87_enter)
{
    if (!may_enter(cpu))
        UOP_GIVE_UP;
    enter(cpu);
    UOP_GO(u);
}

/* FNSAVE leaves the unit as the ABI wants it: empty, everything masked, X87_CW_DEFAULT. */
void uop_x87_leave(struct cpu *cpu)
{
    struct x87_state *x = &cpu->s.x87;
    struct image image;

    __asm__ volatile("fnsave %0" : "=m"(image));
    cpu->x87_live = false;
    x->cw = (uint16_t)image.cw;
    x->sw = (uint16_t)image.sw;
    x->tw = (uint16_t)image.tw;
    for (unsigned i = 0; i < 8; i++) {
        x87_st(x, i)->mant = image.st[i].mant;
        x87_st(x, i)->se = image.st[i].se;
    }
}

#else

void uop_x87_leave(struct cpu *cpu)
{
    (void)cpu;
}

#endif

#include "cpu/flags.h"
#include "cpu/alu.h"

static uint32_t with(uint32_t flags, uint32_t flag, bool condition)
{
    return (flags & ~flag) | alu_flag(condition, flag);
}

uint32_t flags_386_left(uint32_t flags, const struct flags_shift *shift)
{
    bool carry = flags & EFLAGS_CF;

    return with(flags, EFLAGS_OF, carry != alu_msb(shift->result, shift->size));
}

uint32_t flags_386_right(uint32_t flags, const struct flags_shift *shift)
{
    bool changed = alu_msb(shift->result, shift->size) != alu_msb2(shift->result, shift->size);

    return with(flags, EFLAGS_OF, changed);
}

/* Shifted out altogether: the last bit out comes round once more at each multiple of the width. */
static bool beyond_width(const struct flags_shift *shift)
{
    return shift->count > 8 * shift->size && shift->count % (8 * shift->size) == 0;
}

uint32_t flags_386_shl(uint32_t flags, const struct flags_shift *shift)
{
    if (beyond_width(shift))
        flags = with(flags, EFLAGS_CF, shift->before & 1);
    return flags_386_left(flags, shift) | EFLAGS_AF;
}

uint32_t flags_386_shr(uint32_t flags, const struct flags_shift *shift)
{
    if (beyond_width(shift))
        flags = with(flags, EFLAGS_CF, alu_msb(shift->before, shift->size));
    return flags_386_right(flags, shift) | EFLAGS_AF;
}

uint32_t flags_386_sar(uint32_t flags, const struct flags_shift *shift)
{
    (void)shift;
    return flags | EFLAGS_AF;
}

uint32_t flags_386_bit_test(uint32_t flags, uint32_t value, unsigned index, unsigned size)
{
    uint32_t ignored = 0;
    struct flags_shift shift = {.before = value, .size = size};

    if (index + 1 == 32) /* alu_rcr() takes 31 at most, so in two steps */
        shift.result = alu_rcr(alu_rcr(value, 31, size, &ignored), 1, size, &ignored);
    else
        shift.result = alu_rcr(value, index + 1, size, &ignored);
    return flags_386_right(flags, &shift);
}

#include "tests/oracle/x87_tags.h"

#include <string.h>

/* Of a register that is not empty. */
static unsigned tag_of(const uint8_t *st)
{
    enum { VALID, ZERO, SPECIAL };
    uint64_t mant;
    uint16_t se;
    memcpy(&mant, st, 8);
    memcpy(&se, st + 8, 2);
    se &= 0x7fff;
    if (se == 0x7fff)
        return SPECIAL;
    if (se == 0)
        return mant ? SPECIAL : ZERO;
    return mant >> 63 ? VALID : SPECIAL;
}

uint16_t x87_tags(const struct oracle_x87 *x)
{
    unsigned top = x->sw >> 11 & 7;
    uint16_t tags = 0;
    for (unsigned i = 0; i < 8; i++) {
        unsigned physical = (top + i) & 7;
        unsigned tag = x->tw >> (2 * physical) & 3;
        tags |= (uint16_t)((tag == 3 ? 3 : tag_of(x->st[i])) << (2 * physical));
    }
    return tags;
}

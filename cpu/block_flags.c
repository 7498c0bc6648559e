/*
 * Flags that nobody looks at are not computed. From the end of a block to its beginning: those that
 * are written again before anyone reads them. What lies between may have to give up, and its
 * handler or a fault's frame wants the flags then: where they can still be made from the result and
 * the operands, they are made there (uop_recover_flags).
 */
#include "cpu/block.h"

/* Who looks at the flags before they are written again. */
enum need { NOBODY, WHO_GIVES_UP, EVERYBODY };

struct pass {
    struct block_draft *draft;
    enum need need;
    unsigned last;    /* WHO_GIVES_UP: the last one that may, and ... */
    unsigned written; /* ... the registers written before it */
};

static bool can_recover(const struct pass *p, unsigned at)
{
    const struct uop *u = &p->draft->uop[at];
    const struct uop_note *note = &p->draft->note[at];
    unsigned wanted = 1u << u->dst;

    if (note->recovery == RECOVER_NOT || note->may_give_up)
        return false;
    if (note->recovery == RECOVER_ADD || note->recovery == RECOVER_SUB) {
        if (u->src == u->dst)
            return false;
        wanted |= 1u << u->src;
    }
    return !(p->written & wanted);
}

/* Tells those that may give up where the flags come from. */
static void recover(struct pass *p, unsigned at)
{
    struct block_draft *d = p->draft;
    uint8_t how = d->note[at].recovery;

    d->uop[at].scale = how;
    d->insn[d->uop[at].nth].makes_flags = how == RECOVER_ADD_IMM || how == RECOVER_SUB_IMM;
    for (unsigned i = at + 1; i <= p->last; i++)
        if (d->note[i].may_give_up)
            d->insn[d->uop[i].nth].flags_uop = (uint16_t)(at + 1);
}

/* It writes the flags; CHANGED: and reads CF, unless nobody wants that. */
static void pass_writer(struct pass *p, unsigned at)
{
    const struct uop_note *note = &p->draft->note[at];
    bool recovers = p->need == WHO_GIVES_UP && can_recover(p, at);
    bool quiet = note->quiet && (p->need == NOBODY || recovers);

    if (quiet && recovers)
        recover(p, at);
    if (quiet)
        p->draft->uop[at].fn = note->quiet;
    if (note->flags == FLAGS_CHANGED && !(quiet && p->need == NOBODY))
        p->need = EVERYBODY;
    else
        p->need = NOBODY;
}

static void pass_one(struct pass *p, unsigned at)
{
    const struct uop_note *note = &p->draft->note[at];

    if (note->flags == FLAGS_NEEDED)
        p->need = EVERYBODY;
    else if (note->flags != FLAGS_UNTOUCHED)
        pass_writer(p, at);
    else if (p->need == WHO_GIVES_UP)
        p->written |= note->writes;
    if (note->may_give_up && p->need == NOBODY) {
        p->need = WHO_GIVES_UP;
        p->last = at;
        p->written = 0;
    }
}

void block_drop_flags(struct block_draft *draft)
{
    struct pass p = {.draft = draft, .need = EVERYBODY};

    for (unsigned i = draft->nuops; i-- > 0;)
        pass_one(&p, i);
}

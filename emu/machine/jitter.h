/*
 * Jitter: timer interrupts at other steps, so that a guest's races come out in other ways.
 *
 * Time is taken from the guest, as a hypervisor or system management mode takes it: the clock leaps
 * to its next deadline (emu/machine/clock.h), and that timer fires there and then. Every IRET,
 * where a system call, a page fault or an interrupt handler ends, is a chance for such a leap. A
 * seed draws which chances are taken, how many steps later the leap comes (none is the likeliest,
 * so that it hits before the next system call; some reach into user code and the next call), and
 * how many more follow: leaps come in storms, since one timer tick seldom uses up a time slice.
 * Within a storm they follow so closely that a handler which keeps interrupts off is left with the
 * next one pending, so the interrupted program hardly gets on between two ticks.
 *
 *      iret      iret                iret iret         iret
 *      ──┴─────────┴───┬┬┬┬┬┬┬┬┬┬──────┴────┴────────────┴┬┬┬──────── steps
 *                delay  storm                             storm
 *
 * The same seed gives the same steps, in every engine and on every host. Not modelled: time that
 * is given back; a guest under jitter sees its clock run fast.
 */
#ifndef FORKSCOPE_EMU_JITTER_H
#define FORKSCOPE_EMU_JITTER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    JITTER_CHANCE = 3,     /* one IRET in so many starts a storm */
    JITTER_DELAY_BITS = 8, /* fewer than 2^n steps until then, all magnitudes equally likely */
    JITTER_STORM_MAX = 64, /* leaps in a storm */
    JITTER_BEAT = 150,     /* steps between two of them */
};

/* Plain data: a snapshot copies it. */
struct jitter_state {
    bool on;
    uint64_t random;
    uint64_t step;  /* of the next leap; UINT64_MAX: no storm is under way */
    uint32_t leaps; /* left of this storm, that one included */
};

/* Seed 0: no jitter. */
void jitter_start(struct jitter_state *j, uint64_t seed);

/* An IRET is over and `icount` the step after it. True: j->step has changed. */
bool jitter_iret(struct jitter_state *j, uint64_t icount);

/* The leap of j->step was made, at step `icount`. */
void jitter_leapt(struct jitter_state *j, uint64_t icount);

#endif

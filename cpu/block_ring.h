/* How an instruction gets into the ring (hooks.h). Private to block_build.c and block_ring.c. */
#ifndef FORKSCOPE_CPU_BLOCK_RING_H
#define FORKSCOPE_CPU_BLOCK_RING_H

#include "cpu/block_translate.h"

struct ring_plan {
    bool by_handler;   /* use no other micro-operation than the call of its handler */
    bool by_itself;    /* its own micro-operation writes its records, one for each iteration */
    bool may_leave;    /* the instruction may leave the block: its record must be written before */
    uop_fn *before;    /* the micro-operation that writes the record */
    uop_fn *after;     /* ... and that completes it; NULL: nothing left to say */
    struct uop access; /* operands of both: src, base, index, scale, disp */
};

/* For an instruction that is translated, and whose memory operand micro-operations can reach. */
struct ring_plan block_ring_plan(const struct block_insn *bi);
/* The draft's last instruction is translated, from micro-operation `at` on. */
void block_ring_insn(struct builder *b, const struct ring_plan *plan, unsigned at);
/* Writes the records of what came so far. */
void block_ring_pending(struct builder *b);
/* The block is complete. */
void block_ring_finish(struct block_draft *d);

#endif

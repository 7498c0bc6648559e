/*
 * The block engine: finds or builds the block at CS:EIP, runs it, and does between blocks what the
 * step engine does between instructions. See block.h for the data.
 */
#include "cpu/block.h"
#include "cpu/cpu_internal.h"
#include "cpu/uop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUCKET_BITS = 15,
    BUCKETS = 1 << BUCKET_BITS,
    ARENA_SIZE = 24 << 20,
    PAGE_COUNT = 1 << (32 - PAGE_SHIFT),
    GRANULE_SHIFT = PAGE_SHIFT - 6, /* 64 granules a page */
};

/* A physical page that holds decoded code. A write to a granule without code harms nothing. */
struct code_page {
    struct block *blocks; /* that begin here */
    struct block *tails;  /* that end here and began in another page */
    uint64_t granules;
    uint32_t number;
    struct code_page *next;
};

struct block_cache {
    struct block *bucket[BUCKETS];
    struct jump_entry jumps[JUMP_ENTRIES];
    struct code_page **page;      /* by physical page number; touched where there is code */
    struct code_page *code_pages; /* all of them */
    uint8_t *arena;
    size_t used;
    bool running;       /* blocks may be in use: nothing is freed */
    bool flush_pending; /* ... until the run loop comes round */
    struct block_draft draft;
};

/* Far enough for every run, and so that no sum of steps goes round. */
#define RUN_LIMIT_MAX (UINT64_MAX / 2)

const struct block block_nowhere = {.entry_steps = RUN_LIMIT_MAX + 1};

static struct block_cache *cache_of(const struct cpu *cpu)
{
    return cpu->engine_data;
}

/* ---- Memory: an arena that is emptied as a whole ----------------------------------------- */

static void *take(struct block_cache *c, size_t size)
{
    void *p;

    size = (size + 15) & ~(size_t)15;
    if (c->used + size > ARENA_SIZE)
        return NULL;
    p = c->arena + c->used;
    c->used += size;
    return p;
}

static void flush_now(struct cpu *cpu)
{
    struct block_cache *c = cache_of(cpu);
    struct code_page *page = c->code_pages;

    cpu->stats.block_flushes++;
    memset(c->bucket, 0, sizeof(c->bucket));
    memset(c->jumps, 0, sizeof(c->jumps));
    c->code_pages = NULL;
    while (page) {
        uint32_t number = page->number;

        page = page->next;
        c->page[number] = NULL;
    }
    c->used = 0;
    c->flush_pending = false;
    cpu->link = NULL;
    mmu_refresh(cpu);
}

static void flush(struct cpu *cpu)
{
    struct block_cache *c = cache_of(cpu);

    if (!c->running) {
        flush_now(cpu);
        return;
    }
    c->flush_pending = true;
    cpu_attention(cpu);
}

/* ---- Finding ----------------------------------------------------------------------------- */

static struct block **bucket_of(struct block_cache *c, uint32_t phys)
{
    return &c->bucket[(phys ^ phys >> BUCKET_BITS) & (BUCKETS - 1)];
}

/* Code that a block is made of: where it begins, and the page where it ends if that is another. */
struct place {
    uint32_t phys, tail;
};

static struct block *find_built(struct block_cache *c, struct place at, uint32_t eip)
{
    struct block *b = *bucket_of(c, at.phys);

    while (b && (b->phys != at.phys || b->tail != at.tail || b->eip != eip))
        b = b->next_in_bucket;
    return b;
}

static uint32_t rest_of_page(uint32_t addr)
{
    return PAGE_SIZE - (addr & PAGE_MASK);
}

/* Bytes in the block's first page. */
static uint32_t head_length(const struct block *b)
{
    return b->tail == BLOCK_NO_TAIL ? b->length : rest_of_page(b->phys);
}

static uint32_t tail_length(const struct block *b)
{
    return b->length - head_length(b);
}

static uint64_t granules_of(uint32_t phys, uint32_t size)
{
    unsigned first = (phys & PAGE_MASK) >> GRANULE_SHIFT;
    unsigned last = ((phys & PAGE_MASK) + size - 1) >> GRANULE_SHIFT;

    return (~0ull >> (63 - last)) & (~0ull << first);
}

static struct code_page *code_page(struct cpu *cpu, uint32_t phys)
{
    struct block_cache *c = cache_of(cpu);
    uint32_t number = phys >> PAGE_SHIFT;
    struct code_page *page = c->page[number];

    if (page)
        return page;
    page = take(c, sizeof(*page));
    if (!page)
        return NULL;
    *page = (struct code_page){.number = number, .next = c->code_pages};
    c->code_pages = c->page[number] = page;
    mmu_refresh_phys(cpu, phys & ~(uint32_t)PAGE_MASK);
    return page;
}

static void set_exits(struct block *b, const struct block_draft *d)
{
    struct block_exit *exit = uop_exits(&b->uop[d->nuops - 1]);

    for (unsigned i = 0; i < d->nexits; i++)
        exit[i] = (struct block_exit){
            .to = &block_nowhere,
            .eip = d->exit_eip[i],
            .linkable = d->exit_eip[i] >> PAGE_SHIFT == b->eip >> PAGE_SHIFT,
        };
}

/* Notes in both pages that a write may meet the block. */
static void enter_pages(struct block *b, struct code_page *head, struct code_page *tail)
{
    b->next_in_page = head->blocks;
    head->blocks = b;
    head->granules |= granules_of(b->phys, head_length(b));
    if (!tail_length(b))
        return;
    b->next_tail = tail->tails;
    tail->tails = b;
    tail->granules |= granules_of(b->tail, tail_length(b));
}

/* Copies the draft into the arena. NULL: the arena is full. */
static struct block *keep(struct cpu *cpu, struct place at, const struct block_draft *d)
{
    struct block_cache *c = cache_of(cpu);
    size_t slots = d->nuops + d->nexits;
    struct code_page *page = code_page(cpu, at.phys);
    struct code_page *tail = at.tail == BLOCK_NO_TAIL ? page : code_page(cpu, at.tail);
    struct block *b = take(c, sizeof(*b) + slots * sizeof(struct uop));
    struct block_insn *insn = take(c, d->ninsn * sizeof(*insn));
    uint32_t *insn_eip = take(c, d->ninsn * sizeof(*insn_eip));

    if (!page || !tail || !b || !insn || !insn_eip)
        return NULL;
    cpu->stats.blocks_built++;
    memcpy(insn, d->insn, d->ninsn * sizeof(*insn));
    for (unsigned i = 0; i < d->ninsn; i++)
        insn_eip[i] = insn[i].eip;
    *b = (struct block){
        .entry_steps = d->ninsn,
        .eip = d->insn[0].eip,
        .phys = at.phys,
        .tail = at.tail,
        .length = (uint16_t)d->length,
        .ninsn = (uint8_t)d->ninsn,
        .insn = insn,
        .insn_eip = insn_eip,
        .nexits = d->nexits,
        .nuops = d->nuops,
        .next_in_bucket = *bucket_of(c, at.phys),
    };
    memcpy(b->uop, d->uop, d->nuops * sizeof(struct uop));
    set_exits(b, d);
    *bucket_of(c, at.phys) = b;
    enter_pages(b, page, tail);
    return b;
}

/* A new block at CS:EIP, whose bytes these are. */
static struct block *build(struct cpu *cpu, struct place at, const uint8_t *bytes, uint32_t size)
{
    struct block_cache *c = cache_of(cpu);
    enum meter_part outer = meter_go(cpu->meter, METER_BUILD);
    struct block *b = NULL;

    if (block_build(cpu, cpu->s.eip, bytes, size, &c->draft)) {
        b = keep(cpu, at, &c->draft);
        if (!b) {
            flush_now(cpu);
            b = keep(cpu, at, &c->draft);
        }
    }
    meter_go(cpu->meter, outer);
    return b;
}

/* Does the instruction whose first bytes are the last of a page go on in the next one? */
static bool goes_on(const struct cpu *cpu, const uint8_t *bytes, uint32_t size)
{
    struct insn in;

    return size < INSN_MAX_LENGTH && cpu->s.eip + size != 0 &&
           insn_decode(&cpu->model, true, bytes, size, &in) == 0;
}

/* A block that begins with an instruction across the page's end, and has hardly more than that. */
static struct block *find_or_build_crossing(struct cpu *cpu, uint32_t phys, const uint8_t *head)
{
    uint32_t size = rest_of_page(phys);
    struct place at = {.phys = phys};
    uint8_t code[INSN_MAX_LENGTH];
    const struct tlb_entry *e;
    const uint8_t *next;
    struct block *b;

    if (!goes_on(cpu, head, size))
        return NULL;
    e = mmu_translate(cpu, cpu->s.eip + size, MMU_FETCH, cpu_user(cpu));
    next = e ? tlb_host(e, cpu->s.eip + size) : NULL;
    if (!next)
        return NULL;
    at.tail = e->phys & cpu_a20_mask(cpu);
    b = find_built(cache_of(cpu), at, cpu->s.eip);
    if (b)
        return b;
    memcpy(code, head, size);
    memcpy(code + size, next, sizeof(code) - size);
    return build(cpu, at, code, sizeof(code));
}

static struct block *find_or_build(struct cpu *cpu)
{
    struct block_cache *c = cache_of(cpu);
    uint32_t eip = cpu->s.eip;
    const struct tlb_entry *e = mmu_translate(cpu, eip, MMU_FETCH, cpu_user(cpu));
    const uint8_t *code = e ? tlb_host(e, eip) : NULL;
    struct place at = {.tail = BLOCK_NO_TAIL};
    struct block *b;

    if (!code)
        return NULL; /* the step engine will say why */
    cpu->stats.block_lookups++;
    at.phys = (e->phys & cpu_a20_mask(cpu)) | (eip & PAGE_MASK);
    b = find_built(c, at, eip);
    if (!b)
        b = build(cpu, at, code, rest_of_page(eip));
    return b ? b : find_or_build_crossing(cpu, at.phys, code);
}

/* The block at CS:EIP, also put where jumps find it; NULL: run this instruction alone. */
static struct block *find(struct cpu *cpu)
{
    struct jump_entry *entry = uop_jump_entry(cpu, cpu->s.eip);
    uint64_t key = uop_jump_key(cpu, cpu->s.eip);
    struct block *b;

    if (entry->key == key)
        return entry->to;
    b = find_or_build(cpu);
    if (b) {
        entry->key = uop_jump_key(cpu, cpu->s.eip);
        entry->to = b;
    }
    return b;
}

/* ---- Linking ----------------------------------------------------------------------------- */

/* Not to a block in two pages: nothing says when the translation of its second one changes. */
static void link_exit(struct cpu *cpu, struct block *to)
{
    struct block_exit *exit = cpu->link;

    if (!exit)
        return;
    cpu->link = NULL;
    if (tail_length(to)) {
        exit->linkable = false;
        return;
    }
    exit->to = to;
    exit->other = to->linked_from;
    to->linked_from = exit;
}

static void unlink_exit(struct block_exit *exit)
{
    struct block *to = (struct block *)(uintptr_t)exit->to;
    struct block_exit **at = &to->linked_from;

    while (*at != exit)
        at = &(*at)->other;
    *at = exit->other;
    exit->to = &block_nowhere;
}

/* ---- Throwing away ----------------------------------------------------------------------- */

static void kill_block(struct cpu *cpu, struct block *b)
{
    struct block_cache *c = cache_of(cpu);
    struct block **at = bucket_of(c, b->phys);
    struct block_exit *exit = uop_exits(&b->uop[b->nuops - 1]);
    struct jump_entry *entry = uop_jump_entry(cpu, b->eip);

    while (*at != b)
        at = &(*at)->next_in_bucket;
    *at = b->next_in_bucket;
    while (b->linked_from)
        unlink_exit(b->linked_from);
    for (unsigned i = 0; i < b->nexits; i++)
        if (exit[i].to != &block_nowhere)
            unlink_exit(&exit[i]);
    if (entry->to == b)
        *entry = (struct jump_entry){0};
    cpu->link = NULL;
    cpu->stats.blocks_written++;
    b->dead = true;
}

static bool overlap(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
    return a < b + b_size && b < a + a_size;
}

static bool patched(struct cpu *cpu, struct block *b, const uint8_t *page, uint32_t phys,
                    uint32_t size)
{
    bool ok = page && !tail_length(b) && block_patch(b, page + (b->phys & PAGE_MASK), phys, size);

    cpu->stats.blocks_patched += ok;
    return ok;
}

/* Of the blocks that begin in the page. */
static void heads_written(struct cpu *cpu, struct code_page *page, uint32_t phys, uint32_t size)
{
    const uint8_t *host = cpu->bus.page(cpu->bus.ctx, phys & ~(uint32_t)PAGE_MASK).host;
    struct block **at = &page->blocks;

    while (*at) {
        struct block *b = *at;
        bool hit = overlap(b->phys, head_length(b), phys, size);

        if (!b->dead && hit && !patched(cpu, b, host, phys, size))
            kill_block(cpu, b);
        if (b->dead) {
            *at = b->next_in_page;
        } else {
            page->granules |= granules_of(b->phys, head_length(b));
            at = &b->next_in_page;
        }
    }
}

/* Of those that end there. */
static void tails_written(struct cpu *cpu, struct code_page *page, uint32_t phys, uint32_t size)
{
    struct block **at = &page->tails;

    while (*at) {
        struct block *b = *at;

        if (!b->dead && overlap(b->tail, tail_length(b), phys, size))
            kill_block(cpu, b);
        if (b->dead) {
            *at = b->next_tail;
        } else {
            page->granules |= granules_of(b->tail, tail_length(b));
            at = &b->next_tail;
        }
    }
}

/* `size` bytes inside one page. */
static void page_written(struct cpu *cpu, uint32_t phys, uint32_t size)
{
    struct code_page *page = cache_of(cpu)->page[phys >> PAGE_SHIFT];

    if (!page || !(page->granules & granules_of(phys, size)))
        return;
    page->granules = 0;
    heads_written(cpu, page, phys, size);
    tails_written(cpu, page, phys, size);
}

static void code_written(struct cpu *cpu, uint32_t paddr, uint32_t size)
{
    while (size) {
        uint32_t left = rest_of_page(paddr), n = size < left ? size : left;

        page_written(cpu, paddr, n);
        paddr += n;
        size -= n;
    }
}

static bool holds_code(const struct cpu *cpu, uint32_t page)
{
    return cache_of(cpu)->page[page >> PAGE_SHIFT];
}

/* ---- Running ----------------------------------------------------------------------------- */

/* Handlers and repeated string instructions clear RF, other micro-operations know nothing of it. */
static bool clears_rf(const struct block *b)
{
    const struct insn *first = &b->insn[0].in;
    bool repeats = first->rep && (insn_rows[first->id].attrs & (ATTR_REP | ATTR_REPCC));

    return repeats || b->uop[0].fn == uop_handler || b->uop[0].fn == uop_handler_last;
}

/* What to begin the block with: where RF is set, its first instruction's handler. NULL: the step
 * engine has to do that, since the first micro-operation is a hook, a record, or several
 * instructions at once. */
static uop_fn *entry_fn(const struct cpu *cpu, const struct block *b)
{
    if (!(cpu->s.eflags & EFLAGS_RF) || clears_rf(b))
        return b->uop[0].fn;
    if (cpu->ring.start || b->uop[0].fn == uop_exec_hook || b->uop[0].nth != 0)
        return NULL;
    return uop_handler_last;
}

static bool may_enter(struct cpu *cpu, const struct block *b, uint64_t until)
{
    return cpu->s.icount + b->ninsn <= until && entry_fn(cpu, b) &&
           lazy_load(&cpu->lazy, cpu->s.eflags);
}

static void run_uops(struct cpu *cpu, const struct block *b)
{
    enum meter_part outer = meter_go(cpu->meter, METER_UOPS);
    const struct uop *u = entry_fn(cpu, b)(cpu, b->uop);

    while (u) /* never, with tail calls */
        u = u->fn(cpu, u);
    uop_settle(cpu);
    meter_go(cpu->meter, outer);
    if (cpu->left == LEFT_FAULT) {
        step_fault(cpu, 0);
        cpu->s.icount++;
    }
}

/* One block and all that it leads to, or one instruction. */
static void run_some(struct cpu *cpu, uint64_t until)
{
    struct block *b = NULL;

    if (uop_world(cpu)) {
        uop_prepare(cpu);
        b = find(cpu);
    }
    if (b && may_enter(cpu, b, until)) {
        link_exit(cpu, b);
        uop_prepare(cpu); /* finding may have dropped translations */
        run_uops(cpu, b);
    } else {
        cpu->link = NULL;
        step_insn(cpu);
    }
}

/* True: cpu_run() is over. */
static bool must_stop(struct cpu *cpu, uint64_t until, enum cpu_stop *stop)
{
    if (step_request(cpu, stop))
        return true;
    *stop = cpu->s.activity == CPU_SHUTDOWN ? CPU_STOP_SHUTDOWN : CPU_STOP_ICOUNT;
    return cpu->s.activity == CPU_SHUTDOWN || cpu->s.icount >= until;
}

static enum cpu_stop run(struct cpu *cpu, uint64_t until)
{
    struct block_cache *c = cache_of(cpu);
    enum cpu_stop stop;

    c->running = true;
    for (;;) {
        if (c->flush_pending)
            flush_now(cpu);
        cpu->run_limit = until < RUN_LIMIT_MAX ? until : RUN_LIMIT_MAX;
        if (must_stop(cpu, until, &stop))
            break;
        if (step_events(cpu)) {
            cpu->link = NULL;
            continue;
        }
        if (cpu->s.activity == CPU_HALTED) {
            stop = CPU_STOP_HALTED;
            break;
        }
        run_some(cpu, until);
    }
    c->running = false;
    cpu->link = NULL;
    return stop;
}

/* ---- Life -------------------------------------------------------------------------------- */

static void destroy(struct cpu *cpu)
{
    struct block_cache *c = cache_of(cpu);

    if (!c)
        return;
    free(c->arena);
    free(c->page);
    free(c);
    cpu->engine_data = NULL;
}

static int create(struct cpu *cpu)
{
    struct block_cache *c = calloc(1, sizeof(*c));

    cpu->engine_data = c;
    if (!c)
        return -ENOMEM;
    c->arena = malloc(ARENA_SIZE);
    c->page = calloc(PAGE_COUNT, sizeof(struct code_page *));
    if (!c->arena || !c->page) {
        destroy(cpu);
        return -ENOMEM;
    }
    block_draft_init(&c->draft);
    cpu->jumps = c->jumps;
    cpu->code_generation = 1;
    return 0;
}

const struct cpu_engine cpu_engine_block = {
    .name = "block",
    .create = create,
    .destroy = destroy,
    .run = run,
    .code_written = code_written,
    .holds_code = holds_code,
    .flush = flush,
};

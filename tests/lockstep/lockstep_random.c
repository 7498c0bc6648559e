/*
 * Random programs on two engines at once.
 *
 *   lockstep_random [--engine NAME] [--seed N] [--count N] [--cases FILE]
 *
 * A program is a few hundred random instructions (drawn from all rows of insn.def), random
 * registers, a page table with holes and read-only pages, and gates that lead back into the random
 * code. Some registers point into the code, so that programs change themselves. Both engines run it
 * in slices of random length; between them interrupts are thrown in, page table entries edited,
 * code overwritten, hooks and watches come and go. After each slice all state and all that the
 * hooks were told must be the same, at the end all memory as well. A failing program prints its
 * seed and the first slice that differs.
 *
 * With the cases of tests/insn a program begins with the instructions of some of them one behind
 * the other, the first with the registers and the memory that its case wants; seed N begins with
 * case N.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/cpu_internal.h"
#include "cpu/engine.h"
#include "cpu/hooks.h"
#include "cpu/x87.h"
#include "tests/insn/insn_case.h"
#include "tests/lockstep/world.h"

enum {
    GDT = 0x1000,
    IDT = 0x2000,
    TSS = 0x3000,
    CASE_DATA = 0x4000, /* what tests/insn says lies there, to 0x7fff */
    PAGE_DIRECTORY = 0xa000,
    PAGE_TABLE = 0xb000,
    OTHER_DIRECTORY = 0xc000, /* the same memory with other rights, most pages exchanged */
    OTHER_TABLE = 0xd000,
    CODE = 0x10000,
    CODE_SIZE = 0x2000,
    OTHER_CODE = 0x12000, /* in the other directory instead of the code's second page */
    HANDLERS = 0x14000,
    DATA = 0x20000,
    STACK = 0x40000,
    SLICES = 40,
    SLICE_STEPS = 60,
};

/* ---- Chance ------------------------------------------------------------------------------ */

static uint64_t chance;

static uint32_t draw(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (uint32_t)(chance >> 16);
}

static uint32_t below(uint32_t n)
{
    return draw() % n;
}

static bool one_in(uint32_t n)
{
    return below(n) == 0;
}

/* ---- A random program -------------------------------------------------------------------- */

static void put32(uint8_t *ram, uint32_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        ram[at + i] = (uint8_t)(value >> 8 * i);
}

static uint32_t random_value(void)
{
    static const uint32_t edges[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff};

    switch (below(4)) {
    case 0:
        return edges[below(sizeof(edges) / sizeof(edges[0]))];
    case 1:
        return draw();
    default:
        return one_in(6) ? CODE + below(CODE_SIZE) : DATA + below(0x8000);
    }
}

/* Bytes of one instruction of a row; whatever the row does not fix is random. */
static unsigned random_insn(unsigned row, uint8_t *to)
{
    const struct insn_row *r = &insn_rows[row];
    unsigned n = 0;

    if (one_in(12))
        to[n++] = 0x66;
    if (one_in(40))
        to[n++] = 0x67;
    if (one_in(25))
        to[n++] = (uint8_t[]){0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0, 0xf2, 0xf3}[below(9)];
    if ((r->attrs & (ATTR_REP | ATTR_REPCC)) && one_in(2))
        to[n++] = one_in(4) ? 0xf2 : 0xf3;
    if (r->map == MAP_0F)
        to[n++] = 0x0f;
    to[n++] = (uint8_t)(r->opcode + (r->form == FORM_SPAN ? below(r->ext + 1u) : 0));
    for (unsigned i = 0; i < 10; i++)
        to[n + i] = (uint8_t)draw();
    if (r->form == FORM_ONE)
        to[n] = r->ext;
    else if (r->form != FORM_SPAN)
        to[n] = (uint8_t)((to[n] & 0xc7) | r->ext << 3);
    if (r->form == FORM_REG)
        to[n] |= 0xc0;
    return n;
}

/* Displacements of jumps stay near, those of memory small, so that a program lives for a while. */
static void tame(uint8_t *bytes, struct insn *in)
{
    unsigned imm_size = in->op[0].kind == OPERAND_REL ? in->op[0].size : 0;

    if (imm_size >= 2 && in->length >= imm_size) {
        uint32_t near = below(0x200) - 0x100;

        for (unsigned i = 0; i < imm_size; i++)
            bytes[in->length - imm_size + i] = (uint8_t)(near >> 8 * i);
    }
}

/* Some programs are mostly of one kind of instruction. */
static unsigned mostly; /* ATTR_*; 0: of all kinds */

enum { STRINGS = ATTR_REP | ATTR_REPCC };

static bool mostly_arithmetic;

/* So that repeated strings have something to do, and often at the end of a page. */
static unsigned emit_string_setup(uint8_t *to)
{
    static const uint8_t mov_imm[] = {0xb9, 0xb9, 0xbe, 0xbf}; /* ECX, ESI, EDI */
    unsigned which = below(4);
    uint32_t place = DATA + (below(14) << 12) + (one_in(2) ? 0xfe0 + below(32) : below(0x1000));

    if (one_in(8)) {
        to[0] = one_in(3) ? 0xfd : 0xfc; /* STD, CLD */
        return 1;
    }
    to[0] = mov_imm[which];
    put32(to, 1, which > 1 ? place : below(one_in(2) ? 4 : 6000));
    return 5;
}

/* MOV EAX, one of two page directories; MOV CR3, EAX. */
static unsigned emit_cr3_load(uint8_t *to)
{
    static const uint8_t mov_cr3[] = {0x0f, 0x22, 0xd8};

    to[0] = 0xb8;
    put32(to, 1, one_in(2) ? PAGE_DIRECTORY : OTHER_DIRECTORY);
    memcpy(to + 5, mov_cr3, sizeof(mov_cr3));
    return 5 + sizeof(mov_cr3);
}

/* Some of PUSHF, POPF, CLI, STI; or PUSHes or POPs of registers in a row. */
static unsigned emit_run(uint8_t *to)
{
    static const uint8_t of_flags[] = {0x9c, 0x9d, 0xfa, 0xfb}, of_stack[] = {0x50, 0x58};
    bool flags = one_in(2);
    uint8_t first = of_stack[below(2)];
    unsigned n = 2 + below(5);

    for (unsigned i = 0; i < n; i++)
        to[i] = flags ? of_flags[below(sizeof(of_flags))] : (uint8_t)(first + below(8));
    return n;
}

/* An IRET, with any flags and RF, to a MOV and an operation on the same register. */
static unsigned emit_resumption(uint8_t *to)
{
    static const uint8_t code[] = {0x68, 0,    0,    0,    0,    0x0e, /* push flags, cs */
                                   0xe8, 0,    0,    0,    0,          /* call next */
                                   0x83, 0x04, 0x24, 0x05, 0xcf,       /* add [esp], 5; iret */
                                   0x89, 0,    0,    0};
    static const uint8_t op[] = {0x01, 0x09, 0x21, 0x29, 0x31};
    unsigned reg = below(GPR_ESP);

    memcpy(to, code, sizeof(code));
    put32(to, 1, EFLAGS_RF | EFLAGS_FIXED | (draw() & (EFLAGS_STATUS | EFLAGS_IF)));
    to[17] = (uint8_t)(0xc0 | below(8) << 3 | reg);
    to[18] = op[below(sizeof(op))];
    to[19] = (uint8_t)(0xc0 | below(8) << 3 | reg);
    return sizeof(code);
}

/* Arithmetic on registers, and moves between them and memory, some of which fault. */
static unsigned emit_arithmetic(uint8_t *to)
{
    static const uint8_t between[] = {0x01, 0x09, 0x21, 0x29, 0x31, 0x89};
    static const uint8_t access[] = {0x8b, 0x89};
    unsigned n = 0;

    while (n < 24) {
        uint8_t registers = (uint8_t)below(64);

        if (one_in(4)) {
            to[n++] = (uint8_t)(0x40 + below(16)); /* inc, dec */
        } else if (one_in(3)) {
            to[n++] = access[below(2)];
            to[n++] = 0x40 | (registers & 0x3b); /* not by ESP, which needs a SIB */
            to[n++] = (uint8_t)draw();
        } else if (one_in(2)) {
            to[n++] = 0x83; /* by a number */
            to[n++] = 0xc0 | registers;
            to[n++] = (uint8_t)draw();
        } else {
            to[n++] = between[below(sizeof(between))];
            to[n++] = 0xc0 | registers;
        }
    }
    return n;
}

static bool is_wanted(const struct insn *in)
{
    unsigned attrs = insn_rows[in->id].attrs;

    if ((attrs & (ATTR_PRIV | (mostly ? ATTR_IO : 0))) && !one_in(8))
        return false;
    return !mostly || (attrs & mostly) || one_in(mostly == STRINGS ? 20 : 6);
}

static unsigned emit_insn(const struct cpu_model *model, uint8_t *to)
{
    if (mostly_arithmetic ? !one_in(8) : one_in(30))
        return emit_arithmetic(to);
    if (mostly == STRINGS && one_in(2))
        return emit_string_setup(to);
    if (one_in(60))
        return emit_cr3_load(to);
    if (one_in(30))
        return emit_run(to);
    if (one_in(60))
        return emit_resumption(to);
    for (;;) {
        struct insn in;

        random_insn(1 + below(INSN_COUNT - 1), to);
        if (insn_decode(model, true, to, INSN_MAX_LENGTH, &in) != 1 || !is_wanted(&in))
            continue;
        tame(to, &in);
        return in.length;
    }
}

static void fill_code(uint8_t *ram, const struct cpu_model *model, uint32_t at, uint32_t size)
{
    uint32_t end = at + size - 2 * INSN_MAX_LENGTH;

    while (at < end)
        at += emit_insn(model, ram + at);
}

static void put_gate(uint8_t *ram, unsigned vector, uint32_t handler, unsigned type)
{
    put32(ram, IDT + 8 * vector, 0x08 << 16 | (handler & 0xffff));
    put32(ram, IDT + 8 * vector + 4, (handler & 0xffff0000) | type << 8);
}

static void put_segment(uint8_t *ram, unsigned selector, uint32_t hi)
{
    put32(ram, GDT + selector, 0x0000ffff);
    put32(ram, GDT + selector + 4, hi);
}

/* Where a page lies in the other directory. */
static uint32_t exchanged(uint32_t page)
{
    if (page >= DATA >> 12)
        return page ^ 1;
    if (page == OTHER_CODE >> 12)
        return (CODE >> 12) + 1;
    return page == (CODE >> 12) + 1 ? OTHER_CODE >> 12 : page;
}

/* Data pages have random rights now and then. */
static void put_pages(uint8_t *ram, uint32_t directory, uint32_t table, bool exchange)
{
    put32(ram, directory, table | 7);
    for (uint32_t i = 0; i < RAM_SIZE / 4096; i++) {
        uint32_t bits = i >= DATA >> 12 && one_in(8) ? below(8) : 7;

        put32(ram, table + 4 * i, (exchange ? exchanged(i) : i) << 12 | bits);
    }
}

static void put_tables(uint8_t *ram)
{
    put_segment(ram, 0x08, 0x00cf9b00); /* kernel code, data; user code, data */
    put_segment(ram, 0x10, 0x00cf9300);
    put_segment(ram, 0x18, 0x00cffb00);
    put_segment(ram, 0x20, 0x00cff300);
    put32(ram, GDT + 0x28, TSS << 16 | 0x67);
    put32(ram, GDT + 0x2c, 0x00008b00);
    for (unsigned i = 0; i < 64; i++)
        put_gate(ram, i, HANDLERS + 64 * below(32), one_in(3) ? 0xef : 0xee);
    put32(ram, TSS + 4, STACK + 0x8000);
    put32(ram, TSS + 8, 0x10);
    put_pages(ram, PAGE_DIRECTORY, PAGE_TABLE, false);
    put_pages(ram, OTHER_DIRECTORY, OTHER_TABLE, true);
}

static struct cpu_segment segment(uint16_t selector, uint16_t attr)
{
    return (struct cpu_segment){selector, attr, 0, 0xffffffff};
}

/* Mostly with all exceptions masked, as systems have it, and with more full registers than empty
 * ones. The tags of full ones are what the contents say. */
static void random_x87(struct x87_state *x)
{
    for (unsigned i = 0; i < 8; i++) {
        x->st[i].mant = (uint64_t)random_value() << 32 | random_value();
        x->st[i].se = (uint16_t)(one_in(2) ? 0x3fff + (draw() & 0x803f) : draw());
    }
    x->tw = one_in(4) ? 0xffff : (uint16_t)(draw() & draw() & 0xffff);
    x->sw = (uint16_t)(draw() & (X87_TOP | X87_CC));
    x->cw = (uint16_t)(draw() & X87_CW_WRITABLE) | (one_in(8) ? 0 : X87_EXCEPTIONS);
    x87_make_consistent(x);
}

static void random_state(struct cpu_state *s)
{
    bool user = one_in(2);

    for (unsigned i = 0; i < GPR_COUNT; i++)
        s->gpr[i] = random_value();
    s->gpr[GPR_ESP] = STACK + 0x7000 + 4 * below(64);
    s->gpr[GPR_ECX] = one_in(2) ? below(40) : s->gpr[GPR_ECX];
    s->eip = one_in(4) ? CODE + 0x1000 - below(64) : CODE; /* some begin near a page's end */
    s->eflags =
        EFLAGS_FIXED | (draw() & (EFLAGS_STATUS | EFLAGS_IF)) | (one_in(2) ? EFLAGS_IOPL : 0);
    s->eflags |= one_in(20) ? EFLAGS_TF : 0;
    s->eflags |= one_in(8) ? EFLAGS_DF : 0;
    s->seg[SEG_CS] = segment(user ? 0x1b : 0x08, user ? 0xc0fb : 0xc09b);
    for (unsigned i = 0; i < SEG_COUNT; i++)
        if (i != SEG_CS)
            s->seg[i] = segment(user ? 0x23 : 0x10, user ? 0xc0f3 : 0xc093);
    s->cpl = user ? 3 : 0;
    s->cr0 = CR0_PE | CR0_ET | CR0_NE | (one_in(4) ? 0 : CR0_PG) | (one_in(2) ? CR0_WP : 0);
    s->cr3 = PAGE_DIRECTORY;
    s->gdtr = (struct cpu_table_reg){GDT, 0x2f};
    s->idtr = (struct cpu_table_reg){IDT, 64 * 8 - 1};
    s->tr = (struct cpu_segment){0x28, 0x8b, TSS, 0x67};
    s->ldtr = (struct cpu_segment){0};
    random_x87(&s->x87);
}

/* ---- Between two slices: the same on both ------------------------------------------------ */

static void write_both(struct world *a, struct world *b, uint32_t at, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        a->ram[at + i] = b->ram[at + i] = (uint8_t)(value >> 8 * i);
    cpu_memory_written(a->cpu, at, size);
    cpu_memory_written(b->cpu, at, size);
}

/* Code that is likely to run next, or again. */
static uint32_t place_in_code(const struct world *w)
{
    uint32_t at = cpu_state(w->cpu)->eip + below(32);

    if (one_in(2))
        return HANDLERS + 64 * below(32) + below(16);
    return at >= CODE && at < CODE + CODE_SIZE - 16 ? at : CODE + below(CODE_SIZE - 16);
}

static void disturb(struct world *a, struct world *b)
{
    uint32_t page = DATA / 4096 + below(64), at = place_in_code(a);
    bool on = one_in(2);

    switch (below(12)) {
    case 0:
        write_both(a, b, PAGE_TABLE + 4 * page, page << 12 | below(8), 4);
        break;
    case 1:
        write_both(a, b, at, draw(), 4);
        break;
    case 2:
        cpu_hook_exec_add(a->cpu, at);
        cpu_hook_exec_add(b->cpu, at);
        break;
    case 3:
        at = DATA + below(0x8000);
        world_watch(a, at, 64);
        world_watch(b, at, 64);
        break;
    case 4:
        cpu_hook_every_insn(a->cpu, on);
        cpu_hook_every_insn(b->cpu, on);
        break;
    case 5:
        world_observe(a, on);
        world_observe(b, on);
        break;
    case 6: /* as IRET leaves it behind a fault */
        a->cpu->s.eflags |= EFLAGS_RF;
        b->cpu->s.eflags |= EFLAGS_RF;
        break;
    default:
        write_both(a, b, at, draw(), 1);
        break;
    }
}

static void forget_observers(struct world *w)
{
    for (uint32_t at = CODE; at < CODE + CODE_SIZE; at++)
        cpu_hook_exec_remove(w->cpu, at);
    cpu_hook_every_insn(w->cpu, false);
    world_watch(w, 0, 0);
    world_observe(w, false);
    w->told = 0;
}

/* ---- Running ----------------------------------------------------------------------------- */

static void load(struct world *w, const struct world *from, const struct cpu_state *s)
{
    if (w != from)
        memcpy(w->ram, from->ram, RAM_SIZE);
    cpu_memory_written(w->cpu, 0, RAM_SIZE);
    cpu_set_state(w->cpu, s);
}

/* ---- Programs of tests/insn -------------------------------------------------------------- */

enum { CASES_IN_ROW = 24 };

static struct insn_cases cases;

/* Can it run in flat 32-bit code? */
static bool is_usable(const struct insn_case *c)
{
    return c->code32 && (c->world == WORLD_USER || c->world == WORLD_RING0);
}

static const struct insn_case *case_from(unsigned long n)
{
    for (unsigned tries = 0; tries < cases.count; tries++)
        if (is_usable(&cases.list[(n + tries) % cases.count]))
            return &cases.list[(n + tries) % cases.count];
    return NULL;
}

static void put_cases(uint8_t *ram, const struct insn_case *first)
{
    unsigned long n = (unsigned long)(first - cases.list);
    uint32_t at = CODE;

    for (unsigned i = 0; i < CASES_IN_ROW; i++) {
        const struct insn_case *c = case_from(n);

        memcpy(ram + at, c->code, c->code_size);
        at += c->code_size;
        n = (unsigned long)(c - cases.list) + 1;
    }
}

static void start_case(struct world *w, struct cpu_state *s, const struct insn_case *c)
{
    put_cases(w->ram, c);
    s->eip = CODE;
    memcpy(s->gpr, c->in.regs.gpr, sizeof(c->in.regs.gpr));
    s->eflags = (s->eflags & ~(uint32_t)(EFLAGS_STATUS | EFLAGS_DF)) |
                (c->in.flags & (EFLAGS_STATUS | EFLAGS_DF));
    for (unsigned i = 0; i < c->in.memory_count; i++) {
        const struct insn_memory *m = &c->in.memory[i];

        if (m->address >= CASE_DATA && m->address < PAGE_DIRECTORY)
            memcpy(w->ram + m->address, m->bytes, m->size);
    }
}

/* ---- A program and its world ------------------------------------------------------------- */

static void make_program(struct world *w, struct cpu_state *s)
{
    memset(w->ram, 0, RAM_SIZE);
    mostly = one_in(5) ? ATTR_X87 : one_in(5) ? STRINGS : 0;
    mostly_arithmetic = mostly == 0 && one_in(4);
    for (uint32_t i = DATA; i < DATA + 0x10000; i += 4)
        put32(w->ram, i, mostly != STRINGS ? random_value() : one_in(400));
    fill_code(w->ram, cpu_model(w->cpu), CODE, CODE_SIZE);
    fill_code(w->ram, cpu_model(w->cpu), OTHER_CODE, 0x1000);
    fill_code(w->ram, cpu_model(w->cpu), HANDLERS, 0x1000);
    put_tables(w->ram);
    cpu_reset(w->cpu);
    *s = *cpu_state(w->cpu);
    s->icount = 0;
    random_state(s);
}

/* One slice on both. False: they differ. */
static bool slice(struct world *a, struct world *b, uint32_t steps, enum cpu_stop *stop)
{
    struct cpu_state before = *cpu_state(a->cpu);
    uint64_t until = before.icount + steps;
    enum cpu_stop other;

    *stop = cpu_run(a->cpu, until);
    other = cpu_run(b->cpu, until);
    if (*stop == other && world_same_state(cpu_state(a->cpu), cpu_state(b->cpu)) &&
        a->told == b->told)
        return true;
    if (a->told != b->told)
        printf("  hooks were told different things\n");
    printf("  stopped with %d and %d after a slice of %u steps\n", *stop, other, steps);
    world_print_state("before", &before);
    world_print_state("step", cpu_state(a->cpu));
    world_print_state("other", cpu_state(b->cpu));
    return false;
}

/* Every other program runs with a ring. */
static void choose_ring(struct world *w, bool on)
{
    cpu_ring_stop(w->cpu);
    if (on && cpu_ring_start(w->cpu, RING_RECORDS) < 0) {
        fprintf(stderr, "lockstep_random: no memory\n");
        exit(1);
    }
}

static bool run_program(struct world *a, struct world *b, const struct insn_case *c)
{
    struct cpu_state s;
    bool ring = one_in(2);

    make_program(a, &s);
    if (c)
        start_case(a, &s, c);
    load(a, a, &s);
    load(b, a, &s);
    choose_ring(a, ring);
    choose_ring(b, ring);
    forget_observers(a);
    forget_observers(b);
    for (unsigned i = 0; i < SLICES; i++) {
        enum cpu_stop stop;
        uint32_t steps = mostly == STRINGS && one_in(4) ? 100 * SLICE_STEPS : SLICE_STEPS;

        if (!slice(a, b, 1 + below(steps), &stop))
            return false;
        if (stop == CPU_STOP_SHUTDOWN)
            break;
        if (one_in(6) || stop == CPU_STOP_HALTED) {
            cpu_set_intr(a->cpu, true);
            cpu_set_intr(b->cpu, true);
        }
        disturb(a, b);
    }
    return world_same_ram(a, b) && world_same_ring(a, b);
}

static void read_cases(const char *path)
{
    char why[256];

    if (insn_cases_read(path, &cases, why, sizeof(why)) || !case_from(0)) {
        fprintf(stderr, "lockstep_random: %s\n", why);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    const char *engine = "block";
    unsigned long seed = 1, count = 100;
    struct world a, b;
    uint64_t steps = 0;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--engine") == 0)
            engine = argv[i + 1];
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoul(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--count") == 0)
            count = strtoul(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--cases") == 0)
            read_cases(argv[i + 1]);
    }
    world_create(&a, "step");
    world_create(&b, engine);
    for (unsigned long n = seed; n < seed + count; n++) {
        chance = n * 0x9e3779b97f4a7c15ull + 1;
        if (!run_program(&a, &b, cases.count ? case_from(n) : NULL)) {
            printf("differs: lockstep_random --engine %s --seed %lu --count 1%s\n", engine, n,
                   cases.count ? " --cases ..." : "");
            return 1;
        }
        steps += cpu_state(a.cpu)->icount;
    }
    printf("%lu programs, %llu steps, %llu blocks rewritten, %llu patched: %s is in step\n", count,
           (unsigned long long)steps, (unsigned long long)cpu_stats(b.cpu)->blocks_written,
           (unsigned long long)cpu_stats(b.cpu)->blocks_patched, engine);
    world_destroy(&a);
    world_destroy(&b);
    if (cases.count)
        insn_cases_free(&cases);
    return 0;
}

/*
 * Who wrote last: to memory, by whichever address it was reached, and to a register. The history
 * finds the step; here is what was written, and who it was.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "emu/control/control_state.h"
#include "emu/support/bytes.h"
#include "emu/support/log.h"

enum { PAGE = 4096, SIZE_MAX_ASKED = 1 << 16 };

/* What the step does that wrote. */
struct deed {
    bool delivered;
    uint8_t vector;
};

static struct history *history_of(const struct control *c)
{
    return c->scope->history;
}

static void on_delivery(void *ctx, const struct cpu_int_event *event)
{
    *(struct deed *)ctx = (struct deed){true, event->vector};
}

/* One stands before the step that wrote: who it is, and that one step on. */
static int carry_out(struct control *c, struct control_write *out)
{
    const struct cpu_state *cpu = cpu_state(control_cpu(c));
    struct deed deed = {false};
    const struct cpu_hooks hooks = {.ctx = &deed, .interrupt = on_delivery};
    int error;

    out->icount = cpu->icount;
    out->eip = cpu->seg[SEG_CS].base + cpu->eip;
    if (!inspect_current(&c->scope->inspect, &out->task))
        out->task = (struct inspect_task){.pid = -1};
    error = machine_attach_as(c->scope->machine, &hooks, OBSERVER_PART);
    if (error)
        return error;
    error = history_goto(history_of(c), out->icount + 1);
    machine_detach(c->scope->machine, &hooks);
    out->by = deed.delivered ? CONTROL_BY_DELIVERY : CONTROL_BY_INSN;
    out->vector = deed.vector;
    return error;
}

/* Asks once nothing runs, and comes back to where it was asked. */
static int begin(struct control *c, struct control_write *out, char *why, size_t why_size)
{
    *out = (struct control_write){.task.pid = -1};
    if (control_running(c) || !control_remembers(c))
        return log_why(why, why_size, -ENOTSUP, "the machine runs, or no history is kept");
    control_back_begin(c);
    c->began = control_icount(c);
    return 0;
}

static int finish(struct control *c, int error, const char *nobody, char *why, size_t why_size)
{
    history_return(history_of(c), &c->place);
    control_back_end(c);
    if (error == -EINTR)
        return log_why(why, why_size, error, "the search was given up");
    if (error == -ENOENT)
        return log_why(why, why_size, error, "%s", nobody);
    return error ? log_why(why, why_size, error, "out of memory") : 0;
}

/* ---- Memory ------------------------------------------------------------------------------ */

/* The bytes that are asked about. */
struct area {
    uint32_t linear, size, cr3;
};

/* From `linear` on, how many bytes lie together in physical memory too; 0: not mapped. */
static uint32_t piece(const struct control *c, const struct area *a, uint32_t linear,
                      uint32_t *paddr)
{
    uint32_t size = PAGE - linear % PAGE, left = a->linear + a->size - linear, next;

    if (!cpu_peek_translate(control_cpu(c), a->cr3, linear, paddr))
        return 0;
    while (size < left && cpu_peek_translate(control_cpu(c), a->cr3, linear + size, &next) &&
           next == *paddr + size)
        size += PAGE;
    return size < left ? size : left;
}

/* A physical piece, and when it was written last. */
struct latest {
    bool any, poked;
    uint64_t icount;
    uint32_t linear, paddr, size;
};

/* The last write by hand; it is in the log, made before the step that it has there. */
static bool find_poke(const struct control *c, const struct latest *p, uint64_t *icount)
{
    const struct inputlog *log = history_log(history_of(c));

    for (size_t i = log->next; i-- > 0;) {
        const struct input *in = &log->input[i];
        uint32_t paddr = in->kind == INPUT_MEMORY ? get_le32(in->bytes) : 0;

        if (in->kind == INPUT_MEMORY &&
            (paddr - p->paddr < p->size || p->paddr - paddr < in->size - sizeof(paddr))) {
            *icount = in->when.icount;
            return true;
        }
    }
    return false;
}

static int look_at_piece(struct control *c, struct latest *p)
{
    uint64_t poke = 0, found = 0;
    bool poked = find_poke(c, p, &poke);
    int error = history_find_write(history_of(c), p->paddr, p->size, c->began, &found);

    p->poked = poked && (error || poke >= found);
    p->any = p->poked || !error;
    p->icount = p->poked ? poke : found;
    history_return(history_of(c), &c->place);
    return error == -ENOENT ? 0 : error;
}

static int find_latest(struct control *c, const struct area *a, struct latest *last)
{
    struct latest p = {.linear = a->linear};
    int error = 0;

    for (uint32_t done = 0; done < a->size && !error; done += p.size) {
        p.linear = a->linear + done;
        p.size = piece(c, a, p.linear, &p.paddr);
        if (!p.size)
            return -EFAULT;
        error = look_at_piece(c, &p);
        if (p.any && (!last->any || p.icount >= last->icount))
            *last = p;
    }
    return error ? error : last->any ? 0 : -ENOENT;
}

/* Of a long piece only the word is told in which something changed. */
static void note_values(struct control *c, const struct latest *l, const uint8_t *old,
                        struct control_write *out)
{
    static uint8_t value[SIZE_MAX_ASKED];
    size_t n = cpu_peek_phys(control_cpu(c), l->paddr, value, l->size);
    uint32_t at = 0, size = l->size < 4 ? l->size : 4;
    uint8_t word[2][4] = {{0}};

    while (at + size < n && old[at] == value[at])
        at++;
    if (at + size > l->size)
        at = l->size - size;
    memcpy(word[0], old + at, size);
    memcpy(word[1], value + at, size);
    out->access =
        (struct control_access){true, l->linear + at, get_le32(word[0]), get_le32(word[1]), size};
}

static int tell(struct control *c, const struct latest *l, struct control_write *out)
{
    static uint8_t old[SIZE_MAX_ASKED];
    int error = history_goto(history_of(c), l->icount);

    if (error)
        return error;
    cpu_peek_phys(control_cpu(c), l->paddr, old, l->size);
    if (l->icount < c->began)
        error = carry_out(c, out);
    else
        history_return(history_of(c), &c->place);
    out->icount = l->icount;
    if (l->poked)
        out->by = CONTROL_BY_DEBUGGER;
    note_values(c, l, old, out);
    return error;
}

int control_last_write(struct control *c, uint32_t linear, uint32_t size, struct control_write *out,
                       char *why, size_t why_size)
{
    const struct area area = {linear, size ? size : 1, cpu_state(control_cpu(c))->cr3};
    struct latest last = {0};
    int error = begin(c, out, why, why_size);

    if (error)
        return error;
    if (area.size > SIZE_MAX_ASKED || area.size - 1 > UINT32_MAX - linear)
        return log_why(why, why_size, -EINVAL, "that is too much memory to ask about: up to %d",
                       SIZE_MAX_ASKED);
    error = find_latest(c, &area, &last);
    if (error == -EFAULT)
        return log_why(why, why_size, error, "%08x is not mapped here", (unsigned)linear);
    if (!error)
        error = tell(c, &last, out);
    return finish(c, error, "nobody has written there in what is remembered", why, why_size);
}

/* ---- Registers --------------------------------------------------------------------------- */

#define AT(member) offsetof(struct cpu_state, member), sizeof(((struct cpu_state *)0)->member)

/* clang-format off */
static const struct reg {
    const char *name;
    size_t offset, size;
} regs[] = {
    {"eax", AT(gpr[GPR_EAX])}, {"ecx", AT(gpr[GPR_ECX])}, {"edx", AT(gpr[GPR_EDX])},
    {"ebx", AT(gpr[GPR_EBX])}, {"esp", AT(gpr[GPR_ESP])}, {"ebp", AT(gpr[GPR_EBP])},
    {"esi", AT(gpr[GPR_ESI])}, {"edi", AT(gpr[GPR_EDI])}, {"eflags", AT(eflags)},
    {"cs", AT(seg[SEG_CS].selector)}, {"ss", AT(seg[SEG_SS].selector)},
    {"ds", AT(seg[SEG_DS].selector)}, {"es", AT(seg[SEG_ES].selector)},
    {"fs", AT(seg[SEG_FS].selector)}, {"gs", AT(seg[SEG_GS].selector)},
    {"ldtr", AT(ldtr.selector)}, {"tr", AT(tr.selector)},
    {"gdtr", AT(gdtr.base)}, {"idtr", AT(idtr.base)},
    {"cr0", AT(cr0)}, {"cr2", AT(cr2)}, {"cr3", AT(cr3)}, {"cr4", AT(cr4)},
    {"cpl", AT(cpl)},
};
/* clang-format on */

static const struct reg *reg_named(const char *name)
{
    for (unsigned i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
        if (strcmp(regs[i].name, name) == 0)
            return &regs[i];
    return NULL;
}

bool control_is_register(const char *name)
{
    return reg_named(name) != NULL;
}

static uint32_t value_of(const struct control *c, const struct reg *reg)
{
    const uint8_t *at = (const uint8_t *)cpu_state(control_cpu(c)) + reg->offset;
    uint16_t half;
    uint32_t word;

    switch (reg->size) {
    case 1:
        return *at;
    case 2:
        memcpy(&half, at, sizeof(half));
        return half;
    default:
        memcpy(&word, at, sizeof(word));
        return word;
    }
}

/* Looks for the last place at which the register had another value. */
struct change {
    struct control *c;
    const struct reg *reg;
    uint32_t value;
};

static void compare(void *ctx, uint32_t linear)
{
    const struct change *k = ctx;

    (void)linear;
    if (value_of(k->c, k->reg) != k->value)
        history_mark(history_of(k->c));
}

/* A snapshot close before, so that no long piece has to be run one instruction at a time. */
static int come_near(struct control *c)
{
    return c->began ? history_goto(history_of(c), c->began - 1) : -ENOENT;
}

/* From the last instruction that found another value on, to the step that changed it: a delivery
 * may lie between. */
static int find_step(struct control *c, const struct change *k, struct control_write *out)
{
    int error = 0;

    while (!error && control_icount(c) < c->began && value_of(c, k->reg) != k->value) {
        out->access = (struct control_access){.write = true,
                                              .old = value_of(c, k->reg),
                                              .value = k->value,
                                              .size = (unsigned)k->reg->size};
        error = carry_out(c, out);
    }
    return error;
}

int control_last_change(struct control *c, const char *name, struct control_write *out, char *why,
                        size_t why_size)
{
    struct change k = {.c = c, .reg = reg_named(name)};
    const struct cpu_hooks hooks = {.ctx = &k, .insn = compare};
    int error = begin(c, out, why, why_size);
    uint64_t found;

    if (error)
        return error;
    if (!k.reg)
        return log_why(why, why_size, -EINVAL, "there is no register '%s'", name);
    k.value = value_of(c, k.reg);
    error = come_near(c);
    cpu_hook_every_insn(control_cpu(c), true);
    if (!error)
        error = history_find_back(history_of(c), &hooks, c->began, &found);
    cpu_hook_every_insn(control_cpu(c), false);
    if (!error)
        error = find_step(c, &k, out);
    return finish(c, error, "it has had this value in all that is remembered", why, why_size);
}

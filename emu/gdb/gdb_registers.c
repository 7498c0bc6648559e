/*
 * Registers as gdb numbers them, from one table: target.xml, the order of `g`, and where each lies
 * in struct cpu_state. The first 32 are those that gdb demands of every i386; behind them come the
 * system registers and icount.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/gdb/gdb_state.h"

enum kind {
    REG_WRITABLE,
    REG_READ_ONLY, /* writing it would need more than storing it */
    REG_ST,        /* st(n), whose place depends on TOP; offset is n */
};

struct reg {
    const char *name, *type;
    unsigned bits;
    size_t offset, size; /* in struct cpu_state */
    enum kind kind;
};

#define AT(member) offsetof(struct cpu_state, member), sizeof(((struct cpu_state *)0)->member)
#define GPR(name, n)                                                                               \
    {                                                                                              \
        name, "int32", 32, AT(gpr[n]), REG_WRITABLE                                                \
    }
#define SEG(name, n)                                                                               \
    {                                                                                              \
        name, "int32", 32, AT(seg[n].selector), REG_READ_ONLY                                      \
    }
#define ST(n)                                                                                      \
    {                                                                                              \
        "st" #n, "i387_ext", 80, n, 10, REG_ST                                                     \
    }
#define X87(name, m)                                                                               \
    {                                                                                              \
        name, "int", 32, AT(x87.m), REG_WRITABLE                                                   \
    }
#define SYS(name, m)                                                                               \
    {                                                                                              \
        name, "int32", 32, AT(m), REG_READ_ONLY                                                    \
    }

/* clang-format off */
static const struct reg regs[] = {
    GPR("eax", GPR_EAX), GPR("ecx", GPR_ECX), GPR("edx", GPR_EDX), GPR("ebx", GPR_EBX),
    {"esp", "data_ptr", 32, AT(gpr[GPR_ESP]), REG_WRITABLE},
    {"ebp", "data_ptr", 32, AT(gpr[GPR_EBP]), REG_WRITABLE},
    GPR("esi", GPR_ESI), GPR("edi", GPR_EDI),
    {"eip", "code_ptr", 32, AT(eip), REG_WRITABLE},
    {"eflags", "i386_eflags", 32, AT(eflags), REG_WRITABLE},
    SEG("cs", SEG_CS), SEG("ss", SEG_SS), SEG("ds", SEG_DS),
    SEG("es", SEG_ES), SEG("fs", SEG_FS), SEG("gs", SEG_GS),
    ST(0), ST(1), ST(2), ST(3), ST(4), ST(5), ST(6), ST(7),
    X87("fctrl", cw), X87("fstat", sw), X87("ftag", tw), X87("fiseg", fcs), X87("fioff", fip),
    X87("foseg", fds), X87("fooff", fdp), X87("fop", fop),

    {"cr0", "i386_cr0", 32, AT(cr0), REG_READ_ONLY},
    SYS("cr2", cr2), SYS("cr3", cr3),
    {"cr4", "i386_cr4", 32, AT(cr4), REG_READ_ONLY},
    SYS("dr0", dr[0]), SYS("dr1", dr[1]), SYS("dr2", dr[2]), SYS("dr3", dr[3]),
    SYS("dr6", dr[6]), SYS("dr7", dr[7]),
    SYS("gdt_base", gdtr.base), SYS("gdt_limit", gdtr.limit),
    SYS("idt_base", idtr.base), SYS("idt_limit", idtr.limit),
    SYS("ldtr", ldtr.selector), SYS("tr", tr.selector), SYS("tss_base", tr.base),
    SYS("fs_base", seg[SEG_FS].base), SYS("gs_base", seg[SEG_GS].base), SYS("cpl", cpl),
    {"icount", "int64", 64, AT(icount), REG_READ_ONLY},
};
/* clang-format on */

enum { REGS = sizeof(regs) / sizeof(regs[0]), CORE_REGS = 32, REG_BYTES_MAX = 10 };

static const char flag_types[] =
    "<flags id=\"i386_eflags\" size=\"4\">"
    "<field name=\"CF\" start=\"0\" end=\"0\"/><field name=\"\" start=\"1\" end=\"1\"/>"
    "<field name=\"PF\" start=\"2\" end=\"2\"/><field name=\"AF\" start=\"4\" end=\"4\"/>"
    "<field name=\"ZF\" start=\"6\" end=\"6\"/><field name=\"SF\" start=\"7\" end=\"7\"/>"
    "<field name=\"TF\" start=\"8\" end=\"8\"/><field name=\"IF\" start=\"9\" end=\"9\"/>"
    "<field name=\"DF\" start=\"10\" end=\"10\"/><field name=\"OF\" start=\"11\" end=\"11\"/>"
    "<field name=\"NT\" start=\"14\" end=\"14\"/><field name=\"RF\" start=\"16\" end=\"16\"/>"
    "<field name=\"VM\" start=\"17\" end=\"17\"/><field name=\"AC\" start=\"18\" end=\"18\"/>"
    "<field name=\"VIF\" start=\"19\" end=\"19\"/><field name=\"VIP\" start=\"20\" end=\"20\"/>"
    "<field name=\"ID\" start=\"21\" end=\"21\"/></flags>\n";

static const char control_types[] =
    "<flags id=\"i386_cr0\" size=\"4\">"
    "<field name=\"PE\" start=\"0\" end=\"0\"/><field name=\"MP\" start=\"1\" end=\"1\"/>"
    "<field name=\"EM\" start=\"2\" end=\"2\"/><field name=\"TS\" start=\"3\" end=\"3\"/>"
    "<field name=\"ET\" start=\"4\" end=\"4\"/><field name=\"NE\" start=\"5\" end=\"5\"/>"
    "<field name=\"WP\" start=\"16\" end=\"16\"/><field name=\"AM\" start=\"18\" end=\"18\"/>"
    "<field name=\"NW\" start=\"29\" end=\"29\"/><field name=\"CD\" start=\"30\" end=\"30\"/>"
    "<field name=\"PG\" start=\"31\" end=\"31\"/></flags>\n"
    "<flags id=\"i386_cr4\" size=\"4\">"
    "<field name=\"TSD\" start=\"2\" end=\"2\"/><field name=\"DE\" start=\"3\" end=\"3\"/>"
    "<field name=\"PSE\" start=\"4\" end=\"4\"/><field name=\"PGE\" start=\"7\" end=\"7\"/>"
    "</flags>\n";

/* ---- The description --------------------------------------------------------------------- */

static void print_feature(FILE *out, const char *name, const char *types, unsigned first,
                          unsigned end)
{
    fprintf(out, "<feature name=\"%s\">\n%s", name, types);
    for (unsigned i = first; i < end; i++)
        fprintf(out, "<reg name=\"%s\" bitsize=\"%u\" type=\"%s\"%s/>\n", regs[i].name,
                regs[i].bits, regs[i].type, i < CORE_REGS ? "" : " group=\"system\"");
    fprintf(out, "</feature>\n");
}

void gdb_registers_document(struct gdbstub *g, const char *range)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out) {
        gdb_reply_error(g);
        return;
    }
    fprintf(out, "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
                 "<target>\n<architecture>i386</architecture>\n");
    print_feature(out, "org.gnu.gdb.i386.core", flag_types, 0, CORE_REGS);
    print_feature(out, "org.forkscope.i386.system", control_types, CORE_REGS, REGS);
    fprintf(out, "</target>\n");
    fclose(out);
    gdb_reply_part(g, text, range);
    free(text);
}

/* ---- Whose registers --------------------------------------------------------------------- */

/* Where the kernel goes on with a task that it has put aside. */
static void kernel_registers(const struct task_info *task, struct cpu_state *out)
{
    memset(out->gpr, 0, sizeof(out->gpr));
    out->gpr[GPR_ESP] = task->esp;
    out->eip = task->eip;
    out->cr3 = task->cr3;
}

static void registers_of(struct gdbstub *g, struct gdb_thread thread, struct cpu_state *out)
{
    const struct task_info *task = gdb_thread_task(g, thread);

    *out = *inspect_cpu(control_inspect(g->control));
    if (!task || gdb_thread_is_current(g, thread))
        return;
    if (!tasks_user_registers(control_tasks(g->control), task, out))
        kernel_registers(task, out);
}

/* ---- One register ------------------------------------------------------------------------ */

static struct x87_reg *st_register(struct cpu_state *s, size_t n)
{
    return &s->x87.st[((s->x87.sw >> 11) + n) & 7];
}

/* Little-endian, as wide as target.xml says. */
static void read_register(struct cpu_state *s, const struct reg *r, uint8_t out[REG_BYTES_MAX])
{
    uint64_t value = 0;

    if (r->kind == REG_ST) {
        const struct x87_reg *st = st_register(s, r->offset);

        for (unsigned i = 0; i < 8; i++)
            out[i] = (uint8_t)(st->mant >> 8 * i);
        out[8] = (uint8_t)st->se;
        out[9] = (uint8_t)(st->se >> 8);
        return;
    }
    memcpy(&value, (const char *)s + r->offset, r->size);
    for (unsigned i = 0; i < r->bits / 8; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

/* False: it is another value than it has, and cannot be changed. */
static bool write_register(struct cpu_state *s, const struct reg *r, const uint8_t *bytes)
{
    uint8_t now[REG_BYTES_MAX];
    uint64_t value = 0;

    read_register(s, r, now);
    if (memcmp(now, bytes, r->bits / 8) == 0)
        return true;
    for (unsigned i = 0; i < 8 && i < r->bits / 8; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    switch (r->kind) {
    case REG_READ_ONLY:
        return false;
    case REG_ST:
        *st_register(s, r->offset) = (struct x87_reg){value, (uint16_t)(bytes[8] | bytes[9] << 8)};
        return true;
    case REG_WRITABLE:
        memcpy((char *)s + r->offset, &value, r->size);
        return true;
    }
    return false;
}

/* ---- Packets ----------------------------------------------------------------------------- */

static char *append_register(char *to, struct cpu_state *s, const struct reg *r)
{
    uint8_t bytes[REG_BYTES_MAX];

    read_register(s, r, bytes);
    rsp_to_hex(to, bytes, r->bits / 8);
    return to + r->bits / 4;
}

/* Only the core: gdb reads target.xml for the first process alone and takes the others for what it
 * thinks is usual, with which a longer `g` would not agree. The rest it asks for one by one. */
void gdb_registers_read_all(struct gdbstub *g)
{
    char hex[CORE_REGS * 2 * REG_BYTES_MAX + 1], *to = hex;
    struct cpu_state s;

    registers_of(g, gdb_thread_selected(g), &s);
    for (unsigned i = 0; i < CORE_REGS; i++)
        to = append_register(to, &s, &regs[i]);
    gdb_reply(g, "%s", hex);
}

void gdb_registers_read(struct gdbstub *g, const char *args)
{
    char hex[2 * REG_BYTES_MAX + 1];
    struct cpu_state s;
    uint32_t n;

    if (!gdb_number(&args, &n) || n >= REGS) {
        gdb_reply_error(g);
        return;
    }
    registers_of(g, gdb_thread_selected(g), &s);
    append_register(hex, &s, &regs[n]);
    gdb_reply(g, "%s", hex);
}

/* Only the registers in the CPU can be changed. */
static void store(struct gdbstub *g, const struct cpu_state *s, bool good)
{
    if (!good || !gdb_thread_is_current(g, gdb_thread_selected(g))) {
        gdb_reply_error(g);
        return;
    }
    control_set_cpu(g->control, s);
    gdb_reply_ok(g);
}

void gdb_registers_write_all(struct gdbstub *g, const char *hex)
{
    struct cpu_state s = *inspect_cpu(control_inspect(g->control));
    uint8_t bytes[REG_BYTES_MAX];
    bool good = true;

    for (unsigned i = 0; i < CORE_REGS && good; i++) {
        good = rsp_from_hex(bytes, hex, regs[i].bits / 8) && write_register(&s, &regs[i], bytes);
        hex += regs[i].bits / 4;
    }
    store(g, &s, good);
}

void gdb_registers_write(struct gdbstub *g, const char *args)
{
    struct cpu_state s = *inspect_cpu(control_inspect(g->control));
    uint8_t bytes[REG_BYTES_MAX];
    uint32_t n;
    bool good = gdb_number(&args, &n) && n < REGS && gdb_skip(&args, '=') &&
                rsp_from_hex(bytes, args, regs[n].bits / 8) && write_register(&s, &regs[n], bytes);

    store(g, &s, good);
}

void gdb_registers_expedite(struct gdbstub *g, char *buf, size_t size)
{
    static const unsigned wanted[] = {4, 5, 8}; /* esp, ebp, eip */
    struct cpu_state s = *inspect_cpu(control_inspect(g->control));
    size_t used = 0;

    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        char hex[2 * REG_BYTES_MAX + 1];

        append_register(hex, &s, &regs[wanted[i]]);
        used += (size_t)snprintf(buf + used, size - used, "%02x:%s;", wanted[i], hex);
    }
}

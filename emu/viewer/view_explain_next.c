/* What the next step will do: of a machine its instruction, of a recording the event that it tells
 * next. */
#include <stdio.h>
#include <string.h>

#include "emu/guest/disasm.h"
#include "emu/guest/insnkind.h"
#include "emu/viewer/view_explain.h"

struct teller {
    const struct view *v;
    char *to; /* VIEW_EXPLAIN_TEXT */
};

#define SAY(t, ...) snprintf((t)->to, VIEW_EXPLAIN_TEXT, __VA_ARGS__)

static const char *code(const struct teller *t, uint32_t address, char buf[64])
{
    return view_code(t->v, address, buf, 64);
}

/* A recording tells which event is next, and when. */
static void tell_next_event(const struct teller *t)
{
    const struct view_journal *j = t->v->journal;
    uint64_t now = view_position(t->v);
    size_t past = view_journal_past(j, now);
    const struct trace_event *e = past < j->count ? view_journal_at(j, past) : NULL;
    char where[64], steps[48] = "";

    if (e == NULL) {
        SAY(t, "The recording ends here.");
        return;
    }
    if (e->icount > now)
        snprintf(steps, sizeof(steps), ", %llu steps on", (unsigned long long)(e->icount - now));
    SAY(t, "Next event%s: %s at %s, %s (%d).", steps, trace_kind_name(e->kind),
        code(t, e->eip, where), e->who.comm, e->who.pid);
}

static void tell_next_iret(const struct teller *t)
{
    const struct cpu_state *cpu = view_cpu(t->v);
    uint32_t esp = cpu->seg[SEG_SS].base + cpu->gpr[GPR_ESP], eip, cs;
    char to[64];

    if (!view_u32(t->v, esp, &eip) || !view_u32(t->v, esp + 4, &cs))
        return;
    SAY(t, "Next: iret pops eip, cs, eflags%s from %08x: to ring %u at %s, with eax = %d.",
        (cs & 3) != cpu->cpl ? ", esp, ss" : "", esp, cs & 3, code(t, eip, to),
        (int32_t)cpu->gpr[GPR_EAX]);
}

static void tell_next_int(const struct teller *t, uint8_t vector)
{
    const struct cpu_state *cpu = view_cpu(t->v);
    const struct syscall_info *call = syscall_by_nr(cpu->gpr[GPR_EAX]);
    uint16_t ss0;
    uint32_t esp0;

    if (vector == 0x80 && cpu->cpl == 3 && view_tss_stack0(t->v, &ss0, &esp0))
        SAY(t,
            "Next: int 0x80 with eax = %u asks for %s. The CPU will take SS:ESP from the TSS, "
            "%04x:%08x, and push five words there.",
            cpu->gpr[GPR_EAX], call ? call->name : "a call that does not exist", ss0, esp0);
    else
        SAY(t, "Next: int 0x%02x goes through gate %u of the IDT.", vector, vector);
}

static void tell_next_ret(const struct teller *t)
{
    const struct cpu_state *cpu = view_cpu(t->v);
    uint32_t to;
    char name[64];

    if (view_u32(t->v, cpu->seg[SEG_SS].base + cpu->gpr[GPR_ESP], &to))
        SAY(t, "Next: ret pops the return address and goes on at %s.", code(t, to, name));
}

/* A conditional jump: on what it depends, and whether it will be made. SDM vol. 2, appendix B.1.4.
 */
static void tell_next_jump(const struct teller *t, const char *text, unsigned condition)
{
    static const char *const says[] = {"OF = 1", "CF = 1", "ZF = 1",   "CF = 1 or ZF = 1",
                                       "SF = 1", "PF = 1", "SF != OF", "ZF = 1 or SF != OF"};
    static const char *const contrary[] = {"OF = 0", "CF = 0", "ZF = 0",  "CF = 0 and ZF = 0",
                                           "SF = 0", "PF = 0", "SF = OF", "ZF = 0 and SF = OF"};
    uint32_t f = view_cpu(t->v)->eflags;
    bool of = f & EFLAGS_OF, cf = f & EFLAGS_CF, zf = f & EFLAGS_ZF, sf = f & EFLAGS_SF;
    const bool met[] = {of, cf, zf, cf || zf, sf, f & EFLAGS_PF, sf != of, zf || sf != of};
    unsigned k = condition >> 1;
    bool taken = met[k] != (condition & 1);

    SAY(t, "Next: %s: goes there if %s. It %s.", text, condition & 1 ? contrary[k] : says[k],
        taken ? "will" : "will not");
}

/* By how the text begins, or by what it contains; the first row that fits. */
static const struct {
    const char *start, *inside, *says;
} sentences[] = {
    {"mov", ", %cr3", "another page directory: other memory from here on"},
    {"mov", ", %cr0", "switches protection, paging and the like"},
    {"mov", "%cr2, ", "reads the address of the last page fault"},
    {"sub", ", %esp", "makes room on the stack"},
    {"add", ", %esp", "gives room on the stack back"},
    {"mov %esp, %ebp", "", "the function's frame begins here"},
    {"pushf", "", "puts the flags on the stack"},
    {"popf", "", "takes the flags from the stack; IF only where CPL allows it"},
    {"push", "", "puts a word on the stack, four bytes lower"},
    {"pop", "", "takes the lowest word off the stack"},
    {"call", "", "pushes the address behind it and goes there"},
    {"cli", "", "no more hardware interrupts from here on"},
    {"sti", "", "hardware interrupts may come again, after one more instruction"},
    {"cld", "", "string instructions go upwards from here on"},
    {"std", "", "string instructions go downwards from here on"},
    {"rep movs", "", "copies from esi to edi, ecx times; each time is a step"},
    {"rep stos", "", "stores eax at edi, ecx times; each time is a step"},
    {"cmp", "", "subtracts, and keeps only the flags"},
    {"test", "", "ands, and keeps only the flags"},
    {"lea", "", "computes an address; no memory is read"},
    {"hlt", "", "waits for an interrupt"},
    {"jmp", "", "goes there; nothing is pushed"},
    {"ljmp", "", "goes there and loads cs"},
    {"leave", "", "gives the function's stack frame back"},
    {"in ", "", "reads from a port: a device answers"},
    {"out ", "", "writes to a port: a device listens"},
    {"ltr", "", "loads the task register: where the CPU finds the TSS"},
    {"lidt", "", "tells the CPU where its interrupt gates are"},
    {"lgdt", "", "tells the CPU where its segment descriptors are"},
    {"clts", "", "the x87 may be used again"},
    {"invlpg", "", "forgets what the TLB knows of one page"},
};

static void tell_next_text(const struct teller *t, const char *text)
{
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
        if (strncmp(text, sentences[i].start, strlen(sentences[i].start)) == 0 &&
            strstr(text, sentences[i].inside) != NULL) {
            SAY(t, "Next: %s: %s.", text, sentences[i].says);
            return;
        }
    SAY(t, "Next: %s", text);
}

static void tell_next_plain(const struct teller *t, const uint8_t *bytes, size_t size,
                            const char *text)
{
    if ((bytes[0] & 0xf0) == 0x70)
        tell_next_jump(t, text, bytes[0] & 15);
    else if (size > 1 && bytes[0] == 0x0f && (bytes[1] & 0xf0) == 0x80)
        tell_next_jump(t, text, bytes[1] & 15);
    else
        tell_next_text(t, text);
}

static void tell_next(const struct teller *t)
{
    const struct cpu_state *cpu = view_cpu(t->v);
    struct disasm_options options = {DISASM_ATT, !(cpu->seg[SEG_CS].attr & SEGATTR_DB),
                                     view_symbols(t->v, cpu->eip)};
    uint8_t bytes[DISASM_BYTES];
    size_t size = sizeof(bytes);
    struct disasm_insn insn;

    while (size > 0 && !inspect_read(t->v->in, view_eip(t->v), bytes, size))
        size--;
    if (cpu->activity != CPU_RUNNING || size == 0)
        return;
    switch (insnkind_of(bytes, size, NULL)) {
    case INSN_IRET:
        tell_next_iret(t);
        break;
    case INSN_INT:
        tell_next_int(t, bytes[0] == 0xcd ? bytes[1] : bytes[0] == 0xcc ? 3 : 4);
        break;
    case INSN_RET:
        tell_next_ret(t);
        break;
    default:
        if (disasm_decode(&options, view_eip(t->v), bytes, size, &insn))
            tell_next_plain(t, bytes, size, insn.text);
    }
}

void view_explain_next(const struct view *v, char *to)
{
    struct teller next = {v, to};

    if (v->in != NULL)
        tell_next(&next);
    else
        tell_next_event(&next);
}

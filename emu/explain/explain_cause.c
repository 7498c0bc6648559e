/* Why an instruction raises an exception (SDM vol. 3, 6.15). */
#include "emu/explain/explain_words.h"

#include <string.h>

enum { CODE_BYTES = 15 };

static const char *ring_access(uint32_t error)
{
    return error & PF_USER ? "ring 3" : "ring 0, 1 or 2";
}

static void tell_page_fault(struct teller *t, uint32_t error, uint32_t cr2)
{
    bool fetch = !(error & PF_WRITE) && cr2 - (t->cpu->seg[SEG_CS].base + t->cpu->eip) < CODE_BYTES;

    teller_say(t, "a %s of %08x (CR2) by %s%s", error & PF_WRITE ? "write" : "read", cr2,
               ring_access(error), fetch ? ": the instruction's own bytes" : "");
    teller_say(t, "error code %04x: P = %u (%s), W = %u, U = %u", error, error & PF_PRESENT,
               error & PF_PRESENT ? "the page is there but refuses" : "the page is absent",
               error >> 1 & 1, error >> 2 & 1);
    tell_page_walk(t, cr2, error);
}

/* ---- #GP with no selector ---------------------------------------------------------------- */

/* Instructions that not every ring may use: by their first bytes behind prefixes. `mask` is applied
 * to the last byte. */
static const struct {
    uint8_t bytes[2], count, mask;
    bool by_iopl; /* CPL <= IOPL is enough; else ring 0 */
    const char *what;
} privileged[] = {
    {{0xf4}, 1, 0xff, false, "HLT"},
    {{0xfa}, 1, 0xfe, true, "CLI or STI"},
    {{0xe4}, 1, 0xfc, true, "IN or OUT"},
    {{0xec}, 1, 0xfc, true, "IN or OUT"},
    {{0x6c}, 1, 0xfc, true, "INS or OUTS"},
    {{0x0f, 0x00}, 2, 0xff, false, "LLDT or LTR"},
    {{0x0f, 0x01}, 2, 0xff, false, "LGDT, LIDT, LMSW or INVLPG"},
    {{0x0f, 0x06}, 2, 0xff, false, "CLTS"},
    {{0x0f, 0x08}, 2, 0xfe, false, "INVD or WBINVD"},
    {{0x0f, 0x20}, 2, 0xfc, false, "MOV of a control or debug register"},
    {{0x0f, 0x30}, 2, 0xfd, false, "RDMSR or WRMSR"},
};

static bool is_prefix(uint8_t byte)
{
    static const char prefixes[] = "\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3";

    return byte && strchr(prefixes, byte) != NULL;
}

static bool tell_privilege(struct teller *t, const uint8_t *code)
{
    unsigned iopl = (t->cpu->eflags & EFLAGS_IOPL) >> 12, cpl = t->cpu->cpl;

    for (unsigned i = 0; i < sizeof(privileged) / sizeof(privileged[0]); i++) {
        unsigned last = privileged[i].count - 1u;

        if ((code[last] & privileged[i].mask) != privileged[i].bytes[last] ||
            (last && code[0] != privileged[i].bytes[0]))
            continue;
        if (privileged[i].by_iopl && cpl > iopl) {
            teller_decides(t, "%s needs CPL <= IOPL%s: CPL = %u, IOPL = %u", privileged[i].what,
                           strstr(privileged[i].what, "IN") ? ", or the TSS's I/O bitmap" : "", cpl,
                           iopl);
            return true;
        }
        if (!privileged[i].by_iopl && cpl != 0) {
            teller_decides(t, "%s is for ring 0: CPL = %u", privileged[i].what, cpl);
            return true;
        }
    }
    return false;
}

static void tell_segments(struct teller *t)
{
    static const char *const names[SEG_COUNT] = {"ES", "CS", "SS", "DS", "FS", "GS"};

    teller_say(t,
               "the instruction breaks a rule of protection: a segment's limit or type, or a "
               "reserved bit%s",
               sight_is_whole(t) ? "; its segments are:" : "");
    if (!sight_is_whole(t))
        return; /* they are not recorded */
    for (unsigned i = 0; i < SEG_COUNT; i++) {
        const struct cpu_segment *s = &t->cpu->seg[i];

        if (s->attr & SEGATTR_P)
            teller_say(t, "  %s %04x: base %08x, limit %08x, DPL %u", names[i], s->selector,
                       s->base, s->limit, s->attr >> SEGATTR_DPL_SHIFT & 3);
        else
            teller_say(t, "  %s %04x: null, it may not be used", names[i], s->selector);
    }
}

static void tell_protection(struct teller *t)
{
    uint32_t at = t->cpu->seg[SEG_CS].base + t->cpu->eip;
    uint8_t code[CODE_BYTES + 2] = {0};
    unsigned skip = 0;

    for (unsigned i = 0; i < CODE_BYTES; i++)
        if (!sight_linear(t, at + i, &code[i], 1))
            break;
    while (skip < CODE_BYTES && is_prefix(code[skip]))
        skip++;
    if (!tell_privilege(t, code + skip))
        tell_segments(t);
}

/* ---- The others -------------------------------------------------------------------------- */

static void tell_debug(struct teller *t)
{
    uint32_t dr6 = t->cpu->dr[6];

    teller_say(t, "DR6 = %08x:%s%s%s", dr6, dr6 & 0xf ? " a breakpoint register matched" : "",
               dr6 & 1u << 14 ? " single step (TF was 1)" : "",
               dr6 & 1u << 15 ? " a task's T bit" : "");
}

static void tell_coprocessor(struct teller *t)
{
    teller_say(t, "CR0.TS = %u (another task's x87 state), CR0.EM = %u (no x87)",
               t->cpu->cr0 >> 3 & 1, t->cpu->cr0 >> 2 & 1);
}

void tell_cause(struct teller *t, unsigned vector, bool has_error, uint32_t error, uint32_t cr2)
{
    static const char *const words[] = {
        [VEC_DE] = "the divisor is 0, or the quotient does not fit",
        [VEC_BP] = "INT3",
        [VEC_OF] = "INTO with OF = 1",
        [VEC_BR] = "BOUND: the index is outside",
        [VEC_UD] = "the bytes are no instruction of this processor",
        [VEC_MF] = "an x87 exception that is not masked",
        [VEC_AC] = "a word that is not aligned, with CR0.AM = 1 and EFLAGS.AC = 1",
    };

    if (vector == VEC_PF)
        tell_page_fault(t, error, cr2);
    else if (vector == VEC_DB)
        tell_debug(t);
    else if (vector == VEC_NM)
        tell_coprocessor(t);
    else if (vector < sizeof(words) / sizeof(words[0]) && words[vector])
        teller_say(t, "%s", words[vector]);
    if (!has_error || vector == VEC_PF || vector == VEC_DF || vector == VEC_AC)
        return;
    tell_selector_error(t, error);
    if (vector == VEC_GP && (error & ~1u) == 0)
        tell_protection(t);
}

/* Descriptor tables and page tables as the processor reads them. */
#include "emu/explain/explain_words.h"

enum {
    S_BIT = 1u << 4,
    ENTRY_P = 1u << 0,
    ENTRY_W = 1u << 1,
    ENTRY_U = 1u << 2,
    ENTRY_PS = 1u << 7
};
#define ENTRY_FRAME UINT32_C(0xfffff000)

/* ---- Descriptors ---------------------------------------------------------------------------- */

static void unpack(struct teller_descriptor *d)
{
    uint32_t limit = (d->lo & 0xffff) | (d->hi & 0xf0000);

    d->base = d->lo >> 16 | (d->hi & 0xff) << 16 | (d->hi & 0xff000000);
    d->limit = d->hi & 1u << 23 ? limit << 12 | 0xfff : limit;
    d->type = d->hi >> 8 & 0x1f;
    d->dpl = d->hi >> 13 & 3;
    d->present = d->hi >> 15 & 1;
}

static bool read_descriptor(const struct teller *t, uint32_t linear, struct teller_descriptor *d)
{
    uint8_t b[8];

    if (!sight_linear(t, linear, b, sizeof(b)))
        return false;
    d->lo = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    d->hi = b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;
    unpack(d);
    return true;
}

static const char *system_type(unsigned type)
{
    static const char *const names[16] = {
        [1] = "16-bit TSS",
        [2] = "LDT",
        [3] = "16-bit TSS, busy",
        [4] = "16-bit call gate",
        [5] = "task gate",
        [6] = "16-bit interrupt gate",
        [7] = "16-bit trap gate",
        [9] = "32-bit TSS",
        [11] = "32-bit TSS, busy",
        [12] = "32-bit call gate",
        [14] = "32-bit interrupt gate",
        [15] = "32-bit trap gate",
    };

    return names[type & 15] ? names[type & 15] : "of a reserved type";
}

/* "code, readable", "data, writable", "32-bit TSS, busy". */
static const char *describe(const struct teller_descriptor *d, char *buf, size_t size)
{
    bool code = d->type & 8;

    if (!(d->type & S_BIT))
        return system_type(d->type);
    snprintf(buf, size, "%s%s%s", code ? "code" : "data",
             d->type & 4 ? code ? ", conforming" : ", expand-down" : "",
             d->type & 2 ? code ? ", readable" : ", writable"
             : code      ? ""
                         : ", read-only");
    return buf;
}

bool tell_selector(struct teller *t, const char *what, uint16_t selector,
                   struct teller_descriptor *out)
{
    bool local = selector & 4;
    uint32_t base = local ? t->cpu->ldtr.base : t->cpu->gdtr.base;
    uint32_t limit = local ? t->cpu->ldtr.limit : t->cpu->gdtr.limit;
    const char *table = local ? "LDT" : "GDT";
    uint32_t at = base + (selector & ~7u);
    char kind[48];

    if (local && !(t->cpu->ldtr.attr & SEGATTR_P))
        return teller_decides(t, "%s is selector %04x, of the LDT, and there is none (LDTR %04x)",
                              what, selector, t->cpu->ldtr.selector);
    if ((selector | 7u) > limit)
        return teller_decides(t, "%s is selector %04x: %s entry %u lies behind the limit %04x",
                              what, selector, table, selector >> 3, limit);
    if (!read_descriptor(t, at, out))
        return teller_decides(t, "%s is selector %04x: %s entry %u at %08x cannot be read", what,
                              selector, table, selector >> 3, at);
    teller_say(t, "%s is selector %04x: %s entry %u at %08x is %08x %08x:", what, selector, table,
               selector >> 3, at, out->hi, out->lo);
    teller_say(t, "  %s, DPL %u, %s, base %08x, limit %08x", describe(out, kind, sizeof(kind)),
               out->dpl, out->present ? "present" : "not present", out->base, out->limit);
    return true;
}

bool tell_gate(struct teller *t, unsigned vector, struct teller_descriptor *out)
{
    uint32_t base = t->cpu->idtr.base, limit = t->cpu->idtr.limit, at = base + vector * 8;
    char target[ADDRESS_TEXT];

    if (vector * 8 + 7 > limit)
        return teller_decides(t,
                              "IDT entry 0x%02x takes bytes %04x to %04x, the IDT (base %08x) ends "
                              "at %04x",
                              vector, vector * 8, vector * 8 + 7, base, limit);
    if (!read_descriptor(t, at, out)) {
        teller_decides(t, "IDT entry 0x%02x at %08x cannot be read", vector, at);
        return false;
    }
    teller_say(t, "IDT entry 0x%02x at %08x is %08x %08x:", vector, at, out->hi, out->lo);
    teller_say(t, "  %s, DPL %u, %s, to %04x:%s",
               out->type & S_BIT ? "no gate" : system_type(out->type), out->dpl,
               out->present ? "present" : "not present", out->lo >> 16,
               address_text(t, (out->hi & 0xffff0000) | (out->lo & 0xffff), target));
    return true;
}

void tell_selector_error(struct teller *t, uint32_t error)
{
    if ((error & ~7u) == 0 && !(error & 2)) {
        teller_say(t, "error code %04x: %sno selector is named", error,
                   error & 1 ? "EXT, an event from outside the program; " : "");
        return;
    }
    teller_say(t, "error code %04x: %s entry %s%u%s", error,
               error & 2   ? "IDT"
               : error & 4 ? "LDT"
                           : "GDT",
               "", error >> 3, error & 1 ? "; EXT, it came while another event was delivered" : "");
}

/* ---- Pages ---------------------------------------------------------------------------------- */

/* Why does this entry refuse the access? NULL: it does not. */
static const char *refusal(const struct teller *t, uint32_t entry, uint32_t error)
{
    bool user = error & PF_USER, write = error & PF_WRITE;

    if (!(entry & ENTRY_P))
        return "P = 0, absent";
    if (user && !(entry & ENTRY_U))
        return "U = 0, not for ring 3";
    if (write && !(entry & ENTRY_W) && (user || (t->cpu->cr0 & CR0_WP)))
        return user ? "W = 0, read-only" : "W = 0, read-only, and CR0.WP = 1 binds ring 0, too";
    return NULL;
}

/* Tells one entry. False: the walk ends here. */
static bool tell_entry(struct teller *t, const char *what, unsigned index, uint32_t paddr,
                       uint32_t error, uint32_t *entry)
{
    const char *why;

    if (!sight_physical(t, paddr, entry))
        return teller_decides(t, "  %s entry %03x would lie at physical %08x, where no memory is",
                              what, index, paddr);
    why = refusal(t, *entry, error);
    if (why)
        teller_decides(t, "  %s entry %03x at physical %08x is %08x: %s", what, index, paddr,
                       *entry, why);
    else
        teller_say(t, "  %s entry %03x at physical %08x is %08x: P = 1, W = %u, U = %u, frame %05x",
                   what, index, paddr, *entry, *entry >> 1 & 1, *entry >> 2 & 1, *entry >> 12);
    return *entry & ENTRY_P;
}

void tell_page_walk(struct teller *t, uint32_t linear, uint32_t error)
{
    uint32_t entry, index = linear >> 22;
    bool before = t->decided;

    t->decided = false;
    teller_say(t, "linear %08x through CR3 = %08x:", linear, t->cpu->cr3);
    if (tell_entry(t, "directory", index, (t->cpu->cr3 & ENTRY_FRAME) | index << 2, error,
                   &entry) &&
        !((entry & ENTRY_PS) && (t->cpu->cr4 & CR4_PSE))) {
        index = linear >> 12 & 0x3ff;
        tell_entry(t, "table", index, (entry & ENTRY_FRAME) | index << 2, error, &entry);
    }
    if (!t->decided)
        teller_say(t, "  the tables allow it now: the CPU had an older translation (TLB), or the "
                      "guest has mended them since");
    t->decided |= before;
}

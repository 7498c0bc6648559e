/* Commands that show the tables the CPU works from: descriptors, task state, pages. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/descriptor.h"
#include "emu/monitor/monitor_state.h"

/* ---- Descriptors ------------------------------------------------------------------------- */

static void show_segment(struct monitor *m, unsigned selector, const struct descriptor *d)
{
    monitor_say(m, "%04x  %-22s dpl %u  base %08" PRIx32 "  limit %08" PRIx32 "%s%s\n", selector,
                d->kind, d->dpl, d->base, d->limit, d->wide || d->system ? "" : "  16 bits",
                d->present ? "" : "  not present");
}

static void show_gate(struct monitor *m, unsigned number, const struct descriptor *d)
{
    char name[96];

    monitor_say(m, "%04x  %-22s dpl %u  %04x:%08" PRIx32 "  %s%s\n", number, d->kind, d->dpl,
                d->selector, d->offset, monitor_symbol(m, d->offset, name, sizeof(name)),
                d->present ? "" : "  not present");
}

static bool is_empty(const uint8_t bytes[DESCRIPTOR_SIZE])
{
    static const uint8_t nothing[DESCRIPTOR_SIZE];

    return memcmp(bytes, nothing, DESCRIPTOR_SIZE) == 0;
}

/* Entries first..last; `step` is what their numbers count by. */
static void show_table(struct monitor *m, uint32_t base, uint32_t limit, unsigned first,
                       unsigned last, unsigned step)
{
    uint8_t bytes[DESCRIPTOR_SIZE];
    struct descriptor d;

    for (unsigned n = first; n <= last && n * DESCRIPTOR_SIZE + 7 <= limit; n++) {
        if (!inspect_read(m->in, base + n * DESCRIPTOR_SIZE, bytes, sizeof(bytes))) {
            monitor_say(m, "%08" PRIx32 ": not mapped\n", base + n * DESCRIPTOR_SIZE);
            return;
        }
        if (is_empty(bytes))
            continue;
        descriptor_decode(bytes, &d);
        if (d.gate)
            show_gate(m, n * step, &d);
        else
            show_segment(m, n * step, &d);
    }
}

void monitor_gdt(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_table_reg *gdtr = &inspect_cpu(m->in)->gdtr;

    (void)line;
    show_table(m, gdtr->base, gdtr->limit, 0, 8191, DESCRIPTOR_SIZE);
}

void monitor_ldt(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_segment *ldtr = &inspect_cpu(m->in)->ldtr;

    (void)line;
    if (ldtr->attr & SEGATTR_P && ldtr->selector)
        show_table(m, ldtr->base, ldtr->limit, 0, 8191, DESCRIPTOR_SIZE);
    else
        monitor_say(m, "LDTR is empty\n");
}

/* In real mode: far pointers (SDM vol. 3, 20.1.4). */
static void show_vectors(struct monitor *m, uint32_t base, unsigned first, unsigned last)
{
    uint32_t pointer;

    for (unsigned n = first; n <= last && inspect_u32(m->in, base + 4 * n, &pointer); n++)
        monitor_say(m, "%04x  %04" PRIx32 ":%04" PRIx32 "\n", n, pointer >> 16, pointer & 0xffff);
}

void monitor_idt(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_state *s = inspect_cpu(m->in);
    uint64_t vector;
    unsigned first, last;

    if (!monitor_number(m, line, 1, 256, &vector))
        return;
    first = vector < 256 ? (unsigned)vector : 0;
    last = vector < 256 ? (unsigned)vector : 255;
    if (s->cr0 & CR0_PE)
        show_table(m, s->idtr.base, s->idtr.limit, first, last, 1);
    else
        show_vectors(m, s->idtr.base, first, last);
}

/* ---- Task state -------------------------------------------------------------------------- */

/* SDM vol. 3, figure 8-2. */
static const char *const tss_fields[] = {"link", "esp0", "ss0",    "esp1", "ss1",  "esp2", "ss2",
                                         "cr3",  "eip",  "eflags", "eax",  "ecx",  "edx",  "ebx",
                                         "esp",  "ebp",  "esi",    "edi",  "es",   "cs",   "ss",
                                         "ds",   "fs",   "gs",     "ldt",  "iomap"};

void monitor_tss(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_segment *tr = &inspect_cpu(m->in)->tr;
    unsigned count = sizeof(tss_fields) / sizeof(tss_fields[0]);
    uint32_t value;
    char name[96];

    (void)line;
    monitor_say(m, "tr %04x  base %08" PRIx32 "  limit %08" PRIx32 "\n", tr->selector, tr->base,
                tr->limit);
    if (!(tr->attr & SEGATTR_P) || !(tr->attr & 8)) {
        monitor_say(m, "there is no 32-bit TSS in it\n");
        return;
    }
    for (unsigned i = 0; i < count && 4 * i + 3 <= tr->limit; i++)
        if (inspect_u32(m->in, tr->base + 4 * i, &value))
            monitor_say(m, "  %02x  %-7s %08" PRIx32 "  %s\n", 4 * i, tss_fields[i], value,
                        monitor_symbol(m, value, name, sizeof(name)));
}

/* ---- Pages ------------------------------------------------------------------------------- */

static const char *entry_bits(uint32_t entry, char buf[40])
{
    snprintf(buf, 40, "%s%s%s%s%s%s", entry & 1 ? "present" : "not present",
             entry & 2 ? ", writable" : ", read-only", entry & 4 ? ", user" : ", kernel",
             entry & 0x20 ? ", A" : "", entry & 0x40 ? ", D" : "", entry & 0x100 ? ", G" : "");
    return buf;
}

/* One level; false: it ends here. */
static bool show_level(struct monitor *m, const char *what, uint32_t at, uint32_t *entry)
{
    char bits[40];
    uint8_t b[4];

    if (cpu_peek_phys(machine_cpu(m->in->machine), at, b, sizeof(b)) != sizeof(b)) {
        monitor_say(m, "%s at physical %08" PRIx32 ": there is no memory\n", what, at);
        return false;
    }
    *entry = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    monitor_say(m, "%s at physical %08" PRIx32 ": %08" PRIx32 "  %s\n", what, at, *entry,
                entry_bits(*entry, bits));
    return *entry & 1;
}

void monitor_walk(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu_state *s = inspect_cpu(m->in);
    uint32_t linear, entry;

    if (!monitor_address(m, line, 1, monitor_pc(m), &linear))
        return;
    if (!(s->cr0 & CR0_PG)) {
        monitor_say(m, "paging is off: physical %08" PRIx32 "\n", linear);
        return;
    }
    monitor_say(m,
                "linear %08" PRIx32 " = directory %" PRIu32 ", table %" PRIu32 ", offset %03" PRIx32
                "; cr3 %08" PRIx32 "\n",
                linear, linear >> 22, linear >> 12 & 0x3ff, linear & 0xfff, s->cr3);
    if (!show_level(m, "directory entry", (s->cr3 & ~0xfffu) + (linear >> 22) * 4, &entry))
        return;
    if ((entry & 0x80) && (s->cr4 & CR4_PSE)) {
        monitor_say(m, "4 MB page: physical %08" PRIx32 "\n",
                    (entry & 0xffc00000) | (linear & 0x3fffff));
        return;
    }
    if (show_level(m, "table entry", (entry & ~0xfffu) + (linear >> 12 & 0x3ff) * 4, &entry))
        monitor_say(m, "physical %08" PRIx32 "\n", (entry & ~0xfffu) | (linear & 0xfff));
}

/* Pages that follow each other, physically too where frames are told, with the same rights. */
struct range {
    bool any;
    uint64_t first, end;
    struct inspect_page page;
};

static void end_range(struct monitor *m, struct range *r)
{
    if (r->any)
        monitor_say(m, "%08" PRIx64 "-%08" PRIx64 "  %6" PRIu64 " KB  %s %s\n", r->first,
                    r->end - 1, (r->end - r->first) >> 10, r->page.writable ? "rw" : "r-",
                    r->page.user ? "user" : "kernel");
    r->any = false;
}

void monitor_pages(struct monitor *m, const struct monitor_line *line)
{
    uint32_t from, cr3 = inspect_cpu(m->in)->cr3;
    struct range r = {0};
    struct inspect_page page;

    if (!monitor_address(m, line, 1, 0, &from))
        return;
    for (uint64_t at = from & ~0xfffu; at <= UINT32_MAX; at += 4096) {
        if (inspect_table_absent(m->in, cr3, (uint32_t)at)) {
            end_range(m, &r);
            at = at | 0x3ff000;
        } else if (!inspect_page_at(m->in, cr3, (uint32_t)at, &page)) {
            end_range(m, &r);
        } else {
            if (r.any && (page.writable != r.page.writable || page.user != r.page.user))
                end_range(m, &r);
            if (!r.any)
                r = (struct range){true, at, at, page};
            r.end = at + 4096;
        }
    }
    end_range(m, &r);
}

/* ---- TLB --------------------------------------------------------------------------------- */

/* Translations that follow each other and say the same. */
struct tlb_run {
    struct cpu_tlb_entry first;
    uint32_t pages;
    bool stale;
};

static void end_run(struct monitor *m, const struct tlb_run *r)
{
    static const char *const modes[] = {"kernel data", "user data", "kernel code", "user code"};
    const struct cpu_tlb_entry *e = &r->first;

    if (r->pages)
        monitor_say(m, "%08" PRIx32 " -> %08" PRIx32 " %5" PRIu32 " pages  %-11s%s%s%s%s\n",
                    e->linear, e->phys, r->pages, modes[e->user + 2 * e->code],
                    e->writable ? "  written" : "", e->large ? "  4 MB" : "",
                    e->global ? "  global" : "",
                    r->stale ? "  STALE: the page tables say otherwise" : "");
}

static bool continues(const struct tlb_run *r, const struct cpu_tlb_entry *e, bool stale)
{
    const struct cpu_tlb_entry *first = &r->first;

    return r->pages && stale == r->stale && e->linear == first->linear + r->pages * 4096 &&
           e->phys == first->phys + r->pages * 4096 && e->user == first->user &&
           e->code == first->code && e->writable == first->writable && e->large == first->large &&
           e->global == first->global;
}

void monitor_tlb(struct monitor *m, const struct monitor_line *line)
{
    const struct cpu *cpu = machine_cpu(m->in->machine);
    struct cpu_tlb_entry entry;
    struct tlb_run run = {0};
    uint32_t cr3 = inspect_cpu(m->in)->cr3, paddr;
    unsigned n = 0;

    (void)line;
    while (cpu_peek_tlb(cpu, &n, &entry)) {
        bool stale = !cpu_peek_translate(cpu, cr3, entry.linear, &paddr) || paddr != entry.phys;

        if (!continues(&run, &entry, stale)) {
            end_run(m, &run);
            run = (struct tlb_run){.first = entry, .stale = stale};
        }
        run.pages++;
    }
    end_run(m, &run);
    if (!n || !run.pages)
        monitor_say(m, "empty\n");
}

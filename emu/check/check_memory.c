/* Rules 8 and 9: what the two page tables say while the guest runs. */
#include <stdio.h>

#include "emu/check/check_state.h"

enum { PAGE = 0x1000, TABLE = 0x400000, AREAS_MAX = 4096, VM_SHARED = 8 };

/* ---- Areas ----------------------------------------------------------------------------------- */

static bool member_u32(const struct check *c, const char *type, uint32_t base, const char *member,
                       uint32_t *out)
{
    uint32_t offset, size;

    return guestinfo_member(c->in->guestinfo, type, member, &offset, &size) &&
           inspect_u32(c->in, base + offset, out);
}

/* The page is meant to be written by both: it belongs to a shared mapping. Without areas in the
 * kernel's debug information nothing is. */
static bool is_shared_area(const struct check *c, const struct check_side *side, uint32_t page)
{
    uint32_t area = 0, start, end, flags;

    if (side->mm == 0 || !member_u32(c, "mm_struct", side->mm, "mmap", &area))
        return false;
    for (unsigned i = 0; i < AREAS_MAX && area != 0; i++) {
        if (!member_u32(c, "vm_area_struct", area, "vm_start", &start) ||
            !member_u32(c, "vm_area_struct", area, "vm_end", &end) ||
            !member_u32(c, "vm_area_struct", area, "vm_flags", &flags))
            return false;
        if (page >= start && page < end)
            return flags & VM_SHARED;
        if (!member_u32(c, "vm_area_struct", area, "vm_next", &area))
            return false;
    }
    return false;
}

bool check_memory_lives(const struct check *c, const struct check_side *side)
{
    return !side->gone && c->eyes->lives(c, side);
}

/* ---- Rule 8 ---------------------------------------------------------------------------------- */

static void writable_page(const struct check *c, struct check_verdict *v, uint32_t page,
                          const struct inspect_page *p, const struct inspect_page *h)
{
    CHECK_SAY(v->expected, "page %08x is copied, or read-only on both sides", page);
    CHECK_SAY(v->got, "page frame %05x on both sides, %s in the parent, %s in the child", h->pfn,
              p->writable ? "writable" : "read-only", h->writable ? "writable" : "read-only");
    check_broken(v, inspect_cpu(c->in)->icount, "see copy_mm and what copies the page tables");
}

static void compare_table(const struct check *c, struct check_fork *f, uint32_t table)
{
    const struct check_side *parent = &f->side[CHECK_PARENT];
    struct check_verdict *v = &f->verdict[8];
    struct inspect_page p, h;

    for (uint32_t at = 0; at < TABLE && v->result != CHECK_BROKEN; at += PAGE) {
        uint32_t page = table + at;

        if (inspect_page_at(c->in, f->entry.cr3, page, &p) && p.user &&
            inspect_page_at(c->in, f->side[CHECK_CHILD].regs.cr3, page, &h) && h.user &&
            p.pfn == h.pfn && (p.writable || h.writable) && !is_shared_area(c, parent, page))
            writable_page(c, v, page, &p, &h);
    }
}

static void compare_spaces(const struct check *c, struct check_fork *f)
{
    uint32_t parent = f->entry.cr3, child = f->side[CHECK_CHILD].regs.cr3;
    struct check_verdict *v = &f->verdict[8];

    for (uint32_t table = 0; table < c->kernel_base; table += TABLE) {
        if (!inspect_table_absent(c->in, parent, table) &&
            !inspect_table_absent(c->in, child, table))
            compare_table(c, f, table);
        if (table > UINT32_MAX - TABLE)
            break;
    }
    check_holds(v);
}

/* At the child's first return. */
void check_judge_spaces(const struct check *c, struct check_fork *f, bool at_child)
{
    bool want_same = f->fork.flags & CHECK_CLONE_VM;
    uint32_t parent = f->entry.cr3, child = f->side[CHECK_CHILD].regs.cr3;
    struct check_verdict *v = &f->verdict[8];

    if (!at_child)
        return;
    if ((inspect_cpu(c->in)->cr0 & CR0_PG) == 0) {
        check_unjudged(v, "the kernel does not use paging");
        return;
    }
    if (!check_memory_lives(c, &f->side[CHECK_PARENT])) {
        check_unjudged(v, "the parent's memory was gone before the child ran");
        return;
    }
    if ((parent == child) != want_same) {
        CHECK_SAY(v->expected, "%s", want_same ? "CLONE_VM: the same CR3" : "different CR3");
        CHECK_SAY(v->got, "%08x in the parent, %08x in the child", parent, child);
        check_broken(v, inspect_cpu(c->in)->icount, "see copy_mm");
        return;
    }
    if (want_same)
        check_holds(v);
    else
        compare_spaces(c, f);
}

/* ---- Rule 9 ---------------------------------------------------------------------------------- */

static bool pages_of(const struct check *c, const struct check_fork *f, enum check_side_name side,
                     uint32_t page, struct inspect_page *own, struct inspect_page *other)
{
    uint32_t cr3 = inspect_cpu(c->in)->cr3;
    uint32_t parent = f->entry.cr3, child = f->side[CHECK_CHILD].regs.cr3;

    return cr3 == (side == CHECK_PARENT ? parent : child) &&
           inspect_page_at(c->in, cr3, page, own) &&
           inspect_page_at(c->in, side == CHECK_PARENT ? child : parent, page, other);
}

/* Both sides are back in ring 3, at least the child, with memories of their own. */
static bool is_judged(const struct check *c, const struct check_fork *f)
{
    return f->forked && f->side[CHECK_CHILD].back && !(f->fork.flags & CHECK_CLONE_VM) &&
           f->verdict[8].result == CHECK_HOLDS && f->verdict[9].result != CHECK_BROKEN &&
           check_memory_lives(c, &f->side[CHECK_PARENT]) &&
           check_memory_lives(c, &f->side[CHECK_CHILD]);
}

static struct check_page *page_of(struct check_side *s, uint32_t page)
{
    for (unsigned i = 0; i < s->pages; i++)
        if (s->page[i].page == page)
            return &s->page[i];
    return NULL;
}

static void faults_again(struct check_fork *f, const struct trace_event *e, uint32_t page)
{
    struct check_verdict *v = &f->verdict[9];

    CHECK_SAY(v->expected, "one fault for the first write to page %08x", page);
    CHECK_SAY(v->got, "pid %d faults a second time, with the same page frame", e->who.pid);
    check_broken(v, e->icount, "see the page fault handler");
}

void check_first_write(const struct check *c, struct check_fork *f, enum check_side_name which,
                       const struct trace_event *e)
{
    uint32_t page = e->pf.address & ~(uint32_t)(PAGE - 1), need = PF_PRESENT | PF_WRITE;
    struct check_side *s = &f->side[which];
    struct check_page *known;
    struct inspect_page own, other;

    if ((e->pf.error & need) != need || page >= c->kernel_base || !is_judged(c, f) ||
        !pages_of(c, f, which, page, &own, &other) || own.pfn != other.pfn ||
        is_shared_area(c, s, page))
        return;
    known = page_of(s, page);
    if (known != NULL && known->served && known->pfn == own.pfn)
        faults_again(f, e, page);
    if (known != NULL || s->pages == CHECK_PAGES_MAX)
        return;
    s->page[s->pages++] = (struct check_page){.page = page, .pfn = own.pfn};
    s->fault = page;
}

/* The fault handler returns: the writer has the page for itself now, or was refused. */
void check_write_served(const struct check *c, struct check_fork *f, enum check_side_name which)
{
    struct check_side *s = &f->side[which];
    struct check_page *page = s->fault ? page_of(s, s->fault) : NULL;
    struct check_verdict *v = &f->verdict[9];
    struct inspect_page own, other;

    s->fault = 0;
    if (page == NULL || !is_judged(c, f) || !pages_of(c, f, which, page->page, &own, &other))
        return;
    page->served = true;
    if (!own.writable) /* not a page that it may write */
        return;
    if (own.pfn != other.pfn) {
        check_holds(v);
        return;
    }
    CHECK_SAY(v->expected, "another page frame for page %08x after pid %d wrote to it", page->page,
              s->who.pid);
    CHECK_SAY(v->got, "page frame %05x on both sides, writable", own.pfn);
    check_broken(v, inspect_cpu(c->in)->icount, "see do_wp_page");
}

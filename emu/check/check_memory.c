/* Rules 8 and 9: what the page tables of both sides said at the child's first return, and at the
 * first writes behind it. */
#include <stdio.h>

#include "emu/check/check_state.h"

/* ---- Rule 8 ---------------------------------------------------------------------------------- */

static void writable_page(const struct trace_event *e, struct check_verdict *v)
{
    const struct trace_space *s = &e->space;

    CHECK_SAY(v->expected, "page %08x is copied, or read-only on both sides", s->page);
    CHECK_SAY(v->got, "page frame %05x on both sides, %s in the parent, %s in the child", s->pfn,
              s->parent_writes ? "writable" : "read-only",
              s->child_writes ? "writable" : "read-only");
    check_broken(v, e->icount, "see copy_mm and what copies the page tables");
}

static void wrong_spaces(const struct trace_event *e, struct check_verdict *v, bool want_same)
{
    const struct trace_space *s = &e->space;

    CHECK_SAY(v->expected, "%s", want_same ? "CLONE_VM: the same CR3" : "different CR3");
    CHECK_SAY(v->got, "%08x in the parent, %08x in the child", s->parent_cr3, s->child_cr3);
    check_broken(v, e->icount, "see copy_mm");
}

void check_judge_spaces(struct check_fork *f, const struct trace_event *e)
{
    const struct trace_space *s = &e->space;
    bool want_same = f->fork.flags & CHECK_CLONE_VM;
    struct check_verdict *v = &f->verdict[8];

    if (!s->paging)
        check_unjudged(v, "the kernel does not use paging");
    else if (!s->lives)
        check_unjudged(v, "the parent's memory was gone before the child ran");
    else if ((s->parent_cr3 == s->child_cr3) != want_same)
        wrong_spaces(e, v, want_same);
    else if (s->writable > 0)
        writable_page(e, v);
    else
        check_holds(v);
}

/* ---- Rule 9 ---------------------------------------------------------------------------------- */

static struct check_page *page_of(struct check_side *s, uint32_t page)
{
    for (unsigned i = 0; i < s->pages; i++)
        if (s->page[i].page == page)
            return &s->page[i];
    return NULL;
}

static void faults_again(struct check_verdict *v, const struct trace_event *e)
{
    CHECK_SAY(v->expected, "one fault for the first write to page %08x", e->share.page);
    CHECK_SAY(v->got, "pid %d faults a second time, with the same page frame", e->who.pid);
    check_broken(v, e->icount, "see the page fault handler");
}

static void judge_fault(struct check_verdict *v, struct check_side *side,
                        const struct trace_event *e)
{
    struct check_page *known = page_of(side, e->share.page);

    if (known != NULL && known->served && known->pfn == e->share.pfn)
        faults_again(v, e);
    if (known == NULL && side->pages < CHECK_PAGES_MAX)
        side->page[side->pages++] = (struct check_page){.page = e->share.page, .pfn = e->share.pfn};
}

/* The fault handler returns: the writer has the page for itself now, or was refused. */
static void judge_served(struct check_verdict *v, struct check_side *side,
                         const struct trace_event *e)
{
    struct check_page *page = page_of(side, e->share.page);

    if (page == NULL)
        return;
    page->served = true;
    if (!e->share.writable) /* not a page that it may write */
        return;
    if (e->share.pfn != e->share.other_pfn) {
        check_holds(v);
        return;
    }
    CHECK_SAY(v->expected, "another page frame for page %08x after pid %d wrote to it", page->page,
              e->who.pid);
    CHECK_SAY(v->got, "page frame %05x on both sides, writable", e->share.pfn);
    check_broken(v, e->icount, "see do_wp_page");
}

void check_judge_write(struct check_fork *f, const struct trace_event *e)
{
    struct check_side *side = &f->side[e->share.child ? CHECK_CHILD : CHECK_PARENT];
    struct check_verdict *v = &f->verdict[9];

    if (f->verdict[8].result != CHECK_HOLDS || v->result == CHECK_BROKEN)
        return;
    if (e->share.served)
        judge_served(v, side, e);
    else
        judge_fault(v, side, e);
}

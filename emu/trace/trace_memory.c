/* What the two sides of a fork share: at the child's first return, and at each first write. */
#include "emu/trace/trace_state.h"

enum { PAGE = 0x1000, TABLE = 0x400000, AREAS_MAX = 4096, VM_SHARED = 8 };
enum { PARENT, CHILD };

uint32_t trace_task_word(const struct trace_collector *c, uint32_t task, int64_t offset)
{
    uint32_t value = 0;

    if (offset >= 0)
        inspect_u32(c->in, task + (uint32_t)offset, &value);
    return value;
}

/* ---- Areas ----------------------------------------------------------------------------------- */

static bool member_u32(const struct trace_collector *c, const char *type, uint32_t base,
                       const char *member, uint32_t *out)
{
    uint32_t offset, size;

    return guestinfo_member(c->in->guestinfo, type, member, &offset, &size) &&
           inspect_u32(c->in, base + offset, out);
}

/* The page is meant to be written by both: it belongs to a shared mapping. Without areas in the
 * kernel's debug information nothing is. */
static bool is_shared_area(const struct trace_collector *c, uint32_t mm, uint32_t page)
{
    uint32_t area = 0, start, end, flags;

    if (mm == 0 || !member_u32(c, "mm_struct", mm, "mmap", &area))
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

/* ---- Pairs ----------------------------------------------------------------------------------- */

/* The side still has the memory that it had at the fork. */
static bool lives(const struct trace_collector *c, const struct fork_pair *p, unsigned side)
{
    return p->mm[side] == 0 || trace_task_word(c, p->task[side], c->layout.mm) == p->mm[side];
}

void trace_memory_forked(struct trace_collector *c, uint32_t id, uint32_t parent, uint32_t child,
                         uint32_t parent_cr3)
{
    struct fork_pair *p = &c->pairs[c->next_pair];

    if (!trace_wants(c, TRACE_SPACE) && !trace_wants(c, TRACE_SHARE))
        return;
    c->next_pair = (c->next_pair + 1) % FORK_PAIRS_MAX;
    *p = (struct fork_pair){.id = id, .task = {parent, child}, .cr3 = {parent_cr3, 0}};
    for (unsigned side = PARENT; side <= CHILD; side++)
        p->mm[side] = trace_task_word(c, p->task[side], c->layout.mm);
}

void trace_memory_gone(struct trace_collector *c, uint32_t task)
{
    for (unsigned i = 0; i < FORK_PAIRS_MAX; i++) {
        struct fork_pair *p = &c->pairs[i];

        if (p->back && (p->task[PARENT] == task || p->task[CHILD] == task))
            p->id = 0;
        else if (p->task[PARENT] == task)
            p->task[PARENT] = 0;
    }
}

/* ---- The child's first return ------------------------------------------------------------ */

static void compare_page(const struct trace_collector *c, const struct fork_pair *pair,
                         uint32_t page, struct trace_space *s)
{
    struct inspect_page p, h;

    if (!inspect_page_at(c->in, s->parent_cr3, page, &p) || !p.user ||
        !inspect_page_at(c->in, s->child_cr3, page, &h) || !h.user || p.pfn != h.pfn)
        return;
    s->both++;
    if (is_shared_area(c, pair->mm[PARENT], page)) {
        s->meant++;
        return;
    }
    if (!p.writable && !h.writable)
        return;
    if (s->writable++ > 0)
        return;
    s->page = page;
    s->pfn = p.pfn;
    s->parent_writes = p.writable;
    s->child_writes = h.writable;
}

static void compare_spaces(const struct trace_collector *c, const struct fork_pair *pair,
                           struct trace_space *s)
{
    uint32_t end = symbols_kernel_base(c->in->symbols);

    for (uint32_t table = 0; table < end; table += TABLE) {
        if (!inspect_table_absent(c->in, s->parent_cr3, table) &&
            !inspect_table_absent(c->in, s->child_cr3, table))
            for (uint32_t at = 0; at < TABLE; at += PAGE)
                compare_page(c, pair, table + at, s);
        if (table > UINT32_MAX - TABLE)
            break;
    }
}

static struct fork_pair *pair_of(struct trace_collector *c, uint32_t id)
{
    for (unsigned i = 0; i < FORK_PAIRS_MAX; i++)
        if (c->pairs[i].id == id)
            return &c->pairs[i];
    return NULL;
}

void trace_memory_child_back(struct trace_collector *c, const struct task *child,
                             const struct inspect_task *who)
{
    struct fork_pair *pair = pair_of(c, child->birth.id);
    const struct cpu_state *cpu = inspect_cpu(c->in);
    struct trace_space *s;

    if (pair == NULL)
        return;
    pair->cr3[CHILD] = cpu->cr3;
    pair->back = true;
    s = &trace_begin(c, TRACE_SPACE, who)->space;
    *s = (struct trace_space){.id = pair->id,
                              .parent = child->birth.parent,
                              .paging = cpu->cr0 & CR0_PG,
                              .lives = pair->task[PARENT] != 0 && lives(c, pair, PARENT),
                              .parent_cr3 = pair->cr3[PARENT],
                              .child_cr3 = cpu->cr3};
    if (s->paging && s->lives && s->parent_cr3 != s->child_cr3)
        compare_spaces(c, pair, s);
    if (!s->paging || !s->lives || s->parent_cr3 == s->child_cr3)
        pair->id = 0; /* they have nothing to part */
    trace_send(c);
}

/* ---- First writes ------------------------------------------------------------------------ */

/* What both sides have of a page; false: they are not to be compared. */
static bool pages_of(const struct trace_collector *c, const struct fork_pair *p, unsigned side,
                     uint32_t page, struct inspect_page *own, struct inspect_page *other)
{
    uint32_t cr3 = inspect_cpu(c->in)->cr3;

    return lives(c, p, PARENT) && lives(c, p, CHILD) && cr3 == p->cr3[side] &&
           inspect_page_at(c->in, cr3, page, own) &&
           inspect_page_at(c->in, p->cr3[!side], page, other);
}

static void send_share(struct trace_collector *c, const struct inspect_task *who,
                       const struct fork_pair *p, const struct trace_share *share)
{
    struct trace_share *s = &trace_begin(c, TRACE_SHARE, who)->share;

    *s = *share;
    s->id = p->id;
    trace_send(c);
}

void trace_memory_fault(struct trace_collector *c, const struct inspect_task *who,
                        const struct cpu_int_event *event)
{
    const uint32_t need = PF_PRESENT | PF_WRITE;
    uint32_t page = event->cr2 & ~(uint32_t)(PAGE - 1);

    if ((event->error & need) != need || page >= symbols_kernel_base(c->in->symbols))
        return;
    for (unsigned i = 0; i < FORK_PAIRS_MAX; i++) {
        struct fork_pair *p = &c->pairs[i];
        unsigned side = who->task == p->task[CHILD];
        struct inspect_page own, other;

        if (p->id == 0 || !p->back || who->task != p->task[side] ||
            !pages_of(c, p, side, page, &own, &other) || own.pfn != other.pfn ||
            is_shared_area(c, p->mm[side], page))
            continue;
        p->fault[side] = page;
        send_share(c, who, p,
                   &(struct trace_share){.child = side == CHILD,
                                         .page = page,
                                         .pfn = own.pfn,
                                         .other_pfn = other.pfn,
                                         .writable = own.writable});
    }
}

void trace_memory_served(struct trace_collector *c, const struct inspect_task *who)
{
    for (unsigned i = 0; i < FORK_PAIRS_MAX; i++) {
        struct fork_pair *p = &c->pairs[i];
        unsigned side = who->task == p->task[CHILD];
        uint32_t page = p->fault[side];
        struct inspect_page own, other;

        if (p->id == 0 || page == 0 || who->task != p->task[side])
            continue;
        p->fault[side] = 0;
        if (pages_of(c, p, side, page, &own, &other))
            send_share(c, who, p,
                       &(struct trace_share){.child = side == CHILD,
                                             .served = true,
                                             .page = page,
                                             .pfn = own.pfn,
                                             .other_pfn = other.pfn,
                                             .writable = own.writable});
    }
}

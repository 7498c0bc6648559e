#include "emu/viewer/view.h"

#include <stdio.h>
#include <string.h>

#include "emu/guest/programs.h"
#include "emu/support/bytes.h"

enum { KERNEL_BASE = 0xc0000000u };

/* ---- Registers and words --------------------------------------------------------------------- */

const struct cpu_state *view_cpu(const struct view *v)
{
    return v->in != NULL ? inspect_cpu(v->in) : &v->recall->cpu;
}

bool view_knows(const struct view *v, unsigned reg)
{
    return v->in != NULL || v->recall->known >> reg & 1;
}

bool view_u32(const struct view *v, uint32_t address, uint32_t *out)
{
    return v->in != NULL ? inspect_u32(v->in, address, out)
                         : view_recall_word(v->recall, address, out);
}

bool view_tss_stack0(const struct view *v, uint16_t *ss0, uint32_t *esp0)
{
    if (v->in != NULL)
        return inspect_tss_stack0(v->in, ss0, esp0);
    *ss0 = v->recall->ss0;
    *esp0 = v->recall->esp0;
    return *ss0 != 0 && *esp0 != 0;
}

uint64_t view_position(const struct view *v)
{
    return view_cpu(v)->icount;
}

uint32_t view_eip(const struct view *v)
{
    const struct cpu_state *cpu = view_cpu(v);

    return cpu->seg[SEG_CS].base + cpu->eip;
}

/* ---- Tasks ----------------------------------------------------------------------------------- */

bool view_task_at(const struct view *v, uint32_t task, struct inspect_task *out)
{
    const struct view_recall_stack *stack;
    const struct view_task *t;

    if (v->in != NULL)
        return inspect_task_at(v->in, task, out);
    t = view_journal_task(v->journal, task, view_position(v));
    if (t == NULL)
        return false;
    *out = (struct inspect_task){.task = task, .pid = t->who.pid};
    memcpy(out->comm, t->who.comm, sizeof(out->comm));
    stack = view_recall_stack_of(v->recall, task);
    if (stack != NULL && stack->top != 0)
        out->stack = stack->top - v->facts->ground.thread_size;
    return true;
}

bool view_current(const struct view *v, struct inspect_task *out)
{
    if (v->in != NULL)
        return inspect_current(v->in, out);
    return view_task_at(v, view_journal_running(v->journal, view_position(v)), out);
}

bool view_task_shown(const struct view *v, struct inspect_task *out)
{
    if (v->task != 0 && view_task_at(v, v->task, out))
        return true;
    return view_current(v, out);
}

bool view_task_is_current(const struct view *v, const struct inspect_task *task)
{
    struct inspect_task current;

    return view_current(v, &current) && current.task == task->task;
}

/* A task that does not run has its stack pointer in its task_struct. */
uint32_t view_stack_low(const struct view *v, const struct inspect_task *task)
{
    uint32_t top = task->stack + v->facts->ground.thread_size, esp = top;
    const struct cpu_state *cpu = view_cpu(v);

    if (v->in == NULL) {
        const struct view_recall_stack *stack = view_recall_stack_of(v->recall, task->task);

        return stack != NULL ? stack->low : top;
    }
    if (view_task_is_current(v, task))
        return cpu->cpl == 3 ? top : cpu->seg[SEG_SS].base + cpu->gpr[GPR_ESP];
    view_task_word(v, task->task, "thread.esp", "thread.sp", &esp);
    return esp;
}

const struct view_fork *view_fork_shown(const struct view *v)
{
    const struct view_fork *chosen =
        v->fork_number ? view_journal_fork_number(v->journal, v->fork_number) : NULL;

    return chosen ? chosen : view_journal_fork(v->journal, view_position(v));
}

/* ---- The guest's structures ------------------------------------------------------------------ */

bool view_has_structures(const struct view *v)
{
    return v->facts->ground.thread_size != 0;
}

bool view_member(const struct view *v, const char *type, const char *name, const char *other,
                 uint32_t *offset)
{
    uint32_t size;

    if (strcmp(type, "pt_regs") == 0)
        return view_pt_regs_offset(v->facts, name, other, offset);
    return v->in != NULL && v->in->guestinfo != NULL &&
           (guestinfo_member(v->in->guestinfo, type, name, offset, &size) ||
            guestinfo_member(v->in->guestinfo, type, other, offset, &size));
}

bool view_task_word(const struct view *v, uint32_t task, const char *name, const char *other,
                    uint32_t *out)
{
    uint32_t offset;

    return view_member(v, "task_struct", name, other, &offset) && view_u32(v, task + offset, out);
}

const char *view_pt_regs_name(const struct view *v, uint32_t offset)
{
    return v->facts->member(v->facts->ctx, offset);
}

/* ---- Names ----------------------------------------------------------------------------------- */

/* The program that runs, for addresses of ring 3. 0: not known. */
static unsigned program_now(const struct view *v)
{
    enum { LOOK_BACK = 4096 };
    uint64_t position = view_position(v);
    uint32_t task = view_journal_running(v->journal, position);
    size_t past = view_journal_past(v->journal, position);

    for (size_t k = past; k-- > 0 && past - k < LOOK_BACK;) {
        const struct trace_event *e = view_journal_at(v->journal, k);

        if (e->who.task == task && e->program != 0)
            return e->program;
    }
    return 0;
}

const struct symbol *view_function(const struct view *v, uint32_t address)
{
    const struct symbol *symbol = NULL;
    bool decided = false;

    if (v->in == NULL)
        return NULL;
    if (address < v->facts->ground.kernel_base)
        symbol =
            programs_symbol(symbols_programs(v->in->symbols), program_now(v), address, &decided);
    return decided ? symbol : symbols_by_addr(v->in->symbols, address);
}

const struct symbols *view_symbols(const struct view *v, uint32_t address)
{
    const struct symbols *own = NULL;

    if (address < v->facts->ground.kernel_base)
        own = programs_symbols(symbols_programs(v->in->symbols), program_now(v));
    return own != NULL ? own : v->in->symbols;
}

bool view_symbol(const struct view *v, uint32_t address, struct trace_symbol *out)
{
    unsigned program = address < v->facts->ground.kernel_base ? program_now(v) : 0;

    return v->facts->symbol(v->facts->ctx, program, address, out);
}

void view_names(const struct view *v, struct trace_names *out)
{
    trace_names_from(out, v->facts, TRACE_EXACT);
    out->program = program_now(v);
}

bool view_line(const struct view *v, uint32_t address, const char **file, int *line)
{
    if (v->in != NULL && address < v->facts->ground.kernel_base)
        return programs_line(symbols_programs(v->in->symbols), program_now(v), address, file, line);
    return v->facts->line(v->facts->ctx, address, file, line);
}

bool view_in_kernel(const struct view *v, uint32_t address)
{
    const struct cpu_state *cpu = view_cpu(v);
    bool booting = view_knows(v, VIEW_REGISTER_CR0) && !(cpu->cr0 & CR0_PG);
    struct trace_symbol s;

    return address >= KERNEL_BASE || (cpu->cpl == 0 && (booting || view_symbol(v, address, &s)));
}

const char *view_code(const struct view *v, uint32_t address, char *buf, size_t size)
{
    struct trace_symbol s;

    if (!view_symbol(v, address, &s))
        snprintf(buf, size, "%s%08x", view_in_kernel(v, address) ? "" : "user ", address);
    else if (s.offset == 0)
        snprintf(buf, size, "%s", s.name);
    else
        snprintf(buf, size, "%s+0x%x", s.name, s.offset);
    return buf;
}

const char *view_code_says(const struct view *v, uint32_t address, char *buf, size_t size)
{
    struct trace_symbol s;

    if (view_symbol(v, address, &s))
        return view_code(v, address, buf, size);
    snprintf(buf, size, "%s", view_in_kernel(v, address) ? "" : "user code");
    return buf;
}

const char *view_return(const struct view *v, uint32_t address, char *buf, size_t size)
{
    struct trace_symbol s;

    if (!view_symbol(v, address - 1, &s))
        return view_code(v, address, buf, size);
    snprintf(buf, size, "%s+0x%x", s.name, s.offset + 1);
    return buf;
}

/* ---- What changed ---------------------------------------------------------------------------- */

static void remember_words(const struct view *v, struct view_before *b)
{
    uint32_t word;

    for (uint32_t at = 0; at < b->size; at += 4) {
        b->had[at / 4] = view_u32(v, b->stack + at, &word);
        if (b->had[at / 4])
            put_le32(b->bytes + at, word);
    }
}

void view_remember(struct view *v)
{
    struct view_before *b = &v->before;
    struct inspect_task task;

    b->known = true;
    b->cpu = *view_cpu(v);
    b->size = 0;
    if (!view_task_shown(v, &task) || task.stack == 0)
        return;
    b->stack = task.stack;
    b->size = v->facts->ground.thread_size;
    if (b->size > sizeof(b->bytes))
        b->size = sizeof(b->bytes);
    remember_words(v, b);
}

bool view_changed(const struct view *v, uint32_t address, uint32_t value)
{
    const struct view_before *b = &v->before;
    uint32_t offset = address - b->stack;

    if (!b->known || b->size < 4 || offset > b->size - 4)
        return false;
    return !b->had[offset / 4] || get_le32(b->bytes + offset) != value;
}

/* ---- Clicks ---------------------------------------------------------------------------------- */

void view_hit(struct view *v, struct view_area area, int x, int y, int cols, enum view_act act,
              uint64_t value)
{
    if (v->hit_count < VIEW_HITS && x < area.cols && y >= 0 && y < area.rows)
        v->hits[v->hit_count++] = (struct view_hit){area.x + x, area.y + y, cols, act, value};
}

/* What was drawn later lies on top. */
const struct view_hit *view_hit_at(const struct view *v, int x, int y)
{
    for (unsigned i = v->hit_count; i-- > 0;) {
        const struct view_hit *h = &v->hits[i];

        if (y == h->y && x >= h->x && x < h->x + h->cols)
            return h;
    }
    return NULL;
}

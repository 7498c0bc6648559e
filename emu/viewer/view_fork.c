#include "emu/viewer/view_fork.h"

#include <stdio.h>
#include <string.h>

struct reader {
    const struct view *v;
    struct view_fork_sides *out;
    uint64_t position;
    uint32_t eip_offset, size; /* of pt_regs */
    uint32_t low[VIEW_SIDES];  /* the lowest word in use on each side's kernel stack */
};

enum view_landmark view_fork_landmark(const struct view_fork *f, uint64_t position)
{
    for (int i = 0; f != NULL && i < LANDMARK_COUNT; i++)
        if (f->at[i] == position)
            return (enum view_landmark)i;
    return LANDMARK_COUNT;
}

/* ---- Which words are there ------------------------------------------------------------------- */

/* The parent's frame is known from the fork event on; before, it is what the first int of this
 * stack pushes: at its very top. */
static uint32_t parent_frame(const struct reader *r)
{
    const struct view_fork *f = r->out->fork;
    struct inspect_task task;

    if (f->parent_frame != 0)
        return f->parent_frame;
    if (!view_task_at(r->v, f->parent.task, &task) || task.stack == 0)
        return 0;
    return task.stack + r->v->facts->ground.thread_size - r->size;
}

/* Of a side that does not run all of its saved registers are in use. */
static uint32_t lowest_in_use(const struct view *v, const struct trace_who *who)
{
    struct inspect_task current;

    return view_current(v, &current) && current.task == who->task ? view_stack_low(v, &current) : 0;
}

/* Is the word pushed already? While the entry code works, those below esp are not. */
static bool parent_has(const struct reader *r, uint32_t address)
{
    const struct view_fork *f = r->out->fork;

    return r->position >= f->at[LANDMARK_PUSH] && r->position <= f->at[LANDMARK_PARENT_IRET] &&
           address >= r->low[VIEW_SIDE_PARENT];
}

static bool child_has(const struct reader *r, uint32_t address)
{
    const struct view_fork *f = r->out->fork;

    return r->position > f->frame_begun && r->position <= f->at[LANDMARK_CHILD_IRET] &&
           address >= r->low[VIEW_SIDE_CHILD];
}

/* While copy_thread copies, only what was written counts. */
static bool child_written(const struct reader *r, uint32_t address)
{
    const struct view_journal *j = r->v->journal;
    const struct view_fork *f = r->out->fork;

    if (r->position > f->at[LANDMARK_FRAME])
        return true;
    for (size_t k = view_journal_past(j, r->position); k-- > 0;) {
        const struct trace_event *e = view_journal_at(j, k);

        if (e->icount < f->frame_begun)
            break;
        if (e->kind == TRACE_FRAME && e->frame.id == f->id &&
            address - e->frame.linear < e->frame.size)
            return true;
    }
    return false;
}

/* After its return a side's registers are what was saved, but for eax. */
static bool returned_value(const struct reader *r, enum view_side side, uint32_t offset,
                           const char *name, uint32_t *value)
{
    const struct view_fork *f = r->out->fork;
    bool eax = strcmp(name, "eax") == 0 || strcmp(name, "ax") == 0;

    if (eax && !f->told[side])
        return false;
    if (r->position <= f->at[side ? LANDMARK_CHILD_IRET : LANDMARK_PARENT_IRET] ||
        offset / 4 >= f->words)
        return false;
    *value = eax ? f->ret[side].eax : f->regs[side][offset / 4];
    return true;
}

/* What was popped from the frame is in the register of that name. */
static bool popped_value(const struct reader *r, enum view_side side, uint32_t offset,
                         const char *name, uint32_t *value)
{
    static const char *const names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    const struct view_fork *f = r->out->fork;
    const struct trace_who *who = side == VIEW_SIDE_PARENT ? &f->parent : &f->child;
    const struct cpu_state *cpu = view_cpu(r->v);
    uint32_t address = r->out->frame[side] + offset;
    struct inspect_task current;

    if (r->position < f->at[LANDMARK_FRAME] || !view_current(r->v, &current) ||
        current.task != who->task || address >= r->low[side] || cpu->cpl == 3)
        return false;
    for (unsigned i = 0; i < GPR_COUNT; i++)
        if (view_knows(r->v, i) &&
            (strcmp(name, names[i]) == 0 || strcmp(name, names[i] + 1) == 0)) {
            *value = cpu->gpr[i];
            return true;
        }
    if (r->v->in != NULL || strcmp(name, "eax") == 0 || strcmp(name, "ax") == 0 ||
        offset / 4 >= f->words)
        return false;
    *value = f->regs[side][offset / 4]; /* what was saved is what was popped */
    return true;
}

static void read_side(const struct reader *r, enum view_side side, uint32_t offset,
                      struct view_fork_row *row)
{
    uint32_t address = r->out->frame[side] + offset, value = 0;
    bool has = r->out->frame[side] != 0 &&
               (side == VIEW_SIDE_PARENT ? parent_has(r, address)
                                         : child_has(r, address) && child_written(r, address));

    if (returned_value(r, side, offset, row->name, &value))
        row->side[side].known = true;
    else if (has && view_u32(r->v, address, &value))
        row->side[side].known = true;
    else if (popped_value(r, side, offset, row->name, &value))
        row->side[side].known = true;
    row->side[side].value = value;
    row->side[side].changed = has && view_changed(r->v, address, value);
}

/* ---- What the sides do ----------------------------------------------------------------------- */

static bool passed(const struct reader *r, enum view_landmark landmark)
{
    return r->position > r->out->fork->at[landmark];
}

static void tell_back(const struct view_fork *f, enum view_side side, char *state)
{
    if (f->told[side])
        snprintf(state, VIEW_STATE, "back in ring 3, eax = %d", (int32_t)f->ret[side].eax);
    else
        snprintf(state, VIEW_STATE, "back in ring 3");
}

static void tell_parent(const struct reader *r, char *state)
{
    const struct view_fork *f = r->out->fork;

    if (passed(r, LANDMARK_PARENT_IRET))
        tell_back(f, VIEW_SIDE_PARENT, state);
    else if (!passed(r, LANDMARK_INT))
        snprintf(state, VIEW_STATE, "in ring 3, about to fork");
    else if (passed(r, LANDMARK_SWITCH) || r->position == f->at[LANDMARK_SWITCH])
        snprintf(state, VIEW_STATE, "%s",
                 view_journal_running(r->v->journal, r->position) == f->parent.task
                     ? "in the kernel, on its way back"
                     : "in the kernel, waits for the CPU");
    else
        snprintf(state, VIEW_STATE, "in the kernel, makes the child");
}

static void tell_child(const struct reader *r, char *state)
{
    const struct view_fork *f = r->out->fork;

    if (passed(r, LANDMARK_CHILD_IRET))
        tell_back(f, VIEW_SIDE_CHILD, state);
    else if (r->position >= f->at[LANDMARK_SWITCH])
        snprintf(state, VIEW_STATE, "runs, for the first time");
    else if (f->child.task == 0 && passed(r, LANDMARK_PARENT_IRET))
        snprintf(state, VIEW_STATE, "this kernel does not tell which");
    else if (r->position >= f->at[LANDMARK_FRAME])
        snprintf(state, VIEW_STATE, "waits for the CPU");
    else if (r->position > f->frame_begun)
        snprintf(state, VIEW_STATE, "gets its registers");
    else
        snprintf(state, VIEW_STATE, "is not there yet");
}

/* What switch_to would load: for the child from copy_thread on. */
static void read_kernel_eip(const struct reader *r)
{
    const struct view_fork *f = r->out->fork;
    uint32_t *eip = r->out->kernel_eip;

    if (f->child.task != 0 && r->position >= f->at[LANDMARK_FRAME] &&
        r->position <= f->at[LANDMARK_SWITCH])
        view_task_word(r->v, f->child.task, "thread.eip", "thread.ip", &eip[VIEW_SIDE_CHILD]);
    if (r->position >= f->at[LANDMARK_SWITCH] && r->position <= f->at[LANDMARK_PARENT_IRET])
        view_task_word(r->v, f->parent.task, "thread.eip", "thread.ip", &eip[VIEW_SIDE_PARENT]);
}

bool view_fork_read(const struct view *v, struct view_fork_sides *out)
{
    struct reader r = {.v = v, .out = out, .position = view_position(v)};

    *out = (struct view_fork_sides){.fork = view_fork_shown(v)};
    if (out->fork == NULL || !view_member(v, "pt_regs", "eip", "ip", &r.eip_offset))
        return false;
    r.size = v->facts->ground.pt_regs_size;
    r.low[VIEW_SIDE_PARENT] = lowest_in_use(v, &out->fork->parent);
    r.low[VIEW_SIDE_CHILD] = lowest_in_use(v, &out->fork->child);
    out->frame[VIEW_SIDE_PARENT] = parent_frame(&r);
    out->frame[VIEW_SIDE_CHILD] = out->fork->child_frame;
    for (uint32_t offset = r.size; offset >= 4 && out->count < VIEW_FORK_ROWS;) {
        struct view_fork_row *row = &out->rows[out->count++];

        offset -= 4;
        row->name = view_pt_regs_name(v, offset);
        row->name = row->name != NULL ? row->name : "?";
        row->by_cpu = offset >= r.eip_offset;
        read_side(&r, VIEW_SIDE_PARENT, offset, row);
        read_side(&r, VIEW_SIDE_CHILD, offset, row);
    }
    tell_parent(&r, out->state[VIEW_SIDE_PARENT]);
    tell_child(&r, out->state[VIEW_SIDE_CHILD]);
    read_kernel_eip(&r);
    return true;
}

#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"
#include "emu/viewer/view_stack_parts.h"

enum { SCAN_EVENTS = 4096 };

struct view_slot *view_stack_slot(const struct stack_reader *r, uint32_t address)
{
    uint32_t index = (r->s->top - 4 - address) / 4;

    return address < r->s->top && index < r->s->count && address % 4 == 0 ? &r->s->slots[index]
                                                                          : NULL;
}

void view_stack_name(const struct stack_reader *r, uint32_t address, enum view_owner owner,
                     const char *name, const char *says)
{
    struct view_slot *slot = view_stack_slot(r, address);

    if (slot == NULL)
        return;
    slot->owner = owner;
    snprintf(slot->name, sizeof(slot->name), "%s", name);
    snprintf(slot->says, sizeof(slot->says), "%s", says);
}

/* ---- Where the stack is ---------------------------------------------------------------------- */

static bool find_stack(struct stack_reader *r)
{
    struct view_stack *s = r->s;

    if (!view_task_shown(r->v, &s->task) || s->task.stack == 0)
        return false;
    s->top = s->task.stack + r->v->facts->ground.thread_size;
    s->current = view_task_is_current(r->v, &s->task);
    s->in_use = s->current && view_cpu(r->v)->cpl != 3;
    s->pointer = view_stack_low(r->v, &s->task) & ~3u;
    if (s->pointer < s->task.stack || s->pointer > s->top)
        s->pointer = s->top;
    return true;
}

/* A machine's memory ends where it cannot be read; a recording has gaps. */
static void read_words(struct stack_reader *r)
{
    struct view_stack *s = r->s;

    s->count = 0;
    for (uint32_t at = s->top - 4; at >= s->pointer && s->count < VIEW_STACK_WORDS; at -= 4) {
        struct view_slot *slot = &s->slots[s->count];

        *slot = (struct view_slot){.address = at};
        slot->known = view_u32(r->v, at, &slot->value);
        if (!slot->known && r->v->in != NULL)
            break;
        slot->changed = slot->known && view_changed(r->v, at, slot->value);
        s->count++;
    }
}

/* ---- What the CPU pushed --------------------------------------------------------------------- */

static bool on_this_stack(const struct stack_reader *r, const struct cpu_frame_slot *slot)
{
    return slot->linear >= r->s->pointer && slot->linear < r->s->top;
}

static bool covered(const struct stack_reader *r, uint32_t low)
{
    for (unsigned i = 0; i < r->frame_count; i++)
        if (low < r->frames[i].high)
            return true;
    return false;
}

static bool popped(const uint32_t *gone, unsigned count, uint32_t linear)
{
    for (unsigned i = 0; i < count; i++)
        if (gone[i] == linear)
            return true;
    return false;
}

static void keep_frame(struct stack_reader *r, const struct cpu_int_event *event)
{
    const struct cpu_frame_slot *last = &event->slot[event->slot_count - 1];

    if (!covered(r, last->linear))
        r->frames[r->frame_count++] =
            (struct stack_cpu_frame){event, last->linear, event->slot[0].linear + 4};
}

/* Back from now: a frame is there still if it lies in the part in use, no iret popped it, and
 * nothing younger lies over it. */
static void find_cpu_frames(struct stack_reader *r)
{
    const struct view_journal *j = r->v->journal;
    size_t past = view_journal_past(j, view_position(r->v));
    uint32_t gone[64];
    unsigned gone_count = 0;

    for (size_t k = past; k-- > 0 && past - k < SCAN_EVENTS && r->frame_count < STACK_CPU_FRAMES;) {
        const struct trace_event *e = view_journal_at(j, k);

        if (e->kind == TRACE_IRET && e->iret.cpu.slot_count > 0 && gone_count < 64)
            gone[gone_count++] = e->iret.cpu.slot[0].linear;
        if ((e->kind != TRACE_INT && e->kind != TRACE_IRQ) || e->interrupt.slot_count < 3)
            continue;
        const struct cpu_frame_slot *eip = &e->interrupt.slot[e->interrupt.slot_count - 1];
        if (eip->word == FRAME_ERROR)
            eip--;
        if (on_this_stack(r, eip) && !popped(gone, gone_count, eip->linear)) {
            keep_frame(r, &e->interrupt);
            if (r->frames[r->frame_count - 1].high == r->s->top)
                break;
        }
    }
}

/* What a saved register means. */
static void register_says(const struct view *v, const char *name, uint32_t value, char *buf,
                          size_t size)
{
    buf[0] = '\0';
    name += name[0] == 'x'; /* xcs, xss: as Linux called them */
    if (strcmp(name, "eip") == 0)
        view_code_says(v, value, buf, size);
    else if (strcmp(name, "cs") == 0)
        snprintf(buf, size, "ring %u", value & 3);
    else if (strcmp(name, "eflags") == 0)
        panel_flags(value, buf, size);
    else if (strcmp(name, "esp") == 0 || strcmp(name, "ss") == 0)
        snprintf(buf, size, "%s", value < 0x10000 ? "" : "user stack");
}

static void name_cpu_words(const struct stack_reader *r, const struct stack_cpu_frame *f)
{
    for (unsigned i = 0; i < f->event->slot_count && i < CPU_FRAME_MAX; i++) {
        const struct cpu_frame_slot *word = &f->event->slot[i];
        const struct view_slot *slot = view_stack_slot(r, word->linear);
        const char *name = trace_name_frame_word(word->word);
        char says[VIEW_SLOT_SAYS];

        if (slot == NULL)
            continue;
        register_says(r->v, name, slot->value, says, sizeof(says));
        view_stack_name(r, word->linear, VIEW_OWNER_CPU, name, says);
    }
}

/* ---- struct pt_regs around it ---------------------------------------------------------------- */

bool view_stack_pt_regs(const struct view *v, uint32_t eip_at, uint32_t *base)
{
    uint32_t offset;

    if (!view_member(v, "pt_regs", "eip", "ip", &offset))
        return false;
    *base = eip_at - offset;
    return true;
}

static void name_pt_regs(const struct stack_reader *r, uint32_t base, uint32_t end,
                         enum view_owner owner)
{
    for (uint32_t at = base; at < end; at += 4) {
        const struct view_slot *slot = view_stack_slot(r, at);
        const char *name = view_pt_regs_name(r->v, at - base);
        char says[VIEW_SLOT_SAYS];

        if (slot == NULL || name == NULL || slot->owner != VIEW_OWNER_NONE)
            continue;
        register_says(r->v, name, slot->value, says, sizeof(says));
        if (strcmp(name, "orig_eax") == 0 && (int32_t)slot->value >= 0) {
            const struct syscall_info *call = syscall_by_nr(slot->value);

            snprintf(says, sizeof(says), "%s", call ? call->name : "");
        }
        view_stack_name(r, at, owner, name, says);
    }
}

uint32_t view_stack_eip_word(const struct stack_cpu_frame *f)
{
    for (unsigned i = 0; i < f->event->slot_count; i++)
        if (f->event->slot[i].word == FRAME_EIP)
            return f->event->slot[i].linear;
    return f->low;
}

static void name_frames(struct stack_reader *r)
{
    uint32_t base;

    for (unsigned i = 0; i < r->frame_count; i++) {
        name_cpu_words(r, &r->frames[i]);
        if (view_stack_pt_regs(r->v, view_stack_eip_word(&r->frames[i]), &base))
            name_pt_regs(r, base, r->frames[i].low, VIEW_OWNER_ENTRY);
    }
}

/* A child that has not been in ring 3 yet: nobody pushed its registers. */
static void name_birth(struct stack_reader *r)
{
    const struct view *v = r->v;
    uint64_t position = view_position(v);
    const struct view_fork *f = view_journal_birth(v->journal, r->s->task.task, position);

    if (f == NULL || f->at[LANDMARK_CHILD_IRET] < position || r->frame_count > 0)
        return;
    name_pt_regs(r, f->child_frame, r->s->top, VIEW_OWNER_COPY_THREAD);
}

/* A kernel thread starts with a frame that copy_thread() made, too: of ring 0, and never left by an
 * iret to ring 3. */
static void name_thread(struct stack_reader *r)
{
    const struct cpu_state *cpu = view_cpu(r->v);
    uint32_t base = r->s->top - r->v->facts->ground.pt_regs_size, cs_at, cs;

    if (r->v->in == NULL || r->frame_count > 0 || base < r->s->pointer || cpu->cpl != 0 ||
        !(view_member(r->v, "pt_regs", "cs", "xcs", &cs_at)) ||
        !view_u32(r->v, base + cs_at, &cs) || cs != cpu->seg[SEG_CS].selector)
        return;
    name_pt_regs(r, base, r->s->top, VIEW_OWNER_COPY_THREAD);
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static void label_cpu(const struct stack_reader *r, uint32_t address, char *label, size_t size)
{
    for (unsigned i = 0; i < r->frame_count; i++) {
        const struct cpu_int_event *e = r->frames[i].event;
        const char *name = trace_name_vector(e->vector);

        if (address < r->frames[i].low || address >= r->frames[i].high)
            continue;
        if (e->kind == CPU_INT_SOFTWARE)
            snprintf(label, size, "CPU at int 0x%02x", e->vector);
        else if (e->kind == CPU_INT_IRQ)
            snprintf(label, size, "CPU at IRQ, vector 0x%02x", e->vector);
        else
            snprintf(label, size, "CPU at %s", name ? name : "exception");
    }
}

/* The function whose words these are. */
static void label_code(const struct view_frame *frames, unsigned count, uint32_t address,
                       char *label, size_t size)
{
    for (unsigned i = 0; i < count; i++)
        if (address >= frames[i].low && (i + 1 == count || address < frames[i + 1].low)) {
            snprintf(label, size, "%.*s", VIEW_SLOT_SAYS - 1, frames[i].name);
            return;
        }
}

static void label_slot(const struct stack_reader *r, const struct view_frame *frames,
                       unsigned count, const struct view_slot *slot, char *label, size_t size)
{
    label[0] = '\0';
    switch (slot->owner) {
    case VIEW_OWNER_CPU:
        label_cpu(r, slot->address, label, size);
        break;
    case VIEW_OWNER_ENTRY:
        snprintf(label, size, "SAVE_ALL");
        break;
    case VIEW_OWNER_COPY_THREAD:
        snprintf(label, size, "copy_thread");
        break;
    case VIEW_OWNER_CODE:
    case VIEW_OWNER_NONE:
        label_code(frames, count, slot->address, label, size);
        break;
    }
}

/* An argument belongs to the function that is called, above its return address. */
static void claim_arguments(const struct stack_reader *r, struct view_frame *frames, unsigned count)
{
    for (unsigned i = 0; i + 1 < count; i++)
        for (uint32_t at = frames[i].ret_at + 4; frames[i].ret_at != 0; at += 4) {
            const struct view_slot *slot = view_stack_slot(r, at);

            if (slot == NULL || slot->owner != VIEW_OWNER_CODE || strcmp(slot->name, "→") == 0 ||
                strcmp(slot->name, "saved ebp") == 0)
                break;
            frames[i + 1].low = at + 4;
        }
}

static void make_parts(struct stack_reader *r, struct view_frame *frames, unsigned count)
{
    struct view_stack *s = r->s;
    char label[VIEW_SLOT_SAYS];

    claim_arguments(r, frames, count);
    for (unsigned i = 0; i < s->count; i++) {
        struct view_slot *slot = &s->slots[i];
        struct view_part *last = s->part_count ? &s->parts[s->part_count - 1] : NULL;

        label_slot(r, frames, count, slot, label, sizeof(label));
        if (slot->owner == VIEW_OWNER_NONE && label[0] != '\0')
            slot->owner = VIEW_OWNER_CODE;
        if (last != NULL && last->owner == slot->owner && strcmp(last->label, label) == 0) {
            last->last = i;
        } else if (s->part_count < VIEW_STACK_PARTS) {
            last = &s->parts[s->part_count++];
            *last = (struct view_part){.first = i, .last = i, .owner = slot->owner};
            snprintf(last->label, sizeof(last->label), "%s", label);
        }
    }
}

bool view_stack_read(const struct view *v, struct view_stack *out)
{
    struct stack_reader r = {.v = v, .s = out};

    out->count = out->part_count = out->frame_count = 0;
    if (!find_stack(&r))
        return false;
    read_words(&r);
    find_cpu_frames(&r);
    name_frames(&r);
    name_birth(&r);
    name_thread(&r);
    out->frame_count = v->in != NULL ? view_stack_walk(&r, out->frames) : 0;
    make_parts(&r, out->frames, out->frame_count);
    return true;
}

#include "emu/viewer/view_stack.h"

#include <stdio.h>
#include <string.h>

#include "emu/viewer/panels.h"

enum { SCAN_EVENTS = 4096, CPU_FRAMES = 8, PT_REGS_WORDS = 20 };

/* A frame that the CPU pushed and has not popped. */
struct cpu_frame {
    const struct cpu_int_event *event;
    uint32_t low, high; /* lowest word, behind the highest */
};

struct reader {
    const struct view *v;
    struct view_stack *s;
    struct cpu_frame frames[CPU_FRAMES]; /* innermost first */
    unsigned frame_count;
};

static struct view_slot *slot_at(const struct reader *r, uint32_t address)
{
    uint32_t index = (r->s->top - 4 - address) / 4;

    return address < r->s->top && index < r->s->count && address % 4 == 0 ? &r->s->slots[index]
                                                                          : NULL;
}

static void name_slot(const struct reader *r, uint32_t address, enum view_owner owner,
                      const char *name, const char *says)
{
    struct view_slot *slot = slot_at(r, address);

    if (slot == NULL)
        return;
    slot->owner = owner;
    snprintf(slot->name, sizeof(slot->name), "%s", name);
    snprintf(slot->says, sizeof(slot->says), "%s", says);
}

/* ---- Where the stack is ---------------------------------------------------------------------- */

/* A task that does not run has its stack pointer in its task_struct. */
static uint32_t stack_pointer(const struct reader *r)
{
    const struct cpu_state *cpu = view_cpu(r->v);
    uint32_t esp = 0;

    if (r->s->in_use)
        return cpu->seg[SEG_SS].base + cpu->gpr[GPR_ESP];
    if (r->s->current || !view_task_word(r->v, r->s->task.task, "thread.esp", "thread.sp", &esp))
        return r->s->top;
    return esp;
}

static bool find_stack(struct reader *r)
{
    struct view_stack *s = r->s;

    if (!view_task_shown(r->v, &s->task))
        return false;
    s->top = s->task.stack + guestinfo_tasks(r->v->in->guestinfo)->thread_size;
    s->current = view_task_is_current(r->v, &s->task);
    s->in_use = s->current && view_cpu(r->v)->cpl != 3;
    s->pointer = stack_pointer(r) & ~3u;
    if (s->pointer < s->task.stack || s->pointer > s->top)
        s->pointer = s->top;
    return true;
}

static void read_words(struct reader *r)
{
    struct view_stack *s = r->s;

    s->count = 0;
    for (uint32_t at = s->top - 4; at >= s->pointer && s->count < VIEW_STACK_WORDS; at -= 4) {
        struct view_slot *slot = &s->slots[s->count];

        *slot = (struct view_slot){.address = at};
        if (!inspect_u32(r->v->in, at, &slot->value))
            break;
        slot->changed = view_changed(r->v, at, slot->value);
        s->count++;
    }
}

/* ---- What the CPU pushed --------------------------------------------------------------------- */

static bool on_this_stack(const struct reader *r, const struct cpu_frame_slot *slot)
{
    return slot->linear >= r->s->pointer && slot->linear < r->s->top;
}

static bool covered(const struct reader *r, uint32_t low)
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

static void keep_frame(struct reader *r, const struct cpu_int_event *event)
{
    const struct cpu_frame_slot *last = &event->slot[event->slot_count - 1];

    if (!covered(r, last->linear))
        r->frames[r->frame_count++] =
            (struct cpu_frame){event, last->linear, event->slot[0].linear + 4};
}

/* Back from now: a frame is there still if it lies in the part in use, no iret popped it, and
 * nothing younger lies over it. */
static void find_cpu_frames(struct reader *r)
{
    const struct view_journal *j = r->v->journal;
    size_t past = view_journal_past(j, view_position(r->v));
    uint32_t gone[64];
    unsigned gone_count = 0;

    for (size_t k = past; k-- > 0 && past - k < SCAN_EVENTS && r->frame_count < CPU_FRAMES;) {
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
    if (strcmp(name, "eip") == 0)
        view_code(v, value, buf, size);
    else if (strcmp(name, "cs") == 0)
        snprintf(buf, size, "ring %u", value & 3);
    else if (strcmp(name, "eflags") == 0)
        panel_flags(value, buf, size);
    else if (strcmp(name, "esp") == 0 || strcmp(name, "ss") == 0)
        snprintf(buf, size, "%s", value < 0x10000 ? "" : "user stack");
}

static void name_cpu_words(const struct reader *r, const struct cpu_frame *f)
{
    for (unsigned i = 0; i < f->event->slot_count && i < CPU_FRAME_MAX; i++) {
        const struct cpu_frame_slot *word = &f->event->slot[i];
        const struct view_slot *slot = slot_at(r, word->linear);
        const char *name = trace_name_frame_word(word->word);
        char says[VIEW_SLOT_SAYS];

        if (slot == NULL)
            continue;
        register_says(r->v, name, slot->value, says, sizeof(says));
        name_slot(r, word->linear, VIEW_OWNER_CPU, name, says);
    }
}

/* ---- struct pt_regs around it ---------------------------------------------------------------- */

/* Where the pt_regs begin whose eip lies at `eip_at`. */
static bool pt_regs_base(const struct view *v, uint32_t eip_at, uint32_t *base)
{
    uint32_t offset;

    if (!view_member(v, "pt_regs", "eip", "ip", &offset))
        return false;
    *base = eip_at - offset;
    return true;
}

static void name_pt_regs(const struct reader *r, uint32_t base, uint32_t end, enum view_owner owner)
{
    for (uint32_t at = base; at < end; at += 4) {
        const struct view_slot *slot = slot_at(r, at);
        const char *name = guestinfo_member_at(r->v->in->guestinfo, "pt_regs", at - base);
        char says[VIEW_SLOT_SAYS];

        if (slot == NULL || name == NULL || slot->owner != VIEW_OWNER_NONE)
            continue;
        register_says(r->v, name, slot->value, says, sizeof(says));
        if (strcmp(name, "orig_eax") == 0 && (int32_t)slot->value >= 0) {
            const struct syscall_info *call = syscall_by_nr(slot->value);

            snprintf(says, sizeof(says), "%s", call ? call->name : "");
        }
        name_slot(r, at, owner, name, says);
    }
}

/* The address of the frame's EIP word. */
static uint32_t eip_word(const struct cpu_frame *f)
{
    for (unsigned i = 0; i < f->event->slot_count; i++)
        if (f->event->slot[i].word == FRAME_EIP)
            return f->event->slot[i].linear;
    return f->low;
}

static void name_frames(struct reader *r)
{
    uint32_t base;

    for (unsigned i = 0; i < r->frame_count; i++) {
        name_cpu_words(r, &r->frames[i]);
        if (pt_regs_base(r->v, eip_word(&r->frames[i]), &base))
            name_pt_regs(r, base, r->frames[i].low, VIEW_OWNER_ENTRY);
    }
}

/* A child that has not been in ring 3 yet: nobody pushed its registers. */
static void name_birth(struct reader *r)
{
    const struct view *v = r->v;
    uint64_t position = view_position(v);
    const struct view_fork *f = view_journal_birth(v->journal, r->s->task.task, position);

    if (f == NULL || f->at[LANDMARK_CHILD_IRET] < position || r->frame_count > 0)
        return;
    name_pt_regs(r, f->child_frame, r->s->top, VIEW_OWNER_COPY_THREAD);
}

/* ---- C functions ----------------------------------------------------------------------------- */

/* Where the unwinding is. */
struct walk {
    uint32_t eip, ebp;
    uint32_t low;   /* the lowest word not yet given to a function */
    uint32_t limit; /* the words from here on are no C function's */
    bool innermost;
};

static uint8_t code_byte(const struct view *v, uint32_t address)
{
    uint8_t byte = 0;

    inspect_read(v->in, address, &byte, 1);
    return byte;
}

enum { PUSH_EBP = 0x55, RET = 0xc3 };

/* Where the return address of the function at `eip` lies; 0: it cannot be told. In its first
 * instruction and before its ret it is the top word, once ebp is pushed the one above. */
static uint32_t return_slot(const struct view *v, const struct walk *w)
{
    const struct symbol *f = symbols_by_addr(v->in->symbols, w->eip - !w->innermost);

    if (f == NULL)
        return 0;
    if (w->innermost && code_byte(v, f->addr) == PUSH_EBP) {
        if (w->eip == f->addr || code_byte(v, w->eip) == RET)
            return w->low;
        if (w->eip == f->addr + 1)
            return w->low + 4;
    }
    if (w->ebp < w->low || w->ebp + 8 > w->limit || w->ebp % 4 != 0)
        return 0;
    return w->ebp + 4;
}

/* Does a word say that a call was made: does the instruction before it call? */
static bool looks_returned_to(const struct view *v, uint32_t address)
{
    uint8_t before[7];

    if (!view_in_kernel(v, address) || symbols_by_addr(v->in->symbols, address - 1) == NULL ||
        !inspect_read(v->in, address - 7, before, sizeof(before)))
        return false;
    return before[2] == 0xe8 || (before[5] == 0xff && (before[6] & 0x38) == 0x10) ||
           (before[0] == 0xff && (before[1] & 0x38) == 0x10);
}

static void name_argument(const struct reader *r, uint32_t at, const struct guestinfo_param *param)
{
    const struct view_slot *slot = slot_at(r, at);
    char says[VIEW_SLOT_SAYS] = "";

    if (slot == NULL || slot->owner != VIEW_OWNER_NONE)
        return;
    if (strcmp(param->name ? param->name : "", "clone_flags") == 0)
        clone_flags_format(slot->value, says, sizeof(says));
    name_slot(r, at, VIEW_OWNER_CODE, param->name ? param->name : "argument", says);
}

/* The frame of one function: arguments, return address, saved ebp, and below its own words. */
static void name_function(const struct reader *r, const char *name, uint32_t ret_at,
                          bool ebp_is_saved)
{
    const struct view_slot *ret = slot_at(r, ret_at);
    struct guestinfo_function f;
    char says[VIEW_SLOT_SAYS];

    if (ret == NULL || ret->owner != VIEW_OWNER_NONE)
        return;
    view_return(r->v, ret->value, says, sizeof(says));
    name_slot(r, ret_at, VIEW_OWNER_CODE, "→", says);
    if (ebp_is_saved)
        name_slot(r, ret_at - 4, VIEW_OWNER_CODE, "saved ebp", "");
    if (!guestinfo_function(r->v->in->guestinfo, name, &f))
        return;
    for (unsigned k = 0; k < f.param_count && k < GUESTINFO_PARAMS_MAX; k++)
        if (f.param[k].place == GUEST_STACK)
            name_argument(r, ret_at + f.param[k].at, &f.param[k]);
}

/* The words that no frame of the CPU or of pt_regs has, from `low` up. */
static uint32_t limit_above(const struct reader *r, uint32_t low)
{
    uint32_t at = low;

    while (at < r->s->top) {
        const struct view_slot *slot = slot_at(r, at);

        if (slot != NULL && slot->owner != VIEW_OWNER_NONE)
            return at;
        at += 4;
    }
    return r->s->top;
}

/* A call may be the last instruction of a function that it never comes back to: the return address
 * is then another function's. */
static const char *function_name(const struct view *v, const struct walk *w)
{
    const struct symbol *f = symbols_by_addr(v->in->symbols, w->eip - !w->innermost);

    return f != NULL ? f->name : "?";
}

static void add_frame(struct view_frame *frames, unsigned *count, const struct view *v,
                      const struct walk *w, uint32_t ret_at)
{
    struct view_frame *f = &frames[(*count)++];

    *f = (struct view_frame){.eip = w->eip, .ret_at = ret_at, .low = w->low};
    snprintf(f->name, sizeof(f->name), "%s", function_name(v, w));
}

/* Up the chain until pt_regs or nonsense. Ends with the function that runs on the words directly
 * below pt_regs, or with entry code that has no frame of its own. */
static void walk_functions(const struct reader *r, struct walk w, struct view_frame *frames,
                           unsigned *count)
{
    while (*count < VIEW_FRAMES_MAX) {
        uint32_t ret_at = return_slot(r->v, &w), next_eip, next_ebp = w.ebp;
        bool framed = ret_at == w.ebp + 4 || ret_at == w.low + 4;

        if (ret_at + 4 > w.limit || slot_at(r, ret_at) == NULL)
            ret_at = 0;
        if (ret_at != 0)
            next_eip = slot_at(r, ret_at)->value;
        if (ret_at == 0 || !looks_returned_to(r->v, next_eip)) {
            add_frame(frames, count, r->v, &w, 0);
            return;
        }
        add_frame(frames, count, r->v, &w, ret_at);
        name_function(r, function_name(r->v, &w), ret_at, framed);
        if (ret_at == w.ebp + 4)
            next_ebp = slot_at(r, w.ebp)->value;
        w = (struct walk){next_eip, next_ebp, ret_at + 4, w.limit, false};
    }
}

/* Where a task that sleeps will go on. */
static uint32_t saved_eip(const struct reader *r)
{
    uint32_t eip = 0;

    view_task_word(r->v, r->s->task.task, "thread.eip", "thread.ip", &eip);
    return eip;
}

/* A register that an interrupted context has in its pt_regs. */
static uint32_t saved_register(const struct reader *r, const struct cpu_frame *f, const char *name,
                               const char *other)
{
    uint32_t base, offset, value = 0;

    if (pt_regs_base(r->v, eip_word(f), &base) &&
        view_member(r->v, "pt_regs", name, other, &offset))
        inspect_u32(r->v->in, base + offset, &value);
    return value;
}

/* switch_to() leaves its caller's ebp on the stack: the fourth word up. */
static struct walk sleeping(const struct reader *r)
{
    struct walk w = {.eip = saved_eip(r), .low = r->s->pointer, .innermost = false};

    for (uint32_t at = r->s->pointer; at < r->s->pointer + 32; at += 4) {
        const struct view_slot *slot = slot_at(r, at);

        if (slot != NULL && slot->value > at && slot->value < r->s->top) {
            w.ebp = slot->value;
            break;
        }
    }
    return w;
}

static struct walk running(const struct reader *r)
{
    const struct cpu_state *cpu = view_cpu(r->v);

    return (struct walk){view_eip(r->v), cpu->gpr[GPR_EBP], r->s->pointer, 0, true};
}

static unsigned walk_stack(const struct reader *r, struct view_frame *frames)
{
    struct walk w = r->s->in_use ? running(r) : sleeping(r);
    unsigned count = 0;

    if (r->s->count == 0)
        return 0;
    w.limit = limit_above(r, w.low);
    walk_functions(r, w, frames, &count);
    /* What was interrupted in ring 0 goes on above the frame that interrupted it. */
    for (unsigned i = 0; i < r->frame_count; i++) {
        const struct cpu_frame *f = &r->frames[i];

        if (f->event->cpl_from != 0 || count == VIEW_FRAMES_MAX)
            continue;
        w = (struct walk){saved_register(r, f, "eip", "ip"), saved_register(r, f, "ebp", "bp"),
                          f->high, limit_above(r, f->high), true};
        if (w.low < w.limit)
            walk_functions(r, w, frames, &count);
    }
    return count;
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static void label_cpu(const struct reader *r, uint32_t address, char *label, size_t size)
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

static void label_slot(const struct reader *r, const struct view_frame *frames, unsigned count,
                       const struct view_slot *slot, char *label, size_t size)
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
static void claim_arguments(const struct reader *r, struct view_frame *frames, unsigned count)
{
    for (unsigned i = 0; i + 1 < count; i++)
        for (uint32_t at = frames[i].ret_at + 4; frames[i].ret_at != 0; at += 4) {
            const struct view_slot *slot = slot_at(r, at);

            if (slot == NULL || slot->owner != VIEW_OWNER_CODE || strcmp(slot->name, "→") == 0 ||
                strcmp(slot->name, "saved ebp") == 0)
                break;
            frames[i + 1].low = at + 4;
        }
}

static void make_parts(struct reader *r, struct view_frame *frames, unsigned count)
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
    struct reader r = {.v = v, .s = out};

    out->count = out->part_count = out->frame_count = 0;
    if (!find_stack(&r))
        return false;
    read_words(&r);
    find_cpu_frames(&r);
    name_frames(&r);
    name_birth(&r);
    out->frame_count = walk_stack(&r, out->frames);
    make_parts(&r, out->frames, out->frame_count);
    return true;
}

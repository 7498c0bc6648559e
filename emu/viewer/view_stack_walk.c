/* The C functions that are under way on a kernel stack, followed by saved frame pointers: needs the
 * machine's memory, for their code. */
#include <stdio.h>
#include <string.h>

#include "emu/viewer/view_stack_parts.h"

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

static void name_argument(const struct stack_reader *r, uint32_t at,
                          const struct guestinfo_param *param)
{
    const struct view_slot *slot = view_stack_slot(r, at);
    char says[VIEW_SLOT_SAYS] = "";

    if (slot == NULL || slot->owner != VIEW_OWNER_NONE)
        return;
    if (strcmp(param->name ? param->name : "", "clone_flags") == 0)
        clone_flags_format(slot->value, says, sizeof(says));
    view_stack_name(r, at, VIEW_OWNER_CODE, param->name ? param->name : "argument", says);
}

/* The frame of one function: arguments, return address, saved ebp, and below its own words. */
static void name_function(const struct stack_reader *r, const char *name, uint32_t ret_at,
                          bool ebp_is_saved)
{
    const struct view_slot *ret = view_stack_slot(r, ret_at);
    struct guestinfo_function f;
    char says[VIEW_SLOT_SAYS];

    if (ret == NULL || ret->owner != VIEW_OWNER_NONE)
        return;
    view_return(r->v, ret->value, says, sizeof(says));
    view_stack_name(r, ret_at, VIEW_OWNER_CODE, "→", says);
    if (ebp_is_saved)
        view_stack_name(r, ret_at - 4, VIEW_OWNER_CODE, "saved ebp", "");
    if (!guestinfo_function(r->v->in->guestinfo, name, &f))
        return;
    for (unsigned k = 0; k < f.param_count && k < GUESTINFO_PARAMS_MAX; k++)
        if (f.param[k].place == GUEST_STACK)
            name_argument(r, ret_at + f.param[k].at, &f.param[k]);
}

/* The words that no frame of the CPU or of pt_regs has, from `low` up. */
static uint32_t limit_above(const struct stack_reader *r, uint32_t low)
{
    uint32_t at = low;

    while (at < r->s->top) {
        const struct view_slot *slot = view_stack_slot(r, at);

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
static void walk_functions(const struct stack_reader *r, struct walk w, struct view_frame *frames,
                           unsigned *count)
{
    while (*count < VIEW_FRAMES_MAX) {
        uint32_t ret_at = return_slot(r->v, &w), next_eip, next_ebp = w.ebp;
        bool framed = ret_at == w.ebp + 4 || ret_at == w.low + 4;

        if (ret_at + 4 > w.limit || view_stack_slot(r, ret_at) == NULL)
            ret_at = 0;
        if (ret_at != 0)
            next_eip = view_stack_slot(r, ret_at)->value;
        if (ret_at == 0 || !looks_returned_to(r->v, next_eip)) {
            add_frame(frames, count, r->v, &w, 0);
            return;
        }
        add_frame(frames, count, r->v, &w, ret_at);
        name_function(r, function_name(r->v, &w), ret_at, framed);
        if (ret_at == w.ebp + 4)
            next_ebp = view_stack_slot(r, w.ebp)->value;
        w = (struct walk){next_eip, next_ebp, ret_at + 4, w.limit, false};
    }
}

/* Where a task that sleeps will go on. */
static uint32_t saved_eip(const struct stack_reader *r)
{
    uint32_t eip = 0;

    view_task_word(r->v, r->s->task.task, "thread.eip", "thread.ip", &eip);
    return eip;
}

/* A register that an interrupted context has in its pt_regs. */
static uint32_t saved_register(const struct stack_reader *r, const struct stack_cpu_frame *f,
                               const char *name, const char *other)
{
    uint32_t base, offset, value = 0;

    if (view_stack_pt_regs(r->v, view_stack_eip_word(f), &base) &&
        view_member(r->v, "pt_regs", name, other, &offset))
        inspect_u32(r->v->in, base + offset, &value);
    return value;
}

/* switch_to() leaves its caller's ebp on the stack: the fourth word up. */
static struct walk sleeping(const struct stack_reader *r)
{
    struct walk w = {.eip = saved_eip(r), .low = r->s->pointer, .innermost = false};

    for (uint32_t at = r->s->pointer; at < r->s->pointer + 32; at += 4) {
        const struct view_slot *slot = view_stack_slot(r, at);

        if (slot != NULL && slot->value > at && slot->value < r->s->top) {
            w.ebp = slot->value;
            break;
        }
    }
    return w;
}

static struct walk running(const struct stack_reader *r)
{
    const struct cpu_state *cpu = view_cpu(r->v);

    return (struct walk){view_eip(r->v), cpu->gpr[GPR_EBP], r->s->pointer, 0, true};
}

unsigned view_stack_walk(const struct stack_reader *r, struct view_frame *frames)
{
    struct walk w = r->s->in_use ? running(r) : sleeping(r);
    unsigned count = 0;

    if (r->s->count == 0)
        return 0;
    w.limit = limit_above(r, w.low);
    walk_functions(r, w, frames, &count);
    /* What was interrupted in ring 0 goes on above the frame that interrupted it. */
    for (unsigned i = 0; i < r->frame_count; i++) {
        const struct stack_cpu_frame *f = &r->frames[i];

        if (f->event->cpl_from != 0 || count == VIEW_FRAMES_MAX)
            continue;
        w = (struct walk){saved_register(r, f, "eip", "ip"), saved_register(r, f, "ebp", "bp"),
                          f->high, limit_above(r, f->high), true};
        if (w.low < w.limit)
            walk_functions(r, w, frames, &count);
    }
    return count;
}

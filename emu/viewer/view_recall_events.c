/* What each event tells of words, registers and stacks. */
#include <string.h>

#include "emu/viewer/view_recall_parts.h"

/* ---- Keeping --------------------------------------------------------------------------------- */

static void keep_word(struct view_recall *r, uint32_t address, uint32_t value)
{
    map64_set(&r->words, address, value);
}

/* The entry code will save registers there, which nobody tells. */
static void forget_words(struct view_recall *r, uint32_t low, uint32_t high)
{
    uint32_t value;

    for (uint32_t at = low; at < high; at += 4)
        if (view_recall_word(r, at, &value))
            map64_set(&r->words, at, VIEW_RECALL_FORGOTTEN);
}

static void keep_gpr(struct view_recall *r, enum cpu_gpr gpr, uint32_t value)
{
    r->cpu.gpr[gpr] = value;
    r->known |= 1u << gpr;
}

static void keep_eip(struct view_recall *r, uint32_t eip)
{
    r->cpu.eip = eip;
    r->known |= 1u << VIEW_REGISTER_EIP;
}

static void keep_cpl(struct view_recall *r, uint8_t cpl)
{
    r->cpu.cpl = cpl;
    r->known |= 1u << VIEW_REGISTER_CPL;
}

static void keep_selector(struct view_recall *r, enum cpu_sreg sreg, uint16_t selector)
{
    r->cpu.seg[sreg].selector = selector;
    r->known |= 1u << (sreg == SEG_CS ? VIEW_REGISTER_CS : VIEW_REGISTER_SS);
}

const struct view_recall_stack *view_recall_stack_of(const struct view_recall *r, uint32_t task)
{
    for (unsigned i = 0; task != 0 && i < r->stack_count; i++)
        if (r->stacks[i].task == task)
            return &r->stacks[i];
    return NULL;
}

/* NULL: too many, or no task. */
static struct view_recall_stack *stack_of(struct view_recall *r, uint32_t task)
{
    struct view_recall_stack *s = (struct view_recall_stack *)view_recall_stack_of(r, task);

    if (s != NULL || task == 0 || r->stack_count == VIEW_TASKS_MAX)
        return s;
    s = &r->stacks[r->stack_count++];
    *s = (struct view_recall_stack){.task = task};
    return s;
}

/* The words from `low` to the top are in use. */
static void use_stack(struct view_recall *r, uint32_t task, uint32_t top, uint32_t low)
{
    struct view_recall_stack *s = stack_of(r, task);

    if (s == NULL)
        return;
    if (top != 0)
        s->top = top;
    s->low = low != 0 ? low : s->top;
}

/* ---- What an event tells --------------------------------------------------------------------- */

/* A word of an interrupt frame as the register it came from, or goes to. */
static void load_slot(struct view_recall *r, const struct cpu_frame_slot *slot)
{
    switch (slot->word) {
    case FRAME_SS:
        keep_selector(r, SEG_SS, (uint16_t)slot->value);
        break;
    case FRAME_ESP:
        keep_gpr(r, GPR_ESP, slot->value);
        break;
    case FRAME_EFLAGS:
        r->cpu.eflags = slot->value;
        r->known |= 1u << VIEW_REGISTER_EFLAGS;
        break;
    case FRAME_CS:
        keep_selector(r, SEG_CS, (uint16_t)slot->value);
        break;
    case FRAME_EIP:
        keep_eip(r, slot->value);
        break;
    default:
        break;
    }
}

static void keep_cr3(struct view_recall *r, uint32_t cr3)
{
    r->cpu.cr3 = cr3;
    r->known |= 1u << VIEW_REGISTER_CR3;
}

/* What ring 3 gets; it is in the registers when the iret is next. */
static void keep_user(struct view_recall *r, const struct trace_ret *ret)
{
    static const struct {
        enum trace_user_reg from;
        enum cpu_gpr to;
    } gprs[] = {{USER_EBX, GPR_EBX}, {USER_ECX, GPR_ECX}, {USER_EDX, GPR_EDX},
                {USER_ESI, GPR_ESI}, {USER_EDI, GPR_EDI}, {USER_EBP, GPR_EBP}};
    static const struct {
        enum trace_user_reg from;
        enum cpu_sreg to;
    } selectors[] = {{USER_DS, SEG_DS}, {USER_ES, SEG_ES}, {USER_FS, SEG_FS}, {USER_GS, SEG_GS}};

    keep_gpr(r, GPR_EAX, ret->eax);
    if (ret->words != USER_REGS)
        return;
    for (size_t i = 0; i < sizeof(gprs) / sizeof(gprs[0]); i++)
        keep_gpr(r, gprs[i].to, ret->regs[gprs[i].from]);
    for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++)
        r->cpu.seg[selectors[i].to].selector = (uint16_t)ret->regs[selectors[i].from];
    r->known |= 1u << VIEW_REGISTER_DATA;
}

static uint32_t lowest_slot(const struct cpu_frame_slot *slot, unsigned count)
{
    uint32_t low = 0;

    for (unsigned i = 0; i < count; i++)
        if (low == 0 || slot[i].linear < low)
            low = slot[i].linear;
    return low;
}

static void take_int(struct view_recall *r, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;
    uint32_t low = lowest_slot(i->slot, i->slot_count);

    forget_words(r, low - r->facts->ground.pt_regs_size, low);
    for (unsigned k = 0; k < i->slot_count; k++)
        keep_word(r, i->slot[k].linear, i->slot[k].value);
    keep_eip(r, i->gate_offset);
    keep_cpl(r, i->cpl_to);
    keep_selector(r, SEG_CS, i->gate_selector);
    if (low != 0)
        keep_gpr(r, GPR_ESP, low);
    if (i->stack_switch) {
        keep_selector(r, SEG_SS, i->tss_ss);
        r->ss0 = i->tss_ss;
        r->esp0 = i->tss_esp;
    }
    use_stack(r, e->who.task, i->stack_switch ? i->tss_esp : 0, low);
}

static void take_iret(struct view_recall *r, const struct trace_event *e)
{
    const struct cpu_iret_event *i = &e->iret.cpu;
    uint32_t above = lowest_slot(i->slot, i->slot_count) + 4 * i->slot_count;

    for (unsigned k = 0; k < i->slot_count; k++)
        load_slot(r, &i->slot[k]);
    keep_cpl(r, i->cpl_to);
    if (i->cpl_to == 3 && e->iret.cr3 != 0)
        keep_cr3(r, e->iret.cr3);
    if (i->cpl_to == 3 && e->iret.esp0 != 0)
        r->esp0 = e->iret.esp0;
    if (i->cpl_to == 0)
        keep_gpr(r, GPR_ESP, above);
    use_stack(r, e->who.task, 0, i->cpl_to == 0 ? above : 0);
}

static const enum cpu_gpr arguments[SYSCALL_ARGS_MAX] = {GPR_EBX, GPR_ECX, GPR_EDX,
                                                         GPR_ESI, GPR_EDI, GPR_EBP};

/* A recording holds as many as the call takes. */
static unsigned arguments_of(const struct trace_syscall *s)
{
    const struct syscall_info *info = syscall_by_nr(s->nr);
    size_t count = info != NULL ? strlen(info->args) : 0;

    return count > SYSCALL_ARGS_MAX || (info != NULL && strcmp(info->args, "?") == 0)
               ? 0
               : (unsigned)count;
}

static void keep_arguments(struct view_recall *r, const struct trace_syscall *s)
{
    for (unsigned i = 0; i < arguments_of(s); i++)
        keep_gpr(r, arguments[i], s->arg[i]);
    keep_gpr(r, GPR_EAX, s->nr);
}

/* SAVE_ALL will put them below the CPU's words. */
static void save_all(struct view_recall *r, uint32_t task, const struct trace_syscall *s)
{
    static const char *const names[SYSCALL_ARGS_MAX][2] = {
        {"ebx", "bx"}, {"ecx", "cx"}, {"edx", "dx"}, {"esi", "si"}, {"edi", "di"}, {"ebp", "bp"}};
    const struct view_recall_stack *stack = view_recall_stack_of(r, task);
    uint32_t eip, offset;

    if (stack == NULL || stack->low == stack->top ||
        !view_pt_regs_offset(r->facts, "eip", "ip", &eip))
        return;
    for (unsigned i = 0; i < arguments_of(s); i++)
        if (view_pt_regs_offset(r->facts, names[i][0], names[i][1], &offset) && offset < eip)
            keep_word(r, stack->low - eip + offset, s->arg[i]);
    r->saving.task = task;
    r->saving.low = stack->low - eip;
    if (view_pt_regs_offset(r->facts, "orig_eax", "orig_ax", &offset) && offset < eip)
        keep_word(r, stack->low - eip + offset, s->nr);
}

static void take_syscall(struct view_recall *r, const struct trace_event *e)
{
    keep_arguments(r, &e->syscall);
    save_all(r, e->who.task, &e->syscall);
}

/* Both saved frames, whole. */
static void take_fork(struct view_recall *r, const struct trace_fork *f)
{
    uint32_t size = 4 * f->words;

    for (unsigned i = 0; i < f->words; i++) {
        if (f->parent_frame != 0)
            keep_word(r, f->parent_frame + 4 * i, f->parent_regs[i]);
        if (f->child_frame != 0)
            keep_word(r, f->child_frame + 4 * i, f->child_regs[i]);
    }
    if (f->parent_frame != 0 && f->user)
        use_stack(r, f->parent.task, f->parent_frame + size, f->parent_frame);
    if (f->child_frame != 0)
        use_stack(r, f->child.task, f->child_frame + size, f->child_frame);
}

static void take_frame(struct view_recall *r, const struct trace_frame_write *f)
{
    uint32_t base = f->linear - f->offset, size = r->facts->ground.pt_regs_size;

    if (f->size == 4)
        keep_word(r, f->linear, f->value);
    use_stack(r, f->child.task, size ? base + size : 0, base);
}

static void take_switch(struct view_recall *r, const struct trace_switch *s)
{
    struct view_recall_stack *stack = stack_of(r, s->next.task);

    r->known &= ~(1u << VIEW_REGISTER_CR3);
    if (s->next_esp0 == 0)
        return;
    r->esp0 = s->next_esp0;
    if (stack != NULL && stack->top == 0)
        stack->top = stack->low = s->next_esp0;
}

static void take_cr(struct view_recall *r, const struct trace_cr *c)
{
    uint32_t *cr[] = {&r->cpu.cr0, NULL, &r->cpu.cr2, &r->cpu.cr3};
    static const enum view_register bit[] = {VIEW_REGISTER_CR0, 0, VIEW_REGISTER_CR2,
                                             VIEW_REGISTER_CR3};

    if (c->cr > 3 || cr[c->cr] == NULL)
        return;
    *cr[c->cr] = c->value;
    r->known |= 1u << bit[c->cr];
}

static void begin_step(struct view_recall *r, const struct trace_event *e)
{
    uint64_t place = view_event_place(e);

    if (place != r->last) {
        r->known &= VIEW_RECALL_LASTING;
        if (r->saving.task != 0)
            use_stack(r, r->saving.task, 0, r->saving.low);
        r->saving.task = 0;
    }
    r->last = place;
    r->near = e->eip;
    if (e->program != 0)
        r->program = e->program;
}

void view_recall_take(struct view_recall *r, const struct trace_event *e)
{
    begin_step(r, e);
    switch (e->kind) {
    case TRACE_INT:
    case TRACE_IRQ:
        take_int(r, e);
        break;
    case TRACE_IRET:
        take_iret(r, e);
        break;
    case TRACE_SYSCALL:
        take_syscall(r, e);
        break;
    case TRACE_SYSRET:
        keep_gpr(r, GPR_EAX, e->sysret.result);
        break;
    case TRACE_FORK:
        take_fork(r, &e->fork);
        break;
    case TRACE_FRAME:
        take_frame(r, &e->frame);
        break;
    case TRACE_RET:
        keep_user(r, &e->ret);
        keep_cr3(r, e->ret.cr3);
        break;
    case TRACE_SWITCH:
        take_switch(r, &e->sched);
        break;
    case TRACE_PF:
        r->cpu.cr2 = e->pf.address;
        r->known |= 1u << VIEW_REGISTER_CR2;
        break;
    case TRACE_CR:
        take_cr(r, &e->cr);
        break;
    default:
        keep_eip(r, e->eip);
        keep_cpl(r, e->cpl);
        break;
    }
}

/* ---- What is about to happen ----------------------------------------------------------------- */

/* An int or iret that is next tells what the registers are now. */
void view_recall_foresee(struct view_recall *r, const struct trace_event *e)
{
    const struct cpu_int_event *i = &e->interrupt;

    switch (e->kind) {
    case TRACE_INT:
    case TRACE_IRQ:
        for (unsigned k = 0; k < i->slot_count; k++)
            load_slot(r, &i->slot[k]);
        keep_eip(r, i->from_eip);
        keep_cpl(r, i->cpl_from);
        break;
    case TRACE_IRET:
        keep_eip(r, e->iret.cpu.from_eip);
        keep_cpl(r, e->iret.cpu.cpl_from);
        keep_selector(r, SEG_CS, e->iret.cpu.from_cs);
        keep_gpr(r, GPR_ESP, lowest_slot(e->iret.cpu.slot, e->iret.cpu.slot_count));
        use_stack(r, e->who.task, 0, r->cpu.gpr[GPR_ESP]);
        break;
    case TRACE_SYSCALL:
        keep_arguments(r, &e->syscall);
        break;
    case TRACE_SYSRET:
        keep_gpr(r, GPR_EAX, e->sysret.result);
        break;
    case TRACE_RET:
        keep_user(r, &e->ret);
        break;
    default:
        break;
    }
}

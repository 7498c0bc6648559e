#include "emu/guest/tasks.h"

#include <string.h>

enum { THREADS_MAX = 256 };

/* task_struct.flags: it has begun to end, and may have given up its memory already. */
enum { PF_EXITING = 4 };

/* ---- Layout ------------------------------------------------------------------------------ */

static int64_t member(const struct guestinfo *g, const char *type, const char *path)
{
    uint32_t offset, size;

    return guestinfo_member(g, type, path, &offset, &size) ? (int64_t)offset : -1;
}

void tasks_init(struct tasks *t, const struct inspect *in)
{
    const struct guestinfo *g = in->guestinfo;
    const struct symbol *first = symbols_by_name(in->symbols, "init_task");

    *t = (struct tasks){.in = in};
    if (!g)
        return;
    t->first = first ? first->addr : 0;
    t->tasks = member(g, "task_struct", "tasks");
    t->thread_group = member(g, "task_struct", "thread_group");
    t->tgid = member(g, "task_struct", "tgid");
    t->mm = member(g, "task_struct", "mm");
    t->parent = member(g, "task_struct", "parent");
    t->flags = member(g, "task_struct", "flags");
    t->state = member(g, "task_struct", "state");
    t->exit_state = member(g, "task_struct", "exit_state");
    t->thread_esp = member(g, "task_struct", "thread.esp");
    t->thread_esp0 = member(g, "task_struct", "thread.esp0");
    t->thread_eip = member(g, "task_struct", "thread.eip");
    t->mm_pgd = member(g, "mm_struct", "pgd");
}

/* Kernels split the address space at 1, 2 or 3 GB. */
uint32_t tasks_kernel_base(const struct tasks *t)
{
    return t->first & 0xc0000000;
}

/* ---- One task ---------------------------------------------------------------------------- */

/* `otherwise` where the kernel has no such member. */
static uint32_t word(const struct tasks *t, uint32_t base, int64_t offset, uint32_t otherwise)
{
    uint32_t value;

    return offset >= 0 && inspect_u32(t->in, base + (uint32_t)offset, &value) ? value : otherwise;
}

static uint32_t page_directory(const struct tasks *t, uint32_t mm)
{
    uint32_t cr3 = inspect_cpu(t->in)->cr3, pgd = mm ? word(t, mm, t->mm_pgd, 0) : 0, paddr;

    if (pgd && cpu_peek_translate(machine_cpu(t->in->machine), cr3, pgd, &paddr))
        return paddr;
    return cr3;
}

static int32_t pid_of(const struct tasks *t, uint32_t task)
{
    struct inspect_task who;

    return task && inspect_task_at(t->in, task, &who) ? who.pid : -1;
}

bool tasks_at(const struct tasks *t, uint32_t task, struct task_info *out)
{
    struct inspect_task current;
    uint32_t mm;

    if (!inspect_task_at(t->in, task, &out->who))
        return false;
    mm = word(t, task, t->mm, 0);
    out->tgid = (int32_t)word(t, task, t->tgid, (uint32_t)out->who.pid);
    out->parent = pid_of(t, word(t, task, t->parent, 0));
    out->kernel = t->mm >= 0 && mm == 0 && !(word(t, task, t->flags, 0) & PF_EXITING);
    out->current = inspect_current(t->in, &current) && current.task == task;
    out->state = (int32_t)word(t, task, t->state, 0);
    out->exit_state = (int32_t)word(t, task, t->exit_state, 0);
    out->cr3 = page_directory(t, mm);
    out->esp0 = word(t, task, t->thread_esp0,
                     out->who.stack + guestinfo_tasks(t->in->guestinfo)->thread_size);
    out->esp = word(t, task, t->thread_esp, 0);
    out->eip = word(t, task, t->thread_eip, 0);
    return true;
}

bool tasks_current(const struct tasks *t, struct task_info *out)
{
    struct inspect_task current;

    return inspect_current(t->in, &current) && tasks_at(t, current.task, out);
}

/* ---- The list ---------------------------------------------------------------------------- */

/* The struct that holds the list_head behind this one; 0: the end. */
static uint32_t next_in_ring(const struct tasks *t, uint32_t task, int64_t offset)
{
    uint32_t next = word(t, task, offset, 0);

    return next ? next - (uint32_t)offset : 0;
}

static bool is_listed(const struct task_info *list, size_t count, uint32_t task)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].who.task == task)
            return true;
    return false;
}

/* A process and its threads. */
static size_t list_process(const struct tasks *t, uint32_t leader, struct task_info *out,
                           size_t max)
{
    uint32_t task = leader;
    size_t n = 0;

    while (task && n < max && n < THREADS_MAX && !is_listed(out, n, task)) {
        if (!tasks_at(t, task, &out[n]))
            break;
        n++;
        task = t->thread_group >= 0 ? next_in_ring(t, task, t->thread_group) : 0;
    }
    return n;
}

size_t tasks_list(const struct tasks *t, struct task_info *out, size_t max)
{
    uint32_t leader = t->tasks >= 0 ? t->first : 0;
    size_t n = 0;

    while (leader && n < max && !is_listed(out, n, leader)) {
        size_t threads = list_process(t, leader, out + n, max - n);

        if (!threads)
            break;
        n += threads;
        leader = next_in_ring(t, leader, t->tasks);
    }
    return n;
}

/* ---- Saved registers --------------------------------------------------------------------- */

/* Members of struct pt_regs: i386 kernels call them eax or ax. */
static const struct {
    const char *name;
    enum cpu_gpr reg;
} general[] = {{"eax", GPR_EAX}, {"ecx", GPR_ECX}, {"edx", GPR_EDX}, {"ebx", GPR_EBX},
               {"esp", GPR_ESP}, {"ebp", GPR_EBP}, {"esi", GPR_ESI}, {"edi", GPR_EDI}};

static const struct {
    const char *name;
    enum cpu_sreg reg;
} selectors[] = {{"es", SEG_ES}, {"cs", SEG_CS}, {"ss", SEG_SS},
                 {"ds", SEG_DS}, {"fs", SEG_FS}, {"gs", SEG_GS}};

static bool saved(const struct tasks *t, uint32_t frame, const char *name, uint32_t *value)
{
    const char *shorter = *name == 'e' ? name + 1 : name;
    char longer[8] = "x";

    strncat(longer, name, sizeof(longer) - 2);
    return inspect_member(t->in, "pt_regs", name, frame, value) ||
           inspect_member(t->in, "pt_regs", shorter, frame, value) ||
           inspect_member(t->in, "pt_regs", longer, frame, value);
}

bool tasks_user_registers(const struct tasks *t, const struct task_info *task,
                          struct cpu_state *out)
{
    uint32_t size = guestinfo_tasks(t->in->guestinfo)->pt_regs_size, value;
    uint32_t frame = task->esp0 - size;

    if (task->kernel || !size)
        return false;
    *out = *inspect_cpu(t->in);
    for (unsigned i = 0; i < sizeof(general) / sizeof(general[0]); i++)
        if (!saved(t, frame, general[i].name, &out->gpr[general[i].reg]))
            return false;
    for (unsigned i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++)
        if (saved(t, frame, selectors[i].name, &value))
            out->seg[selectors[i].reg].selector = (uint16_t)value;
    out->cr3 = task->cr3;
    out->cpl = 3;
    return saved(t, frame, "eip", &out->eip) && saved(t, frame, "eflags", &out->eflags) &&
           (out->seg[SEG_CS].selector & 3) == 3;
}

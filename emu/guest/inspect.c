#include "emu/guest/inspect.h"

#include <string.h>

enum { TSS_ESP0 = 4, TSS_SS0 = 8 }; /* SDM vol. 3, figure 8-2 */

const struct cpu_state *inspect_cpu(const struct inspect *in)
{
    return cpu_state(machine_cpu(in->machine));
}

bool inspect_read_in(const struct inspect *in, uint32_t cr3, uint32_t linear, void *to, size_t size)
{
    return cpu_peek(machine_cpu(in->machine), cr3, linear, to, size) == size;
}

bool inspect_read(const struct inspect *in, uint32_t linear, void *to, size_t size)
{
    return inspect_read_in(in, inspect_cpu(in)->cr3, linear, to, size);
}

bool inspect_u32(const struct inspect *in, uint32_t linear, uint32_t *out)
{
    uint8_t b[4];

    if (!inspect_read(in, linear, b, sizeof(b)))
        return false;
    *out = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return true;
}

bool inspect_string(const struct inspect *in, uint32_t linear, char *to, size_t size)
{
    size_t n = cpu_peek(machine_cpu(in->machine), inspect_cpu(in)->cr3, linear, to, size - 1);

    to[n] = '\0';
    return n == size - 1 || memchr(to, '\0', n) != NULL;
}

bool inspect_member(const struct inspect *in, const char *type, const char *member, uint32_t base,
                    uint32_t *value)
{
    uint32_t offset, size;
    uint8_t b[4] = {0};

    *value = 0;
    if (in->guestinfo == NULL || !guestinfo_member(in->guestinfo, type, member, &offset, &size) ||
        !inspect_read(in, base + offset, b, size < sizeof(b) ? size : sizeof(b)))
        return false;
    *value = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    return true;
}

/* A member of a task; true where it is not known, too. */
static bool read_pid(const struct inspect *in, uint32_t task, int32_t *pid)
{
    uint32_t offset = guestinfo_tasks(in->guestinfo)->task_pid, value;

    if (offset == GUESTINFO_NONE)
        return true;
    if (!inspect_u32(in, task + offset, &value))
        return false;
    *pid = (int32_t)value;
    return true;
}

static bool read_comm(const struct inspect *in, uint32_t task, struct inspect_task *out)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(in->guestinfo);
    size_t room = sizeof(out->comm);

    if (t->task_comm_size + 1 < room)
        room = t->task_comm_size + 1;
    return t->task_comm == GUESTINFO_NONE ||
           inspect_string(in, task + t->task_comm, out->comm, room);
}

static bool read_stack(const struct inspect *in, uint32_t task, uint32_t *stack)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(in->guestinfo);

    if (t->how == GUEST_TASK_ON_STACK) {
        *stack = task;
        return (task & (t->thread_size - 1)) == 0;
    }
    return inspect_u32(in, task + t->task_stack, stack);
}

bool inspect_task_at(const struct inspect *in, uint32_t task, struct inspect_task *out)
{
    memset(out, 0, sizeof(*out));
    out->pid = -1;
    if (in->guestinfo == NULL || !read_pid(in, task, &out->pid) ||
        !read_stack(in, task, &out->stack) || !read_comm(in, task, out))
        return false;
    out->task = task;
    return true;
}

/* An address in the kernel stack in use; left alone where there is none. */
static void kernel_stack_pointer(const struct inspect *in, uint32_t *esp)
{
    const struct cpu_state *cpu = inspect_cpu(in);
    uint16_t ss0;

    if (cpu->cpl != 3)
        *esp = cpu->gpr[GPR_ESP];
    else if (inspect_tss_stack0(in, &ss0, esp))
        *esp -= 1; /* an empty stack points just behind itself */
}

/* The task whose stack begins there, as far as the stack tells; 0: none. */
static uint32_t task_of_stack(const struct inspect *in, uint32_t stack)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(in->guestinfo);
    uint32_t task = 0, its_stack;

    if (t->how == GUEST_TASK_ON_STACK)
        return stack;
    if (t->how == GUEST_THREAD_INFO)
        return inspect_u32(in, stack + t->thread_info_task, &task) ? task : 0;
    for (uint32_t i = 0; i < t->table_count && stack != 0; i++) {
        task = t->table + i * t->table_stride;
        if (inspect_u32(in, task + t->task_stack, &its_stack) && its_stack == stack)
            return task;
    }
    return 0;
}

/* A task on its stack has nothing that points back: its pid must look like one. */
static bool is_plausible(const struct inspect *in, const struct inspect_task *task)
{
    enum { PID_MAX = 1 << 22 };

    return guestinfo_tasks(in->guestinfo)->how != GUEST_TASK_ON_STACK ||
           (task->pid >= 0 && task->pid <= PID_MAX);
}

bool inspect_stack_owner(const struct inspect *in, uint32_t linear, struct inspect_task *out)
{
    uint32_t stack, task;

    if (in->guestinfo != NULL) {
        stack = linear & ~(guestinfo_tasks(in->guestinfo)->thread_size - 1);
        task = task_of_stack(in, stack);
        /* Any memory may be asked about: believe it only if the task points back. */
        if (task != 0 && inspect_task_at(in, task, out) && out->stack == stack &&
            is_plausible(in, out))
            return true;
    }
    memset(out, 0, sizeof(*out));
    out->pid = -1;
    return false;
}

bool inspect_current(const struct inspect *in, struct inspect_task *out)
{
    uint32_t esp = 0;

    kernel_stack_pointer(in, &esp);
    return inspect_stack_owner(in, esp, out);
}

bool inspect_tss_stack0(const struct inspect *in, uint16_t *ss0, uint32_t *esp0)
{
    const struct cpu_segment *tr = &inspect_cpu(in)->tr;
    uint32_t ss;

    if (!(tr->attr & SEGATTR_P) || tr->limit < TSS_SS0 + 1 ||
        !inspect_u32(in, tr->base + TSS_ESP0, esp0) || !inspect_u32(in, tr->base + TSS_SS0, &ss))
        return false;
    *ss0 = (uint16_t)ss;
    return true;
}

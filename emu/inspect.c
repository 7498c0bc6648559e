#include "emu/inspect.h"

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

bool inspect_task_at(const struct inspect *in, uint32_t task, struct inspect_task *out)
{
    const struct guestinfo_task_layout *t;
    uint32_t pid;
    size_t room = sizeof(out->comm);

    memset(out, 0, sizeof(*out));
    out->pid = -1;
    if (in->guestinfo == NULL)
        return false;
    t = guestinfo_tasks(in->guestinfo);
    if (t->task_comm_size + 1 < room)
        room = t->task_comm_size + 1;
    if (!inspect_u32(in, task + t->task_pid, &pid) ||
        !inspect_u32(in, task + t->task_stack, &out->stack) ||
        !inspect_string(in, task + t->task_comm, out->comm, room))
        return false;
    out->task = task;
    out->pid = (int32_t)pid;
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

bool inspect_stack_owner(const struct inspect *in, uint32_t linear, struct inspect_task *out)
{
    const struct guestinfo_task_layout *t;
    uint32_t stack, task;

    if (in->guestinfo != NULL) {
        t = guestinfo_tasks(in->guestinfo);
        stack = linear & ~(t->thread_size - 1);
        /* Any memory may be asked about: believe it only if the task points back. */
        if (inspect_u32(in, stack + t->thread_info_task, &task) && task != 0 &&
            inspect_task_at(in, task, out) && out->stack == stack)
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

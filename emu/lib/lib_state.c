/* The guest's registers and memory, as libforkscope shows them. */
#include "emu/lib/handle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "emu/boot/loader.h"

static void fill(struct forkscope_registers *r, const struct cpu_state *s)
{
    *r = (struct forkscope_registers){
        .step = s->icount,
        .eax = s->gpr[GPR_EAX],
        .ecx = s->gpr[GPR_ECX],
        .edx = s->gpr[GPR_EDX],
        .ebx = s->gpr[GPR_EBX],
        .esp = s->gpr[GPR_ESP],
        .ebp = s->gpr[GPR_EBP],
        .esi = s->gpr[GPR_ESI],
        .edi = s->gpr[GPR_EDI],
        .eip = s->eip,
        .eflags = s->eflags,
        .es = s->seg[SEG_ES].selector,
        .cs = s->seg[SEG_CS].selector,
        .ss = s->seg[SEG_SS].selector,
        .ds = s->seg[SEG_DS].selector,
        .fs = s->seg[SEG_FS].selector,
        .gs = s->seg[SEG_GS].selector,
        .cr0 = s->cr0,
        .cr2 = s->cr2,
        .cr3 = s->cr3,
        .cr4 = s->cr4,
        .cpl = s->cpl,
    };
}

int forkscope_get_registers(const struct forkscope *f, struct forkscope_registers *registers)
{
    struct forkscope_registers all;
    size_t size = registers->size;

    if (!f->machine)
        return -EINVAL;
    fill(&all, inspect_cpu(&f->inspect));
    all.size = size;
    memcpy(registers, &all, size < sizeof(all) ? size : sizeof(all));
    return 0;
}

int forkscope_set_registers(struct forkscope *f, const struct forkscope_registers *registers)
{
    struct forkscope_registers r;
    struct cpu_state state;

    if (handle_need_kernel(f))
        return -EINVAL;
    state = *inspect_cpu(&f->inspect);
    fill(&r, &state);
    memcpy(&r, registers, registers->size < sizeof(r) ? registers->size : sizeof(r));
    state.gpr[GPR_EAX] = r.eax;
    state.gpr[GPR_ECX] = r.ecx;
    state.gpr[GPR_EDX] = r.edx;
    state.gpr[GPR_EBX] = r.ebx;
    state.gpr[GPR_ESP] = r.esp;
    state.gpr[GPR_EBP] = r.ebp;
    state.gpr[GPR_ESI] = r.esi;
    state.gpr[GPR_EDI] = r.edi;
    state.eip = r.eip;
    state.eflags = r.eflags | EFLAGS_FIXED;
    return history_set_registers(f->history, &state);
}

/* ---- Memory ------------------------------------------------------------------------------ */

int forkscope_read(const struct forkscope *f, uint32_t linear, void *to, size_t size)
{
    return f->machine && inspect_read(&f->inspect, linear, to, size) ? 0 : -EFAULT;
}

int forkscope_read_physical(const struct forkscope *f, uint32_t paddr, void *to, size_t size)
{
    return f->machine && cpu_peek_phys(machine_cpu(f->machine), paddr, to, size) == size ? 0
                                                                                         : -EFAULT;
}

static bool is_ram(const struct forkscope *f, uint64_t first, uint64_t end)
{
    return end <= machine_ram_size(f->machine) && (end <= RAM_HOLE || first >= RAM_HOLE_END);
}

int forkscope_write_physical(struct forkscope *f, uint32_t paddr, const void *from, size_t size)
{
    if (handle_need_kernel(f))
        return -EINVAL;
    if (size > UINT32_MAX || !is_ram(f, paddr, (uint64_t)paddr + size))
        return -EFAULT;
    return history_write_memory(f->history, paddr, from, (uint32_t)size);
}

/* ---- Names ------------------------------------------------------------------------------- */

int forkscope_address(const struct forkscope *f, const char *symbol, uint32_t *address)
{
    const struct symbol *s = symbols_by_name(f->symbols, symbol);

    if (!s)
        return -ENOENT;
    *address = s->addr;
    return 0;
}

const char *forkscope_name(const struct forkscope *f, uint32_t address, char *buf, size_t size)
{
    return symbols_format(f->symbols, address, buf, size);
}

int forkscope_current(const struct forkscope *f, int *pid, char *name, size_t name_size)
{
    struct inspect_task task;

    if (!f->machine || !inspect_current(&f->inspect, &task))
        return -ENOENT;
    *pid = task.pid;
    snprintf(name, name_size, "%s", task.comm);
    return 0;
}

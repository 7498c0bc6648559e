/* Guest memory, as the process that gdb looks at has it mapped; or physical memory. */
#include <string.h>

#include "emu/gdb/gdb_state.h"

enum { MEMORY_MAX = (RSP_PACKET_MAX - 16) / 2 };

static size_t peek(struct gdbstub *g, uint32_t addr, void *to, size_t size)
{
    const struct cpu *cpu = machine_cpu(control_inspect(g->control)->machine);

    if (g->physical)
        return cpu_peek_phys(cpu, addr, to, size);
    return cpu_peek(cpu, gdb_thread_cr3(g), addr, to, size);
}

static bool poke(struct gdbstub *g, uint32_t addr, const void *from, size_t size)
{
    if (g->physical)
        return control_poke_phys(g->control, addr, from, size);
    return control_poke(g->control, gdb_thread_cr3(g), addr, from, size);
}

/* "addr,length" */
static bool parse_place(const char **args, uint32_t *addr, uint32_t *length)
{
    return gdb_number(args, addr) && gdb_skip(args, ',') && gdb_number(args, length) &&
           *length <= MEMORY_MAX;
}

/* What can be read up to the first page that is not there. */
void gdb_memory_read(struct gdbstub *g, const char *args)
{
    uint8_t bytes[MEMORY_MAX];
    char hex[2 * MEMORY_MAX + 1];
    uint32_t addr, length;
    size_t n;

    if (!gdb_number(&args, &addr) || !gdb_skip(&args, ',') || !gdb_number(&args, &length)) {
        gdb_reply_error(g);
        return;
    }
    n = peek(g, addr, bytes, length < MEMORY_MAX ? length : MEMORY_MAX);
    if (!n && length) {
        gdb_reply_error(g);
        return;
    }
    rsp_to_hex(hex, bytes, n);
    gdb_reply(g, "%s", hex);
}

static void write_bytes(struct gdbstub *g, uint32_t addr, const void *bytes, size_t n)
{
    if (n == 0 || poke(g, addr, bytes, n))
        gdb_reply_ok(g);
    else
        gdb_reply_error(g);
}

void gdb_memory_write_hex(struct gdbstub *g, const char *args)
{
    uint8_t bytes[MEMORY_MAX];
    uint32_t addr, length;

    if (parse_place(&args, &addr, &length) && gdb_skip(&args, ':') &&
        rsp_from_hex(bytes, args, length) && args[2 * length] == '\0')
        write_bytes(g, addr, bytes, length);
    else
        gdb_reply_error(g);
}

void gdb_memory_write_binary(struct gdbstub *g, const char *args, size_t size)
{
    const char *start = args;
    uint32_t addr, length;

    if (parse_place(&args, &addr, &length) && gdb_skip(&args, ':') &&
        size - (size_t)(args - start) == length)
        write_bytes(g, addr, args, length);
    else
        gdb_reply_error(g);
}

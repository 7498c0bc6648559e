#include "emu/trace/trace_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SMALL = 0x10000 }; /* numbers below are numbers, not addresses */

void trace_names_from(struct trace_names *n, const struct trace_facts *facts,
                      enum trace_level level)
{
    *n = (struct trace_names){*facts, level, facts->ground.kernel_base, 0};
}

void trace_names_init(struct trace_names *n, const struct inspect *in, enum trace_level level)
{
    struct trace_facts facts;

    trace_facts_live(&facts, in);
    trace_names_from(n, &facts, level);
}

static bool find_symbol(const struct trace_names *n, uint32_t addr, struct trace_symbol *out)
{
    return n->facts.symbol(n->facts.ctx, n->program, addr, out);
}

const char *trace_name_code(const struct trace_names *n, uint32_t addr, char *buf, size_t size)
{
    struct trace_symbol symbol;
    bool known = find_symbol(n, addr, &symbol);

    if (n->level == TRACE_EXACT && !known)
        snprintf(buf, size, "%08x", addr);
    else if (n->level == TRACE_EXACT && symbol.offset == 0)
        snprintf(buf, size, "%08x<%s>", addr, symbol.name);
    else if (n->level == TRACE_EXACT)
        snprintf(buf, size, "%08x<%s+0x%x>", addr, symbol.name, symbol.offset);
    else if (known)
        snprintf(buf, size, "%s", symbol.name);
    else
        snprintf(buf, size, "%s", addr < n->kernel_base ? "user" : "kernel");
    return buf;
}

static bool name_stack(const struct trace_names *n, uint32_t addr, char *buf, size_t size)
{
    uint32_t stack_size = n->facts.ground.thread_size, below;
    int32_t pid;

    if (stack_size == 0 || !n->facts.stack(n->facts.ctx, addr, &pid))
        return false;
    below = stack_size - (addr & (stack_size - 1));
    snprintf(buf, size, below > n->facts.ground.pt_regs_size ? "kstack(%d)" : "kstack(%d)-%u", pid,
             below);
    return true;
}

const char *trace_name_stack_top(const struct trace_names *n, uint32_t addr, char *buf, size_t size)
{
    int32_t pid;

    if (n->level != TRACE_EXACT && n->facts.stack(n->facts.ctx, addr - 1, &pid))
        snprintf(buf, size, "kstack(%d)", pid);
    else
        trace_name_data(n, addr, buf, size);
    return buf;
}

const char *trace_name_data(const struct trace_names *n, uint32_t addr, char *buf, size_t size)
{
    struct trace_symbol symbol;

    if (n->level == TRACE_EXACT)
        snprintf(buf, size, "%08x", addr);
    else if (addr == 0)
        snprintf(buf, size, "NULL");
    else if (addr < n->kernel_base)
        snprintf(buf, size, "user");
    else if (!name_stack(n, addr, buf, size))
        snprintf(buf, size, "%s", find_symbol(n, addr, &symbol) ? symbol.name : "heap");
    return buf;
}

const char *trace_name_known(const struct trace_names *n, uint32_t addr, bool code, char *buf,
                             size_t size)
{
    struct trace_symbol symbol;

    if (!code && addr >= n->kernel_base && name_stack(n, addr, buf, size))
        return buf;
    if (!find_symbol(n, addr, &symbol))
        return NULL;
    if (symbol.offset == 0)
        snprintf(buf, size, "%s", symbol.name);
    else
        snprintf(buf, size, "%s+0x%x", symbol.name, symbol.offset);
    return buf;
}

const char *trace_name_member(const struct trace_names *n, uint32_t offset)
{
    const char *member = n->facts.member(n->facts.ctx, offset);

    return member ? member : "?";
}

const char *trace_name_program(const struct trace_names *n, unsigned program)
{
    return n->facts.program ? n->facts.program(n->facts.ctx, program) : NULL;
}

const char *trace_name_word(const struct trace_names *n, uint32_t value, char *buf, size_t size)
{
    if (n->level == TRACE_EXACT)
        snprintf(buf, size, "%08x", value);
    else if (value < SMALL || value > UINT32_MAX - SMALL)
        snprintf(buf, size, "%d", (int32_t)value);
    else
        trace_name_data(n, value, buf, size);
    return buf;
}

const char *trace_name_eflags(const struct trace_names *n, uint32_t flags, char *buf, size_t size)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } bits[] = {
        {EFLAGS_CF, "CF"}, {EFLAGS_PF, "PF"},   {EFLAGS_AF, "AF"},   {EFLAGS_ZF, "ZF"},
        {EFLAGS_SF, "SF"}, {EFLAGS_TF, "TF"},   {EFLAGS_IF, "IF"},   {EFLAGS_DF, "DF"},
        {EFLAGS_OF, "OF"}, {1u << 12, "IOPL1"}, {1u << 13, "IOPL2"}, {EFLAGS_NT, "NT"},
        {EFLAGS_RF, "RF"}, {EFLAGS_VM, "VM"},   {EFLAGS_AC, "AC"},   {EFLAGS_ID, "ID"},
    };
    bool exact = n->level == TRACE_EXACT;
    size_t used = exact ? (size_t)snprintf(buf, size, "%08x[", flags) : 0;
    size_t start = used;

    buf[used] = '\0';
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]) && used < size; i++)
        if ((flags & bits[i].bit) && (exact || !(bits[i].bit & EFLAGS_STATUS)))
            used += (size_t)snprintf(buf + used, size - used, "%s%s", used > start ? " " : "",
                                     bits[i].name);
    if (exact && used < size)
        snprintf(buf + used, size - used, "]");
    else if (used == 0)
        snprintf(buf, size, "none");
    return buf;
}

const char *trace_name_pid(int32_t pid, char *buf, size_t size)
{
    if (pid < 0)
        snprintf(buf, size, "-");
    else
        snprintf(buf, size, "%d", pid);
    return buf;
}

static const char *name_unsigned(const struct trace_names *n, const char *name, uint32_t value,
                                 char *buf, size_t size)
{
    if (name != NULL && strcmp(name, "clone_flags") == 0)
        return clone_flags_format(value, buf, size);
    if (value < SMALL)
        snprintf(buf, size, "%u", value);
    else if (syscall_is_error(value))
        snprintf(buf, size, "%d", (int32_t)value);
    else if (name != NULL && (strstr(name, "flags") != NULL || strstr(name, "mask") != NULL))
        snprintf(buf, size, "0x%x", value);
    else
        trace_name_data(n, value, buf, size);
    return buf;
}

const char *trace_name_typed(const struct trace_names *n, const struct guestinfo_type *type,
                             const char *name, uint32_t value, const struct trace_who *who,
                             char *buf, size_t size)
{
    switch (type->kind) {
    case GUEST_INT:
        return syscall_result_format('d', value, buf, size);
    case GUEST_UINT:
        return name_unsigned(n, name, value, buf, size);
    case GUEST_POINTER:
    case GUEST_STRING:
        break;
    default:
        return trace_name_word(n, value, buf, size);
    }
    if (value == 0)
        snprintf(buf, size, "NULL");
    else if (syscall_is_error(value))
        syscall_result_format('d', value, buf, size);
    else if (who != NULL && who->task == value)
        snprintf(buf, size, "task(%d)", who->pid);
    else
        trace_name_data(n, value, buf, size);
    return buf;
}

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);

    return a >= b && strcmp(text + a - b, end) == 0;
}

/* Linux calls the members xcs or cs, eflags or flags, eip or ip, esp or sp, by version. */
const char *trace_name_register(const struct trace_names *n, const char *member, uint32_t value,
                                char *buf, size_t size)
{
    if (ends_with(member, "flags"))
        return trace_name_eflags(n, value, buf, size);
    if (ends_with(member, "ip"))
        return trace_name_code(n, value, buf, size);
    if (ends_with(member, "sp"))
        return trace_name_data(n, value, buf, size);
    if (member[0] != '\0' && ends_with(member, "s") && strlen(member) <= 3) {
        snprintf(buf, size, "%04x", value);
        return buf;
    }
    return trace_name_word(n, value, buf, size);
}

const char *trace_name_frame_word(enum cpu_frame_word word)
{
    static const char *const names[] = {
        [FRAME_GS] = "gs",   [FRAME_FS] = "fs",       [FRAME_DS] = "ds",         [FRAME_ES] = "es",
        [FRAME_SS] = "ss",   [FRAME_ESP] = "esp",     [FRAME_EFLAGS] = "eflags", [FRAME_CS] = "cs",
        [FRAME_EIP] = "eip", [FRAME_ERROR] = "error",
    };

    return names[word];
}

const char *trace_name_frame_value(const struct trace_names *n, const struct cpu_frame_slot *slot,
                                   char *buf, size_t size)
{
    if (slot->word == FRAME_ERROR) {
        snprintf(buf, size, "%04x", slot->value);
        return buf;
    }
    return trace_name_register(n, trace_name_frame_word(slot->word), slot->value, buf, size);
}

const char *trace_name_vector(uint8_t vector)
{
    static const char *const names[] = {
        [VEC_DE] = "#DE", [VEC_DB] = "#DB", [VEC_NMI] = "NMI", [VEC_BP] = "#BP",
        [VEC_OF] = "#OF", [VEC_BR] = "#BR", [VEC_UD] = "#UD",  [VEC_NM] = "#NM",
        [VEC_DF] = "#DF", [VEC_TS] = "#TS", [VEC_NP] = "#NP",  [VEC_SS] = "#SS",
        [VEC_GP] = "#GP", [VEC_PF] = "#PF", [VEC_MF] = "#MF",  [VEC_AC] = "#AC",
    };

    return vector < sizeof(names) / sizeof(names[0]) ? names[vector] : NULL;
}

const char *trace_name_int_kind(enum cpu_int_kind kind)
{
    static const char *const names[] = {
        [CPU_INT_SOFTWARE] = "software", [CPU_INT_FAULT] = "fault", [CPU_INT_TRAP] = "trap",
        [CPU_INT_ABORT] = "abort",       [CPU_INT_IRQ] = "irq",     [CPU_INT_NMI] = "nmi",
    };

    return names[kind];
}

/* SDM vol. 3, figure 8-2. */
static const char *const tss_members[] = {"link", "esp0", "ss0", "esp1",
                                          "ss1",  "esp2", "ss2", "cr3"};

enum { TSS_MEMBERS = sizeof(tss_members) / sizeof(tss_members[0]) };

const char *trace_name_tss_member(uint32_t offset, char *buf, size_t size)
{
    if (offset % 4 == 0 && offset / 4 < TSS_MEMBERS)
        snprintf(buf, size, "%s", tss_members[offset / 4]);
    else
        snprintf(buf, size, "+0x%x", offset);
    return buf;
}

bool trace_tss_member_parse(const char *name, uint32_t *offset)
{
    for (uint32_t i = 0; i < TSS_MEMBERS; i++)
        if (strcmp(tss_members[i], name) == 0) {
            *offset = 4 * i;
            return true;
        }
    return sscanf(name, "+0x%" SCNx32, offset) == 1;
}

/* SDM vol. 3, figures 3-8 and 6-2. */
const char *trace_name_descriptor(const struct trace_names *n, uint32_t low, uint32_t high,
                                  char *buf, size_t size)
{
    static const char *const system[16] = {"reserved",
                                           "16-bit tss",
                                           "ldt",
                                           "busy 16-bit tss",
                                           "16-bit call gate",
                                           "task gate",
                                           "16-bit interrupt gate",
                                           "16-bit trap gate",
                                           "reserved",
                                           "tss",
                                           "reserved",
                                           "busy tss",
                                           "call gate",
                                           "reserved",
                                           "interrupt gate",
                                           "trap gate"};
    unsigned type = high >> 8 & 15, dpl = high >> 13 & 3;
    bool gate = !(high & 1u << 12) && (type == 4 || type == 5 || type == 6 || type == 7 ||
                                       type == 12 || type == 14 || type == 15);
    uint32_t base = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000);
    uint32_t limit = (low & 0xffff) | (high & 0xf0000);
    char name[96];

    if (!(high & 1u << 15))
        snprintf(buf, size, "not present");
    else if (gate)
        snprintf(buf, size, "%s, dpl %u, %04x:%s", system[type], dpl, low >> 16,
                 trace_name_code(n, (low & 0xffff) | (high & 0xffff0000), name, sizeof(name)));
    else
        snprintf(buf, size, "%s, dpl %u, base %s limit %x%s",
                 high & 1u << 12 ? type & 8 ? "code" : "data" : system[type], dpl,
                 trace_name_data(n, base, name, sizeof(name)), limit,
                 high & 1u << 23 ? " pages" : "");
    return buf;
}

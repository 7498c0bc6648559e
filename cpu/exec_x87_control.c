/* x87 control: words, environment, the whole state, the stack pointer. */
#include "cpu/mmu_fast.h"
#include "cpu/operand.h"
#include "cpu/x87.h"

#include <string.h>

enum { REG_BYTES = 10, MAX_ENV = 28, MAX_SAVE = MAX_ENV + 8 * REG_BYTES };

/* ---- Environments in memory (SDM vol. 1, figures 8-9 to 8-12) ------------------------------- */

/* A field of the environment is two or four bytes, and there are seven. */
enum { ENV_CW, ENV_SW, ENV_TW, ENV_IP, ENV_IP_HIGH, ENV_DP, ENV_DP_HIGH, ENV_FIELDS };

/* The upper half of a 32-bit field that has only 16 bits. */
#define UNUSED 0xffff0000u

/* Real and virtual-8086 mode have linear addresses in place of selector and offset. */
static bool has_linear_pointers(const struct cpu *cpu)
{
    return !(cpu->s.cr0 & CR0_PE) || (cpu->s.eflags & EFLAGS_VM);
}

static uint32_t linear_of(uint16_t selector, uint32_t offset)
{
    return ((uint32_t)selector << 4) + offset;
}

static void pack_pointers(const struct cpu *cpu, unsigned field, uint32_t env[ENV_FIELDS])
{
    const struct x87_state *x = &cpu->s.x87;
    uint32_t ip = linear_of(x->fcs, x->fip), dp = linear_of(x->fds, x->fdp);

    if (!has_linear_pointers(cpu)) {
        env[ENV_IP] = x->fip;
        env[ENV_IP_HIGH] = x->fcs | (field == 4 ? (uint32_t)x->fop << 16 : 0);
        env[ENV_DP] = x->fdp;
        env[ENV_DP_HIGH] = UNUSED | x->fds;
        return;
    }
    env[ENV_IP] = UNUSED | (ip & 0xffff);
    env[ENV_IP_HIGH] = (ip >> 16 << 12) | x->fop;
    env[ENV_DP] = UNUSED | (dp & 0xffff);
    env[ENV_DP_HIGH] = dp >> 16 << 12;
}

static void unpack_pointers(struct cpu *cpu, unsigned field, const uint32_t env[ENV_FIELDS])
{
    struct x87_state *x = &cpu->s.x87;

    if (!has_linear_pointers(cpu)) {
        x->fip = env[ENV_IP];
        x->fcs = (uint16_t)env[ENV_IP_HIGH];
        x->fop = field == 4 ? env[ENV_IP_HIGH] >> 16 & 0x7ff : 0;
        x->fdp = env[ENV_DP];
        x->fds = (uint16_t)env[ENV_DP_HIGH];
        return;
    }
    x->fip = (env[ENV_IP] & 0xffff) | env[ENV_IP_HIGH] >> 12 << 16;
    x->fop = env[ENV_IP_HIGH] & 0x7ff;
    x->fdp = (env[ENV_DP] & 0xffff) | env[ENV_DP_HIGH] >> 12 << 16;
    x->fcs = x->fds = 0;
}

static void pack_env(const struct cpu *cpu, unsigned field, uint8_t *to)
{
    const struct x87_state *x = &cpu->s.x87;
    uint32_t env[ENV_FIELDS] = {
        [ENV_CW] = UNUSED | x->cw, [ENV_SW] = UNUSED | x->sw, [ENV_TW] = UNUSED | x->tw};

    pack_pointers(cpu, field, env);
    for (unsigned i = 0; i < ENV_FIELDS; i++)
        le_store(to + i * field, field, env[i]);
}

static void unpack_env(struct cpu *cpu, unsigned field, const uint8_t *from)
{
    struct x87_state *x = &cpu->s.x87;
    uint32_t env[ENV_FIELDS];

    for (unsigned i = 0; i < ENV_FIELDS; i++)
        env[i] = le_load(from + i * field, field);
    x->cw = (uint16_t)env[ENV_CW];
    x->sw = (uint16_t)env[ENV_SW];
    x->tw = (uint16_t)env[ENV_TW];
    x87_make_consistent(x);
    unpack_pointers(cpu, field, env);
    x87_update_ferr(cpu);
}

/* ---- FLDENV, FNSTENV, FRSTOR, FNSAVE -------------------------------------------------------- */

static void init(struct cpu *cpu)
{
    struct x87_state *x = &cpu->s.x87;

    x->cw = X87_CW_DEFAULT;
    x->sw = 0;
    x->tw = 0xffff;
    x->fop = x->fcs = x->fds = 0;
    x->fip = x->fdp = 0;
    x87_update_summary(cpu);
}

/* Where the block does not fit into its segment, silicon still goes through it field by field, and
 * meets the page and alignment faults that come before the end. */
static bool walk_fields(struct cpu *cpu, const struct insn *in, bool write)
{
    uint32_t off = operand_offset(cpu, in), value;
    unsigned field = in->opsize;
    bool good = true;

    if (seg_limit_allows(&cpu->s.seg[in->seg], off, in->op[0].size))
        return true;
    for (unsigned at = 0; good && at < in->op[0].size; at += field)
        good = write ? mem_read_rmw(cpu, in->seg, off + at, field, &value)
                     : mem_read(cpu, in->seg, off + at, field, &value);
    return good;
}

static bool read_block(struct cpu *cpu, const struct insn *in, void *to)
{
    if (!walk_fields(cpu, in, false))
        return false;
    return mem_read_block(cpu, in->seg, operand_offset(cpu, in), to, in->op[0].size);
}

static bool write_block(struct cpu *cpu, const struct insn *in, const void *from)
{
    if (!walk_fields(cpu, in, true))
        return false;
    return mem_write_block(cpu, in->seg, operand_offset(cpu, in), from, in->op[0].size);
}

bool exec_fldenv(struct cpu *cpu, const struct insn *in)
{
    uint8_t env[MAX_ENV];
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!read_block(cpu, in, env))
        return false;
    unpack_env(cpu, in->opsize, env);
    return true;
}

/* Masks all exceptions: an exception handler must not be interrupted by its own. */
bool exec_fnstenv(struct cpu *cpu, const struct insn *in)
{
    uint8_t env[MAX_ENV];
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    pack_env(cpu, in->opsize, env);
    if (!write_block(cpu, in, env))
        return false;
    cpu->s.x87.cw |= X87_EXCEPTIONS;
    x87_update_summary(cpu);
    return true;
}

/* The registers follow the environment, ST(0) first. */
bool exec_frstor(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    unsigned env_bytes = ENV_FIELDS * in->opsize;
    uint8_t save[MAX_SAVE];
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!read_block(cpu, in, save))
        return false;
    x->sw = (uint16_t)le_load(save + ENV_SW * in->opsize, 2);
    for (unsigned i = 0; i < 8; i++) {
        memcpy(&x87_st(x, i)->mant, save + env_bytes + i * REG_BYTES, 8);
        memcpy(&x87_st(x, i)->se, save + env_bytes + i * REG_BYTES + 8, 2);
    }
    unpack_env(cpu, in->opsize, save);
    return true;
}

bool exec_fnsave(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    unsigned env_bytes = ENV_FIELDS * in->opsize;
    uint8_t save[MAX_SAVE];
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    pack_env(cpu, in->opsize, save);
    for (unsigned i = 0; i < 8; i++) {
        memcpy(save + env_bytes + i * REG_BYTES, &x87_st(x, i)->mant, 8);
        memcpy(save + env_bytes + i * REG_BYTES + 8, &x87_st(x, i)->se, 2);
    }
    if (!write_block(cpu, in, save))
        return false;
    init(cpu);
    return true;
}

/* ---- Words ---------------------------------------------------------------------------------- */

bool exec_fldcw(struct cpu *cpu, const struct insn *in)
{
    uint32_t value;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!operand_read(cpu, in, 0, &value))
        return false;
    cpu->s.x87.cw = (uint16_t)value;
    x87_make_consistent(&cpu->s.x87);
    x87_update_ferr(cpu);
    return true;
}

bool exec_fnstcw(struct cpu *cpu, const struct insn *in)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    return operand_write(cpu, in, 0, cpu->s.x87.cw);
}

bool exec_fnstsw(struct cpu *cpu, const struct insn *in)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    return operand_write(cpu, in, 0, cpu->s.x87.sw);
}

bool exec_fnclex(struct cpu *cpu, const struct insn *in)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    cpu->s.x87.sw &= (uint16_t) ~(X87_EXCEPTIONS | X87_SF);
    x87_update_summary(cpu);
    return true;
}

bool exec_fninit(struct cpu *cpu, const struct insn *in)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    init(cpu);
    return true;
}

/* ---- The stack pointer ---------------------------------------------------------------------- */

static bool turn(struct cpu *cpu, const struct insn *in, unsigned by)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    x87_note(cpu, 0, X87_C1);
    x87_turn(&cpu->s.x87, by);
    return true;
}

bool exec_fincstp(struct cpu *cpu, const struct insn *in)
{
    return turn(cpu, in, 1);
}

bool exec_fdecstp(struct cpu *cpu, const struct insn *in)
{
    return turn(cpu, in, 7);
}

static bool make_empty(struct cpu *cpu, const struct insn *in, bool pop)
{
    struct x87_state *x = &cpu->s.x87;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    x87_note(cpu, 0, X87_C1);
    x87_set_tag(x, in->op[0].reg, X87_EMPTY);
    if (pop)
        x87_pop(x);
    return true;
}

bool exec_ffree(struct cpu *cpu, const struct insn *in)
{
    return make_empty(cpu, in, false);
}

bool exec_ffreep(struct cpu *cpu, const struct insn *in)
{
    return make_empty(cpu, in, true);
}

/* ---- Nothing, or only the wait -------------------------------------------------------------- */

bool exec_fwait(struct cpu *cpu, const struct insn *in)
{
    bool done;

    return x87_begin(cpu, in, &done) || done;
}

bool exec_fnop(struct cpu *cpu, const struct insn *in)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    return true;
}

bool exec_fnop_old(struct cpu *cpu, const struct insn *in)
{
    bool done;

    return x87_begin(cpu, in, &done) || done;
}

/* x87 loads, stores and moves between registers. */
#include "cpu/alu.h"
#include "cpu/operand.h"
#include "cpu/x87.h"
#include "cpu/x87_integer.h"

#include <string.h>

/* The widest that is not an environment. */
enum { MAX_BYTES = 10 };

static bool read_memory(struct cpu *cpu, const struct insn *in, void *to)
{
    return mem_read_block(cpu, in->seg, operand_offset(cpu, in), to, in->op[0].size);
}

/* Ten bytes go out as eight and two; the eight stay written where the two fault. */
static bool write_memory(struct cpu *cpu, const struct insn *in, const uint8_t *from)
{
    unsigned size = in->op[0].size, first = size == 10 ? 8 : size;
    uint32_t at = operand_offset(cpu, in);

    return mem_check(cpu, in->seg, at, size, true) &&
           mem_write_block(cpu, in->seg, at, from, first) &&
           (first == size || mem_write_block(cpu, in->seg, at + first, from + first, size - first));
}

/* ---- Loads ---------------------------------------------------------------------------------- */

/* Pushes what a load gave, or what the exception response puts in its place. An unmasked denormal
 * exception does not stop it. */
static void push_loaded(struct cpu *cpu, unsigned answer, const struct x87_reg *value)
{
    struct x87_state *x = &cpu->s.x87;

    if (!x87_empty(x, 7)) {
        if (x87_overflow(cpu))
            x87_push(x, &x87_indefinite);
        return;
    }
    x87_note(cpu, answer, X87_C1);
    if (!(answer & ~x->cw & X87_IE))
        x87_push(x, value);
}

static uint16_t load(const struct x87_state *x, enum x87_format format, const uint8_t *from,
                     struct x87_reg *value)
{
    if (format != X87_F80)
        return X87_UNIT.load[format](x, from, value);
    memcpy(&value->mant, from, 8);
    memcpy(&value->se, from + 8, 2);
    return 0;
}

static enum x87_format float_format(unsigned size)
{
    return size == 4 ? X87_F32 : size == 8 ? X87_F64 : X87_F80;
}

static enum x87_format integer_format(unsigned size)
{
    return size == 2 ? X87_I16 : size == 4 ? X87_I32 : X87_I64;
}

static bool load_memory(struct cpu *cpu, const struct insn *in)
{
    uint8_t bytes[MAX_BYTES];
    struct x87_reg value;

    if (!read_memory(cpu, in, bytes))
        return false;
    x87_note_insn(cpu, in);
    push_loaded(cpu, load(&cpu->s.x87, float_format(in->op[0].size), bytes, &value), &value);
    return true;
}

static bool load_register(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg value = *x87_st(x, in->op[0].reg);

    x87_note_insn(cpu, in);
    if (!x87_empty(x, in->op[0].reg))
        push_loaded(cpu, 0, &value);
    else if (x87_underflow(cpu))
        x87_push(x, &x87_indefinite);
    return true;
}

bool exec_fld(struct cpu *cpu, const struct insn *in)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    return in->op[0].kind == OPERAND_ST ? load_register(cpu, in) : load_memory(cpu, in);
}

bool exec_fild(struct cpu *cpu, const struct insn *in)
{
    uint8_t bytes[MAX_BYTES];
    struct x87_reg value;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!read_memory(cpu, in, bytes))
        return false;
    x87_note_insn(cpu, in);
    x87_from_integer(x87_integer_of(bytes, in->op[0].size), &value);
    push_loaded(cpu, 0, &value);
    return true;
}

bool exec_fbld(struct cpu *cpu, const struct insn *in)
{
    uint8_t bytes[MAX_BYTES];
    struct x87_reg value;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!read_memory(cpu, in, bytes))
        return false;
    x87_note_insn(cpu, in);
    x87_from_bcd(bytes, &value);
    push_loaded(cpu, 0, &value);
    return true;
}

/* The constants are kept longer than they are given: RC decides on the last bit. `up` has a bit for
 * each rounding mode in which the kept part is one larger. */
bool exec_fld_constant(struct cpu *cpu, const struct insn *in)
{
    enum { IN_UP = 1 << X87_UP, ELSE = 0 };
    static const struct {
        struct x87_reg value; /* rounded down */
        uint8_t up;
    } constants[] = {
        {{UINT64_C(0x8000000000000000), 0x3fff}, ELSE},                     /* 1 */
        {{UINT64_C(0xd49a784bcd1b8afe), 0x4000}, IN_UP},                    /* log2 10 */
        {{UINT64_C(0xb8aa3b295c17f0bb), 0x3fff}, IN_UP | 1 << X87_NEAREST}, /* log2 e */
        {{UINT64_C(0xc90fdaa22168c234), 0x4000}, IN_UP | 1 << X87_NEAREST}, /* pi */
        {{UINT64_C(0x9a209a84fbcff798), 0x3ffd}, IN_UP | 1 << X87_NEAREST}, /* log10 2 */
        {{UINT64_C(0xb17217f7d1cf79ab), 0x3ffe}, IN_UP | 1 << X87_NEAREST}, /* ln 2 */
        {{0, 0}, ELSE},
    };
    unsigned n = in->modrm & 7, rc = cpu->s.x87.cw >> X87_CW_RC_SHIFT & 3;
    struct x87_reg value = constants[n].value;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    value.mant += constants[n].up >> rc & 1;
    push_loaded(cpu, 0, &value);
    return true;
}

/* ---- Stores --------------------------------------------------------------------------------- */

/* What the masked response stores for an empty register. */
static void store_indefinite(enum x87_format format, uint8_t *bytes)
{
    static const uint8_t indefinite[X87_FORMATS][MAX_BYTES] = {
        [X87_F80] = {0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff},
        [X87_F32] = {0, 0, 0xc0, 0xff},
        [X87_F64] = {0, 0, 0, 0, 0, 0, 0xf8, 0xff},
        [X87_I16] = {0, 0x80},
        [X87_I32] = {0, 0, 0, 0x80},
        [X87_I64] = {0, 0, 0, 0, 0, 0, 0, 0x80},
        [X87_BCD] = {0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xff},
    };

    memcpy(bytes, indefinite[format], MAX_BYTES);
}

static uint16_t store(const struct x87_state *x, enum x87_format format, uint8_t *bytes)
{
    const struct x87_reg *a = &x->st[x87_physical(x, 0)];

    if (format != X87_F80)
        return X87_UNIT.store[format](x, a, bytes);
    memcpy(bytes, &a->mant, 8);
    memcpy(bytes + 8, &a->se, 2);
    return 0;
}

/* Unmasked overflow and underflow, too, forbid a store to memory. */
static bool store_refused(const struct x87_state *x, unsigned answer)
{
    return answer & ~x->cw & (X87_BEFORE | X87_OE | X87_UE);
}

static bool store_memory(struct cpu *cpu, const struct insn *in, enum x87_format format, bool pop)
{
    struct x87_state *x = &cpu->s.x87;
    uint16_t answer = X87_IE | X87_SF;
    uint8_t bytes[MAX_BYTES];
    bool refused;

    if (x87_empty(x, 0))
        store_indefinite(format, bytes);
    else
        answer = store(x, format, bytes);
    refused = store_refused(x, answer);
    if (!refused && !write_memory(cpu, in, bytes))
        return false;
    x87_note_insn(cpu, in);
    x87_note(cpu, answer, X87_C1);
    if (pop && !refused)
        x87_pop(x);
    return true;
}

static bool store_register(struct cpu *cpu, const struct insn *in, bool pop)
{
    struct x87_state *x = &cpu->s.x87;
    struct x87_reg value = *x87_st(x, 0);

    x87_note_insn(cpu, in);
    if (x87_empty(x, 0)) {
        if (!x87_underflow(cpu))
            return true;
        value = x87_indefinite;
    } else {
        x87_note(cpu, 0, X87_C1);
    }
    x87_set(x, in->op[0].reg, &value);
    if (pop)
        x87_pop(x);
    return true;
}

static bool store_float(struct cpu *cpu, const struct insn *in, bool pop)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (in->op[0].kind == OPERAND_ST)
        return store_register(cpu, in, pop);
    return store_memory(cpu, in, float_format(in->op[0].size), pop);
}

bool exec_fst(struct cpu *cpu, const struct insn *in)
{
    return store_float(cpu, in, false);
}

bool exec_fstp(struct cpu *cpu, const struct insn *in)
{
    return store_float(cpu, in, true);
}

/* D9 D8..DF: no exception where ST(0) is empty; it is popped, and ST(i) stays as it is. */
bool exec_fstpnce(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    if (!x87_empty(x, 0))
        return store_register(cpu, in, true);
    x87_note_insn(cpu, in);
    x87_note(cpu, 0, X87_C1);
    x87_pop(x);
    return true;
}

static bool store_integer(struct cpu *cpu, const struct insn *in, enum x87_format format, bool pop)
{
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    return store_memory(cpu, in, format, pop);
}

bool exec_fist(struct cpu *cpu, const struct insn *in)
{
    return store_integer(cpu, in, integer_format(in->op[0].size), false);
}

bool exec_fistp(struct cpu *cpu, const struct insn *in)
{
    return store_integer(cpu, in, integer_format(in->op[0].size), true);
}

bool exec_fbstp(struct cpu *cpu, const struct insn *in)
{
    return store_integer(cpu, in, X87_BCD, true);
}

/* ---- Between registers ---------------------------------------------------------------------- */

/* The masked response gives each empty one a value first. */
bool exec_fxch(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    unsigned i = in->op[0].reg;
    struct x87_reg top, other;
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (!x87_empty(x, 0) && !x87_empty(x, i))
        x87_note(cpu, 0, X87_C1);
    else if (!x87_underflow(cpu))
        return true;
    top = x87_empty(x, 0) ? x87_indefinite : *x87_st(x, 0);
    other = x87_empty(x, i) ? x87_indefinite : *x87_st(x, i);
    x87_set(x, 0, &other);
    x87_set(x, i, &top);
    return true;
}

/* DA C0..DF and DB C0..DF: below, equal, below or equal, unordered (parity), and their opposites.
 */
static bool condition_holds(const struct cpu *cpu, const struct insn *in)
{
    static const uint8_t conditions[4] = {0x2, 0x4, 0x6, 0xa}; /* as in Jcc */
    unsigned negate = in->opcode & 1;

    return alu_condition(cpu->s.eflags, conditions[in->modrm >> 3 & 3] | negate);
}

bool exec_fcmovcc(struct cpu *cpu, const struct insn *in)
{
    struct x87_state *x = &cpu->s.x87;
    unsigned i = in->op[1].reg;
    struct x87_reg value = *x87_st(x, i);
    bool done;

    if (!x87_begin(cpu, in, &done))
        return done;
    x87_note_insn(cpu, in);
    if (x87_empty(x, 0) || x87_empty(x, i)) {
        if (x87_underflow(cpu))
            x87_set(x, 0, &x87_indefinite);
        return true;
    }
    if (condition_holds(cpu, in))
        x87_set(x, 0, &value);
    return true;
}

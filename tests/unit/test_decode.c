/* The decoder: every row of insn.def, addressing forms, prefixes, limits, levels, hostile bytes. */
#include "cpu/cpu_internal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cpu_model i686 = {CPU_I686, CPU_FEAT_FPU | CPU_FEAT_TSC | CPU_FEAT_CX8 |
                                                    CPU_FEAT_CMOV | CPU_FEAT_PSE | CPU_FEAT_PGE};
static const struct cpu_model i386 = {CPU_386, CPU_FEAT_FPU};
static const struct cpu_model i486 = {CPU_486, CPU_FEAT_FPU};

/* ---- An instruction as text -------------------------------------------------------------- */

static char *print_memory(char *to, const struct insn *in)
{
    static const char segs[] = "ecsdfg";

    to += sprintf(to, "%cs:", segs[in->seg]);
    if (in->base != INSN_NO_REG)
        to += sprintf(to, "b%u+", in->base);
    if (in->index != INSN_NO_REG)
        to += sprintf(to, "i%u*%u+", in->index, 1u << in->scale);
    return to + sprintf(to, "%x", in->disp);
}

static char *print_operand(char *to, const struct insn *in, const struct operand *op)
{
    static const char *const letters[] = {
        [OPERAND_GPR] = "r", [OPERAND_SREG] = "s", [OPERAND_CR] = "cr",   [OPERAND_DR] = "dr",
        [OPERAND_TR] = "tr", [OPERAND_ST] = "st",  [OPERAND_SRC] = "src", [OPERAND_DST] = "dst",
    };

    switch (op->kind) {
    case OPERAND_MEM:
        return print_memory(to + sprintf(to, " m%u ", op->size), in);
    case OPERAND_IMM:
        return to + sprintf(to, " %x", in->imm);
    case OPERAND_IMM2:
        return to + sprintf(to, " %x", in->imm2);
    case OPERAND_REL:
        return to + sprintf(to, " +%x", in->imm);
    case OPERAND_FAR:
        return to + sprintf(to, " %x:%x", in->imm2, in->imm);
    case OPERAND_SRC:
    case OPERAND_DST:
        return to + sprintf(to, " %s%u", letters[op->kind], op->size);
    default:
        return to + sprintf(to, " %s%u.%u", letters[op->kind], op->size, op->reg);
    }
}

/* "mnemonic operand, operand": registers as kind, size, number; memory as size and address. */
static const char *print_insn(const struct insn *in)
{
    static char text[200];
    char *to = text + sprintf(text, "%s", insn_rows[in->id].mnemonic);

    for (unsigned i = 0; i < INSN_MAX_OPERANDS && in->op[i].kind != OPERAND_NONE; i++)
        to = print_operand(to, in, &in->op[i]);
    return text;
}

static unsigned parse_hex(const char *hex, uint8_t *bytes)
{
    unsigned n = 0, value, used;

    for (; sscanf(hex, "%2x%n", &value, (int *)&used) == 1; hex += used)
        bytes[n++] = (uint8_t)value;
    return n;
}

static int decode_hex(const struct cpu_model *model, unsigned bits, const char *hex,
                      struct insn *in)
{
    uint8_t bytes[32];
    unsigned n = parse_hex(hex, bytes);

    return insn_decode(model, bits == 32, bytes, n, in);
}

/* ---- Forms ------------------------------------------------------------------------------- */

static const struct {
    unsigned bits;
    const char *hex, *want;
} forms[] = {
    /* 32-bit addressing. */
    {32, "8b 00", "mov r4.0 m4 ds:b0+0"},
    {32, "8b 05 78 56 34 12", "mov r4.0 m4 ds:12345678"},
    {32, "8b 45 80", "mov r4.0 m4 ss:b5+ffffff80"},
    {32, "8b 84 24 44 33 22 11", "mov r4.0 m4 ss:b4+11223344"},
    {32, "8b 04 24", "mov r4.0 m4 ss:b4+0"},
    {32, "8b 04 98", "mov r4.0 m4 ds:b0+i3*4+0"},
    {32, "8b 04 a5 10 00 00 00", "mov r4.0 m4 ds:10"},
    {32, "8b 04 6d 10 00 00 00", "mov r4.0 m4 ds:i5*2+10"},
    {32, "8b 44 2d 01", "mov r4.0 m4 ss:b5+i5*1+1"},
    {32, "8b 44 28 01", "mov r4.0 m4 ds:b0+i5*1+1"},
    {32, "88 e5", "mov r1.5 r1.4"},
    {32, "66 89 d8", "mov r2.0 r2.3"},
    /* 16-bit addressing. */
    {16, "8b 00", "mov r2.0 m2 ds:b3+i6*1+0"},
    {16, "8b 0b", "mov r2.1 m2 ss:b5+i7*1+0"},
    {16, "8b 0e 34 12", "mov r2.1 m2 ds:1234"},
    {16, "8b 46 fe", "mov r2.0 m2 ss:b5+fffffffe"},
    {16, "8b 87 34 12", "mov r2.0 m2 ds:b3+1234"},
    {16, "66 67 8b 04 24", "mov r4.0 m4 ss:b4+0"},
    {32, "67 8b 47 01", "mov r4.0 m4 ds:b3+1"},
    /* Prefixes in any order, the last of a kind counts. */
    {32, "26 36 64 8b 00", "mov r4.0 m4 fs:b0+0"},
    {32, "66 66 2e 66 8b 45 00", "mov r2.0 m2 cs:b5+0"},
    {32, "f2 f3 a4", "movs dst1 src1"},
    {32, "f3 90", "nop"},
    {32, "f3 0f bc c1", "bsf r4.0 r4.1"},
    {32, "f0 01 08", "add m4 ds:b0+0 r4.1"},
    {32, "f0 87 08", "xchg m4 ds:b0+0 r4.1"},
    /* Immediates. */
    {32, "83 c0 ff", "add r4.0 ffffffff"},
    {32, "66 81 c0 ff ff", "add r2.0 ffff"},
    {32, "69 c1 78 56 34 12", "imul r4.0 r4.1 12345678"},
    {32, "6b c1 80", "imul r4.0 r4.1 ffffff80"},
    {32, "6a ff", "push ffffffff"},
    {32, "c8 34 12 05", "enter 1234 5"},
    {32, "c2 04 00", "ret 4"},
    {32, "a0 78 56 34 12", "mov r1.0 m1 ds:12345678"},
    {32, "67 65 a3 34 12", "mov m4 gs:1234 r4.0"},
    {32, "c6 00 7f", "mov m1 ds:b0+0 7f"},
    {32, "b4 12", "mov r1.4 12"},
    {32, "d1 e0", "shl r4.0 1"},
    {32, "d2 30", "sal m1 ds:b0+0 r1.1"},
    {32, "f6 c8 12", "test r1.0 12"},
    {32, "f7 d8", "neg r4.0"},
    {32, "d4 0a", "aam a"},
    /* Transfers. */
    {32, "eb fe", "jmp +fffffffe"},
    {32, "66 e9 00 80", "jmp +ffff8000"},
    {32, "0f 84 00 01 00 00", "je +100"},
    {32, "9a 44 33 22 11 08 00", "callf 8:11223344"},
    {16, "ea 22 11 08 00", "jmpf 8:1122"},
    {32, "ff 18", "callf m6 ds:b0+0"},
    {32, "66 ff 28", "jmpf m4 ds:b0+0"},
    {32, "cd 80", "int 80"},
    {32, "f1", "int1"},
    /* Registers of the system. */
    {32, "8e d8", "mov s2.3 r2.0"},
    {32, "8c d8", "mov r4.0 s2.3"},
    {32, "8c 18", "mov m2 ds:b0+0 s2.3"},
    {32, "0f 22 d8", "mov cr4.3 r4.0"},
    {32, "0f 20 18", "mov r4.0 cr4.3"},
    {32, "0f 23 f8", "mov dr4.7 r4.0"},
    {32, "0f 01 10", "lgdt m6 ds:b0+0"},
    {32, "0f 01 e0", "smsw r4.0"},
    {32, "0f 01 38", "invlpg m0 ds:b0+0"},
    {32, "62 00", "bound r4.0 m8 ds:b0+0"},
    {32, "63 c8", "arpl r2.0 r2.1"},
    {32, "0f b6 c4", "movzx r4.0 r1.4"},
    {32, "0f bf 00", "movsx r4.0 m2 ds:b0+0"},
    {32, "c5 00", "lds r4.0 m6 ds:b0+0"},
    {32, "0f c7 08", "cmpxchg8b m8 ds:b0+0"},
    {32, "0f 1f 44 00 00", "nop m4 ds:b0+i0*1+0"},
    {32, "ed", "in r4.0 r2.2"},
    {16, "e5 20", "in r2.0 20"},
    {32, "6d", "ins dst4 r2.2"},
    {32, "2e d7", "xlat"},
    /* x87. */
    {32, "d8 00", "fadd st10.0 m4 ds:b0+0"},
    {32, "dc c1", "fadd st10.1 st10.0"},
    {32, "dc e1", "fsubr st10.1 st10.0"},
    {32, "de d9", "fcompp"},
    {32, "d9 e8", "fld1"},
    {32, "db 28", "fld m10 ds:b0+0"},
    {32, "df e0", "fnstsw r2.0"},
    {32, "df c2", "ffreep st10.2"},
    {32, "dd 30", "fnsave m108 ds:b0+0"},
    {16, "dd 30", "fnsave m94 ds:b3+i6*1+0"},
    {32, "d9 30", "fnstenv m28 ds:b0+0"},
    {32, "df 38", "fistp m8 ds:b0+0"},
    {32, "db f1", "fcomi st10.0 st10.1"},
};

START_TEST(decodes_form)
{
    uint8_t bytes[32];
    unsigned n = parse_hex(forms[_i].hex, bytes);
    struct insn in;

    ck_assert_int_eq(insn_decode(&i686, forms[_i].bits == 32, bytes, n, &in), 1);
    ck_assert_str_eq(print_insn(&in), forms[_i].want);
    ck_assert_uint_eq(in.length, n);
    ck_assert_ptr_eq(in.fn, insn_rows[in.id].fn);
}
END_TEST

/* A seg override or a repeat prefix is visible where there is no operand to show it. */
START_TEST(keeps_prefixes)
{
    struct insn in;

    ck_assert_int_eq(decode_hex(&i686, 32, "2e f2 67 66 f3 a5", &in), 1);
    ck_assert(in.seg == SEG_CS && in.rep == 0xf3 && in.addrsize == 2 && in.opsize == 2);
    ck_assert_int_eq(decode_hex(&i686, 16, "a5", &in), 1);
    ck_assert(in.seg == SEG_DS && in.rep == 0 && in.addrsize == 2 && in.opsize == 2);
}
END_TEST

/* ---- #UD --------------------------------------------------------------------------------- */

static const char *const invalid[] = {
    "8e c8",             /* MOV CS */
    "8e f0",             /* no such segment register */
    "8c f8",    "8d c0", /* memory only: LEA, LES, BOUND, LGDT, INVLPG, CMPXCHG8B, far JMP */
    "c4 c0",    "62 c0",    "0f 01 d0", "0f 01 f8", "0f c7 c8",    "ff e8",    "fe d0",
    "ff f8",    "8f c8",    "c6 c8",    "0f 00 f0", "0f ba c0 00", "0f 01 28", "0f 04",
    "0f 0a",    "0f 05",    "0f 10 00", "0f 30",    "0f 32",       "0f 77",    "0f aa",
    "0f 24 c0", "0f c7 00", "d9 d1",    "d9 08",    "db e5",       "de d8",    "de da",
    "df e1",    "f0 01 c0", /* LOCK with a register, or where it is not allowed */
    "f0 90",    "f0 8b 00", "f0 39 00", "f0 83 38", "f0 0f a3 00", "f0 87 c0", "f0 c6 00 00",
    "f0 d0 00", "f0 a4",
};

START_TEST(rejects)
{
    char hex[64];
    struct insn in;

    snprintf(hex, sizeof hex, "%s 00 00 00 00 00", invalid[_i]);
    ck_assert_int_eq(decode_hex(&i686, 32, hex, &in), -1);
}
END_TEST

static bool is_prefix(uint8_t opcode)
{
    return (opcode & 0xe7) == 0x26 || (opcode >= 0x64 && opcode <= 0x67) || opcode == 0xf0 ||
           opcode == 0xf2 || opcode == 0xf3;
}

/* LOCK makes #UD of a valid instruction, or else the row says that it may be locked. */
static void check_lock(bool map_0f, uint8_t opcode, uint8_t modrm)
{
    uint8_t bytes[INSN_MAX_LENGTH] = {0xf0, 0x0f};
    struct insn plain, locked;
    bool allowed;

    bytes[map_0f + 1] = opcode;
    bytes[map_0f + 2] = modrm;
    if (insn_decode(&i686, true, bytes + 1, sizeof bytes - 1, &plain) != 1)
        return;
    allowed = insn_rows[plain.id].attrs & ATTR_LOCK && plain.op[0].kind == OPERAND_MEM;
    ck_assert_int_eq(insn_decode(&i686, true, bytes, sizeof bytes, &locked), allowed ? 1 : -1);
    ck_assert(!allowed || (locked.lock && locked.id == plain.id));
}

START_TEST(lock_follows_the_row)
{
    for (unsigned opcode = 0; opcode < 256; opcode++) {
        for (unsigned reg = 0; reg < 8; reg++) {
            for (unsigned mod = 0; mod < 0x100; mod += 0xc0) {
                check_lock(true, (uint8_t)opcode, (uint8_t)(mod | reg << 3));
                if (!is_prefix((uint8_t)opcode) && opcode != 0x0f)
                    check_lock(false, (uint8_t)opcode, (uint8_t)(mod | reg << 3));
            }
        }
    }
}
END_TEST

static const struct {
    const char *hex;
    int on_386, on_486, on_i686;
} levels[] = {
    {"0f c8", -1, 1, 1},    /* BSWAP */
    {"0f b1 08", -1, 1, 1}, /* CMPXCHG */
    {"0f c1 08", -1, 1, 1}, /* XADD */
    {"0f 01 38", -1, 1, 1}, /* INVLPG */
    {"0f 08", -1, 1, 1},    /* INVD */
    {"0f a2", -1, -1, 1},   /* CPUID */
    {"0f 31", -1, -1, 1},   /* RDTSC */
    {"0f c7 08", -1, -1, 1}, {"0f 44 c0", -1, -1, 1}, {"da c1", -1, -1, 1},
    {"db f1", -1, -1, 1},    {"0f 1f c0", -1, -1, 1}, {"0f 24 f0", 1, 1, -1}, /* test registers */
    {"0f 26 f0", 1, 1, -1},  {"0f a5 c0", 1, 1, 1},
};

START_TEST(levels_gate)
{
    struct insn in;

    ck_assert_int_eq(decode_hex(&i386, 32, levels[_i].hex, &in), levels[_i].on_386);
    ck_assert_int_eq(decode_hex(&i486, 32, levels[_i].hex, &in), levels[_i].on_486);
    ck_assert_int_eq(decode_hex(&i686, 32, levels[_i].hex, &in), levels[_i].on_i686);
}
END_TEST

START_TEST(features_gate)
{
    struct cpu_model model = i686;
    struct insn in;

    model.features &= ~(uint32_t)CPU_FEAT_CMOV;
    ck_assert_int_eq(decode_hex(&model, 32, "0f 44 c0", &in), -1);
    ck_assert_int_eq(decode_hex(&model, 32, "0f c7 08", &in), 1);
    model.features &= ~(uint32_t)CPU_FEAT_CX8;
    ck_assert_int_eq(decode_hex(&model, 32, "0f c7 08", &in), -1);
}
END_TEST

/* A SIB byte with a scale and no index: the 386 scales the base. */
START_TEST(scale_without_index_on_a_386)
{
    struct insn in;

    ck_assert_int_eq(decode_hex(&i386, 32, "8b 44 a4 08", &in), 1);
    ck_assert_str_eq(print_insn(&in), "mov r4.0 m4 ss:i4*4+8");
    ck_assert_int_eq(decode_hex(&i686, 32, "8b 44 a4 08", &in), 1);
    ck_assert_str_eq(print_insn(&in), "mov r4.0 m4 ss:b4+8");
}
END_TEST

/* ---- The table --------------------------------------------------------------------------- */

/* A ModRM byte that leads to the row, with [eax] or register 1 as operand. */
static uint8_t modrm_for(const struct insn_row *row, bool memory)
{
    if (row->form == FORM_ONE)
        return row->ext;
    return (uint8_t)((memory ? 0 : 0xc1) | (row->form == FORM_SPAN ? 0 : row->ext << 3));
}

/* Decodes the row's opcode with this ModRM byte behind it. */
static int decode_row(const struct insn_row *row, uint8_t opcode, uint8_t modrm, struct insn *in)
{
    const struct cpu_model *model = row->attrs & ATTR_OLD ? &i486 : &i686;
    uint8_t bytes[INSN_MAX_LENGTH] = {0x0f};
    unsigned n = row->map == MAP_0F;

    bytes[n++] = opcode;
    bytes[n] = modrm;
    return insn_decode(model, true, bytes, sizeof bytes, in);
}

static bool takes_memory_only(const struct insn_row *row)
{
    for (unsigned i = 0; i < INSN_MAX_OPERANDS; i++) {
        if (operand_forms[row->op[i]].source == FROM_M)
            return true;
    }
    return row->form == FORM_MEM;
}

START_TEST(every_row_decodes)
{
    for (unsigned id = INSN_INVALID + 1; id < INSN_COUNT; id++) {
        const struct insn_row *row = &insn_rows[id];
        bool memory = takes_memory_only(row);
        unsigned span = row->form == FORM_SPAN ? row->ext : 0;

        ck_assert_msg(row->fn != NULL, "%s", row->mnemonic);
        for (unsigned i = 0; i <= span; i++) {
            struct insn in;

            ck_assert_int_eq(
                decode_row(row, (uint8_t)(row->opcode + i), modrm_for(row, memory), &in), 1);
            ck_assert_msg(in.id == id, "%s (%02x) decodes as %s", row->mnemonic, row->opcode,
                          insn_rows[in.id].mnemonic);
        }
    }
}
END_TEST

START_TEST(rows_are_consistent)
{
    for (unsigned id = INSN_INVALID + 1; id < INSN_COUNT; id++) {
        const struct insn_row *row = &insn_rows[id];

        ck_assert_msg((row->undefined & ~row->written) == 0, "%s", row->mnemonic);
        ck_assert_msg(row->form != FORM_ONE || (row->ext >= 0xc0 && row->attrs & ATTR_X87), "%s",
                      row->mnemonic);
        ck_assert_msg(row->form == FORM_SPAN || row->form == FORM_ONE || row->ext < 8, "%s",
                      row->mnemonic);
    }
}
END_TEST

/* A row for one ModRM byte and a row for its /n must not overlap: the first would hide. */
START_TEST(single_rows_hide_no_group)
{
    for (unsigned id = INSN_INVALID + 1; id < INSN_COUNT; id++) {
        const struct insn_row *one = &insn_rows[id];

        for (unsigned other = INSN_INVALID + 1; one->form == FORM_ONE && other < INSN_COUNT;
             other++) {
            const struct insn_row *group = &insn_rows[other];

            ck_assert_msg(group->opcode != one->opcode || group->map != one->map ||
                              group->form != FORM_REG || group->ext != (one->ext >> 3 & 7),
                          "%s hides %s", one->mnemonic, group->mnemonic);
        }
    }
}
END_TEST

/* ---- Bytes that end ---------------------------------------------------------------------- */

/* Each prefix of a valid instruction asks for more, unless it is already known to be invalid. */
START_TEST(truncated_needs_more)
{
    uint8_t bytes[32];
    unsigned n = parse_hex(forms[_i].hex, bytes);
    struct insn in;

    for (unsigned have = 0; have < n; have++)
        ck_assert_int_eq(insn_decode(&i686, forms[_i].bits == 32, bytes, have, &in), 0);
}
END_TEST

START_TEST(invalid_opcode_needs_no_more)
{
    struct insn in;

    ck_assert_int_eq(decode_hex(&i686, 32, "0f 04", &in), -1);
    ck_assert_int_eq(decode_hex(&i686, 32, "0f", &in), 0);
    ck_assert_int_eq(decode_hex(&i686, 32, "0f 00", &in), 0);
}
END_TEST

START_TEST(fifteen_bytes_at_most)
{
    struct insn in;

    ck_assert_int_eq(decode_hex(&i686, 32, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", &in), 1);
    ck_assert_uint_eq(in.length, 15);
    ck_assert_int_eq(decode_hex(&i686, 32, "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", &in),
                     0);
    ck_assert_int_eq(
        decode_hex(&i686, 32, "66 66 66 66 66 66 66 66 66 66 66 66 81 c0 00 00 00 00", &in), 0);
}
END_TEST

/* Exactly as many bytes as are given, on the heap so that the sanitizer sees one too many. */
START_TEST(random_bytes)
{
    static const struct cpu_model *const models[] = {&i386, &i486, &i686};
    uint32_t state = 12345;

    for (unsigned i = 0; i < 300000; i++) {
        unsigned n;
        uint8_t *bytes;
        struct insn in;
        int result;

        state = state * 1664525 + 1013904223;
        n = state >> 28;
        bytes = malloc(n ? n : 1);
        for (unsigned k = 0; k < n; k++) {
            state = state * 1664525 + 1013904223;
            bytes[k] = (uint8_t)(state >> 24);
        }
        result = insn_decode(models[i % 3], i & 8, bytes, n, &in);
        if (result == 1 && (in.length == 0 || in.length > n || in.fn == NULL ||
                            in.seg >= SEG_COUNT || in.id >= INSN_COUNT))
            ck_abort_msg("case %u: length %u of %u", i, in.length, n);
        if (result == 0 && n == INSN_MAX_LENGTH && in.length != n)
            ck_abort_msg("case %u: asks for more than 15 bytes", i);
        free(bytes);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *tc = tcase_create("decode");
    SRunner *runner = srunner_create(suite);
    int failed, count = sizeof forms / sizeof forms[0];

    tcase_add_loop_test(tc, decodes_form, 0, count);
    tcase_add_test(tc, keeps_prefixes);
    tcase_add_loop_test(tc, rejects, 0, sizeof invalid / sizeof invalid[0]);
    tcase_add_test(tc, lock_follows_the_row);
    tcase_add_loop_test(tc, levels_gate, 0, sizeof levels / sizeof levels[0]);
    tcase_add_test(tc, features_gate);
    tcase_add_test(tc, scale_without_index_on_a_386);
    tcase_add_test(tc, every_row_decodes);
    tcase_add_test(tc, rows_are_consistent);
    tcase_add_test(tc, single_rows_hide_no_group);
    tcase_add_loop_test(tc, truncated_needs_more, 0, count);
    tcase_add_test(tc, invalid_opcode_needs_no_more);
    tcase_add_test(tc, fifteen_bytes_at_most);
    tcase_add_test(tc, random_bytes);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#include "tests/oracle/host_rules.h"

#include <stddef.h>
#include <string.h>

enum { EAX = 1 << GPR_EAX, ECX = 1 << GPR_ECX, EDX = 1 << GPR_EDX, EBX = 1 << GPR_EBX };

static bool with_f3(const struct insn *insn)
{
    return insn->rep == 0xf3;
}

static bool is_register_form(const struct insn *insn)
{
    return insn->modrm >= 0xc0;
}

static const char umip[] = "UMIP: #GP, or Linux answers with constants in its place";

static const struct host_rule rules[] = {
    {"sgdt", NULL, true, 0, umip},
    {"sidt", NULL, true, 0, umip},
    {"sldt", NULL, true, 0, umip},
    {"str", NULL, true, 0, umip},
    {"smsw", NULL, true, 0, umip},
    {"bsf", with_f3, true, 0, "F3 0F BC is TZCNT on processors with BMI1"},
    {"bsr", with_f3, true, 0, "F3 0F BD is LZCNT on processors with LZCNT"},
    {"lds", is_register_form, true, 0, "C5 with such a second byte is a VEX prefix"},
    {"les", is_register_form, true, 0, "C4 with such a second byte is a VEX prefix"},
    {"bound", is_register_form, true, 0, "62 with such a second byte is an EVEX prefix"},
    {"rdtsc", NULL, false, EAX | EDX, "the time is the host's"},
    {"cpuid", NULL, false, EAX | EBX | ECX | EDX, "the processor is the host's"},
};

const struct host_rule *host_rule_find(const struct insn *insn)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!strcmp(rules[i].mnemonic, insn_rows[insn->id].mnemonic) &&
            (!rules[i].applies || rules[i].applies(insn)))
            return &rules[i];
    return NULL;
}

/* Opcodes that came later: MMX, SSE, AVX, system calls, virtualization and the rest. */
static const struct {
    uint8_t map, first, last;
} later[] = {
    {MAP_1, 0x62, 0x62},  {MAP_1, 0xc4, 0xc7},  {MAP_0F, 0x01, 0x01}, {MAP_0F, 0x05, 0x05},
    {MAP_0F, 0x07, 0x07}, {MAP_0F, 0x0d, 0x0d}, {MAP_0F, 0x10, 0x17}, {MAP_0F, 0x28, 0x2f},
    {MAP_0F, 0x30, 0x30}, {MAP_0F, 0x32, 0x35}, {MAP_0F, 0x37, 0x38}, {MAP_0F, 0x3a, 0x3a},
    {MAP_0F, 0x50, 0x7f}, {MAP_0F, 0xae, 0xae}, {MAP_0F, 0xb8, 0xb8}, {MAP_0F, 0xc2, 0xc7},
    {MAP_0F, 0xd0, 0xfe},
};

static bool is_prefix(uint8_t byte)
{
    return (byte & 0xe7) == 0x26 || (byte >= 0x64 && byte <= 0x67) || byte == 0xf0 ||
           byte == 0xf2 || byte == 0xf3;
}

/* DB, DD and DF /1 with memory: FISTTP, of SSE3. */
static bool is_fisttp(uint8_t opcode, uint8_t modrm)
{
    return (opcode == 0xdb || opcode == 0xdd || opcode == 0xdf) && modrm < 0xc0 &&
           (modrm >> 3 & 7) == 1;
}

bool host_has_later_insn(const uint8_t *code, unsigned size)
{
    unsigned at = 0;
    while (at + 2 < size && is_prefix(code[at]))
        at++;
    if (is_fisttp(code[at], code[at + 1]))
        return true;
    unsigned map = code[at] == 0x0f ? MAP_0F : MAP_1;
    uint8_t opcode = map == MAP_0F ? code[at + 1] : code[at];
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (later[i].map == map && opcode >= later[i].first && opcode <= later[i].last)
            return true;
    return false;
}

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

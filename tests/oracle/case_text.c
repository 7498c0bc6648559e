#include "tests/oracle/case_text.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The numbers of a test by name. */
static const struct {
    const char *name;
    unsigned offset, size;
} fields[] = {
#define FIELD(name, member)                                                                        \
    {                                                                                              \
        name, offsetof(struct oracle_input, member), sizeof((struct oracle_input *)0)->member      \
    }
    FIELD("at", code_at),       FIELD("eip", regs.eip),     FIELD("eflags", regs.eflags),
    FIELD("eax", regs.gpr[0]),  FIELD("ecx", regs.gpr[1]),  FIELD("edx", regs.gpr[2]),
    FIELD("ebx", regs.gpr[3]),  FIELD("esp", regs.gpr[4]),  FIELD("ebp", regs.gpr[5]),
    FIELD("esi", regs.gpr[6]),  FIELD("edi", regs.gpr[7]),  FIELD("es", regs.seg[0]),
    FIELD("cs", regs.seg[1]),   FIELD("ss", regs.seg[2]),   FIELD("ds", regs.seg[3]),
    FIELD("fs", regs.seg[4]),   FIELD("gs", regs.seg[5]),   FIELD("cw", regs.x87.cw),
    FIELD("sw", regs.x87.sw),   FIELD("tw", regs.x87.tw),   FIELD("fop", regs.x87.fop),
    FIELD("fip", regs.x87.fip), FIELD("fcs", regs.x87.fcs), FIELD("fdp", regs.x87.fdp),
    FIELD("fds", regs.x87.fds),
#undef FIELD
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static const char *const st_names[] = {"st0", "st1", "st2", "st3", "st4", "st5", "st6", "st7"};

void case_text_default(struct oracle_input *in)
{
    *in = (struct oracle_input){
        .code_at = ORACLE_CODE + 0x800,
        .regs =
            {
                .eip = ORACLE_CODE + 0x800,
                .eflags = 0x302,
                .seg = {ORACLE_USER_DS, ORACLE_USER_CS, ORACLE_USER_DS, ORACLE_USER_DS,
                        ORACLE_USER_DS, ORACLE_USER_DS},
                .x87 = {.cw = 0x37f, .tw = 0xffff},
            },
    };
}

static uint32_t get(const struct oracle_input *in, unsigned field)
{
    uint32_t value = 0;
    memcpy(&value, (const uint8_t *)in + fields[field].offset, fields[field].size);
    return value;
}

static void print_bytes(FILE *out, const uint8_t *bytes, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fprintf(out, "%02x", bytes[i]);
}

void case_text_print(FILE *out, const struct oracle_input *in, uint32_t pattern)
{
    struct oracle_input plain;
    case_text_default(&plain);
    fputs("code=", out);
    print_bytes(out, in->code, in->code_size);
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        if (get(in, i) != get(&plain, i))
            fprintf(out, " %s=%x", fields[i].name, get(in, i));
    for (unsigned i = 0; i < 8; i++)
        if (memcmp(in->regs.x87.st[i], plain.regs.x87.st[i], 10)) {
            fprintf(out, " %s=", st_names[i]);
            print_bytes(out, in->regs.x87.st[i], 10);
        }
    for (unsigned i = 0; i < in->poke_count; i++) {
        fprintf(out, " poke=%x:", in->poke[i].address);
        print_bytes(out, in->poke[i].bytes, in->poke[i].size);
    }
    fprintf(out, " pattern=%x\n", pattern);
}

/* How many bytes the hex digits gave, or -1. */
static int parse_bytes(const char *hex, uint8_t *bytes, unsigned room)
{
    unsigned n = 0;
    for (; hex[2 * n]; n++) {
        unsigned value;
        if (n == room || !hex[2 * n + 1] || sscanf(hex + 2 * n, "%2x", &value) != 1)
            return -1;
        bytes[n] = (uint8_t)value;
    }
    return (int)n;
}

static int parse_poke(const char *value, struct oracle_input *in)
{
    struct oracle_poke *p = &in->poke[in->poke_count];
    char *end;
    if (in->poke_count == ORACLE_MAX_POKES)
        return -1;
    p->address = (uint32_t)strtoul(value, &end, 16);
    int n = *end == ':' ? parse_bytes(end + 1, p->bytes, ORACLE_POKE_BYTES) : -1;
    if (n < 0)
        return -1;
    p->size = (uint32_t)n;
    in->poke_count++;
    return 0;
}

static int parse_number(const char *name, const char *value, struct oracle_input *in)
{
    char *end;
    uint32_t number = (uint32_t)strtoul(value, &end, 16);
    for (unsigned i = 0; i < FIELD_COUNT && !*end; i++)
        if (!strcmp(name, fields[i].name)) {
            memcpy((uint8_t *)in + fields[i].offset, &number, fields[i].size);
            return 0;
        }
    return -1;
}

static int parse_word(const char *name, const char *value, struct oracle_input *in,
                      uint32_t *pattern)
{
    if (!strcmp(name, "code")) {
        int n = parse_bytes(value, in->code, ORACLE_MAX_CODE);
        in->code_size = n > 0 ? (uint32_t)n : 0;
        return n > 0 ? 0 : -1;
    }
    if (!strcmp(name, "poke"))
        return parse_poke(value, in);
    if (!strcmp(name, "pattern")) {
        *pattern = (uint32_t)strtoul(value, NULL, 16);
        return 0;
    }
    for (unsigned i = 0; i < 8; i++)
        if (!strcmp(name, st_names[i]))
            return parse_bytes(value, in->regs.x87.st[i], 10) == 10 ? 0 : -1;
    return parse_number(name, value, in);
}

int case_text_parse(const char *text, struct oracle_input *in, uint32_t *pattern, char *why,
                    unsigned long why_size)
{
    char *copy = strdup(text), *rest = copy, *word;
    int err = copy ? 0 : -ENOMEM;
    case_text_default(in);
    *pattern = 0;
    while (!err && (word = strtok_r(rest, " \n", &rest))) {
        char *value = strchr(word, '=');
        if (value)
            *value++ = 0;
        if (!value || parse_word(word, value, in, pattern)) {
            snprintf(why, why_size, "%s: not understood in a test", word);
            err = -EINVAL;
        }
    }
    if (!err && !in->code_size) {
        snprintf(why, why_size, "a test needs code=");
        err = -EINVAL;
    }
    free(copy);
    return err;
}

#include "emu/run/recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "emu/machine/clock.h"
#include "emu/support/file.h"
#include "emu/support/log.h"
#include "emu/support/quoted.h"

static const char *const kinds[] = {
    [INPUT_SERIAL] = "serial",
    [INPUT_KEY] = "key",
    [INPUT_MEMORY] = "memory",
    [INPUT_REGISTERS] = "registers",
    [INPUT_CARRIER] = "carrier",
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* How a run can be ended from outside; anything else is the machine's own doing. */
static const struct {
    enum run_end end;
    const char *word;
} ends[] = {
    {RUN_ENDS, "itself"},   {RUN_INTERRUPTED, "interrupted"},
    {RUN_BUDGET, "budget"}, {RUN_WALL, "wall-timeout"},
    {RUN_IDLE, "idle"},     {RUN_PANIC, "panic"},
};

enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

/* ---- Writing ----------------------------------------------------------------------------- */

static const char *end_word(enum run_end end)
{
    for (unsigned i = 0; i < ENDS; i++)
        if (ends[i].end == end)
            return ends[i].word;
    return ends[0].word;
}

static void print(FILE *out, const struct recording *r)
{
    fprintf(out, "forkscope recording %d\n", RECORDING_VERSION);
    fprintf(out,
            "machine ram %" PRIu32 " mips %" PRIu32 " cpu %u %" PRIu32 " rtc %" PRId64
            " jitter %" PRIu32 "\n",
            r->machine.ram_mb, r->machine.mips, (unsigned)r->machine.cpu.level,
            r->machine.cpu.features, r->machine.rtc_epoch, r->jitter);
    fprintf(out, "kernel %016" PRIx64 "\n", r->machine.kernel);
    fprintf(out, "start %016" PRIx64 "\n", r->start);
    for (size_t i = 0; i < r->log.count; i++) {
        const struct input *in = &r->log.input[i];

        fprintf(out, "%s %" PRIu64 " %" PRIu32 " ", kinds[in->kind], in->when.icount,
                in->when.turn);
        quoted_write(out, in->bytes, in->size);
        fputc('\n', out);
    }
    fprintf(out, "end %" PRIu64 " %" PRIu32 " %s\n", r->end.icount, r->end.turn,
            end_word(r->ended));
}

int recording_write(const char *path, const struct recording *r, char *why, size_t why_size)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size), *f;
    bool ok;

    if (!memory)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    print(memory, r);
    ok = fclose(memory) == 0;
    f = ok ? fopen(path, "we") : NULL;
    ok = f && fwrite(text, 1, size, f) == size &&
         fprintf(f, "sum %08lx\n", crc32_z(0, (const uint8_t *)text, size)) > 0;
    if (f)
        ok = fclose(f) == 0 && ok;
    free(text);
    return ok ? 0
              : log_why(why, why_size, -EIO, "cannot write the recording to '%s': %s", path,
                        strerror(errno));
}

/* ---- Reading ----------------------------------------------------------------------------- */

struct parser {
    struct recording *r;
    const char *name;
    const char *at, *end; /* of the line under way */
    unsigned line;
    bool ended;
    uint8_t *bytes; /* room for a line's bytes */
    char *why;
    size_t why_size;
};

static int damaged(const struct parser *p, const char *reason)
{
    return log_why(p->why, p->why_size, -EINVAL, "'%s', line %u: %s", p->name, p->line, reason);
}

/* A word, and the space behind it. */
static bool take_word(struct parser *p, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(p->end - p->at) < n || memcmp(p->at, word, n) != 0)
        return false;
    if (p->at + n < p->end && p->at[n] != ' ')
        return false;
    p->at += n + (p->at + n < p->end);
    return true;
}

/* A number that is not greater than `max`, and the space behind it. */
static bool take_number(struct parser *p, unsigned base, uint64_t max, uint64_t *value)
{
    static const char digits[] = "0123456789abcdef";
    const char *from = p->at;

    *value = 0;
    while (p->at < p->end && *p->at != ' ') {
        const char *digit = *p->at ? memchr(digits, *p->at, base) : NULL;

        if (!digit || __builtin_mul_overflow(*value, base, value) ||
            __builtin_add_overflow(*value, (uint64_t)(digit - digits), value) || *value > max)
            return false;
        p->at++;
    }
    if (p->at == from)
        return false;
    p->at += p->at < p->end;
    return true;
}

static bool parse_machine(struct parser *p)
{
    struct savefile_config *m = &p->r->machine;
    uint64_t ram, mips, level, features, rtc, jitter;

    if (!take_word(p, "machine") || !take_word(p, "ram") || !take_number(p, 10, 1024, &ram) ||
        !take_word(p, "mips") || !take_number(p, 10, CLOCK_MIPS_MAX, &mips) ||
        !take_word(p, "cpu") || !take_number(p, 10, CPU_I686, &level) ||
        !take_number(p, 10, UINT32_MAX, &features) || !take_word(p, "rtc") ||
        !take_number(p, 10, UINT32_MAX, &rtc) || !take_word(p, "jitter") ||
        !take_number(p, 10, UINT32_MAX, &jitter) || !ram || !mips)
        return false;
    m->ram_mb = (uint32_t)ram;
    m->mips = (uint32_t)mips;
    m->cpu = (struct cpu_model){(enum cpu_level)level, (uint32_t)features};
    m->rtc_epoch = (int64_t)rtc;
    p->r->jitter = (uint32_t)jitter;
    return true;
}

static bool parse_moment(struct parser *p, struct moment *when)
{
    uint64_t icount, turn;

    if (!take_number(p, 10, UINT64_MAX, &icount) || !take_number(p, 10, UINT32_MAX, &turn))
        return false;
    *when = (struct moment){icount, (uint32_t)turn};
    return true;
}

static bool is_size_possible(enum input_kind kind, size_t size)
{
    switch (kind) {
    case INPUT_MEMORY:
        return size >= 4;
    case INPUT_REGISTERS:
        return size == inputlog_registers_size();
    case INPUT_CARRIER:
        return size == 1;
    default:
        return size > 0;
    }
}

static int parse_input(struct parser *p, enum input_kind kind)
{
    const struct inputlog *log = &p->r->log;
    struct moment when;
    size_t n;

    if (!parse_moment(p, &when) ||
        quoted_read(p->at, p->end, p->bytes, (size_t)(p->end - p->at), &n) != p->end ||
        !is_size_possible(kind, n))
        return damaged(p, "not an input: KIND STEP TURN \"BYTES\"");
    if (log->count && moment_before(when, log->input[log->count - 1].when))
        return damaged(p, "an input before the one above it");
    if (inputlog_add(&p->r->log, when, kind, p->bytes, (uint32_t)n))
        return log_why(p->why, p->why_size, -ENOMEM, "out of memory");
    return 0;
}

static int parse_end(struct parser *p)
{
    if (!parse_moment(p, &p->r->end))
        return damaged(p, "not an end: end STEP TURN HOW");
    for (unsigned i = 0; i < ENDS && !p->ended; i++) {
        p->ended = take_word(p, ends[i].word) && p->at == p->end;
        p->r->ended = ends[i].end;
    }
    return p->ended ? 0 : damaged(p, "not an end: end STEP TURN HOW");
}

static int parse_body(struct parser *p)
{
    if (take_word(p, "end"))
        return parse_end(p);
    for (unsigned i = 1; i < KINDS; i++)
        if (take_word(p, kinds[i]))
            return parse_input(p, (enum input_kind)i);
    return damaged(p, "what is this? (serial, key, memory, registers, carrier, end)");
}

static int parse_head(struct parser *p)
{
    uint64_t version;

    switch (p->line) {
    case 1:
        if (!take_word(p, "forkscope") || !take_word(p, "recording") ||
            !take_number(p, 10, UINT32_MAX, &version))
            return log_why(p->why, p->why_size, -EINVAL, "'%s' is no recording (see --record)",
                           p->name);
        if (version != RECORDING_VERSION)
            return log_why(p->why, p->why_size, -EINVAL,
                           "'%s' is a recording of version %" PRIu64 "; this forkscope reads "
                           "version %d",
                           p->name, version, RECORDING_VERSION);
        return 0;
    case 2:
        return parse_machine(p) ? 0 : damaged(p, "not the description of a machine");
    case 3:
        return take_word(p, "kernel") && take_number(p, 16, UINT64_MAX, &p->r->machine.kernel)
                   ? 0
                   : damaged(p, "not a kernel's number");
    default:
        return take_word(p, "start") && take_number(p, 16, UINT64_MAX, &p->r->start)
                   ? 0
                   : damaged(p, "not a state's number");
    }
}

enum { HEAD_LINES = 4 };

static int parse_line(struct parser *p)
{
    int error = p->line <= HEAD_LINES ? parse_head(p) : parse_body(p);

    if (!error && p->at != p->end && p->line <= HEAD_LINES)
        return damaged(p, "more than belongs there");
    return error;
}

/* The last line says whether all lines are there; `body` is what comes before it. */
static bool sum_holds(const char *text, size_t size, size_t *body)
{
    char line[32];
    size_t n;

    for (*body = size ? size - 1 : 0; *body > 0 && text[*body - 1] != '\n';)
        --*body;
    n = (size_t)snprintf(line, sizeof(line), "sum %08lx\n",
                         crc32_z(0, (const uint8_t *)text, *body));
    return n == size - *body && memcmp(text + *body, line, n) == 0;
}

static int parse_lines(struct parser *p, const char *text, size_t size)
{
    size_t body;
    bool whole = sum_holds(text, size, &body);
    const char *end = text + (whole ? body : size);
    int error = 0;

    if (size == 0)
        return log_why(p->why, p->why_size, -EINVAL, "'%s' is no recording (see --record)",
                       p->name);
    while (text < end && !error && !p->ended) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));

        p->line++;
        p->at = text;
        p->end = newline ? newline : end;
        if (p->line == 2 && !whole)
            return log_why(p->why, p->why_size, -EINVAL,
                           "'%s' is cut off or was changed: its sum does not hold", p->name);
        error = parse_line(p);
        text = newline ? newline + 1 : end;
    }
    if (!error && (!p->ended || text < end))
        return damaged(p, "the recording has no end, or something comes behind it");
    return error;
}

int recording_parse(struct recording *r, const char *name, const char *text, size_t size, char *why,
                    size_t why_size)
{
    struct parser p = {.r = r, .name = name, .why = why, .why_size = why_size};
    int error;

    *r = (struct recording){0};
    p.bytes = malloc(size ? size : 1);
    if (!p.bytes)
        return log_why(why, why_size, -ENOMEM, "out of memory");
    error = parse_lines(&p, text, size);
    free(p.bytes);
    return error;
}

int recording_read(struct recording *r, const char *path, char *why, size_t why_size)
{
    struct file file;
    int error = file_read(path, RECORDING_FILE_MAX, &file, why, why_size);

    *r = (struct recording){0};
    if (error)
        return error;
    error = recording_parse(r, path, (const char *)file.bytes, file.size, why, why_size);
    file_release(&file);
    return error;
}

void recording_release(struct recording *r)
{
    inputlog_release(&r->log);
}

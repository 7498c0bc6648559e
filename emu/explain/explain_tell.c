/* The story of one step: each happening in its turn, numbered. */
#include "emu/explain/explain.h"

#include <inttypes.h>

#include "emu/explain/explain_words.h"
#include "emu/guest/disasm.h"

static const char *const kinds[] = {[CPU_INT_SOFTWARE] = "a software interrupt",
                                    [CPU_INT_FAULT] = "a fault",
                                    [CPU_INT_TRAP] = "a trap",
                                    [CPU_INT_ABORT] = "an abort",
                                    [CPU_INT_IRQ] = "a hardware interrupt",
                                    [CPU_INT_NMI] = "a non-maskable interrupt"};

/* ---- The place ----------------------------------------------------------------------------- */

/* As much of the instruction as can be read. */
static size_t read_code(const struct inspect *in, uint32_t linear, uint8_t *code)
{
    size_t n = 0;

    while (n < DISASM_BYTES && inspect_read(in, linear + (uint32_t)n, &code[n], 1))
        n++;
    return n;
}

static void tell_instruction(const struct inspect *in, uint32_t linear, FILE *out)
{
    const struct cpu_state *cpu = inspect_cpu(in);
    struct disasm_options options = {.code16 = !(cpu->seg[SEG_CS].attr & SEGATTR_DB),
                                     .symbols = in->symbols};
    uint8_t code[DISASM_BYTES];
    size_t size = read_code(in, linear, code);
    struct disasm_insn insn;

    if (size == 0) {
        fprintf(out, "   the instruction cannot be read\n");
        return;
    }
    disasm_decode(&options, linear, code, size, &insn);
    fprintf(out, "   %s  (", insn.text);
    for (unsigned i = 0; i < insn.length && i < size; i++)
        fprintf(out, i ? " %02x" : "%02x", code[i]);
    fprintf(out, ")\n");
}

static void tell_place(const struct inspect *in, uint16_t cs, uint32_t eip, unsigned cpl, FILE *out)
{
    const struct cpu_state *cpu = inspect_cpu(in);
    struct sight sight = {.in = in};
    struct teller t = {&sight, cpu, out, false};
    char where[ADDRESS_TEXT];
    const char *file;
    int line;

    fprintf(out, "ring %u, at %04x:%s", cpl, cs, address_text(&t, eip, where));
    if (in->guestinfo && guestinfo_line(in->guestinfo, eip, &file, &line))
        fprintf(out, ", %s:%d", file, line);
    fprintf(out, "\n");
    tell_instruction(in, eip, out);
}

void explain_place(const struct inspect *in, FILE *out)
{
    const struct cpu_state *cpu = inspect_cpu(in);

    fprintf(out, "Step %" PRIu64 ", ", cpu->icount);
    tell_place(in, cpu->seg[SEG_CS].selector, cpu->seg[SEG_CS].base + cpu->eip, cpu->cpl, out);
}

/* ---- Happenings ------------------------------------------------------------------------------ */

static void tell_title(FILE *out, unsigned number, unsigned vector, enum cpu_int_kind kind)
{
    if (vector <= VEC_AC && *vector_title(vector))
        fprintf(out, "%u. %s, %s (vector %u), %s\n", number, vector_name(vector),
                vector_title(vector), vector, kinds[kind]);
    else
        fprintf(out, "%u. interrupt 0x%02x, %s\n", number, vector, kinds[kind]);
}

static bool is_exception(enum cpu_int_kind kind)
{
    return kind == CPU_INT_FAULT || kind == CPU_INT_ABORT || kind == CPU_INT_TRAP;
}

/* The processor before the delivery, as far as a delivery looks at it. */
static struct cpu_state before(const struct explain_event *e)
{
    struct cpu_state s = e->after;
    const struct cpu_int_event *i = &e->interrupt;

    s.cpl = i->cpl_from;
    s.eip = i->from_eip;
    s.seg[SEG_CS].selector = i->from_cs;
    for (unsigned n = 0; n < i->slot_count; n++) {
        if (i->slot[n].word == FRAME_EFLAGS)
            s.eflags = i->slot[n].value;
        if (i->slot[n].word == FRAME_ESP)
            s.gpr[GPR_ESP] = i->slot[n].value;
    }
    if (!i->stack_switch)
        s.gpr[GPR_ESP] += i->slot_count * i->slot_size;
    return s;
}

static void tell_frame(struct teller *t, const struct cpu_frame_slot *slot, unsigned count)
{
    static const char *const names[] = {"GS",     "FS", "DS",  "ES",    "SS",       "ESP",
                                        "EFLAGS", "CS", "EIP", "error", "parameter"};

    for (unsigned i = 0; i < count; i++)
        teller_say(t, "  %-6s at %08x: %08x", names[slot[i].word], slot[i].linear, slot[i].value);
}

static void tell_interrupt(const struct explain_event *e, const struct sight *sight,
                           unsigned number, FILE *out)
{
    const struct cpu_int_event *i = &e->interrupt;
    struct cpu_state was = before(e);
    struct teller t = {sight, &was, out, false};
    char handler[ADDRESS_TEXT];

    tell_title(out, number, i->vector, i->kind);
    if (is_exception(i->kind))
        tell_cause(&t, i->vector, i->has_error, i->error, i->cr2);
    tell_delivery(&t, i->vector, i->kind, 0);
    tell_frame(&t, i->slot, i->slot_count);
    fprintf(out, "   The handler begins in ring %u at %04x:%s.\n", e->after.cpl,
            e->after.seg[SEG_CS].selector, address_text(&t, e->after.eip, handler));
}

/* SDM vol. 3, tables 6-4 and 6-5. */
static bool is_contributory(unsigned vector)
{
    return vector == VEC_DE || (vector >= VEC_TS && vector <= VEC_GP);
}

static void tell_escalation(const struct cpu_failed_event *f, FILE *out)
{
    const char *first = vector_name(f->vector), *second = vector_name(f->because);
    bool both = is_contributory(f->vector) && is_contributory(f->because);

    if (f->kind == CPU_INT_ABORT)
        fprintf(out, "   So a #DF cannot be delivered, and nothing is left to try: shutdown.\n");
    else if (f->kind == CPU_INT_FAULT &&
             (both ||
              (f->vector == VEC_PF && (f->because == VEC_PF || is_contributory(f->because)))))
        fprintf(out, "   So %s comes while %s is delivered; these two together are #DF.\n", second,
                first);
    else
        fprintf(out, "   So %s comes instead.\n", second);
}

static void tell_failed(const struct explain_event *e, const struct sight *sight, unsigned number,
                        bool first, FILE *out)
{
    const struct cpu_failed_event *f = &e->failed;
    struct teller t = {sight, &e->after, out, false};
    bool stack = f->because == VEC_PF;

    tell_title(out, number, f->vector, f->kind);
    if (is_exception(f->kind) && (first || f->vector == VEC_PF))
        tell_cause(&t, f->vector, f->has_error, f->error, f->cr2);
    t.decided = false;
    if (tell_delivery(&t, f->vector, f->kind, stack ? f->cr2 : 0))
        teller_say(&t, "what refused it does not show in the tables any more");
    if (stack)
        tell_page_walk(&t, f->cr2, f->because_error);
    else
        fprintf(out, "   That is %s, error code %04x.\n", vector_name(f->because),
                f->because_error);
    tell_escalation(f, out);
}

static void tell_iret(const struct explain_event *e, const struct sight *sight, unsigned number,
                      FILE *out)
{
    const struct cpu_iret_event *i = &e->iret;
    struct teller t = {sight, &e->after, out, false};
    char to[ADDRESS_TEXT];

    fprintf(out, "%u. IRET, ring %u to ring %u\n", number, i->cpl_from, i->cpl_to);
    if (i->task_return) {
        teller_say(&t, "NT was 1: it goes back to another task");
        return;
    }
    tell_frame(&t, i->slot, i->slot_count);
    teller_say(&t,
               i->cpl_to > i->cpl_from
                   ? "RPL of the popped CS is %u, an outer ring: ESP and SS are popped, too"
                   : "RPL of the popped CS is %u, the same ring: the stack stays",
               i->cpl_to);
    fprintf(out, "   It goes on at %04x:%s.\n", e->after.seg[SEG_CS].selector,
            address_text(&t, e->after.eip, to));
}

void sight_tell(const struct sight *sight, const struct explain_event *e, unsigned number,
                FILE *out)
{
    struct teller t = {sight, &e->after, out, false};

    switch (e->kind) {
    case EXPLAIN_INT:
        tell_interrupt(e, sight, number, out);
        break;
    case EXPLAIN_FAILED:
        tell_failed(e, sight, number, number == 1, out);
        break;
    case EXPLAIN_IRET:
        tell_iret(e, sight, number, out);
        break;
    case EXPLAIN_TASK:
        fprintf(out, "%u. a hardware task switch\n", number);
        tell_task_switch(&t, &e->task, &e->after);
        break;
    case EXPLAIN_SHUTDOWN:
        fprintf(out, "Triple fault: the CPU stops until RESET#, which a PC gives at once.\n");
        break;
    }
}

/* ---- Steps ----------------------------------------------------------------------------------- */

static uint64_t oldest(const struct explain_log *log)
{
    return log->count > EXPLAIN_KEPT ? log->count - EXPLAIN_KEPT : 0;
}

static const struct explain_event *event_at(const struct explain_log *log, uint64_t n)
{
    return &log->event[n % EXPLAIN_KEPT];
}

bool explain_step(const struct explain_log *log, const struct inspect *in, uint64_t icount,
                  FILE *out)
{
    struct sight sight = {.in = in};
    unsigned number = 0;

    for (uint64_t n = oldest(log); n < log->count; n++)
        if (event_at(log, n)->icount == icount)
            sight_tell(&sight, event_at(log, n), ++number, out);
    return number > 0;
}

bool explain_crash(const struct explain_log *log, const struct inspect *in, FILE *out)
{
    const struct explain_event *last = event_at(log, log->count - 1);

    if (log->count == 0 || last->kind != EXPLAIN_SHUTDOWN)
        return false;
    explain_place(in, out);
    return explain_step(log, in, last->icount, out);
}

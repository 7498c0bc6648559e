#include "emu/time/inputlog.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/support/bytes.h"
#include "emu/time/statelayout.h"

/* Turns in one call of inputlog_run(): then the caller gets a chance to look at its own limits. */
enum { TURNS = 10000 };

struct moment moment_now(const struct machine *m)
{
    return (struct moment){machine_icount(m), machine_turn(m)};
}

/* ---- The log ----------------------------------------------------------------------------- */

void inputlog_release(struct inputlog *log)
{
    log->next = 0;
    inputlog_truncate(log);
    free(log->input);
    *log = (struct inputlog){0};
}

static int make_room(struct inputlog *log)
{
    size_t room = log->room ? log->room * 2 : 64;
    struct input *input;

    if (log->count < log->room)
        return 0;
    input = realloc(log->input, room * sizeof(*input));
    if (!input)
        return -ENOMEM;
    log->input = input;
    log->room = room;
    return 0;
}

int inputlog_add(struct inputlog *log, struct moment when, enum input_kind kind, const void *bytes,
                 uint32_t size)
{
    uint8_t *copy = make_room(log) ? NULL : malloc(size ? size : 1);

    if (!copy)
        return -ENOMEM;
    memcpy(copy, bytes, size);
    log->input[log->count++] = (struct input){when, kind, size, copy};
    return 0;
}

size_t inputlog_registers_size(void)
{
    return section_bytes(&statelayout[0]);
}

int inputlog_add_registers(struct inputlog *log, struct moment when, const struct cpu_state *state)
{
    uint8_t bytes[sizeof(*state)];

    assert(inputlog_registers_size() <= sizeof(bytes));
    section_encode(&statelayout[0], state, bytes);
    return inputlog_add(log, when, INPUT_REGISTERS, bytes, (uint32_t)inputlog_registers_size());
}

void inputlog_truncate(struct inputlog *log)
{
    while (log->count > log->next)
        free(log->input[--log->count].bytes);
}

void inputlog_rewind(struct inputlog *log, struct moment now)
{
    size_t low = 0, high = log->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (moment_before(log->input[mid].when, now))
            low = mid + 1;
        else
            high = mid;
    }
    log->next = low;
}

/* ---- Feeding it to a machine ------------------------------------------------------------- */

static const struct input *next_input(const struct inputlog *log)
{
    return log->next < log->count ? &log->input[log->next] : NULL;
}

static void give_memory(struct machine *m, const struct input *in)
{
    uint32_t paddr = get_le32(in->bytes);

    machine_poke(m, paddr, in->bytes + sizeof(paddr), in->size - sizeof(paddr));
}

static void give_registers(struct machine *m, const struct input *in)
{
    struct cpu_state state = *cpu_state(machine_cpu(m));
    uint64_t icount = state.icount;

    if (section_decode(&statelayout[0], in->bytes, &state))
        return;
    state.icount = icount;
    machine_set_cpu(m, &state);
}

static void give(struct machine *m, const struct input *in)
{
    switch (in->kind) {
    case INPUT_SERIAL:
        machine_serial_input(m, in->bytes, in->size);
        break;
    case INPUT_KEY:
        machine_press_key(m, in->bytes, in->size);
        break;
    case INPUT_MEMORY:
        give_memory(m, in);
        break;
    case INPUT_REGISTERS:
        give_registers(m, in);
        break;
    case INPUT_CARRIER:
        machine_set_carrier(m, in->bytes[0]);
        break;
    }
}

/* Is there input for this moment? */
static bool is_due(const struct inputlog *log, const struct machine *m)
{
    const struct input *in = next_input(log);

    return in && !moment_before(moment_now(m), in->when);
}

void inputlog_feed(struct inputlog *log, struct machine *m)
{
    while (is_due(log, m))
        give(m, &log->input[log->next++]);
}

/* One turn on at the same step, as the one who ran it the first time did: a machine that is halted
 * and gets no input skips time, any other is run. */
static enum machine_end next_turn(struct machine *m)
{
    if (!machine_is_halted(m))
        return machine_run(m, machine_icount(m) + 1);
    machine_skip_idle(m);
    return MACHINE_RUNNING;
}

/* The next input comes in a later turn of this step. */
static enum machine_end turn_to_input(struct machine *m)
{
    enum machine_end end;

    machine_set_interactive(m, true);
    end = next_turn(m);
    return end == MACHINE_IDLE ? MACHINE_RUNNING : end;
}

enum machine_end inputlog_run(struct inputlog *log, struct machine *m, uint64_t until)
{
    enum machine_end end = MACHINE_RUNNING;
    bool interactive = machine_interactive(m), arrived = true;
    unsigned turns = 0;

    while (machine_icount(m) < until && end == MACHINE_RUNNING && arrived && turns < TURNS) {
        inputlog_feed(log, m);

        const struct input *in = next_input(log);
        if (in && in->when.icount == machine_icount(m)) {
            end = turn_to_input(m);
            turns++;
            continue;
        }
        uint64_t to = in && in->when.icount < until ? in->when.icount : until;

        machine_set_interactive(m, !in && interactive);
        end = machine_run(m, to);
        arrived = machine_icount(m) >= to;
    }
    machine_set_interactive(m, interactive);
    return end;
}

bool inputlog_finish(struct inputlog *log, struct machine *m, struct moment to)
{
    bool interactive = machine_interactive(m), there = true;

    machine_set_interactive(m, true);
    inputlog_feed(log, m);
    while (there && moment_before(moment_now(m), to)) {
        uint32_t turn = machine_turn(m);

        next_turn(m);
        there = machine_icount(m) == to.icount && machine_turn(m) > turn;
        inputlog_feed(log, m);
    }
    machine_set_interactive(m, interactive);
    return there;
}

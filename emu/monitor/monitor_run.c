/* Commands that drive the machine and say where it stops. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emu/monitor/monitor_state.h"

/* ---- Where it stands --------------------------------------------------------------------- */

uint32_t monitor_pc(const struct monitor *m)
{
    const struct cpu_state *cpu = inspect_cpu(m->in);

    return cpu->seg[SEG_CS].base + cpu->eip;
}

void monitor_show_here(struct monitor *m)
{
    const struct cpu_state *cpu = inspect_cpu(m->in);
    struct disasm_options options = {.symbols = m->in->symbols,
                                     .code16 = !(cpu->seg[SEG_CS].attr & SEGATTR_DB)};
    uint32_t pc = monitor_pc(m);
    uint8_t bytes[DISASM_BYTES];
    struct disasm_insn insn;
    struct inspect_task task;
    char name[96];
    const char *file;
    int line;

    disasm_decode(&options, pc, bytes,
                  cpu_peek(machine_cpu(m->in->machine), cpu->cr3, pc, bytes, sizeof(bytes)), &insn);
    monitor_say(m, "step %" PRIu64 "  ring %u", cpu->icount, cpu->cpl);
    if (inspect_current(m->in, &task))
        monitor_say(m, "  %s, pid %d", task.comm, task.pid);
    monitor_say(m, "\n%08" PRIx32 "  %s  %s\n", pc, monitor_symbol(m, pc, name, sizeof(name)),
                insn.text);
    if (m->in->guestinfo && guestinfo_line(m->in->guestinfo, pc, &file, &line))
        monitor_say(m, "%s:%d\n", file, line);
}

void monitor_where(struct monitor *m, const struct monitor_line *line)
{
    (void)line;
    monitor_show_here(m);
}

void monitor_tell_stop(struct monitor *m, struct monitor_out out)
{
    char text[200];

    m->out = out;
    if (control_stopped(m->control)->reason != CONTROL_DONE)
        monitor_say(m, "%s\n", control_describe(m->control, text, sizeof(text)));
    monitor_show_here(m);
}

/* ---- Orders ------------------------------------------------------------------------------ */

static void give(struct monitor *m, const struct control_order *order)
{
    char why[200];

    if (control_running(m->control))
        monitor_say(m, "the machine runs: pause it first\n");
    else if (control_go(m->control, order, why, sizeof(why)))
        monitor_say(m, "%s\n", why);
}

/* Words from n on as events; 0: there is one that is none. */
static unsigned events_of(struct monitor *m, const struct monitor_line *line, unsigned n)
{
    unsigned events = 0;

    for (; n < line->count; n++) {
        unsigned e = 0;

        while (e < CONTROL_EVENTS && strcmp(control_event_names[e], line->word[n]) != 0)
            e++;
        if (e == CONTROL_EVENTS) {
            monitor_say(m, "'%s' is no event: int, irq, iret, fork, exec, exit, switch\n",
                        line->word[n]);
            return 0;
        }
        events |= 1u << e;
    }
    if (!events)
        monitor_say(m, "which event? int, irq, iret, fork, exec, exit, switch\n");
    return events;
}

void monitor_continue(struct monitor *m, const struct monitor_line *line)
{
    (void)line;
    give(m, &(struct control_order){.action = CONTROL_CONTINUE});
}

void monitor_step(struct monitor *m, const struct monitor_line *line)
{
    uint64_t n;

    if (monitor_number(m, line, 1, 1, &n))
        give(m, &(struct control_order){.action = CONTROL_STEP, .count = n});
}

void monitor_next(struct monitor *m, const struct monitor_line *line)
{
    (void)line;
    give(m, &(struct control_order){.action = CONTROL_OVER});
}

void monitor_finish(struct monitor *m, const struct monitor_line *line)
{
    (void)line;
    give(m, &(struct control_order){.action = CONTROL_OUT});
}

void monitor_until(struct monitor *m, const struct monitor_line *line)
{
    unsigned events = events_of(m, line, 1);

    if (events)
        give(m, &(struct control_order){.action = CONTROL_UNTIL, .events = events});
}

static bool is_word(const char *word, const char *whole)
{
    return strncmp(word, whole, strlen(word)) == 0;
}

/* back [N|next|continue|finish|until EVENT...] */
void monitor_back(struct monitor *m, const struct monitor_line *line)
{
    struct control_order order = {.action = CONTROL_STEP, .back = true};
    const char *word = line->count > 1 ? line->word[1] : "1";

    if (is_word(word, "next")) {
        order.action = CONTROL_OVER;
    } else if (is_word(word, "continue")) {
        order.action = CONTROL_CONTINUE;
    } else if (is_word(word, "finish")) {
        order.action = CONTROL_OUT;
    } else if (is_word(word, "until")) {
        order.action = CONTROL_UNTIL;
        order.events = events_of(m, line, 2);
        if (!order.events)
            return;
    } else if (!monitor_number(m, line, is_word(word, "step") ? 2 : 1, 1, &order.count)) {
        return;
    }
    give(m, &order);
}

static const struct monitor_mark *mark_named(const struct monitor *m, const char *name)
{
    for (unsigned i = 0; i < m->mark_count; i++)
        if (strcmp(m->marks[i].name, name) == 0)
            return &m->marks[i];
    return NULL;
}

void monitor_goto(struct monitor *m, const struct monitor_line *line)
{
    const struct monitor_mark *mark = line->count > 1 ? mark_named(m, line->word[1]) : NULL;
    uint64_t first, last, place;

    control_span(m->control, &first, &last);
    if (line->count < 2)
        monitor_say(m, "goto where? a step, start, end, or a checkpoint\n");
    else if (mark)
        give(m, &(struct control_order){.action = CONTROL_GOTO, .count = mark->icount});
    else if (strcmp(line->word[1], "start") == 0)
        give(m, &(struct control_order){.action = CONTROL_GOTO, .count = first});
    else if (strcmp(line->word[1], "end") == 0)
        give(m, &(struct control_order){.action = CONTROL_GOTO, .count = last});
    else if (monitor_number(m, line, 1, 0, &place))
        give(m, &(struct control_order){.action = CONTROL_GOTO, .count = place});
}

void monitor_pause(struct monitor *m, const struct monitor_line *line)
{
    (void)line;
    if (control_running(m->control))
        control_pause(m->control);
    else
        monitor_say(m, "it stands\n");
}

/* ---- Points ------------------------------------------------------------------------------ */

/* "pid N" at words n and n+1. */
static bool read_pid(struct monitor *m, const struct monitor_line *line, unsigned n, int32_t *pid)
{
    uint64_t number;

    *pid = -1;
    if (n >= line->count)
        return true;
    if (strcmp(line->word[n], "pid") != 0 || n + 1 >= line->count) {
        monitor_say(m, "'%s' is not understood: pid N\n", line->word[n]);
        return false;
    }
    if (!monitor_number(m, line, n + 1, 0, &number))
        return false;
    *pid = (int32_t)number;
    return true;
}

static void add_point(struct monitor *m, const struct control_point *point)
{
    int id = control_add(m->control, point);
    char name[96];

    if (id < 0)
        monitor_say(m, "out of memory\n");
    else
        monitor_say(m, "%d: %08" PRIx32 " %s\n", id, point->linear,
                    monitor_symbol(m, point->linear, name, sizeof(name)));
}

void monitor_break(struct monitor *m, const struct monitor_line *line)
{
    struct control_point point = {.kind = CONTROL_EXECUTE};

    if (monitor_address(m, line, 1, monitor_pc(m), &point.linear) &&
        read_pid(m, line, 2, &point.pid))
        add_point(m, &point);
}

static bool read_kind(const char *word, enum control_point_kind *kind)
{
    static const struct {
        const char *word;
        enum control_point_kind kind;
    } words[] = {{"r", CONTROL_READ}, {"w", CONTROL_WRITE}, {"rw", CONTROL_ACCESS}};

    for (unsigned i = 0; i < 3; i++)
        if (strcmp(word, words[i].word) == 0) {
            *kind = words[i].kind;
            return true;
        }
    return false;
}

void monitor_watch(struct monitor *m, const struct monitor_line *line)
{
    struct control_point point = {.kind = CONTROL_WRITE};
    uint64_t size = 4;
    unsigned n = 2;

    if (line->count < 2) {
        monitor_say(m, "watch what?\n");
        return;
    }
    if (!monitor_address(m, line, 1, 0, &point.linear))
        return;
    if (n < line->count && line->word[n][0] >= '0' && line->word[n][0] <= '9' &&
        !monitor_number(m, line, n++, 4, &size))
        return;
    if (n < line->count && read_kind(line->word[n], &point.kind))
        n++;
    point.size = size && size <= UINT32_MAX ? (uint32_t)size : 4;
    if (read_pid(m, line, n, &point.pid))
        add_point(m, &point);
}

void monitor_catch(struct monitor *m, const struct monitor_line *line)
{
    unsigned events = line->count > 1 ? events_of(m, line, 1) : 0;
    char why[200];

    if (line->count > 1 && !events)
        return;
    if (control_catch(m->control, events, why, sizeof(why)))
        monitor_say(m, "%s\n", why);
}

void monitor_points(struct monitor *m, const struct monitor_line *line)
{
    static const char *const kinds[] = {"break", "watch w", "watch r", "watch rw"};
    const struct control_point *p;
    char name[96];

    (void)line;
    for (unsigned i = 0; (p = control_point_at(m->control, i)); i++) {
        monitor_say(m, "%3d  %-8s  %08" PRIx32 "  %s", p->id, kinds[p->kind], p->linear,
                    monitor_symbol(m, p->linear, name, sizeof(name)));
        if (p->kind != CONTROL_EXECUTE)
            monitor_say(m, ", %" PRIu32 " bytes", p->size);
        if (p->pid >= 0)
            monitor_say(m, ", pid %d", p->pid);
        monitor_say(m, ", hit %" PRIu64 " times\n", p->hits);
    }
    if (!control_point_at(m->control, 0))
        monitor_say(m, "none\n");
}

void monitor_delete(struct monitor *m, const struct monitor_line *line)
{
    const struct control_point *p;
    uint64_t id;

    if (line->count < 2)
        while ((p = control_point_at(m->control, 0)))
            control_remove(m->control, p->id);
    else if (monitor_number(m, line, 1, 0, &id) && !control_remove(m->control, (int)id))
        monitor_say(m, "there is no point %" PRIu64 "\n", id);
}

/* ---- Places ------------------------------------------------------------------------------ */

void monitor_history(struct monitor *m, const struct monitor_line *line)
{
    uint64_t first, last;

    (void)line;
    control_span(m->control, &first, &last);
    if (control_remembers(m->control))
        monitor_say(m, "steps %" PRIu64 " to %" PRIu64 ", now at %" PRIu64 "\n", first, last,
                    control_icount(m->control));
    else
        monitor_say(m, "no history is kept\n");
}

void monitor_checkpoint(struct monitor *m, const struct monitor_line *line)
{
    struct monitor_mark *mark = &m->marks[m->mark_count];

    if (line->count < 2) {
        for (unsigned i = 0; i < m->mark_count; i++)
            monitor_say(m, "%-24s step %" PRIu64 "\n", m->marks[i].name, m->marks[i].icount);
        return;
    }
    if (mark_named(m, line->word[1]) || m->mark_count == MONITOR_MARKS) {
        monitor_say(m, "'%s': there is one of that name, or there are too many\n", line->word[1]);
        return;
    }
    snprintf(mark->name, sizeof(mark->name), "%s", line->word[1]);
    mark->icount = control_icount(m->control);
    m->mark_count++;
}

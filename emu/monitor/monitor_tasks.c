/* Commands about the guest's tasks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/monitor/monitor_state.h"
#include "emu/trace/trace_names.h"

static bool is_known(struct monitor *m)
{
    if (control_tasks(m->control)->first)
        return true;
    monitor_say(m, "this kernel's tasks are not known: it has no debug information, or no "
                   "init_task\n");
    return false;
}

/* ---- Tasks ------------------------------------------------------------------------------- */

static const char *state_of(const struct task_info *t)
{
    if (t->current)
        return "runs";
    if (t->exit_state)
        return "zombie";
    return t->state == 0 ? "ready" : t->state == 1 || t->state == 2 ? "sleeps" : "stopped";
}

void monitor_tasks(struct monitor *m, const struct monitor_line *line)
{
    struct task_info *list = calloc(TASKS_MAX_LISTED, sizeof(*list));
    size_t n = 0;

    (void)line;
    if (is_known(m) && list)
        n = tasks_list(control_tasks(m->control), list, TASKS_MAX_LISTED);
    if (n)
        monitor_say(m, "   pid  tgid  parent  state   kernel stack  cr3       name\n");
    for (size_t i = 0; i < n; i++)
        monitor_say(m, "%c %4d  %4d  %6d  %-7s %08" PRIx32 "      %08" PRIx32 "  %s\n",
                    list[i].current ? '*' : ' ', list[i].who.pid, list[i].tgid, list[i].parent,
                    state_of(&list[i]), list[i].esp0, list[i].cr3, list[i].who.comm);
    free(list);
}

static bool task_with_pid(struct monitor *m, int32_t pid, struct task_info *out)
{
    struct task_info *list = calloc(TASKS_MAX_LISTED, sizeof(*list));
    size_t n = list ? tasks_list(control_tasks(m->control), list, TASKS_MAX_LISTED) : 0;
    bool found = false;

    for (size_t i = 0; i < n && !found; i++)
        if (list[i].who.pid == pid) {
            *out = list[i];
            found = true;
        }
    free(list);
    return found;
}

/* ---- The saved frame --------------------------------------------------------------------- */

static const char *pushed_by(const char *member)
{
    static const char *const by_cpu[] = {"eip", "cs", "eflags", "esp", "ss", "ip", "flags", "sp"};

    for (unsigned i = 0; i < sizeof(by_cpu) / sizeof(by_cpu[0]); i++)
        if (strcmp(member, by_cpu[i]) == 0 ||
            (*member == 'x' && strcmp(member + 1, by_cpu[i]) == 0))
            return "the CPU";
    return "the entry code";
}

static void show_frame(struct monitor *m, const struct task_info *t)
{
    uint32_t size = guestinfo_tasks(m->in->guestinfo)->pt_regs_size, value;
    struct trace_names names;
    char text[128];

    trace_names_init(&names, m->in, TRACE_EXACT);
    monitor_say(m, "%s, pid %d: kernel stack %08" PRIx32 "..%08" PRIx32 "\n", t->who.comm,
                t->who.pid, t->who.stack, t->esp0);
    for (uint32_t offset = size; offset >= 4; offset -= 4) {
        uint32_t at = t->esp0 - size + offset - 4;
        const char *member = guestinfo_member_at(m->in->guestinfo, "pt_regs", offset - 4);

        if (!member || !inspect_u32(m->in, at, &value))
            continue;
        trace_name_register(&names, member, value, text, sizeof(text));
        monitor_say(m, "  %08" PRIx32 "  %-9s %-40s pushed by %s\n", at, member, text,
                    pushed_by(member));
    }
}

void monitor_frame(struct monitor *m, const struct monitor_line *line)
{
    struct task_info task;
    uint64_t pid;

    if (!is_known(m) || !monitor_number(m, line, 1, UINT64_MAX, &pid))
        return;
    if (pid == UINT64_MAX ? !tasks_current(control_tasks(m->control), &task)
                          : !task_with_pid(m, (int32_t)pid, &task))
        monitor_say(m, "there is no such task\n");
    else if (task.kernel)
        monitor_say(m, "%s is a thread of the kernel: it has no user registers\n", task.who.comm);
    else
        show_frame(m, &task);
}

/* ---- Forks ------------------------------------------------------------------------------- */

void monitor_forks(struct monitor *m, const struct monitor_line *line)
{
    const struct control_fork *f;
    uint64_t now = control_icount(m->control);
    unsigned n = 0;

    (void)line;
    for (; (f = control_fork_at(m->control, n)); n++)
        monitor_say(m, "%4u  step %12" PRIu64 "  %s, pid %d -> pid %d%s\n", n + 1, f->icount,
                    f->comm, f->parent, f->child, f->icount >= now ? "  (ahead)" : "");
    if (!n)
        monitor_say(m, "none yet\n");
}

/* ---- Trace ------------------------------------------------------------------------------- */

void monitor_trace(struct monitor *m, const struct monitor_line *line)
{
    struct forkscope *f = control_session(m->control)->scope;

    if (line->count == 3 && strcmp(line->word[1], "on") == 0 && !f->trace) {
        if (forkscope_trace(f, line->word[2], NULL, NULL, NULL))
            monitor_say(m, "%s\n", forkscope_why(f));
    } else if (line->count == 2 && strcmp(line->word[1], "off") == 0 && f->trace) {
        if (forkscope_trace_end(f))
            monitor_say(m, "%s\n", forkscope_why(f));
    } else {
        monitor_say(m, "trace on FILE, or trace off; it is %s\n", f->trace ? "on" : "off");
    }
}

static void say_writer(struct monitor *m, const struct control_write *w)
{
    char who[64] = "the kernel";
    int digits = (int)w->access.size * 2;

    if (w->task.pid >= 0)
        snprintf(who, sizeof(who), "%s, pid %d", w->task.comm, w->task.pid);
    if (w->by == CONTROL_BY_DEBUGGER)
        snprintf(who, sizeof(who), "a debugger");
    monitor_say(m, "step %" PRIu64 ": %s wrote %0*" PRIx32 " over %0*" PRIx32, w->icount, who,
                digits, w->access.value, digits, w->access.old);
    if (w->by == CONTROL_BY_DEBUGGER) {
        monitor_say(m, "\n");
        return;
    }
    if (w->by == CONTROL_BY_DELIVERY)
        monitor_say(m, " as the CPU delivered vector 0x%02x, before\n", w->vector);
    else
        monitor_say(m, " in\n");
    monitor_symbol_at(m, w->eip);
}

void monitor_last_write(struct monitor *m, const struct monitor_line *line)
{
    struct control_write last;
    uint32_t linear;
    uint64_t size;
    char why[200];
    int error;

    if (line->count < 2) {
        monitor_say(m, "last-write of what? a place or a register\n");
        return;
    }
    if (control_is_register(line->word[1])) {
        error = control_last_change(m->control, line->word[1], &last, why, sizeof(why));
    } else {
        if (!monitor_address(m, line, 1, 0, &linear) || !monitor_number(m, line, 2, 4, &size))
            return;
        size = size < UINT32_MAX ? size : UINT32_MAX;
        error = control_last_write(m->control, linear, (uint32_t)size, &last, why, sizeof(why));
    }
    if (error)
        monitor_say(m, "%s\n", why);
    else
        say_writer(m, &last);
}

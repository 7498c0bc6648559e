/* Guest processes and threads as gdb sees them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/gdb/gdb_state.h"

/* The one thread of a guest about which nothing is known. */
static const struct gdb_thread only_thread = {1, 1};

static bool guest_is_known(const struct gdbstub *g)
{
    return control_tasks(g->control)->first != 0;
}

/* ---- The list ---------------------------------------------------------------------------- */

void gdb_threads_forget(struct gdbstub *g)
{
    g->tasks_read = false;
}

void gdb_threads_read(struct gdbstub *g)
{
    if (g->tasks_read)
        return;
    g->task_count = tasks_list(control_tasks(g->control), g->tasks, TASKS_MAX_LISTED);
    g->tasks_read = true;
}

/* Threads of the kernel have no process of their own, the idle task has no number that gdb takes.
 */
struct gdb_thread gdb_thread_of(const struct task_info *task)
{
    int32_t tid = task->who.pid > 0 ? task->who.pid : GDB_KERNEL;

    if (task->kernel || task->who.pid <= 0)
        return (struct gdb_thread){GDB_KERNEL, tid};
    return (struct gdb_thread){task->tgid, tid};
}

struct gdb_thread gdb_thread_current(struct gdbstub *g)
{
    struct task_info task;

    if (!guest_is_known(g))
        return only_thread;
    if (tasks_current(control_tasks(g->control), &task))
        return gdb_thread_of(&task);
    return (struct gdb_thread){GDB_KERNEL, GDB_KERNEL};
}

const struct task_info *gdb_thread_task(struct gdbstub *g, struct gdb_thread thread)
{
    gdb_threads_read(g);
    for (size_t i = 0; i < g->task_count; i++)
        if (gdb_thread_of(&g->tasks[i]).tid == thread.tid)
            return &g->tasks[i];
    return NULL;
}

bool gdb_thread_is_current(struct gdbstub *g, struct gdb_thread thread)
{
    return gdb_thread_current(g).tid == thread.tid;
}

bool gdb_thread_alive(struct gdbstub *g, struct gdb_thread thread)
{
    return gdb_thread_is_current(g, thread) || gdb_thread_task(g, thread) != NULL;
}

/* The first thread of a process that is not current. */
static struct gdb_thread first_of(struct gdbstub *g, int32_t pid)
{
    gdb_threads_read(g);
    for (size_t i = 0; i < g->task_count; i++)
        if (gdb_thread_of(&g->tasks[i]).pid == pid)
            return gdb_thread_of(&g->tasks[i]);
    return gdb_thread_current(g);
}

struct gdb_thread gdb_thread_selected(struct gdbstub *g)
{
    struct gdb_thread current = gdb_thread_current(g);

    if (g->selected.tid > 0)
        return g->selected;
    if (g->selected.pid > 0 && g->selected.pid != current.pid)
        return first_of(g, g->selected.pid);
    return current;
}

uint32_t gdb_thread_cr3(struct gdbstub *g)
{
    struct gdb_thread thread = gdb_thread_selected(g);
    const struct task_info *task =
        gdb_thread_is_current(g, thread) ? NULL : gdb_thread_task(g, thread);

    return task ? task->cr3 : inspect_cpu(control_inspect(g->control))->cr3;
}

/* ---- Names ------------------------------------------------------------------------------- */

/* -1, or a hexadecimal number. */
static bool parse_id(const char **at, int32_t *id)
{
    uint32_t value;

    if ((*at)[0] == '-' && (*at)[1] == '1') {
        *at += 2;
        *id = -1;
        return true;
    }
    if (!gdb_number(at, &value) || value > INT32_MAX)
        return false;
    *id = (int32_t)value;
    return true;
}

bool gdb_thread_parse(const char **at, struct gdb_thread *out)
{
    *out = (struct gdb_thread){0, -1};
    if (!gdb_skip(at, 'p'))
        return parse_id(at, &out->tid);
    return parse_id(at, &out->pid) && (!gdb_skip(at, '.') || parse_id(at, &out->tid));
}

const char *gdb_thread_name(const struct gdbstub *g, struct gdb_thread thread, char buf[32])
{
    if (g->multiprocess)
        snprintf(buf, 32, "p%" PRIx32 ".%" PRIx32, (uint32_t)thread.pid, (uint32_t)thread.tid);
    else
        snprintf(buf, 32, "%" PRIx32, (uint32_t)thread.tid);
    return buf;
}

/* ---- What gdb knows of a process --------------------------------------------------------- */

struct gdb_process *gdb_process(struct gdbstub *g, int32_t pid, bool add)
{
    for (unsigned i = 0; i < g->process_count; i++)
        if (g->processes[i].pid == pid)
            return &g->processes[i];
    if (!add || g->process_count == GDB_PROCESSES_MAX)
        return NULL;
    g->processes[g->process_count] = (struct gdb_process){.pid = pid};
    return &g->processes[g->process_count++];
}

void gdb_process_forget(struct gdbstub *g, int32_t pid)
{
    struct gdb_process *p = gdb_process(g, pid, false);

    if (p)
        *p = g->processes[--g->process_count];
}

/* ---- Documents --------------------------------------------------------------------------- */

/* Is the task shown to gdb? When it connects, it is told of all processes; later of those that it
 * has to do with, since gdb 13 loses track of a stop when its list of threads brings a new process.
 * One that gdb has let go is not shown. */
static bool is_shown(struct gdbstub *g, const struct task_info *task)
{
    struct gdb_thread thread = gdb_thread_of(task);
    const struct gdb_process *p = gdb_process(g, thread.pid, !g->resumed);

    if (g->multiprocess && !p)
        return false;

    if (task->exit_state && !gdb_thread_is_current(g, thread))
        return false;
    return !p || !p->detached;
}

static bool lists_current(struct gdbstub *g)
{
    struct gdb_thread current = gdb_thread_current(g);

    for (size_t i = 0; i < g->task_count; i++)
        if (gdb_thread_of(&g->tasks[i]).tid == current.tid)
            return true;
    return false;
}

/* qfThreadInfo: all of them in one packet. */
void gdb_threads_list(struct gdbstub *g)
{
    static char list[RSP_PACKET_MAX];
    size_t used = 0;
    char name[32];

    gdb_threads_read(g);
    list[0] = '\0';
    if (!lists_current(g))
        used = (size_t)snprintf(list, sizeof(list), "m%s",
                                gdb_thread_name(g, gdb_thread_current(g), name));
    for (size_t i = 0; i < g->task_count && used + sizeof(name) < sizeof(list); i++)
        if (is_shown(g, &g->tasks[i]))
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%c%s", used ? ',' : 'm',
                                     gdb_thread_name(g, gdb_thread_of(&g->tasks[i]), name));
    gdb_reply(g, "%s", used ? list : "l");
}

/* What TASK_* of Linux say. */
static const char *state_word(const struct task_info *task)
{
    if (task->current)
        return "runs";
    if (task->exit_state)
        return "has ended";
    switch (task->state) {
    case 0:
        return "waits for the CPU";
    case 1:
        return "sleeps";
    case 2:
        return "sleeps, deaf to signals";
    default:
        return "is stopped";
    }
}

/* A guest's program may be called anything. */
static const char *safe_name(const char *comm, char *buf, size_t size)
{
    size_t i = 0;

    for (; comm[i] && i + 1 < size; i++)
        buf[i] = comm[i] > ' ' && comm[i] < 0x7f && !strchr("<>&\"'", comm[i]) ? comm[i] : '?';
    buf[i] = '\0';
    return buf;
}

static void print_thread(FILE *out, const struct gdbstub *g, const struct task_info *task)
{
    char id[32], name[20];

    fprintf(out, "<thread id=\"%s\" core=\"0\" name=\"%s\">%s</thread>\n",
            gdb_thread_name(g, gdb_thread_of(task), id),
            safe_name(task->who.comm, name, sizeof(name)), state_word(task));
}

void gdb_threads_document(struct gdbstub *g, const char *range)
{
    char *text = NULL, id[32];
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out) {
        gdb_reply_error(g);
        return;
    }
    gdb_threads_read(g);
    fprintf(out, "<?xml version=\"1.0\"?>\n<threads>\n");
    if (!lists_current(g))
        fprintf(out, "<thread id=\"%s\" core=\"0\"/>\n",
                gdb_thread_name(g, gdb_thread_current(g), id));
    for (size_t i = 0; i < g->task_count; i++)
        if (is_shown(g, &g->tasks[i]))
            print_thread(out, g, &g->tasks[i]);
    fprintf(out, "</threads>\n");
    fclose(out);
    gdb_reply_part(g, text, range);
    free(text);
}

/* qThreadExtraInfo,ID */
void gdb_threads_extra(struct gdbstub *g, const char *args)
{
    struct gdb_thread thread;
    const struct task_info *task;
    char text[64], hex[2 * sizeof(text) + 1];

    if (!gdb_thread_parse(&args, &thread)) {
        gdb_reply_error(g);
        return;
    }
    task = gdb_thread_task(g, thread);
    snprintf(text, sizeof(text), "%s %s", task ? task->who.comm : "cpu",
             task ? state_word(task) : "");
    rsp_to_hex(hex, text, strlen(text));
    gdb_reply(g, "%s", hex);
}

#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/guestinfo.h"
#include "emu/guest/inspect.h"
#include "emu/guest/symbols.h"
#include "emu/lib/handle.h"

/* Which argument is a task whose fields are wanted; -1: none. */
static const struct {
    const char *name;
    int task_arg;
} probes[] = {
    {"sys_fork", -1},
    {"sys_vfork", -1},
    {"sys_clone", -1},
    {"kernel_thread", -1},
    {"do_fork", -1},
    {"alloc_pidmap", -1},
    {"pidmap_alloc_page", -1},
    {"free_pid", -1},
    {"get_zeroed_page", -1},
    {"copy_process", -1},
    {"dup_task_struct", -1},
    {"prepare_to_copy", -1},
    {"copy_creds", 0},
    {"copy_semundo", 1},
    {"copy_files", 1},
    {"dup_fd", -1},
    {"copy_fs", 1},
    {"copy_sighand", 1},
    {"copy_signal", 1},
    {"copy_mm", 1},
    {"copy_namespaces", 1},
    {"copy_thread", 2},
    {"sched_fork", 0},
    {"trace_sched_fork", 1},
    {"scheduler_tick", -1},
    {"trace_task_newtask", 0},
    {"trace_sched_process_fork", 1},
    {"wake_up_new_task", 0},
    {"trace_sched_wakeup_new", 0},
    {"schedule", -1},
    {"trace_sched_switch", 1},
    {"__switch_to", 1},
    {"ret_from_fork", -1},
    {"ret_from_kernel_thread", -1},
    {"schedule_tail", -1},
    {"do_exit", -1},
    {"sched_exit", 0},
    {"release_task", 0},
    {"trace_sched_process_wait", 0},
    {"free_task", -1},
    {"sched_cancel_fork", 0},
    {"exit_files", -1},
    {"exit_fs", -1},
    {"mmput", -1},
    {"free_thread", -1},
    {"exit_creds", -1},
    {"put_sighand", -1},
    {"cleanup_signal", -1},
    {"wait_for_completion_killable", -1},
    {"complete", -1},
    {"trace_cow", -1},
};
enum { PROBES = sizeof(probes) / sizeof(probes[0]) };

static struct forkscope *scope;
static const struct inspect *in; /* of its machine */
static const struct guestinfo *info;
static struct recording *rec;
static uint32_t probe_at[PROBES];

/* ---- The guest's layout ---------------------------------------------------------------------- */

uint32_t guest_offset(const char *type, const char *member)
{
    uint32_t offset = 0, size;

    if (!guestinfo_member(info, type, member, &offset, &size))
        fprintf(stderr, "the guest has no %s.%s\n", type, member);
    return offset;
}

uint32_t guest_sizeof(const char *type)
{
    return guestinfo_sizeof(info, type);
}

uint32_t guest_symbol(const char *name)
{
    const struct symbol *s = symbols_by_name(scope->symbols, name);

    return s ? s->addr : 0;
}

uint32_t task_word(const uint8_t *task, const char *member)
{
    uint32_t offset = 0, size = 4, value = 0;

    if (!guestinfo_member(info, "task_struct", member, &offset, &size))
        fprintf(stderr, "the guest has no task_struct.%s\n", member);
    memcpy(&value, task + offset, size < 4 ? size : 4);
    return value;
}

static uint32_t word(uint32_t linear)
{
    uint32_t value = 0;

    inspect_u32(in, linear, &value);
    return value;
}

static uint32_t field(uint32_t base, const char *type, const char *member)
{
    uint32_t value = 0;

    return base && inspect_member(in, type, member, base, &value) ? value : 0;
}

/* ---- Recording ------------------------------------------------------------------------------- */

static void *append(void *array, size_t *count, size_t size)
{
    size_t n = *count;

    if ((n & (n - 1)) == 0)
        array = realloc(array, (n ? 2 * n : 1) * size);
    if (!array) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    memset((char *)array + n * size, 0, size);
    (*count)++;
    return array;
}

static const struct cpu_state *state(void)
{
    return inspect_cpu(in);
}

static void note_subject(struct visit *v, uint32_t task)
{
    v->subject = task;
    v->usage = (int)field(task, "task_struct", "usage");
    v->array = field(task, "task_struct", "array");
    v->state = field(task, "task_struct", "state");
    v->slice = field(task, "task_struct", "time_slice");
    v->first_slice = field(task, "task_struct", "first_time_slice");
    v->sleep_avg = field(task, "task_struct", "sleep_avg");
    v->vfork_done = field(task, "task_struct", "vfork_done");
    v->preempt_count =
        (int)field(field(task, "task_struct", "thread_info"), "thread_info", "preempt_count");
}

static uint32_t frame_of(uint32_t task)
{
    return field(task, "task_struct", "thread_info") + guest_sizeof("thread_union") - USER_FRAME;
}

static uint32_t pid_bit(int pid)
{
    uint32_t map = guest_symbol("pidmap_array");
    uint32_t page = word(map + guest_offset("pidmap", "page"));

    return word(page + (uint32_t)pid / 32 * 4) >> pid % 32 & 1;
}

static void take_picture(uint32_t parent, uint32_t child)
{
    uint32_t size = guest_sizeof("task_struct"), files = field(child, "task_struct", "files");
    struct fork_picture *p;
    uint32_t signal;

    rec->fork = append(rec->fork, &rec->forks, sizeof(*rec->fork));
    p = &rec->fork[rec->forks - 1];
    p->icount = state()->icount;
    p->parent = parent;
    p->child = child;
    p->parent_pid = (int)field(parent, "task_struct", "pid");
    p->child_pid = (int)field(child, "task_struct", "pid");
    inspect_read(in, parent, p->parent_task, size < TASK_MAX ? size : TASK_MAX);
    inspect_read(in, child, p->child_task, size < TASK_MAX ? size : TASK_MAX);
    p->child_stack = field(child, "task_struct", "thread_info");
    inspect_read(in, p->child_stack, p->child_ti, sizeof(p->child_ti));
    p->end_of_stack = word(p->child_stack + guest_sizeof("thread_info"));
    p->parent_frame_at = frame_of(parent);
    p->child_frame_at = frame_of(child);
    inspect_read(in, p->parent_frame_at, p->parent_frame, USER_FRAME);
    inspect_read(in, p->child_frame_at, p->child_frame, USER_FRAME);
    p->files_count = field(files, "files_struct", "count");
    p->files_next_fd = field(files, "files_struct", "next_fd");
    p->pid_bit = pid_bit(p->child_pid);
    signal = field(child, "task_struct", "signal");
    p->leader_pid = (int)field(signal, "signal_struct", "leader_pid");
    p->tty = field(signal, "signal_struct", "tty");
    p->tty_refs = field(p->tty, "tty_struct", "refs");
    p->nr_threads = word(guest_symbol("nr_threads"));
    p->total_forks = word(guest_symbol("total_forks"));
}

static void note_visit(unsigned probe)
{
    const struct cpu_state *s = state();
    struct inspect_task now = {0};
    struct visit *v;
    uint16_t ss0;

    rec->visit = append(rec->visit, &rec->visits, sizeof(*rec->visit));
    v = &rec->visit[rec->visits - 1];
    inspect_current(in, &now);
    v->function = probes[probe].name;
    v->icount = s->icount;
    v->task = now.task;
    v->pid = now.pid;
    v->esp = s->gpr[GPR_ESP];
    inspect_read(in, v->esp + 4, v->args, sizeof(v->args));
    if (probes[probe].task_arg >= 0)
        note_subject(v, v->args[probes[probe].task_arg]);
    v->parent_slice = field(now.task, "task_struct", "time_slice");
    v->processes = (int)field(field(field(now.task, "task_struct", "cred"), "cred", "user"),
                              "user_struct", "processes");
    v->flags = field(now.task, "task_struct", "flags");
    v->own_sleep_avg = field(now.task, "task_struct", "sleep_avg");
    v->task_structs = field(word(guest_symbol("task_struct_cachep")), "kmem_cache", "active");
    v->tty_refs =
        (int)field(field(field(now.task, "task_struct", "signal"), "signal_struct", "tty"),
                   "tty_struct", "refs");
    v->last_pid = word(guest_symbol("last_pid"));
    inspect_tss_stack0(in, &ss0, &v->tss_esp0);
    if (strcmp(v->function, "trace_sched_process_fork") == 0)
        take_picture(v->args[0], v->args[1]);
}

static void on_exec(void *ctx, uint32_t linear)
{
    (void)ctx;
    for (unsigned i = 0; i < PROBES; i++)
        if (probe_at[i] == linear)
            note_visit(i);
}

static struct gate_event *new_gate(void)
{
    const struct cpu_state *s = state();
    struct inspect_task now = {0};
    struct gate_event *g;

    rec->gate = append(rec->gate, &rec->gates, sizeof(*rec->gate));
    g = &rec->gate[rec->gates - 1];
    inspect_current(in, &now);
    g->icount = s->icount;
    g->task = now.task;
    g->pid = now.pid;
    memcpy(g->gpr, s->gpr, sizeof(g->gpr));
    g->ds = s->seg[SEG_DS].selector;
    g->es = s->seg[SEG_ES].selector;
    g->fs = s->seg[SEG_FS].selector;
    g->gs = s->seg[SEG_GS].selector;
    return g;
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct gate_event *g = new_gate();

    (void)ctx;
    g->in = *event;
    g->esp0 = field(g->task, "task_struct", "thread.esp0");
    inspect_read(in, event->from_eip, g->code, sizeof(g->code));
}

static void on_iret(void *ctx, const struct cpu_iret_event *event)
{
    struct gate_event *g = new_gate();

    (void)ctx;
    g->is_iret = true;
    g->out = *event;
}

static const struct cpu_hooks hooks = {
    .exec = on_exec,
    .interrupt = on_interrupt,
    .iret = on_iret,
};

/* ---- A run ----------------------------------------------------------------------------------- */

static bool open_guest(const char *kernel, const char *initrd, const char *program)
{
    char append[200];

    snprintf(append, sizeof(append), strchr(program, '=') ? "%s" : "init=/bin/%s", program);
    if (forkscope_open(&scope, NULL) || forkscope_load(scope, kernel, initrd, append)) {
        fprintf(stderr, "%s\n", forkscope_why(scope));
        return false;
    }
    in = &scope->inspect;
    info = in->guestinfo;
    if (!info)
        fprintf(stderr, "%s\n", scope->unknown);
    return info;
}

static void arm(void)
{
    for (unsigned i = 0; i < PROBES; i++) {
        probe_at[i] = guest_symbol(probes[i].name);
        if (probe_at[i])
            cpu_hook_exec_add(machine_cpu(scope->machine), probe_at[i]);
        else
            fprintf(stderr, "the guest has no function %s\n", probes[i].name);
    }
}

bool record(struct recording *r, const char *kernel, const char *initrd, const char *program)
{
    int end;

    rec = r;
    *r = (struct recording){0};
    if (!open_guest(kernel, initrd, program))
        return false;
    machine_attach(scope->machine, &hooks);
    arm();
    end = forkscope_run(scope, 2000000000);
    r->complete = end == FORKSCOPE_EXIT;
    if (!r->complete)
        fprintf(stderr, "%s did not run to its end (%d)\n", program, end);
    machine_detach(scope->machine, &hooks);
    return r->complete;
}

void recording_free(struct recording *r)
{
    free(r->visit);
    free(r->gate);
    free(r->fork);
    *r = (struct recording){0};
    forkscope_close(scope);
    scope = NULL;
}

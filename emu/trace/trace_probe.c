/* Probed functions: which they are, when they are entered, when they are left. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_facts.h"
#include "emu/trace/trace_state.h"

#define BIT(kind) TRACE_BIT(TRACE_##kind)
#define CALLS     (BIT(CALL) | BIT(RETURN))
#define ANY       (~CALLS)

static const struct known {
    const char *name;
    enum trace_shape shape;
    trace_kinds kinds;
    void (*enter)(const struct visit *v);
    void (*leave)(const struct visit *v);
} known[] = {
#define PROBE(name, shape, kinds, enter, leave) {#name, TRACE_##shape, kinds, enter, leave},
#include "emu/trace/trace_probes.def"
#undef PROBE
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

/* ---- Choosing ------------------------------------------------------------------------------ */

/* Does some sink want the calls of this function? */
static bool calls_wanted(const struct trace_collector *c, const char *name)
{
    for (unsigned s = 0; s < c->sink_count; s++) {
        const struct trace_filter *f = c->sinks[s].filter;

        if (!(f->kinds & CALLS))
            continue;
        if (f->sym_count == 0)
            return true;
        for (unsigned i = 0; i < f->sym_count; i++)
            if (strcmp(f->sym[i], name) == 0)
                return true;
    }
    return false;
}

static bool probe_wanted(const struct trace_collector *c, const struct known *k)
{
    return (c->kinds & k->kinds & ~CALLS) != 0 ||
           ((k->kinds & CALLS) != 0 && calls_wanted(c, k->name));
}

static bool is_listed(const struct trace_collector *c, uint32_t addr)
{
    for (unsigned i = 0; i < c->probe_count; i++)
        if (c->probes[i].pub.addr == addr)
            return true;
    return false;
}

/* NULL: it is there already, or out of memory. */
static struct probe *add_probe(struct trace_collector *c, const struct symbol *symbol,
                               const struct known *k)
{
    struct probe *p;

    if (is_listed(c, symbol->addr))
        return NULL;
    if (c->probe_count == c->probe_room) {
        unsigned room = c->probe_room ? 2 * c->probe_room : 256;

        p = realloc(c->probes, room * sizeof(*p));
        if (p == NULL)
            return NULL;
        c->probes = p;
        c->probe_room = room;
    }
    p = &c->probes[c->probe_count++];
    *p = (struct probe){
        .pub = {.name = symbol->name, .addr = symbol->addr, .shape = k->shape, .known = true},
        .enter = k->enter,
        .leave = k->leave};
    p->followed = k->shape == TRACE_FUNCTION;
    p->listed = k->kinds & CALLS && calls_wanted(c, symbol->name);
    if (c->in->guestinfo != NULL)
        guestinfo_function(c->in->guestinfo, symbol->name, &p->pub.function);
    return p;
}

static struct probe *probe_named(struct trace_collector *c, uint32_t addr)
{
    for (unsigned i = 0; i < c->probe_count; i++)
        if (c->probes[i].pub.addr == addr)
            return &c->probes[i];
    return NULL;
}

static int no_symbol(const char *name, char *why, size_t why_size)
{
    snprintf(why, why_size, "trace filter: the kernel has no %s '%s'",
             trace_filter_names_file(name) ? "function of the file" : "symbol", name);
    return -EINVAL;
}

/* What is looked for among all functions of the kernel. */
struct search {
    struct trace_collector *c;
    const char *file; /* NULL: all functions, as branches of a call tree */
    uint32_t kernel_base;
    unsigned found;
};

static void consider(void *ctx, const struct symbol *symbol)
{
    static const struct known plain = {NULL, TRACE_FUNCTION, CALLS, NULL, NULL};
    struct search *s = ctx;
    const struct guestinfo *g = s->c->in->guestinfo;
    const char *file = NULL;
    struct probe *p;
    int line;

    if (!symbol->function || symbol->addr < s->kernel_base)
        return;
    if (s->file != NULL && (g == NULL || !guestinfo_line(g, symbol->addr, &file, &line) ||
                            !trace_filter_same_file(s->file, file)))
        return;
    s->found++;
    p = add_probe(s->c, symbol, &plain);
    if (p != NULL) {
        p->pub.known = false;
        p->branch = s->file == NULL;
    } else {
        p = probe_named(s->c, symbol->addr);
    }
    if (p != NULL && s->file != NULL) {
        p->pub.file = file;
        p->listed = true;
    }
}

static int add_filter_symbols(struct trace_collector *c, const struct trace_filter *f, char *why,
                              size_t why_size)
{
    for (unsigned i = 0; i < f->sym_count; i++) {
        const struct known plain = {f->sym[i], TRACE_FUNCTION, CALLS, NULL, NULL};
        const struct symbol *symbol = symbols_by_name(c->in->symbols, f->sym[i]);
        struct search search = {c, f->sym[i], symbols_kernel_base(c->in->symbols), 0};
        struct probe *p;

        if (symbol != NULL) {
            p = add_probe(c, symbol, &plain);
            if (p != NULL)
                p->pub.known = false;
        } else if (trace_filter_names_file(f->sym[i])) {
            symbols_each(c->in->symbols, consider, &search);
        }
        if (symbol == NULL && search.found == 0)
            return no_symbol(f->sym[i], why, why_size);
    }
    return 0;
}

/* A call tree may reach any function: all are probed, and listed only while a root is open. */
static int add_graphs(struct trace_collector *c, const struct trace_filter *f, char *why,
                      size_t why_size)
{
    struct search search = {c, NULL, symbols_kernel_base(c->in->symbols), 0};

    if (f->graph_count > 0)
        symbols_each(c->in->symbols, consider, &search);
    for (unsigned i = 0; i < f->graph_count; i++) {
        const struct symbol *symbol = symbols_by_name(c->in->symbols, f->graph[i]);
        struct probe *root = symbol ? probe_named(c, symbol->addr) : NULL;

        if (root == NULL)
            return no_symbol(f->graph[i], why, why_size);
        root->root = root->followed = true;
    }
    return 0;
}

/* A function that the layout names: what happens at its ends is ours to see. */
static void add_layout_probe(struct trace_collector *c, const char *name,
                             void (*enter)(const struct visit *v),
                             void (*leave)(const struct visit *v))
{
    const struct known row = {name, TRACE_FUNCTION, CALLS, NULL, NULL};
    const struct symbol *symbol = name ? symbols_by_name(c->in->symbols, name) : NULL;
    struct probe *p;

    if (symbol == NULL)
        return;
    add_probe(c, symbol, &row);
    p = probe_named(c, symbol->addr);
    if (p == NULL)
        return;
    p->enter = p->enter ? p->enter : enter;
    p->leave = leave;
    p->followed = true;
}

/* Of a kernel that does not call trace_sched_process_fork(). */
static void add_layout_fork(struct trace_collector *c)
{
    const struct guestinfo *g = c->in->guestinfo;

    if (g == NULL || guestinfo_tasks(g)->fork == NULL || !(c->kinds & ANY) ||
        symbols_by_name(c->in->symbols, "trace_sched_process_fork") != NULL)
        return;
    add_layout_probe(c, guestinfo_tasks(g)->fork, trace_fork_open, trace_fork_made);
    add_layout_probe(c, guestinfo_tasks(g)->fork_child, NULL, trace_fork_watch_child);
}

static int compare_probes(const void *a, const void *b)
{
    const struct probe *x = a, *y = b;

    return (x->pub.addr > y->pub.addr) - (x->pub.addr < y->pub.addr);
}

int trace_probes_create(struct trace_collector *c, char *why, size_t why_size)
{
    for (unsigned i = 0; i < KNOWN; i++) {
        const struct symbol *symbol = symbols_by_name(c->in->symbols, known[i].name);

        if (symbol != NULL && probe_wanted(c, &known[i]))
            add_probe(c, symbol, &known[i]);
    }
    add_layout_fork(c);
    for (unsigned s = 0; s < c->sink_count; s++) {
        int err = add_filter_symbols(c, c->sinks[s].filter, why, why_size);

        if (err == 0)
            err = add_graphs(c, c->sinks[s].filter, why, why_size);
        if (err != 0)
            return err;
    }
    if (c->probe_count > 0)
        qsort(c->probes, c->probe_count, sizeof(*c->probes), compare_probes);
    return 0;
}

int trace_probes_arm(struct trace_collector *c)
{
    for (unsigned i = 0; i < c->probe_count; i++)
        if (cpu_hook_exec_add(c->cpu, c->probes[i].pub.addr) != 0) {
            while (i-- > 0)
                cpu_hook_exec_remove(c->cpu, c->probes[i].pub.addr);
            return -ENOMEM;
        }
    return 0;
}

void trace_probes_free(struct trace_collector *c)
{
    for (unsigned i = 0; c->attached && i < c->probe_count; i++)
        cpu_hook_exec_remove(c->cpu, c->probes[i].pub.addr);
    for (unsigned i = 0; i < c->site_count; i++)
        cpu_hook_exec_remove(c->cpu, c->sites[i]);
    free(c->sites);
    free(c->probes);
}

/* ---- Return sites ---------------------------------------------------------------------------- */

static int compare_sites(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static bool site_is_armed(const struct trace_collector *c, uint32_t addr)
{
    return c->site_count > 0 &&
           bsearch(&addr, c->sites, c->site_count, sizeof(addr), compare_sites) != NULL;
}

/* Instructions behind calls stay hooked once they are: changing the set of hooks costs an engine
 * its decoded code, and there are few such places. */
static bool arm_site(struct trace_collector *c, uint32_t addr)
{
    if (site_is_armed(c, addr))
        return true;
    if (c->site_count == RETURN_SITES_MAX)
        return false;
    if (c->sites == NULL && (c->sites = calloc(RETURN_SITES_MAX, sizeof(*c->sites))) == NULL)
        return false;
    if (cpu_hook_exec_add(c->cpu, addr) != 0)
        return false;
    c->sites[c->site_count++] = addr;
    qsort(c->sites, c->site_count, sizeof(*c->sites), compare_sites);
    return true;
}

/* ---- Entering ------------------------------------------------------------------------------ */

static uint32_t stack_pointer(const struct trace_collector *c)
{
    return inspect_cpu(c->in)->gpr[GPR_ESP];
}

/* Without debug information arguments are taken to lie on the stack, as cdecl has them. */
uint32_t trace_visit_arg(const struct visit *v, unsigned k)
{
    const struct guestinfo_function *f = &v->probe->pub.function;
    const struct cpu_state *cpu = inspect_cpu(v->c->in);
    uint32_t offset = 4 + 4 * k, value = 0;

    if (k < f->param_count && f->param[k].place == GUEST_NOWHERE)
        return 0;
    if (k < f->param_count && f->param[k].place == GUEST_REGISTER)
        return cpu->gpr[f->param[k].at];
    if (k < f->param_count)
        offset = f->param[k].at;
    inspect_u32(v->c->in, cpu->gpr[GPR_ESP] + offset, &value);
    return value;
}

static bool is_task_pointer(const struct guestinfo_type *type)
{
    return type->kind == GUEST_POINTER && type->pointee != NULL &&
           strcmp(type->pointee, "task_struct") == 0;
}

/* Fork's copy of a task holds the pid of its original until it gets its own: it is nobody yet. */
static struct trace_who whom_points_to(const struct visit *v, uint32_t task)
{
    struct trace_who who = trace_who_at(v->c, task);

    if (who.pid == v->who.pid && task != v->who.task)
        return (struct trace_who){0};
    return who;
}

static void send_call(const struct visit *v)
{
    const struct guestinfo_function *f = &v->probe->pub.function;
    struct trace_call *call = &trace_begin(v->c, TRACE_CALL, &v->who)->call;

    call->probe = &v->probe->pub;
    call->graph = v->probe->root || v->task->root_count > 0;
    call->depth = v->task->call_count;
    for (unsigned k = 0; k < f->param_count; k++) {
        call->arg[k] = trace_visit_arg(v, k);
        if (is_task_pointer(&f->param[k].type))
            call->of[k] = whom_points_to(v, call->arg[k]);
    }
    trace_send(v->c);
}

/* Listens for the return, which comes at the return address with the stack one word shorter. */
static void follow(const struct visit *v)
{
    struct task *task = v->task;
    struct open_call *call = &task->calls[task->call_count];
    uint32_t esp = stack_pointer(v->c), ret;

    if (task->call_count == OPEN_CALLS_MAX || !inspect_u32(v->c->in, esp, &ret) ||
        !arm_site(v->c, ret))
        return;
    *call = (struct open_call){v->probe, esp, ret, inspect_cpu(v->c->in)->icount};
    task->call_count++;
    task->root_count += v->probe->root;
}

static void enter(struct visit *v, const struct probe *probe)
{
    v->probe = probe;
    if (probe->branch && !probe->root && v->task->root_count == 0)
        return;
    if (probe->listed || probe->root || v->task->root_count > 0)
        send_call(v);
    if (probe->followed)
        follow(v);
    if (probe->enter != NULL)
        probe->enter(v);
}

/* ---- Leaving ------------------------------------------------------------------------------- */

static void send_return(const struct visit *v, const struct open_call *call)
{
    struct trace_call *ret = &trace_begin(v->c, TRACE_RETURN, &v->who)->call;

    ret->probe = &call->probe->pub;
    ret->graph = call->probe->root || v->task->root_count > 0;
    ret->depth = v->task->call_count;
    ret->result = v->result;
    ret->entered = call->icount;
    if (is_task_pointer(&call->probe->pub.function.result) && !syscall_is_error(v->result))
        ret->result_of = whom_points_to(v, v->result);
    trace_send(v->c);
}

static void leave(struct visit *v, struct open_call call)
{
    v->probe = call.probe;
    v->result = inspect_cpu(v->c->in)->gpr[GPR_EAX];
    if (call.probe->listed || call.probe->root || v->task->root_count > 0)
        send_return(v, &call);
    if (call.probe->leave != NULL)
        call.probe->leave(v);
}

/* Calls whose stack is gone without a return (a jump out of them) are forgotten on the way. */
static void leave_calls(struct visit *v, uint32_t linear)
{
    struct task *task = v->task;
    uint32_t esp = stack_pointer(v->c);

    while (task->call_count > 0) {
        struct open_call call = task->calls[task->call_count - 1];

        if (esp <= call.esp)
            return;
        task->call_count--;
        task->root_count -= call.probe->root;
        if (call.ret == linear && esp == call.esp + 4) {
            leave(v, call);
            return;
        }
    }
}

static const struct probe *probe_at(const struct trace_collector *c, uint32_t addr)
{
    const struct probe key = {.pub.addr = addr};

    return bsearch(&key, c->probes, c->probe_count, sizeof(key), compare_probes);
}

void trace_probe_exec(void *ctx, uint32_t linear)
{
    struct visit v = {.c = ctx};
    const struct probe *probe;

    if (inspect_cpu(v.c->in)->cpl == 3)
        return;
    inspect_current(v.c->in, &v.who);
    v.task = trace_task_get(v.c, v.who.task);
    leave_calls(&v, linear);
    probe = probe_at(v.c, linear);
    if (probe != NULL)
        enter(&v, probe);
}

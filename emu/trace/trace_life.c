/* The life of processes, told by the kernel's tracepoints. */
#include <string.h>

#include "emu/guest/programs.h"
#include "emu/trace/trace_state.h"

/* trace_sched_switch(prev, next). */
void trace_life_switch(const struct visit *v)
{
    struct trace_collector *c = v->c;
    uint32_t prev = trace_visit_arg(v, 0), next = trace_visit_arg(v, 1);
    struct trace_switch *s = &trace_begin(c, TRACE_SWITCH, &v->who)->sched;

    s->prev = trace_who_at(c, prev);
    s->next = trace_who_at(c, next);
    s->next_esp = trace_task_word(c, next, c->layout.thread_esp);
    s->next_esp0 = trace_task_word(c, next, c->layout.thread_esp0);
    trace_send(c);
}

static struct trace_life *begin_life(const struct visit *v, enum trace_kind kind)
{
    struct trace_life *life = &trace_begin(v->c, kind, &v->who)->life;

    life->who = trace_who_at(v->c, trace_visit_arg(v, 0));
    return life;
}

/* trace_sched_process_exec(task, filename). */
void trace_life_exec(const struct visit *v)
{
    struct trace_life *life = begin_life(v, TRACE_EXEC);

    v->task->syscall.executed = true;
    inspect_string(v->c->in, trace_visit_arg(v, 1), life->text, sizeof(life->text));
    v->task->program = (uint16_t)programs_find(symbols_programs(v->c->in->symbols), life->text);
    trace_send(v->c);
    trace_memory_gone(v->c, v->who.task);
}

/* do_exit(code). */
void trace_life_exit_code(const struct visit *v)
{
    v->task->exit_code = (int32_t)trace_visit_arg(v, 0);
    v->task->exiting = true;
}

/* trace_sched_process_exit(task): the end of all that is known of it. */
void trace_life_exit(const struct visit *v)
{
    struct trace_life *life = begin_life(v, TRACE_EXIT);
    uint32_t task = life->who.task;

    life->has_code = v->task->exiting;
    life->code = v->task->exit_code;
    trace_send(v->c);
    trace_fork_child_gone(v->c, task);
    trace_memory_gone(v->c, task);
    v->task->syscall.active = false;
    v->task->attempt.id = v->task->birth.id = 0;
}

/* trace_sched_process_wait(task). */
void trace_life_wait(const struct visit *v)
{
    begin_life(v, TRACE_WAIT);
    trace_send(v->c);
}

/* trace_signal_deliver(task, sig). */
void trace_life_signal(const struct visit *v)
{
    struct trace_life *life = begin_life(v, TRACE_SIGNAL);

    life->code = (int32_t)trace_visit_arg(v, 1);
    life->has_code = true;
    trace_send(v->c);
}

/* trace_cow(address, old_pfn, new_pfn). */
void trace_life_cow(const struct visit *v)
{
    trace_begin(v->c, TRACE_COW, &v->who)->cow =
        (struct trace_cow){trace_visit_arg(v, 0), trace_visit_arg(v, 1), trace_visit_arg(v, 2)};
    trace_send(v->c);
}

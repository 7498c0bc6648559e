/* The tasks that the collector follows, and the interrupt frames open on their stacks. */
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_state.h"

static struct task **bucket(struct trace_collector *c, uint32_t address)
{
    return &c->tasks[(address >> 6) % TASK_BUCKETS];
}

static struct task *find(struct trace_collector *c, uint32_t address)
{
    for (struct task *t = *bucket(c, address); t != NULL; t = t->next)
        if (t->address == address)
            return t;
    return NULL;
}

struct task *trace_task_get(struct trace_collector *c, uint32_t address)
{
    struct task *task = find(c, address);
    bool room = c->task_count < TASKS_MAX;

    if (task != NULL)
        return task;
    task = room ? calloc(1, sizeof(*task)) : NULL;
    if (task == NULL)
        return find(c, 0);
    task->address = address;
    task->next = *bucket(c, address);
    *bucket(c, address) = task;
    c->task_count++;
    return task;
}

void trace_task_forget(struct trace_collector *c, uint32_t address)
{
    struct task **at = bucket(c, address), *task;

    while (*at != NULL && (*at)->address != address)
        at = &(*at)->next;
    if (*at == NULL || address == 0)
        return;
    task = *at;
    *at = task->next;
    c->task_count--;
    free(task);
}

void trace_tasks_free(struct trace_collector *c)
{
    for (unsigned b = 0; b < TASK_BUCKETS; b++)
        while (c->tasks[b] != NULL) {
            struct task *task = c->tasks[b];

            c->tasks[b] = task->next;
            free(task);
        }
}

static const struct cpu_frame_slot *eip_slot(const struct cpu_frame_slot *slots, unsigned count)
{
    for (unsigned i = 0; i < count && i < CPU_FRAME_MAX; i++)
        if (slots[i].word == FRAME_EIP)
            return &slots[i];
    return NULL;
}

/* Stacks grow down: frames at or below `address` are gone. */
static void drop_ints_below(struct task *task, uint32_t address)
{
    while (task->int_count > 0 && task->ints[task->int_count - 1].frame <= address)
        task->int_count--;
}

void trace_task_open_int(struct task *task, const struct cpu_int_event *event)
{
    const struct cpu_frame_slot *eip = eip_slot(event->slot, event->slot_count);

    if (eip == NULL)
        return;
    drop_ints_below(task, eip->linear);
    if (task->int_count < OPEN_INTS_MAX)
        task->ints[task->int_count++] =
            (struct open_int){eip->linear, event->vector, event->kind == CPU_INT_IRQ};
}

enum trace_frame_origin trace_task_close_int(struct task *task, const struct cpu_iret_event *event,
                                             uint8_t *vector)
{
    const struct cpu_frame_slot *eip = eip_slot(event->slot, event->slot_count);
    const struct open_int *top;

    *vector = 0;
    if (eip == NULL)
        return TRACE_FRAME_SOFTWARE;
    drop_ints_below(task, eip->linear - 1);
    top = task->int_count > 0 ? &task->ints[task->int_count - 1] : NULL;
    if (top == NULL || top->frame != eip->linear)
        return TRACE_FRAME_SOFTWARE;
    task->int_count--;
    *vector = top->vector;
    return top->irq ? TRACE_FRAME_IRQ : TRACE_FRAME_INT;
}

/* Who traces whom. */
#include <linux/ptrace.h>
#include <linux/sched.h>

/*
 * The tracer becomes the parent: it is who waits for the child and is told of its stops. The real
 * parent keeps the child on a list of its own.
 */
void __ptrace_link(struct task_struct *child, struct task_struct *tracer)
{
    BUG_ON(!list_empty(&child->ptrace_list));
    if (child->parent == tracer)
        return;
    list_add(&child->ptrace_list, &child->real_parent->ptrace_children);
    list_del_init(&child->sibling);
    child->parent = tracer;
    list_add_tail(&child->sibling, &tracer->children);
}

/* The tracer lets go. A thread that is not leader is on nobody's list of children. */
void __ptrace_unlink(struct task_struct *child)
{
    child->ptrace = 0;
    if (!list_empty(&child->ptrace_list)) {
        list_del_init(&child->ptrace_list);
        list_del_init(&child->sibling);
        child->parent = child->real_parent;
        if (thread_group_leader(child))
            list_add_tail(&child->sibling, &child->parent->children);
    }
    if (child->state == TASK_TRACED) {
        /* A stopped group stays stopped, now as any other. */
        if (child->signal->flags & SIGNAL_STOP_STOPPED)
            child->state = TASK_STOPPED;
        else
            signal_wake_up(child, true);
    }
}

/* Seen by others, scheduled, waited for, ended (S-133 to S-191). */
#include "claim.h"

/* ---- visibility ---- */

static bool leads_its_own_group(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    return p && task_word(p->child_task, "group_leader") == p->child &&
                   task_word(p->child_task, "thread_group.next") ==
                       p->child + guest_offset("task_struct", "thread_group")
               ? true
               : claim_fails("the group is another's");
}

static bool hung_on_its_parent(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    return p && task_word(p->child_task, "real_parent") == p->parent &&
                   task_word(p->child_task, "sibling.next") ==
                       p->parent + guest_offset("task_struct", "children")
               ? true
               : claim_fails("it is not the last of its parent's children");
}

static bool totals_count_up(void)
{
    for (size_t i = 1; i < recorded->forks; i++)
        if (recorded->fork[i].total_forks != recorded->fork[i - 1].total_forks + 1)
            return claim_fails("total_forks %u after %u", recorded->fork[i].total_forks,
                               recorded->fork[i - 1].total_forks);
    return recorded->forks > 1 ? true : claim_fails("too few forks");
}

static bool terminal_is_referenced(void)
{
    unsigned seen = 0;

    for (const struct visit *v = visit_next(recorded->visit, "copy_process"); v;
         v = visit_next(v + 1, "copy_process")) {
        const struct fork_picture *p = picture_after(v);

        if (!v->tty_refs || !p || p->parent != v->task || p->leader_pid != p->child_pid)
            continue;
        if ((int)p->tty_refs != v->tty_refs + 1)
            return claim_fails("%u references after %d", p->tty_refs, v->tty_refs);
        seen++;
    }
    return seen ? true : claim_fails("no parent had a terminal");
}

static bool idle_is_not_linked(void)
{
    uint32_t idle = guest_symbol("init_task");

    for (size_t i = 0; i < recorded->forks; i++)
        if (recorded->fork[i].child == idle || recorded->fork[i].child_pid == 0)
            return claim_fails("pid 0 was forked");
    return recorded->forks && recorded->fork[0].total_forks == 1 &&
                   recorded->fork[0].nr_threads == 1
               ? true
               : claim_fails("%u threads after the first fork",
                             recorded->forks ? recorded->fork[0].nr_threads : 0);
}

/* ---- the scheduler ---- */

static bool running_but_unqueued(void)
{
    for (const struct visit *v = visit_next(recorded->visit, "trace_sched_fork"); v;
         v = visit_next(v + 1, "trace_sched_fork"))
        if (v->state || v->array || v->preempt_count != 1 || !v->first_slice)
            return claim_fails("state %u, array %08x, preempt_count %d", v->state, v->array,
                               v->preempt_count);
    return visit_next(recorded->visit, "trace_sched_fork") ? true : claim_fails("no fork");
}

static bool slice_is_halved(void)
{
    for (const struct visit *v = visit_next(recorded->visit, "sched_fork"); v;
         v = visit_next(v + 1, "sched_fork")) {
        const struct visit *after = visit_next_by(v, "trace_sched_fork", v->task);

        if (after && (after->args[3] != (v->parent_slice + 1) >> 1 ||
                      after->args[2] != v->parent_slice >> 1))
            return claim_fails("%u became %u and %u", v->parent_slice, after->args[2],
                               after->args[3]);
    }
    return visit_next(recorded->visit, "sched_fork") ? true : claim_fails("no fork");
}

static bool last_tick_is_used_up(void)
{
    unsigned seen = 0;

    for (const struct visit *v = visit_next(recorded->visit, "trace_sched_fork"); v;
         v = visit_next(v + 1, "trace_sched_fork")) {
        if (v->args[2] != 0)
            continue;
        if (v + 1 == visit_end() || !visit_is(v + 1, "scheduler_tick") || v[1].parent_slice != 1)
            return claim_fails("no tick at once");
        seen++;
    }
    return seen ? true : claim_fails("no parent had one tick left");
}

static bool slice_goes_back(void)
{
    const struct visit *v = visit_next(recorded->visit, "sched_exit");

    return v && v->subject ? true : claim_fails("sched_exit was not reached");
}

static bool sleep_average_is_scaled(void)
{
    enum { CHILD_PENALTY = 95 };
    unsigned seen = 0;

    for (const struct visit *v = visit_next(recorded->visit, "wake_up_new_task"); v;
         v = visit_next(v + 1, "wake_up_new_task")) {
        const struct visit *after = visit_next_about(v, "trace_sched_wakeup_new", v->subject);

        if (!after || after->sleep_avg != v->own_sleep_avg * CHILD_PENALTY / 100)
            return claim_fails("%u became %u", v->own_sleep_avg, after ? after->sleep_avg : 0);
        seen += v->own_sleep_avg > 1;
    }
    return seen ? true : claim_fails("no parent had slept");
}

static bool child_runs_first(void)
{
    const struct fork_picture *p = picture_of_user_fork();
    const struct gate_event *parent = p ? gate_user_return(p->parent, p->icount) : NULL;
    const struct gate_event *child = p ? gate_user_return(p->child, p->icount) : NULL;

    return parent && child && child->icount < parent->icount ? true
                                                             : claim_fails("the parent came first");
}

/* ---- vfork ---- */

static bool completion_on_the_stack(void)
{
    const struct visit *v = visit_first_fork("sys_vfork");
    const struct visit *wake = v ? visit_next_by(v, "wake_up_new_task", v->task) : NULL;

    if (!wake || !wake->vfork_done)
        return claim_fails("vfork_done is not set");
    return wake->vfork_done / THREAD_SIZE == wake->esp / THREAD_SIZE
               ? true
               : claim_fails("the completion is not on the parent's stack");
}

static bool waiting_holds_a_reference(void)
{
    const struct visit *v = visit_first_fork("sys_vfork");
    const struct visit *wake = v ? visit_next_by(v, "wake_up_new_task", v->task) : NULL;

    return wake && wake->usage == 3 ? true : claim_fails("%d references", wake ? wake->usage : 0);
}

static bool parent_sleeps_until_done(void)
{
    const struct visit *v = visit_first_fork("sys_vfork");
    const struct visit *done = v ? visit_next(v, "complete") : NULL;
    const struct gate_event *back = v ? gate_user_return(v->task, v->icount) : NULL;

    return done && back && done->icount < back->icount
               ? true
               : claim_fails("the parent went on too early");
}

/* ---- ends ---- */

static bool ends_in_do_exit(void)
{
    for (const struct visit *v = visit_next(recorded->visit, "release_task"); v;
         v = visit_next(v + 1, "release_task")) {
        const struct visit *at = visit_next_by(recorded->visit, "do_exit", v->subject);

        if (!at || at > v)
            return claim_fails("a task was released that never called do_exit");
    }
    return visit_next(recorded->visit, "release_task") ? true : claim_fails("nothing ended");
}

static bool threads_take_the_same_path(void)
{
    const struct visit *v = visit_first_fork("sys_clone");

    if (!v || !(v->args[0] & 0x10000))
        return claim_fails("no CLONE_THREAD");
    return visit_next_by(v, "copy_process", v->task) && visit_next_by(v, "copy_thread", v->task) &&
                   visit_next_about(v, "wake_up_new_task", picture_after(v)->child)
               ? true
               : claim_fails("another path");
}

static const struct claim claims[] = {
    {"vforkdemo", "S-031 the completion lies on the parent's stack", completion_on_the_stack},
    {"vforkdemo", "S-032 three references while vfork waits", waiting_holds_a_reference},
    {"vforkdemo", "S-037 S-185 the parent sleeps until the child is done",
     parent_sleeps_until_done},
    {"forkdemo", "S-133 the child leads its own group", leads_its_own_group},
    {"forkdemo", "S-131 S-143 pid 0 is neither counted nor linked", idle_is_not_linked},
    {"forkdemo", "S-138 S-144 the child is its parent's last child", hung_on_its_parent},
    {"puzzle", "S-148 total_forks counts up", totals_count_up},
    {"conform", "S-189 the child is one more reference to its terminal", terminal_is_referenced},
    {"puzzle", "S-152 S-153 after sched_fork: running, unqueued, not preemptible",
     running_but_unqueued},
    {"puzzle", "S-154 the slice is halved", slice_is_halved},
    {"conform", "S-155 a parent's last tick is used up", last_tick_is_used_up},
    {"conform", "S-156 the child starts with less of the sleep average", sleep_average_is_scaled},
    {"zombiedemo", "S-184 an unused slice goes back", slice_goes_back},
    {"forkdemo", "S-157 the child runs first", child_runs_first},
    {"zombiedemo", "S-181 every end goes through do_exit", ends_in_do_exit},
    {"threaddemo", "S-101 S-191 threads take the same path", threads_take_the_same_path},
};

const struct claim_list claims_life = {claims, sizeof(claims) / sizeof(claims[0])};

/* The order of the steps, and pids (S-018 to S-052, S-188). */
#include "claim.h"

/* ---- the order ---- */

/* For every fork: these visits, in this order, by the parent. */
static bool in_order(const char *const *functions)
{
    unsigned forks = 0;

    for (const struct visit *v = visit_next(recorded->visit, "do_fork"); v;
         v = visit_next(v + 1, "do_fork")) {
        const struct visit *at = v, *stop = visit_next_by(v + 1, "do_fork", v->task);

        if (!picture_after(v) || picture_after(v)->parent != v->task)
            continue; /* this one failed */
        for (const char *const *f = functions; *f; f++) {
            const struct visit *found = visit_next_by(at, *f, v->task);

            if (!found || (stop && found > stop))
                return claim_fails("%s is not in its place after step %llu", *f,
                                   (unsigned long long)at->icount);
            at = found;
        }
        forks++;
    }
    return forks ? true : claim_fails("no fork was seen");
}

static bool canonical_flow(void)
{
    static const char *const flow[] = {"alloc_pidmap",
                                       "copy_process",
                                       "dup_task_struct",
                                       "prepare_to_copy",
                                       "copy_creds",
                                       "copy_semundo",
                                       "copy_files",
                                       "copy_fs",
                                       "copy_sighand",
                                       "copy_signal",
                                       "copy_mm",
                                       "copy_namespaces",
                                       "copy_thread",
                                       "sched_fork",
                                       "trace_task_newtask",
                                       "trace_sched_process_fork",
                                       "wake_up_new_task",
                                       NULL};

    return in_order(flow);
}

static bool six_stages(void)
{
    static const char *const stages[] = {"do_fork",     "copy_process", "dup_task_struct",
                                         "copy_thread", "sched_fork",   NULL};

    return in_order(stages) &&
           (visit_next(recorded->visit, "ret_from_fork") ? true : claim_fails("no ret_from_fork"));
}

static bool copy_thread_is_last(void)
{
    static const char *const order[] = {"copy_files",  "copy_fs", "copy_sighand",
                                        "copy_signal", "copy_mm", "copy_namespaces",
                                        "copy_thread", NULL};

    return in_order(order);
}

static bool told_before_woken(void)
{
    static const char *const order[] = {"trace_sched_process_fork", "wake_up_new_task", NULL};

    return in_order(order);
}

static bool not_queued_before_wake_up(void)
{
    unsigned seen = 0;

    for (const struct visit *v = recorded->visit; v < visit_end(); v++) {
        if (!visit_is(v, "trace_sched_process_fork") && !visit_is(v, "wake_up_new_task") &&
            !visit_is(v, "trace_task_newtask"))
            continue;
        if (v->array)
            return claim_fails("a child is queued at %s", v->function);
        seen++;
    }
    return seen ? true : claim_fails("no fork was seen");
}

static bool pid_first(void)
{
    for (const struct visit *v = visit_next(recorded->visit, "do_fork"); v;
         v = visit_next(v + 1, "do_fork")) {
        const struct visit *pid = visit_next_by(v, "alloc_pidmap", v->task);
        const struct visit *copy = visit_next_by(v, "copy_process", v->task);

        if (copy && (!pid || pid > copy))
            return claim_fails("copy_process before the pid");
    }
    return visit_next(recorded->visit, "alloc_pidmap") ? true : claim_fails("no fork was seen");
}

static bool failed_fork_frees_pid(void)
{
    unsigned failed = 0;

    for (const struct visit *v = visit_next(recorded->visit, "copy_process"); v;
         v = visit_next(v + 1, "copy_process")) {
        const struct visit *ok = visit_next_by(v, "trace_sched_process_fork", v->task);
        const struct visit *again = visit_next_by(v + 1, "copy_process", v->task);
        const struct visit *freed = visit_next_by(v, "free_pid", v->task);

        if (ok && (!again || ok < again))
            continue;
        if (!freed || (again && freed > again) || freed->args[0] != v->last_pid)
            return claim_fails("pid %u was not released", v->last_pid);
        failed++;
    }
    return failed ? true : claim_fails("no fork failed");
}

/* ---- pids ---- */

static bool bit_is_set(void)
{
    for (size_t i = 0; i < recorded->forks; i++)
        if (!recorded->fork[i].pid_bit)
            return claim_fails("the bit of pid %d is clear", recorded->fork[i].child_pid);
    return recorded->forks ? true : claim_fails("no fork was seen");
}

static bool bitmap_made_once(void)
{
    unsigned pages = 0;

    for (const struct visit *v = recorded->visit; v + 1 < visit_end(); v++)
        if (visit_is(v, "pidmap_alloc_page") && visit_is(v + 1, "get_zeroed_page"))
            pages++;
    return pages == 1 ? true : claim_fails("%u pages were made", pages);
}

static bool pids_in_sequence(void)
{
    for (size_t i = 1; i < recorded->forks; i++)
        if (recorded->fork[i].child_pid != recorded->fork[i - 1].child_pid + 1)
            return claim_fails("%d after %d", recorded->fork[i].child_pid,
                               recorded->fork[i - 1].child_pid);
    return recorded->forks > 2 ? true : claim_fails("too few forks");
}

static const struct claim claims[] = {
    {"forkdemo", "S-018 the pid comes first", pid_first},
    {"forkdemo", "S-025 the child is not queued before it is woken", not_queued_before_wake_up},
    {"conform", "S-026 a fork that fails gives its pid back", failed_fork_frees_pid},
    {"forkdemo", "S-027 S-028 the tracepoint comes before the wake-up", told_before_woken},
    {"puzzle", "S-044 S-066 S-147 each child's bit is set", bit_is_set},
    {"forkdemo", "S-045 one page of bitmap is made, once", bitmap_made_once},
    {"puzzle", "S-042 S-046 pids come in sequence", pids_in_sequence},
    {"puzzle", "S-058 the canonical flow", canonical_flow},
    {"puzzle", "S-089 copy_thread comes last", copy_thread_is_last},
    {"puzzle", "S-102 prepare_to_copy is the first step of dup_task_struct", canonical_flow},
    {"puzzle", "S-188 the six stages of every fork", six_stages},
};

const struct claim_list claims_order = {claims, sizeof(claims) / sizeof(claims[0])};

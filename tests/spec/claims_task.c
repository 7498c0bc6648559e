/* The copied task: its blocks, counters and pieces (S-053 to S-113). */
#include "claim.h"

static bool processes_counted(void)
{
    const struct visit *v = visit_first_fork("sys_fork");
    const struct visit *later = v ? visit_next_by(v, "wake_up_new_task", v->task) : NULL;

    return later && later->processes == v->processes + 1
               ? true
               : claim_fails("the user's processes do not go up by one");
}

static bool counters_start_at_zero(void)
{
    static const char *const members[] = {"rchar", "wchar", "syscr",  "syscw",   "utime",
                                          "stime", "nvcsw", "nivcsw", "min_flt", "maj_flt"};
    const struct fork_picture *p = picture_of_user_fork();

    for (unsigned i = 0; p && i < sizeof(members) / sizeof(members[0]); i++)
        if (task_word(p->child_task, members[i]))
            return claim_fails("%s is not zero", members[i]);
    return p ? true : claim_fails("no fork");
}

static bool new_files_struct(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    return p && p->files_count == 1 && p->files_next_fd == 0
               ? true
               : claim_fails("count %u, next_fd %u", p ? p->files_count : 0,
                             p ? p->files_next_fd : 0);
}

static bool exec_ids(void)
{
    const struct fork_picture *p = picture_of_user_fork();

    return p && task_word(p->child_task, "parent_exec_id") ==
                       task_word(p->parent_task, "self_exec_id")
               ? true
               : claim_fails("parent_exec_id is not the parent's");
}

/* Members that copy_process() sets anew; all others are the parent's. */
static bool rest_of_the_task_is_copied(void)
{
    static const char *const same[] = {"static_prio",  "blocked",   "comm",
                                       "self_exec_id", "sas_ss_sp", "sas_ss_size"};
    const struct fork_picture *p = picture_of_user_fork();

    for (unsigned i = 0; p && i < sizeof(same) / sizeof(same[0]); i++)
        if (task_word(p->child_task, same[i]) != task_word(p->parent_task, same[i]))
            return claim_fails("%s differs", same[i]);
    return p && p->child_ti[0] == p->child ? true : claim_fails("thread_info does not point back");
}

static bool stack_block(void)
{
    for (size_t i = 0; i < recorded->forks; i++)
        if (recorded->fork[i].child_stack % THREAD_SIZE ||
            task_word(recorded->fork[i].child_task, "thread_info") != recorded->fork[i].child_stack)
            return claim_fails("a stack at %08x", recorded->fork[i].child_stack);
    return recorded->forks && guest_sizeof("thread_union") == THREAD_SIZE ? true
                                                                          : claim_fails("no fork");
}

static bool esp_gives_current(void)
{
    for (const struct visit *v = recorded->visit; v < visit_end(); v++) {
        if (!visit_is(v, "__switch_to"))
            continue;
        /* __switch_to(prev, next) runs on the stack of next. */
        if (v->task != v->args[1])
            return claim_fails("esp %08x does not lead to the task", v->esp);
    }
    return visit_next(recorded->visit, "__switch_to") ? true : claim_fails("no switch");
}

static bool need_resched_is_clear(void)
{
    uint32_t at = guest_offset("thread_info", "flags") / 4;

    for (size_t i = 0; i < recorded->forks; i++)
        if (recorded->fork[i].child_ti[at] & 8)
            return claim_fails("pid %d starts with need_resched", recorded->fork[i].child_pid);
    return recorded->forks ? true : claim_fails("no fork");
}

static bool stack_end_magic(void)
{
    for (size_t i = 0; i < recorded->forks; i++)
        if (recorded->fork[i].end_of_stack != STACK_END_MAGIC)
            return claim_fails("%08x at the end of the stack", recorded->fork[i].end_of_stack);
    return recorded->forks ? true : claim_fails("no fork");
}

static bool canaries_differ(void)
{
    for (size_t i = 0; i < recorded->forks; i++)
        for (size_t k = 0; k < i; k++)
            if (task_word(recorded->fork[i].child_task, "stack_canary") ==
                task_word(recorded->fork[k].child_task, "stack_canary"))
                return claim_fails("two tasks have the same");
    return recorded->forks > 1 ? true : claim_fails("too few forks");
}

static bool usage_counts(void)
{
    const struct visit *v;

    for (size_t i = 0; i < recorded->forks; i++)
        if (task_word(recorded->fork[i].child_task, "usage") != 2)
            return claim_fails("%u references at birth",
                               task_word(recorded->fork[i].child_task, "usage"));
    v = visit_next(recorded->visit, "release_task");
    return v && v->usage == 1 ? true : claim_fails("%d references as a zombie", v ? v->usage : -1);
}

static bool own_slab_cache(void)
{
    unsigned seen = 0;

    for (const struct visit *v = visit_next(recorded->visit, "dup_task_struct"); v;
         v = visit_next(v + 1, "dup_task_struct")) {
        const struct visit *after = visit_next_by(v, "copy_creds", v->task);

        if (!after)
            continue;
        if (after->task_structs != v->task_structs + 1)
            return claim_fails("%u task_structs after %u", after->task_structs, v->task_structs);
        seen++;
    }
    return seen ? true : claim_fails("no fork");
}

static bool nproc_mark_is_cleared(void)
{
    enum { PF_NPROC_EXCEEDED = 0x1000 };
    unsigned seen = 0;

    for (const struct visit *v = visit_next(recorded->visit, "dup_task_struct"); v;
         v = visit_next(v + 1, "dup_task_struct")) {
        const struct visit *undone = visit_next_by(v, "free_task", v->task);
        const struct visit *copied = visit_next_by(v, "copy_creds", v->task);
        const struct visit *after = !copied || (undone && undone < copied) ? undone : copied;

        if (!(v->flags & PF_NPROC_EXCEEDED))
            continue;
        if (!after || (after->flags & PF_NPROC_EXCEEDED))
            return claim_fails("the mark stays");
        seen++;
    }
    return seen ? true : claim_fails("no caller was marked");
}

static const struct claim claims[] = {
    {"conform", "S-060 the mark of an exceeded limit is cleared", nproc_mark_is_cleared},
    {"forkdemo", "S-061 the user's processes count up", processes_counted},
    {"forkdemo", "S-071 S-072 counters start at zero", counters_start_at_zero},
    {"forkdemo", "S-081 S-190 a new files_struct", new_files_struct},
    {"forkdemo", "S-095 parent_exec_id", exec_ids},
    {"puzzle", "S-104 one object more of the task_struct cache", own_slab_cache},
    {"puzzle", "S-105 stack blocks are 8 KB and aligned", stack_block},
    {"forkdemo", "S-106 esp masked gives current", esp_gives_current},
    {"forkdemo", "S-107 the rest of the task is the parent's", rest_of_the_task_is_copied},
    {"puzzle", "S-108 need_resched is clear", need_resched_is_clear},
    {"puzzle", "S-109 STACK_END_MAGIC", stack_end_magic},
    {"puzzle", "S-110 canaries differ", canaries_differ},
    {"zombiedemo", "S-111 S-183 two references at birth, one as a zombie", usage_counts},
};

const struct claim_list claims_task = {claims, sizeof(claims) / sizeof(claims[0])};

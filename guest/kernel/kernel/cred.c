/* Credentials and users. */
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/errno.h>

struct user_struct root_user = {
    .count = 1,     /* init_cred */
    .processes = 1, /* pid 0 */
    .list = LIST_HEAD_INIT(root_user.list),
};

struct cred init_cred = {
    .usage = 1,
    .user = &root_user,
};

static struct kmem_cache *cred_cachep, *uid_cachep;

void cred_init(void)
{
    cred_cachep = kmem_cache_create("cred", sizeof(struct cred));
    uid_cachep = kmem_cache_create("uid_cache", sizeof(struct user_struct));
}

/* root_user heads the list of all users. */
static struct user_struct *find_user(uid_t uid)
{
    struct user_struct *user;

    if (uid == 0)
        return &root_user;
    list_for_each_entry (user, &root_user.list, list) {
        if (user->uid == uid)
            return user;
    }
    return NULL;
}

struct user_struct *alloc_uid(uid_t uid)
{
    struct user_struct *user = find_user(uid);

    if (!user) {
        user = kmem_cache_zalloc(uid_cachep, GFP_KERNEL);
        if (!user)
            return NULL;
        user->uid = uid;
        list_add_tail(&user->list, &root_user.list);
    }
    user->count++;
    return user;
}

void free_uid(struct user_struct *user)
{
    if (--user->count || user == &root_user)
        return;
    list_del(&user->list);
    kmem_cache_free(uid_cachep, user);
}

struct cred *prepare_creds(void)
{
    struct cred *cred = kmem_cache_alloc(cred_cachep, GFP_KERNEL);

    if (cred) {
        *cred = *current->cred;
        cred->usage = 1;
        cred->user->count++;
    }
    return cred;
}

void put_cred(struct cred *cred)
{
    if (--cred->usage)
        return;
    free_uid(cred->user);
    kmem_cache_free(cred_cachep, cred);
}

/* The caller's credentials become `cred`; the process counts for the user of its real uid. */
void commit_creds(struct cred *cred)
{
    struct cred *old = current->cred;

    old->user->processes--;
    cred->user->processes++;
    current->cred = cred;
    put_cred(old);
}

/* Threads share the object; a process gets a copy. */
int copy_creds(struct task_struct *p, unsigned long clone_flags)
{
    if (clone_flags & CLONE_THREAD) {
        p->cred = current->cred;
        p->cred->usage++;
    } else {
        p->cred = prepare_creds();
        if (!p->cred)
            return -ENOMEM;
    }
    p->cred->user->processes++;
    return 0;
}

void exit_creds(struct task_struct *p)
{
    p->cred->user->processes--;
    put_cred(p->cred);
    p->cred = NULL;
}

/* Using a privilege leaves a mark on the task. */
bool capable(int cap)
{
    if (current->cred->euid != 0)
        return false;
    current->flags |= PF_SUPERPRIV;
    return true;
}

bool in_group_p(gid_t gid)
{
    const struct cred *cred = current->cred;

    if (gid == cred->fsgid)
        return true;
    for (int i = 0; i < cred->ngroups; i++) {
        if (cred->groups[i] == gid)
            return true;
    }
    return false;
}

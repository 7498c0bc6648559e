/* System calls that read and change identities. */
#include <asm/uaccess.h>
#include <linux/sched.h>
#include <linux/syscalls.h>

#define KEEP ((u32)-1)

asmlinkage long sys_getuid32(void)
{
    return current->cred->uid;
}

asmlinkage long sys_geteuid32(void)
{
    return current->cred->euid;
}

asmlinkage long sys_getgid32(void)
{
    return current->cred->gid;
}

asmlinkage long sys_getegid32(void)
{
    return current->cred->egid;
}

asmlinkage long sys_getresuid32(uid_t __user *r, uid_t __user *e, uid_t __user *s)
{
    const struct cred *c = current->cred;
    return put_user(c->uid, r) || put_user(c->euid, e) || put_user(c->suid, s) ? -EFAULT : 0;
}

asmlinkage long sys_getresgid32(gid_t __user *r, gid_t __user *e, gid_t __user *s)
{
    const struct cred *c = current->cred;
    return put_user(c->gid, r) || put_user(c->egid, e) || put_user(c->sgid, s) ? -EFAULT : 0;
}

/* The real user changes: its processes are counted elsewhere. 0 or -EAGAIN. */
static int set_user(struct cred *cred, uid_t uid)
{
    struct user_struct *user = alloc_uid(uid);

    if (!user)
        return -EAGAIN;
    if ((u32)user->processes >= rlimit_cur(RLIMIT_NPROC) && user != &root_user)
        current->flags |= PF_NPROC_EXCEEDED;
    free_uid(cred->user);
    cred->user = user;
    cred->uid = uid;
    return 0;
}

/* Changed ids forbid the program's memory to others of the old identity. */
static long commit(struct cred *cred, int err)
{
    if (err) {
        put_cred(cred);
        return err;
    }
    if (cred->euid != current->cred->euid && current->mm)
        current->mm->dumpable = false;
    commit_creds(cred);
    return 0;
}

static bool may_become(const struct cred *c, uid_t uid)
{
    return uid == KEEP || uid == c->uid || uid == c->euid || uid == c->suid;
}

static bool may_become_group(const struct cred *c, gid_t gid)
{
    return gid == KEEP || gid == c->gid || gid == c->egid || gid == c->sgid;
}

asmlinkage long sys_setresuid32(uid_t r, uid_t e, uid_t s)
{
    struct cred *cred = prepare_creds();
    int err = 0;

    if (!cred)
        return -ENOMEM;
    if (!capable(CAP_SETUID) &&
        (!may_become(cred, r) || !may_become(cred, e) || !may_become(cred, s)))
        return commit(cred, -EPERM);
    if (r != KEEP && r != cred->uid)
        err = set_user(cred, r);
    if (e != KEEP)
        cred->euid = e;
    cred->fsuid = cred->euid;
    if (s != KEEP)
        cred->suid = s;
    return commit(cred, err);
}

asmlinkage long sys_setresgid32(gid_t r, gid_t e, gid_t s)
{
    struct cred *cred = prepare_creds();

    if (!cred)
        return -ENOMEM;
    if (!capable(CAP_SETGID) &&
        (!may_become_group(cred, r) || !may_become_group(cred, e) || !may_become_group(cred, s)))
        return commit(cred, -EPERM);
    if (r != KEEP)
        cred->gid = r;
    if (e != KEEP)
        cred->egid = e;
    cred->fsgid = cred->egid;
    if (s != KEEP)
        cred->sgid = s;
    return commit(cred, 0);
}

/* The superuser changes all three, others only the effective one. */
asmlinkage long sys_setuid32(uid_t uid)
{
    if (capable(CAP_SETUID))
        return sys_setresuid32(uid, uid, uid);
    if (uid != current->cred->uid && uid != current->cred->suid)
        return -EPERM;
    return sys_setresuid32(KEEP, uid, KEEP);
}

asmlinkage long sys_setgid32(gid_t gid)
{
    if (capable(CAP_SETGID))
        return sys_setresgid32(gid, gid, gid);
    if (gid != current->cred->gid && gid != current->cred->sgid)
        return -EPERM;
    return sys_setresgid32(KEEP, gid, KEEP);
}

/* The saved id follows when the real one is set, or the effective one to something new. */
asmlinkage long sys_setreuid32(uid_t r, uid_t e)
{
    const struct cred *c = current->cred;

    if (!capable(CAP_SETUID) && r != KEEP && r != c->uid && r != c->euid)
        return -EPERM;
    uid_t new_e = e == KEEP ? c->euid : e;
    return sys_setresuid32(r, e, r != KEEP || (e != KEEP && e != c->uid) ? new_e : KEEP);
}

asmlinkage long sys_setregid32(gid_t r, gid_t e)
{
    const struct cred *c = current->cred;

    if (!capable(CAP_SETGID) && r != KEEP && r != c->gid && r != c->egid)
        return -EPERM;
    gid_t new_e = e == KEEP ? c->egid : e;
    return sys_setresgid32(r, e, r != KEEP || (e != KEEP && e != c->gid) ? new_e : KEEP);
}

/* Returns the old id, whether or not it changed. */
asmlinkage long sys_setfsuid32(uid_t uid)
{
    struct cred *cred = prepare_creds();
    uid_t old = current->cred->fsuid;

    if (!cred)
        return old;
    if (may_become(cred, uid) || uid == cred->fsuid || capable(CAP_SETUID))
        cred->fsuid = uid == KEEP ? old : uid;
    commit(cred, 0);
    return old;
}

asmlinkage long sys_setfsgid32(gid_t gid)
{
    struct cred *cred = prepare_creds();
    gid_t old = current->cred->fsgid;

    if (!cred)
        return old;
    if (may_become_group(cred, gid) || gid == cred->fsgid || capable(CAP_SETGID))
        cred->fsgid = gid == KEEP ? old : gid;
    commit(cred, 0);
    return old;
}

asmlinkage long sys_getgroups32(int size, gid_t __user *list)
{
    const struct cred *c = current->cred;

    if (size < 0 || (size && size < c->ngroups))
        return -EINVAL;
    if (size && copy_to_user(list, c->groups, c->ngroups * sizeof(gid_t)))
        return -EFAULT;
    return c->ngroups;
}

asmlinkage long sys_setgroups32(int size, const gid_t __user *list)
{
    struct cred *cred;

    if (!capable(CAP_SETGID))
        return -EPERM;
    if (size < 0 || size > NGROUPS_MAX)
        return -EINVAL;
    cred = prepare_creds();
    if (!cred)
        return -ENOMEM;
    cred->ngroups = size;
    return commit(cred, copy_from_user(cred->groups, list, size * sizeof(gid_t)) ? -EFAULT : 0);
}

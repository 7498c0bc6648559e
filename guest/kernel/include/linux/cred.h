/* Who a task is: identities, groups and capabilities; and what a user as a whole uses. */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

#include <linux/list.h>
#include <linux/types.h>

#define NGROUPS_MAX 32

/* Capabilities, reduced to one rule: effective uid 0 has them all. */
#define CAP_CHOWN          0
#define CAP_DAC_OVERRIDE   1
#define CAP_FOWNER         3
#define CAP_KILL           5
#define CAP_SETGID         6
#define CAP_SETUID         7
#define CAP_SYS_RAWIO      17
#define CAP_SYS_CHROOT     18
#define CAP_SYS_PTRACE     19
#define CAP_SYS_ADMIN      21
#define CAP_SYS_BOOT       22
#define CAP_SYS_NICE       23
#define CAP_SYS_RESOURCE   24
#define CAP_SYS_TIME       25
#define CAP_SYS_TTY_CONFIG 26

/* All processes of one user id. */
struct user_struct {
    int count;     /* references */
    int processes; /* tasks, for RLIMIT_NPROC */
    uid_t uid;
    struct list_head list; /* all users */
};

/* Never changed once a task uses it: a change makes a copy. */
struct cred {
    int usage; /* references */
    uid_t uid, euid, suid, fsuid;
    gid_t gid, egid, sgid, fsgid;
    int ngroups; /* supplementary groups */
    gid_t groups[NGROUPS_MAX];
    struct user_struct *user; /* of the real uid */
};

struct task_struct;

extern struct cred init_cred;
extern struct user_struct root_user;

/* The child's credentials at fork. 0 or -errno; on success the user has one process more. */
int copy_creds(struct task_struct *p, unsigned long clone_flags);
/* Undoes copy_creds(). */
void exit_creds(struct task_struct *p);
/* A private copy of the caller's, to be changed and committed or put. NULL without memory. */
struct cred *prepare_creds(void);
void commit_creds(struct cred *cred);
void put_cred(struct cred *cred);
/* The user of `uid`, with a reference; NULL without memory. */
struct user_struct *alloc_uid(uid_t uid);
void free_uid(struct user_struct *user);
bool capable(int cap);
bool in_group_p(gid_t gid);
void cred_init(void);

#endif

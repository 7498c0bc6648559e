/* Flags of clone(). */
#ifndef _UAPI_SCHED_H
#define _UAPI_SCHED_H

#define CSIGNAL              0x000000ffu /* signal the child sends when it ends */
#define CLONE_VM             0x00000100u /* share memory */
#define CLONE_FS             0x00000200u /* share root, working directory, umask */
#define CLONE_FILES          0x00000400u /* share the descriptor table */
#define CLONE_SIGHAND        0x00000800u /* share signal handlers */
#define CLONE_PTRACE         0x00002000u /* the caller's tracer traces the child too */
#define CLONE_VFORK          0x00004000u /* wait until the child releases the memory */
#define CLONE_PARENT         0x00008000u /* the child is the caller's sibling */
#define CLONE_THREAD         0x00010000u /* same thread group */
#define CLONE_NEWNS          0x00020000u
#define CLONE_SYSVSEM        0x00040000u
#define CLONE_SETTLS         0x00080000u /* set a TLS descriptor for the child */
#define CLONE_PARENT_SETTID  0x00100000u /* store the pid in the parent's memory */
#define CLONE_CHILD_CLEARTID 0x00200000u /* zero it in the child's when memory is released */
#define CLONE_DETACHED       0x00400000u /* accepted, means nothing */
#define CLONE_UNTRACED       0x00800000u /* no tracer may attach the child by force */
#define CLONE_CHILD_SETTID   0x01000000u /* store the pid in the child's memory */
#define CLONE_STOPPED        0x02000000u /* start in the stopped state */
#define CLONE_NEWUTS         0x04000000u
#define CLONE_NEWIPC         0x08000000u
#define CLONE_NEWUSER        0x10000000u
#define CLONE_NEWPID         0x20000000u
#define CLONE_NEWNET         0x40000000u
#define CLONE_IO             0x80000000u

#endif

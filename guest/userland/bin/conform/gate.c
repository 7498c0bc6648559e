/* Section 1: the user's side and the gate of int 0x80. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "conform.h"

static void limit_processes(void)
{
    struct rlimit one = {1, 1};

    EXPECT(setrlimit(RLIMIT_NPROC, &one) == 0);
    become_nobody();
}

static void error_becomes_errno(void)
{
    only_as_root();
    limit_processes();
    errno = 0;
    EXPECT(fork() == -1);
    EXPECT(errno == EAGAIN);
}

static void call_unknown(void)
{
    errno = 0;
    EXPECT(syscall(9999) == -1);
    EXPECT(errno == ENOSYS);
    errno = 0;
    EXPECT(syscall(-5) == -1);
    EXPECT(errno == ENOSYS);
}

static void use_gate_0x81(void *unused)
{
    (void)unused;
    __asm__ volatile("int $0x81");
}

static void other_gates_are_closed(void)
{
    EXPECT(run(use_gate_0x81, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
}

/* Every register but eax comes back from a system call as it was. */
static void registers_survive(void)
{
    long eax = SYS_getpid, ebx = 11, ecx = 12, edx = 13, esi = 14, edi = 15;

    __asm__ volatile("int $0x80"
                     : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi)
                     :
                     : "memory");
    EXPECT(eax == getpid());
    EXPECT(ebx == 11 && ecx == 12 && edx == 13 && esi == 14 && edi == 15);
}

static void clone_takes_five(void)
{
    static pid_t parent_word, child_word;
    static int mark = 77;
    struct tls_descriptor tls = tls_at((unsigned int)-1, &mark);
    long pid;

    EXPECT(syscall(SYS_set_thread_area, &tls) == 0);
    tls.flags = TLS_FLAT_DATA;
    pid = raw_clone(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_SETTLS | SIGCHLD, NULL,
                    &parent_word, &tls, &child_word);
    if (pid == 0) {
        int seen;

        __asm__ volatile("movw %w1, %%fs; movl %%fs:0, %0" : "=r"(seen) : "q"(tls.slot * 8 + 3));
        _exit(seen == 77 && child_word == getpid() ? 0 : 1);
    }
    EXPECT(pid > 0);
    EXPECT(finish((pid_t)pid) == 0);
    EXPECT(parent_word == pid);
    EXPECT(child_word == 0);
}

static const struct check checks[] = {
    {"S-001", "a failed fork is -1 and errno EAGAIN", error_becomes_errno},
    {"S-002", "a number without a system call is ENOSYS", call_unknown},
    {"S-004", "a gate of privilege 0 is a general protection fault", other_gates_are_closed},
    {"S-008", "a system call changes eax and no other register", registers_survive},
    {"S-013", "clone takes flags, stack, parent_tid, tls and child_tid", clone_takes_five},
};

SECTION(gate);

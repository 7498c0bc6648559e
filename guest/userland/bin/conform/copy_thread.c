/* Sections 6 and 7: the processor's state in the child. */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/io.h>
#include <unistd.h>

#include "conform.h"

static void fpu_state_is_copied(void)
{
    double pi = 3.14159265358979323846, mine, got;
    unsigned short control = 0x0f7f, seen;
    long pid;

    __asm__ volatile("fninit; fldcw %0; fldl %1" : : "m"(control), "m"(pi));
    pid = syscall(SYS_fork);
    __asm__ volatile("fnstcw %0; fstpl %1" : "=m"(seen), "=m"(got));
    if (pid == 0)
        _exit(memcmp(&got, &pi, sizeof pi) == 0 && seen == control ? 0 : 1);
    mine = got;
    EXPECT(finish((pid_t)pid) == 0);
    EXPECT(memcmp(&mine, &pi, sizeof pi) == 0);
    EXPECT(seen == control);
}

/* The child loses nothing the parent computes after fork, and the other way round. */
static void fpu_states_are_apart(void)
{
    double two = 2, three = 3, got;
    struct gate child_loaded = gate_new();
    long pid;

    __asm__ volatile("fninit; fldl %0" : : "m"(two));
    pid = syscall(SYS_fork);
    if (pid == 0) {
        __asm__ volatile("fldl %0" : : "m"(three));
        gate_open(child_loaded);
        __asm__ volatile("fstpl %0" : "=m"(got));
        _exit(memcmp(&got, &three, sizeof got) == 0 ? 0 : 1);
    }
    gate_wait(child_loaded);
    __asm__ volatile("fstpl %0" : "=m"(got));
    EXPECT(memcmp(&got, &two, sizeof got) == 0);
    EXPECT(finish((pid_t)pid) == 0);
}

static void child_gets_zero(void)
{
    long result = SYS_fork;

    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
    if (result == 0)
        _exit(0);
    EXPECT(result > 0);
    EXPECT(finish((pid_t)result) == 0);
}

/* All registers at the return from fork, as each side finds them. */
static void registers_are_copied(void)
{
    long eax = SYS_fork, ebx = 21, ecx = 22, edx = 23, esi = 24, edi = 25;

    __asm__ volatile("int $0x80"
                     : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi)
                     :
                     : "memory");
    EXPECT(ebx == 21 && ecx == 22 && edx == 23 && esi == 24 && edi == 25);
    if (eax == 0)
        _exit(0);
    EXPECT(finish((pid_t)eax) == 0);
}

static void flags_are_copied(void)
{
    enum { CARRY = 1, DIRECTION = 0x400, INTERRUPT = 0x200 };
    long eax = SYS_fork, flags;

    __asm__ volatile("std; stc; int $0x80; pushf; popl %1; cld"
                     : "+a"(eax), "=r"(flags)
                     :
                     : "memory", "cc");
    EXPECT((flags & (CARRY | DIRECTION | INTERRUPT)) == (CARRY | DIRECTION | INTERRUPT));
    if (eax == 0)
        _exit(0);
    EXPECT(finish((pid_t)eax) == 0);
}

static void *stack_pointer(void)
{
    void *esp;

    __asm__ volatile("movl %%esp, %0" : "=r"(esp));
    return esp;
}

static void fork_keeps_stack_pointer(void)
{
    long eax = SYS_fork;
    void *before, *after;

    __asm__ volatile("movl %%esp, %1; int $0x80; movl %%esp, %2"
                     : "+a"(eax), "=&r"(before), "=&r"(after)
                     :
                     : "memory");
    EXPECT(before == after);
    if (eax == 0)
        _exit(0);
    EXPECT(finish((pid_t)eax) == 0);
}

static long other_stack[4096];

static int runs_on_other_stack(void *unused)
{
    char *esp = stack_pointer();

    (void)unused;
    return esp > (char *)other_stack && esp < (char *)(other_stack + 4096) ? 0 : 1;
}

static void clone_sets_stack_pointer(void)
{
    pid_t pid = clone(runs_on_other_stack, other_stack + 4096, SIGCHLD, NULL);

    EXPECT(pid > 0);
    EXPECT(finish(pid) == 0);
}

static unsigned int install_tls(const void *base)
{
    struct tls_descriptor tls = tls_at((unsigned int)-1, base);

    EXPECT(syscall(SYS_set_thread_area, &tls) == 0);
    __asm__ volatile("movw %w0, %%fs" : : "q"(tls.slot * 8 + 3));
    return tls.slot;
}

static int word_at_fs(void)
{
    int word;

    __asm__ volatile("movl %%fs:0, %0" : "=r"(word));
    return word;
}

static int parent_word = 111, child_word = 222;

static void selectors_are_kept(void)
{
    long pid;

    install_tls(&parent_word);
    pid = syscall(SYS_fork);
    if (pid == 0)
        _exit(word_at_fs() == 111 ? 0 : 1);
    EXPECT(finish((pid_t)pid) == 0);
    EXPECT(word_at_fs() == 111);
}

static void errno_is_kept(void)
{
    pid_t pid;

    errno = 33;
    pid = fork();
    if (pid == 0)
        _exit(errno == 33 ? 0 : 1);
    EXPECT(finish(pid) == 0);
}

static void use_port(void *unused)
{
    (void)unused;
    outb(0, 0x80);
}

static void give_up_port(void *unused)
{
    (void)unused;
    outb(0, 0x80);
    EXPECT(ioperm(0x80, 1, 0) == 0);
    EXPECT(run(use_port, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
}

static void port_permissions_are_copied(void)
{
    if (ioperm(0x80, 1, 1) < 0)
        SKIP("no permission for ports");
    EXPECT(run(use_port, NULL) == 0);
    EXPECT(run(give_up_port, NULL) == 0);
    EXPECT(run(use_port, NULL) == 0);
    EXPECT(ioperm(0x80, 1, 0) == 0);
    EXPECT(run(use_port, NULL) == EXIT_BY_SIGNAL + SIGSEGV);
}

static void expect_tls_error(void *tls, int error)
{
    long pid = raw_clone(CLONE_SETTLS | SIGCHLD, NULL, NULL, tls, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(pid == -1);
    EXPECT(errno == error);
}

static void tls_pointer_is_checked(void)
{
    expect_tls_error((void *)4, EFAULT);
}

static void tls_slot_is_checked(void)
{
    struct tls_descriptor below = tls_at(5, &child_word);
    struct tls_descriptor none = tls_at((unsigned int)-1, &child_word);

    expect_tls_error(&below, EINVAL);
    expect_tls_error(&none, EINVAL);
}

static void tls_is_not_empty(void)
{
    struct tls_descriptor empty = {install_tls(&parent_word), 0, 0, TLS_EMPTY};

    expect_tls_error(&empty, EINVAL);
}

static int expect_child_word(void *unused)
{
    (void)unused;
    for (int i = 0; i < 5; i++) {
        if (word_at_fs() != 222)
            return 1;
        sched_yield();
    }
    return 0;
}

/* The bare call, because libcs do not agree on what clone's tls argument points to. */
static pid_t clone_with_tls(int (*fn)(void *), struct tls_descriptor *tls)
{
    long eax = SYS_clone;

    __asm__ volatile("int $0x80\n\t"
                     "testl %%eax, %%eax\n\t"
                     "jnz 1f\n\t"
                     "pushl $0\n\t"
                     "call *%%edi\n\t"
                     "movl %%eax, %%ebx\n\t"
                     "movl $1, %%eax\n\t"
                     "int $0x80\n"
                     "1:"
                     : "+a"(eax)
                     : "b"(CLONE_VM | CLONE_SETTLS | SIGCHLD), "c"(other_stack + 4096), "d"(0),
                       "S"(tls), "D"(fn)
                     : "memory");
    return (pid_t)eax;
}

/* Two tasks of one address space, one slot, two bases. */
static void each_thread_has_its_tls(void)
{
    struct tls_descriptor tls = tls_at(install_tls(&parent_word), &child_word);
    pid_t pid = clone_with_tls(expect_child_word, &tls);

    EXPECT(pid > 0);
    for (int i = 0; i < 5; i++) {
        EXPECT(word_at_fs() == 111);
        sched_yield();
    }
    EXPECT(finish(pid) == 0);
}

static const struct check checks[] = {
    {"S-103", "the child has the parent's x87 state", fpu_state_is_copied},
    {"S-103", "after fork the x87 states are apart", fpu_states_are_apart},
    {"S-115 S-170", "registers are the same on both sides", registers_are_copied},
    {"S-115", "flags are the same on both sides", flags_are_copied},
    {"S-116", "eax is zero in the child", child_gets_zero},
    {"S-117", "without a stack the child keeps esp", fork_keeps_stack_pointer},
    {"S-117", "with a stack it runs there", clone_sets_stack_pointer},
    {"S-121", "segment selectors and their bases are kept", selectors_are_kept},
    {"S-121", "errno is kept", errno_is_kept},
    {"S-122", "port permissions are copied", port_permissions_are_copied},
    {"S-123", "a bad CLONE_SETTLS pointer is EFAULT", tls_pointer_is_checked},
    {"S-123", "a CLONE_SETTLS slot out of range is EINVAL", tls_slot_is_checked},
    {"S-123", "an empty CLONE_SETTLS descriptor is EINVAL", tls_is_not_empty},
    {"S-124", "each thread has its own TLS", each_thread_has_its_tls},
};

SECTION(copy_thread);

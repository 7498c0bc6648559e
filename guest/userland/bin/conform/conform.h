/* The conformance program: what a process can see of the way processes are made.
 *
 * Every check carries the number of the statement that it proves (S-001 … S-191, see
 * docs/process-creation-coverage.md), runs in a process of its own, and prints one TAP line. The
 * same binary runs in the guest and on Linux; no line holds a pid, a time or an address, so the
 * two outputs can be compared.
 *
 * A check is a function that returns when all is well. EXPECT ends it with a message otherwise,
 * in whichever of its processes that happens; SKIP ends it with the reason why it cannot be made.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>

struct check {
    const char *item; /* the statement, or several with blanks between */
    const char *says;
    void (*run)(void);
};

struct section {
    const char *name;
    const struct check *checks;
    size_t count;
};

#define SECTION(name)                                                                              \
    const struct section section_##name = {#name, checks, sizeof checks / sizeof checks[0]}

#define EXPECT(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

_Noreturn void check_failed(const char *file, int line, const char *condition);
_Noreturn void SKIP(const char *reason);

/* Checks that would disturb the whole machine are for the guest alone. */
bool on_guest(void);
void only_on_guest(void);
void only_as_root(void);

/* The path of this program; "--pause" makes it wait for a signal, "--exit N" end at once. */
extern const char *self_path;

/* exec.c: what its checks want of the new program; the exit status, −1 for other arguments. */
int exec_serve(int argc, char **argv);

enum { EXIT_BY_SIGNAL = 128, NOBODY = 65534 };

/* Runs fn(arg) in a forked process, which then exits with 0. */
pid_t start(void (*fn)(void *), void *arg);
/* Waits: the exit status, or EXIT_BY_SIGNAL + signal. */
int finish(pid_t pid);
int run(void (*fn)(void *), void *arg);

/* The bare clone call in the register order of i386. Without a stack the child goes on here. */
long raw_clone(unsigned long flags, void *stack, void *parent_tid, void *tls, void *child_tid);
/* Runs fn(arg) on a stack of its own in a task that shares memory. */
pid_t clone_vm(unsigned long flags, int (*fn)(void *), void *arg);

/* Zeroed memory that processes share across fork. */
void *shared_memory(size_t size);

/* An address where nothing is mapped, which the compiler cannot know. */
void *bad_pointer(void);

void become_nobody(void);
void sleep_ms(int ms);

/* One process waits until another says so. */
struct gate {
    int fd[2];
};

struct gate gate_new(void);
void gate_open(struct gate g);
void gate_wait(struct gate g);

/* The n-th field of /proc/PID/stat, counted as proc(5) does; field 3 is the state letter. */
long stat_field(pid_t pid, int n);
/* The number behind a word in a file of /proc, such as "Threads:" in status. */
long proc_number(const char *path, const char *word);
/* Waits until the process is in a state such as 'Z' or 'T'. */
void wait_for_state(pid_t pid, char state);

/* pty.c: a pseudo terminal whose slave can be opened; skips the check where there is none. */
struct terminal {
    int master;
    char name[32]; /* of the slave's file */
};

struct terminal terminal_new(void);

/* usage.c: what the kernel holds: pages, slab objects, open files. */
bool usage_is_known(void);
void usage_start(void);
bool usage_is_back(void); /* since usage_start; says what is not */

/* The i386 descriptor of set_thread_area and CLONE_SETTLS; slot −1 lets the kernel choose. */
struct tls_descriptor {
    unsigned int slot;
    unsigned int base;
    unsigned int limit;
    unsigned int flags;
};

enum { TLS_EMPTY = 0x28, TLS_FLAT_DATA = 0x51 };

struct tls_descriptor tls_at(unsigned int slot, const void *base);

#endif

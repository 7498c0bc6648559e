/* What a tracer sees of fork, vfork and clone (sections 2, 5, 7, 9 and 16). */
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum {
    EVENT_FORK = 1,
    EVENT_VFORK = 2,
    EVENT_CLONE = 3,
    EVENT_VFORK_DONE = 5,
    EVENTS_MAX = 8,
    OPTION_FORK = 0x02,
    OPTION_VFORK = 0x04,
    OPTION_CLONE = 0x08,
    OPTION_VFORK_DONE = 0x20,
    REQUEST_SETOPTIONS = 0x4200,
    REQUEST_GETEVENTMSG = 0x4201,
    REQUEST_GETSIGINFO = 0x4202,
    DEBUG_REGISTERS = 252, /* of the user area */
};

struct observed {
    int event[EVENTS_MAX]; /* kinds, in the order they came */
    unsigned long message[EVENTS_MAX];
    int code[EVENTS_MAX]; /* si_code of the stop */
    int events;
    pid_t child;            /* a traced process beside the first one */
    int child_first_signal; /* of its first stop */
    int status;             /* of the first one's end */
};

static int next_stop(pid_t pid)
{
    int status;

    EXPECT(waitpid(pid, &status, __WALL) == pid);
    return status;
}

/* A process that asks to be traced and waits for the tracer before fn. */
static pid_t start_traced(void (*fn)(void), long options)
{
    pid_t pid = fork();

    if (pid == 0) {
        EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
        raise(SIGSTOP);
        fn();
        _exit(0);
    }
    EXPECT(WSTOPSIG(next_stop(pid)) == SIGSTOP);
    EXPECT(ptrace(REQUEST_SETOPTIONS, pid, NULL, (void *)options) == 0);
    return pid;
}

static void go_on(pid_t pid, int signal)
{
    EXPECT(ptrace(PTRACE_CONT, pid, NULL, (void *)(long)signal) == 0);
}

static void note_event(struct observed *o, pid_t pid, int event)
{
    siginfo_t info;

    EXPECT(o->events < EVENTS_MAX);
    EXPECT(ptrace(REQUEST_GETEVENTMSG, pid, NULL, &o->message[o->events]) == 0);
    EXPECT(ptrace(REQUEST_GETSIGINFO, pid, NULL, &info) == 0);
    o->code[o->events] = info.si_code;
    o->event[o->events++] = event;
}

/* Lets the tracee and everything that gets attached run to the end. */
static struct observed follow(pid_t tracee)
{
    struct observed o = {0};
    int status;
    pid_t pid;

    go_on(tracee, 0);
    while ((pid = waitpid(-1, &status, __WALL)) > 0) {
        int event = status >> 16;
        int signal = WSTOPSIG(status);

        if (!WIFSTOPPED(status)) {
            o.status = pid == tracee ? status : o.status;
            continue;
        }
        if (event)
            note_event(&o, pid, event);
        if (pid != tracee && !o.child) {
            o.child = pid;
            o.child_first_signal = signal;
        }
        go_on(pid, event || signal == SIGSTOP ? 0 : signal);
    }
    return o;
}

static struct observed observe(void (*fn)(void), long options)
{
    return follow(start_traced(fn, options));
}

static void fork_once(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    EXPECT(finish(pid) == 0);
}

static void vfork_once(void)
{
    pid_t pid = vfork();

    if (pid == 0)
        _exit(0);
    EXPECT(finish(pid) == 0);
}

static void clone_with(unsigned long flags)
{
    long pid = raw_clone(flags, NULL, NULL, NULL, NULL);

    if (pid == 0)
        _exit(0);
    EXPECT(pid > 0);
    EXPECT(finish((pid_t)pid) == 0);
}

static void clone_without_signal(void)
{
    clone_with(0);
}

static void clone_with_usr1(void)
{
    signal(SIGUSR1, SIG_IGN);
    clone_with(SIGUSR1);
}

static void clone_untraced(void)
{
    clone_with(CLONE_UNTRACED | SIGCHLD);
}

static void clone_ptrace(void)
{
    clone_with(CLONE_PTRACE | SIGCHLD);
}

static void fork_event(void)
{
    struct observed o = observe(fork_once, OPTION_FORK);

    EXPECT(o.events == 1 && o.event[0] == EVENT_FORK);
    EXPECT(o.child > 0);
    EXPECT(o.status == 0);
}

static void child_stops_first(void)
{
    struct observed o = observe(fork_once, OPTION_FORK);

    EXPECT(o.child_first_signal == SIGSTOP);
}

static void message_is_pid(void)
{
    struct observed o = observe(fork_once, OPTION_FORK);

    EXPECT(o.events == 1);
    EXPECT(o.message[0] == (unsigned long)o.child);
}

static void siginfo_has_event(void)
{
    struct observed o = observe(fork_once, OPTION_FORK);

    EXPECT(o.code[0] == (EVENT_FORK << 8 | SIGTRAP));
}

static void no_event_without_option(void)
{
    EXPECT(observe(fork_once, 0).events == 0);
    EXPECT(observe(fork_once, OPTION_VFORK | OPTION_CLONE).events == 0);
}

static void untraced_hides(void)
{
    struct observed o = observe(clone_untraced, OPTION_FORK | OPTION_CLONE);

    EXPECT(o.events == 0 && o.child == 0);
}

static void vfork_looks_at_its_own_option(void)
{
    EXPECT(observe(vfork_once, OPTION_FORK | OPTION_CLONE).events == 0);
}

static void exit_signal_makes_a_clone(void)
{
    struct observed none = observe(clone_without_signal, OPTION_CLONE);
    struct observed usr1 = observe(clone_with_usr1, OPTION_CLONE);

    EXPECT(none.events == 1 && none.event[0] == EVENT_CLONE);
    EXPECT(usr1.events == 1 && usr1.event[0] == EVENT_CLONE);
    EXPECT(observe(clone_without_signal, OPTION_FORK).events == 0);
}

static void vfork_and_done(void)
{
    struct observed o = observe(vfork_once, OPTION_VFORK | OPTION_VFORK_DONE);

    EXPECT(o.events == 2);
    EXPECT(o.event[0] == EVENT_VFORK && o.event[1] == EVENT_VFORK_DONE);
    EXPECT(o.message[0] == (unsigned long)o.child && o.message[1] == (unsigned long)o.child);
}

static void clone_ptrace_shares_tracer(void)
{
    struct observed o = observe(clone_ptrace, 0);

    EXPECT(o.events == 0);
    EXPECT(o.child > 0 && o.child_first_signal == SIGSTOP);
}

static void fork_and_check_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(getppid() > 0 ? 5 : 6);
    _exit(finish(pid));
}

/* PTRACE_SYSCALL stops the parent at every call; the child, untraced, stops nowhere. */
static void syscall_trace_is_not_inherited(void)
{
    pid_t tracee = start_traced(fork_and_check_child, 0);
    int stops = 0, status;

    do {
        EXPECT(ptrace(PTRACE_SYSCALL, tracee, NULL, NULL) == 0);
        status = next_stop(tracee);
        stops += WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP;
    } while (WIFSTOPPED(status));
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    EXPECT(stops >= 4);
}

static volatile int watched;

/* Writes to the watched word on both sides of a fork; the child's result is its own. */
static void fork_and_write(void)
{
    pid_t pid = fork();

    watched = 1;
    if (pid == 0)
        _exit(0);
    EXPECT(finish(pid) == 0);
}

/* A tracee whose writes to the word are to be reported; DR7: 4 bytes, on write, slot 0. */
static pid_t start_watched(void)
{
    pid_t tracee = start_traced(fork_and_write, OPTION_FORK);

    if (ptrace(PTRACE_POKEUSER, tracee, (void *)DEBUG_REGISTERS, (void *)&watched) < 0 ||
        ptrace(PTRACE_POKEUSER, tracee, (void *)(DEBUG_REGISTERS + 28), (void *)0xd0001) < 0) {
        kill(tracee, SIGKILL);
        SKIP("no debug registers");
    }
    return tracee;
}

/* Runs the tracee up to the fork event; the child, stopped for the first time. */
static pid_t child_of(pid_t tracee)
{
    unsigned long child;

    go_on(tracee, 0);
    EXPECT(next_stop(tracee) >> 16 == EVENT_FORK);
    EXPECT(ptrace(REQUEST_GETEVENTMSG, tracee, NULL, &child) == 0);
    EXPECT(WSTOPSIG(next_stop((pid_t)child)) == SIGSTOP);
    return (pid_t)child;
}

static void breakpoints_are_not_inherited(void)
{
    pid_t tracee = start_watched();
    pid_t child = child_of(tracee);

    go_on(child, 0);
    EXPECT(next_stop(child) == 0);
    go_on(tracee, 0);
    EXPECT(WSTOPSIG(next_stop(tracee)) == SIGCHLD);
    go_on(tracee, 0);
    EXPECT(WSTOPSIG(next_stop(tracee)) == SIGTRAP);
    kill(tracee, SIGKILL);
}

static void debug_control_is_zero(void)
{
    pid_t tracee = start_watched();
    pid_t child = child_of(tracee);
    long dr7;

    errno = 0;
    dr7 = ptrace(PTRACE_PEEKUSER, child, (void *)(DEBUG_REGISTERS + 28), NULL);
    kill(tracee, SIGKILL);
    kill(child, SIGKILL);
    EXPECT(errno == 0);
    EXPECT((dr7 & 0xff) == 0);
}

struct meeting {
    struct gate attached, may_exit, may_reap;
    pid_t target;
};

static void wait_and_exit(void *arg)
{
    struct meeting *m = arg;
    pid_t parent = getppid();

    gate_wait(m->may_exit);
    _exit(getppid() == parent ? 9 : 1);
}

static void trace_from_aside(void *arg)
{
    struct meeting *m = arg;
    int status;

    EXPECT(ptrace(PTRACE_ATTACH, m->target, NULL, NULL) == 0);
    EXPECT(WIFSTOPPED(next_stop(m->target)));
    go_on(m->target, 0);
    gate_open(m->attached);
    gate_wait(m->may_reap);
    status = next_stop(m->target);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 9);
}

/* A tracer that is not the parent is told first; then the real parent is. */
static void tracer_is_told_first(void)
{
    struct meeting m = {gate_new(), gate_new(), gate_new(), 0};
    pid_t tracer;

    m.target = start(wait_and_exit, &m);
    tracer = start(trace_from_aside, &m);
    gate_wait(m.attached);
    gate_open(m.may_exit);
    wait_for_state(m.target, 'Z');
    EXPECT(waitpid(m.target, NULL, WNOHANG) == 0);
    gate_open(m.may_reap);
    EXPECT(finish(tracer) == 0);
    EXPECT(finish(m.target) == 9);
}

static const struct check checks[] = {
    {"S-020 S-024", "a traced fork is event 1 and the child is attached", fork_event},
    {"S-021", "CLONE_UNTRACED keeps the child from the tracer", untraced_hides},
    {"S-022", "vfork looks at the option for vfork only", vfork_looks_at_its_own_option},
    {"S-023", "an exit signal other than SIGCHLD makes it event 3", exit_signal_makes_a_clone},
    {"S-024", "without its option a fork is no event", no_event_without_option},
    {"S-033", "an attached child stops first with SIGSTOP", child_stops_first},
    {"S-035", "the event's message is the child's pid", message_is_pid},
    {"S-036", "the stop's siginfo carries event and SIGTRAP", siginfo_has_event},
    {"S-038", "vfork is event 2, its end event 5", vfork_and_done},
    {"S-094", "the child of a PTRACE_SYSCALLed parent runs free", syscall_trace_is_not_inherited},
    {"S-100", "CLONE_PTRACE gives the child the caller's tracer", clone_ptrace_shares_tracer},
    {"S-120", "the child has no hardware breakpoints", breakpoints_are_not_inherited},
    {"S-120", "DR7 is zero in the child", debug_control_is_zero},
    {"S-145 S-182", "the tracer is told of an exit before the real parent", tracer_is_told_first},
};

SECTION(ptrace);

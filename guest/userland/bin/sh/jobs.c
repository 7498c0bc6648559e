/* Jobs: the processes of one pipeline, in a process group of their own when the terminal and
 * the kernel offer job control. Without it everything runs in the shell's group.
 *
 * The interactive shell keeps SIGINT blocked but where it waits for input, and so loses none.
 * SIGCHLD is blocked too, for the builtin wait, which waits for either of them.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "sh.h"

enum { PROCESSES_MAX = 32 };

struct process {
    pid_t pid;
    bool ended;
    bool stopped;
    int status; /* as waitpid gave it */
};

struct job {
    struct job *next; /* the newest comes first: it is the current job */
    int id;
    pid_t pgid;
    int count;
    struct process process[PROCESSES_MAX];
    bool background;
    bool reported_stop;
    char *text;
};

bool job_control;

static struct job *jobs;

/* The signal mask the shell was started with, and so that of its children. */
static sigset_t outer_mask;

static const int shell_ignores[] = {SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};

static bool take_terminal(void)
{
    pid_t group = getpgrp();

    if (tcgetpgrp(STDIN_FILENO) < 0)
        return false;
    if (group != getpid() && setpgid(0, 0) < 0)
        return false;
    return tcsetpgrp(STDIN_FILENO, getpgrp()) == 0;
}

static sigset_t blocked_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    return set;
}

void jobs_init(bool interactive)
{
    struct sigaction interrupt = {.sa_handler = trap_note};
    sigset_t mask = blocked_signals();

    if (!interactive)
        return;
    sigprocmask(SIG_BLOCK, &mask, &outer_mask);
    for (size_t i = 0; i < sizeof shell_ignores / sizeof shell_ignores[0]; i++)
        signal(shell_ignores[i], SIG_IGN);
    sigaction(SIGINT, &interrupt, NULL);
    job_control = take_terminal();
}

bool jobs_interrupted(void)
{
    sigset_t pending;

    return shell_interactive && sigpending(&pending) == 0 && sigismember(&pending, SIGINT) == 1;
}

bool jobs_wait_input(int fd)
{
    struct pollfd input = {.fd = fd, .events = POLLIN};
    sigset_t mask = blocked_signals();

    sigdelset(&mask, SIGINT);
    while (ppoll(&input, 1, NULL, &mask) < 0)
        if (errno != EAGAIN)
            return false;
    return true;
}

/* What a forked shell forgets: it controls no jobs and dies of signals like any program, also of
 * those that came before it was ready to. */
void jobs_in_child(void)
{
    if (shell_interactive) {
        for (size_t i = 0; i < sizeof shell_ignores / sizeof shell_ignores[0]; i++)
            signal(shell_ignores[i], SIG_DFL);
        signal(SIGINT, SIG_DFL);
        sigprocmask(SIG_SETMASK, &outer_mask, NULL);
    }
    shell_interactive = false;
    job_control = false;
    jobs = NULL;
    trap_in_child();
}

struct job *job_new(const char *text)
{
    struct job *job = calloc(1, sizeof *job);

    if (!job) {
        complain("out of memory");
        _exit(STATUS_CANNOT_RUN);
    }
    job->id = jobs ? jobs->id + 1 : 1;
    job->text = strdup(text ? text : "");
    job->next = jobs;
    jobs = job;
    return job;
}

static void job_free(struct job *job)
{
    struct job **place = &jobs;

    while (*place && *place != job)
        place = &(*place)->next;
    if (*place)
        *place = job->next;
    free(job->text);
    free(job);
}

/* Both sides set the group and the terminal, so that neither has to wait for the other. */
static void join_group(struct job *job, pid_t pid, bool foreground)
{
    if (job->pgid == 0)
        job->pgid = pid;
    if (!job_control)
        return;
    setpgid(pid, job->pgid);
    if (foreground)
        tcsetpgrp(STDIN_FILENO, job->pgid);
}

pid_t job_fork(struct job *job, bool foreground)
{
    pid_t pid = -1;

    fflush(stdout);
    if (job->count == PROCESSES_MAX)
        complain("more than %d commands in a pipeline", PROCESSES_MAX);
    else if ((pid = fork()) < 0)
        complain("fork: %s", strerror(errno));
    if (pid < 0)
        return -1;
    join_group(job, pid ? pid : getpid(), foreground);
    if (pid == 0) {
        jobs_in_child();
        return 0;
    }
    job->process[job->count++] = (struct process){.pid = pid};
    return pid;
}

static struct process *find_process(pid_t pid)
{
    for (struct job *job = jobs; job; job = job->next)
        for (int i = 0; i < job->count; i++)
            if (job->process[i].pid == pid)
                return &job->process[i];
    return NULL;
}

/* Takes one change of state; 0 with WNOHANG when there is none now, −1 when there is no child. */
static int take_change(int options)
{
    struct process *p;
    int status;
    pid_t pid;

    do
        pid = waitpid(-1, &status, options | (job_control ? WUNTRACED | WCONTINUED : 0));
    while (pid < 0 && errno == EINTR);
    if (pid <= 0)
        return (int)pid;
    p = find_process(pid);
    if (!p)
        return 1;
    p->status = status;
    p->stopped = WIFSTOPPED(status);
    p->ended = WIFEXITED(status) || WIFSIGNALED(status);
    return 1;
}

/* A signal came for the shell while the builtin wait waited. */
static void end_wait(int signal)
{
    trap_note(signal);
    if (!shell_interactive || signal != SIGINT)
        return;
    fputc('\n', stderr);
    stop_execution();
}

/* The same, waiting: 0, the signal that came instead (^C, or one that trap asked for), or −1 when
 * there is no child. All of them are blocked meanwhile, so that none comes too early. */
static int wait_change(void)
{
    sigset_t mask, before;
    int signal = 0;
    int taken;

    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    if (shell_interactive)
        sigaddset(&mask, SIGINT);
    trap_add_signals(&mask);
    sigprocmask(SIG_BLOCK, &mask, &before);
    while ((taken = take_change(WNOHANG)) == 0) {
        signal = sigwaitinfo(&mask, NULL);
        if (signal > 0 && signal != SIGCHLD)
            break;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (taken != 0)
        return taken < 0 ? -1 : 0;
    end_wait(signal);
    return signal;
}

static bool all_ended(const struct job *job)
{
    for (int i = 0; i < job->count; i++)
        if (!job->process[i].ended)
            return false;
    return true;
}

/* Nothing of it runs, but not everything has ended. */
static bool is_stopped(const struct job *job)
{
    for (int i = 0; i < job->count; i++)
        if (!job->process[i].ended && !job->process[i].stopped)
            return false;
    return !all_ended(job);
}

/* The wait status of the last process, which speaks for the job. */
static int last_wait_status(const struct job *job)
{
    return job->count > 0 ? job->process[job->count - 1].status : STATUS_CANNOT_RUN << 8;
}

static int status_of(const struct job *job)
{
    int status = last_wait_status(job);

    if (WIFSTOPPED(status))
        return STATUS_SIGNAL + WSTOPSIG(status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);
}

static const char *state_of(const struct job *job)
{
    int status = last_wait_status(job);
    static char done[16];

    if (is_stopped(job))
        return strsignal(WSTOPSIG(status));
    if (!all_ended(job))
        return "Running";
    if (WIFSIGNALED(status))
        return strsignal(WTERMSIG(status));
    if (WEXITSTATUS(status) == 0)
        return "Done";
    snprintf(done, sizeof done, "Done(%d)", WEXITSTATUS(status));
    return done;
}

static void print_job(FILE *to, const struct job *job)
{
    fprintf(to, "[%d]%c  %-24s%s\n", job->id, job == jobs ? '+' : ' ', state_of(job), job->text);
}

/* A command that ^C ended ends the loop it is in. */
static void end_line_of_interrupt(void)
{
    if (!shell_interactive)
        return;
    fputc('\n', stderr);
    stop_execution();
}

static void tell_signal(const struct job *job)
{
    int status = last_wait_status(job);

    if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGPIPE)
        return;
    if (WTERMSIG(status) == SIGINT)
        end_line_of_interrupt();
    else
        fprintf(stderr, "%s\n", strsignal(WTERMSIG(status)));
}

/* Waits for a foreground job to end or stop, and takes the terminal back. */
int job_wait(struct job *job)
{
    int status;

    while (!all_ended(job) && !is_stopped(job))
        if (take_change(0) < 0)
            break;
    if (job_control)
        tcsetpgrp(STDIN_FILENO, getpgrp());
    status = status_of(job);
    if (is_stopped(job)) {
        job->background = job->reported_stop = true;
        fputc('\n', stderr);
        print_job(stderr, job);
        return status;
    }
    tell_signal(job);
    job_free(job);
    return status;
}

void job_background(struct job *job)
{
    job->background = true;
    if (job->count > 0)
        last_background = job->process[job->count - 1].pid;
    if (shell_interactive)
        fprintf(stderr, "[%d] %d\n", job->id, last_background);
}

/* Tells what happened to background jobs since the last prompt. */
void jobs_report(void)
{
    struct job *next;

    while (take_change(WNOHANG) > 0)
        continue;
    for (struct job *job = jobs; job; job = next) {
        bool news = all_ended(job) || (is_stopped(job) && !job->reported_stop);

        next = job->next;
        if (!job->background || !news)
            continue;
        job->reported_stop = true;
        if (shell_interactive)
            print_job(stderr, job);
        if (all_ended(job))
            job_free(job);
    }
}

static void list_from(const struct job *job)
{
    if (!job)
        return;
    list_from(job->next);
    print_job(stdout, job);
}

static void free_ended(void)
{
    struct job *next;

    for (struct job *job = jobs; job; job = next) {
        next = job->next;
        if (all_ended(job))
            job_free(job);
    }
}

void jobs_list(void)
{
    while (take_change(WNOHANG) > 0)
        continue;
    list_from(jobs);
    free_ended();
}

int jobs_wait_all(void)
{
    struct job *job = jobs;
    int signal = 0;

    while (job) {
        if (all_ended(job) || is_stopped(job))
            job = job->next;
        else if ((signal = wait_change()) != 0)
            break;
    }
    free_ended();
    return signal > 0 ? STATUS_SIGNAL + signal : 0;
}

int jobs_wait_pid(pid_t pid)
{
    struct process *p = find_process(pid);

    if (!p)
        return STATUS_NOT_FOUND;
    while (!p->ended) {
        int signal = wait_change();

        if (signal != 0)
            return signal > 0 ? STATUS_SIGNAL + signal : STATUS_NOT_FOUND;
    }
    return WIFEXITED(p->status) ? WEXITSTATUS(p->status) : STATUS_SIGNAL + WTERMSIG(p->status);
}

struct job *job_find(const char *name)
{
    int id = name ? atoi(name + (*name == '%')) : 0;
    struct job *job = jobs;

    while (job && id > 0 && job->id != id)
        job = job->next;
    return job;
}

pid_t job_group(const struct job *job)
{
    return job_control ? -job->pgid : job->pgid;
}

int job_resume(struct job *job, bool foreground)
{
    for (int i = 0; i < job->count; i++)
        job->process[i].stopped = false;
    job->reported_stop = false;
    job->background = !foreground;
    if (foreground && job_control)
        tcsetpgrp(STDIN_FILENO, job->pgid);
    fprintf(foreground ? stdout : stderr, "%s\n", job->text);
    fflush(stdout);
    if (kill(job_group(job), SIGCONT) < 0)
        complain("kill: %s", strerror(errno));
    return foreground ? job_wait(job) : 0;
}

#include "tests/oracle/native.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_SHARED = 3, CHILD_REQUEST = 4, CHILD_ANSWER = 5, TIMEOUT_MS = 20000 };

struct native {
    pid_t pid;
    int request, answer;
    unsigned cpu, node;
    struct oracle_shared *shared;
};

/* Moves the descriptors to the numbers that the child expects; none of them may be in the way. */
static void become_child(const struct native *n, const char *program, int shared, int request,
                         int answer)
{
    int from[3] = {shared, request, answer};
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(n->cpu, &here);
    sched_setaffinity(0, sizeof here, &here);
    for (int i = 0; i < 3; i++)
        from[i] = fcntl(from[i], F_DUPFD, CHILD_ANSWER + 1);
    for (int i = 0; i < 3; i++)
        dup2(from[i], CHILD_SHARED + i);
    char *argv[] = {(char *)program, NULL}, *envp[] = {NULL};
    execve(program, argv, envp);
    _exit(127);
}

static int start_child(struct native *n, const char *program, int shared)
{
    int request[2], answer[2];
    if (pipe2(request, O_CLOEXEC))
        return -errno;
    if (pipe2(answer, O_CLOEXEC)) {
        close(request[0]);
        close(request[1]);
        return -errno;
    }
    getcpu(&n->cpu, &n->node);
    n->pid = fork();
    if (n->pid == 0)
        become_child(n, program, shared, request[0], answer[1]);
    close(request[0]);
    close(answer[1]);
    n->request = request[1];
    n->answer = answer[0];
    return n->pid < 0 ? -errno : 0;
}

/* An empty batch, to see whether the program runs at all. */
static int try_child(struct native *n)
{
    struct oracle_batch *batch = native_batch(n, 0);
    batch->count = 1;
    batch->in[0] = (struct oracle_input){
        .regs = {.eip = ORACLE_CODE,
                 .eflags = 2,
                 .seg = {ORACLE_USER_DS, ORACLE_USER_CS, ORACLE_USER_DS, ORACLE_USER_DS},
                 .x87 = {.cw = 0x37f, .tw = 0xffff}},
    };
    int err = native_submit(n, 0);
    return err ? err : native_wait(n);
}

struct native *native_start(const char *program, char *why, unsigned long why_size)
{
    struct native *n = calloc(1, sizeof *n);
    int shared = memfd_create("oracle", MFD_CLOEXEC);
    int err = !n || shared < 0 || ftruncate(shared, sizeof *n->shared) ? -errno : 0;
    if (!err) {
        n->shared = mmap(NULL, sizeof *n->shared, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
        err = n->shared == MAP_FAILED ? -errno : start_child(n, program, shared);
    }
    if (!err)
        err = try_child(n);
    if (shared >= 0)
        close(shared);
    if (!err)
        return n;
    snprintf(why, why_size, "%s does not run here (%s)", program,
             err == -EPIPE ? "it ended at once: no 32-bit programs or no modify_ldt"
                           : strerror(-err));
    if (n && n->pid > 0)
        native_stop(n);
    else
        free(n);
    return NULL;
}

void native_stop(struct native *n)
{
    if (!n)
        return;
    close(n->request);
    close(n->answer);
    kill(n->pid, SIGKILL);
    waitpid(n->pid, NULL, 0);
    munmap(n->shared, sizeof *n->shared);
    free(n);
}

uint32_t native_cpu_limit(const struct native *n)
{
    return n->cpu | n->node << 12;
}

struct oracle_batch *native_batch(struct native *n, unsigned number)
{
    return &n->shared->batch[number];
}

int native_submit(struct native *n, unsigned number)
{
    uint8_t byte = (uint8_t)number;
    return write(n->request, &byte, 1) == 1 ? 0 : -errno;
}

int native_wait(struct native *n)
{
    struct pollfd poll_answer = {.fd = n->answer, .events = POLLIN};
    uint8_t byte;
    int ready = poll(&poll_answer, 1, TIMEOUT_MS);
    if (ready == 0)
        return -ETIMEDOUT;
    return ready == 1 && read(n->answer, &byte, 1) == 1 ? 0 : -EPIPE;
}

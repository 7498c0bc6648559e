/*
 * The host's processor as a test machine: a 32-bit Linux program that runs one test after the
 * other, each loaded by returning from a signal handler and ended by an exception that enters the
 * handler again. There is no other code between two tests.
 *
 * Started by native.c with the shared memory as descriptor 3, requests on 4, answers on 5: one
 * byte, the number of a batch. Freestanding, since a test may leave any value in FS and GS, where
 * a C library keeps its own.
 */
#include <linux/signal.h>

#include <asm/ldt.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>
#include <asm/unistd.h>
#include <linux/mman.h>

#include "tests/oracle/oracle_memory.h"

enum { SHARED_FD = 3, REQUEST_FD = 4, ANSWER_FD = 5 };
enum { PATTERN_SIZE = 0x10000, SIGNAL_STACK_SIZE = 0x10000 };
enum { FLAG_RESTORER = 0x04000000 };

/* What rt_sigaction() takes; the uapi header of i386 hides it behind old names. */
struct kernel_sigaction {
    void (*handler)(void);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask[2];
};

static struct oracle_shared *const shared = (struct oracle_shared *)ORACLE_SHARED;
static struct oracle_memory memory;
static struct oracle_batch *batch; /* NULL before the first */
static uint32_t pattern;           /* what memory is filled with, once it is */
static int filled;
static uint8_t pristine[ORACLE_WINDOWS][0x4000] __attribute__((aligned(64)));
static uint8_t signal_stack[SIGNAL_STACK_SIZE] __attribute__((aligned(64)));

static long syscall3(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

static long syscall4(long number, long a, long b, long c, long d)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d)
                     : "memory");
    return result;
}

/* Through the old mmap call, which takes its six arguments from memory. */
static void map(uint32_t address, uint32_t size, int protection, int flags, int fd)
{
    long arguments[6] = {(long)address, (long)size, protection, flags | MAP_FIXED, fd, 0};
    if (syscall3(__NR_mmap, (long)arguments, 0, 0) != (long)address)
        syscall3(__NR_exit, 3, 0, 0);
}

static void leave(int status)
{
    syscall3(__NR_exit, status, 0, 0);
}

/* The compiler may ask for these. */
void *memcpy(void *to, const void *from, __SIZE_TYPE__ n);
void *memset(void *to, int value, __SIZE_TYPE__ n);

void *memcpy(void *to, const void *from, __SIZE_TYPE__ n)
{
    void *result = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
    return result;
}

void *memset(void *to, int value, __SIZE_TYPE__ n)
{
    void *result = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(value) : "memory");
    return result;
}

/* ---- One test in, one result out ------------------------------------------------------------ */

/* The first 108 bytes of the kernel's frame are what FSAVE writes. */
static void load_x87(struct _fpstate *f, const struct oracle_x87 *x)
{
    f->cw = 0xffff0000u | x->cw;
    f->sw = 0xffff0000u | x->sw;
    f->tag = 0xffff0000u | x->tw;
    f->ipoff = x->fip;
    f->cssel = x->fcs | (uint32_t)x->fop << 16;
    f->dataoff = x->fdp;
    f->datasel = 0xffff0000u | x->fds;
    memcpy(f->_st, x->st, sizeof x->st);
}

static void store_x87(const struct _fpstate *f, struct oracle_x87 *x)
{
    x->cw = (uint16_t)f->cw;
    x->sw = (uint16_t)f->sw;
    x->tw = (uint16_t)f->tag;
    x->fip = f->ipoff;
    x->fcs = (uint16_t)f->cssel;
    x->fop = (uint16_t)(f->cssel >> 16);
    x->fdp = f->dataoff;
    x->fds = (uint16_t)f->datasel;
    memcpy(x->st, f->_st, sizeof x->st);
}

static void load_registers(struct sigcontext *c, const struct oracle_regs *r)
{
    c->eax = r->gpr[0];
    c->ecx = r->gpr[1];
    c->edx = r->gpr[2];
    c->ebx = r->gpr[3];
    c->esp = r->gpr[4];
    c->ebp = r->gpr[5];
    c->esi = r->gpr[6];
    c->edi = r->gpr[7];
    c->eip = r->eip;
    c->eflags = r->eflags;
    c->es = r->seg[0];
    c->cs = r->seg[1];
    c->ss = r->seg[2];
    c->ds = r->seg[3];
    c->fs = r->seg[4];
    c->gs = r->seg[5];
    load_x87((struct _fpstate *)c->fpstate, &r->x87);
}

static void store_registers(const struct sigcontext *c, struct oracle_regs *r)
{
    r->gpr[0] = c->eax;
    r->gpr[1] = c->ecx;
    r->gpr[2] = c->edx;
    r->gpr[3] = c->ebx;
    r->gpr[4] = c->esp;
    r->gpr[5] = c->ebp;
    r->gpr[6] = c->esi;
    r->gpr[7] = c->edi;
    r->eip = c->eip;
    r->eflags = c->eflags;
    r->seg[0] = c->es;
    r->seg[1] = c->cs;
    r->seg[2] = c->ss;
    r->seg[3] = c->ds;
    r->seg[4] = c->fs;
    r->seg[5] = c->gs;
    store_x87((const struct _fpstate *)c->fpstate, &r->x87);
}

static void collect(const struct sigcontext *c)
{
    struct oracle_output *out = &batch->out[batch->current];
    store_registers(c, &out->regs);
    out->vector = c->trapno;
    out->error = c->err;
    out->cr2 = c->cr2;
    oracle_memory_collect(&memory, out);
    oracle_memory_unload(&memory, &batch->in[batch->current], batch->pattern);
}

static void next_batch(void)
{
    uint8_t number;
    if (batch) {
        number = (uint8_t)(batch - shared->batch);
        if (syscall3(__NR_write, ANSWER_FD, (long)&number, 1) != 1)
            leave(4);
    }
    if (syscall3(__NR_read, REQUEST_FD, (long)&number, 1) != 1)
        leave(0);
    batch = &shared->batch[number];
    if (!filled || batch->pattern != pattern)
        oracle_memory_fill(&memory, batch->pattern);
    filled = 1;
    pattern = batch->pattern;
    batch->current = 0;
}

/* Called with clean flags and flat segments. */
__attribute__((used)) static void handle(int number, void *info, struct ucontext *context)
{
    (void)number;
    (void)info;
    struct sigcontext *c = &context->uc_mcontext;
    if (batch) {
        collect(c);
        batch->current++;
    }
    if (!batch || batch->current == batch->count)
        next_batch();
    oracle_memory_load(&memory, &batch->in[batch->current]);
    load_registers(c, &batch->in[batch->current].regs);
}

/* A test may end with NT, AC or ID set. */
void entry(void);
__asm__(".globl entry\nentry:\n"
        "pushl $0x202\n popfl\n"
        "jmp handle\n");

void restorer(void);
__asm__(".globl restorer\nrestorer:\n"
        "movl $173, %eax\n" /* rt_sigreturn */
        "int $0x80\n");

/* ---- Setting up ----------------------------------------------------------------------------- */

static void set_up_memory(void)
{
    long size = (sizeof *shared + 4095) & ~4095u;
    map(ORACLE_SHARED, (uint32_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, SHARED_FD);
    for (unsigned w = 0; w < ORACLE_WINDOWS; w++) {
        const struct oracle_window *window = &oracle_windows[w];
        memory.host[w] = window->writable ? (uint8_t *)window->base : shared->readonly;
        memory.pristine[w] = pristine[w];
        if (window->writable)
            map(window->base, window->size, PROT_READ | PROT_WRITE | (window->code ? PROT_EXEC : 0),
                MAP_PRIVATE | MAP_ANONYMOUS, -1);
        else
            map(window->base, window->size, PROT_READ, MAP_SHARED, SHARED_FD);
    }
}

/* A page that was never read is not mapped yet, and faults in another way. */
static void touch_readonly(void)
{
    volatile const uint8_t *page = (const uint8_t *)ORACLE_READONLY;
    for (unsigned i = 0; i < ORACLE_READONLY_SIZE; i += 4096)
        (void)page[i];
}

static void set_up_ldt(void)
{
    static const struct oracle_ldt_entry table[ORACLE_LDT_SIZE] = ORACLE_LDT_TABLE;
    for (unsigned i = 0; i < ORACLE_LDT_SIZE; i++) {
        struct user_desc d = {
            .entry_number = i,
            .base_addr = table[i].base,
            .limit = table[i].limit,
            .seg_32bit = table[i].bits32,
            .contents = table[i].contents,
            .read_exec_only = table[i].read_exec_only,
            .limit_in_pages = table[i].pages,
            .seg_not_present = table[i].absent,
        };
        if (syscall3(__NR_modify_ldt, 0x11, (long)&d, sizeof d))
            leave(5);
    }
}

/* SS_AUTODISARM: a test may leave ESP inside the signal stack, and the kernel is not to take that
 * for a handler that runs there. */
static void set_up_signals(void)
{
    static const uint8_t numbers[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV};
    stack_t stack = {
        .ss_sp = signal_stack, .ss_size = sizeof signal_stack, .ss_flags = (int)SS_AUTODISARM};
    struct kernel_sigaction action = {
        .handler = entry,
        .flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | FLAG_RESTORER,
        .restorer = restorer,
    };
    if (syscall3(__NR_sigaltstack, (long)&stack, 0, 0))
        leave(6);
    for (unsigned i = 0; i < sizeof numbers; i++)
        if (syscall4(__NR_rt_sigaction, numbers[i], (long)&action, 0, sizeof action.mask))
            leave(6);
}

__attribute__((force_align_arg_pointer)) void _start(void);
void _start(void)
{
    set_up_memory();
    touch_readonly();
    set_up_ldt();
    set_up_signals();
    __asm__ volatile("ud2");
}

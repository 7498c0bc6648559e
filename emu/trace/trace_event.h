/*
 * One event of a trace, as plain data: what the collector makes and every sink reads.
 *
 * Addresses and values are the guest's, as the CPU had them; names for them are the sink's
 * business (emu/trace/trace_names.h). Functions are named by the address of their symbol. No
 * pointer into the host is in here but `probe`, which lives as long as the trace or its reader.
 *
 * What is of no use to a kind is zero. emu/trace/trace_field.def lists the members that recordings
 * keep.
 */
#ifndef FORKSCOPE_EMU_TRACE_EVENT_H
#define FORKSCOPE_EMU_TRACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/hooks.h"
#include "emu/guest/guestinfo.h"
#include "emu/guest/syscalls.h"

enum trace_kind {
#define TRACE_KIND(id, name, levels, help) TRACE_##id,
#include "emu/trace/trace_event.def"
#undef TRACE_KIND
    TRACE_KIND_COUNT
};

/* A set of kinds: bit k is kind k. */
typedef uint32_t trace_kinds;
#define TRACE_BIT(kind) (UINT32_C(1) << (kind))

enum trace_level { TRACE_EXACT, TRACE_SYMBOLIC, TRACE_SEMANTIC };

/* A task of the guest. pid -1: not known. */
struct trace_who {
    uint32_t task; /* address of its task_struct, 0: not known */
    int32_t pid;
    char comm[17];
};

enum { TRACE_REGS_WORDS = 20, TRACE_STRING = 64 };

/* What may be expected of a probed address. */
enum trace_shape {
    TRACE_FUNCTION, /* called and left by ret */
    TRACE_LABEL,    /* reached by a jump or through a frame made by hand: takes no arguments */
    TRACE_POINT,    /* an empty function: what matters is that it is called, and with what */
};

/* A probed address of the guest. */
struct trace_probe {
    const char *name;
    uint32_t addr;
    enum trace_shape shape;
    bool known;       /* of emu/trace/trace_probes.def, not named by the user */
    const char *file; /* where the user named it by its source file; NULL otherwise */
    struct guestinfo_function function; /* what it takes and gives; param_count 0: not known */
};

struct trace_syscall {
    uint32_t nr;
    uint32_t arg[SYSCALL_ARGS_MAX]; /* ebx ecx edx esi edi ebp */
    uint8_t string_arg;             /* index + 1 of the argument that `string` holds, 0: none */
    bool string_cut;
    uint8_t string_size;
    char string[TRACE_STRING];
};

struct trace_sysret {
    uint32_t nr;
    uint32_t result;
    bool diverted; /* user mode goes on elsewhere: a signal handler, or sigreturn */
    bool restart;  /* at the int instruction again */
};

/* call and return. */
struct trace_call {
    const struct trace_probe *probe;
    bool graph;     /* inside a call of a function whose call tree is wanted; not recorded */
    unsigned depth; /* 0: outermost of the probed functions that are open on this kernel stack */
    uint32_t arg[GUESTINFO_PARAMS_MAX];        /* call */
    struct trace_who of[GUESTINFO_PARAMS_MAX]; /* call: who a task_struct argument is */
    uint32_t result;                           /* return: eax */
    struct trace_who result_of;
    uint64_t entered; /* return: icount of the call */
};

struct trace_switch {
    struct trace_who prev, next;
    uint32_t next_esp, next_esp0; /* as next->thread holds them, 0: not known */
};

/* The registers of a program, where it enters the kernel or leaves it. */
enum trace_user_reg {
    USER_EIP,
    USER_EFLAGS,
    USER_ESP,
    USER_CS,
    USER_SS,
    USER_EAX,
    USER_EBX,
    USER_ECX,
    USER_EDX,
    USER_ESI,
    USER_EDI,
    USER_EBP,
    USER_DS,
    USER_ES,
    USER_FS,
    USER_GS,
    USER_REGS,
};

struct trace_fork {
    uint32_t id; /* counts attempts to fork from 1 */
    bool user;   /* asked for by a system call, so both sides will return to ring 3 */
    struct trace_who parent, child;
    uint32_t flags;
    uint32_t parent_frame, child_frame; /* where the saved pt_regs lie, 0: not known */
    unsigned words;                     /* of pt_regs; 0: not known */
    uint32_t parent_regs[TRACE_REGS_WORDS], child_regs[TRACE_REGS_WORDS];
    uint32_t child_stack, child_esp;     /* lowest address; as thread.esp has it; 0: not known */
    uint32_t copy_thread, ret_from_fork; /* those functions, 0: the kernel has none */
};

struct trace_slice {
    struct trace_who parent, child;
    uint32_t parent_ticks, child_ticks; /* what each has left now */
};

struct trace_frame_write {
    uint32_t id; /* of the fork */
    struct trace_who child;
    uint32_t linear, offset; /* offset into pt_regs */
    uint8_t size;
    uint32_t old, value;
    uint32_t by; /* entry of the innermost probed function, 0: none */
};

struct trace_ret {
    uint32_t id;                   /* of the fork */
    bool child;                    /* this is the child's side */
    int32_t parent_pid, child_pid; /* child_pid -1: the fork failed */
    uint32_t eax, eip, esp, cr3;
    uint16_t ldt;                               /* selector in LDTR */
    unsigned words;                             /* of the following: USER_REGS, 0: not known */
    uint32_t entry[USER_REGS], regs[USER_REGS]; /* at the int 0x80; now */
};

/* What two page tables share when a child first returns to ring 3. */
struct trace_space {
    uint32_t id; /* of the fork */
    struct trace_who parent;
    bool paging, lives; /* the parent still has the memory that it had when it forked */
    uint32_t parent_cr3, child_cr3;
    uint32_t both;      /* pages of ring 3 that are the same page frame on both sides, */
    uint32_t meant;     /* of them in shared mappings, */
    uint32_t writable;  /* and of the others those that a side can write */
    uint32_t page, pfn; /* the first of these */
    bool parent_writes, child_writes;
};

/* A side of a fork writes to a page that the other side still has: pf was at this step, or its
 * handler returns. */
struct trace_share {
    uint32_t id; /* of the fork */
    bool child;  /* the child's side writes */
    bool served; /* the handler returns */
    uint32_t page, pfn, other_pfn;
    bool writable;
};

/* An interrupt or exception that could not be delivered. */
struct trace_failed {
    uint8_t vector, because;
    enum cpu_int_kind kind;
    bool has_error, because_has_error;
    uint32_t error, because_error, cr2;
};

struct trace_pf {
    uint32_t address, error, eip;
};

struct trace_cow {
    uint32_t address, old_pfn, new_pfn;
};

struct trace_life {
    struct trace_who who; /* usually the current task; wait: the child that is collected */
    int32_t code;         /* exit: argument of do_exit; signal: its number */
    bool has_code;
    char text[TRACE_STRING]; /* exec: file name */
};

struct trace_cr {
    unsigned cr;
    uint32_t old, value;
};

/* The registers that a TSS holds, in its order. */
enum trace_tss_word {
    TSSWORD_CR3,
    TSSWORD_EIP,
    TSSWORD_EFLAGS,
    TSSWORD_EAX,
    TSSWORD_ECX,
    TSSWORD_EDX,
    TSSWORD_EBX,
    TSSWORD_ESP,
    TSSWORD_EBP,
    TSSWORD_ESI,
    TSSWORD_EDI,
    TSSWORD_ES,
    TSSWORD_CS,
    TSSWORD_SS,
    TSSWORD_DS,
    TSSWORD_FS,
    TSSWORD_GS,
    TSSWORD_LDT,
    TSSWORDS
};

struct trace_task_switch {
    enum cpu_task_cause cause;
    uint16_t from_tr, to_tr;
    uint32_t saved[TSSWORDS], loaded[TSSWORDS];
};

/* tss, gdt, idt: a table's register was loaded, or what it points at was changed. */
struct trace_table {
    enum cpu_table table;
    bool load;
    uint16_t selector; /* load: of LDTR and TR */
    uint32_t base, limit;
    uint32_t offset; /* change: in the table */
    uint8_t size;
    uint32_t old, value;
    uint32_t low, high; /* change in the GDT or IDT: the descriptor as it is now */
    uint32_t target;    /* that descriptor's: what a gate leads to, or where a segment begins */
};

struct trace_io {
    bool out;
    uint16_t port;
    uint8_t size;
    uint32_t value;
};

enum trace_console_device { TRACE_SERIAL, TRACE_DEBUGCON };

struct trace_console {
    enum trace_console_device device;
    bool whole; /* the line ends here: it is not cut by its length or by the end */
    uint8_t size;
    char text[TRACE_STRING];
};

struct trace_halt {
    bool interrupts; /* IF: something can wake it */
};

/* The state that cannot go on. */
struct trace_shutdown {
    uint16_t cs, ss;
    uint32_t esp, cr2, cr3;
};

/* iret: was the frame it popped pushed by the CPU? */
enum trace_frame_origin {
    TRACE_FRAME_SOFTWARE, /* no delivery seen that pushed it: software built it */
    TRACE_FRAME_INT,
    TRACE_FRAME_IRQ,
};

struct trace_iret {
    struct cpu_iret_event cpu;
    enum trace_frame_origin origin;
    uint8_t vector;     /* unless software built it */
    uint32_t cr3, esp0; /* to ring 3: CR3 now, and TSS.esp0 as memory holds it */
};

/* What decided in the CPU: its registers of protection, and the words of tables that it read. */
enum trace_cpu_word {
#define TRACE_CPU(id, name) CPUWORD_##id,
#include "emu/trace/trace_cpu.def"
#undef TRACE_CPU
    CPUWORDS
};

enum { TRACE_READS = 16 };

struct trace_why {
    unsigned words; /* of the following: CPUWORDS, 0: not known */
    uint32_t cpu[CPUWORDS];
    unsigned reads;                 /* words of the following: twice the number of reads */
    uint32_t read[2 * TRACE_READS]; /* address (physical: of page tables), value */
};

struct trace_event {
    enum trace_kind kind;
    uint64_t seq;         /* counts from 1 what was collected */
    uint64_t icount;      /* the step under way */
    struct trace_who who; /* the current task */
    uint8_t cpl;          /* before an int, after an iret */
    uint16_t program;     /* whose symbols name user addresses (trace_names.h), 0: not known */
    uint32_t eip;
    uint64_t time;        /* irq: ns that the CPU was halted so far */
    struct trace_why why; /* int, irq, failed, task, triple */
    union {
        struct cpu_int_event interrupt; /* int, irq */
        struct trace_iret iret;
        struct trace_syscall syscall;
        struct trace_sysret sysret;
        struct trace_call call; /* call, return */
        struct trace_switch sched;
        struct trace_fork fork;
        struct trace_slice slice;
        struct trace_frame_write frame;
        struct trace_ret ret;
        struct trace_pf pf;
        struct trace_cow cow;
        struct trace_life life; /* exec, exit, wait, signal */
        struct trace_cr cr;
        struct trace_task_switch task;
        struct trace_table table; /* tss, gdt, idt */
        struct trace_io io;
        struct trace_console console;
        struct trace_halt halt;
        struct trace_shutdown shutdown;
        struct trace_failed failed;
        struct trace_space space;
        struct trace_share share;
    };
};

/* "eip", "eax" …: a word of struct trace_task_switch. */
const char *trace_tss_word_name(unsigned word);
/* "eip", "eflags" …: by enum trace_user_reg. */
extern const char *const trace_user_reg_names[USER_REGS];
/* "cr0", "idt_base" …: a word of struct trace_why. */
const char *trace_cpu_word_name(unsigned word);
/* "gdt", "idt", "ldt", "tss". */
const char *trace_table_name(enum cpu_table table);

/* "int", "fork", …: the names of a filter and of the text form. */
const char *trace_kind_name(enum trace_kind kind);
/* What a level shows where no filter names kinds. */
trace_kinds trace_level_kinds(enum trace_level level);
/* False: no such name. */
bool trace_kind_parse(const char *name, size_t length, enum trace_kind *kind);
bool trace_level_parse(const char *name, enum trace_level *level);
const char *trace_level_name(enum trace_level level);
/* As trace_event.def writes it. */
char trace_level_letter(enum trace_level level);

#endif

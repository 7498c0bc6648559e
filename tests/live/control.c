/* emu/control on the guest: what people do with a live machine. */
#include "emu/control/control.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/exitcode.h"
#include "emu/time/snapshot.h"

enum { SLICE = 200000 };

static char *kernel, *initrd, *engine;
static struct session session;
static struct control *control;
static char why[256];

static void open_guest(const char *program, char *jitter)
{
    static char append[64];
    char *argv[] = {"run",     "-kernel", kernel,     "-initrd", initrd,          "-append", append,
                    "-serial", "null",    "--engine", engine,    "--jitter-seed", jitter,    NULL};

    snprintf(append, sizeof(append), "init=/bin/%s", program);
    memset(&session, 0, sizeof(session));
    session.live = true;
    ck_assert_int_eq(options_parse(&session.o, VERB_RUN, 13, argv, why, sizeof(why)), 0);
    ck_assert_int_eq(session_open(&session), SESSION_GO_ON);
    control = control_create(&session);
    ck_assert_ptr_nonnull(control);
}

static void setup(void)
{
    open_guest("forkdemo", "0");
}

static void teardown(void)
{
    control_destroy(control);
    session_release(&session);
}

/* ---- Helpers ----------------------------------------------------------------------------- */

static enum control_reason finish(void)
{
    while (control_work(control, SLICE))
        ;
    return control_stopped(control)->reason;
}

static enum control_reason order(enum control_action action, uint64_t count, unsigned events)
{
    const struct control_order o = {.action = action, .count = count, .events = events};

    ck_assert_msg(control_go(control, &o, why, sizeof(why)) == 0, "%s", why);
    return finish();
}

static uint32_t address(const char *text)
{
    uint32_t linear = 0;

    ck_assert_msg(control_locate(control, text, &linear, why, sizeof(why)) == 0, "%s", why);
    return linear;
}

static int break_at(const char *place)
{
    const struct control_point p = {.kind = CONTROL_EXECUTE, .linear = address(place), .pid = -1};
    int id = control_add(control, &p);

    ck_assert_int_gt(id, 0);
    return id;
}

static void run_to(const char *place)
{
    int id = break_at(place);

    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert_int_eq(control_stopped(control)->point, id);
    ck_assert(control_remove(control, id));
}

static const struct cpu_state *cpu(void)
{
    return inspect_cpu(control_inspect(control));
}

static const char *where(void)
{
    const struct symbol *symbol = symbols_by_addr(control_inspect(control)->symbols, cpu()->eip);

    return symbol ? symbol->name : "?";
}

static uint32_t word_at(uint32_t linear)
{
    uint32_t value = 0;

    ck_assert(inspect_u32(control_inspect(control), linear, &value));
    return value;
}

/* ---- Places ------------------------------------------------------------------------------ */

START_TEST(places_are_named)
{
    ck_assert_uint_eq(address("do_fork+0x4"), address("do_fork") + 4);
    ck_assert_uint_eq(address("*0xc0100104"), 0xc0100104);
    ck_assert_uint_eq(address("0xc0100104"), 0xc0100104);
    ck_assert_int_eq(control_locate(control, "no_such_thing", &(uint32_t){0}, why, sizeof(why)),
                     -EINVAL);
    ck_assert_int_eq(control_locate(control, "fork.c:", &(uint32_t){0}, why, sizeof(why)), -EINVAL);
    ck_assert_int_eq(control_locate(control, "nofile.c:1", &(uint32_t){0}, why, sizeof(why)),
                     -EINVAL);
}
END_TEST

START_TEST(a_line_is_a_place)
{
    const char *file;
    char text[64];
    int line;

    ck_assert(guestinfo_line(session.scope->guestinfo, address("copy_thread"), &file, &line));
    snprintf(text, sizeof(text), "process.c:%d", line);
    ck_assert_uint_eq(address(text), address("copy_thread"));
    snprintf(text, sizeof(text), "i386/kernel/process.c:%d", line);
    ck_assert_uint_eq(address(text), address("copy_thread"));
}
END_TEST

/* ---- Stopping ---------------------------------------------------------------------------- */

START_TEST(a_breakpoint_stops_before_its_instruction)
{
    int id = break_at("do_fork");
    uint64_t first;

    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert_uint_eq(cpu()->eip, address("do_fork"));
    first = control_icount(control);
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert_uint_gt(control_icount(control), first);
    ck_assert_uint_eq(cpu()->eip, address("do_fork"));
    ck_assert_uint_eq(control_point_at(control, 0)->hits, 2);
    ck_assert(control_remove(control, id));
    ck_assert(!control_remove(control, id));
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    ck_assert_int_eq(control_stopped(control)->end, RUN_GUEST_EXIT);
}
END_TEST

START_TEST(a_breakpoint_may_be_for_one_process_or_one_time)
{
    struct control_point p = {
        .kind = CONTROL_EXECUTE, .linear = address("system_call"), .pid = 3, .once = true};
    struct task_info task;

    ck_assert_int_gt(control_add(control, &p), 0);
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert(tasks_current(control_tasks(control), &task));
    ck_assert_int_eq(task.who.pid, 3);
    ck_assert_int_eq(task.tgid, 3);
    ck_assert_ptr_null(control_point_at(control, 0));
}
END_TEST

START_TEST(a_watchpoint_stops_behind_the_access)
{
    struct control_point p = {.kind = CONTROL_WRITE, .size = 4, .pid = -1};
    uint32_t esp0;
    uint16_t ss0;

    run_to("sys_fork");
    ck_assert(inspect_tss_stack0(control_inspect(control), &ss0, &esp0));
    p.linear = esp0 - 0x44 + 0x18; /* the parent's saved eax */
    ck_assert_uint_eq(word_at(p.linear), 2);
    ck_assert_int_gt(control_add(control, &p), 0);
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_WATCHPOINT);
    ck_assert(control_stopped(control)->access.write);
    ck_assert_uint_eq(control_stopped(control)->access.old, 2);
    ck_assert_uint_eq(control_stopped(control)->access.value, 3);
    ck_assert_uint_eq(word_at(p.linear), 3);
    ck_assert_str_eq(where(), "syscall_exit");
}
END_TEST

START_TEST(events_stop)
{
    struct inspect_task child;

    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(INT)), CONTROL_EVENT);
    ck_assert_int_eq(control_stopped(control)->event, CONTROL_INT);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(FORK)), CONTROL_EVENT);
    ck_assert(inspect_task_at(control_inspect(control), control_stopped(control)->arg[1], &child));
    ck_assert_int_gt(child.pid, 0);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(SWITCH)), CONTROL_EVENT);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    ck_assert_uint_eq(cpu()->cpl, 3);
    ck_assert_int_eq(control_catch(control, CONTROL_BIT(EXIT), why, sizeof(why)), 0);
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_EVENT);
    ck_assert_int_eq(control_stopped(control)->event, CONTROL_EXIT);
}
END_TEST

START_TEST(a_pause_stops_at_once)
{
    const struct control_order o = {.action = CONTROL_CONTINUE};

    ck_assert_int_eq(control_go(control, &o, why, sizeof(why)), 0);
    ck_assert(control_work(control, 1000));
    control_pause(control);
    ck_assert(!control_work(control, 1000));
    ck_assert_int_eq(control_stopped(control)->reason, CONTROL_PAUSED);
    ck_assert_uint_ge(control_icount(control), 1000);
}
END_TEST

/* ---- Stepping ---------------------------------------------------------------------------- */

START_TEST(a_step_is_one_step_of_the_cpu)
{
    ck_assert_int_eq(order(CONTROL_STEP, 1, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), 1);
    ck_assert_int_eq(order(CONTROL_STEP, 999, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), 1000);
    ck_assert_int_eq(order(CONTROL_GOTO, 5000, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), 5000);
}
END_TEST

START_TEST(over_passes_a_call_and_what_the_scheduler_does_in_it)
{
    uint32_t esp;

    run_to("syscall_call");
    esp = cpu()->gpr[GPR_ESP];
    ck_assert_int_eq(order(CONTROL_OVER, 0, 0), CONTROL_DONE);
    ck_assert_uint_eq(cpu()->gpr[GPR_ESP], esp);
    ck_assert_str_eq(where(), "syscall_call");
    ck_assert_uint_gt(cpu()->eip, address("syscall_call"));
}
END_TEST

START_TEST(out_leaves_the_function)
{
    run_to("sys_fork");
    run_to("alloc_pid");
    ck_assert_int_eq(order(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "do_fork");
    ck_assert_int_eq(order(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "sys_fork");
    ck_assert_uint_eq(cpu()->gpr[GPR_EAX], 3);
    ck_assert_int_eq(order(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "syscall_call");
    ck_assert_int_eq(order(CONTROL_OUT, 0, 0), CONTROL_DONE); /* iret */
    ck_assert_uint_eq(cpu()->cpl, 3);
    ck_assert_uint_eq(cpu()->gpr[GPR_EAX], 3);
}
END_TEST

/* Steps into what the program itself asks for or causes, and out again; the timer strikes often,
 * but no step ends there. */
START_TEST(instructions_of_a_task_are_not_those_of_interrupts)
{
    unsigned entered = 0, passed = 0;
    enum control_reason reason = CONTROL_DONE;

    teardown();
    open_guest("puzzle", "3"); /* the timer strikes in storms */
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    while (reason == CONTROL_DONE) {
        uint64_t from = control_icount(control);

        ck_assert_int_eq(order(CONTROL_INSN, 0, 0), CONTROL_DONE);
        passed += control_icount(control) - from > 1;
        if (cpu()->cpl == 3)
            continue;
        ck_assert(strcmp(where(), "system_call") == 0 || strcmp(where(), "page_fault") == 0);
        reason = order(CONTROL_OUT, 0, 0);
        entered++;
    }
    ck_assert_int_eq(reason, CONTROL_ENDED); /* _exit() does not return */
    ck_assert_uint_gt(entered, 0);
    ck_assert_uint_gt(passed, 0);
}
END_TEST

START_TEST(an_instruction_steps_into_a_system_call)
{
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    while (cpu()->cpl == 3)
        ck_assert_int_eq(order(CONTROL_INSN, 0, 0), CONTROL_DONE);
    ck_assert(strcmp(where(), "system_call") == 0 || strcmp(where(), "page_fault") == 0);
}
END_TEST

/* ---- Backwards --------------------------------------------------------------------------- */

static enum control_reason back(enum control_action action, uint64_t count, unsigned events)
{
    const struct control_order o = {
        .action = action, .back = true, .count = count, .events = events};

    ck_assert_msg(control_go(control, &o, why, sizeof(why)) == 0, "%s", why);
    return finish();
}

START_TEST(steps_go_back)
{
    struct cpu_state then;

    run_to("sys_fork");
    then = *cpu();
    ck_assert_int_eq(order(CONTROL_STEP, 5000, 0), CONTROL_DONE);
    ck_assert_int_eq(back(CONTROL_STEP, 5000, 0), CONTROL_DONE);
    ck_assert_mem_eq(&then, cpu(), sizeof(then));
    ck_assert_int_eq(order(CONTROL_GOTO, then.icount - 1, 0), CONTROL_DONE);
    ck_assert_int_eq(order(CONTROL_GOTO, then.icount, 0), CONTROL_DONE);
    ck_assert_mem_eq(&then, cpu(), sizeof(then));
    ck_assert_int_eq(back(CONTROL_STEP, UINT64_MAX, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), 0);
    ck_assert_int_eq(back(CONTROL_STEP, 1, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), 0);
}
END_TEST

/* The same breakpoints and watchpoints, at the same places, both ways. */
START_TEST(what_stops_forwards_stops_backwards)
{
    enum { MOST = 64 };
    uint64_t place[MOST];
    unsigned n = 0;

    break_at("do_fork");
    break_at("__switch_to");
    while (order(CONTROL_CONTINUE, 0, 0) == CONTROL_BREAKPOINT && n < MOST)
        place[n++] = control_icount(control);
    ck_assert_uint_gt(n, 4);
    ck_assert(control_ended(control) || n == MOST);
    if (n == MOST)
        n--;
    for (; n > 0; n--) {
        ck_assert_int_eq(back(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
        ck_assert_uint_eq(control_icount(control), place[n - 1]);
    }
    ck_assert_int_eq(back(CONTROL_CONTINUE, 0, 0), CONTROL_BEGINNING);
    ck_assert_uint_eq(control_icount(control), 0);
}
END_TEST

START_TEST(events_are_found_backwards_where_they_were_forwards)
{
    uint64_t first, second;

    run_to("sys_fork");
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    first = control_icount(control);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(INT)), CONTROL_EVENT);
    second = control_icount(control);
    ck_assert_int_eq(order(CONTROL_STEP, 10, 0), CONTROL_DONE);
    ck_assert_int_eq(back(CONTROL_UNTIL, 0, CONTROL_BIT(INT)), CONTROL_EVENT);
    ck_assert_uint_eq(control_icount(control), second);
    ck_assert_int_eq(back(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    ck_assert_uint_eq(control_icount(control), first);
    ck_assert_uint_eq(cpu()->cpl, 3);
}
END_TEST

START_TEST(over_and_out_go_back_to_calls)
{
    uint64_t call;

    run_to("syscall_call");
    call = control_icount(control);
    ck_assert_int_eq(order(CONTROL_OVER, 0, 0), CONTROL_DONE);
    ck_assert_uint_gt(control_icount(control), call + 1);
    ck_assert_int_eq(back(CONTROL_OVER, 0, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), call);
    run_to("sys_fork");
    run_to("alloc_pidmap");
    ck_assert_int_eq(order(CONTROL_STEP, 20, 0), CONTROL_DONE);
    ck_assert_int_eq(back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "alloc_pid");
    ck_assert_int_eq(back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "do_fork");
    ck_assert_int_eq(back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "sys_fork");
    ck_assert_int_eq(back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "syscall_call");
    ck_assert_int_eq(back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_uint_eq(cpu()->cpl, 3); /* before int 0x80 */
    ck_assert_uint_eq(cpu()->gpr[GPR_EAX], 2);
}
END_TEST

/* Instruction by instruction through a program under a storm of interrupts, and the same places
 * back again. */
START_TEST(instructions_go_back_over_interrupts)
{
    enum { STEPS = 60 };
    uint32_t eip[STEPS];

    teardown();
    open_guest("puzzle", "3");
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    for (unsigned i = 0; i < STEPS; i++) {
        eip[i] = cpu()->eip;
        ck_assert_int_eq(order(CONTROL_INSN, 0, 0), CONTROL_DONE);
    }
    for (unsigned i = STEPS; i-- > 0;) {
        ck_assert_int_eq(back(CONTROL_INSN, 0, 0), CONTROL_DONE);
        ck_assert_uint_eq(cpu()->eip, eip[i]);
    }
}
END_TEST

START_TEST(the_last_writer_is_named)
{
    struct control_write last;
    struct control_point p = {.kind = CONTROL_WRITE, .size = 4, .pid = -1};
    uint64_t here;

    run_to("sys_fork");
    run_to("wake_up_new_task");
    p.linear = cpu()->gpr[GPR_ESP]; /* the return address, which the call pushed */
    here = control_icount(control);
    ck_assert_int_eq(control_last_write(control, p.linear, 4, &last, why, sizeof(why)), 0);
    ck_assert_uint_eq(last.icount, here - 1);
    ck_assert_uint_eq(last.access.value, word_at(p.linear));
    ck_assert_int_eq(last.task.pid, 1);
    ck_assert_uint_eq(control_icount(control), here);
}
END_TEST

/* It is not what lies nearest, but what was written to these bytes by whatever address. */
START_TEST(the_last_writer_may_be_a_delivery_or_a_debugger)
{
    struct control_write last;
    uint32_t jiffies = address("jiffies"), slot;
    uint64_t here;

    run_to("system_call");
    slot = cpu()->gpr[GPR_ESP];
    here = control_icount(control);
    ck_assert_int_eq(control_last_write(control, slot, 4, &last, why, sizeof(why)), 0);
    ck_assert_int_eq(last.by, CONTROL_BY_DELIVERY);
    ck_assert_uint_eq(last.vector, 0x80);
    ck_assert_uint_eq(last.icount, here - 1);
    ck_assert_uint_lt(last.eip, 0xc0000000);

    ck_assert_int_eq(control_last_write(control, jiffies, 4, &last, why, sizeof(why)), 0);
    ck_assert_int_eq(last.by, CONTROL_BY_INSN);
    ck_assert_uint_eq(last.access.value, word_at(jiffies));
    ck_assert(control_poke(control, cpu()->cr3, jiffies + 1, "\x99", 1));
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(control_last_write(control, jiffies, 4, &last, why, sizeof(why)), 0);
        ck_assert_int_eq(last.by, CONTROL_BY_DEBUGGER);
        ck_assert_uint_eq(last.icount, here);
        ck_assert_uint_eq(last.access.value >> 8 & 0xff, 0x99);
        ck_assert_int_eq(order(CONTROL_STEP, 3, 0), CONTROL_DONE);
    }
    ck_assert_int_eq(control_last_write(control, 16, 4, &last, why, sizeof(why)), -EFAULT);
}
END_TEST

static uint32_t register_value(const char *name)
{
    return strcmp(name, "esp") == 0  ? cpu()->gpr[GPR_ESP]
           : strcmp(name, "cs") == 0 ? cpu()->seg[SEG_CS].selector
                                     : cpu()->cr3;
}

/* Before the step that is named the register had another value, behind it and here this one. */
START_TEST(what_gave_a_register_its_value_is_named)
{
    static const char *const names[] = {"esp", "cs", "cr3"};
    struct control_write last;
    uint64_t here;

    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(SWITCH)), CONTROL_EVENT);
    run_to("do_wp_page");
    here = control_icount(control);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t value = register_value(names[i]);

        ck_assert_msg(control_last_change(control, names[i], &last, why, sizeof(why)) == 0, "%s",
                      why);
        ck_assert_uint_eq(control_icount(control), here);
        ck_assert_uint_lt(last.icount, here);
        ck_assert_int_eq(order(CONTROL_GOTO, last.icount, 0), CONTROL_DONE);
        ck_assert_uint_eq(register_value(names[i]), last.access.old);
        ck_assert_uint_ne(last.access.old, value);
        ck_assert_int_eq(last.by == CONTROL_BY_DELIVERY, strcmp(names[i], "cs") == 0);
        while (control_icount(control) < here) {
            ck_assert_int_eq(order(CONTROL_STEP, 1, 0), CONTROL_DONE);
            ck_assert_uint_eq(register_value(names[i]), value);
            if (control_icount(control) > last.icount + 2000)
                ck_assert_int_eq(order(CONTROL_GOTO, here, 0), CONTROL_DONE);
        }
    }
    ck_assert_int_eq(control_last_change(control, "xyz", &last, why, sizeof(why)), -EINVAL);
    ck_assert_int_eq(order(CONTROL_GOTO, 0, 0), CONTROL_DONE);
    ck_assert_int_eq(control_last_change(control, "cr3", &last, why, sizeof(why)), -ENOENT);
}
END_TEST

static void give_up_soon(void *ctx, uint64_t done, uint64_t all)
{
    ck_assert_ptr_eq(ctx, control);
    ck_assert_uint_le(done, all);
    if (all)
        control_pause(control);
}

/* Whatever one looks for, and wherever one stands: afterwards one stands there again. */
START_TEST(a_search_backwards_can_be_given_up)
{
    struct control_write last;
    struct control_order o = {.action = CONTROL_CONTINUE, .back = true};
    uint64_t here, hash;

    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    here = control_icount(control);
    hash = snapshot_hash(session.scope->machine);
    control_set_watcher(control, give_up_soon, control);
    for (unsigned i = 0; i < 3; i++) {
        static const enum control_action actions[] = {CONTROL_CONTINUE, CONTROL_OUT, CONTROL_GOTO};

        o.action = actions[i];
        o.count = here / 2;
        ck_assert_int_eq(control_go(control, &o, why, sizeof(why)), 0);
        ck_assert_int_eq(finish(), CONTROL_GIVEN_UP);
        ck_assert_uint_eq(control_icount(control), here);
        ck_assert_uint_eq(snapshot_hash(session.scope->machine), hash);
        ck_assert(control_ended(control));
    }
    ck_assert_int_eq(
        control_last_write(control, address("start_kernel"), 4, &last, why, sizeof(why)), -EINTR);
    ck_assert_uint_eq(snapshot_hash(session.scope->machine), hash);
    control_set_watcher(control, NULL, NULL);
    ck_assert_int_eq(control_go(control, &o, why, sizeof(why)), 0);
    ck_assert_int_eq(finish(), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(control), here / 2);
}
END_TEST

START_TEST(forks_are_listed)
{
    const struct control_fork *first;

    ck_assert_ptr_null(control_fork_at(control, 0));
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    first = control_fork_at(control, 0);
    ck_assert_ptr_nonnull(first);
    ck_assert_int_eq(first->child, 1);
    ck_assert_int_eq(control_fork_at(control, 2)->parent, 1);
    ck_assert_int_eq(control_fork_at(control, 2)->child, 3);
    ck_assert_int_eq(order(CONTROL_GOTO, first->icount, 0), CONTROL_DONE);
    ck_assert_str_eq(where(), "wake_up_new_task");
    ck_assert_int_eq(order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    ck_assert_ptr_null(control_fork_at(control, 3));
}
END_TEST

/* ---- Changing ---------------------------------------------------------------------------- */

START_TEST(memory_can_be_changed_where_it_is_mapped)
{
    uint32_t at = address("jiffies"), seen;

    run_to("do_fork");
    ck_assert(control_poke(control, cpu()->cr3, at, "\x78\x56\x34\x12", 4));
    ck_assert_uint_eq(word_at(at), 0x12345678);
    ck_assert(!control_poke(control, cpu()->cr3, 0x00000ffe, "\1\2\3\4", 4));
    ck_assert(inspect_u32(control_inspect(control), at, &seen));
}
END_TEST

START_TEST(tasks_are_listed_with_their_registers)
{
    static struct task_info list[64];
    struct cpu_state regs;
    size_t n;

    ck_assert_int_eq(order(CONTROL_UNTIL, 0, CONTROL_BIT(SWITCH)), CONTROL_EVENT);
    run_to("do_wp_page");
    n = tasks_list(control_tasks(control), list, 64);
    ck_assert_uint_ge(n, 3);
    ck_assert_int_eq(list[0].who.pid, 0);
    ck_assert(list[0].kernel);
    ck_assert_int_eq(list[1].who.pid, 1);
    ck_assert(!list[1].kernel);
    ck_assert_str_eq(list[1].who.comm, "forkdemo");
    ck_assert(tasks_user_registers(control_tasks(control), &list[1], &regs));
    ck_assert_uint_eq(regs.cpl, 3);
    ck_assert_uint_lt(regs.eip, 0xc0000000);
    ck_assert_uint_eq(regs.cr3, list[1].cr3);
    ck_assert(!tasks_user_registers(control_tasks(control), &list[0], &regs));
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("control");
    TCase *tc = tcase_create("control");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 0);
    tcase_add_test(tc, places_are_named);
    tcase_add_test(tc, a_line_is_a_place);
    tcase_add_test(tc, a_breakpoint_stops_before_its_instruction);
    tcase_add_test(tc, a_breakpoint_may_be_for_one_process_or_one_time);
    tcase_add_test(tc, a_watchpoint_stops_behind_the_access);
    tcase_add_test(tc, events_stop);
    tcase_add_test(tc, a_pause_stops_at_once);
    tcase_add_test(tc, a_step_is_one_step_of_the_cpu);
    tcase_add_test(tc, over_passes_a_call_and_what_the_scheduler_does_in_it);
    tcase_add_test(tc, out_leaves_the_function);
    tcase_add_test(tc, instructions_of_a_task_are_not_those_of_interrupts);
    tcase_add_test(tc, an_instruction_steps_into_a_system_call);
    tcase_add_test(tc, steps_go_back);
    tcase_add_test(tc, what_stops_forwards_stops_backwards);
    tcase_add_test(tc, events_are_found_backwards_where_they_were_forwards);
    tcase_add_test(tc, over_and_out_go_back_to_calls);
    tcase_add_test(tc, instructions_go_back_over_interrupts);
    tcase_add_test(tc, the_last_writer_is_named);
    tcase_add_test(tc, the_last_writer_may_be_a_delivery_or_a_debugger);
    tcase_add_test(tc, what_gave_a_register_its_value_is_named);
    tcase_add_test(tc, a_search_backwards_can_be_given_up);
    tcase_add_test(tc, forks_are_listed);
    tcase_add_test(tc, memory_can_be_changed_where_it_is_mapped);
    tcase_add_test(tc, tasks_are_listed_with_their_registers);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(int argc, char **argv)
{
    SRunner *runner;
    int failed;

    if (argc != 4) {
        fprintf(stderr, "usage: live_control KERNEL INITRD ENGINE\n");
        return EXITCODE_USAGE;
    }
    kernel = argv[1];
    initrd = argv[2];
    engine = argv[3];
    if (access(kernel, R_OK) != 0) {
        printf("skipped: there is no guest (%s)\n", kernel);
        return 77;
    }
    runner = srunner_create(make_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

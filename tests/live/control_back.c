/* A live guest backwards: steps, breakpoints, events, calls, and who wrote what one sees. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "emu/time/snapshot.h"
#include "tests/live/live.h"

START_TEST(steps_go_back)
{
    struct cpu_state then;

    live_run_to("sys_fork");
    then = *live_cpu();
    ck_assert_int_eq(live_order(CONTROL_STEP, 5000, 0), CONTROL_DONE);
    ck_assert_int_eq(live_back(CONTROL_STEP, 5000, 0), CONTROL_DONE);
    ck_assert_mem_eq(&then, live_cpu(), sizeof(then));
    ck_assert_int_eq(live_order(CONTROL_GOTO, then.icount - 1, 0), CONTROL_DONE);
    ck_assert_int_eq(live_order(CONTROL_GOTO, then.icount, 0), CONTROL_DONE);
    ck_assert_mem_eq(&then, live_cpu(), sizeof(then));
    ck_assert_int_eq(live_back(CONTROL_STEP, UINT64_MAX, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), 0);
    ck_assert_int_eq(live_back(CONTROL_STEP, 1, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), 0);
}
END_TEST

/* The same breakpoints and watchpoints, at the same places, both ways. */
START_TEST(what_stops_forwards_stops_backwards)
{
    enum { MOST = 64 };
    uint64_t place[MOST];
    unsigned n = 0;

    live_break_at("do_fork");
    live_break_at("__switch_to");
    while (live_order(CONTROL_CONTINUE, 0, 0) == CONTROL_BREAKPOINT && n < MOST)
        place[n++] = control_icount(live_control);
    ck_assert_uint_gt(n, 4);
    ck_assert(control_ended(live_control) || n == MOST);
    if (n == MOST)
        n--;
    for (; n > 0; n--) {
        ck_assert_int_eq(live_back(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
        ck_assert_uint_eq(control_icount(live_control), place[n - 1]);
    }
    ck_assert_int_eq(live_back(CONTROL_CONTINUE, 0, 0), CONTROL_BEGINNING);
    ck_assert_uint_eq(control_icount(live_control), 0);
}
END_TEST

START_TEST(events_are_found_backwards_where_they_were_forwards)
{
    uint64_t first, second;

    live_run_to("sys_fork");
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    first = control_icount(live_control);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(INT)), CONTROL_EVENT);
    second = control_icount(live_control);
    ck_assert_int_eq(live_order(CONTROL_STEP, 10, 0), CONTROL_DONE);
    ck_assert_int_eq(live_back(CONTROL_UNTIL, 0, CONTROL_BIT(INT)), CONTROL_EVENT);
    ck_assert_uint_eq(control_icount(live_control), second);
    ck_assert_int_eq(live_back(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    ck_assert_uint_eq(control_icount(live_control), first);
    ck_assert_uint_eq(live_cpu()->cpl, 3);
}
END_TEST

START_TEST(over_and_out_go_back_to_calls)
{
    uint64_t call;

    live_run_to("syscall_call");
    call = control_icount(live_control);
    ck_assert_int_eq(live_order(CONTROL_OVER, 0, 0), CONTROL_DONE);
    ck_assert_uint_gt(control_icount(live_control), call + 1);
    ck_assert_int_eq(live_back(CONTROL_OVER, 0, 0), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), call);
    live_run_to("sys_fork");
    live_run_to("alloc_pidmap");
    ck_assert_int_eq(live_order(CONTROL_STEP, 20, 0), CONTROL_DONE);
    ck_assert_int_eq(live_back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "alloc_pid");
    ck_assert_int_eq(live_back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "do_fork");
    ck_assert_int_eq(live_back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "sys_fork");
    ck_assert_int_eq(live_back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "syscall_call");
    ck_assert_int_eq(live_back(CONTROL_OUT, 0, 0), CONTROL_DONE);
    ck_assert_uint_eq(live_cpu()->cpl, 3); /* before int 0x80 */
    ck_assert_uint_eq(live_cpu()->gpr[GPR_EAX], 2);
}
END_TEST

/* Instruction by instruction through a program under a storm of interrupts, and the same places
 * back again. */
START_TEST(instructions_go_back_over_interrupts)
{
    enum { STEPS = 60 };
    uint32_t eip[STEPS];

    live_close();
    live_open("puzzle", "3");
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(EXEC)), CONTROL_EVENT);
    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(IRET)), CONTROL_EVENT);
    for (unsigned i = 0; i < STEPS; i++) {
        eip[i] = live_cpu()->eip;
        ck_assert_int_eq(live_order(CONTROL_INSN, 0, 0), CONTROL_DONE);
    }
    for (unsigned i = STEPS; i-- > 0;) {
        ck_assert_int_eq(live_back(CONTROL_INSN, 0, 0), CONTROL_DONE);
        ck_assert_uint_eq(live_cpu()->eip, eip[i]);
    }
}
END_TEST

START_TEST(the_last_writer_is_named)
{
    struct control_write last;
    struct control_point p = {.kind = CONTROL_WRITE, .size = 4, .pid = -1};
    uint64_t here;

    live_run_to("sys_fork");
    live_run_to("wake_up_new_task");
    p.linear = live_cpu()->gpr[GPR_ESP]; /* the return address, which the call pushed */
    here = control_icount(live_control);
    ck_assert_int_eq(
        control_last_write(live_control, p.linear, 4, &last, live_why, sizeof(live_why)), 0);
    ck_assert_uint_eq(last.icount, here - 1);
    ck_assert_uint_eq(last.access.value, live_word_at(p.linear));
    ck_assert_int_eq(last.task.pid, 1);
    ck_assert_uint_eq(control_icount(live_control), here);
}
END_TEST

/* It is not what lies nearest, but what was written to these bytes by whatever address. */
START_TEST(the_last_writer_may_be_a_delivery_or_a_debugger)
{
    struct control_write last;
    uint32_t jiffies = live_address("jiffies"), slot;
    uint64_t here;

    live_run_to("system_call");
    slot = live_cpu()->gpr[GPR_ESP];
    here = control_icount(live_control);
    ck_assert_int_eq(control_last_write(live_control, slot, 4, &last, live_why, sizeof(live_why)),
                     0);
    ck_assert_int_eq(last.by, CONTROL_BY_DELIVERY);
    ck_assert_uint_eq(last.vector, 0x80);
    ck_assert_uint_eq(last.icount, here - 1);
    ck_assert_uint_lt(last.eip, 0xc0000000);

    ck_assert_int_eq(
        control_last_write(live_control, jiffies, 4, &last, live_why, sizeof(live_why)), 0);
    ck_assert_int_eq(last.by, CONTROL_BY_INSN);
    ck_assert_uint_eq(last.access.value, live_word_at(jiffies));
    ck_assert(control_poke(live_control, live_cpu()->cr3, jiffies + 1, "\x99", 1));
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(
            control_last_write(live_control, jiffies, 4, &last, live_why, sizeof(live_why)), 0);
        ck_assert_int_eq(last.by, CONTROL_BY_DEBUGGER);
        ck_assert_uint_eq(last.icount, here);
        ck_assert_uint_eq(last.access.value >> 8 & 0xff, 0x99);
        ck_assert_int_eq(live_order(CONTROL_STEP, 3, 0), CONTROL_DONE);
    }
    ck_assert_int_eq(control_last_write(live_control, 16, 4, &last, live_why, sizeof(live_why)),
                     -EFAULT);
}
END_TEST

static uint32_t register_value(const char *name)
{
    return strcmp(name, "esp") == 0  ? live_cpu()->gpr[GPR_ESP]
           : strcmp(name, "cs") == 0 ? live_cpu()->seg[SEG_CS].selector
                                     : live_cpu()->cr3;
}

/* Before the step that is named the register had another value, behind it and here this one. */
START_TEST(what_gave_a_register_its_value_is_named)
{
    static const char *const names[] = {"esp", "cs", "cr3"};
    struct control_write last;
    uint64_t here;

    ck_assert_int_eq(live_order(CONTROL_UNTIL, 0, CONTROL_BIT(SWITCH)), CONTROL_EVENT);
    live_run_to("do_wp_page");
    here = control_icount(live_control);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t value = register_value(names[i]);

        ck_assert_msg(
            control_last_change(live_control, names[i], &last, live_why, sizeof(live_why)) == 0,
            "%s", live_why);
        ck_assert_uint_eq(control_icount(live_control), here);
        ck_assert_uint_lt(last.icount, here);
        ck_assert_int_eq(live_order(CONTROL_GOTO, last.icount, 0), CONTROL_DONE);
        ck_assert_uint_eq(register_value(names[i]), last.access.old);
        ck_assert_uint_ne(last.access.old, value);
        ck_assert_int_eq(last.by == CONTROL_BY_DELIVERY, strcmp(names[i], "cs") == 0);
        while (control_icount(live_control) < here) {
            ck_assert_int_eq(live_order(CONTROL_STEP, 1, 0), CONTROL_DONE);
            ck_assert_uint_eq(register_value(names[i]), value);
            if (control_icount(live_control) > last.icount + 2000)
                ck_assert_int_eq(live_order(CONTROL_GOTO, here, 0), CONTROL_DONE);
        }
    }
    ck_assert_int_eq(control_last_change(live_control, "xyz", &last, live_why, sizeof(live_why)),
                     -EINVAL);
    ck_assert_int_eq(live_order(CONTROL_GOTO, 0, 0), CONTROL_DONE);
    ck_assert_int_eq(control_last_change(live_control, "cr3", &last, live_why, sizeof(live_why)),
                     -ENOENT);
}
END_TEST

static void give_up_soon(void *ctx, uint64_t done, uint64_t all)
{
    ck_assert_ptr_eq(ctx, live_control);
    ck_assert_uint_le(done, all);
    if (all)
        control_pause(live_control);
}

/* Whatever one looks for, and wherever one stands: afterwards one stands there again. */
START_TEST(a_search_backwards_can_be_given_up)
{
    struct control_write last;
    struct control_order o = {.action = CONTROL_CONTINUE, .back = true};
    uint64_t here, hash;

    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    here = control_icount(live_control);
    hash = snapshot_hash(live_session.scope->machine);
    control_set_watcher(live_control, give_up_soon, live_control);
    for (unsigned i = 0; i < 3; i++) {
        static const enum control_action actions[] = {CONTROL_CONTINUE, CONTROL_OUT, CONTROL_GOTO};

        o.action = actions[i];
        o.count = here / 2;
        ck_assert_int_eq(control_go(live_control, &o, live_why, sizeof(live_why)), 0);
        ck_assert_int_eq(live_finish(), CONTROL_GIVEN_UP);
        ck_assert_uint_eq(control_icount(live_control), here);
        ck_assert_uint_eq(snapshot_hash(live_session.scope->machine), hash);
        ck_assert(control_ended(live_control));
    }
    ck_assert_int_eq(control_last_write(live_control, live_address("start_kernel"), 4, &last,
                                        live_why, sizeof(live_why)),
                     -EINTR);
    ck_assert_uint_eq(snapshot_hash(live_session.scope->machine), hash);
    control_set_watcher(live_control, NULL, NULL);
    ck_assert_int_eq(control_go(live_control, &o, live_why, sizeof(live_why)), 0);
    ck_assert_int_eq(live_finish(), CONTROL_DONE);
    ck_assert_uint_eq(control_icount(live_control), here / 2);
}
END_TEST

START_TEST(forks_are_listed)
{
    const struct control_fork *first;

    ck_assert_ptr_null(control_fork_at(live_control, 0));
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    first = control_fork_at(live_control, 0);
    ck_assert_ptr_nonnull(first);
    ck_assert_int_eq(first->child, 1);
    ck_assert_int_eq(control_fork_at(live_control, 2)->parent, 1);
    ck_assert_int_eq(control_fork_at(live_control, 2)->child, 3);
    ck_assert_int_eq(live_order(CONTROL_GOTO, first->icount, 0), CONTROL_DONE);
    ck_assert_str_eq(live_where(), "wake_up_new_task");
    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_ENDED);
    ck_assert_ptr_null(control_fork_at(live_control, 3));
}
END_TEST

void control_add_back(TCase *tc)
{
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
}

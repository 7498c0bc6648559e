/* The collector, fed by hand: what it makes of what a guest does. */
#include "emu/trace/trace_collect.h"

#include <check.h>
#include <errno.h>

#include "tests/unit/collect_bench.h"

START_TEST(one_call_two_returns)
{
    const struct trace_event *fork, *parent, *child;

    start("");
    fork_once(0);
    fork = nth(TRACE_FORK, 0);
    ck_assert_uint_eq(fork->fork.id, 1);
    ck_assert(fork->fork.user);
    ck_assert_uint_eq(fork->fork.flags, 17);
    ck_assert_int_eq(fork->fork.parent.pid, 3);
    ck_assert_int_eq(fork->fork.child.pid, 4);
    ck_assert_uint_eq(fork->fork.parent_frame, TOP_A - REGS);
    ck_assert_uint_eq(fork->fork.child_frame, TOP_B - REGS);
    ck_assert_uint_eq(fork->fork.words, 7);
    ck_assert_uint_eq(fork->fork.child_regs[1], 0);
    ck_assert_uint_eq(count_of(TRACE_RET), 2);
    parent = nth(TRACE_RET, 0);
    child = nth(TRACE_RET, 1);
    ck_assert(!parent->ret.child && child->ret.child);
    ck_assert_uint_eq(parent->ret.id, 1);
    ck_assert_uint_eq(child->ret.id, 1);
    ck_assert_uint_eq(parent->ret.eax, 4);
    ck_assert_uint_eq(child->ret.eax, 0);
    ck_assert_int_eq(child->ret.parent_pid, 3);
    ck_assert_int_eq(child->who.pid, 4);
}
END_TEST

START_TEST(a_failed_fork_returns_once)
{
    start("");
    fork_once(ENOMEM);
    ck_assert_uint_eq(count_of(TRACE_FORK), 0);
    ck_assert_uint_eq(count_of(TRACE_RET), 1);
    ck_assert_int_eq(nth(TRACE_RET, 0)->ret.child_pid, -1);
    ck_assert_int_eq((int32_t)nth(TRACE_RET, 0)->ret.eax, -ENOMEM);
    ck_assert_uint_eq(watch_last, 0);
    fork_once(0);
    ck_assert_uint_eq(nth(TRACE_FORK, 0)->fork.id, 2);
}
END_TEST

START_TEST(writes_into_the_childs_frame)
{
    const struct trace_event *write;

    start("ev=frame");
    fork_once(0);
    ck_assert_uint_eq(seen_count, 1);
    write = nth(TRACE_FRAME, 0);
    ck_assert_uint_eq(write->frame.id, 1);
    ck_assert_uint_eq(write->frame.offset, 4);
    ck_assert_uint_eq(write->frame.old, 2);
    ck_assert_uint_eq(write->frame.value, 0);
    ck_assert_int_eq(write->frame.child.pid, 4);
    ck_assert_int_eq(write->who.pid, 3);
    ck_assert_uint_eq(watch_last, 0); /* gone with the child's first iret */
}
END_TEST

START_TEST(system_calls)
{
    start("ev=syscall,sysret");
    int80(TOP_A, 20);
    iret_user(TOP_A, 3, EIP_3);
    int80(TOP_A, 162);
    iret_user(TOP_A, 162, EIP_3 - 2);
    int80(TOP_A, 29);
    iret_user(TOP_A, 10, 0x08049000);
    ck_assert_uint_eq(seen_count, 6);
    ck_assert_uint_eq(nth(TRACE_SYSCALL, 0)->syscall.nr, 20);
    ck_assert_uint_eq(nth(TRACE_SYSCALL, 0)->cpl, 3);
    ck_assert_uint_eq(nth(TRACE_SYSRET, 0)->sysret.result, 3);
    ck_assert(!nth(TRACE_SYSRET, 0)->sysret.restart);
    ck_assert(nth(TRACE_SYSRET, 1)->sysret.restart);
    ck_assert(nth(TRACE_SYSRET, 2)->sysret.diverted);
}
END_TEST

START_TEST(calls_nest)
{
    const struct trace_event *dup;

    start("ev=call,return");
    fork_once(0);
    ck_assert_str_eq(nth(TRACE_CALL, 0)->call.probe->name, "do_fork");
    ck_assert_uint_eq(nth(TRACE_CALL, 0)->call.depth, 0);
    ck_assert_uint_eq(nth(TRACE_CALL, 0)->call.arg[0], 17);
    dup = nth(TRACE_CALL, 1);
    ck_assert_str_eq(dup->call.probe->name, "dup_task_struct");
    ck_assert_uint_eq(dup->call.depth, 1);
    ck_assert_int_eq(dup->call.of[0].pid, 3);
    ck_assert_int_eq(nth(TRACE_RETURN, 0)->call.result_of.pid, 4);
    ck_assert_str_eq(nth(TRACE_RETURN, 2)->call.probe->name, "do_fork");
    ck_assert_uint_eq(nth(TRACE_RETURN, 2)->call.entered, nth(TRACE_CALL, 0)->icount);
    ck_assert_uint_eq(count_of(TRACE_CALL), count_of(TRACE_RETURN));
}
END_TEST

/* A jump out of two functions: what was open below the new stack pointer is forgotten. */
START_TEST(calls_left_by_a_jump)
{
    uint32_t outer;

    start("ev=call,return");
    int80(TOP_A, 2);
    outer = enter("do_fork", 17, 0);
    enter("copy_thread", TASK_B, 0);
    enter("dup_task_struct", TASK_A, 0);
    leave("do_fork", outer, 7);
    ck_assert_uint_eq(count_of(TRACE_CALL), 3);
    ck_assert_uint_eq(count_of(TRACE_RETURN), 1);
    ck_assert_str_eq(nth(TRACE_RETURN, 0)->call.probe->name, "do_fork");
    ck_assert_uint_eq(nth(TRACE_RETURN, 0)->call.depth, 0);
}
END_TEST

START_TEST(endless_recursion_is_bounded)
{
    start("ev=call,return");
    int80(TOP_A, 2);
    for (int i = 0; i < 60; i++)
        enter("another", 1, 2); /* not probed */
    ck_assert_uint_eq(seen_count, 0);
    for (int i = 0; i < 100; i++)
        enter("do_fork", 1, 2);
    ck_assert_uint_eq(count_of(TRACE_CALL), 100);
}
END_TEST

START_TEST(a_filters_symbol_is_probed)
{
    start("ev=call; sym=another");
    int80(TOP_A, 2);
    point("another", 5, 0);
    point("copy_thread", TASK_B, 0);
    ck_assert_uint_eq(seen_count, 1);
    ck_assert_uint_eq(seen[0].call.arg[0], 5);
    ck_assert_int_eq(*hook_count(address("copy_thread")), 0);
}
END_TEST

START_TEST(a_filters_symbol_must_exist)
{
    char why[160];

    ck_assert_int_eq(create("sym=nowhere", why), -EINVAL);
    ck_assert_str_eq(why, "trace filter: the kernel has no symbol 'nowhere'");
    ck_assert_ptr_null(collector);
}
END_TEST

START_TEST(only_what_is_needed_is_armed)
{
    start("ev=switch");
    ck_assert_ptr_null(hooks.interrupt);
    ck_assert_ptr_null(hooks.iret);
    ck_assert_ptr_null(hooks.mem);
    ck_assert_ptr_null(hooks.cr_write);
    ck_assert_int_eq(*hook_count(address("trace_sched_switch")), 1);
    ck_assert_int_eq(*hook_count(address("do_fork")), 0);
    state.gpr[GPR_ESP] = TOP_A - 64;
    point("trace_sched_switch", TASK_A, TASK_B);
    ck_assert_int_eq(seen[0].sched.prev.pid, 3);
    ck_assert_int_eq(seen[0].sched.next.pid, 4);
    ck_assert_uint_eq(seen[0].sched.next_esp0, TOP_B);
    ck_assert_uint_eq(seen[0].sched.next_esp, TOP_B - REGS);
}
END_TEST

START_TEST(an_iret_knows_its_frame)
{
    struct cpu_int_event irq = {.vector = 0x20, .kind = CPU_INT_IRQ, .slot_count = 3};
    struct cpu_iret_event back = {.slot_count = 3};

    start("ev=irq,iret");
    for (unsigned i = 0; i < 3; i++) {
        irq.slot[i] = (struct cpu_frame_slot){pushed[2 + i], TOP_A - 104 - 4 * i, 0};
        back.slot[2 - i] = irq.slot[i];
    }
    int80(TOP_A, 20);
    hooks.interrupt(hooks.ctx, &irq);
    hooks.iret(hooks.ctx, &back);
    iret_user(TOP_A, 3, EIP_3);
    iret_user(TOP_A, 3, EIP_3);
    ck_assert_int_eq(nth(TRACE_IRET, 0)->iret.origin, TRACE_FRAME_IRQ);
    ck_assert_uint_eq(nth(TRACE_IRET, 0)->iret.vector, 0x20);
    ck_assert_int_eq(nth(TRACE_IRET, 1)->iret.origin, TRACE_FRAME_INT);
    ck_assert_uint_eq(nth(TRACE_IRET, 1)->iret.vector, 0x80);
    ck_assert_int_eq(nth(TRACE_IRET, 2)->iret.origin, TRACE_FRAME_SOFTWARE);
}
END_TEST

START_TEST(an_exit_has_its_code)
{
    start("ev=exit");
    enter("do_exit", 0x300, 0);
    point("trace_sched_process_exit", TASK_A, 0);
    ck_assert_uint_eq(seen_count, 1);
    ck_assert(seen[0].life.has_code);
    ck_assert_int_eq(seen[0].life.code, 0x300);
    ck_assert_int_eq(seen[0].life.who.pid, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_collect");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (specimen_compiler_missing()) {
        puts("skipped: no i686-linux-gnu-gcc to compile the specimen with");
        return 77;
    }
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, one_call_two_returns);
    tcase_add_test(tests, a_failed_fork_returns_once);
    tcase_add_test(tests, writes_into_the_childs_frame);
    tcase_add_test(tests, system_calls);
    tcase_add_test(tests, calls_nest);
    tcase_add_test(tests, calls_left_by_a_jump);
    tcase_add_test(tests, endless_recursion_is_bounded);
    tcase_add_test(tests, a_filters_symbol_is_probed);
    tcase_add_test(tests, a_filters_symbol_must_exist);
    tcase_add_test(tests, only_what_is_needed_is_armed);
    tcase_add_test(tests, an_iret_knows_its_frame);
    tcase_add_test(tests, an_exit_has_its_code);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

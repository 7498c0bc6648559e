/* The rules of frames that know nothing of the kernel, on interrupts and returns made by hand. */
#include "emu/check/check_frames.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { TOP = 0x9000, CODE_3 = 0x1b };

static struct inspect in;
static struct check_frames *c;
static struct trace_facts facts;
static uint32_t flags;

static void setup(void)
{
    struct machine_config config;
    char why[256];

    machine_config_init(&config);
    config.ram_mb = 1;
    in = (struct inspect){machine_create(&config, why, sizeof(why)), symbols_create(), NULL};
    ck_assert_ptr_nonnull(in.machine);
    trace_facts_live(&facts, &in);
    c = check_frames_create(&facts);
    ck_assert_ptr_nonnull(c);
}

static void teardown(void)
{
    check_frames_destroy(c);
    machine_destroy(in.machine);
    symbols_destroy((struct symbols *)in.symbols);
}

/* An interrupt of ring 3 whose frame ends at `top`. */
static void interrupt(enum trace_kind kind, uint32_t top, uint32_t eip)
{
    const struct cpu_frame_slot slots[] = {{FRAME_SS, top - 4, 0x23},
                                           {FRAME_ESP, top - 8, 0xbffff000},
                                           {FRAME_EFLAGS, top - 12, flags},
                                           {FRAME_CS, top - 16, CODE_3},
                                           {FRAME_EIP, top - 20, eip}};
    struct trace_event e = {.kind = kind, .who = {.pid = 1}};

    e.interrupt = (struct cpu_int_event){.vector = 0x20,
                                         .kind = CPU_INT_IRQ,
                                         .cpl_from = 3,
                                         .stack_switch = true,
                                         .tss_esp = top,
                                         .slot_size = 4,
                                         .slot_count = 5};
    memcpy(e.interrupt.slot, slots, sizeof(slots));
    check_frames_event(c, &e);
}

static void iret(uint32_t top, uint32_t eip)
{
    const struct cpu_frame_slot slots[] = {{FRAME_EIP, top - 20, eip},
                                           {FRAME_CS, top - 16, CODE_3},
                                           {FRAME_EFLAGS, top - 12, flags},
                                           {FRAME_ESP, top - 8, 0xbffff000},
                                           {FRAME_SS, top - 4, 0x23}};
    struct trace_event e = {.kind = TRACE_IRET, .who = {.pid = 1}};

    e.iret.cpu = (struct cpu_iret_event){.cpl_to = 3, .slot_size = 4, .slot_count = 5};
    memcpy(e.iret.cpu.slot, slots, sizeof(slots));
    check_frames_event(c, &e);
}

static void said(unsigned rule, unsigned judged, unsigned broken)
{
    const struct check_total *t = check_frames_total(c, rule);

    ck_assert_msg(t->judged == judged && t->broken == broken, "rule %u: %u of %u", rule, t->broken,
                  t->judged);
    if (broken)
        ck_assert(*t->failure[0].verdict.expected && *t->failure[0].verdict.got);
    if (!judged)
        ck_assert(*t->why);
}

START_TEST(all_is_well)
{
    flags = 0x202;
    for (unsigned n = 0; n < 300; n++) {
        iret(TOP, n);
        interrupt(TRACE_IRQ, TOP, n + 1);
    }
    said(1, 300, 0);
    said(3, 300, 0);
    said(4, 299, 0);
    said(2, 0, 0);
    said(5, 0, 0);
}
END_TEST

START_TEST(another_place_in_the_stack)
{
    flags = 0x202;
    iret(TOP, 0);
    interrupt(TRACE_INT, TOP - 64, 0);
    said(1, 1, 1);
    iret(TOP, 0); /* nothing is judged any more */
    said(3, 1, 0);
}
END_TEST

START_TEST(interrupts_off)
{
    flags = 0x002;
    for (unsigned n = 0; n < 3 * CHECK_FAILURES_MAX; n++)
        iret(TOP, 0);
    said(3, 3 * CHECK_FAILURES_MAX, 3 * CHECK_FAILURES_MAX);
}
END_TEST

START_TEST(a_frame_that_was_changed)
{
    flags = 0x202;
    interrupt(TRACE_IRQ, TOP, 5);
    iret(TOP, 6);
    said(4, 1, 1);
    interrupt(TRACE_INT, TOP, 5); /* a system call may change it */
    iret(TOP, 6);
    said(4, 1, 1);
}
END_TEST

START_TEST(a_frame_that_a_signal_changed)
{
    struct trace_event signal = {.kind = TRACE_SIGNAL, .who = {.pid = 1}};

    flags = 0x202;
    interrupt(TRACE_IRQ, TOP, 5);
    check_frames_event(c, &signal);
    iret(TOP, 6);
    said(4, 0, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("check_frames");
    TCase *tc = tcase_create("check_frames");
    tcase_add_test(tc, all_is_well);
    tcase_add_test(tc, another_place_in_the_stack);
    tcase_add_test(tc, interrupts_off);
    tcase_add_test(tc, a_frame_that_was_changed);
    tcase_add_test(tc, a_frame_that_a_signal_changed);
    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

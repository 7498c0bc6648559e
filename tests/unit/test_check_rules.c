/*
 * The rules of fork on forks made by hand: a sound one keeps all of them, and each change breaks
 * just the rule that it should. Whole guests that are broken are in tests/broken.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "emu/check/check_state.h"
#include "tests/unit/specimen.h"

enum { WORD_EAX, WORD_EIP, WORD_EFLAGS, WORD_ESP, WORDS };

static const char source[] =
    "struct pt_regs { long eax, eip, eflags, esp; };\n"
    "struct task_struct { void *stack; int pid; char comm[16]; };\n"
    "struct thread_info { struct task_struct *task; };\n"
    "union thread_union { struct thread_info thread_info; unsigned long stack[2048]; };\n"
    "union thread_union init_thread;\n"
    "void ret_from_fork(void) { asm volatile(\"\"); }\n"
    "void copy_thread(struct pt_regs *r) { asm volatile(\"\"); }\n"
    "void _start(void) { struct pt_regs r; copy_thread(&r); ret_from_fork(); }\n";

enum { STACK = 0x2000, PARENT_STACK = 0x10000, CHILD_STACK = 0x20000 };

static struct inspect in;
static struct check c;
static struct check_fork f;

static void setup(void)
{
    struct machine_config config;
    char why[256];
    size_t size;
    char *image = specimen_compile(source, "-g", &size);
    struct symbols *symbols = symbols_create();

    machine_config_init(&config);
    config.ram_mb = 1;
    ck_assert_int_eq(symbols_add_elf(symbols, image, size, why, sizeof(why)), 0);
    in = (struct inspect){machine_create(&config, why, sizeof(why)), symbols,
                          guestinfo_create(image, size, why, sizeof(why))};
    ck_assert_ptr_nonnull(in.machine);
    ck_assert_msg(in.guestinfo != NULL, "%s", why);
    c = (struct check){
        .in = &in, .facts = &c.live, .has_entry = true, .has_maker = true, .thread_size = STACK};
    trace_facts_live(&c.live, &in);
    check_holds(&c.stack0);
    free(image);
}

static void teardown(void)
{
    machine_destroy(in.machine);
    guestinfo_destroy((struct guestinfo *)in.guestinfo);
    symbols_destroy((struct symbols *)in.symbols);
}

/* Pid 1 forks pid 2. */
static void make_sound(void)
{
    f = (struct check_fork){.forked = true, .known = true, .icount = 100, .nr = 2};
    for (int reg = 0; reg < USER_REGS; reg++)
        f.entry[reg] = 0x1000u + (uint32_t)reg;
    for (int side = 0; side < CHECK_SIDES; side++) {
        f.side[side] = (struct check_side){.back = true, .icount = 200};
        memcpy(f.side[side].regs, f.entry, sizeof(f.entry));
        f.side[side].who.pid = side + 1;
        f.side[side].stack = side == CHECK_PARENT ? PARENT_STACK : CHILD_STACK;
        f.side[side].popped = f.side[side].stack + STACK - 20;
    }
    f.fork.child.pid = 2;
    f.side[CHECK_PARENT].regs[USER_EAX] = 2;
    f.side[CHECK_CHILD].regs[USER_EAX] = 0;
    f.thread_esp = CHILD_STACK + STACK - 60;
    f.child_entry = "ret_from_fork";
    f.fork.words = WORDS;
    f.fork.child_regs[WORD_EIP] = f.entry[USER_EIP];
    f.fork.child_regs[WORD_EFLAGS] = f.entry[USER_EFLAGS];
    f.fork.child_regs[WORD_ESP] = f.entry[USER_ESP];
}

/* Rules 8 and 9 are judged while the guest runs. The set of those that are broken. */
static unsigned broken_rules(void)
{
    unsigned broken = 0;

    for (unsigned rule = 1; rule <= CHECK_RULES; rule++) {
        struct check_verdict v = {0};

        check_rules[rule].judge(&c, &f, &v);
        broken |= (v.result == CHECK_BROKEN) << rule;
        if (v.result == CHECK_BROKEN)
            ck_assert_msg(*v.expected && *v.got && *v.where, "rule %u explains nothing", rule);
    }
    return broken;
}

#define ONLY(rule) (1u << (rule))

START_TEST(a_sound_fork)
{
    make_sound();
    ck_assert_uint_eq(broken_rules(), 0);
}
END_TEST

START_TEST(the_parents_result)
{
    make_sound();
    f.side[CHECK_PARENT].regs[USER_EAX] = 3;
    ck_assert_uint_eq(broken_rules(), ONLY(2));
}
END_TEST

/* Each register of the child, by the rule that speaks of it. eax, eip, eflags and esp are also in
 * the frame, which says the same here: only the child's frame was made wrongly. */
START_TEST(each_register_of_the_child)
{
    static const uint8_t rule_of[USER_REGS] = {
        [USER_EIP] = 3, [USER_EFLAGS] = 3, [USER_ESP] = 4, [USER_CS] = 4,
        [USER_SS] = 4,  [USER_EAX] = 2,    [USER_EBX] = 5, [USER_ECX] = 5,
        [USER_EDX] = 5, [USER_ESI] = 5,    [USER_EDI] = 5, [USER_EBP] = 5,
        [USER_DS] = 5,  [USER_ES] = 5,     [USER_FS] = 5,  [USER_GS] = 5};
    static const int word_of[USER_REGS] = {[USER_EAX] = WORD_EAX + 1,
                                           [USER_EIP] = WORD_EIP + 1,
                                           [USER_EFLAGS] = WORD_EFLAGS + 1,
                                           [USER_ESP] = WORD_ESP + 1};

    for (int reg = 0; reg < USER_REGS; reg++) {
        make_sound();
        f.side[CHECK_CHILD].regs[reg] ^= 0x10;
        if (word_of[reg])
            f.fork.child_regs[word_of[reg] - 1] ^= 0x10;
        ck_assert_msg(broken_rules() == ONLY(rule_of[reg]), "%s: %x", trace_user_reg_names[reg],
                      broken_rules());
    }
}
END_TEST

/* TF and RF are a tracer's business. */
START_TEST(flags_that_may_differ)
{
    make_sound();
    f.side[CHECK_CHILD].regs[USER_EFLAGS] ^= EFLAGS_TF | EFLAGS_RF;
    ck_assert_uint_eq(broken_rules(), 0);
}
END_TEST

START_TEST(the_childs_stack)
{
    make_sound();
    f.side[CHECK_CHILD].stack = PARENT_STACK + STACK / 2;
    f.thread_esp = f.side[CHECK_CHILD].popped = f.side[CHECK_CHILD].stack + 16;
    ck_assert_uint_eq(broken_rules(), ONLY(6));
    make_sound();
    f.thread_esp = PARENT_STACK + 64;
    ck_assert_uint_eq(broken_rules(), ONLY(6));
    make_sound();
    f.side[CHECK_CHILD].popped = PARENT_STACK + 64;
    ck_assert_uint_eq(broken_rules(), ONLY(6));
}
END_TEST

START_TEST(a_stack_that_clone_gave)
{
    make_sound();
    f.new_stack = 0x5000;
    ck_assert_uint_eq(broken_rules(), ONLY(4));
    f.side[CHECK_CHILD].regs[USER_ESP] = f.fork.child_regs[WORD_ESP] = 0x5000;
    ck_assert_uint_eq(broken_rules(), 0);
}
END_TEST

START_TEST(where_the_child_starts)
{
    make_sound();
    f.child_entry = "ret_from_spoon";
    ck_assert_uint_eq(broken_rules(), ONLY(10));
    make_sound();
    f.fork.child_regs[WORD_EIP]++;
    ck_assert_uint_eq(broken_rules(), ONLY(10));
}
END_TEST

START_TEST(who_writes_the_frame)
{
    make_sound();
    f.foreign = (struct check_write){150, symbols_by_name(in.symbols, "copy_thread")->addr, 0, 7};
    ck_assert_uint_eq(broken_rules(), ONLY(11));
}
END_TEST

START_TEST(a_fork_that_fails)
{
    make_sound();
    f.failed = true;
    f.side[CHECK_PARENT].regs[USER_EAX] = (uint32_t)-11;
    ck_assert_uint_eq(broken_rules(), 0);
    f.side[CHECK_PARENT].regs[USER_EAX] = (uint32_t)-4096;
    ck_assert_uint_eq(broken_rules(), ONLY(1));
}
END_TEST

/* What a signal handler takes over tells nothing of the fork. */
START_TEST(a_side_that_a_signal_diverted)
{
    make_sound();
    f.side[CHECK_CHILD].diverted = true;
    f.side[CHECK_CHILD].regs[USER_EIP] = 1;
    f.side[CHECK_CHILD].regs[USER_EAX] = 1;
    ck_assert_uint_eq(broken_rules(), 0);
}
END_TEST

int main(void)
{
    if (specimen_compiler_missing()) {
        printf("skipped: no i686-linux-gnu-gcc\n");
        return 77;
    }
    Suite *suite = suite_create("check_rules");
    TCase *tc = tcase_create("check_rules");
    tcase_add_test(tc, a_sound_fork);
    tcase_add_test(tc, the_parents_result);
    tcase_add_test(tc, each_register_of_the_child);
    tcase_add_test(tc, flags_that_may_differ);
    tcase_add_test(tc, the_childs_stack);
    tcase_add_test(tc, a_stack_that_clone_gave);
    tcase_add_test(tc, where_the_child_starts);
    tcase_add_test(tc, who_writes_the_frame);
    tcase_add_test(tc, a_fork_that_fails);
    tcase_add_test(tc, a_side_that_a_signal_diverted);
    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#include "emu/time/history.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CODE = 0x1000, COUNTER = 0x5000, BUFFER = 0x20000, SPAN = 20000, SEARCH = 3000 };

/*
 * Real mode: timer interrupts count at 0:5000, bytes from COM1 are echoed to it and stored at
 * 2000:0 upwards, and in between some memory is filled.
 */
static const uint8_t code[] = {
    0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x70, /* cli; ds = ss = 0; sp = 7000 */
    0xc7, 0x06, 0x20, 0x00, 0x00, 0x11,                         /* vector 8: 0:1100 */
    0xc7, 0x06, 0x22, 0x00, 0x00, 0x00,                         /* */
    0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x08, 0xe6, 0x21,             /* ICW1, ICW2 */
    0xb0, 0x04, 0xe6, 0x21, 0xb0, 0x01, 0xe6, 0x21,             /* ICW3, ICW4 */
    0xb0, 0xfe, 0xe6, 0x21,                                     /* IRQ 0 only */
    0xb0, 0x34, 0xe6, 0x43, 0xb0, 0x40, 0xe6, 0x40, 0xb0, 0x00, 0xe6, 0x40, /* 64 clocks */
    0xba, 0xfb, 0x03, 0xb0, 0x03, 0xee,                                     /* LCR: 8n1 */
    0xb8, 0x00, 0x20, 0x8e, 0xc0, 0x31, 0xff,                               /* es:di = 2000:0 */
    /* 1: */
    0xfb, 0xf4,                         /* sti; hlt */
    0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, /* LSR */
    0x74, 0xf6,                         /* nothing: 1b */
    0xba, 0xf8, 0x03, 0xec, 0xaa, 0xee, /* in; stosb; out */
    0xb9, 0x20, 0x00, 0xf3, 0xaa,       /* and 32 times more */
    0xeb, 0xe9,                         /* 1b */
};
static const uint8_t handler[] = {
    0x50, 0xff, 0x06, 0x00, 0x50, /* push ax; inc word [5000] */
    0xb0, 0x20, 0xe6, 0x20,       /* EOI */
    0x58, 0xcf,                   /* pop ax; iret */
};

static struct machine *m;
static struct history *h;
static char sent[4096];
static size_t sent_count;

static void put(void *ctx, uint8_t byte)
{
    (void)ctx;
    if (sent_count < sizeof(sent))
        sent[sent_count++] = (char)byte;
}

static struct machine *new_machine(const char *engine)
{
    struct machine_config config;
    struct machine *made;
    char why[200];

    machine_config_init(&config);
    config.ram_mb = 2;
    config.engine = engine;
    config.serial = (struct char_out){put, NULL};
    made = machine_create(&config, why, sizeof(why));
    ck_assert_ptr_nonnull(made);
    memcpy(machine_ram(made) + CODE, code, sizeof(code));
    memcpy(machine_ram(made) + CODE + 0x100, handler, sizeof(handler));
    struct cpu_state s = *cpu_state(machine_cpu(made));
    s.seg[SEG_CS].selector = 0;
    s.seg[SEG_CS].base = 0;
    s.eip = CODE;
    cpu_set_state(machine_cpu(made), &s);
    return made;
}

static void begin(size_t budget)
{
    m = new_machine(NULL);
    h = history_create(m, &(struct history_config){.budget = budget});
    ck_assert_ptr_nonnull(h);
    sent_count = 0;
}

static void setup(void)
{
    begin(0);
}

static void teardown(void)
{
    history_destroy(h);
    machine_destroy(m);
}

static uint64_t icount(void)
{
    return machine_icount(m);
}

/* What can be seen of the machine at one step. */
struct view {
    struct cpu_state cpu;
    int64_t now;
    uint32_t ram;
};

static struct view look(void)
{
    struct view v;
    const uint8_t *ram = machine_ram(m);

    memset(&v, 0, sizeof(v));
    memcpy(&v.cpu, cpu_state(machine_cpu(m)), sizeof(v.cpu));
    v.now = machine_now(m);
    for (uint32_t i = 0; i < BUFFER + 0x2000; i++)
        v.ram = v.ram * 31 + ram[i];
    return v;
}

static bool same(const struct view *a, const struct view *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* To `until`, typing a letter every now and then. */
static void run_typing(uint64_t until)
{
    char letter = 'a';

    while (icount() < until) {
        uint64_t next = icount() + 777;

        ck_assert_int_eq(history_run(h, next < until ? next : until), MACHINE_RUNNING);
        history_serial_input(h, (const uint8_t *)&letter, 1);
        letter = letter == 'z' ? 'a' : (char)(letter + 1);
    }
}

START_TEST(every_step_can_be_gone_back_to)
{
    enum { POINTS = 40 };
    struct view then[POINTS];
    uint64_t at[POINTS];

    for (unsigned i = 0; i < POINTS; i++) {
        run_typing(icount() + 1 + (uint64_t)i * 37);
        history_goto(h, icount()); /* before the input of this very step */
        at[i] = icount();
        then[i] = look();
        history_goto_end(h);
    }
    for (unsigned i = 0; i < 200; i++) {
        unsigned n = i * 17 % POINTS;

        ck_assert_int_eq(history_goto(h, at[n]), 0);
        ck_assert_uint_eq(icount(), at[n]);
        struct view v = look();
        ck_assert(same(&v, &then[n]));
    }
}
END_TEST

START_TEST(nothing_is_sent_twice)
{
    run_typing(SPAN);
    size_t count = sent_count;
    char before[sizeof(sent)];

    ck_assert_uint_gt(count, 5);
    memcpy(before, sent, count);
    history_goto(h, 100);
    ck_assert(history_in_past(h));
    ck_assert_int_eq(history_run(h, SPAN), MACHINE_RUNNING);
    ck_assert(!history_in_past(h));
    ck_assert_uint_eq(sent_count, count);
    run_typing(SPAN + 10000);
    ck_assert_uint_gt(sent_count, count);
    ck_assert_mem_eq(before, sent, count);
}
END_TEST

START_TEST(going_on_from_the_past_is_as_if_nobody_had_gone_back)
{
    run_typing(SPAN);
    history_goto(h, SPAN / 3);
    history_goto_end(h);
    run_typing(2 * SPAN);
    struct view v = look();
    size_t count = sent_count;

    teardown();
    setup();
    run_typing(SPAN);
    run_typing(2 * SPAN);
    struct view straight = look();
    ck_assert(same(&v, &straight));
    ck_assert_uint_eq(count, sent_count);
}
END_TEST

START_TEST(input_in_the_past_begins_another_future)
{
    uint64_t first, last;

    run_typing(SPAN);
    history_goto(h, 5000);
    ck_assert_uint_eq(history_serial_input(h, (const uint8_t *)"!", 1), 1);
    ck_assert(!history_in_past(h));
    history_span(h, &first, &last);
    ck_assert_uint_eq(first, 0);
    ck_assert_uint_eq(last, 5000);
    sent_count = 0;
    history_run(h, SPAN);
    ck_assert_uint_gt(sent_count, 0);
    ck_assert_ptr_nonnull(memchr(sent, '!', sent_count));
}
END_TEST

START_TEST(memory_and_registers_changed_by_hand_are_part_of_the_past)
{
    struct cpu_state s;

    history_run(h, 3000);
    history_write_memory(h, COUNTER, "\x11\x22", 2);
    s = *cpu_state(machine_cpu(m));
    s.gpr[GPR_EDX] = 0xdeadbeef;
    history_set_registers(h, &s);
    struct view changed = look();
    history_run(h, 6000);
    struct view later = look();
    history_goto(h, 3000);
    ck_assert_uint_ne(cpu_state(machine_cpu(m))->gpr[GPR_EDX], 0xdeadbeef);
    history_goto(h, 6000);
    struct view again = look();
    ck_assert(same(&later, &again));
    history_goto(h, 2000);
    history_goto(h, 3001);
    history_goto(h, 6000);
    again = look();
    ck_assert(same(&later, &again));
    ck_assert(!same(&changed, &later));
}
END_TEST

/* ---- Looking back ------------------------------------------------------------------------- */

static void mark(void *ctx, uint32_t linear)
{
    (void)ctx;
    if (linear == CODE + 0x100)
        history_mark(h);
}

START_TEST(the_last_call_of_the_handler_is_found)
{
    const struct cpu_hooks hooks = {.exec = mark};
    uint64_t found, count = 0;

    run_typing(SEARCH);
    struct view here = look();
    cpu_hook_exec_add(machine_cpu(m), CODE + 0x100);
    while (history_find_back(h, &hooks, icount(), &found) == 0) {
        ck_assert_uint_eq(found, icount());
        ck_assert_uint_eq(cpu_state(machine_cpu(m))->eip, CODE + 0x100);
        count++;
    }
    cpu_hook_exec_remove(machine_cpu(m), CODE + 0x100);
    ck_assert_int_eq(history_find_back(h, &hooks, 50, &found), -ENOENT);
    history_goto(h, SEARCH);
    struct view back = look();
    ck_assert_int_eq(here.now, back.now);
    /* The counter says how often it was called; the last call may be under way. */
    unsigned counted = machine_ram(m)[COUNTER] + 256u * machine_ram(m)[COUNTER + 1];
    ck_assert_uint_gt(counted, 10);
    ck_assert(count == counted || count == counted + 1);
}
END_TEST

START_TEST(the_last_write_to_a_byte_is_found)
{
    uint64_t found, again;
    uint8_t value;

    run_typing(SEARCH);
    value = machine_ram(m)[COUNTER];
    ck_assert_uint_gt(value, 10);
    ck_assert_int_eq(history_find_write(h, COUNTER, 1, UINT64_MAX, &found), 0);
    ck_assert_uint_eq(icount(), found);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->eip, CODE + 0x101); /* inc word [5000] */
    ck_assert_uint_eq(machine_ram(m)[COUNTER], (uint8_t)(value - 1));
    history_run(h, found + 1);
    ck_assert_uint_eq(machine_ram(m)[COUNTER], value);
    ck_assert_int_eq(history_find_write(h, COUNTER + 1, 1, found, &again), 0);
    ck_assert_uint_lt(again, found);
    ck_assert_int_eq(history_find_write(h, 0x6000, 16, UINT64_MAX, &found), -ENOENT);
    /* Watching has changed nothing. */
    history_goto_end(h);
    struct view v = look();
    history_goto(h, 10);
    history_goto_end(h);
    struct view w = look();
    ck_assert(same(&v, &w));
}
END_TEST

static void count_and_mark(void *ctx, uint32_t linear)
{
    uint64_t *count = ctx;

    (void)linear;
    (*count)++;
    history_mark(h);
}

/* Who listens to every step hears few of them, in the present and in the past, and nothing moved.
 */
START_TEST(near_steps_are_run_again_by_themselves)
{
    uint64_t count, found, place;
    const struct cpu_hooks hooks = {.ctx = &count, .insn = count_and_mark};

    run_typing(SPAN);
    for (int past = 0; past < 2; past++) {
        if (past)
            history_goto(h, SPAN / 2);
        struct view before = look();
        place = icount();
        ck_assert_int_eq(history_draw_near(h, 100), 0);
        struct view after = look();
        ck_assert(same(&before, &after));
        ck_assert_int_eq(history_in_past(h), past);
        count = 0;
        cpu_hook_every_insn(machine_cpu(m), true);
        ck_assert_int_eq(history_find_back(h, &hooks, place, &found), 0);
        cpu_hook_every_insn(machine_cpu(m), false);
        ck_assert_uint_le(count, 200);
        ck_assert_uint_lt(found, place);
        history_goto_end(h);
    }
    ck_assert_int_eq(history_goto(h, 50), 0);
    ck_assert_int_eq(history_draw_near(h, 100), 0); /* there are not so many */
    ck_assert_uint_eq(icount(), 50);
}
END_TEST

START_TEST(limits)
{
    history_run(h, 1000);
    ck_assert_int_eq(history_goto(h, 2000), 0);
    ck_assert_uint_eq(icount(), 2000);
    ck_assert(!history_in_past(h));
    ck_assert_int_eq(history_goto(h, 0), 0);
    ck_assert_uint_eq(icount(), 0);
    teardown();
    m = new_machine(NULL);
    machine_run(m, 500);
    h = history_create(m, &(struct history_config){0});
    ck_assert_int_eq(history_goto(h, 499), -ERANGE);
    ck_assert_int_eq(history_goto(h, 500), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *tc = tcase_create("history");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, every_step_can_be_gone_back_to);
    tcase_add_test(tc, nothing_is_sent_twice);
    tcase_add_test(tc, going_on_from_the_past_is_as_if_nobody_had_gone_back);
    tcase_add_test(tc, input_in_the_past_begins_another_future);
    tcase_add_test(tc, memory_and_registers_changed_by_hand_are_part_of_the_past);
    tcase_add_test(tc, the_last_call_of_the_handler_is_found);
    tcase_add_test(tc, the_last_write_to_a_byte_is_found);
    tcase_add_test(tc, near_steps_are_run_again_by_themselves);
    tcase_add_test(tc, limits);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

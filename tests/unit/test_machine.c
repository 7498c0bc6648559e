#include "emu/machine/machine.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROM_SIZE = 0x10000, HANDLER = 0x100, TICKS = 10 };

/*
 * A ROM that starts at the reset vector in real mode, programs 8259A and 8254, and sleeps between
 * timer interrupts. The handler counts them at 0:500 and ends the run at the tenth.
 */
static const uint8_t rom_start[] = {
    0xfa,                               /* cli */
    0x31, 0xc0,                         /* xor ax, ax */
    0x8e, 0xd8,                         /* mov ds, ax */
    0x8e, 0xd0,                         /* mov ss, ax */
    0xbc, 0x00, 0x70,                   /* mov sp, 0x7000 */
    0xc7, 0x06, 0x20, 0x00, 0x00, 0x01, /* mov word [0x20], HANDLER   vector 8 */
    0xc7, 0x06, 0x22, 0x00, 0x00, 0xf0, /* mov word [0x22], 0xf000 */
    0xb0, 0x11, 0xe6, 0x20,             /* ICW1 */
    0xb0, 0x08, 0xe6, 0x21,             /* ICW2: vectors from 8 */
    0xb0, 0x04, 0xe6, 0x21,             /* ICW3 */
    0xb0, 0x01, 0xe6, 0x21,             /* ICW4 */
    0xb0, 0xfe, 0xe6, 0x21,             /* IMR: only IRQ 0 */
    0xb0, 0x34, 0xe6, 0x43,             /* counter 0, mode 2 */
    0xb0, 0xa9, 0xe6, 0x40,             /* 0x04a9 = 1193 clocks, about 1 ms */
    0xb0, 0x04, 0xe6, 0x40,             /* */
    0xfb,                               /* sti */
    0xf4,                               /* 1: hlt */
    0xeb, 0xfd,                         /* jmp 1b */
};
static const uint8_t rom_handler[] = {
    0xff, 0x06, 0x00, 0x05,        /* inc word [0x500] */
    0x83, 0x3e, 0x00, 0x05, TICKS, /* cmp word [0x500], TICKS */
    0x75, 0x04,                    /* jne 1f */
    0xb0, 0x2a, 0xe6, 0xf4,        /* exit port: 42 */
    0xb0, 0x20, 0xe6, 0x20,        /* 1: EOI */
    0xcf,                          /* iret */
};
static const uint8_t rom_reset[] = {0xea, 0x00, 0x00, 0x00, 0xf0}; /* jmp f000:0000 */

static struct machine_config config;
static struct machine *m;
static char why[256];

static void map_rom(void)
{
    static uint8_t rom[ROM_SIZE];

    memcpy(rom, rom_start, sizeof(rom_start));
    memcpy(rom + HANDLER, rom_handler, sizeof(rom_handler));
    memcpy(rom + 0xfff0, rom_reset, sizeof(rom_reset));
    ck_assert_int_eq(machine_map_rom(m, 0xf0000, rom, ROM_SIZE), 0);
    ck_assert_int_eq(machine_map_rom(m, 0xffff0000, rom, ROM_SIZE), 0);
}

static void setup(void)
{
    machine_config_init(&config);
    config.ram_mb = 1;
    m = machine_create(&config, why, sizeof(why));
    ck_assert_ptr_nonnull(m);
}

static void teardown(void)
{
    machine_destroy(m);
}

/* Code in RAM, entered in real mode at 0:1000. */
static void run_at(const uint8_t *code, size_t size)
{
    struct cpu_state s = *cpu_state(machine_cpu(m));

    memcpy(machine_ram(m) + 0x1000, code, size);
    cpu_memory_written(machine_cpu(m), 0x1000, (uint32_t)size);
    s.seg[SEG_CS].selector = 0;
    s.seg[SEG_CS].base = 0;
    s.eip = 0x1000;
    cpu_set_state(machine_cpu(m), &s);
}

static uint64_t icount(void)
{
    return cpu_state(machine_cpu(m))->icount;
}

/* ---- Time and interrupts ------------------------------------------------------------------ */

START_TEST(the_timer_wakes_a_sleeping_cpu)
{
    map_rom();
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_EXIT);
    ck_assert_uint_eq(machine_exit_value(m), 42);
    ck_assert_uint_eq(machine_ram(m)[0x500], TICKS);
    /* The mode takes OUT high at once, which is the first edge; then nine times 1193 clocks of
     * 1.193182 MHz. */
    ck_assert_int_ge(machine_now(m), 8998626);
    ck_assert_int_le(machine_now(m), 8998626 + 10000);
    ck_assert_int_gt(machine_idle_time(m), 8990000);
    ck_assert_uint_lt(icount(), 300);
}
END_TEST

/* Notes the step of every interrupt. */
static uint64_t steps[64];
static unsigned interrupts;

static void note_interrupt(void *ctx, const struct cpu_int_event *event)
{
    (void)ctx;
    (void)event;
    steps[interrupts++ % 64] = icount();
}

/* Wherever slices end, every interrupt lands on the same step. */
START_TEST(slices_do_not_move_interrupts)
{
    const struct cpu_hooks hooks = {.interrupt = note_interrupt};
    uint64_t expected[64];

    for (unsigned slice = 0; slice <= 13; slice++) {
        enum machine_end end = MACHINE_RUNNING;

        interrupts = 0;
        if (slice) {
            teardown();
            setup();
        }
        map_rom();
        ck_assert_int_eq(machine_attach(m, &hooks), 0);
        while (end == MACHINE_RUNNING)
            end = machine_run(m, slice ? icount() + slice : UINT64_MAX);
        ck_assert_int_eq(end, MACHINE_EXIT);
        ck_assert_uint_eq(interrupts, TICKS);
        if (slice)
            ck_assert_mem_eq(steps, expected, sizeof(steps[0]) * TICKS);
        else
            memcpy(expected, steps, sizeof(steps));
    }
}
END_TEST

START_TEST(interactive_hands_idle_time_back)
{
    unsigned idles = 0;
    enum machine_end end;

    map_rom();
    machine_set_interactive(m, true);
    while ((end = machine_run(m, UINT64_MAX)) == MACHINE_IDLE) {
        idles++;
        ck_assert_int_gt(machine_idle_left(m), 0);
        ck_assert_int_le(machine_idle_left(m), 1000000);
        machine_skip_idle(m);
    }
    ck_assert_int_eq(end, MACHINE_EXIT);
    ck_assert_uint_ge(idles, TICKS);
}
END_TEST

/* ---- Ends -------------------------------------------------------------------------------- */

START_TEST(runs_to_the_very_step)
{
    static const uint8_t spin[] = {0xeb, 0xfe};

    run_at(spin, sizeof(spin));
    ck_assert_int_eq(machine_run(m, 1000), MACHINE_RUNNING);
    ck_assert_uint_eq(icount(), 1000);
    ck_assert_int_eq(machine_run(m, 1001), MACHINE_RUNNING);
    ck_assert_uint_eq(icount(), 1001);
    ck_assert_int_eq(machine_now(m), 10010);
}
END_TEST

START_TEST(halted_for_ever_is_stuck)
{
    static const uint8_t cli_hlt[] = {0xfa, 0xf4}, sti_hlt[] = {0xfb, 0xf4};

    run_at(cli_hlt, sizeof(cli_hlt));
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_STUCK);
    run_at(sti_hlt, sizeof(sti_hlt));
    struct cpu_state s = *cpu_state(machine_cpu(m));
    s.activity = CPU_RUNNING;
    cpu_set_state(machine_cpu(m), &s);
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_STUCK);
    machine_set_interactive(m, true);
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_IDLE);
    ck_assert_int_eq(machine_idle_left(m), -1);
}
END_TEST

START_TEST(triple_fault_keeps_the_state)
{
    static const uint8_t code[] = {0xbb, 0x34, 0x12, 0x0f, 0x0b}; /* mov bx, 0x1234; ud2 */
    struct cpu_state s;

    run_at(code, sizeof(code));
    s = *cpu_state(machine_cpu(m));
    s.idtr.limit = 0;
    cpu_set_state(machine_cpu(m), &s);
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_TRIPLE);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->gpr[GPR_EBX] & 0xffff, 0x1234);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->eip, 0x1003);
}
END_TEST

static void stop_at_interrupt(void *ctx, const struct cpu_int_event *event)
{
    (void)event;
    machine_request_stop(ctx);
}

START_TEST(a_hook_can_stop_the_machine)
{
    const struct cpu_hooks hooks = {.ctx = m, .interrupt = stop_at_interrupt};

    map_rom();
    machine_attach(m, &hooks);
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_STOPPED);
    machine_detach(m, &hooks);
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_EXIT);
}
END_TEST

START_TEST(reset_by_port_92)
{
    static const uint8_t code[] = {0xb0, 0x01, 0xe6, 0x92, 0xeb, 0xfe};

    run_at(code, sizeof(code));
    ck_assert_int_eq(machine_run(m, 1000), MACHINE_RESET);
    machine_reset(m);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->eip, 0xfff0);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->seg[SEG_CS].base, 0xffff0000);
    map_rom();
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_EXIT);
}
END_TEST

/* Port 0x92 and the keyboard controller each can open the gate; only both together close it. */
START_TEST(a20_has_two_keys)
{
    static const uint8_t code[] = {
        0xb0, 0x00, 0xe6, 0x92, /* port 92: closed */
        0xb0, 0xd1, 0xe6, 0x64, /* keyboard controller: write output port, */
        0xb0, 0xdd, 0xe6, 0x60, /* A20 closed */
        0xb0, 0x02, 0xe6, 0x92, /* port 92: open */
        0xeb, 0xfe,
    };
    run_at(code, sizeof(code));
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->a20, 1);
    machine_run(m, icount() + 2);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->a20, 1);
    machine_run(m, icount() + 4);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->a20, 0);
    machine_run(m, icount() + 2);
    ck_assert_uint_eq(cpu_state(machine_cpu(m))->a20, 1);
}
END_TEST

/* ---- Wires ------------------------------------------------------------------------------- */

static char printed[16];
static size_t printed_count;

static void print(void *ctx, uint8_t byte)
{
    (void)ctx;
    printed[printed_count++ % sizeof(printed)] = (char)byte;
}

START_TEST(serial_and_debugcon_have_their_ports)
{
    static const uint8_t code[] = {
        0xba, 0xf8, 0x03, 0xb0, 's', 0xee, /* mov dx, 0x3f8; mov al, 's'; out dx, al */
        0xb0, 'd',  0xe6, 0xe9,            /* mov al, 'd'; out 0xe9, al */
        0xe6, 0xf4,                        /* out 0xf4, al */
    };
    teardown();
    machine_config_init(&config);
    config.serial.put = config.debugcon.put = print;
    m = machine_create(&config, why, sizeof(why));
    run_at(code, sizeof(code));
    ck_assert_int_eq(machine_run(m, 1000), MACHINE_EXIT);
    ck_assert_mem_eq(printed, "sd", 3);
    ck_assert_uint_eq(machine_exit_value(m), 'd');
}
END_TEST

START_TEST(serial_input_arrives)
{
    /* 1: in al, 0x3fd; test al, 1; jz 1b; in al, 0x3f8; out 0xf4, al */
    static const uint8_t code[] = {0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74,
                                   0xfb, 0xba, 0xf8, 0x03, 0xec, 0xe6, 0xf4};
    const uint8_t byte = 'k';

    run_at(code, sizeof(code));
    ck_assert(!machine_serial_listens(m));
    ck_assert_uint_eq(machine_serial_input(m, &byte, 1), 1);
    ck_assert_int_eq(machine_run(m, 10000000), MACHINE_EXIT);
    ck_assert_uint_eq(machine_exit_value(m), 'k');
}
END_TEST

static uint32_t captured;

static uint32_t capture_in(void *device, unsigned reg, unsigned size)
{
    (void)device;
    (void)size;
    return reg;
}

static void capture_out(void *device, unsigned reg, uint32_t value, unsigned size)
{
    (void)device;
    (void)size;
    captured = value << 8 | reg;
}

START_TEST(tests_can_add_ports)
{
    static const struct device_ports ports = {capture_in, capture_out, 4, 4};
    static const uint8_t code[] = {0xb0, 0x7e, 0xe6, 0x52, 0xeb, 0xfe};

    ck_assert_int_eq(machine_attach_ports(m, 0x50, &ports, NULL), 0);
    ck_assert_int_eq(machine_attach_ports(m, 0x20, &ports, NULL), -EEXIST);
    run_at(code, sizeof(code));
    machine_run(m, 100);
    ck_assert_uint_eq(captured, 0x7e02);
}
END_TEST

START_TEST(configurations_out_of_range)
{
    static const uint32_t sizes[] = {0, 1025};

    for (unsigned i = 0; i < 2; i++) {
        config.ram_mb = sizes[i];
        ck_assert_ptr_null(machine_create(&config, why, sizeof(why)));
        ck_assert_ptr_nonnull(strstr(why, "1 to 1024"));
    }
    config.ram_mb = 1;
    config.mips = 0;
    ck_assert_ptr_null(machine_create(&config, why, sizeof(why)));
    config.mips = 1;
    config.engine = "none";
    ck_assert_ptr_null(machine_create(&config, why, sizeof(why)));
    ck_assert_ptr_nonnull(strstr(why, "'none'"));
}
END_TEST

START_TEST(the_largest_memory_works)
{
    teardown();
    config.ram_mb = 1024;
    m = machine_create(&config, why, sizeof(why));
    ck_assert_ptr_nonnull(m);
    machine_ram(m)[machine_ram_size(m) - 1] = 1;
    ck_assert_uint_eq(machine_ram_size(m), 1u << 30);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("machine");
    TCase *tc = tcase_create("machine");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_timer_wakes_a_sleeping_cpu);
    tcase_add_test(tc, slices_do_not_move_interrupts);
    tcase_add_test(tc, interactive_hands_idle_time_back);
    tcase_add_test(tc, runs_to_the_very_step);
    tcase_add_test(tc, halted_for_ever_is_stuck);
    tcase_add_test(tc, triple_fault_keeps_the_state);
    tcase_add_test(tc, a_hook_can_stop_the_machine);
    tcase_add_test(tc, reset_by_port_92);
    tcase_add_test(tc, a20_has_two_keys);
    tcase_add_test(tc, serial_and_debugcon_have_their_ports);
    tcase_add_test(tc, serial_input_arrives);
    tcase_add_test(tc, tests_can_add_ports);
    tcase_add_test(tc, configurations_out_of_range);
    tcase_add_test(tc, the_largest_memory_works);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

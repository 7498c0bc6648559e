/*
 * The explanation of one step on a machine made by hand: flat segments, an IDT, a TSS, a program in
 * ring 3. Each case changes one thing and must get the line that decides.
 */
#include "emu/explain/explain.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    GDT = 0x1000,
    IDT = 0x2000,
    TSS = 0x3000,
    DIRECTORY = 0x10000,
    TABLE = 0x11000,
    HANDLER = 0x5000,
    CODE = 0x6000,
    USER_STACK = 0x8000,
    STACK0 = 0x9000,
    CODE0 = 0x08,
    DATA0 = 0x10,
    CODE3 = 0x1b,
    DATA3 = 0x23,
    TR = 0x28,
};

static struct machine *machine;
static struct inspect in;
static struct explain_log explain;
static struct cpu_state state;
static char *text;

static void put32(uint32_t at, uint32_t value)
{
    memcpy(machine_ram(machine) + at, &value, 4);
}

static void put_descriptor(unsigned n, uint32_t lo, uint32_t hi)
{
    put32(GDT + n * 8, lo);
    put32(GDT + n * 8 + 4, hi);
}

static void put_gate(unsigned vector, uint32_t access)
{
    put32(IDT + vector * 8, (uint32_t)CODE0 << 16 | HANDLER);
    put32(IDT + vector * 8 + 4, access << 8);
}

static struct cpu_segment flat(uint16_t selector, uint8_t access)
{
    return (struct cpu_segment){selector, 0xc000 | access, 0, 0xffffffff};
}

static void build_tables(void)
{
    put_descriptor(1, 0xffff, 0xcf9b00);
    put_descriptor(2, 0xffff, 0xcf9300);
    put_descriptor(3, 0xffff, 0xcffb00);
    put_descriptor(4, 0xffff, 0xcff300);
    put_descriptor(5, TSS << 16 | 0x67, 0x8b00);
    for (unsigned vector = 0; vector < 256; vector++)
        put_gate(vector, 0x8e);
    put_gate(0x80, 0xef);
    put32(TSS + 4, STACK0);
    put32(TSS + 8, DATA0);
}

/* Ring 3, about to carry out what lies at CODE. */
static void build_state(void)
{
    state = *cpu_state(machine_cpu(machine));
    state.cr0 |= CR0_PE;
    state.eip = CODE;
    state.cpl = 3;
    state.eflags = EFLAGS_FIXED | EFLAGS_IF;
    state.gpr[GPR_ESP] = USER_STACK;
    state.gdtr = (struct cpu_table_reg){GDT, 6 * 8 - 1};
    state.idtr = (struct cpu_table_reg){IDT, 256 * 8 - 1};
    state.tr = (struct cpu_segment){TR, 0x8b, TSS, 0x67};
    for (unsigned i = 0; i < SEG_COUNT; i++)
        state.seg[i] = i == SEG_CS ? flat(CODE3, 0xfb) : flat(DATA3, 0xf3);
}

static void setup(void)
{
    struct machine_config config;
    char why[256];

    machine_config_init(&config);
    config.ram_mb = 1;
    machine = machine_create(&config, why, sizeof(why));
    ck_assert_ptr_nonnull(machine);
    in = (struct inspect){machine, symbols_create(), NULL};
    build_tables();
    build_state();
    text = NULL;
}

static void teardown(void)
{
    machine_destroy(machine);
    symbols_destroy((struct symbols *)in.symbols);
    free(text);
}

/* One page directory for the first megabyte, all for ring 3. */
static void turn_paging_on(void)
{
    for (uint32_t page = 0; page < 256; page++)
        put32(TABLE + page * 4, page << 12 | 7);
    put32(DIRECTORY, TABLE | 7);
    state.cr3 = DIRECTORY;
    state.cr0 |= CR0_PG;
}

/* Carries one instruction out; what is told about it is in `text`. */
static void explain_code(const void *code, size_t size)
{
    size_t length;
    FILE *f = open_memstream(&text, &length);

    memcpy(machine_ram(machine) + CODE, code, size);
    cpu_set_state(machine_cpu(machine), &state);
    ck_assert_int_eq(explain_attach(&explain, machine, EXPLAIN_ALL), 0);
    explain_place(&in, f);
    machine_run(machine, state.icount + 1);
    explain_step(&explain, &in, state.icount, f);
    fclose(f);
    explain_detach(&explain);
}

#define EXPLAIN(...)                                                                               \
    explain_code((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void says(const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "'%s' is missing in:\n%s", what, text);
}

/* Just one line is marked, and it is this one. */
static void decides(const char *line)
{
    char marked[256];
    const char *first = strstr(text, "<-- decides");

    snprintf(marked, sizeof(marked), "%s  <-- decides\n", line);
    says(marked);
    ck_assert_msg(first && !strstr(first + 1, "<-- decides"), "more than one line decides:\n%s",
                  text);
}

START_TEST(a_system_call)
{
    EXPLAIN(0xcd, 0x80);
    says("Step 0, ring 3, at 001b:00006000\n");
    says("1. interrupt 0x80, a software interrupt\n");
    says("ring 3 may use it: DPL 3\n");
    says("32-bit trap gate, DPL 3, present, to 0008:00005000\n");
    says("GDT entry 1 at 00001008 is 00cf9b00 0000ffff:\n");
    says("ring 3 to ring 0: the stack comes from the TSS (TR 0028, base 00003000, limit 0067)\n");
    says("SS0:ESP0 = 0010:00009000\n");
    says("it pushes the old SS and ESP, EFLAGS, CS, EIP, 32 bits each\n");
    says("a trap gate: IF stays as it is\n");
    says("SS     at 00008ffc: 00000023\n");
    says("EIP    at 00008fec: 00006002\n");
    says("The handler begins in ring 0 at 0008:00005000.\n");
    ck_assert_ptr_null(strstr(text, "decides"));
}
END_TEST

START_TEST(a_gate_that_ring_3_may_not_use)
{
    EXPLAIN(0xcd, 0x30);
    decides("INT n of ring 3 needs a gate of DPL 3 or more, this has 0");
    says("That is #GP, error code 0182.\n   So #GP comes instead.\n");
    says("2. #GP, general protection (vector 13), a fault\n");
    says("error code 0182: IDT entry 48\n");
}
END_TEST

START_TEST(privileged_instructions)
{
    EXPLAIN(0xf4);
    decides("HLT is for ring 0: CPL = 3");
}
END_TEST

START_TEST(instructions_that_iopl_allows)
{
    EXPLAIN(0x66, 0xfb); /* prefixes are looked through */
    decides("CLI or STI needs CPL <= IOPL: CPL = 3, IOPL = 0");
}
END_TEST

START_TEST(system_registers)
{
    EXPLAIN(0x0f, 0x22, 0xc0);
    decides("MOV of a control or debug register is for ring 0: CPL = 3");
}
END_TEST

START_TEST(a_segment_that_is_null)
{
    state.seg[SEG_DS] = (struct cpu_segment){0};
    EXPLAIN(0xa1, 0, 0, 0, 0);
    says("DS 0000: null, it may not be used\n");
}
END_TEST

START_TEST(a_page_that_is_not_for_ring_3)
{
    turn_paging_on();
    put32(TABLE + 0x70 * 4, 0x70000 | 3);
    EXPLAIN(0xa1, 0x10, 0, 0x07, 0);
    says("a read of 00070010 (CR2) by ring 3\n");
    says("error code 0005: P = 1 (the page is there but refuses), W = 0, U = 1\n");
    says(
        "directory entry 000 at physical 00010000 is 00011027: P = 1, W = 1, U = 1, frame 00011\n");
    decides("table entry 070 at physical 000111c0 is 00070003: U = 0, not for ring 3");
}
END_TEST

START_TEST(a_page_that_is_read_only)
{
    turn_paging_on();
    put32(TABLE + 0x70 * 4, 0x70000 | 5);
    EXPLAIN(0xa3, 0x10, 0, 0x07, 0);
    decides("table entry 070 at physical 000111c0 is 00070005: W = 0, read-only");
}
END_TEST

/* The first instruction's page. */
START_TEST(code_that_is_not_there)
{
    turn_paging_on();
    put32(TABLE + 0x6 * 4, 0);
    EXPLAIN(0x90);
    says("the instruction cannot be read\n");
    says("a read of 00006000 (CR2) by ring 3: the instruction's own bytes\n");
    decides("table entry 006 at physical 00011018 is 00000000: P = 0, absent");
}
END_TEST

START_TEST(a_stack_segment_of_another_ring)
{
    put32(TSS + 8, DATA3);
    EXPLAIN(0xcd, 0x80);
    says("1. interrupt 0x80");
    says("its RPL and DPL must both be 0, they are 3 and 3  <-- decides\n");
    says("That is #TS, error code 0020.\n");
}
END_TEST

START_TEST(a_tss_without_a_stack)
{
    put32(TSS + 8, 0);
    EXPLAIN(0xcd, 0x80);
    says("SS0 is null  <-- decides\n");
}
END_TEST

START_TEST(a_handler_that_is_data)
{
    put32(IDT + 0x80 * 8, (uint32_t)DATA0 << 16 | HANDLER);
    EXPLAIN(0xcd, 0x80);
    decides("that is no code segment");
    says("That is #GP, error code 0010.\n");
}
END_TEST

/* The kernel's stack is not mapped: #PF, #DF, triple fault, each for the same reason. */
START_TEST(a_triple_fault)
{
    char *crash;
    size_t size;
    FILE *f = open_memstream(&crash, &size);

    turn_paging_on();
    put32(TABLE + 0x8 * 4, 0);
    state.gpr[GPR_ESP] = 0x7000;
    EXPLAIN(0x0f, 0x0b);
    ck_assert(explain_crash(&explain, &in, f));
    fclose(f);
    ck_assert_ptr_nonnull(strstr(crash, "1. #UD, invalid opcode (vector 6), a fault\n"));
    ck_assert_ptr_nonnull(strstr(crash, "the stack at 00008ffc cannot be written  <-- decides\n"));
    ck_assert_ptr_nonnull(
        strstr(crash, "table entry 008 at physical 00011020 is 00000000: P = 0, absent"));
    ck_assert_ptr_nonnull(strstr(crash, "So #PF comes instead.\n2. #PF"));
    ck_assert_ptr_nonnull(
        strstr(crash, "So #PF comes while #PF is delivered; these two together are #DF.\n3. #DF"));
    ck_assert_ptr_nonnull(
        strstr(crash, "So a #DF cannot be delivered, and nothing is left to try"));
    ck_assert_ptr_nonnull(strstr(crash, "\nTriple fault: "));
    free(crash);
}
END_TEST

START_TEST(a_return_to_ring_3)
{
    const uint32_t frame[] = {0x6100, CODE3, EFLAGS_FIXED | EFLAGS_IF, USER_STACK, DATA3};

    state.cpl = 0;
    state.seg[SEG_CS] = flat(CODE0, 0x9b);
    state.seg[SEG_SS] = flat(DATA0, 0x93);
    state.gpr[GPR_ESP] = STACK0 - sizeof(frame);
    memcpy(machine_ram(machine) + STACK0 - sizeof(frame), frame, sizeof(frame));
    EXPLAIN(0xcf);
    says("1. IRET, ring 0 to ring 3\n");
    says("EIP    at 00008fec: 00006100\n");
    says("RPL of the popped CS is 3, an outer ring: ESP and SS are popped, too\n");
    says("It goes on at 001b:00006100.\n");
}
END_TEST

START_TEST(a_task_switch)
{
    put_descriptor(5, 0x4000u << 16 | 0x67, 0x8900); /* another TSS, which is free */
    state.tr.selector = 0;
    state.tr.base = TSS;
    state.gdtr.limit = 0xff;
    put_descriptor(6, TSS << 16 | 0x67, 0x8b00);
    state.tr.selector = 0x30;
    put32(IDT + 0x80 * 8, (uint32_t)TR << 16);
    put32(IDT + 0x80 * 8 + 4, 0xe500);
    put32(0x4000 + 0x20, HANDLER);
    put32(0x4000 + 0x24, EFLAGS_FIXED);
    put32(0x4000 + 0x38, STACK0);
    put32(0x4000 + 0x4c, CODE0);
    put32(0x4000 + 0x50, DATA0);
    EXPLAIN(0xcd, 0x80);
    says("an interrupt through a task gate changes from task 0030 to task 0028\n");
    says("32-bit TSS, busy, DPL 0, present, base 00004000, limit 00000067\n");
    says("loaded from it: CS:EIP 0008:00005000, SS:ESP 0010:00009000");
    says("the outgoing TSS stays busy: the new one links back to it, and NT = 1\n");
}
END_TEST

START_TEST(an_ordinary_instruction)
{
    size_t size;
    FILE *f = open_memstream(&text, &size);

    machine_ram(machine)[CODE] = 0x90;
    cpu_set_state(machine_cpu(machine), &state);
    explain_attach(&explain, machine, EXPLAIN_ALL);
    machine_run(machine, 1);
    ck_assert(!explain_step(&explain, &in, 0, f));
    ck_assert(!explain_crash(&explain, &in, f));
    fclose(f);
    explain_detach(&explain);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain");
    TCase *tc = tcase_create("explain");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_system_call);
    tcase_add_test(tc, a_gate_that_ring_3_may_not_use);
    tcase_add_test(tc, privileged_instructions);
    tcase_add_test(tc, instructions_that_iopl_allows);
    tcase_add_test(tc, system_registers);
    tcase_add_test(tc, a_segment_that_is_null);
    tcase_add_test(tc, a_page_that_is_not_for_ring_3);
    tcase_add_test(tc, a_page_that_is_read_only);
    tcase_add_test(tc, code_that_is_not_there);
    tcase_add_test(tc, a_stack_segment_of_another_ring);
    tcase_add_test(tc, a_tss_without_a_stack);
    tcase_add_test(tc, a_handler_that_is_data);
    tcase_add_test(tc, a_triple_fault);
    tcase_add_test(tc, a_return_to_ring_3);
    tcase_add_test(tc, a_task_switch);
    tcase_add_test(tc, an_ordinary_instruction);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

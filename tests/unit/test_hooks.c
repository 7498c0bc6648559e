#include "tests/unit/cpu_bench.h"

static struct cpu_state *s;

/* What the hooks under test saw. */
static struct {
    unsigned count;
    uint32_t linear[64];
    struct {
        unsigned kind, size;
        uint32_t linear, old, value;
    } mem[64];
    unsigned mem_count;
    struct {
        bool out;
        uint16_t port;
        unsigned size;
        uint32_t value;
    } port;
    struct {
        unsigned cr;
        uint32_t old, value;
    } cr;
    struct {
        enum cpu_table table;
        uint16_t selector;
        uint32_t base, limit;
    } table;
    uint64_t icount;
} seen;

static void on_exec(void *ctx, uint32_t linear)
{
    (void)ctx;
    seen.icount = s->icount;
    seen.linear[seen.count++ % 64] = linear;
}

static void on_mem(void *ctx, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                   uint32_t value)
{
    unsigned i = seen.mem_count++ % 64;

    (void)ctx;
    seen.mem[i].kind = kind;
    seen.mem[i].size = size;
    seen.mem[i].linear = linear;
    seen.mem[i].old = old;
    seen.mem[i].value = value;
}

static void on_port(void *ctx, bool out, uint16_t port, unsigned size, uint32_t value)
{
    (void)ctx;
    seen.port.out = out;
    seen.port.port = port;
    seen.port.size = size;
    seen.port.value = value;
}

static void on_cr(void *ctx, unsigned cr, uint32_t old, uint32_t value)
{
    (void)ctx;
    seen.cr.cr = cr;
    seen.cr.old = old;
    seen.cr.value = value;
}

static void on_table(void *ctx, enum cpu_table table, uint16_t selector, uint32_t base,
                     uint32_t limit)
{
    (void)ctx;
    seen.table.table = table;
    seen.table.selector = selector;
    seen.table.base = base;
    seen.table.limit = limit;
}

static void start(void)
{
    const struct cpu_hooks hooks = {
        .exec = on_exec,
        .insn = on_exec,
        .mem = on_mem,
        .port = on_port,
        .cr_write = on_cr,
        .table_load = on_table,
    };

    bench_protected("i686", 0);
    s = &bench.cpu->s;
    cpu_set_hooks(bench.cpu, &hooks);
    memset(&seen, 0, sizeof(seen));
    memset(bench.ram + BENCH_CODE, 0x90, 64);
}

/* ---- Instructions ------------------------------------------------------------------------ */

START_TEST(exec_hooks_come_before_their_instruction)
{
    start();
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE + 2), 0);
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE + 5), 0);
    bench_run(3);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_uint_eq(seen.linear[0], BENCH_CODE + 2);
    ck_assert_uint_eq(seen.icount, 2);
    bench_run(10);
    ck_assert_uint_eq(seen.count, 2);
    ck_assert_uint_eq(seen.linear[1], BENCH_CODE + 5);
}
END_TEST

START_TEST(exec_hooks_come_before_each_iteration)
{
    static const uint8_t rep_movsb[] = {0xf3, 0xa4, 0xf4}; /* and HLT */

    start();
    bench_copy(BENCH_CODE, rep_movsb, sizeof(rep_movsb));
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE), 0);
    s->gpr[GPR_ECX] = 6;
    s->gpr[GPR_ESI] = 0x9000;
    s->gpr[GPR_EDI] = 0x9800;
    bench_run(1); /* pages are slow to reach the first time */
    bench_run(100);
    ck_assert_uint_eq(seen.count, 6);
    ck_assert_uint_eq(s->gpr[GPR_ECX], 0);
}
END_TEST

START_TEST(exec_hooks_are_counted)
{
    start();
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE), 0);
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE), 0);
    cpu_hook_exec_remove(bench.cpu, BENCH_CODE);
    bench_run(1);
    ck_assert_uint_eq(seen.count, 1);
    cpu_hook_exec_remove(bench.cpu, BENCH_CODE);
    cpu_hook_exec_remove(bench.cpu, BENCH_CODE);
    s->eip = BENCH_CODE;
    bench_run(1);
    ck_assert_uint_eq(seen.count, 1);
}
END_TEST

START_TEST(many_exec_hooks)
{
    start();
    for (uint32_t i = 0; i < 3000; i++)
        ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, (i * 7919) % 3001 * 16), 0);
    for (uint32_t i = 1; i < 3001; i++) {
        ck_assert(hooks_exec_hit(bench.cpu, i * 16) == (i != 3000u * 7919 % 3001));
        ck_assert(!hooks_exec_hit(bench.cpu, i * 16 + 1));
    }
    for (uint32_t i = 0; i < 3000; i++)
        cpu_hook_exec_remove(bench.cpu, (i * 7919) % 3001 * 16);
    ck_assert(!hooks_exec_hit(bench.cpu, 16));
}
END_TEST

START_TEST(every_instruction)
{
    start();
    cpu_hook_every_insn(bench.cpu, true);
    bench_run(4);
    ck_assert_uint_eq(seen.count, 4);
    cpu_hook_every_insn(bench.cpu, false);
    bench_run(4);
    ck_assert_uint_eq(seen.count, 4);
}
END_TEST

static void on_exec_stop(void *ctx, uint32_t linear)
{
    (void)ctx;
    (void)linear;
    cpu_hook_exec_remove(bench.cpu, BENCH_CODE + 2);
    cpu_request_stop(bench.cpu);
}

START_TEST(a_hook_may_stop_the_run_and_remove_itself)
{
    const struct cpu_hooks hooks = {.exec = on_exec_stop};

    start();
    cpu_set_hooks(bench.cpu, &hooks);
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE + 2), 0);
    ck_assert_uint_eq(bench_run(100), CPU_STOP_REQUEST);
    ck_assert_uint_eq(s->icount, 3); /* the step it came in is complete */
    ck_assert_uint_eq(bench_run(2), CPU_STOP_ICOUNT);
}
END_TEST

static void on_exec_hold(void *ctx, uint32_t linear)
{
    on_exec(ctx, linear);
    cpu_stop_before(bench.cpu);
}

/* What is left alone keeps the shadow of the STI before it. */
START_TEST(a_hook_may_stop_before_its_instruction)
{
    const struct cpu_hooks hooks = {.exec = on_exec_hold};
    static const uint8_t code[] = {0x40, 0xfb, 0x40, 0x40}; /* inc eax, sti, inc eax twice */

    start();
    bench_copy(BENCH_CODE, code, sizeof(code));
    cpu_set_hooks(bench.cpu, &hooks);
    s->gpr[GPR_EAX] = 0;
    s->eflags &= ~EFLAGS_IF;
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE + 2), 0);
    ck_assert_uint_eq(bench_run(100), CPU_STOP_REQUEST);
    ck_assert_uint_eq(s->icount, 2);
    ck_assert_uint_eq(s->eip, BENCH_CODE + 2);
    ck_assert_uint_eq(s->gpr[GPR_EAX], 1);
    ck_assert_uint_eq(s->shadow, CPU_SHADOW_STI);
    ck_assert_uint_eq(bench_run(2), CPU_STOP_ICOUNT);
    ck_assert_uint_eq(s->gpr[GPR_EAX], 3);
    ck_assert_uint_eq(seen.count, 1); /* not called again for the same instruction */
}
END_TEST

START_TEST(stopping_before_works_in_the_middle_of_a_loop)
{
    const struct cpu_hooks hooks = {.exec = on_exec_hold};
    static const uint8_t code[] = {0x40, 0x43, 0xeb, 0xfc}; /* 1: inc eax, inc ebx, jmp 1b */

    start();
    bench_copy(BENCH_CODE, code, sizeof(code));
    s->gpr[GPR_EAX] = s->gpr[GPR_EBX] = 0;
    bench_run(300);
    cpu_set_hooks(bench.cpu, &hooks);
    ck_assert_int_eq(cpu_hook_exec_add(bench.cpu, BENCH_CODE + 1), 0);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_uint_eq(bench_run(1000), CPU_STOP_REQUEST);
        ck_assert_uint_eq(s->icount, 301 + 3 * i);
        ck_assert_uint_eq(s->gpr[GPR_EAX], 101 + i);
        ck_assert_uint_eq(s->gpr[GPR_EBX], 100 + i);
    }
}
END_TEST

/* ---- Memory ------------------------------------------------------------------------------ */

static void check_mem(unsigned i, unsigned kind, uint32_t linear, unsigned size, uint32_t old,
                      uint32_t value)
{
    ck_assert_uint_lt(i, seen.mem_count);
    ck_assert_uint_eq(seen.mem[i].kind, kind);
    ck_assert_uint_eq(seen.mem[i].linear, linear);
    ck_assert_uint_eq(seen.mem[i].size, size);
    ck_assert_uint_eq(seen.mem[i].old, old);
    ck_assert_uint_eq(seen.mem[i].value, value);
}

START_TEST(watches_see_reads_and_writes)
{
    int id;

    start();
    bench_put(0x50000, 4, 0x11111111);
    CODE(BENCH_CODE, 0xa1, 0, 0, 5, 0, 0xa3, 2, 0, 5, 0, 0xa3, 8, 0, 5, 0);
    s->gpr[GPR_EAX] = 0;
    id = cpu_watch_add(bench.cpu, 0x50000, 0x50003, CPU_WATCH_READ | CPU_WATCH_WRITE);
    ck_assert_int_gt(id, 0);
    bench_run(3);
    ck_assert_uint_eq(seen.mem_count, 2);
    check_mem(0, CPU_WATCH_READ, 0x50000, 4, 0x11111111, 0x11111111);
    check_mem(1, CPU_WATCH_WRITE, 0x50002, 4, 0x1111, 0x11111111);
    cpu_watch_remove(bench.cpu, id);
    s->eip = BENCH_CODE;
    bench_run(3);
    ck_assert_uint_eq(seen.mem_count, 2);
}
END_TEST

START_TEST(watches_by_kind)
{
    start();
    CODE(BENCH_CODE, 0xa1, 0, 0, 5, 0, 0xff, 0x05, 0, 0, 5, 0); /* mov; inc */
    ck_assert_int_gt(cpu_watch_add(bench.cpu, 0x50001, 0x50001, CPU_WATCH_WRITE), 0);
    bench_run(2);
    ck_assert_uint_eq(seen.mem_count, 1);
    check_mem(0, CPU_WATCH_WRITE, 0x50000, 4, 0, 1);
}
END_TEST

START_TEST(an_access_across_a_page_is_two)
{
    start();
    bench_paging();
    CODE(BENCH_CODE, 0xa3, 0xfe, 0xff, 4, 0);
    s->gpr[GPR_EAX] = 0xaabbccdd;
    ck_assert_int_gt(cpu_watch_add(bench.cpu, 0x4fffe, 0x50001, CPU_WATCH_WRITE), 0);
    bench_run(1);
    ck_assert_uint_eq(seen.mem_count, 2);
    check_mem(0, CPU_WATCH_WRITE, 0x4fffe, 2, 0, 0xccdd);
    check_mem(1, CPU_WATCH_WRITE, 0x50000, 2, 0, 0xaabb);
}
END_TEST

START_TEST(watches_see_what_gates_push)
{
    start();
    CODE(BENCH_CODE, 0xcd, 0x30);
    ck_assert_int_gt(
        cpu_watch_add(bench.cpu, BENCH_KERNEL_STACK - 12, BENCH_KERNEL_STACK - 1, CPU_WATCH_WRITE),
        0);
    bench_run(1);
    ck_assert_uint_eq(seen.mem_count, 3);
    check_mem(2, CPU_WATCH_WRITE, BENCH_KERNEL_STACK - 12, 4, 0, BENCH_CODE + 2);
}
END_TEST

START_TEST(a_watch_changes_nothing_the_guest_can_see)
{
    uint32_t value;

    start();
    bench_paging();
    bench_put(0x70000, 4, 0x7777);
    ck_assert(lin_read(bench.cpu, 0x50000, 4, false, &value));
    bench_put(bench_pte_addr(0x50000), 4, 0x70007);
    ck_assert_int_gt(cpu_watch_add(bench.cpu, 0x50000, 0x50003, CPU_WATCH_READ), 0);
    ck_assert(lin_read(bench.cpu, 0x50000, 4, false, &value));
    ck_assert_uint_eq(value, 0); /* the stale translation is still there */
}
END_TEST

/* ---- Slow paths -------------------------------------------------------------------------- */

START_TEST(ports_control_registers_and_tables)
{
    start();
    CODE(BENCH_CODE, 0xe4, 0x42, 0x66, 0xef, 0x0f, 0x22, 0xd8, 0x0f, 0x00, 0xd3);
    s->gpr[GPR_EDX] = 0x1234;
    bench_run(1);
    ck_assert(!seen.port.out);
    ck_assert_uint_eq(seen.port.port, 0x42);
    ck_assert_uint_eq(seen.port.value, 0x42);
    s->gpr[GPR_EAX] = 0xaabbccdd;
    bench_run(1);
    ck_assert(seen.port.out);
    ck_assert_uint_eq(seen.port.port, 0x1234);
    ck_assert_uint_eq(seen.port.size, 2);
    ck_assert_uint_eq(seen.port.value, 0xccdd);
    ck_assert_uint_eq(bench.port_value, 0xccdd);
    s->gpr[GPR_EAX] = 0x5000;
    bench_run(1);
    ck_assert_uint_eq(seen.cr.cr, 3);
    ck_assert_uint_eq(seen.cr.old, 0);
    ck_assert_uint_eq(seen.cr.value, 0x5000);
    s->gpr[GPR_EBX] = SEL_LDT;
    bench_run(1);
    ck_assert_uint_eq(seen.table.table, CPU_TABLE_LDTR);
    ck_assert_uint_eq(seen.table.selector, SEL_LDT);
    ck_assert_uint_eq(seen.table.base, BENCH_LDT);
    ck_assert_uint_eq(seen.table.limit, 0xff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hooks");
    TCase *tc = tcase_create("hooks");

    tcase_add_test(tc, exec_hooks_come_before_their_instruction);
    tcase_add_test(tc, exec_hooks_come_before_each_iteration);
    tcase_add_test(tc, exec_hooks_are_counted);
    tcase_add_test(tc, many_exec_hooks);
    tcase_add_test(tc, every_instruction);
    tcase_add_test(tc, a_hook_may_stop_the_run_and_remove_itself);
    tcase_add_test(tc, a_hook_may_stop_before_its_instruction);
    tcase_add_test(tc, stopping_before_works_in_the_middle_of_a_loop);
    tcase_add_test(tc, watches_see_reads_and_writes);
    tcase_add_test(tc, watches_by_kind);
    tcase_add_test(tc, an_access_across_a_page_is_two);
    tcase_add_test(tc, watches_see_what_gates_push);
    tcase_add_test(tc, a_watch_changes_nothing_the_guest_can_see);
    tcase_add_test(tc, ports_control_registers_and_tables);
    suite_add_tcase(suite, tc);
    return bench_main(suite);
}

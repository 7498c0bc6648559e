/* Looking at a machine that never runs: memory, strings, tasks, the TSS, with paging on. */
#include "emu/guest/inspect.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/specimen.h"

static const char source[] =
    "struct task_struct { long state; void *stack; int pid; char comm[16]; };\n"
    "struct thread_info { unsigned long flags; struct task_struct *task; };\n"
    "union thread_union { struct thread_info thread_info; unsigned long stack[2048]; };\n"
    "union thread_union init_thread;\n"
    "struct task_struct init_task;\n"
    "void _start(void) { init_task.stack = &init_thread; }\n";

/* Linear 0xc0000000 + x is physical x for the first 4 MB; page 0xc0010000 is missing. */
#define KERNEL  0xc0000000u
#define MISSING (KERNEL + 0x10000)
#define TASK    (KERNEL + 0x20000)
#define STACK   (KERNEL + 0x22000)
#define TSS     (KERNEL + 0x24000)
#define OTHER   (KERNEL + 0x26000) /* a stack that no task points back at */

enum { DIRECTORY = 0x1000, TABLE = 0x2000, PRESENT = 1 };

static struct machine *machine;
static struct symbols *symbols;
static struct guestinfo *guestinfo;
static struct inspect in;
static struct cpu_state state;
static char *image;

static void poke_phys(uint32_t paddr, uint32_t value)
{
    memcpy(machine_ram(machine) + paddr, &value, 4);
}

static void poke(uint32_t linear, uint32_t value)
{
    poke_phys(linear - KERNEL, value);
}

static void map(void)
{
    poke_phys(DIRECTORY + 4 * (KERNEL >> 22), TABLE | PRESENT);
    for (uint32_t page = 0; page < 1024; page++)
        poke_phys(TABLE + 4 * page, page << 12 | PRESENT);
    poke_phys(TABLE + 4 * ((MISSING >> 12) & 1023), 0);
}

static void set_cpu(uint8_t cpl, uint32_t esp)
{
    state = *cpu_state(machine_cpu(machine));
    state.cr0 |= CR0_PE | CR0_PG;
    state.cr3 = DIRECTORY;
    state.cpl = cpl;
    state.gpr[GPR_ESP] = esp;
    state.tr = (struct cpu_segment){0x80, SEGATTR_P | 0xb, TSS, 0x67};
    cpu_set_state(machine_cpu(machine), &state);
}

static void setup(void)
{
    struct machine_config config;
    char why[160];
    size_t size;

    machine_config_init(&config);
    machine = machine_create(&config, why, sizeof(why));
    ck_assert_msg(machine != NULL, "%s", why);
    image = specimen_compile(source, "-g", &size);
    guestinfo = guestinfo_create(image, size, why, sizeof(why));
    ck_assert_msg(guestinfo != NULL, "%s", why);
    symbols = symbols_create();
    in = (struct inspect){machine, symbols, guestinfo};
    map();
    poke(TASK + 4, STACK);
    poke(TASK + 8, 7);
    memcpy(machine_ram(machine) + (TASK + 12 - KERNEL), "forkdemo", 9);
    poke(STACK + 4, TASK);
    poke(OTHER + 4, TASK);
    poke(TSS + 4, STACK + 0x2000);
    poke(TSS + 8, 0xdead0068);
    set_cpu(0, STACK + 0x1f00);
}

static void teardown(void)
{
    guestinfo_destroy(guestinfo);
    symbols_destroy(symbols);
    machine_destroy(machine);
    free(image);
}

START_TEST(memory)
{
    uint32_t value;
    char buf[8];

    poke(KERNEL + 0x3000, 0x11223344);
    ck_assert(inspect_u32(&in, KERNEL + 0x3000, &value));
    ck_assert_uint_eq(value, 0x11223344);
    ck_assert(inspect_read_in(&in, DIRECTORY, KERNEL + 0x3000, buf, 4));
    ck_assert(!inspect_u32(&in, MISSING, &value));
    ck_assert(!inspect_u32(&in, MISSING - 2, &value)); /* half of it */
    ck_assert(!inspect_u32(&in, 0x1000, &value));
    ck_assert(!inspect_read(&in, 0xfffffffe, buf, 8));
}
END_TEST

START_TEST(pages)
{
    struct inspect_page page;

    poke_phys(TABLE + 4 * 3,
              0x5000 | PRESENT | 6); /* writable and user, the directory is neither */
    ck_assert(inspect_page_at(&in, DIRECTORY, KERNEL + 0x3123, &page));
    ck_assert_uint_eq(page.pfn, 5);
    ck_assert(!page.writable && !page.user);
    poke_phys(DIRECTORY + 4 * (KERNEL >> 22), TABLE | PRESENT | 6);
    ck_assert(inspect_page_at(&in, DIRECTORY, KERNEL + 0x3000, &page));
    ck_assert(page.writable && page.user);
    ck_assert(!inspect_page_at(&in, DIRECTORY, MISSING, &page));
    ck_assert(!inspect_table_absent(&in, DIRECTORY, MISSING));
    ck_assert(inspect_table_absent(&in, DIRECTORY, 0x1000));
    ck_assert(!inspect_page_at(&in, DIRECTORY, 0x1000, &page));
}
END_TEST

START_TEST(strings)
{
    uint8_t *ram = machine_ram(machine);
    char buf[8];

    strcpy((char *)ram + 0x3000, "short");
    ck_assert(inspect_string(&in, KERNEL + 0x3000, buf, sizeof(buf)));
    ck_assert_str_eq(buf, "short");
    strcpy((char *)ram + 0x3000, "much too long");
    ck_assert(inspect_string(&in, KERNEL + 0x3000, buf, sizeof(buf)));
    ck_assert_str_eq(buf, "much to");
    memcpy(ram + 0xfffd, "abc", 3); /* runs into the missing page */
    ck_assert(!inspect_string(&in, MISSING - 3, buf, sizeof(buf)));
    ck_assert_str_eq(buf, "abc");
    ck_assert(!inspect_string(&in, MISSING, buf, sizeof(buf)));
    ck_assert_str_eq(buf, "");
}
END_TEST

static void is_forkdemo(const struct inspect_task *task)
{
    ck_assert_uint_eq(task->task, TASK);
    ck_assert_int_eq(task->pid, 7);
    ck_assert_str_eq(task->comm, "forkdemo");
    ck_assert_uint_eq(task->stack, STACK);
}

START_TEST(current)
{
    struct inspect_task task;

    ck_assert(inspect_current(&in, &task));
    is_forkdemo(&task);
    set_cpu(3, 0xbffff000);
    ck_assert(inspect_current(&in, &task));
    is_forkdemo(&task);
    ck_assert(inspect_stack_owner(&in, STACK + 0x1fff, &task));
    is_forkdemo(&task);
}
END_TEST

/* During boot, or on a stack of its own, the CPU serves no task. */
START_TEST(no_current)
{
    struct inspect_task task;

    set_cpu(0, OTHER + 0x1000);
    ck_assert(!inspect_current(&in, &task));
    ck_assert_int_eq(task.pid, -1);
    ck_assert_uint_eq(task.task, 0);
    set_cpu(0, MISSING);
    ck_assert(!inspect_current(&in, &task));
    in.guestinfo = NULL;
    set_cpu(0, STACK + 0x1000);
    ck_assert(!inspect_current(&in, &task));
    ck_assert(!inspect_task_at(&in, TASK, &task));
    ck_assert_int_eq(task.pid, -1);
}
END_TEST

START_TEST(tss)
{
    uint16_t ss0;
    uint32_t esp0;

    ck_assert(inspect_tss_stack0(&in, &ss0, &esp0));
    ck_assert_uint_eq(ss0, 0x68);
    ck_assert_uint_eq(esp0, STACK + 0x2000);
    state.tr.limit = 7;
    cpu_set_state(machine_cpu(machine), &state);
    ck_assert(!inspect_tss_stack0(&in, &ss0, &esp0));
    state.tr = (struct cpu_segment){0};
    cpu_set_state(machine_cpu(machine), &state);
    ck_assert(!inspect_tss_stack0(&in, &ss0, &esp0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("inspect");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (specimen_compiler_missing()) {
        puts("skipped: no i686-linux-gnu-gcc to compile the specimen with");
        return 77;
    }
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, memory);
    tcase_add_test(tests, pages);
    tcase_add_test(tests, strings);
    tcase_add_test(tests, current);
    tcase_add_test(tests, no_current);
    tcase_add_test(tests, tss);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

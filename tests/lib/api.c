/*
 * libforkscope through its header alone, on kernels of a few bytes.  usage: lib_api CLI_KERNELS
 */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/lib/forkscope.h"

enum { START = 0x100020, BUDGET = 100000 };

static char folder[] = "/tmp/forkscope-lib-XXXXXX";
static struct forkscope *f;
static char serial[64];

static void on_serial(void *ctx, uint8_t byte)
{
    char *text = ctx;
    size_t length = strlen(text);

    if (length + 1 < sizeof(serial))
        text[length] = (char)byte;
}

static const char *kernel(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void start(const char *name)
{
    const struct forkscope_config config = {
        .size = sizeof(config), .memory_mb = 4, .ctx = serial, .serial = on_serial};

    memset(serial, 0, sizeof(serial));
    ck_assert_int_eq(forkscope_open(&f, &config), 0);
    ck_assert_msg(forkscope_load(f, kernel(name), NULL, NULL) == 0, "%s", forkscope_why(f));
}

static void refused(int result, int error, const char *why)
{
    ck_assert_int_eq(result, error);
    ck_assert_msg(strstr(forkscope_why(f), why) != NULL, "'%s' does not say '%s'", forkscope_why(f),
                  why);
}

/* Programs that were built once go on working: what they know of a struct stays where it is. */
START_TEST(structs_stay_as_they_are)
{
    if (sizeof(void *) != 8)
        return;
    ck_assert_uint_eq(offsetof(struct forkscope_config, memory_mb), 8);
    ck_assert_uint_eq(offsetof(struct forkscope_config, mips), 32);
    ck_assert_uint_eq(offsetof(struct forkscope_config, debugcon), 56);
    ck_assert_uint_eq(offsetof(struct forkscope_config, state), 72);
    ck_assert_uint_eq(offsetof(struct forkscope_event, step), 8);
    ck_assert_uint_eq(offsetof(struct forkscope_event, vector), 36);
    ck_assert_uint_eq(offsetof(struct forkscope_event, pushed_count), 92);
    ck_assert_uint_eq(offsetof(struct forkscope_registers, eax), 16);
    ck_assert_uint_eq(offsetof(struct forkscope_registers, eip), 48);
    ck_assert_uint_eq(offsetof(struct forkscope_registers, cpl), 96);
    ck_assert_int_eq(FORKSCOPE_HOOK_IRET, 3);
    ck_assert_int_eq(FORKSCOPE_OUTPUT, 6);
}
END_TEST

START_TEST(opening)
{
    struct forkscope_config config = {.size = sizeof(config), .cpu = "8086"};

    refused(forkscope_open(&f, &config), -EINVAL, "8086");
    forkscope_close(f);
    config = (struct forkscope_config){.size = sizeof(config), .memory_mb = 4096};
    refused(forkscope_open(&f, &config), -EINVAL, "4096 MB");
    refused(forkscope_load(f, "k", NULL, NULL), -EINVAL, "no machine");
    forkscope_close(f);
    /* A caller that knew only the first members. */
    config = (struct forkscope_config){
        .size = offsetof(struct forkscope_config, cpu), .memory_mb = 2, .cpu = "8086"};
    ck_assert_int_eq(forkscope_open(&f, &config), 0);
    forkscope_close(f);
    ck_assert_int_eq(forkscope_open(&f, NULL), 0);
    ck_assert_str_eq(forkscope_why(f), "");
    refused(forkscope_run(f, 1), -EINVAL, "no kernel");
    refused(forkscope_load(f, "/no/kernel", NULL, NULL), -ENOENT, "/no/kernel");
    refused(forkscope_load(f, kernel("bad-machine"), NULL, NULL), -ENOEXEC, "another machine");
    forkscope_close(f);
    forkscope_close(NULL);
}
END_TEST

START_TEST(running_to_the_end)
{
    start("hello");
    ck_assert_int_eq(forkscope_run(f, 2), FORKSCOPE_UNTIL);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_uint_eq(forkscope_exit_value(f), 0);
    ck_assert_str_eq(serial, "hi\n");
    refused(forkscope_load(f, kernel("hello"), NULL, NULL), -EBUSY, "loaded before");
    forkscope_close(f);
    start("halted");
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_STUCK);
    forkscope_close(f);
    start("idling");
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_STUCK);
    forkscope_close(f);
    start("spinning");
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_UNTIL);
    forkscope_close(f);
}
END_TEST

START_TEST(resetting)
{
    struct forkscope_registers r = {.size = sizeof(r)};

    start("reset");
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_RESET);
    ck_assert_int_eq(forkscope_reset(f), 0);
    ck_assert_int_eq(forkscope_get_registers(f, &r), 0);
    ck_assert_uint_eq(r.eip, START);
    ck_assert_uint_gt(r.step, 0);
    forkscope_close(f);
}
END_TEST

START_TEST(registers_and_memory)
{
    struct forkscope_registers r = {.size = sizeof(r)};
    const uint8_t code[] = {0x89, 0xd8, 0xe6, 0xf4}; /* mov eax, ebx; out 0xf4, al */
    uint8_t back[sizeof(code)];
    char name[64];
    uint32_t address;

    start("spinning");
    ck_assert_int_eq(forkscope_write_physical(f, 0x200000, code, sizeof(code)), 0);
    ck_assert_int_eq(forkscope_read(f, 0x200000, back, sizeof(back)), 0);
    ck_assert_mem_eq(code, back, sizeof(code));
    ck_assert_int_eq(forkscope_write_physical(f, 0x3fffff, code, 2), -EFAULT);
    ck_assert_int_eq(forkscope_write_physical(f, 0xa0000, code, 1), -EFAULT);
    ck_assert_int_eq(forkscope_read_physical(f, 0x400000, back, 1), -EFAULT);
    ck_assert_int_eq(forkscope_get_registers(f, &r), 0);
    r.eip = 0x200000;
    r.ebx = 42;
    ck_assert_int_eq(forkscope_set_registers(f, &r), 0);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_uint_eq(forkscope_exit_value(f), 42);
    ck_assert_int_eq(forkscope_address(f, "start", &address), 0);
    ck_assert_uint_eq(address, START);
    ck_assert_int_eq(forkscope_address(f, "finish", &address), -ENOENT);
    ck_assert_str_eq(forkscope_name(f, START + 1, name, sizeof(name)), "start+0x1");
    forkscope_close(f);
}
END_TEST

static struct forkscope_event last;
static unsigned calls;

static int on_event(void *ctx, const struct forkscope_event *event)
{
    last = *event;
    calls++;
    return ctx != NULL;
}

START_TEST(hooks)
{
    int id;

    calls = 0;
    start("breakpoint");
    id = forkscope_hook(f, FORKSCOPE_HOOK_INTERRUPT, 3, 3, on_event, f);
    ck_assert_int_gt(id, 0);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_STOPPED);
    ck_assert_uint_eq(calls, 1);
    ck_assert_int_eq(last.id, id);
    ck_assert_uint_eq(last.vector, 3);
    ck_assert_uint_eq(last.address, START + 7);
    ck_assert_uint_eq(last.pushed_count, 3);
    ck_assert_uint_eq(last.pushed[2], START + 8);
    ck_assert_int_eq(forkscope_unhook(f, id), 0);
    refused(forkscope_unhook(f, id), -ENOENT, "no such hook");
    refused(forkscope_unhook(f, 0), -ENOENT, "no such hook");
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_uint_eq(calls, 1);
    refused(forkscope_hook(f, FORKSCOPE_HOOK_MEMORY, 2, 1, on_event, NULL), -EINVAL,
            "a hook needs");
    forkscope_close(f);
}
END_TEST

START_TEST(hooks_on_places)
{
    calls = 0;
    start("breakpoint");
    ck_assert_int_gt(forkscope_hook(f, FORKSCOPE_HOOK_EXEC, START + 7, 0, on_event, NULL), 0);
    ck_assert_int_gt(
        forkscope_hook(f, FORKSCOPE_HOOK_MEMORY, 0xfffffffc, 0xffffffff, on_event, NULL), 0);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_uint_eq(calls, 2); /* the INT3, and EFLAGS that it pushed */
    ck_assert_int_eq(last.kind, FORKSCOPE_HOOK_MEMORY);
    ck_assert_uint_eq(last.address, 0xfffffffc);
    ck_assert_uint_eq(last.size, 4);
    ck_assert_uint_eq(last.value, 2);
    ck_assert(last.is_write);
    forkscope_close(f);
}
END_TEST

START_TEST(going_back)
{
    struct forkscope_config config = {.size = sizeof(config), .memory_mb = 4, .history_mb = 8};
    struct forkscope_registers r = {.size = sizeof(r)};

    calls = 0;
    ck_assert_int_eq(forkscope_open(&f, &config), 0);
    refused(forkscope_goto(f, 0), -EINVAL, "no kernel");
    ck_assert_int_eq(forkscope_load(f, kernel("breakpoint"), NULL, NULL), 0);
    refused(forkscope_reset(f), -EBUSY, "resets itself");
    ck_assert_int_gt(forkscope_hook(f, FORKSCOPE_HOOK_INTERRUPT, 3, 3, on_event, f), 0);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_STOPPED);
    ck_assert_int_eq(forkscope_goto(f, 0), 0);
    ck_assert_uint_eq(calls, 1);
    ck_assert_int_eq(forkscope_get_registers(f, &r), 0);
    ck_assert_uint_eq(r.eip, START);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_STOPPED); /* at the same place */
    ck_assert_uint_eq(calls, 2);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    refused(forkscope_goto(f, BUDGET), -ENODATA, "ends before step 100000");
    forkscope_close(f);
    start("hello");
    ck_assert_int_eq(forkscope_run(f, 4), FORKSCOPE_UNTIL);
    refused(forkscope_goto(f, 1), -ERANGE, "step 1 is not remembered");
    forkscope_close(f);
}
END_TEST

/* What is saved after two steps goes on at the third, in a machine of the same size. */
START_TEST(saving)
{
    struct forkscope_config config = {.size = sizeof(config), .ctx = serial, .serial = on_serial};
    struct forkscope_registers r = {.size = sizeof(r)};
    char path[128];

    snprintf(path, sizeof(path), "%s/state", folder);
    start("hello");
    ck_assert_int_eq(forkscope_run(f, 3), FORKSCOPE_UNTIL);
    ck_assert_str_eq(serial, "h");
    ck_assert_msg(forkscope_save(f, path) == 0, "%s", forkscope_why(f));
    refused(forkscope_save(f, "/no/folder/state"), -ENOENT, "/no/folder/state");
    forkscope_close(f);
    config.state = path;
    ck_assert_int_eq(forkscope_open(&f, &config), 0);
    ck_assert_int_eq(forkscope_load(f, kernel("hello"), NULL, NULL), 0);
    ck_assert_int_eq(forkscope_get_registers(f, &r), 0);
    ck_assert_uint_eq(r.step, 3);
    ck_assert_int_eq(forkscope_read_physical(f, 0x400000, path, 1), -EFAULT); /* 4 MB */
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_str_eq(serial, "hi\n");
    forkscope_close(f);
}
END_TEST

START_TEST(states_that_do_not_fit)
{
    struct forkscope_config config = {.size = sizeof(config)};
    char path[128];

    snprintf(path, sizeof(path), "%s/state", folder);
    start("hello");
    ck_assert_int_eq(forkscope_save(f, path), 0);
    forkscope_close(f);
    config.state = path;
    ck_assert_int_eq(forkscope_open(&f, &config), 0);
    refused(forkscope_load(f, kernel("failure"), NULL, NULL), -EINVAL, "with another kernel than");
    forkscope_close(f);
    config.memory_mb = 4;
    refused(forkscope_open(&f, &config), -EINVAL, "leave them out");
    forkscope_close(f);
    config = (struct forkscope_config){.size = sizeof(config), .state = kernel("hello")};
    refused(forkscope_open(&f, &config), -EINVAL, "/hello'");
    forkscope_close(f);
}
END_TEST

START_TEST(names_from_elsewhere)
{
    start("hello");
    refused(forkscope_layout(f, "xv6"), -EBUSY, "before the kernel");
    refused(forkscope_symbols(f, "/no/program"), -ENOENT, "/no/program");
    refused(forkscope_symbols(f, kernel("bad-text")), -EINVAL, "symbols of '");
    ck_assert_int_eq(forkscope_symbols(f, kernel("panicked")), 0);
    ck_assert_int_eq(forkscope_symbols(f, folder), 0);
    ck_assert_int_eq(forkscope_address(f, "panic", &(uint32_t){0}), 0);
    forkscope_close(f);
    ck_assert_int_eq(forkscope_open(&f, NULL), 0);
    refused(forkscope_layout(f, "/no/layout"), -ENOENT, "/no/layout");
    ck_assert_int_eq(forkscope_layout(f, "xv6"), 0);
    ck_assert_int_eq(forkscope_load(f, kernel("hello"), NULL, NULL), 0);
    forkscope_close(f);
}
END_TEST

/* Each handle has a world of its own. */
START_TEST(two_machines)
{
    struct forkscope *other;

    start("echo");
    other = f;
    start("failure");
    ck_assert_uint_eq(forkscope_input(other, "q", 1), 1);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_int_eq(forkscope_run(other, BUDGET), FORKSCOPE_EXIT);
    ck_assert_uint_eq(forkscope_exit_value(f), 3);
    ck_assert_uint_eq(forkscope_exit_value(other), 0);
    forkscope_close(other);
    forkscope_close(f);
}
END_TEST

START_TEST(a_rom)
{
    uint8_t image[3] = {1, 2, 3}, back[4];

    start("hello");
    ck_assert_int_eq(forkscope_map(f, 0xf0000, image, sizeof(image)), 0);
    ck_assert_int_eq(forkscope_read_physical(f, 0xf0000, back, 4), 0);
    ck_assert_mem_eq(back, image, 3);
    ck_assert_uint_eq(back[3], 0xff);
    ck_assert_int_eq(forkscope_map(f, 0x1000, image, sizeof(image)), 0); /* over RAM */
    ck_assert_int_eq(forkscope_read_physical(f, 0x1000, back, 1), 0);
    ck_assert_uint_eq(back[0], 1);
    refused(forkscope_map(f, 0x1001, image, sizeof(image)), -EINVAL, "cannot map 3 bytes");
    forkscope_close(f);
}
END_TEST

START_TEST(a_trace)
{
    char path[128], text[512] = "";
    FILE *file;

    start("breakpoint");
    snprintf(path, sizeof(path), "%s/trace", folder);
    refused(forkscope_trace(f, path, "fuzzy", NULL, NULL), -EINVAL, "not 'fuzzy'");
    ck_assert_int_eq(forkscope_trace(f, path, NULL, NULL, "ev=int"), 0);
    refused(forkscope_trace(f, path, NULL, NULL, NULL), -EBUSY, "being written");
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_EXIT);
    ck_assert_int_eq(forkscope_trace_end(f), 0);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, file), 0);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(text, " int      0x03"));
    forkscope_close(f);
}
END_TEST

START_TEST(an_explanation)
{
    char text[4096];

    start("triple");
    ck_assert_int_eq(forkscope_explain(f, text, sizeof(text)), -EINVAL);
    ck_assert_int_eq(forkscope_explain_on(f), 0);
    ck_assert_int_eq(forkscope_run(f, BUDGET), FORKSCOPE_TRIPLE);
    ck_assert_int_eq(forkscope_explain(f, text, sizeof(text)), 0);
    ck_assert_ptr_nonnull(strstr(text, "3. #DF, double fault"));
    ck_assert_int_eq(forkscope_explain(f, text, 16), 0);
    ck_assert_uint_lt(strlen(text), 16);
    forkscope_close(f);
}
END_TEST

static bool make_kernels(const char *program)
{
    char command[512];

    return mkdtemp(folder) && snprintf(command, sizeof(command), "'%s' %s", program, folder) > 0 &&
           system(command) == 0;
}

static void remove_kernels(void)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -r %s", folder);
    if (system(command) != 0)
        perror(command);
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("libforkscope");
    TCase *tc = tcase_create("libforkscope");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (argc != 2 || !make_kernels(argv[1])) {
        fprintf(stderr, "lib_api: the kernels cannot be made\n");
        return EXIT_FAILURE;
    }
    tcase_set_timeout(tc, 0);
    tcase_add_test(tc, structs_stay_as_they_are);
    tcase_add_test(tc, opening);
    tcase_add_test(tc, running_to_the_end);
    tcase_add_test(tc, resetting);
    tcase_add_test(tc, registers_and_memory);
    tcase_add_test(tc, hooks);
    tcase_add_test(tc, hooks_on_places);
    tcase_add_test(tc, going_back);
    tcase_add_test(tc, saving);
    tcase_add_test(tc, states_that_do_not_fit);
    tcase_add_test(tc, names_from_elsewhere);
    tcase_add_test(tc, two_machines);
    tcase_add_test(tc, a_rom);
    tcase_add_test(tc, a_trace);
    tcase_add_test(tc, an_explanation);
    suite_add_tcase(suite, tc);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    remove_kernels();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

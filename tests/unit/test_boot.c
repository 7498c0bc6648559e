#include "emu/boot/boot.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu/boot/multiboot.h"
#include "emu/support/bytes.h"
#include "tests/elf_builder.h"

static char folder[] = "/tmp/forkscope-boot-XXXXXX";
static struct boot b;
static char why[256];

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *f = fopen(name, "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

/* Relative names in an own folder: paths must not reach the guest. */
static void setup(void)
{
    static const uint8_t code[] = {0xf4};
    static struct test_kernel k;

    strcpy(folder + sizeof(folder) - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    test_kernel_build(&k, code, sizeof(code));
    write_file("kernel", k.bytes, k.size);
    write_file("a", "AAAA", 4);
    write_file("b,c", "BC", 2);
}

static void teardown(void)
{
    boot_release(&b);
    unlink("kernel");
    unlink("a");
    unlink("b,c");
    ck_assert_int_eq(chdir("/"), 0);
    rmdir(folder);
}

static int read_with(const char *initrd, const char *append)
{
    return boot_read(&b, "./kernel", initrd, append, 1 << 20, why, sizeof(why));
}

START_TEST(names_lose_their_folder)
{
    ck_assert_int_eq(read_with("./a", "quiet x=1"), 0);
    ck_assert_str_eq(b.command_line, "kernel quiet x=1");
    ck_assert_uint_eq(b.modules, 1);
    ck_assert_str_eq(b.string[0], "a");
    ck_assert_mem_eq(b.file[0].bytes, "AAAA", 4);
}
END_TEST

START_TEST(without_arguments)
{
    ck_assert_int_eq(read_with(NULL, ""), 0);
    ck_assert_str_eq(b.command_line, "kernel");
    ck_assert_uint_eq(b.modules, 0);
}
END_TEST

/* QEMU's form: a comma between modules, two for one in a name, arguments behind a blank. */
START_TEST(several_modules)
{
    ck_assert_int_eq(read_with("a root=/dev/ram x,./b,,c,a", ""), 0);
    ck_assert_uint_eq(b.modules, 3);
    ck_assert_str_eq(b.string[0], "a root=/dev/ram x");
    ck_assert_str_eq(b.string[1], "b,c");
    ck_assert_uint_eq(b.file[1].size, 2);
    ck_assert_str_eq(b.string[2], "a");
}
END_TEST

START_TEST(files_that_are_not_there)
{
    ck_assert_int_eq(read_with("a,absent", ""), -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "'absent'"));
    boot_release(&b);
    ck_assert_int_eq(read_with("a,", ""), -ENOENT);
    boot_release(&b);
    ck_assert_int_eq(boot_read(&b, "absent", NULL, "", 1, why, sizeof(why)), -ENOENT);
}
END_TEST

START_TEST(files_that_are_too_large)
{
    ck_assert_int_eq(boot_read(&b, "kernel", "a", "", 3, why, sizeof(why)), -EFBIG);
    ck_assert_ptr_nonnull(strstr(why, "'a'"));
}
END_TEST

START_TEST(too_many_modules)
{
    char list[3 * LOADER_MODULES] = "a";

    for (unsigned i = 0; i < LOADER_MODULES; i++)
        strcat(list, ",a");
    ck_assert_int_eq(read_with(list, ""), -EINVAL);
}
END_TEST

START_TEST(the_machine_is_ready_to_run)
{
    struct machine_config config;
    struct machine *m;
    const struct cpu_state *s;

    machine_config_init(&config);
    m = machine_create(&config, why, sizeof(why));
    ck_assert_int_eq(read_with("a", ""), 0);
    ck_assert_int_eq(boot_load(&b, m, why, sizeof(why)), 0);
    s = cpu_state(machine_cpu(m));
    ck_assert_uint_eq(s->gpr[GPR_EAX], MULTIBOOT_BOOT_MAGIC);
    ck_assert_uint_eq(get_le32(machine_ram(m) + s->gpr[GPR_EBX] + MBI_MODS_COUNT), 1);
    ck_assert_int_eq(machine_run(m, UINT64_MAX), MACHINE_STUCK);
    ck_assert_uint_eq(s->icount, 1);
    machine_destroy(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("boot");
    TCase *tc = tcase_create("boot");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, names_lose_their_folder);
    tcase_add_test(tc, without_arguments);
    tcase_add_test(tc, several_modules);
    tcase_add_test(tc, files_that_are_not_there);
    tcase_add_test(tc, files_that_are_too_large);
    tcase_add_test(tc, too_many_modules);
    tcase_add_test(tc, the_machine_is_ready_to_run);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#include "emu/time/savefile.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "emu/support/bytes.h"
#include "emu/time/snapshot.h"

static char path[64], why[400];
static struct machine *m;
static uint8_t *file;
static size_t size;

static struct machine *new_machine(uint32_t ram_mb)
{
    struct machine_config config;

    machine_config_init(&config);
    config.ram_mb = ram_mb;
    return machine_create(&config, why, sizeof(why));
}

static void read_back(void)
{
    FILE *f = fopen(path, "rb");
    struct stat st;

    ck_assert_int_eq(stat(path, &st), 0);
    size = (size_t)st.st_size;
    file = malloc(size);
    ck_assert_uint_eq(fread(file, 1, size, f), size);
    fclose(f);
}

static void setup(void)
{
    snprintf(path, sizeof(path), "/tmp/test_savefile.XXXXXX");
    close(mkstemp(path));
    m = new_machine(2);
    memset(machine_ram(m) + 0x3000, 0x90, 0x100);
    memset(machine_ram(m) + 0x1fffff, 0x42, 1);
    machine_serial_input(m, (const uint8_t *)"hello", 5);
    machine_run(m, 1000);
    ck_assert_msg(savefile_write(path, m, 77, why, sizeof(why)) == 0, "%s", why);
    read_back();
}

static void teardown(void)
{
    machine_destroy(m);
    free(file);
    unlink(path);
}

static void write_file(size_t n)
{
    FILE *f = fopen(path, "wb");

    ck_assert_uint_eq(fwrite(file, 1, n, f), n);
    fclose(f);
}

/* 0, or the error, of opening and loading. */
static int load(struct machine *to)
{
    struct savefile *f;
    int error = savefile_open(&f, path, why, sizeof(why));

    if (error)
        return error;
    error = savefile_load(f, to, why, sizeof(why));
    savefile_close(f);
    return error;
}

START_TEST(a_machine_comes_back)
{
    struct machine *again = new_machine(2);

    memset(machine_ram(again) + 0x50000, 7, 10); /* is to go */
    struct savefile *f;

    ck_assert_int_eq(savefile_open(&f, path, why, sizeof(why)), 0);
    ck_assert_uint_eq(savefile_config(f)->ram_mb, 2);
    ck_assert_uint_eq(savefile_config(f)->kernel, 77);
    savefile_close(f);
    ck_assert_msg(load(again) == 0, "%s", why);
    ck_assert_uint_eq(snapshot_hash(again), snapshot_hash(m));
    machine_run(m, 5000);
    machine_run(again, 5000);
    ck_assert_uint_eq(snapshot_hash(again), snapshot_hash(m));
    machine_destroy(again);
}
END_TEST

START_TEST(loading_is_copy_on_write)
{
    struct machine *one = new_machine(2), *two = new_machine(2);

    load(one);
    load(two);
    machine_ram(one)[0x3000] = 1;
    ck_assert_uint_eq(machine_ram(two)[0x3000], 0x90);
    free(file);
    size_t before = size;
    read_back();
    ck_assert_uint_eq(size, before);
    ck_assert_uint_ne(machine_ram(one)[0x3000], machine_ram(two)[0x3000]);
    machine_destroy(one);
    machine_destroy(two);
}
END_TEST

/* The same under another name, packed; the test is over where this build cannot. */
static bool pack(void)
{
    char packed[sizeof(path) + 4];

    snprintf(packed, sizeof(packed), "%s.zst", path);
    if (savefile_write(packed, m, 77, why, sizeof(why)) == -ENOTSUP)
        return false;
    rename(packed, path);
    free(file);
    read_back();
    return true;
}

START_TEST(a_packed_machine_comes_back)
{
    struct machine *again = new_machine(2);
    size_t plain = size;

    if (pack()) {
        ck_assert_uint_lt(size, plain / 4);
        ck_assert_msg(load(again) == 0, "%s", why);
        ck_assert_uint_eq(snapshot_hash(again), snapshot_hash(m));
    }
    machine_destroy(again);
}
END_TEST

/* A bit that means nothing may be changed; nothing else. */
START_TEST(a_damaged_packing_is_noticed)
{
    struct machine *to = new_machine(2);
    bool packed = pack();

    for (size_t n = 0; n < size && packed; n++) {
        write_file(n);
        ck_assert_int_eq(load(to), -EINVAL);
        file[n] ^= 0x10;
        write_file(size);
        if (load(to) == 0)
            ck_assert_uint_eq(snapshot_hash(to), snapshot_hash(m));
        file[n] ^= 0x10;
    }
    machine_destroy(to);
}
END_TEST

START_TEST(every_cut_is_noticed)
{
    struct machine *to = new_machine(2);

    for (size_t n = 0; n < size; n += n < 100 ? 1 : 997) {
        write_file(n);
        ck_assert_int_eq(load(to), -EINVAL);
        ck_assert_ptr_nonnull(strstr(why, path));
    }
    machine_destroy(to);
}
END_TEST

START_TEST(every_changed_byte_is_noticed)
{
    struct machine *to = new_machine(2);

    for (size_t n = 0; n < size; n += n < 100 ? 1 : 331) {
        file[n] ^= 0x10;
        write_file(size);
        ck_assert_int_eq(load(to), -EINVAL);
        file[n] ^= 0x10;
    }
    machine_destroy(to);
}
END_TEST

START_TEST(what_does_not_fit_is_said)
{
    struct machine *other = new_machine(4);

    ck_assert_int_eq(load(other), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "another machine"));
    put_le32(file + 8, SAVEFILE_VERSION + 1);
    write_file(size);
    ck_assert_int_eq(load(other), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "version 2"));
    memcpy(file, "\177ELF", 4);
    write_file(size);
    ck_assert_int_eq(load(other), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "no machine state"));
    unlink(path);
    ck_assert_int_eq(load(other), -ENOENT);
    machine_destroy(other);
}
END_TEST

START_TEST(values_that_no_machine_has_are_refused)
{
    static const char tag[] = "UART";
    struct machine *to = new_machine(2);
    uint32_t head = get_le32(file + 12);
    uint8_t *uart = memmem(file, head, tag, 4);

    ck_assert_ptr_nonnull(uart);
    memset(uart + 12, 0xff, 60);
    put_le32(file + 24, (uint32_t)crc32_z(0, file + 32, head - 32));
    write_file(size);
    ck_assert_int_eq(load(to), -EINVAL);
    ck_assert_msg(strstr(why, "cannot be: UART") != NULL, "%s", why);
    machine_destroy(to);
}
END_TEST

START_TEST(writing_fails_without_harm)
{
    ck_assert_int_eq(savefile_write("/nowhere/state", m, 0, why, sizeof(why)), -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "/nowhere/state"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("savefile");
    TCase *tc = tcase_create("savefile");

    tcase_set_timeout(tc, 0);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_machine_comes_back);
    tcase_add_test(tc, loading_is_copy_on_write);
    tcase_add_test(tc, a_packed_machine_comes_back);
    tcase_add_test(tc, a_damaged_packing_is_noticed);
    tcase_add_test(tc, every_cut_is_noticed);
    tcase_add_test(tc, every_changed_byte_is_noticed);
    tcase_add_test(tc, what_does_not_fit_is_said);
    tcase_add_test(tc, values_that_no_machine_has_are_refused);
    tcase_add_test(tc, writing_fails_without_harm);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

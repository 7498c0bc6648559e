/* System call, error, signal and clone flag names of the Linux i386 ABI. */
#include "emu/guest/syscalls.h"

#include <check.h>
#include <string.h>

START_TEST(numbers)
{
    static const struct {
        uint32_t nr;
        const char *name, *args;
    } want[] = {
        {0, "restart_syscall", ""}, {2, "fork", ""},          {4, "write", "fbu"},
        {11, "execve", "spp"},      {114, "wait4", "dpxp"},   {120, "clone", "cpppp"},
        {190, "vfork", ""},         {252, "exit_group", "d"}, {403, "clock_gettime64", "dp"},
        {435, "clone3", "pu"},
    };

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        const struct syscall_info *call = syscall_by_nr(want[i].nr);

        ck_assert_ptr_nonnull(call);
        ck_assert_str_eq(call->name, want[i].name);
        ck_assert_str_eq(call->args, want[i].args);
    }
    ck_assert_ptr_null(syscall_by_nr(222)); /* a hole in the table */
    ck_assert_ptr_null(syscall_by_nr(9999));
    ck_assert_ptr_null(syscall_by_nr(UINT32_MAX));
}
END_TEST

/* The binary search needs the rows in order; the formats need known letters. */
START_TEST(rows_are_sound)
{
    uint32_t found = 0;

    for (uint32_t nr = 0; nr < 1000; nr++) {
        const struct syscall_info *call = syscall_by_nr(nr);

        if (call == NULL)
            continue;
        found++;
        ck_assert_uint_le(strlen(call->args), SYSCALL_ARGS_MAX);
        if (strcmp(call->args, "?") != 0)
            ck_assert_uint_eq(strspn(call->args, "duxofpsbScw"), strlen(call->args));
        ck_assert_ptr_nonnull(strchr("dxo", call->result));
        for (const char *b = strchr(call->args, 'b'); b != NULL; b = strchr(b + 1, 'b'))
            ck_assert_int_eq(b[1], 'u');
    }
    ck_assert_uint_gt(found, 400);
}
END_TEST

/* xv6's calls are never taken for Linux's, whatever a program puts into eax. */
START_TEST(two_tables)
{
    const struct syscall_info *call = syscall_by_nr(syscall_nr(SYSCALL_XV6, 16));
    char text[32];

    ck_assert_str_eq(call->name, "write");
    ck_assert_str_eq(call->args, "fbu");
    ck_assert_ptr_eq(syscall_by_name(SYSCALL_XV6, "write"), call);
    ck_assert_uint_eq(syscall_by_name(SYSCALL_LINUX, "write")->nr, 4);
    ck_assert_uint_eq(syscall_given(call->nr), 16);
    ck_assert_ptr_null(syscall_by_nr(syscall_nr(SYSCALL_XV6, 22)));
    ck_assert_ptr_null(syscall_by_nr(syscall_nr(SYSCALL_LINUX, call->nr)));
    ck_assert_ptr_null(syscall_by_nr(syscall_nr(SYSCALL_XV6, UINT32_MAX)));
    ck_assert_ptr_null(syscall_by_nr(syscall_nr(SYSCALL_XV6, 1u << SYSCALL_ABI_SHIFT)));
    ck_assert_ptr_null(syscall_by_nr(syscall_nr(SYSCALL_XV6, 4 - (1u << SYSCALL_ABI_SHIFT))));
    ck_assert_str_eq(syscall_result_format(call->result, UINT32_MAX, text, sizeof(text)), "-1");
    for (uint32_t nr = 1; nr <= 21; nr++) {
        call = syscall_by_nr(syscall_nr(SYSCALL_XV6, nr));
        ck_assert_ptr_nonnull(call);
        ck_assert_uint_eq(strspn(call->args, "duxofpsb"), strlen(call->args));
        ck_assert_ptr_nonnull(strchr("ix", call->result));
    }
}
END_TEST

START_TEST(names)
{
    ck_assert_str_eq(errno_name(12), "ENOMEM");
    ck_assert_str_eq(errno_name(11), "EAGAIN");
    ck_assert_str_eq(errno_name(513), "ERESTARTNOINTR");
    ck_assert_ptr_null(errno_name(0));
    ck_assert_str_eq(signal_name(17), "SIGCHLD");
    ck_assert_str_eq(signal_name(9), "SIGKILL");
    ck_assert_ptr_null(signal_name(0));
    ck_assert_ptr_null(signal_name(40));
}
END_TEST

START_TEST(flags)
{
    char buf[256], small[16];

    ck_assert_str_eq(clone_flags_format(17, buf, sizeof(buf)), "SIGCHLD");
    ck_assert_str_eq(clone_flags_format(0x4111, buf, sizeof(buf)), "CLONE_VM|CLONE_VFORK|SIGCHLD");
    ck_assert_str_eq(clone_flags_format(0, buf, sizeof(buf)), "0");
    ck_assert_str_eq(clone_flags_format(0x80000100, buf, sizeof(buf)), "CLONE_VM|0x80000000");
    ck_assert_str_eq(clone_flags_format(0xff, buf, sizeof(buf)), "0xff");
    clone_flags_format(UINT32_MAX, small, sizeof(small));
    ck_assert_uint_eq(strlen(small), sizeof(small) - 1);
}
END_TEST

START_TEST(results)
{
    char buf[32];

    ck_assert_str_eq(syscall_result_format('d', 4, buf, sizeof(buf)), "4");
    ck_assert_str_eq(syscall_result_format('d', -11u, buf, sizeof(buf)), "-EAGAIN");
    ck_assert_str_eq(syscall_result_format('x', -12u, buf, sizeof(buf)), "-ENOMEM");
    ck_assert_str_eq(syscall_result_format('x', 0x804c000, buf, sizeof(buf)), "0x0804c000");
    ck_assert_str_eq(syscall_result_format('o', 022, buf, sizeof(buf)), "022");
    ck_assert_str_eq(syscall_result_format('d', -4000u, buf, sizeof(buf)), "-4000");
    ck_assert(syscall_is_error(-4095u));
    ck_assert(!syscall_is_error(-4096u));
    ck_assert(!syscall_is_error(0));
}
END_TEST

START_TEST(forks)
{
    static const char *const makes[] = {"fork", "vfork", "clone"};

    for (size_t i = 0; i < sizeof(makes) / sizeof(makes[0]); i++)
        ck_assert(syscall_forks(syscall_by_name(SYSCALL_LINUX, makes[i])->nr));
    ck_assert(syscall_forks_linux(syscall_by_name(SYSCALL_LINUX, "clone")->nr));
    ck_assert(syscall_forks(syscall_nr(SYSCALL_XV6, 1)));
    ck_assert(!syscall_forks_linux(syscall_nr(SYSCALL_XV6, 1)));
    ck_assert(!syscall_forks(1)); /* Linux's exit */
    ck_assert(!syscall_forks(UINT32_MAX));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("syscalls");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tests, numbers);
    tcase_add_test(tests, rows_are_sound);
    tcase_add_test(tests, two_tables);
    tcase_add_test(tests, names);
    tcase_add_test(tests, flags);
    tcase_add_test(tests, results);
    tcase_add_test(tests, forks);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

/* The text form, line by line, at each level; and what is left of a file when writing fails. */
#include "emu/trace/trace_text.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct symbols *symbols;
static struct inspect in;
static struct trace_names names;
static char path[] = "/tmp/forkscope-text-XXXXXX";
static char text[1 << 16];

static void setup(void)
{
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    close(fd);
    symbols = symbols_create();
    in = (struct inspect){NULL, symbols, NULL};
}

static void teardown(void)
{
    symbols_destroy(symbols);
    unlink(path);
}

static struct trace_out *open_out(void)
{
    char why[128];
    int err;
    struct trace_out *out = trace_out_open(path, NULL, NULL, &err, why, sizeof(why));

    ck_assert_ptr_nonnull(out);
    return out;
}

static void read_back(void)
{
    FILE *file = fopen(path, "r");
    size_t n = fread(text, 1, sizeof(text) - 1, file);

    text[n] = '\0';
    fclose(file);
}

/* What one event becomes. */
static const char *print(enum trace_level level, const struct trace_event *event)
{
    struct trace_out *out = open_out();
    char why[128];

    trace_names_init(&names, &in, level);
    names.kernel_base = 0xc0000000;
    trace_text_event(out, &names, event);
    ck_assert_int_eq(trace_out_close(out, why, sizeof(why)), 0);
    read_back();
    return text;
}

static struct trace_event event_of(enum trace_kind kind)
{
    struct trace_event e = {.kind = kind,
                            .seq = 41,
                            .icount = 1203344,
                            .who = {0xc1002000, 3, "forkdemo"},
                            .cpl = 3,
                            .eip = 0x08048100};

    return e;
}

static struct trace_event int80_event(void)
{
    static const struct cpu_frame_slot slots[] = {
        {FRAME_SS, 0xc1233ffc, 0x7b},        {FRAME_ESP, 0xc1233ff8, 0xbffffe10},
        {FRAME_EFLAGS, 0xc1233ff4, 0x246},   {FRAME_CS, 0xc1233ff0, 0x73},
        {FRAME_EIP, 0xc1233fec, 0x08048102},
    };
    struct trace_event e = event_of(TRACE_INT);

    e.interrupt = (struct cpu_int_event){.vector = 0x80,
                                         .kind = CPU_INT_SOFTWARE,
                                         .from_eip = 0x08048100,
                                         .cpl_from = 3,
                                         .gate_type = 15,
                                         .gate_dpl = 3,
                                         .gate_selector = 0x60,
                                         .gate_offset = 0xc0100f30,
                                         .stack_switch = true,
                                         .tss_ss = 0x68,
                                         .tss_esp = 0xc1234000,
                                         .slot_count = 5};
    memcpy(e.interrupt.slot, slots, sizeof(slots));
    return e;
}

START_TEST(int_exact)
{
    struct trace_event e = int80_event();

    ck_assert_str_eq(
        print(TRACE_EXACT, &e),
        "       41      1203344      3 forkdemo           3 int      0x80 software, cpl 3>0, at "
        "08048100, gate dpl 3 0060:c0100f30, stack from tss 0068:c1234000\n"
        "                                                   push     ss      c1233ffc       007b\n"
        "                                                   push     esp     c1233ff8       "
        "bffffe10\n"
        "                                                   push     eflags  c1233ff4       "
        "00000246[PF ZF IF]\n"
        "                                                   push     cs      c1233ff0       0073\n"
        "                                                   push     eip     c1233fec       "
        "08048102\n");
}
END_TEST

START_TEST(int_symbolic)
{
    struct trace_event e = int80_event();

    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 int      0x80 software, cpl 3>0, at user, gate "
                     "dpl 3 0060:kernel, stack from tss 0068:heap\n"
                     "                            push     ss      heap           007b\n"
                     "                            push     esp     heap           user\n"
                     "                            push     eflags  heap           IF\n"
                     "                            push     cs      heap           0073\n"
                     "                            push     eip     heap           user\n");
}
END_TEST

START_TEST(system_calls)
{
    struct trace_event e = event_of(TRACE_SYSCALL);

    e.syscall = (struct trace_syscall){.nr = 4, .arg = {1, 0x804a000, 7}, .string_arg = 2};
    memcpy(e.syscall.string, "a\"b\\c\n\001", 7);
    e.syscall.string_size = 7;
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 syscall  write(1, \"a\\\"b\\\\c\\n\\x01\", 7)\n");
    e.syscall = (struct trace_syscall){.nr = 120, .arg = {0x4111, 0, 0xbffff000, 0, 0}};
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 syscall  clone(CLONE_VM|CLONE_VFORK|SIGCHLD, "
                     "NULL, user, NULL, NULL)\n");
    e.syscall = (struct trace_syscall){.nr = 9999, .arg = {1, 2, 3}};
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 syscall  syscall_9999(1, 2, 3)\n");
    e = event_of(TRACE_SYSRET);
    e.sysret = (struct trace_sysret){.nr = 2, .result = (uint32_t)-EAGAIN};
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 sysret   fork = -EAGAIN\n");
    e.sysret = (struct trace_sysret){.nr = 45, .result = 0x804c000};
    ck_assert_str_eq(print(TRACE_EXACT, &e) + 23,
                     "     3 forkdemo           3 sysret   brk = 0x0804c000\n");
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 sysret   brk = user\n");
}
END_TEST

START_TEST(calls)
{
    static const struct trace_probe copy_process = {
        .name = "copy_process",
        .function = {.result = {GUEST_POINTER, 4, "task_struct"},
                     .param_count = 3,
                     .param = {{.name = "clone_flags", .type = {GUEST_UINT, 4, NULL}},
                               {.name = "parent", .type = {GUEST_POINTER, 4, "task_struct"}},
                               {.name = "size", .type = {GUEST_INT, 4, NULL}}}}};
    struct trace_event e = event_of(TRACE_CALL);

    e.cpl = 0;
    e.call = (struct trace_call){.probe = &copy_process,
                                 .depth = 2,
                                 .arg = {17, 0xc1002000, (uint32_t)-22},
                                 .of = {[1] = {0xc1002000, 3, "forkdemo"}}};
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           0 call         copy_process(clone_flags=SIGCHLD, "
                     "parent=task(3), size=-EINVAL)\n");
    e.kind = TRACE_RETURN;
    e.call.result = 0xc1003000;
    e.call.result_of = (struct trace_who){0xc1003000, 4, "forkdemo"};
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           0 return       copy_process = task(4)\n");
    e.call.result = (uint32_t)-ENOMEM;
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           0 return       copy_process = -ENOMEM\n");
}
END_TEST

START_TEST(forks)
{
    struct trace_event e = event_of(TRACE_FORK);

    e.fork = (struct trace_fork){.id = 1,
                                 .user = true,
                                 .parent = {1, 3, "forkdemo"},
                                 .child = {2, 4, "forkdemo"},
                                 .flags = 17,
                                 .words = 17,
                                 .parent_frame = 0xc1233fbc,
                                 .child_frame = 0xc1239fbc};
    ck_assert_str_eq(print(TRACE_SEMANTIC, &e),
                     "     3 forkdemo           3 fork     #1 forkdemo(3) -> forkdemo(4), flags "
                     "SIGCHLD\n");
    ck_assert_str_eq(print(TRACE_EXACT, &e) + 23,
                     "     3 forkdemo           3 fork     #1 forkdemo(3) -> forkdemo(4), flags "
                     "SIGCHLD, parent frame c1233fbc, child frame c1239fbc\n");
    e = event_of(TRACE_RET);
    e.ret = (struct trace_ret){.id = 1, .child_pid = 4, .eax = 4, .eip = 0x8048102};
    ck_assert_str_eq(print(TRACE_SEMANTIC, &e),
                     "     3 forkdemo           3 ret      #1 parent eax = 4\n");
    e.ret.child = true;
    e.ret.eax = 0;
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 ret      #1 child eax = 0, eip user, esp NULL\n");
}
END_TEST

START_TEST(faults)
{
    struct trace_event e = event_of(TRACE_PF);

    e.pf = (struct trace_pf){0x0804a010, PF_PRESENT | PF_WRITE | PF_USER, 0x08048100};
    ck_assert_str_eq(print(TRACE_EXACT, &e) + 23,
                     "     3 forkdemo           3 pf       0804a010 write of a protected page by "
                     "user at 08048100\n");
    e.pf.error = 0;
    ck_assert_str_eq(print(TRACE_SYMBOLIC, &e),
                     "     3 forkdemo           3 pf       user read of an absent page by kernel "
                     "at user\n");
}
END_TEST

START_TEST(lives)
{
    struct trace_event e = event_of(TRACE_EXIT);

    e.life = (struct trace_life){.who = e.who, .code = 0x300, .has_code = true};
    ck_assert_str_eq(print(TRACE_SEMANTIC, &e), "     3 forkdemo           3 exit     status 3\n");
    e.life.code = 11;
    ck_assert_str_eq(print(TRACE_SEMANTIC, &e),
                     "     3 forkdemo           3 exit     killed by signal 11\n");
    e.kind = TRACE_SIGNAL;
    e.life.code = 17;
    ck_assert_str_eq(print(TRACE_SEMANTIC, &e), "     3 forkdemo           3 signal   SIGCHLD\n");
    e.kind = TRACE_EXEC;
    strcpy(e.life.text, "/bin/echo");
    ck_assert_str_eq(print(TRACE_SEMANTIC, &e),
                     "     3 forkdemo           3 exec     \"/bin/echo\"\n");
}
END_TEST

/* No printer may be missing, and none may trip over an event of zeros. */
START_TEST(every_kind_prints)
{
    static const struct trace_probe probe = {.name = "f"};

    for (unsigned k = 0; k < TRACE_KIND_COUNT; k++)
        for (unsigned level = TRACE_EXACT; level <= TRACE_SEMANTIC; level++) {
            struct trace_event e = {.kind = (enum trace_kind)k, .who.pid = -1};
            const char *line;

            if (k == TRACE_CALL || k == TRACE_RETURN)
                e.call.probe = &probe;
            line = print((enum trace_level)level, &e);
            ck_assert_ptr_nonnull(strstr(line, trace_kind_name(e.kind)));
            ck_assert_int_eq(line[strlen(line) - 1], '\n');
        }
}
END_TEST

START_TEST(headers)
{
    struct trace_out *out = open_out();
    char why[128];

    trace_names_init(&names, &in, TRACE_SYMBOLIC);
    trace_text_header(out, &names);
    ck_assert_int_eq(trace_out_close(out, why, sizeof(why)), 0);
    read_back();
    ck_assert_ptr_nonnull(strstr(text, "# forkscope trace 1 symbolic\n"));
}
END_TEST

static int failures;

static void on_failed(void *ctx)
{
    (void)ctx;
    failures++;
}

START_TEST(a_full_disk)
{
    char why[128];
    int err;
    struct trace_out *out = trace_out_open("/dev/full", on_failed, NULL, &err, why, sizeof(why));

    if (out == NULL)
        return; /* no /dev/full here */
    for (int i = 0; i < 100000; i++)
        trace_out_puts(out, "a line of some length\n");
    ck_assert_int_eq(failures, 1);
    ck_assert_int_eq(trace_out_close(out, why, sizeof(why)), -ENOSPC);
    ck_assert_str_eq(why, "cannot write '/dev/full': No space left on device");
    ck_assert_int_eq(failures, 1);
}
END_TEST

/* A file that may not grow keeps whole lines only. */
START_TEST(a_limit_within_a_line)
{
    struct rlimit limit = {100003, 100003};
    struct trace_out *out = open_out();
    char why[128];
    struct stat st;

    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < 100000; i++)
        trace_out_puts(out, "0123456\n");
    ck_assert_int_eq(trace_out_close(out, why, sizeof(why)), -EFBIG);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 100000);
}
END_TEST

START_TEST(no_such_directory)
{
    char why[128];
    int err = 0;

    ck_assert_ptr_null(trace_out_open("/nowhere/x", NULL, NULL, &err, why, sizeof(why)));
    ck_assert_int_eq(err, -ENOENT);
    ck_assert_str_eq(why, "cannot write '/nowhere/x': No such file or directory");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_text");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, int_exact);
    tcase_add_test(tests, int_symbolic);
    tcase_add_test(tests, system_calls);
    tcase_add_test(tests, calls);
    tcase_add_test(tests, forks);
    tcase_add_test(tests, faults);
    tcase_add_test(tests, lives);
    tcase_add_test(tests, every_kind_prints);
    tcase_add_test(tests, headers);
    tcase_add_test(tests, a_full_disk);
    tcase_add_test(tests, a_limit_within_a_line);
    tcase_add_test(tests, no_such_directory);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

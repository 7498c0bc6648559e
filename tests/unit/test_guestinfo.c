/* Layouts, functions and lines read back from a small kernel-like ELF compiled on the spot. */
#include "emu/guest/guestinfo.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/symbols.h"
#include "tests/unit/specimen.h"

static const char source[] =
    "typedef unsigned long ulong_t;\n"
    "typedef int pid_t;\n"
    "struct pt_regs { long ebx, ecx; unsigned short xss; };\n"
    "struct thread_struct { ulong_t esp0, esp; };\n"
    "struct task_struct { int state; void *stack; union { pid_t pid; long id; }; char comm[16];\n"
    "                     struct thread_struct thread; };\n"
    "struct thread_info { ulong_t flags; struct task_struct *task; };\n"
    "union thread_union { struct thread_info thread_info; ulong_t stack[2048]; };\n"
    "union thread_union init_thread;\n"
    "struct task_struct init_task;\n"
    "int first_line(const struct pt_regs *regs, const char *name, unsigned char c)\n" /* line 11 */
    "{\n"
    "    return regs->ebx + name[0] + c;\n"
    "}\n"
    "struct task_struct *copy(const volatile ulong_t flags);\n"
    "struct task_struct *copy(const volatile ulong_t flags) { return flags ? &init_task : 0; }\n"
    "__attribute__((regparm(3))) int in_registers(int a, char *b) { return a + *b; }\n"
    "void _start(void) { copy(first_line(0, 0, 0)); }\n";

static char *image;
static size_t image_size;

static void compile_image(const char *cflags)
{
    image = specimen_compile(source, cflags, &image_size);
}

static struct guestinfo *g;

static void setup(void)
{
    char why[128];

    compile_image("-g");
    g = guestinfo_create(image, image_size, why, sizeof(why));
    ck_assert_msg(g != NULL, "%s", why);
}

static void teardown(void)
{
    guestinfo_destroy(g);
    free(image);
}

START_TEST(task_layout)
{
    const struct guestinfo_task_layout *t = guestinfo_tasks(g);

    ck_assert_uint_eq(t->thread_size, 8192);
    ck_assert_uint_eq(t->thread_info_task, 4);
    ck_assert_uint_eq(t->task_stack, 4);
    ck_assert_uint_eq(t->task_pid, 8);
    ck_assert_uint_eq(t->task_comm, 12);
    ck_assert_uint_eq(t->task_comm_size, 16);
    ck_assert_uint_eq(t->pt_regs_size, 12);
}
END_TEST

START_TEST(members)
{
    uint32_t offset, size;

    ck_assert(guestinfo_member(g, "task_struct", "thread.esp", &offset, &size));
    ck_assert_uint_eq(offset, 32);
    ck_assert_uint_eq(size, 4);
    ck_assert(guestinfo_member(g, "task_struct", "pid", &offset, &size));
    ck_assert_uint_eq(offset, 8);
    ck_assert(!guestinfo_member(g, "task_struct", "thread.nothing", &offset, &size));
    ck_assert(!guestinfo_member(g, "task_struct", "pid.deeper", &offset, &size));
    ck_assert(!guestinfo_member(g, "no_such_struct", "pid", &offset, &size));
    ck_assert_uint_eq(guestinfo_sizeof(g, "no_such_struct"), 0);
}
END_TEST

START_TEST(member_names)
{
    ck_assert_str_eq(guestinfo_member_at(g, "pt_regs", 0), "ebx");
    ck_assert_str_eq(guestinfo_member_at(g, "pt_regs", 7), "ecx");
    ck_assert_str_eq(guestinfo_member_at(g, "pt_regs", 9), "xss");
    ck_assert_ptr_null(guestinfo_member_at(g, "pt_regs", 10)); /* padding */
    ck_assert_ptr_null(guestinfo_member_at(g, "pt_regs", 4096));
}
END_TEST

START_TEST(functions)
{
    struct guestinfo_function f;

    ck_assert(guestinfo_function(g, "first_line", &f));
    ck_assert_int_eq(f.result.kind, GUEST_INT);
    ck_assert_uint_eq(f.param_count, 3);
    ck_assert_str_eq(f.param[0].name, "regs");
    ck_assert_int_eq(f.param[0].type.kind, GUEST_POINTER);
    ck_assert_str_eq(f.param[0].type.pointee, "pt_regs");
    ck_assert_int_eq(f.param[1].type.kind, GUEST_STRING);
    ck_assert_int_eq(f.param[2].type.kind, GUEST_UINT);
    ck_assert_uint_eq(f.param[2].type.size, 1);

    ck_assert(guestinfo_function(g, "copy", &f));
    ck_assert_str_eq(f.result.pointee, "task_struct");
    ck_assert_int_eq(f.param[0].type.kind, GUEST_UINT);
    ck_assert(guestinfo_function(g, "_start", &f));
    ck_assert_int_eq(f.result.kind, GUEST_VOID);
    ck_assert_uint_eq(f.param_count, 0);
    ck_assert(!guestinfo_function(g, "pt_regs", &f));
}
END_TEST

/* A static function gets its arguments where the compiler likes; what it never reads may be
 * nowhere. */
START_TEST(places)
{
    struct guestinfo_function f;

    ck_assert(guestinfo_function(g, "first_line", &f));
    for (uint32_t k = 0; k < 3; k++) {
        ck_assert_int_eq(f.param[k].place, GUEST_STACK);
        ck_assert_uint_eq(f.param[k].at, 4 + 4 * k);
    }
    ck_assert(guestinfo_function(g, "in_registers", &f));
    ck_assert_int_eq(f.param[0].place, GUEST_REGISTER);
    ck_assert_uint_eq(f.param[0].at, 0); /* eax */
    ck_assert_int_eq(f.param[1].place, GUEST_REGISTER);
    ck_assert_uint_eq(f.param[1].at, 2); /* edx */
}
END_TEST

START_TEST(lines)
{
    struct symbols *symbols = symbols_create();
    const struct symbol *symbol;
    const char *file;
    char why[128];
    int line;

    ck_assert_int_eq(symbols_add_elf(symbols, image, image_size, why, sizeof(why)), 0);
    symbol = symbols_by_name(symbols, "first_line");
    ck_assert_ptr_nonnull(symbol);
    ck_assert(guestinfo_line(g, symbol->addr, &file, &line));
    ck_assert_str_eq(file, "k.c");
    ck_assert_int_ge(line, 11);
    ck_assert_int_le(line, 13);
    ck_assert(!guestinfo_line(g, 0x1000, &file, &line));
    symbols_destroy(symbols);
}
END_TEST

static void refused(const void *bytes, size_t size, const char *sentence)
{
    char why[128] = "";

    ck_assert_ptr_null(guestinfo_create(bytes, size, why, sizeof(why)));
    ck_assert_msg(strstr(why, sentence) != NULL, "said: %s", why);
}

START_TEST(bad_images)
{
    refused("", 0, "not an ELF file");
    refused("\177ELF", 4, "not an ELF file");
    image[18] = 62; /* e_machine: x86-64 */
    refused(image, image_size, "not an ELF file for i386");
    image[18] = 3;
    for (size_t cut = 0; cut < image_size; cut += image_size / 61) {
        char why[128];

        guestinfo_destroy(guestinfo_create(image, cut, why, sizeof(why)));
    }
}
END_TEST

START_TEST(no_debug_information)
{
    free(image);
    compile_image("-g0");
    refused(image, image_size, "no ");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("guestinfo");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (specimen_compiler_missing()) {
        puts("skipped: no i686-linux-gnu-gcc to compile the specimen with");
        return 77;
    }
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, task_layout);
    tcase_add_test(tests, members);
    tcase_add_test(tests, member_names);
    tcase_add_test(tests, functions);
    tcase_add_test(tests, places);
    tcase_add_test(tests, lines);
    tcase_add_test(tests, bad_images);
    tcase_add_test(tests, no_debug_information);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

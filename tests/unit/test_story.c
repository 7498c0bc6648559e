/* Which fork to tell, and what is kept of it. How a story reads is a golden test. */
#include "emu/story/story.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu/story/story_state.h"

static struct story_choice choice;
static char why[160];

static int parse(const char *text)
{
    why[0] = '\0';
    return story_choice_parse(&choice, text, why, sizeof(why));
}

START_TEST(choices)
{
    ck_assert_int_eq(parse(""), 0);
    ck_assert_uint_eq(choice.number, 1);
    ck_assert_int_eq(parse("12"), 0);
    ck_assert_uint_eq(choice.number, 12);
    ck_assert_int_eq(parse("all"), 0);
    ck_assert(choice.all);
    ck_assert_int_eq(parse("forkdemo"), 0);
    ck_assert_str_eq(choice.name, "forkdemo");
    ck_assert_uint_eq(choice.number, 0);
}
END_TEST

START_TEST(bad_choices)
{
    static const char *const bad[] = {"0", "3x", "-1x234567890123456", "99999999999999999999",
                                      "a_name_longer_than_comm"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(parse(bad[i]), -EINVAL);
        ck_assert_ptr_nonnull(strstr(why, bad[i]));
    }
}
END_TEST

/* ---- What is kept --------------------------------------------------------------------------- */

static struct story *story;

static void feed(enum trace_kind kind, uint32_t task, struct trace_event e)
{
    e.kind = kind;
    e.who.task = task;
    e.who.pid = (int32_t)task;
    story_event(story, &e);
}

static struct trace_event plain(void)
{
    return (struct trace_event){0};
}

static void enter_kernel(uint32_t task, uint32_t nr)
{
    struct trace_event e = plain();

    e.interrupt.cpl_from = 3;
    feed(TRACE_INT, task, e);
    e = plain();
    e.syscall.nr = nr;
    feed(TRACE_SYSCALL, task, e);
}

static void fork_of(uint32_t parent, uint32_t child, const char *comm)
{
    struct trace_event e = plain();

    e.fork.user = true;
    e.fork.parent.task = parent;
    e.fork.child.task = child;
    strcpy(e.fork.parent.comm, comm);
    feed(TRACE_FORK, parent, e);
}

static void back(uint32_t task, bool child)
{
    struct trace_event e = plain();

    e.ret.child = child;
    feed(TRACE_RET, task, e);
}

static void start(const char *text)
{
    static const struct inspect nobody;

    ck_assert_int_eq(parse(text), 0);
    story = story_create(&nobody, &choice);
    ck_assert_ptr_nonnull(story);
}

static void teardown(void)
{
    story_destroy(story);
}

static unsigned told(void)
{
    unsigned n = 0;

    for (const struct tale *t = story->tales; t != NULL; t = t->next)
        n += t->number != 0;
    return n;
}

START_TEST(the_second_fork)
{
    start("2");
    enter_kernel(1, 2);
    fork_of(1, 2, "init");
    back(1, false);
    back(2, true);
    ck_assert_uint_eq(told(), 0);
    enter_kernel(2, 120);
    feed(TRACE_CALL, 9, plain()); /* another task's business */
    feed(TRACE_CALL, 2, plain());
    fork_of(2, 3, "sh");
    feed(TRACE_CALL, 3, plain());
    back(3, true);
    feed(TRACE_CALL, 3, plain()); /* the child is back: no more of its calls */
    feed(TRACE_COW, 3, plain());
    feed(TRACE_COW, 3, plain()); /* only the first */
    back(2, false);
    feed(TRACE_EXIT, 2, plain());
    ck_assert_uint_eq(told(), 1);
    ck_assert_uint_eq(story->tales->number, 2);
    ck_assert(story->tales->closed);
    ck_assert_uint_eq(story->tales->count, 9);
    fork_of(2, 4, "sh");
    ck_assert_uint_eq(told(), 1);
}
END_TEST

/* The parent forks again while its first story still waits for the first write. */
START_TEST(two_forks_in_a_row)
{
    start("all");
    for (uint32_t child = 2; child <= 3; child++) {
        enter_kernel(1, 2);
        fork_of(1, child, "sh");
        back(1, false);
        back(child, true);
    }
    ck_assert_uint_eq(told(), 2);
    ck_assert_uint_eq(story->tales->child, 2);
    ck_assert_uint_eq(story->tales->next->child, 3);
    ck_assert_uint_eq(story->tales->next->number, 2);
    ck_assert_uint_eq(story->tales->count, story->tales->next->count);
}
END_TEST

START_TEST(by_name)
{
    start("puzzle");
    enter_kernel(1, 2);
    fork_of(1, 2, "init");
    enter_kernel(2, 2);
    fork_of(2, 3, "puzzle");
    ck_assert_uint_eq(told(), 1);
    ck_assert_uint_eq(story->tales->parent, 2);
}
END_TEST

START_TEST(failed_and_other_calls_leave_nothing)
{
    start("all");
    enter_kernel(1, 2);
    enter_kernel(1, 4); /* the fork before failed */
    ck_assert_uint_eq(story->tale_count, 0);
    enter_kernel(1, 190);
    fork_of(1, 2, "init");
    enter_kernel(1, 4);
    ck_assert_uint_eq(told(), 1);
}
END_TEST

START_TEST(a_story_is_bounded)
{
    start("");
    enter_kernel(1, 2);
    fork_of(1, 2, "init");
    for (int i = 0; i < 2 * STORY_EVENTS_MAX; i++)
        feed(TRACE_CALL, 1, plain());
    ck_assert_uint_le(story->tales->count, STORY_EVENTS_MAX);
    ck_assert(story->tales->cut);
}
END_TEST

START_TEST(many_forks_are_bounded)
{
    start("all");
    for (uint32_t i = 1; i < 2 * STORIES_MAX; i++) {
        enter_kernel(i, 2);
        fork_of(i, 1000 + i, "bomb");
    }
    ck_assert_uint_eq(told(), STORIES_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("story");
    TCase *choosing = tcase_create("choosing"), *keeping = tcase_create("keeping");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(choosing, choices);
    tcase_add_test(choosing, bad_choices);
    tcase_add_checked_fixture(keeping, NULL, teardown);
    tcase_add_test(keeping, the_second_fork);
    tcase_add_test(keeping, two_forks_in_a_row);
    tcase_add_test(keeping, by_name);
    tcase_add_test(keeping, failed_and_other_calls_leave_nothing);
    tcase_add_test(keeping, a_story_is_bounded);
    tcase_add_test(keeping, many_forks_are_bounded);
    suite_add_tcase(suite, choosing);
    suite_add_tcase(suite, keeping);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

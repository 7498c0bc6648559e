/* The table of all states' fields: nothing is left out, and what is written is read back. */
#include "emu/time/statelayout.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "emu/time/snapshot.h"

enum { STATE_MAX = 1 << 17 };

static uint64_t random_state = 1;

static uint8_t draw(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint8_t)(random_state >> 56);
}

/* Between two fields there is only what alignment asks for. */
START_TEST(no_field_is_left_out)
{
    for (unsigned i = 0; i < statelayout_count; i++) {
        const struct section *s = &statelayout[i];
        size_t end = 0;

        ck_assert_msg(section_bytes(s) <= SNAPSHOT_SECTION_MAX, "%s", s->tag);
        for (unsigned n = 0; n < s->field_count; n++) {
            const struct field *f = &s->fields[n];
            size_t aligned = (end + f->size - 1) / f->size * f->size;

            /* A struct inside a struct may be aligned for a field that comes later in it. */
            ck_assert_msg(f->offset == aligned || (f->offset % 8 == 0 && f->offset - end < 8),
                          "%s: a field is missing before %s", s->tag, f->name);
            end = f->offset + (size_t)f->size * f->count;
        }
        ck_assert_msg(s->size - end < 8, "%s: a field is missing at the end", s->tag);
    }
}
END_TEST

/* Any value a field may have. */
static void fill(const struct section *s, uint8_t *bytes)
{
    for (unsigned n = 0; n < s->field_count; n++) {
        const struct field *f = &s->fields[n];

        for (uint32_t i = 0; i < f->size * f->count; i++)
            *bytes++ = f->max == UINT64_MAX ? draw() : i % f->size == 0 ? draw() % 2 : 0;
    }
}

START_TEST(what_is_written_is_read_back)
{
    static uint8_t state[STATE_MAX], bytes[SNAPSHOT_SECTION_MAX], again[SNAPSHOT_SECTION_MAX];

    for (unsigned i = 0; i < statelayout_count; i++) {
        const struct section *s = &statelayout[i];

        ck_assert_uint_le(s->size, sizeof(state));
        fill(s, bytes);
        ck_assert_ptr_null(section_decode(s, bytes, state));
        section_encode(s, state, again);
        ck_assert_mem_eq(bytes, again, section_bytes(s));
    }
}
END_TEST

START_TEST(values_out_of_range_are_refused)
{
    static uint8_t state[STATE_MAX], bytes[SNAPSHOT_SECTION_MAX];
    unsigned refused = 0;

    for (unsigned i = 0; i < statelayout_count; i++) {
        const struct section *s = &statelayout[i];
        size_t at = 0;

        for (unsigned n = 0; n < s->field_count; n++) {
            const struct field *f = &s->fields[n];

            memset(bytes, 0, section_bytes(s));
            memset(bytes + at, 0xfe, f->size);
            at += (size_t)f->size * f->count;
            if (f->max == UINT64_MAX)
                continue;
            const char *wrong = section_decode(s, bytes, state);
            ck_assert_ptr_nonnull(wrong);
            ck_assert_str_eq(wrong, f->name);
            refused++;
        }
    }
    ck_assert_uint_gt(refused, 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statelayout");
    TCase *tc = tcase_create("statelayout");

    tcase_add_test(tc, no_field_is_left_out);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_test(tc, values_out_of_range_are_refused);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* What the binary form's version promises: the table of fields is the one that it was given for. */
#include "emu/trace/trace_codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/trace/trace_binary.h"
#include "emu/trace/trace_field.h"

/* A change of the table changes the bytes. Raise TRACE_BINARY_MAJOR (and TRACE_JSON_VERSION, where
 * a key means something else), then put the new number here. New kinds at the end change neither.
 */
static const struct {
    unsigned major;
    uint64_t fields;
} promised = {3, UINT64_C(0x3416bd614620f553)};

static uint64_t add(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t fingerprint(void)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    char row[256];

    for (const struct trace_field *f = trace_fields; f->key != NULL; f++) {
        snprintf(row, sizeof(row), "%x %s %d %u %u;", f->kinds, f->key, (int)f->form, f->size,
                 f->count);
        hash = add(hash, row);
    }
    return hash;
}

START_TEST(the_version_is_of_this_table)
{
    ck_assert_uint_eq(TRACE_BINARY_MAJOR, promised.major);
    ck_assert_msg(fingerprint() == promised.fields, "the table of fields is 0x%llx now",
                  (unsigned long long)fingerprint());
}
END_TEST

/* Numbers of every size, both ways round, by differences that wrap. */
START_TEST(extreme_numbers_come_back)
{
    static const uint32_t values[] = {0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0x12345678, 0};
    struct trace_facts facts;
    struct trace_book *book = trace_book_create();
    struct trace_codec *put = trace_codec_create(), *get = trace_codec_create();
    struct byte_writer w = {0};
    struct byte_reader r, texts;
    struct trace_event event = {.kind = TRACE_COW}, back;

    trace_book_facts(book, &facts);
    trace_codec_put_start(put, &w, &facts);
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        event.seq = (uint64_t)values[i] << 32 | values[i];
        event.icount = ~event.seq;
        event.cow.address = values[i];
        event.cow.old_pfn = ~values[i];
        trace_codec_put(put, &w, &facts, &event);
    }
    ck_assert(!w.failed);
    texts.at = trace_codec_texts(put)->bytes;
    texts.end = texts.at + trace_codec_texts(put)->used;
    texts.bad = false;
    r = (struct byte_reader){w.bytes, w.bytes + w.used, false};
    ck_assert(trace_codec_get_start(get, &r, texts, book));
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        ck_assert_int_eq(trace_codec_get(get, &r, book, &back), 1);
        ck_assert_uint_eq(back.seq, (uint64_t)values[i] << 32 | values[i]);
        ck_assert_uint_eq(back.icount, ~back.seq);
        ck_assert_uint_eq(back.cow.address, values[i]);
        ck_assert_uint_eq(back.cow.old_pfn, ~values[i]);
    }
    ck_assert_int_eq(trace_codec_get(get, &r, book, &back), 0);
    free(w.bytes);
    trace_codec_destroy(put);
    trace_codec_destroy(get);
    trace_book_destroy(book);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_codec");
    TCase *all = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(all, the_version_is_of_this_table);
    tcase_add_test(all, extreme_numbers_come_back);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/*
 * Events made at random, member by member from the table of fields: what binary, text and JSON make
 * of each other is the same to the byte.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/trace/trace_book.h"
#include "emu/trace/trace_field.h"
#include "emu/trace/trace_form.h"
#include "emu/trace/trace_reader.h"

enum { EVENTS = 300, SEEDS = 12, SMALL = 6 };

static uint32_t seed;

static uint32_t noise(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Often small, often an address, sometimes anything. */
static uint32_t some_number(void)
{
    switch (noise() % 5) {
    case 0:
        return noise() % SMALL;
    case 1:
        return 0xc0100000 + noise() % 0x4000;
    case 2:
        return 0x08048000 + noise() % 0x400;
    case 3:
        return UINT32_MAX - noise() % SMALL;
    default:
        return noise() << 16 ^ noise();
    }
}

static void some_text(char *to, size_t room)
{
    size_t size = noise() % room;

    memset(to, 0, room);
    for (size_t i = 0; i < size; i++)
        to[i] = (char)(noise() % 4 ? 'a' + (int)(noise() % 26) : 1 + (int)(noise() % 255));
}

static struct trace_who some_who(void)
{
    struct trace_who who = {.task = 0xc0200000 + noise() % 4 * 0x800,
                            .pid = (int32_t)(noise() % 5)};

    snprintf(who.comm, sizeof(who.comm), "task%u", noise() % 3);
    if (noise() % 8 == 0)
        some_text(who.comm, sizeof(who.comm));
    return who;
}

/* ---- Functions ------------------------------------------------------------------------------- */

static const struct trace_probe probes[] = {
    {.name = "do_fork",
     .addr = 0xc0100100,
     .known = true,
     .function = {.name = "do_fork",
                  .result = {GUEST_INT, 4, NULL},
                  .param_count = 3,
                  .param = {{.name = "clone_flags", .type = {GUEST_UINT, 4, NULL}},
                            {.name = "regs", .type = {GUEST_POINTER, 4, "pt_regs"}},
                            {.name = "gone", .type = {GUEST_INT, 4, NULL}}}}},
    {.name = "ret_from_fork", .addr = 0xc0100200, .known = true, .shape = TRACE_LABEL},
    {.name = "do_fork", /* another of that name */
     .addr = 0xc0100300,
     .known = true,
     .function = {.name = "do_fork",
                  .result = {GUEST_POINTER, 4, "task_struct"},
                  .param_count = 1,
                  .param = {{.name = "p", .type = {GUEST_POINTER, 4, "task_struct"}}}}},
};

enum { PROBES = sizeof(probes) / sizeof(probes[0]) };

static const struct trace_probe *owned[PROBES]; /* the book's */

static void fill_call(struct trace_event *e)
{
    struct trace_call *c = &e->call;

    c->probe = owned[noise() % PROBES];
    c->depth = noise() % 8;
    for (unsigned k = 0; e->kind == TRACE_CALL && k < c->probe->function.param_count; k++) {
        c->arg[k] = some_number();
        if (noise() % 3 == 0) {
            c->of[k] = some_who();
            c->arg[k] = c->of[k].task;
        }
    }
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void fill_slots(const struct trace_field *f, struct trace_event *e)
{
    struct cpu_frame_slot *slot = (void *)((char *)e + f->offset);

    for (unsigned i = 0; i < f->count; i++)
        slot[i] = (struct cpu_frame_slot){(enum cpu_frame_word)(noise() % (FRAME_ERROR + 1)),
                                          some_number(), some_number()};
}

static void fill_bytes(char *member, size_t size)
{
    unsigned length = noise() % (unsigned)(size + 1);

    for (unsigned i = 0; i < length; i++)
        member[i] = (char)noise();
    member[-1] = (char)length;
}

static unsigned choices(const struct trace_field *f)
{
    unsigned count = 0;

    while (f->names[count] != NULL)
        count++;
    return count;
}

static void fill_field(const struct trace_field *f, struct trace_event *e)
{
    char *member = (char *)e + f->offset;

    switch (f->form) {
    case FIELD_FLAG:
        *(bool *)member = noise() % 2;
        break;
    case FIELD_CHOICE:
        trace_field_set(e, f->offset, f->size, noise() % choices(f));
        break;
    case FIELD_WHO:
    case FIELD_OTHER:
        *(struct trace_who *)(void *)member = some_who();
        break;
    case FIELD_TEXT:
        some_text(member, f->size);
        break;
    case FIELD_BYTES:
        fill_bytes(member, f->size);
        break;
    case FIELD_SLOTS:
        fill_slots(f, e);
        break;
    case FIELD_PROGRAM:
        e->program = (uint16_t)(noise() % 3);
        break;
    case FIELD_PID:
        trace_field_set(e, f->offset, f->size, noise() % 9 - 1u);
        break;
    case FIELD_PROBE:
    case FIELD_ARGS:
    case FIELD_TARGET:
        break;
    default:
        for (unsigned i = 0; i < f->count; i++)
            trace_field_set(e, f->offset + i * f->size, f->size, some_number());
    }
}

/* What the others say is of no use is zero, as the collector has it. */
static void tidy(struct trace_event *e)
{
    for (const struct trace_field *f = trace_fields; f->key != NULL; f++) {
        unsigned used = trace_field_used(f, e);

        if (!(f->kinds & TRACE_BIT(e->kind)) || f->when_size == 0)
            continue;
        if (trace_field_get(e, f->when_offset, f->when_size) > f->count && f->count > 1)
            trace_field_set(e, f->when_offset, f->when_size, f->count);
        used = trace_field_used(f, e);
        if (f->form == FIELD_BYTES && used == 0)
            ((char *)e)[f->offset - 1] = 0;
        if (f->when_offset != f->offset && used < f->count)
            memset((char *)e + f->offset + used * f->size, 0, (f->count - used) * f->size);
    }
}

static struct trace_event some_event(unsigned number)
{
    struct trace_event e = {.kind = (enum trace_kind)(noise() % TRACE_KIND_COUNT),
                            .seq = number + 1,
                            .icount = 1000 + 7 * number,
                            .who = some_who()};

    for (const struct trace_field *f = trace_fields; f->key != NULL; f++)
        if (f->kinds & TRACE_BIT(e.kind))
            fill_field(f, &e);
    if (e.kind == TRACE_CALL || e.kind == TRACE_RETURN)
        fill_call(&e);
    if (e.kind == TRACE_SYSCALL)
        for (unsigned k = syscall_arg_count(e.syscall.nr); k < SYSCALL_ARGS_MAX; k++)
            e.syscall.arg[k] = 0;
    tidy(&e);
    ck_assert(trace_event_mend(&e));
    return e;
}

/* ---- Files ----------------------------------------------------------------------------------- */

struct kept {
    int fd;
    char path[64];
};

static struct kept keep(void)
{
    struct kept k = {.fd = memfd_create("trace", 0)};

    ck_assert_int_ge(k.fd, 0);
    snprintf(k.path, sizeof(k.path), "/proc/self/fd/%d", k.fd);
    return k;
}

static void write_random(const struct kept *to)
{
    struct trace_book *book = trace_book_create();
    struct trace_facts facts;
    struct trace_names names;
    struct trace_writer w;
    struct trace_out *out;
    char why[256];
    int err;

    ck_assert(trace_book_set_ground(book, &(struct trace_ground){0xc0000000, 0x2000, 4 * 3, 24}));
    trace_book_set_member(book, 0, "ebx");
    trace_book_set_member(book, 2, "eip");
    trace_book_set_program(book, 1, "/bin/one");
    trace_book_set_program(book, 2, "/bin/two");
    trace_book_set_stack(book, 0xc0102000, 3);
    for (uint32_t at = 0; at < 0x4000; at += 0x11)
        trace_book_set_symbol(book, 0, 0xc0100000 + at, "some_symbol", at % 0x100);
    trace_book_set_line(book, 0xc0100100, "kernel/fork.c", 210);
    for (unsigned i = 0; i < PROBES; i++)
        owned[i] = trace_book_probe(book, &probes[i]);
    trace_book_facts(book, &facts);
    trace_names_from(&names, &facts, TRACE_EXACT);
    out = trace_out_open(to->path, NULL, NULL, &err, why, sizeof(why));
    ck_assert_int_eq(
        trace_writer_open(&w, trace_form_find("binary"), out, &names, why, sizeof(why)), 0);
    for (unsigned i = 0; i < EVENTS; i++) {
        struct trace_event e = some_event(i);

        trace_writer_event(&w, &e);
    }
    trace_writer_close(&w);
    ck_assert_int_eq(trace_out_close(out, why, sizeof(why)), 0);
    trace_book_destroy(book);
}

static struct kept convert(const struct kept *from, const char *form)
{
    struct kept to = keep();
    struct trace_event e;
    struct trace_reader *r;
    struct trace_writer w;
    struct trace_out *out;
    unsigned count = 0;
    char why[512];
    int err;

    ck_assert_msg(trace_reader_open(&r, from->path, why, sizeof(why)) == 0, "%s", why);
    out = trace_out_open(to.path, NULL, NULL, &err, why, sizeof(why));
    ck_assert_int_eq(
        trace_writer_open(&w, trace_form_find(form), out, trace_reader_names(r), why, sizeof(why)),
        0);
    for (; (err = trace_reader_next(r, &e, why, sizeof(why))) > 0; count++)
        trace_writer_event(&w, &e);
    ck_assert_msg(err == 0, "seed %u: %s", seed, why);
    ck_assert_uint_eq(count, EVENTS);
    ck_assert_int_eq(trace_reader_end(r), TRACE_END_WHOLE);
    trace_writer_close(&w);
    ck_assert_int_eq(trace_out_close(out, why, sizeof(why)), 0);
    trace_reader_close(r);
    return to;
}

static void same(const struct kept *a, const struct kept *b, const char *what)
{
    off_t size = lseek(a->fd, 0, SEEK_END);
    char *x = malloc((size_t)size), *y = malloc((size_t)size);

    ck_assert_msg(size == lseek(b->fd, 0, SEEK_END), "%s: another size", what);
    ck_assert(pread(a->fd, x, (size_t)size, 0) == size && pread(b->fd, y, (size_t)size, 0) == size);
    ck_assert_msg(memcmp(x, y, (size_t)size) == 0, "%s", what);
    free(x);
    free(y);
}

START_TEST(nothing_is_lost)
{
    struct kept binary = keep(), text, jsonl, back;

    seed = (uint32_t)_i * 2654435761u;
    write_random(&binary);
    text = convert(&binary, "text");
    jsonl = convert(&binary, "jsonl");
    back = convert(&text, "binary");
    same(&binary, &back, "binary through text");
    close(back.fd);
    back = convert(&text, "jsonl");
    same(&jsonl, &back, "JSON through text");
    close(back.fd);
    back = convert(&jsonl, "binary");
    same(&binary, &back, "binary through JSON");
    close(back.fd);
    back = convert(&jsonl, "text");
    same(&text, &back, "text through JSON");
    close(back.fd);
    close(text.fd);
    close(jsonl.fd);
    close(binary.fd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace_round_trip");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;

    if (strstr(trace_forms_note(), "built without") != NULL) {
        printf("skipped: %s\n", trace_forms_note());
        return 77;
    }
    tcase_add_loop_test(all, nothing_is_lost, 0, SEEDS);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

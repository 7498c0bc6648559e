/*
 * Damaged recordings against the readers, damaged filters against their parser: mutations from
 * fixed seeds, or the files named on the command line. What a reader accepts, every form must be
 * able to write. The sanitizers watch the rest.
 *
 *   fuzz_trace [COUNT]    COUNT mutations (default 1000)
 *   fuzz_trace FILE...    replay recordings
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emu/trace/trace_codec.h"
#include "emu/trace/trace_filter.h"
#include "emu/trace/trace_form.h"
#include "emu/trace/trace_reader.h"
#include "tests/fuzz/fuzz.h"

static const char *const forms[] = {"text",   "jsonl", "binary", "strace", "ftrace",
                                    "chrome", "dot",   "csv",    "html"};

enum { FORMS = sizeof(forms) / sizeof(forms[0]), FRAME_EVENTS = 400 };

static void damage(uint32_t *seed, uint8_t *bytes, size_t size)
{
    for (unsigned n = 1 + noise(seed) % 8; n > 0 && size > 0; n--)
        bytes[noise(seed) % size] =
            noise(seed) % 2 ? (uint8_t)noise(seed) : bytes[noise(seed) % size];
}

/* ---- Writing whatever was read ----------------------------------------------------------- */

struct sinks {
    struct trace_out *out[FORMS];
    struct trace_writer writer[FORMS];
};

static void open_sinks(struct sinks *s, const struct trace_names *names)
{
    char why[128];

    for (unsigned i = 0; i < FORMS; i++) {
        s->out[i] = trace_out_memory();
        if (trace_writer_open(&s->writer[i], trace_form_find(forms[i]), s->out[i], names, why,
                              sizeof(why)) != 0)
            s->writer[i] = (struct trace_writer){0};
    }
}

static void write_event(struct sinks *s, const struct trace_event *event)
{
    for (unsigned i = 0; i < FORMS; i++)
        if (s->writer[i].form != NULL)
            trace_writer_event(&s->writer[i], event);
}

static void close_sinks(struct sinks *s)
{
    char why[128];

    for (unsigned i = 0; i < FORMS; i++) {
        trace_writer_close(&s->writer[i]);
        trace_out_close(s->out[i], why, sizeof(why));
    }
}

/* ---- Files ------------------------------------------------------------------------------- */

static void try_path(const char *path)
{
    struct trace_reader *r;
    struct trace_event event;
    struct sinks sinks;
    char why[512];
    int got;

    if (trace_reader_open(&r, path, why, sizeof(why)) != 0) {
        refused++;
        return;
    }
    open_sinks(&sinks, trace_reader_names(r));
    while ((got = trace_reader_next(r, &event, why, sizeof(why))) > 0)
        write_event(&sinks, &event);
    close_sinks(&sinks);
    if (trace_reader_seek(r, 6080000, why, sizeof(why)) == 0)
        trace_reader_next(r, &event, why, sizeof(why));
    accepted += got == 0;
    refused += got != 0;
    trace_reader_close(r);
}

static void try_file(const uint8_t *bytes, size_t size)
{
    int fd = memfd_create("recording", MFD_CLOEXEC);
    char path[64];

    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) {
        perror("fuzz_trace");
        exit(EXIT_FAILURE);
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    try_path(path);
    close(fd);
}

/* The recording as text. */
static bool make_text(const char *path, struct file *text)
{
    struct trace_out *out = trace_out_memory();
    struct trace_writer w;
    struct trace_reader *r;
    struct trace_event event;
    char why[512];
    size_t size;

    if (out == NULL || trace_reader_open(&r, path, why, sizeof(why)) != 0 ||
        trace_writer_open(&w, trace_form_find("text"), out, trace_reader_names(r), why,
                          sizeof(why)) != 0)
        return false;
    while (trace_reader_next(r, &event, why, sizeof(why)) > 0)
        trace_writer_event(&w, &event);
    trace_writer_close(&w);
    text->bytes = (uint8_t *)strdup(trace_out_text(out, &size));
    text->size = size;
    trace_out_close(out, why, sizeof(why));
    trace_reader_close(r);
    return text->bytes != NULL;
}

static void fuzz_files(const struct file *good, unsigned count)
{
    uint8_t *bytes = malloc(good->size);

    for (unsigned i = 0; bytes != NULL && i < count; i++) {
        uint32_t seed = fuzz_seed(i);
        size_t size = noise(&seed) % 8 == 0 ? noise(&seed) % good->size : good->size;

        memcpy(bytes, good->bytes, good->size);
        damage(&seed, bytes, size);
        try_file(bytes, size);
    }
    free(bytes);
}

/* ---- Frames, which a checksum would protect in a file ------------------------------------ */

struct frame {
    struct byte_writer records;
    uint8_t *texts;
    size_t texts_size;
};

/* False: this build cannot read the recording. */
static bool make_frame(const char *path, struct frame *f)
{
    struct trace_codec *codec = trace_codec_create();
    struct trace_reader *r;
    struct trace_event event;
    char why[512];

    if (codec == NULL || trace_reader_open(&r, path, why, sizeof(why)) != 0) {
        trace_codec_destroy(codec);
        printf("skipped: %s\n", why);
        return false;
    }
    trace_codec_put_start(codec, &f->records, &trace_reader_names(r)->facts);
    for (unsigned i = 0; i < FRAME_EVENTS && trace_reader_next(r, &event, why, sizeof(why)) > 0;
         i++)
        trace_codec_put(codec, &f->records, &trace_reader_names(r)->facts, &event);
    f->texts_size = trace_codec_texts(codec)->used;
    f->texts = malloc(f->texts_size);
    if (f->texts != NULL)
        memcpy(f->texts, trace_codec_texts(codec)->bytes, f->texts_size);
    trace_reader_close(r);
    trace_codec_destroy(codec);
    return f->texts != NULL;
}

static void try_frame(const uint8_t *records, size_t size, const uint8_t *texts, size_t texts_size)
{
    struct trace_codec *codec = trace_codec_create();
    struct trace_book *book = trace_book_create();
    struct byte_reader r = {records, records + size, false};
    struct trace_names names;
    struct trace_facts facts;
    struct trace_event event;
    struct sinks sinks;
    int got = -1;

    if (codec != NULL && book != NULL &&
        trace_codec_get_start(codec, &r, (struct byte_reader){texts, texts + texts_size, false},
                              book)) {
        trace_book_facts(book, &facts);
        trace_names_from(&names, &facts, (enum trace_level)(size % 3));
        open_sinks(&sinks, &names);
        while ((got = trace_codec_get(codec, &r, book, &event)) > 0)
            write_event(&sinks, &event);
        close_sinks(&sinks);
    }
    accepted += got == 0;
    refused += got != 0;
    trace_codec_destroy(codec);
    trace_book_destroy(book);
}

static void fuzz_frames(const struct frame *good, unsigned count)
{
    uint8_t *records = malloc(good->records.used), *texts = malloc(good->texts_size);

    for (unsigned i = 0; records != NULL && texts != NULL && i < count; i++) {
        uint32_t seed = fuzz_seed(i);

        memcpy(records, good->records.bytes, good->records.used);
        memcpy(texts, good->texts, good->texts_size);
        if (noise(&seed) % 4 != 0)
            damage(&seed, records, good->records.used);
        else
            damage(&seed, texts, good->texts_size);
        try_frame(records, good->records.used, texts, good->texts_size);
    }
    free(records);
    free(texts);
}

/* ---- Filters ----------------------------------------------------------------------------- */

static void fuzz_filters(unsigned count)
{
    static const char good[] =
        "ev=int,fork,ret,all; pid=1,2; sym=do_fork,copy_mm; icount=0x10..2_000";
    static const char letters[] = ";,=. _0x9aevpidsym..icount\t\xff\n";
    char text[sizeof(good)], why[128];
    struct trace_filter filter;

    for (unsigned i = 0; i < count; i++) {
        uint32_t seed = fuzz_seed(i);

        memcpy(text, good, sizeof(good));
        text[noise(&seed) % sizeof(good)] = '\0';
        for (unsigned n = noise(&seed) % 6; n > 0; n--)
            text[noise(&seed) % (sizeof(text) - 1)] = letters[noise(&seed) % (sizeof(letters) - 1)];
        trace_filter_init(&filter, 0);
        if (trace_filter_parse(&filter, text, why, sizeof(why)) == 0)
            accepted++;
        else
            refused++;
    }
}

/* Did the last fuzzer see both? One that never accepts tests nothing behind the first check. */
static bool report(const char *what)
{
    bool both = accepted > 0 && refused > 0;

    printf("%s: %u accepted, %u refused\n", what, accepted, refused);
    accepted = refused = 0;
    return both;
}

int main(int argc, char **argv)
{
    unsigned count = fuzz_count(argc, argv, 1000);
    struct frame frame = {0};
    struct file good, text;
    bool ok = true;

    if (fuzz_is_replay(argc, argv)) {
        while (*++argv)
            try_path(*argv);
        return EXIT_SUCCESS;
    }
    if (!make_frame(FUZZ_RECORDING, &frame))
        return 77;
    good = fuzz_read(FUZZ_RECORDING);
    fuzz_files(&good, count / 10);
    ok = report("files") && ok;
    if (!make_text(FUZZ_RECORDING, &text))
        return EXIT_FAILURE;
    fuzz_files(&text, count / 10);
    ok = report("text") && ok;
    free(text.bytes);
    fuzz_frames(&frame, count);
    ok = report("frames") && ok;
    fuzz_filters(10 * count);
    ok = report("filters") && ok;
    file_release(&good);
    free(frame.records.bytes);
    free(frame.texts);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

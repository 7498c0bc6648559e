/*
 * How fast recordings are written and read, and how large they are: the events of a recording again
 * and again, in each form that can be read back. For people; no test looks at the times.
 *
 *   bench_trace RECORDING [EVENTS]    default 1000000
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "emu/trace/trace_form.h"
#include "emu/trace/trace_reader.h"

enum { SAMPLE_MAX = 4096 };

struct sample {
    struct trace_reader *reader; /* keeps what the events point at */
    struct trace_event *event;
    unsigned count;
    uint64_t steps; /* between the first and the last */
};

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool read_sample(struct sample *s, const char *path)
{
    char why[512];

    s->event = calloc(SAMPLE_MAX, sizeof(*s->event));
    if (s->event == NULL || trace_reader_open(&s->reader, path, why, sizeof(why)) != 0) {
        fprintf(stderr, "bench_trace: %s\n", why);
        return false;
    }
    while (s->count < SAMPLE_MAX &&
           trace_reader_next(s->reader, &s->event[s->count], why, sizeof(why)) > 0)
        s->count++;
    if (s->count > 0)
        s->steps = s->event[s->count - 1].icount - s->event[0].icount + 100;
    return s->count > 0;
}

/* Writes the sample round and round, as if the guest did the same again and again. */
static bool write_events(const struct sample *s, const char *form, const char *path,
                         unsigned events)
{
    struct trace_writer w;
    struct trace_event e;
    char why[256];
    int err;
    struct trace_out *out = trace_out_open(path, NULL, NULL, &err, why, sizeof(why));

    if (out == NULL || trace_writer_open(&w, trace_form_find(form), out,
                                         trace_reader_names(s->reader), why, sizeof(why)) != 0) {
        fprintf(stderr, "bench_trace: %s\n", why);
        return false;
    }
    for (unsigned i = 0; i < events; i++) {
        e = s->event[i % s->count];
        e.seq = i + 1;
        e.icount += i / s->count * s->steps;
        trace_writer_event(&w, &e);
    }
    trace_writer_close(&w);
    return trace_out_close(out, why, sizeof(why)) == 0;
}

static unsigned read_events(const char *path)
{
    struct trace_reader *r;
    struct trace_event e;
    unsigned count = 0;
    char why[512];

    if (trace_reader_open(&r, path, why, sizeof(why)) != 0)
        return 0;
    while (trace_reader_next(r, &e, why, sizeof(why)) > 0)
        count++;
    trace_reader_close(r);
    return count;
}

static long size_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;

    if (file != NULL)
        fclose(file);
    return size;
}

static void measure(const struct sample *s, const char *form, const char *path, unsigned events)
{
    double start = cpu_seconds(), written, read;

    if (!write_events(s, form, path, events))
        return;
    written = cpu_seconds();
    if (read_events(path) != events)
        fprintf(stderr, "bench_trace: %s: not all events came back\n", form);
    read = cpu_seconds();
    printf("%-7s %7.2f million events/s written  %7.2f read  %7.2f bytes/event\n", form,
           events / (written - start) / 1e6, events / (read - written) / 1e6,
           (double)size_of(path) / events);
}

int main(int argc, char **argv)
{
    unsigned events = argc > 2 ? (unsigned)atoi(argv[2]) : 1000000;
    char path[] = "/tmp/forkscope-bench-XXXXXX";
    struct sample sample = {0};
    int fd = mkstemp(path);

    if (argc < 2 || fd < 0 || !read_sample(&sample, argv[1])) {
        fprintf(stderr, "usage: bench_trace RECORDING [EVENTS]\n");
        return EXIT_FAILURE;
    }
    close(fd);
    measure(&sample, "binary", path, events);
    measure(&sample, "jsonl", path, events / 10);
    measure(&sample, "text", path, events / 10);
    remove(path);
    trace_reader_close(sample.reader);
    free(sample.event);
    return EXIT_SUCCESS;
}

#include "emu/lib/trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emu/check/check.h"
#include "emu/story/story.h"
#include "emu/trace/trace_collect.h"
#include "emu/trace/trace_form.h"

struct trace {
    const struct inspect *in;
    struct trace_out *out; /* NULL: no --trace */
    struct trace_writer writer;
    struct trace_names names;
    struct trace_filter filter;
    struct story *story; /* NULL: no --story */
    struct check *check; /* NULL: no check */
    const char *junit;   /* NULL: no such file */
    bool *broken;
    bool colour;
    struct trace_collector *collector;
    struct trace_options options; /* as it was opened; the texts are its own */
    uint64_t began;               /* at this step */
};

/* The options, read. */
struct wish {
    const struct trace_form *form;
    enum trace_level level;
    struct trace_filter filter;
    struct story_choice story;
};

bool trace_options_wanted(const struct trace_options *options)
{
    return options->path != NULL || options->story != NULL || options->check != 0;
}

static int read_options(const struct trace_options *o, struct wish *wish, char *why,
                        size_t why_size)
{
    char forms[128];

    *wish = (struct wish){.level = TRACE_EXACT};
    if (o->path == NULL && (o->probe != NULL || o->graph != NULL)) {
        snprintf(why, why_size, "%s needs --trace FILE", o->probe ? "--probe" : "--graph");
        return -EINVAL;
    }
    if (o->path == NULL && (o->filter != NULL || o->level != NULL || o->format != NULL)) {
        snprintf(why, why_size, "%s needs --trace FILE",
                 o->filter  ? "--trace-filter"
                 : o->level ? "--trace-level"
                            : "--trace-format");
        return -EINVAL;
    }
    if (o->level != NULL && !trace_level_parse(o->level, &wish->level)) {
        snprintf(why, why_size, "--trace-level is exact, symbolic or semantic, not '%s'", o->level);
        return -EINVAL;
    }
    wish->form = trace_form_find(o->format ? o->format : "text");
    if (wish->form == NULL) {
        snprintf(why, why_size, "--trace-format is %s, not '%s'",
                 trace_form_list(forms, sizeof(forms)), o->format);
        return -EINVAL;
    }
    if (o->view != NULL && strcmp(o->view, "tss") != 0) {
        snprintf(why, why_size, "--view is tss, not '%s'", o->view);
        return -EINVAL;
    }
    if (o->view != NULL && o->story == NULL) {
        snprintf(why, why_size, "--view needs --story");
        return -EINVAL;
    }
    trace_filter_init(&wish->filter,
                      wish->form->kinds ? wish->form->kinds : trace_level_kinds(wish->level));
    if (o->filter != NULL && trace_filter_parse(&wish->filter, o->filter, why, why_size) != 0)
        return -EINVAL;
    if (o->probe != NULL &&
        trace_filter_add_symbols(&wish->filter, "--probe", o->probe, why, why_size) != 0)
        return -EINVAL;
    if (o->graph != NULL &&
        trace_filter_add_graphs(&wish->filter, "--graph", o->graph, why, why_size) != 0)
        return -EINVAL;
    if (o->story != NULL && story_choice_parse(&wish->story, o->story, why, why_size) != 0)
        return -EINVAL;
    wish->story.tss = o->view != NULL;
    return 0;
}

int trace_options_check(const struct trace_options *options, char *why, size_t why_size)
{
    struct wish wish;

    return read_options(options, &wish, why, why_size);
}

/* The first write that fails ends the run: nobody would read the rest. */
static void on_write_failed(void *ctx)
{
    struct trace *t = ctx;

    machine_request_stop(t->in->machine);
}

static void on_trace_event(void *ctx, const struct trace_event *event)
{
    struct trace *t = ctx;

    trace_writer_event(&t->writer, event);
}

static int open_out(struct trace *t, const char *path, const struct wish *wish, char *why,
                    size_t why_size)
{
    int err = 0;

    t->out = trace_out_open(path, on_write_failed, t, &err, why, why_size);
    if (t->out == NULL)
        return err;
    trace_names_init(&t->names, t->in, wish->level);
    return trace_writer_open(&t->writer, wish->form, t->out, &t->names, why, why_size);
}

/* What stories and checks are made of. */
static int need_forks(const struct trace *t, const char *what, char *why, size_t why_size)
{
    if (t->in->guestinfo != NULL && symbols_by_name(t->in->symbols, "do_fork") != NULL &&
        symbols_by_name(t->in->symbols, "trace_sched_process_fork") != NULL)
        return 0;
    snprintf(why, why_size,
             "no %s: the kernel has no debug information, or no do_fork and "
             "trace_sched_process_fork",
             what);
    return -ENOTSUP;
}

/* The function that forks, by the layout. */
static bool layout_says_fork(const struct inspect *in)
{
    const char *name = in->guestinfo ? guestinfo_tasks(in->guestinfo)->fork : NULL;

    return name != NULL && symbols_by_name(in->symbols, name) != NULL;
}

static int open_check(struct trace *t, const struct trace_options *o, char *why, size_t why_size)
{
    int err = o->check & CHECK_OF_FORK ? need_forks(t, "check", why, why_size) : 0;

    if (err != 0)
        return err;
    t->broken = o->broken;
    t->junit = o->junit;
    t->check = check_create(t->in, o->check);
    if (t->check != NULL)
        return 0;
    snprintf(why, why_size, "out of memory");
    return -ENOMEM;
}

static int open_story(struct trace *t, const struct story_choice *choice, char *why,
                      size_t why_size)
{
    int err = layout_says_fork(t->in) ? 0 : need_forks(t, "story", why, why_size);

    if (err != 0)
        return err;
    t->story = story_create(t->in, choice);
    if (t->story != NULL)
        return 0;
    snprintf(why, why_size, "out of memory");
    return -ENOMEM;
}

static int open_all(struct trace *t, const struct trace_options *o, const struct wish *wish,
                    char *why, size_t why_size)
{
    struct trace_sink sinks[3];
    unsigned count = 0;
    int err = 0;

    if (o->path != NULL) {
        err = open_out(t, o->path, wish, why, why_size);
        sinks[count++] = (struct trace_sink){&t->filter, on_trace_event, t};
    }
    if (err == 0 && o->story != NULL) {
        err = open_story(t, &wish->story, why, why_size);
        if (err == 0)
            sinks[count++] = (struct trace_sink){story_filter(t->story), story_event, t->story};
    }
    if (err == 0 && o->check != 0) {
        err = open_check(t, o, why, why_size);
        if (err == 0)
            sinks[count++] = (struct trace_sink){check_filter(t->check), check_event, t->check};
    }
    return err != 0 ? err
                    : trace_collector_create(&t->collector, t->in, sinks, count, why, why_size);
}

/* ---- Its options, for opening it again ----------------------------------------------------- */

static const char **text_of(struct trace_options *o, unsigned i)
{
    const char **const texts[] = {&o->path,  &o->filter, &o->probe, &o->graph, &o->format,
                                  &o->level, &o->story,  &o->view,  &o->junit};

    return i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : NULL;
}

static void drop_options(struct trace_options *o)
{
    const char **text;

    for (unsigned i = 0; (text = text_of(o, i)) != NULL; i++) {
        free((char *)*text);
        *text = NULL;
    }
}

static int keep_options(struct trace *t, const struct trace_options *options, char *why,
                        size_t why_size)
{
    struct trace_options given = *options;
    const char **text;
    bool ok = true;

    t->options = given;
    t->began = machine_icount(t->in->machine);
    for (unsigned i = 0; (text = text_of(&given, i)) != NULL; i++) {
        char *copy = *text != NULL ? strdup(*text) : NULL;

        ok = ok && (copy != NULL || *text == NULL);
        *text_of(&t->options, i) = copy;
    }
    if (!ok)
        snprintf(why, why_size, "out of memory");
    return ok ? 0 : -ENOMEM;
}

int trace_open(struct trace **out, const struct inspect *in, const struct trace_options *options,
               char *why, size_t why_size)
{
    struct trace *t = calloc(1, sizeof(*t));
    struct wish wish;
    char unused[2];
    int err;

    *out = NULL;
    if (t == NULL) {
        snprintf(why, why_size, "out of memory");
        return -ENOMEM;
    }
    t->in = in;
    t->colour = options->colour;
    err = read_options(options, &wish, why, why_size);
    t->filter = wish.filter;
    if (err == 0)
        err = open_all(t, options, &wish, why, why_size);
    if (err == 0)
        err = keep_options(t, options, why, why_size);
    if (err == 0) {
        *out = t;
        return 0;
    }
    trace_collector_destroy(t->collector);
    drop_options(&t->options);
    check_destroy(t->check);
    story_destroy(t->story);
    trace_writer_close(&t->writer);
    trace_out_close(t->out, unused, sizeof(unused));
    free(t);
    return err;
}

/* Stories and verdicts, on standard output. */
static int tell(struct trace *t, char *why, size_t why_size)
{
    struct trace_out *out;
    int err = 0;

    out = trace_out_open("-", NULL, NULL, &err, why, why_size);
    if (out == NULL)
        return err;
    if (t->story != NULL)
        story_print(t->story, out, t->colour);
    if (t->check != NULL)
        *t->broken = !check_finish(t->check, out);
    err = trace_out_close(out, why, why_size);
    if (err == 0 && t->check != NULL && t->junit != NULL)
        err = check_write_junit(t->check, t->junit, why, why_size);
    return err;
}

int trace_close(struct trace *t, char *why, size_t why_size)
{
    char other[256];
    int err, told = 0;

    if (t == NULL)
        return 0;
    trace_collector_finish(t->collector);
    trace_writer_close(&t->writer);
    err = trace_out_close(t->out, why, why_size);
    if ((t->story != NULL || t->check != NULL) && err == 0)
        told = tell(t, why, why_size);
    else if (t->story != NULL || t->check != NULL)
        tell(t, other, sizeof(other)); /* the first error is the one to report */
    check_destroy(t->check);
    story_destroy(t->story);
    trace_collector_destroy(t->collector); /* after the story: its events name probes */
    drop_options(&t->options);
    free(t);
    return err != 0 ? err : told;
}

/* ---- Again ------------------------------------------------------------------------------- */

struct retelling {
    struct trace **trace;
    char *why;
    size_t why_size;
};

/* As if it had never been opened, but for its options, which the caller has by now. */
static void discard(struct trace *t)
{
    char unused[2];

    trace_writer_close(&t->writer);
    if (t->out != NULL)
        trace_out_clear(t->out);
    trace_out_close(t->out, unused, sizeof(unused));
    check_destroy(t->check);
    story_destroy(t->story);
    trace_collector_destroy(t->collector);
    free(t);
}

static int open_again(void *ctx)
{
    struct retelling *r = ctx;
    struct trace *old = *r->trace;
    struct trace_options options = old->options;
    const struct inspect *in = old->in;
    int err;

    discard(old);
    err = trace_open(r->trace, in, &options, r->why, r->why_size);
    drop_options(&options);
    if (err == 0)
        trace_collector_listen((*r->trace)->collector, OBSERVER_PART);
    return err;
}

static bool can_be_taken_back(const char *path)
{
    struct stat st;

    return path == NULL || (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode));
}

int trace_rewind(struct trace **trace, struct history *history, char *why, size_t why_size)
{
    struct retelling r = {trace, why, why_size};
    int err;

    if (!can_be_taken_back((*trace)->options.path))
        return 0;
    err = history_retell(history, (*trace)->began, open_again, &r);
    if (err == 0)
        trace_collector_listen((*trace)->collector, OBSERVER_ONCE);
    return err == -ERANGE ? 0 : err;
}

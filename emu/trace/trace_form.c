#include "emu/trace/trace_form.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct trace_form *const forms[] = {
    &trace_form_text,   &trace_form_jsonl,  &trace_form_binary,
    &trace_form_strace, &trace_form_ftrace, &trace_form_chrome,
    &trace_form_dot,    &trace_form_csv,    &trace_form_html,
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

const struct trace_form *trace_form_find(const char *name)
{
    for (unsigned i = 0; i < FORMS; i++)
        if (strcmp(forms[i]->name, name) == 0)
            return forms[i];
    return NULL;
}

const char *trace_form_list(char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';
    for (unsigned i = 0; i < FORMS && used < size; i++)
        used += (size_t)snprintf(buf + used, size - used, "%s%s",
                                 i == 0           ? ""
                                 : i + 1 == FORMS ? " or "
                                                  : ", ",
                                 forms[i]->name);
    return buf;
}

const char *trace_forms_note(void)
{
#if defined(HAVE_ZSTD) && defined(HAVE_YAJL)
    return "text, jsonl and binary";
#elif defined(HAVE_ZSTD)
    return "text, jsonl (not read back: built without libyajl-dev) and binary";
#elif defined(HAVE_YAJL)
    return "text and jsonl; not binary: built without libzstd-dev";
#else
    return "text and jsonl (not read back); built without libzstd-dev and libyajl-dev";
#endif
}

int trace_writer_open(struct trace_writer *w, const struct trace_form *form, struct trace_out *out,
                      const struct trace_names *names, char *why, size_t why_size)
{
    int err = 0;

    *w = (struct trace_writer){form, out, names, NULL};
    if (form->state_size > 0 && (w->state = calloc(1, form->state_size)) == NULL)
        err = -ENOMEM;
    if (err == 0 && form->begin != NULL)
        err = form->begin(w);
    if (err == -ENOTSUP)
        snprintf(why, why_size, "this build of forkscope cannot write the form '%s'", form->name);
    else if (err != 0)
        snprintf(why, why_size, "out of memory");
    if (err != 0)
        trace_writer_close(w);
    return err;
}

void trace_writer_event(struct trace_writer *w, const struct trace_event *event)
{
    w->form->event(w, event);
}

void trace_writer_close(struct trace_writer *w)
{
    if (w->form != NULL && w->form->end != NULL && (w->state != NULL || w->form->state_size == 0))
        w->form->end(w);
    free(w->state);
    *w = (struct trace_writer){0};
}

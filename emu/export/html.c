/* What the page tells of each fork, collected from the events. */
#include "emu/export/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/guest/syscalls.h"
#include "emu/trace/trace_form.h"

enum { PARENT = 0, CHILD = 1 };

/* ---- Texts ------------------------------------------------------------------------------- */

static void name_line(const struct trace_writer *w, uint32_t addr, char *to)
{
    const struct trace_facts *facts = &w->names->facts;
    const char *file;
    int line;

    if (facts->line(facts->ctx, addr, &file, &line))
        snprintf(to, HTML_TEXT, "%.80s:%d", file, line);
}

static void name_address(const struct trace_writer *w, const struct trace_event *e, uint32_t addr,
                         bool code, char *to)
{
    struct trace_names names = *w->names;
    char text[256];

    names.program = e->program;
    if (trace_name_known(&names, addr, code, text, sizeof(text)) != NULL)
        snprintf(to, HTML_TEXT, "%.90s", text);
}

static void note_word(const struct trace_writer *w, const struct trace_event *e, const char *name,
                      uint32_t value, char *note)
{
    size_t length = strlen(name);
    const char *end = length >= 2 ? name + length - 2 : name;
    char flags[128], *open;

    if (strcmp(end, "ip") == 0 || strcmp(end, "sp") == 0) {
        name_address(w, e, value, end[0] == 'i', note);
    } else if (length > 5 && strcmp(name + length - 5, "flags") == 0) {
        trace_name_eflags(w->names, value, flags, sizeof(flags));
        open = strchr(flags, '[');
        snprintf(note, HTML_TEXT, "%.90s", open ? open + 1 : flags);
        if (strchr(note, ']') != NULL)
            *strchr(note, ']') = '\0';
    } else if (strcmp(end, "cs") == 0 || strcmp(end, "ss") == 0) {
        snprintf(note, HTML_TEXT, "ring %u", value & 3);
    }
}

/* ---- Forks ------------------------------------------------------------------------------- */

static struct html_fork *open_fork(struct html *h, const struct trace_who *who, bool as_child)
{
    for (unsigned i = h->count; i-- > 0;) {
        struct html_fork *f = &h->fork[i];
        const struct trace_who *side = as_child ? &f->child : &f->parent;

        if (side->pid == who->pid && side->task == who->task && (f->forked || !as_child) &&
            !f->back[as_child ? CHILD : PARENT].seen && !f->done)
            return f;
    }
    return NULL;
}

static struct html_fork *fork_of(struct html *h, uint32_t id)
{
    for (unsigned i = h->count; i-- > 0;)
        if (h->fork[i].id == id)
            return &h->fork[i];
    return NULL;
}

static void on_syscall(struct html *h, const struct trace_event *e)
{
    const struct syscall_info *info = syscall_by_nr(e->syscall.nr);
    struct html_fork *grown;

    if (!syscall_forks_linux(e->syscall.nr))
        return;
    grown = h->count < HTML_FORKS_MAX ? realloc(h->fork, (h->count + 1) * sizeof(*grown)) : NULL;
    if (grown == NULL) {
        h->untold++;
        return;
    }
    h->fork = grown;
    h->fork[h->count] = (struct html_fork){.begun = e->icount, .parent = e->who};
    snprintf(h->fork[h->count].call, sizeof(h->fork->call), "%s", info ? info->name : "fork");
    h->count++;
}

static void copy_words(const struct trace_writer *w, struct html_fork *f,
                       const struct trace_event *e)
{
    const struct trace_fork *fork = &e->fork;

    f->words = fork->words < TRACE_REGS_WORDS ? fork->words : TRACE_REGS_WORDS;
    for (unsigned i = 0; i < f->words; i++) {
        struct html_word *word = &f->word[i];
        const char *name = trace_name_member(w->names, 4 * i);

        snprintf(word->name, sizeof(word->name), "%.15s", name);
        word->parent_at = fork->parent_frame + 4 * i;
        word->child_at = fork->child_frame + 4 * i;
        word->parent = fork->parent_regs[i];
        word->child = fork->child_regs[i];
        note_word(w, e, name, word->parent, word->parent_note);
        note_word(w, e, name, word->child, word->child_note);
    }
}

static void on_fork(const struct trace_writer *w, const struct trace_event *e)
{
    struct html_fork *f = open_fork(w->state, &e->fork.parent, false);

    if (f == NULL || !e->fork.user || f->forked)
        return;
    f->id = e->fork.id;
    f->forked = true;
    f->parent = e->fork.parent;
    f->child = e->fork.child;
    clone_flags_format(e->fork.flags, f->flags, sizeof(f->flags));
    copy_words(w, f, e);
}

/* Frame writes come before the fork is announced: the writer is the parent then. */
static void on_frame(const struct trace_writer *w, const struct trace_event *e)
{
    struct html_fork *f = open_fork(w->state, &e->who, false);
    unsigned first = e->frame.offset / 4, last = (e->frame.offset + e->frame.size - 1) / 4;

    if (f == NULL)
        f = fork_of(w->state, e->frame.id);
    for (unsigned i = first; f != NULL && i <= last && i < TRACE_REGS_WORDS; i++) {
        char *plus;

        name_address(w, e, e->eip, true, f->word[i].by);
        plus = strrchr(f->word[i].by, '+');
        if (plus != NULL)
            *plus = '\0';
        name_line(w, e->eip, f->word[i].line);
    }
}

static void on_ret(const struct trace_writer *w, const struct trace_event *e)
{
    struct html_fork *f = fork_of(w->state, e->ret.id);
    struct html_return *back;

    if (f == NULL)
        f = open_fork(w->state, &e->who, e->ret.child);
    if (f == NULL)
        return;
    back = &f->back[e->ret.child ? CHILD : PARENT];
    *back = (struct html_return){.seen = true,
                                 .icount = e->icount,
                                 .eax = (int32_t)e->ret.eax,
                                 .eip = e->ret.eip,
                                 .esp = e->ret.esp,
                                 .cr3 = e->ret.cr3};
    name_address(w, e, e->ret.eip, true, back->eip_name);
    f->done = !f->forked || (f->back[PARENT].seen && f->back[CHILD].seen);
}

/* ---- The way through the kernel ---------------------------------------------------------- */

static struct html_step *add_step(struct html_path *path, const struct trace_event *e)
{
    struct html_step *grown;

    path->cut |= path->count == HTML_STEPS_MAX;
    if (path->cut)
        return NULL;
    grown = realloc(path->step, (path->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return NULL;
    path->step = grown;
    path->step[path->count] = (struct html_step){.icount = e->icount};
    return &path->step[path->count++];
}

static void enter(const struct trace_writer *w, struct html_path *path, const struct trace_event *e)
{
    struct html_step *step;

    if (e->call.probe->shape == TRACE_POINT)
        return;
    step = add_step(path, e);
    if (step == NULL)
        return;
    step->depth = e->call.depth;
    snprintf(step->text, sizeof(step->text), "%.90s", e->call.probe->name);
    name_line(w, e->call.probe->addr, step->line);
    if (e->call.probe->shape == TRACE_LABEL)
        step->left = e->icount;
}

static void leave(const struct trace_writer *w, struct html_path *path, const struct trace_event *e)
{
    const struct guestinfo_type *type = &e->call.probe->function.result;
    char text[256];

    for (unsigned i = path->count; i-- > 0;) {
        struct html_step *step = &path->step[i];

        if (step->left != 0 || strcmp(step->text, e->call.probe->name) != 0)
            continue;
        step->left = e->icount;
        if (type->kind != GUEST_VOID)
            snprintf(step->result, sizeof(step->result), "%.90s",
                     trace_name_typed(w->names, type, NULL, e->call.result, &e->call.result_of,
                                      text, sizeof(text)));
        return;
    }
}

static void remark(struct html_path *path, const struct trace_event *e, const char *text)
{
    struct html_step *step = add_step(path, e);

    if (step == NULL)
        return;
    step->remark = true;
    step->left = e->icount;
    snprintf(step->text, sizeof(step->text), "%.90s", text);
}

/* The switch is the last that one task does and the first that is done for the next. */
static void on_switch(struct html *h, const struct trace_event *e)
{
    struct html_fork *f = open_fork(h, &e->sched.next, true);
    char text[HTML_TEXT];

    if (f == NULL || f->path[CHILD].count > 0)
        return;
    snprintf(text, sizeof(text), "the scheduler gives the CPU to %.16s(%d): TSS.esp0 = %08x",
             e->sched.next.comm, e->sched.next.pid, e->sched.next_esp0);
    remark(&f->path[CHILD], e, text);
}

static void on_call(const struct trace_writer *w, const struct trace_event *e)
{
    struct html_fork *f = open_fork(w->state, &e->who, true);
    struct html_path *path = f ? &f->path[CHILD] : NULL;

    if (f == NULL) {
        f = open_fork(w->state, &e->who, false);
        path = f ? &f->path[PARENT] : NULL;
    }
    if (path == NULL)
        return;
    if (e->kind == TRACE_CALL)
        enter(w, path, e);
    else
        leave(w, path, e);
}

static void write_html(struct trace_writer *w, const struct trace_event *e)
{
    switch (e->kind) {
    case TRACE_SYSCALL:
        on_syscall(w->state, e);
        break;
    case TRACE_FORK:
        on_fork(w, e);
        break;
    case TRACE_FRAME:
        on_frame(w, e);
        break;
    case TRACE_RET:
        on_ret(w, e);
        break;
    case TRACE_SWITCH:
        on_switch(w->state, e);
        break;
    case TRACE_CALL:
    case TRACE_RETURN:
        on_call(w, e);
        break;
    default:
        break;
    }
}

static void end_html(struct trace_writer *w)
{
    struct html *h = w->state;

    html_print_page(w->out, h);
    for (unsigned i = 0; i < h->count; i++) {
        free(h->fork[i].path[PARENT].step);
        free(h->fork[i].path[CHILD].step);
    }
    free(h->fork);
}

const struct trace_form trace_form_html = {
    .name = "html",
    .help = "the fork story as one page, for course notes",
    .state_size = sizeof(struct html),
    .event = write_html,
    .end = end_html,
};

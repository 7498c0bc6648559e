/* The kernel's events as text, both ways (trace_text_line.h). */
#include <stdio.h>
#include <string.h>

#include "emu/trace/trace_text_line.h"
#include "emu/trace/trace_text_model.h"

/* ---- System calls ---------------------------------------------------------------------------- */

/* As strace has an argument, by its letter of emu/guest/syscalls.def. */
static void name_argument(const struct text_line *l, uint32_t value, char letter,
                          char to[TEXT_VALUE])
{
    const char *signal = letter == 'S' ? signal_name((int)value) : NULL;

    if (letter == 'd' || letter == 'f')
        snprintf(to, TEXT_VALUE, "%d", (int32_t)value);
    else if (letter == 'u')
        snprintf(to, TEXT_VALUE, "%u", value);
    else if (letter == 'o')
        snprintf(to, TEXT_VALUE, "%#o", value);
    else if (letter == 'c')
        clone_flags_format(value, to, TEXT_VALUE);
    else if (signal != NULL)
        snprintf(to, TEXT_VALUE, "%s", signal);
    else if (letter == 'w' && l->exact)
        snprintf(to, TEXT_VALUE, "0x%08x", value);
    else if (letter == 'w')
        trace_name_word(l->names, value, to, TEXT_VALUE);
    else if (strchr("psb", letter) == NULL)
        snprintf(to, TEXT_VALUE, "0x%x", value);
    else if (value == 0)
        snprintf(to, TEXT_VALUE, "NULL");
    else
        trace_name_data(l->names, value, to, TEXT_VALUE);
}

static void syscall_string(struct text_line *l, struct trace_syscall *s, unsigned k)
{
    size_t size = s->string_size;

    text_quoted(l, s->string, &size, sizeof(s->string), &s->string_cut);
    s->string_size = (uint8_t)size;
    s->string_arg = (uint8_t)(k + 1);
}

static void syscall_argument(struct text_line *l, struct trace_syscall *s, char letter, unsigned k)
{
    bool string = text_reads(l) ? *l->at == '"' : s->string_arg == k + 1;
    char text[TEXT_VALUE] = "";

    if (string) {
        syscall_string(l, s, k);
        return;
    }
    if (!text_reads(l))
        name_argument(l, s->arg[k], letter, text);
    s->arg[k] = text_value(l, s->arg[k], text, NULL);
}

/* Reading: the number by its name. */
static uint32_t syscall_number(struct text_line *l, uint32_t nr)
{
    const struct syscall_info *info = syscall_by_nr(nr);
    char name[TEXT_NAME] = "";

    if (!text_reads(l) && info == NULL)
        snprintf(name, sizeof(name), "syscall_%u", syscall_given(nr));
    text_name(l, info ? info->name : name, name);
    return text_reads(l) ? text_model_syscall(l->model, name) : nr;
}

void text_syscall(struct text_line *l, struct trace_event *e)
{
    struct trace_syscall *s = &e->syscall;
    const struct syscall_info *info;
    const char *args;

    s->nr = syscall_number(l, s->nr);
    info = syscall_by_nr(s->nr);
    args = info && strcmp(info->args, "?") != 0 ? info->args : "www";
    if (text_reads(l))
        s->string_arg = 0;
    for (size_t k = strlen(args); text_reads(l) && k < SYSCALL_ARGS_MAX; k++)
        s->arg[k] = 0;
    text_words(l, "(");
    for (unsigned k = 0; args[k] != '\0' && !l->bad; k++) {
        text_words(l, k ? ", " : "");
        syscall_argument(l, s, args[k], k);
    }
    text_words(l, ")");
}

void text_sysret(struct text_line *l, struct trace_event *e)
{
    struct trace_sysret *s = &e->sysret;
    char text[TEXT_VALUE] = "";

    s->nr = syscall_number(l, s->nr);
    text_words(l, " = ");
    s->diverted = text_option(l, s->diverted, "? (user mode goes on elsewhere)");
    if (s->diverted && text_reads(l))
        s->restart = false;
    if (s->diverted)
        return;
    s->restart = text_option(l, s->restart, "? (to be restarted)");
    if (s->restart)
        return;
    if (!text_reads(l) && !l->exact && syscall_gives_address(s->nr, s->result))
        trace_name_data(l->names, s->result, text, sizeof(text));
    else if (!text_reads(l))
        syscall_result_format(syscall_result_letter(s->nr), s->result, text, sizeof(text));
    s->result = text_value(l, s->result, text, NULL);
}

/* ---- Kernel functions ------------------------------------------------------------------------ */

/* Two blanks a level. */
static void call_depth(struct text_line *l, struct trace_call *c)
{
    if (text_reads(l)) {
        size_t count = strspn(l->at, " ");

        c->depth = (unsigned)(count / 2);
        l->at += count;
    } else {
        trace_out_printf(l->out, "%*s", (int)(2 * c->depth), "");
    }
}

static void call_probe(struct text_line *l, struct trace_event *e)
{
    char name[TEXT_NAME] = "";

    call_depth(l, &e->call);
    text_name(l, e->call.probe ? e->call.probe->name : "", name);
    if (text_reads(l))
        e->call.probe = text_model_probe(l->model, name, e->kind, l->at);
    l->bad |= e->call.probe == NULL;
}

static void call_argument(struct text_line *l, struct trace_call *c, unsigned k)
{
    const struct guestinfo_param *param = &c->probe->function.param[k];
    char text[TEXT_VALUE] = "";

    text_words(l, k ? ", " : "");
    text_words(l, param->name ? param->name : "");
    text_words(l, "=");
    if (param->place == GUEST_NOWHERE) {
        text_words(l, "?");
        return;
    }
    if (!text_reads(l))
        trace_name_typed(l->names, &param->type, param->name, c->arg[k], &c->of[k], text,
                         sizeof(text));
    c->arg[k] = text_value(l, c->arg[k], text, &c->of[k]);
}

void text_call(struct text_line *l, struct trace_event *e)
{
    call_probe(l, e);
    if (text_reads(l)) {
        memset(e->call.arg, 0, sizeof(e->call.arg));
        memset(e->call.of, 0, sizeof(e->call.of));
    }
    if (l->bad || e->call.probe->shape == TRACE_LABEL)
        return;
    text_words(l, "(");
    for (unsigned k = 0; k < e->call.probe->function.param_count && !l->bad; k++)
        call_argument(l, &e->call, k);
    text_words(l, ")");
}

void text_return(struct text_line *l, struct trace_event *e)
{
    const struct guestinfo_type *type;
    struct trace_call *c = &e->call;
    char text[TEXT_VALUE] = "";

    call_probe(l, e);
    if (text_reads(l))
        c->result_of = (struct trace_who){0};
    if (l->bad || c->probe->function.result.kind == GUEST_VOID)
        return;
    type = &c->probe->function.result;
    if (!text_reads(l))
        trace_name_typed(l->names, type, NULL, c->result, &c->result_of, text, sizeof(text));
    text_words(l, " = ");
    c->result = text_value(l, c->result, text, &c->result_of);
}

/* ---- Forks ----------------------------------------------------------------------------------- */

void text_switch(struct text_line *l, struct trace_event *e)
{
    struct trace_switch *s = &e->sched;

    text_who(l, &s->prev);
    text_words(l, " -> ");
    text_who(l, &s->next);
    if (text_reads(l))
        s->next_esp = s->next_esp0 = 0;
    if (text_option(l, s->next_esp != 0, ", esp "))
        TEXT_DATA(l, s->next_esp);
    if (text_option(l, s->next_esp0 != 0, ", tss.esp0 "))
        TEXT_STACK_TOP(l, s->next_esp0);
}

static uint32_t clone_flags(struct text_line *l, uint32_t flags)
{
    char text[TEXT_VALUE] = "";

    if (!text_reads(l))
        clone_flags_format(flags, text, sizeof(text));
    return text_value(l, flags, text, NULL);
}

void text_fork(struct text_line *l, struct trace_event *e)
{
    struct trace_fork *f = &e->fork;
    bool frames = l->names->level != TRACE_SEMANTIC && f->words != 0;

    text_words(l, "#");
    TEXT_DECIMAL(l, f->id);
    text_words(l, " ");
    text_who(l, &f->parent);
    text_words(l, " -> ");
    text_who(l, &f->child);
    text_words(l, ", flags ");
    f->flags = clone_flags(l, f->flags);
    if (text_reads(l))
        f->parent_frame = f->child_frame = 0;
    if (text_option(l, frames && f->user, ", parent frame ")) {
        TEXT_DATA(l, f->parent_frame);
        f->user = true;
    }
    if (text_option(l, frames, ", child frame "))
        TEXT_DATA(l, f->child_frame);
}

void text_space(struct text_line *l, struct trace_event *e)
{
    struct trace_space *s = &e->space;

    text_words(l, "#");
    TEXT_DECIMAL(l, s->id);
    text_words(l, " parent ");
    text_who(l, &s->parent);
    s->paging = !text_option(l, !s->paging, ", no paging");
    if (!s->paging)
        return;
    s->lives = !text_option(l, !s->lives, ", its memory is gone");
    if (l->exact) {
        text_words(l, ", cr3 ");
        TEXT_HEX(l, s->parent_cr3, 8);
        text_words(l, " and ");
        TEXT_HEX(l, s->child_cr3, 8);
    }
    text_words(l, ", ");
    TEXT_DECIMAL(l, s->both);
    text_words(l, " pages in both, ");
    TEXT_DECIMAL(l, s->meant);
    text_words(l, " meant to be, ");
    TEXT_DECIMAL(l, s->writable);
    text_words(l, " writable");
    if (s->writable > 0) {
        text_words(l, ": ");
        TEXT_DATA(l, s->page);
        if (l->exact)
            text_words(l, " page frame "), TEXT_HEX(l, s->pfn, 5);
    }
    s->parent_writes = text_option(l, s->parent_writes, " by the parent");
    s->child_writes = text_option(l, s->child_writes, " by the child");
}

void text_share(struct text_line *l, struct trace_event *e)
{
    struct trace_share *s = &e->share;

    text_words(l, "#");
    TEXT_DECIMAL(l, s->id);
    s->child = text_either(l, s->child, " child ", " parent ");
    s->served = text_either(l, s->served, "wrote ", "writes ");
    TEXT_DATA(l, s->page);
    if (l->exact) {
        text_words(l, " page frame ");
        TEXT_HEX(l, s->pfn, 5);
        text_words(l, ", other side ");
        TEXT_HEX(l, s->other_pfn, 5);
    } else {
        text_either(l, s->pfn == s->other_pfn, " shared", " of its own");
    }
    s->writable = text_either(l, s->writable, ", writable", ", read-only");
}

void text_slice(struct text_line *l, struct trace_event *e)
{
    text_who(l, &e->slice.parent);
    text_words(l, " keeps ");
    TEXT_DECIMAL(l, e->slice.parent_ticks);
    text_words(l, " ticks, ");
    text_who(l, &e->slice.child);
    text_words(l, " gets ");
    TEXT_DECIMAL(l, e->slice.child_ticks);
}

/* Who wrote: the function, its probed caller, the source line. */
static void writer(struct text_line *l, struct trace_event *e)
{
    const struct trace_facts *facts = &l->names->facts;
    struct trace_symbol symbol;
    uint32_t start = 0, by = e->frame.by;
    char line[TEXT_NAME] = "";
    const char *file;
    int number;

    text_words(l, " by ");
    TEXT_CODE(l, e->eip);
    if (facts->symbol(facts->ctx, l->program, e->eip, &symbol))
        start = e->eip - symbol.offset;
    if (text_reads(l))
        e->frame.by = start; /* where no other function is named */
    if (text_option(l, by != 0 && by != start, " in "))
        TEXT_CODE(l, e->frame.by);
    if (text_reads(l) || !l->exact || !facts->line(facts->ctx, e->eip, &file, &number))
        return;
    snprintf(line, sizeof(line), " %s:%d", file, number);
    text_words(l, line);
}

void text_frame(struct text_line *l, struct trace_event *e)
{
    struct trace_frame_write *w = &e->frame;
    char value[TEXT_VALUE] = "", name[TEXT_NAME] = "";

    text_words(l, "#");
    TEXT_DECIMAL(l, w->id);
    text_words(l, " child ");
    w->child.pid = text_pid(l, w->child.pid);
    if (text_reads(l))
        text_model_by_pid(l->model, &w->child);
    text_words(l, " ");
    text_name(l, trace_name_member(l->names, w->offset), name);
    if (text_reads(l)) {
        l->at += strspn(l->at, " ");
        w->offset = text_model_member(l->names, name);
    } else {
        trace_out_printf(l->out, "%*s ",
                         8 - (int)strnlen(trace_name_member(l->names, w->offset), 8), "");
    }
    TEXT_DATA(l, w->linear);
    if (l->exact) {
        text_words(l, " ");
        TEXT_HEX(l, w->old, 8);
        text_words(l, " -> ");
    } else {
        text_words(l, " = ");
    }
    if (!text_reads(l))
        trace_name_register(l->names, trace_name_member(l->names, w->offset), w->value, value,
                            sizeof(value));
    w->value = text_register(l, w->value, value);
    writer(l, e);
}

void text_ret(struct text_line *l, struct trace_event *e)
{
    struct trace_ret *r = &e->ret;
    char value[TEXT_VALUE] = "";

    text_words(l, "#");
    TEXT_DECIMAL(l, r->id);
    r->child = text_either(l, r->child, " child eax = ", " parent eax = ");
    if (!text_reads(l))
        syscall_result_format('d', r->eax, value, sizeof(value));
    r->eax = text_value(l, r->eax, value, NULL);
    if (text_reads(l)) {
        if (r->child)
            r->child_pid = e->who.pid;
        else
            r->parent_pid = e->who.pid;
        if (!r->child)
            r->child_pid = (int32_t)r->eax > 0 ? (int32_t)r->eax : -1;
    }
    if (l->names->level == TRACE_SEMANTIC)
        return;
    text_words(l, ", eip ");
    TEXT_CODE(l, r->eip);
    text_words(l, ", esp ");
    TEXT_DATA(l, r->esp);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void exit_code(struct text_line *l, struct trace_life *x)
{
    bool there = x->has_code;

    if (text_reads(l))
        x->has_code = false;
    if (text_option(l, there && (x->code & 0x7f) != 0, "killed by signal ")) {
        x->code = (int32_t)text_decimal(l, (uint64_t)(x->code & 0x7f), 0);
        x->has_code = true;
    } else if (text_option(l, there, "status ")) {
        x->code = (int32_t)text_decimal(l, (uint64_t)(x->code >> 8 & 0xff), 0) << 8;
        x->has_code = true;
    }
}

static void signal_number(struct text_line *l, struct trace_life *x)
{
    const char *name = signal_name(x->code);
    char number[TEXT_NAME];

    snprintf(number, sizeof(number), "signal %d", x->code);
    if (text_reads(l))
        text_option(l, false, "signal ");
    x->code = (int32_t)text_value(l, (uint32_t)x->code, name ? name : number, NULL);
    x->has_code = true;
}

void text_life(struct text_line *l, struct trace_event *e)
{
    struct trace_life *x = &e->life;
    size_t size = strnlen(x->text, sizeof(x->text));
    bool cut = false;

    /* Another task than the current one is named. */
    if (text_reads(l))
        x->who = e->who;
    if (text_reads(l) ? text_model_names_task(l, e->kind) : x->who.task != e->who.task)
        text_who(l, &x->who);
    if (e->kind == TRACE_EXEC)
        text_quoted(l, x->text, &size, sizeof(x->text) - 1, &cut);
    else if (e->kind == TRACE_SIGNAL)
        signal_number(l, x);
    else if (e->kind == TRACE_EXIT)
        exit_code(l, x);
}

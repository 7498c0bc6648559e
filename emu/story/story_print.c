/* Tells a fork to a person, in five sections and one on request. The second is in
 * emu/story/story_path.c, the last in emu/story/story_tss.c. */
#include <stdio.h>
#include <string.h>

#include "emu/story/story_teller.h"

void story_style(const struct teller *t, enum story_style style)
{
    /* ECMA-48 SGR. */
    static const char *const codes[] = {
        [TITLE] = "\033[1m", [WEAK] = "\033[2m", [GOOD] = "\033[1;32m", [NOTE] = "\033[36m"};

    if (t->colour)
        SAY(t, "%s", codes[style]);
}

void story_plain(const struct teller *t)
{
    if (t->colour)
        SAY(t, "\033[0m");
}

void story_title(const struct teller *t, const char *text)
{
    story_style(t, TITLE);
    SAY(t, "\n%s\n\n", text);
    story_plain(t);
}

static const char *code(const struct teller *t, uint32_t addr, char buf[STORY_NAME])
{
    return trace_name_code(&t->names, addr, buf, STORY_NAME);
}

static const struct trace_event *find_ret(const struct tale *tale, bool child)
{
    for (unsigned i = 0; i < tale->count; i++)
        if (tale->events[i].kind == TRACE_RET && tale->events[i].ret.child == child)
            return &tale->events[i];
    return NULL;
}

static const struct trace_event *find_event(const struct tale *tale, enum trace_kind kind)
{
    for (unsigned i = 0; i < tale->count; i++)
        if (tale->events[i].kind == kind)
            return &tale->events[i];
    return NULL;
}

/* ---- 1. The five words --------------------------------------------------------------------- */

static const char *word_meaning(const struct cpu_frame_slot *slot)
{
    switch (slot->word) {
    case FRAME_SS:
        return "stack segment of ring 3";
    case FRAME_ESP:
        return "the program's stack pointer";
    case FRAME_EFLAGS:
        return "flags ";
    case FRAME_CS:
        return "code segment; the low two bits are the ring: 3";
    case FRAME_EIP:
        return "where to go on: the instruction behind int ";
    default:
        return "";
    }
}

static void tell_pushes(const struct teller *t)
{
    const struct cpu_int_event *i = &t->entry->interrupt;
    char text[STORY_NAME];

    story_style(t, WEAK);
    SAY(t, "     address   word    value\n");
    story_plain(t);
    for (unsigned k = 0; k < i->slot_count && k < CPU_FRAME_MAX; k++) {
        const struct cpu_frame_slot *slot = &i->slot[k];
        const char *more = "";

        if (slot->word == FRAME_EFLAGS) {
            more = strchr(trace_name_eflags(&t->names, slot->value, text, STORY_NAME), '[');
            more = more ? more : "";
        } else if (slot->word == FRAME_EIP) {
            snprintf(text, sizeof(text), "0x%02x", i->vector);
            more = text;
        }
        SAY(t, "     %08x  %-6s  ", slot->linear, trace_name_frame_word(slot->word));
        story_style(t, GOOD);
        SAY(t, "%08x", slot->value);
        story_plain(t);
        SAY(t, "  %s%s\n", word_meaning(slot), more);
    }
}

/* What the program asked for. */
static void tell_number(const struct teller *t)
{
    const struct trace_event *call = find_event(t->tale, TRACE_SYSCALL);
    const struct syscall_info *info = call ? syscall_by_nr(call->syscall.nr) : NULL;

    if (info != NULL)
        SAY(t, ", with eax = %u: %s", syscall_given(info->nr), info->name);
    SAY(t, ".\n");
}

static void tell_entry(const struct teller *t)
{
    const struct cpu_int_event *i = &t->entry->interrupt;
    uint32_t size = guestinfo_tasks(t->story->in->guestinfo)->thread_size;
    char a[STORY_NAME], b[STORY_NAME];

    snprintf(a, sizeof(a), "1. int 0x%02x: the CPU enters the kernel and changes stacks",
             i->vector);
    story_title(t, a);
    SAY(t, "   %s (pid %d) executes int 0x%02x at %s, step %llu", t->entry->who.comm,
        t->entry->who.pid, i->vector, code(t, i->from_eip, a),
        (unsigned long long)t->entry->icount);
    tell_number(t);
    SAY(t, "   Gate 0x%02x of the IDT has DPL %u, so ring %u may use it, and leads to %04x:%s.\n",
        i->vector, i->gate_dpl, i->cpl_from, i->gate_selector, code(t, i->gate_offset, b));
    SAY(t, "   Ring %u to %u needs another stack: the TSS has SS0:ESP0 = %04x:%08x, the top of\n",
        i->cpl_from, i->cpl_to, i->tss_ss, i->tss_esp);
    SAY(t, "   pid %d's kernel stack (%08x..%08x). There the CPU pushes %u words:\n\n",
        t->entry->who.pid, i->tss_esp - size, i->tss_esp - 1, i->slot_count);
    tell_pushes(t);
}

/* ---- 3. The frame made by hand ------------------------------------------------------------- */

/* The write that gave a slot of the child's frame its value. */
static const struct trace_event *last_write(const struct tale *tale, uint32_t offset)
{
    const struct trace_event *last = NULL;

    for (unsigned i = 0; i < tale->count; i++) {
        const struct trace_event *e = &tale->events[i];

        if (e->kind == TRACE_FRAME && e->frame.offset / 4 == offset / 4)
            last = e;
    }
    return last;
}

/* "copy_thread process.c:97" */
static const char *writer(const struct teller *t, const struct trace_event *write,
                          char buf[STORY_NAME])
{
    const struct inspect *in = t->story->in;
    const struct symbol *symbol = symbols_by_addr(in->symbols, write->eip);
    const struct symbol *caller = symbols_by_addr(in->symbols, write->frame.by);
    const char *name = symbol ? symbol->name : "?", *file;
    bool inner = caller != NULL && caller != symbol;
    int line;

    if (guestinfo_line(in->guestinfo, write->eip, &file, &line))
        snprintf(buf, STORY_NAME, "%s%s%s, %s:%d", name, inner ? " in " : "",
                 inner ? caller->name : "", file, line);
    else
        snprintf(buf, STORY_NAME, "%s%s%s", name, inner ? " in " : "", inner ? caller->name : "");
    return buf;
}

/* `last` is who wrote the slot above: a ditto mark is easier to read than the same words. */
static void tell_slot(const struct teller *t, unsigned word, char last[STORY_NAME])
{
    const struct trace_fork *f = &t->fork->fork;
    const struct trace_event *write = last_write(t->tale, 4 * word);
    const char *member = guestinfo_member_at(t->story->in->guestinfo, "pt_regs", 4 * word);
    bool differ = f->parent_regs[word] != f->child_regs[word];
    char buf[STORY_NAME] = "";

    if (write != NULL)
        writer(t, write, buf);
    if (differ)
        story_style(t, GOOD);
    SAY(t, "     %-9s %08x  %08x  %s  ", member ? member : "?", f->parent_regs[word],
        f->child_regs[word], differ ? "<>" : "  ");
    story_plain(t);
    story_style(t, WEAK);
    SAY(t, "%s\n", buf[0] && strcmp(buf, last) == 0 ? "\"" : buf);
    story_plain(t);
    memcpy(last, buf, STORY_NAME);
}

/* Two returns are told apart by one register, so its slots get a sentence. */
static void explain_eax(const struct teller *t)
{
    const struct guestinfo *g = t->story->in->guestinfo;
    const struct trace_fork *f = &t->fork->fork;
    uint32_t offset, size;

    if (!guestinfo_member(g, "pt_regs", "eax", &offset, &size) &&
        !guestinfo_member(g, "pt_regs", "ax", &offset, &size))
        return;
    if (offset / 4 >= f->words || t->ret_parent == NULL)
        return;
    SAY(t, "\n   The child will find %d in eax.", (int32_t)f->child_regs[offset / 4]);
    if (f->parent_regs[offset / 4] != t->ret_parent->ret.eax)
        SAY(t, " The parent's slot still holds %d;\n   its result, %d, goes there on the way out.",
            (int32_t)f->parent_regs[offset / 4], (int32_t)t->ret_parent->ret.eax);
    SAY(t, "\n");
}

static void tell_frame(const struct teller *t)
{
    const struct trace_fork *f = &t->fork->fork;
    unsigned pushed = t->entry->interrupt.slot_count;
    char last[STORY_NAME] = "";

    story_title(t, "3. The child's saved registers beside the parent's (highest address first)");
    story_style(t, WEAK);
    SAY(t, "               parent    child\n");
    SAY(t, "     at        %08x  %08x      who wrote the child's\n", f->parent_frame,
        f->child_frame);
    story_plain(t);
    for (unsigned word = f->words; word-- > 0;) {
        tell_slot(t, word, last);
        if (word + pushed == f->words)
            SAY(t, "     --------- above: pushed by the CPU; below: pushed by the entry code\n");
    }
    explain_eax(t);
}

/* ---- 4. Two returns ------------------------------------------------------------------------ */

static void tell_ret(const struct teller *t, const char *side, const struct trace_event *e,
                     int32_t pid)
{
    char a[STORY_NAME], result[STORY_NAME];

    if (e == NULL) {
        SAY(t, "     %-6s  pid %-5d  has not returned to ring 3\n", side, pid);
        return;
    }
    SAY(t, "     %-6s  pid %-5d  step +%-7llu eip %s  esp %08x  ", side, pid,
        (unsigned long long)story_step(t, e), code(t, e->ret.eip, a), e->ret.esp);
    story_style(t, GOOD);
    SAY(t, "eax = %s\n", syscall_result_format('d', e->ret.eax, result, sizeof(result)));
    story_plain(t);
}

static void tell_returns(const struct teller *t)
{
    const struct trace_event *p = t->ret_parent, *c = t->ret_child;

    story_title(t, "4. One call, two returns");
    tell_ret(t, "parent", p, t->fork->fork.parent.pid);
    tell_ret(t, "child", c, t->fork->fork.child.pid);
    if (p == NULL || c == NULL)
        return;
    if (p->ret.eip != c->ret.eip)
        SAY(t, "\n   The two go on at different instructions.\n");
    else if (p->ret.eax != c->ret.eax)
        SAY(t, "\n   Both go on at the same instruction; eax tells them who they are.\n");
    else
        SAY(t, "\n   Both go on at the same instruction with the same eax: they cannot be told "
               "apart.\n");
}

/* ---- 5. The memories part ------------------------------------------------------------------ */

static void tell_parting_event(const struct teller *t, const struct trace_event *e)
{
    const char *side = e->who.task == t->tale->parent ? "parent" : "child";

    SAY(t, "     %-6s  pid %-5d  step +%-7llu ", side, e->who.pid,
        (unsigned long long)story_step(t, e));
    if (e->kind == TRACE_COW)
        SAY(t, "writes to page %08x: page frame %05x -> %05x\n", e->cow.address & ~0xfffu,
            e->cow.old_pfn, e->cow.new_pfn);
    else if (e->kind == TRACE_EXEC)
        SAY(t, "runs %s and gets a memory of its own\n", e->life.text);
    else
        SAY(t, "exits and has copied no page\n");
}

static bool is_parting(const struct trace_event *e)
{
    return e->kind == TRACE_COW || e->kind == TRACE_EXEC || e->kind == TRACE_EXIT;
}

static void tell_parting(const struct teller *t)
{
    bool any = false;

    for (unsigned i = 0; i < t->tale->count; i++) {
        const struct trace_event *e = &t->tale->events[i];

        if (!is_parting(e) || e->icount < t->fork->icount)
            continue;
        if (!any)
            story_title(t, "5. How the two memories part");
        any = true;
        tell_parting_event(t, e);
    }
}

/* ---- The whole ----------------------------------------------------------------------------- */

static void rule(const struct teller *t)
{
    story_style(t, TITLE);
    for (int i = 0; i < STORY_COLUMNS - 10; i++)
        SAY(t, "=");
    SAY(t, "\n");
    story_plain(t);
}

/* The flags of the fork, on as many lines as they need. */
static void tell_flags(const struct teller *t)
{
    char flags[512], *word, *rest = flags;
    size_t column = 7;

    clone_flags_format(t->fork->fork.flags, flags, sizeof(flags));
    SAY(t, "flags: ");
    while ((word = strsep(&rest, "|")) != NULL) {
        if (column + strlen(word) > STORY_COLUMNS - 11) {
            SAY(t, "\n       ");
            column = 7;
        }
        SAY(t, rest ? "%s|" : "%s\n", word);
        column += strlen(word) + 1;
    }
}

static void tell(const struct story *s, const struct tale *tale, struct trace_out *out, bool colour)
{
    struct teller t = {.story = s, .tale = tale, .out = out, .colour = colour};

    trace_names_init(&t.names, s->in, TRACE_EXACT);
    t.entry = &tale->events[0];
    t.names.program = t.entry->program;
    t.fork = find_event(tale, TRACE_FORK);
    t.ret_parent = find_ret(tale, false);
    t.ret_child = find_ret(tale, true);
    if (t.fork == NULL)
        return;
    SAY(&t, "\n");
    rule(&t);
    SAY(&t, "Fork %u: %s, pid %d, becomes two: parent %d and child %d (#%u in a trace)\n",
        tale->number, t.fork->fork.parent.comm, t.fork->fork.parent.pid, t.fork->fork.parent.pid,
        t.fork->fork.child.pid, t.fork->fork.id);
    if (t.fork->fork.flags != 0)
        tell_flags(&t);
    rule(&t);
    tell_entry(&t);
    story_tell_path(&t);
    if (t.fork->fork.words > 0)
        tell_frame(&t);
    tell_returns(&t);
    tell_parting(&t);
    if (s->choice.tss && t.fork->fork.words > 0)
        story_tell_tss(&t);
    SAY(&t, "\n");
}

static void tell_nothing(const struct story *s, struct trace_out *out)
{
    if (s->choice.name[0] != '\0')
        trace_out_printf(out, "No story: no program named %s forked", s->choice.name);
    else if (s->choice.all)
        trace_out_printf(out, "No story: no program forked");
    else
        trace_out_printf(out, "No story: fork %u did not happen", s->choice.number);
    trace_out_printf(out, " (%u fork%s by programs in all).\n", s->forks, s->forks == 1 ? "" : "s");
}

void story_print(const struct story *s, struct trace_out *out, bool colour)
{
    bool told = false;

    for (const struct tale *t = s->tales; t != NULL; t = t->next)
        if (t->number != 0) {
            tell(s, t, out, colour);
            told = true;
        }
    if (!told)
        tell_nothing(s, out);
}

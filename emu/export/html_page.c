/* The page, from the words at the top to the last line of a path. */
#include <stdio.h>
#include <string.h>

#include "emu/export/html.h"
#include "emu/guest/syscalls.h"

enum { PARENT = 0, CHILD = 1 };

#define PUT(out, text)  trace_out_puts(out, text)
#define PRINT(out, ...) trace_out_printf(out, __VA_ARGS__)

/* Text of the guest: nothing in it is markup. */
static void put_text(struct trace_out *out, const char *text)
{
    char piece[2] = "";

    for (; *text != '\0'; text++) {
        piece[0] = (unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f ? '?' : *text;
        PUT(out, *text == '<'   ? "&lt;"
                 : *text == '>' ? "&gt;"
                 : *text == '&' ? "&amp;"
                 : *text == '"' ? "&quot;"
                                : piece);
    }
}

static void put_who(struct trace_out *out, const struct trace_who *who, const char *side)
{
    PRINT(out, "<span class=\"%s\">", side);
    put_text(out, who->comm[0] ? who->comm : "?");
    PRINT(out, "&nbsp;(%d)</span>", who->pid);
}

static void put_number(struct trace_out *out, uint64_t number)
{
    if (number >= 1000)
        put_number(out, number / 1000);
    PRINT(out, number >= 1000 ? "&#8239;%03u" : "%u", (unsigned)(number % 1000));
}

/* ---- The head ---------------------------------------------------------------------------- */

static void put_result(struct trace_out *out, int32_t eax)
{
    char text[64];

    put_text(out, syscall_result_format('d', (uint32_t)eax, text, sizeof(text)));
}

static const char *number_word(unsigned n)
{
    static const char *const words[] = {"No",   "One", "Two",   "Three", "Four",
                                        "Five", "Six", "Seven", "Eight", "Nine"};

    return n < sizeof(words) / sizeof(words[0]) ? words[n] : NULL;
}

static unsigned count_told(const struct html *h)
{
    unsigned told = 0;

    for (unsigned i = 0; i < h->count; i++)
        told += h->fork[i].forked;
    return told;
}

static void put_head(struct trace_out *out, const struct html *h)
{
    unsigned told = count_told(h);

    PUT(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
             "<meta name=\"generator\" content=\"forkscope\">\n"
             "<title>One process becomes two</title>\n<style>\n");
    PUT(out, html_style);
    PUT(out, "</style>\n</head>\n<body>\n<main>\n<h1>One process becomes two</h1>\n"
             "<p class=\"soft\">");
    if (number_word(told) != NULL)
        PUT(out, number_word(told));
    else
        PRINT(out, "%u", told);
    PRINT(out,
          " fork%s, as the CPU and the kernel carried %s out, instruction by instruction. "
          "Times count instructions since power-on.</p>\n",
          told == 1 ? "" : "s", told == 1 ? "it" : "them");
}

static void put_contents(struct trace_out *out, const struct html *h)
{
    if (count_told(h) < 2)
        return;
    PUT(out, "<nav aria-label=\"Forks\">");
    for (unsigned i = 0; i < h->count; i++) {
        const struct html_fork *f = &h->fork[i];

        if (!f->forked)
            continue;
        PRINT(out, "<a href=\"#fork%u\">", f->id);
        put_text(out, f->parent.comm);
        PRINT(out, " %d &rarr; %d</a>", f->parent.pid, f->child.pid);
    }
    PUT(out, "</nav>\n");
}

/* ---- One fork ---------------------------------------------------------------------------- */

static void put_acts(struct trace_out *out, const struct html_fork *f)
{
    PUT(out, "<ol class=\"acts\">\n<li><b>int&nbsp;0x80</b>");
    put_who(out, &f->parent, "parent");
    PRINT(out,
          " asks for <code>%s()</code>. The CPU takes a new stack from the TSS and pushes five "
          "words on it; the entry code saves the rest.</li>\n",
          f->call);
    PUT(out, "<li><b>A second frame</b>The kernel makes ");
    put_who(out, &f->child, "child");
    PUT(out, " with a kernel stack of its own, copies the saved registers onto it, and writes one "
             "that differs: <code>eax&nbsp;=&nbsp;0</code>.</li>\n<li><b>Two returns</b>");
    if (f->back[PARENT].seen) {
        PUT(out,
            "The same instruction is reached twice: in the parent with <code>eax&nbsp;=&nbsp;");
        put_result(out, f->back[PARENT].eax);
        PUT(out, "</code>");
    } else {
        PUT(out, "The parent has not returned yet");
    }
    if (f->back[CHILD].seen) {
        PUT(out, ", in the child with <code>eax&nbsp;=&nbsp;");
        put_result(out, f->back[CHILD].eax);
        PUT(out, "</code>.</li>\n</ol>\n");
    } else {
        PUT(out, "; the child has not run yet.</li>\n</ol>\n");
    }
}

/* ---- The two stacks ---------------------------------------------------------------------- */

static void put_cell(struct trace_out *out, const char *side, uint32_t at, uint32_t value,
                     const char *note)
{
    PRINT(out, "<td class=\"%s\"><span class=\"at mono\">%08x</span><code>%08x</code>", side, at,
          value);
    if (note[0] != '\0') {
        PUT(out, "<span class=\"note\">");
        put_text(out, note);
        PUT(out, "</span>");
    }
    PUT(out, "</td>");
}

/* Who put the parent's words there. The stack grows down: the first row is the highest address. */
static void put_bracket(struct trace_out *out, const struct html_fork *f, unsigned row)
{
    unsigned hardware = f->words < CPU_WORDS ? f->words : CPU_WORDS;

    if (row == 0)
        PRINT(out,
              "<td class=\"bracket\" rowspan=\"%u\">pushed by <b>the CPU</b> at "
              "int&nbsp;0x80, from ring&nbsp;3 to ring&nbsp;0</td>",
              hardware);
    if (row == hardware)
        PRINT(out,
              "<td class=\"bracket saved\" rowspan=\"%u\">saved by <b>the kernel&rsquo;s entry "
              "code</b></td>",
              f->words - hardware);
}

static bool same_writer(const struct html_word *a, const struct html_word *b)
{
    return strcmp(a->by, b->by) == 0 && strcmp(a->line, b->line) == 0;
}

/* Words written from the same place share a cell. */
static void put_writer(struct trace_out *out, const struct html_fork *f, unsigned word)
{
    const struct html_word *w = &f->word[word];
    unsigned rows = 1;

    if (word + 1 < f->words && same_writer(w, w + 1))
        return;
    while (rows <= word && same_writer(w, w - rows))
        rows++;
    PRINT(out, "<td class=\"by%s\" rowspan=\"%u\">", w->by[0] ? "" : " nobody", rows);
    if (w->by[0] != '\0') {
        PUT(out, "<code>");
        put_text(out, w->by);
        PUT(out, "</code>");
    } else {
        PUT(out, "<span class=\"soft\">not written</span>");
    }
    if (w->line[0] != '\0') {
        const char *slash = strrchr(w->line, '/');

        PUT(out, "<br><span class=\"soft\">");
        put_text(out, slash ? slash + 1 : w->line);
        PUT(out, "</span>");
    }
    PUT(out, "</td>");
}

static void put_stacks(struct trace_out *out, const struct html_fork *f)
{
    if (f->words == 0)
        return;
    PUT(out, "<h3>The two kernel stacks, when the fork is done</h3>\n"
             "<table class=\"stacks\"><colgroup><col class=\"who\"><col class=\"side\">"
             "<col class=\"name\"><col class=\"side\"><col class=\"by\"></colgroup>\n"
             "<tr><th class=\"w\"></th><th class=\"parent\">parent: ");
    put_text(out, f->parent.comm);
    PRINT(out, "&nbsp;(%d)</th><th></th><th class=\"child\">child: ", f->parent.pid);
    put_text(out, f->child.comm);
    PRINT(out, "&nbsp;(%d)</th><th class=\"b\">the child&rsquo;s was written by</th></tr>\n",
          f->child.pid);
    for (unsigned row = 0; row < f->words; row++) {
        const struct html_word *w = &f->word[f->words - 1 - row];

        PUT(out, w->parent != w->child ? "<tr class=\"differs\">" : "<tr>");
        put_bracket(out, f, row);
        put_cell(out, "p", w->parent_at, w->parent, w->parent_note);
        PUT(out, "<td class=\"name\"><code>");
        put_text(out, w->name);
        PUT(out, "</code></td>");
        put_cell(out, "c", w->child_at, w->child, w->child_note);
        put_writer(out, f, f->words - 1 - row);
        PUT(out, "</tr>\n");
    }
    PUT(out,
        "</table>\n<p class=\"soft\">The stack grows down. A row marked &ne; is where the two "
        "differ. The parent&rsquo;s <code>eax</code> still holds what it had at int&nbsp;0x80; "
        "the result is written there on the way out.</p>\n");
}

/* ---- Returns and paths ------------------------------------------------------------------- */

static void put_return(struct trace_out *out, const struct html_fork *f, unsigned side)
{
    const struct html_return *r = &f->back[side];

    PRINT(out, "<div class=\"card %s\">", side == PARENT ? "pc" : "cc");
    put_who(out, side == PARENT ? &f->parent : &f->child, side == PARENT ? "parent" : "child");
    if (!r->seen) {
        PUT(out,
            "<p class=\"soft\">had not returned to ring&nbsp;3 when the trace ended.</p></div>\n");
        return;
    }
    PUT(out, "<div class=\"eax mono\">eax = ");
    put_result(out, r->eax);
    PRINT(out, "</div><dl><dt>resumes at</dt><dd><code>%08x</code> ", r->eip);
    put_text(out, r->eip_name);
    PRINT(out, "</dd><dt>stack</dt><dd><code>%08x</code></dd>", r->esp);
    PRINT(out, "<dt>page directory</dt><dd><code>%08x</code></dd><dt>instruction</dt><dd>", r->cr3);
    put_number(out, r->icount);
    PUT(out, "</dd></dl></div>\n");
}

static void put_step(struct trace_out *out, const struct html_step *s, unsigned outermost)
{
    const char *slash = strrchr(s->line, '/');

    PRINT(out, "<li%s><span class=\"f%s\" style=\"padding-left:%.1fem\">",
          s->remark ? " class=\"remark\"" : "", s->remark ? "" : " mono",
          1.1 * (s->depth - outermost < 24 ? s->depth - outermost : 24));
    put_text(out, s->text);
    PUT(out, "</span>");
    if (s->result[0] != '\0') {
        PUT(out, "<span class=\"r mono\">= ");
        put_text(out, s->result);
        PUT(out, "</span>");
    }
    if (s->line[0] != '\0') {
        PUT(out, "<span class=\"l\">");
        put_text(out, slash ? slash + 1 : s->line);
        PUT(out, "</span>");
    }
    PUT(out, "</li>\n");
}

static void put_path(struct trace_out *out, const struct html_fork *f, unsigned side)
{
    const struct html_path *path = &f->path[side];
    unsigned outermost = UINT32_MAX;

    PRINT(out, "<div class=\"card %s\">", side == PARENT ? "pc" : "cc");
    put_who(out, side == PARENT ? &f->parent : &f->child, side == PARENT ? "parent" : "child");
    PUT(out, "<ul class=\"path\">\n");
    for (unsigned i = 0; i < path->count; i++)
        if (path->step[i].depth < outermost && !path->step[i].remark)
            outermost = path->step[i].depth;
    for (unsigned i = 0; i < path->count; i++)
        put_step(out, &path->step[i], path->step[i].remark ? path->step[i].depth : outermost);
    if (path->cut)
        PRINT(out, "<li class=\"remark\">and more: the first %d are shown</li>\n", HTML_STEPS_MAX);
    PUT(out, "</ul></div>\n");
}

static void put_fork(struct trace_out *out, const struct html_fork *f)
{
    PRINT(out, "<section class=\"fork\" id=\"fork%u\">\n<h2>", f->id);
    put_who(out, &f->parent, "parent");
    PUT(out, " makes ");
    put_who(out, &f->child, "child");
    PRINT(out, "</h2>\n<p class=\"soft\">fork #%u, flags <code>", f->id);
    put_text(out, f->flags);
    PUT(out, "</code>, from instruction ");
    put_number(out, f->begun);
    PUT(out, "</p>\n");
    put_acts(out, f);
    put_stacks(out, f);
    PUT(out, "<h3>Two returns from one call</h3>\n<div class=\"two\">\n");
    put_return(out, f, PARENT);
    put_return(out, f, CHILD);
    PUT(out, "</div>\n<h3>The way through the kernel</h3>\n<div class=\"two\">\n");
    put_path(out, f, PARENT);
    put_path(out, f, CHILD);
    PUT(out, "</div>\n</section>\n");
}

void html_print_page(struct trace_out *out, const struct html *h)
{
    put_head(out, h);
    put_contents(out, h);
    for (unsigned i = 0; i < h->count; i++)
        if (h->fork[i].forked)
            put_fork(out, &h->fork[i]);
    if (count_told(h) == 0)
        PUT(out, "<p>No program of this recording forked.</p>\n");
    if (h->untold > 0)
        PRINT(out, "<p class=\"soft\">%u more were recorded; the first %d are told.</p>\n",
              h->untold, HTML_FORKS_MAX);
    PUT(out, "<footer>Made by forkscope from a recorded trace: <code>forkscope export --format "
             "html</code>.</footer>\n</main>\n</body>\n</html>\n");
}

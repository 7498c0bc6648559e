#include "emu/viewer/view_recall_parts.h"

#include <string.h>

void view_recall_destroy(struct view_recall *r)
{
    map64_free(&r->words);
}

bool view_recall_word(const struct view_recall *r, uint32_t address, uint32_t *value)
{
    uint64_t found;

    if (!map64_get(&r->words, address, &found) || found == VIEW_RECALL_FORGOTTEN)
        return false;
    *value = (uint32_t)found;
    return true;
}

bool view_pt_regs_offset(const struct trace_facts *facts, const char *name, const char *other,
                         uint32_t *offset)
{
    const char *names[] = {name, other};

    for (int i = 0; i < 2; i++)
        for (uint32_t at = 0; at < 4 * TRACE_MEMBERS_MAX; at += 4) {
            const char *member = facts->member(facts->ctx, at);

            if (member != NULL && strcmp(member, names[i]) == 0) {
                *offset = at;
                return true;
            }
        }
    return false;
}

static void begin_again(struct view_recall *r, const struct view_journal *j)
{
    map64_clear(&r->words);
    r->stack_count = 0;
    r->cpu = (struct cpu_state){0};
    r->known = r->program = r->ss0 = 0;
    r->saving.task = 0;
    r->esp0 = r->near = 0;
    r->last = 0;
    r->done = j->first;
}

void view_recall_goto(struct view_recall *r, const struct view_journal *j, uint64_t position)
{
    size_t past = view_journal_past(j, position);
    const struct trace_event *e;

    if (position <= r->position || r->done < j->first)
        begin_again(r, j);
    while (r->done < j->first + past)
        view_recall_take(r, view_journal_at(j, r->done++ - j->first));
    /* Steps that nobody told of lie in between: the registers may have become anything. */
    if (position > r->last)
        r->known &= VIEW_RECALL_LASTING;
    for (size_t k = past; k < j->count && (e = view_journal_at(j, k))->icount == position; k++)
        view_recall_foresee(r, e);
    r->position = r->cpu.icount = position;
}

/* Finding a place in the recording. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "claim.h"

const struct recording *recorded;
char claim_reason[200];

bool claim_fails(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(claim_reason, sizeof(claim_reason), format, ap);
    va_end(ap);
    return false;
}

bool visit_is(const struct visit *v, const char *function)
{
    return strcmp(v->function, function) == 0;
}

const struct visit *visit_end(void)
{
    return recorded->visit + recorded->visits;
}

const struct visit *visit_next(const struct visit *v, const char *function)
{
    while (v < visit_end() && !visit_is(v, function))
        v++;
    return v < visit_end() ? v : NULL;
}

const struct visit *visit_next_by(const struct visit *v, const char *function, uint32_t task)
{
    while (v < visit_end() && !(visit_is(v, function) && v->task == task))
        v++;
    return v < visit_end() ? v : NULL;
}

const struct visit *visit_next_about(const struct visit *v, const char *function, uint32_t task)
{
    while (v < visit_end() && !(visit_is(v, function) && v->subject == task))
        v++;
    return v < visit_end() ? v : NULL;
}

const struct visit *visit_first_fork(const char *entry)
{
    const struct visit *v = visit_next(recorded->visit, entry);

    return v ? visit_next(v, "do_fork") : NULL;
}

const struct fork_picture *picture_after(const struct visit *v)
{
    for (size_t i = 0; v && i < recorded->forks; i++)
        if (recorded->fork[i].icount >= v->icount)
            return &recorded->fork[i];
    return NULL;
}

const struct fork_picture *picture_of_user_fork(void)
{
    return picture_after(visit_first_fork("sys_fork"));
}

const struct gate_event *gate_before(const struct visit *v)
{
    const struct gate_event *found = NULL;

    for (size_t i = 0; v && i < recorded->gates && recorded->gate[i].icount <= v->icount; i++)
        if (!recorded->gate[i].is_iret && recorded->gate[i].in.vector == 0x80)
            found = &recorded->gate[i];
    return found;
}

const struct gate_event *gate_user_return(uint32_t task, uint64_t icount)
{
    for (size_t i = 0; i < recorded->gates; i++) {
        const struct gate_event *g = &recorded->gate[i];

        if (g->is_iret && g->task == task && g->icount >= icount && g->out.cpl_to == 3)
            return g;
    }
    return NULL;
}

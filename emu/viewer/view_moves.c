/* Where the keys lead: orders to the machine, places in the journal. */
#include <stdio.h>
#include <stdlib.h>

#include "emu/viewer/view_fork.h"
#include "emu/viewer/view_stack.h"
#include "emu/viewer/view_ui_parts.h"

void view_move_to(struct view_ui *ui, uint64_t position)
{
    view_stage_goto(ui->stage, position);
}

static void give(struct view_ui *ui, const struct control_order *o)
{
    if (view_drive_order(ui->stage->drive, o, ui->message, sizeof(ui->message)) == 0)
        ui->busy = true;
}

void view_move_order(struct view_ui *ui, enum control_action action, bool back)
{
    struct control_order o = {.action = action, .back = back};

    view_remember(view_of(ui));
    give(ui, &o);
}

/* Where the return address of the kernel's function under way lies; 0: not known. */
static uint32_t return_slot(const struct view *v)
{
    struct view_stack *s = malloc(sizeof(*s));
    uint32_t slot = 0;

    if (s != NULL && v->in != NULL && view_stack_read(v, s) && s->in_use && s->frame_count > 0)
        slot = s->frames[0].ret_at;
    free(s);
    return slot;
}

/* Its call is what wrote its return address, which is found sooner than by looking at every step.
 */
void view_move_out_back(struct view_ui *ui)
{
    uint64_t before = view_position(view_of(ui));
    uint32_t slot = return_slot(view_of(ui));

    if (slot != 0) {
        view_remember(view_of(ui));
        view_drive_last_writer(ui->stage->drive, slot, ui->message, sizeof(ui->message));
        ui->message[0] = '\0';
    }
    if (view_position(view_of(ui)) == before)
        view_move_order(ui, CONTROL_OUT, true);
}

void view_move_run(struct view_ui *ui)
{
    if (ui->busy || ui->searching) {
        view_drive_pause(ui->stage->drive);
        ui->searching = false;
    } else {
        view_move_order(ui, CONTROL_CONTINUE, false);
    }
}

void view_move_step(struct view_ui *ui, bool back)
{
    uint64_t position;

    if (view_drive_next(ui->stage->drive, back, &position))
        view_move_to(ui, position);
    else if (back)
        SAY(ui, "This is the first step that is remembered.");
    else
        SAY(ui, "The recording ends here.");
}

/* From one int or iret to the next in the journal; beyond it the machine runs. A place is behind
 * the pushes of an int, and before the pops of an iret: there the words lie on the stack. */
static bool find_int(const struct view_journal *j, uint64_t now, bool back, uint64_t *found)
{
    size_t past = view_journal_past(j, now);
    size_t k = back ? past + 1 : past > 0 ? past - 1 : 0;

    *found = VIEW_NEVER;
    for (; back ? k-- > 0 : k < j->count; k += back ? 0 : 1) {
        if (k >= j->count)
            continue;
        const struct trace_event *e = view_journal_at(j, k);
        uint64_t at = e->icount + (e->kind != TRACE_IRET);

        if (e->kind != TRACE_INT && e->kind != TRACE_IRQ && e->kind != TRACE_IRET)
            continue;
        if (back ? at < now : at > now) {
            *found = at;
            return true;
        }
    }
    return false;
}

void view_move_int(struct view_ui *ui, bool back)
{
    struct control_order o = {.action = CONTROL_UNTIL,
                              .events = CONTROL_BIT(INT) | CONTROL_BIT(IRQ) | CONTROL_BIT(IRET)};
    uint64_t position;

    if (find_int(&ui->stage->drive->journal, view_position(view_of(ui)), back, &position)) {
        view_move_to(ui, position);
    } else if (back) {
        SAY(ui, "There is no int or iret before this one.");
    } else {
        view_remember(view_of(ui));
        give(ui, &o);
    }
}

/* Is the place that is looked for known by now? */
static bool found(struct view_ui *ui, uint64_t *position)
{
    const struct view_journal *j = &ui->stage->drive->journal;
    const struct view_fork *f;

    if (ui->search.kind == VIEW_PLACE_STEP) {
        *position = ui->search.step;
        return *position <= view_drive_frontier(ui->stage->drive);
    }
    if (ui->search.kind == VIEW_PLACE_END)
        return false;
    f = view_journal_fork_number(j, ui->search.fork);
    if (f == NULL || !f->over)
        return false;
    *position = view_place_in(&ui->search, f);
    return true;
}

static void end_search(struct view_ui *ui, uint64_t position)
{
    ui->searching = false;
    if (position == VIEW_NEVER) {
        SAY(ui, "The fork did not come to that.");
        return;
    }
    if (position > 0 && position - 1 != view_position(view_of(ui)))
        view_drive_goto(ui->stage->drive, position - 1);
    view_move_to(ui, position);
}

/* At once where the place is known; else view_ui_work() goes on looking. */
void view_move_search(struct view_ui *ui, const struct view_place *place)
{
    uint64_t position;

    ui->search = *place;
    ui->searching = true;
    view_drive_stir(ui->stage->drive);
    if (found(ui, &position))
        end_search(ui, position);
}

void view_move_fork(struct view_ui *ui, bool back)
{
    const struct view_fork *f = view_fork_shown(view_of(ui));
    unsigned number = f != NULL ? f->number : 0;

    if (back && number <= 1) {
        SAY(ui, "There is no fork before this one.");
        return;
    }
    view_of(ui)->fork_number = 0;
    view_move_search(ui, &(struct view_place){.kind = VIEW_PLACE_LANDMARK,
                                              .landmark = LANDMARK_PUSH,
                                              .fork = back ? number - 1 : number + 1});
}

void view_move_landmark(struct view_ui *ui, enum view_landmark landmark)
{
    const struct view_fork *f = view_fork_shown(view_of(ui));

    if (f == NULL)
        SAY(ui, "No program has forked yet: f runs to the next fork.");
    else if (f->at[landmark] != VIEW_NEVER)
        view_move_to(ui, f->at[landmark]);
    else if (!f->over)
        view_move_search(ui, &(struct view_place){.kind = VIEW_PLACE_LANDMARK,
                                                  .landmark = landmark,
                                                  .fork = f->number});
    else
        SAY(ui, "This fork did not come to: %s.", view_landmark_title(landmark));
}

/* The stop of the tour behind, or before, where we are. */
void view_move_tour(struct view_ui *ui, bool back)
{
    const struct view_fork *f = view_fork_shown(view_of(ui));
    struct view_tour_stop stops[VIEW_TOUR_STOPS];
    uint64_t now = view_position(view_of(ui));
    unsigned count = f != NULL ? view_tour_stops(f, stops) : 0, i;

    if (back) {
        for (i = count; i-- > 0 && stops[i].position >= now;)
            ;
    } else {
        for (i = 0; i < count && stops[i].position <= now; i++)
            ;
    }
    if (i < count) {
        ui->tour = true;
        view_move_to(ui, stops[i].position);
        SAY(ui, "Tour of the fork, stop %u of %u: %s.   Enter: next   Backspace: previous", i + 1,
            count, stops[i].name);
    } else {
        SAY(ui, count == 0 ? "No program has forked yet: f runs to the next fork."
                : back     ? "The tour begins here."
                           : "The tour ends here. f goes to the next fork.");
    }
}

bool view_move_on(struct view_ui *ui)
{
    struct view_drive *d = ui->stage->drive;
    uint64_t position = VIEW_NEVER, limit = view_drive_frontier(d) + VIEW_UI_WORK;

    if (found(ui, &position)) {
        end_search(ui, position);
        return false;
    }
    if (ui->search.kind == VIEW_PLACE_STEP && ui->search.step < limit)
        limit = ui->search.step;
    if (view_drive_ahead(d, limit))
        return true;
    if (found(ui, &position)) {
        end_search(ui, position);
        return false;
    }
    ui->searching = false;
    view_remember(view_of(ui));
    if (d->waits)
        view_drive_describe(d, ui->message, sizeof(ui->message));
    else if (ui->search.kind != VIEW_PLACE_END)
        SAY(ui, "The run ends before that.");
    return false;
}

void view_move_writer(struct view_ui *ui)
{
    struct view *v = view_of(ui);
    uint32_t address = v->memory_chosen ? v->memory : view_cpu(v)->gpr[GPR_ESP];

    view_remember(v);
    view_drive_last_writer(ui->stage->drive, address, ui->message, sizeof(ui->message));
}

/* What is typed: answers to questions, commands for the monitor, bytes for the guest. */
#include <stdio.h>
#include <string.h>

#include "emu/viewer/view_ui_parts.h"

/* ---- The monitor ----------------------------------------------------------------------------- */

void view_prompt_say(void *ctx, const char *text)
{
    struct view *v = ctx;
    size_t used = strlen(v->monitor), size = strlen(text);

    if (size >= sizeof(v->monitor) / 2) {
        text += size - sizeof(v->monitor) / 2 + 1;
        size = strlen(text);
    }
    if (used + size + 1 > sizeof(v->monitor)) {
        used -= sizeof(v->monitor) / 2;
        memmove(v->monitor, v->monitor + sizeof(v->monitor) / 2, used + 1);
    }
    memcpy(v->monitor + used, text, size + 1);
}

static void answer_monitor(struct view_ui *ui)
{
    struct view *v = view_of(ui);
    struct monitor_out out = {view_prompt_say, v};

    view_remember(v);
    v->tab = PANEL_MONITOR;
    v->scroll[PANEL_MONITOR] = 0;
    view_prompt_say(v, "> ");
    view_prompt_say(v, ui->typed);
    view_prompt_say(v, "\n");
    if (view_drive_command(ui->stage->drive, ui->typed, out))
        ui->busy = ui->told = true;
    ui->quit |= view_drive_quits(ui->stage->drive);
}

/* ---- Prompts --------------------------------------------------------------------------------- */

void view_prompt_ask(struct view_ui *ui, enum view_prompt prompt)
{
    ui->prompt = prompt;
    ui->typed[0] = '\0';
}

static void answer_goto(struct view_ui *ui)
{
    struct view_place place;

    if (view_place_parse(ui->typed, &place, ui->message, sizeof(ui->message)) == 0)
        view_move_search(ui, &place);
}

static bool locate(struct view_ui *ui, uint32_t *address)
{
    return view_drive_locate(ui->stage->drive, ui->typed, address, ui->message,
                             sizeof(ui->message)) == 0;
}

static void answer_address(struct view_ui *ui)
{
    struct view *v = view_of(ui);
    uint32_t address;

    if (!locate(ui, &address))
        return;
    v->memory = v->page = address;
    v->memory_chosen = v->page_chosen = true;
    if (v->tab != PANEL_PAGES)
        v->tab = PANEL_MEMORY;
}

static void answer_point(struct view_ui *ui, bool watch)
{
    uint32_t address;
    char code[64];

    if (!locate(ui, &address))
        return;
    switch (view_drive_toggle(ui->stage->drive, address, watch)) {
    case 1:
        SAY(ui, "%s at %08x, %s. Space runs.", watch ? "Watchpoint" : "Breakpoint", address,
            view_code(view_of(ui), address, code, sizeof(code)));
        break;
    case 0:
        SAY(ui, "Removed.");
        break;
    default:
        SAY(ui, "There are too many of them.");
    }
}

static void answer(struct view_ui *ui)
{
    enum view_prompt prompt = ui->prompt;

    ui->prompt = VIEW_PROMPT_NONE;
    ui->message[0] = '\0';
    if (ui->typed[0] == '\0')
        return;
    switch (prompt) {
    case VIEW_PROMPT_GOTO:
        answer_goto(ui);
        break;
    case VIEW_PROMPT_BREAK:
        answer_point(ui, false);
        break;
    case VIEW_PROMPT_WATCH:
        answer_point(ui, true);
        break;
    case VIEW_PROMPT_ADDRESS:
        answer_address(ui);
        break;
    case VIEW_PROMPT_MONITOR:
        answer_monitor(ui);
        break;
    case VIEW_PROMPT_NONE:
        break;
    }
}

/* Of the words that fit: what they have in common; where that is nothing more, they are named. */
static void complete(struct view_ui *ui)
{
    const char *word = view_drive_complete(ui->stage->drive, ui->typed, 0);
    char *last = strrchr(ui->typed, ' '), common[VIEW_LINE];
    size_t length, had;

    last = last != NULL ? last + 1 : ui->typed;
    had = strlen(last);
    if (word == NULL)
        return;
    snprintf(common, sizeof(common), "%s", word);
    snprintf(ui->choices, sizeof(ui->choices), "%s", word);
    for (unsigned n = 1; (word = view_drive_complete(ui->stage->drive, ui->typed, n)); n++) {
        size_t used = strlen(ui->choices);

        for (length = 0; common[length] && common[length] == word[length]; length++)
            ;
        common[length] = '\0';
        snprintf(ui->choices + used, sizeof(ui->choices) - used, "  %s", word);
    }
    if (strlen(common) > had && (size_t)(last - ui->typed) + strlen(common) < VIEW_LINE)
        memcpy(last, common, strlen(common) + 1);
    if (strchr(ui->choices, ' ') == NULL)
        ui->choices[0] = '\0';
}

void view_prompt_key(struct view_ui *ui, uint32_t key)
{
    size_t length = strlen(ui->typed);

    ui->choices[0] = '\0';
    if (key == VIEW_KEY_ENTER)
        answer(ui);
    else if (key == VIEW_KEY_ESCAPE)
        ui->prompt = VIEW_PROMPT_NONE;
    else if (key == VIEW_KEY_TAB && ui->prompt == VIEW_PROMPT_MONITOR)
        complete(ui);
    else if (key == VIEW_KEY_BACKSPACE && length > 0)
        ui->typed[length - 1] = '\0';
    else if (key >= ' ' && key < 0x7f && length + 1 < sizeof(ui->typed)) {
        ui->typed[length] = (char)key;
        ui->typed[length + 1] = '\0';
    }
}

/* ---- The guest's keyboard -------------------------------------------------------------------- */

void view_prompt_guest(struct view_ui *ui, uint32_t key)
{
    uint8_t byte = (uint8_t)key;

    if (key == VIEW_KEY_ESCAPE) {
        view_of(ui)->typing = false;
        return;
    }
    if (key == VIEW_KEY_ENTER)
        byte = '\r';
    else if (key == VIEW_KEY_BACKSPACE)
        byte = 0x7f;
    else if (key == VIEW_KEY_TAB)
        byte = '\t';
    else if (key == VIEW_KEY_COPY)
        byte = 3;
    else if (key >= 0x80)
        return;
    if (view_drive_type(ui->stage->drive, byte, ui->message, sizeof(ui->message)) != 0)
        view_of(ui)->typing = false;
    else if (!ui->busy)
        view_move_order(ui, CONTROL_CONTINUE, false);
}

void view_prompt_typing(struct view_ui *ui)
{
    if (view_of(ui)->in == NULL) {
        SAY(ui, "A recording takes no input: forkscope view -kernel ... runs the guest.");
        return;
    }
    view_of(ui)->typing = true;
    if (!ui->busy)
        view_move_order(ui, CONTROL_CONTINUE, false);
}

#include "tests/live/live.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { SLICE = 200000 };

struct live_guest live_guest;
struct session live_session;
struct control *live_control;
char live_why[256];

void live_open(const char *program, char *jitter)
{
    static char append[64];
    char *argv[] = {"run",
                    "-kernel",
                    live_guest.kernel,
                    "-initrd",
                    live_guest.initrd,
                    "-append",
                    append,
                    "-serial",
                    "null",
                    "--engine",
                    live_guest.engine,
                    "--jitter-seed",
                    jitter,
                    NULL};

    snprintf(append, sizeof(append), "init=/bin/%s", program);
    memset(&live_session, 0, sizeof(live_session));
    live_session.live = true;
    ck_assert_int_eq(options_parse(&live_session.o, VERB_RUN, 13, argv, live_why, sizeof(live_why)),
                     0);
    ck_assert_int_eq(session_open(&live_session), SESSION_GO_ON);
    live_control = control_create(&live_session);
    ck_assert_ptr_nonnull(live_control);
}

void live_setup(void)
{
    live_open("forkdemo", "0");
}

void live_close(void)
{
    control_destroy(live_control);
    session_release(&live_session);
}

enum control_reason live_finish(void)
{
    while (control_work(live_control, SLICE))
        ;
    return control_stopped(live_control)->reason;
}

enum control_reason live_order(enum control_action action, uint64_t count, unsigned events)
{
    const struct control_order o = {.action = action, .count = count, .events = events};

    ck_assert_msg(control_go(live_control, &o, live_why, sizeof(live_why)) == 0, "%s", live_why);
    return live_finish();
}

uint32_t live_address(const char *text)
{
    uint32_t linear = 0;

    ck_assert_msg(control_locate(live_control, text, &linear, live_why, sizeof(live_why)) == 0,
                  "%s", live_why);
    return linear;
}

int live_break_at(const char *place)
{
    const struct control_point p = {
        .kind = CONTROL_EXECUTE, .linear = live_address(place), .pid = -1};
    int id = control_add(live_control, &p);

    ck_assert_int_gt(id, 0);
    return id;
}

void live_run_to(const char *place)
{
    int id = live_break_at(place);

    ck_assert_int_eq(live_order(CONTROL_CONTINUE, 0, 0), CONTROL_BREAKPOINT);
    ck_assert_int_eq(control_stopped(live_control)->point, id);
    ck_assert(control_remove(live_control, id));
}

const struct cpu_state *live_cpu(void)
{
    return inspect_cpu(control_inspect(live_control));
}

const char *live_where(void)
{
    const struct symbol *symbol =
        symbols_by_addr(control_inspect(live_control)->symbols, live_cpu()->eip);

    return symbol ? symbol->name : "?";
}

uint32_t live_word_at(uint32_t linear)
{
    uint32_t value = 0;

    ck_assert(inspect_u32(control_inspect(live_control), linear, &value));
    return value;
}

enum control_reason live_back(enum control_action action, uint64_t count, unsigned events)
{
    const struct control_order o = {
        .action = action, .back = true, .count = count, .events = events};

    ck_assert_msg(control_go(live_control, &o, live_why, sizeof(live_why)) == 0, "%s", live_why);
    return live_finish();
}

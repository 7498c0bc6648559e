/* A viewer on the guest's fork demonstration, without a window. */
#ifndef FORKSCOPE_TESTS_VIEWER_STAGE_H
#define FORKSCOPE_TESTS_VIEWER_STAGE_H

#include <check.h>

#include "emu/viewer/view_ui.h"

/* For main(): runs the tests in this process. */
int stage_main(const char *name, const TTest *const *tests, size_t count);

/* Boots the kernel of $FORKSCOPE_KERNEL with `append`, 160x50 cells, looking at `place`. Ends the
 * program with 77 where it has not been built. */
void stage_open(struct view_ui *ui, const char *append, const char *place);
/* The same with any command line. */
void stage_open_with(struct view_ui *ui, char **argv, int argc, const char *place);
/* The recording of events in $FORKSCOPE_TRACE in the same way. */
void stage_open_events(struct view_ui *ui, const char *place);
void stage_close(struct view_ui *ui);

/* Lets it run until it stands. */
void stage_settle(struct view_ui *ui);
/* A key, and all that follows from it. */
void stage_key(struct view_ui *ui, uint32_t key);
void stage_type(struct view_ui *ui, const char *text);
/* A key that asks for something and the answer, with Enter behind it: "bdo_fork". */
void stage_ask(struct view_ui *ui, const char *text);
/* The picture as text; the caller frees it. */
char *stage_picture(struct view_ui *ui);
void stage_assert_shows(struct view_ui *ui, const char *text);
/* All of the machine that decides its future, as far as it can be read from outside. */
uint64_t stage_hash(void);

#endif

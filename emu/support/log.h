/*
 * What forkscope says about itself: one line a message, on stderr, never on stdout.
 */
#ifndef FORKSCOPE_EMU_LOG_H
#define FORKSCOPE_EMU_LOG_H

#include <stddef.h>

#define LOG_PRINTF(text, args) __attribute__((format(printf, text, args)))

/* "forkscope: error: ..." and "forkscope: ...". Coloured on a terminal unless NO_COLOR is set. */
void log_error(const char *format, ...) LOG_PRINTF(1, 2);
void log_note(const char *format, ...) LOG_PRINTF(1, 2);

/* Puts a sentence into `why` and returns `error`: `return log_why(why, size, -EINVAL, "...")`. */
int log_why(char *why, size_t why_size, int error, const char *format, ...) LOG_PRINTF(4, 5);

#endif

/*
 * The terminal in raw mode, and the promise to give it back: at terminal_restore(), at exit(), and
 * on every signal that ends the program.
 */
#ifndef FORKSCOPE_EMU_TERMINAL_H
#define FORKSCOPE_EMU_TERMINAL_H

#include <stdbool.h>

/* No echo, no line editing, no job control. `signals`: Ctrl-C still sends SIGINT. 0 or -errno. */
int terminal_make_raw(int fd, bool signals);
/* The same promise for a terminal that somebody else makes raw. 0 or -errno. */
int terminal_guard(int fd);
/* Does nothing where the terminal is not raw. */
void terminal_restore(void);

#endif

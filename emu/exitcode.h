/*
 * How forkscope ends: the exit codes of the program, stable for scripts and graders.
 */
#ifndef FORKSCOPE_EMU_EXITCODE_H
#define FORKSCOPE_EMU_EXITCODE_H

enum exitcode {
    EXITCODE_OK = 0,            /* the guest reported success, all checks passed */
    EXITCODE_MISMATCH = 1,      /* a check or a golden trace does not hold */
    EXITCODE_USAGE = 2,         /* the command line cannot be obeyed */
    EXITCODE_INPUT = 3,         /* an input is unreadable or cannot be booted */
    EXITCODE_EMULATOR = 4,      /* a limit or bug of forkscope, or output that cannot be written */
    EXITCODE_PANIC = 5,         /* the guest reached its panic() */
    EXITCODE_TRIPLE = 6,        /* triple fault */
    EXITCODE_BUDGET = 7,        /* --max-insns is used up */
    EXITCODE_STUCK = 8,         /* the guest can never make progress */
    EXITCODE_WALL = 9,          /* --wall-timeout is over */
    EXITCODE_GUEST_FAILED = 10, /* the guest reported failure, or reset itself without a report */
    EXITCODE_INTERRUPTED = 130, /* SIGINT, as shells count it */
};

#endif

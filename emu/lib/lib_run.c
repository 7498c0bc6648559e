/* Running a handle's machine, there and back. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "emu/lib/handle.h"
#include "emu/support/log.h"

/* Deadlines that a halted guest passes without one step come in thousands a call. */
enum { IDLE_CALLS = 10 };

enum machine_end handle_run(struct forkscope *f, uint64_t until)
{
    return history_run(f->history, until);
}

/* FORKSCOPE_UNTIL also where the machine only paused. */
static enum forkscope_end end_of(enum machine_end end)
{
    switch (end) {
    case MACHINE_EXIT:
        return FORKSCOPE_EXIT;
    case MACHINE_TRIPLE:
        return FORKSCOPE_TRIPLE;
    case MACHINE_STUCK:
        return FORKSCOPE_STUCK;
    case MACHINE_STOPPED:
        return FORKSCOPE_STOPPED;
    case MACHINE_RESET:
        return FORKSCOPE_RESET;
    case MACHINE_IDLE:
    case MACHINE_RUNNING:
        break;
    }
    return FORKSCOPE_UNTIL;
}

int forkscope_run(struct forkscope *f, uint64_t until)
{
    enum forkscope_end end = FORKSCOPE_UNTIL;
    unsigned idle = 0;
    int error = handle_need_kernel(f);

    if (error)
        return error;
    f->stopped = false;
    while (end == FORKSCOPE_UNTIL && machine_icount(f->machine) < until) {
        uint64_t before = machine_icount(f->machine);

        end = end_of(handle_run(f, until));
        idle = machine_icount(f->machine) == before ? idle + 1 : 0;
        if (idle == IDLE_CALLS)
            end = FORKSCOPE_STUCK;
    }
    if (end != FORKSCOPE_STOPPED || f->stopped)
        return end;
    log_why(HANDLE_WHY(f), -EIO, "the trace could not be written: forkscope_trace_end() says why");
    return FORKSCOPE_OUTPUT;
}

void forkscope_stop(struct forkscope *f)
{
    f->stopped = true;
    machine_request_stop(f->machine);
}

uint32_t forkscope_exit_value(const struct forkscope *f)
{
    return machine_exit_value(f->machine);
}

int forkscope_reset(struct forkscope *f)
{
    int error = handle_need_kernel(f);

    if (!error && f->config.remembers)
        error = log_why(HANDLE_WHY(f), -EBUSY, "a machine with a history resets itself");
    if (error)
        return error;
    machine_reset(f->machine);
    return boot_load(&f->boot, f->machine, HANDLE_WHY(f));
}

size_t forkscope_input(struct forkscope *f, const void *bytes, size_t size)
{
    return f->loaded ? history_serial_input(f->history, bytes, size) : 0;
}

int forkscope_goto(struct forkscope *f, uint64_t step)
{
    int error = handle_need_kernel(f);

    if (error)
        return error;
    error = history_goto(f->history, step);
    switch (error) {
    case 0:
        return 0;
    case -ERANGE:
        return log_why(HANDLE_WHY(f), error, "step %" PRIu64 " is not remembered", step);
    case -ENODATA:
        return log_why(HANDLE_WHY(f), error, "the machine ends before step %" PRIu64, step);
    default:
        return log_why(HANDLE_WHY(f), error, "%s", strerror(-error));
    }
}

int forkscope_save(struct forkscope *f, const char *path)
{
    int error = handle_need_kernel(f);

    return error ? error : savefile_write(path, f->machine, handle_kernel(f), HANDLE_WHY(f));
}

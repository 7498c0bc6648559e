/*
 * The past of a machine: every step that was run since the history was made can be gone back to.
 *
 * Who has a history runs its machine through it: history_run() in place of machine_run(), and the
 * input functions below in place of the machine's. Now and then it takes a snapshot; to go to step
 * n is to load the youngest snapshot that is not younger, and to run the steps in between again
 * with the same input. Steps are those of cpu/cpu.h: the state "at n" is the one before step n, as
 * it was when n was reached.
 *
 *     first                       now                              end
 *       ├────────┬─────────┬───────┼──┬──────┬──────┬───────┬───┬───┤ · · · live
 *       snapshots, the older the fewer        ◄─ the past ─►
 *
 * In the past (now before end) nothing is sent out twice: serial port and debug console are silent,
 * observers of OBSERVER_ONCE hear nothing (emu/machine/observers.h). At the end all goes on as if
 * nobody had gone back. Input given in the past begins another future: what came after it is
 * forgotten. Consoles cannot take back what they were sent; a trace can (history_set_forgetting()).
 *
 * Memory: pages that differ between snapshots, at most about `budget` bytes; beyond it, snapshots
 * are thinned out, older ones first. The two at the ends always stay.
 */
#ifndef FORKSCOPE_EMU_HISTORY_H
#define FORKSCOPE_EMU_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/machine/machine.h"
#include "emu/time/inputlog.h"

struct history;

struct history_config {
    bool forgetful; /* only the log is kept: there is no way back, and it costs nothing */
    size_t budget;  /* bytes; 0: HISTORY_BUDGET */
    /* Carries out a reset that the guest asked for, the same each time: 0, or -errno. NULL:
     * history_run() hands MACHINE_RESET back. */
    int (*reboot)(void *ctx);
    void *ctx;
};

#define HISTORY_BUDGET ((size_t)256 << 20)

/* Begins here. NULL: out of memory. The machine must outlive it. */
struct history *history_create(struct machine *m, const struct history_config *config);
/* The machine stays where it is. */
void history_destroy(struct history *h);

/* ---- Where ------------------------------------------------------------------------------- */

/* The steps that can be gone to: first <= n <= last. */
void history_span(const struct history *h, uint64_t *first, uint64_t *last);
bool history_in_past(const struct history *h);
/* Can it be gone back at all? */
bool history_remembers(const struct history *h);

/* ---- Forwards ---------------------------------------------------------------------------- */

/* As machine_run(). From the past it runs what is known again, up to the end, and then goes on
 * live; in the past it never returns MACHINE_IDLE. Observers of OBSERVER_AGAIN may stop it with
 * machine_request_stop() anywhere. */
enum machine_end history_run(struct history *h, uint64_t until);

/* As those of the machine; all is written to the log. */
size_t history_serial_input(struct history *h, const uint8_t *bytes, size_t n);
bool history_press_key(struct history *h, const uint8_t *code, size_t n);
void history_set_carrier(struct history *h, bool up);
/* A debugger's changes: memory by physical address (-EFAULT where machine_poke() refuses), and
 * registers. 0 or -ENOMEM. */
int history_write_memory(struct history *h, uint32_t paddr, const void *bytes, uint32_t n);
int history_set_registers(struct history *h, const struct cpu_state *state);

/* The log becomes this one, whose input the machine will be given when its time comes; `log` is
 * emptied. To be called before the first step. Input given by hand ends the replay: what was still
 * to come is forgotten. */
void history_replay(struct history *h, struct inputlog *log);

/* ---- Backwards --------------------------------------------------------------------------- */

/* The very moment, to come back to it: within its step, too. */
struct history_place {
    struct moment moment;
    size_t given; /* how much of the log the machine has got */
};
struct history_place history_here(const struct history *h);
void history_return(struct history *h, const struct history_place *place);

/*
 * Long ways can be given up: while the past is run again by history_goto() and history_find_*(),
 * `goes_on` is asked now and then, with how many steps were run and how many it will be at most.
 * False: they end with -EINTR, and the machine is where it was. NULL: nobody is asked.
 */
typedef bool history_goes_on(void *ctx, uint64_t done, uint64_t all);
void history_set_watcher(struct history *h, history_goes_on *goes_on, void *ctx);

/* `forgotten` is called when input is about to be given in the past: what came after here did not
 * happen. It may call history_retell() and nothing else of the history. NULL: nobody. */
void history_set_forgetting(struct history *h, void (*forgotten)(void *ctx), void *ctx);

/* What lies between step `from` and here, once more, for who has to write it down anew: `listen` is
 * called there and attaches them as OBSERVER_PART; nobody else hears anything. 0; -ERANGE: it is
 * not remembered; what `listen` returned. The machine is where it was. */
int history_retell(struct history *h, uint64_t from, int (*listen)(void *ctx), void *ctx);

/* To step `icount`, backwards or forwards; nobody but the machine's parts is told of what is run on
 * the way. Beyond the end it runs live, as history_run(). 0; -ERANGE: before the first step, or
 * nothing is remembered; -ENODATA: the machine ends before it (it is then at its end); -ENOMEM
 * and -EINTR: nothing has changed. */
int history_goto(struct history *h, uint64_t icount);
/* To the end: the very moment, where input can be given again. 0 or -ENOMEM. */
int history_goto_end(struct history *h);

/* For a search that listens to every instruction and will mostly find what it looks for in the last `near`
 * steps: they can be run again by themselves, from a snapshot of their own. It stays where it is. As
 * history_goto(). */
int history_draw_near(struct history *h, uint64_t near);

/*
 * The last step before `before` at which something happened, and goes there: the past is run again
 * piece by piece, the youngest first, with `hooks` listening (what they need armed, exec addresses
 * and watches, the caller arms and disarms). A hook calls history_mark() when it has seen what is
 * looked for; inside a hook cpu_state()->icount is the step under way, which is what is found:
 * before an instruction at a breakpoint, before the one that writes to a watched place.
 * 0; -ENOENT: nothing since the first step; -EINTR; -ENOMEM: the machine is where it was.
 */
int history_find_back(struct history *h, const struct cpu_hooks *hooks, uint64_t before,
                      uint64_t *found);
void history_mark(struct history *h);

/* The same for the last write to any of these bytes of RAM, by physical address: through whichever
 * mapping, by whichever task, by the CPU itself (accessed and dirty bits) or a debugger. Found is
 * the step before the write. */
int history_find_write(struct history *h, uint32_t paddr, uint32_t size, uint64_t before,
                       uint64_t *found);

/* ---- Looking ----------------------------------------------------------------------------- */

struct history_stats {
    unsigned snapshots;
    size_t bytes;
};
struct history_stats history_stats(const struct history *h);

/* All input so far; those from `next` on lie in the future of where the machine is. */
const struct inputlog *history_log(const struct history *h);

#endif

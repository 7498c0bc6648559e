#include "emu/run/session_time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/run/recording.h"
#include "emu/support/file.h"
#include "emu/support/log.h"
#include "emu/time/savefile.h"
#include "emu/time/script.h"
#include "emu/time/snapshot.h"

struct session_time {
    struct recording recording;
    bool records, replays;
    struct script *script;
    bool saved; /* --save-at was passed */
};

/* ---- Reading: which machine it has to be ---------------------------------------------------- */

/* An option that was given must not contradict the file. */
static int contradiction(struct session *s, const char *option, const char *path)
{
    return log_why(SESSION_WHY(s), -EINVAL, "%s does not fit '%s', which was made with another",
                   option, path);
}

static int adopt(struct session *s, const struct savefile_config *c, const char *path)
{
    struct options *o = &s->o, standard;
    struct cpu_model model;

    options_defaults(&standard);
    if (o->ram_mb != standard.ram_mb && o->ram_mb != c->ram_mb)
        return contradiction(s, "-m", path);
    if (o->mips != standard.mips && o->mips != c->mips)
        return contradiction(s, "--mips", path);
    if (strcmp(o->cpu, standard.cpu) != 0 &&
        (cpu_model_parse(o->cpu, &model, SESSION_WHY(s)) || model.level != c->cpu.level ||
         model.features != c->cpu.features))
        return contradiction(s, "-cpu", path);
    savefile_adopt(c, &s->config.machine);
    return 0;
}

static int read_state(struct session *s)
{
    const char *path = s->o.load_state;
    int error = savefile_open(&s->config.state, path, SESSION_WHY(s));

    s->config.state_path = path;
    return error ? error : adopt(s, savefile_config(s->config.state), path);
}

static int read_recording(struct session *s)
{
    struct session_time *t = s->time;
    int error = recording_read(&t->recording, s->o.replay, SESSION_WHY(s));

    if (!error)
        error = adopt(s, &t->recording.machine, s->o.replay);
    if (error)
        return error;
    t->replays = true;
    s->o.jitter_seed = t->recording.jitter;
    return 0;
}

/* As file_check_writable(), of a state: it is made beside `path` and takes its name, but where
 * something special is. */
static int check_state_writable(struct session *s)
{
    const char *path = s->o.save_state;
    char beside[4096];
    int fd;

    if (file_is_special(path))
        return file_check_writable(path, SESSION_WHY(s));
    if ((size_t)snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >= sizeof(beside))
        return log_why(SESSION_WHY(s), -ENAMETOOLONG, "'%s' is too long a name", path);
    fd = mkstemp(beside);
    if (fd < 0)
        return log_why(SESSION_WHY(s), -errno, "cannot write '%s': %s", path, strerror(errno));
    close(fd);
    unlink(beside);
    return 0;
}

int session_time_read(struct session *s)
{
    const struct options *o = &s->o;
    struct session_time *t = s->time = calloc(1, sizeof(*t));
    int error = t ? 0 : log_why(SESSION_WHY(s), -ENOMEM, "out of memory");

    if (!error && o->load_state)
        error = read_state(s);
    if (!error && o->replay)
        error = read_recording(s);
    if (!error && o->input)
        error = script_read(&t->script, o->input, SESSION_WHY(s));
    return error;
}

/* ---- Beginning --------------------------------------------------------------------------- */

static uint64_t now(const struct session *s)
{
    return machine_icount(s->scope->machine);
}

static int begin_recording(struct session *s)
{
    struct recording *r = &s->time->recording;
    const struct machine_config *machine = &s->config.machine;

    r->machine = (struct savefile_config){.ram_mb = machine->ram_mb,
                                          .mips = machine->mips,
                                          .cpu = machine->cpu,
                                          .rtc_epoch = machine->rtc_epoch,
                                          .kernel = handle_kernel(s->scope)};
    r->jitter = (uint32_t)s->o.jitter_seed;
    r->start = snapshot_hash(s->scope->machine);
    s->time->records = true;
    return file_check_writable(s->o.record, SESSION_WHY(s));
}

static int begin_replay(struct session *s)
{
    struct recording *r = &s->time->recording;

    if (handle_check_kernel(s->scope, s->o.replay, r->machine.kernel))
        return log_why(SESSION_WHY(s), -EINVAL, "%s", forkscope_why(s->scope));
    if (snapshot_hash(s->scope->machine) != r->start)
        return log_why(SESSION_WHY(s), -EINVAL,
                       "'%s' began in another state: give -initrd, -append and --load-state as "
                       "they were when it was recorded",
                       s->o.replay);
    history_replay(s->scope->history, &r->log);
    return 0;
}

int session_time_begin(struct session *s)
{
    int error = s->o.record ? begin_recording(s) : 0;

    if (!error && s->o.replay)
        error = begin_replay(s);
    if (!error && s->o.save_state)
        error = check_state_writable(s);
    return error;
}

/* ---- While it runs ----------------------------------------------------------------------- */

void session_time_sent(struct session *s, uint8_t byte)
{
    if (!s->time->script || !script_sent(s->time->script, byte))
        return;
    s->woken = true;
    machine_request_stop(s->scope->machine);
}

static int save_state(struct session *s)
{
    s->time->saved = true;
    if (forkscope_save(s->scope, s->o.save_state))
        return log_why(SESSION_WHY(s), -EIO, "%s", forkscope_why(s->scope));
    return 0;
}

int session_time_look(struct session *s)
{
    struct session_time *t = s->time;

    if (history_in_past(s->scope->history))
        return 0;
    if (t->script && script_go_on(t->script, s->scope->history, now(s)))
        s->active = true;
    if (s->o.save_at && !t->saved && now(s) >= s->o.save_at)
        return save_state(s);
    return 0;
}

uint64_t session_time_next(const struct session *s, uint64_t icount)
{
    const struct session_time *t = s->time;
    uint64_t next = UINT64_MAX, script;

    if (s->o.save_at > icount && !t->saved)
        next = s->o.save_at;
    script = t->script ? script_next_step(t->script) : UINT64_MAX;
    if (script > icount && script < next)
        next = script;
    if (t->replays && t->recording.ended != RUN_ENDS && t->recording.end.icount > icount &&
        t->recording.end.icount < next)
        next = t->recording.end.icount;
    return next;
}

/* Up to the step of the recording's end: in a later turn of it nothing happens that can be seen. */
bool session_time_replays(const struct session *s)
{
    const struct session_time *t = s->time;

    return t->replays && now(s) < t->recording.end.icount;
}

enum run_end session_time_end(const struct session *s)
{
    const struct session_time *t = s->time;

    return t->replays && !session_time_replays(s) ? t->recording.ended : RUN_ENDS;
}

/* ---- The end ----------------------------------------------------------------------------- */

/* The log is lent to the recording while it is written. */
static int write_recording(struct session *s, enum run_end end)
{
    struct recording r = s->time->recording;
    bool outside = end == RUN_INTERRUPTED || end == RUN_BUDGET || end == RUN_WALL ||
                   end == RUN_IDLE || end == RUN_PANIC;

    r.log = *history_log(s->scope->history);
    r.end = moment_now(s->scope->machine);
    r.ended = outside ? end : RUN_ENDS;
    return recording_write(s->o.record, &r, SESSION_WHY(s));
}

int session_time_finish(struct session *s, enum run_end end)
{
    struct session_time *t = s->time;
    char unfinished[256];
    int error = 0;

    if (t->script && script_unfinished(t->script, unfinished, sizeof(unfinished))) {
        log_note("input script: %s", unfinished);
        s->script_stuck = true;
    }
    if (s->o.save_state && !s->o.save_at)
        error = save_state(s);
    if (!error && s->o.save_at && !t->saved)
        log_note("step %llu was not reached: no state was saved", (unsigned long long)s->o.save_at);
    if (!error && t->records)
        error = write_recording(s, end);
    return error;
}

void session_time_release(struct session *s)
{
    struct session_time *t = s->time;

    if (!t)
        return;
    recording_release(&t->recording);
    script_destroy(t->script);
    free(t);
    s->time = NULL;
}

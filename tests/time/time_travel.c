/*
 * Properties of the past, on the guest's boot and a session at its shell:
 *
 *   goto      to random steps in random order: the same state as when they were run first
 *   thinned   the same, with a budget so small that snapshots are dropped all the time
 *   slices    a snapshot that is saved and loaded after every slice changes nothing
 *   files     a state written to a file and loaded into another machine, in the other engine, goes
 *             on in the same way
 *   replay    random input at random steps; its log gives the same end, in the other engine too
 *
 * usage: time_travel KERNEL INITRD ENGINE PROPERTY [SEED]
 * The word is judged by snapshot_hash(). Exit 0, or 1 with what differed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/boot/boot.h"
#include "emu/time/history.h"
#include "emu/time/savefile.h"
#include "emu/time/snapshot.h"

enum { POINTS = 24, BOOT = 6000000 };

static struct boot boot;
static const char *engine;
static uint64_t random_state;
static char why[300];

static uint64_t draw(uint64_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 20) % below;
}

static void fail(const char *what, uint64_t icount)
{
    fprintf(stderr, "%s, at step %" PRIu64 "\n", what, icount);
    exit(EXIT_FAILURE);
}

static const char *other_engine(void)
{
    return strcmp(engine, "step") == 0 ? "block" : "step";
}

static struct machine *new_machine(const char *with, bool boots)
{
    struct machine_config config;
    struct machine *m;

    machine_config_init(&config);
    config.engine = with;
    m = machine_create(&config, why, sizeof(why));
    if (!m || (boots && boot_load(&boot, m, why, sizeof(why)))) {
        fprintf(stderr, "%s\n", why);
        exit(EXIT_FAILURE);
    }
    return m;
}

static struct history *new_history(struct machine *m, size_t budget)
{
    struct history *h = history_create(m, &(struct history_config){.budget = budget});

    if (!h)
        fail("no memory", 0);
    return h;
}

static void run_to(struct history *h, struct machine *m, uint64_t icount)
{
    while (machine_icount(m) < icount)
        if (history_run(h, icount) != MACHINE_RUNNING)
            fail("the guest ended too early", machine_icount(m));
}

/* ---- Going back and forth ------------------------------------------------------------------ */

struct point {
    uint64_t icount, hash;
};

static int by_icount(const void *a, const void *b)
{
    const struct point *p = a, *q = b;

    return p->icount < q->icount ? -1 : p->icount > q->icount;
}

/* Random steps of a machine that never goes back, and what its state was. */
static void take_points(struct point *point)
{
    struct machine *m = new_machine(engine, true);

    for (unsigned i = 0; i < POINTS; i++)
        point[i].icount = draw(BOOT);
    qsort(point, POINTS, sizeof(*point), by_icount);
    for (unsigned i = 0; i < POINTS; i++) {
        while (machine_icount(m) < point[i].icount)
            machine_run(m, point[i].icount);
        point[i].hash = snapshot_hash(m);
    }
    machine_destroy(m);
}

/* To a point; then some steps back, and forward again. */
static void visit(struct history *h, struct machine *m, const struct point *p)
{
    uint64_t back = draw(2) ? draw(100) : draw(BOOT / 4);

    if (history_goto(h, p->icount) || snapshot_hash(m) != p->hash)
        fail("another state than at first", p->icount);
    if (history_goto(h, p->icount > back ? p->icount - back : 0))
        fail("cannot go back", p->icount);
    if (draw(2))
        run_to(h, m, p->icount);
    else if (history_goto(h, p->icount))
        fail("cannot go forth", p->icount);
    if (machine_icount(m) != p->icount || snapshot_hash(m) != p->hash)
        fail("another state after going back and forth", p->icount);
}

static void check_goto(size_t budget, unsigned visits)
{
    struct point point[POINTS];
    struct machine *m;
    struct history *h;

    take_points(point);
    m = new_machine(engine, true);
    h = new_history(m, budget);
    run_to(h, m, BOOT);
    uint64_t end = snapshot_hash(m);
    for (unsigned i = 0; i < visits; i++)
        visit(h, m, &point[draw(POINTS)]);
    history_goto_end(h);
    if (snapshot_hash(m) != end)
        fail("another state at the end", machine_icount(m));
    printf("%u snapshots, %zu KB\n", history_stats(h).snapshots, history_stats(h).bytes / 1024);
    history_destroy(h);
    machine_destroy(m);
}

/* ---- Saving and loading -------------------------------------------------------------------- */

static void check_slices(void)
{
    struct machine *m = new_machine(engine, true), *straight = new_machine(engine, true);
    struct ramstore store;

    if (ramstore_init(&store, m))
        fail("no memory", 0);
    for (uint64_t at = 0; at < BOOT;) {
        struct snapshot s;
        uint64_t beyond;

        at += 1 + draw(BOOT / 100);
        beyond = at + draw(5000);
        while (machine_icount(m) < at)
            machine_run(m, at);
        if (snapshot_save(&s, m, &store))
            fail("no memory", at);
        while (machine_icount(m) < beyond)
            machine_run(m, beyond);
        snapshot_load(&s, m, &store);
        snapshot_drop(&s, &store);
        while (machine_icount(straight) < at)
            machine_run(straight, at);
        if (snapshot_hash(m) != snapshot_hash(straight))
            fail("another state with snapshots", at);
    }
    ramstore_destroy(&store);
    machine_destroy(m);
    machine_destroy(straight);
}

static struct machine *load_file(const char *path, const char *with)
{
    struct machine *m = new_machine(with, false);
    struct savefile *file;

    if (savefile_open(&file, path, why, sizeof(why)) || savefile_load(file, m, why, sizeof(why))) {
        fprintf(stderr, "%s\n", why);
        exit(EXIT_FAILURE);
    }
    savefile_close(file);
    return m;
}

static void check_files(void)
{
    char path[] = "/tmp/time_travel.XXXXXX";
    struct machine *m = new_machine(engine, true);
    uint64_t hash;

    close(mkstemp(path));
    for (uint64_t at = draw(BOOT / 4); at < BOOT; at += 1 + draw(BOOT / 4)) {
        while (machine_icount(m) < at)
            machine_run(m, at);
        if (savefile_write(path, m, 0, why, sizeof(why)))
            fail(why, at);
        hash = snapshot_hash(m);
        machine_destroy(m);
        m = load_file(path, at % 2 ? engine : other_engine());
        if (snapshot_hash(m) != hash)
            fail("another state in the file", at);
    }
    while (machine_icount(m) < BOOT)
        machine_run(m, BOOT);
    hash = snapshot_hash(m);
    machine_destroy(m);
    unlink(path);
    m = new_machine(engine, true);
    while (machine_icount(m) < BOOT)
        machine_run(m, BOOT);
    if (snapshot_hash(m) != hash)
        fail("another end by way of files", BOOT);
    machine_destroy(m);
}

/* ---- Input --------------------------------------------------------------------------------- */

static void type_at_random(struct history *h, struct machine *m, uint64_t until)
{
    static const char *const lines[] = {"ls\r", "echo x\r", "forkdemo\r", "\003", "ps\r", "\r"};

    while (machine_icount(m) < until) {
        uint64_t next = machine_icount(m) + 1 + draw(300000);
        const char *line = lines[draw(sizeof(lines) / sizeof(lines[0]))];

        /* As a person at a terminal: the machine is handed back when it idles. */
        machine_set_interactive(m, draw(2));
        enum machine_end end = history_run(h, next < until ? next : until);
        if (machine_icount(m) >= until)
            break; /* input of the last step would be left for the next call */
        if (draw(4) == 0)
            history_serial_input(h, (const uint8_t *)line, strlen(line));
        else if (draw(16) == 0)
            history_set_carrier(h, draw(2));
        else if (end == MACHINE_IDLE)
            machine_skip_idle(m);
        if (end != MACHINE_RUNNING && end != MACHINE_IDLE)
            fail("the guest ended", machine_icount(m));
    }
    machine_set_interactive(m, false);
}

static void copy_log(struct inputlog *to, const struct inputlog *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct input *in = &from->input[i];

        if (inputlog_add(to, in->when, in->kind, in->bytes, in->size))
            fail("no memory", 0);
    }
}

static void check_replay(void)
{
    enum { SESSION = BOOT + 3000000 };
    struct machine *m = new_machine(engine, true), *again = new_machine(other_engine(), true);
    struct history *h = new_history(m, 0), *replayed = new_history(again, 0);
    struct inputlog log = {0};

    run_to(h, m, BOOT - 1000000);
    type_at_random(h, m, SESSION);
    copy_log(&log, history_log(h));
    uint64_t hash = snapshot_hash(m);
    size_t inputs = log.count;

    history_replay(replayed, &log);
    run_to(replayed, again, SESSION);
    if (snapshot_hash(again) != hash)
        fail("another end in the replay", SESSION);
    if (history_goto(h, BOOT - 500000) || history_goto(h, SESSION) || snapshot_hash(m) != hash)
        fail("another end after going back", SESSION);
    printf("%zu inputs\n", inputs);
    history_destroy(h);
    history_destroy(replayed);
    machine_destroy(m);
    machine_destroy(again);
}

/* ---- Main ---------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    const char *property = argc > 4 ? argv[4] : "";

    if (argc < 5 || boot_read(&boot, argv[1], argv[2], "", 64 << 20, why, sizeof(why))) {
        fprintf(stderr, "usage: time_travel KERNEL INITRD ENGINE PROPERTY [SEED]\n%s\n", why);
        return 2;
    }
    engine = argv[3];
    random_state = argc > 5 ? strtoull(argv[5], NULL, 10) : 1;
    if (strcmp(property, "goto") == 0)
        check_goto(0, 40);
    else if (strcmp(property, "thinned") == 0)
        check_goto(6 << 20, 20);
    else if (strcmp(property, "slices") == 0)
        check_slices();
    else if (strcmp(property, "files") == 0)
        check_files();
    else if (strcmp(property, "replay") == 0)
        check_replay();
    else
        return 2;
    boot_release(&boot);
    return EXIT_SUCCESS;
}

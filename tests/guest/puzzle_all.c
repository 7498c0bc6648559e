/*
 * Every legal outcome of the puzzle, and no other (S-179).
 *
 *      puzzle_all KERNEL INITRD LEGAL
 *
 * The guest is booted once, up to the first ring 3 instruction of /bin/puzzle. For each seed the
 * process then forks: the child, which has the whole machine for itself, lets the puzzle run to its
 * end under jitter with that seed, and tells what it wrote. Seeds go up from 1 until every line of
 * LEGAL has been seen.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/boot/boot.h"
#include "emu/machine/machine.h"

enum {
    SEEDS = 5000,
    OUTPUT_MAX = 64,
    LEGAL_MAX = 64,
    BOOT_STEPS = 50000000,
    PUZZLE_STEPS = 20000000,
    SKIPPED = 77,
};

struct output {
    char text[OUTPUT_MAX];
    size_t length;
};

struct legal {
    char text[LEGAL_MAX][OUTPUT_MAX];
    unsigned seen[LEGAL_MAX]; /* how often */
    unsigned count, missing;
};

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "puzzle_all: %s: %s\n", what, why);
    exit(1);
}

/* ---- The machine ------------------------------------------------------------------------- */

/* The serial port, without the carriage returns. */
static void collect(void *ctx, uint8_t byte)
{
    struct output *out = ctx;

    if (byte != '\r' && byte != '\n' && out->length < OUTPUT_MAX - 1)
        out->text[out->length++] = (char)byte;
}

static struct machine *boot(const char *kernel, const char *initrd, struct output *serial)
{
    static struct boot boot;
    struct machine_config config;
    struct machine *m;
    char why[256];

    machine_config_init(&config);
    config.serial = (struct char_out){collect, serial};
    m = machine_create(&config, why, sizeof(why));
    if (!m)
        die("machine", why);
    if (boot_read(&boot, kernel, initrd, "quiet init=/bin/puzzle", machine_ram_size(m), why,
                  sizeof(why)) ||
        boot_load(&boot, m, why, sizeof(why)))
        die(kernel, why);
    return m;
}

static void stop_in_ring3(void *ctx, const struct cpu_iret_event *event)
{
    if (event->cpl_to == 3)
        machine_request_stop(ctx);
}

static void run_to_ring3(struct machine *m)
{
    const struct cpu_hooks hooks = {.ctx = m, .iret = stop_in_ring3};

    if (machine_attach(m, &hooks))
        die("machine", "out of memory");
    if (machine_run(m, BOOT_STEPS) != MACHINE_STOPPED)
        die("boot", "the puzzle does not get to run");
    machine_detach(m, &hooks);
}

static void run_to_end(struct machine *m)
{
    uint64_t until = cpu_state(machine_cpu(m))->icount + PUZZLE_STEPS;
    enum machine_end end = MACHINE_RUNNING;

    while (end == MACHINE_RUNNING && cpu_state(machine_cpu(m))->icount < until)
        end = machine_run(m, until);
    if (end != MACHINE_EXIT || machine_exit_value(m) != 0)
        die("puzzle", "it does not end well");
}

/* ---- One seed ---------------------------------------------------------------------------- */

static _Noreturn void run_seed(struct machine *m, uint64_t seed, const struct output *serial,
                               int result)
{
    if (machine_set_jitter(m, seed))
        die("machine", "out of memory");
    run_to_end(m);
    _exit(write(result, serial->text, OUTPUT_MAX) == OUTPUT_MAX ? 0 : 1);
}

/* What the puzzle writes with a seed. */
static void try_seed(struct machine *m, uint64_t seed, const struct output *serial, char *text)
{
    int result[2], status = -1;
    pid_t pid;

    if (pipe(result) < 0 || (pid = fork()) < 0)
        die("fork", strerror(errno));
    if (pid == 0)
        run_seed(m, seed, serial, result[1]);
    close(result[1]);
    waitpid(pid, &status, 0);
    if (status != 0 || read(result[0], text, OUTPUT_MAX) != OUTPUT_MAX)
        die("seed", "its run failed");
    close(result[0]);
}

/* ---- The legal strings --------------------------------------------------------------------- */

static void read_legal(struct legal *legal, const char *path)
{
    FILE *file = fopen(path, "r");

    if (!file)
        die(path, strerror(errno));
    while (legal->count < LEGAL_MAX && fgets(legal->text[legal->count], OUTPUT_MAX, file)) {
        legal->text[legal->count][strcspn(legal->text[legal->count], "\n")] = 0;
        legal->count++;
    }
    legal->missing = legal->count;
    fclose(file);
}

static void tick_off(struct legal *legal, const char *text, uint64_t seed)
{
    unsigned i = 0;

    while (i < legal->count && strcmp(legal->text[i], text) != 0)
        i++;
    if (i == legal->count) {
        fprintf(stderr, "puzzle_all: with seed %llu it wrote '%s', which is not legal\n",
                (unsigned long long)seed, text);
        exit(1);
    }
    if (legal->seen[i]++ == 0) {
        legal->missing--;
        printf("%s with seed %llu\n", text, (unsigned long long)seed);
    }
}

int main(int argc, char **argv)
{
    static struct legal legal;
    struct output serial = {0};
    char text[OUTPUT_MAX];

    if (argc != 4)
        die("usage", "puzzle_all KERNEL INITRD LEGAL");
    if (access(argv[1], R_OK) < 0 || access(argv[2], R_OK) < 0) {
        printf("skipped: the guest is not built\n");
        return SKIPPED;
    }
    read_legal(&legal, argv[3]);
    struct machine *m = boot(argv[1], argv[2], &serial);
    run_to_ring3(m);
    fflush(stdout);
    for (uint64_t seed = 0; seed <= SEEDS && legal.missing > 0; seed++) {
        try_seed(m, seed, &serial, text);
        tick_off(&legal, text, seed);
    }
    machine_destroy(m);
    for (unsigned i = 0; i < legal.count; i++)
        if (!legal.seen[i])
            printf("%s never\n", legal.text[i]);
    return legal.missing > 0;
}

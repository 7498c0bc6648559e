/*
 * Damaged input scripts and recordings: each is read or refused with one line; a script that is
 * read is carried out, a recording replayed, on a machine.
 *
 *   fuzz_script [COUNT]       COUNT mutations of good texts from fixed seeds (default 6000)
 *   fuzz_script FILE...       replay
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "emu/run/recording.h"
#include "emu/time/script.h"
#include "tests/fuzz/fuzz.h"

static const char good_script[] = "# type a command\n"
                                  "wait \"# \"\n"
                                  "type \"ls -l /bin\\r\"\n"
                                  "after 100k\n"
                                  "key \"\\x1c\\xf0\\x1c\"\n"
                                  "at 5M # later\n"
                                  "hangup\n"
                                  "answer\n"
                                  "type \"\\x00\\\\\\\"\"\n";

static const char good_recording[] = "forkscope recording 1\n"
                                     "machine ram 1 mips 100 cpu 3 8197 rtc 946684800 jitter 0\n"
                                     "kernel 001d2c4089abcdef\n"
                                     "start 0123456789abcdef\n"
                                     "serial 10 0 \"ls\\r\"\n"
                                     "key 20 0 \"\\x1c\"\n"
                                     "memory 30 0 \"\\x00\\x10\\x00\\x00abc\"\n"
                                     "serial 40 2 \"x\"\n"
                                     "carrier 50 0 \"\\x00\"\n"
                                     "end 300 0 itself\n";

static void judge(int error, const char *why)
{
    accepted += error == 0;
    refused += error != 0;
    check(!error || (*why && !strchr(why, '\n')), "a refusal without one clear line");
}

static struct machine *new_machine(void)
{
    struct machine_config config;
    char why[128];

    machine_config_init(&config);
    config.ram_mb = 1;
    return machine_create(&config, why, sizeof(why));
}

/* A machine that has nothing to do, and its history. */
struct world {
    struct machine *machine;
    struct history *history;
};

static struct world begin(void)
{
    struct machine *m = new_machine();

    return (struct world){m, history_create(m, &(struct history_config){.forgetful = true})};
}

static void end(struct world *w)
{
    history_destroy(w->history);
    machine_destroy(w->machine);
}

static void try_script(const char *text, size_t size)
{
    struct script *s;
    char why[512] = "";
    int error = script_parse(&s, "F", text, size, why, sizeof(why));

    judge(error, why);
    if (error)
        return;
    struct world w = begin();
    for (uint64_t step = 0; step < 8; step++) {
        script_go_on(s, w.history, step << 60);
        for (const char *c = "login: # $ "; *c; c++)
            script_sent(s, (uint8_t)*c);
        script_next_step(s);
    }
    script_unfinished(s, why, sizeof(why));
    script_destroy(s);
    end(&w);
}

static void try_recording(const char *text, size_t size)
{
    struct recording r;
    char why[512] = "";
    int error = recording_parse(&r, "F", text, size, why, sizeof(why));

    judge(error, why);
    if (!error) {
        struct world w = begin();

        history_replay(w.history, &r.log);
        history_run(w.history, 400);
        end(&w);
    }
    recording_release(&r);
}

/* Behind a guard of the exact size. */
static void try_text(const char *text, size_t size, int is_script)
{
    char *copy = malloc(size ? size : 1);

    memcpy(copy, text, size);
    if (is_script)
        try_script(copy, size);
    else
        try_recording(copy, size);
    free(copy);
}

static void mutate(char *text, size_t *size, uint32_t *seed)
{
    static const char telling[] = "\"\\ \n09x-#\0kMG";

    for (unsigned changes = 1 + noise(seed) % 3; changes; changes--) {
        size_t at = noise(seed) % *size;

        if (noise(seed) % 3)
            text[at] = telling[noise(seed) % sizeof(telling)];
        else if (noise(seed) % 2 && isdigit((unsigned char)text[at]))
            text[at] = (char)('0' + noise(seed) % 10);
        else
            text[at] = (char)noise(seed);
    }
    if (noise(seed) % 8 == 0)
        *size = noise(seed) % *size;
}

static size_t put_sum(char *text, size_t size, uint32_t *seed)
{
    if (noise(seed) % 8 == 0)
        return size;
    return size +
           (size_t)sprintf(text + size, "sum %08lx\n", crc32_z(0, (const uint8_t *)text, size));
}

static void fuzz(unsigned count)
{
    char text[1024];

    for (unsigned i = 0; i < count; i++) {
        uint32_t seed = fuzz_seed(i);
        int is_script = i % 2;
        const char *good = is_script ? good_script : good_recording;
        size_t size = strlen(good);

        memcpy(text, good, size);
        if (i > 1)
            mutate(text, &size, &seed);
        if (!is_script)
            size = put_sum(text, size, &seed);
        try_text(text, size, is_script);
    }
    check(accepted && refused, "the mutations do not reach both outcomes");
}

static void try_both(const uint8_t *bytes, size_t size)
{
    try_text((const char *)bytes, size, 1);
    try_text((const char *)bytes, size, 0);
}

int main(int argc, char **argv)
{
    int status = 0;

    if (fuzz_is_replay(argc, argv))
        status = fuzz_replay(argv + 1, try_both);
    else
        fuzz(fuzz_count(argc, argv, 6000));
    printf("%u read, %u refused\n", accepted, refused);
    return status;
}

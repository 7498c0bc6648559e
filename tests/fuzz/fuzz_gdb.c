/*
 * The gdb stub under packets that are nearly right: mutations of what gdb sends, framed and
 * unframed, on a small guest that may run a little in between.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/gdb/gdb_state.h"
#include "emu/monitor/monitor.h"

static const char *const seeds[] = {
    "qSupported:multiprocess+;fork-events+;vfork-events+;exec-events+;swbreak+;hwbreak+",
    "?",
    "Hgp1.1",
    "Hgp0.0",
    "Hc-1",
    "qC",
    "qfThreadInfo",
    "qXfer:threads:read::0,1000",
    "qXfer:features:read:target.xml:0,ffb",
    "qXfer:exec-file:read:1:0,1000",
    "qThreadExtraInfo,p1.1",
    "g",
    "p8",
    "P8=78563412",
    "m100000,40",
    "Mc0100000,4:00000000",
    "Xc0100000,4:}]}]",
    "Z0,c0100104,1",
    "Z2,c0100104,4",
    "z2,c0100104,4",
    "vCont;s:p1.1;c",
    "vCont;r100000,100040:1",
    "s",
    "c",
    "bs",
    "bc",
    "T1",
    "D;1",
    "vAttach;1",
    "Qqemu.PhyMemMode:1",
};

enum { SEEDS = sizeof(seeds) / sizeof(seeds[0]), PACKET = 256, STEPS = 2000 };

static uint64_t state = 1;

/* xorshift64* */
static unsigned draw(unsigned below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (unsigned)((state * 0x2545f4914f6cdd1d) >> 33) % below;
}

static size_t mutate(char *packet)
{
    size_t length = strlen(strcpy(packet, seeds[draw(SEEDS)]));

    for (unsigned i = draw(4); i > 0 && length > 1; i--) {
        size_t at = draw((unsigned)length);

        switch (draw(4)) {
        case 0:
            packet[at] = (char)(' ' + draw(95));
            break;
        case 1:
            length = at;
            break;
        case 2:
            memmove(packet + at + 1, packet + at, length - at);
            packet[at] = "0f,;:.-p"[draw(8)];
            length++;
            break;
        default:
            packet[at] = "0123456789abcdef"[draw(16)];
        }
    }
    packet[length] = '\0';
    return length;
}

/* A packet, framed as often as not badly. */
static void feed(struct gdbstub *g, const char *packet, size_t length)
{
    char framed[PACKET + 16];
    uint8_t sum = (uint8_t)(draw(8) == 0);

    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + (uint8_t)packet[i]);
    int n = snprintf(framed, sizeof(framed), "%s$%s#%02x", draw(9) ? "" : "$}", packet, sum);
    for (int i = 0; i < n; i++)
        if (rsp_take(&g->rsp, (uint8_t)framed[i]) == RSP_PACKET)
            gdb_dispatch(g, g->rsp.packet, g->rsp.length);
}

static void let_run(struct gdbstub *g)
{
    bool running = control_running(g->control);

    for (unsigned i = 0; i < 3 && running; i++)
        running = control_work(g->control, STEPS);
    if (running) {
        control_pause(g->control);
        control_work(g->control, STEPS);
    }
    gdbstub_stopped(g);
}

static void fuzz(struct control *c, unsigned count)
{
    struct gdbstub *g = calloc(1, sizeof(*g));
    char packet[PACKET];

    g->control = c;
    g->client = g->listener = -1;
    g->monitor = monitor_create(c);
    g->kernel_base = tasks_kernel_base(control_tasks(c));
    rsp_init(&g->rsp);
    for (unsigned i = 0; i < count; i++) {
        size_t length = mutate(packet);

        if (*packet == 'k' || strncmp(packet, "vKill", 5) == 0)
            continue;
        feed(g, packet, length);
        let_run(g);
        rsp_sent(&g->rsp, g->rsp.out_used);
    }
    gdb_breakpoints_drop(g, 0);
    monitor_destroy(g->monitor);
    rsp_release(&g->rsp);
    free(g);
}

int main(int argc, char **argv)
{
    static struct session session;
    char kernel[] = FUZZ_KERNEL;
    char *options[] = {"run", "-kernel", kernel, "-serial", "null", "-m", "4", NULL};
    struct control *control;
    char why[256];

    if (access(kernel, R_OK) != 0) {
        printf("skipped: there is no kernel to look at (%s)\n", kernel);
        return 77;
    }
    session.live = true;
    if (options_parse(&session.o, VERB_RUN, 7, options, why, sizeof(why)) ||
        session_open(&session) != SESSION_GO_ON || !(control = control_create(&session)))
        return EXIT_FAILURE;
    fuzz(control, argc > 1 && isdigit((unsigned char)*argv[1]) ? (unsigned)atoi(argv[1]) : 20000);
    control_destroy(control);
    session_release(&session);
    printf("done\n");
    return EXIT_SUCCESS;
}

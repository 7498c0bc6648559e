/*
 * Boots a CPU test ROM (test386.asm, or any that speaks like it) and checks what it says.
 *
 * usage: test386 [--engine NAME] [--cpu MODEL] [--post PORT] [--listing FILE] [ROM [REFERENCE]]
 *
 * Without arguments the ROM is $FORKSCOPE_TEST386, the reference $FORKSCOPE_TEST386_REF. The ROM,
 * 64 or 128 KB, is mapped at the top of memory and below 1 MB; the rest of the first megabyte is
 * RAM. It must reach POST code FF, and the text it prints (port E9, COM1, COM2, LPT1 to LPT3) must
 * be the reference byte for byte. Exit 0: so it is, on every engine; 1: not; 2: usage; 77: no ROM.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/engine.h"
#include "tests/testbed/testbed.h"

enum { RAM_SIZE = 1 << 20, POST_PASSED = 0xff, MAX_TEXT = 64 << 20 };
static const uint64_t max_steps = 400000000;

struct blob {
    uint8_t *data;
    size_t size;
};

struct options {
    const char *engine, *listing;
    uint16_t post_port;
    struct cpu_model model;
    struct blob rom, reference;
};

struct rom_run {
    uint16_t post_port;
    int post; /* -1 before the first code */
    bool divisor_latch[2];
    struct blob text;
    size_t room;
};

static int read_file(const char *path, struct blob *blob)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        return -errno;
    blob->data = aligned_alloc(TESTBED_PAGE, 8 << 20);
    blob->size = blob->data ? fread(blob->data, 1, 8 << 20, in) : 0;
    fclose(in);
    return blob->data ? 0 : -ENOMEM;
}

static void add_text(struct rom_run *run, uint8_t byte)
{
    if (run->text.size == run->room) {
        run->room = run->room ? 2 * run->room : 1 << 16;
        uint8_t *data = run->room <= MAX_TEXT ? realloc(run->text.data, run->room) : NULL;
        if (!data)
            abort();
        run->text.data = data;
    }
    run->text.data[run->text.size++] = byte;
}

static void port_out(void *ctx, uint16_t port, uint32_t value, unsigned size)
{
    struct rom_run *run = ctx;
    (void)size;
    if (port == run->post_port)
        run->post = (uint8_t)value;
    switch (port) {
    case 0x3f8:
    case 0x2f8:
        if (run->divisor_latch[port == 0x2f8])
            break;
        add_text(run, (uint8_t)value);
        break;
    case 0x3fb:
    case 0x2fb:
        run->divisor_latch[port == 0x2fb] = value & 0x80;
        break;
    case 0xe9:
    case 0x378:
    case 0x278:
    case 0x3bc:
        add_text(run, (uint8_t)value);
        break;
    default:
        break;
    }
}

static struct testbed *map_machine(const struct options *o, const char *engine, uint8_t *ram,
                                   struct rom_run *run)
{
    struct testbed *bed = testbed_create(&o->model, engine);
    if (!bed)
        abort();
    uint32_t size = (uint32_t)o->rom.size;
    bed->ctx = run;
    bed->out = port_out;
    testbed_add_region(bed, 0, RAM_SIZE - size, ram, true);
    testbed_add_region(bed, RAM_SIZE - size, size, o->rom.data, false);
    testbed_add_region(bed, 0 - size, size, o->rom.data, false);
    cpu_reset(bed->cpu);
    return bed;
}

static int check_text(const struct blob *got, const struct blob *reference)
{
    unsigned line = 1;
    size_t at = 0;
    if (got->size == reference->size && !memcmp(got->data, reference->data, got->size))
        return 0;
    for (; at < got->size && at < reference->size && got->data[at] == reference->data[at]; at++)
        line += got->data[at] == '\n';
    printf("listing differs from the reference in line %u (%zu bytes, reference %zu)\n", line,
           got->size, reference->size);
    return 1;
}

static void save_text(const char *path, const struct blob *text)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(text->data, 1, text->size, out) != text->size)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    if (out)
        fclose(out);
}

static int run_engine(const struct options *o, const char *engine)
{
    struct rom_run run = {.post_port = o->post_port, .post = -1};
    uint8_t *ram = calloc(1, RAM_SIZE);
    struct testbed *bed = map_machine(o, engine, ram, &run);
    enum cpu_stop stop = cpu_run(bed->cpu, max_steps);
    const struct cpu_state *s = cpu_state(bed->cpu);
    int status = run.post != POST_PASSED;
    printf("%s: POST %02x after %llu steps, %s at %04x:%08x\n", engine, run.post & 0xff,
           (unsigned long long)s->icount,
           stop == CPU_STOP_HALTED     ? "halted"
           : stop == CPU_STOP_SHUTDOWN ? "shut down"
                                       : "still running",
           s->seg[SEG_CS].selector, s->eip);
    if (o->listing)
        save_text(o->listing, &run.text);
    if (o->reference.data)
        status |= check_text(&run.text, &o->reference);
    testbed_destroy(bed);
    free(run.text.data);
    free(ram);
    return status;
}

static int usage(void)
{
    fprintf(stderr, "usage: test386 [--engine NAME] [--cpu MODEL] [--post PORT] [--listing FILE] "
                    "[ROM [REFERENCE]]\n");
    return 2;
}

/* How many arguments were taken, or -2 with a message. */
static int parse_options(int argc, char **argv, struct options *o)
{
    char why[128];
    int at = 1;
    for (; at + 1 < argc && !strncmp(argv[at], "--", 2); at += 2) {
        const char *value = argv[at + 1];
        if (!strcmp(argv[at], "--engine"))
            o->engine = testbed_find_engine(value);
        else if (!strcmp(argv[at], "--listing"))
            o->listing = value;
        else if (!strcmp(argv[at], "--post"))
            o->post_port = (uint16_t)strtoul(value, NULL, 16);
        else if (strcmp(argv[at], "--cpu"))
            return -usage();
        else if (cpu_model_parse(value, &o->model, why, sizeof why))
            return fprintf(stderr, "%s\n", why), -2;
        if (!strcmp(argv[at], "--engine") && !o->engine)
            return -2;
    }
    return at;
}

static int read_inputs(const char *rom, const char *reference, struct options *o)
{
    int err = read_file(rom, &o->rom);
    if (!err && o->rom.size != 64 << 10 && o->rom.size != 128 << 10) {
        fprintf(stderr, "%s: %zu bytes; a ROM image of 64 or 128 KB is needed\n", rom, o->rom.size);
        return 2;
    }
    if (err || !reference || !*reference) {
        if (err)
            fprintf(stderr, "%s: %s\n", rom, strerror(-err));
        return err ? 2 : 0;
    }
    err = read_file(reference, &o->reference);
    if (err)
        fprintf(stderr, "%s: %s\n", reference, strerror(-err));
    return err ? 2 : 0;
}

int main(int argc, char **argv)
{
    struct options o = {.post_port = 0x190, .model = {CPU_386, CPU_FEAT_FPU}};
    int at = parse_options(argc, argv, &o);
    if (at < 0)
        return -at;
    const char *rom = at < argc ? argv[at] : getenv("FORKSCOPE_TEST386");
    const char *reference = at + 1 < argc ? argv[at + 1] : getenv("FORKSCOPE_TEST386_REF");
    if (!rom || !*rom) {
        printf("no ROM here: set FORKSCOPE_TEST386 to an image of test386.asm\n");
        return 77;
    }
    int status = read_inputs(rom, reference, &o);
    for (unsigned i = 0; !status && cpu_engines[i]; i++)
        if (!o.engine || !strcmp(o.engine, cpu_engines[i]->name))
            status |= run_engine(&o, cpu_engines[i]->name);
    free(o.rom.data);
    free(o.reference.data);
    return status;
}

/*
 * Runs the captured single-instruction tests on every engine.
 *
 * usage: vectors [--engine NAME] [--verbose] [--fallback DIRECTORY] [DIRECTORY | FILE.MOO.gz]...
 *
 * Without a path: $FORKSCOPE_VECTORS, or else the fallback. One line a file that has failures
 * (--verbose: every file), one line a failure with what differs. Exit 0: all pass; 1: a test
 * failed; 2: usage; 77: there are no vectors here.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpu/engine.h"
#include "cpu/hooks.h"
#include "tests/testbed/testbed.h"
#include "tests/vectors/exclusions.h"
#include "tests/vectors/moo.h"

enum { MEMORY_SIZE = 2 << 20, MAX_STEPS = 200000, MAX_SHOWN = 5 };

struct vector_run {
    struct testbed *bed;
    uint8_t *memory; /* what the CPU sees */
    uint8_t *expect; /* what it should have become */
    bool in_handler;
    bool verbose;
    unsigned long passed, failed, excluded;
};

/* Bits of EFLAGS that both the chip and the test define. */
static uint32_t flags_that_count(const struct moo_file *file)
{
    return file->wide ? 0x37fd5 : 0x0fd5;
}

static void on_interrupt(void *ctx, const struct cpu_int_event *event)
{
    struct vector_run *run = ctx;
    (void)event;
    run->in_handler = true;
    cpu_request_stop(run->bed->cpu);
}

static const uint8_t gpr_of[] = {
    [GPR_EAX] = MOO_EAX, [GPR_ECX] = MOO_ECX, [GPR_EDX] = MOO_EDX, [GPR_EBX] = MOO_EBX,
    [GPR_ESP] = MOO_ESP, [GPR_EBP] = MOO_EBP, [GPR_ESI] = MOO_ESI, [GPR_EDI] = MOO_EDI,
};

static const uint8_t sreg_of[] = {
    [SEG_ES] = MOO_ES, [SEG_CS] = MOO_CS, [SEG_SS] = MOO_SS,
    [SEG_DS] = MOO_DS, [SEG_FS] = MOO_FS, [SEG_GS] = MOO_GS,
};

static void load_registers(struct vector_run *run, const struct moo_file *file,
                           const struct moo_regs *regs)
{
    cpu_reset(run->bed->cpu);
    struct cpu_state s = *cpu_state(run->bed->cpu);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        s.gpr[i] = regs->value[gpr_of[i]];
    for (unsigned i = 0; i < SEG_COUNT; i++)
        testbed_real_segment(&s, i, (uint16_t)regs->value[sreg_of[i]]);
    s.eip = regs->value[MOO_EIP];
    s.eflags = (regs->value[MOO_EFLAGS] & flags_that_count(file)) | EFLAGS_FIXED;
    cpu_set_state(run->bed->cpu, &s);
}

static void store_registers(const struct cpu_state *s, uint32_t *value)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        value[gpr_of[i]] = s->gpr[i];
    for (unsigned i = 0; i < SEG_COUNT; i++)
        value[sreg_of[i]] = s->seg[i].selector;
    value[MOO_EIP] = s->eip;
    value[MOO_EFLAGS] = s->eflags;
}

static void put_bytes(uint8_t *memory, const struct moo_state *state)
{
    for (uint32_t i = 0; i < state->ram_count; i++)
        if (state->ram[i].address < MEMORY_SIZE)
            memory[state->ram[i].address] = state->ram[i].value;
}

static void zero_bytes(uint8_t *memory, const struct moo_state *state)
{
    for (uint32_t i = 0; i < state->ram_count; i++)
        if (state->ram[i].address < MEMORY_SIZE)
            memory[state->ram[i].address] = 0;
}

static void load_memory(struct vector_run *run, const struct moo_test *test)
{
    put_bytes(run->memory, &test->init);
    put_bytes(run->expect, &test->init);
    put_bytes(run->expect, &test->fina);
    testbed_forget_pages(run->bed);
}

static void clean_memory(struct vector_run *run, const struct moo_test *test)
{
    zero_bytes(run->expect, &test->init);
    zero_bytes(run->expect, &test->fina);
    zero_bytes(run->memory, &test->init);
    for (size_t i = 0; i < run->bed->page_count; i++)
        memset(run->bed->page[i].host, 0, TESTBED_PAGE);
}

/* The word of FLAGS that the exception pushed has the undefined flags, too. (The address that the
 * file gives for it is one too low where SP is odd.) */
static void forgive_pushed_flags(struct vector_run *run, const struct moo_test *test,
                                 uint32_t undefined)
{
    uint32_t sp = (test->fina.regs.value[MOO_ESP] + 4) & 0xffff;
    uint32_t at = (test->init.regs.value[MOO_SS] << 4) + sp;
    uint16_t got, expected;
    if (!test->exception)
        return;
    memcpy(&got, run->memory + at, 2);
    memcpy(&expected, run->expect + at, 2);
    expected = (uint16_t)((expected & ~undefined) | (got & undefined));
    memcpy(run->expect + at, &expected, 2);
}

struct report {
    const char *file;
    const struct moo_test *test;
    bool bad;
};

static void differ(struct report *report, const char *what, uint32_t expected, uint32_t got)
{
    if (!report->bad) {
        printf("  FAIL %s test %u «%s» bytes", report->file, report->test->index,
               report->test->name);
        for (unsigned i = 0; i < report->test->byte_count; i++)
            printf(" %02x", report->test->bytes[i]);
    }
    report->bad = true;
    printf("; %s %x, expected %x", what, got, expected);
}

static void compare_registers(const struct vector_run *run, const struct moo_file *file,
                              const struct moo_test *test, uint32_t undefined,
                              struct report *report)
{
    uint32_t got[MOO_REGS];
    store_registers(cpu_state(run->bed->cpu), got);
    if (run->in_handler)
        got[MOO_EIP] = (got[MOO_EIP] + 1) & 0xffff;
    for (unsigned i = 0; i <= MOO_EFLAGS; i++) {
        bool changed = test->fina.regs.present >> i & 1;
        uint32_t expected = changed ? test->fina.regs.value[i] : test->init.regs.value[i];
        uint32_t mask = file->defined.value[i];
        if (i == MOO_EFLAGS)
            mask &= flags_that_count(file) & ~undefined;
        if ((got[i] ^ expected) & mask)
            differ(report, moo_reg_name(i), expected & mask, got[i] & mask);
    }
}

static void compare_memory(const struct vector_run *run, struct report *report)
{
    char what[24];
    for (size_t i = 0; i < run->bed->page_count; i++) {
        uint32_t page = run->bed->page[i].paddr;
        if (!memcmp(run->memory + page, run->expect + page, TESTBED_PAGE))
            continue;
        for (uint32_t at = page; at < page + TESTBED_PAGE; at++)
            if (run->memory[at] != run->expect[at]) {
                snprintf(what, sizeof what, "[%05x]", at);
                differ(report, what, run->expect[at], run->memory[at]);
            }
    }
    /* What was never touched, but should have been. */
    for (uint32_t i = 0; i < report->test->fina.ram_count; i++) {
        uint32_t at = report->test->fina.ram[i].address;
        if (at < MEMORY_SIZE && run->memory[at] != run->expect[at] && !report->bad)
            differ(report, "byte not written", at, 0);
    }
}

/* False: it differs, and says so when `shown` allows. */
static bool run_test(struct vector_run *run, const char *name, const struct moo_file *file,
                     const struct moo_test *test, uint32_t undefined)
{
    struct report report = {.file = name, .test = test};
    load_memory(run, test);
    load_registers(run, file, &test->init.regs);
    run->in_handler = false;
    enum cpu_stop stop = cpu_run(run->bed->cpu, cpu_state(run->bed->cpu)->icount + MAX_STEPS);
    if (stop != CPU_STOP_HALTED && !run->in_handler)
        differ(&report, "stopped without HLT", CPU_STOP_HALTED, stop);
    forgive_pushed_flags(run, test, undefined);
    compare_registers(run, file, test, undefined, &report);
    compare_memory(run, &report);
    clean_memory(run, test);
    if (report.bad)
        putchar('\n');
    return !report.bad;
}

static int run_file(struct vector_run *run, const char *path)
{
    struct moo_file file;
    char why[256];
    unsigned long failed = 0, excluded = 0;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (moo_read(path, &file, why, sizeof why)) {
        fprintf(stderr, "%s\n", why);
        return -EINVAL;
    }
    for (uint32_t i = 0; i < file.test_count && failed < MAX_SHOWN; i++) {
        struct vector_insn in;
        vector_insn_read(&file, &file.test[i], &in);
        if (exclusion_find(&in))
            excluded++;
        else if (!run_test(run, name, &file, &file.test[i], exclusion_flags(&in)))
            failed++;
    }
    if (failed || run->verbose)
        printf("%s: %u tests, %lu excluded, %lu failed%s\n", name, file.test_count, excluded,
               failed, failed == MAX_SHOWN ? " (and stopped there)" : "");
    run->failed += failed;
    run->excluded += excluded;
    run->passed += file.test_count - failed - excluded;
    moo_free(&file);
    return 0;
}

static int is_moo(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 7 && !strcmp(entry->d_name + n - 7, ".MOO.gz");
}

static int run_path(struct vector_run *run, const char *path);

static int run_directory(struct vector_run *run, const char *path)
{
    struct dirent **entry;
    int err = 0;
    int count = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char child[1024];
        snprintf(child, sizeof child, "%s/%s", path, entry[i]->d_name);
        struct stat st;
        bool folder = entry[i]->d_name[0] != '.' && !stat(child, &st) && S_ISDIR(st.st_mode);
        if (!err && (folder || is_moo(entry[i])))
            err = run_path(run, child);
        free(entry[i]);
    }
    if (count >= 0)
        free(entry);
    return err;
}

static int run_path(struct vector_run *run, const char *path)
{
    struct stat st;
    if (stat(path, &st)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -errno;
    }
    return S_ISDIR(st.st_mode) ? run_directory(run, path) : run_file(run, path);
}

static int run_engine(const char *engine, char **path, int count, bool verbose)
{
    const struct cpu_model model = {.level = CPU_386, .features = CPU_FEAT_FPU};
    struct vector_run run = {.verbose = verbose};
    const struct cpu_hooks hooks = {.ctx = &run, .interrupt = on_interrupt};
    int err = 0;
    run.bed = testbed_create(&model, engine);
    run.memory = aligned_alloc(TESTBED_PAGE, MEMORY_SIZE);
    run.expect = calloc(1, MEMORY_SIZE);
    if (!run.bed || !run.memory || !run.expect)
        abort();
    memset(run.memory, 0, MEMORY_SIZE);
    testbed_add_region(run.bed, 0, MEMORY_SIZE, run.memory, true);
    cpu_set_hooks(run.bed->cpu, &hooks);
    for (int i = 0; i < count && !err; i++)
        err = run_path(&run, path[i]);
    printf("%s: %lu passed, %lu failed, %lu excluded\n", engine, run.passed, run.failed,
           run.excluded);
    testbed_destroy(run.bed);
    free(run.memory);
    free(run.expect);
    return err || run.failed || !run.passed ? 1 : 0;
}

static int usage(void)
{
    fprintf(stderr, "usage: vectors [--engine NAME] [--verbose] [--fallback DIRECTORY] "
                    "[DIRECTORY | FILE.MOO.gz]...\n");
    return 2;
}

int main(int argc, char **argv)
{
    const char *engine = NULL;
    char *fallback = NULL;
    bool verbose = false;
    int status = 0, at = 1;
    for (; at < argc && !strncmp(argv[at], "--", 2); at++) {
        if (!strcmp(argv[at], "--verbose"))
            verbose = true;
        else if (!strcmp(argv[at], "--engine") && at + 1 < argc)
            engine = argv[++at];
        else if (!strcmp(argv[at], "--fallback") && at + 1 < argc)
            fallback = argv[++at];
        else
            return usage();
    }
    if (engine && !testbed_find_engine(engine))
        return 2;
    if (getenv("FORKSCOPE_VECTORS"))
        fallback = getenv("FORKSCOPE_VECTORS");
    char **path = at < argc ? argv + at : &fallback;
    if (!path[0] || access(path[0], R_OK)) {
        printf("no vectors here: give their directory, or set FORKSCOPE_VECTORS\n");
        return 77;
    }
    for (unsigned i = 0; cpu_engines[i]; i++)
        if (!engine || !strcmp(engine, cpu_engines[i]->name))
            status |= run_engine(cpu_engines[i]->name, path, at < argc ? argc - at : 1, verbose);
    return status;
}

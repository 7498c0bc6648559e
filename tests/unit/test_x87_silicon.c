/*
 * Every x87 instruction of the table against the host's processor: random stacks, control words and
 * operands; the whole state afterwards must be the same. The host runs the very bytes that the
 * emulated processor runs: the memory operand is at [esi], which a 64-bit host reads as [rsi].
 *
 *   unit_x87_silicon [count [seed]]
 */
#include "cpu/x87.h"
#include "tests/unit/x87_random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <sys/mman.h>

enum { CODE = 0x1000, DATA = 0x2000, RAM = 0x4000, DATA_BYTES = 16, CODE_BYTES = 64 };

static uint8_t ram[RAM];
static struct cpu *cpu;
static uint8_t *host_code;

/* ---- A machine of 16 KB --------------------------------------------------------------------- */

static struct bus_page page(void *ctx, uint32_t at)
{
    (void)ctx;
    return (struct bus_page){at < RAM ? ram + at : NULL, at < RAM};
}

static uint32_t bus_in(void *ctx, uint32_t at, unsigned size)
{
    (void)ctx;
    (void)at;
    (void)size;
    return 0xffffffff;
}

static void bus_out(void *ctx, uint32_t at, uint32_t value, unsigned size)
{
    (void)ctx;
    (void)at;
    (void)value;
    (void)size;
}

static void ferr(void *ctx, bool level)
{
    (void)ctx;
    (void)level;
}

static void start(void)
{
    static const struct cpu_bus bus = {
        .page = page, .read = bus_in, .write = bus_out, .ferr = ferr};
    struct cpu_model model;
    char why[80];

    ck_assert_int_eq(cpu_model_parse("i686", &model, why, sizeof why), 0);
    cpu = cpu_create(&model, &bus, "step");
    ck_assert_ptr_nonnull(cpu);
    host_code =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(host_code != MAP_FAILED);
}

static void stop(void)
{
    munmap(host_code, 4096);
    cpu_destroy(cpu);
}

/* ---- One test ------------------------------------------------------------------------------- */

struct sample {
    struct x87_state x87;
    uint32_t eax, eflags;
    uint8_t data[DATA_BYTES];
};

/* The layout of FSAVE in 32-bit protected mode, and in 64-bit mode. */
struct image {
    uint32_t cw, sw, tw, fip, fcs_fop, fdp, fds;
    uint8_t st[8][10];
} __attribute__((packed));

/* eflags, eax and [rsi] as the instruction needs them. */
static void emit_host(const uint8_t *insn, unsigned length)
{
    static const uint8_t before[] = {
        0x53,             /* push rbx */
        0xff, 0x32,       /* push qword [rdx] (eflags) */
        0xdd, 0x27,       /* frstor [rdi] */
        0x9d,             /* popfq */
        0x8b, 0x42, 0x08, /* mov eax, [rdx+8] */
    };
    static const uint8_t after[] = {
        0xdd, 0x37,       /* fnsave [rdi] */
        0x9c,             /* pushfq */
        0x8f, 0x02,       /* pop qword [rdx] */
        0x89, 0x42, 0x08, /* mov [rdx+8], eax */
        0x5b, 0xc3,       /* pop rbx; ret */
    };

    memcpy(host_code, before, sizeof before);
    memcpy(host_code + sizeof before, insn, length);
    memcpy(host_code + sizeof before + length, after, sizeof after);
}

static void pack(const struct x87_state *x, struct image *image)
{
    *image = (struct image){.cw = x->cw, .sw = x->sw, .tw = x->tw};
    for (unsigned i = 0; i < 8; i++) {
        const struct x87_reg *r = &x->st[x87_physical(x, i)];

        memcpy(image->st[i], &r->mant, 8);
        memcpy(image->st[i] + 8, &r->se, 2);
    }
}

static void unpack(const struct image *image, struct x87_state *x)
{
    *x = (struct x87_state){.cw = (uint16_t)image->cw,
                            .sw = (uint16_t)image->sw,
                            .tw = (uint16_t)image->tw,
                            .fop = image->fcs_fop >> 16,
                            .fip = image->fip};
    for (unsigned i = 0; i < 8; i++) {
        struct x87_reg *r = x87_st(x, i);

        memcpy(&r->mant, image->st[i], 8);
        memcpy(&r->se, image->st[i] + 8, 2);
    }
}

static void run_host(const struct sample *in, struct sample *out)
{
    struct {
        uint64_t eflags;
        uint32_t eax;
    } regs = {in->eflags, in->eax};
    union {
        uint8_t *bytes;
        void (*run)(struct image *image, void *data, void *regs);
    } code = {host_code};
    struct image image;

    *out = *in;
    pack(&in->x87, &image);
    code.run(&image, out->data, &regs);
    __asm__ volatile("fninit");
    unpack(&image, &out->x87);
    out->eax = regs.eax;
    out->eflags = (uint32_t)regs.eflags;
}

static void run_emulator(const struct sample *in, const uint8_t *insn, unsigned length,
                         struct sample *out)
{
    struct cpu_state s = *cpu_state(cpu);

    s.cr0 = CR0_PE | CR0_ET | CR0_NE;
    s.eip = CODE;
    s.eflags = in->eflags;
    s.gpr[GPR_EAX] = in->eax;
    s.gpr[GPR_ESI] = DATA;
    for (unsigned i = 0; i < SEG_COUNT; i++)
        s.seg[i] = (struct cpu_segment){.attr = 0xc093, .limit = 0xffffffff};
    s.seg[SEG_CS].attr = 0xc09b;
    s.x87 = in->x87;
    memcpy(ram + CODE, insn, length);
    memcpy(ram + DATA, in->data, DATA_BYTES);
    cpu_set_state(cpu, &s);
    cpu_run(cpu, s.icount + 1);
    *out = (struct sample){
        cpu_state(cpu)->x87, cpu_state(cpu)->gpr[GPR_EAX], cpu_state(cpu)->eflags, {0}};
    memcpy(out->data, ram + DATA, DATA_BYTES);
}

/* ---- What goes in --------------------------------------------------------------------------- */

static void random_state_of(struct x87_state *x)
{
    uint16_t tw = 0;

    *x = (struct x87_state){.cw = random_control()};
    x->sw = (uint16_t)(next_random() & (X87_TOP | X87_CC));
    if (pick(2))
        x->sw |= (uint16_t)(next_random() & x->cw & X87_EXCEPTIONS);
    for (unsigned i = 0; i < 8; i++) {
        bool empty = !pick(i == x87_physical(x, 7) || i == x87_physical(x, 0) ? 2 : 8);

        if (i == x87_physical(x, 0) || i == x87_physical(x, 1))
            empty = !pick(16);
        else if (i == x87_physical(x, 7))
            empty = pick(16);
        random_register(&x->st[i]);
        tw |= (uint16_t)((empty ? X87_EMPTY : x87_tag_of(&x->st[i])) << 2 * i);
    }
    x->tw = tw;
}

/* ---- Comparison ----------------------------------------------------------------------------- */

static bool same(const struct sample *a, const struct sample *b)
{
    bool equal = a->x87.cw == b->x87.cw && a->x87.sw == b->x87.sw && a->x87.tw == b->x87.tw &&
                 a->eax == b->eax && !((a->eflags ^ b->eflags) & EFLAGS_STATUS) &&
                 memcmp(a->data, b->data, DATA_BYTES) == 0;

    for (unsigned i = 0; i < 8; i++)
        equal &= a->x87.st[i].mant == b->x87.st[i].mant && a->x87.st[i].se == b->x87.st[i].se;
    return equal;
}

static void print_sample(const char *title, const struct sample *s)
{
    printf("%s cw=%04x sw=%04x tw=%04x eax=%x fl=%x\n   ", title, s->x87.cw, s->x87.sw, s->x87.tw,
           s->eax, s->eflags);
    for (unsigned i = 0; i < 8; i++)
        printf(" %04x:%016llx", s->x87.st[x87_physical(&s->x87, i)].se,
               (unsigned long long)s->x87.st[x87_physical(&s->x87, i)].mant);
    printf("\n    ");
    for (unsigned i = 0; i < DATA_BYTES; i++)
        printf("%02x", s->data[i]);
    printf("\n");
}

static bool is_tested(const struct insn_row *row)
{
    const struct operand_form *form = &operand_forms[row->op[0]];

    return (row->attrs & ATTR_X87) && row->form != FORM_SPAN && form->width != WIDTH_ENV &&
           form->width != WIDTH_SAVE && row->fn != exec_fnop_old;
}

static unsigned encode(const struct insn_row *row, uint8_t *insn)
{
    insn[0] = row->opcode;
    if (row->form == FORM_ONE)
        insn[1] = row->ext;
    else
        insn[1] = (uint8_t)((row->form == FORM_MEM ? 0x06 : 0xc0 | pick(8)) | row->ext << 3);
    return 2;
}

static unsigned test_row(const struct insn_row *row, unsigned count)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < count; i++) {
        struct sample in = {.eax = 0x12345678}, host, emulated;
        uint8_t insn[2];
        unsigned length = encode(row, insn);

        random_state_of(&in.x87);
        random_data(in.data);
        in.eflags = EFLAGS_FIXED | EFLAGS_IF | (next_random() & EFLAGS_STATUS);
        emit_host(insn, length);
        run_host(&in, &host);
        run_emulator(&in, insn, length, &emulated);
        if (same(&host, &emulated) || bad++ >= 3)
            continue;
        printf("%s: %02x %02x\n", row->mnemonic, insn[0], insn[1]);
        print_sample("before  ", &in);
        print_sample("host    ", &host);
        print_sample("emulator", &emulated);
    }
    return bad;
}

static unsigned count_of_tests = 3000;

START_TEST(every_row)
{
    unsigned bad = 0;

    for (unsigned id = 1; id < INSN_COUNT; id++) {
        unsigned n;

        if (!is_tested(&insn_rows[id]))
            continue;
        n = test_row(&insn_rows[id], count_of_tests);
        if (n)
            printf("%s %02x /%x: %u of %u differ\n", insn_rows[id].mnemonic, insn_rows[id].opcode,
                   insn_rows[id].ext, n, count_of_tests);
        bad += n;
    }
    ck_assert_uint_eq(bad, 0);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("x87 and the host's silicon");
    TCase *tests = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (argc > 1)
        count_of_tests = (unsigned)strtoul(argv[1], NULL, 0);
    if (argc > 2)
        random_state = strtoull(argv[2], NULL, 0) | 1;
    tcase_add_unchecked_fixture(tests, start, stop);
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, every_row);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#else

int main(void)
{
    puts("skipped: the host is not an x86-64");
    return 77;
}

#endif

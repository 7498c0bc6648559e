/* Runs the cases and reports them as TAP. */
#include "priv.h"

extern uint32_t multiboot_info;
extern const struct test_case cases_begin[], cases_end[];

static unsigned bad_in_case, bad_cases;

void expect(const char *what, uint32_t got, uint32_t want)
{
    if (got == want)
        return;
    bad_in_case++;
    print("# ");
    print(what);
    print(": got ");
    print_hex(got);
    print(", expected ");
    print_hex(want);
    print("\n");
}

/* ---- Options ----------------------------------------------------------------------------- */

/* The text behind "key=" on the command line, or NULL. */
static const char *option(const char *key)
{
    const uint32_t *info = (const uint32_t *)multiboot_info; /* flags; command line at word 4 */
    const char *line = info && info[0] & 4 ? (const char *)info[4] : "";

    for (; *line; line++) {
        const char *p = line, *k = key;

        while (*k && *p == *k) {
            p++;
            k++;
        }
        if (!*k && *p == '=')
            return p + 1;
    }
    return 0;
}

static unsigned number(const char *text, unsigned otherwise)
{
    unsigned n = 0;

    if (!text)
        return otherwise;
    while (*text >= '0' && *text <= '9')
        n = n * 10 + (unsigned)(*text++ - '0');
    return n;
}

/* Which bits of these can be toggled in EFLAGS? */
static uint32_t toggles(uint32_t bits)
{
    uint32_t before, after;

    __asm__ volatile("pushf; pop %0; mov %0, %1; xor %2, %1; push %1; popf; pushf; pop %1;"
                     "push %0; popf"
                     : "=&r"(before), "=&r"(after)
                     : "r"(bits));
    return (before ^ after) & bits;
}

static enum level find_level(void)
{
    uint32_t eax = 1, ebx, ecx, edx;

    if (!toggles(F_AC))
        return L386;
    if (!toggles(F_ID))
        return L486;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    eax = eax >> 8 & 15;
    return eax >= 6 ? LI686 : eax == 5 ? LPENTIUM : L486;
}

/* ---- Running ----------------------------------------------------------------------------- */

static void run_case(unsigned n, const struct test_case *c)
{
    bool skipped = level < c->since;

    bad_in_case = 0;
    if (!skipped) {
        machine_reset();
        c->run();
    }
    bad_cases += bad_in_case != 0;
    print(bad_in_case ? "not ok " : "ok ");
    print_decimal(n);
    print(" - ");
    print(c->title);
    print(skipped ? " # SKIP not on this processor\n" : "\n");
}

static void pic_mask(void)
{
    static const uint8_t init[][2] = {{0x20, 0x11}, {0xa0, 0x11}, {0x21, 0x20}, {0xa1, 0x28},
                                      {0x21, 4},    {0xa1, 2},    {0x21, 1},    {0xa1, 1},
                                      {0x21, 0xff}, {0xa1, 0xff}};

    for (unsigned i = 0; i < sizeof(init) / sizeof(init[0]); i++)
        out8(init[i][0], init[i][1]);
}

void priv_main(void);
void priv_main(void)
{
    static const char *const names[] = {"386", "486", "pentium", "i686"};
    unsigned count = (unsigned)(cases_end - cases_begin);
    unsigned from = number(option("from"), 1), to = number(option("to"), count);

    level = find_level();
    for (unsigned i = 0; i < 4; i++)
        if (option("level") && word_is(option("level"), names[i]) && level != (enum level)i) {
            print("Bail out! the processor does not look like that level\n");
            machine_off(1);
        }
    pic_mask();
    machine_reset();
    if (option("triple"))
        triple_run(option("triple"));
    print("TAP version 13\n# level ");
    print(names[level]);
    print("\n");
    for (unsigned n = from; n <= to && n <= count; n++)
        run_case(n, cases_begin + n - 1);
    machine_reset();
    print("1..");
    print_decimal(count);
    print("\n");
    machine_off(bad_cases != 0);
}

/* Chooses the workload and marks its beginning and end. */
#include "bench.h"

/* So many rounds that every emulator has to work for some tenths of a second. */
const struct workload workloads[] = {
    {"integer", bench_integer, 18000000},
    {"branchy", bench_branchy, 5000},
    {"calls", bench_calls, 15000},
    {"memory", bench_memory, 20},
    {"ring3", bench_ring3, 18000000},
    {"int80", bench_int80, 2000000},
    {"faults", bench_faults, 800},
    {"fork", bench_fork, 1200},
    {"selfmod", bench_selfmod, 2000000},
    {"x87", bench_x87, 3000000},
    {"muldiv", bench_muldiv, 8000000},
    {"timer", bench_timer, 18000000},
    {"switch", bench_switch, 700000},
    {0, 0, 0},
};

struct multiboot {
    uint32_t flags, mem_lower, mem_upper, boot_device, cmdline;
};

/* The text behind "key=" on the command line, or NULL. */
static const char *option(const char *line, const char *key)
{
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

static int same_word(const char *text, const char *word)
{
    while (*word && *text == *word) {
        text++;
        word++;
    }
    return !*word && (*text == 0 || *text == ' ');
}

static uint32_t number(const char *text)
{
    uint32_t n = 0;

    while (text && *text >= '0' && *text <= '9')
        n = n * 10 + (uint32_t)(*text++ - '0');
    return n;
}

static uint32_t scaled(uint32_t rounds, uint32_t percent)
{
    uint32_t n = (uint32_t)((uint64_t)rounds * percent / 100);

    return n ? n : 1;
}

void bench_main(void);
void bench_main(void)
{
    const struct multiboot *info = (const struct multiboot *)multiboot_info;
    const char *line = info && info->flags & 4 ? (const char *)info->cmdline : "";
    const char *name = option(line, "workload");
    uint32_t percent = number(option(line, "scale"));

    cpu_setup();
    for (const struct workload *w = workloads; name && w->name; w++) {
        uint32_t sum;

        if (!same_word(name, w->name))
            continue;
        console_char('<');
        sum = w->run(scaled(w->rounds, percent ? percent : 100));
        console_char('>');
        console_hex(sum);
        console_char('\n');
    }
    machine_off();
}

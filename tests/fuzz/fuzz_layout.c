/*
 * Damaged layouts against their reader: mutations of those that are built in from fixed seeds, or
 * the files named on the command line. Whatever comes is read or refused with one line, and what is
 * read can be looked up, with and without a kernel that has debug information.
 *
 *   fuzz_layout [COUNT]       COUNT mutations (default 30000)
 *   fuzz_layout FILE...       replay
 */
#include "emu/guest/guestinfo.h"
#include "emu/guest/layout.h"
#include "tests/fuzz/fuzz_text.h"

enum { KERNEL_MAX = 1 << 24, WITH_KERNEL = 64 };

/* What means something to the reader. */
static const char *const words[] = {"tasks table ",
                                    "tasks stack\n",
                                    "sizeof ",
                                    "task_struct.",
                                    "task_struct is ",
                                    ".",
                                    " is ",
                                    "is",
                                    "+",
                                    "\n",
                                    "#",
                                    " ",
                                    "0xffffffff",
                                    "4294967296",
                                    "-1",
                                    "thread_union",
                                    "pt_regs",
                                    "\t",
                                    "ptable.proc+8",
                                    "65536",
                                    "thread.esp",
                                    "\x80\xff",
                                    "\r\n",
                                    "task"};

static struct file kernel;
static unsigned used;

static void look(const struct guestinfo *g)
{
    uint32_t offset, size;

    used++;
    guestinfo_member(g, "task_struct", "thread.esp0", &offset, &size);
    for (offset = 0; offset < 128; offset++)
        guestinfo_member_at(g, "pt_regs", offset);
    guestinfo_sizeof(g, "task_struct");
}

static void use(const struct layout *l)
{
    bool with = accepted % WITH_KERNEL == 0;
    char why[256];
    struct guestinfo *g = guestinfo_create_from(l, 0x100000, with ? kernel.bytes : NULL,
                                                with ? kernel.size : 0, why, sizeof(why));

    if (g)
        look(g);
    guestinfo_destroy(g);
}

static void try_layout(const uint8_t *text, size_t size)
{
    static struct layout l;
    char why[512] = "";

    if (layout_parse(&l, "fuzz", (const char *)text, size, why, sizeof(why)) == 0) {
        accepted++;
        use(&l);
        return;
    }
    refused++;
    check(strncmp(why, "layout 'fuzz' ", 14) == 0 && !strchr(why, '\n'),
          "a refusal without one clear line");
}

static const char *seed_text(unsigned n)
{
    unsigned count = 0;

    while (layout_builtins[count].name)
        count++;
    return layout_builtins[n % count].text;
}

int main(int argc, char **argv)
{
    unsigned count = fuzz_count(argc, argv, 30000);
    char why[512];

    if (fuzz_is_replay(argc, argv))
        return fuzz_replay(argv + 1, try_layout);
    file_read(FUZZ_KERNEL, KERNEL_MAX, &kernel, why, sizeof(why)); /* without it: with none */
    for (unsigned i = 0; i < count; i++) {
        char text[FUZZ_TEXT_SIZE];
        uint32_t seed = fuzz_seed(i);

        snprintf(text, sizeof(text), "%s", seed_text(i));
        fuzz_damage_text(text, words, sizeof(words) / sizeof(words[0]), &seed);
        try_layout((const uint8_t *)text, strlen(text));
    }
    printf("%u accepted, %u refused, %u used\n", accepted, refused, used);
    file_release(&kernel);
    return accepted && refused && used ? EXIT_SUCCESS : EXIT_FAILURE;
}

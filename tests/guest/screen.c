/*
 * The guest on screen and keyboard: what is typed there reaches the shell, and the screen shows it.
 *
 *      screen KERNEL INITRD
 */
#include <stdio.h>
#include <string.h>

#include "devices/vgatext.h"
#include "guest_machine.h"

enum { RELEASE = 0xf0, SHIFT = 0x12, CTRL = 0x14 };

/* Keys as the keyboard sends them, code set 2. */
static const struct {
    char c;
    uint8_t code;
} keys[] = {
    {'e', 0x24}, {'c', 0x21}, {'h', 0x33},  {'o', 0x44},  {'i', 0x43}, {'s', 0x1b},
    {'l', 0x4b}, {'p', 0x4d}, {'\n', 0x5a}, {'\b', 0x66}, {' ', 0x29}, {'9', 0x46},
};

static void send(struct guest_machine *g, const uint8_t *code, size_t n)
{
    guest_expect(machine_press_key(g->machine, code, n), g, "the keyboard takes a key");
    guest_run(g, GUEST_STEPS / 10);
}

static void press(struct guest_machine *g, char c, uint8_t with)
{
    const uint8_t hold[] = {with}, let_go[] = {RELEASE, with};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const uint8_t stroke[] = {keys[i].code, RELEASE, keys[i].code};

        if (keys[i].c != c)
            continue;
        if (with)
            send(g, hold, 1);
        send(g, stroke, sizeof(stroke));
        if (with)
            send(g, let_go, 2);
    }
}

static void type(struct guest_machine *g, const char *text)
{
    for (; *text; text++)
        press(g, *text, 0);
}

/* Does a row of the screen begin with this and nothing more? */
static bool shows(const struct guest_machine *g, const char *text)
{
    const struct vgatext *screen = machine_screen(g->machine);

    for (unsigned row = 0; row < VGATEXT_ROWS; row++) {
        char line[VGATEXT_COLUMNS + 1] = "";
        size_t length = VGATEXT_COLUMNS;

        for (unsigned i = 0; i < VGATEXT_COLUMNS; i++)
            line[i] = (char)vgatext_cell(screen, row, i).character;
        while (length > 0 && line[length - 1] == ' ')
            line[--length] = '\0';
        if (strcmp(line, text) == 0)
            return true;
    }
    return false;
}

static void expect_on_screen(const struct guest_machine *g, const char *text)
{
    char what[128];

    snprintf(what, sizeof(what), "the screen shows \"%s\"", text);
    guest_expect(shows(g, text), g, what);
}

int main(int argc, char **argv)
{
    struct guest_machine g;

    if (argc != 3)
        return 2;
    guest_start(&g, argv, "console=tty1");
    guest_run(&g, GUEST_BOOT_STEPS);
    expect_on_screen(&g, "forkscope guest kernel");
    expect_on_screen(&g, "#");
    guest_expect(g.length == 0, &g, "nothing is on the serial line");
    type(&g, "echo hip\b ");
    press(&g, 'h', SHIFT);
    press(&g, '9', SHIFT);
    press(&g, 'c', CTRL);
    expect_on_screen(&g, "# echo hi H(^C");
    type(&g, "echo  hello  hi\n");
    expect_on_screen(&g, "# echo  hello  hi");
    expect_on_screen(&g, "hello hi");
    for (int i = 0; i < VGATEXT_ROWS; i++)
        type(&g, "\n");
    guest_expect(!shows(&g, "hello hi"), &g, "old lines scroll away");
    expect_on_screen(&g, "#");
    guest_end(&g);
    return 0;
}

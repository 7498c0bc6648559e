#include <stdio.h>
#include <string.h>

#include "tools/optiondoc/optiondoc.h"

static const struct {
    const char *name;
    void (*write)(void);
} forms[] = {
    {"man1", write_man_program}, {"man5", write_man_trace}, {"bash", write_bash},
    {"zsh", write_zsh},          {"fish", write_fish},
};

bool option_of(const struct option_info *option, unsigned verb)
{
    return option->verbs & 1u << verb;
}

/* "tool|guest|qemu" is a choice, "FILE|-" and "stdio|file:F|null" are not. */
enum argument argument_of(const struct option_info *option)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789|-";

    if (!option->arg)
        return ARGUMENT_NONE;
    if (strchr(option->arg, '|') && strspn(option->arg, letters) == strlen(option->arg))
        return ARGUMENT_CHOICE;
    return strstr(option->arg, "FILE") || strcmp(option->arg, "ELF") == 0 ? ARGUMENT_FILE
                                                                          : ARGUMENT_OTHER;
}

const char *dashes(const struct option_info *option)
{
    return option->name[1] ? "--" : "-";
}

const char *first_line(const char *help, char *buf, unsigned size)
{
    snprintf(buf, size, "%.*s", (int)strcspn(help, "\n"), help);
    return buf;
}

int main(int argc, char **argv)
{
    for (unsigned i = 0; argc == 2 && i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i].name, argv[1]) != 0)
            continue;
        forms[i].write();
        return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
    }
    fprintf(stderr, "usage: optiondoc man1|man5|bash|zsh|fish\n");
    return 2;
}

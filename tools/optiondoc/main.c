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

const char *dashes(const struct option_info *option)
{
    return option->name[1] ? "--" : "-";
}

const char *first_thought(const char *help, char *buf, unsigned size)
{
    enum { TOO_SHORT = 24 };
    size_t length = strcspn(help, ";");

    for (const char *bracket = strchr(help, '('); bracket; bracket = strchr(bracket + 1, '('))
        if (bracket > help + TOO_SHORT && (size_t)(bracket - 1 - help) < length)
            length = (size_t)(bracket - 1 - help);
    snprintf(buf, size, "%.*s", (int)length, help);
    for (char *end = buf; (end = strchr(end, '\n'));)
        *end = ' ';
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

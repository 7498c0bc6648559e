/* Completions: the subcommands, the options of each, and what an option's argument may be. */
#include <stdio.h>
#include <string.h>

#include "tools/optiondoc/optiondoc.h"

enum { LINE_SIZE = 256 };

/* The words of "a|b|c" with `separator` between them. */
static void put_choices(const char *arg, char separator)
{
    for (; *arg; arg++)
        putchar(*arg == '|' ? separator : *arg);
}

/* Characters that mean something inside single quotes and brackets of zsh and fish. */
static void put_escaped(const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr(special, *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

/* ---- bash ---------------------------------------------------------------------------------- */

static void put_bash_options(void)
{
    const struct option_info *o;

    printf("    case $verb in\n");
    for (unsigned v = 0; v < VERBS; v++) {
        printf("        %s) options='", verbs[v].name);
        for (unsigned n = 0; (o = options_row(n)); n++)
            if (option_of(o, v))
                printf("%s%s ", dashes(o), o->name);
        printf("' ;;\n");
    }
    printf("    esac\n");
}

/* One dash and two are the same. */
static void put_bash_arguments(void)
{
    const struct option_info *o;

    printf("    case $previous in\n");
    for (unsigned n = 0; (o = options_row(n)); n++) {
        switch (argument_of(o)) {
        case ARGUMENT_CHOICE:
            printf("        -%s|--%s) COMPREPLY=($(compgen -W '", o->name, o->name);
            put_choices(o->arg, ' ');
            printf("' -- \"$word\")); return ;;\n");
            break;
        case ARGUMENT_FILE:
        case ARGUMENT_OTHER:
            printf("        -%s|--%s) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", o->name,
                   o->name);
            break;
        case ARGUMENT_NONE:
            break;
        }
    }
    printf("    esac\n");
}

void write_bash(void)
{
    printf("# bash completion for forkscope\n\n_forkscope()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local verb=run verbs='");
    for (unsigned v = 0; v < VERBS; v++)
        printf("%s ", verbs[v].name);
    printf("' options=\n"
           "    case \" $verbs \" in *\" ${COMP_WORDS[1]} \"*) verb=${COMP_WORDS[1]} ;; esac\n");
    put_bash_arguments();
    put_bash_options();
    printf("    if [ \"$COMP_CWORD\" = 1 ] && [ \"${word#-}\" = \"$word\" ]; then\n"
           "        COMPREPLY=($(compgen -W \"$verbs\" -- \"$word\"))\n"
           "    elif [ \"${word#-}\" != \"$word\" ]; then\n"
           "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
           "    else\n"
           "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
           "    fi\n}\n\ncomplete -o filenames -F _forkscope forkscope\n");
}

/* ---- zsh ----------------------------------------------------------------------------------- */

static void put_zsh_option(const struct option_info *o)
{
    char help[LINE_SIZE];

    printf("                '%s%s[", dashes(o), o->name);
    put_escaped(first_line(o->help, help, sizeof(help)), "[]");
    printf("]");
    switch (argument_of(o)) {
    case ARGUMENT_CHOICE:
        printf(":choice:(");
        put_choices(o->arg, ' ');
        printf(")");
        break;
    case ARGUMENT_FILE:
        printf(":file:_files");
        break;
    case ARGUMENT_OTHER:
        printf(":argument:_files");
        break;
    case ARGUMENT_NONE:
        break;
    }
    printf("' \\\n");
}

void write_zsh(void)
{
    const struct option_info *o;

    printf("#compdef forkscope\n\n_forkscope()\n{\n    local verb=run\n    local -a verbs\n"
           "    verbs=(\n");
    for (unsigned v = 0; v < VERBS; v++) {
        printf("        '%s:", verbs[v].name);
        put_escaped(verbs[v].summary, ":");
        printf("'\n");
    }
    printf("    )\n"
           "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
           "        _describe command verbs\n        return\n    fi\n"
           "    (( ${${verbs%%%%:*}[(Ie)$words[2]]} )) && { verb=$words[2]; shift words; "
           "(( CURRENT-- )) }\n"
           "    case $verb in\n");
    for (unsigned v = 0; v < VERBS; v++) {
        printf("        %s)\n            _arguments \\\n", verbs[v].name);
        for (unsigned n = 0; (o = options_row(n)); n++)
            if (option_of(o, v))
                put_zsh_option(o);
        printf("                '*:file:_files'\n            ;;\n");
    }
    printf("    esac\n}\n\n_forkscope \"$@\"\n");
}

/* ---- fish ---------------------------------------------------------------------------------- */

/* When the option is offered: for its subcommands; those of run also without one. */
static void put_fish_condition(const struct option_info *o)
{
    printf("'__fish_seen_subcommand_from");
    for (unsigned v = 0; v < VERBS; v++)
        if (option_of(o, v))
            printf(" %s", verbs[v].name);
    if (option_of(o, VERB_RUN))
        printf("; or not __fish_seen_subcommand_from $__forkscope_verbs");
    printf("'");
}

static void put_fish_option(const struct option_info *o)
{
    char help[LINE_SIZE];

    printf("complete -c forkscope -n ");
    put_fish_condition(o);
    printf(" %s %s", o->name[1] ? "-l" : "-s", o->name);
    switch (argument_of(o)) {
    case ARGUMENT_CHOICE:
        printf(" -x -a '");
        put_choices(o->arg, ' ');
        printf("'");
        break;
    case ARGUMENT_FILE:
    case ARGUMENT_OTHER:
        printf(" -r");
        break;
    case ARGUMENT_NONE:
        break;
    }
    printf(" -d '");
    put_escaped(first_line(o->help, help, sizeof(help)), "\\");
    printf("'\n");
}

void write_fish(void)
{
    const struct option_info *o;

    printf("# fish completion for forkscope\n\nset -g __forkscope_verbs");
    for (unsigned v = 0; v < VERBS; v++)
        printf(" %s", verbs[v].name);
    printf("\n");
    for (unsigned v = 0; v < VERBS; v++) {
        printf("complete -c forkscope -n __fish_use_subcommand -a %s -d '", verbs[v].name);
        put_escaped(verbs[v].summary, "\\");
        printf("'\n");
    }
    for (unsigned n = 0; (o = options_row(n)); n++)
        put_fish_option(o);
}

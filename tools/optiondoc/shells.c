/* Completions: the subcommands, the options of each, and what an option's argument may be. */
#include <stdio.h>
#include <string.h>

#include "tools/optiondoc/optiondoc.h"

enum { LINE_SIZE = 256 };

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
        struct values v = values_of(o);

        if (v.argument && !v.optional)
            printf("        -%s|--%s) words='%s' files=%d ;;\n", o->name, o->name, v.words,
                   v.files);
    }
    printf("        *) return 1 ;;\n    esac\n");
}

static const char bash_rest[] =
    "    if [ \"$COMP_CWORD\" = 1 ] && [ \"${word#-}\" = \"$word\" ]; then\n"
    "        COMPREPLY=($(compgen -W \"$verbs\" -- \"$word\"))\n"
    "    elif [ \"${word#-}\" != \"$word\" ]; then\n"
    "        [ \"${word#--}\" != \"$word\" ] || [ \"$word\" = - ] || options=${options//--/-}\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
    "    elif [ \"$verb\" = check ] && [ \"$previous\" = check ]; then\n"
    "        COMPREPLY=($(compgen -f -W 'fork frames all' -- \"$word\"))\n"
    "    else\n"
    "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
    "    fi\n}\n\ncomplete -o filenames -F _forkscope forkscope\n";

void write_bash(void)
{
    printf("# bash completion for forkscope\n\n"
           "# What may stand behind the option $1: into $words and $files of the caller.\n"
           "_forkscope_argument()\n{\n    local previous=$1\n");
    put_bash_arguments();
    printf("}\n\n_forkscope()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local words files options= verb=run verbs='");
    for (unsigned v = 0; v < VERBS; v++)
        printf("%s ", verbs[v].name);
    printf("'\n"
           "    case \" $verbs \" in *\" ${COMP_WORDS[1]} \"*) verb=${COMP_WORDS[1]} ;; esac\n"
           "    if _forkscope_argument \"$previous\"; then\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "        [ $files = 0 ] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
           "        return\n"
           "    fi\n");
    put_bash_options();
    fputs(bash_rest, stdout);
}

/* ---- zsh ----------------------------------------------------------------------------------- */

static void put_zsh_argument(const struct values *v)
{
    if (!v->argument)
        return;
    printf("%s:argument:", v->optional ? ":" : "");
    if (*v->words && v->files)
        printf("{ compadd %s; _files }", v->words);
    else if (*v->words)
        printf("(%s)", v->words);
    else
        printf(v->files ? "_files" : " ");
}

static void put_zsh_option(const struct option_info *o)
{
    struct values v = values_of(o);
    char help[LINE_SIZE];

    printf("                '%s%s%s[", dashes(o), o->name, v.optional ? "=-" : "");
    put_escaped(first_thought(o->help, help, sizeof(help)), "[]");
    printf("]");
    put_zsh_argument(&v);
    printf("' \\\n");
}

/* One dash and two are the same, also in what was typed before. */
static const char zsh_dashes[] = "    local i\n"
                                 "    for (( i = 2; i <= $#words; i++ )); do\n"
                                 "        [[ $words[i] == -[^-]?* ]] || continue\n"
                                 "        words[i]=-$words[i]\n"
                                 "        (( i == CURRENT )) && PREFIX=-$PREFIX\n"
                                 "    done\n";

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
           "    local -a names=(${verbs%%%%:*})\n"
           "    if (( $names[(Ie)$words[2]] )); then\n"
           "        verb=$words[2]\n        shift words\n        (( CURRENT-- ))\n    fi\n"
           "%s    case $verb in\n",
           zsh_dashes);
    for (unsigned v = 0; v < VERBS; v++) {
        printf("        %s)\n            _arguments \\\n", verbs[v].name);
        for (unsigned n = 0; (o = options_row(n)); n++)
            if (option_of(o, v))
                put_zsh_option(o);
        printf("                '*:file:%s'\n            ;;\n",
               v == VERB_CHECK ? "{ compadd fork frames all; _files }" : "_files");
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

/* -x: an argument that is no file; -r: one that may be. */
static void put_fish_argument(const struct values *v)
{
    if (v->argument && !v->optional)
        printf(v->files ? " -r" : " -x");
    if (*v->words)
        printf(" -a '%s'", v->words);
}

static void put_fish_option(const struct option_info *o)
{
    struct values v = values_of(o);
    char help[LINE_SIZE];

    printf("complete -c forkscope -n ");
    put_fish_condition(o);
    if (o->name[1])
        printf(" -l %s -o %s", o->name, o->name);
    else
        printf(" -s %s", o->name);
    put_fish_argument(&v);
    printf(" -d '");
    put_escaped(first_thought(o->help, help, sizeof(help)), "\\");
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
    printf("complete -c forkscope -n '__fish_seen_subcommand_from check' -a 'fork frames all'\n");
    for (unsigned n = 0; (o = options_row(n)); n++)
        put_fish_option(o);
}

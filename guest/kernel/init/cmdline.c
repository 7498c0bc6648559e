/*
 * The kernel command line: words with blanks between them, double quotes around what has blanks
 * in it.
 *
 *   init=PROGRAM   is run as pid 1; every word after it is an argument of it
 *   console=tty1   the console is the screen and the keyboard, not the serial line
 *   quiet          only warnings and worse go to the console
 *   seed=N         of the pseudo-random numbers
 *   selftest       a kernel thread that ends is made before pid 1 goes on
 *   NAME=VALUE     anything else of this form goes into the environment of pid 1
 *
 * Other words, such as the kernel's own path that some loaders put first, mean nothing.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

char *init_argv[32];
char *init_envp[32] = {"HOME=/", "TERM=linux", "PATH=/bin:/sbin:/usr/bin:/usr/sbin"};

/* Cuts the next word out, quotes removed. NULL at the end. */
static char *next_word(char **line)
{
    char *in = *line, *out, *word;
    bool quoted = false;

    while (*in == ' ' || *in == '\t')
        in++;
    if (!*in)
        return NULL;
    for (word = out = in; *in && (quoted || (*in != ' ' && *in != '\t')); in++) {
        if (*in == '"')
            quoted = !quoted;
        else
            *out++ = *in;
    }
    *line = *in ? in + 1 : in;
    *out = 0;
    return word;
}

/* Appends to a list that ends in NULL; what does not fit is an error of the caller's making. */
static void append(char **list, unsigned int size, char *word)
{
    for (unsigned int i = 0; i < size - 1; i++) {
        if (!list[i]) {
            list[i] = word;
            return;
        }
    }
    panic("too many words on the command line, from \"%s\" on", word);
}

void parse_command_line(char *line)
{
    char *word;

    while ((word = next_word(&line))) {
        if (init_argv[0])
            append(init_argv, ARRAY_SIZE(init_argv), word);
        else if (!strncmp(word, "init=", 5))
            init_argv[0] = word + 5;
        else if (!strcmp(word, "console=tty1"))
            console_is_screen = true;
        else if (!strcmp(word, "quiet"))
            console_loglevel = 4;
        else if (!strcmp(word, "selftest"))
            selftest_wanted = true;
        else if (!strncmp(word, "seed=", 5))
            random_seed(simple_strtoul(word + 5, NULL, 0));
        else if (strchr(word, '='))
            append(init_envp, ARRAY_SIZE(init_envp), word);
    }
}

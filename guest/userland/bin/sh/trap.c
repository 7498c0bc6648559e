/* trap: what is to run when a signal comes, or when the shell ends. A signal is only noted when it
 * comes; its action runs between two commands, or ends the builtin wait. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

enum { ON_EXIT = 0, CONDITIONS = 32 };

/* By signal number; 0 is the end of the shell. NULL: nothing was asked, "": ignore it. */
static char *actions[CONDITIONS];
static volatile sig_atomic_t noted[CONDITIONS];
static volatile sig_atomic_t any_noted;

void trap_note(int signal)
{
    noted[signal] = 1;
    any_noted = 1;
}

static bool has_action(int condition)
{
    return actions[condition] && *actions[condition];
}

void trap_add_signals(sigset_t *set)
{
    for (int i = 1; i < CONDITIONS; i++)
        if (has_action(i))
            sigaddset(set, i);
}

/* An interactive shell takes SIGINT itself, action or not, and notes it for us. */
static bool set_handler(int signal, const char *action)
{
    struct sigaction new = {.sa_handler = SIG_DFL, .sa_flags = SA_RESTART};
    struct sigaction old;

    if (shell_interactive && signal == SIGINT)
        return true;
    if (sigaction(signal, NULL, &old) < 0)
        return false;
    /* What was ignored when the shell started stays so, or nohup would not hold. */
    if (!shell_interactive && old.sa_handler == SIG_IGN && !actions[signal])
        return true;
    if (action)
        new.sa_handler = *action ? trap_note : SIG_IGN;
    return sigaction(signal, &new, NULL) == 0;
}

static bool set_action(int condition, const char *action)
{
    if (condition != ON_EXIT && !set_handler(condition, action)) {
        complain("trap: %s", strerror(errno));
        return false;
    }
    free(actions[condition]);
    actions[condition] = action ? strdup(action) : NULL;
    return true;
}

static void run_action(int condition)
{
    char *action = strdup(actions[condition]);
    int status = last_status;

    if (action)
        run_text(action);
    free(action);
    if (!is_leaving())
        last_status = status;
}

void trap_run(void)
{
    static bool running;

    if (!any_noted || running || is_leaving())
        return;
    running = true;
    any_noted = 0;
    for (int i = 1; i < CONDITIONS; i++) {
        bool due = noted[i] && has_action(i);

        noted[i] = 0;
        if (due)
            run_action(i);
    }
    running = false;
}

void trap_at_exit(int status)
{
    char *action = actions[ON_EXIT];

    actions[ON_EXIT] = NULL;
    last_status = status;
    if (!action)
        return;
    breaking = continuing = 0;
    run_text(action);
    last_status = status;
}

void trap_in_child(void)
{
    for (int i = 0; i < CONDITIONS; i++)
        if (has_action(i))
            set_action(i, NULL);
    any_noted = 0;
}

/* EXIT, a signal's name or a number; −1 after a message. */
static int condition_of(const char *word)
{
    int condition;

    if (strcmp(word, "EXIT") == 0)
        return ON_EXIT;
    if (str2sig(word, &condition) == 0 && condition < CONDITIONS)
        return condition;
    complain("trap: %s: not a signal", word);
    return -1;
}

static void list_actions(void)
{
    char name[SIG2STR_MAX] = "EXIT";

    for (int i = 0; i < CONDITIONS; i++) {
        if (!actions[i] || (i != ON_EXIT && sig2str(i, name) < 0))
            continue;
        fputs("trap -- ", stdout);
        print_quoted(actions[i]);
        printf(" %s\n", name);
    }
}

/* trap; trap [--] ACTION CONDITION…; to forget: trap - CONDITION…, trap NUMBER…, trap CONDITION */
int builtin_trap(int argc, char **argv)
{
    int i = 1 + (argc > 1 && strcmp(argv[1], "--") == 0);
    const char *action = NULL;
    int status = 0;

    if (i == argc)
        list_actions();
    else if (i + 1 < argc && (argv[i][strspn(argv[i], "0123456789")] || !*argv[i]))
        action = argv[i++];
    if (action && strcmp(action, "-") == 0)
        action = NULL;
    for (; i < argc; i++) {
        int condition = condition_of(argv[i]);

        if (condition < 0 || !set_action(condition, action))
            status = 1;
    }
    return status;
}

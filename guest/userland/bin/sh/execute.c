#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

/* Above 0 a failure is somebody's question, and set -e does not end the shell. */
static int asked;

int breaking;
int continuing;

/* A descriptor that a builtin's redirections displaced. */
struct saved {
    struct saved *next;
    int fd;
    int copy; /* −1: it was closed */
};

void shell_exit(int status)
{
    trap_at_exit(status);
    fflush(stdout);
    _exit(status);
}

void stop_execution(void)
{
    breaking = INT_MAX;
    continuing = 1;
}

bool is_leaving(void)
{
    return breaking || continuing;
}

static int open_target(const struct redirection *r, const char *target)
{
    static const int flags[] = {
        [REDIRECT_INPUT] = O_RDONLY,
        [REDIRECT_OUTPUT] = O_WRONLY | O_CREAT | O_TRUNC,
        [REDIRECT_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
        [REDIRECT_BOTH] = O_RDWR | O_CREAT,
    };
    int fd = r->kind == REDIRECT_HERE ? here_open(target) : open(target, flags[r->kind], 0666);

    if (fd < 0)
        complain("%s: %s", r->kind == REDIRECT_HERE ? "here-document" : target, strerror(errno));
    return fd;
}

static bool duplicate(const struct redirection *r, const char *target)
{
    if (strcmp(target, "-") == 0) {
        close(r->fd);
        return true;
    }
    if (dup2(atoi(target), r->fd) >= 0)
        return true;
    complain("%s: %s", target, strerror(errno));
    return false;
}

static char *expand_target(const struct redirection *r)
{
    if (r->kind != REDIRECT_HERE)
        return expand_single(r->target);
    return r->literal ? r->target : expand_here(r->target);
}

bool redirect(const struct redirection *list)
{
    for (const struct redirection *r = list; r; r = r->next) {
        char *target = expand_target(r);
        int fd;

        if (!target)
            return false;
        if (r->kind == REDIRECT_DUPLICATE) {
            if (!duplicate(r, target))
                return false;
            continue;
        }
        fd = open_target(r, target);
        if (fd < 0)
            return false;
        if (fd != r->fd) {
            dup2(fd, r->fd);
            close(fd);
        }
    }
    return true;
}

static struct saved *save_descriptors(const struct redirection *list)
{
    struct saved *saved = NULL;

    fflush(stdout);
    for (const struct redirection *r = list; r; r = r->next) {
        struct saved *s = arena_alloc(sizeof *s);

        s->fd = r->fd;
        s->copy = fcntl(r->fd, F_DUPFD_CLOEXEC, OWN_FD_MIN);
        s->next = saved;
        saved = s;
    }
    return saved;
}

static void restore_descriptors(const struct saved *saved)
{
    fflush(stdout);
    for (; saved; saved = saved->next) {
        if (saved->copy < 0) {
            close(saved->fd);
            continue;
        }
        dup2(saved->copy, saved->fd);
        close(saved->copy);
    }
}

/* What set -x shows, before the command's redirections: the command as it is carried out. */
static void show_command(const char *assigned, const struct list *arguments)
{
    const char *prompt = var_get("PS4");

    fflush(stdout);
    fprintf(stderr, "%s%s", prompt ? prompt : "+ ", assigned);
    for (int i = 0; i < arguments->count; i++)
        fprintf(stderr, "%s%s", i || *assigned ? " " : "", arguments->item[i]);
    fputc('\n', stderr);
}

/* Sets the variables of the leading NAME=VALUE words, each expanded once; false on failure. */
static bool assign(const struct list *words, const struct list *arguments, bool exported)
{
    struct buffer shown = {0};

    buffer_add_string(&shown, "", 0);
    for (int n = 0; n < words->count && is_assignment(words->item[n]); n++) {
        const char *equals = strchr(words->item[n], '=');
        char *name = arena_copy(words->item[n], (size_t)(equals - words->item[n]));
        char *value = expand_single(equals + 1);

        if (!value)
            return false;
        var_set(name, value);
        if (exported)
            var_export(name);
        buffer_add_string(&shown, n ? " " : "", n != 0);
        buffer_add_string(&shown, name, strlen(name));
        buffer_add(&shown, '=');
        buffer_add_string(&shown, value, strlen(value));
    }
    if (shell_options.trace)
        show_command(shown.text, arguments);
    return true;
}

static _Noreturn void exec_program(char **argv)
{
    const char *path = var_get("PATH");
    char **environment = var_environment();

    setenv("PATH", path ? path : "/bin", 1);
    execvpe(argv[0], argv, environment);
    if (errno == ENOENT && !strchr(argv[0], '/'))
        complain("%s: not found", argv[0]);
    else
        complain("%s: %s", argv[0], strerror(errno));
    shell_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN);
}

/* The redirections of exec stay; those of every other builtin are undone. */
static int run_builtin(builtin_fn *builtin, const struct node *n, const struct list *arguments)
{
    bool undo = strcmp(arguments->item[0], "exec") != 0;
    struct saved *saved = undo ? save_descriptors(n->redirections) : NULL;
    int status = 1;

    if (redirect(n->redirections))
        status = builtin(arguments->count, arguments->item);
    restore_descriptors(saved);
    return status;
}

static int leading_assignments(const struct list *words)
{
    int n = 0;

    while (n < words->count && is_assignment(words->item[n]))
        n++;
    return n;
}

/* Assignments and redirections without a command. */
static int run_without_command(const struct node *n)
{
    const struct list none = {0};
    struct saved *saved = save_descriptors(n->redirections);
    bool done = redirect(n->redirections);

    restore_descriptors(saved);
    return done && assign(&n->words, &none, false) ? substitution_status : 1;
}

static _Noreturn void run_program(const struct node *n, const struct list *arguments)
{
    if (!assign(&n->words, arguments, true) || !redirect(n->redirections))
        shell_exit(1);
    exec_program(arguments->item);
}

/* In a child that was forked for this command there is no need to fork again. */
static int run_simple(const struct node *n, bool in_child)
{
    int assignments = leading_assignments(&n->words);
    struct list words = {n->words.item + assignments, n->words.count - assignments, 0};
    struct list arguments = {0};
    builtin_fn *builtin;
    struct job *job;

    substitution_status = 0;
    if (!expand_words(&words, &arguments))
        return 1;
    if (arguments.count == 0)
        return run_without_command(n);
    builtin = function_find(arguments.item[0]);
    if (!builtin)
        builtin = builtin_find(arguments.item[0]);
    if (builtin)
        return assign(&n->words, &arguments, false) ? run_builtin(builtin, n, &arguments) : 1;
    if (in_child)
        run_program(n, &arguments);
    job = job_new(n->text);
    if (job_fork(job, true) == 0)
        run_program(n, &arguments);
    return job_wait(job);
}

void run_in_child(struct node *n)
{
    if (n->kind == NODE_SIMPLE)
        shell_exit(run_simple(n, true));
    if (!redirect(n->redirections))
        shell_exit(1);
    n->redirections = NULL;
    shell_exit(execute(n->kind == NODE_SUBSHELL ? n->left : n));
}

static int run_subshell(struct node *n)
{
    struct job *job = job_new(n->text);

    if (job_fork(job, true) == 0)
        run_in_child(n);
    return job_wait(job);
}

static void connect_pipe(int in, int out, int unused)
{
    if (in != STDIN_FILENO) {
        dup2(in, STDIN_FILENO);
        close(in);
    }
    if (out != STDOUT_FILENO) {
        dup2(out, STDOUT_FILENO);
        close(out);
    }
    if (unused >= 0)
        close(unused);
}

/* Starts every command left of the last pipe sign; the read end that feeds what follows. */
static int start_left(struct job *job, struct node *n, bool foreground)
{
    int in = n->kind == NODE_PIPE ? start_left(job, n->left, foreground) : STDIN_FILENO;
    struct node *command = n->kind == NODE_PIPE ? n->right : n;
    int fd[2];

    if (in < 0)
        return -1;
    if (pipe(fd) < 0) {
        complain("pipe: %s", strerror(errno));
        return -1;
    }
    if (job_fork(job, foreground) == 0) {
        connect_pipe(in, fd[1], fd[0]);
        run_in_child(command);
    }
    close(fd[1]);
    if (in != STDIN_FILENO)
        close(in);
    return fd[0];
}

static struct job *start_pipeline(struct node *n, bool foreground)
{
    struct job *job = job_new(n->text);
    int in = start_left(job, n->left, foreground);

    if (in < 0)
        return job;
    if (job_fork(job, foreground) == 0) {
        connect_pipe(in, STDOUT_FILENO, -1);
        run_in_child(n->right);
    }
    close(in);
    return job;
}

static int run_background(struct node *n)
{
    struct job *job;

    if (n->kind == NODE_PIPE) {
        job = start_pipeline(n, false);
    } else {
        job = job_new(n->text);
        if (job_fork(job, false) == 0)
            run_in_child(n);
    }
    job_background(job);
    return 0;
}

/* The status of a command that is run to learn it. */
static int ask(struct node *n)
{
    int status;

    asked++;
    status = execute(n);
    asked--;
    return status;
}

/* After a round: true when the loop is to be left. */
static bool loop_ends(void)
{
    bool leaving;

    if (jobs_interrupted())
        stop_execution();
    leaving = breaking > 0;
    if (leaving)
        breaking--;
    if (breaking == 0)
        continuing = 0;
    return leaving;
}

static int run_while(struct node *n)
{
    bool wanted = n->kind == NODE_WHILE;
    int status = 0;

    while ((ask(n->left) == 0) == wanted && breaking == 0) {
        status = execute(n->right);
        if (loop_ends())
            break;
    }
    return status;
}

static int run_for(struct node *n)
{
    struct list values = {0};
    int status = 0;

    if (!n->has_list)
        for (int i = 1; i <= positional_count; i++)
            list_add(&values, positional[i]);
    else if (!expand_words(&n->words, &values))
        return 1;
    for (int i = 0; i < values.count; i++) {
        var_set(n->name, values.item[i]);
        status = execute(n->right);
        if (loop_ends())
            break;
    }
    return status;
}

static int run_if(struct node *n)
{
    int status = ask(n->left);

    if (is_leaving())
        return status;
    if (status == 0)
        return execute(n->right);
    return n->otherwise ? execute(n->otherwise) : 0;
}

static int run_sequence(struct node *n)
{
    int status = execute(n->left);

    return is_leaving() ? status : execute(n->right);
}

/* The right side of && is for success, that of || for failure. */
static int run_and_or(struct node *n)
{
    int status = ask(n->left);

    return is_leaving() || (status == 0) != (n->kind == NODE_AND) ? status : execute(n->right);
}

static int run_case(struct node *n)
{
    char *word = expand_single(n->name);

    for (struct node *clause = n->otherwise; clause && word; clause = clause->otherwise) {
        for (int i = 0; i < clause->words.count; i++) {
            char *pattern = expand_pattern(clause->words.item[i]);

            if (pattern && glob_match(pattern, word))
                return clause->left ? execute(clause->left) : 0;
        }
    }
    return word ? 0 : 1;
}

static int run_node(struct node *n)
{
    switch (n->kind) {
    case NODE_SIMPLE:
        return run_simple(n, false);
    case NODE_PIPE:
        return job_wait(start_pipeline(n, true));
    case NODE_AND:
    case NODE_OR:
        return run_and_or(n);
    case NODE_SEQUENCE:
        return run_sequence(n);
    case NODE_BACKGROUND:
        return run_background(n->left);
    case NODE_NOT:
        return !ask(n->left);
    case NODE_SUBSHELL:
        return run_subshell(n);
    case NODE_GROUP:
        return execute(n->left);
    case NODE_IF:
        return run_if(n);
    case NODE_WHILE:
    case NODE_UNTIL:
        return run_while(n);
    case NODE_FOR:
        return run_for(n);
    case NODE_CASE:
        return run_case(n);
    case NODE_FUNCTION:
        function_set(n->name, n->words.item[0]);
        return 0;
    case NODE_CLAUSE:
        break;
    }
    return STATUS_CANNOT_RUN;
}

static int run_redirected(struct node *n)
{
    struct saved *saved = save_descriptors(n->redirections);
    int status = redirect(n->redirections) ? run_node(n) : 1;

    restore_descriptors(saved);
    return status;
}

/* The commands whose failure set -e minds; the others fail with what is in them. */
static bool can_fail(const struct node *n)
{
    return n->kind == NODE_SIMPLE || n->kind == NODE_PIPE || n->kind == NODE_SUBSHELL;
}

int execute(struct node *n)
{
    bool outside = n->redirections && n->kind != NODE_SIMPLE && n->kind != NODE_SUBSHELL;

    last_status = outside ? run_redirected(n) : run_node(n);
    trap_run();
    if (last_status != 0 && shell_options.exit_on_error && asked == 0 && can_fail(n) &&
        !is_leaving())
        shell_exit(last_status);
    return last_status;
}

/* Runs every command of a source; the status of the last one. */
int run_source(struct source *s)
{
    static int depth;
    enum parse_result result;

    depth++;
    do {
        struct node *command = NULL;

        if (s->interactive)
            jobs_report();
        result = parse_command(s, &command);
        if (result == PARSE_COMMAND)
            execute(command);
        if (result == PARSE_ERROR)
            last_status = STATUS_SYNTAX;
        if (depth == 1) {
            arena_reset();
            breaking = continuing = returning = 0;
        }
        trap_run();
    } while (result != PARSE_END && (result != PARSE_ERROR || s->interactive) && !is_leaving());
    depth--;
    return last_status;
}

int run_text(const char *text)
{
    struct source s = source_from_string(text);
    int status = run_source(&s);

    source_free(&s);
    return status;
}

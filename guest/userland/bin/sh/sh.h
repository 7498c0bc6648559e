/* A small POSIX-style shell.
 *
 *      source.c   where the text comes from: a string, a file, a terminal with a prompt
 *      lex.c      text → tokens           parse.c    tokens → tree
 *      expand.c   words → arguments       arith.c    $((…))          glob.c   * ? […]
 *      execute.c  walks the tree          jobs.c     processes, job control
 *      builtin.c  commands of its own     test.c     the builtin [
 *      function.c functions               here.c     here-documents
 *      vars.c     variables               arena.c    memory of one command
 *      options.c  set                    getopts.c  options of scripts
 *      trap.c     trap                   alias.c    aliases
 *
 * Spoken: simple commands, assignments, pipelines, ! && || ; & ( ) { }, if, while, until, for,
 * case, break, continue, functions, return, < > >> <& >& <> << <<-, quotes, $NAME ${NAME}
 * ${NAME:-word} and with = + ? in place of -, ${NAME#pattern} ## % %%, ${#NAME} $? $$ $! $# $@ $*
 * $- $0–$9, $(…), `…`, $((…)), globs, comments, local, set -e -u -x, trap, getopts, aliases, job
 * control where the terminal allows it.
 * Not spoken: an alias with a blank at its end does not make the next word one, too.
 */
#ifndef SH_H
#define SH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Exit statuses with a meaning of their own. */
enum { STATUS_SYNTAX = 2, STATUS_CANNOT_RUN = 126, STATUS_NOT_FOUND = 127, STATUS_SIGNAL = 128 };

/* The shell's own descriptors stand from here on, out of the way of 0–9. */
enum { OWN_FD_MIN = 10 };

/* arena.c: everything that belongs to the command at hand; freed all at once after it. */
void *arena_alloc(size_t size);
char *arena_copy(const char *text, size_t length);
void arena_reset(void);

struct buffer {
    char *text;
    size_t length;
    size_t room;
};

void buffer_add(struct buffer *b, char c);
void buffer_add_string(struct buffer *b, const char *text, size_t length);

struct list {
    char **item; /* ends with NULL once anything was added */
    int count;
    int room;
};

void list_add(struct list *list, char *item);

/* source.c */
struct source {
    int fd;             /* −1 when everything is in text already */
    bool interactive;   /* print prompts */
    bool ended;         /* no more lines will come */
    bool expanded;      /* was parsed before: aliases have been replaced */
    struct buffer text; /* what was read and not yet discarded */
    size_t position;    /* of the next character to take */
};

struct source source_from_fd(int fd);
struct source source_from_terminal(int fd); /* fd where there is no controlling terminal */
struct source source_from_string(const char *text);
void source_free(struct source *s);
int source_peek(struct source *s); /* the next character, or 0 at the end */
void source_discard(struct source *s);
bool source_replace(struct source *s, size_t start, const char *text); /* of what is taken */

/* lex.c */
enum token_kind { TOKEN_END, TOKEN_NEWLINE, TOKEN_WORD, TOKEN_OPERATOR, TOKEN_ERROR };

struct token {
    enum token_kind kind;
    char *text;    /* a word as written, quotes included; an operator */
    int io_number; /* the digits directly before < or >, else −1 */
    size_t start;  /* where it begins in the source */
};

struct token lex_next(struct source *s);

/* Copies text to b from an opening quote, parenthesis or brace to its end; false when that is
 * missing. */
bool lex_quoted(struct source *s, struct buffer *b);
bool lex_parenthesis(struct source *s, struct buffer *b);
bool lex_braces(struct source *s, struct buffer *b);

/* alias.c */
void alias_start(void); /* a command begins: no alias is in the source */
/* Puts the text of an alias in the place of the word just taken. */
bool alias_expand(struct source *s, const struct token *word);
const char *alias_text(const char *name); /* NULL: there is none */
int builtin_alias(int argc, char **argv);
int builtin_unalias(int argc, char **argv);

/* parse.c */
enum node_kind {
    NODE_SIMPLE,     /* words, redirections */
    NODE_PIPE,       /* left | right */
    NODE_AND,        /* left && right */
    NODE_OR,         /* left || right */
    NODE_SEQUENCE,   /* left ; right */
    NODE_BACKGROUND, /* left & */
    NODE_NOT,        /* ! left */
    NODE_SUBSHELL,   /* ( left ) */
    NODE_GROUP,      /* { left } */
    NODE_IF,         /* if left then right else otherwise */
    NODE_WHILE,      /* while left do right */
    NODE_UNTIL,      /* until left do right */
    NODE_FOR,        /* for name in words do right */
    NODE_CASE,       /* case name in otherwise: its first clause */
    NODE_CLAUSE,     /* words are patterns, for left; otherwise is the next clause */
    NODE_FUNCTION,   /* name() text */
};

enum redirection_kind {
    REDIRECT_INPUT,
    REDIRECT_OUTPUT,
    REDIRECT_APPEND,
    REDIRECT_BOTH,
    REDIRECT_DUPLICATE,
    REDIRECT_HERE
};

struct redirection {
    struct redirection *next;
    enum redirection_kind kind;
    int fd;
    char *target;    /* a here-document's delimiter, once it has been read its text */
    bool strip_tabs; /* <<- */
    bool literal;    /* a here-document that is not expanded */
};

struct node {
    enum node_kind kind;
    struct node *left, *right, *otherwise;
    struct list words;
    bool has_list; /* NODE_FOR: "in" was given */
    struct redirection *redirections;
    char *name;
    char *text; /* as written, for the job list */
};

enum parse_result { PARSE_COMMAND, PARSE_EMPTY, PARSE_END, PARSE_ERROR };

/* Parses one complete command: a list up to the end of its line. */
enum parse_result parse_command(struct source *s, struct node **command);

/* vars.c */
extern int last_status;
extern pid_t last_background;
extern pid_t shell_pid; /* $$: also in a subshell the first shell's */
extern char **positional;
extern int positional_count;

void vars_init(char **envp);
const char *var_get(const char *name);
void var_set(const char *name, const char *value);
void var_export(const char *name);
void var_unset(const char *name);
void var_print_all(bool exported_only);
char **var_environment(void);
bool is_name(const char *text, size_t length);
bool is_assignment(const char *word);
void print_quoted(const char *text); /* so that a shell reads it as one word */

/* options.c */
extern struct shell_options {
    bool exit_on_error; /* -e */
    bool no_unset;      /* -u */
    bool trace;         /* -x */
} shell_options;

const char *options_text(void); /* $- */
int builtin_set(int argc, char **argv);

/* expand.c */
extern int substitution_status; /* of the last $(…) */

/* False after a message when a word cannot be expanded. */
bool expand_words(const struct list *words, struct list *arguments);
char *expand_single(const char *word);  /* without field splitting and globs */
char *expand_pattern(const char *word); /* the same, with quoted characters escaped */
char *expand_here(const char *text);

/* arith.c */
bool arith_evaluate(const char *text, long *result);

/* glob.c */
bool glob_has_magic(const char *pattern);
bool glob_match(const char *pattern, const char *text);
char *glob_unescape(const char *pattern);
void glob_expand(const char *pattern, struct list *matches);

/* execute.c */
extern int breaking;   /* loops that break still has to leave */
extern int continuing; /* 1 until the loop goes on with its next round */

int execute(struct node *node);
int run_source(struct source *s);
int run_text(const char *text);
bool is_leaving(void); /* break, continue, return or ^C: what would come next does not */
_Noreturn void run_in_child(struct node *node);
bool redirect(const struct redirection *list);
_Noreturn void shell_exit(int status);
void stop_execution(void); /* leaves all loops and lists: ^C */

/* jobs.c */
extern bool job_control;

struct job *job_new(const char *text);
/* Forks a process of the job: the pid, 0 in the child, −1 after a message. */
pid_t job_fork(struct job *job, bool foreground);
int job_wait(struct job *job);
void job_background(struct job *job);
void jobs_init(bool interactive);
void jobs_in_child(void);
void jobs_report(void);
bool jobs_wait_input(int fd); /* false: ^C came instead */
bool jobs_interrupted(void);  /* ^C came and was not taken yet */
void jobs_list(void);
int jobs_wait_all(void);
int jobs_wait_pid(pid_t pid);
struct job *job_find(const char *name); /* "%1", "%%", or NULL for the current one */
int job_resume(struct job *job, bool foreground);
pid_t job_group(const struct job *job);

/* builtin.c */
typedef int builtin_fn(int argc, char **argv);
builtin_fn *builtin_find(const char *name);

/* function.c */
extern int returning; /* 1 while a function is being left */

void function_set(const char *name, const char *text);
builtin_fn *function_find(const char *name); /* what calls it */

int builtin_local(int argc, char **argv);

/* trap.c */
void trap_note(int signal); /* a signal came: also called as its handler */
void trap_run(void);        /* the actions of those that came */
void trap_at_exit(int status);
void trap_in_child(void);
void trap_add_signals(sigset_t *set); /* those that have an action */
int builtin_trap(int argc, char **argv);

/* getopts.c */
int builtin_getopts(int argc, char **argv);

/* here.c */
void here_read(struct source *s, struct redirection *r);
int here_open(const char *text); /* a descriptor to read it from, −1 with errno */

/* test.c */
int builtin_test(int argc, char **argv);

/* main.c */
extern bool shell_interactive;
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* Words become arguments: parameters, command substitution and arithmetic are replaced, the
 * unquoted results split at blanks, patterns matched with files, and quotes removed.
 *
 * A field is built as a pattern: a quoted character that a pattern would take as special has a
 * backslash before it, which goes away at the end.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sh.h"

int substitution_status;

struct expansion {
    const char *at;      /* what is left of the word */
    struct buffer field; /* the pattern being built */
    bool has_field;      /* also an empty one, when it was quoted */
    bool split;          /* split fields and match files */
    bool pattern;        /* the result is one: unquoted values keep their special characters */
    bool here;           /* in a here-document: double quotes are ordinary */
    bool failed;
    struct list *out;
};

static void expand_text(struct expansion *e, bool quoted);

static void add_quoted(struct expansion *e, char c)
{
    if (strchr("*?[]\\", c))
        buffer_add(&e->field, '\\');
    buffer_add(&e->field, c);
    e->has_field = true;
}

static void add_plain(struct expansion *e, char c)
{
    buffer_add(&e->field, c);
    e->has_field = true;
}

static void finish_field(struct expansion *e)
{
    int before = e->out->count;

    if (!e->has_field)
        return;
    buffer_add_string(&e->field, "", 0);
    if (e->split && glob_has_magic(e->field.text))
        glob_expand(e->field.text, e->out);
    if (e->out->count == before)
        list_add(e->out, glob_unescape(e->field.text));
    e->field = (struct buffer){0};
    e->has_field = false;
}

/* Adds the result of a substitution; unquoted blanks in it end the field. */
static void add_value(struct expansion *e, const char *value, bool quoted)
{
    for (; *value; value++) {
        if (quoted || (!e->split && !e->pattern))
            add_quoted(e, *value);
        else if (e->split && isspace((unsigned char)*value))
            finish_field(e);
        else if (*value == '\\')
            add_quoted(e, *value);
        else
            add_plain(e, *value);
    }
}

static void add_number(struct expansion *e, long value, bool quoted)
{
    char text[16];

    snprintf(text, sizeof text, "%ld", value);
    add_value(e, text, quoted);
}

/* $@ and $*: in quotes, $@ gives one field for each parameter. */
static void add_positionals(struct expansion *e, char kind, bool quoted)
{
    for (int i = 1; i <= positional_count; i++) {
        add_value(e, positional[i], quoted);
        if (quoted)
            e->has_field = true;
        if (i == positional_count)
            return;
        if (quoted && kind == '*')
            add_quoted(e, ' ');
        else
            finish_field(e);
    }
}

/* The output of a command, without the newlines at its end. */
static char *capture(const char *command)
{
    struct buffer b = {0};
    char part[512];
    int status;
    int fd[2];
    ssize_t n;
    pid_t pid;

    if (pipe(fd) < 0 || (pid = fork()) < 0)
        return NULL;
    if (pid == 0) {
        struct source s = source_from_string(command);

        jobs_in_child();
        dup2(fd[1], STDOUT_FILENO);
        close(fd[0]);
        close(fd[1]);
        shell_exit(run_source(&s));
    }
    close(fd[1]);
    while ((n = read(fd[0], part, sizeof part)) > 0)
        buffer_add_string(&b, part, (size_t)n);
    close(fd[0]);
    if (waitpid(pid, &status, 0) == pid)
        substitution_status =
            WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);
    buffer_add_string(&b, "", 0);
    while (b.length > 0 && b.text[b.length - 1] == '\n')
        b.text[--b.length] = 0;
    return b.text;
}

/* The inside of the parentheses at e->at, which the lexer has found to be balanced. */
static char *take_parenthesis(struct expansion *e)
{
    struct source s = source_from_string(e->at);
    struct buffer b = {0};

    e->failed |= !lex_parenthesis(&s, &b);
    e->at += s.position;
    source_free(&s);
    return b.length >= 2 ? arena_copy(b.text + 1, b.length - 2) : "";
}

static bool is_arithmetic(const char *inside, size_t length)
{
    return length >= 2 && inside[0] == '(' && inside[length - 1] == ')';
}

static void expand_parenthesis(struct expansion *e, bool quoted)
{
    char *inside = take_parenthesis(e);
    size_t length = strlen(inside);
    char *output;
    long value;

    if (is_arithmetic(inside, length)) {
        char *expression = expand_single(arena_copy(inside + 1, length - 2));

        if (expression && arith_evaluate(expression, &value)) {
            add_number(e, value, quoted);
            return;
        }
        complain("bad arithmetic: %s", inside);
        e->failed = true;
        return;
    }
    output = capture(inside);
    if (output)
        add_value(e, output, quoted);
    e->failed |= !output;
}

static const char *parameter(const char *name)
{
    static char text[16];

    if (isdigit((unsigned char)*name)) {
        int n = atoi(name);

        return n <= positional_count ? positional[n] : NULL;
    }
    switch (*name) {
    case '?':
        snprintf(text, sizeof text, "%d", last_status);
        return text;
    case '$':
        snprintf(text, sizeof text, "%d", (int)shell_pid);
        return text;
    case '!':
        snprintf(text, sizeof text, "%d", (int)last_background);
        return last_background ? text : NULL;
    case '#':
        snprintf(text, sizeof text, "%d", positional_count);
        return text;
    case '-':
        return options_text();
    default:
        return var_get(name);
    }
}

/* The length of the parameter name at text: a name, or one digit or special character. */
static size_t name_length(const char *text)
{
    size_t n = 0;

    if (isdigit((unsigned char)*text) || (*text && strchr("?$!#-", *text)))
        return 1;
    while (isalnum((unsigned char)text[n]) || text[n] == '_')
        n++;
    return n;
}

/* The text of ${…}, and behind it a copy of what follows. e->at is behind the opening brace. */
static char *take_braces(struct expansion *e)
{
    struct source s = source_from_string(e->at - 1);
    struct buffer b = {0};

    e->failed |= !lex_braces(&s, &b);
    e->at += s.position - 1;
    source_free(&s);
    return b.length >= 2 ? arena_copy(b.text + 1, b.length - 2) : "";
}

static void parameter_missing(struct expansion *e, const char *name, const char *says)
{
    complain("%s: %s", name, *says ? says : "parameter not set");
    e->failed = true;
    if (!shell_interactive)
        shell_exit(STATUS_SYNTAX);
}

/* -u makes a parameter that is not set an error; else it is empty. */
static void add_parameter(struct expansion *e, const char *name, bool quoted)
{
    const char *value = parameter(name);

    if (value)
        add_value(e, value, quoted);
    else if (shell_options.no_unset && *name != '!')
        parameter_missing(e, name, "");
}

/* ${NAME#pattern} and its like: the value without the shortest or longest part that matches, from
 * the front or the back. */
static char *without_part(const char *value, char side, bool longest, const char *pattern)
{
    size_t length = strlen(value);

    for (size_t i = 0; i <= length; i++) {
        size_t n = longest ? length - i : i;
        char *part = side == '#' ? arena_copy(value, n) : arena_copy(value + length - n, n);

        if (glob_match(pattern, part))
            return side == '#' ? arena_copy(value + n, length - n) : arena_copy(value, length - n);
    }
    return arena_copy(value, length);
}

static void cut_value(struct expansion *e, const char *name, const char *rest, bool quoted)
{
    bool longest = rest[0] == rest[1];
    const char *value = parameter(name);
    char *pattern = expand_pattern(rest + 1 + longest);

    e->failed |= !pattern;
    if (value && pattern)
        add_value(e, without_part(value, *rest, longest, pattern), quoted);
}

/* ${NAME-word} and its like; with a colon an empty value is as none. */
static void choose_value(struct expansion *e, const char *name, const char *rest, bool quoted)
{
    bool colon = *rest == ':';
    char kind = rest[colon];
    const char *value = parameter(name), *word = rest + colon + 1;
    bool has = value && (*value || !colon);

    if (has != (kind == '+')) {
        if (has)
            add_value(e, value, quoted);
        return;
    }
    word = expand_single(word);
    if (!word)
        e->failed = true;
    else if (kind == '?')
        parameter_missing(e, name, word);
    else
        add_value(e, word, quoted);
    if (word && kind == '=')
        var_set(name, word);
}

static void expand_braces(struct expansion *e, bool quoted)
{
    char *inside = take_braces(e);
    size_t length = name_length(inside);
    char *name = arena_copy(inside, length);
    const char *rest = inside + length;

    if (inside[0] == '#' && inside[1]) {
        const char *value = parameter(inside + 1);

        add_number(e, value ? (long)strlen(value) : 0, quoted);
    } else if (!*rest && length > 0) {
        add_parameter(e, name, quoted);
    } else if (*rest == '#' || *rest == '%') {
        cut_value(e, name, rest, quoted);
    } else if (length > 0 && strchr("-=+?", rest[*rest == ':'])) {
        choose_value(e, name, rest, quoted);
    } else {
        complain("${%s}: bad substitution", inside);
        e->failed = true;
    }
}

/* `…`: a backslash in it keeps its meaning unless it stands before $, ` or another one. */
static void expand_backquotes(struct expansion *e, bool quoted)
{
    struct buffer b = {0};
    char *output;

    buffer_add_string(&b, "", 0);
    for (; *e->at && *e->at != '`'; e->at++) {
        if (*e->at == '\\' && e->at[1] && strchr("$`\\", e->at[1]))
            e->at++;
        buffer_add(&b, *e->at);
    }
    e->at += *e->at == '`';
    output = capture(b.text);
    if (output)
        add_value(e, output, quoted);
    e->failed |= !output;
}

/* e->at is behind the dollar. */
static void expand_dollar(struct expansion *e, bool quoted)
{
    size_t length = name_length(e->at);
    const char *name;

    if (*e->at == '(') {
        expand_parenthesis(e, quoted);
    } else if (*e->at == '{') {
        e->at++;
        expand_braces(e, quoted);
    } else if (*e->at == '@' || *e->at == '*') {
        add_positionals(e, *e->at++, quoted);
    } else if (length == 0) {
        add_quoted(e, '$');
    } else {
        name = arena_copy(e->at, length);
        e->at += length;
        add_parameter(e, name, quoted);
    }
}

static void expand_single_quotes(struct expansion *e)
{
    e->has_field = true;
    while (*e->at && *e->at != '\'')
        add_quoted(e, *e->at++);
    e->at += *e->at == '\'';
}

static void expand_double_quotes(struct expansion *e)
{
    bool only_parameters = strncmp(e->at, "$@\"", 3) == 0;

    e->has_field |= !only_parameters;
    expand_text(e, true);
    e->at += *e->at == '"';
}

static void expand_backslash(struct expansion *e, bool quoted)
{
    if (!*e->at || (quoted && !strchr(e->here ? "$`\\\n" : "$`\"\\\n", *e->at)))
        add_quoted(e, '\\');
    else if (*e->at == '\n')
        e->at++;
    else
        add_quoted(e, *e->at++);
}

static void expand_tilde(struct expansion *e)
{
    const char *home = var_get("HOME");

    if (e->at[0] != '~' || (e->at[1] && e->at[1] != '/') || !home)
        return;
    add_value(e, home, true);
    e->at++;
}

/* To the end of the word, or of the double quotes. */
static void expand_text(struct expansion *e, bool quoted)
{
    while (*e->at && !e->failed && !(quoted && *e->at == '"' && !e->here)) {
        char c = *e->at++;

        if (c == '$')
            expand_dollar(e, quoted);
        else if (c == '`')
            expand_backquotes(e, quoted);
        else if (c == '\\')
            expand_backslash(e, quoted);
        else if (c == '\'' && !quoted)
            expand_single_quotes(e);
        else if (c == '"' && !quoted)
            expand_double_quotes(e);
        else if (quoted)
            add_quoted(e, c);
        else
            add_plain(e, c);
    }
}

static bool expand_word(const char *word, bool split, struct list *out)
{
    struct expansion e = {.at = word, .split = split, .out = out};

    expand_tilde(&e);
    expand_text(&e, false);
    finish_field(&e);
    return !e.failed;
}

bool expand_words(const struct list *words, struct list *arguments)
{
    for (int i = 0; i < words->count; i++)
        if (!expand_word(words->item[i], true, arguments))
            return false;
    return true;
}

char *expand_single(const char *word)
{
    struct list out = {0};

    if (!expand_word(word, false, &out))
        return NULL;
    return out.count > 0 ? out.item[0] : "";
}

char *expand_pattern(const char *word)
{
    struct expansion e = {.at = word, .pattern = true};

    buffer_add_string(&e.field, "", 0);
    expand_text(&e, false);
    return e.failed ? NULL : e.field.text;
}

char *expand_here(const char *text)
{
    struct expansion e = {.at = text, .here = true};

    buffer_add_string(&e.field, "", 0);
    expand_text(&e, true);
    return e.failed ? NULL : glob_unescape(e.field.text);
}

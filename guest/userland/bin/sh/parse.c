/* Recursive descent over
 *
 *      list      and_or { (; | & | newline) and_or }
 *      and_or    pipeline { (&& | ||) pipeline }
 *      pipeline  [!] command { | command }
 *      command   simple | ( list ) | { list } | if … fi | while … done | until … | for … done
 *                | case … esac | name() command
 *
 * Each function returns NULL after the parser has failed; the first failure is the one told.
 */
#include <string.h>

#include "sh.h"

struct parser {
    struct source *source;
    struct token token; /* the one to look at */
    bool failed;
    struct list pending; /* here-documents that start after this line: struct redirection */
};

static struct node *parse_list(struct parser *p, bool one_line);
static struct node *parse_command_node(struct parser *p);

static void *fail(struct parser *p)
{
    if (!p->failed)
        complain("syntax error near %s", p->token.text);
    p->failed = true;
    return NULL;
}

static void advance(struct parser *p)
{
    p->token = lex_next(p->source);
    if (p->token.kind == TOKEN_ERROR)
        fail(p);
    if (p->token.kind != TOKEN_NEWLINE && p->token.kind != TOKEN_END)
        return;
    for (int i = 0; i < p->pending.count; i++)
        here_read(p->source, (struct redirection *)p->pending.item[i]);
    p->pending.count = 0;
}

static bool at_operator(const struct parser *p, const char *text)
{
    return p->token.kind == TOKEN_OPERATOR && strcmp(p->token.text, text) == 0;
}

static bool at_word(const struct parser *p, const char *text)
{
    return p->token.kind == TOKEN_WORD && strcmp(p->token.text, text) == 0;
}

static void skip_newlines(struct parser *p)
{
    while (!p->failed && p->token.kind == TOKEN_NEWLINE)
        advance(p);
}

static bool expect_word(struct parser *p, const char *text)
{
    if (!at_word(p, text)) {
        fail(p);
        return false;
    }
    advance(p);
    return true;
}

static struct node *node_new(enum node_kind kind, struct node *left, struct node *right)
{
    struct node *n = arena_alloc(sizeof *n);

    n->kind = kind;
    n->left = left;
    n->right = right;
    return n;
}

/* Keeps what the source says from start to here, without the blanks at its end. */
static void keep_text(struct parser *p, struct node *n, size_t start)
{
    const char *from = p->source->text.text + start;
    size_t length = p->token.start - start;

    while (length > 0 && strchr(" \t\n", from[length - 1]))
        length--;
    n->text = arena_copy(from, length);
}

static const struct {
    const char *text;
    enum redirection_kind kind;
    int fd;
} redirection_operators[] = {
    {"<", REDIRECT_INPUT, 0},      {">", REDIRECT_OUTPUT, 1},     {">>", REDIRECT_APPEND, 1},
    {"<&", REDIRECT_DUPLICATE, 0}, {">&", REDIRECT_DUPLICATE, 1}, {"<>", REDIRECT_BOTH, 0},
    {"<<", REDIRECT_HERE, 0},      {"<<-", REDIRECT_HERE, 0},
};

/* Where it goes is the next word. */
static void take_target(struct parser *p, struct redirection *r)
{
    if (p->token.kind != TOKEN_WORD) {
        fail(p);
        return;
    }
    r->target = p->token.text;
    if (r->kind == REDIRECT_HERE)
        list_add(&p->pending, (char *)r);
    advance(p);
}

static bool parse_redirection(struct parser *p, struct node *n)
{
    struct redirection **end = &n->redirections;

    for (size_t i = 0; i < sizeof redirection_operators / sizeof redirection_operators[0]; i++) {
        struct redirection *r;

        if (!at_operator(p, redirection_operators[i].text))
            continue;
        r = arena_alloc(sizeof *r);
        r->kind = redirection_operators[i].kind;
        r->fd = p->token.io_number >= 0 ? p->token.io_number : redirection_operators[i].fd;
        r->strip_tabs = at_operator(p, "<<-");
        advance(p);
        take_target(p, r);
        if (p->failed)
            return false;
        while (*end)
            end = &(*end)->next;
        *end = r;
        return true;
    }
    return false;
}

/* Behind the name: its parentheses, and a command that is kept as text. */
static struct node *parse_function(struct parser *p, char *name)
{
    struct node *n = node_new(NODE_FUNCTION, NULL, NULL);
    struct node *body;

    advance(p);
    if (!at_operator(p, ")") || !is_name(name, strlen(name)))
        return fail(p);
    advance(p);
    skip_newlines(p);
    body = p->failed ? NULL : parse_command_node(p);
    if (!body)
        return NULL;
    n->name = name;
    n->words.item = &body->text;
    return n;
}

/* The word to look at may be the name of a command. */
static void expand_alias(struct parser *p)
{
    while (p->token.kind == TOKEN_WORD && alias_expand(p->source, &p->token))
        advance(p);
}

static struct node *parse_simple(struct parser *p)
{
    struct node *n = node_new(NODE_SIMPLE, NULL, NULL);
    bool name_comes = true;

    while (!p->failed) {
        if (p->token.kind == TOKEN_WORD) {
            name_comes &= is_assignment(p->token.text);
            list_add(&n->words, p->token.text);
            advance(p);
            if (name_comes)
                expand_alias(p);
        } else if (n->words.count == 1 && !n->redirections && at_operator(p, "(")) {
            return parse_function(p, n->words.item[0]);
        } else if (!parse_redirection(p, n)) {
            break;
        }
    }
    if (n->words.count == 0 && !n->redirections)
        return fail(p);
    return n;
}

/* A list between two words, such as "then … fi"; the closing word is left to the caller. */
static struct node *parse_block(struct parser *p)
{
    skip_newlines(p);
    return parse_list(p, false);
}

static struct node *parse_if(struct parser *p)
{
    struct node *n = node_new(NODE_IF, NULL, NULL);

    advance(p);
    n->left = parse_block(p);
    if (p->failed || !expect_word(p, "then"))
        return NULL;
    n->right = parse_block(p);
    if (p->failed)
        return NULL;
    if (at_word(p, "elif")) {
        n->otherwise = parse_if(p);
        return n;
    }
    if (at_word(p, "else")) {
        advance(p);
        n->otherwise = parse_block(p);
    }
    return p->failed || !expect_word(p, "fi") ? NULL : n;
}

static struct node *parse_do_done(struct parser *p, struct node *loop)
{
    if (p->failed || !expect_word(p, "do"))
        return NULL;
    loop->right = parse_block(p);
    return p->failed || !expect_word(p, "done") ? NULL : loop;
}

static struct node *parse_while(struct parser *p, enum node_kind kind)
{
    struct node *n = node_new(kind, NULL, NULL);

    advance(p);
    n->left = parse_block(p);
    return parse_do_done(p, n);
}

static struct node *parse_for(struct parser *p)
{
    struct node *n = node_new(NODE_FOR, NULL, NULL);

    advance(p);
    if (p->token.kind != TOKEN_WORD || !is_name(p->token.text, strlen(p->token.text)))
        return fail(p);
    n->name = p->token.text;
    advance(p);
    skip_newlines(p);
    if (at_word(p, "in")) {
        n->has_list = true;
        for (advance(p); p->token.kind == TOKEN_WORD; advance(p))
            list_add(&n->words, p->token.text);
    }
    if (at_operator(p, ";"))
        advance(p);
    skip_newlines(p);
    return parse_do_done(p, n);
}

/* [(] pattern { | pattern } ) [list] */
static struct node *parse_clause(struct parser *p)
{
    struct node *n = node_new(NODE_CLAUSE, NULL, NULL);

    if (at_operator(p, "("))
        advance(p);
    do {
        if (at_operator(p, "|"))
            advance(p);
        if (p->token.kind != TOKEN_WORD)
            return fail(p);
        list_add(&n->words, p->token.text);
        advance(p);
    } while (at_operator(p, "|"));
    if (!at_operator(p, ")"))
        return fail(p);
    advance(p);
    skip_newlines(p);
    if (!at_operator(p, ";;") && !at_word(p, "esac"))
        n->left = parse_block(p);
    return n;
}

static struct node *parse_case(struct parser *p)
{
    struct node *n = node_new(NODE_CASE, NULL, NULL);
    struct node **end = &n->otherwise;

    advance(p);
    if (p->token.kind != TOKEN_WORD)
        return fail(p);
    n->name = p->token.text;
    advance(p);
    skip_newlines(p);
    if (p->failed || !expect_word(p, "in"))
        return NULL;
    for (skip_newlines(p); !p->failed && !at_word(p, "esac"); skip_newlines(p)) {
        *end = parse_clause(p);
        if (p->failed)
            return NULL;
        end = &(*end)->otherwise;
        if (at_operator(p, ";;"))
            advance(p);
        else if (!at_word(p, "esac"))
            return fail(p);
    }
    return p->failed || !expect_word(p, "esac") ? NULL : n;
}

static struct node *parse_enclosed(struct parser *p, enum node_kind kind)
{
    struct node *n = node_new(kind, NULL, NULL);

    advance(p);
    n->left = parse_block(p);
    if (p->failed)
        return NULL;
    if (kind == NODE_GROUP)
        return expect_word(p, "}") ? n : NULL;
    if (!at_operator(p, ")"))
        return fail(p);
    advance(p);
    return n;
}

static struct node *parse_compound(struct parser *p)
{
    if (at_operator(p, "("))
        return parse_enclosed(p, NODE_SUBSHELL);
    if (at_word(p, "{"))
        return parse_enclosed(p, NODE_GROUP);
    if (at_word(p, "if"))
        return parse_if(p);
    if (at_word(p, "while"))
        return parse_while(p, NODE_WHILE);
    if (at_word(p, "until"))
        return parse_while(p, NODE_UNTIL);
    if (at_word(p, "for"))
        return parse_for(p);
    if (at_word(p, "case"))
        return parse_case(p);
    return NULL;
}

static bool at_reserved_end(const struct parser *p)
{
    static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (at_word(p, words[i]))
            return true;
    return false;
}

static struct node *parse_command_node(struct parser *p)
{
    size_t start = p->token.start;
    struct node *n;

    expand_alias(p);
    if (at_reserved_end(p))
        return fail(p);
    n = parse_compound(p);
    if (p->failed)
        return NULL;
    if (!n)
        n = parse_simple(p);
    while (n && !p->failed && parse_redirection(p, n))
        continue;
    if (p->failed)
        return NULL;
    keep_text(p, n, start);
    return n;
}

static struct node *parse_pipeline(struct parser *p)
{
    size_t start = p->token.start;
    bool negated = at_word(p, "!");
    struct node *n;

    if (negated)
        advance(p);
    n = parse_command_node(p);
    while (!p->failed && at_operator(p, "|")) {
        advance(p);
        skip_newlines(p);
        n = node_new(NODE_PIPE, n, parse_command_node(p));
    }
    if (p->failed)
        return NULL;
    if (negated)
        n = node_new(NODE_NOT, n, NULL);
    keep_text(p, n, start);
    return n;
}

static struct node *parse_and_or(struct parser *p)
{
    size_t start = p->token.start;
    struct node *n = parse_pipeline(p);

    while (!p->failed && (at_operator(p, "&&") || at_operator(p, "||"))) {
        enum node_kind kind = at_operator(p, "&&") ? NODE_AND : NODE_OR;

        advance(p);
        skip_newlines(p);
        n = node_new(kind, n, parse_pipeline(p));
    }
    if (p->failed)
        return NULL;
    keep_text(p, n, start);
    return n;
}

static bool at_list_end(const struct parser *p, bool one_line)
{
    return p->token.kind == TOKEN_END || at_operator(p, ")") || at_operator(p, ";;") ||
           at_reserved_end(p) || (one_line && p->token.kind == TOKEN_NEWLINE);
}

static struct node *parse_list(struct parser *p, bool one_line)
{
    struct node *list = NULL;

    do {
        struct node *n = parse_and_or(p);

        if (p->failed)
            return NULL;
        if (at_operator(p, "&"))
            n = node_new(NODE_BACKGROUND, n, NULL);
        list = list ? node_new(NODE_SEQUENCE, list, n) : n;
        if (at_operator(p, ";") || at_operator(p, "&"))
            advance(p);
        else if (!at_list_end(p, one_line) && p->token.kind != TOKEN_NEWLINE)
            return fail(p);
        if (!one_line)
            skip_newlines(p);
    } while (!p->failed && !at_list_end(p, one_line));
    return p->failed ? NULL : list;
}

enum parse_result parse_command(struct source *s, struct node **command)
{
    struct parser p = {.source = s};

    source_discard(s);
    alias_start();
    advance(&p);
    if (p.token.kind == TOKEN_END)
        return PARSE_END;
    if (p.token.kind == TOKEN_NEWLINE)
        return PARSE_EMPTY;
    if (!p.failed)
        *command = parse_list(&p, true);
    if (!p.failed && p.token.kind != TOKEN_NEWLINE && p.token.kind != TOKEN_END)
        fail(&p);
    if (p.failed)
        s->position = s->text.length;
    return p.failed ? PARSE_ERROR : PARSE_COMMAND;
}

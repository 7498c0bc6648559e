#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

static const char *const operators[] = {
    "<<-", "&&", "||", ">>", ">&", "<<", "<&", "<>", ";;", "<", ">", "|", "&", ";", "(", ")",
};

static bool lex_piece(struct source *s, struct buffer *b);

static int take(struct source *s)
{
    int c = source_peek(s);

    if (c)
        s->position++;
    return c;
}

static void skip_blanks(struct source *s)
{
    int c;

    while ((c = source_peek(s)) == ' ' || c == '\t' || c == '#' || c == '\\') {
        if (c == '#') {
            while (source_peek(s) && source_peek(s) != '\n')
                s->position++;
            return;
        }
        s->position++;
        if (c == '\\' && source_peek(s) != '\n') {
            s->position--;
            return;
        }
        if (c == '\\')
            s->position++;
    }
}

/* What begins with a dollar: parentheses or braces to their end, else the dollar alone. */
static bool lex_dollar(struct source *s, struct buffer *b)
{
    buffer_add(b, (char)take(s));
    if (source_peek(s) == '(')
        return lex_parenthesis(s, b);
    return source_peek(s) != '{' || lex_braces(s, b);
}

/* A backquote and a single quote end at the next one, but for a backquote behind a backslash. */
bool lex_quoted(struct source *s, struct buffer *b)
{
    int quote = take(s);
    int c;

    buffer_add(b, (char)quote);
    while ((c = source_peek(s)) && c != quote) {
        if (quote == '"' && (c == '$' || c == '`')) {
            if (c == '$' ? !lex_dollar(s, b) : !lex_quoted(s, b))
                return false;
            continue;
        }
        buffer_add(b, (char)take(s));
        if (c == '\\' && quote != '\'' && source_peek(s))
            buffer_add(b, (char)take(s));
    }
    if (!c)
        return false;
    buffer_add(b, (char)take(s));
    return true;
}

bool lex_parenthesis(struct source *s, struct buffer *b)
{
    int depth = 0;
    int c;

    do {
        c = source_peek(s);
        if (c == '\'' || c == '"' || c == '`') {
            if (!lex_quoted(s, b))
                return false;
            continue;
        }
        if (!c)
            return false;
        depth += (c == '(') - (c == ')');
        buffer_add(b, (char)take(s));
    } while (depth > 0);
    return true;
}

bool lex_braces(struct source *s, struct buffer *b)
{
    int c;

    do {
        c = source_peek(s);
        if (!c || c == '\n')
            return false;
        if (c == '$' ? !lex_dollar(s, b) : strchr("'\"`\\", c) && !lex_piece(s, b))
            return false;
        if (!strchr("$'\"`\\", c))
            buffer_add(b, (char)take(s));
    } while (c != '}');
    return true;
}

static bool ends_word(int c)
{
    return !c || strchr(" \t\n;&|<>()", c);
}

/* One piece of a word: a quoted part, an escaped character, a substitution, or a character. */
static bool lex_piece(struct source *s, struct buffer *b)
{
    int c = source_peek(s);

    if (c == '\'' || c == '"' || c == '`')
        return lex_quoted(s, b);
    if (c == '$')
        return lex_dollar(s, b);
    buffer_add(b, (char)take(s));
    if (c == '\\' && source_peek(s))
        buffer_add(b, (char)take(s));
    return true;
}

static struct token lex_word(struct source *s)
{
    struct token token = {.kind = TOKEN_WORD, .io_number = -1};
    struct buffer b = {0};

    while (!ends_word(source_peek(s)))
        if (!lex_piece(s, &b)) {
            token.kind = TOKEN_ERROR;
            token.text = "end of input";
            return token;
        }
    token.text = b.text;
    return token;
}

static struct token lex_operator(struct source *s)
{
    struct token token = {.kind = TOKEN_OPERATOR, .io_number = -1};

    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t length = strlen(operators[i]);

        if (s->position + length <= s->text.length &&
            strncmp(s->text.text + s->position, operators[i], length) == 0) {
            s->position += length;
            token.text = (char *)operators[i];
            return token;
        }
    }
    token.kind = TOKEN_ERROR;
    token.text = "character";
    return token;
}

static bool all_digits(const char *text)
{
    return text && *text && text[strspn(text, "0123456789")] == 0;
}

struct token lex_next(struct source *s)
{
    struct token token = {.kind = TOKEN_END, .text = "end of input", .io_number = -1};
    size_t start;
    int c;

    skip_blanks(s);
    start = s->position;
    c = source_peek(s);
    if (c == '\n') {
        s->position++;
        token.kind = TOKEN_NEWLINE;
        token.text = "newline";
    } else if (c && ends_word(c)) {
        token = lex_operator(s);
    } else if (c) {
        token = lex_word(s);
        c = source_peek(s);
        if ((c == '<' || c == '>') && token.kind == TOKEN_WORD && all_digits(token.text)) {
            int number = atoi(token.text);

            token = lex_operator(s);
            token.io_number = number;
        }
    }
    token.start = start;
    return token;
}

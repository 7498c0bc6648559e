/* $((…)): || && | ^ & == != < <= > >= << >> + - * / % ! ~ ( ) on longs, lowest first. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct arith {
    const char *at;
    bool failed;
};

static const struct operator
{
    const char *text;
    int level;
}
operators[] = {
    {"||", 0}, {"&&", 1}, {"==", 5}, {"!=", 5}, {"<=", 6}, {">=", 6},
    {"<<", 7}, {">>", 7}, {"|", 2},  {"^", 3},  {"&", 4},  {"<", 6},
    {">", 6},  {"+", 8},  {"-", 8},  {"*", 9},  {"/", 9},  {"%", 9},
};

enum { LEVELS = 10 };

static long binary(struct arith *a, int level);

static void skip_blanks(struct arith *a)
{
    while (isspace((unsigned char)*a->at))
        a->at++;
}

static long variable(struct arith *a)
{
    size_t length = 0;
    const char *value;

    while (isalnum((unsigned char)a->at[length]) || a->at[length] == '_')
        length++;
    value = var_get(arena_copy(a->at, length));
    a->at += length;
    return value ? strtol(value, NULL, 0) : 0;
}

static long primary(struct arith *a)
{
    long value = 0;
    char *end;

    skip_blanks(a);
    switch (*a->at) {
    case '(':
        a->at++;
        value = binary(a, 0);
        skip_blanks(a);
        a->failed |= *a->at != ')';
        a->at += !a->failed;
        return value;
    case '-':
        a->at++;
        return -primary(a);
    case '+':
        a->at++;
        return primary(a);
    case '!':
        a->at++;
        return !primary(a);
    case '~':
        a->at++;
        return ~primary(a);
    default:
        if (isalpha((unsigned char)*a->at) || *a->at == '_')
            return variable(a);
        value = strtol(a->at, &end, 0);
        a->failed |= end == a->at;
        a->at = end;
        return value;
    }
}

/* The operator of this level that stands here; longer ones come first in the table. */
static const char *operator_here(struct arith *a, int level)
{
    skip_blanks(a);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (strncmp(a->at, operators[i].text, strlen(operators[i].text)) == 0)
            return operators[i].level == level ? operators[i].text : NULL;
    return NULL;
}

static long divide(struct arith *a, char op, long x, long y)
{
    if (y == 0 || (y == -1 && op == '/')) {
        a->failed |= y == 0;
        return -x;
    }
    if (y == -1)
        return 0;
    return op == '/' ? x / y : x % y;
}

static long apply(struct arith *a, const char *op, long x, long y)
{
    switch (op[0]) {
    case '|':
        return op[1] ? x || y : x | y;
    case '&':
        return op[1] ? x && y : x & y;
    case '^':
        return x ^ y;
    case '=':
        return x == y;
    case '!':
        return x != y;
    case '<':
        return op[1] == '<' ? x << (y & 31) : op[1] ? x <= y : x < y;
    case '>':
        return op[1] == '>' ? x >> (y & 31) : op[1] ? x >= y : x > y;
    case '+':
        return x + y;
    case '-':
        return x - y;
    case '*':
        return x * y;
    default:
        return divide(a, op[0], x, y);
    }
}

static long binary(struct arith *a, int level)
{
    const char *op;
    long value;

    if (level == LEVELS)
        return primary(a);
    value = binary(a, level + 1);
    while (!a->failed && (op = operator_here(a, level))) {
        a->at += strlen(op);
        value = apply(a, op, value, binary(a, level + 1));
    }
    return value;
}

bool arith_evaluate(const char *text, long *result)
{
    struct arith a = {.at = text};

    *result = binary(&a, 0);
    skip_blanks(&a);
    return !a.failed && *a.at == 0;
}

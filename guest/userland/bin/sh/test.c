/* test and [: one question about a file, a string or two numbers, perhaps with ! before it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sh.h"

enum { TRUE = 0, FALSE = 1, WRONG = 2 };

static int answer(bool yes)
{
    return yes ? TRUE : FALSE;
}

static int test_file(char question, const char *path)
{
    struct stat s;

    switch (question) {
    case 'r':
        return answer(access(path, R_OK) == 0);
    case 'w':
        return answer(access(path, W_OK) == 0);
    case 'x':
        return answer(access(path, X_OK) == 0);
    case 'e':
        return answer(stat(path, &s) == 0);
    case 'f':
        return answer(stat(path, &s) == 0 && S_ISREG(s.st_mode));
    case 'd':
        return answer(stat(path, &s) == 0 && S_ISDIR(s.st_mode));
    case 's':
        return answer(stat(path, &s) == 0 && s.st_size > 0);
    default:
        return WRONG;
    }
}

static int test_one(const char *operator, const char * operand)
{
    if (operator[0] != '-' || !operator[1] || operator[2])
        return WRONG;
    if (operator[1] == 'n' || operator[1] == 'z')
        return answer((*operand == 0) == (operator[1] == 'z'));
    if (operator[1] == 't')
        return answer(isatty(atoi(operand)));
    return test_file(operator[1], operand);
}

static const char *const comparisons[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};

static int compare(int operator, long a, long b)
{
    const bool answers[] = {a == b, a != b, a<b, a <= b, a> b, a >= b};

    return answer(answers[operator]);
}

static int test_two(const char *a, const char *operator, const char * b)
{
    if (strcmp(operator, "=") == 0)
        return answer(strcmp(a, b) == 0);
    if (strcmp(operator, "!=") == 0)
        return answer(strcmp(a, b) != 0);
    for (int i = 0; i < (int)(sizeof comparisons / sizeof comparisons[0]); i++)
        if (strcmp(operator, comparisons[i]) == 0)
            return compare(i, atol(a), atol(b));
    return WRONG;
}

static int evaluate(int count, char **words)
{
    if (count > 1 && strcmp(words[0], "!") == 0) {
        int result = evaluate(count - 1, words + 1);

        return result == WRONG ? WRONG : !result;
    }
    switch (count) {
    case 0:
        return FALSE;
    case 1:
        return answer(*words[0] != 0);
    case 2:
        return test_one(words[0], words[1]);
    case 3:
        return test_two(words[0], words[1], words[2]);
    default:
        return WRONG;
    }
}

int builtin_test(int argc, char **argv)
{
    int result;

    if (strcmp(argv[0], "[") == 0 && strcmp(argv[--argc], "]") != 0) {
        complain("[: missing ]");
        return WRONG;
    }
    result = evaluate(argc - 1, argv + 1);
    if (result == WRONG)
        complain("test: cannot understand the question");
    return result;
}

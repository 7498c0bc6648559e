/* string.h, strings.h and ctype.h: what the functions return for ordinary and edge cases. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const words[] = {"", "a", "A", "abc", "abd", "abcabd", "ABC", "\xff\x01", "b"};

enum { WORDS = sizeof words / sizeof words[0] };

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

/* An offset into s, −1 for NULL. */
static int at(const char *s, const char *found)
{
    return found ? (int)(found - s) : -1;
}

static void compare_pairs(void)
{
    for (int i = 0; i < WORDS; i++)
        for (int j = 0; j < WORDS; j++)
            printf("%d %d: %d %d %d %d %d\n", i, j, sign(strcmp(words[i], words[j])),
                   sign(strncmp(words[i], words[j], 2)), sign(strcasecmp(words[i], words[j])),
                   sign(strncasecmp(words[i], words[j], 1)), sign(memcmp(words[i], words[j], 1)));
}

static void search(void)
{
    const char *s = "the quick brown fox";

    printf("%d %d %d %d\n", at(s, strchr(s, 'q')), at(s, strchr(s, 'z')), at(s, strchr(s, 0)),
           at(s, strrchr(s, 'o')));
    printf("%d %d %d\n", at(s, strstr(s, "brown")), at(s, strstr(s, "")), at(s, strstr(s, "foxy")));
    printf("%zu %zu %d %d\n", strspn(s, "teh "), strcspn(s, "xyz"), at(s, strpbrk(s, "kq")),
           at(s, strpbrk(s, "0")));
    printf("%d %d\n", at(s, memchr(s, 'w', 5)), at(s, memchr(s, 'w', 19)));
    printf("%zu %zu %zu\n", strlen(s), strnlen(s, 4), strnlen("ab", 4));
}

static void copy(void)
{
    char buffer[16];

    memset(buffer, '.', sizeof buffer);
    strncpy(buffer, "abc", 6);
    for (size_t i = 0; i < sizeof buffer; i++)
        printf("%02x", buffer[i]);
    strcpy(buffer, "one");
    strcat(buffer, "two");
    strncat(buffer, "three", 2);
    printf(" %s\n", buffer);
    memmove(buffer + 2, buffer, 6);
    printf("%.8s ", buffer);
    memmove(buffer, buffer + 2, 6);
    printf("%.8s\n", buffer);
}

static void tokens(void)
{
    char line[] = "  alpha beta,,gamma ";
    char *rest;

    for (char *word = strtok_r(line, " ,", &rest); word; word = strtok_r(NULL, " ,", &rest))
        printf("<%s>", word);
    printf("\n");
}

static void classes(void)
{
    for (int c = 0; c < 128; c++)
        printf("%d %d%d%d%d%d%d%d%d%d%d%d %d %d\n", c, !!isalnum(c), !!isalpha(c), !!isblank(c),
               !!iscntrl(c), !!isdigit(c), !!isgraph(c), !!islower(c), !!isprint(c), !!ispunct(c),
               !!isspace(c), !!isxdigit(c), tolower(c), toupper(c));
}

static void messages(void)
{
    for (int error = 0; error <= 40; error++)
        printf("%s\n", strerror(error));
    for (int signal = 1; signal < 32; signal++)
        printf("%s\n", strsignal(signal));
}

int main(void)
{
    compare_pairs();
    search();
    copy();
    tokens();
    classes();
    messages();
    return 0;
}

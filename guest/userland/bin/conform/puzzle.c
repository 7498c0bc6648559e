/* Section 15: two rounds of fork(); printf("+"); write(1, "-", 1). */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

enum { ROUNDS = 2, BUFFER = 256, OUTPUT_MAX = 64 };

static const char *const legal[] = {
    "--++-++--++-++", "--++-++---++++", "--++--++-++-++", "--++--++--++++", "--++---++++-++",
    "--++---++-++++", "--++----++++++", "---++++--++-++", "---++++---++++", "---++-++-++-++",
    "---++-++--++++", "---++--++++-++", "---++--++-++++", "---++---++++++", "----++++-++-++",
    "----++++--++++", "----++-++++-++", "----++-++-++++", "----++--++++++", "-----++++++-++",
    "-----++++-++++", "-----++-++++++", "------++++++++",
};

static _Noreturn void play(int fd, int buffering)
{
    FILE *f = fdopen(fd, "w");

    setvbuf(f, NULL, buffering, BUFFER);
    for (int round = 0; round < ROUNDS; round++) {
        EXPECT(fork() >= 0);
        fputs("+", f);
        EXPECT(write(fd, "-", 1) == 1);
    }
    fflush(f);
    while (wait(NULL) > 0)
        continue;
    _exit(0);
}

/* The output, collected through a pipe. */
static const char *collect(int buffering)
{
    static char output[OUTPUT_MAX];
    size_t length = 0;
    ssize_t n;
    int fd[2];
    pid_t pid;

    EXPECT(pipe(fd) == 0);
    pid = fork();
    if (pid == 0) {
        close(fd[0]);
        play(fd[1], buffering);
    }
    close(fd[1]);
    while ((n = read(fd[0], output + length, OUTPUT_MAX - 1 - length)) > 0)
        length += (size_t)n;
    output[length] = 0;
    close(fd[0]);
    EXPECT(finish(pid) == 0);
    return output;
}

static int count(const char *s, char c)
{
    int n = 0;

    for (; *s; s++)
        n += *s == c;
    return n;
}

static void eight_and_six(void)
{
    const char *output = collect(_IOFBF);

    EXPECT(count(output, '+') == 8);
    EXPECT(count(output, '-') == 6);
}

/* Every '+' has a neighbour that came with it in one write. */
static void pairs(void)
{
    for (const char *p = collect(_IOFBF); *p; p++)
        if (*p == '+')
            EXPECT(*++p == '+');
}

static bool is_legal(const char *output)
{
    for (size_t i = 0; i < sizeof legal / sizeof legal[0]; i++)
        if (strcmp(output, legal[i]) == 0)
            return true;
    return false;
}

static void one_of_the_legal(void)
{
    for (int i = 0; i < 20; i++)
        EXPECT(is_legal(collect(_IOFBF)));
}

static void line_buffering_is_the_same(void)
{
    EXPECT(is_legal(collect(_IOLBF)));
}

static void six_and_six(void)
{
    const char *output = collect(_IONBF);

    EXPECT(count(output, '+') == 6);
    EXPECT(count(output, '-') == 6);
}

static const struct check checks[] = {
    {"S-176 S-177", "the output has eight pluses and six minuses", eight_and_six},
    {"S-178", "pluses come in pairs", pairs},
    {"S-178", "line buffering makes no difference without a newline", line_buffering_is_the_same},
    {"S-179", "the output is one of the legal strings", one_of_the_legal},
    {"S-180", "without buffering there are six of each", six_and_six},
};

SECTION(puzzle);

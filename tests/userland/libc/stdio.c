/* Streams: what reaches the descriptor and when, reading back, seeking, and what fork does to a
 * full buffer. What was written so far is seen through a pipe or a second descriptor. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int waiting(int fd)
{
    int n = -1;

    ioctl(fd, FIONREAD, &n);
    return n;
}

/* Bytes that have reached the pipe after each step of writing with one kind of buffering. */
static void steps(int mode)
{
    int fd[2];
    FILE *f;

    if (pipe(fd) < 0)
        exit(1);
    f = fdopen(fd[1], "w");
    if (mode >= 0)
        setvbuf(f, NULL, mode, 64);
    printf("mode %d:", mode);
    fputs("abc", f);
    printf(" %d", waiting(fd[0]));
    fputs("de\nfg", f);
    printf(" %d", waiting(fd[0]));
    fprintf(f, "%s-%d", "h", 1);
    printf(" %d", waiting(fd[0]));
    putc('\n', f);
    printf(" %d", waiting(fd[0]));
    fflush(f);
    printf(" %d", waiting(fd[0]));
    fputs("rest", f);
    fclose(f);
    printf(" %d\n", waiting(fd[0]));
    close(fd[0]);
}

/* A terminal is line buffered, without being told. */
static void terminal(void)
{
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    struct pollfd arrived = {.fd = master, .events = POLLIN};
    int unlock = 0, number = 0;
    char name[32];
    FILE *f;

    if (master < 0 || ioctl(master, 0x40045431, &unlock) < 0 ||
        ioctl(master, 0x80045430, &number) < 0) {
        printf("no terminal\n");
        return;
    }
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    f = fopen(name, "w");
    if (!f) {
        printf("no terminal\n");
        return;
    }
    fputs("abc", f);
    printf("terminal: %d", waiting(master));
    fputs("d\ne", f);
    poll(&arrived, 1, 5000);
    printf(" %d", waiting(master));
    fclose(f);
    printf("\n");
    close(master);
}

static void files(const char *path)
{
    char line[16];
    FILE *f = fopen(path, "w+");

    for (int i = 0; i < 300; i++)
        fprintf(f, "line %d\n", i);
    printf("tell %ld\n", ftell(f));
    rewind(f);
    printf("%s", fgets(line, sizeof line, f));
    printf("tell %ld %d\n", ftell(f), ungetc('X', f));
    printf("%c", getc(f));
    printf("%s", fgets(line, 4, f));
    printf("|%s", fgets(line, sizeof line, f));
    fseek(f, -9, SEEK_END);
    printf("%zu [%.9s] eof %d", fread(line, 1, sizeof line, f), line, !!feof(f));
    printf(" %d\n", getc(f));
    fseek(f, 5, SEEK_SET);
    fputs("ZERO", f);
    rewind(f);
    printf("%s", fgets(line, sizeof line, f));
    fclose(f);
    f = fopen(path, "a");
    fputs("appended\n", f);
    fclose(f);
}

static void lines(const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    int count = 0;

    while ((n = getline(&line, &size, f)) > 0)
        count++;
    printf("%d lines, the last %s", count, line);
    printf("write to a reader %d, error %d\n", putc('x', f), !!ferror(f));
    fclose(f);
    free(line);
    printf("missing %d\n", fopen("/nonexistent/file", "r") == NULL);
}

/* What the buffer holds at fork comes out twice. */
static void fork_duplicates(void)
{
    char text[32] = "";
    int fd[2];
    FILE *f;

    if (pipe(fd) < 0)
        exit(1);
    f = fdopen(fd[1], "w");
    fputs("once;", f);
    fflush(f);
    fputs("twice;", f);
    fflush(stdout);
    if (fork() == 0) {
        fflush(f);
        _exit(0);
    }
    wait(NULL);
    fclose(f);
    printf("%zd ", read(fd[0], text, sizeof text - 1));
    printf("%s\n", text);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "stdio.tmp";

    steps(-1);
    steps(_IOFBF);
    steps(_IOLBF);
    steps(_IONBF);
    terminal();
    files(path);
    lines(path);
    remove(path);
    fork_duplicates();
    fprintf(stderr, "to stderr\n");
    return 0;
}

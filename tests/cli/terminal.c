/*
 * forkscope on a terminal: keys, Ctrl-C, Ctrl-A x, waiting without burning the host's CPU, and the
 * terminal given back as it was.  usage: terminal FORKSCOPE FOLDER-WITH-KERNELS
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { TIMEOUT_MS = 20000, SKIPPED = 77 };

struct terminal {
    int master, slave;
    struct termios before;
    pid_t child;
    char seen[4096]; /* all that came out, NUL-terminated */
    size_t seen_size;
};

static const char *test_name;
static int failures;

static void check(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "FAILED: %s: %s\n", test_name, what);
    failures++;
}

static bool open_terminal(struct terminal *t)
{
    *t = (struct terminal){.master = posix_openpt(O_RDWR | O_NOCTTY)};
    if (t->master < 0 || grantpt(t->master) || unlockpt(t->master))
        return false;
    t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
    return t->slave >= 0 && tcgetattr(t->slave, &t->before) == 0;
}

/* The child gets the terminal as its controlling one, so that Ctrl-C reaches it. */
static void start(struct terminal *t, char *const argv[])
{
    t->child = fork();
    if (t->child != 0)
        return;
    setsid();
    int fd = open(ptsname(t->master), O_RDWR);
    close(t->master);
    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    execv(argv[0], argv);
    _exit(127);
}

static void read_some(struct terminal *t, int timeout_ms)
{
    struct pollfd fd = {t->master, POLLIN, 0};

    if (poll(&fd, 1, timeout_ms) <= 0 || t->seen_size == sizeof(t->seen) - 1)
        return;
    ssize_t n = read(t->master, t->seen + t->seen_size, sizeof(t->seen) - 1 - t->seen_size);
    if (n > 0)
        t->seen_size += (size_t)n;
    t->seen[t->seen_size] = '\0';
}

static void expect(struct terminal *t, const char *text)
{
    for (int waited = 0; !strstr(t->seen, text) && waited < TIMEOUT_MS; waited += 10)
        read_some(t, 10);
    check(strstr(t->seen, text) != NULL, text);
}

static void type(struct terminal *t, const char *keys)
{
    ssize_t n = write(t->master, keys, strlen(keys));

    check(n == (ssize_t)strlen(keys), "the keys could not be typed");
}

/* Raw mode is a sign that forkscope has taken over the terminal. */
static void wait_for_raw(struct terminal *t)
{
    struct termios now;
    int waited = 0;

    do {
        read_some(t, 10);
        tcgetattr(t->slave, &now);
    } while ((now.c_lflag & ICANON) && (waited += 10) < TIMEOUT_MS);
    check(!(now.c_lflag & ICANON), "the terminal was never raw");
}

/* Waits for the end; the exit code, or 128 + signal. */
static int finish(struct terminal *t, struct rusage *used)
{
    struct termios after;
    int status;

    while (wait4(t->child, &status, WNOHANG, used) == 0)
        read_some(t, 10);
    tcgetattr(t->slave, &after);
    check(after.c_lflag == t->before.c_lflag && after.c_iflag == t->before.c_iflag &&
              after.c_cc[VSUSP] == t->before.c_cc[VSUSP],
          "the terminal was not given back as it was");
    close(t->master);
    close(t->slave);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void begin(struct terminal *t, const char *name, char *const argv[])
{
    test_name = name;
    if (!open_terminal(t)) {
        printf("skipped: no pseudo-terminal here (%s)\n", strerror(errno));
        exit(SKIPPED);
    }
    start(t, argv);
    wait_for_raw(t);
}

static void keys_reach_the_guest(char *forkscope, char *kernel)
{
    char *argv[] = {forkscope, "-kernel", kernel, "--mips", "10", NULL};
    struct terminal t;
    struct rusage used;

    begin(&t, "keys reach the guest", argv);
    type(&t, "abc");
    expect(&t, "abc");
    type(&t, "q");
    check(finish(&t, &used) == 0, "q did not end the guest");
}

static void control_c_ends(char *forkscope, char *kernel)
{
    char *argv[] = {forkscope, "-kernel", kernel, NULL};
    struct terminal t;
    struct rusage used;

    begin(&t, "Ctrl-C ends", argv);
    type(&t, "\003");
    check(finish(&t, &used) == 130, "it did not end with 130");
}

static void nographic_gives_control_c_to_the_guest(char *forkscope, char *kernel)
{
    char *argv[] = {forkscope, "-kernel", kernel, "-nographic", "--mips", "10", NULL};
    struct terminal t;
    struct rusage used;

    begin(&t, "-nographic gives Ctrl-C to the guest", argv);
    type(&t, "<\003\001\001>");
    expect(&t, "<\003\001>");
    type(&t, "\001x");
    check(finish(&t, &used) == 130, "Ctrl-A x did not end it with 130");
}

static void a_killed_run_gives_the_terminal_back(char *forkscope, char *kernel)
{
    char *argv[] = {forkscope, "-kernel", kernel, NULL};
    struct terminal t;
    struct rusage used;

    begin(&t, "a killed run gives the terminal back", argv);
    kill(t.child, SIGHUP);
    check(finish(&t, &used) == 128 + SIGHUP, "it did not die of SIGHUP");
}

/* Whoever ignores SIGHUP goes on without a terminal, and the guest is told that it is gone. */
static void a_lost_terminal_hangs_up(char *forkscope, char *kernel)
{
    char record[] = "/tmp/terminal.XXXXXX", text[4096] = "";
    char *argv[] = {forkscope, "-kernel", kernel, "--record", record, "--idle-limit", "1", NULL};
    struct terminal t;
    int status;
    FILE *f;

    close(mkstemp(record));
    signal(SIGHUP, SIG_IGN);
    begin(&t, "a lost terminal hangs up", argv);
    signal(SIGHUP, SIG_DFL);
    close(t.master);
    waitpid(t.child, &status, 0);
    close(t.slave);
    f = fopen(record, "r");
    check(f && fread(text, 1, sizeof(text) - 1, f) > 0, "there is no recording");
    check(strstr(text, "\ncarrier ") != NULL, "the carrier was not recorded");
    if (f)
        fclose(f);
    unlink(record);
}

static void waiting_costs_nothing(char *forkscope, char *kernel)
{
    char *argv[] = {forkscope, "-kernel", kernel, NULL};
    const struct timespec second = {1, 0};
    struct terminal t;
    struct rusage used;

    begin(&t, "waiting costs nothing", argv);
    nanosleep(&second, NULL);
    type(&t, "\003");
    check(finish(&t, &used) == 130, "it did not wait for Ctrl-C");
    check(used.ru_utime.tv_sec == 0 && used.ru_utime.tv_usec < 300000, "it burned the host's CPU");
}

int main(int argc, char **argv)
{
    char echo[1024], sleeping[1024], idling[1024];

    if (argc != 3) {
        fprintf(stderr, "usage: terminal FORKSCOPE FOLDER\n");
        return EXIT_FAILURE;
    }
    snprintf(echo, sizeof(echo), "%s/echo", argv[2]);
    snprintf(sleeping, sizeof(sleeping), "%s/sleeping", argv[2]);
    snprintf(idling, sizeof(idling), "%s/idling", argv[2]);
    keys_reach_the_guest(argv[1], echo);
    control_c_ends(argv[1], echo);
    nographic_gives_control_c_to_the_guest(argv[1], echo);
    a_killed_run_gives_the_terminal_back(argv[1], echo);
    a_lost_terminal_hangs_up(argv[1], idling);
    waiting_costs_nothing(argv[1], sleeping);
    waiting_costs_nothing(argv[1], idling);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

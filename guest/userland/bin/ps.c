/* ps: every process that /proc shows. A name in brackets is a thread of the kernel: it has no
 * command line because it never runs in user mode.
 *
 * pstree, which is the same file by another name: who is whose child. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROCESSES_MAX = 512 };

struct process {
    int pid, ppid, pgrp, session, tty;
    char state;
    char name[32];
    char command[128];
};

/* The first bytes of a file of /proc/PID as a string; its length. */
static int read_file(int pid, const char *file, char *buffer, int size)
{
    char path[64];
    ssize_t n;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    fd = open(path, O_RDONLY);
    if (fd < 0)
        return -1;
    n = read(fd, buffer, (size_t)size - 1);
    close(fd);
    buffer[n > 0 ? n : 0] = 0;
    return (int)n;
}

/* stat: pid (name) state ppid pgrp session tty …; the name may hold blanks and parentheses. */
static int parse_stat(char *text, struct process *p)
{
    char *open = strchr(text, '(');
    char *close = strrchr(text, ')');
    char *rest;

    if (!open || !close || close < open || !close[1] || !close[2])
        return -1;
    *close = 0;
    p->pid = atoi(text);
    snprintf(p->name, sizeof p->name, "%s", open + 1);
    p->state = close[2];
    p->ppid = (int)strtol(close + 3, &rest, 10);
    p->pgrp = (int)strtol(rest, &rest, 10);
    p->session = (int)strtol(rest, &rest, 10);
    p->tty = (int)strtol(rest, &rest, 10);
    return 0;
}

static int read_process(int pid, struct process *p)
{
    char text[512];
    int n;

    if (read_file(pid, "stat", text, sizeof text) <= 0 || parse_stat(text, p) < 0)
        return -1;
    n = read_file(pid, "cmdline", p->command, sizeof p->command);
    for (int i = 0; i + 1 < n; i++)
        if (!p->command[i])
            p->command[i] = ' ';
    if (n <= 0)
        snprintf(p->command, sizeof p->command, "[%s]", p->name);
    return 0;
}

static void print(const struct process *p)
{
    char tty[16] = "?";

    if (p->tty)
        snprintf(tty, sizeof tty, "%d,%d", p->tty >> 8 & 0xfff, p->tty & 0xff);
    printf("%5d %5d %5d %5d %-5s %c  %s\n", p->pid, p->ppid, p->pgrp, p->session, tty, p->state,
           p->command);
}

/* Those that /proc shows, in the order of their pids; the number of them, −1 after a message. */
static int read_all(struct process *all)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    int n = 0;

    if (!dir) {
        fprintf(stderr, "ps: /proc: %s\n", strerror(errno));
        return -1;
    }
    while (n < PROCESSES_MAX && (entry = readdir(dir)))
        if (isdigit((unsigned char)entry->d_name[0]))
            n += read_process(atoi(entry->d_name), &all[n]) == 0;
    closedir(dir);
    return n;
}

/* A line for each child of `parent`, and below it its own children; a parent has the lower pid or
 * not, but no process is its own ancestor. */
static void print_children(const struct process *all, int n, int parent, int depth)
{
    for (int i = 0; i < n; i++) {
        if (all[i].ppid != parent || all[i].pid == parent)
            continue;
        printf("%*s%s(%d) %c\n", 4 * depth, "", all[i].name, all[i].pid, all[i].state);
        if (depth < n)
            print_children(all, n, all[i].pid, depth + 1);
    }
}

int main(int argc, char **argv)
{
    static struct process all[PROCESSES_MAX];
    int n = read_all(all);

    if (n < 0)
        return 1;
    if (argc > 0 && strstr(argv[0], "pstree")) {
        print_children(all, n, 0, 0);
        return 0;
    }
    printf("  PID  PPID  PGRP   SID TTY   S  COMMAND\n");
    for (int i = 0; i < n; i++)
        print(&all[i]);
    return 0;
}

/* uptime: how long the system runs, how many processes there are, and how many wanted to run. */
#include <stdio.h>
#include <sys/sysinfo.h>

enum { LOAD_SHIFT = 16 };

static void print_load(unsigned long load)
{
    printf(" %lu.%02lu", load >> LOAD_SHIFT, (load & 0xffff) * 100 >> LOAD_SHIFT);
}

int main(void)
{
    struct sysinfo info;

    if (sysinfo(&info) < 0) {
        perror("uptime");
        return 1;
    }
    printf("up %ld:%02ld:%02ld, %u processes, load", info.uptime / 3600, info.uptime / 60 % 60,
           info.uptime % 60, info.procs);
    for (int i = 0; i < 3; i++)
        print_load(info.loads[i]);
    putchar('\n');
    return 0;
}

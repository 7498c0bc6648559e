/* free: memory in kilobytes. Before and after a fork it shows what the child costs. */
#include <stdio.h>
#include <sys/sysinfo.h>

int main(void)
{
    struct sysinfo info;
    unsigned long unit;

    if (sysinfo(&info) < 0) {
        perror("free");
        return 1;
    }
    unit = info.mem_unit ? info.mem_unit : 1;
    printf("%10s %10s %10s\n", "total", "used", "free");
    printf("%10lu %10lu %10lu\n", info.totalram / 1024 * unit,
           (info.totalram - info.freeram) / 1024 * unit, info.freeram / 1024 * unit);
    return 0;
}

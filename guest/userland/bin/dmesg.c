/* dmesg: what the kernel has said since it started. */
#include <stdio.h>
#include <sys/klog.h>
#include <unistd.h>

enum { READ_ALL = 3, SIZE = 65536 };

int main(void)
{
    static char text[SIZE];
    int n = klogctl(READ_ALL, text, sizeof text);

    if (n < 0) {
        perror("dmesg");
        return 1;
    }
    fwrite(text, 1, (size_t)n, stdout);
    return fflush(stdout) == 0 ? 0 : 1;
}

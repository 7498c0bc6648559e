/* poweroff: ends the guest at once. The programs of the guest also run on a Linux host, where
 * this one must do nothing: the guest is known by its host name. */
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void)
{
    struct utsname name;

    if (uname(&name) < 0 || strcmp(name.nodename, "forkscope") != 0) {
        fprintf(stderr, "poweroff: this machine is not forkscope's guest\n");
        return 1;
    }
    sync();
    reboot(RB_POWER_OFF);
    perror("poweroff");
    return 1;
}

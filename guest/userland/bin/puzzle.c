/* How many '+' and how many '-'? The answer is 8 and 6.
 *
 * '-' is a system call: 2 processes write it in the first round, 4 in the second. '+' goes into
 * the stdio buffer, which is user memory, so fork duplicates it: each of the 4 processes of the
 * end writes "++". That happens in fflush, where exit would do it; only then does a process wait
 * for its children, so that the output is complete when the first process ends.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    for (int round = 0; round < 2; round++) {
        fork();
        printf("+");
        write(1, "-", 1);
    }
    fflush(stdout);
    while (wait(NULL) > 0)
        continue;
    return 0;
}

/* Copy-on-write: after fork both sides read the same pages; the first write to one copies it.
 *
 * Each line tells who writes what. In a trace every first write to a page is one page fault
 * (present, write, user) that ends in a copy, and the last owner of a page just gets it back.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 3 };

static char *pages;

static void show(const char *who)
{
    printf("%-6s sees %c %c %c\n", who, pages[0], pages[PAGE], pages[2 * PAGE]);
    fflush(stdout);
}

static void child(void)
{
    show("child");
    pages[0] = 'C'; /* copies page 0 */
    pages[1] = 'C'; /* page 0 is the child's own by now */
    show("child");
    _exit(0);
}

int main(void)
{
    pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    for (int i = 0; i < PAGES; i++)
        pages[i * PAGE] = 'P';
    if (fork() == 0)
        child();
    wait(NULL);
    show("parent");
    pages[0] = 'Q';        /* the child is gone: no copy, only the right to write */
    pages[2 * PAGE] = 'Q'; /* the same */
    show("parent");
    return 0;
}

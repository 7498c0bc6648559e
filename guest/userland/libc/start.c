#include <stdlib.h>
#include <unistd.h>

#include "libc.h"

char **environ;

int main(int argc, char **argv, char **envp);
_Noreturn void __libc_start(long *stack);

/* stack is where the kernel left argc; argv and envp follow it. */
void __libc_start(long *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);

    environ = argv + argc + 1;
    exit(main(argc, argv, environ));
}

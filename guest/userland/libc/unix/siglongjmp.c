#include <setjmp.h>
#include <signal.h>

enum { MASK_SAVED = 6, MASK = 7 };

void siglongjmp(sigjmp_buf env, int value)
{
    if (env[MASK_SAVED])
        sigprocmask(SIG_SETMASK, (sigset_t *)&env[MASK], NULL);
    longjmp(env, value);
}

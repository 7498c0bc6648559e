#include <errno.h>

#include "libc.h"
#include "thread/thread.h"

static int main_errno;

/* Until the first pthread_create there is one thread and %gs may be null. */
int *__errno_location(void)
{
    return __thread_count_ever ? &__thread_self()->error : &main_errno;
}

__attribute__((regparm(1))) long __syscall_error(long result)
{
    errno = (int)-result;
    return -1;
}

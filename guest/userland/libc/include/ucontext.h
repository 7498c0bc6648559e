/* ucontext_t is in signal.h. */
#include <signal.h>
